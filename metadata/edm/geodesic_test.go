package edm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// earthPoint is a point on the earth; the latitude comes first, as in the
// literature the tests quote.
func earthPoint(t testing.TB, latitude, longitude float64) edm.Spatial {
	t.Helper()
	p, err := edm.NewGeographyPoint(edm.DefaultGeographySRID, longitude, latitude)
	if err != nil {
		t.Fatalf("the point at latitude %v, longitude %v: %v", latitude, longitude, err)
	}
	return p
}

func mustDistance(t testing.TB, a, b edm.Spatial) float64 {
	t.Helper()
	d, ok := edm.Distance(a, b)
	if !ok {
		t.Fatalf("Distance(%v, %v) is null", a, b)
	}
	return d
}

func TestDistanceOnTheEarth(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		metres                 float64
		why                    string
	}{
		{"Flinders Peak to Buninyong", -37.951033416666667, 144.42486788888889, -37.652821138888889, 143.92649552777778, 54972.271, "the example of the Australian geodetic manual"},
		{"New York to London", 40.6, -73.8, 51.6, -0.5, 5551759.400, "GeographicLib, the example in its manual"},
		{"Wellington to Salamanca", -41.32, 174.81, 40.96, -5.50, 19959679.267, "GeographicLib, the example in its manual; nearly opposite"},
		{"Karney's example", -30, 0, 29.9, 179.8, 19989832.8276, "Karney (2013), table 4; nearly opposite"},
		{"two shops", 47.6316604614258, -122.03547668457, 47.6472206115723, -122.107711791992, 5697.0556, "GeographicLib"},
		{"along the equator", 0, 0, 0, 90, math.Pi / 2 * 6378137, "a quarter of a circle"},
		{"quadrant", 0, 0, 90, 0, 10001965.7293, "the length of a meridian from the equator to a pole"},
		{"quadrant along another meridian", 0, 17, -90, -100, 10001965.7293, "a pole has every longitude"},
		{"pole to pole", 90, 12, -90, 50, 20003931.4586, "half a meridian"},
		{"opposite on the equator", 0, 0, 0, 180, 20003931.4586, "over a pole, since the earth is flat there"},
		{"opposite elsewhere", 30, 0, -30, 180, 20003931.4586, "over a pole"},
		{"nearly opposite on the equator", 0, 0, 0, 179.5, 19980861.9089, "GeographicLib; the path leaves the equator"},
		{"just along the equator", 0, 0, 0, 179.3, 179.3 / 180 * math.Pi * 6378137, "the path is the equator as long as it is shorter"},
		{"nearly opposite", 0, 0, 0.5, 179.5, 19936288.5790, "GeographicLib; Vincenty's method does not converge"},
		{"nearly opposite, further round", 0, 0, 0.5, 179.7, 19944127.4208, "GeographicLib; Vincenty's method does not converge"},
		{"across the antimeridian", 0, 179.5, 0, -179.5, math.Pi / 180 * 6378137, "the shorter way round"},
		{"turns of longitude", 0, 3600.5, 0, -359.5, 0, "the same place"},
		{"same place", 47.6, -122, 47.6, -122, 0, "no distance"},
		{"same pole", -90, 10, -90, -80, 0, "a pole has every longitude"},
		{"one degree of latitude", 45, 0, 46, 0, 111141.5480, "GeographicLib"},
		{"a millimetre", 0, 0, 0, 9e-9, 9e-9 / 180 * math.Pi * 6378137, "short distances keep their digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := mustDistance(t, earthPoint(t, tt.lat1, tt.lon1), earthPoint(t, tt.lat2, tt.lon2))
			tolerance := min(1e-3, tt.metres*1e-6)
			if !(math.Abs(got-tt.metres) <= tolerance) {
				t.Errorf("the distance is %.4f m, want %.4f: %s", got, tt.metres, tt.why)
			}
		})
	}
}

