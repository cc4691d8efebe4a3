package atom

import (
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// appendPrimitive appends a primitive value that is not null as the content of
// the element whose start tag dst ends with: text, or a GML element for a spatial
// value.
func appendPrimitive(dst []byte, v *edm.Value) []byte {
	switch v.Kind() {
	case edm.KindString:
		return appendContent(dst, v.Str())
	case edm.KindInt32, edm.KindInt64, edm.KindInt16, edm.KindByte, edm.KindSByte:
		return strconv.AppendInt(dst, v.Int(), 10)
	case edm.KindBoolean:
		return strconv.AppendBool(dst, v.Bool())
	case edm.KindGuid:
		return v.GUID().AppendText(dst)
	case edm.KindDateTime:
		return v.DateTime().AppendText(dst)
	case edm.KindDateTimeOffset:
		return v.DateTimeOffset().AppendText(dst)
	case edm.KindDecimal:
		return v.Decimal().AppendText(dst)
	case edm.KindComplex, edm.KindCollection:
		return dst // not primitive: the model and the row disagree
	}
	return appendOther(dst, v)
}

// appendOther is appendPrimitive for the kinds that are rare or costly, so that
// the common ones need no large frame.
func appendOther(dst []byte, v *edm.Value) []byte {
	if v.Kind().IsSpatial() {
		return edm.AppendGML(dst, v.Spatial())
	}
	return edm.AppendText(dst, *v)
}

// appendTo appends a structural property.
func (f *fieldPlan) appendTo(dst []byte, v *edm.Value) []byte {
	if f.hides != shown && f.hidesValue(v) {
		return dst
	}
	switch f.shape {
	case primitive:
		if v.IsNull() {
			return append(dst, f.null...)
		}
		dst = append(dst, f.start...)
		dst = appendPrimitive(dst, v)
		return append(dst, f.end...)
	case list:
		return f.appendList(dst, v)
	}
	if v.Kind() != edm.KindComplex {
		return append(dst, f.null...)
	}
	before := len(dst)
	dst = append(dst, f.start...)
	inside := len(dst)
	dst = f.item.appendMembers(dst, v)
	if f.item.hides && len(dst) == inside {
		return dst[:before]
	}
	return append(dst, f.end...)
}

// hidesValue reports whether v is told by an Atom element alone. Null is none of
// those elements' values.
func (f *fieldPlan) hidesValue(v *edm.Value) bool {
	if f.hides == hiddenUnlessVoid && v.Kind() == edm.KindString && v.Str() == "" {
		return false
	}
	return !v.IsNull()
}

// appendMembers appends the members of a complex value.
func (p *complexPlan) appendMembers(dst []byte, v *edm.Value) []byte {
	values := v.Elements()
	for i := range p.members {
		m := &p.members[i]
		dst = m.appendTo(dst, &values[m.index])
	}
	return dst
}

// An itemTags is how the items of a collection are framed.
type itemTags struct{ start, end, null string }

var (
	propertyItems  = &itemTags{`<d:element>`, `</d:element>`, `<d:element m:null="true" />`}
	operationItems = &itemTags{`<element>`, `</element>`, `<element m:null="true" />`}
)

// appendList appends a collection. Collections are never null: one that is
// missing is empty.
func (f *fieldPlan) appendList(dst []byte, v *edm.Value) []byte {
	dst = append(dst, f.start...)
	if v.Kind() != edm.KindCollection || len(v.Elements()) == 0 {
		return append(dst[:len(dst)-1], ` />`...)
	}
	dst = f.tags.appendItems(dst, v, f.item)
	return append(dst, f.end...)
}

// appendItems appends the items of a collection; item is nil when they are
// primitive. They tell no type: the collection does.
func (t *itemTags) appendItems(dst []byte, v *edm.Value, item *complexPlan) []byte {
	values := v.Elements()
	for i := range values {
		switch {
		case values[i].IsNull() || item != nil && values[i].Kind() != edm.KindComplex:
			dst = append(dst, t.null...)
			continue
		case item != nil:
			dst = item.appendMembers(append(dst, t.start...), &values[i])
		default:
			dst = appendPrimitive(append(dst, t.start...), &values[i])
		}
		dst = append(dst, t.end...)
	}
	return dst
}

// appendDynamic appends undeclared properties, whose types no model tells.
//
// Some cannot be written: those whose names are no element names, and values
// that mean nothing without a declared type, which are complex values and
// collections that are not of one primitive type. Spatial values came with
// version 3.
func (e *encoder) appendDynamic(dst []byte, properties []odata.DynamicProperty) []byte {
	for i := range properties {
		p := &properties[i]
		item, ok := itemKind(&p.Value)
		if !ok || !e.dynamic.Sends(p.Name) || !isSafeName(p.Name) || e.options.Before3 && item.IsSpatial() {
			continue
		}
		dst = append(append(dst, "<d:"...), p.Name...)
		switch {
		case p.Value.IsNull():
			dst = append(dst, ` m:null="true" />`...)
			continue
		case p.Value.Kind() == edm.KindCollection:
			dst = append(append(dst, ` m:type="Collection(`...), item.String()...)
			if len(p.Value.Elements()) == 0 {
				dst = append(dst, `)" />`...)
				continue
			}
			dst = propertyItems.appendItems(append(dst, `)">`...), &p.Value, nil)
		case item == edm.KindString:
			dst = appendPrimitive(append(dst, '>'), &p.Value)
		default:
			dst = append(append(dst, ` m:type="`...), item.String()...)
			dst = appendPrimitive(append(dst, `">`...), &p.Value)
		}
		dst = append(append(append(dst, "</d:"...), p.Name...), '>')
	}
	return dst
}

// itemKind is the primitive kind of an undeclared value or of the items of an
// undeclared collection; ok is false where there is no one such kind. Without
// any item to tell, it is String.
func itemKind(v *edm.Value) (kind edm.Kind, ok bool) {
	switch v.Kind() {
	case edm.KindComplex:
		return 0, false
	case edm.KindCollection:
		for _, item := range v.Elements() {
			switch k := item.Kind(); {
			case k == edm.KindNull:
			case k == edm.KindComplex, k == edm.KindCollection, kind != edm.KindNull && kind != k:
				return 0, false
			default:
				kind = k
			}
		}
		if kind == edm.KindNull {
			kind = edm.KindString
		}
		return kind, true
	}
	return v.Kind(), true
}
