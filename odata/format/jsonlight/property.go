package jsonlight

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// nullFragment is the type of a property that holds null.
const nullFragment = "#Edm.Null"

// AppendProperty writes a property as the whole payload: a primitive value or a
// collection as the member "value", the members of a complex value at the top,
// and {"odata.null":true} for null. Source: OData V3 JSON light, individual
// properties.
func (w writer) AppendProperty(dst []byte, c *format.Context, p format.Property) []byte {
	compiler := compiler{level: w.level}
	field := compiler.field("value", p.Type, 0)
	typ := format.TypeName(p.Type)
	if field.shape == spatial && !p.Value.IsNull() {
		typ = p.Value.Kind().String()
	}
	fragment := format.AppendJSONText([]byte{'#'}, typ)
	missing := p.Value.IsNull() && !p.Type.Collection
	if missing {
		fragment = []byte(nullFragment)
	}

	start := len(dst)
	if w.level != None {
		dst = append(dst, ',')
		dst = appendContext(dst, c, fragment)
	}
	switch {
	case missing:
		dst = append(dst, `,"odata.null":true`...)
	case field.shape == object && p.Value.Kind() == edm.KindComplex:
		dst = field.item.appendMembers(dst, &p.Value)
	default:
		if w.level == Full && (field.shape == list || field.shape != object && !format.TellsType(p.Value)) {
			dst = append(dst, compiler.instanceType(typ)...)
		}
		dst = field.appendValue(append(dst, field.name...), &p.Value)
	}
	return closeObject(dst, start)
}
