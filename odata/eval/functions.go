package eval

import (
	"math"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A function evaluates one overload: the one of its three forms that takes as
// many arguments as it has params. Arguments are never null and have the kinds
// of params.
type function struct {
	params []edm.Kind
	one    func(a edm.Value) edm.Value
	two    func(a, b edm.Value) (edm.Value, error)
	three  func(a, b, c edm.Value) (edm.Value, error)
}

// functions are the evaluators by odata.Function.Overload; the signatures stand
// in package bind. Source: OData V3 URI conventions, canonical functions.
// Spatial functions of values that do not go together, such as points of two
// coordinate systems, are null.
var functions = map[string]function{
	"substringof(String,String)":    ofTexts(substringOf),
	"startswith(String,String)":     ofTexts(startsWith),
	"endswith(String,String)":       ofTexts(endsWith),
	"length(String)":                ofText(length),
	"indexof(String,String)":        ofTexts(indexOf),
	"substring(String,Int32)":       {params: []edm.Kind{edm.KindString, edm.KindInt32}, two: substringFrom},
	"substring(String,Int32,Int32)": {params: []edm.Kind{edm.KindString, edm.KindInt32, edm.KindInt32}, three: substringOfLength},
	"replace(String,String,String)": {params: []edm.Kind{edm.KindString, edm.KindString, edm.KindString}, three: replace},
	"tolower(String)":               ofText(toLower),
	"toupper(String)":               ofText(toUpper),
	"trim(String)":                  ofText(trim),
	"concat(String,String)":         {params: []edm.Kind{edm.KindString, edm.KindString}, two: concat},

	"year(DateTime)":   ofDateTime(edm.DateTime.Year),
	"month(DateTime)":  ofDateTime(edm.DateTime.Month),
	"day(DateTime)":    ofDateTime(edm.DateTime.Day),
	"hour(DateTime)":   ofDateTime(edm.DateTime.Hour),
	"minute(DateTime)": ofDateTime(edm.DateTime.Minute),
	"second(DateTime)": ofDateTime(edm.DateTime.Second),

	"year(DateTimeOffset)":   ofDateTimeOffset(edm.DateTimeOffset.Year),
	"month(DateTimeOffset)":  ofDateTimeOffset(edm.DateTimeOffset.Month),
	"day(DateTimeOffset)":    ofDateTimeOffset(edm.DateTimeOffset.Day),
	"hour(DateTimeOffset)":   ofDateTimeOffset(edm.DateTimeOffset.Hour),
	"minute(DateTimeOffset)": ofDateTimeOffset(edm.DateTimeOffset.Minute),
	"second(DateTimeOffset)": ofDateTimeOffset(edm.DateTimeOffset.Second),

	"hour(Time)":   ofTime(edm.Time.Hours),
	"minute(Time)": ofTime(edm.Time.Minutes),
	"second(Time)": ofTime(edm.Time.Seconds),

	"round(Double)":    ofDouble(math.RoundToEven),
	"floor(Double)":    ofDouble(math.Floor),
	"ceiling(Double)":  ofDouble(math.Ceil),
	"round(Decimal)":   ofDecimal(edm.Decimal.Round),
	"floor(Decimal)":   ofDecimal(edm.Decimal.Floor),
	"ceiling(Decimal)": ofDecimal(edm.Decimal.Ceiling),

	"geo.distance(GeographyPoint,GeographyPoint)":     ofShapes(edm.KindGeographyPoint, edm.KindGeographyPoint, edm.Distance, edm.Double),
	"geo.distance(GeometryPoint,GeometryPoint)":       ofShapes(edm.KindGeometryPoint, edm.KindGeometryPoint, edm.Distance, edm.Double),
	"geo.length(GeographyLineString)":                 ofLine(edm.KindGeographyLineString),
	"geo.length(GeometryLineString)":                  ofLine(edm.KindGeometryLineString),
	"geo.intersects(GeographyPoint,GeographyPolygon)": ofShapes(edm.KindGeographyPoint, edm.KindGeographyPolygon, edm.Intersects, edm.Boolean),
	"geo.intersects(GeometryPoint,GeometryPolygon)":   ofShapes(edm.KindGeometryPoint, edm.KindGeometryPolygon, edm.Intersects, edm.Boolean),
}

func ofShapes[T any](a, b edm.Kind, f func(a, b edm.Spatial) (T, bool), value func(T) edm.Value) function {
	return function{params: []edm.Kind{a, b}, two: func(a, b edm.Value) (edm.Value, error) {
		if v, ok := f(a.Spatial(), b.Spatial()); ok {
			return value(v), nil
		}
		return edm.Null, nil
	}}
}

func ofLine(kind edm.Kind) function {
	return function{params: []edm.Kind{kind}, one: func(line edm.Value) edm.Value {
		if v, ok := edm.Length(line.Spatial()); ok {
			return edm.Double(v)
		}
		return edm.Null
	}}
}

func ofText(f func(string) edm.Value) function {
	return function{params: []edm.Kind{edm.KindString},
		one: func(a edm.Value) edm.Value { return f(a.Str()) }}
}

func ofTexts(f func(a, b string) edm.Value) function {
	return function{params: []edm.Kind{edm.KindString, edm.KindString},
		two: func(a, b edm.Value) (edm.Value, error) { return f(a.Str(), b.Str()), nil }}
}

// The parts of dates and times are those of the value's own clock: nothing is
// shifted to another zone. Those of a negative Time are negative.

func ofDateTime(f func(edm.DateTime) int) function {
	return function{params: []edm.Kind{edm.KindDateTime},
		one: func(a edm.Value) edm.Value { return edm.Int32(int32(f(a.DateTime()))) }}
}

func ofDateTimeOffset(f func(edm.DateTimeOffset) int) function {
	return function{params: []edm.Kind{edm.KindDateTimeOffset},
		one: func(a edm.Value) edm.Value { return edm.Int32(int32(f(a.DateTimeOffset()))) }}
}

func ofTime(f func(edm.Time) int) function {
	return function{params: []edm.Kind{edm.KindTime},
		one: func(a edm.Value) edm.Value { return edm.Int32(int32(f(a.Time()))) }}
}

func ofDouble(f func(float64) float64) function {
	return function{params: []edm.Kind{edm.KindDouble},
		one: func(a edm.Value) edm.Value { return edm.Double(f(a.Float())) }}
}

func ofDecimal(f func(edm.Decimal) edm.Decimal) function {
	return function{params: []edm.Kind{edm.KindDecimal},
		one: func(a edm.Value) edm.Value { return f(a.Decimal()).Value() }}
}

// Implements reports whether the function with this [odata.Function] Overload
// can be evaluated.
func Implements(overload string) bool {
	_, ok := functions[overload]
	return ok
}

// call compiles a function call.
func (c *compiler) call(e *odata.Call) (operand, error) {
	f, ok := functions[e.Function.Overload]
	if !ok {
		return operand{}, functionNotSupported(e.Function.Overload)
	}
	if len(e.Args) != len(f.params) {
		return operand{}, odata.Internalf("eval: %d arguments for %s", len(e.Args), e.Function.Overload)
	}
	if search, err := c.searchMapped(e); search != nil || err != nil {
		return computed(search), err
	}
	args, err := c.values(e.Args...)
	if err != nil {
		return operand{}, err
	}
	var call valueFunc
	switch len(args) {
	case 1:
		call = f.callOne(args)
	case 2:
		call = f.callTwo(args)
	default:
		call = f.callThree(args)
	}
	return folded(computed(call), args...), nil
}

func (f function) callOne(args []operand) valueFunc {
	get, kind, apply := args[0].get, f.params[0], f.one
	return func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if v.Kind() != kind {
			v = adapted(v, kind)
		}
		if err != nil || v.IsNull() {
			return edm.Null, err
		}
		return apply(v), nil
	}
}

