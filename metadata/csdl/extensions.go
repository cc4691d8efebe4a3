package csdl

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// canonical writes the same text for the same element, and keeps every white
// space a parser would otherwise normalize.
var canonical = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}

// foreign keeps an element of another namespace as text that can stand by itself:
// the namespace declarations around it that it makes use of move into it.
// Comments and processing instructions are left out.
func (r *reader) foreign(e *etree.Element) string {
	alone := e.Copy()
	needs := map[string]bool{}
	strip(alone, nil, needs)
	var missing []string
	for prefix := range needs {
		missing = append(missing, prefix)
	}
	slices.Sort(missing)
	for _, prefix := range missing {
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		alone.CreateAttr(name, prefixSpace(e, prefix))
	}
	return elementText(alone)
}

func elementText(e *etree.Element) string {
	var text strings.Builder
	e.WriteTo(&text, &canonical)
	return text.String()
}

// strip removes what is not kept from e and collects the prefixes that are used
// below declarations but not declared there.
func strip(e *etree.Element, declared []string, needs map[string]bool) {
	for _, a := range e.Attr {
		switch {
		case a.Space == "xmlns":
			declared = append(declared, a.Key)
		case a.Space == "" && a.Key == "xmlns":
			declared = append(declared, "")
		}
	}
	use := func(prefix string) {
		if prefix != "xml" && !slices.Contains(declared, prefix) {
			needs[prefix] = true
		}
	}
	use(e.Space)
	for _, a := range e.Attr {
		if a.Space != "" && a.Space != "xmlns" {
			use(a.Space)
		}
	}
	e.Child = slices.DeleteFunc(e.Child, func(token etree.Token) bool {
		switch token.(type) {
		case *etree.Element, *etree.CharData:
			return false
		}
		return true
	})
	merge(e)
	for _, token := range e.Child {
		if c, ok := token.(*etree.Element); ok {
			strip(c, slices.Clip(declared), needs)
		}
	}
}

// merge joins neighbouring pieces of text, so that removed comments leave no
// trace.
func merge(e *etree.Element) {
	var kept []etree.Token
	for _, token := range e.Child {
		if text, ok := token.(*etree.CharData); ok && len(kept) > 0 {
			if last, ok := kept[len(kept)-1].(*etree.CharData); ok {
				kept[len(kept)-1] = etree.NewText(last.Data + text.Data)
				continue
			}
		}
		kept = append(kept, token)
	}
	e.Child = kept
}

// parseForeign makes an element of an extension's text again.
func parseForeign(text string) (*etree.Element, error) {
	if _, err := check([]byte(text), len(text)); err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		return nil, err
	}
	root := doc.Root()
	strip(root, nil, map[string]bool{})
	return root, nil
}

// prefixSpace is the namespace a prefix stands for at e.
func prefixSpace(e *etree.Element, prefix string) string {
	for ; e != nil; e = e.Parent() {
		for _, a := range e.Attr {
			if a.Space == "xmlns" && a.Key == prefix || prefix == "" && a.Space == "" && a.Key == "xmlns" {
				return a.Value
			}
		}
	}
	return ""
}
