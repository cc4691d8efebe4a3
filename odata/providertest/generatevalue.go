package providertest

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

var arithmeticKinds = []edm.Kind{edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindDecimal}

// value writes an expression of a primitive type.
func (g *generator) value(kind edm.Kind, depth int) phrase {
	if depth > 0 && g.chance(45) {
		if p, ok := g.computed(kind, depth); ok {
			return p
		}
	}
	if r, name, ok := g.find(func(r route) bool { return r.to == metadata.PrimitiveType(kind) && !r.dynamic }); ok && !g.chance(8) {
		return phrase{g.path(name, r), bindsPath}
	}
	return phrase{g.literal(kind), bindsLiteral}
}

func (g *generator) computed(kind edm.Kind, depth int) (phrase, bool) {
	switch kind {
	case edm.KindString:
		return g.text(depth), true
	case edm.KindBoolean:
		return g.condition(depth - 1), true
	case edm.KindInt32:
		if g.chance(45) {
			return g.measured(depth), true
		}
	case edm.KindDouble, edm.KindDecimal:
		if g.chance(50) {
			return phrase{pick(g, []string{"round", "floor", "ceiling"}) + "(" + g.value(kind, depth-1).text + ")", bindsPath}, true
		}
	}
	if !kind.IsNumeric() {
		if g.chance(20) {
			return phrase{"cast(" + g.value(kind, depth-1).text + ",'" + kind.String() + "')", bindsPath}, true
		}
		return phrase{}, false
	}
	if g.chance(15) {
		from := g.kind()
		return phrase{"cast(" + g.value(from, depth-1).text + ",'" + kind.String() + "')", bindsPath}, true
	}
	return g.sum(kind, depth)
}

// sum is arithmetic that yields the type. Operands of smaller types yield an
// Int32.
func (g *generator) sum(kind edm.Kind, depth int) (phrase, bool) {
	switch kind {
	case edm.KindByte, edm.KindSByte, edm.KindInt16:
		return phrase{}, false
	}
	x := g.value(kind, depth-1)
	if g.chance(15) {
		return phrase{"-" + g.within(x, bindsPath), bindsUnary}, true
	}
	op := pick(g, []odata.BinaryOp{odata.Add, odata.Sub, odata.Mul, odata.Div, odata.Mod})
	if kind == edm.KindDecimal && op == odata.Div {
		// Quotients that come out even; the others are a matter of rounding.
		return g.join(op, x, phrase{pick(g, []string{"2", "4M", "0.5M", "-5", "8", "0M", "10.0"}), bindsLiteral}), true
	}
	other := kind
	if g.chance(30) {
		other = pick(g, []edm.Kind{edm.KindInt32, edm.KindByte})
	}
	y := phrase{g.literal(other), bindsLiteral}
	if g.chance(50) {
		y = phrase{pick(g, []string{"1", "2", "3", "-1", "10", "7"}), bindsLiteral}
	} else if g.chance(50) {
		y = g.value(other, depth-1)
	}
	if g.chance(20) {
		x, y = y, x
		if kind != edm.KindInt32 && kind != edm.KindInt64 && op == odata.Div {
			op = odata.Add
		}
	}
	return g.join(op, x, y), true
}

// text is a function of texts.
func (g *generator) text(depth int) phrase {
	s := g.value(edm.KindString, depth-1).text
	call := ""
	switch g.rng.IntN(8) {
	case 0:
		call = "tolower(" + s + ")"
	case 1:
		call = "toupper(" + s + ")"
	case 2:
		call = "trim(" + s + ")"
	case 3:
		call = "concat(" + s + "," + g.value(edm.KindString, depth-1).text + ")"
	case 4:
		call = "substring(" + s + "," + g.position(depth) + ")"
	case 5:
		call = "substring(" + s + "," + g.position(depth) + ", " + g.position(depth) + ")"
	case 6:
		call = "replace(" + s + "," + g.fragment() + "," + g.fragment() + ")"
	default:
		kind := g.kind()
		if kind == edm.KindDouble || kind == edm.KindSingle {
			kind = edm.KindInt32
		}
		call = "cast(" + g.value(kind, depth-1).text + ",'Edm.String')"
	}
	return phrase{call, bindsPath}
}

func (g *generator) position(depth int) string {
	if g.chance(85) {
		return pick(g, []string{"0", "1", "2", "3", "5", "-1", "100", "null"})
	}
	return g.value(edm.KindInt32, depth-1).text
}

// measured is an Int32 out of a text, a date or a time.
func (g *generator) measured(depth int) phrase {
	kind := pick(g, []edm.Kind{edm.KindString, edm.KindDateTime, edm.KindDateTimeOffset, edm.KindTime})
	x := g.value(kind, depth-1).text
	names := []string{"hour", "minute", "second", "year", "month", "day"}
	switch kind {
	case edm.KindString:
		if g.chance(50) {
			return phrase{"indexof(" + x + "," + g.fragment() + ")", bindsPath}
		}
		names = []string{"length"}
	case edm.KindTime:
		names = names[:3]
	}
	return phrase{pick(g, names) + "(" + x + ")", bindsPath}
}

