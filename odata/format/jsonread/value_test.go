package jsonread_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/format/verbose"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// readers are those that the tests here hold to the same rules.
var readers = []struct {
	name   string
	reader format.Reader
	before string // of a value in a property payload
}{
	{"light", jsonlight.NewReader(), `{"value":`},
	{"verbose", verbose.NewReader(), `{"P":`},
}

// TestPrimitiveValues reads each kind in every form it has in JSON.
func TestPrimitiveValues(t *testing.T) {
	model := testmodel.Kinds(t)
	const (
		overview = "primitive types"
		numbers  = "number formatting"
		dates    = "date and time text"
		spatial  = "spatial values"
	)
	for _, tt := range []struct {
		kind  edm.Kind
		cases []readtest.Case
	}{{edm.KindBoolean, []readtest.Case{
		{Name: "true", Section: overview, Why: "the word", In: `true`, Want: `true`},
		{Name: "false", Section: overview, Why: "the word", In: `false`, Want: `false`},
		{Name: "text", Section: numbers, Why: "strings stand for every primitive type", In: `"true"`, Want: `true`},
		{Name: "number", Section: overview, Why: "1 is no boolean", In: `1`, Want: `! TypeMismatch P`},
		{Name: "other text", Section: overview, Why: "yes is no boolean", In: `"yes"`, Want: `! TypeMismatch P`},
	}}, {edm.KindByte, []readtest.Case{
		{Name: "least", Section: overview, Why: "the range of the type", In: `0`, Want: `0`},
		{Name: "greatest", Section: overview, Why: "the range of the type", In: `255`, Want: `255`},
		{Name: "beyond", Section: overview, Why: "nothing wraps around", In: `256`, Want: `! TypeMismatch P`},
		{Name: "negative", Section: overview, Why: "there is no sign", In: `-1`, Want: `! TypeMismatch P`},
	}}, {edm.KindSByte, []readtest.Case{
		{Name: "least", Section: overview, Why: "the range of the type", In: `-128`, Want: `-128`},
		{Name: "greatest", Section: overview, Why: "the range of the type", In: `127`, Want: `127`},
		{Name: "beyond", Section: overview, Why: "nothing wraps around", In: `128`, Want: `! TypeMismatch P`},
	}}, {edm.KindInt16, []readtest.Case{
		{Name: "least", Section: overview, Why: "the range of the type", In: `-32768`, Want: `-32768`},
		{Name: "greatest", Section: overview, Why: "the range of the type", In: `"32767"`, Want: `32767`},
		{Name: "beyond", Section: overview, Why: "nothing wraps around", In: `32768`, Want: `! TypeMismatch P`},
	}}, {edm.KindInt32, []readtest.Case{
		{Name: "least", Section: overview, Why: "the range of the type", In: `-2147483648`, Want: `-2147483648`},
		{Name: "greatest", Section: overview, Why: "the range of the type", In: `2147483647`, Want: `2147483647`},
		{Name: "beyond", Section: overview, Why: "nothing wraps around", In: `2147483648`, Want: `! TypeMismatch P`},
		{Name: "with a point", Section: numbers, Why: "it is whole all the same", In: `7.0`, Want: `7`},
		{Name: "with an exponent", Section: numbers, Why: "it is whole all the same", In: `7e2`, Want: `700`},
		{Name: "fraction", Section: numbers, Why: "nothing is rounded", In: `7.5`, Want: `! TypeMismatch P`},
		{Name: "huge exponent", Section: numbers, Why: "nothing is computed that cannot fit", In: `1e999999999`, Want: `! TypeMismatch P`},
		{Name: "boolean", Section: overview, Why: "true is no number", In: `true`, Want: `! TypeMismatch P`},
		{Name: "array", Section: overview, Why: "one value is not several", In: `[1]`, Want: `! TypeMismatch P`},
		{Name: "null", Section: overview, Why: "null belongs to every type", In: `null`, Want: `null`},
	}}, {edm.KindInt64, []readtest.Case{
		{Name: "text", Section: numbers, Why: "the form that is written", In: `"9223372036854775807"`, Want: `9223372036854775807L`},
		{Name: "number", Section: numbers, Why: "numbers are accepted, without a detour over a float", In: `9223372036854775807`, Want: `9223372036854775807L`},
		{Name: "least", Section: overview, Why: "the range of the type", In: `-9223372036854775808`, Want: `-9223372036854775808L`},
		{Name: "beyond", Section: overview, Why: "nothing wraps around", In: `9223372036854775808`, Want: `! TypeMismatch P`},
		{Name: "1e400", Section: numbers, Why: "out of range", In: `1e400`, Want: `! TypeMismatch P`},
	}}, {edm.KindSingle, []readtest.Case{
		{Name: "number", Section: overview, Why: "the form that is written", In: `1.5`, Want: `1.5f`},
		{Name: "whole", Section: overview, Why: "a point is not needed", In: `7`, Want: `7f`},
		{Name: "beyond", Section: overview, Why: "no infinity by accident", In: `1e39`, Want: `! TypeMismatch P`},
	}}, {edm.KindDouble, []readtest.Case{
		{Name: "number", Section: overview, Why: "the form that is written", In: `7.0`, Want: `7.0`},
		{Name: "exponent", Section: overview, Why: "the form that is written", In: `1E+16`, Want: `1E+16`},
		{Name: "text", Section: numbers, Why: "strings stand for every primitive type", In: `"2.5"`, Want: `2.5`},
		{Name: "infinity", Section: numbers, Why: "the spelling of .NET", In: `"Infinity"`, Want: `INF`},
		{Name: "negative infinity", Section: numbers, Why: "the spelling of the specification", In: `"-INF"`, Want: `-INF`},
		{Name: "no number", Section: numbers, Why: "a value of the type", In: `"NaN"`, Want: `NaN`},
		{Name: "1e400", Section: numbers, Why: "no infinity by accident", In: `1e400`, Want: `! TypeMismatch P`},
	}}, {edm.KindDecimal, []readtest.Case{
		{Name: "text", Section: numbers, Why: "the form that is written; the scale stays", In: `"2.50"`, Want: `2.50M`},
		{Name: "number", Section: numbers, Why: "numbers are accepted, without a detour over a float", In: `0.10000000000000000555`, Want: `0.10000000000000000555M`},
		{Name: "long", Section: numbers, Why: "beyond what a value holds by itself", In: `1234567890123456789012345678901234567890.5`, Want: `1234567890123456789012345678901234567890.5M`},
		{Name: "huge exponent", Section: numbers, Why: "not written out", In: `1e99999`, Want: `! TypeMismatch P`},
	}}, {edm.KindString, []readtest.Case{
		{Name: "empty", Section: overview, Why: "it is not null", In: `""`, Want: `''`},
		{Name: "escapes", Section: "string escaping", Why: "all of them", In: `"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"`, Want: "'\"\\/\b\f\n\r\t\u00e9\U0001F600'"},
		{Name: "raw", Section: "string escaping", Why: "UTF-8 needs no escapes", In: "\"\u00e9\U0001F600\"", Want: "'\u00e9\U0001F600'"},
		{Name: "number", Section: overview, Why: "a number is no text", In: `1`, Want: `! TypeMismatch P`},
		{Name: "object", Section: overview, Why: "an object is no text", In: `{}`, Want: `! TypeMismatch P`},
	}}, {edm.KindGuid, []readtest.Case{
		{Name: "lower case", Section: overview, Why: "the form that is written", In: `"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"`, Want: `guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'`},
		{Name: "upper case", Section: overview, Why: "case does not matter", In: `"6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10"`, Want: `guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'`},
		{Name: "short", Section: overview, Why: "all digits are needed", In: `"6f0c0b5e"`, Want: `! TypeMismatch P`},
	}}, {edm.KindBinary, []readtest.Case{
		{Name: "base64", Section: overview, Why: "the form that is written", In: `"AP8="`, Want: `X'00FF'`},
		{Name: "empty", Section: overview, Why: "it is not null", In: `""`, Want: `X''`},
		{Name: "hexadecimal", Section: overview, Why: "that is for URLs", In: `"00F"`, Want: `! TypeMismatch P`},
	}}, {edm.KindDateTime, []readtest.Case{
		{Name: "no zone", Section: dates, Why: "the form that is written", In: `"2015-07-12T06:40:00.5"`, Want: `datetime'2015-07-12T06:40:00.5'`},
		{Name: "utc", Section: dates, Why: "readers keep the zone", In: `"2015-07-12T06:40:00Z"`, Want: `datetime'2015-07-12T06:40:00Z'`},
		{Name: "offset", Section: dates, Why: "readers keep the zone", In: `"2015-07-12T06:40:00-07:00"`, Want: `datetime'2015-07-12T06:40:00-07:00'`},
		{Name: "milliseconds", Section: dates, Why: "the form of old versions", In: `"\/Date(1436683200000)\/"`, Want: `datetime'2015-07-12T06:40:00Z'`},
		{Name: "unescaped slashes", Section: dates, Why: "the same string", In: `"/Date(0)/"`, Want: `datetime'1970-01-01T00:00:00Z'`},
		{Name: "first", Section: dates, Why: "the least value", In: `"0001-01-01T00:00:00"`, Want: `datetime'0001-01-01T00:00:00'`},
		{Name: "last", Section: dates, Why: "the greatest value", In: `"9999-12-31T23:59:59.9999999"`, Want: `datetime'9999-12-31T23:59:59.9999999'`},
		{Name: "number", Section: dates, Why: "a date is a string", In: `0`, Want: `! TypeMismatch P`},
		{Name: "no such day", Section: dates, Why: "February is shorter", In: `"2015-02-30T00:00:00"`, Want: `! TypeMismatch P`},
		{Name: "milliseconds beyond", Section: dates, Why: "there is no such year", In: `"/Date(999999999999999999)/"`, Want: `! TypeMismatch P`},
	}}, {edm.KindDateTimeOffset, []readtest.Case{
		{Name: "utc", Section: dates, Why: "the form that is written", In: `"2015-07-12T06:40:00Z"`, Want: `datetimeoffset'2015-07-12T06:40:00Z'`},
		{Name: "milliseconds", Section: dates, Why: "the form of old versions, minutes behind the sign", In: `"/Date(1436683200000+0120)/"`, Want: `datetimeoffset'2015-07-12T06:40:00+02:00'`},
	}}, {edm.KindTime, []readtest.Case{
		{Name: "duration", Section: dates, Why: "the form that is written", In: `"-P1DT2H0.25S"`, Want: `time'-P1DT2H0.25S'`},
		{Name: "clock", Section: dates, Why: "that is V4", In: `"10:00:00"`, Want: `! TypeMismatch P`},
	}}, {edm.KindGeographyPoint, []readtest.Case{
		{Name: "point", Section: spatial, Why: "the form that is written", In: `{"type":"Point","coordinates":[142.1,64.1],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`, Want: `geography'SRID=4326;POINT(142.1 64.1)'`},
		{Name: "with metadata", Section: spatial, Why: "verbose writes it, both ignore it", In: `{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[142.1,64.1]}`, Want: `geography'SRID=4326;POINT(142.1 64.1)'`},
		{Name: "line", Section: spatial, Why: "a line is no point", In: `{"type":"LineString","coordinates":[[1,2],[3,4]]}`, Want: `! TypeMismatch P`},
		{Name: "duplicate", Section: spatial, Why: "the rule holds for every object", In: `{"type":"Point","type":"Point","coordinates":[1,2]}`, Want: `! DuplicateMember P`},
		{Name: "nothing", Section: spatial, Why: "no shape", In: `{}`, Want: `! TypeMismatch P`},
	}}, {edm.KindGeometry, []readtest.Case{
		{Name: "line", Section: spatial, Why: "every shape is a geometry", In: `{"type":"LineString","coordinates":[[1,2],[3,4]]}`, Want: `geometry'SRID=0;LINESTRING(1 2,3 4)'`},
	}}, {edm.KindStream, []readtest.Case{
		{Name: "text", Section: overview, Why: "a stream is no value", In: `"x"`, Want: `! TypeMismatch P`},
	}}} {
		for _, r := range readers {
			t.Run(tt.kind.String()+"/"+r.name, func(t *testing.T) {
				readtest.Run(t, tt.cases, func(in io.Reader) (string, error) {
					payload := io.MultiReader(strings.NewReader(r.before), in, strings.NewReader(`}`))
					v, err := r.reader.ReadProperty(payload, model, "P", metadata.PrimitiveType(tt.kind), format.Limits{})
					return readtest.Value(v), err
				})
			})
		}
	}
}

