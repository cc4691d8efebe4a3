package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// LiveOptions are what [ModelOf] makes of a database. The zero LiveOptions take all
// that it has.
type LiveOptions struct {
	// Namespace is that of the model. Default: Database.
	Namespace string

	// Tables are the tables and views that become sets; a foreign key to another one
	// is a property and no more. Default: all.
	Tables []string

	// Keys name the columns that tell the rows of a table or view apart, where the
	// database does not say so or others are wanted. A view has no set without.
	Keys map[string][]string

	// Types give columns another type, as in "order.placed": "Edm.DateTime", above all
	// those of SQLite that are declared as TEXT and hold something else. It must be one
	// that the column can hold.
	Types map[string]string

	// Schema is that of PostgreSQL. Its tables must be found by the search path of the
	// connections (the setting search_path of the URL), by which they are read.
	// Default: the first one in the search path.
	Schema string
}

// A LiveModel is the model of a database that was not made from one, and the options
// by which [NewStore] serves it.
type LiveModel struct {
	Model   *metadata.Model // resolved
	Options []StoreOption

	// Names are what is named otherwise in the database, by the path that [Table] and
	// [Column] have for it. Options have them too.
	Names []LiveName

	// LeftOut is what the model does not have, and why, by table and column.
	LeftOut []LeftOut

	// Views are the sets that are over a view, or something else that is no table,
	// which most databases refuse to write to.
	Views []string
}

// A LiveName is the name of a table or column behind something of the model.
type LiveName struct {
	Path string // Orders, or Orders/Unit_Price, or Order_Tags/Order/Id
	Name string
}

// LeftOut is a table, or a column or foreign key of one, that is not in the model.
type LeftOut struct {
	Table  string
	Column string // or several; empty for the table itself
	Why    string
}

// String is a line for people.
func (l LeftOut) String() string {
	if l.Column == "" {
		return fmt.Sprintf("table %q: %s", l.Table, l.Why)
	}
	return fmt.Sprintf("table %q, column %q: %s", l.Table, l.Column, l.Why)
}

