package edm

// A Kind is one of the types a [Value] can have: the primitive types of the
// Entity Data Model, and the two shapes built from them.
type Kind uint8

// The kinds. KindNull is the kind of [Null] only: a null has no type of its
// own and takes that of its surroundings.
const (
	KindNull Kind = iota
	KindBinary
	KindBoolean
	KindByte
	KindDateTime
	KindDateTimeOffset
	KindDecimal
	KindDouble
	KindGuid
	KindInt16
	KindInt32
	KindInt64
	KindSByte
	KindSingle
	KindString
	KindTime
	KindStream

	KindGeography
	KindGeographyPoint
	KindGeographyLineString
	KindGeographyPolygon
	KindGeographyCollection
	KindGeographyMultiPoint
	KindGeographyMultiLineString
	KindGeographyMultiPolygon

	KindGeometry
	KindGeometryPoint
	KindGeometryLineString
	KindGeometryPolygon
	KindGeometryCollection
	KindGeometryMultiPoint
	KindGeometryMultiLineString
	KindGeometryMultiPolygon

	KindComplex
	KindCollection
)

var kindNames = [...]string{
	KindNull:           "Edm.Null",
	KindBinary:         "Edm.Binary",
	KindBoolean:        "Edm.Boolean",
	KindByte:           "Edm.Byte",
	KindDateTime:       "Edm.DateTime",
	KindDateTimeOffset: "Edm.DateTimeOffset",
	KindDecimal:        "Edm.Decimal",
	KindDouble:         "Edm.Double",
	KindGuid:           "Edm.Guid",
	KindInt16:          "Edm.Int16",
	KindInt32:          "Edm.Int32",
	KindInt64:          "Edm.Int64",
	KindSByte:          "Edm.SByte",
	KindSingle:         "Edm.Single",
	KindString:         "Edm.String",
	KindTime:           "Edm.Time",
	KindStream:         "Edm.Stream",

	KindGeography:                "Edm.Geography",
	KindGeographyPoint:           "Edm.GeographyPoint",
	KindGeographyLineString:      "Edm.GeographyLineString",
	KindGeographyPolygon:         "Edm.GeographyPolygon",
	KindGeographyCollection:      "Edm.GeographyCollection",
	KindGeographyMultiPoint:      "Edm.GeographyMultiPoint",
	KindGeographyMultiLineString: "Edm.GeographyMultiLineString",
	KindGeographyMultiPolygon:    "Edm.GeographyMultiPolygon",

	KindGeometry:                "Edm.Geometry",
	KindGeometryPoint:           "Edm.GeometryPoint",
	KindGeometryLineString:      "Edm.GeometryLineString",
	KindGeometryPolygon:         "Edm.GeometryPolygon",
	KindGeometryCollection:      "Edm.GeometryCollection",
	KindGeometryMultiPoint:      "Edm.GeometryMultiPoint",
	KindGeometryMultiLineString: "Edm.GeometryMultiLineString",
	KindGeometryMultiPolygon:    "Edm.GeometryMultiPolygon",

	KindComplex:    "a complex type",
	KindCollection: "a collection",
}

// String returns the qualified name, such as Edm.Int32. The kinds that name no
// type read as a description: Edm.Null, a complex type, a collection.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "an unknown kind"
}

// ParseKind finds the primitive type with the given qualified name, such as
// Edm.Int32. Names are case-sensitive. Edm.Stream and the spatial types are
// primitive types; Edm.Null is not.
func ParseKind(qualified string) (Kind, bool) {
	for k := KindBinary; k.IsPrimitive(); k++ {
		if kindNames[k] == qualified {
			return k, true
		}
	}
	return KindNull, false
}

// IsPrimitive reports whether k names a primitive type, streams and spatial
// types included.
func (k Kind) IsPrimitive() bool { return KindBinary <= k && k <= KindGeometryMultiPolygon }

// IsInteger reports whether k is Byte, SByte, Int16, Int32 or Int64.
func (k Kind) IsInteger() bool {
	switch k {
	case KindByte, KindSByte, KindInt16, KindInt32, KindInt64:
		return true
	}
	return false
}

// IsNumeric reports whether k is an integer, Single, Double or Decimal.
func (k Kind) IsNumeric() bool {
	switch k {
	case KindByte, KindSByte, KindInt16, KindInt32, KindInt64, KindSingle, KindDouble, KindDecimal:
		return true
	}
	return false
}

// IsSpatial reports whether k is one of the geography or geometry types.
func (k Kind) IsSpatial() bool { return KindGeography <= k && k <= KindGeometryMultiPolygon }

// IsGeography reports whether k is one of the geography types, whose
// coordinates lie on the round earth. The other spatial types are geometry.
func (k Kind) IsGeography() bool { return KindGeography <= k && k <= KindGeographyMultiPolygon }

// is reports whether values of kind k are values of kind base: k itself, or the
// abstract type of a spatial one.
func (k Kind) is(base Kind) bool {
	return k == base || base == KindGeography && k.IsGeography() ||
		base == KindGeometry && k.IsSpatial() && !k.IsGeography()
}
