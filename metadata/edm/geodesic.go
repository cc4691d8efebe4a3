package edm

import "math"

// Distance returns the shortest distance between two points. On the earth it is
// in metres, along the surface of the WGS 84 ellipsoid whatever the SRID, and
// right within a millimetre for any two points, opposite ones included. In a
// plane it is in the unit of the coordinates. Z and M do not count.
//
// ok is false unless both are points that are not empty, both of the earth or
// both of a plane, with the same SRID: the distance is null then.
//
// Source: OData V3, URI conventions, geo.distance, which leaves the geometry to
// the reference system. The ellipsoid is what the databases behind WCF Data
// Services use for SRID 4326.
func Distance(a, b Spatial) (distance float64, ok bool) {
	x1, y1, ok1 := a.Point()
	x2, y2, ok2 := b.Point()
	if !ok1 || !ok2 || a.kind != b.kind || a.srid != b.srid {
		return 0, false
	}
	return distanceBetween(a.kind, x1, y1, x2, y2), true
}

// Length returns the length of a line, the sum of the distances between its
// positions as by [Distance]; that of an empty line is 0. ok is false for every
// other shape.
func Length(line Spatial) (length float64, ok bool) {
	if line.kind != KindGeographyLineString && line.kind != KindGeometryLineString {
		return 0, false
	}
	n, stride := line.shape.numbers, line.shape.stride
	for at := stride; at < len(n); at += stride {
		length += distanceBetween(line.kind, n[at-stride], n[at-stride+1], n[at], n[at+1])
	}
	return length, true
}

func distanceBetween(k Kind, x1, y1, x2, y2 float64) float64 {
	if k.IsGeography() {
		return geodesicLength(x1, y1, x2, y2)
	}
	return math.Hypot(x2-x1, y2-y1)
}

// The WGS 84 ellipsoid.
const (
	equatorRadius = 6378137.0 // metres
	flattening    = 1 / 298.257223563
	polarRadius   = equatorRadius * (1 - flattening)
	// The second eccentricity, squared.
	eccentricity = (equatorRadius*equatorRadius - polarRadius*polarRadius) / (polarRadius * polarRadius)
)

// geodesicLength returns the length in metres of the shortest path over the
// ellipsoid between two places in degrees. It follows T. Vincenty, "Direct and
// inverse solutions of geodesics on the ellipsoid" (1975), which maps the
// problem to a sphere and corrects the longitude until it fits. That fails near
// the opposite side of the earth, where [opposite.length] takes over.
func geodesicLength(lon1, lat1, lon2, lat2 float64) float64 {
	p, q := reducedLatitude(lat1), reducedLatitude(lat2)
	east := math.Abs(wrapLongitude(lon2-lon1)) * (math.Pi / 180)
	lon := east // on the sphere
	for range 20 {
		sinLon, cosLon := math.Sincos(lon)
		sin := math.Hypot(q.cos*sinLon, p.cos*q.sin-p.sin*q.cos*cosLon)
		cos := p.sin*q.sin + p.cos*q.cos*cosLon
		if sin == 0 {
			if cos > 0 {
				return 0
			}
			break
		}
		g := arc{angle: math.Atan2(sin, cos), sin: sin, cos: cos, equator: p.cos * q.cos * sinLon / sin}
		if g.incline() > 0 {
			g.middle = cos - 2*p.sin*q.sin/g.incline()
		}
		next := east + g.excess()
		if next > math.Pi {
			break
		}
		if math.Abs(next-lon) <= 1e-12*next { // micrometres
			return g.length()
		}
		lon = next
	}
	return oppositeLength(p, q, east)
}

// A sphereLatitude is a latitude on the auxiliary sphere.
type sphereLatitude struct{ sin, cos float64 }

func reducedLatitude(degrees float64) sphereLatitude {
	sin, cos := sincosDegrees(degrees)
	sin *= 1 - flattening
	r := math.Hypot(sin, cos)
	return sphereLatitude{sin / r, cos / r}
}

