package edm_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestNewPoint(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(srid int, x, y float64) (edm.Spatial, error)
		srid int
		x, y float64
		want string // "" if it is refused
		why  string
	}{
		{"geography", edm.NewGeographyPoint, edm.DefaultGeographySRID, -122.03547668457, 47.6316604614258, "SRID=4326;POINT(-122.03547668457 47.6316604614258)", "longitude first"},
		{"geometry", edm.NewGeometryPoint, edm.DefaultGeometrySRID, 1e300, -1e-300, "SRID=0;POINT(1E+300 -1E-300)", "a plane has no end"},
		{"origin", edm.NewGeometryPoint, 0, 0, 0, "SRID=0;POINT(0 0)", "a point, not nothing"},
		{"pole", edm.NewGeographyPoint, 4326, 180, -90, "SRID=4326;POINT(180 -90)", "the ends are included"},
		{"turns", edm.NewGeographyPoint, 4326, -15069, 0, "SRID=4326;POINT(-15069 0)", "as far as .NET readers go"},
		{"largest plain SRID", edm.NewGeographyPoint, 32767, 1, 2, "SRID=32767;POINT(1 2)", "the last that needs no memory of its own"},
		{"larger SRID", edm.NewGeographyPoint, 32768, 1, 2, "SRID=32768;POINT(1 2)", "held elsewhere"},
		{"largest SRID", edm.NewGeometryPoint, math.MaxInt32, 1, 2, "SRID=2147483647;POINT(1 2)", "an Int32"},
		{"north of the pole", edm.NewGeographyPoint, 4326, 0, 90.0001, "", "latitudes end at the poles"},
		{"exchanged", edm.NewGeographyPoint, 4326, 47, -122, "", "latitude first is a usual mistake"},
		{"too many turns", edm.NewGeographyPoint, 4326, 15069.1, 0, "", "beyond what .NET readers take"},
		{"NaN", edm.NewGeometryPoint, 0, math.NaN(), 0, "", "not a place"},
		{"infinity", edm.NewGeometryPoint, 0, 0, math.Inf(-1), "", "not a place"},
		{"negative SRID", edm.NewGeometryPoint, -1, 1, 2, "", "no number of a system"},
		{"SRID beyond", edm.NewGeometryPoint, math.MaxInt32 + 1, 1, 2, "", "no wrap"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.make(tt.srid, tt.x, tt.y)
			if (err == nil) != (tt.want != "") || got.String() != tt.want {
				t.Fatalf("got %v, %v, want %q: %s", got, err, tt.want, tt.why)
			}
			if err != nil {
				return
			}
			if again := got.Value().Spatial(); !again.Equal(got) {
				t.Errorf("%v as a value is %v", got, again)
			}
			if x, y, ok := got.Point(); !ok || x != tt.x || y != tt.y || got.SRID() != tt.srid || got.IsEmpty() {
				t.Errorf("%v: Point() = %v, %v, %v, SRID() = %d", got, x, y, ok, got.SRID())
			}
			if again := mustSpatial(t, tt.want, got.Kind().IsGeography()); !again.Equal(got) {
				t.Errorf("%v reads back as %v", got, again)
			}
		})
	}
}

func TestPoint(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		x, y     float64
		ok       bool
		empty    bool
		why      string
	}{
		{"plain", "POINT(1 2)", 1, 2, true, false, "held without a shape"},
		{"with Z", "POINT(1 2 3)", 1, 2, true, false, "held in a shape"},
		{"with M", "POINT(1 2 null 4)", 1, 2, true, false, "held in a shape"},
		{"empty", "POINT EMPTY", 0, 0, false, true, "no place"},
		{"one of several", "MULTIPOINT(1 2)", 0, 0, false, false, "several points are no point"},
		{"line", "LINESTRING(1 2,3 4)", 0, 0, false, false, "a line is no point"},
		{"empty parts", "GEOMETRYCOLLECTION(POINT EMPTY,LINESTRING EMPTY)", 0, 0, false, true, "no place in any of them"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := mustSpatial(t, tt.in, false)
			if x, y, ok := s.Point(); x != tt.x || y != tt.y || ok != tt.ok || s.IsEmpty() != tt.empty {
				t.Errorf("Point() = %v, %v, %v, IsEmpty() = %v: %s", x, y, ok, s.IsEmpty(), tt.why)
			}
		})
	}
}

