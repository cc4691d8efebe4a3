package edm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestIntersects(t *testing.T) {
	const (
		square  = "geometry'POLYGON((0 0,4 0,4 4,0 4,0 0))'"
		holed   = "geometry'POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,5 2,5 5,2 5,2 2))'"
		letterU = "geometry'POLYGON((0 0,9 0,9 9,6 9,6 3,3 3,3 9,0 9,0 0))'"
		// Fiji lies on both sides of the antimeridian.
		fiji      = "geography'POLYGON((177 -19,-178 -19,-178 -16,177 -16,177 -19))'"
		fijiTurns = "geography'POLYGON((177 -19,182 -19,182 -16,177 -16,177 -19))'"
		arctic    = "geography'POLYGON((0 66.5,60 66.5,120 66.5,180 66.5,-120 66.5,-60 66.5,0 66.5))'"
		antarctic = "geography'POLYGON((0 -60,90 -60,180 -60,-90 -60,0 -60))'"
		octant    = "geography'POLYGON((0 0,90 0,90 90,0 0))'"
		wide      = "geography'POLYGON((0 40,60 40,60 50,0 50,0 40))'"
		overPole  = "geography'POLYGON((0 80,180 80,270 80,0 80))'"
		overSouth = "geography'POLYGON((0 -80,180 -80,90 -80,0 -80))'"
	)
	for _, tt := range []struct {
		name, point, polygon string
		want, ok             bool
		why                  string
	}{
		{"inside", "geometry'POINT(1 2)'", square, true, true, "plain"},
		{"outside", "geometry'POINT(5 2)'", square, false, true, "plain"},
		{"left of it", "geometry'POINT(-1 4)'", square, false, true, "at the height of a corner"},
		{"lower edge", "geometry'POINT(2 0)'", square, true, true, "the boundary belongs to it"},
		{"upper edge", "geometry'POINT(2 4)'", square, true, true, "the boundary belongs to it"},
		{"left edge", "geometry'POINT(0 2)'", square, true, true, "the boundary belongs to it"},
		{"right edge", "geometry'POINT(4 2)'", square, true, true, "the boundary belongs to it"},
		{"corner", "geometry'POINT(4 4)'", square, true, true, "the boundary belongs to it"},
		{"first corner", "geometry'POINT(0 0)'", square, true, true, "the boundary belongs to it"},
		{"behind the lower edge", "geometry'POINT(5 0)'", square, false, true, "in line with an edge"},
		{"height", "geometry'POINT(1 2 99)'", square, true, true, "Z does not count"},
		{"height of the polygon", "geometry'POINT(1 2)'", "geometry'POLYGON((0 0 5,4 0 6,4 4 7 8,0 4,0 0))'", true, true, "Z and M do not count"},
		{"in the hole", "geometry'POINT(3 3)'", holed, false, true, "not in the polygon"},
		{"edge of the hole", "geometry'POINT(2 3)'", holed, true, true, "the boundary belongs to it"},
		{"beside the hole", "geometry'POINT(1 3)'", holed, true, true, "in the polygon"},
		{"behind the hole", "geometry'POINT(7 3)'", holed, true, true, "in the polygon"},
		{"in the gap", "geometry'POINT(4 5)'", letterU, false, true, "concave"},
		{"in the stroke", "geometry'POINT(1 9)'", letterU, true, true, "on a horizontal edge"},
		{"across the gap", "geometry'POINT(4 9)'", letterU, false, true, "in line with two edges"},
		{"clockwise", "geometry'POINT(1 2)'", "geometry'POLYGON((0 0,0 4,4 4,4 0,0 0))'", true, true, "the direction does not matter"},
		{"no area", "geometry'POINT(1 1)'", "geometry'POLYGON((0 0,2 2,4 4,0 0))'", true, true, "all of it is boundary"},
		{"far from no area", "geometry'POINT(1 2)'", "geometry'POLYGON((0 0,2 2,4 4,0 0))'", false, true, "all of it is boundary"},
		{"huge", "geometry'POINT(0 0)'", "geometry'POLYGON((-1e308 -1e308,1e308 -1e308,0 1e308,-1e308 -1e308))'", false, true, "beyond floating point the answer is some answer"},

		{"earth", "geography'POINT(9.99 48.4)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", true, true, "a small area is like a plane"},
		{"earth outside", "geography'POINT(8.99 48.4)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", false, true, "a small area is like a plane"},
		{"earth clockwise", "geography'POINT(9.99 48.4)'", "geography'POLYGON((9 48,9 49,11 49,11 48,9 48))'", true, true, "the direction does not matter"},
		{"earth corner", "geography'POINT(11 49)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", true, true, "the boundary belongs to it"},
		{"earth meridian", "geography'POINT(9 48.7)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", true, true, "an edge along a meridian"},
		{"behind a meridian", "geography'POINT(9 49.1)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", false, true, "in line with an edge"},
		{"equator", "geography'POINT(45 0)'", octant, true, true, "an edge along the equator"},
		{"bent edge", "geography'POINT(30 53.9)'", wide, true, true, "the shortest path between two places of latitude 50 goes up to 54"},
		{"above the bent edge", "geography'POINT(30 54.1)'", wide, false, true, "but not further"},
		{"below the bent edge", "geography'POINT(30 44)'", wide, false, true, "the lower edge bends too"},
		{"above the lower edge", "geography'POINT(30 44.2)'", wide, true, true, "the lower edge bends too"},
		{"turns of the point", "geography'POINT(369.99 48.4)'", "geography'POLYGON((9 48,11 48,11 49,9 49,9 48))'", true, true, "the same place"},

		{"antimeridian west", "geography'POINT(179 -18)'", fiji, true, true, "before the line"},
		{"antimeridian east", "geography'POINT(-179 -18)'", fiji, true, true, "behind the line"},
		{"antimeridian", "geography'POINT(180 -18)'", fiji, true, true, "on the line"},
		{"other name of it", "geography'POINT(-180 -18)'", fiji, true, true, "on the line"},
		{"other side of the earth", "geography'POINT(0 -18)'", fiji, false, true, "the shorter way round"},
		{"longitude beyond 180", "geography'POINT(-179 -18)'", fijiTurns, true, true, "another name of the same ring"},

		{"beside where a ring begins and ends", "geography'POINT(179.25000000000003 -1)'", "geography'POLYGON((179.25 0,189 0,189 5,539.25 0))'", false, true, "one place, however it is written"},

		{"north pole", "geography'POINT(0 90)'", arctic, true, true, "inside a ring around it"},
		{"north pole by another name", "geography'POINT(77 90)'", arctic, true, true, "a pole has every longitude"},
		{"near the north pole", "geography'POINT(100 80)'", arctic, true, true, "inside"},
		{"south of the ring", "geography'POINT(100 60)'", arctic, false, true, "outside"},
		{"south pole and a northern ring", "geography'POINT(0 -90)'", arctic, false, true, "outside"},
		{"south pole", "geography'POINT(0 -90)'", antarctic, true, true, "inside a ring around it"},
		{"near the south pole", "geography'POINT(-45 -80)'", antarctic, true, true, "inside"},
		{"north of the ring", "geography'POINT(-45 -55)'", antarctic, false, true, "outside"},
		{"far north", "geography'POINT(0 90)'", antarctic, false, true, "outside"},
		{"in the octant", "geography'POINT(45 80)'", octant, true, true, "a pole as a corner"},
		{"beside the octant", "geography'POINT(-45 80)'", octant, false, true, "a pole as a corner"},
		{"opposite the octant", "geography'POINT(-135 -80)'", octant, false, true, "not in it"},
		{"corner at the pole", "geography'POINT(45 90)'", octant, true, true, "a pole has every longitude"},
		{"edge to the pole", "geography'POINT(90 45)'", octant, true, true, "along a meridian"},
		{"edge from the pole", "geography'POINT(0 45)'", octant, true, true, "along a meridian, whatever longitude the pole was given"},
		{"behind the edge to the pole", "geography'POINT(90 -45)'", octant, false, true, "in line with an edge"},
		{"edge over the pole", "geography'POINT(180 85)'", overPole, true, true, "on an edge made of two meridians"},
		{"pole on an edge", "geography'POINT(12 90)'", overPole, true, true, "the edge leads over it"},
		{"one side of the pole", "geography'POINT(-90 85)'", overPole, true, true, "the side of the third corner"},
		{"other side of the pole", "geography'POINT(90 85)'", overPole, false, true, "the side without a corner"},
		{"below the edge over the pole", "geography'POINT(0 79)'", overPole, false, true, "in line with an edge"},
		{"edge over the south pole", "geography'POINT(0 -85)'", overSouth, true, true, "on an edge made of two meridians"},
		{"south pole on an edge", "geography'POINT(12 -90)'", overSouth, true, true, "the edge leads over it"},
		{"one side of the south pole", "geography'POINT(90 -85)'", overSouth, true, true, "the side of the third corner"},
		{"other side of the south pole", "geography'POINT(-90 -85)'", overSouth, false, true, "the side without a corner"},

		{"empty point", "geometry'POINT EMPTY'", square, false, true, "nowhere"},
		{"empty polygon", "geometry'POINT(1 1)'", "geometry'POLYGON EMPTY'", false, true, "nothing"},
		{"other system", "geometry'SRID=1;POINT(1 1)'", square, false, false, "coordinates of two systems say nothing"},
		{"earth and plane", "geography'SRID=0;POINT(1 1)'", square, false, false, "not comparable"},
		{"line", "geometry'POINT(1 1)'", "geometry'LINESTRING(0 0,2 2)'", false, false, "the function is for polygons"},
		{"two polygons", square, square, false, false, "the function is for a point"},
		{"exchanged", square, "geometry'POINT(1 1)'", false, false, "the point comes first"},
		{"polygons", "geometry'POINT(1 1)'", "geometry'MULTIPOLYGON(((0 0,4 0,4 4,0 0)))'", false, false, "the function is for one polygon"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edm.Intersects(mustLiteral(t, tt.point).Spatial(), mustLiteral(t, tt.polygon).Spatial())
			if got != tt.want || ok != tt.ok {
				t.Errorf("Intersects(%s, %s) = %v, %v: %s", tt.point, tt.polygon, got, ok, tt.why)
			}
		})
	}
}

