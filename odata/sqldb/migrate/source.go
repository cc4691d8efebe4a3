package migrate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

// A file is a migration as one dialect has it.
type file struct {
	version  int64
	name     string // without the folder
	checksum string
}

// readSource reads the files of a dialect, by version, and compares them with those
// of the other one. The error tells all mistakes.
func readSource(source fs.FS, d dialect) ([]file, error) {
	var all [2][]file
	var mistakes []error
	for i, of := range []dialect{d, 1 - d} {
		files, err := readFolder(source, of)
		if err != nil {
			mistakes = append(mistakes, err)
		}
		all[i] = files
	}
	if len(mistakes) == 0 {
		mistakes = append(lacking(all[0], all[1], 1-d), lacking(all[1], all[0], d)...)
	}
	if len(mistakes) == 0 && len(all[0]) == 0 {
		mistakes = append(mistakes, errors.New("there are no files"))
	}
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("migrate: the source: %w", errors.Join(mistakes...))
	}
	return all[0], nil
}

// lacking are the migrations whose twins a folder has not.
func lacking(files, twins []file, folder dialect) (mistakes []error) {
	for _, f := range files {
		if !slices.ContainsFunc(twins, func(t file) bool { return t.version == f.version }) {
			mistakes = append(mistakes, fmt.Errorf("%s has no version %d, the twin of %s", folder.folder(), f.version, f.name))
		}
	}
	return mistakes
}

func readFolder(source fs.FS, d dialect) ([]file, error) {
	entries, err := fs.ReadDir(source, d.folder())
	if err != nil {
		return nil, fmt.Errorf("the folder %s: %w", d.folder(), err)
	}
	var files []file
	var mistakes []error
	for _, e := range entries {
		name := path.Join(d.folder(), e.Name())
		if e.IsDir() || path.Ext(name) != ".sql" {
			continue
		}
		version, err := goose.NumericComponent(e.Name())
		if err != nil || version < 1 {
			mistakes = append(mistakes, fmt.Errorf("%s: the name must begin with a number and an underscore, such as 0001_start.sql", name))
			continue
		}
		text, err := fs.ReadFile(source, name)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		if d == sqliteDialect && withoutTransaction(string(text)) {
			mistakes = append(mistakes, fmt.Errorf("%s: NO TRANSACTION is not for SQLite: nothing would keep two programs from running the file at the same time", name))
		}
		sum := sha256.Sum256(text)
		files = append(files, file{version, e.Name(), hex.EncodeToString(sum[:])})
	}
	slices.SortStableFunc(files, func(a, b file) int { return int(min(max(a.version-b.version, -1), 1)) })
	for i := 1; i < len(files); i++ {
		if files[i].version == files[i-1].version {
			mistakes = append(mistakes, fmt.Errorf("%s: %s and %s have the same number", d.folder(), files[i-1].name, files[i].name))
		}
	}
	return files, errors.Join(mistakes...)
}

// withoutTransaction finds the line by which goose runs a file outside of a
// transaction.
func withoutTransaction(text string) bool {
	for line := range strings.Lines(text) {
		if comment, ok := strings.CutPrefix(strings.TrimSpace(line), "--"); ok {
			words := strings.Fields(strings.ToUpper(comment))
			if slices.Equal(words, []string{"+GOOSE", "NO", "TRANSACTION"}) {
				return true
			}
		}
	}
	return false
}

// compare tells why the files cannot follow what was applied, or returns nil.
func compare(files []file, applied []record) error {
	known := map[int64]file{}
	for _, f := range files {
		known[f.version] = f
	}
	var newest int64
	var mistakes []error
	last := files[len(files)-1]
	for _, a := range applied {
		newest = max(newest, a.version)
		f, ok := known[a.version]
		switch {
		case !ok && a.version > last.version:
			mistakes = append(mistakes, fmt.Errorf("the database is newer than this program: it has version %d (%s), and the program knows those up to %d (%s): use a newer program",
				a.version, a.name, last.version, last.name))
		case !ok:
			mistakes = append(mistakes, fmt.Errorf("the database has version %d (%s), which this program does not know", a.version, a.name))
		case a.checksum != f.checksum:
			mistakes = append(mistakes, fmt.Errorf("%s (version %d) is not the file that was applied at %s as %s: restore that, and make the change a new migration",
				f.name, f.version, a.applied.Format("2006-01-02 15:04:05Z"), a.name))
		}
	}
	for _, f := range files {
		if f.version < newest && !slices.ContainsFunc(applied, func(a record) bool { return a.version == f.version }) {
			mistakes = append(mistakes, fmt.Errorf("%s (version %d) was not applied, but version %d was: give it a greater number", f.name, f.version, newest))
		}
	}
	return errors.Join(mistakes...)
}
