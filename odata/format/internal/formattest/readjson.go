package formattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A Member is one name and value of a JSON object, in the order written.
// Values are nil, bool, string, json.Number, []any and []Member.
type Member struct {
	Name  string
	Value any
}

// Find returns the value of the member called name.
func Find(v any, name string) (any, bool) {
	members, _ := v.([]Member)
	for _, m := range members {
		if m.Name == name {
			return m.Value, true
		}
	}
	return nil, false
}

// ReadJSON reads one JSON value and nothing after it. It keeps the order of
// members and refuses a name that occurs twice.
func ReadJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		items := []any{}
		for d.More() {
			item, err := readValue(d)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		_, err = d.Token()
		return items, err
	case json.Delim('{'):
		members := []Member{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			if _, twice := Find(members, name.(string)); twice {
				return nil, fmt.Errorf("%s occurs twice", name)
			}
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			members = append(members, Member{name.(string), value})
		}
		_, err = d.Token()
		return members, err
	}
	return token, nil
}

// LeadsTo reads the key out of a link to an entity of the set Samples, whose URL
// begins with root, and requires that it is key.
func LeadsTo(root, link string, key edm.Value) error {
	inside, ok := strings.CutPrefix(link, root+"Samples(")
	if !ok {
		return fmt.Errorf("the link %s does not begin with the set", link)
	}
	literal, err := url.PathUnescape(strings.TrimSuffix(inside, ")"))
	if err != nil {
		return err
	}
	v, err := edm.ParseLiteral(literal)
	if err != nil {
		return err
	}
	if !v.Equal(key) {
		return fmt.Errorf("the link %s leads to %v, want %v", link, v, key)
	}
	return nil
}
