package eval_test

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

func (n naive) call(e *odata.Call) (edm.Value, failure) {
	args := make([]edm.Value, len(e.Args))
	for i := range args {
		var fail failure
		if args[i], fail = n.value(e.Args[i]); fail != "" {
			return edm.Null, fail
		}
	}
	if slices.ContainsFunc(args, edm.Value.IsNull) {
		return edm.Null, ""
	}
	text := func(i int) string { return args[i].Str() }
	switch e.Function.Name {
	case "substringof":
		return edm.Boolean(find(text(1), text(0)) >= 0), ""
	case "startswith":
		return edm.Boolean(find(text(0), text(1)) == 0), ""
	case "endswith":
		return edm.Boolean(len(text(1)) <= len(text(0)) && text(0)[len(text(0))-len(text(1)):] == text(1)), ""
	case "length":
		return edm.Int32(int32(len(utf16.Encode([]rune(text(0)))))), ""
	case "indexof":
		at := find(text(0), text(1))
		if at >= 0 {
			at = len(utf16.Encode([]rune(text(0)[:at])))
		}
		return edm.Int32(int32(at)), ""
	case "substring":
		return substringNaively(args), ""
	case "replace":
		return replaceNaively(text(0), text(1), text(2))
	case "tolower":
		return edm.String(strings.Map(func(r rune) rune {
			if r == 'İ' {
				return r
			}
			return unicode.ToLower(r)
		}, text(0))), ""
	case "toupper":
		return edm.String(strings.Map(func(r rune) rune {
			if r == 'ı' {
				return r
			}
			return unicode.ToUpper(r)
		}, text(0))), ""
	case "trim":
		runes := []rune(text(0))
		for len(runes) > 0 && unicode.IsSpace(runes[0]) {
			runes = runes[1:]
		}
		for len(runes) > 0 && unicode.IsSpace(runes[len(runes)-1]) {
			runes = runes[:len(runes)-1]
		}
		return edm.String(string(runes)), ""
	case "concat":
		return grown(text(0)+text(1), max(len(text(0)), len(text(1))))
	case "round", "floor", "ceiling":
		return roundNaively(e.Function.Name, args[0]), ""
	}
	return edm.Int32(int32(clockNaively(e.Function.Name, args[0]))), ""
}

func find(text, part string) int {
	for i := range len(text) - len(part) + 1 {
		if text[i:i+len(part)] == part {
			return i
		}
	}
	return -1
}

func substringNaively(args []edm.Value) edm.Value {
	from, to := args[1].Int(), int64(math.MaxInt64)
	if len(args) == 3 {
		to = from + args[2].Int()
	}
	var kept []uint16
	for i, unit := range utf16.Encode([]rune(args[0].Str())) {
		if int64(i) >= from && int64(i) < to {
			kept = append(kept, unit)
		}
	}
	// Halves of pairs are left only at the ends.
	if len(kept) > 0 && kept[0] >= 0xDC00 && kept[0] <= 0xDFFF {
		kept = kept[1:]
	}
	if last := len(kept) - 1; last >= 0 && kept[last] >= 0xD800 && kept[last] <= 0xDBFF {
		kept = kept[:last]
	}
	return edm.String(string(utf16.Decode(kept)))
}

func replaceNaively(text, old, by string) (edm.Value, failure) {
	if old == "" {
		return edm.String(text), ""
	}
	result := ""
	for rest := text; ; {
		at := find(rest, old)
		if at < 0 {
			return grown(result+rest, len(text))
		}
		result, rest = result+rest[:at]+by, rest[at+len(old):]
	}
}

func grown(s string, from int) (edm.Value, failure) {
	if len(s) > from && len(s) > 64<<10 {
		return edm.Null, "ResultTooLarge"
	}
	return edm.String(s), ""
}

func roundNaively(name string, v edm.Value) edm.Value {
	if v.Kind() == edm.KindDecimal {
		switch d := v.Decimal(); name {
		case "round":
			return d.Round().Value()
		case "floor":
			return d.Floor().Value()
		default:
			return d.Ceiling().Value()
		}
	}
	f := v.Float()
	whole, fraction := math.Modf(f)
	up := 0.0
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || fraction == 0:
	case name == "floor" && f < 0:
		up = -1
	case name == "ceiling" && f > 0:
		up = 1
	case name == "round" && (math.Abs(fraction) > 0.5 || math.Abs(fraction) == 0.5 && math.Mod(whole, 2) != 0):
		up = math.Copysign(1, f)
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return v
	}
	return edm.Double(math.Copysign(whole+up, f))
}

func clockNaively(name string, v edm.Value) int {
	var text string // of the clock: 2015-07-12T06:40:00
	switch v.Kind() {
	case edm.KindDateTime:
		text = v.DateTime().String()
	case edm.KindDateTimeOffset:
		text = v.DateTimeOffset().String()
	default:
		t := v.Time()
		seconds := t.Ticks() / edm.TicksPerSecond
		return int(map[string]int64{"hour": seconds / 3600 % 24, "minute": seconds / 60 % 60, "second": seconds % 60}[name])
	}
	at := map[string][2]int{"year": {0, 4}, "month": {5, 7}, "day": {8, 10}, "hour": {11, 13}, "minute": {14, 16}, "second": {17, 19}}[name]
	n := 0
	for _, digit := range text[at[0]:at[1]] {
		n = 10*n + int(digit-'0')
	}
	return n
}
