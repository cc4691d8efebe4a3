package format_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// keyed makes a projection of a set whose key has the given types, and whose
// rows hold just the key.
func keyed(t testing.TB, set string, kinds ...edm.Kind) *odata.Projection {
	t.Helper()
	entity := &metadata.EntityType{Name: "Item"}
	p := &odata.Projection{}
	for i, kind := range kinds {
		name := string(rune('A' + i))
		entity.Key = append(entity.Key, name)
		entity.Properties = append(entity.Properties, &metadata.Property{Name: name, Type: kind.String(), NotNull: true})
		p.Key = append(p.Key, i)
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:   "N\u00e4",
		EntityTypes: []*metadata.EntityType{entity},
		Containers: []*metadata.EntityContainer{{Name: "C", EntitySets: []*metadata.EntitySet{{
			Name: set, EntityType: "Item"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	p.Set = model.DefaultContainer().EntitySet(set)
	p.Type = entity
	return p
}

func TestAppendEntityURL(t *testing.T) {
	for _, tt := range []struct {
		name, set, want, why string
		key                  []edm.Value
	}{
		{"int32", "Customers", "Customers(1)", "single keys are not named", []edm.Value{edm.Int32(1)}},
		{"negative", "Customers", "Customers(-1)", "a minus is unreserved", []edm.Value{edm.Int32(-1)}},
		{"int64", "Big", "Big(10L)", "the literal's suffix belongs to it", []edm.Value{edm.Int64(10)}},
		{"decimal", "Prices", "Prices(1.5M)", "the literal's suffix belongs to it", []edm.Value{parse(t, edm.KindDecimal, "1.5")}},
		{"double", "Big", "Big(1E%2B16)", "a plus is not unreserved", []edm.Value{edm.Double(1e16)}},
		{"guid", "Orders", "Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", "lower case, raw quotes",
			[]edm.Value{parse(t, edm.KindGuid, "6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10")}},
		{"datetime", "Logs", "Logs(datetime'2015-07-12T06%3A40%3A00')", "colons are encoded",
			[]edm.Value{parse(t, edm.KindDateTime, "2015-07-12T06:40:00")}},
		{"datetimeoffset", "Logs", "Logs(datetimeoffset'2015-07-12T06%3A40%3A00%2B02%3A00')", "a plus is encoded",
			[]edm.Value{parse(t, edm.KindDateTimeOffset, "2015-07-12T06:40:00+02:00")}},
		{"string", "Items", "Items('O%27%27Neil')", "quotes are doubled, then encoded; delimiters are raw",
			[]edm.Value{edm.String("O'Neil")}},
		{"string of quotes", "Items", "Items('%27%27%27%27')", "only the outermost are delimiters", []edm.Value{edm.String("''")}},
		{"string empty", "Items", "Items('')", "nothing to encode", []edm.Value{edm.String("")}},
		{"string reserved", "Items", "Items('a%2Fb%20c%3F%23%25%2B%28%29%2C%3D%24%26~-._')", "everything but unreserved characters",
			[]edm.Value{edm.String("a/b c?#%+(),=$&~-._")}},
		{"string Unicode", "Items", "Items('%C3%A4%E2%82%AC')", "UTF-8, upper-case hex", []edm.Value{edm.String("\u00e4\u20ac")}},
		{"binary", "Blobs", "Blobs(X'00FF')", "hex", []edm.Value{edm.Binary([]byte{0, 255})}},
		{"compound", "Lines", "Lines(A=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10',B=2)", "named, in order, comma without blank",
			[]edm.Value{parse(t, edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), edm.Int32(2)}},
		{"compound encoded", "Lines", "Lines(A='%3D%2C',B='%29')", "what delimits keys is encoded inside values",
			[]edm.Value{edm.String("=,"), edm.String(")")}},
		{"set name", "K\u00e4ufe", "K%C3%A4ufe(1)", "names may be any letters", []edm.Value{edm.Int32(1)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kinds := make([]edm.Kind, len(tt.key))
			for i, v := range tt.key {
				kinds[i] = v.Kind()
			}
			p := keyed(t, tt.set, kinds...)
			got := string(format.AppendEntityURL([]byte("root/"), &odata.Row{Values: tt.key}, p))
			if diff := cmp.Diff("root/"+tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestAppendSetURLOfOtherContainer(t *testing.T) {
	set := &metadata.EntitySet{Name: "Old", EntityType: "Item"}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		EntityTypes: []*metadata.EntityType{{Name: "Item", Key: []string{"A"},
			Properties: []*metadata.Property{{Name: "A", Type: "Edm.Int32", NotNull: true}}}},
		Containers: []*metadata.EntityContainer{
			{Name: "C", IsDefault: true},
			{Name: "Archive", EntitySets: []*metadata.EntitySet{set}},
		},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	if got, want := string(format.AppendSetURL(nil, set)), "Archive.Old"; got != want {
		t.Errorf("only the default container's sets go without its name: got %s, want %s", got, want)
	}
}

func TestAppendTypeSegment(t *testing.T) {
	got := string(format.AppendTypeSegment(nil, &metadata.EntityType{Namespace: "Demo.N\u00e4", Name: "Vip"}))
	if want := "/Demo.N%C3%A4.Vip"; got != want {
		t.Errorf("points stay, other letters are encoded: got %s, want %s", got, want)
	}
}

func TestAppendETag(t *testing.T) {
	for _, tt := range []struct {
		name, want, why string
		tokens          []edm.Value
	}{
		{"number", `W/"3"`, "always weak", []edm.Value{edm.Int32(3)}},
		{"two", `W/"'abc',null"`, "literals joined by commas", []edm.Value{edm.String("abc"), edm.Null}},
		{"binary", `W/"X'00000000000007D1'"`, "a row version", []edm.Value{edm.Binary([]byte{0, 0, 0, 0, 0, 0, 7, 0xd1})}},
		{"datetime", `W/"datetime'2015-07-12T06%3A40%3A00'"`, "percent-encoded as in keys", []edm.Value{parse(t, edm.KindDateTime, "2015-07-12T06:40:00")}},
		{"quote", `W/"'%22%0A%27%27'"`, "nothing can break the header", []edm.Value{edm.String("\"\n'")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := &odata.Row{Values: append([]edm.Value{edm.Null}, tt.tokens...)}
			tokens := []int{1, 2}[:len(tt.tokens)]
			if diff := cmp.Diff(tt.want, string(format.AppendETag(nil, row, tokens))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			var inside string
			if err := json.Unmarshal(format.AppendJSONETag(nil, row, tokens), &inside); err != nil || inside != tt.want {
				t.Errorf("the JSON form reads as %q, %v; want %s", inside, err, tt.want)
			}
		})
	}
}

// FuzzKey requires that a string key survives the way into a URL and back, and
// that the URL needs no further escape in JSON or in a header.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"", "O'Neil", "a/b?c#d", "''", "\u00e4\x00\"\\", "%27"} {
		f.Add(seed)
	}
	p := keyed(f, "Items", edm.KindString)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return // keys are UTF-8
		}
		text := string(format.AppendKey(nil, &odata.Row{Values: []edm.Value{edm.String(s)}}, p))
		if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\/?#`, r) }) {
			t.Fatalf("%q became %s", s, text)
		}
		inside, err := url.PathUnescape(text[1 : len(text)-1])
		if err != nil {
			t.Fatalf("%q became %s: %v", s, text, err)
		}
		v, err := edm.ParseLiteral(inside)
		if err != nil {
			t.Fatalf("%q became %s: %v", s, text, err)
		}
		if v.Str() != s {
			t.Fatalf("%q became %s, which is %q", s, text, v.Str())
		}
	})
}

func BenchmarkAppendEntityURL(b *testing.B) {
	for _, bb := range []struct {
		name string
		key  edm.Value
	}{
		{"int32", edm.Int32(1234)},
		{"guid", parse(b, edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10")},
		{"string", edm.String("O'Neil & sons")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			p := keyed(b, "Items", bb.key.Kind())
			row := &odata.Row{Values: []edm.Value{bb.key}}
			dst := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				dst = format.AppendEntityURL(dst[:0], row, p)
			}
		})
	}
}
