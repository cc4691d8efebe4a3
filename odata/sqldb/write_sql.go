package sqldb

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A writer is what a store needs for writing.
type writer struct {
	savepoint, back, release *Statement

	statements *planCache // of those that are made from text

	mu   sync.Mutex
	last int64 // tick of the clock that was told
	now  func() time.Time
}

func newWriter() *writer {
	return &writer{
		savepoint:  &Statement{Text: "SAVEPOINT odata_write"},
		back:       &Statement{Text: "ROLLBACK TO SAVEPOINT odata_write"},
		release:    &Statement{Text: "RELEASE SAVEPOINT odata_write"},
		statements: newPlanCache(maxPlans),
		now:        time.Now,
	}
}

// tick is the time in units of 100 ns, cut to what all databases keep. It is never
// told twice, so that tokens made of it differ.
func (w *writer) tick() int64 {
	ticks := edm.DateTimeFrom(w.now().UTC()).Ticks() / ticksPerMicrosecond * ticksPerMicrosecond
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = max(w.last+ticksPerMicrosecond, ticks)
	return w.last
}

// sqlText is a statement that is being written. Its placeholders stand in the
// order of their values.
type sqlText struct {
	store   *Store
	text    strings.Builder
	params  []Form
	args    []edm.Value
	columns []Form
}

func (s *Store) sql(parts ...string) *sqlText {
	q := &sqlText{store: s}
	return q.add(parts...)
}

func (q *sqlText) add(parts ...string) *sqlText {
	for _, p := range parts {
		q.text.WriteString(p)
	}
	return q
}

// placeholder takes a value, and returns what stands for it.
func (q *sqlText) placeholder(f Form, v edm.Value) string {
	q.params, q.args = append(q.params, f), append(q.args, v)
	n := strconv.Itoa(len(q.args))
	if q.store.dialect == SQLite {
		return "?" + n
	}
	return "$" + n + "::" + postgresType(f.Kind)
}

// value writes a placeholder.
func (q *sqlText) value(f Form, v edm.Value) *sqlText { return q.add(q.placeholder(f, v)) }

// values writes placeholders, with commas.
func (q *sqlText) values(list []setting) *sqlText {
	for i, s := range list {
		if i > 0 {
			q.add(", ")
		}
		q.value(s.column.form, s.value)
	}
	return q
}

// equals writes that columns have values.
func (q *sqlText) equals(columns []*column, values []edm.Value) *sqlText {
	for i, c := range columns {
		if i > 0 {
			q.add(" AND ")
		}
		q.add(quoted(c.name), " = ").value(c.form, values[i])
		if q.store.dialect == SQLite && c.form.Kind == edm.KindDecimal {
			q.add(" COLLATE odata_decimal")
		}
	}
	return q
}

// set writes assignments.
func (q *sqlText) set(list []setting) *sqlText {
	for i, s := range list {
		if i > 0 {
			q.add(", ")
		}
		q.add(quoted(s.column.name), " = ").value(s.column.form, s.value)
	}
	return q
}

// returns tells the forms of the columns.
func (q *sqlText) returns(columns ...*column) *sqlText {
	for _, c := range columns {
		q.columns = append(q.columns, c.form)
	}
	return q
}

// statement is the one with this text, which is prepared once.
func (q *sqlText) statement() *Statement {
	key := []byte(q.text.String())
	known := q.store.writes.statements.find(key)
	if known == nil {
		known = q.store.writes.statements.keep(key, &Statement{Text: q.text.String(), Params: q.params, Columns: q.columns})
	}
	return known.(*Statement)
}

func (q *sqlText) exec(ctx context.Context) (int64, error) {
	return q.store.db.Exec(ctx, q.statement(), q.args)
}

// rows reads all rows.
func (q *sqlText) rows(ctx context.Context) (all [][]edm.Value, err error) {
	err = q.store.each(ctx, q.statement(), q.args, func(cells []edm.Value) error {
		row := make([]edm.Value, len(cells))
		for i, v := range cells {
			row[i] = v.Clone()
		}
		all = append(all, row)
		return nil
	})
	return all, err
}

// row reads the first row, nil if there is none.
func (q *sqlText) row(ctx context.Context) ([]edm.Value, error) {
	all, err := q.rows(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// each runs a statement to its end.
func (s *Store) each(ctx context.Context, statement *Statement, args []edm.Value, visit func(cells []edm.Value) error) error {
	return eachOf(ctx, s.db.Query, statement, args, visit)
}

type queryFunc = func(context.Context, *Statement, []edm.Value) (Rows, error)

func eachOf(ctx context.Context, query queryFunc, statement *Statement, args []edm.Value, visit func(cells []edm.Value) error) error {
	rows, err := query(ctx, statement, args)
	if err != nil {
		return err
	}
	cells := make([]edm.Value, len(statement.Columns))
	for err == nil {
		var more bool
		if more, err = rows.Next(cells); !more || err != nil {
			break
		}
		err = visit(cells)
	}
	if closed := rows.Close(); err == nil {
		err = closed
	}
	return err
}

// A setting is the value of one column.
type setting struct {
	column *column
	value  edm.Value
}

// settings are the columns of a property and what a value is in them. Which they
// are does not depend on the value.
func (c *column) settings(v edm.Value, list []setting) []setting {
	if !c.complex {
		if k := c.form.Kind; (k == edm.KindCollection || k == edm.KindComplex) && !v.IsNull() {
			v = edm.String(string(appendJSON(nil, v, c.property.TypeRef())))
		}
		return append(list, setting{c, v})
	}
	if c.presence != nil && c.presence.property == c.property {
		list = append(list, setting{c.presence, edm.Boolean(!v.IsNull())})
	}
	for i, m := range c.members {
		member := edm.Null
		if !v.IsNull() {
			member = v.Elements()[i]
		}
		list = m.settings(member, list)
	}
	return list
}

// dynamicSetting is the column of the undeclared properties.
func (t *table) dynamicSetting(list []odata.DynamicProperty) setting {
	v := edm.Null
	if len(list) > 0 {
		v = edm.String(string(appendDynamic(nil, list)))
	}
	return setting{t.dynamic, v}
}
