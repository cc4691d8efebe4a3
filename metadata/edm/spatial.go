package edm

import (
	"cmp"
	"errors"
	"math"
	"strconv"
	"unsafe"
)

// A Spatial is a value of one of the Geography and Geometry types: a point, a
// line, a polygon, several of one of them, or a collection of any. Geography
// lies on the round earth, its first coordinate being the longitude and its
// second the latitude, both in degrees; Geometry lies in a plane with x and y
// of any unit. A position may also have a height Z and a measure M, which are
// kept and written but play no part in [Distance], [Length] and [Intersects].
//
// The SRID names the coordinate reference system by its EPSG number. Nothing
// is ever converted from one system to another.
//
// A Spatial is immutable and refers to no memory of its maker, so it may be
// shared between goroutines. A point without Z and M and with an SRID below
// 32768 lives in the Spatial itself: making, copying and writing one allocates
// nothing. All coordinates are finite, polygons have closed rings, and no value
// is larger than [MaxSpatialPositions] or nested deeper than [MaxSpatialDepth].
//
// The zero Spatial is no shape: its [Spatial.Value] is [Null].
type Spatial struct {
	spatialTag
	x, y  float64 // of a plain point
	shape *shape  // everything else
}

// maxPlainSRID is the largest SRID for which a point can be plain, which means
// held without a shape: more does not fit into a Value. The EPSG gives out
// numbers up to 32767, apart from a few.
const maxPlainSRID = math.MaxInt16

// A spatialTag is a struct of its own for the reason [tag] is one.
type spatialTag struct {
	_    [0]func() // not comparable
	kind Kind
	srid int32
}

// The coordinate reference systems of values that name none.
const (
	DefaultGeographySRID = 4326 // WGS 84
	DefaultGeometrySRID  = 0    // a plane of no particular place
)

// Limits of spatial values, which keep hostile ones small.
const (
	// MaxSpatialPositions bounds the positions of a value, and separately the
	// shapes and rings it is made of.
	MaxSpatialPositions = 10_000
	// MaxSpatialDepth bounds how deep collections contain each other. A
	// collection of points has depth 1.
	MaxSpatialDepth = 32
)

// maxLongitude is how often a longitude may wind around the earth: .NET readers
// take no more.
const maxLongitude = 15069

// NewGeographyPoint returns an Edm.GeographyPoint. Coordinates are degrees;
// mind their order, which is that of WKT and GeoJSON. It fails unless both are
// finite, the latitude lies within ±90, the longitude within ±15069 and the
// SRID is a non-negative Int32.
func NewGeographyPoint(srid int, longitude, latitude float64) (Spatial, error) {
	return newPoint(KindGeographyPoint, srid, longitude, latitude)
}

// NewGeometryPoint returns an Edm.GeometryPoint. It fails unless the
// coordinates are finite and the SRID is a non-negative Int32.
func NewGeometryPoint(srid int, x, y float64) (Spatial, error) {
	return newPoint(KindGeometryPoint, srid, x, y)
}

func newPoint(k Kind, srid int, x, y float64) (Spatial, error) {
	if reason := checkPosition(x, y, k.IsGeography()); reason != "" {
		return Spatial{}, errors.New(reason)
	}
	if srid < 0 || srid > math.MaxInt32 {
		return Spatial{}, errors.New(reasonSRID)
	}
	if srid <= maxPlainSRID {
		return Spatial{spatialTag: spatialTag{kind: k, srid: int32(srid)}, x: x, y: y}, nil
	}
	b := shapeBuilder{geography: k.IsGeography(), stride: 2, parts: []part{{formPoint, 1}}, numbers: []float64{x, y}}
	return b.spatial(int32(srid)), nil
}

// Why positions and shapes are refused.
const (
	reasonNotANumber = "coordinates are finite numbers"
	reasonLatitude   = "a latitude, the second coordinate, lies between -90 and 90"
	reasonLongitude  = "a longitude, the first coordinate, lies between -15069 and 15069"
	reasonSRID       = "an SRID lies between 0 and 2147483647"
)

