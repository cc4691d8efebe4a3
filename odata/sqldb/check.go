package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Check compares the store with the database that it works on. The error tells all
// that does not fit: tables and columns that are missing, columns of a type that
// cannot hold all values of theirs as [Form] says or that the database would compare
// in another way, columns that can be null where the property cannot, and keys
// without a unique index on just their columns. Of a computed property it checks the
// columns that its SQL names and, where all else fits, that the database takes the SQL.
// A table may be a view: of that, keys and nulls are not checked.
//
// Check changes nothing and reads no entity, but for the times in the first 100 rows of
// tables of SQLite, which compares them as texts: those that are written in another way
// than [Form] says, as CURRENT_TIMESTAMP writes them, do not fit either. It does not look at foreign keys, and
// in SQLite not at the collations of texts, which must be BINARY. Errors of the
// database are returned as they are.
func (s *Store) Check(ctx context.Context) error {
	c := newChecker(s.db)
	for _, t := range s.mapping.tables {
		c.set(t)
	}
	for _, l := range s.mapping.links {
		c.link(l)
	}
	return c.run(ctx)
}

// Check compares sets that were made by [Set] or [Store.Sets] with their tables, see
// [Store.Check].
func Check(ctx context.Context, sets ...odata.EntitySet) error {
	var found []error
	links := map[*linkTable]bool{}
	for i := range sets {
		set, err := madeHere(&sets[i])
		if err != nil {
			found = append(found, err)
			continue
		}
		c := newChecker(set.store.db)
		c.links = links
		c.set(set.table)
		for _, e := range set.table.ends {
			if e.link != nil {
				c.link(e.link)
			}
		}
		err = c.run(ctx)
		if _, ok := err.(mismatches); err != nil && !ok {
			return err
		}
		found = append(found, err)
	}
	return errors.Join(found...)
}

