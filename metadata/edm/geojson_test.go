package edm_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestReadGeoJSON(t *testing.T) {
	for _, tt := range []struct {
		name, in  string
		geography bool
		want      string
		why       string
	}{
		{"no crs", `{"type":"Point","coordinates":[1,2]}`, true, "SRID=4326;POINT(1 2)", "the default on the earth"},
		{"no crs in a plane", `{"type":"Point","coordinates":[1,2]}`, false, "SRID=0;POINT(1 2)", "the default in a plane"},
		{"null crs", `{"type":"Point","coordinates":[1,2],"crs":null}`, true, "SRID=4326;POINT(1 2)", "like none"},
		{"crs", `{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"EPSG:27700"}}}`, false, "SRID=27700;POINT(1 2)", "named"},
		{"any order", `{"crs":{"properties":{"name":"EPSG:7"},"type":"name"},"coordinates":[[1,2],[3,4]],"type":"LineString"}`, false, "SRID=7;LINESTRING(1 2,3 4)", "JSON has no order"},
		{"blanks", " {\n\t\"type\" : \"Point\" , \"coordinates\" : [ 1 , 2 ]\r\n} ", false, "SRID=0;POINT(1 2)", "blanks between tokens"},
		{"escapes", `{"\u0074ype":"P\u006fint","coordinates":[1,2]}`, false, "SRID=0;POINT(1 2)", "escaped names are the same names"},
		{"foreign members", `{"bbox":[0,[{"type":"x"}]],"type":"Point","a\"}":"]}","coordinates":[1,2],"n":null,"t":true,"f":-1.5e+3}`, false, "SRID=0;POINT(1 2)", "they say nothing"},
		{"verbose", `{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[1,2]}`, true, "SRID=4326;POINT(1 2)", "the caller knows the type"},
		{"number forms", `{"type":"Point","coordinates":[-0.5e1,12E-1,0]}`, false, "SRID=0;POINT(-5 1.2 0)", "JSON numbers"},
		{"null Z", `{"type":"Point","coordinates":[1,2,null]}`, false, "SRID=0;POINT(1 2)", "absent"},
		{"null M", `{"type":"Point","coordinates":[1,2,3,null]}`, false, "SRID=0;POINT(1 2 3)", "absent"},
		{"members with crs", `{"geometries":[{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"EPSG:7"}}}],"type":"GeometryCollection","crs":{"type":"name","properties":{"name":"EPSG:7"}}}`, false, "SRID=7;GEOMETRYCOLLECTION(POINT(1 2))", "the same as that of the whole"},
		{"both contents", `{"type":"GeometryCollection","coordinates":"x","geometries":[]}`, false, "SRID=0;GEOMETRYCOLLECTION EMPTY", "the type says which counts"},
		{"empty ring list", `{"type":"MultiPolygon","coordinates":[[]]}`, false, "SRID=0;MULTIPOLYGON(EMPTY)", "a polygon without rings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ReadGeoJSON([]byte(tt.in), tt.geography)
			if err != nil || got.String() != tt.want {
				t.Errorf("ReadGeoJSON(%s) = %v, %v, want %s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestReadGeoJSONRefuses(t *testing.T) {
	const crs = `{"type":"Point","coordinates":[1,2],"crs":`
	for _, tt := range []struct {
		name, in string
		offset   int
		message  string
		why      string
	}{
		{"empty", ``, 0, "JSON", "nothing"},
		{"not JSON", `{"type":"Point",}`, 17, "JSON", "where it breaks"},
		{"cut", `{"type":"Point"`, 15, "JSON", "where it breaks"},
		{"two objects", `{} {}`, 4, "JSON", "one only"},
		{"null", `null`, 0, "object", "null is the caller's"},
		{"array", ` [1,2]`, 1, "object", "a shape is an object"},
		{"text", `"POINT(1 2)"`, 0, "object", "a shape is an object"},
		{"no members", `{}`, 0, "member type", "what is it"},
		{"no type", `{"coordinates":[1,2]}`, 0, "member type", "what is it"},
		{"no coordinates", `{"type":"Point"}`, 0, "member coordinates", "where is it"},
		{"no geometries", `{"type":"GeometryCollection","coordinates":[]}`, 0, "member geometries", "what is in it"},
		{"feature", `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}`, 8, "expected Point", "no shape"},
		{"case", `{"type":"POINT","coordinates":[1,2]}`, 8, "expected Point", "exact case"},
		{"type null", `{"type":null,"coordinates":[1,2]}`, 8, "expected Point", "what is it"},
		{"type not UTF-16", `{"type":"\ud800","coordinates":[1,2]}`, 8, "expected Point", "a lone surrogate"},
		{"member twice", `{"type":"Point","coordinates":[1,2],"coordinates":[3,4]}`, 36, "twice", "which one counts"},
		{"type twice", `{"type":"Point","\u0074ype":"Point","coordinates":[1,2]}`, 16, "twice", "which one counts"},
		{"coordinates null", `{"type":"Point","coordinates":null}`, 30, "array", "not an array"},
		{"coordinates object", `{"type":"LineString","coordinates":{}}`, 35, "array", "not an array"},
		{"coordinates text", `{"type":"LineString","coordinates":"1 2"}`, 35, "array", "not an array"},
		{"one number", `{"type":"Point","coordinates":[1]}`, 30, "at least two", "two are needed"},
		{"five numbers", `{"type":"Point","coordinates":[1,2,3,4,5]}`, 39, "at most four", "four are all"},
		{"null x", `{"type":"Point","coordinates":[null,2]}`, 31, "number", "only Z and M may be absent"},
		{"text for a number", `{"type":"Point","coordinates":[1,"2"]}`, 33, "number", "not a number"},
		{"true for a number", `{"type":"Point","coordinates":[1,2,true]}`, 35, "number", "not a number"},
		{"too large", `{"type":"Point","coordinates":[1,1e400]}`, 33, "too large", "finite numbers only"},
		{"latitude", `{"type":"Point","coordinates":[1,91]}`, 30, "latitude", "the poles are the end"},
		{"too shallow", `{"type":"LineString","coordinates":[1,2]}`, 36, "position", "a line has positions"},
		{"too deep", `{"type":"Point","coordinates":[[1,2]]}`, 31, "number", "a point has numbers"},
		{"far too deep", `{"type":"MultiPolygon","coordinates":[[[[[1,2]]]]]}`, 41, "number", "three arrays around positions"},
		{"empty position", `{"type":"LineString","coordinates":[[],[]]}`, 36, "at least two", "only a point may be empty"},
		{"one position", `{"type":"LineString","coordinates":[[1,2]]}`, 35, "two positions", "no line"},
		{"open ring", `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}`, 33, "ends where it begins", "no area"},
		{"empty ring", `{"type":"Polygon","coordinates":[[]]}`, 33, "four positions", "no ring"},
		{"geometries of numbers", `{"type":"GeometryCollection","geometries":[1]}`, 43, "object", "members are shapes"},
		{"geometries object", `{"type":"GeometryCollection","geometries":{}}`, 42, "array", "not an array"},
		{"member without type", `{"type":"GeometryCollection","geometries":[{}]}`, 43, "member type", "the place of the member"},
		{"crs text", crs + `"EPSG:4326"}`, 42, "expected a crs", "an object"},
		{"crs link", crs + `{"type":"link","properties":{"name":"EPSG:4326"}}}`, 42, "expected a crs", "nothing is fetched"},
		{"crs without name", crs + `{"type":"name"}}`, 42, "expected a crs", "which one"},
		{"crs number", crs + `{"type":"name","properties":{"name":4326}}}`, 42, "expected a crs", "a text"},
		{"crs negative", crs + `{"type":"name","properties":{"name":"EPSG:-1"}}}`, 42, "expected a crs", "no number of a system"},
		{"crs beyond", crs + `{"type":"name","properties":{"name":"EPSG:2147483648"}}}`, 42, "expected a crs", "no wrap"},
		{"crs other", crs + `{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}`, 42, "expected a crs", "not a number of the EPSG"},
		{"crs of a member", `{"type":"GeometryCollection","geometries":[` + crs + `{"type":"name","properties":{"name":"EPSG:7"}}}]}`, 85, "differs", "one system for all"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ReadGeoJSON([]byte(tt.in), true)
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("ReadGeoJSON(%s) = %v, %v; want a syntax error: %s", tt.in, got, err, tt.why)
			}
			if syntax.Offset != tt.offset || !strings.Contains(syntax.Message, tt.message) {
				t.Errorf("ReadGeoJSON(%s): %v; want %q at %d: %s", tt.in, err, tt.message, tt.offset, tt.why)
			}
			if got.Kind() != edm.KindNull {
				t.Errorf("ReadGeoJSON(%s) returns %v along with its error", tt.in, got)
			}
		})
	}
}

func FuzzGeoJSON(f *testing.F) {
	for _, tt := range spatialForms {
		f.Add(edm.AppendGeoJSON(nil, mustSpatial(f, tt.wkt, tt.geography), false), tt.geography)
	}
	f.Add([]byte(`{"a":[{}],"\u0074ype":"Point","coordinates":[1,2,null,1e3],"crs":null}`), true)
	f.Fuzz(func(t *testing.T, text []byte, geography bool) {
		s, err := edm.ReadGeoJSON(text, geography)
		if err != nil {
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || s.Kind() != edm.KindNull {
				t.Fatalf("ReadGeoJSON(%q) = %v, %v", text, s, err)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("ReadGeoJSON(%q) = %v, which is not JSON", text, s)
		}
		if s.Kind().IsGeography() != geography {
			t.Fatalf("ReadGeoJSON(%q, %v) is an %v", text, geography, s.Kind())
		}
		checkSpatial(t, s)
	})
}
