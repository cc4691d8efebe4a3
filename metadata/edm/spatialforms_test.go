package edm_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

// spatialForms has every shape in its three written forms. GML is without the
// prefix gml: and GeoJSON without its crs; {} stands for the attribute srsName.
var spatialForms = []struct {
	name, wkt string
	geography bool
	kind      edm.Kind
	json, gml string
	why       string
}{{
	name: "point", wkt: "SRID=4326;POINT(-122.03547668457 47.6316604614258)", geography: true, kind: edm.KindGeographyPoint,
	json: `{"type":"Point","coordinates":[-122.03547668457,47.6316604614258]}`,
	gml:  `<Point {}><pos>47.6316604614258 -122.03547668457</pos></Point>`,
	why:  "GML has the latitude first",
}, {
	name: "plane point", wkt: "SRID=0;POINT(1.5 -2)", kind: edm.KindGeometryPoint,
	json: `{"type":"Point","coordinates":[1.5,-2]}`,
	gml:  `<Point {}><pos>1.5 -2</pos></Point>`,
	why:  "x before y everywhere",
}, {
	name: "large and small", wkt: "SRID=0;POINT(1E+16 -1.5E-07)", kind: edm.KindGeometryPoint,
	json: `{"type":"Point","coordinates":[1E+16,-1.5E-07]}`,
	gml:  `<Point {}><pos>1E+16 -1.5E-07</pos></Point>`,
	why:  "numbers as everywhere in the protocol",
}, {
	name: "Z", wkt: "SRID=4326;POINT(1 2 3)", geography: true, kind: edm.KindGeographyPoint,
	json: `{"type":"Point","coordinates":[1,2,3]}`,
	gml:  `<Point {}><pos>2 1 3</pos></Point>`,
	why:  "the third number",
}, {
	name: "Z and M", wkt: "SRID=4326;POINT(1 2 3 4)", geography: true, kind: edm.KindGeographyPoint,
	json: `{"type":"Point","coordinates":[1,2,3,4]}`,
	gml:  `<Point {}><pos>2 1 3 4</pos></Point>`,
	why:  "the third and fourth number",
}, {
	name: "M", wkt: "SRID=4326;POINT(1 2 null 4)", geography: true, kind: edm.KindGeographyPoint,
	json: `{"type":"Point","coordinates":[1,2,null,4]}`,
	gml:  `<Point {}><pos>2 1 NaN 4</pos></Point>`,
	why:  "the fourth number without the third",
}, {
	name: "empty point", wkt: "SRID=4326;POINT EMPTY", geography: true, kind: edm.KindGeographyPoint,
	json: `{"type":"Point","coordinates":[]}`,
	gml:  `<Point {}><pos /></Point>`,
	why:  "an element without content",
}, {
	name: "line", wkt: "SRID=4326;LINESTRING(1 2,3 4,5 6)", geography: true, kind: edm.KindGeographyLineString,
	json: `{"type":"LineString","coordinates":[[1,2],[3,4],[5,6]]}`,
	gml:  `<LineString {}><pos>2 1</pos><pos>4 3</pos><pos>6 5</pos></LineString>`,
	why:  "a pos for each position",
}, {
	name: "mixed line", wkt: "SRID=0;LINESTRING(1 2,3 4 5,6 7 null 8,9 10)", kind: edm.KindGeometryLineString,
	json: `{"type":"LineString","coordinates":[[1,2],[3,4,5],[6,7,null,8],[9,10]]}`,
	gml:  `<LineString {}><pos>1 2</pos><pos>3 4 5</pos><pos>6 7 NaN 8</pos><pos>9 10</pos></LineString>`,
	why:  "each position has what it has",
}, {
	name: "empty line", wkt: "SRID=4326;LINESTRING EMPTY", geography: true, kind: edm.KindGeographyLineString,
	json: `{"type":"LineString","coordinates":[]}`,
	gml:  `<LineString {}><posList /></LineString>`,
	why:  "a list without places",
}, {
	name: "polygon", wkt: "SRID=4326;POLYGON((0 0,4 0,4 5,0 0))", geography: true, kind: edm.KindGeographyPolygon,
	json: `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,5],[0,0]]]}`,
	gml: `<Polygon {}><exterior><LinearRing><pos>0 0</pos><pos>0 4</pos><pos>5 4</pos><pos>0 0</pos>` +
		`</LinearRing></exterior></Polygon>`,
	why: "one ring",
}, {
	name: "polygon with a hole", wkt: "SRID=0;POLYGON((0 0,9 0,9 9,0 0),(2 1,3 1,3 2,2 1),(5 1,6 1,6 2,5 1))", kind: edm.KindGeometryPolygon,
	json: `{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[2,1],[3,1],[3,2],[2,1]],[[5,1],[6,1],[6,2],[5,1]]]}`,
	gml: `<Polygon {}><exterior><LinearRing><pos>0 0</pos><pos>9 0</pos><pos>9 9</pos><pos>0 0</pos></LinearRing></exterior>` +
		`<interior><LinearRing><pos>2 1</pos><pos>3 1</pos><pos>3 2</pos><pos>2 1</pos></LinearRing></interior>` +
		`<interior><LinearRing><pos>5 1</pos><pos>6 1</pos><pos>6 2</pos><pos>5 1</pos></LinearRing></interior></Polygon>`,
	why: "the first ring is the exterior",
}, {
	name: "empty polygon", wkt: "SRID=4326;POLYGON EMPTY", geography: true, kind: edm.KindGeographyPolygon,
	json: `{"type":"Polygon","coordinates":[]}`,
	gml:  `<Polygon {} />`,
	why:  "no ring",
}, {
	name: "points", wkt: "SRID=4326;MULTIPOINT((1 2),EMPTY,(3 4))", geography: true, kind: edm.KindGeographyMultiPoint,
	json: `{"type":"MultiPoint","coordinates":[[1,2],[],[3,4]]}`,
	gml: `<MultiPoint {}><pointMembers><Point><pos>2 1</pos></Point><Point><pos /></Point>` +
		`<Point><pos>4 3</pos></Point></pointMembers></MultiPoint>`,
	why: "only the outermost element names the system",
}, {
	name: "no points", wkt: "SRID=4326;MULTIPOINT EMPTY", geography: true, kind: edm.KindGeographyMultiPoint,
	json: `{"type":"MultiPoint","coordinates":[]}`,
	gml:  `<MultiPoint {} />`,
	why:  "no members",
}, {
	name: "lines", wkt: "SRID=0;MULTILINESTRING((1 2,3 4),(5 6,7 8 9),EMPTY)", kind: edm.KindGeometryMultiLineString,
	json: `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8,9]],[]]}`,
	gml: `<MultiCurve {}><curveMembers><LineString><pos>1 2</pos><pos>3 4</pos></LineString>` +
		`<LineString><pos>5 6</pos><pos>7 8 9</pos></LineString><LineString><posList /></LineString></curveMembers></MultiCurve>`,
	why: "GML calls them curves",
}, {
	name: "no lines", wkt: "SRID=0;MULTILINESTRING EMPTY", kind: edm.KindGeometryMultiLineString,
	json: `{"type":"MultiLineString","coordinates":[]}`,
	gml:  `<MultiCurve {} />`,
	why:  "no members",
}, {
	name: "polygons", wkt: "SRID=4326;MULTIPOLYGON(((0 0,4 0,4 5,0 0)),EMPTY,((10 0,14 0,14 5,10 0),(12 1,13 1,13 2,12 1)))", geography: true, kind: edm.KindGeographyMultiPolygon,
	json: `{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,5],[0,0]]],[],[[[10,0],[14,0],[14,5],[10,0]],[[12,1],[13,1],[13,2],[12,1]]]]}`,
	gml: `<MultiSurface {}><surfaceMembers>` +
		`<Polygon><exterior><LinearRing><pos>0 0</pos><pos>0 4</pos><pos>5 4</pos><pos>0 0</pos></LinearRing></exterior></Polygon><Polygon />` +
		`<Polygon><exterior><LinearRing><pos>0 10</pos><pos>0 14</pos><pos>5 14</pos><pos>0 10</pos></LinearRing></exterior>` +
		`<interior><LinearRing><pos>1 12</pos><pos>1 13</pos><pos>2 13</pos><pos>1 12</pos></LinearRing></interior></Polygon>` +
		`</surfaceMembers></MultiSurface>`,
	why: "GML calls them surfaces",
}, {
	name: "no polygons", wkt: "SRID=4326;MULTIPOLYGON EMPTY", geography: true, kind: edm.KindGeographyMultiPolygon,
	json: `{"type":"MultiPolygon","coordinates":[]}`,
	gml:  `<MultiSurface {} />`,
	why:  "no members",
}, {
	name: "collection",
	wkt:  "SRID=4326;GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4),GEOMETRYCOLLECTION(MULTIPOINT((5 6)),GEOMETRYCOLLECTION EMPTY),POLYGON EMPTY)", geography: true, kind: edm.KindGeographyCollection,
	json: `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]},` +
		`{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[5,6]]},{"type":"GeometryCollection","geometries":[]}]},` +
		`{"type":"Polygon","coordinates":[]}]}`,
	gml: `<MultiGeometry {}><geometryMembers><Point><pos>2 1</pos></Point><LineString><pos>2 1</pos><pos>4 3</pos></LineString>` +
		`<MultiGeometry><geometryMembers><MultiPoint><pointMembers><Point><pos>6 5</pos></Point></pointMembers></MultiPoint><MultiGeometry />` +
		`</geometryMembers></MultiGeometry><Polygon /></geometryMembers></MultiGeometry>`,
	why: "members are objects and have words",
}, {
	name: "plane collection", wkt: "SRID=27700;GEOMETRYCOLLECTION(MULTILINESTRING((1 2,3 4)))", kind: edm.KindGeometryCollection,
	json: `{"type":"GeometryCollection","geometries":[{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}]}`,
	gml: `<MultiGeometry {}><geometryMembers><MultiCurve><curveMembers><LineString><pos>1 2</pos><pos>3 4</pos></LineString>` +
		`</curveMembers></MultiCurve></geometryMembers></MultiGeometry>`,
	why: "any SRID",
}, {
	name: "plane points", wkt: "SRID=0;MULTIPOINT((1 2 3))", kind: edm.KindGeometryMultiPoint,
	json: `{"type":"MultiPoint","coordinates":[[1,2,3]]}`,
	gml:  `<MultiPoint {}><pointMembers><Point><pos>1 2 3</pos></Point></pointMembers></MultiPoint>`,
	why:  "the kind in a plane",
}, {
	name: "plane polygons", wkt: "SRID=0;MULTIPOLYGON(EMPTY)", kind: edm.KindGeometryMultiPolygon,
	json: `{"type":"MultiPolygon","coordinates":[[]]}`,
	gml:  `<MultiSurface {}><surfaceMembers><Polygon /></surfaceMembers></MultiSurface>`,
	why:  "the kind in a plane",
}, {
	name: "earth lines", wkt: "SRID=4326;MULTILINESTRING((1 2,3 4))", geography: true, kind: edm.KindGeographyMultiLineString,
	json: `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}`,
	gml:  `<MultiCurve {}><curveMembers><LineString><pos>2 1</pos><pos>4 3</pos></LineString></curveMembers></MultiCurve>`,
	why:  "the kind on the earth",
}}

