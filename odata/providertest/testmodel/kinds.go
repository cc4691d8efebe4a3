package testmodel

import (
	"context"
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// PrimitiveNames are the primitive types that keys and operation parameters of
// the [Kinds] model have, without the prefix Edm.
var PrimitiveNames = []string{"Boolean", "Byte", "SByte", "Int16", "Int32", "Int64", "Single", "Double", "Decimal",
	"String", "Guid", "Binary", "DateTime", "DateTimeOffset", "Time"}

// keys are literals of the keys in the sets KKeys: one ordinary and one that is
// hard to write in a URI, or an extreme.
var keys = map[string][]string{
	"Boolean":        {"true"},
	"Byte":           {"7", "255"},
	"SByte":          {"-8"},
	"Int16":          {"-300"},
	"Int32":          {"70000", "-2147483648"},
	"Int64":          {"7L", "9223372036854775807L"},
	"Single":         {"7.5f"},
	"Double":         {"7.5", "1E+16"},
	"Decimal":        {"7.50M"},
	"String":         {"'Ann'", "'O''Neil / é%+&?#'", "''"},
	"Guid":           {order1},
	"Binary":         {"X'0aFF'"},
	"DateTime":       {"datetime'2015-07-12T06:40:00'"},
	"DateTimeOffset": {"datetimeoffset'2015-07-12T06:40:00+02:00'"},
	"Time":           {"time'PT1H30M'"},
}

// KindData is the data of the [Kinds] model. The rows of Values: 1 ordinary
// values, 2 the least ones, 3 the greatest, 4 nulls only, 5 NaN and text beyond
// ASCII, 6 INF, instants with zones and text that every format has to escape, 7
// -INF and text with blanks at both ends, 8 and 9 ties of rounding on both sides
// of zero. The rows of Bags: 1 an undeclared property KIn with a value of most
// types K, 2 none, 3 some that have another type, or are NaN or null.
func KindData() memory.Data {
	row := func(id int32, literals map[string]string, values map[string]edm.Value) memory.Entity {
		e := memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(id), "Longs": edm.Collection(nil), "Places": edm.Collection(nil)}}
		for name, text := range literals {
			e.Values[name] = literal(text)
		}
		for name, v := range values {
			e.Values[name] = v
		}
		return e
	}
	place := func(city string, code int64, size string) edm.Value {
		return edm.Complex([]edm.Value{edm.String(city), edm.Int64(code), edm.Complex([]edm.Value{literal(size)})})
	}
	values := []memory.Entity{
		row(1, map[string]string{
			"Boolean": "true", "Int64": "7L", "Single": "7.5f", "Double": "7d", "Decimal": "7.50M", "String": "'Ann'",
			"Guid": order1, "Binary": "X'0aFF'", "DateTime": "datetime'2015-07-12T06:40:00'",
			"DateTimeOffset": "datetimeoffset'2015-07-12T06:40:00Z'", "Time": "time'PT1H30M'", "Int32": "70000",
			"GeographyPoint": "geography'SRID=4326;Point(142.1 64.1)'", "GeometryPoint": "geometry'SRID=0;Point(1 2)'",
			"Picture": "X'89504E47'", "Markup": "'<p>'", "desc": "'d'", "eq": "1",
		}, map[string]edm.Value{"Byte": edm.Byte(7), "SByte": edm.SByte(-8), "Int16": edm.Int16(-300),
			"Place": place("Ulm", 89073, "1.50M"), "Longs": edm.Collection([]edm.Value{edm.Int64(1), edm.Int64(-2)}),
			"Places": edm.Collection([]edm.Value{place("Ulm", 1, "2.0M")})}),
		row(2, map[string]string{
			"Boolean": "false", "Decimal": "-79228162514264337593543950335M", "String": "''",
			"Guid":   "guid'00000000-0000-0000-0000-000000000000'",
			"Binary": "X''", "DateTime": "datetime'0001-01-01T00:00:00'", "DateTimeOffset": "datetimeoffset'0001-01-01T00:00:00Z'",
			"Time": "time'-P10675199DT2H48M5.4775808S'", "desc": "'b'", "eq": "2",
		}, map[string]edm.Value{"Byte": edm.Byte(0), "SByte": edm.SByte(-128), "Int16": edm.Int16(math.MinInt16),
			"Int32": edm.Int32(math.MinInt32), "Int64": edm.Int64(math.MinInt64),
			"Single": edm.Single(-math.MaxFloat32), "Double": edm.Double(-math.MaxFloat64)}),
		row(3, map[string]string{
			"Boolean": "true", "Decimal": "79228162514264337593543950335M", "String": "'zz'",
			"Guid":   "guid'ffffffff-ffff-ffff-ffff-ffffffffffff'",
			"Binary": "X'FF'", "DateTime": "datetime'9999-12-31T23:59:59.9999999'",
			"DateTimeOffset": "datetimeoffset'9999-12-31T23:59:59.9999999Z'",
			"Time":           "time'P10675199DT2H48M5.4775807S'", "desc": "'c'", "eq": "3",
		}, map[string]edm.Value{"Byte": edm.Byte(255), "SByte": edm.SByte(127), "Int16": edm.Int16(math.MaxInt16),
			"Int32": edm.Int32(math.MaxInt32), "Int64": edm.Int64(math.MaxInt64),
			"Single": edm.Single(math.MaxFloat32), "Double": edm.Double(math.MaxFloat64)}),
		row(4, nil, nil),
		row(5, nil, map[string]edm.Value{"Single": edm.Single(float32(math.NaN())), "Double": edm.Double(math.NaN()),
			"String": edm.String("Grüße 世界 🎉")}),
		row(6, map[string]string{"DateTime": "datetime'2015-07-12T06:40:00.5Z'",
			"DateTimeOffset": "datetimeoffset'2015-07-12T08:40:00.036164+02:00'", "Decimal": "0.10M"},
			map[string]edm.Value{"Single": edm.Single(float32(math.Inf(1))), "Double": edm.Double(math.Inf(1)),
				"String": edm.String("<a&b>'\"/\\\t")}),
		row(7, map[string]string{"DateTime": "datetime'2015-07-11T23:40:00-07:00'",
			"DateTimeOffset": "datetimeoffset'2015-07-11T23:40:00-07:00'"},
			map[string]edm.Value{"Single": edm.Single(float32(math.Inf(-1))), "Double": edm.Double(math.Inf(-1)),
				"String": edm.String(" padded ")}),
		row(8, map[string]string{"Double": "2.5", "Decimal": "2.5M", "String": "'ann'", "Int32": "7", "Time": "time'PT0.25S'", "Int64": "-7L"}, nil),
		row(9, map[string]string{"Double": "-2.5", "Decimal": "-2.5M", "String": "'Anna'", "Int32": "7", "Time": "time'-P1DT2H'", "Single": "1E+16f"}, nil),
	}
	bag := map[string]edm.Value{"Id": edm.Int32(1), "ByteIn": edm.Byte(7), "Int16In": edm.Int16(-300)}
	for _, name := range []string{"Boolean", "Int32", "Int64", "Single", "Double", "Decimal", "String", "Guid", "Binary", "DateTime", "DateTimeOffset", "Time"} {
		bag[name+"In"] = literal(keys[name][0])
	}
	bags := []memory.Entity{{Values: bag}, {Values: map[string]edm.Value{"Id": edm.Int32(2)}},
		{Values: map[string]edm.Value{"Id": edm.Int32(3), "Int32In": edm.String("text"), "DoubleIn": edm.Double(math.NaN()), "StringIn": edm.Null}}}
	data := memory.Data{Entities: map[string][]memory.Entity{"Values": values, "Bags": bags}}
	for _, name := range PrimitiveNames {
		kind, _ := edm.ParseKind("Edm." + name)
		for _, text := range keys[name] {
			v, err := edm.Convert(literal(text), kind)
			if err != nil {
				panic("testmodel: " + text + ": " + err.Error())
			}
			data.Entities[name+"Keys"] = append(data.Entities[name+"Keys"], memory.Entity{Values: map[string]edm.Value{"Key": v}})
		}
	}
	return data
}

