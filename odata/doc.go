// Package odata is the vocabulary of the OData layer: the nouns that URI
// parsing, binding, evaluation, formats, providers and the service share. Its
// subpackages are the verbs.
//
// A developer who adds an entity set needs this package, a provider such as
// [github.com/pamodata/pamodata/odata/memory], and
// [github.com/pamodata/pamodata/odata/service] to serve it.
//
// # The life of a request
//
//  1. odata/service: ServeHTTP negotiates the protocol version and finds the
//     effective method.
//  2. odata/uri parses the escaped path and the raw query into a syntax tree,
//     within limits. It knows no model.
//  3. odata/bind resolves names, overloads and numeric promotions against the
//     model and yields a [Request] with its [Query] and [Projection].
//  4. odata/service chooses the format, and joins the condition of the set's
//     [Guard] to the query.
//  5. The set's [Reader] answers with a stream of rows and an account of what it
//     left undone; odata/eval finishes that, lazily where it can.
//  6. A format of odata/format appends the rows to a buffer, which the service
//     flushes as it fills: memory does not grow with the number of rows.
//  7. An error from any step goes to one place, fail.go in odata/service.
//
// # Import rules
//
// This package imports metadata and metadata/edm, and nothing that knows HTTP:
// the vocabulary is about data. Who may import whom is tested in
// odata/architecture_test.go.
package odata
