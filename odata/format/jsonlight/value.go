package jsonlight

import (
	"github.com/pamodata/pamodata/metadata/edm"
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
			dst = f.appendType(dst, v)
			dst = f.appendValue(append(dst, f.name...), v)
		}
	}
	return dst
}

// appendType appends the annotation with the type of v, where there is one. A
// null needs none, it would be null in any type; a collection that is null is
// written empty.
func (f *fieldPlan) appendType(dst []byte, v *edm.Value) []byte {
	if f.shape != spatial || f.typ == nil {
		return append(dst, f.typ...)
	}
	if v.IsNull() {
		return dst
	}
	dst = append(dst, f.typ...)
	dst = append(dst, v.Kind().String()...)
	return append(dst, '"')
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
