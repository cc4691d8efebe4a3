// Package bind gives a request's syntax its meaning: it resolves every name of
// a [uri.Request] against one model, checks every type, and yields an
// [odata.Request] with its query and projection. It touches no data.
//
// A [Binder] is made once per service. It prepares what does not depend on a
// request: for each entity set the default fields, projection and order, for
// each entity type the variable $it and its members. A request looks those up
// and shares them.
//
// # Expressions
//
// In a bound expression all operands have the types their operator needs.
// Numeric promotion is explicit, as [odata.Convert]. A number written without
// a suffix has no conversion: it is read again as the type of the other side,
// so that "Credit gt 1.10" compares decimals exactly. A null has the type of
// the other side. Sources: OData V3 URI conventions, $filter; CSDL 3.0.
//
// Undeclared properties of open types are [odata.Dynamic], whose type only the
// value knows. They may stand wherever a single primitive value may, and nothing
// is converted around them, nor around arithmetic and negation that contain
// them: evaluators see their values' kinds. A function of one gets the first
// overload that its other arguments fit.
//
// # Errors
//
// All errors are *odata.Error. The mistakes, their codes and their words are in
// errors.go. Target says where: "$filter[9:14]" counts bytes of the option's
// decoded text, "path[3:9]" bytes of the escaped path.
//
// Import rule: this package may import odata, odata/uri, metadata and
// metadata/edm.
package bind
