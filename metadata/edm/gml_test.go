package edm_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// gmlText spells out the short forms of these tests: without the prefix gml:, and
// with @n for srsName.
var gmlText = strings.NewReplacer("</", "</gml:", "<", "<gml:", "@", `gml:srsName="http://www.opengis.net/def/crs/EPSG/0/`, "#", `"`)

func TestParseGML(t *testing.T) {
	for _, tt := range []struct {
		name, in  string
		geography bool
		want      string
		why       string
	}{
		{"no srsName", `<Point><pos>2 1</pos></Point>`, true, "SRID=4326;POINT(1 2)", "the default on the earth, where the latitude is first"},
		{"no srsName in a plane", `<Point><pos>1 2</pos></Point>`, false, "SRID=0;POINT(1 2)", "the default in a plane, where x is first"},
		{"srsName", `<Point @27700#><pos>1 2</pos></Point>`, false, "SRID=27700;POINT(1 2)", "named"},
		{"blanks", "\n<Point>\t<pos>\n 1\t\r\n2 </pos> </Point>\n", false, "SRID=0;POINT(1 2)", "blanks between elements and numbers"},
		{"number forms", `<Point><pos>+1. .5e1</pos></Point>`, false, "SRID=0;POINT(1 5)", "numbers of XML Schema"},
		{"names", `<Point><name>n</name><description><x>1</x></description><metaDataProperty/><pos>1 2</pos></Point>`, false, "SRID=0;POINT(1 2)", "they say nothing"},
		{"absent Z", `<Point><pos>1 2 NaN</pos></Point>`, false, "SRID=0;POINT(1 2)", "as JSON's null"},
		{"pos", `<LineString><pos>1 2</pos><pos>3 4 5</pos></LineString>`, false, "SRID=0;LINESTRING(1 2,3 4 5)", "what the writer writes"},
		{"posList", `<LineString><posList>1 2 3 4</posList></LineString>`, true, "SRID=4326;LINESTRING(2 1,4 3)", "what most others write"},
		{"posList of three", `<LineString><posList srsDimension="3">1 2 3 4 5 6</posList></LineString>`, false, "SRID=0;LINESTRING(1 2 3,4 5 6)", "the dimension says how many numbers a position has"},
		{"posList of four", `<LineString><posList srsDimension="4">1 2 NaN 4 5 6 NaN 8</posList></LineString>`, false, "SRID=0;LINESTRING(1 2 null 4,5 6 null 8)", "an absent Z"},
		{"points of a line", `<LineString><pointProperty><Point><pos>1 2</pos></Point></pointProperty><pos>3 4</pos></LineString>`, false, "SRID=0;LINESTRING(1 2,3 4)", "GML has this form as well"},
		{"polygon", `<Polygon><exterior><LinearRing><posList>0 0 0 9 9 9 0 0</posList></LinearRing></exterior><interior><LinearRing><posList>1 1 1 2 2 2 1 1</posList></LinearRing></interior></Polygon>`,
			false, "SRID=0;POLYGON((0 0,0 9,9 9,0 0),(1 1,1 2,2 2,1 1))", "rings"},
		{"single members", `<MultiPoint><pointMember><Point><pos>1 2</pos></Point></pointMember><pointMember><Point><pos>3 4</pos></Point></pointMember></MultiPoint>`,
			false, "SRID=0;MULTIPOINT((1 2),(3 4))", "each in an element of its own"},
		{"old names", `<MultiLineString><lineStringMember><LineString><posList>1 2 3 4</posList></LineString></lineStringMember></MultiLineString>`,
			false, "SRID=0;MULTILINESTRING((1 2,3 4))", "the names of GML 2"},
		{"members with srsName", `<MultiGeometry @7#><geometryMember><Point @7#><pos>1 2</pos></Point></geometryMember></MultiGeometry>`,
			false, "SRID=7;GEOMETRYCOLLECTION(POINT(1 2))", "the same as that of the whole"},
		{"empty", `<MultiSurface><surfaceMembers/></MultiSurface>`, false, "SRID=0;MULTIPOLYGON EMPTY", "nothing in it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := gmlText.Replace(tt.in)
			got, err := edm.ParseGML([]byte(in), tt.geography)
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseGML(%s) = %v, %v, want %s: %s", in, got, err, tt.want, tt.why)
			}
		})
	}
	for _, in := range []string{
		`<g:Point xmlns:g="http://www.opengis.net/gml" srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><g:pos>2 1</g:pos></g:Point>`,
		`<Point xmlns="http://www.opengis.net/gml"><x:pos xmlns:x="urn:x"/><pos>2 1</pos></Point>`,
	} {
		if got, err := edm.ParseGML([]byte(in), true); err != nil || got.String() != "SRID=4326;POINT(1 2)" {
			t.Errorf("ParseGML(%s) = %v, %v: the namespace counts, not the prefix", in, got, err)
		}
	}
}

