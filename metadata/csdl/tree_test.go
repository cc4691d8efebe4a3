package csdl_test

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// A node is an XML element as far as order and prefixes do not matter.
type node struct {
	Name     string
	Attrs    map[string]string
	Text     string
	Children []node
}

// ordered elements mean something by their order; all other siblings are sorted.
var ordered = map[string]bool{"Key": true, "Principal": true, "Dependent": true, "FunctionImport": true, "Collection": true, "Apply": true, "If": true}

// defaults are the attributes that CSDL 3.0 gives a default to, where stating it
// means the same as leaving the attribute out.
var defaults = map[string]string{
	"Nullable": "true", "Abstract": "false", "OpenType": "false", "HasStream": "false", "IsFlags": "false",
	"ContainsTarget": "false", "IsDefaultEntityContainer": "false", "IsBindable": "false", "IsComposable": "false", "IsAlwaysBindable": "false",
}

func tree(t testing.TB, data []byte) node {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	stack := []node{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return stack[0]
		}
		if err != nil {
			t.Fatal(err)
		}
		top := &stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := node{Name: token.Name.Space + " " + token.Name.Local, Attrs: map[string]string{}}
			for _, a := range token.Attr {
				if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || defaults[a.Name.Local] == a.Value {
					continue
				}
				n.Attrs[a.Name.Space+" "+a.Name.Local] = a.Value
			}
			stack = append(stack, n)
		case xml.EndElement:
			n := *top
			if !ordered[token.Name.Local] {
				slices.SortStableFunc(n.Children, func(a, b node) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
			}
			stack = stack[:len(stack)-1]
			parent := &stack[len(stack)-1]
			parent.Children = append(parent.Children, n)
		case xml.CharData:
			top.Text += strings.TrimSpace(string(token))
		}
	}
}

func (n node) sortKey() string {
	key := n.Name
	for _, name := range []string{"Name", "Namespace", "Role", "Target", "Term"} {
		key += " " + n.Attrs[" "+name]
	}
	return key
}