// ring prints the places as a closed ring, in both directions.
func ring(places [][2]float64) (forward, backward string) {
	var f, b []string
	for i := range places {
		f = append(f, fmt.Sprintf("%v %v", places[i][0], places[i][1]))
		last := places[len(places)-1-i]
		b = append(b, fmt.Sprintf("%v %v", last[0], last[1]))
	}
	return "(" + strings.Join(append(f, f[0]), ",") + ")", "(" + strings.Join(append(b, b[0]), ",") + ")"
}

func mustIntersects(t *testing.T, point, polygon edm.Spatial) bool {
	t.Helper()
	got, ok := edm.Intersects(point, polygon)
	if !ok {
		t.Fatalf("Intersects(%v, %v) is null", point, polygon)
	}
	return got
}

// On a small grid whole numbers tell exactly what is inside: rings that cross
// themselves included, for which an odd number of crossings is the rule.
func TestIntersectsOnAGrid(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const size = 6
	for range 2000 {
		places := make([][2]float64, 3+random.IntN(5))
		for i := range places {
			places[i] = [2]float64{float64(random.IntN(size)), float64(random.IntN(size))}
		}
		forward, backward := ring(places)
		polygon := mustSpatial(t, "POLYGON("+forward+")", false)
		reversed := mustSpatial(t, "POLYGON("+backward+")", false)
		for x := range size {
			for y := range size {
				point, err := edm.NewGeometryPoint(0, float64(x), float64(y))
				if err != nil {
					t.Fatal(err)
				}
				want := gridIntersects(x, y, places)
				if got := mustIntersects(t, point, polygon); got != want {
					t.Fatalf("Intersects(%v, %v) = %v, want %v", point, polygon, got, want)
				}
				if mustIntersects(t, point, reversed) != want {
					t.Fatalf("Intersects(%v, %v) changes with the direction of the ring", point, polygon)
				}
			}
		}
	}
}

