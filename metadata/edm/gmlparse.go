package edm

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// ParseGML reads text that is one GML element, such as [AppendGML] writes, by the
// rules of [ReadGML]. Its prefix may be bound to http://www.opengis.net/gml in
// the text; where it is gml it need not be. Errors are *SyntaxError with the
// offset in b at which reading stood.
func ParseGML(b []byte, geography bool) (Spatial, error) {
	x := &gmlText{decoder: xml.NewDecoder(bytes.NewReader(b))}
	s, err := ReadGML(x, geography)
	if err == nil {
		return s, nil
	}
	message := "expected well-formed XML"
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		message = syntax.Message
	}
	return Spatial{}, syntaxError(int(x.decoder.InputOffset()), message)
}

// gmlText gives out the elements of a text. It stands in an element around all
// of it that is not there.
type gmlText struct {
	decoder *xml.Decoder
	current xml.StartElement
}

var errGMLContent = &SyntaxError{Message: "text and elements are mixed"}

// isGML reports whether name is in the namespace of GML.
func isGML(name xml.Name) bool {
	return name.Space == "gml" || name.Space == "http://www.opengis.net/gml"
}

// Child implements GMLElements.
func (t *gmlText) Child() (name []byte, more bool, err error) {
	for {
		token, err := t.decoder.Token()
		switch token := token.(type) {
		case nil:
			if err == io.EOF {
				return nil, false, nil
			}
			return nil, false, err
		case xml.StartElement:
			t.current = token
			if !isGML(token.Name) {
				return nil, true, nil
			}
			return []byte(token.Name.Local), true, nil
		case xml.EndElement:
			return nil, false, nil
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return nil, false, errGMLContent
			}
		}
	}
}

// Attribute implements GMLElements.
func (t *gmlText) Attribute(name string) (value []byte, ok bool) {
	for _, a := range t.current.Attr {
		if a.Name.Local == name && (a.Name.Space == "" || isGML(a.Name)) {
			return []byte(a.Value), true
		}
	}
	return nil, false
}

// Text implements GMLElements.
func (t *gmlText) Text() (text []byte, err error) {
	for {
		token, err := t.decoder.Token()
		switch token := token.(type) {
		case nil:
			return nil, err
		case xml.StartElement:
			return nil, errGMLContent
		case xml.EndElement:
			return text, nil
		case xml.CharData:
			text = append(text, token...)
		}
	}
}

// Skip implements GMLElements.
func (t *gmlText) Skip() error { return t.decoder.Skip() }
