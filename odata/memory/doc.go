// Package memory is the provider over Go values: slices, functions that compute
// entities for each request, sequences, rows of a model that no Go type stands
// for, and whole models with the links between their entities. It needs no other
// store, so examples and tests run with it alone, and it is the measure of all
// other providers: whatever a query means, a set made here answers it that way.
//
//	memory.Set("Products", products, memory.OrderBy("Name"))
//	memory.Func("sessioninfo", func(ctx context.Context) ([]Session, error) { ... })
//	memory.NewStore(model, memory.Data{Entities: ..., Links: ..., Streams: ...})
//
// Single sets are read-only; those of a [Store] can be changed, unless [ReadOnly]
// says otherwise. The constructors of single sets never fail and never panic: what is wrong with a type, a row or an option is kept in the set's
// Schema.Err, all of it, and surfaces when the service starts. [NewStore] returns
// it.
//
// # What a read does
//
// A reader performs filter, total, order, after, skip and top itself, with the
// expressions of package eval. Expansions it hands back as the result's Rest,
// and so does a single set with what looks through navigation properties: the
// rows at the other end are another set's. A [Store] has them all, and follows
// the links.
//
// Rows stream: without an order to establish, a read takes a fixed number of
// allocations however many rows there are. With one it keeps references, not
// rows: twice as many as the page reaches into the order, but at least a few
// hundred, or those of all matches when nothing limits them. A [Set], [Rows] and
// a [Store] remember the first few orders asked for, so that their pages cost no
// sorting at any depth, and find an entity by key without a scan.
//
// Properties that are computed, see [Computed] and [Data], are computed for each row
// that a read looks at and that is asked for them. No index or remembered order has
// them.
//
// # How a store is made
//
// A store's state is a snapshot that never changes: for each set its entities,
// each with the values of all its properties and the numbers of the entities it
// is linked to. A read takes one snapshot and visits it: conditions see the
// entities' rows as they are, and follow numbers. A condition that names the key
// of an entity at the other end of a path, as a request for Customers(1)/Orders
// makes one, is answered from that entity's links, so its cost does not depend
// on how many orders there are.
//
// # What a write does
//
// A transaction works on its own successor of the current snapshot and publishes
// it by swapping one pointer. Transactions run one after the other; reads never
// wait for them and see one state from their first row to their last. What a
// write does not touch, the two states share: entities stand in leaves of 256,
// orders by key and long lists of links in chunks of up to 512 numbers, and a
// write copies those it changes and the lists of them. So it takes microseconds
// in a set of 100,000 entities. What an index remembers of orders other than the
// key's is forgotten when values change.
//
// Numbers are in the order of arrival, which is that of feeds that ask for none.
// A deletion leaves a gap; when most numbers of a set are gaps, the transaction
// that made the last of them numbers its entities anew.
//
// Multiplicities and references are looked at when the transaction ends, for the
// entities it has touched: the order of its writes is free. Every write by itself
// is all or nothing, so a transaction can go on after one that failed.
//
// Import rule: this package may import odata, odata/eval, odata/typed, metadata
// and metadata/edm.
package memory