// boundaries are literals at the edges of their types.
var boundaries = map[edm.Kind][]string{
	edm.KindBoolean:        {"true", "false"},
	edm.KindByte:           {"0", "255", "256", "-1"},
	edm.KindSByte:          {"0", "127", "-128", "128"},
	edm.KindInt16:          {"0", "32767", "-32768", "40000"},
	edm.KindInt32:          {"0", "1", "-1", "2147483647", "-2147483648", "2147483648"},
	edm.KindInt64:          {"0", "0L", "9223372036854775807L", "-9223372036854775808L", "4294967296"},
	edm.KindSingle:         {"0f", "0.1f", "INFf", "NaNf", "3.4028235E+38f", "0.1", "3"},
	edm.KindDouble:         {"0.0", "0.5", "-0.0", "INF", "-INF", "NaN", "1E+300", "5E-324", "3"},
	edm.KindDecimal:        {"0M", "0.00M", "-0.5M", "1.5", "3", "79228162514264337593543950335M"},
	edm.KindString:         {"''", "' '", "'A'", "'a'", "'O''Neil'", "'é'", "'𝄞'", "'%'", "'_'", "'ıİ'"},
	edm.KindGuid:           {"guid'00000000-0000-0000-0000-000000000000'", "guid'FFFFFFFF-ffff-ffff-ffff-ffffffffffff'"},
	edm.KindBinary:         {"X''", "binary'00'", "X'0aFF'"},
	edm.KindDateTime:       {"datetime'0001-01-01T00:00:00'", "datetime'9999-12-31T23:59:59.9999999'", "datetime'2015-07-12'", "datetime'2016-02-29T00:00:00Z'"},
	edm.KindDateTimeOffset: {"datetimeoffset'0001-01-01T00:00:00Z'", "datetimeoffset'2015-07-12T06:40:00+02:00'", "datetimeoffset'2015-07-12T04:40:00Z'"},
	edm.KindTime:           {"time'PT0S'", "time'PT1H'", "time'-PT0.0000001S'", "time'P1DT2H'"},
}

// literal is a value of the data, one near it, a boundary, or seldom null.
func (g *generator) literal(kind edm.Kind) string {
	switch n := g.rng.IntN(100); {
	case n < 2:
		return "null"
	case n < 20 || len(g.seen[kind]) == 0:
		if texts := boundaries[kind]; len(texts) > 0 {
			return pick(g, texts)
		}
		return "null"
	}
	v := pick(g, g.seen[kind])
	if kind == edm.KindString && g.chance(20) {
		return g.fragment()
	}
	text := v.String()
	switch {
	case kind.IsInteger() && g.chance(40):
		return g.near(v)
	case kind == edm.KindDouble && g.chance(20):
		return g.wholeNear(v.Float())
	case kind == edm.KindDecimal && g.chance(20):
		return g.wholeNear(v.Decimal().Float64())
	case kind == edm.KindInt64 || kind == edm.KindDecimal:
		if bare := strings.TrimRight(text, "LM"); g.chance(40) && (strings.Contains(bare, ".") || len(bare) < len("9223372036854775807")) {
			return bare // takes its type from the other side
		}
	}
	return text
}

// near is an integer beside a value.
func (g *generator) near(v edm.Value) string {
	i := new(big.Int).Add(big.NewInt(v.Int()), big.NewInt(int64(g.rng.IntN(3)-1)))
	if !i.IsInt64() {
		return "0"
	}
	if i.Int64() > math.MaxInt32 || i.Int64() < math.MinInt32 {
		return i.String() + "L"
	}
	return i.String()
}

// wholeNear is a whole number beside another, such as rounding yields.
func (g *generator) wholeNear(f float64) string {
	if !(math.Abs(f) < 1e6) {
		return "0"
	}
	return strconv.Itoa(int(math.Floor(f)) + g.rng.IntN(2))
}

// fragment is a text, or a part of one in this or the other case.
func (g *generator) fragment() string {
	if len(g.seen[edm.KindString]) == 0 || g.chance(15) {
		return pick(g, boundaries[edm.KindString])
	}
	letters := []rune(pick(g, g.seen[edm.KindString]).Str())
	if len(letters) > 0 && g.chance(80) {
		from := g.rng.IntN(len(letters))
		letters = letters[from:min(len(letters), from+1+g.rng.IntN(3))]
	}
	text := strings.ReplaceAll(string(letters), "'", "''")
	switch g.rng.IntN(6) {
	case 0:
		text = strings.ToUpper(text)
	case 1:
		text = strings.ToLower(text)
	}
	return "'" + text + "'"
}
