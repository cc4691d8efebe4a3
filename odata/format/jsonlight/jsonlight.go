// Package jsonlight writes JSON light, the JSON format of OData V3, at each of
// its metadata levels.
//
// What an entity's shape decides (names, annotations, which members which type
// has) is compiled into an encoder; writing a row then only appends. Members
// stand in the order streaming readers need: annotations of the entry,
// navigation properties with what was expanded, operations, structural
// properties, named streams. Sources: OData V3 JSON light format; where it
// leaves room, the behaviour of WCF Data Services 5.6.
//
// A file is about one of these parts, in the plan and in the payload:
// navigation.go, operation.go, stream.go, value.go for properties and
// dynamic.go for undeclared ones; encode.go puts them together.
package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A Level says how much a payload tells beside its data: the parameter odata of
// the media type application/json.
type Level uint8

const (
	// Minimal writes what a reader that knows the model cannot compute. It is
	// the default of clients and servers.
	Minimal Level = iota // odata=minimalmetadata

	// Full writes all types and links, for readers without the model.
	Full // odata=fullmetadata

	// None writes data only, apart from counts and next links.
	None // odata=nometadata
)

// New returns the format at one metadata level.
func New(level Level) format.Format { return writer{level: level} }

type writer struct{ level Level }

// AppendServiceDocument lists the sets. URLs are relative to the service root,
// except at level None, where no context says what they are relative to.
func (w writer) AppendServiceDocument(dst []byte, c *format.Context, sets []*metadata.EntitySet) []byte {
	dst = append(dst, '{')
	if w.level != None {
		dst = appendContext(dst, c, nil)
		dst = append(dst, ',')
	}
	dst = append(dst, `"value":[`...)
	for i, set := range sets {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"name":`...)
		dst = format.AppendJSONString(dst, set.Name)
		dst = append(dst, `,"url":"`...)
		if w.level == None {
			dst = format.AppendJSONText(dst, c.Root)
		}
		dst = format.AppendSetURL(dst, set)
		dst = append(dst, `"}`...)
	}
	return append(dst, "]}"...)
}

// AppendError writes {"odata.error":{…}}, the same at all levels.
func (w writer) AppendError(dst []byte, e format.ErrorBody) []byte {
	return format.AppendJSONError(dst, "odata.error", e)
}

// Compile plans writing entities of p's shape. The encoder refers to p, which
// must not change any more.
func (w writer) Compile(p *odata.Projection) format.Encoder {
	c := compiler{
		level: w.level,
		text:  make([]byte, 0, 64*(1+len(p.Fields)+len(p.Navigation))),
	}
	return c.encoder(p)
}
