package edm

import "strconv"

// AppendGML appends s as the GML element that Atom and XML payloads of OData V3
// hold, with the prefix gml, which the root element must bind to
// http://www.opengis.net/gml:
//
//	<gml:Point gml:srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><gml:pos>64.1 142.1</gml:pos></gml:Point>
//
// On the earth the latitude comes first, unlike in WKT and GeoJSON; in a plane x
// does. Each position is a pos element of its own, with NaN for an absent Z
// before an M. The zero Spatial appends nothing.
//
// Source: OData V3, Atom format; the choice among the forms that GML allows is
// that of the writer behind WCF Data Services.
func AppendGML(dst []byte, s Spatial) []byte {
	if s.kind == KindNull {
		return dst
	}
	g := gmlWriter{latitudeFirst: s.kind.IsGeography()}
	if s.shape == nil {
		dst = append(dst, `<gml:Point`...)
		dst = appendSRSName(dst, s.srid)
		dst = g.appendPosition(append(dst, '>'), position{s.x, s.y, absent, absent})
		return append(dst, `</gml:Point>`...)
	}
	g.walker = s.shape.walk()
	return g.appendPart(dst, s.srid)
}

// A gmlElement is the element of a form, and the one around its members if it
// has any, each with its prefix.
type gmlElement struct{ name, members string }

var gmlElements = [...]gmlElement{
	formPoint:           {name: "gml:Point"},
	formLineString:      {name: "gml:LineString"},
	formPolygon:         {name: "gml:Polygon"},
	formCollection:      {name: "gml:MultiGeometry", members: "gml:geometryMembers"},
	formMultiPoint:      {name: "gml:MultiPoint", members: "gml:pointMembers"},
	formMultiLineString: {name: "gml:MultiCurve", members: "gml:curveMembers"},
	formMultiPolygon:    {name: "gml:MultiSurface", members: "gml:surfaceMembers"},
	formRing:            {name: "gml:LinearRing"},
}

// noSRS is for the parts of a shape: only the outermost element names the
// coordinate reference system.
const noSRS = -1

var gmlPosition = positionStyle{separator: ' ', absent: "NaN"}

type gmlWriter struct {
	walker
	latitudeFirst bool
}

// appendPart appends the next part with everything in it.
func (g *gmlWriter) appendPart(dst []byte, srid int32) []byte {
	p := g.part()
	element := gmlElements[p.form]
	dst = append(append(dst, '<'), element.name...)
	if srid != noSRS {
		dst = appendSRSName(dst, srid)
	}
	if p.count == 0 {
		switch p.form {
		case formPoint:
			dst = append(dst, "><gml:pos />"...)
		case formLineString:
			dst = append(dst, "><gml:posList />"...)
		default:
			return append(dst, " />"...)
		}
		return appendEndTag(dst, element.name)
	}
	dst = append(dst, '>')
	if element.members != "" {
		dst = append(append(append(dst, '<'), element.members...), '>')
	}
	for i := range p.count {
		switch {
		case p.form.hasPositions():
			dst = g.appendPosition(dst, g.position())
		case p.form == formPolygon:
			dst = g.appendRing(dst, i == 0)
		default:
			dst = g.appendPart(dst, noSRS)
		}
	}
	if element.members != "" {
		dst = appendEndTag(dst, element.members)
	}
	return appendEndTag(dst, element.name)
}

func (g *gmlWriter) appendRing(dst []byte, exterior bool) []byte {
	if exterior {
		return append(g.appendPart(append(dst, "<gml:exterior>"...), noSRS), "</gml:exterior>"...)
	}
	return append(g.appendPart(append(dst, "<gml:interior>"...), noSRS), "</gml:interior>"...)
}

func (g *gmlWriter) appendPosition(dst []byte, p position) []byte {
	if g.latitudeFirst {
		p.x, p.y = p.y, p.x
	}
	return append(gmlPosition.append(append(dst, "<gml:pos>"...), p), "</gml:pos>"...)
}

func appendSRSName(dst []byte, srid int32) []byte {
	dst = append(dst, ` gml:srsName="http://www.opengis.net/def/crs/EPSG/0/`...)
	return append(strconv.AppendInt(dst, int64(srid), 10), '"')
}

func appendEndTag(dst []byte, name string) []byte {
	return append(append(append(dst, "</"...), name...), '>')
}
