package providertest

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/pamodata/pamodata/odata/uri"
)

// call computes all arguments before it asks whether one of them is null.
func (b brute) call(n *uri.Call) (term, error) {
	if n.Name == "isof" || n.Name == "cast" {
		return b.typeCall(n)
	}
	args := make([]any, len(n.Args))
	for i, arg := range n.Args {
		t, err := b.eval(arg)
		if err != nil {
			return term{}, err
		}
		args[i] = t.value
		if t.dynamic && isNumber(t.value) {
			return term{}, errUndecided // depends on conversions of the value
		}
	}
	for _, v := range args {
		if v == nil {
			return term{}, nil
		}
	}
	v, err := called(n.Name, args)
	return term{value: v}, err
}

// called applies a canonical function to values. Dynamic properties of the wrong
// type make it null.
func called(name string, args []any) (any, error) {
	switch name {
	case "substringof", "startswith", "endswith", "indexof", "concat", "replace", "length", "tolower", "toupper", "trim":
		texts := make([]string, len(args))
		for i, v := range args {
			text, ok := v.(string)
			if !ok {
				return nil, nil
			}
			texts[i] = text
		}
		return calledText(name, texts), nil
	case "substring":
		text, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		from, _ := whole(args[1])
		length := int64(math.MaxInt64 / 2) // to the end, from wherever
		if len(args) > 2 {
			length, _ = whole(args[2])
		}
		return slice(text, from, length), nil
	case "year", "month", "day", "hour", "minute", "second":
		return calledClock(name, args[0])
	case "round", "floor", "ceiling":
		return calledRounding(name, args[0])
	}
	return nil, errUndecided
}

func calledText(name string, args []string) any {
	switch name {
	case "substringof":
		return strings.Contains(args[1], args[0])
	case "startswith":
		return len(args[0]) >= len(args[1]) && args[0][:len(args[1])] == args[1]
	case "endswith":
		return len(args[0]) >= len(args[1]) && args[0][len(args[0])-len(args[1]):] == args[1]
	case "indexof":
		at := strings.Index(args[0], args[1])
		if at < 0 {
			return int32(-1)
		}
		return int32(len(utf16.Encode([]rune(args[0][:at]))))
	case "concat":
		return args[0] + args[1]
	case "replace":
		if args[1] == "" {
			return args[0]
		}
		return strings.Join(strings.Split(args[0], args[1]), args[2])
	case "length":
		return int32(len(utf16.Encode([]rune(args[0]))))
	case "trim":
		return strings.TrimFunc(args[0], func(r rune) bool { return unicode.Is(unicode.White_Space, r) })
	}
	// The dotted capital I and the dotless small one have no other case.
	var mapped strings.Builder
	for _, r := range args[0] {
		switch {
		case name == "tolower" && r != 'İ':
			r = unicode.ToLower(r)
		case name == "toupper" && r != 'ı':
			r = unicode.ToUpper(r)
		}
		mapped.WriteRune(r)
	}
	return mapped.String()
}

// slice is what exists of a text between two positions in UTF-16 code units;
// of a character that takes two of them both must be in it.
func slice(text string, from, length int64) string {
	var kept strings.Builder
	at := int64(0)
	for _, r := range text {
		next := at + int64(len(utf16.Encode([]rune{r})))
		if at >= from && next <= from+length {
			kept.WriteRune(r)
		}
		at = next
	}
	return kept.String()
}

// clockParts are the places of the parts in moment.clock.
var clockParts = map[string]int{"year": 0, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5}

func calledClock(name string, v any) (any, error) {
	part := clockParts[name]
	switch v := v.(type) {
	case moment:
		return v.clock[part], nil
	case span:
		seconds := v.ticks / 10_000_000
		switch name {
		case "hour":
			return int32(seconds / 3600 % 24), nil
		case "minute":
			return int32(seconds / 60 % 60), nil
		case "second":
			return int32(seconds % 60), nil
		}
	}
	return nil, errUndecided
}

// calledRounding takes integers and Singles for Doubles.
func calledRounding(name string, v any) (any, error) {
	d, isDecimal := v.(fraction)
	if !isDecimal {
		f, ok := as(4, v).(float64)
		if !ok {
			return nil, errUndecided
		}
		switch name {
		case "round":
			return math.RoundToEven(f), nil
		case "floor":
			return math.Floor(f), nil
		}
		return math.Ceil(f), nil
	}
	// Euclidean division rounds down, since denominators are positive.
	down := new(big.Int).Div(d.Num(), d.Denom())
	rest := new(big.Rat).Sub(d.Rat, new(big.Rat).SetInt(down))
	up := false
	switch name {
	case "round":
		half := rest.Cmp(big.NewRat(1, 2))
		up = half > 0 || half == 0 && down.Bit(0) == 1
	case "ceiling":
		up = rest.Sign() > 0
	}
	if up {
		down.Add(down, big.NewInt(1))
	}
	return fraction{Rat: new(big.Rat).SetInt(down)}, nil
}

