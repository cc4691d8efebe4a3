package atom_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

const (
	dataSpace     = "http://schemas.microsoft.com/ado/2007/08/dataservices"
	metadataSpace = dataSpace + "/metadata"
)

// A node is an element as the standard library reads it.
type node struct {
	name     xml.Name
	attr     []xml.Attr
	text     string
	children []*node
}

// readTree reads a document that must be well-formed.
func readTree(t testing.TB, text string) *node {
	t.Helper()
	if err := formattest.WellFormed(text); err != nil {
		t.Fatalf("%v:\n%q", err, text)
	}
	d := xml.NewDecoder(strings.NewReader(text))
	open := []*node{{}}
	for {
		token, err := d.Token()
		if err != nil {
			return open[0].children[0]
		}
		at := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name, attr: append([]xml.Attr(nil), token.Attr...)}
			at.children = append(at.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			at.text += string(token)
		}
	}
}

// find is the only element with a local name below n, at any depth.
func (n *node) find(t testing.TB, local string) *node {
	t.Helper()
	found := n.all(local)
	if len(found) != 1 {
		t.Fatalf("%d elements called %s", len(found), local)
	}
	return found[0]
}

func (n *node) all(local string) (found []*node) {
	for _, c := range n.children {
		if c.name.Local == local {
			found = append(found, c)
		}
		found = append(found, c.all(local)...)
	}
	return found
}

// meta is an attribute of the metadata namespace.
func (n *node) meta(local string) string { return n.value(metadataSpace, local) }

func (n *node) value(space, local string) string {
	for _, a := range n.attr {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}