func TestDistanceInAPlane(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		want       float64
		ok         bool
		why        string
	}{
		{"triangle", "geometry'POINT(1 1)'", "geometry'POINT(4 5)'", 5, true, "Pythagoras"},
		{"same", "geometry'POINT(1 1)'", "geometry'POINT(1 1)'", 0, true, "no distance"},
		{"heights", "geometry'POINT(1 1 0)'", "geometry'POINT(4 5 100 7)'", 5, true, "Z and M do not count"},
		{"far", "geometry'POINT(-1e200 0)'", "geometry'POINT(0 0)'", 1e200, true, "no overflow of squares"},
		{"same system", "geometry'SRID=7;POINT(1 1)'", "geometry'SRID=7;POINT(1 2)'", 1, true, "any system"},
		{"other system", "geometry'SRID=7;POINT(1 1)'", "geometry'SRID=8;POINT(1 1)'", 0, false, "coordinates of two systems say nothing"},
		{"other system on the earth", "geography'SRID=4269;POINT(1 1)'", "geography'POINT(1 1)'", 0, false, "coordinates of two systems say nothing"},
		{"earth and plane", "geometry'SRID=4326;POINT(1 1)'", "geography'POINT(1 1)'", 0, false, "not comparable"},
		{"empty", "geometry'POINT EMPTY'", "geometry'POINT(1 1)'", 0, false, "nowhere"},
		{"from empty", "geometry'POINT(1 1)'", "geometry'POINT EMPTY'", 0, false, "nowhere"},
		{"line", "geometry'LINESTRING(1 1,2 2)'", "geometry'POINT(1 1)'", 0, false, "the function is for points"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edm.Distance(mustLiteral(t, tt.a).Spatial(), mustLiteral(t, tt.b).Spatial())
			if got != tt.want || ok != tt.ok {
				t.Errorf("Distance(%s, %s) = %v, %v: %s", tt.a, tt.b, got, ok, tt.why)
			}
		})
	}
}

func TestLength(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       float64
		ok         bool
		why        string
	}{
		{"line", "geometry'LINESTRING(0 0,3 4)'", 5, true, "one edge"},
		{"corners", "geometry'LINESTRING(0 0,3 4 null 9,3 5 100,3 5)'", 6, true, "edges add up; Z and M do not count"},
		{"empty", "geometry'LINESTRING EMPTY'", 0, true, "no edge"},
		{"equator", "geography'LINESTRING(0 0,120 0,240 0,360 0)'", 2 * math.Pi * 6378137, true, "once round the earth"},
		{"point", "geometry'POINT(0 0)'", 0, false, "the function is for lines"},
		{"lines", "geometry'MULTILINESTRING((0 0,3 4))'", 0, false, "the function is for one line"},
		{"polygon", "geometry'POLYGON((0 0,1 0,1 1,0 0))'", 0, false, "the function is for lines"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edm.Length(mustLiteral(t, tt.line).Spatial())
			if math.Abs(got-tt.want) > 1e-3 || ok != tt.ok {
				t.Errorf("Length(%s) = %v, %v, want %v, %v: %s", tt.line, got, ok, tt.want, tt.ok, tt.why)
			}
		})
	}
}

// A vector is a place or direction in metres from the centre of the earth.
type vector [3]float64

func (v vector) plus(w vector, factor float64) vector {
	return vector{v[0] + factor*w[0], v[1] + factor*w[1], v[2] + factor*w[2]}
}

func (v vector) dot(w vector) float64 { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }

// walkEllipsoid goes straight ahead over the WGS 84 ellipsoid: it integrates the
// equation of motion of a body that is held on the surface and feels no other
// force, which has nothing in common with how distances are computed.
func walkEllipsoid(latitude, longitude, azimuth, metres float64) (lat, lon float64) {
	const a, f = 6378137.0, 1 / 298.257223563
	const b, e2 = a * (1 - f), f * (2 - f)
	curvature := vector{1 / (a * a), 1 / (a * a), 1 / (b * b)} // half the second derivatives of the surface
	acceleration := func(place, speed vector) vector {
		var normal vector
		var bend float64
		for i := range normal {
			normal[i] = place[i] * curvature[i]
			bend += speed[i] * speed[i] * curvature[i]
		}
		return vector{}.plus(normal, -bend/normal.dot(normal))
	}
	sinLat, cosLat := math.Sincos(latitude * math.Pi / 180)
	sinLon, cosLon := math.Sincos(longitude * math.Pi / 180)
	sinAz, cosAz := math.Sincos(azimuth * math.Pi / 180)
	n := a / math.Sqrt(1-e2*sinLat*sinLat)
	place := vector{n * cosLat * cosLon, n * cosLat * sinLon, n * (1 - e2) * sinLat}
	north := vector{-sinLat * cosLon, -sinLat * sinLon, cosLat}
	speed := vector{-sinLon, cosLon, 0}.plus(vector{}, 0)
	speed = vector{}.plus(speed, sinAz).plus(north, cosAz)
	const steps = 2000
	h := metres / steps
	for range steps { // Runge and Kutta
		v1, a1 := speed, acceleration(place, speed)
		v2 := speed.plus(a1, h/2)
		a2 := acceleration(place.plus(v1, h/2), v2)
		v3 := speed.plus(a2, h/2)
		a3 := acceleration(place.plus(v2, h/2), v3)
		v4 := speed.plus(a3, h)
		a4 := acceleration(place.plus(v3, h), v4)
		place = place.plus(v1, h/6).plus(v2, h/3).plus(v3, h/3).plus(v4, h/6)
		speed = speed.plus(a1, h/6).plus(a2, h/3).plus(a3, h/3).plus(a4, h/6)
	}
	lat = math.Atan2(place[2], (1-e2)*math.Hypot(place[0], place[1])) * 180 / math.Pi
	return lat, math.Atan2(place[1], place[0]) * 180 / math.Pi
}

