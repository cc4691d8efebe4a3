package atom

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendProperty writes a property as the whole payload: the element it has in
// an entry, with the namespaces. Source: OData V3 Atom format, individual
// properties.
func (f *Format) AppendProperty(dst []byte, _ *format.Context, p format.Property) []byte {
	c := f.compiler()
	field := c.element(c.name(p.Name), f.options.spaces(), p.Type)
	field.item = c.complex(p.Type.Complex)
	return field.appendTo(append(dst, declaration...), &p.Value)
}

// AppendCollection writes the collection that an operation returned. Unlike a
// property it has no prefixes, and no type at its root, where readers of
// collections refuse one. Source: OData V3 Atom format, collection of complex or
// primitive values.
func (f *Format) AppendCollection(dst []byte, _ *format.Context, p format.Property) []byte {
	c := compiler{options: f.options, items: operationItems}
	name := c.name(p.Name)
	dst = append(append(append(dst, declaration+"<"...), name...), ` xmlns="`+dataSpace+`"`...)
	dst = append(dst, f.options.spaces()...)
	if f.options.Before3 && p.Type.Kind.IsSpatial() {
		dst = append(dst, gmlSpace...)
	}
	if p.Value.Kind() != edm.KindCollection || len(p.Value.Elements()) == 0 {
		return append(dst, ` />`...)
	}
	dst = c.items.appendItems(append(dst, '>'), &p.Value, c.complex(p.Type.Complex))
	return append(append(append(dst, "</"...), name...), '>')
}
