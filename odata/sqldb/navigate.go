package sqldb

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// maxStarts is how many starting entities one statement goes from.
const maxStarts = 256

// Navigate follows nav from the entities with the given keys, 256 with one
// statement: the edges of the first come first, each entity's in the order of q.
// From a key that has no entity, and from one whose type lacks nav, nothing is
// reached. All clauses of q but Total and Expand are honoured, for each starting
// entity on its own.
func (s *storedSet) Navigate(ctx context.Context, nav *metadata.NavigationProperty, from []odata.Key, q *odata.Query) iter.Seq2[odata.Edge, error] {
	return func(yield func(odata.Edge, error) bool) {
		folded := foldQuery(q)
		for first := 0; first < len(from); first += maxStarts {
			keys := from[first:min(first+maxStarts, len(from))]
			more, err := s.follow(ctx, nav, keys, first, folded, yield)
			if err != nil {
				yield(odata.Edge{}, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// follow yields the edges from some keys, the first of which is number first.
func (s *storedSet) follow(ctx context.Context, nav *metadata.NavigationProperty, keys []odata.Key, first int, q *odata.Query, yield func(odata.Edge, error) bool) (more bool, err error) {
	size := powerOfTwo(len(keys))
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	sh.reset()
	sh.dialect = s.store.dialect
	sh.mark('N')
	sh.number(pointer(s.table.set))
	sh.number(pointer(nav))
	sh.number(uint64(size))
	sh.query(q)
	p, _ := s.store.plans.find(sh.key).(*plan)
	if p == nil {
		end, err := s.table.end(nav)
		if err != nil {
			return false, err
		}
		made, err := compileNavigation(s.store.dialect, s.store.mapping, copyQuery(q, s.store.dialect), s.table, end, size)
		if err != nil {
			return false, err
		}
		p = s.store.plans.keep(sh.key, made).(*plan)
	}
	if p.statement == nil {
		return true, nil
	}
	for _, key := range keys {
		if len(key) != len(s.table.key) {
			return false, odata.Internalf("sqldb: a key of %d values for an entity of %s", len(key), s.table.set.Name)
		}
		sh.values = append(sh.values, key...)
	}
	for range (size - len(keys)) * len(s.table.key) {
		sh.values = append(sh.values, edm.Null)
	}
	sh.values = bound(ctx, p.ambient, sh.values)
	rows, err := s.store.db.Query(ctx, p.statement, arguments(p.numbers, sh.values))
	if err != nil {
		return false, err
	}
	if rest := p.rest(q); p.filterLeft || p.orderLeft {
		return s.finished(ctx, rows, p, q, rest, first, yield)
	}
	r := newReader(&p.output)
	more = true
	stream(rows, r, false, func(row odata.Row, failure error) bool {
		if failure != nil {
			err = failure
			return false
		}
		more = yield(odata.Edge{From: first + int(r.cells[0].Int()), Row: row}, nil)
		return more
	})
	return more, err
}

// finished does what a plan leaves for the entities of one start after another.
func (s *storedSet) finished(ctx context.Context, rows Rows, p *plan, q, rest *odata.Query, first int, yield func(odata.Edge, error) bool) (more bool, err error) {
	own := *rest
	own.Total, own.Expand = false, nil
	asked := *q
	asked.Total, asked.Expand = false, nil
	asked = *p.unsaid.widened(&asked)
	r := newReader(&p.output)
	var group []odata.Row
	at := -1
	flush := func() (bool, error) {
		if len(group) == 0 {
			return true, nil
		}
		held := group
		group = nil
		result, err := eval.Finish(ctx, &asked, &odata.Result{Rest: &own, Rows: func(yield func(odata.Row, error) bool) {
			for _, row := range held {
				if !yield(row, nil) {
					return
				}
			}
		}}, eval.Limits{})
		if err != nil {
			return false, err
		}
		for row, err := range result.Rows {
			if err != nil {
				return false, err
			}
			if !yield(odata.Edge{From: first + at, Row: p.unsaid.bare(q, row)}, nil) {
				return false, nil
			}
		}
		return true, nil
	}
	more = true
	stream(rows, r, false, func(row odata.Row, failure error) bool {
		if failure != nil {
			err = failure
			return false
		}
		if n := int(r.cells[0].Int()); n != at {
			if more, err = flush(); err != nil || !more {
				return false
			}
			at = n
		}
		group = append(group, cloned(row))
		return true
	})
	if err == nil && more {
		more, err = flush()
	}
	return more, err
}

// cloned is a row that outlives the step of the cursor that yielded it.
func cloned(row odata.Row) odata.Row {
	row.Values = slices.Clone(row.Values)
	for i, v := range row.Values {
		row.Values[i] = v.Clone()
	}
	row.Dynamic = slices.Clone(row.Dynamic)
	for i := range row.Dynamic {
		row.Dynamic[i].Value = row.Dynamic[i].Value.Clone()
	}
	row.Related = slices.Clone(row.Related)
	for i := range row.Related {
		related := &row.Related[i]
		related.Rows = slices.Clone(related.Rows)
		for j := range related.Rows {
			related.Rows[j] = cloned(related.Rows[j])
		}
	}
	clonedStreams(&row)
	return row
}

// compileNavigation makes the statement that goes from a number of keys. Its
// first column is the number of the key that an entity was reached from.
func compileNavigation(dialect Dialect, m *mapping, b *blueprint, from *table, e *end, size int) (*plan, error) {
	q := &b.query
	a := &attempt{dialect: dialect, mapping: m, blueprint: b, table: e.to, conditions: conjuncts(q.Filter, nil)}
	p := &plan{total: -1}
	defer func() { p.ambient = b.ambient }()
	if err := a.divide(p); err != nil {
		return nil, err
	}
	if b.noRows {
		return p, nil
	}
	c := &compiler{dialect: dialect, mapping: m, plan: b}
	s := c.from(e.to, q.Type)
	starts := c.starts(from, size, b.next)
	linked := c.fromStarts(from, e, s.it)
	p.output.columns = []Form{{Kind: edm.KindInt32}}
	list, err := s.output(p.unsaid.widened(q), &p.output)
	if err == nil && p.unsaid != nil {
		list, err = s.expand(p.unsaid.expand, nil, &p.output, list)
	}
	if err != nil {
		return nil, err
	}
	where, err := s.where(linked, a.conditions[:p.conditions])
	if err != nil {
		return nil, err
	}
	order := ""
	if !p.filterLeft && !p.orderLeft {
		terms, err := s.order(q.OrderBy)
		if err != nil {
			return nil, err
		}
		if len(b.after) > 0 {
			position, err := s.after(terms, b.after)
			if err != nil {
				return nil, err
			}
			where = s.guarded(where.term(), position).clauseTerm()
		}
		order = s.orderBy(terms)
	}
	s.columns = p.output.columns
	paged := !p.filterLeft && !p.orderLeft && (q.Top != nil || q.Skip > 0)
	if !paged {
		if order != "" {
			order = ", " + order
		}
		p.statement, p.numbers = s.statement(starts + "SELECT " + strings.Join(append([]string{"s.n"}, list...), ", ") + " FROM " + s.it.source.String() + where.clause() + " ORDER BY s.n" + order)
		return p, nil
	}
	if order != "" {
		order = " ORDER BY " + order
	}
	outer := make([]string, len(list))
	for i := range list {
		outer[i] = "c" + strconv.Itoa(i)
		list[i] += " AS " + outer[i]
	}
	var page []string
	number := "r"
	if q.Skip > 0 {
		skip := s.parameter(b.skip, edm.KindInt64)
		page = append(page, "r > "+skip)
		number = "r - " + skip
	}
	if q.Top != nil {
		page = append(page, number+" <= "+s.parameter(b.top, edm.KindInt64))
	}
	p.statement, p.numbers = s.statement(starts + "SELECT " + strings.Join(append([]string{"n"}, outer...), ", ") +
		" FROM (SELECT " + strings.Join(append([]string{"s.n AS n"}, list...), ", ") + ", row_number() OVER (PARTITION BY s.n" + order + ") AS r" +
		" FROM " + s.it.source.String() + where.clause() + ") x WHERE " + strings.Join(page, " AND ") + " ORDER BY n, r")
	return p, nil
}

// starts is a table of keys and their numbers; those that are not there are NULL.
func (c *compiler) starts(from *table, size, next int) string {
	columns := []string{"n"}
	for i := range from.key {
		columns = append(columns, "k"+strconv.Itoa(i))
	}
	rows := make([]string, size)
	for i := range rows {
		row := []string{strconv.Itoa(i)}
		for _, k := range from.key {
			row = append(row, c.parameter(next, k.form.Kind))
			next++
		}
		rows[i] = "(" + strings.Join(row, ", ") + ")"
	}
	return "WITH s(" + strings.Join(columns, ", ") + ") AS (VALUES " + strings.Join(rows, ", ") + ") "
}

// fromStarts puts the starts before the entity's source, and returns the
// condition that it is linked to one. The table of the starting entities is
// passed by where their key is all that links need.
func (c *compiler) fromStarts(from *table, e *end, p *place) term {
	linked := truth(true)
	equal := func(l, r string, of *column) {
		linked = all(linked, c.collated(term{text: l + " = " + r, kind: edm.KindBoolean, null: true}, of))
	}
	if e.link != nil {
		l := c.alias()
		for i := range from.key {
			equal(l+"."+quoted(e.linkNear[i]), "s.k"+strconv.Itoa(i), from.key[i])
		}
		for i := range e.far {
			equal(c.raw(p, e.far[i]).text, l+"."+quoted(e.linkFar[i]), e.far[i])
		}
		p.source.text = "s, " + quoted(e.link.name) + " " + l + ", " + p.source.text
		return linked
	}
	direct := e.from == nil
	for _, near := range e.near {
		direct = direct && slices.Contains(from.key, near)
	}
	if direct {
		for i, near := range e.near {
			equal(c.raw(p, e.far[i]).text, "s.k"+strconv.Itoa(slices.Index(from.key, near)), e.far[i])
		}
		if e.target != nil {
			linked = all(linked, c.is(p, e.target))
		}
		p.source.text = "s, " + p.source.text
		return linked
	}
	o := c.newPlace(from, from.set.Type())
	o.source = &source{text: o.named()}
	for i, k := range from.key {
		equal(c.raw(o, k).text, "s.k"+strconv.Itoa(i), k)
	}
	on := c.linked(o, e, p)
	p.source.text = "s, " + o.source.String() + ", " + p.source.text
	return all(linked, on)
}
