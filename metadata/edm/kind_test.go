package edm_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestKindNames(t *testing.T) {
	seen := map[string]edm.Kind{}
	for k := edm.KindNull; k <= edm.KindCollection; k++ {
		name := k.String()
		if other, taken := seen[name]; taken {
			t.Errorf("kinds %d and %d are both called %q", other, k, name)
		}
		seen[name] = k
		parsed, ok := edm.ParseKind(name)
		if ok != k.IsPrimitive() {
			t.Errorf("ParseKind(%q) ok = %v: the names of primitive types and no others are read back", name, ok)
		}
		if ok && parsed != k {
			t.Errorf("ParseKind(%q) = %v", name, parsed)
		}
	}
	if got := (edm.KindCollection + 1).String(); got != "an unknown kind" {
		t.Errorf("a kind out of range prints %q", got)
	}
}

func TestParseKind(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     edm.Kind
		ok       bool
		why      string
	}{
		{"guid", "Edm.Guid", edm.KindGuid, true, "the name in the model, not the one Go would choose"},
		{"stream", "Edm.Stream", edm.KindStream, true, "Stream is a primitive type since V3"},
		{"spatial", "Edm.GeographyCollection", edm.KindGeographyCollection, true, "V3 spelling"},
		{"first spatial", "Edm.Geography", edm.KindGeography, true, "the base of the family is a type too"},
		{"last spatial", "Edm.GeometryMultiPolygon", edm.KindGeometryMultiPolygon, true, "the end of the list is included"},
		{"case", "edm.int32", edm.KindNull, false, "names are case-sensitive"},
		{"unqualified", "Int32", edm.KindNull, false, "only the qualified name is meant"},
		{"null", "Edm.Null", edm.KindNull, false, "no property can have this type"},
		{"complex", "a complex type", edm.KindNull, false, "a description is not a name"},
		{"empty", "", edm.KindNull, false, "nothing is not a type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edm.ParseKind(tt.in)
			if got != tt.want || ok != tt.ok {
				t.Errorf("ParseKind(%q) = %v, %v; want %v, %v: %s", tt.in, got, ok, tt.want, tt.ok, tt.why)
			}
		})
	}
}

func TestKindFamilies(t *testing.T) {
	type family struct{ integer, numeric, primitive, spatial, geography bool }
	for _, tt := range []struct {
		kind edm.Kind
		want family
		why  string
	}{
		{edm.KindNull, family{}, "null has no type"},
		{edm.KindByte, family{integer: true, numeric: true, primitive: true}, "smallest integer"},
		{edm.KindSByte, family{integer: true, numeric: true, primitive: true}, "not next to its siblings in the list"},
		{edm.KindInt16, family{integer: true, numeric: true, primitive: true}, "integer"},
		{edm.KindInt32, family{integer: true, numeric: true, primitive: true}, "integer"},
		{edm.KindInt64, family{integer: true, numeric: true, primitive: true}, "integer"},
		{edm.KindSingle, family{numeric: true, primitive: true}, "float"},
		{edm.KindDouble, family{numeric: true, primitive: true}, "float"},
		{edm.KindDecimal, family{numeric: true, primitive: true}, "exact, but no integer"},
		{edm.KindBoolean, family{primitive: true}, "not a number in OData"},
		{edm.KindString, family{primitive: true}, "text"},
		{edm.KindStream, family{primitive: true}, "primitive though it has no value"},
		{edm.KindGeography, family{primitive: true, spatial: true, geography: true}, "first of its family"},
		{edm.KindGeographyMultiPolygon, family{primitive: true, spatial: true, geography: true}, "last of its family"},
		{edm.KindGeometry, family{primitive: true, spatial: true}, "first of its family"},
		{edm.KindGeometryMultiPolygon, family{primitive: true, spatial: true}, "last of its family"},
		{edm.KindComplex, family{}, "made of others"},
		{edm.KindCollection, family{}, "made of others"},
	} {
		k := tt.kind
		got := family{k.IsInteger(), k.IsNumeric(), k.IsPrimitive(), k.IsSpatial(), k.IsGeography()}
		if got != tt.want {
			t.Errorf("%v: got %+v, want %+v: %s", k, got, tt.want, tt.why)
		}
	}
}