// ModelOf makes a model of the tables and views of a database, for a service over
// tables that others have made:
//
//	live, err := sqldb.ModelOf(ctx, db, sqldb.LiveOptions{})
//	store, err := sqldb.NewStore(db, live.Model, live.Options...)
//
// Each table becomes an entity set of its name, and a type with the singular of that.
// The key is the primary key or, without one, a unique key of columns that are never
// null. Properties have the names of their columns; what is no identifier is changed
// into one. Defaults that are constants are those of properties, too; others are not
// of use, since a store writes all columns of a new entity.
//
// A foreign key that refers to a key becomes an association with navigation
// properties both ways, named after its column without the key's name (AuthorId and
// author_id lead to Author and author) and, back, after the set. A table of two
// foreign keys and nothing else becomes an association of many to many.
//
// # PostgreSQL
//
// smallint, integer, bigint, boolean, real, double precision, numeric, text, varchar,
// uuid, bytea, timestamp and timestamptz are served as the kinds that [Form] has them
// for, with their length, precision and scale; numbers of identity and serial columns
// have the StoreGeneratedPattern Identity, and so has a uuid that a function makes by
// default. Domains are what they are made of. Read-only,
// as computed properties, are generated columns; enumerations, json, jsonb, xml, char
// and citext as Edm.String, as are texts with a collation by which texts that differ
// are equal; and date as Edm.DateTime. Everything else is left out, such as arrays.
//
// # SQLite
//
// What a column is declared as says little. In this order, and whatever stands in
// parentheses:
//
//	BOOLEAN, BOOL                                     Edm.Boolean
//	TINYINT, SMALLINT, INT2                           Edm.Int16
//	MEDIUMINT, INT4                                   Edm.Int32
//	DATETIME, DATETIME2, SMALLDATETIME, TIMESTAMP     Edm.DateTime
//	DATETIMEOFFSET, TIMESTAMPTZ, TIMESTAMP WITH TIME ZONE
//	                                                  Edm.DateTimeOffset
//	GUID, UUID, UNIQUEIDENTIFIER                      Edm.Guid
//	BINARY, VARBINARY, IMAGE, BYTEA                   Edm.Binary
//	DATE                                              Edm.DateTime, read-only
//	NUMERIC, DECIMAL, DEC, NUMBER, MONEY              Edm.Decimal with a precision of 15
//	                                                  at most, otherwise Edm.Double;
//	                                                  read-only
//	JSON, STRING                                      Edm.String, read-only
//	affinity INTEGER                                  Edm.Int64
//	affinity TEXT                                     Edm.String
//	affinity REAL                                     Edm.Double
//	affinity BLOB, but for columns without a type     Edm.Binary
//
// Everything else is left out. SQLite does not hold values to what a column is
// declared as: one that does not fit fails the request that reads it. Times that
// other programs have written with a blank where this package writes a T are read,
// and compare as texts. The column that stands for the row's number has the
// StoreGeneratedPattern Identity. [Store.Check] objects to keys that could be null,
// which SQLite allows for historical reasons.
//
// # What a model of the model's own tables has lost
//
// The tables of [Store.Schema] do not tell of complex types (their members are
// properties of the entity), collections and undeclared properties (Edm.String),
// hierarchies (the set's type has all properties; with a table for each type, each is
// a set), streams (a set), facets of texts and decimals, concurrency tokens, and
// cascades. Links that have columns of their own become properties with a referential
// constraint, and may be missing where they must not. Byte and SByte are Int16 in
// PostgreSQL, Time Int64, spatial values Edm.String. SQLite has Int64, Double, Binary
// and String for all kinds, numbers of its own for keys only, and, for links of one
// and one, those of one and many. Keys that are numbers have the StoreGeneratedPattern
// Identity now, where clients could give or omit them before.
//
// Errors are those of the database, and mistakes in the options, such as columns that
// are not there.
func ModelOf(ctx context.Context, db DB, options LiveOptions) (*LiveModel, error) {
	i := &introspection{db: db, options: options, checker: newChecker(db), used: map[string]bool{}}
	look := i.sqliteTables
	if db.Dialect() == PostgreSQL {
		look = i.postgresTables
	}
	tables, err := look(ctx)
	if err != nil {
		return nil, err
	}
	i.choose(tables)
	for _, t := range slices.Clone(i.tables) {
		if err := i.columns(ctx, t); err != nil && !i.broken(t, err) {
			return nil, err
		}
	}
	i.tables = slices.DeleteFunc(i.tables, func(t *seenTable) bool { return !i.key(t) })
	i.checkOptions()
	if len(i.mistakes) > 0 {
		return nil, errors.Join(i.mistakes...)
	}
	return i.model()
}

// An introspection makes a model of a database.
type introspection struct {
	db       DB
	options  LiveOptions
	checker  *checker
	tables   []*seenTable // those that become sets or links
	used     map[string]bool
	mistakes mistakes

	result  LiveModel
	schema  *metadata.Schema
	service *metadata.EntityContainer
	names   taken // of types and associations
	sets    taken // of entity and association sets
}

// A seenTable is a table or view as the database tells of it.
type seenTable struct {
	name    string
	view    bool
	why     string // it cannot be served; empty if it can
	columns []*seenColumn
	primary []string
	unique  [][]string // keys that are checked at once
	single  [][]string // and those that are checked when a transaction ends
	foreign []*seenForeign

	key  []*seenColumn
	set  *metadata.EntitySet
	typ  *metadata.EntityType
	link *[2]*seenForeign // of a table that holds links only
}

// A seenColumn is a column and the property that it becomes.
type seenColumn struct {
	name     string
	property *metadata.Property // without its name until names are given
	computed string             // the SQL that makes the property of it; empty for the column itself

	generated bool // by the database, from other columns
}

// A seenForeign is a foreign key.
type seenForeign struct {
	columns []string
	to      string
	refers  []string
	cascade bool

	principal *seenTable
	near, far []*seenColumn
}

func (i *introspection) leaveOut(table, column, why string) {
	i.result.LeftOut = append(i.result.LeftOut, LeftOut{table, column, why})
}

