package atom_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// TestValuesReadBack writes values of every kind and reads them as clients do:
// by the type that the element tells.
func TestValuesReadBack(t *testing.T) {
	d := newDemo(t)
	for _, tt := range []struct {
		name, why string
		value     edm.Value
		text      string
	}{
		{"string", "text is itself", edm.String("Gr\u00fc\u00dfe \U0001F600"), "Gr\u00fc\u00dfe \U0001F600"},
		{"markup", "markup is escaped", edm.String(`<a href="x">&amp;</a>]]>`), `<a href="x">&amp;</a>]]>`},
		{"blank", "nothing but white space survives", edm.String(" \t\r\n "), " \t\r\n "},
		{"lines", "line ends are not normalised", edm.String("a\r\nb\rc\nd"), "a\r\nb\rc\nd"},
		{"empty", "an empty string is not null", edm.String(""), ""},
		{"true", "", edm.Boolean(true), "true"},
		{"byte", "", edm.Byte(255), "255"},
		{"sbyte", "", edm.SByte(-128), "-128"},
		{"int16", "", edm.Int16(math.MinInt16), "-32768"},
		{"int32", "", edm.Int32(math.MinInt32), "-2147483648"},
		{"int64", "Int64 is no string in XML", edm.Int64(math.MaxInt64), "9223372036854775807"},
		{"decimal", "the scale is kept", formattest.Parse(t, edm.KindDecimal, "-2.50"), "-2.50"},
		{"double", "no point is added", edm.Double(7), "7"},
		{"double-large", "exponents have a sign", edm.Double(1e300), "1E+300"},
		{"infinity", "XML has names of its own", edm.Double(math.Inf(1)), "INF"},
		{"minus-infinity", "", edm.Single(float32(math.Inf(-1))), "-INF"},
		{"nan", "", edm.Double(math.NaN()), "NaN"},
		{"single", "", edm.Single(0.1), "0.1"},
		{"guid", "", formattest.Parse(t, edm.KindGuid, formattest.Order1), formattest.Order1},
		{"datetime", "no zone is added", formattest.Parse(t, edm.KindDateTime, "0001-01-01T00:00:00"), "0001-01-01T00:00:00"},
		{"datetime-utc", "nor taken away", formattest.Parse(t, edm.KindDateTime, "2015-07-12T06:40:00.036164Z"), "2015-07-12T06:40:00.036164Z"},
		{"datetimeoffset", "", formattest.Parse(t, edm.KindDateTimeOffset, "9999-12-31T09:59:59.9999999-14:00"), "9999-12-31T09:59:59.9999999-14:00"},
		{"time", "", formattest.Parse(t, edm.KindTime, "-P1DT2H0.25S"), "-P1DT2H0.25S"},
		{"binary", "base64", edm.Binary([]byte{0, 255, 62}), "AP8+"},
		{"binary-empty", "no bytes are not null", edm.Binary(nil), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind := tt.value.Kind()
			text := plain.AppendProperty(nil, place, format.Property{Name: "P", Type: metadata.PrimitiveType(kind), Value: tt.value})
			check := func(where string, n *node) {
				t.Helper()
				wantType := kind.String()
				if kind == edm.KindString {
					wantType = ""
				}
				if n.text != tt.text || n.meta("type") != wantType || n.meta("null") != "" || n.name.Space != dataSpace {
					t.Errorf("%s: %+v, want the text %q (%s)", where, n, tt.text, tt.why)
				}
				if got, err := edm.ParseText(kind, n.text); err != nil || !got.Equal(tt.value) && !isNaN(got) {
					t.Errorf("%s: read back as %v, %v (%s)", where, got, err, tt.why)
				}
			}
			check("property", readTree(t, string(text)))
			row := odata.Row{Values: []edm.Value{edm.String("x")}, Dynamic: []odata.DynamicProperty{{Name: "P", Value: tt.value}}}
			text = plain.Compile(d.All("Tags")).AppendEntry(nil, place, &row)
			check("dynamic property", readTree(t, string(text)).find(t, "P"))

			row.Dynamic[0].Value = edm.Collection([]edm.Value{tt.value, tt.value})
			text = plain.Compile(d.All("Tags")).AppendEntry(nil, place, &row)
			list := readTree(t, string(text)).find(t, "P")
			if len(list.children) != 2 || list.children[1].text != tt.text || list.meta("type") != "Collection("+kind.String()+")" {
				t.Errorf("collection: %+v, want two items %q (%s)", list, tt.text, tt.why)
			}
		})
	}
}

