package sqldb

import (
	"context"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/typed"
)

// Update changes the entity that target selects, with one statement where the
// whole condition can be said in SQL and the change is one of columns. Otherwise
// the entity is read first, in the same transaction. Its values come before its
// links, so that a link decides where both say what an entity refers to.
func (s *storedSet) Update(ctx context.Context, target *odata.Query, change *odata.Change) (odata.Row, error) {
	if !s.fits(target) {
		return odata.Row{}, s.foreign()
	}
	quick, err := s.quickUpdate(target, change)
	if err != nil {
		return odata.Row{}, err
	}
	var row odata.Row
	err = s.store.write(ctx, quick == nil, func(ctx context.Context, w *writing) error {
		if quick != nil {
			row, err = quick.run(ctx, w)
			return err
		}
		e, err := s.selected(ctx, target)
		if err != nil {
			return err
		}
		o := &operation{writing: w, fresh: map[string]bool{}}
		if err := o.update(ctx, e, change); err != nil {
			return err
		}
		row, err = s.rowOf(ctx, target, e.key())
		return err
	})
	return row, err
}

func (s *storedSet) fits(target *odata.Query) bool {
	return target.Set == s.table.set && target.Type != nil && target.Type.Is(s.table.set.Type())
}

// one reads the one entity that q selects.
func (s *storedSet) one(ctx context.Context, q *odata.Query, visit func(odata.Row)) error {
	result, err := s.Read(ctx, q)
	if err != nil {
		return err
	}
	if result.Rest != nil {
		if result, err = eval.Finish(ctx, q, result, eval.Limits{}); err != nil {
			return err
		}
	}
	found := false
	for row, err := range result.Rows {
		switch {
		case err != nil:
			return err
		case found:
			return s.several()
		}
		found = true
		visit(row)
	}
	if !found {
		return odata.NotFound()
	}
	return nil
}

func (s *storedSet) several() error {
	return odata.Internalf("sqldb: a change is for one entity of %s, but its target matches several", s.table.set.Name)
}

// selected is the one entity that target selects.
func (s *storedSet) selected(ctx context.Context, target *odata.Query) (*record, error) {
	t := s.table
	q := &odata.Query{Set: t.set, Type: target.Type, Fields: t.rules.fields, Filter: target.Filter}
	e := &record{table: t, values: map[*metadata.Property]edm.Value{}}
	err := s.one(ctx, q, func(row odata.Row) {
		row = cloned(row)
		if e.typ = row.Type; e.typ == nil {
			e.typ = t.set.Type()
		}
		for i, p := range q.Fields {
			e.values[p] = row.Values[i]
		}
		e.dynamic = row.Dynamic
	})
	return e, err
}

// An operation is one write of several statements.
type operation struct {
	*writing
	fresh map[string]bool // the entities whose computed values were made
}

func entityName(t *table, key odata.Key) string {
	var b []byte
	b = append(b, t.set.Name...)
	for _, v := range key {
		b = edm.AppendLiteral(append(b, ','), v)
	}
	return string(b)
}

// refresh reports whether this is the first change of an entity's values.
func (o *operation) refresh(t *table, key odata.Key) bool {
	name := entityName(t, key)
	first := !o.fresh[name]
	o.fresh[name] = true
	return first
}

func (o *operation) update(ctx context.Context, e *record, change *odata.Change) (err error) {
	changed := map[*metadata.Property]bool{}
	before := map[*metadata.Property]edm.Value{}
	for i := range change.Set {
		p, v, err := e.assigned(&change.Set[i])
		if err != nil {
			return err
		}
		if !changed[p] {
			changed[p], before[p] = true, e.values[p]
		}
		e.values[p] = v
	}
	if e.dynamic, err = e.changedDynamic(change); err != nil {
		return err
	}
	var settings []setting
	var lacks *metadata.Property
	for _, p := range e.typ.StructuralProperties() {
		if !changed[p] {
			continue
		}
		if p.NotNull && e.values[p].IsNull() {
			// What is wrong with the links goes before.
			if e.values[p] = stopgap(p.TypeRef()); e.values[p].IsNull() {
				return missingProperty(p)
			}
			if lacks == nil {
				lacks = p
			}
		}
		settings = e.table.columns[p].settings(e.values[p], settings)
	}
	if e.table.dynamic != nil && e.typ.IsOpen() && (len(change.Dynamic) > 0 || change.Replace) {
		settings = append(settings, e.table.dynamicSetting(e.dynamic))
	}
	if err := o.change(ctx, e.table, e.typ, e.key(), settings); err != nil {
		return err
	}
	for i := range e.table.rules.ties {
		o.referred(&e.table.rules.ties[i], e, before)
	}
	for i := range change.Links {
		if err := o.relate(ctx, e.table, e.typ, e.key(), &change.Links[i]); err != nil {
			return err
		}
	}
	if lacks == nil {
		return nil
	}
	return o.stillLacks(ctx, e, lacks)
}

// stillLacks refuses an entity that has a stopgap, unless a link has given it a
// value.
func (o *operation) stillLacks(ctx context.Context, e *record, p *metadata.Property) error {
	c := e.table.columns[p]
	if c.complex {
		return missingProperty(p)
	}
	q := o.store.sql("SELECT ", quoted(c.name), " FROM ", quoted(e.table.parts[c.part].name), " WHERE ").equals(e.table.key, e.key())
	row, err := q.returns(c).row(ctx)
	if err == nil && (row == nil || edm.Order(row[0], e.values[p]) == 0) {
		err = missingProperty(p)
	}
	return err
}

