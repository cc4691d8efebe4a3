package sqldb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// A computed property is an expression where others are a column. It takes part in
// statements as a column does; what it needs of the request is a parameter, so that
// requests which differ in that alone have one statement.

// Computed has the database compute a property whenever it is read, by the SQL of its
// definition. For a [Store] that is one of [typed.ComputedValue], whose path begins
// with the set; for a [Set] one of [typed.Computed], for the Go type of the set.
//
// The SQL yields the property in the form in which columns of its kind are stored, see
// [Form]. It must not be NULL where the property cannot be null, and it sees the columns
// of the table that the property would be in. In the model the property is read-only,
// with the StoreGeneratedPattern Computed; [Store.Schema] makes no column for it.
func Computed(c typed.Computation) StoreOption {
	return func(n *naming) { n.computed = append(n.computed, c) }
}

// claimComputed makes the computed properties of a struct read-only.
func claimComputed(schema *odata.Schema, computed []typed.Computation, goType reflect.Type) {
	if schema.Err != nil {
		return
	}
	for i := range computed {
		c := &computed[i]
		err := c.Err()
		if err == nil && c.Row() != goType {
			err = fmt.Errorf("Computed(%q): the set has rows of %s; define the property by typed.Computed for that type", c.Path(), goType)
		}
		if err == nil {
			err = c.ClaimIn(schema.Entity)
		}
		schema.Err = errors.Join(schema.Err, err)
	}
}

// A computation is how a column that is none is computed.
type computation struct {
	by     *typed.Computation
	pieces [2][]piece  // by dialect; nil without SQL for it
	wrong  [2]mistakes // by dialect
}

// computation is that of the property at a path, nil for one that is stored.
func (b *mapper) computation(t *table, p *metadata.Property, path string) *computation {
	at := slices.IndexFunc(b.names.computed, func(c typed.Computation) bool { return c.Path() == path })
	if at < 0 {
		return nil
	}
	by := &b.names.computed[at]
	b.used["Computed"+path] = true
	if strings.Count(path, "/") > 1 {
		b.mistakes.add("Computed(%q): a member of a complex value cannot be computed", path)
		return nil
	}
	if err := by.Claim(p, slices.Contains(t.set.Type().KeyProperties(), p)); err != nil {
		b.mistakes = append(b.mistakes, err)
		return nil
	}
	c := &computation{by: by}
	e := by.Expression()
	for dialect, sql := range [2]string{SQLite: e.SQLite, PostgreSQL: e.PostgreSQL} {
		if sql == "" {
			sql = e.SQL
		}
		wrong := &c.wrong[dialect]
		if sql == "" {
			wrong.add("Computed(%q): there is no SQL for %s", path, Dialect(dialect))
			continue
		}
		pieces, problem := piecesOf(sql, Dialect(dialect))
		if problem != "" {
			wrong.add("Computed(%q): the SQL for %s cannot be read: %s", path, Dialect(dialect), problem)
			continue
		}
		for _, part := range pieces {
			if part.param == "" {
				continue
			}
			if given := e.Params[part.param]; given == nil || given.Value == nil || !given.Kind.IsPrimitive() {
				wrong.add("Computed(%q): the SQL names the parameter %q; add it to Params, with a kind and a function", path, part.param)
			}
		}
		c.pieces[dialect] = pieces
	}
	return c
}

// hide adds the columns that only expressions know.
func (b *mapper) hide(t *table) {
	for _, p := range t.computed() {
		c := t.columns[p]
		columns := c.computed.by.Expression().Columns
		for _, name := range slices.Sorted(maps.Keys(columns)) {
			kind := columns[name]
			if !kind.IsPrimitive() || kind == edm.KindStream {
				b.mistakes.add("Computed(%q): the column %q cannot be of %v", c.computed.by.Path(), name, kind)
				continue
			}
			at := slices.IndexFunc(t.order, func(o *column) bool { return o.part == c.part && o.name == name && o.hidden })
			switch {
			case at < 0:
				t.order = append(t.order, &column{part: c.part, name: name, form: Form{Kind: kind}, nullable: true, hidden: true})
			case t.order[at].form.Kind != kind:
				b.mistakes.add("Computed(%q): the column %q has another kind in another expression", c.computed.by.Path(), name)
			}
		}
	}
}

