package edm

import (
	"bytes"
	"strconv"
)

// GMLElements gives out the elements of an XML document one by one, for
// [ReadGML]. There is always a current element, whose start tag has been read.
type GMLElements interface {
	// Child moves to the next element in the current one, which must hold
	// elements only. Without another one more is false, and the element around
	// the current one is current again. The name is that without a prefix; it is
	// nil for an element that is not in the namespace of GML.
	Child() (name []byte, more bool, err error)

	// Attribute is an attribute of the current element in the namespace of GML
	// or in none. It may be asked before anything in the element is read.
	Attribute(name string) (value []byte, ok bool)

	// Text consumes the current element, which must hold text only. The text is
	// valid until the next method is called.
	Text() ([]byte, error)

	// Skip consumes the current element.
	Skip() error
}

// ReadGML consumes the current element of x, which must hold one GML element, as
// Atom and XML payloads of OData V3 do. It reads what [AppendGML] writes and what
// other writers write:
//
//   - positions as pos elements, as one posList with srsDimension, or as
//     pointProperty;
//   - MultiLineString and MultiPolygon for MultiCurve and MultiSurface;
//   - members each in an element of its own, such as pointMember, or all in one,
//     such as pointMembers;
//   - names and descriptions, which are skipped, and so is all that is not in the
//     namespace of GML.
//
// srsName must be http://www.opengis.net/def/crs/EPSG/0/ and a number; without
// one the SRID is [DefaultGeographySRID] or [DefaultGeometrySRID]. In a shape it
// must be that of the whole.
//
// It fails beyond the limits that [Spatial] states. Errors are *SyntaxError,
// whose offset means nothing, and those of x as they are. They never repeat the
// text. Nothing is kept of x.
func ReadGML(x GMLElements, geography bool) (Spatial, error) {
	r := gmlReader{x: x, build: shapeBuilder{geography: geography, stride: 2}, srid: DefaultGeometrySRID}
	if geography {
		r.srid = DefaultGeographySRID
	}
	found := false
	for {
		name, more, err := r.child()
		switch {
		case err != nil:
			return Spatial{}, err
		case !more && !found:
			return Spatial{}, syntaxError(0, "expected a GML element")
		case !more:
			return r.build.spatial(r.srid), nil
		case found:
			return Spatial{}, syntaxError(0, "expected one GML element")
		}
		found = true
		if err := r.shape(name, true, 0); err != nil {
			return Spatial{}, err
		}
	}
}

// A gmlReader reads elements of x into build.
type gmlReader struct {
	x     GMLElements
	srid  int32
	build shapeBuilder
}

// gmlForm is the form of the shape or ring that an element is, 0 for none.
func gmlForm(name []byte) form {
	switch string(name) {
	case "Point":
		return formPoint
	case "LineString":
		return formLineString
	case "Polygon":
		return formPolygon
	case "MultiGeometry":
		return formCollection
	case "MultiPoint":
		return formMultiPoint
	case "MultiCurve", "MultiLineString":
		return formMultiLineString
	case "MultiSurface", "MultiPolygon":
		return formMultiPolygon
	case "LinearRing":
		return formRing
	}
	return 0
}

// holdsMembers reports whether an element is around members of a shape of form
// f.
func holdsMembers(f form, name []byte) bool {
	switch f {
	case formCollection:
		return string(name) == "geometryMember" || string(name) == "geometryMembers"
	case formMultiPoint:
		return string(name) == "pointMember" || string(name) == "pointMembers"
	case formMultiLineString:
		return string(name) == "curveMember" || string(name) == "curveMembers" || string(name) == "lineStringMember"
	case formMultiPolygon:
		return string(name) == "surfaceMember" || string(name) == "surfaceMembers" || string(name) == "polygonMember"
	}
	return false
}

