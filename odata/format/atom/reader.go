package atom

import (
	"io"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread"
	"github.com/pamodata/pamodata/odata/format/xmlread"
)

// NewReader returns the reader of Atom and of the plain XML documents that go
// with it. The version is a matter of responses only: it reads the spellings of
// all.
//
// The order of elements is free. Links that clients echo, and what else only
// describes the answer they have read, are ignored.
func NewReader() format.Reader { return reader{} }

type reader struct{}

// ReadEntry reads an entry as a POST, PUT, PATCH or MERGE sends it. Source: OData
// V3 Atom format, representing an entity in a request.
func (reader) ReadEntry(r io.Reader, m *metadata.Model, expected *metadata.EntityType, limits format.Limits) (*odata.EntryPayload, error) {
	in := xmlread.New(r, m, limits)
	if err := in.Root(); err != nil {
		return nil, err
	}
	if !in.Is(xmlread.Atom, "entry") {
		return nil, in.Fail(jsonread.CodePayload, "The body is an Atom entry", jsonread.Quote(in.Local()))
	}
	in.Enter("entry")
	payload, err := readEntry(in, m, expected)
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return payload, nil
}

// ReadProperty reads a document whose root is the property; its name does not
// matter. With the zero TypeRef it reads an undeclared property.
func (reader) ReadProperty(r io.Reader, m *metadata.Model, name string, t metadata.TypeRef, limits format.Limits) (edm.Value, error) {
	in := xmlread.New(r, m, limits)
	in.Enter(name)
	if err := in.Root(); err != nil {
		return edm.Null, err
	}
	var v edm.Value
	var err error
	if t.IsZero() {
		v, err = in.Dynamic()
	} else {
		v, err = in.Value(t)
	}
	if err != nil {
		return edm.Null, err
	}
	if err := in.End(); err != nil {
		return edm.Null, err
	}
	return v, nil
}

// ReadComplex reads a document whose root is the complex value; its name does
// not matter. Null is refused: it has no members.
func (reader) ReadComplex(r io.Reader, m *metadata.Model, name string, t *metadata.ComplexType, limits format.Limits) ([]odata.Assignment, error) {
	in := xmlread.New(r, m, limits)
	in.Enter(name)
	if err := in.Root(); err != nil {
		return nil, err
	}
	members, err := in.Members(t)
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return members, nil
}

// ReadLink reads a uri element, which .NET clients put into the namespace of
// metadata instead of that of data.
func (reader) ReadLink(r io.Reader, limits format.Limits) (string, error) {
	in := xmlread.New(r, nil, limits)
	if err := in.Root(); err != nil {
		return "", err
	}
	if !in.Is(xmlread.Data, "uri") && !in.Is(xmlread.Metadata, "uri") {
		return "", in.Fail(jsonread.CodePayload, "A link is the URL of an entity in the element d:uri", jsonread.Quote(in.Local()))
	}
	in.Enter("uri")
	text, err := in.Text()
	if err != nil {
		return "", err
	}
	url := string(text)
	if err := in.End(); err != nil {
		return "", err
	}
	return url, nil
}

// ReadParameters refuses: operations have no arguments in Atom. Source: OData
// V3, invoking an action.
func (reader) ReadParameters(io.Reader, *metadata.Model, []*metadata.Parameter, format.Limits) ([]edm.Value, error) {
	return nil, &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: xmlread.CodeMediaType,
		Message: "The arguments of an operation are sent as JSON"}
}