func TestSpatialForms(t *testing.T) {
	kinds := map[edm.Kind]bool{}
	for _, tt := range spatialForms {
		t.Run(tt.name, func(t *testing.T) {
			s := mustSpatial(t, tt.wkt, tt.geography)
			if s.Kind() != tt.kind || s.Value().Kind() != tt.kind {
				t.Errorf("the kind of %s is %v, want %v: %s", tt.wkt, s.Kind(), tt.kind, tt.why)
			}
			kinds[s.Kind()] = true
			if diff := cmp.Diff(tt.wkt, s.String()); diff != "" {
				t.Errorf("WKT: %s (-want +got):\n%s", tt.why, diff)
			}
			srid := strings.TrimPrefix(tt.wkt[:strings.IndexByte(tt.wkt, ';')], "SRID=")
			crs := `,"crs":{"type":"name","properties":{"name":"EPSG:` + srid + `"}}}`
			if diff := cmp.Diff(strings.TrimSuffix(tt.json, "}")+crs, string(edm.AppendGeoJSON(nil, s, false))); diff != "" {
				t.Errorf("GeoJSON: %s (-want +got):\n%s", tt.why, diff)
			}
			checkPointedJSON(t, s)
			if again, err := edm.ReadGeoJSON(edm.AppendGeoJSON(nil, s, false), tt.geography); err != nil || !again.Equal(s) {
				t.Errorf("the GeoJSON of %v reads back as %v, %v", s, again, err)
			}
			gml := strings.NewReplacer("</", "</gml:", "<", "<gml:", "{}", `gml:srsName="http://www.opengis.net/def/crs/EPSG/0/`+srid+`"`).Replace(tt.gml)
			if diff := cmp.Diff(gml, string(edm.AppendGML(nil, s))); diff != "" {
				t.Errorf("GML: %s (-want +got):\n%s", tt.why, diff)
			}
			checkXML(t, edm.AppendGML(nil, s))
		})
	}
	for k := edm.KindNull; k <= edm.KindCollection; k++ {
		if k.IsSpatial() && k != edm.KindGeography && k != edm.KindGeometry && !kinds[k] {
			t.Errorf("no row is an %v", k)
		}
	}
}