// child moves to the next child that matters.
func (r *gmlReader) child() (name []byte, more bool, err error) {
	for {
		name, more, err = r.x.Child()
		switch {
		case err != nil || !more:
			return nil, false, err
		case name != nil && string(name) != "name" && string(name) != "description" && string(name) != "metaDataProperty":
			return name, true, nil
		}
		if err := r.x.Skip(); err != nil {
			return nil, false, err
		}
	}
}

// shape reads the shape that is the current element, within depth collections.
func (r *gmlReader) shape(name []byte, outermost bool, depth int) error {
	f := gmlForm(name)
	if f == 0 || f == formRing {
		return syntaxError(0, "expected Point, LineString, Polygon, MultiPoint, MultiCurve, MultiSurface or MultiGeometry")
	}
	return r.part(f, outermost, depth)
}

// part reads the current element as a part of form f.
func (r *gmlReader) part(f form, outermost bool, depth int) error {
	if err := r.srsName(outermost); err != nil {
		return err
	}
	if f == formCollection {
		if depth == MaxSpatialDepth {
			return syntaxError(0, reasonTooDeep)
		}
		depth++
	}
	index, reason := r.build.open(f)
	if reason != "" {
		return syntaxError(0, reason)
	}
	count := 0
	for {
		name, more, err := r.child()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		n := 0
		switch {
		case f.hasPositions():
			n, err = r.positions(f, name)
		case f == formPolygon:
			n, err = r.ring(name, count == 0)
		case holdsMembers(f, name):
			n, err = r.members(f, depth)
		default:
			err = syntaxError(0, "expected the members of the shape")
		}
		if err != nil {
			return err
		}
		count += n
	}
	if reason := r.build.close(index, count); reason != "" {
		return syntaxError(0, reason)
	}
	return nil
}

// srsName reads the coordinate reference system of the current element.
func (r *gmlReader) srsName(outermost bool) error {
	name, ok := r.x.Attribute("srsName")
	if !ok {
		return nil
	}
	digits, ok := bytes.CutPrefix(bytes.TrimSpace(name), []byte("http://www.opengis.net/def/crs/EPSG/0/"))
	if !ok || len(digits) == 0 || skipDigits(viewString(digits), 0) != len(digits) {
		return syntaxError(0, "expected a srsName like http://www.opengis.net/def/crs/EPSG/0/4326")
	}
	n, err := strconv.ParseInt(string(digits), 10, 32)
	switch {
	case err != nil:
		return syntaxError(0, "the number in the srsName is too large")
	case outermost:
		r.srid = int32(n)
	case r.srid != int32(n):
		return syntaxError(0, "the srsName differs from that of the whole")
	}
	return nil
}

// members reads the shapes in the current element.
func (r *gmlReader) members(f form, depth int) (count int, err error) {
	for {
		name, more, err := r.child()
		switch {
		case err != nil || !more:
			return count, err
		case f == formCollection:
			err = r.shape(name, false, depth)
		case gmlForm(name) != members[f]:
			err = syntaxError(0, "the shape has members of another kind")
		default:
			err = r.part(members[f], false, depth)
		}
		if err != nil {
			return 0, err
		}
		count++
	}
}

// ring reads the ring in the current element, which is an exterior if it is the
// first one.
func (r *gmlReader) ring(name []byte, first bool) (count int, err error) {
	if string(name) != "exterior" && string(name) != "interior" || first != (string(name) == "exterior") {
		return 0, syntaxError(0, "a polygon has one exterior and then interiors")
	}
	for {
		name, more, err := r.child()
		switch {
		case err != nil:
			return 0, err
		case !more && count == 0:
			return 0, syntaxError(0, "expected a LinearRing")
		case !more:
			return count, nil
		case gmlForm(name) != formRing || count > 0:
			return 0, syntaxError(0, "expected one LinearRing")
		}
		if err := r.part(formRing, false, 0); err != nil {
			return 0, err
		}
		count++
	}
}

