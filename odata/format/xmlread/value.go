package xmlread

import (
	"bytes"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// Value consumes the current element as a value of type t. Null, which m:null
// tells, belongs to every type except collections; whether it is allowed, and all
// other facets, are for others to check. Enum values are strings. A collection
// may have null items.
//
// Without m:type the value is of the declared type. Another type must be a
// numeric one for a number, whose value fits, or a spatial type below the
// declared one. A derived complex type never fits, since a value could not say
// that it is one. Source: OData V3 Atom format, m:type.
func (in *Input) Value(t metadata.TypeRef) (edm.Value, error) {
	if t.Entity != nil {
		return edm.Null, in.Fail(jsonread.CodeMismatch, "An entity cannot be a value", "")
	}
	switch null, err := in.IsNull(); {
	case err != nil:
		return edm.Null, err
	case null && t.Collection:
		return edm.Null, in.Mismatch("a collection", "null")
	case null:
		return edm.Null, in.Blank()
	}
	kind, err := in.checkType(t)
	switch {
	case err != nil:
		return edm.Null, err
	case t.Collection:
		return in.collection(t.Item())
	case t.Complex != nil:
		return in.complexValue(t.Complex)
	}
	return in.primitive(t.Kind, kind)
}

// checkType reads m:type, which has to fit t, and returns the kind to read the
// value as.
func (in *Input) checkType(t metadata.TypeRef) (edm.Kind, error) {
	name, ok := in.Attribute(Metadata, "type")
	if !ok || len(name) == 0 || isNameOf(name, t) {
		return t.Kind, nil
	}
	told, ok := metadata.TypeRef{}, false
	if in.model != nil {
		told, ok = in.model.TypeRef(string(name))
	}
	switch {
	case !ok || told.Entity != nil || t.Complex != nil && !t.Collection && told != t:
		return 0, in.Fail(jsonread.CodeUnknownType, "A value has a type that is unknown or does not fit",
			"expected "+t.String()+", found "+jsonread.Quote(name))
	case told == t, t.Enum != nil && told == (metadata.TypeRef{Kind: edm.KindString, Collection: t.Collection}):
		return t.Kind, nil
	case t.IsPrimitive() && told.IsPrimitive():
		if t.Kind.IsNumeric() && told.Kind.IsNumeric() || isBelow(told.Kind, t.Kind) {
			return told.Kind, nil
		}
	}
	return 0, in.Fail(jsonread.CodeMismatch, "A value has a type that does not fit",
		"expected "+t.String()+", found "+told.String())
}

// isBelow reports whether the spatial type k extends base.
func isBelow(k, base edm.Kind) bool {
	return base == edm.KindGeography && k.IsGeography() || base == edm.KindGeometry && k.IsSpatial() && !k.IsGeography()
}

// isNameOf reports whether name is that of t in $metadata.
func isNameOf(name []byte, t metadata.TypeRef) bool {
	if t.Collection {
		item, ok := bytes.CutPrefix(name, []byte("Collection("))
		if !ok || len(item) == 0 || item[len(item)-1] != ')' {
			return false
		}
		return isNameOf(item[:len(item)-1], t.Item())
	}
	switch {
	case t.Complex != nil:
		return isQualified(name, t.Complex.Namespace, t.Complex.Name)
	case t.Enum != nil:
		return isQualified(name, t.Enum.Namespace, t.Enum.Name)
	}
	return string(name) == t.Kind.String()
}

func isQualified(text []byte, namespace, name string) bool {
	n := len(namespace)
	return len(text) == n+1+len(name) && string(text[:n]) == namespace && text[n] == '.' && string(text[n+1:]) == name
}

// primitive reads a value of kind told as one of kind k.
func (in *Input) primitive(k, told edm.Kind) (edm.Value, error) {
	if k.IsSpatial() {
		return in.spatial(told)
	}
	at := in.begin
	text, err := in.Text()
	if err != nil {
		return edm.Null, err
	}
	if k == edm.KindString {
		return edm.String(string(text)), nil
	}
	return in.parse(k, told, text, at)
}

// parse reads text as a value of kind told and makes it one of kind k.
func (in *Input) parse(k, told edm.Kind, text []byte, at int64) (edm.Value, error) {
	v, err := edm.ParseText(told, textFor(told, text))
	if err == nil && told != k {
		v, err = edm.Convert(v, k)
	}
	if err != nil {
		return edm.Null, in.notOfKind(k, at, err)
	}
	return v, nil
}

// Parse reads text, which Text or Attribute has returned, as a value of the
// primitive kind k that is not spatial.
func (in *Input) Parse(k edm.Kind, text []byte) (edm.Value, error) {
	return in.parse(k, k, text, in.begin)
}

// inlineDigits is how many digits of a Decimal a value holds by itself.
const inlineDigits = 38

// textFor is text as a string for reading a value of kind k. It is not copied
// where the value cannot refer to it: only strings and long decimals do, so the
// view is gone before the buffer is used again.
func textFor(k edm.Kind, text []byte) string {
	if k == edm.KindString || k == edm.KindDecimal && len(text) > inlineDigits {
		return string(text)
	}
	return unsafe.String(unsafe.SliceData(text), len(text))
}

// collection reads the items of a collection, which are elements called element
// in the namespace of data; in that of metadata they are accepted, too.
func (in *Input) collection(item metadata.TypeRef) (edm.Value, error) {
	var items []edm.Value
	for {
		more, err := in.Child()
		switch {
		case err != nil:
			return edm.Null, err
		case !more:
			return edm.Collection(items), nil
		case !in.Is(Data, "element") && !in.Is(Metadata, "element"):
			return edm.Null, in.Mismatch("the elements d:element", jsonread.Quote(in.tag.local))
		}
		in.EnterItem("element", len(items))
		v, err := in.Value(item)
		if err != nil {
			return edm.Null, err
		}
		in.Leave()
		items = append(items, v)
	}
}

// complexValue reads the members of a complex value. Those that are absent have
// their defaults.
func (in *Input) complexValue(t *metadata.ComplexType) (edm.Value, error) {
	values := jsonread.Absent(t)
	err := in.readMembers(t, func(i int, v edm.Value) { values[i] = v })
	if err != nil {
		return edm.Null, err
	}
	return edm.Complex(values), nil
}

// Members consumes the current element as a complex value of type t of which
// members change, such as a PATCH sends. Those that are absent are not in the
// result. Null is refused: it has none.
func (in *Input) Members(t *metadata.ComplexType) (assignments []odata.Assignment, err error) {
	switch null, err := in.IsNull(); {
	case err != nil:
		return nil, err
	case null:
		return nil, in.Mismatch("members", "null")
	}
	if _, err := in.checkType(metadata.TypeRef{Kind: edm.KindComplex, Complex: t}); err != nil {
		return nil, err
	}
	err = in.readMembers(t, func(i int, v edm.Value) {
		assignments = append(assignments, odata.Assignment{Property: t.AllProperties()[i], Value: v})
	})
	return assignments, err
}

// readMembers reads the members of a value of type t, each at most once.
func (in *Input) readMembers(t *metadata.ComplexType, set func(int, edm.Value)) error {
	properties := t.AllProperties()
	first := len(in.seen)
	for range properties {
		in.seen = append(in.seen, false)
	}
	for {
		data, more, err := in.Datum()
		switch {
		case err != nil:
			return err
		case !more:
			in.seen = in.seen[:first]
			return nil
		case !data:
			if err := in.Skip(); err != nil {
				return err
			}
			continue
		}
		i := find(properties, in.tag.local)
		switch {
		case i < 0:
			return in.UnknownProperty(in.tag.local, t.QualifiedName())
		case in.seen[first+i]:
			return in.Duplicate()
		}
		in.seen[first+i] = true
		in.Enter(properties[i].Name)
		if in.told != nil {
			in.told[joined(in.path[in.toldFrom:])] = true
		}
		v, err := in.Value(properties[i].TypeRef())
		if err != nil {
			return err
		}
		in.Leave()
		set(i, v)
	}
}

// Datum is Child for elements that hold the properties of an entity or of a
// complex value. It reports whether the element is a property, which those in
// the namespace of data are; those of other namespaces are extensions to be
// skipped. One without a namespace, or in that of Atom, is taken for a mistake.
func (in *Input) Datum() (data, more bool, err error) {
	if more, err = in.Child(); !more || err != nil {
		return false, false, err
	}
	switch in.tag.space {
	case Data:
		return true, true, nil
	case None, Atom:
		return false, true, in.Fail(jsonread.CodeUnknownProperty, "A property is an element in the namespace of data services", jsonread.Quote(in.tag.local))
	}
	return false, true, nil
}

// find finds the property that an element is called after, or returns -1.
func find(properties []*metadata.Property, name []byte) int {
	for i, p := range properties {
		if p.Name == string(name) {
			return i
		}
	}
	decoded := DecodedName(name)
	if len(decoded) == len(name) {
		return -1
	}
	for i, p := range properties {
		if p.Name == string(decoded) {
			return i
		}
	}
	return -1
}

// DecodedName is the name of the property that an element is called after, where
// _xHHHH_ stands for a character that XML does not have in names. Source: the
// convention of .NET, XmlConvert.EncodeName.
func DecodedName(name []byte) []byte {
	const form = len("_xHHHH_")
	if !bytes.Contains(name, []byte("_x")) {
		return name
	}
	decoded := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		if len(name)-i >= form && name[i+1] == 'x' && name[i] == '_' && name[i+form-1] == '_' {
			digits := append([]byte("#x"), name[i+2:i+form-1]...)
			if r := numbered(digits); r != 0 {
				decoded = append(decoded, string(r)...)
				i += form - 1
				continue
			}
		}
		decoded = append(decoded, name[i])
	}
	return decoded
}

// Watch notes in told the paths of the members of complex values that are read
// from now on, such as Home/City below the element entered last. It ends with a
// nil map.
func (in *Input) Watch(told map[string]bool) { in.told, in.toldFrom = told, max(len(in.path)-1, 0) }
