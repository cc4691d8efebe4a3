package jsonlight

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendFields appends structural properties, a comma before each. values are
// those of the row or of the complex value.
func appendFields(dst []byte, runs []fieldRun, values []edm.Value) []byte {
	for i := range runs {
		run := &runs[i]
		dst = format.AppendJSONFields(dst, run.plain, values, format.DialectLight)
		if f := run.last; f != nil {
			v := &values[f.index]
			if f.tellsType(v) {
				dst = append(dst, f.typed...)
			} else {
				dst = append(dst, f.name...)
			}
			dst = f.appendValue(dst, v)
		}
	}
	return dst
}

// tellsType decides about the annotation with the type of v. A null needs none,
// it would be null in any type; a collection that is null is written empty.
func (f *fieldPlan) tellsType(v *edm.Value) bool {
	switch f.shape {
	case typed:
		return !v.IsNull()
	case typedFloat:
		return !format.TellsType(*v)
	case list:
		return f.typed != nil
	}
	return false
}

// appendValue appends v behind its name.
func (f *fieldPlan) appendValue(dst []byte, v *edm.Value) []byte {
	switch f.shape {
	case object:
		return f.item.appendObject(dst, v)
	case list:
		return appendList(dst, v, f.item)
	}
	return format.AppendJSONPrimitive(dst, *v, format.DialectLight)
}

// appendObject appends a complex value or null.
func (p *complexPlan) appendObject(dst []byte, v *edm.Value) []byte {
	if v.Kind() != edm.KindComplex {
		return append(dst, "null"...)
	}
	start := len(dst)
	dst = p.appendMembers(dst, v)
	return closeObject(dst, start)
}

// appendMembers appends the members of a complex value, a comma before each.
func (p *complexPlan) appendMembers(dst []byte, v *edm.Value) []byte {
	return appendFields(append(dst, p.typ...), p.members, v.Elements())
}

// appendList appends a collection; item is nil when its items are primitive.
// Collections are never null: one that is missing is empty.
func appendList(dst []byte, v *edm.Value, item *complexPlan) []byte {
	if v.Kind() != edm.KindCollection {
		return append(dst, "[]"...)
	}
	dst = append(dst, '[')
	values := v.Elements()
	for i := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		if item != nil {
			dst = item.appendObject(dst, &values[i])
		} else {
			dst = format.AppendJSONPrimitive(dst, values[i], format.DialectLight)
		}
	}
	return append(dst, ']')
}

// appendDynamic appends undeclared properties. Readers have no model for them,
// so at levels Minimal and Full they carry their type unless the JSON tells it.
//
// Two kinds cannot be written. A name with a point or an at sign, or one that
// begins with a number sign, would be read as an annotation. And a complex value
// is meaningless without its type, which a value does not know.
func (e *encoder) appendDynamic(dst []byte, properties []odata.DynamicProperty) []byte {
	for i := range properties {
		p := &properties[i]
		if !isMemberName(p.Name) || !isSelfContained(p.Value) {
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

// isSelfContained reports whether v can be written without a declared type.
func isSelfContained(v edm.Value) bool {
	switch v.Kind() {
	case edm.KindComplex:
		return false
	case edm.KindCollection:
		for _, item := range v.Elements() {
			if item.Kind() == edm.KindComplex || item.Kind() == edm.KindCollection {
				return false
			}
		}
	}
	return true
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