func TestZeroSpatial(t *testing.T) {
	var zero edm.Spatial
	if !zero.Value().IsNull() || zero.Kind() != edm.KindNull || !zero.IsEmpty() || !zero.Equal(edm.Spatial{}) {
		t.Errorf("the zero Spatial is %v of %v", zero.Value(), zero.Kind())
	}
	if _, _, ok := zero.Point(); ok {
		t.Error("the zero Spatial is no point")
	}
	got := []string{zero.String(), string(edm.AppendGML(nil, zero)), string(edm.AppendGeoJSON(nil, zero, true)),
		string(edm.AppendGeoJSONMembers(nil, zero, true))}
	if diff := cmp.Diff([]string{"", "", "null", ""}, got); diff != "" {
		t.Errorf("the zero Spatial writes (-want +got):\n%s", diff)
	}
	if _, ok := edm.Distance(zero, zero); ok {
		t.Error("the zero Spatial has no distance")
	}
	if _, ok := edm.Intersects(zero, zero); ok {
		t.Error("the zero Spatial intersects nothing")
	}
	if _, ok := edm.Length(zero); ok {
		t.Error("the zero Spatial has no length")
	}
}

// Spatial values are equal or not, and have no order.
func TestCompareSpatial(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		equal      bool
		why        string
	}{
		{"same point", "geography'POINT(1 2)'", "geography'SRID=4326;POINT(1.0 2e0)'", true, "the default SRID, and numbers by value"},
		{"points", "geography'POINT(1 2)'", "geography'POINT(1 3)'", false, "another place"},
		{"zeros", "geometry'POINT(0 -0)'", "geometry'POINT(-0 0)'", true, "the two zeros are one coordinate"},
		{"zeros of a shape", "geometry'LINESTRING(0 -0,1 1)'", "geometry'LINESTRING(-0 0,1 1)'", true, "the two zeros are one coordinate"},
		{"SRIDs", "geometry'SRID=1;POINT(1 2)'", "geometry'SRID=2;POINT(1 2)'", false, "another system"},
		{"families", "geometry'SRID=4326;POINT(1 2)'", "geography'POINT(1 2)'", false, "the kinds differ"},
		{"heights", "geometry'POINT(1 2)'", "geometry'POINT(1 2 0)'", false, "one has none"},
		{"large SRIDs", "geometry'SRID=900913;POINT(1 2)'", "geometry'SRID=900913;POINT(1 2)'", true, "held in another way"},
		{"other large SRIDs", "geometry'SRID=900913;POINT(1 2)'", "geometry'SRID=835377;POINT(1 2)'", false, "alike in their low bits"},
		{"same shape", "geometry'POLYGON((0 0,1 0,1 1,0 0))'", "geometry'polygon ((0 0, 1 0, 1 1, 0 0))'", true, "blanks and case do not count"},
		{"turned ring", "geometry'POLYGON((0 0,1 0,1 1,0 0))'", "geometry'POLYGON((1 0,1 1,0 0,1 0))'", false, "coordinates are compared, not places"},
		{"point and null", "geometry'POINT(0 0)'", "null", false, "null compares with nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := mustLiteral(t, tt.a), mustLiteral(t, tt.b)
			if order, ok := edm.Compare(a, b); order != 0 || ok != tt.equal {
				t.Errorf("Compare(%v, %v) = %d, %v: %s", a, b, order, ok, tt.why)
			}
			if got := edm.Order(a, b) == 0; got != tt.equal || edm.Order(a, b) != -edm.Order(b, a) {
				t.Errorf("Order(%v, %v) = %d, and %d the other way round: %s", a, b, edm.Order(a, b), edm.Order(b, a), tt.why)
			}
		})
	}
}

