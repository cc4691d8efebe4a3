package verbose

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendProperty writes a property, or the single value of an operation, as the
// whole payload: {"d":{"Name":"Ann"}}, and null as {"d":{"Name":null}}. Before
// version 3.0 properties are no collections; one is written as AppendCollection
// does.
func (w Writer) AppendProperty(dst []byte, c *format.Context, p format.Property) []byte {
	version, compiler := w.version(), w.compiler()
	if p.Type.Collection && version < Version3 {
		return w.AppendCollection(dst, c, p)
	}
	dst = format.AppendJSONString(append(dst, `{"d":{`...), p.Name)
	dst = append(dst, ':')
	if p.Type.Collection || p.Type.Complex != nil {
		dst = compiler.field(p.Name, p.Type, 0).appendValue(dst, &p.Value, version.dialect())
	} else {
		dst = format.AppendJSONPrimitive(dst, p.Value, version.dialect())
	}
	return append(dst, "}}"...)
}

// AppendCollection writes the collection of primitive or complex values that an
// operation returned. Unlike a property it has no name and does not tell its
// type, so complex items tell theirs: {"d":{"results":[…]}}, or a bare array in
// a response of version 1.0.
func (w Writer) AppendCollection(dst []byte, _ *format.Context, p format.Property) []byte {
	version, compiler := w.version(), w.compiler()
	item := compiler.complex(p.Type.Complex)
	dst = appendArrayStart(append(dst, `{"d":`...), version)
	if p.Value.Kind() == edm.KindCollection {
		items := p.Value.Elements()
		for i := range items {
			if i > 0 {
				dst = append(dst, ',')
			}
			if item != nil {
				dst = item.appendTyped(dst, &items[i], version.dialect())
			} else {
				dst = format.AppendJSONPrimitive(dst, items[i], version.dialect())
			}
		}
	}
	return append(appendArrayEnd(dst, version, nil, ""), '}')
}