// gridIntersects counts edges above the point, in whole numbers.
func gridIntersects(x, y int, places [][2]float64) bool {
	inside := false
	for i := range places {
		j := (i + 1) % len(places)
		ax, ay, bx, by := int(places[i][0])-x, int(places[i][1])-y, int(places[j][0])-x, int(places[j][1])-y
		cross := ax*by - ay*bx
		if cross == 0 && ax*bx <= 0 && ay*by <= 0 {
			return true
		}
		if ax <= 0 && bx > 0 && cross < 0 || bx <= 0 && ax > 0 && cross > 0 {
			inside = !inside
		}
	}
	return inside
}

// onSphere is the unit vector of a place given in degrees.
func onSphere(lon, lat float64) vector {
	sinLat, cosLat := math.Sincos(lat * math.Pi / 180)
	sinLon, cosLon := math.Sincos(lon * math.Pi / 180)
	return vector{cosLat * cosLon, cosLat * sinLon, sinLat}
}

func (v vector) cross(w vector) vector {
	return vector{v[1]*w[2] - v[2]*w[1], v[2]*w[0] - v[0]*w[2], v[0]*w[1] - v[1]*w[0]}
}

// away is the place some degrees from lon, lat in a direction.
func away(lon, lat, azimuth, degrees float64) (float64, float64) {
	up := onSphere(lon, lat)
	north := onSphere(lon, lat+90)
	east := north.cross(up)
	sinAz, cosAz := math.Sincos(azimuth * math.Pi / 180)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	p := vector{}.plus(up, cos).plus(north, sin*cosAz).plus(east, sin*sinAz)
	return math.Atan2(p[1], p[0]) * 180 / math.Pi, math.Atan2(p[2], math.Hypot(p[0], p[1])) * 180 / math.Pi
}