func checkPosition(x, y float64, geography bool) (reason string) {
	switch {
	case x-x != 0 || y-y != 0:
		return reasonNotANumber
	case geography && math.Abs(y) > 90:
		return reasonLatitude
	case geography && math.Abs(x) > maxLongitude:
		return reasonLongitude
	}
	return ""
}

// Value returns s as a value of its kind.
func (s Spatial) Value() Value {
	return Value{
		tag: tag{kind: s.kind, aux: int16(s.srid)}, // cut if there is a shape, which knows it
		lo:  math.Float64bits(s.x), hi: math.Float64bits(s.y), ptr: unsafe.Pointer(s.shape),
	}
}

// Spatial returns the value of any of the Geography and Geometry kinds without
// copying its coordinates.
func (v Value) Spatial() Spatial {
	if !v.kind.IsSpatial() {
		wrongKind("Spatial", v.kind)
	}
	if v.ptr != nil {
		held := (*shape)(v.ptr)
		return Spatial{spatialTag: spatialTag{kind: v.kind, srid: held.srid}, shape: held}
	}
	return Spatial{
		spatialTag: spatialTag{kind: v.kind, srid: int32(v.aux)},
		x:          math.Float64frombits(v.lo), y: math.Float64frombits(v.hi),
	}
}

// Kind returns the kind of s, never the abstract KindGeography or KindGeometry.
// It is KindNull for the zero Spatial.
func (s Spatial) Kind() Kind { return s.kind }

// SRID returns the number of the coordinate reference system.
func (s Spatial) SRID() int { return int(s.srid) }

// IsEmpty reports whether s has no position at all, as POINT EMPTY.
func (s Spatial) IsEmpty() bool {
	return s.kind == KindNull || s.shape != nil && len(s.shape.numbers) == 0
}

// Point returns the coordinates of a point: longitude and latitude, or x and
// y. It is false for other shapes and for the empty point.
func (s Spatial) Point() (x, y float64, ok bool) {
	switch {
	case s.kind != KindGeographyPoint && s.kind != KindGeometryPoint:
		return 0, 0, false
	case s.shape == nil:
		return s.x, s.y, true
	case s.IsEmpty():
		return 0, 0, false
	}
	return s.shape.numbers[0], s.shape.numbers[1], true
}

// Equal reports whether both have the same kind and SRID and the same
// coordinates in the same order, so that they have the same text. Shapes that
// cover the same places may well differ: by the direction of a line, or by
// where a ring begins.
func (s Spatial) Equal(other Spatial) bool {
	if s.kind != other.kind || s.srid != other.srid {
		return false
	}
	if s.shape == nil || other.shape == nil {
		return s.shape == other.shape && sameBits(s.x, other.x) && sameBits(s.y, other.y)
	}
	return s.shape.equal(other.shape)
}

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// orderSpatial is a total order of the spatial values of one kind, in which the
// two zeros are the same coordinate. It means nothing; it only brings equal
// values together.
func orderSpatial(v, w Value) int {
	a, b := v.Spatial(), w.Spatial()
	if order := cmp.Compare(a.srid, b.srid); order != 0 {
		return order
	}
	switch {
	case a.shape != nil && b.shape != nil:
		return a.shape.compare(b.shape)
	case a.shape != nil:
		return 1
	case b.shape != nil:
		return -1
	}
	return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y))
}

// AppendText appends the well-known text with its SRID, as it stands inside a
// geography'…' literal: SRID=4326;POINT(142.1 64.1). [ParseSpatial] reads it
// back. The zero Spatial appends nothing.
func (s Spatial) AppendText(dst []byte) []byte {
	if s.kind == KindNull {
		return dst
	}
	dst = strconv.AppendInt(append(dst, "SRID="...), int64(s.srid), 10)
	dst = append(dst, ';')
	if s.shape == nil {
		dst = appendFloat(append(dst, "POINT("...), s.x, 64)
		dst = appendFloat(append(dst, ' '), s.y, 64)
		return append(dst, ')')
	}
	w := s.shape.walk()
	return appendTaggedWKT(dst, &w)
}

// String returns the text AppendText appends.
func (s Spatial) String() string { return string(s.AppendText(nil)) }
