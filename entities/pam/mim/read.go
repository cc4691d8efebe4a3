package mim

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pamodata/pamodata/entities/pam"
)

// maxBytes is how much is read. A role with a thousand candidates has about a
// megabyte as JSON.
const maxBytes = 64 << 20

// Read reads an export, see the package's documentation. The notes tell in words
// what was not taken from it, what was guessed and what needs a look; nothing that
// restricts a role is left out with a note alone. An error has all mistakes, with
// row and column, each a *[Mistake] to be found with errors.As. With an error there
// are no definitions.
//
// Roles, and users and groups where the export has them, keep their identifiers,
// so that scripts which know them go on working. The definitions are not checked:
// what MIM allowed may be refused here, and is mended best in the file that
// roles.Write makes of them.
func Read(r io.Reader) (pam.Definitions, []string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return pam.Definitions{}, nil, err
	}
	if len(b) > maxBytes {
		return pam.Definitions{}, nil, &Mistake{Problem: fmt.Sprintf("has more than %d bytes", maxBytes), Advice: "export some of the roles at a time"}
	}
	records, err := recordsOf(b)
	if err != nil {
		return pam.Definitions{}, nil, err
	}
	i := newImport()
	for _, record := range records {
		i.role(record)
	}
	if len(records) == 0 {
		i.wrong("", "", "has no roles", "Get-PAMRole shows them to administrators of MIM only")
	}
	if len(i.found) > 0 {
		return pam.Definitions{}, nil, joined(i.found)
	}
	return i.d, i.allNotes(), nil
}

// recordsOf reads either format: JSON begins with a bracket, or is null.
func recordsOf(b []byte) ([]record, error) {
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	switch trimmed := strings.TrimSpace(text); {
	case trimmed == "":
		return nil, &Mistake{Problem: "is empty", Advice: "Get-PAMRole shows roles to administrators of MIM only"}
	case trimmed[0] == '[' || trimmed[0] == '{' || trimmed == "null":
		return readJSON(text)
	}
	records, err := readCSV(text)
	var m *Mistake
	if errors.As(err, &m) && strings.HasPrefix(strings.TrimSpace(text), "<") {
		return nil, &Mistake{Problem: "is XML", Advice: "export with ConvertTo-Json or Export-Csv"}
	}
	return records, err
}