// Seen from a point inside, a ring goes once around; the angles add up to a full
// turn, or to none from outside. Wherever on the earth the ring lies, poles
// included, the two ways to decide must agree.
func TestIntersectsOnTheEarthAgainstAngles(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	inside := 0
	for range 3000 {
		lon, lat := random.Float64()*360-180, math.Asin(2*random.Float64()-1)*180/math.Pi
		corners := 3 + random.IntN(8)
		radius := math.Exp(random.Float64()*6 - 2) // up to 54 degrees
		places := make([][2]float64, corners)
		for i := range places {
			azimuth := (float64(i) + random.Float64()*0.8) * 360 / float64(corners)
			places[i][0], places[i][1] = away(lon, lat, azimuth, radius*(0.2+0.8*random.Float64()))
		}
		forward, backward := ring(places)
		polygon := mustSpatial(t, "POLYGON("+forward+")", true)
		reversed := mustSpatial(t, "POLYGON("+backward+")", true)
		for range 8 {
			x, y := away(lon, lat, random.Float64()*360, radius*1.2*random.Float64())
			if random.IntN(4) == 0 {
				x, y = random.Float64()*360-180, random.Float64()*180-90
			}
			want, sure := angleIntersects(onSphere(x, y), onSphere(lon, lat), places)
			if !sure {
				continue
			}
			point := earthPoint(t, y, x)
			if got := mustIntersects(t, point, polygon); got != want {
				t.Fatalf("Intersects(%v, %v) = %v, want %v", point, polygon, got, want)
			}
			if mustIntersects(t, point, reversed) != want {
				t.Fatalf("Intersects(%v, %v) changes with the direction of the ring", point, polygon)
			}
			if want {
				inside++
			}
		}
	}
	if inside < 5000 {
		t.Errorf("only %d points were inside: the test tests little", inside)
	}
}

// angleIntersects is sure unless the point lies too near to an edge. The ring
// lies within 90 degrees of its centre.
func angleIntersects(point, centre vector, places [][2]float64) (inside, sure bool) {
	turn := 0.0
	for i := range places {
		j := (i + 1) % len(places)
		a, b := onSphere(places[i][0], places[i][1]), onSphere(places[j][0], places[j][1])
		side := a.cross(b).dot(point)
		if math.Abs(side) < 1e-12 {
			return false, false
		}
		u, v := point.cross(a), point.cross(b)
		turn += math.Atan2(u.cross(v).dot(point), u.dot(v))
	}
	// The opposite point sees the ring turn as well.
	return math.Abs(turn) > math.Pi && point.dot(centre) > 0, true
}

// Two triangles with a common edge leave no gap between them, not even for
// points on the edge, and moving everything around the earth changes nothing.
func TestIntersectsLeavesNoGap(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 4000 {
		const size = 5
		west, south := float64(random.IntN(360)-180), float64(random.IntN(180-size+1)-90)
		corner := func() string {
			return fmt.Sprintf("%v %v", west+float64(random.IntN(size+1)), south+float64(random.IntN(size+1)))
		}
		a, b, c, d := corner(), corner(), corner(), corner()
		quad := mustSpatial(t, fmt.Sprintf("POLYGON((%s,%s,%s,%s,%s))", a, b, c, d, a), true)
		first := mustSpatial(t, fmt.Sprintf("POLYGON((%s,%s,%s,%s))", a, b, c, a), true)
		second := mustSpatial(t, fmt.Sprintf("POLYGON((%s,%s,%s,%s))", c, d, a, c), true)
		for x := range size + 1 {
			for y := range size + 1 {
				lon, lat := west+float64(x), south+float64(y)
				point := earthPoint(t, lat, lon)
				in := mustIntersects(t, point, quad)
				if in && !mustIntersects(t, point, first) && !mustIntersects(t, point, second) {
					t.Fatalf("%v is in %v, but neither in %v nor in %v", point, quad, first, second)
				}
				for _, turns := range []float64{360, -720} {
					if mustIntersects(t, earthPoint(t, lat, lon+turns), quad) != in {
						t.Fatalf("Intersects(%v, %v) changes with %v degrees of longitude", point, quad, turns)
					}
				}
			}
		}
	}
}

func ExampleIntersects() {
	ulm, _ := edm.NewGeographyPoint(edm.DefaultGeographySRID, 9.99, 48.4)
	area, err := edm.ParseSpatial("POLYGON((9 48,11 48,11 49,9 49,9 48))", true)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(edm.Intersects(ulm, area))
	// Output: true true
}