// Sorting brings equal shapes together, whatever they are.
func TestOrderSpatial(t *testing.T) {
	var values []edm.Value
	for _, literal := range []string{"POINT(1 2)", "POINT(2 1)", "POINT EMPTY", "POINT(1 2 3)", "POINT(1 2 null 3)", "SRID=1;POINT(1 2)", "SRID=900913;POINT(1 2)",
		"MULTIPOINT(1 2)", "MULTIPOINT(1 2,EMPTY)", "MULTIPOINT(EMPTY,1 2)", "MULTIPOINT(1 3)"} {
		values = append(values, mustLiteral(t, "geometry'"+literal+"'"))
	}
	for _, a := range values {
		for _, b := range values {
			for _, c := range values {
				if edm.Order(a, b) <= 0 && edm.Order(b, c) <= 0 && edm.Order(a, c) > 0 {
					t.Errorf("%v, %v, %v are out of order", a, b, c)
				}
			}
		}
	}
	mixed := append(slices.Clone(values), values...)
	slices.SortFunc(mixed, edm.Order)
	for i := 0; i < len(mixed); i += 2 {
		if !mixed[i].Equal(mixed[i+1]) {
			t.Errorf("sorting parts %v", mixed)
		}
	}
}

func TestConvertSpatial(t *testing.T) {
	point := mustLiteral(t, "geography'POINT(1 2)'")
	plane := mustLiteral(t, "geometry'LINESTRING(1 2,3 4)'")
	for _, tt := range []struct {
		name string
		v    edm.Value
		to   edm.Kind
		ok   bool
		why  string
	}{
		{"own kind", point, edm.KindGeographyPoint, true, "nothing to do"},
		{"base", point, edm.KindGeography, true, "a point is a geography"},
		{"base of a plane", plane, edm.KindGeometry, true, "a line is a geometry"},
		{"other base", point, edm.KindGeometry, false, "the earth is no plane"},
		{"other base of a plane", plane, edm.KindGeography, false, "a plane is not the earth"},
		{"other shape", point, edm.KindGeographyMultiPoint, false, "shapes do not convert"},
		{"other family", point, edm.KindGeometryPoint, false, "no projection is chosen"},
		{"number", point, edm.KindDouble, false, "unrelated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.Convert(tt.v, tt.to)
			if (err == nil) != tt.ok || tt.ok && !got.Equal(tt.v) {
				t.Errorf("Convert(%v, %v) = %v, %v: %s", tt.v, tt.to, got, err, tt.why)
			}
			cast, ok := edm.Cast(tt.v, tt.to)
			if ok != tt.ok || tt.ok && !cast.Equal(tt.v) {
				t.Errorf("Cast(%v, %v) = %v, %v: %s", tt.v, tt.to, cast, ok, tt.why)
			}
		})
	}
	text, ok := edm.Cast(point, edm.KindString)
	if !ok || text.Str() != "SRID=4326;POINT(1 2)" {
		t.Errorf("a point as text is %v, %v", text, ok)
	}
	if back, ok := edm.Cast(text, edm.KindGeographyPoint); !ok || !back.Equal(point) {
		t.Errorf("the text of a point is the point %v, %v", back, ok)
	}
}

// A parsed shape must not keep the text it came from, nor share its blocks.
func TestSpatialOwnsItsMemory(t *testing.T) {
	text := []byte(`{"type":"LineString","coordinates":[[1,2],[3,4]]}`)
	s, err := edm.ReadGeoJSON(text, false)
	if err != nil {
		t.Fatal(err)
	}
	clear(text)
	if got, want := s.String(), "SRID=0;LINESTRING(1 2,3 4)"; got != want {
		t.Errorf("once its text is gone the line is %s, want %s", got, want)
	}
	if v := s.Value(); !v.Clone().Equal(v) {
		t.Errorf("the clone of %v is %v", v, v.Clone())
	}
}