// typeCall is isof or cast, of $it where there is no other argument.
func (b brute) typeCall(n *uri.Call) (term, error) {
	x := term{value: b.it}
	if len(n.Args) == 2 {
		var err error
		if x, err = b.eval(n.Args[0]); err != nil {
			return term{}, err
		}
	}
	if x.value == nil {
		return term{}, nil
	}
	quoted := n.Args[len(n.Args)-1].(*uri.Literal).Value.Str()
	if t := b.content.model.EntityType(quoted); t != nil {
		if n.Name == "cast" {
			return term{value: narrowed(x.value, t)}, nil
		}
		r, ok := x.value.(*record)
		return term{value: ok && r.typ.Is(t)}, nil
	}
	if n.Name == "isof" {
		return term{value: typeName(x.value) == quoted}, nil
	}
	v, err := cast(x.value, quoted)
	return term{value: v}, err
}

// typeName is the primitive type of a value; empty for others.
func typeName(v any) string {
	switch v := v.(type) {
	case bool:
		return "Edm.Boolean"
	case uint8:
		return "Edm.Byte"
	case int8:
		return "Edm.SByte"
	case int16:
		return "Edm.Int16"
	case int32:
		return "Edm.Int32"
	case int64:
		return "Edm.Int64"
	case float32:
		return "Edm.Single"
	case float64:
		return "Edm.Double"
	case fraction:
		return "Edm.Decimal"
	case string:
		return "Edm.String"
	case octets:
		return "Edm.Binary"
	case guid:
		return "Edm.Guid"
	case moment:
		if v.offset {
			return "Edm.DateTimeOffset"
		}
		return "Edm.DateTime"
	case span:
		return "Edm.Time"
	}
	return ""
}

// integerRanges are what the integer types hold.
var integerRanges = map[string]struct {
	least, greatest int64
	of              func(int64) any
}{
	"Edm.Byte":  {0, math.MaxUint8, func(i int64) any { return uint8(i) }},
	"Edm.SByte": {math.MinInt8, math.MaxInt8, func(i int64) any { return int8(i) }},
	"Edm.Int16": {math.MinInt16, math.MaxInt16, func(i int64) any { return int16(i) }},
	"Edm.Int32": {math.MinInt32, math.MaxInt32, func(i int64) any { return int32(i) }},
	"Edm.Int64": {math.MinInt64, math.MaxInt64, func(i int64) any { return i }},
}

// cast converts a value. Where that takes the text of a float or a conversion
// with rounding, which are the edm package's own, it is undecided.
func cast(v any, to string) (any, error) {
	switch {
	case typeName(v) == to:
		return v, nil
	case to == "Edm.String":
		return textOf(v)
	}
	if text, ok := v.(string); ok {
		if to == "Edm.Boolean" && (text == "true" || text == "false") {
			return text == "true", nil
		}
		return nil, errUndecided
	}
	if !isNumber(v) {
		return nil, nil
	}
	if target, ok := integerRanges[to]; ok {
		r := rational(v)
		if r == nil {
			return nil, nil
		}
		i := new(big.Int).Quo(r.Num(), r.Denom())
		if !i.IsInt64() || i.Int64() < target.least || i.Int64() > target.greatest {
			return nil, nil
		}
		return target.of(i.Int64()), nil
	}
	_, isWhole := whole(v)
	switch single, isSingle := v.(float32); {
	case to == "Edm.Double" && isSingle:
		return float64(single), nil
	case to == "Edm.Double" && isWhole:
		return as(4, v), nil
	case to == "Edm.Single" && isWhole:
		return as(3, v), nil
	case to == "Edm.Decimal" && isWhole:
		return as(5, v), nil
	case to == "Edm.Double" || to == "Edm.Single" || to == "Edm.Decimal":
		return nil, errUndecided
	}
	return nil, nil
}

// textOf is the text of a value as it is written in XML.
func textOf(v any) (any, error) {
	if i, ok := whole(v); ok {
		return strconv.FormatInt(i, 10), nil
	}
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case guid:
		return string(v), nil
	case moment:
		return v.text, nil
	case span:
		return v.text, nil
	case fraction:
		if v.text != "" {
			return v.text, nil
		}
	}
	return nil, errUndecided
}

// primitives are the types that casts go to and that isof asks for.
func primitives() []string {
	names := make([]string, 0, 16)
	for _, v := range []any{false, uint8(0), int8(0), int16(0), int32(0), int64(0), float32(0), 0.0, fraction{}, "", octets(""), guid(""),
		moment{}, moment{offset: true}, span{}} {
		names = append(names, typeName(v))
	}
	return names
}