// checkComputed finds properties that must be stored, and definitions of none.
func (b *mapper) checkComputed() {
	for _, t := range b.mapping.tables {
		for i := range t.ends {
			for _, c := range slices.Concat(t.ends[i].near, t.ends[i].far) {
				if c.computed != nil {
					b.mistakes.add("Computed(%q): the property refers to another entity, so it must be stored", c.computed.by.Path())
				}
			}
		}
	}
	seen := map[string]bool{}
	for i := range b.names.computed {
		c := &b.names.computed[i]
		path := c.Path()
		switch {
		case !b.used["Computed"+path] && c.Err() != nil:
			b.mistakes = append(b.mistakes, c.Err())
		case !b.used["Computed"+path]:
			b.mistakes.add("Computed(%q): the model has no such property; the path is that of Column", path)
		case seen[path]:
			b.mistakes.add("Computed(%q): the property is computed twice", path)
		}
		seen[path] = true
	}
}

// computed are the properties of a table that are, in the order of the types.
func (t *table) computed() (list []*metadata.Property) {
	for p, c := range t.columns {
		if c.computed != nil {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *metadata.Property) int {
		return strings.Compare(a.Name+"\x00"+a.DeclaringType(), b.Name+"\x00"+b.DeclaringType())
	})
	return list
}

// misread are the mistakes in what expressions say in a dialect.
func (m *mapping) misread(dialect Dialect) (found mistakes) {
	for _, t := range m.tables {
		for _, p := range t.computed() {
			found = append(found, t.columns[p].computed.wrong[dialect]...)
		}
	}
	return found
}

// computes reports that some property of some table is computed.
func (m *mapping) computes() bool {
	return slices.ContainsFunc(m.tables, func(t *table) bool { return len(t.computed()) > 0 })
}

// expression is a computed property as a value: NULL where there is no entity, or
// one of another type, whatever the expression makes of their columns.
func (c *compiler) expression(p *place, of *column) term {
	e := of.computed.by.Expression()
	kind := of.form.Kind
	alias := c.part(p, of.part)
	var text strings.Builder
	text.WriteByte('(')
	for _, part := range of.computed.pieces[c.dialect] {
		text.WriteString(part.text)
		switch {
		case part.column != "":
			text.WriteString(alias + "." + quoted(part.column))
		case part.param != "":
			text.WriteString(c.ambient(e.Params[part.param]))
		}
	}
	text.WriteByte(')')
	t := term{text: text.String(), kind: kind, null: !of.property.NotNull, fails: e.MayFail}
	switch {
	case c.dialect == PostgreSQL:
		t.text += "::" + postgresType(kind)
	case kind == edm.KindDecimal:
		t.text = "CAST(" + t.text + " AS TEXT)"
	}
	here := truth(true)
	if declared := declaring(p, of.property); declared != nil {
		here = c.is(p, declared)
	}
	if here.text == sqlTrue && p.null {
		here = term{text: p.aliases[0] + "." + quoted(p.table.key[0].name) + " IS NOT NULL", kind: edm.KindBoolean}
	}
	if here.text != sqlTrue {
		t.text, t.null = "CASE WHEN "+here.text+" THEN "+t.text+" END", true
	}
	return t
}

// ambient is a parameter that is taken from the request. Its number is below zero:
// see bound.
func (c *compiler) ambient(p *typed.Param) string {
	at := slices.Index(c.plan.ambient, p)
	if at < 0 {
		at = len(c.plan.ambient)
		c.plan.ambient = append(c.plan.ambient, p)
	}
	return c.parameter(-1-at, p.Kind)
}

// bound puts the values that parameters have in a request behind those of a query,
// where arguments finds them from the end. All statements of the query take them from
// there, so that they agree.
func bound(ctx context.Context, ambient []*typed.Param, values []edm.Value) []edm.Value {
	for _, p := range slices.Backward(ambient) {
		values = append(values, p.Value(ctx))
	}
	return values
}
