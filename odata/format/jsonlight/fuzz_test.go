package jsonlight_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// FuzzRow writes a row with a value of every kind at every level and requires
// that each reads back as it was, that types are told where the level says so,
// and that the edit link leads to the key.
func FuzzRow(f *testing.F) {
	f.Add("x", "", []byte(nil), int64(0), 0.0, uint32(0))
	f.Add("O'Neil", "a\"b\\\u00e4\U0001f600", []byte{0, 255}, int64(math.MaxInt64), 1e16, uint32(0))
	f.Add("/?#", "\xff", []byte("abc"), int64(math.MinInt64), math.Inf(1), uint32(0xffff))
	f.Add("", "\x00", []byte{1}, int64(635722800000000001), -7.5, uint32(1<<5))
	d := newDemo(f)
	p := d.All("Samples")
	f.Fuzz(func(t *testing.T, code, text string, blob []byte, number int64, fraction float64, nulls uint32) {
		row := formattest.ManyKinds(code, text, blob, number, fraction)
		for i := 1; i < len(row.Values); i++ { // the key is never null
			if nulls>>i&1 != 0 && p.Fields[i].Property.Kind() != edm.KindCollection {
				row.Values[i] = edm.Null
			}
		}
		for _, l := range levels {
			out := jsonlight.New(l.level).Compile(p).AppendEntry(nil, place, &row)
			v, err := formattest.ReadJSON(out)
			if err != nil {
				t.Fatalf("level %s: %v: %s", l.name, err, out)
			}
			got := map[string]any{}
			for _, m := range v.([]formattest.Member) {
				got[m.Name] = m.Value
			}
			for _, field := range p.Fields {
				name, want := field.Property.Name, row.Values[field.Index]
				if err := reads(got[name], want); err != nil {
					t.Fatalf("level %s: %s: %v: %s", l.name, name, err, out)
				}
				typ, told := got[name+"@odata.type"]
				if told && typ != field.Property.Type {
					t.Fatalf("level %s: %s tells the type %s: %s", l.name, name, typ, out)
				}
				if wantTold := l.level == jsonlight.Full && needsType(want); told != wantTold {
					t.Fatalf("level %s: %s tells its type: %v, want %v: %s", l.name, name, told, wantTold, out)
				}
			}
			if l.level == jsonlight.Full && utf8.ValidString(code) {
				if err := formattest.LeadsTo("", got["odata.editLink"].(string), row.Values[0]); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
		}
	})
}

// FuzzAnnotations requires that what providers and contexts say in text reads
// back as it was, from wherever the format puts it.
func FuzzAnnotations(f *testing.F) {
	f.Add("http://h/svc/", "image/png", `"q1"`, "http://cdn.example/t1.png", "$skiptoken='a'")
	f.Add("\"", "\\", "\x00", "\u00e4\U0001f600", "")
	f.Add("", "", "", "", "\xff")
	d := newDemo(f)
	photos := d.All("Photos")
	customers, ann := formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), d.Ann()
	f.Fuzz(func(t *testing.T, root, contentType, etag, readURL, next string) {
		info := odata.StreamInfo{ContentType: contentType, ETag: etag, ReadURL: readURL}
		photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}, Media: &info, Streams: []odata.StreamInfo{info}}
		customer := odata.Row{Values: ann.Values, Related: []odata.Related{{More: true, Next: next}}}
		c := &format.Context{Root: root, MetadataURL: root}
		for _, l := range levels {
			check := func(p *odata.Projection, row *odata.Row, want map[string]string) {
				t.Helper()
				out := jsonlight.New(l.level).Compile(p).AppendEntry(nil, c, row)
				v, err := formattest.ReadJSON(out)
				if err != nil {
					t.Fatalf("level %s: %v: %s", l.name, err, out)
				}
				got := map[string]any{}
				for _, m := range v.([]formattest.Member) {
					got[m.Name] = m.Value
				}
				for name, text := range want {
					switch value, told := got[name]; {
					case told != (text != ""):
						t.Fatalf("level %s: %s is told: %v, want %v: %s", l.name, name, told, text != "", out)
					case told && value != string([]rune(text)):
						t.Fatalf("level %s: %s is %q, want %q", l.name, name, value, text)
					}
				}
			}
			about := info
			resource, thumb := "Photos(1)/$value", "Photos(1)/Thumb"
			switch {
			case l.level == jsonlight.None:
				about, resource, thumb = odata.StreamInfo{}, "", ""
			case readURL != "":
				resource, thumb = readURL, readURL
			case info == (odata.StreamInfo{}):
				thumb = "" // readers compute it, or have the edit link
			}
			check(photos, &photo, map[string]string{
				"odata.mediaReadLink": resource, "odata.mediaContentType": about.ContentType, "odata.mediaETag": about.ETag,
				"Thumb@odata.mediaReadLink": thumb, "Thumb@odata.mediaContentType": about.ContentType, "Thumb@odata.mediaETag": about.ETag,
			})
			link := ""
			if next != "" {
				link = root + "Customers(1)/Orders?" + next
			}
			check(customers, &customer, map[string]string{"Orders@odata.nextLink": link})
		}
	})
}

// reads compares what a reader finds with what was written.
func reads(got any, want edm.Value) error {
	var text string
	switch got := got.(type) {
	case nil:
		if !want.IsNull() {
			return fmt.Errorf("null, want %v", want)
		}
		return nil
	case bool:
		text = fmt.Sprint(got)
	case json.Number:
		if want.Kind() == edm.KindDouble && !strings.ContainsAny(string(got), ".E") {
			return fmt.Errorf("%s does not show that it is a Double", got)
		}
		text = string(got)
	case string:
		text = got
	case []any:
		return readsElements(len(got), func(i int) any { return got[i] }, want)
	case []formattest.Member:
		if len(got) > 0 && got[0].Name == "odata.type" {
			got = got[1:]
		}
		return readsElements(len(got), func(i int) any { return got[i].Value }, want)
	}
	if want.IsNull() {
		return fmt.Errorf("%s, want null", text)
	}
	if want.Kind() == edm.KindString {
		if valid := string([]rune(want.Str())); text != valid {
			return fmt.Errorf("%q, want %q", text, valid)
		}
		return nil
	}
	v, err := edm.ParseText(want.Kind(), text)
	if err != nil {
		return err
	}
	if !v.Equal(want) {
		return fmt.Errorf("%v, want %v", v, want)
	}
	return nil
}

func readsElements(n int, at func(int) any, want edm.Value) error {
	elements := want.Elements()
	if n != len(elements) {
		return fmt.Errorf("%d elements, want %d", n, len(elements))
	}
	for i, element := range elements {
		if err := reads(at(i), element); err != nil {
			return err
		}
	}
	return nil
}

// needsType says which values tell their type at level full beside their name.
func needsType(v edm.Value) bool {
	switch v.Kind() {
	case edm.KindNull, edm.KindString, edm.KindBoolean, edm.KindInt32, edm.KindComplex:
		return false
	case edm.KindDouble:
		return math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)
	}
	return true
}
