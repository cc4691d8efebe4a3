package verbose_test

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
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// FuzzRow writes a row with a value of every kind in every dialect and requires
// that each reads back as it was, and that id and uri lead to the key.
func FuzzRow(f *testing.F) {
	f.Add("x", "", []byte(nil), int64(0), 0.0, uint32(0))
	f.Add("O'Neil", "a\"b\\\u00e4\U0001f600", []byte{0, 255}, int64(math.MaxInt64), 1e16, uint32(0))
	f.Add("/?#", "\xff", []byte("abc"), int64(math.MinInt64), math.Inf(1), uint32(0xffff))
	f.Add("", "/Date(0)/", []byte{1}, int64(635722800000000001), -7.5, uint32(1<<5))
	d := newDemo(f)
	p := d.All("Samples")
	f.Fuzz(func(t *testing.T, code, text string, blob []byte, number int64, fraction float64, nulls uint32) {
		row := formattest.ManyKinds(code, text, blob, number, fraction)
		for i := 1; i < len(row.Values); i++ { // the key is never null
			if nulls>>i&1 != 0 && p.Fields[i].Property.Kind() != edm.KindCollection {
				row.Values[i] = edm.Null
			}
		}
		for _, dialect := range dialects() {
			out := verbose.New(verbose.Options{Version: dialect.version}).Compile(p).AppendEntry(nil, place, &row)
			v, err := formattest.ReadJSON(out)
			if err != nil {
				t.Fatalf("version %s: %v: %s", dialect.Name, err, out)
			}
			entry, _ := formattest.Find(v, "d")
			for _, field := range p.Fields {
				got, written := formattest.Find(entry, field.Property.Name)
				if field.Property.Kind() == edm.KindCollection && dialect.version < verbose.Version3 {
					if written {
						t.Fatalf("version %s has no collections: %s", dialect.Name, out)
					}
					continue
				}
				if err := reads(got, row.Values[field.Index], dialect.version); err != nil || !written {
					t.Fatalf("version %s: %s: %v: %s", dialect.Name, field.Property.Name, err, out)
				}
			}
			about, _ := formattest.Find(entry, "__metadata")
			if typ, _ := formattest.Find(about, "type"); typ != "More.Sample" {
				t.Fatalf("version %s: type %v: %s", dialect.Name, typ, out)
			}
			for _, name := range []string{"id", "uri"} {
				link, _ := formattest.Find(about, name)
				if err := formattest.LeadsTo(place.Root, link.(string), row.Values[0]); err != nil && utf8.ValidString(code) {
					t.Fatalf("version %s: %s: %v: %s", dialect.Name, name, err, out)
				}
			}
		}
	})
}

// reads compares what a reader finds with what was written in version v.
func reads(got any, want edm.Value, v verbose.Version) error {
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
		text = string(got)
	case string:
		text = got
	case []formattest.Member:
		if len(got) == 0 || got[0].Name != "__metadata" {
			return fmt.Errorf("no type is told")
		}
		if results, ok := formattest.Find(got, "results"); ok {
			items := results.([]any)
			return readsElements(len(items), func(i int) any { return items[i] }, want, v)
		}
		return readsElements(len(got)-1, func(i int) any { return got[i+1].Value }, want, v)
	}
	switch want.Kind() {
	case edm.KindNull:
		return fmt.Errorf("%s, want null", text)
	case edm.KindString:
		if valid := string([]rune(want.Str())); text != valid {
			return fmt.Errorf("%q, want %q", text, valid)
		}
		return nil
	case edm.KindDateTime, edm.KindDateTimeOffset:
		if v < verbose.Version3 {
			return readsDate(text, want)
		}
	}
	value, err := edm.ParseText(want.Kind(), text)
	if err != nil {
		return err
	}
	if !value.Equal(want) {
		return fmt.Errorf("%v, want %v", value, want)
	}
	return nil
}

func readsElements(n int, at func(int) any, want edm.Value, v verbose.Version) error {
	elements := want.Elements()
	if n != len(elements) {
		return fmt.Errorf("%d elements, want %d", n, len(elements))
	}
	for i, element := range elements {
		if err := reads(at(i), element, v); err != nil {
			return err
		}
	}
	return nil
}

