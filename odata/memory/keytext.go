package memory

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// parseKey reads a key as it stands between the parentheses of a URL: one
// literal, or a named one for each property in any order. Source: OData V3, URI
// conventions, key predicates.
func parseKey(properties []*metadata.Property, text string) ([]edm.Value, error) {
	key := make([]edm.Value, len(properties))
	given := 0
	for rest, more := text, true; more; {
		var part string
		part, rest, more = cutOutsideQuotes(rest)
		at := 0
		if i := strings.IndexAny(part, "='"); i >= 0 && part[i] == '=' {
			name := strings.TrimSpace(part[:i])
			at = -1
			for j, p := range properties {
				if p.Name == name {
					at = j
				}
			}
			if at < 0 {
				return nil, fmt.Errorf("%q is no key property", name)
			}
			part = part[i+1:]
		} else if len(properties) > 1 {
			return nil, fmt.Errorf("it has %d properties; write each as Name=value", len(properties))
		}
		if !key[at].IsNull() {
			return nil, fmt.Errorf("it has more than one value for %s", properties[at].Name)
		}
		v, err := keyValue(properties[at], strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", properties[at].Name, err)
		}
		key[at] = v
		given++
	}
	if given < len(properties) {
		return nil, fmt.Errorf("it has %d properties, and this gives %d of them", len(properties), given)
	}
	return key, nil
}

// cutOutsideQuotes splits text at the first comma that is in no quotes.
func cutOutsideQuotes(text string) (before, after string, found bool) {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '\'':
			quoted = !quoted // a doubled quote changes it twice
		case text[i] == ',' && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

// keyValue reads the literal of a key property. A number of another kind is
// taken if it fits.
func keyValue(p *metadata.Property, text string) (edm.Value, error) {
	v, err := edm.ParseLiteral(text)
	switch {
	case err != nil:
		return edm.Null, err
	case v.IsNull():
		return edm.Null, errors.New("a key is never null")
	case v.Kind() == p.Kind():
		return v.Clone(), nil
	case v.Kind().IsNumeric() && p.Kind().IsNumeric():
		return edm.Convert(v, p.Kind())
	}
	return edm.Null, fmt.Errorf("%s is %s, not %s", text, v.Kind(), p.Kind())
}