// positions reads the positions in the current element.
func (r *gmlReader) positions(f form, name []byte) (count int, err error) {
	switch string(name) {
	case "pos":
		text, err := r.x.Text()
		if err != nil {
			return 0, err
		}
		numbers, n, rest, err := r.numbers(text, 4)
		switch {
		case err != nil || n == 0:
			return 0, err
		case len(rest) > 0:
			return 0, syntaxError(0, "a position has at most four numbers")
		}
		return 1, r.add(numbers, n)
	case "posList":
		if f != formPoint {
			return r.positionList()
		}
	case "pointProperty", "pointRep":
		if f != formPoint {
			return r.points()
		}
	}
	return 0, syntaxError(0, "expected the positions of the shape")
}

// positionList reads a posList, whose positions have as many numbers as
// srsDimension says.
func (r *gmlReader) positionList() (count int, err error) {
	dimension := 2
	for _, name := range [...]string{"srsDimension", "dimension"} {
		if value, ok := r.x.Attribute(name); ok {
			value = bytes.TrimSpace(value)
			if len(value) != 1 || value[0] < '2' || value[0] > '4' {
				return 0, syntaxError(0, "a position has two to four numbers")
			}
			dimension = int(value[0] - '0')
		}
	}
	text, err := r.x.Text()
	if err != nil {
		return 0, err
	}
	for {
		numbers, n, rest, err := r.numbers(text, dimension)
		switch {
		case err != nil || n == 0:
			return count, err
		case n < dimension:
			return 0, syntaxError(0, "the last position has too few numbers")
		}
		if err := r.add(numbers, n); err != nil {
			return 0, err
		}
		count++
		text = rest
	}
}

// points reads the Point in a property of a line, which is one position.
func (r *gmlReader) points() (count int, err error) {
	for {
		name, more, err := r.child()
		switch {
		case err != nil:
			return 0, err
		case !more && count != 1:
			return 0, syntaxError(0, "expected one Point")
		case !more:
			return 1, nil
		case gmlForm(name) != formPoint:
			return 0, syntaxError(0, "expected one Point")
		}
		if err := r.srsName(false); err != nil {
			return 0, err
		}
		for {
			name, more, err := r.child()
			if err != nil {
				return 0, err
			}
			if !more {
				break
			}
			n, err := r.positions(formPoint, name)
			if err != nil {
				return 0, err
			}
			count += n
		}
	}
}

// numbers reads up to most numbers, at most four, from text and returns how many
// there were and what is behind them. A third or fourth number may be absent,
// which NaN stands for.
func (r *gmlReader) numbers(text []byte, most int) (all [4]float64, n int, rest []byte, err error) {
	for {
		text = bytes.TrimLeft(text, xmlSpace)
		if len(text) == 0 || n == most {
			return all, n, text, nil
		}
		end := bytes.IndexAny(text, xmlSpace)
		if end < 0 {
			end = len(text)
		}
		word := viewString(text[:end])
		if word == "NaN" && n >= 2 {
			all[n] = absent
		} else {
			scanned, err := scanWhole(word)
			if err != nil {
				return all, 0, nil, err
			}
			if all[n], err = floatFromScan(word, scanned, 64); err != nil {
				return all, 0, nil, err
			}
		}
		n++
		text = text[end:]
	}
}

// add adds the position with the first n of these numbers, of which the latitude
// comes first on the earth.
func (r *gmlReader) add(numbers [4]float64, n int) error {
	if n < 2 {
		return syntaxError(0, "a position has at least two numbers")
	}
	place := position{numbers[0], numbers[1], absent, absent}
	if r.build.geography {
		place.x, place.y = place.y, place.x
	}
	if n > 2 {
		place.z = numbers[2]
	}
	if n > 3 {
		place.m = numbers[3]
	}
	if reason := r.build.add(place); reason != "" {
		return syntaxError(0, reason)
	}
	return nil
}
