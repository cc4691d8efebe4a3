// Package sqldb serves entity sets from the tables of a database. The whole
// query is run there, and rows go from the cursor to the client one at a time.
//
//	db, err := sqlite.Open("shop.db", sqlite.Options{Call: sqldb.Call})
//	store, err := sqldb.NewStore(db, model, sqldb.Table("Orders", "order_head"))
//	sets := store.Sets(sqldb.Guard(odata.Public()))
//
// A set over one table from a Go struct needs no model, see [Set]. [Check] compares
// either with the tables that are there, and the Explainer of a set shows the
// statements that a query becomes.
//
// # What a read does
//
// A query becomes one statement, with the meaning that package eval gives it: null
// and NaN compare as there, nulls are sorted first, positions in texts count UTF-16
// code units, letters have no language, and numbers that overflow fail. Where a
// database has no function that means the same for all values, SQLite calls
// package eval (see [Call]); what PostgreSQL has no SQL for is left over, together
// with all later clauses: "testdata/not pushed down.txt" lists it, and testdata/compile
// shows statements.
//
// What is left over is finished by package eval: by the service, from the result's Rest,
// or, where it looks at related entities along paths that lead to one each, by the store
// itself, which joins what it reads of them. The store holds up to 50,000 entities for an
// order or a total then. The one thing that is refused, with 501, is any or all of
// related entities that has no SQL, or stands behind a condition or in an order that
// has none; and so are paths to more than two dozen entities at once.
//
// Constants are parameters. Queries that differ in nothing else have one shape, one
// plan and one prepared statement; the plans used last are kept. Lists of constants
// are padded to powers of two.
//
// A total is read with the first row, in the same statement. So is what $expand leads
// to where that is one entity at most, found by its key: it is joined, and a guard that
// hides it is a condition of the join. [Store]'s sets follow all other navigation
// properties from up to 256 entities with one statement.
//
// # Conditions that fail
//
// Conditions that may fail, as numbers overflow or are divided by zero, are evaluated in
// their order and for no entity that others exclude: what a guard hides must not show in
// an error. That a condition cannot be computed for an entity is part of its meaning:
// the query is refused, and no operand is passed over because another one is null. It
// may be answered all the same, as if the condition were computed for other entities
// only, where one of these spares it the entity: a page that ends before, an order, the
// key, or an element of an any or all that decides it; which one that is, is up to the
// database.
//
// # Computed properties
//
// A property that is a function of stored facts and of the request, such as a status
// that depends on the clock, need not be stored: see [Computed]. Its SQL stands where
// others have a column, in filters, orders, counts, guards and answers, and what it
// needs of the request is a parameter. No index serves it; conditions on facts beside
// it can have one.
//
// # What a database does not keep
//
// The zone of a DateTime or DateTimeOffset is not stored: it comes back as UTC, or
// as no zone, and functions such as hour look at that. PostgreSQL keeps
// microseconds and no NUL in texts; comparisons with constants between two values
// that it can hold are exact all the same. SQLite does not keep the sign of zero, and
// compares times as the texts that they are stored as: [Check] finds columns in which
// other programs write them in another way.
// Where $orderby leaves ties and nothing cuts the feed, their order is the
// database's.
//
// To-one links are joined by the key of the other end, which a store made by
// [Store.Schema] makes unique; in a database of other origin a second row with the
// same link would show its entity twice.
//
// Import rule: odata, odata/eval, odata/typed and below. The drivers are in
// packages sqlite and postgres, which know nothing of OData's queries.
package sqldb
