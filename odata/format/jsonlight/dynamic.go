package jsonlight

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendDynamic appends undeclared properties. Readers have no model for them,
// so at levels Minimal and Full they carry their type unless the JSON tells it.
//
// Two kinds cannot be written. A name with a point or an at sign, or one that
// begins with a number sign, would be read as an annotation. And a value that
// does not know its type would mean nothing.
func (e *encoder) appendDynamic(dst []byte, properties []odata.DynamicProperty) []byte {
	for i := range properties {
		p := &properties[i]
		if !e.dynamic.Sends(p.Name) || !isMemberName(p.Name) || !format.TypedItself(&p.Value) {
			continue
		}
		dst = append(dst, `,"`...)
		if typ, collection := dynamicType(p.Value); e.level != None && typ != edm.KindNull {
			dst = format.AppendJSONText(dst, p.Name)
			dst = append(dst, `@odata.type":"`...)
			if collection {
				dst = append(dst, "Collection("...)
			}
			dst = append(dst, typ.String()...)
			if collection {
				dst = append(dst, ')')
			}
			dst = append(dst, `","`...)
		}
		dst = format.AppendJSONText(dst, p.Name)
		dst = append(dst, `":`...)
		if p.Value.Kind() == edm.KindCollection {
			dst = appendList(dst, &p.Value, nil)
		} else {
			dst = format.AppendJSONPrimitive(dst, p.Value, format.DialectLight)
		}
	}
	return dst
}

// isMemberName reports whether readers take name for a data member.
func isMemberName(name string) bool {
	return name != "" && name[0] != '#' && !strings.ContainsAny(name, ".@")
}

// dynamicType is the type a dynamic property has to tell, or KindNull. A
// collection has the type of its first item that is not null.
func dynamicType(v edm.Value) (item edm.Kind, collection bool) {
	if v.Kind() == edm.KindCollection {
		for _, item := range v.Elements() {
			if !item.IsNull() {
				return item.Kind(), true
			}
		}
		return edm.KindNull, true
	}
	if format.TellsType(v) {
		return edm.KindNull, false
	}
	return v.Kind(), false
}