// TestMalformed is about JSON itself, whatever it says.
func TestMalformed(t *testing.T) {
	model := testmodel.Kinds(t)
	const (
		grammar = "RFC 8259, grammar"
		strict  = "strictness of our own"
	)
	cases := []readtest.Case{
		{Name: "mark", Section: strict, Why: "a byte order mark is tolerated", In: "\ufeff{\"Id\":1}", Want: `Value{Id=1}`},
		{Name: "blanks", Section: grammar, Why: "they mean nothing", In: " \t\r\n{ \"Id\" : 1 } \n", Want: `Value{Id=1}`},
		{Name: "nothing", Section: grammar, Why: "an entity needs a body", In: ``, Want: `! MalformedJSON body[0:0]`},
		{Name: "mark alone", Section: grammar, Why: "an entity needs a body", In: "\ufeff", Want: `! MalformedJSON body[3:3]`},
		{Name: "mark further in", Section: grammar, Why: "it is no blank", In: "{\ufeff}", Want: `! MalformedJSON body[1:1]`},
		{Name: "utf-16", Section: grammar, Why: "JSON is UTF-8", In: "\xff\xfe{\x00}\x00", Want: `! MalformedJSON body[0:0]`},
		{Name: "utf-16 without a mark", Section: grammar, Why: "JSON is UTF-8", In: "{\x00}\x00", Want: `! MalformedJSON body[1:1]`},
		{Name: "trailing comma", Section: grammar, Why: "a member is missing", In: `{"Id":1,}`, Want: `! MalformedJSON body[8:8]`},
		{Name: "leading comma", Section: grammar, Why: "a member is missing", In: `{,"Id":1}`, Want: `! MalformedJSON body[1:1]`},
		{Name: "no comma", Section: grammar, Why: "members are separated", In: `{"Id":1 "Byte":1}`, Want: `! MalformedJSON body[8:8]`},
		{Name: "no colon", Section: grammar, Why: "a value has a name", In: `{"Id" 1}`, Want: `! MalformedJSON body[6:6]`},
		{Name: "no quotes", Section: grammar, Why: "this is JavaScript", In: `{Id:1}`, Want: `! MalformedJSON body[1:1]`},
		{Name: "wrong end", Section: grammar, Why: "brackets match", In: `{"Longs":[1}}`, Want: `! MalformedJSON body[11:11]`},
		{Name: "early end", Section: grammar, Why: "a cut body must not count", In: `{"Id":1`, Want: `! MalformedJSON body[7:7]`},
		{Name: "early end in a string", Section: grammar, Why: "a cut body must not count", In: `{"String":"a`, Want: `! MalformedJSON body[12:12]`},
		{Name: "early end in an escape", Section: grammar, Why: "a cut body must not count", In: `{"String":"a\`, Want: `! MalformedJSON body[12:12]`},
		{Name: "early end in a word", Section: grammar, Why: "a cut body must not count", In: `{"Boolean":tru`, Want: `! MalformedJSON body[11:11]`},
		{Name: "early end before a value", Section: grammar, Why: "a cut body must not count", In: `{"Id":`, Want: `! MalformedJSON body[6:6]`},
		{Name: "second value", Section: strict, Why: "nothing may follow", In: `{"Id":1}{"Id":2}`, Want: `! MalformedJSON body[8:8]`},
		{Name: "nul behind", Section: strict, Why: "nothing may follow", In: "{}\x00", Want: `! MalformedJSON body[2:2]`},
		{Name: "nul in a string", Section: grammar, Why: "controls must be escaped", In: "{\"String\":\"\x00\"}", Want: `! MalformedJSON body[11:11]`},
		{Name: "nul escaped", Section: strict, Why: "stores and XML have no NUL", In: `{"String":"\u0000"}`, Want: `! MalformedJSON body[17:17]`},
		{Name: "line end in a string", Section: grammar, Why: "controls must be escaped", In: "{\"String\":\"\n\"}", Want: `! MalformedJSON body[11:11]`},
		{Name: "not utf-8", Section: grammar, Why: "two readers could repair it differently", In: "{\"String\":\"\xff\"}", Want: `! MalformedJSON body[12:12]`},
		{Name: "not utf-8 in a name", Section: grammar, Why: "names are strings, too", In: "{\"x.\xff\":1}", Want: `! MalformedJSON body[5:5]`},
		{Name: "surrogate as utf-8", Section: grammar, Why: "it is not UTF-8", In: "{\"String\":\"\xed\xa0\x80\"}", Want: `! MalformedJSON body[14:14]`},
		{Name: "high surrogate alone", Section: strict, Why: "it is no character", In: `{"String":"\ud800"}`, Want: `! MalformedJSON body[17:17]`},
		{Name: "low surrogate alone", Section: strict, Why: "it is no character", In: `{"String":"\udc00"}`, Want: `! MalformedJSON body[17:17]`},
		{Name: "surrogates the wrong way", Section: strict, Why: "they are no pair", In: `{"String":"\udc00\ud800"}`, Want: `! MalformedJSON body[23:23]`},
		{Name: "surrogate before another escape", Section: strict, Why: "they are no pair", In: `{"String":"\ud800\u0041"}`, Want: `! MalformedJSON body[23:23]`},
		{Name: "unknown escape", Section: grammar, Why: "there is no such escape", In: `{"String":"\x41"}`, Want: `! MalformedJSON body[15:15]`},
		{Name: "short escape", Section: grammar, Why: "four digits are needed", In: `{"String":"\u41"}`, Want: `! MalformedJSON body[15:15]`},
		{Name: "word in capitals", Section: grammar, Why: "this is Python", In: `{"Boolean":True}`, Want: `! MalformedJSON body[11:11]`},
		{Name: "word that goes on", Section: grammar, Why: "words end", In: `{"Boolean":truely}`, Want: `! MalformedJSON body[15:15]`},
		{Name: "leading zero", Section: grammar, Why: "it could be octal", In: `{"Id":01}`, Want: `! MalformedJSON body[8:8]`},
		{Name: "plus", Section: grammar, Why: "numbers have no plus", In: `{"Id":+1}`, Want: `! MalformedJSON body[6:6]`},
		{Name: "point without digits", Section: grammar, Why: "digits stand on both sides", In: `{"Double":1.}`, Want: `! MalformedJSON body[12:12]`},
		{Name: "minus alone", Section: grammar, Why: "it is no number", In: `{"Id":-}`, Want: `! MalformedJSON body[7:7]`},
		{Name: "NaN", Section: grammar, Why: "it is a string in JSON", In: `{"Double":NaN}`, Want: `! MalformedJSON body[10:10]`},
		{Name: "comment", Section: grammar, Why: "JSON has none", In: `{/**/}`, Want: `! MalformedJSON body[1:1]`},
		{Name: "duplicate among many", Section: strict, Why: "also where names are looked up in a map",
			In: `{"Longs":[],"Places":[{"City":"` + strings.Repeat("x", 5000) + `"}],"Boolean":null,"Byte":null,"SByte":null,"Int16":null,"Int32":null,"Int64":null,` +
				`"Single":null,"Double":null,"Decimal":null,"String":null,"Guid":null,"Binary":null,"DateTime":null,"Time":null,"desc":null,"eq":null,"Id":1,"eq":null}`,
			Want: `! DuplicateMember body[5254:5254]`},
	}
	for _, r := range readers {
		t.Run(r.name, func(t *testing.T) {
			cases := slices.Clone(cases)
			if r.name == "verbose" {
				for i := range cases {
					cases[i].In = strings.Replace(cases[i].In, `"x.`, `"__`, 1)
				}
			}
			readtest.Run(t, cases, func(in io.Reader) (string, error) {
				e, err := r.reader.ReadEntry(in, model, model.EntityType("Kinds.Value"), format.Limits{})
				if err != nil {
					return "", err
				}
				return readtest.Entry(e), nil
			})
		})
	}
}

// TestDetails looks at what the one-line form of errors leaves out.
func TestDetails(t *testing.T) {
	model := testmodel.Demo(t)
	long := strings.Repeat("\u00e9", 100)
	for _, tt := range []struct{ name, in, detail, why string }{
		{"offset", `{"Id":1,"Name":2}`, `at byte 15: expected Edm.String, found a number`, "the client finds the place"},
		{"text that does not fit", `{"Id":"x"}`, `at byte 6: expected Edm.Int32`, "the value is not repeated"},
		{"name", `{"Nope":1}`, `at byte 1: Demo.Customer has no property "Nope"`, "the name may be told in the detail only"},
		{"long name", `{"` + long + `":1}`, `at byte 1: Demo.Customer has no property "` + long[:64] + `"...`, "input is cut between characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := jsonlight.NewReader().ReadEntry(strings.NewReader(tt.in), model, model.EntityType("Demo.Customer"), format.Limits{})
			var e *odata.Error
			if !errors.As(err, &e) || e.Detail != tt.detail {
				t.Errorf("%s: %v, want the detail %s (%s)", tt.in, err, tt.detail, tt.why)
			}
			if e != nil && (strings.Contains(e.Message, "Nope") || strings.Contains(e.Target, "Nope")) {
				t.Errorf("%s: input in the message or the target: %v", tt.in, err)
			}
		})
	}
}
