package sqldb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Collections, and undeclared properties, are stored as JSON text that the
// database's own functions can read:
//
//	["a@x.example",null]                     texts
//	[{"Street":"High St 1","City":null}]     complex values, with all members
//	{"Colour":"red","Size":{"Edm.Int64":7}}  undeclared properties
//
// Booleans, texts and finite numbers are those of JSON; everything else is a
// string, as in XML. The type of an undeclared property stands around its value,
// unless it is Edm.String, Edm.Boolean or Edm.Int32.

// appendJSON appends a value of a declared type.
func appendJSON(dst []byte, v edm.Value, t metadata.TypeRef) []byte {
	switch k := v.Kind(); {
	case k == edm.KindNull:
		return append(dst, "null"...)
	case k == edm.KindCollection:
		dst = append(dst, '[')
		for i, item := range v.Elements() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, item, t.Item())
		}
		return append(dst, ']')
	case k == edm.KindComplex:
		dst = append(dst, '{')
		for i, p := range t.Complex.AllProperties() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONText(dst, p.Name), ':')
			if members := v.Elements(); i < len(members) {
				dst = appendJSON(dst, members[i], p.TypeRef())
			} else {
				dst = append(dst, "null"...)
			}
		}
		return append(dst, '}')
	case k == edm.KindBoolean, k.IsInteger(), k == edm.KindDecimal,
		isFloat(k) && !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0):
		return edm.AppendText(dst, v)
	case k == edm.KindString:
		return appendJSONText(dst, v.Str())
	}
	return appendJSONText(dst, string(edm.AppendText(nil, v)))
}

// appendDynamic appends the undeclared properties of an entity.
func appendDynamic(dst []byte, list []odata.DynamicProperty) []byte {
	dst = append(dst, '{')
	for i, p := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONText(dst, p.Name), ':')
		k := p.Value.Kind()
		plain := k == edm.KindNull || k == edm.KindString || k == edm.KindBoolean || k == edm.KindInt32
		if !plain {
			dst = append(appendJSONText(append(dst, '{'), k.String()), ':')
		}
		dst = appendJSON(dst, p.Value, metadata.PrimitiveType(k))
		if !plain {
			dst = append(dst, '}')
		}
	}
	return append(dst, '}')
}

const hexDigits = "0123456789abcdef"

func appendJSONText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
		case b >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		default:
			dst = append(dst, b)
		}
		i++
	}
	return append(dst, '"')
}

// maxJSONDepth bounds how deep stored values nest.
const maxJSONDepth = 64

var errJSON = errors.New("the text is not JSON of the form in which values are stored")

// parseJSON reads a value of a declared type.
func parseJSON(text string, t metadata.TypeRef) (edm.Value, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := readJSON(d, t, maxJSONDepth)
	if err == nil && d.More() {
		err = errJSON
	}
	if err != nil {
		return edm.Null, odata.Internalf("sqldb: a stored value of type %s: %w", t, err)
	}
	return v, nil
}

func readJSON(d *json.Decoder, t metadata.TypeRef, depth int) (edm.Value, error) {
	token, err := d.Token()
	if err != nil || depth == 0 {
		return edm.Null, errJSON
	}
	if token == nil {
		return edm.Null, nil
	}
	switch {
	case t.Collection:
		if token != json.Delim('[') {
			return edm.Null, errJSON
		}
		items := []edm.Value{}
		for d.More() {
			item, err := readJSON(d, t.Item(), depth-1)
			if err != nil {
				return edm.Null, err
			}
			items = append(items, item)
		}
		_, err := d.Token()
		return edm.Collection(items), err
	case t.Complex != nil:
		if token != json.Delim('{') {
			return edm.Null, errJSON
		}
		return readMembers(d, t.Complex, depth)
	}
	return primitive(token, t.Kind)
}

// readMembers reads a complex value; the object has been opened.
func readMembers(d *json.Decoder, t *metadata.ComplexType, depth int) (edm.Value, error) {
	all := t.AllProperties()
	members := make([]edm.Value, len(all))
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return edm.Null, err
		}
		at := -1
		for i, p := range all {
			if p.Name == name {
				at = i
			}
		}
		if at < 0 {
			return edm.Null, fmt.Errorf("%s has no member %v", t.QualifiedName(), name)
		}
		if members[at], err = readJSON(d, all[at].TypeRef(), depth-1); err != nil {
			return edm.Null, err
		}
	}
	_, err := d.Token()
	return edm.Complex(members), err
}

func primitive(token json.Token, k edm.Kind) (edm.Value, error) {
	switch token := token.(type) {
	case bool:
		if k == edm.KindBoolean {
			return edm.Boolean(token), nil
		}
	case json.Number:
		if k.IsNumeric() {
			return edm.ParseText(k, token.String())
		}
	case string:
		if k == edm.KindString {
			return edm.String(token), nil
		}
		return edm.ParseText(k, token)
	}
	return edm.Null, errJSON
}

// parseDynamic appends the undeclared properties in text to list, sorted by name.
func parseDynamic(text string, list []odata.DynamicProperty) ([]odata.DynamicProperty, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	wrong := func(err error) ([]odata.DynamicProperty, error) {
		return nil, odata.Internalf("sqldb: stored undeclared properties: %w", err)
	}
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return wrong(errJSON)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return wrong(err)
		}
		v, err := readDynamic(d)
		if err != nil {
			return wrong(err)
		}
		text, _ := name.(string)
		list = append(list, odata.DynamicProperty{Name: text, Value: v})
	}
	sortDynamic(list)
	for i := range list[min(1, len(list)):] {
		if list[i].Name == list[i+1].Name {
			return wrong(fmt.Errorf("the name %q occurs twice", list[i].Name))
		}
	}
	return list, nil
}

func readDynamic(d *json.Decoder) (edm.Value, error) {
	token, err := d.Token()
	if err != nil {
		return edm.Null, err
	}
	switch token := token.(type) {
	case nil:
		return edm.Null, nil
	case bool:
		return edm.Boolean(token), nil
	case string:
		return edm.String(token), nil
	case json.Number:
		i, err := strconv.ParseInt(token.String(), 10, 32)
		return edm.Int32(int32(i)), err
	}
	if token != json.Delim('{') {
		return edm.Null, errJSON
	}
	name, err := d.Token()
	if err != nil {
		return edm.Null, err
	}
	text, _ := name.(string)
	k, ok := edm.ParseKind(text)
	if !ok {
		return edm.Null, fmt.Errorf("%v is no primitive type", name)
	}
	value, err := d.Token()
	if err != nil {
		return edm.Null, err
	}
	v, err := primitive(value, k)
	if err != nil {
		return edm.Null, err
	}
	if end, err := d.Token(); err != nil || end != json.Delim('}') {
		return edm.Null, errJSON
	}
	return v, nil
}
