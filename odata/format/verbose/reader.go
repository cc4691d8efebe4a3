package verbose

import (
	"io"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// NewReader returns the reader of JSON verbose. The version is a matter of
// responses only: it reads the spellings of all dialects.
//
// Requests have no member "d" around them, unlike responses.
func NewReader() format.Reader { return reader{} }

type reader struct{}

// ReadEntry reads an entity as a POST, PUT, PATCH or MERGE sends it. Source:
// OData V3 JSON verbose, representing an entity in a request.
func (reader) ReadEntry(r io.Reader, m *metadata.Model, expected *metadata.EntityType, limits format.Limits) (*odata.EntryPayload, error) {
	in := jsonread.New(r, m, jsonread.Verbose, limits)
	if err := in.CountEntity(); err != nil {
		return nil, err
	}
	o, err := readObject(in, expected, true)
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return o.Payload, nil
}

// ReadProperty reads an object with one member, the value; its name does not
// matter. With the zero TypeRef it reads an undeclared property.
func (reader) ReadProperty(r io.Reader, m *metadata.Model, name string, t metadata.TypeRef, limits format.Limits) (edm.Value, error) {
	in := jsonread.New(r, m, jsonread.Verbose, limits)
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

// ReadComplex reads an object with one member, the complex value; its name does
// not matter. Null is refused: it has no members.
func (reader) ReadComplex(r io.Reader, m *metadata.Model, name string, t *metadata.ComplexType, limits format.Limits) (members []odata.Assignment, err error) {
	in := jsonread.New(r, m, jsonread.Verbose, limits)
	in.Enter(name)
	err = readWrapped(in, func() (err error) {
		members, err = in.Members(t)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := in.End(); err != nil {
		return nil, err
	}
	return members, nil
}

// ReadLink reads {"uri":"…"}.
func (reader) ReadLink(r io.Reader, limits format.Limits) (string, error) {
	return jsonread.New(r, nil, jsonread.Verbose, limits).Link("uri")
}

// ReadParameters reads an object with a member for each argument.
func (reader) ReadParameters(r io.Reader, m *metadata.Model, parameters []*metadata.Parameter, limits format.Limits) ([]edm.Value, error) {
	return jsonread.New(r, m, jsonread.Verbose, limits).Parameters(parameters)
}

func readProperty(in *jsonread.Input, t metadata.TypeRef) (v edm.Value, err error) {
	err = readWrapped(in, func() (err error) {
		if t.IsZero() {
			v, _, err = in.Dynamic("")
		} else {
			v, err = in.Value(t)
		}
		return err
	})
	return v, err
}

// readWrapped reads an object with one member besides annotations, calling read
// where its value begins.
func readWrapped(in *jsonread.Input, read func() error) error {
	if err := in.OpenObject(); err != nil {
		return err
	}
	found := false
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil:
			return err
		case !more && !found:
			return in.Fail(jsonread.CodeMissing, "The value of a property is the one member of an object", "")
		case !more:
			return nil
		case jsonread.Verbose.IsAnnotation(name):
			err = in.Skip()
		case found:
			return in.FailMember(jsonread.CodePayload, "The value of a property is the one member of an object", jsonread.Quote(name))
		default:
			found = true
			err = read()
		}
		if err != nil {
			return err
		}
	}
}
