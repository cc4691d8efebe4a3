package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A signature is one row of the function table.
type signature struct {
	odata.Function
	doc string
}

// signatures are the canonical functions, overloads of a name together and the
// preferred one first: an argument that fits several equally well gets the
// first. isof and cast are not among them, because they take a type and are
// nodes of their own. Source: OData V3 URI conventions, canonical functions.
var signatures = []signature{
	overload("substringof", edm.KindBoolean, "Tells whether the second text contains the first.", edm.KindString, edm.KindString),
	overload("startswith", edm.KindBoolean, "Tells whether the first text begins with the second.", edm.KindString, edm.KindString),
	overload("endswith", edm.KindBoolean, "Tells whether the first text ends with the second.", edm.KindString, edm.KindString),
	overload("length", edm.KindInt32, "The number of UTF-16 code units in the text.", edm.KindString),
	overload("indexof", edm.KindInt32, "Where the second text first occurs in the first, counted from 0; -1 where it does not.", edm.KindString, edm.KindString),
	overload("substring", edm.KindString, "The text from a position on, counted from 0.", edm.KindString, edm.KindInt32),
	overload("substring", edm.KindString, "As many code units of the text as the third argument says, from a position on, counted from 0.", edm.KindString, edm.KindInt32, edm.KindInt32),
	overload("replace", edm.KindString, "The first text with every occurrence of the second replaced by the third.", edm.KindString, edm.KindString, edm.KindString),
	overload("tolower", edm.KindString, "The text in lower case.", edm.KindString),
	overload("toupper", edm.KindString, "The text in upper case.", edm.KindString),
	overload("trim", edm.KindString, "The text without white space at its ends.", edm.KindString),
	overload("concat", edm.KindString, "The two texts joined.", edm.KindString, edm.KindString),

	overload("year", edm.KindInt32, "The year of the value's own clock.", edm.KindDateTime),
	overload("year", edm.KindInt32, "The year of the value's own clock.", edm.KindDateTimeOffset),
	overload("month", edm.KindInt32, "The month of the value's own clock, from 1.", edm.KindDateTime),
	overload("month", edm.KindInt32, "The month of the value's own clock, from 1.", edm.KindDateTimeOffset),
	overload("day", edm.KindInt32, "The day of the month of the value's own clock.", edm.KindDateTime),
	overload("day", edm.KindInt32, "The day of the month of the value's own clock.", edm.KindDateTimeOffset),
	overload("hour", edm.KindInt32, "The hour of the value's own clock.", edm.KindDateTime),
	overload("hour", edm.KindInt32, "The hour of the value's own clock.", edm.KindDateTimeOffset),
	overload("hour", edm.KindInt32, "The hours component of the duration.", edm.KindTime),
	overload("minute", edm.KindInt32, "The minute of the value's own clock.", edm.KindDateTime),
	overload("minute", edm.KindInt32, "The minute of the value's own clock.", edm.KindDateTimeOffset),
	overload("minute", edm.KindInt32, "The minutes component of the duration.", edm.KindTime),
	overload("second", edm.KindInt32, "The whole second of the value's own clock.", edm.KindDateTime),
	overload("second", edm.KindInt32, "The whole second of the value's own clock.", edm.KindDateTimeOffset),
	overload("second", edm.KindInt32, "The whole seconds component of the duration.", edm.KindTime),

	overload("round", edm.KindDouble, "The nearest whole number, the even one of two that are equally near.", edm.KindDouble),
	overload("round", edm.KindDecimal, "The nearest whole number, the even one of two that are equally near.", edm.KindDecimal),
	overload("floor", edm.KindDouble, "The greatest whole number that is not above the value.", edm.KindDouble),
	overload("floor", edm.KindDecimal, "The greatest whole number that is not above the value.", edm.KindDecimal),
	overload("ceiling", edm.KindDouble, "The least whole number that is not below the value.", edm.KindDouble),
	overload("ceiling", edm.KindDecimal, "The least whole number that is not below the value.", edm.KindDecimal),

	overload("geo.distance", edm.KindDouble, "The shortest distance between two points of one coordinate system.", edm.KindGeographyPoint, edm.KindGeographyPoint),
	overload("geo.distance", edm.KindDouble, "The shortest distance between two points of one coordinate system.", edm.KindGeometryPoint, edm.KindGeometryPoint),
	overload("geo.length", edm.KindDouble, "The length of the line.", edm.KindGeographyLineString),
	overload("geo.length", edm.KindDouble, "The length of the line.", edm.KindGeometryLineString),
	overload("geo.intersects", edm.KindBoolean, "Tells whether the point lies within the polygon.", edm.KindGeographyPoint, edm.KindGeographyPolygon),
	overload("geo.intersects", edm.KindBoolean, "Tells whether the point lies within the polygon.", edm.KindGeometryPoint, edm.KindGeometryPolygon),
}

func overload(name string, result edm.Kind, doc string, params ...edm.Kind) signature {
	f := odata.Function{Name: name, Params: params, Result: result}
	f.Overload = name + typeList(params)
	return signature{Function: f, doc: doc}
}

// typeList prints "(String,Int32)".
func typeList(kinds []edm.Kind) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, k := range kinds {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(kindName(k))
	}
	b.WriteByte(')')
	return b.String()
}

func kindName(k edm.Kind) string { return strings.TrimPrefix(k.String(), "Edm.") }

// Functions are the canonical functions, one for each overload. The values are
// the ones that bound calls point to, and must not be changed. isof and cast
// are not functions of this table but the nodes [odata.IsOf], [odata.Cast] and
// [odata.TypeCast].
func Functions() []*odata.Function {
	all := make([]*odata.Function, len(signatures))
	for i := range signatures {
		all[i] = &signatures[i].Function
	}
	return all
}

// FunctionDoc says in one sentence what an overload yields, or returns "" for
// a function that is not of the table.
func FunctionDoc(f *odata.Function) string {
	for i := range signatures {
		if &signatures[i].Function == f {
			return signatures[i].doc
		}
	}
	return ""
}

// overloads are the rows of one name, preferred ones first.
func overloads(name string) []signature {
	for first := range signatures {
		if signatures[first].Name == name {
			end := first
			for end < len(signatures) && signatures[end].Name == name {
				end++
			}
			return signatures[first:end]
		}
	}
	return nil
}

// functionNames are all names that can be called, for suggestions.
func functionNames() []string {
	names := []string{"isof", "cast"}
	for i := range signatures {
		names = append(names, signatures[i].Name)
	}
	return names
}
