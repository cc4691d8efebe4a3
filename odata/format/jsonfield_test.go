package format_test

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// TestAppendJSONFields requires of planned members what is written plainly
// below, whatever room the destination has.
func TestAppendJSONFields(t *testing.T) {
	values := []edm.Value{
		edm.Null, edm.Binary([]byte{1}), edm.Boolean(true), edm.Boolean(false), edm.Byte(1),
		parse(t, edm.KindDateTime, "2015-07-12T06:40:00"), parse(t, edm.KindDateTimeOffset, "2015-07-12T06:40:00.1234567-07:30"),
		parse(t, edm.KindDecimal, "-2.50"), parse(t, edm.KindDecimal, "0."+strings.Repeat("0123456789", 9)),
		edm.Double(7), edm.Double(-1234567.12345678), edm.Double(math.Pi), edm.Double(math.NaN()),
		parse(t, edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), edm.Int16(-1),
		edm.Int32(math.MinInt32), edm.Int64(math.MinInt64), edm.SByte(-4), edm.Single(0.5), edm.String(""), edm.String("a\"b"),
		edm.String(strings.Repeat("long ", 20)), edm.String(strings.Repeat("\u65e5\U0001f600", 20)),
		parse(t, edm.KindTime, "PT1H"), geography(t, "SRID=4326;Point(142.1 64)"),
	}
	names := []string{"A", strings.Repeat("n", 27), strings.Repeat("n", 28), strings.Repeat("n", 200), "Gr\u00f6\u00dfe"}
	for _, dialect := range []format.JSONDialect{format.DialectLight, format.DialectVerbose3, format.DialectVerbose2} {
		for _, name := range names {
			var fields []format.JSONField
			var want []byte
			for i := range values {
				at := len(values) - 1 - i // the order is that of the fields
				fields = append(fields, format.NewJSONField(name, at))
				want = append(want, ","+slowJSONString(name)+":"+slowJSONValue(values[at], dialect)...)
			}
			for room := range 160 {
				got := format.AppendJSONFields(make([]byte, 0, room), fields, values, dialect)
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Fatalf("name %q, dialect %d, room %d (-want +got):\n%s", name, dialect, room, diff)
				}
			}
			got := format.AppendJSONFields([]byte("before"), fields, values, dialect)
			if diff := cmp.Diff("before"+string(want), string(got)); diff != "" {
				t.Errorf("name %q, dialect %d, behind other text (-want +got):\n%s", name, dialect, diff)
			}
		}
	}
}

func TestAnnotatedJSONField(t *testing.T) {
	annotation := []byte(`,"N@odata.type":"Edm.Double"`)
	for _, tt := range []struct {
		name string
		in   edm.Value
		want string
		why  string
	}{
		{"finite", edm.Double(7), `,"N":7.0`, "the point shows the type"},
		{"not finite", edm.Double(math.Inf(1)), `,"N@odata.type":"Edm.Double","N":"Infinity"`, "a string shows no Double"},
		{"null", edm.Null, `,"N":null`, "null is null in any type"},
		{"undeclared kind", edm.Int64(7), `,"N@odata.type":"Edm.Double","N":"7"`, "the kind of the value decides, not the declared one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fields := []format.JSONField{format.NewJSONField("N", 0).Annotated(annotation)}
			for room := range 60 {
				got := format.AppendJSONFields(make([]byte, 0, room), fields, []edm.Value{tt.in}, format.DialectLight)
				if string(got) != tt.want {
					t.Fatalf("room %d: %s\n got %s\nwant %s", room, tt.why, got, tt.want)
				}
			}
		})
	}
}

// slowJSONValue says what is wanted as plainly as possible.
func slowJSONValue(v edm.Value, dialect format.JSONDialect) string {
	text := string(edm.AppendText(nil, v))
	switch v.Kind() {
	case edm.KindNull:
		return "null"
	case edm.KindBoolean:
		return strconv.FormatBool(v.Bool())
	case edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32:
		return strconv.FormatInt(v.Int(), 10)
	case edm.KindInt64:
		return `"` + strconv.FormatInt(v.Int(), 10) + `"`
	case edm.KindSingle, edm.KindDouble:
		switch f := v.Float(); {
		case math.IsNaN(f) || math.IsInf(f, 0):
			return `"` + strings.Replace(text, "INF", "Infinity", 1) + `"`
		case v.Kind() == edm.KindDouble && dialect == format.DialectLight && !strings.ContainsAny(text, ".E"):
			return text + ".0"
		}
		return text
	case edm.KindString:
		return slowJSONString(v.Str())
	case edm.KindBinary:
		return `"` + base64.StdEncoding.EncodeToString(v.Bytes()) + `"`
	case edm.KindDateTime:
		if dialect == format.DialectVerbose2 {
			text = string(v.DateTime().AppendJSONDate(nil))
		}
	case edm.KindDateTimeOffset:
		if dialect == format.DialectVerbose2 {
			text = string(v.DateTimeOffset().AppendJSONDate(nil))
		}
	case edm.KindGeographyPoint:
		if dialect == format.DialectLight {
			return string(edm.AppendGeoJSON(nil, v.Spatial(), true))
		}
		return `{"__metadata":{"type":"Edm.GeographyPoint"},` + string(edm.AppendGeoJSON(nil, v.Spatial(), false)[1:])
	}
	return `"` + strings.ReplaceAll(text, "/", `\/`) + `"`
}