// Schema returns the statements that make the tables of sets that were made by [Set],
// see [Store.Schema].
func Schema(dialect Dialect, sets ...odata.EntitySet) ([]string, error) {
	var m mapping
	var mistakes []error
	for i := range sets {
		set, err := madeHere(&sets[i])
		switch {
		case err != nil:
			mistakes = append(mistakes, err)
		case len(set.store.mapping.tables) > 1:
			mistakes = append(mistakes, fmt.Errorf("the set %s is one of a store; call Store.Schema", sets[i].Name))
		default:
			m.tables = append(m.tables, set.table)
		}
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	return (&Store{mapping: &m}).Schema(dialect), nil
}

// madeHere is what a set was made of by this package, also if some of its fields are
// not what they were.
func madeHere(set *odata.EntitySet) (*storedSet, error) {
	for _, field := range []any{set.Reader, set.Inserter, set.Updater, set.Deleter} {
		switch s := field.(type) {
		case *storedSet:
			return s, nil
		case *typedSet:
			if s.err != nil {
				return nil, fmt.Errorf("%s: %w", set.Name, errors.Join(set.Schema.Err, s.err))
			}
			return s.own, nil
		}
	}
	return nil, fmt.Errorf("%s: the set was not made by package sqldb", set.Name)
}

// mismatches is the error that tells what does not fit.
type mismatches struct{ error }

func (m mismatches) Unwrap() error { return m.error }

// An expected table is one that must be there.
type expected struct {
	of      string // the set
	name    string
	columns []expectedColumn
	named   []expectedName // by expressions
	keys    []expectedKey
}

type expectedColumn struct {
	*column
	nullable bool
}

// An expectedKey is what a unique index must be on. One that inserts rely on is on just
// these columns, and is not checked later than at once.
type expectedKey struct {
	columns []*column
	loose   bool
}

// A live table is one that the database has.
type live struct {
	view    bool
	columns map[string]liveColumn
	unique  []liveIndex
}

type liveColumn struct {
	typ       string // as the database says it
	nullable  bool
	misfit    func(*column) string // why it cannot hold what a column holds, or empty
	uncertain bool                 // equal texts need not be the same
}

type liveIndex struct {
	columns  []string
	deferred bool
}

type checker struct {
	db       DB
	expected []expected
	tables   []*table
	links    map[*linkTable]bool // that are expected
	found    mistakes
	printer  schemaPrinter
}

func newChecker(db DB) *checker {
	return &checker{db: db, links: map[*linkTable]bool{}, printer: schemaPrinter{dialect: db.Dialect()}}
}

// set expects the tables of a set.
func (c *checker) set(t *table) {
	c.tables = append(c.tables, t)
	for i, part := range t.parts {
		w := expected{of: t.set.Name, name: part.name, keys: []expectedKey{{columns: t.key}}, named: t.namedBy(i, c.db.Dialect())}
		if i == 0 && t.discriminator != "" {
			w.columns = append(w.columns, expectedColumn{&column{name: t.discriminator, form: Form{Kind: edm.KindString}}, false})
		}
		for _, have := range t.partColumns(i) {
			w.columns = append(w.columns, expectedColumn{have, have.nullable || slices.Contains(t.foreign, have)})
		}
		for j := range t.ends {
			// As Schema has it: SQLite checks too early, so that the store does.
			e, tie := &t.ends[j], &t.rules.ties[j]
			if c.db.Dialect() == PostgreSQL && tie.held == nearHolds && tie.back.unique && e.near[0].part == i && !slices.Equal(e.near, t.key) {
				w.keys = append(w.keys, expectedKey{e.near, true})
			}
		}
		c.expected = append(c.expected, w)
	}
	if t.streams != "" {
		w := expected{of: t.set.Name, name: t.streams, keys: []expectedKey{{columns: append(slices.Clone(t.key), streamColumns.name, streamColumns.chunk)}}}
		for _, k := range t.key {
			w.columns = append(w.columns, expectedColumn{k, false})
		}
		s := &streamColumns
		for _, have := range []*column{s.name, s.chunk, s.mediaType, s.etag, s.length, s.modified, s.content} {
			w.columns = append(w.columns, expectedColumn{have, have.nullable})
		}
		c.expected = append(c.expected, w)
	}
}

// link expects a link table.
func (c *checker) link(l *linkTable) {
	if c.links[l] {
		return
	}
	c.links[l] = true
	w := expected{of: l.refers[0].set.Name + " and " + l.refers[1].set.Name, name: l.name}
	all := append(slices.Clone(l.columns[0]), l.columns[1]...)
	for _, have := range all {
		w.columns = append(w.columns, expectedColumn{have, false})
	}
	w.keys = []expectedKey{{columns: all}}
	c.expected = append(c.expected, w)
}

func (c *checker) run(ctx context.Context) error {
	look := c.liveSQLite
	if c.db.Dialect() == PostgreSQL {
		look = c.livePostgres
	}
	for i := range c.expected {
		w := &c.expected[i]
		l, err := look(ctx, w.name)
		if err != nil {
			return err
		}
		c.compare(w, l)
	}
	if len(c.found) == 0 && c.db.Dialect() == SQLite {
		for i := range c.expected {
			if err := c.times(ctx, &c.expected[i]); err != nil {
				return err
			}
		}
	}
	if len(c.found) == 0 {
		for _, t := range c.tables {
			if err := c.expressions(ctx, t); err != nil {
				return err
			}
		}
	}
	if len(c.found) > 0 {
		return mismatches{errors.Join(c.found...)}
	}
	return nil
}

// compare finds what does not fit.
func (c *checker) compare(w *expected, l *live) {
	if len(l.columns) == 0 {
		c.found.add("%s: there is no table %q", w.of, w.name)
		return
	}
	for _, want := range w.columns {
		have, ok := l.columns[c.folded(want.name)]
		says := func(format string, args ...any) {
			c.found.add("%s: table %q: %s", w.of, w.name, fmt.Sprintf("the column %q ", want.name)+fmt.Sprintf(format, args...))
		}
		if !ok {
			says("is missing; it would be %s", c.printer.typeOf(want.form))
			continue
		}
		if why := have.misfit(want.column); why != "" {
			says("has the type %s, which %s; it would be %s", have.typ, why, c.printer.typeOf(want.form))
		}
		if have.uncertain {
			says("has a collation by which texts that differ are equal; give it COLLATE \"C\"")
		}
		if have.nullable && !want.nullable && !l.view {
			says("can be null, but what it holds cannot; make it NOT NULL")
		}
	}
	for _, n := range w.named {
		_, ok := l.columns[c.folded(n.column)]
		known := slices.ContainsFunc(w.columns, func(x expectedColumn) bool { return x.name == n.column })
		if !ok && !known {
			c.found.add("%s: table %q: the column %q, which the SQL of Computed(%q) names, is missing", w.of, w.name, n.column, n.path)
		}
	}
	if l.view {
		return
	}
	for _, k := range w.keys {
		if !slices.ContainsFunc(l.unique, func(x liveIndex) bool { return c.makesUnique(x, k) }) {
			c.found.add("%s: table %q: there is no unique key on (%s)", w.of, w.name, names(k.columns))
		}
	}
}

// makesUnique tells that no two rows can have the same values of k.
func (c *checker) makesUnique(x liveIndex, k expectedKey) bool {
	in := 0
	for _, column := range k.columns {
		if slices.Contains(x.columns, c.folded(column.name)) {
			in++
		}
	}
	return in == len(x.columns) && (k.loose || in == len(k.columns) && !x.deferred)
}

// folded is a name as the database compares it.
func (c *checker) folded(name string) string {
	if c.db.Dialect() == SQLite {
		return strings.ToLower(name)
	}
	return name
}

// rows reads all rows of a query.
func (c *checker) rows(ctx context.Context, s *Statement, table string, each func([]edm.Value)) error {
	rows, err := c.db.Query(ctx, s, []edm.Value{edm.String(table)})
	if err != nil {
		return err
	}
	cells := make([]edm.Value, len(s.Columns))
	for {
		more, err := rows.Next(cells)
		if err != nil {
			rows.Close()
			return err
		}
		if !more {
			return rows.Close()
		}
		each(cells)
	}
}

func forms(kinds ...edm.Kind) []Form {
	list := make([]Form, len(kinds))
	for i, k := range kinds {
		list[i].Kind = k
	}
	return list
}
