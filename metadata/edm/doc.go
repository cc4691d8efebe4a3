// Package edm holds the primitive types of the Entity Data Model of OData 3.0
// as Go values.
//
// A [Value] is one value of any type, small enough to be copied and free of
// allocations, so that a row is a []Value. Each kind has one Go form: see the
// constructors ([Int32], [String], [GUID.Value], ...) and the accessors of the
// same order ([Value.Int], [Value.Str], [Value.GUID], ...). Types without an
// equivalent in Go are [GUID], [DateTime], [DateTimeOffset], [Time] and
// [Decimal], exact to the digit and with the text they came with, and [Spatial]
// for the Geography and Geometry types.
//
// Values have two written forms. The URI literal says its type, as in
// guid'…' or 7.5M: [ParseLiteral], [AppendLiteral]. The text is what XML and
// $value contain, and JSON with quotes; it needs a [Kind] to be read:
// [ParseText], [AppendText]. The text of a spatial value is its well-known text,
// and it has forms of its own in JSON and XML: [AppendGeoJSON], [AppendGML].
// Every Append function appends to a caller's buffer and allocates nothing if
// the result fits.
//
// [Distance], [Length] and [Intersects] are the spatial functions of filters.
// [Promote], [Convert], [Compare] and [Cast] are the arithmetic conventions of
// filters. Nothing here wraps around, rounds unasked, or depends on the zone
// or language of the server.
//
// Import rule: this package may import the standard library and the decimal
// arithmetic of github.com/cockroachdb/apd/v3.
package edm
