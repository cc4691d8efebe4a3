package edm

import (
	"cmp"
	"math"
	"slices"
)

// A form is what a part of a shape is. Added to KindGeography or KindGeometry
// it is the kind of a value of this form.
type form uint8

const (
	formPoint form = iota + 1
	formLineString
	formPolygon
	formCollection
	formMultiPoint
	formMultiLineString
	formMultiPolygon
	formRing // of a polygon; no value has this form alone
)

func (f form) kind(geography bool) Kind {
	if geography {
		return KindGeography + Kind(f)
	}
	return KindGeometry + Kind(f)
}

// members are what the parts of a form consist of, if it is neither a collection,
// which takes anything, nor one that consists of positions.
var members = [...]form{
	formPolygon:         formRing,
	formMultiPoint:      formPoint,
	formMultiLineString: formLineString,
	formMultiPolygon:    formPolygon,
}

// hasPositions reports whether a part of form f consists of positions.
func (f form) hasPositions() bool {
	return f == formPoint || f == formLineString || f == formRing
}

// A shape is the structure of a spatial value and its coordinates, each in one
// block of memory. It is never changed once a Spatial refers to it.
type shape struct {
	parts   []part    // each before the parts it consists of
	numbers []float64 // the coordinates of all positions, in the same order
	stride  int       // numbers for each position: 2, 3 with Z, 4 with Z and M
	srid    int32
}

// A part is one shape, or one ring of a polygon.
type part struct {
	form  form
	count int32 // of the positions, or of the parts, that it consists of
}

// A position is one place. An absent z or m is NaN, which no coordinate is.
type position struct{ x, y, z, m float64 }

// absent stands for a Z or M that a position does not have.
var absent = math.NaN()

func isAbsent(f float64) bool { return f != f }

// dimensions is how many numbers the position takes when written, an absent Z
// before an M included.
func (p position) dimensions() int {
	switch {
	case !isAbsent(p.m):
		return 4
	case !isAbsent(p.z):
		return 3
	}
	return 2
}

// equal and compare leave the SRID to the Spatial.
func (s *shape) equal(other *shape) bool {
	return s == other || s.stride == other.stride && slices.Equal(s.parts, other.parts) &&
		slices.EqualFunc(s.numbers, other.numbers, sameBits)
}

func (s *shape) compare(other *shape) int {
	if order := cmp.Compare(s.stride, other.stride); order != 0 {
		return order
	}
	order := slices.CompareFunc(s.parts, other.parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.form, b.form), cmp.Compare(a.count, b.count))
	})
	if order != 0 {
		return order
	}
	return slices.Compare(s.numbers, other.numbers)
}

// walk returns a walker at the beginning of s.
func (s *shape) walk() walker { return walker{parts: s.parts, numbers: s.numbers, stride: s.stride} }

// A walker reads a shape from its beginning to its end: after a part come its
// positions or its parts, as many as it counts.
type walker struct {
	parts   []part
	numbers []float64
	stride  int
}

func (w *walker) part() part {
	p := w.parts[0]
	w.parts = w.parts[1:]
	return p
}

func (w *walker) position() position {
	n := w.numbers
	p := position{n[0], n[1], absent, absent}
	if w.stride > 2 {
		p.z = n[2]
	}
	if w.stride > 3 {
		p.m = n[3]
	}
	w.numbers = n[w.stride:]
	return p
}

// A shapeBuilder collects a shape and keeps its rules. Its methods return the
// reason why something is not allowed, or "".
type shapeBuilder struct {
	geography bool
	stride    int // at least 2; grows when a position has more numbers
	parts     []part
	numbers   []float64
}

const (
	reasonTooLarge   = "a spatial value has at most 10000 positions and as many parts"
	reasonTooDeep    = "collections are nested at most 32 deep"
	reasonPointCount = "a point has one position"
	reasonLineCount  = "a line has at least two positions"
	reasonRingCount  = "a ring of a polygon has at least four positions"
	reasonRingOpen   = "a ring of a polygon ends where it begins"
)

// open begins a part. Its positions or parts follow, then close.
func (b *shapeBuilder) open(f form) (index int, reason string) {
	if len(b.parts) == MaxSpatialPositions {
		return 0, reasonTooLarge
	}
	b.parts = append(b.parts, part{form: f})
	return len(b.parts) - 1, ""
}

// close ends the part that open returned, which consists of count others.
func (b *shapeBuilder) close(index, count int) (reason string) {
	p := &b.parts[index]
	p.count = int32(count)
	switch p.form {
	case formPoint:
		if count > 1 {
			return reasonPointCount
		}
	case formLineString:
		if count == 1 {
			return reasonLineCount
		}
	case formRing:
		if count < 4 {
			return reasonRingCount
		}
		ring := b.numbers[len(b.numbers)-count*b.stride:]
		if !b.samePlace(ring, ring[len(ring)-b.stride:]) {
			return reasonRingOpen
		}
	}
	return ""
}

// samePlace compares the first two numbers of positions. On the earth, full
// turns of longitude lead back to the same place.
func (b *shapeBuilder) samePlace(p, q []float64) bool {
	return p[1] == q[1] && (p[0] == q[0] || b.geography && math.Mod(p[0]-q[0], 360) == 0)
}

// add appends a position to the part that was opened last.
func (b *shapeBuilder) add(p position) (reason string) {
	if reason := checkPosition(p.x, p.y, b.geography); reason != "" {
		return reason
	}
	if len(b.numbers) == MaxSpatialPositions*b.stride {
		return reasonTooLarge
	}
	if d := p.dimensions(); d > b.stride {
		b.widen(d)
	}
	b.numbers = append(b.numbers, p.x, p.y)
	if b.stride > 2 {
		b.numbers = append(b.numbers, p.z)
	}
	if b.stride > 3 {
		b.numbers = append(b.numbers, p.m)
	}
	return ""
}

// widen makes room for more numbers in each position. It happens at most twice.
func (b *shapeBuilder) widen(stride int) {
	wide := make([]float64, 0, (len(b.numbers)/b.stride+1)*stride)
	for at := 0; at < len(b.numbers); at += b.stride {
		wide = append(wide, b.numbers[at:at+b.stride]...)
		for range stride - b.stride {
			wide = append(wide, absent)
		}
	}
	b.numbers, b.stride = wide, stride
}

// spatial returns what was built. It keeps nothing of the builder's memory.
func (b *shapeBuilder) spatial(srid int32) Spatial {
	first := b.parts[0]
	s := Spatial{spatialTag: spatialTag{kind: first.form.kind(b.geography), srid: srid}}
	if first.form == formPoint && first.count == 1 && b.stride == 2 && srid <= maxPlainSRID {
		s.x, s.y = b.numbers[0], b.numbers[1]
		return s
	}
	s.shape = &shape{parts: slices.Clone(b.parts), numbers: slices.Clone(b.numbers), stride: b.stride, srid: srid}
	return s
}