// change writes columns of an entity, and the computed ones with the first of
// them.
func (o *operation) change(ctx context.Context, t *table, typ *metadata.EntityType, key odata.Key, settings []setting) error {
	s := o.store
	computed := o.refresh(t, key)
	for part := range t.parts {
		q := s.sql("UPDATE ", quoted(t.parts[part].name), " SET ")
		n := 0
		comma := func() {
			if n++; n > 1 {
				q.add(", ")
			}
		}
		for _, c := range settings {
			if c.column.part == part {
				comma()
				q.set([]setting{c})
			}
		}
		for i := range t.rules.made {
			m := &t.rules.made[i]
			if !computed || !m.computed || m.isKey || m.column.part != part || typ.Property(m.property.Name) != m.property {
				continue
			}
			m.write(q, t, comma)
		}
		if n == 0 {
			continue
		}
		if _, err := q.add(" WHERE ").equals(t.key, key).exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// write writes the assignment of a computed column, behind what comma writes.
func (m *made) write(q *sqlText, t *table, comma func()) {
	text, n := m.remade(q.store, t, func(int) string { return "" })
	if text == "" && n == 0 {
		return
	}
	var placeholders []string
	for _, v := range m.remadeValues(q.store, n, nil) {
		placeholders = append(placeholders, q.placeholder(m.column.form, v))
	}
	text, _ = m.remade(q.store, t, func(i int) string { return placeholders[i] })
	comma()
	q.add(quoted(m.column.name), " = ", text)
}

// column finds the column of a property that an entity has.
func (e *record) column(p *metadata.Property) (*column, error) {
	c := e.table.columns[p]
	if c == nil || e.typ.Property(p.Name) != p {
		return nil, odata.Internalf("sqldb: %s has no property %s/%s to change", e.typ.QualifiedName(), p.DeclaringType(), p.Name)
	}
	if c.computed != nil {
		return nil, odata.Internalf("sqldb: %s/%s is computed and never written", e.table.set.Name, p.Name)
	}
	return c, nil
}

// assigned is the entity's own property that an assignment changes, with its new
// value.
func (e *record) assigned(a *odata.Assignment) (*metadata.Property, edm.Value, error) {
	path := a.Within
	top := a.Property
	if len(path) > 0 {
		top, path = path[0], append(slices.Clone(path[1:]), a.Property)
	}
	c, err := e.column(top)
	switch {
	case err != nil:
		return nil, edm.Null, err
	case slices.Contains(e.table.key, c):
		return nil, edm.Null, keyImmutable(top)
	}
	v, err := withMember(top, e.values[top], path, orEmpty(a))
	return top, v, err
}

// orEmpty is the value of an assignment; a collection is never null.
func orEmpty(a *odata.Assignment) edm.Value {
	if a.Value.IsNull() && a.Property.Kind() == edm.KindCollection {
		return edm.Collection(nil)
	}
	return a.Value
}

// withMember is the value of a property with another member at the end of path, or
// v itself for no path.
func withMember(of *metadata.Property, old edm.Value, path []*metadata.Property, v edm.Value) (edm.Value, error) {
	if len(path) == 0 {
		return v, nil
	}
	at := memberOf(of, path[0])
	switch {
	case at < 0:
		return old, odata.Internalf("sqldb: %s has no member %s to change", of.Name, path[0].Name)
	case old.IsNull():
		return old, odata.NotFound()
	}
	members := slices.Clone(old.Elements())
	var err error
	members[at], err = withMember(path[0], members[at], path[1:], v)
	return edm.Complex(members), err
}

// memberOf is the position of a member in a complex property, -1 if it has none.
func memberOf(of, member *metadata.Property) int {
	t := of.TypeRef()
	if t.Complex == nil || t.Collection {
		return -1
	}
	return slices.Index(t.Complex.AllProperties(), member)
}

// changedDynamic are the undeclared properties that an entity has after a change.
func (e *record) changedDynamic(change *odata.Change) ([]odata.DynamicProperty, error) {
	if !e.typ.IsOpen() {
		for _, p := range change.Dynamic {
			return nil, undeclared(p.Name, nil)
		}
		return nil, nil
	}
	if len(change.Dynamic) == 0 && !change.Replace {
		return e.dynamic, nil
	}
	var all []odata.DynamicProperty
	if !change.Replace {
		all = slices.Clone(e.dynamic)
	}
	for _, p := range change.Dynamic {
		if err := typed.CheckDynamic(p.Name, p.Value); err != nil {
			return nil, undeclared(p.Name, err)
		}
		if e.typ.Property(p.Name) != nil || e.typ.NavigationProperty(p.Name) != nil {
			return nil, undeclared(p.Name, nil)
		}
		all = append(all, p)
	}
	// Of one name the last counts, and nulls go.
	slices.SortStableFunc(all, func(a, b odata.DynamicProperty) int { return strings.Compare(a.Name, b.Name) })
	kept := all[:0]
	for i, p := range all {
		if !p.Value.IsNull() && (i == len(all)-1 || all[i+1].Name != p.Name) {
			kept = append(kept, p)
		}
	}
	return kept, nil
}
