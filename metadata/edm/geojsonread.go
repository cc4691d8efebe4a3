package edm

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// ReadGeoJSON reads one GeoJSON object, as JSON payloads of OData V3 hold it. The
// members type, coordinates or geometries, and crs may come in any order; what
// else there is (bbox, __metadata) is ignored. Without a crs, or with null, the
// SRID is [DefaultGeographySRID] or [DefaultGeometrySRID]; in a collection the
// crs of a member must be that of the whole.
//
// It fails beyond the limits that [Spatial] states, and for features, which are
// no shapes. Errors are *SyntaxError with an offset into b and never repeat the
// text. Nothing is kept of b.
func ReadGeoJSON(b []byte, geography bool) (Spatial, error) {
	text := viewString(b)
	if !json.Valid(b) {
		return Spatial{}, syntaxError(malformedAt(b), "expected JSON")
	}
	// From here on the text is well-formed, so that reading it needs to look
	// only at what could be there.
	r := geoJSONReader{text: text, build: shapeBuilder{geography: geography, stride: 2}}
	r.srid = DefaultGeometrySRID
	if geography {
		r.srid = DefaultGeographySRID
	}
	if err := r.object(0); err != nil {
		return Spatial{}, err
	}
	return r.build.spatial(r.srid), nil
}

// malformedAt finds where b stops being JSON.
func malformedAt(b []byte) int {
	var syntax *json.SyntaxError
	if err := json.Unmarshal(b, new(any)); errors.As(err, &syntax) {
		return int(min(syntax.Offset, int64(len(b))))
	}
	return 0
}

// A geoJSONReader reads well-formed JSON from at onwards into build.
type geoJSONReader struct {
	text  string
	at    int
	srid  int32
	build shapeBuilder
}

// A geoJSONObject says where the values of the members of an object begin, 0 if
// they are missing. None can begin there, since a brace does.
type geoJSONObject struct {
	typ, coordinates, geometries, crs int
	form                              form // that typ names
}

// object reads the shape that begins here, within depth collections. It finds
// the members first, since their order is free: a text is scanned once more for
// each collection it lies in.
func (r *geoJSONReader) object(depth int) error {
	start := r.next()
	if r.text[start] != '{' {
		return syntaxError(start, "expected a GeoJSON object")
	}
	o, err := r.members()
	if err != nil {
		return err
	}
	end := r.at
	if o.typ == 0 {
		return syntaxError(start, "a GeoJSON object has a member type")
	}
	if o.crs != 0 {
		if err := r.crs(o.crs, depth); err != nil {
			return err
		}
	}
	content, name := o.coordinates, "coordinates"
	if o.form == formCollection {
		content, name = o.geometries, "geometries"
	}
	if content == 0 {
		return syntaxError(start, "a GeoJSON object of this type has a member "+name)
	}
	r.at = content
	if err := r.part(o.form, depth); err != nil {
		return err
	}
	r.at = end
	return nil
}

// members reads an object up to its end and finds those that matter.
func (r *geoJSONReader) members() (o geoJSONObject, err error) {
	r.at++
	for r.text[r.next()] != '}' {
		r.take(',')
		nameAt := r.next()
		name := r.string()
		r.take(':')
		value := r.next()
		var member *int
		switch name {
		case "type":
			member = &o.typ
		case "coordinates":
			member = &o.coordinates
		case "geometries":
			member = &o.geometries
		case "crs":
			member = &o.crs
		}
		if member != nil {
			if *member != 0 {
				return o, syntaxError(nameAt, "the member stands here twice")
			}
			*member = value
		}
		if member == &o.typ {
			if o.form = r.form(); o.form == 0 {
				return o, syntaxError(value, "expected Point, LineString, Polygon, MultiPoint, MultiLineString, "+
					"MultiPolygon or GeometryCollection")
			}
			continue
		}
		r.skip()
	}
	r.at++
	return o, nil
}

// form reads the value of the member type, 0 if it names no shape.
func (r *geoJSONReader) form() form {
	if r.text[r.at] != '"' {
		return 0
	}
	name := r.string()
	for f := formPoint; f <= formMultiPolygon; f++ {
		if name == geoJSONNames[f] {
			return f
		}
	}
	return 0
}