func TestParseGMLRefuses(t *testing.T) {
	deep := strings.Repeat(`<MultiGeometry><geometryMember>`, 33) + strings.Repeat(`</geometryMember></MultiGeometry>`, 33)
	for _, tt := range []struct{ name, in, message, why string }{
		{"empty", ``, "a GML element", "nothing"},
		{"two", `<Point><pos>1 2</pos></Point><Point><pos>1 2</pos></Point>`, "one GML element", "one only"},
		{"text", `1 2`, "text and elements", "a shape is an element"},
		{"cut", `<Point><pos>1 2`, "well-formed", "no end"},
		{"unknown", `<Circle/>`, "expected Point", "no shape of OData"},
		{"ring alone", `<LinearRing><posList>0 0 0 9 9 9 0 0</posList></LinearRing>`, "expected Point", "a ring is no value"},
		{"one number", `<Point><pos>1</pos></Point>`, "at least two", "two are needed"},
		{"five numbers", `<Point><pos>1 2 3 4 5</pos></Point>`, "at most four", "four are all"},
		{"NaN", `<Point><pos>1 NaN</pos></Point>`, "digit", "only Z and M may be absent"},
		{"INF", `<Point><pos>1 INF</pos></Point>`, "digit", "finite numbers only"},
		{"words", `<Point><pos>1 x2</pos></Point>`, "digit", "no number"},
		{"latitude", `<Point><pos>91 1</pos></Point>`, "latitude", "the poles are the end; it is first"},
		{"two positions", `<Point><pos>1 2</pos><pos>1 2</pos></Point>`, "one position", "a point is one place"},
		{"posList of a point", `<Point><posList>1 2</posList></Point>`, "positions", "a point has pos"},
		{"half a position", `<LineString><posList>1 2 3</posList></LineString>`, "too few", "cut"},
		{"dimension", `<LineString><posList srsDimension="5">1 2 3 4 5</posList></LineString>`, "two to four", "no such positions"},
		{"one position", `<LineString><pos>1 2</pos></LineString>`, "two positions", "no line"},
		{"no ring", `<Polygon><exterior/></Polygon>`, "LinearRing", "what surrounds it"},
		{"interior first", `<Polygon><interior><LinearRing><posList>0 0 0 9 9 9 0 0</posList></LinearRing></interior></Polygon>`, "exterior", "what surrounds it"},
		{"two exteriors", `<Polygon><exterior><LinearRing><posList>0 0 0 9 9 9 0 0</posList></LinearRing></exterior><exterior/></Polygon>`, "exterior", "one surrounds it"},
		{"open ring", `<Polygon><exterior><LinearRing><posList>0 0 0 9 9 9 1 1</posList></LinearRing></exterior></Polygon>`, "ends where it begins", "no area"},
		{"member of another kind", `<MultiPoint><pointMember><LineString/></pointMember></MultiPoint>`, "another kind", "points only"},
		{"members elsewhere", `<MultiPoint><curveMember/></MultiPoint>`, "members", "points only"},
		{"srsName of a member", `<MultiPoint @7#><pointMember><Point @8#><pos>1 2</pos></Point></pointMember></MultiPoint>`, "differs", "one system for all"},
		{"srsName elsewhere", `<Point gml:srsName="urn:ogc:def:crs:OGC:1.3:CRS84"><pos>1 2</pos></Point>`, "srsName", "its axes may be others"},
		{"srsName beyond", `<Point @2147483648#><pos>1 2</pos></Point>`, "too large", "no wrap"},
		{"srsName without number", `<Point @#><pos>1 2</pos></Point>`, "srsName", "which one"},
		{"mixed", `<Point>x<pos>1 2</pos></Point>`, "text and elements", "either"},
		{"elements in a position", `<Point><pos><pos/></pos></Point>`, "text and elements", "either"},
		{"deep", deep, "32 deep", "bounded"},
		{"many", `<LineString><posList>` + strings.Repeat("1 2 ", 10_001) + `</posList></LineString>`, "10000", "bounded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := gmlText.Replace(tt.in)
			got, err := edm.ParseGML([]byte(in), true)
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(syntax.Message, tt.message) || got.Kind() != edm.KindNull {
				t.Errorf("ParseGML(%.200s) = %v, %v; want %q: %s", in, got, err, tt.message, tt.why)
			}
		})
	}
}