func isNaN(v edm.Value) bool {
	return (v.Kind() == edm.KindDouble || v.Kind() == edm.KindSingle) && math.IsNaN(v.Float())
}

// TestNullIsNotEmpty holds null and the empty string apart.
func TestNullIsNotEmpty(t *testing.T) {
	d := newDemo(t)
	line := odata.Row{Values: []edm.Value{formattest.Parse(t, edm.KindGuid, formattest.Order1), edm.Int32(2), edm.Null}}
	e := plain.Compile(d.All("OrderLines"))
	for _, tt := range []struct {
		name, null string
		value      edm.Value
	}{{"null", "true", edm.Null}, {"empty", "", edm.String("")}} {
		line.Values[2] = tt.value
		n := readTree(t, string(e.AppendEntry(nil, place, &line))).find(t, "Text")
		if n.meta("null") != tt.null || n.text != "" {
			t.Errorf("%s: %+v, want m:null=%q", tt.name, n, tt.null)
		}
	}
}

// xmlText is s as any XML document can hold it at best.
func xmlText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

var hardTexts = []string{
	"", " ", "a", "\x00", "\x1f\x7f", "a\r\nb", "\t", "<>&\"'", "]]>", "12345678<2345678&2345678>2345678\"", "1234567\r",
	"\ufffe\uffff\ufffd", "\xff\xfe", "\xed\xa0\x80", "\u0085\u2028", "\U0010ffff\U0001fffe", "caf\u00e9 au lait", "\xc3", "xxxxxxx\xc3",
	"&#0;", "<![CDATA[x]]>", "<?x?>", "<!--", "%;",
}

// FuzzText takes any string for a value, an attribute and everything else that
// comes from data: the document is well-formed and reads back as the string, but
// for U+FFFD in place of what XML cannot hold.
func FuzzText(f *testing.F) {
	for _, s := range hardTexts {
		f.Add(s)
	}
	d, w := newDemo(f), newPress(f)
	base := w.article()
	photos, articles, places := plain.Compile(d.All("Photos")), plain.Compile(w.All("Articles")), plain.Compile(w.All("Places"))
	f.Fuzz(func(t *testing.T, s string) {
		want := xmlText(s)
		text := func(name string, n *node) {
			t.Helper()
			if n.text != want {
				t.Errorf("%s: %q, want %q", name, n.text, want)
			}
		}
		v := edm.String(s)
		row := odata.Row{Values: []edm.Value{edm.Int32(1), v}, Media: &odata.StreamInfo{ContentType: s, ETag: s, ReadURL: s}}
		photo := readTree(t, string(photos.AppendEntry(nil, place, &row)))
		text("value", photo.find(t, "Caption"))
		if src := photo.find(t, "content").value("", "src"); s != "" && src != want {
			t.Errorf("attribute: %q, want %q", src, want)
		}
		text("property", readTree(t, string(plain.AppendProperty(nil, place,
			format.Property{Name: "P", Type: metadata.PrimitiveType(edm.KindString), Value: v}))))
		text("message", readTree(t, string(plain.AppendError(nil, format.ErrorBody{Code: s, Message: s, Lang: s}))).find(t, "message"))
		links := plain.AppendLinksStart(nil, place, nil, nil)
		links = plain.AppendLinksEnd(plain.AppendLink(links, place, []byte(s), true), place, nil, s)
		if uri := readTree(t, string(links)).find(t, "uri").text; uri != place.Root+want {
			t.Errorf("link: %q, want %q behind the root", uri, want)
		}

		article := odata.Row{Values: slices.Clone(base.Values)}
		person, five := formattest.Complex(v, v, formattest.Complex(v)), formattest.Complex(v, v, v, v, v, edm.Null)
		for i, value := range []edm.Value{v, v, v, edm.Null, edm.Null, person, person, five, formattest.Complex(v, v, v)} {
			article.Values[1+i] = value
		}
		custom := readTree(t, string(articles.AppendEntry(nil, place, &article)))
		text("title", custom.find(t, "title"))
		text("rights", custom.find(t, "rights"))
		text("author", custom.find(t, "author").find(t, "name"))

		spot := odata.Row{Values: []edm.Value{edm.Int32(1), formattest.Complex(v, v, v), v, v, v}}
		at := readTree(t, string(places.AppendEntry(nil, place, &spot))).find(t, "at")
		if lat := at.value("http://x.example/geo?a&b", "lat"); lat != want {
			t.Errorf("attribute of a custom element: %q, want %q", lat, want)
		}
	})
}

