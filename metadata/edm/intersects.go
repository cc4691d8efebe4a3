package edm

import "math"

// Intersects reports whether a point lies within a polygon or on its boundary,
// that of a hole included. Nothing intersects what is empty. Z and M do not
// count.
//
// In a plane edges are straight. On the earth an edge is the shortest path, the
// plane of which goes through the centre of the earth: it bends towards the pole
// compared with the line between the same two places on most maps. Neither the
// antimeridian nor a pole is special. The direction of rings does not matter:
// one that does not go round a pole leaves both outside, and one that does has
// the pole inside to which its latitudes are nearer on average.
//
// ok is false unless point is a point and polygon is a polygon, both of the
// earth or both of a plane, with the same SRID: the result is null then.
//
// Source: OData V3, URI conventions, geo.intersects. Edges are those of the
// databases behind WCF Data Services, which however let the direction of a ring
// choose between the inside and the outside.
func Intersects(point, polygon Spatial) (intersects, ok bool) {
	switch {
	case point.srid != polygon.srid:
		return false, false
	case point.kind == KindGeographyPoint && polygon.kind == KindGeographyPolygon:
	case point.kind == KindGeometryPoint && polygon.kind == KindGeometryPolygon:
	default:
		return false, false
	}
	x, y, ok := point.Point()
	if !ok {
		return false, true
	}
	s := polygon.shape
	n := s.numbers
	// A point within a hole is within two rings.
	inside := false
	for _, ring := range s.parts[1:] {
		size := int(ring.count) * s.stride
		var in, onEdge bool
		if point.kind == KindGeographyPoint {
			in, onEdge = withinEarthRing(x, y, n[:size], s.stride)
		} else {
			in, onEdge = withinRing(x, y, n[:size], s.stride)
		}
		if onEdge {
			return true, true
		}
		inside = inside != in
		n = n[size:]
	}
	return inside, true
}

// withinRing counts the edges that lie to the right of (x, y) in a plane: an odd
// number of them surrounds it.
func withinRing(x, y float64, ring []float64, stride int) (in, onEdge bool) {
	x1, y1 := ring[0], ring[1]
	for at := stride; at < len(ring); at += stride {
		x2, y2 := ring[at], ring[at+1]
		switch {
		case x2 == x && y2 == y:
			return true, true
		case (y1 > y) != (y2 > y):
			// Always from the lower end, so that two polygons with a common
			// edge agree on which side of it the point is.
			lowX, lowY, highX, highY := x1, y1, x2, y2
			if y1 > y2 {
				lowX, lowY, highX, highY = x2, y2, x1, y1
			}
			side := (highX-lowX)*(y-lowY) - (x-lowX)*(highY-lowY)
			if side == 0 {
				return true, true
			}
			in = in != (side > 0)
		case y1 == y && y2 == y && (x1 > x) != (x2 > x):
			return true, true
		}
		x1, y1 = x2, y2
	}
	return in, false
}

// withinEarthRing counts the edges that cross the meridian between the place and
// the north pole: an odd number of them separates the two.
func withinEarthRing(lon, lat float64, ring []float64, stride int) (in, onEdge bool) {
	// Longitudes are taken east of the place. The turns a ring makes around the
	// poles, in degrees, are 0 or 360 either way.
	turns, latitudes := 0.0, 0.0
	e := edge{lon2: wrapLongitude(ring[0] - lon), lat2: ring[1]}
	first := e.lon2
	for at := stride; at < len(ring); at += stride {
		e = edge{lon1: e.lon2, lat1: e.lat2, lon2: wrapLongitude(ring[at] - lon), lat2: ring[at+1]}
		if at == len(ring)-stride {
			e.lon2 = first // to the bit, even if it is written with another turn
		}
		crosses, touches := e.north(lat)
		if touches {
			return true, true
		}
		in = in != crosses
		east := e.east()
		turns += east
		latitudes += east * (e.lat1 + e.lat2)
	}
	if math.Abs(turns) > 180 && (latitudes >= 0) == (turns > 0) {
		in = !in // the north pole is inside
	}
	return in, false
}

// An edge of a ring on the earth is in degrees, with longitudes east of some
// place and within [-180, 180).
type edge struct{ lon1, lat1, lon2, lat2 float64 }

// east is how many degrees the edge goes to the east, the shorter way round. One
// that leads over a pole goes half round, and is taken as going east.
func (e *edge) east() float64 {
	switch d := e.lon2 - e.lon1; {
	case d > 180:
		return d - 360
	case d <= -180:
		return d + 360
	default:
		return d
	}
}

// spans reports whether the edge crosses the meridian of the place. The meridian
// itself belongs to its east side, so that a ring crosses it once where it has a
// vertex there.
func (e *edge) spans() bool {
	if (e.lon1 < 0) == (e.lon2 < 0) {
		return false
	}
	d := math.Abs(e.lon2 - e.lon1) // beyond 180 it crosses the opposite meridian
	return d < 180 || d == 180 && e.lon1 < e.lon2
}

// isPolar reports whether the edge leads over a pole or to it, so that it is
// made of one or two meridians and of the pole.
func (e *edge) isPolar() bool {
	return math.Abs(e.lat1) == 90 || math.Abs(e.lat2) == 90 || math.Abs(e.lon2-e.lon1) == 180
}

// north reports whether the edge crosses the meridian of the place, which has the
// given latitude, north of it, and whether the edge touches the place.
func (e *edge) north(lat float64) (crosses, touches bool) {
	switch {
	case e.lat2 == lat && (e.lon2 == 0 || math.Abs(lat) == 90):
		return false, true
	case e.isPolar():
		overNorth, pole := true, 90.0
		if e.lat1+e.lat2 < 0 {
			overNorth, pole = false, -90
		}
		return overNorth && e.spans(), e.lon1 == 0 && isPoleward(lat, e.lat1, overNorth) ||
			e.lon2 == 0 && isPoleward(lat, e.lat2, overNorth) || isPoleward(lat, pole, overNorth)
	case e.lon1 == 0 && e.lon2 == 0:
		return false, (e.lat1 > lat) != (e.lat2 > lat)
	case !e.spans():
		return false, false
	}
	// The place is north of the edge if it is on the left of it going east: the
	// sign of the triple product of the three places as vectors. It is always
	// taken from the western end, so that two polygons with a common edge agree.
	lon1, lat1, lon2, lat2 := e.lon1, e.lat1, e.lon2, e.lat2
	if lon1 > lon2 {
		lon1, lat1, lon2, lat2 = lon2, lat2, lon1, lat1
	}
	sinLon1, _ := sincosDegrees(lon1)
	sinLon2, _ := sincosDegrees(lon2)
	sinSpan, _ := sincosDegrees(lon2 - lon1)
	sin1, cos1 := sincosDegrees(lat1)
	sin2, cos2 := sincosDegrees(lat2)
	sin, cos := sincosDegrees(lat)
	left := cos*(cos1*sinLon1*sin2-cos2*sinLon2*sin1) + sin*cos1*cos2*sinSpan
	return left < 0, left == 0
}

// isPoleward reports whether lat is not further from the chosen pole than other.
func isPoleward(lat, other float64, north bool) bool {
	if north {
		return lat >= other
	}
	return lat <= other
}