// KindSets are sets with [KindData] for a service that is given the same model,
// which [Kinds] returned.
func KindSets(tb testing.TB, model *metadata.Model) []odata.EntitySet {
	tb.Helper()
	return setsOf(tb, model, KindData())
}

// KindOperations are the operations of the [Kinds] model. Each EchoK returns its
// argument, Needs too; Twice doubles; Texts, Spot and Spots return values;
// First, None and All the entities of Values with the Id 1, with none, and all
// of them; Touch returns nothing.
func KindOperations(model *metadata.Model) []odata.Operation {
	value := model.EntityType("Kinds.Value")
	operation := func(name string, kind odata.OperationKind, result func(in *odata.OperationInput) odata.OperationResult) odata.Operation {
		o := odata.Operation{Name: name, Kind: kind,
			Invoke: func(_ context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
				r := result(in)
				return &r, nil
			}}
		if kind == odata.ServiceOperation {
			o.Method = "GET"
		}
		return o
	}
	argument := func(in *odata.OperationInput) odata.OperationResult {
		return odata.OperationResult{Value: in.Arguments[0]}
	}
	constant := func(v edm.Value) func(*odata.OperationInput) odata.OperationResult {
		return func(*odata.OperationInput) odata.OperationResult { return odata.OperationResult{Value: v} }
	}
	withID := func(id int32) func(*odata.OperationInput) odata.OperationResult {
		return func(*odata.OperationInput) odata.OperationResult {
			return odata.OperationResult{Where: &odata.Binary{Op: odata.Eq,
				L: &odata.Member{Of: odata.ItOf(value), Property: value.Property("Id")},
				R: &odata.Literal{Value: edm.Int32(id), Of: metadata.PrimitiveType(edm.KindInt32)}}}
		}
	}
	spot := edm.Complex([]edm.Value{edm.String("Ulm"), edm.Int64(89073), edm.Null})
	operations := []odata.Operation{
		operation("Needs", odata.ServiceOperation, argument),
		operation("Texts", odata.ServiceOperation, constant(texts("a", ""))),
		operation("Spot", odata.ServiceOperation, constant(spot)),
		operation("Spots", odata.ServiceOperation, constant(edm.Collection([]edm.Value{spot}))),
		operation("First", odata.ServiceOperation, withID(1)),
		operation("None", odata.ServiceOperation, withID(0)),
		operation("All", odata.ServiceOperation, constant(edm.Null)),
		operation("Touch", odata.ServiceOperation, constant(edm.Null)),
		operation("Twice", odata.FunctionCall, func(in *odata.OperationInput) odata.OperationResult {
			return odata.OperationResult{Value: edm.Int32(int32(2 * in.Arguments[0].Int()))}
		}),
	}
	for _, name := range PrimitiveNames {
		operations = append(operations, operation("Echo"+name, odata.ServiceOperation, argument))
	}
	return operations
}
