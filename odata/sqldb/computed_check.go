package sqldb

import (
	"context"
	"errors"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// namedBy are the columns of a part that expressions name, with what names them.
func (t *table) namedBy(part int, dialect Dialect) (list []expectedName) {
	for _, p := range t.computed() {
		c := t.columns[p]
		if c.part != part {
			continue
		}
		for _, piece := range c.computed.pieces[dialect] {
			known := slices.ContainsFunc(list, func(n expectedName) bool { return n.column == piece.column })
			if piece.column != "" && !known {
				list = append(list, expectedName{piece.column, c.computed.by.Path()})
			}
		}
	}
	return list
}

// An expectedName is a column that must be there, of whatever type.
type expectedName struct{ column, path string }

// expressions has the database look at the SQL of computed properties: it prepares
// statements that read no row. It is for tables that have the columns which are named.
func (c *checker) expressions(ctx context.Context, t *table) error {
	for _, p := range t.computed() {
		of := t.columns[p]
		m := &compiler{dialect: c.db.Dialect(), mapping: &mapping{tables: []*table{t}}, plan: &blueprint{}}
		s := m.from(t, nil)
		value := s.raw(s.it, of)
		m.columns = []Form{of.form}
		statement, numbers := m.statement("SELECT " + value.text + " FROM " + s.it.source.String() + " WHERE FALSE")
		args := arguments(numbers, make([]edm.Value, len(m.plan.ambient)))
		err := c.prepared(ctx, statement, args)
		if e, ok := errors.AsType[*odata.Error](err); ok && e.Kind == odata.KindInternal {
			c.found.add("%s: the database does not take the SQL of Computed(%q): %w", t.set.Name, of.computed.by.Path(), e)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) prepared(ctx context.Context, s *Statement, args []edm.Value) error {
	rows, err := c.db.Query(ctx, s, args)
	if err != nil {
		return err
	}
	_, err = rows.Next(make([]edm.Value, len(s.Columns)))
	if closed := rows.Close(); err == nil {
		err = closed
	}
	return err
}