// checkPointedJSON checks that the two number styles of GeoJSON are the same
// JSON, and that in the one for JSON light each number has a point or exponent.
func checkPointedJSON(t *testing.T, s edm.Spatial) {
	t.Helper()
	var plain, pointed any
	text := edm.AppendGeoJSON(nil, s, true)
	if err := json.Unmarshal(edm.AppendGeoJSON(nil, s, false), &plain); err != nil {
		t.Fatalf("the GeoJSON of %v: %v", s, err)
	}
	if err := json.Unmarshal(text, &pointed); err != nil {
		t.Fatalf("the pointed GeoJSON of %v: %v", s, err)
	}
	if diff := cmp.Diff(plain, pointed); diff != "" {
		t.Errorf("the two styles differ:\n%s", diff)
	}
	tokens := json.NewDecoder(bytes.NewReader(text))
	tokens.UseNumber()
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if number, ok := token.(json.Number); ok && !strings.ContainsAny(number.String(), ".E") {
			t.Errorf("%s stands in %s, want a point or an exponent", number, text)
		}
	}
	members := "{" + string(edm.AppendGeoJSONMembers([]byte(`"__metadata":{"type":"`+s.Kind().String()+`"},`), s, true)) + "}"
	if again, err := edm.ReadGeoJSON([]byte(members), s.Kind().IsGeography()); err != nil || !again.Equal(s) {
		t.Errorf("%s reads back as %v, %v", members, again, err)
	}
}

