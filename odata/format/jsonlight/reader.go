package jsonlight

import (
	"io"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// NewReader returns the reader of JSON light. The metadata level is a matter of
// responses only: what it reads is the same at all of them, and what clients echo
// from any of them is ignored.
func NewReader() format.Reader { return reader{} }

type reader struct{}

// ReadEntry reads an entity as a POST, PUT or PATCH sends it. Source: OData V3
// JSON light, representing an entity in a request; ignoring echoed links and
// operations is an extension.
func (reader) ReadEntry(r io.Reader, m *metadata.Model, expected *metadata.EntityType, limits format.Limits) (*odata.EntryPayload, error) {
	in := jsonread.New(r, m, jsonread.Light, limits)
	payload, err := readEntry(in, expected, true)
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return payload, nil
}

// ReadProperty reads {"value":…}, the members of a complex value at the top, or
// {"odata.null":true}. With the zero TypeRef it reads an undeclared property.
func (reader) ReadProperty(r io.Reader, m *metadata.Model, name string, t metadata.TypeRef, limits format.Limits) (edm.Value, error) {
	in := jsonread.New(r, m, jsonread.Light, limits)
	in.Enter(name)
	v, err := readProperty(in, t)
	if err != nil {
		return edm.Null, err
	}
	if err := in.End(); err != nil {
		return edm.Null, err
	}
	return v, nil
}

// ReadComplex reads the members of a complex value, which stand at the top.
// Null is refused: it has none.
func (reader) ReadComplex(r io.Reader, m *metadata.Model, name string, t *metadata.ComplexType, limits format.Limits) ([]odata.Assignment, error) {
	in := jsonread.New(r, m, jsonread.Light, limits)
	in.Enter(name)
	members, err := readMembers(in, t)
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return members, nil
}

// ReadLink reads {"url":"…"}.
func (reader) ReadLink(r io.Reader, limits format.Limits) (string, error) {
	in := jsonread.New(r, nil, jsonread.Light, limits)
	return in.Link("url")
}

// ReadParameters reads an object with a member for each argument.
func (reader) ReadParameters(r io.Reader, m *metadata.Model, parameters []*metadata.Parameter, limits format.Limits) ([]edm.Value, error) {
	return jsonread.New(r, m, jsonread.Light, limits).Parameters(parameters)
}

// checkContext of an entity also wants what it says to fit, as far as it names a
// set: an entity of another one has been sent to the wrong place.
func (e *entryReader) checkContext() error {
	if !e.in.IsFirst() {
		return checkContext(e.in)
	}
	context, err := e.in.ReadText()
	if err != nil {
		return err
	}
	_, fragment, _ := strings.Cut(context, "#")
	if end := strings.IndexAny(fragment, "/&("); end >= 0 {
		fragment = fragment[:end]
	}
	set := e.in.SetNamed(fragment)
	if set == nil || set.Type().Is(e.Payload.Type) || e.Payload.Type.Is(set.Type()) {
		return nil
	}
	return e.in.Fail(jsonread.CodePayload, "odata.metadata is about entities of another set", "")
}

// checkContext requires odata.metadata to come first, as it does in all that a
// service writes. What it says is not looked at: the URL of the request decides.
func checkContext(in *jsonread.Input) error {
	if !in.IsFirst() {
		return in.FailMember(jsonread.CodePayload, "odata.metadata must be the first member", "")
	}
	return in.Skip()
}

// readMembers reads the payload of a complex property of which members change.
func readMembers(in *jsonread.Input, t *metadata.ComplexType) (members []odata.Assignment, err error) {
	if err := in.OpenObject(); err != nil {
		return nil, err
	}
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil:
			return nil, err
		case !more:
			return members, nil
		case string(name) == "odata.metadata":
			err = checkContext(in)
		case string(name) == "odata.null":
			return nil, in.FailMember(jsonread.CodeMismatch, "Null has no members to change", "")
		default:
			members, err = in.AppendMember(members, t, name)
		}
		if err != nil {
			return nil, err
		}
	}
}

// readProperty reads the payload of a single property.
func readProperty(in *jsonread.Input, t metadata.TypeRef) (edm.Value, error) {
	if err := in.OpenObject(); err != nil {
		return edm.Null, err
	}
	p := propertyPayload{in: in, typ: t}
	if t.Complex != nil && !t.Collection {
		p.complex = jsonread.NewComplex(t.Complex)
	}
	for {
		name, more, err := in.NextMember()
		if err != nil {
			return edm.Null, err
		}
		if !more {
			return p.result()
		}
		if err := p.member(name); err != nil {
			return edm.Null, err
		}
	}
}

// A propertyPayload is the payload of a property as far as it has been read.
type propertyPayload struct {
	in      *jsonread.Input
	typ     metadata.TypeRef
	complex *jsonread.Complex // of complex values, whose members stand at the top

	null   bool   // odata.null
	found  bool   // value
	hint   string // value@odata.type
	single edm.Value
}

func (p *propertyPayload) member(name []byte) (err error) {
	switch {
	case string(name) == "odata.metadata":
		return checkContext(p.in)
	case string(name) == "odata.null":
		return p.readNull()
	case p.complex != nil:
		return p.in.ComplexMember(p.complex, name)
	case string(name) == "value@odata.type":
		p.hint, err = p.in.ReadText()
		return err
	case jsonread.Light.IsAnnotation(name):
		return p.in.Skip()
	case string(name) != "value":
		return p.in.FailMember(jsonread.CodePayload, "The value of a property stands in the member value", jsonread.Quote(name))
	}
	p.found = true
	if !p.typ.IsZero() {
		p.single, err = p.in.Value(p.typ)
		return err
	}
	p.single, _, err = p.in.Dynamic(p.hint)
	return err
}

func (p *propertyPayload) readNull() error {
	next, err := p.in.Next()
	if err != nil {
		return err
	}
	if next != jsonread.True || p.typ.Collection {
		return p.in.Mismatch("a value", next)
	}
	p.null = true
	return p.in.ReadTrue()
}

func (p *propertyPayload) result() (edm.Value, error) {
	hasValue := p.found || p.complex != nil && p.complex.HasData()
	switch {
	case p.null && hasValue:
		return edm.Null, p.in.Fail(jsonread.CodePayload, "A property is either null or has a value", "")
	case p.null:
		return edm.Null, nil
	case p.complex != nil:
		return p.complex.Value(), nil
	case !p.found:
		return edm.Null, p.in.Fail(jsonread.CodeMissing, "The value of a property stands in the member value", "")
	}
	return p.single, nil
}