// readsDate reads /Date(ms)/ or /Date(ms+mmmm)/ as a client does, by hand.
func readsDate(text string, want edm.Value) error {
	const epoch = 621355968000000000 // ticks of 1970-01-01
	var ticks int64
	var offset int
	if want.Kind() == edm.KindDateTime {
		ticks = want.DateTime().Ticks() - int64(want.DateTime().Zone().Minutes())*600_000_000
	} else {
		ticks, offset = want.DateTimeOffset().Ticks(), want.DateTimeOffset().Offset()
	}
	millis := (ticks - epoch) / 10_000
	if (ticks-epoch)%10_000 < 0 {
		millis--
	}
	expected := fmt.Sprintf("/Date(%d)/", millis)
	if want.Kind() == edm.KindDateTimeOffset {
		expected = fmt.Sprintf("/Date(%d%+05d)/", millis, offset)
	}
	if text != expected {
		return fmt.Errorf("%s, want %s for %v", text, expected, want)
	}
	return nil
}

// FuzzForgery puts text from outside into every place that takes it, and
// requires that it stays where it belongs: what is read back is that text, and
// the entity describes itself as before.
func FuzzForgery(f *testing.F) {
	for _, seed := range []string{"Colour", "__metadata", "__deferred", "results", "a.b", "", "\",\"x\":\"", "}]}", "\xff\n\\", "\u2028", "Code2"} {
		f.Add(seed)
	}
	d := newDemo(f)
	tags, photos := d.All("Tags"), d.All("Photos")
	customers := formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Orders"), "Orders", 0, formattest.Selecting(d.All("Orders"), ""))
	ann := d.Ann()
	f.Fuzz(func(t *testing.T, text string) {
		want := string([]rune(text)) // what is not UTF-8 is replaced
		c := &format.Context{Root: "http://h/" + text + "/", MetadataURL: "http://h/" + text + "/$metadata"}
		root := "http://h/" + want + "/"
		tag := odata.Row{Values: []edm.Value{edm.String("c")}}
		if text != "Code" { // a declared property is never dynamic
			tag.Dynamic = []odata.DynamicProperty{{Name: text, Value: edm.String(text)}}
		}
		photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null},
			Media:   &odata.StreamInfo{ContentType: text, ETag: text, ReadURL: text},
			Streams: []odata.StreamInfo{{ContentType: text, ETag: text, ReadURL: text}}}
		customer := formattest.Related(ann, odata.Related{More: true, Next: text})
		for _, dialect := range dialects() {
			w := verbose.New(verbose.Options{Version: dialect.version})
			check := func(text []byte, path []string, want string) {
				t.Helper()
				v, err := formattest.ReadJSON(text)
				if err != nil {
					t.Fatalf("version %s: %v: %s", dialect.Name, err, text)
				}
				for _, name := range path {
					v, _ = formattest.Find(v, name)
				}
				if v != want {
					t.Fatalf("version %s: %v is %v, want %s: %s", dialect.Name, path, v, want, text)
				}
			}
			out := w.Compile(tags).AppendEntry(nil, c, &tag)
			check(out, []string{"d", "__metadata", "type"}, "Demo.Tag")
			check(out, []string{"d", "__metadata", "id"}, root+"Tags('c')")
			check(out, []string{"d", "Code"}, "c")
			if len(tag.Dynamic) > 0 && text != "" && !strings.HasPrefix(text, "__") && !strings.ContainsAny(text, ".:@") {
				check(out, []string{"d", want}, want)
			}
			out = w.Compile(photos).AppendEntry(nil, c, &photo)
			check(out, []string{"d", "__metadata", "edit_media"}, root+"Photos(1)/$value")
			if text != "" {
				check(out, []string{"d", "__metadata", "media_src"}, want)
				check(out, []string{"d", "__metadata", "content_type"}, want)
				check(out, []string{"d", "__metadata", "media_etag"}, want)
			}
			if text != "" && dialect.version >= verbose.Version3 {
				check(out, []string{"d", "Thumb", "__mediaresource", "media_src"}, want)
				check(out, []string{"d", "Thumb", "__mediaresource", "content_type"}, want)
			}
			if text != "" && dialect.version >= verbose.Version2 {
				check(w.Compile(customers).AppendEntry(nil, c, &customer), []string{"d", "Orders", "__next"},
					root+"Customers(1)/Orders?"+want)
			}
			check(w.AppendError(nil, format.ErrorBody{Message: text}), []string{"error", "message", "value"}, want)
			check(w.AppendSingleLink(nil, c, nil, []byte("Tags('c')")), []string{"d", "uri"}, root+"Tags('c')")
		}
	})
}
