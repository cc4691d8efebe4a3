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
// package eval (see [Call]); what PostgreSQL has no SQL for is left to the service
// as the result's Rest, together with all later clauses. Conditions that may fail
// are evaluated in their order and for no entity that others exclude: what a guard
// hides must not show in an error. Which of the entities that any and all look at is
// the first to decide, or to fail, is up to the database. testdata/compile shows
// statements, and "testdata/not pushed down.txt" lists what is left over.
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
// that it can hold are exact all the same. SQLite does not keep the sign of zero.
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
