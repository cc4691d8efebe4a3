// Package memory is the provider over Go values: slices, functions that compute
// entities for each request, sequences, and rows of a model that no Go type
// stands for. It needs no other store, so examples and tests run with it alone,
// and it is the measure of all other providers: whatever a query means, a set
// made here answers it that way.
//
//	memory.Set("Products", products, memory.OrderBy("Name"))
//	memory.Func("sessioninfo", func(ctx context.Context) ([]Session, error) { ... })
//
// Sets are read-only. The constructors never fail and never panic: what is wrong
// with a type, a row or an option is kept in the set's Schema.Err, all of it, and
// surfaces when the service starts.
//
// # What a read does
//
// A reader performs filter, total, order, after, skip and top itself, with the
// expressions of package eval. What looks through navigation properties it hands
// back as the result's Rest: the rows at the other end are another set's. The
// same holds for expansions.
//
// Rows stream: without an order to establish, a read takes a fixed number of
// allocations however many rows there are. With one it keeps references, not
// rows: twice as many as the page reaches into the order, but at least a few
// hundred, or those of all matches when nothing limits them. A [Set] and [Rows]
// remember the first few orders asked for, so that their pages cost no sorting
// at any depth, and find an entity by key without a scan.
//
// Import rule: this package may import odata, odata/eval, odata/typed, metadata
// and metadata/edm.
package memory