// Whoever walks straight ahead is as far away as they walked, as long as they do
// not come near the opposite side of the earth.
func TestDistanceAgainstWalking(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		lat, lon := random.Float64()*180-90, random.Float64()*360-180
		azimuth := random.Float64() * 360
		metres := random.Float64() * 19_900_000
		if random.IntN(3) == 0 {
			metres = math.Exp(random.Float64() * 16)
		}
		lat2, lon2 := walkEllipsoid(lat, lon, azimuth, metres)
		got := mustDistance(t, earthPoint(t, lat, lon), earthPoint(t, lat2, lon2))
		if math.Abs(got-metres) > 1e-3 {
			t.Errorf("from %v, %v %.4f m towards %v ends at %v, %v, which is %.4f m away", lat, lon, metres, azimuth, lat2, lon2, got)
		}
	}
}

// randomEarthPoint chooses special places as well: poles, the equator, the
// antimeridian, and the neighbourhood of the opposite of a given place.
func randomEarthPoint(t *testing.T, random *rand.Rand, latitude, longitude float64) (edm.Spatial, float64, float64) {
	lat, lon := random.Float64()*180-90, random.Float64()*360-180
	switch random.IntN(8) {
	case 0:
		lat = float64(random.IntN(3)-1) * 90
	case 1:
		lat = 0
	case 2:
		lon = 180
	case 3, 4:
		spread := math.Pow(10, -random.Float64()*12)
		lat = max(-90, min(90, -latitude+spread*(random.Float64()-0.5)))
		lon = longitude + 180 + spread*(random.Float64()-0.5)
	}
	return earthPoint(t, lat, lon), lat, lon
}

func TestDistanceIsAMetric(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const halfMeridian = 20003931.4587
	for range 5000 {
		a, lat, lon := randomEarthPoint(t, random, 0, 0)
		b, lat2, lon2 := randomEarthPoint(t, random, lat, lon)
		c, _, _ := randomEarthPoint(t, random, lat2, lon2)
		ab, bc, ac := mustDistance(t, a, b), mustDistance(t, b, c), mustDistance(t, a, c)
		switch {
		case !(0 <= ab && ab <= halfMeridian):
			t.Fatalf("from %v to %v it is %v m, but nothing is further than %v m", a, b, ab, halfMeridian)
		case math.Abs(ab-mustDistance(t, b, a)) > 1e-4:
			t.Fatalf("from %v to %v it is %v m, and %v m back", a, b, ab, mustDistance(t, b, a))
		case ac > ab+bc+1e-3:
			t.Fatalf("from %v to %v it is %v m, and %v m with a stop at %v", a, c, ac, ab+bc, b)
		case mustDistance(t, a, a) != 0:
			t.Fatalf("%v is %v m away from itself", a, mustDistance(t, a, a))
		}
		moved := earthPoint(t, lat2, lon2+360)
		if d := mustDistance(t, a, moved); math.Abs(d-ab) > 1e-4 {
			t.Fatalf("from %v to %v it is %v m, and %v m to %v", a, b, ab, d, moved)
		}
		mirrored := mustDistance(t, earthPoint(t, -lat, lon), earthPoint(t, -lat2, lon2))
		if math.Abs(mirrored-ab) > 1e-4 {
			t.Fatalf("from %v to %v it is %v m, and %v m on the other hemisphere", a, b, ab, mirrored)
		}
	}
}

func ExampleDistance() {
	seattle, _ := edm.NewGeographyPoint(edm.DefaultGeographySRID, -122.33, 47.61)
	ulm, _ := edm.ParseSpatial("SRID=4326;POINT(9.99 48.4)", true)
	metres, ok := edm.Distance(seattle, ulm)
	fmt.Printf("%.0f km %v\n", metres/1000, ok)
	// Output: 8416 km true
}