func (f function) callTwo(args []operand) valueFunc {
	x, y := f.argument(0, args), f.argument(1, args)
	apply := f.two
	return func(row *odata.Row, s *scope) (edm.Value, error) {
		a, err := x(row, s)
		if err != nil {
			return edm.Null, err
		}
		b, err := y(row, s)
		if err != nil || a.IsNull() || b.IsNull() {
			return edm.Null, err
		}
		return apply(a, b)
	}
}

func (f function) callThree(args []operand) valueFunc {
	x, y, z := f.argument(0, args), f.argument(1, args), f.argument(2, args)
	apply := f.three
	return func(row *odata.Row, s *scope) (edm.Value, error) {
		a, err := x(row, s)
		if err != nil {
			return edm.Null, err
		}
		b, err := y(row, s)
		if err != nil {
			return edm.Null, err
		}
		c, err := z(row, s)
		if err != nil || a.IsNull() || b.IsNull() || c.IsNull() {
			return edm.Null, err
		}
		return apply(a, b, c)
	}
}

// argument is an argument that is null or of its parameter's kind.
func (f function) argument(i int, args []operand) valueFunc {
	get, kind := args[i].get, f.params[i]
	if args[i].fixed {
		return constant(adapted(args[i].value, kind)).get
	}
	return func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if v.Kind() != kind {
			v = adapted(v, kind)
		}
		return v, err
	}
}

// adapted makes v an argument of the kind: numbers convert, and what does not
// fit is null. Only dynamic properties need it.
func adapted(v edm.Value, kind edm.Kind) edm.Value {
	v, err := edm.Convert(v, kind)
	if err != nil {
		return edm.Null
	}
	return v
}
