package edm_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

const benchPoint = "SRID=4326;POINT(-122.03547668457 47.6316604614258)"

// longRing is a ring of n edges around a place.
func longRing(n int) string {
	var b strings.Builder
	for i := range n {
		lon, lat := away(10, 48, float64(i)*360/float64(n), 5)
		b.WriteString(strconv.FormatFloat(lon, 'f', 6, 64) + " " + strconv.FormatFloat(lat, 'f', 6, 64) + ",")
	}
	first := b.String()
	return "POLYGON((" + first + first[:strings.IndexByte(first, ',')] + "))"
}

func BenchmarkParseSpatial(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"point", benchPoint},
		{"point with Z", "POINT(-122.03547668457 47.6316604614258 12)"},
		{"polygon of 5", "POLYGON((9 48,11 48,11 49,9 49,9 48))"},
		{"polygon of 1000", longRing(1000)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := edm.ParseSpatial(bb.text, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadGeoJSON(b *testing.B) {
	for _, bb := range []struct{ name, text string }{{"point", benchPoint}, {"polygon of 1000", longRing(1000)}} {
		text := edm.AppendGeoJSON(nil, mustSpatial(b, bb.text, true), false)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := edm.ReadGeoJSON(text, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendSpatial(b *testing.B) {
	dst := make([]byte, 0, 1<<17)
	for _, bb := range []struct{ name, text string }{{"point", benchPoint}, {"polygon of 1000", longRing(1000)}} {
		v := mustSpatial(b, bb.text, true).Value()
		for _, form := range []struct {
			name  string
			write func()
		}{
			{"WKT", func() { edm.AppendText(dst, v) }},
			{"GeoJSON", func() { edm.AppendGeoJSON(dst, v.Spatial(), true) }},
			{"GML", func() { edm.AppendGML(dst, v.Spatial()) }},
		} {
			b.Run(form.name+"/"+bb.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					form.write()
				}
			})
		}
	}
}

func BenchmarkSpatialValueRow(b *testing.B) {
	row := make([]edm.Value, 10)
	b.ReportAllocs()
	for b.Loop() {
		for i := range row {
			point, err := edm.NewGeographyPoint(edm.DefaultGeographySRID, -122.03547668457, 47.6316604614258)
			if err != nil {
				b.Fatal(err)
			}
			row[i] = point.Value()
		}
	}
}

func BenchmarkSpatialFunctions(b *testing.B) {
	place, near := mustSpatial(b, "POINT(10.1 48.2)", true), mustSpatial(b, "POINT(9.99 48.4)", true)
	far, opposite := mustSpatial(b, "POINT(-122 47.6)", true), mustSpatial(b, "POINT(-169.95 -48.1)", true)
	small, large := mustSpatial(b, "POLYGON((9 48,11 48,11 49,9 49,9 48))", true), mustSpatial(b, longRing(1000), true)
	plane := mustSpatial(b, "POINT(10 48.5)", false)
	flat := mustSpatial(b, "POLYGON((9 48,11 48,11 49,9 49,9 48))", false)
	for _, bb := range []struct {
		name string
		run  func()
	}{
		{"distance/near", func() { edm.Distance(place, near) }},
		{"distance/far", func() { edm.Distance(place, far) }},
		{"distance/opposite", func() { edm.Distance(place, opposite) }},
		{"distance/plane", func() { edm.Distance(plane, plane) }},
		{"intersects/polygon of 5", func() { edm.Intersects(place, small) }},
		{"intersects/polygon of 1000", func() { edm.Intersects(place, large) }},
		{"intersects/plane", func() { edm.Intersects(plane, flat) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.run()
			}
		})
	}
}
