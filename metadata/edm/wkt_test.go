package edm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// TestParseSpatial reads what other writers write; spatialForms has what this
// package writes.
func TestParseSpatial(t *testing.T) {
	for _, tt := range []struct {
		name, in  string
		geography bool
		want      string
		why       string
	}{
		{"no SRID", "POINT(1 2)", true, "SRID=4326;POINT(1 2)", "the default on the earth"},
		{"no SRID in a plane", "POINT(1 2)", false, "SRID=0;POINT(1 2)", "the default in a plane"},
		{"leading zeros", "SRID=0004326;POINT(1 2)", true, "SRID=4326;POINT(1 2)", "digits are decimal"},
		{"any case", "srid=4326;MultiPoint((1 2),empty)", true, "SRID=4326;MULTIPOINT((1 2),EMPTY)", "words in any case"},
		{"blanks", " SRID = 4326 ;\tPOINT ( 1\n2 ) ", true, "SRID=4326;POINT(1 2)", "anywhere between words"},
		{"as .NET writes", "SRID=4326;POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))", true, "SRID=4326;POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))", "blanks before parentheses and after commas"},
		{"plus", "POINT(+1 +2.5e+1)", false, "SRID=0;POINT(1 25)", "WKT allows the sign"},
		{"bare points", "POINT(.5 5.)", false, "SRID=0;POINT(0.5 5)", "WKT allows digits on one side only"},
		{"underflow", "POINT(1e-400 0)", false, "SRID=0;POINT(0 0)", "the nearest number"},
		{"null Z", "POINT(1 2 NULL)", false, "SRID=0;POINT(1 2)", "absent like nothing at all"},
		{"null Z and M", "POINT(1 2 null null)", false, "SRID=0;POINT(1 2)", "absent like nothing at all"},
		{"null M", "POINT(1 2 3 null)", false, "SRID=0;POINT(1 2 3)", "absent like nothing at all"},
		{"late Z and M", "MULTIPOINT(1 2,3 4 5,6 7,8 9 null 10)", false, "SRID=0;MULTIPOINT((1 2),(3 4 5),(6 7),(8 9 null 10))", "the first positions have none"},
		{"bare multipoint", "MULTIPOINT(1 2,(3 4),EMPTY)", false, "SRID=0;MULTIPOINT((1 2),(3 4),EMPTY)", "parentheses may be missing"},
		{"collection word", "Collection(Point(1 2),COLLECTION(Point(3 4)))", false, "SRID=0;GEOMETRYCOLLECTION(POINT(1 2),GEOMETRYCOLLECTION(POINT(3 4)))", "the word of the ABNF"},
		{"nothing in parentheses", "MULTIPOINT()", false, "SRID=0;MULTIPOINT EMPTY", "the ABNF allows it for all that consist of shapes"},
		{"no members", "GEOMETRYCOLLECTION( )", false, "SRID=0;GEOMETRYCOLLECTION EMPTY", "the ABNF allows it for all that consist of shapes"},
		{"nothing apart", "POINTEMPTY", false, "", "a word of its own"},
		{"unbroken turn", "POLYGON((180 0,190 0,190 5,-180 0))", true, "SRID=4326;POLYGON((180 0,190 0,190 5,-180 0))", "a full turn leads back to where a ring began"},
		{"poles", "LINESTRING(0 90,0 -90)", true, "SRID=4326;LINESTRING(0 90,0 -90)", "the ends of latitude"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseSpatial(tt.in, tt.geography)
			if tt.want == "" {
				if err == nil {
					t.Errorf("ParseSpatial(%q) = %v: %s", tt.in, got, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseSpatial(%q) = %v, %v, want %s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestParseSpatialRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		offset   int
		message  string
		why      string
	}{
		{"empty", "", 0, "expected POINT", "nothing"},
		{"only an SRID", "SRID=4326;", 10, "expected POINT", "a shape follows"},
		{"SRID without number", "SRID=;POINT(1 2)", 5, "digit", "no digits"},
		{"SRID without sign", "SRID 4326;POINT(1 2)", 5, "expected =", "an equals sign follows"},
		{"SRID negative", "SRID=-1;POINT(1 2)", 5, "digit", "no sign"},
		{"SRID beyond", "SRID=2147483648;POINT(1 2)", 5, "SRID", "no wrap"},
		{"SRID far beyond", "SRID=18446744073709551616;POINT(1 2)", 5, "SRID", "no wrap"},
		{"SRID without end", "SRID=4326POINT(1 2)", 9, "semicolon", "a semicolon follows"},
		{"SRID twice", "SRID=1;SRID=2;POINT(1 2)", 7, "expected POINT", "once is enough"},
		{"unknown word", "CIRCULARSTRING(1 2,3 4,5 6)", 0, "expected POINT", "curves are not in the model"},
		{"globe", "FULLGLOBE", 0, "expected POINT", "not in the model"},
		{"tag", "POINT Z (1 2 3)", 6, "parenthesis", "the third number tells it"},
		{"glued tag", "POINTZ(1 2 3)", 0, "expected POINT", "the third number tells it"},
		{"word alone", "POINT", 5, "parenthesis", "no coordinates"},
		{"two shapes", "POINT(1 2)POINT(3 4)", 10, "nothing may follow", "one only"},
		{"text behind", "POINT(1 2) x", 11, "nothing may follow", "one only"},
		{"NUL behind", "POINT(1 2)\x00", 10, "nothing may follow", "not an end of text"},
		{"open", "POINT(1 2", 9, "parenthesis", "not closed"},
		{"open list", "LINESTRING(1 2,", 15, "digit", "not closed"},
		{"closed twice", "POINT(1 2))", 10, "nothing may follow", "one only"},
		{"one number", "POINT(1)", 7, "digit", "two are needed"},
		{"no number", "POINT()", 6, "digit", "EMPTY is the word"},
		{"five numbers", "POINT(1 2 3 4 5)", 14, "comma", "four at most"},
		{"null x", "POINT(null 2)", 6, "digit", "only Z and M may be absent"},
		{"null y", "POINT(1 null)", 8, "digit", "only Z and M may be absent"},
		{"comma", "POINT(1,2)", 7, "digit", "blanks separate numbers"},
		{"glued numbers", "POINT(1-2)", 7, "blank", "blanks separate numbers"},
		{"NaN", "POINT(NaN 2)", 6, "digit", "finite numbers only"},
		{"infinity", "POINT(1 INF)", 8, "digit", "finite numbers only"},
		{"too large", "POINT(1 1e400)", 8, "too large", "finite numbers only"},
		{"exponent", "POINT(1e 2)", 8, "exponent", "digits follow"},
		{"latitude", "POINT(1 90.5)", 6, "latitude", "the poles are the end"},
		{"latitude of a line", "LINESTRING(1 2, 3 -91)", 16, "latitude", "where the position begins"},
		{"longitude", "POINT(15070 0)", 6, "longitude", "too many turns"},
		{"two points", "POINT(1 2,3 4)", 5, "one position", "MULTIPOINT is the word"},
		{"one point", "LINESTRING(1 2)", 10, "two positions", "no line"},
		{"no points", "LINESTRING()", 11, "digit", "EMPTY is the word"},
		{"flat polygon", "POLYGON(0 0,1 0,1 1,0 0)", 8, "parenthesis", "rings have parentheses"},
		{"short ring", "POLYGON((0 0,1 0,0 0))", 8, "four positions", "no area"},
		{"open ring", "POLYGON((0 0,1 0,1 1,0 1))", 8, "ends where it begins", "no area"},
		{"nearly closed ring", "POLYGON((0 0,1 0,1 1,1e-300 0))", 8, "ends where it begins", "exactly the same place"},
		{"empty ring", "POLYGON(EMPTY)", 8, "four positions", "no ring"},
		{"open hole", "POLYGON((0 0,9 0,9 9,0 0),(2 1,3 1,3 2,4 1))", 26, "ends where it begins", "the place of that ring"},
		{"no rings", "POLYGON()", 8, "parenthesis", "EMPTY is the word"},
		{"bare point without y", "MULTIPOINT(1 2,3)", 16, "digit", "two numbers are needed"},
		{"bare point with latitude", "MULTIPOINT(1 2,3 91)", 15, "latitude", "where the position begins"},
		{"member with a word", "MULTIPOINT(POINT(1 2))", 11, "parenthesis", "members have no words"},
		{"member without a word", "GEOMETRYCOLLECTION((1 2))", 19, "expected POINT", "members have words"},
		{"member with an SRID", "GEOMETRYCOLLECTION(SRID=1;POINT(1 2))", 19, "expected POINT", "the SRID is that of the whole"},
		{"no member", "GEOMETRYCOLLECTION(POINT(1 2),)", 30, "expected POINT", "a comma separates"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseSpatial(tt.in, true)
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("ParseSpatial(%q) = %v, %v; want a syntax error: %s", tt.in, got, err, tt.why)
			}
			if syntax.Offset != tt.offset || !strings.Contains(syntax.Message, tt.message) {
				t.Errorf("ParseSpatial(%q): %v; want %q at %d: %s", tt.in, err, tt.message, tt.offset, tt.why)
			}
			if got.Kind() != edm.KindNull {
				t.Errorf("ParseSpatial(%q) returns %v along with its error", tt.in, got)
			}
		})
	}
}

func FuzzWKT(f *testing.F) {
	for _, tt := range spatialForms {
		f.Add(tt.wkt, tt.geography)
	}
	for _, seed := range []string{"srid = 7 ; point ( 1 2 null 4 )", "MULTIPOINT(1 2,EMPTY)", "collection(multipoint())", "POLYGON((180 0,190 0,190 5,-180 0))"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, geography bool) {
		s, err := edm.ParseSpatial(text, geography)
		if err != nil {
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || s.Kind() != edm.KindNull {
				t.Fatalf("ParseSpatial(%q) = %v, %v", text, s, err)
			}
			return
		}
		if s.Kind().IsGeography() != geography {
			t.Fatalf("ParseSpatial(%q, %v) is an %v", text, geography, s.Kind())
		}
		checkSpatial(t, s)
	})
}

// checkSpatial checks what holds for every spatial value.
func checkSpatial(t *testing.T, s edm.Spatial) {
	t.Helper()
	geography := s.Kind().IsGeography()
	again, err := edm.ParseSpatial(s.String(), geography)
	if err != nil || !again.Equal(s) || again.String() != s.String() {
		t.Fatalf("%v reads back as %v, %v", s, again, err)
	}
	for _, pointed := range []bool{false, true} {
		text := edm.AppendGeoJSON(nil, s, pointed)
		if again, err := edm.ReadGeoJSON(text, geography); err != nil || !again.Equal(s) {
			t.Fatalf("%v is the GeoJSON %s, which reads back as %v, %v", s, text, again, err)
		}
	}
	checkXML(t, edm.AppendGML(nil, s))
	v := s.Value()
	if !v.Spatial().Equal(s) || v.Kind() != s.Kind() || !v.Clone().Equal(v) || edm.Order(v, v) != 0 {
		t.Fatalf("%v does not equal itself as the value %v", s, v)
	}
	if literal, err := edm.ParseLiteral(v.String()); err != nil || !literal.Equal(v) {
		t.Fatalf("the literal %v reads back as %v, %v", v, literal, err)
	}
	if length, ok := edm.Length(s); ok && !(length >= 0) {
		t.Fatalf("the length of %v is %v", s, length)
	}
	if distance, ok := edm.Distance(s, s); ok && distance != 0 {
		t.Fatalf("%v is %v away from itself", s, distance)
	}
}
