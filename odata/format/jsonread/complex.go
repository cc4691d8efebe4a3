package jsonread

import (
	"bytes"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// IsAnnotation reports whether a member tells about data instead of being data.
// In light these are the names with a point or an at sign and those that begin
// with a number sign; in verbose those that begin with two underscores.
func (d Dialect) IsAnnotation(name []byte) bool {
	if d == Verbose {
		return bytes.HasPrefix(name, []byte("__"))
	}
	return len(name) > 0 && name[0] == '#' || bytes.ContainsAny(name, ".@")
}

// A Complex is a complex value in the making.
type Complex struct {
	typ    *metadata.ComplexType
	values []edm.Value
	data   bool // a property has been read
}

// NewComplex starts a value of type t whose members are all absent: they have
// their defaults, and null where they have none.
func NewComplex(t *metadata.ComplexType) *Complex {
	return &Complex{typ: t, values: Absent(t)}
}

// Absent are the values of the members of t that a payload does not have.
func Absent(t *metadata.ComplexType) []edm.Value {
	values := make([]edm.Value, len(t.AllProperties()))
	for i, p := range t.AllProperties() {
		values[i], _ = p.Default()
	}
	return values
}

// HasData reports whether a property has been read.
func (c *Complex) HasData() bool { return c.data }

// Value is the complex value.
func (c *Complex) Value() edm.Value { return edm.Complex(c.values) }

func (in *Input) complexValue(t *metadata.ComplexType) (edm.Value, error) {
	if err := in.OpenObject(); err != nil {
		return edm.Null, err
	}
	c := NewComplex(t)
	for {
		name, more, err := in.NextMember()
		if err != nil {
			return edm.Null, err
		}
		if !more {
			return c.Value(), nil
		}
		if err := in.ComplexMember(c, name); err != nil {
			return edm.Null, err
		}
	}
}

// ComplexMember reads the value of the member name, whose name has been read,
// into c.
func (in *Input) ComplexMember(c *Complex, name []byte) error {
	i, v, err := in.complexMember(c.typ, c.data, name)
	if err != nil || i < 0 {
		return err
	}
	c.data = true
	c.values[i] = v
	return nil
}

// Members reads an object with some of the members of a complex value of type
// t, such as a PATCH sends. Those that are absent are not in the result.
func (in *Input) Members(t *metadata.ComplexType) ([]odata.Assignment, error) {
	if err := in.OpenObject(); err != nil {
		return nil, err
	}
	var members []odata.Assignment
	for {
		name, more, err := in.NextMember()
		if err != nil {
			return nil, err
		}
		if !more {
			return members, nil
		}
		if members, err = in.AppendMember(members, t, name); err != nil {
			return nil, err
		}
	}
}

// AppendMember reads the value of the member name, whose name has been read, of
// a complex value of type t. It appends nothing for what is no property.
func (in *Input) AppendMember(dst []odata.Assignment, t *metadata.ComplexType, name []byte) ([]odata.Assignment, error) {
	i, v, err := in.complexMember(t, len(dst) > 0, name)
	if err != nil || i < 0 {
		return dst, err
	}
	return append(dst, odata.Assignment{Property: t.AllProperties()[i], Value: v}), nil
}

// complexMember reads the value of the member name of a complex value of type t
// and returns which property it is of, -1 for none. begun tells that others have
// been read.
func (in *Input) complexMember(t *metadata.ComplexType, begun bool, name []byte) (int, edm.Value, error) {
	switch {
	case in.dialect == Light && string(name) == "odata.type":
		if begun {
			return -1, edm.Null, in.FailMember(CodePayload, "odata.type must come before the properties", "")
		}
		typ, err := in.ReadText()
		if err != nil {
			return -1, edm.Null, err
		}
		return -1, edm.Null, in.checkComplexType(typ, t)
	case in.dialect == Verbose && string(name) == "__metadata":
		about, err := in.ReadMetadata()
		if err != nil || about.Type == "" {
			return -1, edm.Null, err
		}
		return -1, edm.Null, in.checkComplexType(about.Type, t)
	case in.dialect.IsAnnotation(name):
		return -1, edm.Null, in.Skip()
	}
	for i, p := range t.AllProperties() {
		if p.Name != string(name) {
			continue
		}
		in.Enter(p.Name)
		v, err := in.Value(p.TypeRef())
		if err != nil {
			return -1, edm.Null, err
		}
		in.Leave()
		return i, v, nil
	}
	return -1, edm.Null, in.UnknownProperty(name, t.QualifiedName())
}

// checkComplexType allows the type that is declared and no other: a value could
// not say that it is of a derived type.
func (in *Input) checkComplexType(name string, want *metadata.ComplexType) error {
	if name == want.QualifiedName() || in.model != nil && in.model.ComplexType(name) == want {
		return nil
	}
	return in.Fail(CodeUnknownType, "The type of a complex value must be the declared one",
		"expected "+want.QualifiedName()+", found "+Quote([]byte(name)))
}

// Metadata is what __metadata of verbose says, as far as readers need it.
type Metadata struct {
	Type   string // empty when absent
	URI    string
	HasURI bool
}

// ReadMetadata reads the object in __metadata. Members other than type and uri
// only echo what a service has written.
func (in *Input) ReadMetadata() (about Metadata, err error) {
	if err := in.OpenObject(); err != nil {
		return about, err
	}
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil || !more:
			return about, err
		case string(name) == "type":
			about.Type, err = in.ReadText()
		case string(name) == "uri":
			about.HasURI = true
			about.URI, err = in.ReadText()
		default:
			err = in.Skip()
		}
		if err != nil {
			return about, err
		}
	}
}
