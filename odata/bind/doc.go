// Package bind gives a request's syntax its meaning: it resolves every name of
// a [uri.Request] against one model, checks every type, and yields an
// [odata.Request] with its query and projection. It touches no data.
//
// A [Binder] is made once per service. It prepares what does not depend on a
// request: for each entity set the default fields, projection and order, for
// each entity type the variable $it and its members. A request looks those up
// and shares them.
//
// # Paths
//
// A path becomes one query on the last set it comes to. What leads there is told
// by a condition on inverse navigation: Customers(1)/Orders are the orders with
// "Customer/Id eq 1". Each entity on the way is a query of its own, because it
// has to exist. Where a path goes through an operation, one of the queries
// selects from what that returns: see [odata.OperationCall].
//
// Bound paths carry no guards. [Guarded] puts them into conditions, wherever
// these look at other sets.
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
// errors.go and errors_path.go. Target says where: "$filter[9:14]" counts bytes of the option's
// decoded text, "path[3:9]" bytes of the escaped path, "n[0:3]" bytes of the
// decoded argument n of an operation.
//
// Import rule: this package may import odata, odata/uri, metadata and
// metadata/edm.
package bind
