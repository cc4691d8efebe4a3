package verbose

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// appendFields appends structural properties, a comma before each. values are
// those of the row or of the complex value.
func appendFields(dst []byte, runs []fieldRun, values []edm.Value, dialect format.JSONDialect) []byte {
	for i := range runs {
		run := &runs[i]
		dst = format.AppendJSONFields(dst, run.plain, values, dialect)
		if f := run.last; f != nil {
			dst = append(dst, f.name...)
			dst = f.appendValue(dst, &values[f.index], dialect)
		}
	}
	return dst
}

// appendValue appends v behind its name.
func (f *fieldPlan) appendValue(dst []byte, v *edm.Value, dialect format.JSONDialect) []byte {
	if f.list == nil {
		return f.item.appendTyped(dst, v, dialect)
	}
	// Collections are never null: one that is missing is empty.
	dst = append(dst, f.list...)
	if v.Kind() == edm.KindCollection {
		dst = f.appendItems(dst, v.Elements(), dialect)
	}
	return append(dst, "]}"...)
}

// appendItems appends the items of a collection that tells their type.
func (f *fieldPlan) appendItems(dst []byte, items []edm.Value, dialect format.JSONDialect) []byte {
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if f.item != nil {
			dst = f.item.appendBare(dst, &items[i], dialect)
		} else {
			dst = format.AppendJSONPrimitive(dst, items[i], dialect)
		}
	}
	return dst
}

// appendTyped appends a complex value that tells its type, or null.
func (p *complexPlan) appendTyped(dst []byte, v *edm.Value, dialect format.JSONDialect) []byte {
	if v.Kind() != edm.KindComplex {
		return append(dst, "null"...)
	}
	start := len(dst)
	dst = append(dst, p.typ...)
	dst = appendFields(dst, p.members, v.Elements(), dialect)
	dst[start] = '{'
	return append(dst, '}')
}

// appendBare appends a complex value whose type is known from the collection it
// stands in, or null.
func (p *complexPlan) appendBare(dst []byte, v *edm.Value, dialect format.JSONDialect) []byte {
	if v.Kind() != edm.KindComplex {
		return append(dst, "null"...)
	}
	start := len(dst)
	dst = appendFields(dst, p.members, v.Elements(), dialect)
	if len(dst) == start {
		return append(dst, "{}"...) // a type may be without members
	}
	dst[start] = '{' // for the comma before the first member
	return append(dst, '}')
}
