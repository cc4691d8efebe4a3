package sqldb

import (
	"context"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// A quickPlan is a write of one shape that one statement does.
type quickPlan struct {
	statement *Statement // nil where it takes several
	numbers   []int
	output    output
	ambient   []*typed.Param // see bound
	remade    []*made        // the computed properties
	takes     []int          // how many values each has
}

// A quickWrite is a write that one statement does.
type quickWrite struct {
	*quickPlan
	set    *storedSet
	values []edm.Value
	refers []reference
}

// quickUpdate returns the one statement of an update, nil if it takes several.
func (s *storedSet) quickUpdate(target *odata.Query, change *odata.Change) (*quickWrite, error) {
	t := s.table
	if len(change.Links) > 0 || len(change.Dynamic) > 0 || change.Replace && t.dynamic != nil || t.streams != "" {
		return nil, nil
	}
	q := &quickWrite{set: s}
	var settings []setting
	var present []*column
	for i := range change.Set {
		var ok bool
		if settings, present, ok = s.quickSettings(target.Type, &change.Set[i], settings, present); !ok {
			return nil, nil
		}
	}
	remade, ok := s.quickRemade(target.Type)
	if !ok || len(settings)+len(remade) == 0 || !q.quickReferences(settings) {
		return nil, nil
	}
	asked := foldQuery(&odata.Query{Set: target.Set, Type: target.Type, Fields: target.Fields, Filter: target.Filter})
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	sh.reset()
	sh.dialect = s.store.dialect
	sh.mark('U')
	sh.query(asked)
	for _, of := range settings {
		sh.number(pointer(of.column))
	}
	sh.mark('P')
	for _, c := range present {
		sh.number(pointer(c))
	}
	p, _ := s.store.plans.find(sh.key).(*quickPlan)
	if p == nil {
		made, err := s.compileUpdate(copyQuery(asked, s.store.dialect), settings, present, remade)
		if err != nil {
			return nil, err
		}
		p = s.store.plans.keep(sh.key, made).(*quickPlan)
	}
	if p.statement == nil {
		return nil, nil
	}
	q.quickPlan, q.values = p, slices.Clone(sh.values)
	for _, of := range settings {
		q.values = append(q.values, of.value)
	}
	return q, nil
}

// quickSettings adds the columns of an assignment, and those that tell whether the
// complex values around it are there.
func (s *storedSet) quickSettings(typ *metadata.EntityType, a *odata.Assignment, list []setting, present []*column) ([]setting, []*column, bool) {
	t := s.table
	top, path := a.Property, []*metadata.Property(nil)
	if len(a.Within) > 0 {
		top, path = a.Within[0], append(slices.Clone(a.Within[1:]), a.Property)
	}
	v := orEmpty(a)
	c := t.columns[top]
	if c == nil || c.computed != nil || typ.Property(top.Name) != top || slices.Contains(t.key, c) || len(path) == 0 && top.NotNull && v.IsNull() {
		return nil, nil, false
	}
	for _, member := range path {
		if !c.complex {
			return nil, nil, false
		}
		at := memberOf(c.property, member)
		if at < 0 {
			return nil, nil, false
		}
		if c.presence != nil && !slices.Contains(present, c.presence) {
			present = append(present, c.presence)
		}
		c = c.members[at]
	}
	first := len(list)
	list = c.settings(v, list)
	for i := range list {
		if list[i].column.part > 0 || i >= first && slices.ContainsFunc(list[:first], func(of setting) bool { return of.column == list[i].column }) {
			return nil, nil, false
		}
	}
	return list, present, true
}

// quickRemade are the computed properties of entities of a type; ok is false where
// some of the entities have further ones.
func (s *storedSet) quickRemade(typ *metadata.EntityType) (all []*made, ok bool) {
	for i := range s.table.rules.made {
		m := &s.table.rules.made[i]
		if !m.computed || m.isKey {
			continue
		}
		if typ.Property(m.property.Name) == m.property {
			if m.column.part > 0 {
				return nil, false
			}
			all = append(all, m)
			continue
		}
		if slices.ContainsFunc(typ.DerivedTypes(), func(d *metadata.EntityType) bool { return d.Property(m.property.Name) == m.property }) {
			return nil, false
		}
	}
	return all, true
}

// quickReferences finds what the entity refers to then. It is false where others
// have to be looked at that the statement does not tell.
func (q *quickWrite) quickReferences(settings []setting) bool {
	t := q.set.table
	for i := range t.rules.ties {
		r := &t.rules.ties[i]
		if !r.dependent || r.held != nearHolds {
			continue
		}
		values := make([]edm.Value, len(r.end.near))
		found := 0
		for j, c := range r.end.near {
			if at := slices.IndexFunc(settings, func(of setting) bool { return of.column == c }); at >= 0 {
				values[j] = settings[at].value
				found++
			}
		}
		switch {
		case found == 0:
		case found < len(values) || !r.certain() || r.back.required || r.required || r.from != nil:
			return false
		case !slices.ContainsFunc(values, edm.Value.IsNull):
			q.refers = append(q.refers, reference{r, inKey(r.to, r.end.far, values)})
		}
	}
	return true
}

func (s *storedSet) compileUpdate(b *blueprint, settings []setting, present []*column, remade []*made) (*quickPlan, error) {
	p := new(quickPlan)
	sc, ok, err := s.begin(b)
	if err != nil || !ok {
		return p, err
	}
	list, err := sc.output(&b.query, &p.output)
	if err != nil || len(sc.it.source.joins) > 0 {
		return p, err
	}
	if len(list) == 0 {
		list, p.output.columns = []string{"1"}, []Form{{Kind: edm.KindInt64}}
	}
	next := b.next
	var sets []string
	for _, of := range settings {
		sets = append(sets, quoted(of.column.name)+" = "+sc.parameter(next, of.column.form.Kind))
		next++
	}
	for _, m := range remade {
		text, n := m.remade(s.store, s.table, func(i int) string { return sc.parameter(next+i, m.column.form.Kind) })
		if text == "" {
			continue
		}
		sets = append(sets, quoted(m.column.name)+" = "+text)
		p.remade, p.takes = append(p.remade, m), append(p.takes, n)
		next += n
	}
	condition, err := s.condition(sc, b, present)
	if err != nil {
		return nil, err
	}
	if len(sets) == 0 {
		return p, nil
	}
	sc.columns = p.output.columns
	p.ambient = b.ambient
	p.statement, p.numbers = sc.statement("UPDATE " + quoted(s.table.parts[0].name) + " SET " + strings.Join(sets, ", ") + condition +
		" RETURNING " + strings.Join(list, ", "))
	return p, nil
}

// begin is a scope for a statement that changes the row which is $it. It is false
// where the condition cannot be said in SQL as a whole.
func (s *storedSet) begin(b *blueprint) (*scope, bool, error) {
	a := &attempt{dialect: s.store.dialect, mapping: s.store.mapping, blueprint: b, table: s.table, conditions: conjuncts(b.query.Filter, nil)}
	var p plan
	if err := a.divide(&p); err != nil {
		return nil, false, err
	}
	return s.direct(b), !p.filterLeft, nil
}

// condition is the WHERE clause of a statement that changes a row. A condition
// that needs other tables selects the key of the row.
func (s *storedSet) condition(sc *scope, b *blueprint, present []*column) (string, error) {
	conditions := conjuncts(b.query.Filter, nil)
	direct, err := sc.where(s.present(sc, present), conditions)
	if err != nil {
		return "", err
	}
	if len(sc.it.source.joins) == 0 {
		return direct.clause(), nil
	}
	inner := sc.compiler.from(s.table, b.query.Type)
	where, err := inner.where(s.present(inner, present), conditions)
	if err != nil {
		return "", err
	}
	var keys []string
	for _, k := range s.table.key {
		keys = append(keys, inner.raw(inner.it, k).text)
	}
	return " WHERE (" + namesOf(s.table.parts[0].name, s.table.key) + ") IN (SELECT " + strings.Join(keys, ", ") +
		" FROM " + inner.it.source.String() + where.clause() + ")", nil
}

// present is the condition that complex values are there.
func (s *storedSet) present(sc *scope, columns []*column) term {
	condition := truth(true)
	for _, c := range columns {
		condition = all(condition, sc.raw(sc.it, c))
	}
	return condition
}

// run performs an update.
func (q *quickWrite) run(ctx context.Context, w *writing) (row odata.Row, err error) {
	values := q.values[:len(q.values):len(q.values)]
	for i, m := range q.remade {
		values = m.remadeValues(w.store, q.takes[i], values)
	}
	values = bound(ctx, q.ambient, values)
	found := false
	answer := &answer{output: q.output}
	err = w.store.each(ctx, q.statement, arguments(q.numbers, values), func(cells []edm.Value) error {
		if found {
			return q.set.several()
		}
		found = true
		row, err = answer.row(cells)
		return err
	})
	if err == nil && !found {
		err = odata.NotFound()
	}
	if err != nil {
		return odata.Row{}, err
	}
	for _, r := range q.refers {
		w.rely(r.to, r.key)
		w.approach(r.to, r.key)
	}
	return row, nil
}

// quickDelete returns the one statement of a deletion, nil if it takes several.
func (s *storedSet) quickDelete(target *odata.Query) (*quickWrite, error) {
	for i := range s.table.rules.ties {
		r := &s.table.rules.ties[i]
		if r.near.OnDelete == metadata.OnDeleteCascade || r.back.looked && (r.held != farHolds || r.back.required) ||
			r.held == farHolds && (r.dependent || !r.back.trusted) {
			return nil, nil
		}
	}
	asked := foldQuery(&odata.Query{Set: target.Set, Type: target.Type, Filter: target.Filter})
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	sh.reset()
	sh.dialect = s.store.dialect
	sh.mark('D')
	sh.query(asked)
	p, _ := s.store.plans.find(sh.key).(*quickPlan)
	if p == nil {
		p = new(quickPlan)
		b := copyQuery(asked, s.store.dialect)
		sc, ok, err := s.begin(b)
		if err != nil {
			return nil, err
		}
		if ok {
			condition, err := s.condition(sc, b, nil)
			if err != nil {
				return nil, err
			}
			p.ambient = b.ambient
			p.statement, p.numbers = sc.statement("DELETE FROM " + quoted(s.table.parts[0].name) + condition)
		}
		p = s.store.plans.keep(sh.key, p).(*quickPlan)
	}
	if p.statement == nil {
		return nil, nil
	}
	return &quickWrite{quickPlan: p, set: s, values: slices.Clone(sh.values)}, nil
}

// delete performs a deletion.
func (q *quickWrite) delete(ctx context.Context) error {
	n, err := q.set.store.db.Exec(ctx, q.statement, arguments(q.numbers, bound(ctx, q.ambient, q.values)))
	switch {
	case err != nil:
		return err
	case n == 0:
		return odata.NotFound()
	case n > 1:
		return q.set.several()
	}
	return nil
}