// part reads coordinates or geometries.
func (r *geoJSONReader) part(f form, depth int) error {
	start := r.next()
	if f == formCollection {
		if depth == MaxSpatialDepth {
			return syntaxError(start, reasonTooDeep)
		}
		depth++
	}
	if r.text[start] != '[' {
		return syntaxError(start, "expected an array")
	}
	index, reason := r.build.open(f)
	if reason != "" {
		return syntaxError(start, reason)
	}
	count := 0
	if f == formPoint {
		if !r.isEmptyArray() {
			if err := r.position(); err != nil {
				return err
			}
			count = 1
		}
	} else {
		r.at++
		for ; r.text[r.next()] != ']'; count++ {
			r.take(',')
			if err := r.element(f, depth); err != nil {
				return err
			}
		}
		r.at++
	}
	if reason := r.build.close(index, count); reason != "" {
		return syntaxError(start, reason)
	}
	return nil
}

// element reads one of the positions or parts of a shape of form f.
func (r *geoJSONReader) element(f form, depth int) error {
	switch {
	case f == formCollection:
		return r.object(depth)
	case f.hasPositions():
		return r.position()
	}
	return r.part(members[f], depth)
}

// isEmptyArray consumes an array without elements if it begins here.
func (r *geoJSONReader) isEmptyArray() bool {
	start := r.at
	r.at++
	if r.text[r.next()] == ']' {
		r.at++
		return true
	}
	r.at = start
	return false
}

// position reads an array of two to four numbers, of which the third and fourth
// may be null.
func (r *geoJSONReader) position() error {
	start := r.next()
	if r.text[start] != '[' {
		return syntaxError(start, "expected a position, which is an array of numbers")
	}
	r.at++
	place := position{absent, absent, absent, absent}
	numbers := [...]*float64{&place.x, &place.y, &place.z, &place.m}
	count := 0
	for ; r.text[r.next()] != ']'; count++ {
		r.take(',')
		at := r.next()
		switch c := r.text[at]; {
		case count == len(numbers):
			return syntaxError(at, "a position has at most four numbers")
		case c == 'n' && count >= 2:
			r.at += len("null")
		case c != '-' && !isDigit(c):
			return syntaxError(at, "expected a number")
		default:
			n, _ := scanNumber(r.text[at:], strictNumber) // the text is JSON, whose numbers are strict
			f, err := floatFromScan(r.text[at:], n, 64)
			if err != nil {
				return shifted(err, at)
			}
			*numbers[count] = f
			r.at += n.end
		}
	}
	if count < 2 {
		return syntaxError(start, "a position has at least two numbers")
	}
	r.at++
	if reason := r.build.add(place); reason != "" {
		return syntaxError(start, reason)
	}
	return nil
}

// crs reads the coordinate reference system that begins at start.
func (r *geoJSONReader) crs(start, depth int) error {
	r.at = start
	if r.text[start] == 'n' {
		return nil
	}
	r.skip()
	var crs struct {
		Type       string
		Properties struct{ Name string }
	}
	err := json.Unmarshal([]byte(r.text[start:r.at]), &crs)
	srid, ok := epsgNumber(crs.Properties.Name)
	switch {
	case err != nil || crs.Type != "name" || !ok:
		return syntaxError(start, `expected a crs like {"type":"name","properties":{"name":"EPSG:4326"}}`)
	case depth > 0 && srid != r.srid:
		return syntaxError(start, "the crs differs from that of the collection")
	}
	r.srid = srid
	return nil
}

// epsgNumber reads the n of EPSG:n.
func epsgNumber(name string) (srid int32, ok bool) {
	digits, ok := strings.CutPrefix(name, "EPSG:")
	if !ok || digits == "" || skipDigits(digits, 0) != len(digits) {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	return int32(n), err == nil
}

// next moves to the next character that is not blank and returns its place.
func (r *geoJSONReader) next() int {
	for isBlank(r.text[r.at]) {
		r.at++
	}
	return r.at
}

// take consumes the character c if it comes next.
func (r *geoJSONReader) take(c byte) {
	if r.text[r.next()] == c {
		r.at++
	}
}

// string consumes the string that begins here.
func (r *geoJSONReader) string() string {
	start := r.at
	r.skip()
	quoted := r.text[start:r.at]
	if strings.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal([]byte(quoted), &text) // it is well-formed, so this cannot fail
	return text
}

// skip consumes the value that begins here, however deep it is.
func (r *geoJSONReader) skip() {
	for depth := 0; ; {
		switch c := r.text[r.at]; c {
		case '"':
			r.skipString()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case ',', ':', ' ', '\t', '\r', '\n':
			r.at++
			continue
		default: // a number, true, false or null
			for r.at < len(r.text) && strings.IndexByte(",]} \t\r\n", r.text[r.at]) < 0 {
				r.at++
			}
		}
		if depth == 0 {
			return
		}
	}
}

func (r *geoJSONReader) skipString() {
	r.at++
	for r.text[r.at] != '"' {
		if r.text[r.at] == '\\' {
			r.at++
		}
		r.at++
	}
	r.at++
}