// find is the table of a name, as the database compares names.
func (i *introspection) find(tables []*seenTable, name string) *seenTable {
	for _, t := range tables {
		if i.checker.folded(t.name) == i.checker.folded(name) {
			return t
		}
	}
	return nil
}

func (i *introspection) column(t *seenTable, name string) *seenColumn {
	for _, c := range t.columns {
		if i.checker.folded(c.name) == i.checker.folded(name) {
			return c
		}
	}
	return nil
}

// allColumns are the columns of all names, or nil.
func (i *introspection) allColumns(t *seenTable, names []string) (list []*seenColumn) {
	for _, name := range names {
		c := i.column(t, name)
		if c == nil {
			return nil
		}
		list = append(list, c)
	}
	return list
}

// choose takes the tables that are wanted and can be served.
func (i *introspection) choose(tables []*seenTable) {
	wanted := tables
	if len(i.options.Tables) > 0 {
		wanted = nil
		for _, name := range i.options.Tables {
			switch t := i.find(tables, name); {
			case t == nil:
				i.mistakes.add("there is no table or view %q", name)
			case !slices.Contains(wanted, t):
				wanted = append(wanted, t)
			}
		}
		slices.SortFunc(wanted, func(a, b *seenTable) int { return strings.Compare(a.name, b.name) })
	}
	for _, t := range wanted {
		switch {
		case t.name == migrations || t.name == migrations+"_lock":
			i.leaveOut(t.name, "", "package migrate keeps in it what was applied")
		case t.why != "":
			i.leaveOut(t.name, "", t.why)
		default:
			i.tables = append(i.tables, t)
		}
	}
}

// migrations is the table of package migrate.
const migrations = "pamodata_migration"

// key finds what tells the rows of a table apart. Without that it has no set.
func (i *introspection) key(t *seenTable) bool {
	candidates := append([][]string{t.primary}, t.unique...)
	given := false
	for name, columns := range i.options.Keys {
		if i.checker.folded(name) == i.checker.folded(t.name) {
			candidates, given = [][]string{columns}, true
			i.used["key "+name] = true
			if len(columns) == 0 {
				i.mistakes.add("Keys: %q: there are no columns", name)
			}
		}
	}
	for n, names := range candidates {
		columns := i.allColumns(t, names)
		if given && columns == nil && len(names) > 0 {
			i.mistakes.add("Keys: %q has no columns %s that can be served", t.name, strings.Join(names, ", "))
		}
		isKey := len(columns) > 0
		for _, c := range columns {
			isKey = isKey && c.computed == "" && (n == 0 || c.property.NotNull)
		}
		if isKey {
			for _, c := range columns {
				c.property.NotNull = true
			}
			t.key = columns
			return true
		}
	}
	why := "it has no key of columns that can be served; name one in the options"
	if t.view {
		why = "nothing tells the rows of a view apart; name a key in the options"
	}
	i.leaveOut(t.name, "", why)
	return false
}

// broken leaves out a view that the database itself cannot read: SQLite notices that a
// table or column is gone when the view is used.
func (i *introspection) broken(t *seenTable, err error) bool {
	e, ok := errors.AsType[*odata.Error](err)
	if !ok || e.Kind != odata.KindInternal || !t.view || i.db.Dialect() != SQLite {
		return false
	}
	why, _, _ := strings.Cut(fmt.Sprint(e.Err), " in SELECT ")
	i.leaveOut(t.name, "", "the database cannot read it: "+why)
	i.tables = slices.DeleteFunc(i.tables, func(o *seenTable) bool { return o == t })
	return true
}

// checkOptions finds those that name nothing.
func (i *introspection) checkOptions() {
	for name := range i.options.Keys {
		if !i.used["key "+name] {
			i.mistakes.add("Keys: there is no table or view %q among those that become sets", name)
		}
	}
	for name := range i.options.Types {
		if !i.used["type "+name] {
			i.mistakes.add("Types: there is no column %q; it is given as table.column", name)
		}
	}
}
