package xmlread

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// Dynamic consumes the current element as the value of an undeclared property,
// whose type m:type tells: Edm.String if it does not. Source: OData V3 Atom
// format, m:type.
func (in *Input) Dynamic() (edm.Value, error) {
	in.enterUndeclared()
	ref := metadata.PrimitiveType(edm.KindString)
	null, err := in.IsNull()
	switch name, told := in.Attribute(Metadata, "type"); {
	case err != nil:
		return edm.Null, err
	case null:
	case told && len(name) > 0:
		known := false
		if in.model != nil {
			ref, known = in.model.TypeRef(string(name))
		}
		if !known || ref.Entity != nil || ref.Kind == edm.KindStream {
			return edm.Null, in.Fail(jsonread.CodeUnknownType, "A value has a type that is unknown or not allowed here", jsonread.Quote(name))
		}
	}
	v, err := in.Value(ref)
	if err != nil {
		return edm.Null, err
	}
	in.Leave()
	return v, nil
}
