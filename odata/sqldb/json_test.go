package sqldb

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Every kind of value comes back from JSON as it was.
func TestJSONRoundTrip(t *testing.T) {
	decimal, _ := edm.ParseDecimal("-79228162514264337593543950335.00")
	when, _ := edm.ParseDateTime("2015-07-12T06:40:00.1234567-07:00")
	for _, v := range []edm.Value{
		edm.Null, edm.Boolean(true), edm.Byte(255), edm.SByte(-8), edm.Int16(-300), edm.Int32(math.MinInt32), edm.Int64(math.MinInt64),
		edm.Single(0.1), edm.Double(1e300), edm.Double(math.Inf(-1)), edm.Double(math.NaN()), decimal.Value(), edm.String("\"\\\x00\n é 🎉"),
		edm.String(""), edm.Binary([]byte{0, 255}), edm.GUID{1, 2}.Value(), when.Value(), edm.NewTime(-5).Value(),
	} {
		of := metadata.PrimitiveType(v.Kind())
		of.Collection = true
		list := edm.Collection([]edm.Value{v, edm.Null})
		text := appendJSON(nil, list, of)
		if !json.Valid(text) {
			t.Errorf("%v: %s is not JSON", v, text)
		}
		got, err := parseJSON(string(text), of)
		if err != nil || !got.Equal(list) {
			t.Errorf("%s comes back as %v, %v", text, got, err)
		}
		dynamic := []odata.DynamicProperty{{Name: "A\"", Value: v}, {Name: "b", Value: edm.Int32(1)}}
		text = appendDynamic(nil, dynamic)
		back, err := parseDynamic(string(text), nil)
		if diff := cmp.Diff(dynamic, back); err != nil || diff != "" || !json.Valid(text) {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}

// FuzzParseJSON: whatever is in the column, reading it fails or yields a value
// that is written and read again as the same.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`["a",null]`, `[]`, `[1,2]`, `{"a":{"Edm.Int64":7}}`, `{"a":"x","b":true}`, `[[[[`, `{"a":{"Edm.Double":"NaN"}}`, "null", ""} {
		f.Add(seed)
	}
	texts := metadata.TypeRef{Kind: edm.KindString, Collection: true}
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := parseJSON(text, texts); err == nil {
			again, err := parseJSON(string(appendJSON(nil, v, texts)), texts)
			if err != nil || !again.Equal(v) {
				t.Errorf("%q: %v becomes %v, %v", text, v, again, err)
			}
		}
		if list, err := parseDynamic(text, nil); err == nil {
			again, err := parseDynamic(string(appendDynamic(nil, list)), nil)
			if diff := cmp.Diff(list, again); err != nil || diff != "" {
				t.Errorf("%q: %v\n%s", text, err, diff)
			}
		}
	})
}

// The cache forgets what was not used for longest.
func TestPlanCache(t *testing.T) {
	c := newPlanCache(2)
	c.keep([]byte("a"), 1)
	c.keep([]byte("b"), 2)
	c.find([]byte("a"))
	c.keep([]byte("c"), 3)
	if got := []any{c.find([]byte("a")), c.find([]byte("b")), c.find([]byte("c"))}; got[0] != 1 || got[1] != nil || got[2] != 3 {
		t.Errorf("the cache holds %v", got)
	}
	if c.keep([]byte("a"), 4) != 1 {
		t.Error("a statement is known by its address: the first plan stays")
	}
}
