package jsonread

import (
	"bytes"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// Value reads a value of type t. Null belongs to every type except collections;
// whether it is allowed, and all other facets, are for others to check. Enum
// values are strings. A collection may have null items.
//
// Strings stand for every primitive type, numbers for the numeric ones, Int64
// and Decimal included, and GeoJSON for the spatial ones. A whole number may be
// written with a point or an exponent. Source: OData V3, JSON formats, primitive
// types; numbers for Int64 and Decimal are an extension.
func (in *Input) Value(t metadata.TypeRef) (edm.Value, error) {
	next, err := in.Next()
	switch {
	case err != nil:
		return edm.Null, err
	case t.Entity != nil:
		return edm.Null, in.Fail(CodeMismatch, "An entity cannot be a value", "")
	case t.Collection:
		return in.collection(t.Item(), next)
	case next == Null:
		return edm.Null, in.word("null")
	case t.Complex != nil:
		return in.complexValue(t.Complex)
	}
	return in.primitive(t.Kind, next)
}

func (in *Input) primitive(k edm.Kind, next Token) (edm.Value, error) {
	start := in.Offset()
	switch {
	case next == Text:
		text, err := in.text()
		if err != nil {
			return edm.Null, err
		}
		if k == edm.KindString {
			return edm.String(string(text)), nil
		}
		return in.parse(k, text, start)
	case next == Number && k.IsNumeric():
		text, err := in.number()
		if err != nil {
			return edm.Null, err
		}
		if k.IsInteger() && bytes.ContainsAny(text, ".eE") {
			return in.wholeNumber(k, text, start)
		}
		return in.parse(k, text, start)
	case next == True && k == edm.KindBoolean:
		return edm.Boolean(true), in.word("true")
	case next == False && k == edm.KindBoolean:
		return edm.Boolean(false), in.word("false")
	case next == Object && k.IsSpatial():
		return in.spatial(k)
	}
	return edm.Null, in.Mismatch(k.String(), next)
}

// parse reads text as a value of kind k.
func (in *Input) parse(k edm.Kind, text []byte, start int64) (edm.Value, error) {
	v, err := edm.ParseText(k, textFor(k, text))
	if err != nil {
		return edm.Null, in.notOfKind(k, start, err)
	}
	return v, nil
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

// wholeNumber reads an integer that is written as 7.0 or 1e3, as writers do that
// know only floats.
func (in *Input) wholeNumber(k edm.Kind, text []byte, start int64) (edm.Value, error) {
	v, err := in.parse(edm.KindDecimal, text, start)
	if err == nil {
		if v, err = edm.Convert(v, k); err == nil {
			return v, nil
		}
	}
	return edm.Null, in.notOfKind(k, start, err)
}

func (in *Input) spatial(k edm.Kind) (edm.Value, error) {
	text, start, err := in.rawValue()
	if err != nil {
		return edm.Null, err
	}
	s, err := edm.ReadGeoJSON(text, k.IsGeography())
	if err != nil {
		return edm.Null, in.notOfKind(k, start, err)
	}
	if s.Kind() != k && k != edm.KindGeography && k != edm.KindGeometry {
		return edm.Null, in.notOfKind(k, start, nil)
	}
	return s.Value(), nil
}

// collection reads an array, or in verbose also an object with the array in its
// member results.
func (in *Input) collection(item metadata.TypeRef, next Token) (edm.Value, error) {
	if next == Object && in.dialect == Verbose {
		var v edm.Value
		err := in.Results(func() (err error) {
			v, err = in.items(item)
			return err
		})
		return v, err
	}
	if next != Array {
		return edm.Null, in.Mismatch("an array", next)
	}
	return in.items(item)
}

func (in *Input) items(item metadata.TypeRef) (edm.Value, error) {
	if err := in.OpenArray(); err != nil {
		return edm.Null, err
	}
	var items []edm.Value
	for i := 0; ; i++ {
		more, err := in.NextItem()
		if err != nil {
			return edm.Null, err
		}
		if !more {
			return edm.Collection(items), nil
		}
		in.EnterItem(i)
		v, err := in.Value(item)
		if err != nil {
			return edm.Null, err
		}
		in.Leave()
		items = append(items, v)
	}
}

// Results reads {"results":…} of verbose, calling read where the array begins.
func (in *Input) Results(read func() error) error {
	if err := in.OpenObject(); err != nil {
		return err
	}
	found := false
	for {
		name, more, err := in.NextMember()
		switch {
		case err != nil:
			return err
		case !more && !found:
			return in.Fail(CodeMissing, "A collection is an array or an object with the member results", "")
		case !more:
			return nil
		case string(name) == "results":
			found = true
			err = read()
		case Verbose.IsAnnotation(name):
			err = in.Skip()
		default:
			err = in.UnknownProperty(name, "a collection")
		}
		if err != nil {
			return err
		}
	}
}

// ReadText reads a string.
func (in *Input) ReadText() (string, error) {
	next, err := in.Next()
	if err != nil {
		return "", err
	}
	if next != Text {
		return "", in.Mismatch("a string", next)
	}
	text, err := in.text()
	return string(text), err
}

// ReadNull consumes a null that Next has announced.
func (in *Input) ReadNull() error { return in.word("null") }

// ReadTrue consumes a true that Next has announced.
func (in *Input) ReadTrue() error { return in.word("true") }
