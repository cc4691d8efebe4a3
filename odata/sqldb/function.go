package sqldb

import (
	"strconv"
	"strings"
	"sync"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// Call computes what SQLite has no function for: it is what package sqlite's
// Options.Call wants. See [eval.Apply].
func Call(overload string, args []edm.Value) (edm.Value, error) { return eval.Apply(overload, args) }

// call compiles a function: to what the database has if that means the same for
// all values, and otherwise, in SQLite, to a call of package eval.
func (s *scope) call(e *odata.Call) (term, error) {
	args := make([]term, len(e.Args))
	t := term{kind: e.Function.Result}
	for i, x := range e.Args {
		var err error
		if args[i], err = s.value(x); err != nil {
			return term{}, err
		}
		if args[i].kind != e.Function.Params[i] && args[i].kind != edm.KindNull {
			return term{}, unsupported(e.Function.Overload + " of " + kindName(args[i].kind))
		}
		t.null = t.null || args[i].null
		t.fails = t.fails || args[i].fails
	}
	if null := s.nullOf(t.kind, args...); null != nil {
		return *null, nil
	}
	var native string
	if s.dialect == SQLite {
		if native = sqliteFunction(e.Function, args); native == "" {
			if !eval.Implements(e.Function.Overload) {
				return term{}, unsupported(e.Function.Overload)
			}
			spatial := strings.HasPrefix(e.Function.Name, "geo.")
			t = callBack(e.Function.Overload, e.Function.Result, e.Function.Name == "replace", args...)
			t.null = t.null || spatial
			return t, nil
		}
	} else if native = s.postgresFunction(e.Function, args); native == "" {
		return term{}, unsupported(e.Function.Overload)
	}
	t.text = native
	t.fails = t.fails || e.Function.Name == "replace"
	return t, nil
}

// spaces are the characters that trim removes, which have the Unicode property
// White_Space.
var spaces = []string{"9", "10", "11", "12", "13", "32", "133", "160", "5760", "8192", "8193", "8194", "8195", "8196",
	"8197", "8198", "8199", "8200", "8201", "8202", "8232", "8233", "8239", "8287", "12288"}

// sqliteFunction is a function in SQLite's own terms, empty where they do not
// mean the same. Functions of SQLite that count characters stop at a NUL, so
// texts are compared as bytes.
func sqliteFunction(f *odata.Function, args []term) string {
	a := args[0].text
	b := ""
	if len(args) > 1 {
		b = args[1].text
	}
	switch f.Overload {
	case "substringof(String,String)":
		return "instr(" + b + ", " + a + ") > 0"
	case "startswith(String,String)":
		return "instr(" + a + ", " + b + ") = 1"
	case "endswith(String,String)":
		if !isSimple(a) || !isSimple(b) {
			return ""
		}
		// The full stop is there because substr makes NULL of an empty BLOB.
		return "CASE WHEN octet_length(" + a + ") < octet_length(" + b + ") THEN FALSE ELSE substr(CAST('.' || " + a +
			" AS BLOB), octet_length(" + a + ") - octet_length(" + b + ") + 2) = CAST(" + b + " AS BLOB) END"
	case "tolower(String)", "toupper(String)":
		if !isSimple(a) {
			return ""
		}
		name := "lower"
		if f.Name == "toupper" {
			name = "upper"
		}
		return "CASE WHEN octet_length(" + a + ") = length(" + a + ") THEN " + name + "(" + a + ") ELSE odata('" + f.Overload + "', " + a + ") END"
	case "trim(String)":
		return "trim(" + a + ", char(" + strings.Join(spaces, ", ") + "))"
	case "concat(String,String)":
		return "(" + a + " || " + b + ")"
	case "year(DateTime)", "year(DateTimeOffset)":
		return "CAST(substr(" + a + ", 1, 4) AS INTEGER)"
	case "month(DateTime)", "month(DateTimeOffset)":
		return "CAST(substr(" + a + ", 6, 2) AS INTEGER)"
	case "day(DateTime)", "day(DateTimeOffset)":
		return "CAST(substr(" + a + ", 9, 2) AS INTEGER)"
	case "hour(DateTime)", "hour(DateTimeOffset)":
		return "CAST(substr(" + a + ", 12, 2) AS INTEGER)"
	case "minute(DateTime)", "minute(DateTimeOffset)":
		return "CAST(substr(" + a + ", 15, 2) AS INTEGER)"
	case "second(DateTime)", "second(DateTimeOffset)":
		return "CAST(substr(" + a + ", 18, 2) AS INTEGER)"
	case "hour(Time)":
		return "(" + a + " / 36000000000 % 24)"
	case "minute(Time)":
		return "(" + a + " / 600000000 % 60)"
	case "second(Time)":
		return "(" + a + " / 10000000 % 60)"
	}
	return ""
}

// caseTables are the arguments of translate that map the case of letters.
var caseTables = sync.OnceValue(func() (t [2][2]string) {
	t[0][0], t[0][1] = letters(true)
	t[1][0], t[1][1] = letters(false)
	return t
})

// isSimple reports that SQL may be written several times: evaluating it costs
// nothing, and it contains nothing that is.
func isSimple(text string) bool { return !strings.ContainsAny(text, " (") }

// once has PostgreSQL compute arguments that are not simple once, however often
// write mentions them. Expressions nest: without that their cost would double at
// each level.
func (c *compiler) once(args []term, write func(args []string) string) string {
	names := make([]string, len(args))
	var inner []string
	from := c.alias()
	for i, a := range args {
		names[i] = a.text
		if !isSimple(a.text) {
			names[i] = from + ".a" + strconv.Itoa(i)
			inner = append(inner, a.text+" AS a"+strconv.Itoa(i))
		}
	}
	if inner == nil {
		c.aliases--
		return write(names)
	}
	// The OFFSET keeps the planner from putting the expressions back.
	return "(SELECT " + write(names) + " FROM (SELECT " + strings.Join(inner, ", ") + " OFFSET 0) " + from + ")"
}

// postgresFunction is a function in PostgreSQL's terms, empty where they do not
// mean the same.
func (c *compiler) postgresFunction(f *odata.Function, args []term) string {
	a, b := args[0].text, ""
	if len(args) > 1 {
		b = args[1].text
	}
	utc := ""
	if len(f.Params) == 1 && f.Params[0] == edm.KindDateTimeOffset {
		utc = " AT TIME ZONE 'UTC'"
	}
	switch f.Overload {
	case "substringof(String,String)":
		return "strpos(" + b + ", " + a + ") > 0"
	case "startswith(String,String)":
		return "starts_with(" + a + ", " + b + ")"
	case "endswith(String,String)":
		return c.once(args, func(x []string) string { return "right(" + x[0] + ", length(" + x[1] + ")) = " + x[1] })
	case "length(String)":
		return c.once(args, func(x []string) string { return unitsOf(x[0]) })
	case "indexof(String,String)":
		return c.once(args, func(x []string) string {
			at := "strpos(" + x[0] + ", " + x[1] + ")"
			before := "left(" + x[0] + ", " + at + " - 1)"
			return "CASE WHEN " + at + " = 0 THEN -1 WHEN octet_length(" + x[0] + ") = length(" + x[0] + ") THEN " + at + " - 1 ELSE length(" + before +
				") + length(regexp_replace(" + before + ", " + within16Bits + ", '', 'g')) END"
		})
	case "tolower(String)":
		return c.once(args, func(x []string) string { return mapCase("lower", x[0], caseTables()[0]) })
	case "toupper(String)":
		return c.once(args, func(x []string) string { return mapCase("upper", x[0], caseTables()[1]) })
	case "substring(String,Int32)", "substring(String,Int32,Int32)":
		return c.once(args, func(x []string) string { return substring(x, args) })
	case "replace(String,String,String)":
		return c.once(args, func(x []string) string { return replaced(x[0], x[1], x[2]) })
	case "trim(String)":
		return "btrim(" + a + `, E'\t\n\u000B\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000')`
	case "concat(String,String)":
		return "(" + a + " || " + b + ")"
	case "year(DateTime)", "month(DateTime)", "day(DateTime)", "hour(DateTime)", "minute(DateTime)",
		"year(DateTimeOffset)", "month(DateTimeOffset)", "day(DateTimeOffset)", "hour(DateTimeOffset)", "minute(DateTimeOffset)":
		return "extract(" + f.Name + " FROM " + a + utc + ")::integer"
	case "second(DateTime)", "second(DateTimeOffset)":
		return "floor(extract(second FROM " + a + utc + "))::integer"
	case "hour(Time)":
		return "(" + a + " / 36000000000 % 24)::integer"
	case "minute(Time)":
		return "(" + a + " / 600000000 % 60)::integer"
	case "second(Time)":
		return "(" + a + " / 10000000 % 60)::integer"
	case "round(Double)":
		return "round(" + a + ")"
	case "floor(Double)", "floor(Decimal)":
		return "floor(" + a + ")"
	case "ceiling(Double)", "ceiling(Decimal)":
		return "ceil(" + a + ")"
	case "round(Decimal)":
		return c.once(args, func(x []string) string {
			whole := "trunc(" + x[0] + ")"
			return "CASE WHEN abs(" + x[0] + " - " + whole + ") = 0.5 THEN " + whole + " + " + whole + " % 2 ELSE round(" + x[0] + ") END"
		})
	}
	return ""
}

// Regular expressions for the characters of two UTF-16 code units, and of one.
const (
	beyond16Bits = `'[^\u0001-\uFFFF]'`
	within16Bits = `'[\u0001-\uFFFF]'`
)

// unitsOf is the length of a text in UTF-16 code units.
func unitsOf(text string) string {
	return "CASE WHEN octet_length(" + text + ") = length(" + text + ") THEN length(" + text + ") ELSE length(" + text +
		") + length(regexp_replace(" + text + ", " + within16Bits + ", '', 'g')) END"
}

// substring is the part of a text between two positions in UTF-16 code units. The
// function of PostgreSQL counts characters; where some have two units, they are
// numbered one by one.
func substring(x []string, args []term) string {
	text, from := x[0], x[1]
	until, native := "", "substr("+text+", least("+from+", 2147483646) + 1"
	if len(x) > 2 {
		length := "greatest(" + x[2] + ", 0)"
		until = " AND u.after <= " + from + "::bigint + " + length
		native += ", " + length
	}
	result := "CASE WHEN octet_length(" + text + ") > length(" + text + ") AND " + text + " ~ " + beyond16Bits +
		" THEN (SELECT COALESCE(string_agg(u.c, '' ORDER BY u.after), '') FROM (" +
		"SELECT c, 1 + (c ~ " + beyond16Bits + ")::integer AS units, sum(1 + (c ~ " + beyond16Bits + ")::integer) OVER (ORDER BY i) AS after" +
		" FROM regexp_split_to_table(" + text + ", '') WITH ORDINALITY AS x(c, i)) u WHERE u.after - u.units >= " + from + until +
		") ELSE " + native + ") END"
	for i := range args[1:] {
		if args[i+1].null {
			result = "CASE WHEN " + x[i+1] + " IS NOT NULL THEN " + result + " END"
		}
	}
	return result
}

// replaced is a text with another replaced in it. One that grows beyond what
// package eval allows is out of range: requests must not be able to fill memory.
func replaced(text, old, by string) string {
	grown := "octet_length(" + text + ") + (octet_length(" + text + ") - octet_length(replace(" + text + ", " + old + ", '')))::bigint / nullif(octet_length(" + old +
		"), 0) * (octet_length(" + by + ") - octet_length(" + old + "))"
	return "CASE WHEN " + old + " <> '' AND octet_length(" + by + ") > octet_length(" + old + ") AND " + grown +
		" > 65536 THEN (9223372036854775807 + octet_length(" + text + ") + octet_length(" + old + ") + octet_length(" + by +
		"))::text ELSE replace(" + text + ", " + old + ", " + by + ") END"
}

// mapCase maps the case of a text letter by letter, in no language.
func mapCase(function, text string, table [2]string) string {
	mapped := function + "(" + text + ` COLLATE "C")`
	return "CASE WHEN octet_length(" + text + ") = length(" + text + ") THEN " + mapped + " ELSE translate(" +
		mapped + ", " + literal(table[0]) + ", " + literal(table[1]) + ") END"
}

// castValue compiles a cast, which is null where the value does not fit.
func (s *scope) castValue(e *odata.Cast) (term, error) {
	x, err := s.value(e.X)
	if err != nil {
		return term{}, err
	}
	from, to := x.kind, e.To.Kind
	if from == to {
		return x, nil
	}
	if from == edm.KindNull || !comparable(from) || !comparable(to) || !e.To.IsPrimitive() {
		return term{}, unsupported("cast of " + kindName(from) + " to " + kindName(to))
	}
	if null := s.nullOf(to, x); null != nil {
		return *null, nil
	}
	if s.dialect == SQLite {
		if from == edm.KindDateTime && to == edm.KindString {
			return term{}, unsupported("cast of DateTime to String") // a column does not know its zone
		}
		t := callBack("cast("+kindName(from)+","+kindName(to)+")", to, false, x)
		t.null = true
		return t, nil
	}
	native := s.once([]term{x}, func(a []string) string { return postgresCast(a[0], from, to) })
	if postgresCast("", from, to) == "" {
		return term{}, unsupported("cast of " + kindName(from) + " to " + kindName(to))
	}
	return term{text: native, kind: to, null: true, fails: x.fails}, nil
}

// ranges are the least and the greatest numbers of integer kinds.
var ranges = map[edm.Kind][2]string{
	edm.KindByte: {"0", "255"}, edm.KindSByte: {"-128", "127"}, edm.KindInt16: {"-32768", "32767"},
	edm.KindInt32: {"-2147483648", "2147483647"}, edm.KindInt64: {"-9223372036854775808", "9223372036854775807"},
}

func postgresCast(x string, from, to edm.Kind) string {
	switch {
	case to == edm.KindString && (from.IsInteger() || from == edm.KindBoolean || from == edm.KindGuid || from == edm.KindDecimal):
		return "(" + x + ")::text"
	case from.IsInteger() && (to == edm.KindDecimal || isFloat(to)):
		return "(" + x + ")::" + postgresType(to)
	case (from.IsInteger() || from == edm.KindDecimal) && to.IsInteger():
		if from == edm.KindDecimal {
			x = "trunc(" + x + ")"
		}
		r := ranges[to]
		return "CASE WHEN " + x + " BETWEEN " + r[0] + " AND " + r[1] + " THEN (" + x + ")::" + postgresType(to) + " END"
	}
	return ""
}