// FuzzDynamicName takes any string for the name of an undeclared property: it is
// written as the element it names or left out.
func FuzzDynamicName(f *testing.F) {
	for _, s := range []string{"Size", "a b", "a:b", "0", "-", "\u00e4", "\u00b5m", "\u0e01", "x><y", "xmlns", "\u4e2d\u6587", "a.b", "\U0001F600"} {
		f.Add(s)
	}
	e := plain.Compile(newDemo(f).All("Tags"))
	f.Fuzz(func(t *testing.T, name string) {
		row := odata.Row{Values: []edm.Value{edm.String("x")}, Dynamic: []odata.DynamicProperty{{Name: name, Value: edm.Int32(1)}}}
		written := readTree(t, string(e.AppendEntry(nil, place, &row))).find(t, "properties").children
		if len(written) > 2 || len(written) == 2 && written[1].name.Local != name {
			t.Errorf("%q was written as %+v", name, written)
		}
	})
}

// TestNames pins which names become elements, and what becomes of declared ones
// that XML does not have.
func TestNames(t *testing.T) {
	e := plain.Compile(newDemo(t).All("Tags"))
	for _, tt := range []struct{ name, declared, dynamic, why string }{
		{"Size", "Size", "Size", "a name is itself"},
		{"\u00c4rger_2", "\u00c4rger_2", "\u00c4rger_2", "letters of every edition of XML"},
		{"\u00b5m", "_x00B5_m", "", "the micro sign is a letter to CSDL but not to XML"},
		{"\u0250\u02b0", "\u0250\u02b0", "", "letters that only the fifth edition has"},
	} {
		text := plain.AppendProperty(nil, place, format.Property{Name: tt.name, Type: metadata.PrimitiveType(edm.KindInt32), Value: edm.Int32(1)})
		if !strings.Contains(string(text), "<d:"+tt.declared+" ") || !strings.HasSuffix(string(text), "</d:"+tt.declared+">") {
			t.Errorf("declared %q: %s (%s)", tt.name, text, tt.why)
		}
		row := odata.Row{Values: []edm.Value{edm.String("x")}, Dynamic: []odata.DynamicProperty{{Name: tt.name, Value: edm.Int32(1)}}}
		var names []string
		for _, n := range readTree(t, string(e.AppendEntry(nil, place, &row))).find(t, "properties").children[1:] {
			names = append(names, n.name.Local)
		}
		if diff := cmp.Diff(tt.dynamic, strings.Join(names, " ")); diff != "" {
			t.Errorf("dynamic %q: %s (-want +got):\n%s", tt.name, tt.why, diff)
		}
	}
}
