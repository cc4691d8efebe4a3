package verbose

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendDynamic appends undeclared properties. The format has no way to tell
// the types of primitive values; readers guess.
//
// Some cannot be written. Names that begin with two underscores have a meaning
// in the format, and those with a colon, a point or an at sign are refused by
// .NET readers. A value that does not know its type would mean nothing.
// Collections exist from version 3.0 on.
func (e *encoder) appendDynamic(dst []byte, properties []odata.DynamicProperty) []byte {
	for i := range properties {
		p := &properties[i]
		if !e.dynamic.Sends(p.Name) || !isMemberName(p.Name) || !e.knows(&p.Value) {
			continue
		}
		dst = format.AppendJSONText(append(dst, `,"`...), p.Name)
		dst = append(dst, `":`...)
		if p.Value.Kind() == edm.KindCollection {
			dst = e.appendDynamicList(dst, p.Value.Elements())
		} else {
			dst = format.AppendJSONPrimitive(dst, p.Value, e.dialect)
		}
	}
	return dst
}

// appendDynamicList appends a collection of primitive values. It has the type
// of its first item that is not null, or tells none.
func (e *encoder) appendDynamicList(dst []byte, items []edm.Value) []byte {
	dst = append(dst, '{')
	for i := range items {
		if !items[i].IsNull() {
			dst = append(dst, `"__metadata":{"type":"Collection(`...)
			dst = append(dst, items[i].Kind().String()...)
			dst = append(dst, `)"},`...)
			break
		}
	}
	dst = append(dst, `"results":[`...)
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = format.AppendJSONPrimitive(dst, items[i], e.dialect)
	}
	return append(dst, "]}"...)
}

// isMemberName reports whether readers take name for a data member.
func isMemberName(name string) bool {
	return name != "" && !strings.HasPrefix(name, "__") && !strings.ContainsAny(name, ":.@")
}

// knows reports whether the dialect has words for v.
func (e *encoder) knows(v *edm.Value) bool {
	return format.TypedItself(v) && (v.Kind() != edm.KindCollection || e.version >= Version3)
}
