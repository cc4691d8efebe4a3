package edm

import "strconv"

// AppendGeoJSON appends s as the GeoJSON object that both JSON formats of OData
// V3 use, longitude first and with its coordinate reference system:
//
//	{"type":"Point","coordinates":[142.1,64.1],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}
//
// A position has up to four numbers, of which the third is null where only M is
// known. What is empty has an empty array. With pointed, whole coordinates are
// written 142.0, as every Double is in JSON light; JSON verbose writes 142. The
// zero Spatial becomes null. [ReadGeoJSON] reads all of it back.
//
// Source: OData V3, JSON light and verbose formats; member order and the numbers
// in detail are those of the writer behind WCF Data Services.
func AppendGeoJSON(dst []byte, s Spatial, pointed bool) []byte {
	if s.kind == KindNull {
		return append(dst, "null"...)
	}
	return append(AppendGeoJSONMembers(append(dst, '{'), s, pointed), '}')
}

// AppendGeoJSONMembers appends what [AppendGeoJSON] does without the braces, for
// writers that put members of their own before it: JSON verbose begins with
// __metadata. The zero Spatial has no members.
func AppendGeoJSONMembers(dst []byte, s Spatial, pointed bool) []byte {
	if s.kind == KindNull {
		return dst
	}
	style := &geoJSONPosition
	if pointed {
		style = &pointedGeoJSONPosition
	}
	if s.shape == nil {
		dst = append(dst, `"type":"Point","coordinates":[`...)
		dst = style.append(dst, position{s.x, s.y, absent, absent})
		dst = append(dst, ']')
	} else {
		w := s.shape.walk()
		dst = appendGeoJSONShape(dst, &w, style)
	}
	dst = append(dst, `,"crs":{"type":"name","properties":{"name":"EPSG:`...)
	dst = strconv.AppendInt(dst, int64(s.srid), 10)
	return append(dst, `"}}`...)
}

var (
	geoJSONPosition        = positionStyle{separator: ',', absent: "null"}
	pointedGeoJSONPosition = positionStyle{separator: ',', absent: "null", pointed: true}
)

var geoJSONNames = [...]string{
	formPoint:           "Point",
	formLineString:      "LineString",
	formPolygon:         "Polygon",
	formCollection:      "GeometryCollection",
	formMultiPoint:      "MultiPoint",
	formMultiLineString: "MultiLineString",
	formMultiPolygon:    "MultiPolygon",
}

// appendGeoJSONShape appends the members type and coordinates, or geometries,
// of the next part of w.
func appendGeoJSONShape(dst []byte, w *walker, style *positionStyle) []byte {
	next := w.parts[0]
	dst = append(append(dst, `"type":"`...), geoJSONNames[next.form]...)
	if next.form != formCollection {
		return appendGeoJSONArray(append(dst, `","coordinates":`...), w, style)
	}
	w.part()
	dst = append(dst, `","geometries":[`...)
	for i := range next.count {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendGeoJSONShape(append(dst, '{'), w, style), '}')
	}
	return append(dst, ']')
}

// appendGeoJSONArray appends the coordinates of the next part of w. Those of a
// point that is not empty are a position and not an array of one.
func appendGeoJSONArray(dst []byte, w *walker, style *positionStyle) []byte {
	p := w.part()
	dst = append(dst, '[')
	for i := range p.count {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch {
		case p.form == formPoint:
			dst = style.append(dst, w.position())
		case p.form.hasPositions():
			dst = append(style.append(append(dst, '['), w.position()), ']')
		default:
			dst = appendGeoJSONArray(dst, w, style)
		}
	}
	return append(dst, ']')
}