// checkXML checks that text is well-formed where gml is declared, and that all
// of it lies in that namespace.
func checkXML(t *testing.T, text []byte) {
	t.Helper()
	const space = "http://www.opengis.net/gml"
	decoder := xml.NewDecoder(strings.NewReader(`<d xmlns:gml="` + space + `">` + string(text) + `</d>`))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local == "d" {
			continue
		}
		names := []xml.Name{start.Name}
		for _, attribute := range start.Attr {
			names = append(names, attribute.Name)
		}
		for _, name := range names {
			if name.Space != space {
				t.Errorf("%s lies in %q, not in the namespace of GML", name.Local, name.Space)
			}
		}
	}
}

// The forms as a public demo service of the protocol writes them.
func TestSpatialFormsOnTheWire(t *testing.T) {
	s, err := edm.NewGeographyPoint(edm.DefaultGeographySRID, -122.03547668457, 47.6316604614258)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, got, want string }{
		{"GML", string(edm.AppendGML(nil, s)), `<gml:Point gml:srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><gml:pos>47.6316604614258 -122.03547668457</gml:pos></gml:Point>`},
		{"verbose", "{" + string(edm.AppendGeoJSONMembers([]byte(`"__metadata":{"type":"Edm.GeographyPoint"},`), s, false)) + "}",
			`{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[-122.03547668457,47.6316604614258],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	whole := mustSpatial(t, "POINT(142 -0)", true)
	if got, want := string(edm.AppendGeoJSON(nil, whole, true)), `{"type":"Point","coordinates":[142.0,-0.0],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`; got != want {
		t.Errorf("in JSON light a whole coordinate is %s, want %s", got, want)
	}
}