// randomShape is the text of a random shape, with collections up to depth.
func randomShape(random *rand.Rand, depth int) string {
	pair := func() string {
		numbers := []string{"0", "-1.5", "47.25", "1E-07", "89.999999", "12.125", "-0"}
		text := numbers[random.IntN(len(numbers))] + " " + numbers[random.IntN(len(numbers))]
		return text + []string{"", "", " 7.5", " 1 2", " null -3"}[random.IntN(5)]
	}
	several := func(least int, one func() string) string {
		n := least + random.IntN(3)
		if n == 0 || least > 0 && random.IntN(9) == 0 {
			return " EMPTY"
		}
		parts := make([]string, n)
		for i := range parts {
			parts[i] = one()
		}
		return "(" + strings.Join(parts, ",") + ")"
	}
	ring := func() string {
		first := pair()
		return "(" + first + "," + pair() + "," + pair() + "," + first + ")"
	}
	switch random.IntN(7) {
	case 0:
		return "POINT(" + pair() + ")"
	case 1:
		return "LINESTRING" + several(2, pair)
	case 2:
		return "POLYGON" + several(1, ring)
	case 3:
		return "MULTIPOINT" + several(0, func() string { return "(" + pair() + ")" })
	case 4:
		return "MULTILINESTRING" + several(0, func() string { return several(2, pair) })
	case 5:
		return "MULTIPOLYGON" + several(0, func() string { return several(1, ring) })
	}
	if depth == 0 {
		return "POINT EMPTY"
	}
	return "GEOMETRYCOLLECTION" + several(0, func() string { return randomShape(random, depth-1) })
}

// TestGMLRoundTrip reads back what is written of random shapes.
func TestGMLRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for range 5000 {
		geography := random.IntN(2) == 0
		s, err := edm.ParseSpatial(randomShape(random, 3), geography)
		if err != nil {
			t.Fatal(err)
		}
		text := edm.AppendGML(nil, s)
		again, err := edm.ParseGML(text, geography)
		if err != nil || !again.Equal(s) {
			t.Fatalf("%s reads back as %v, %v, want %v", text, again, err, s)
		}
	}
}

// FuzzGML requires that what is read from anything is a shape that is written
// and read again as the same, and that an error points into the text.
func FuzzGML(f *testing.F) {
	for _, tt := range spatialForms {
		f.Add(edm.AppendGML(nil, mustSpatial(f, tt.wkt, tt.geography)), tt.geography)
	}
	f.Add([]byte(`<g:LineString xmlns:g="http://www.opengis.net/gml"><g:posList srsDimension="3">1 2 3 4 5 NaN</g:posList></g:LineString>`), true)
	f.Fuzz(func(t *testing.T, text []byte, geography bool) {
		s, err := edm.ParseGML(text, geography)
		if err != nil {
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || s.Kind() != edm.KindNull {
				t.Fatalf("ParseGML(%q) = %v, %v", text, s, err)
			}
			return
		}
		if s.Kind().IsGeography() != geography {
			t.Fatalf("ParseGML(%q, %v) is an %v", text, geography, s.Kind())
		}
		again, err := edm.ParseGML(edm.AppendGML(nil, s), geography)
		if err != nil || !again.Equal(s) {
			t.Fatalf("%v is written as %s and reads back as %v, %v", s, edm.AppendGML(nil, s), again, err)
		}
		checkSpatial(t, s)
	})
}