// What a shape may hold: the limits work, and one more is refused.
func TestSpatialLimits(t *testing.T) {
	positions := func(n int) string { return strings.TrimSuffix(strings.Repeat("1 2,", n), ",") }
	nested := func(n int) string {
		return strings.Repeat("GEOMETRYCOLLECTION(", n) + "POINT(1 2)" + strings.Repeat(")", n)
	}
	nestedJSON := func(n int) string {
		return strings.Repeat(`{"type":"GeometryCollection","geometries":[`, n) + `{"type":"Point","coordinates":[1,2]}` + strings.Repeat("]}", n)
	}
	const most, deepest = edm.MaxSpatialPositions, edm.MaxSpatialDepth
	parse := func(s string) error { _, err := edm.ParseSpatial(s, false); return err }
	read := func(s string) error { _, err := edm.ReadGeoJSON([]byte(s), false); return err }
	for _, tt := range []struct {
		name     string
		read     func(string) error
		text     func(n int) string
		n        int
		mistaken string
	}{
		{"positions", parse, func(n int) string { return "LINESTRING(" + positions(n) + ")" }, most, "10000 positions"},
		{"positions with Z", parse, func(n int) string { return "LINESTRING(" + positions(n-1) + ",1 2 3)" }, most, "10000 positions"},
		{"points", parse, func(n int) string { return "MULTIPOINT(" + positions(n-1) + ")" }, most, "10000 positions"},
		{"empty parts", parse, func(n int) string { return "MULTIPOINT(" + strings.Repeat("EMPTY,", n-2) + "EMPTY)" }, most, "as many parts"},
		{"depth", parse, nested, deepest, "32 deep"},
		{"GeoJSON positions", read, func(n int) string {
			return `{"type":"LineString","coordinates":[` + strings.Repeat("[1,2],", n-1) + `[1,2]]}`
		}, most, "10000 positions"},
		{"GeoJSON parts", read, func(n int) string {
			return `{"type":"MultiPoint","coordinates":[` + strings.Repeat("[],", n-2) + `[]]}`
		}, most, "as many parts"},
		{"GeoJSON depth", read, nestedJSON, deepest, "32 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.read(tt.text(tt.n)); err != nil {
				t.Errorf("%d are refused: %v", tt.n, err)
			}
			if err := tt.read(tt.text(tt.n + 1)); err == nil || !strings.Contains(err.Error(), tt.mistaken) {
				t.Errorf("%d: %v, want an error about %q", tt.n+1, err, tt.mistaken)
			}
		})
	}
}

func TestSpatialBombs(t *testing.T) {
	const many = 200_000
	for _, tt := range []struct{ name, wkt, json string }{
		{"open collections", strings.Repeat("GEOMETRYCOLLECTION(", many), strings.Repeat(`{"type":"GeometryCollection","geometries":[`, many)},
		{"open parentheses", "POLYGON" + strings.Repeat("(", many), `{"type":"Polygon","coordinates":` + strings.Repeat("[", many)},
		{"deep arrays", "MULTIPOLYGON" + strings.Repeat("(", many) + strings.Repeat(")", many), `{"type":"MultiPolygon","coordinates":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}"},
		{"digits", "POINT(" + strings.Repeat("9", many) + " 1)", `{"type":"Point","coordinates":[` + strings.Repeat("9", many) + `,1]}`},
		{"blanks", strings.Repeat(" ", many), strings.Repeat(" ", many)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if s, err := edm.ParseSpatial(tt.wkt, true); err == nil {
				t.Errorf("the text is %.80v", s)
			}
			if s, err := edm.ReadGeoJSON([]byte(tt.json), true); err == nil {
				t.Errorf("the GeoJSON is %.80v", s)
			}
		})
	}
	// Members that mean nothing are skipped without recursion.
	deep := `{"x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `,"type":"Point","coordinates":[1,2]}`
	if _, err := edm.ReadGeoJSON([]byte(deep), true); err != nil {
		t.Errorf("a deep foreign member: %v", err)
	}
}

func TestSpatialAppendDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 4096)
	for _, tt := range spatialForms {
		s := mustSpatial(t, tt.wkt, tt.geography)
		if allocs := testing.AllocsPerRun(20, func() {
			edm.AppendGeoJSON(dst, s, true)
			edm.AppendGML(dst, s)
			s.AppendText(dst)
			edm.AppendLiteral(dst, s.Value())
		}); allocs != 0 {
			t.Errorf("writing %v costs %v allocations, want none", s, allocs)
		}
	}
}

func TestSpatialFunctionsDoNotAllocate(t *testing.T) {
	point := mustSpatial(t, "POINT(2 1)", true)
	opposite := mustSpatial(t, "POINT(-178 -1 7)", true)
	polygon := mustSpatial(t, "POLYGON((0 0,4 0,4 4,0 0))", true)
	line := mustSpatial(t, "LINESTRING(0 0,4 0,4 4)", true)
	if allocs := testing.AllocsPerRun(20, func() {
		edm.Distance(point, opposite)
		edm.Length(line)
		edm.Intersects(point, polygon)
	}); allocs != 0 {
		t.Errorf("spatial functions cost %v allocations, want none", allocs)
	}
}