// An arc is a great circle between two places on the auxiliary sphere.
type arc struct {
	angle, sin, cos float64 // its length
	equator         float64 // sine of the azimuth where it crosses the equator
	middle          float64 // cosine of twice the angle from the equator to its middle
}

// incline is the squared cosine of the azimuth at the equator.
func (g *arc) incline() float64 { return (1 - g.equator) * (1 + g.equator) }

// excess is how much longer in longitude the arc is on the sphere than on the
// ellipsoid.
func (g *arc) excess() float64 {
	c := flattening / 16 * g.incline() * (4 + flattening*(4-3*g.incline()))
	return (1 - c) * flattening * g.equator *
		(g.angle + c*g.sin*(g.middle+c*g.cos*(2*g.middle*g.middle-1)))
}

// length is the length on the ellipsoid in metres.
func (g *arc) length() float64 {
	u := g.incline() * eccentricity
	a := 1 + u/16384*(4096+u*(u*(320-175*u)-768))
	b := u / 1024 * (256 + u*(u*(74-47*u)-128))
	square := g.middle * g.middle
	shortening := b * g.sin * (g.middle + b/4*(g.cos*(2*square-1)-
		b/6*g.middle*(4*g.sin*g.sin-3)*(4*square-3)))
	return polarRadius * a * (g.angle - shortening)
}

// oppositeLength solves what Vincenty's iteration does not. From the place that
// is nearer to a pole it looks for the azimuth of the path that, on its way
// towards the other pole and back, reaches the other latitude at the right
// longitude. That longitude grows with the azimuth from 0 to π, so halving the
// interval finds it: C. F. F. Karney, "Algorithms for geodesics" (2013),
// section 4.
func oppositeLength(p, q sphereLatitude, east float64) float64 {
	if math.Abs(p.sin) < math.Abs(q.sin) {
		p, q = q, p
	}
	if p.sin > 0 {
		p.sin, q.sin = -p.sin, -q.sin
	}
	p.sin = min(p.sin, -math.SmallestNonzeroFloat64) // on the equator, so that south is south
	low, high := 0.0, math.Pi
	for range 60 {
		azimuth := (low + high) / 2
		if g, lon := departing(p, q, azimuth); lon-g.excess() < east {
			low = azimuth
		} else {
			high = azimuth
		}
	}
	g, _ := departing(p, q, high)
	return g.length()
}

// departing follows the great circle that leaves p at an azimuth to where it
// reaches the latitude of q on its way north, at lon east of p.
func departing(p, q sphereLatitude, azimuth float64) (g arc, lon float64) {
	sinAzimuth, cosAzimuth := math.Sincos(azimuth)
	g.equator = sinAzimuth * p.cos
	northP := cosAzimuth * p.cos
	// cos(azimuth at q) · q.cos, written so that nothing cancels.
	northQ := math.Sqrt(max(0, northP*northP+(q.cos-p.cos)*(q.cos+p.cos)))
	angleP, angleQ := math.Atan2(p.sin, northP), math.Atan2(q.sin, northQ)
	g.angle = angleQ - angleP
	g.sin, g.cos = math.Sincos(g.angle)
	g.middle = math.Cos(angleP + angleQ)
	lon = math.Atan2(g.equator*math.Sin(angleQ), math.Cos(angleQ)) -
		math.Atan2(g.equator*math.Sin(angleP), math.Cos(angleP))
	return g, lon
}

// sincosDegrees returns exact values at multiples of 90 degrees.
func sincosDegrees(degrees float64) (sin, cos float64) {
	quarter := math.RoundToEven(degrees / 90)
	sin, cos = math.Sincos((degrees - 90*quarter) * (math.Pi / 180))
	switch int(quarter) & 3 {
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	case 3:
		return -cos, sin
	}
	return sin, cos
}

// wrapLongitude returns the degrees within [-180, 180).
func wrapLongitude(degrees float64) float64 {
	if -180 <= degrees && degrees < 180 {
		return degrees
	}
	degrees -= 360 * math.RoundToEven(degrees/360)
	if degrees == 180 {
		return -180
	}
	return degrees
}
