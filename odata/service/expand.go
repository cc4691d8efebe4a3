package service

import (
	"context"
	"iter"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// windowSize is how many entities are expanded together: one read for each
// navigation property and window.
const windowSize = 200

// expand attaches what the navigation properties of q.Expand lead to that are left,
// reading a window of rows at a time.
func (e *exchange) expand(q *odata.Query, p *odata.Projection, left []bool, rows iter.Seq2[odata.Row, error]) iter.Seq2[odata.Row, error] {
	return func(yield func(odata.Row, error) bool) {
		size := int64(windowSize)
		if q.Top != nil {
			size = max(min(size, *q.Top), 1)
		}
		window := make([]odata.Row, 0, size)
		var kept keeper
		flush := func() bool {
			if err := e.attach(q, p, left, window, nil); err != nil {
				yield(odata.Row{}, err)
				return false
			}
			for _, row := range window {
				if !yield(row, nil) {
					return false
				}
			}
			window = window[:0]
			kept.forget()
			return true
		}
		for row, err := range rows {
			if err == nil {
				row = kept.copy(row)
				err = e.admit(p, row.Related)
			}
			if err != nil {
				yield(odata.Row{}, err)
				return
			}
			window = append(window, row)
			if len(window) == windowSize && !flush() {
				return
			}
		}
		flush()
	}
}

// attach reads the expansions of q that are left, nil for all, for rows, level by
// level: what the rows of one level lead to is one read, however many rows there
// are. path is the navigation that led to the rows.
func (e *exchange) attach(q *odata.Query, p *odata.Projection, left []bool, rows []odata.Row, path []string) error {
	if len(rows) == 0 {
		return nil
	}
	n := len(q.Expand)
	related := make([]odata.Related, n*len(rows))
	for i := range rows {
		own := related[i*n : (i+1)*n : (i+1)*n]
		if left != nil {
			copy(own, rows[i].Related)
		}
		rows[i].Related = own
	}
	for x := range q.Expand {
		if left != nil && !left[x] {
			continue
		}
		n := navigationOf(p, x)
		if n == nil {
			continue // needed by a condition only
		}
		if err := e.attachOne(q, p, x, n, rows, append(path, n.Nav.Name)); err != nil {
			return err
		}
	}
	return nil
}

// navigationOf is the part of the projection that writes expansion x.
func navigationOf(p *odata.Projection, x int) *odata.ProjectedNavigation {
	for i := range p.Navigation {
		if n := &p.Navigation[i]; n.Expanded != nil && n.Index == x {
			return n
		}
	}
	return nil
}

func (e *exchange) attachOne(q *odata.Query, p *odata.Projection, x int, n *odata.ProjectedNavigation,
	rows []odata.Row, path []string) error {

	expansion := &q.Expand[x]
	flat, from, err := e.gather(q, expansion, rows)
	if err != nil {
		return err
	}
	if len(expansion.Query.Expand) > 0 {
		if err := e.attach(expansion.Query, n.Expanded, nil, flat, path); err != nil {
			return err
		}
	}
	for i := range flat {
		alignStreams(n.Expanded, &flat[i])
	}
	distribute(flat, from, x, rows)
	cut := cutOf(expansion)
	if cut < 0 {
		return nil
	}
	order, err := e.newRanker(expansion.Query)
	if err != nil {
		return err
	}
	for i := range rows {
		related := &rows[i].Related[x]
		if int64(len(related.Rows)) <= cut {
			continue
		}
		related.Rows = related.Rows[:cut]
		place, err := order.rank(&related.Rows[cut-1])
		if err != nil {
			return err
		}
		related.More, related.Next = true, e.nested(p, &rows[i], n, place, path)
	}
	return nil
}

// gather reads what expansion leads to from all rows together; from is parallel
// to the result and names the row each entity belongs to.
func (e *exchange) gather(q *odata.Query, expansion *odata.Expansion, rows []odata.Row) (flat []odata.Row, from []int, err error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	var kept keeper
	for edge, err := range e.following(expansion, e.follow(q, expansion, rows)) {
		if err != nil {
			return nil, nil, err
		}
		if e.budget.rows++; e.budget.rows > e.service.limits.Rows {
			return nil, nil, tooManyRows()
		}
		flat = append(flat, kept.copy(edge.Row))
		from = append(from, edge.From)
	}
	return flat, from, nil
}

// distribute hands the gathered entities to the rows they belong to. Those of one
// row mostly follow each other, and stay where they are then.
func distribute(flat []odata.Row, from []int, x int, rows []odata.Row) {
	for first := 0; first < len(flat); {
		next := first + 1
		for next < len(flat) && from[next] == from[first] {
			next++
		}
		related := &rows[from[first]].Related[x]
		if related.Rows == nil {
			related.Rows = flat[first:next:next]
		} else {
			related.Rows = append(related.Rows, flat[first:next]...)
		}
		first = next
	}
}

// cutOf is how many entities of an expansion are sent for each row; -1 is all.
// restrict has asked for one more.
func cutOf(expansion *odata.Expansion) int64 {
	if expansion.Query.Top == nil || !expansion.Nav.IsCollection() {
		return -1
	}
	return *expansion.Query.Top - 1
}

// follow reads what expansion leads to from rows.
func (e *exchange) follow(q *odata.Query, expansion *odata.Expansion, rows []odata.Row) iter.Seq2[odata.Edge, error] {
	set := e.service.sets[q.Set]
	if set.Navigator != nil {
		keys := make([]odata.Key, len(rows))
		positions := fieldsOf(q, q.Set.Type().KeyProperties())
		for i := range rows {
			keys[i] = make(odata.Key, len(positions))
			for k, at := range positions {
				keys[i][k] = rows[i].Values[at]
			}
		}
		return set.Navigator.Navigate(e.r.Context(), expansion.Nav, keys, expansion.Query)
	}
	return e.service.followConstraint(e.r.Context(), q, expansion, rows)
}

// followConstraint follows a navigation that a referential constraint describes:
// the entities whose properties hold the others' keys are asked for by value.
func (s *Service) followConstraint(ctx context.Context, q *odata.Query, expansion *odata.Expansion, rows []odata.Row) iter.Seq2[odata.Edge, error] {
	return func(yield func(odata.Edge, error) bool) {
		here, there := constraintOf(expansion.Nav)
		if here == nil {
			yield(odata.Edge{}, notNavigable("$expand"))
			return
		}
		// Rows with the same values share what they lead to.
		positions := fieldsOf(q, here)
		holders := map[string][]int{}
		in := &odata.In{}
		for i := range rows {
			values := make([]edm.Value, len(positions))
			null := false
			for k, at := range positions {
				values[k] = rows[i].Values[at]
				null = null || values[k].IsNull()
			}
			if null {
				continue
			}
			id := identity(values)
			if holders[id] == nil {
				in.Rows = append(in.Rows, values)
			}
			holders[id] = append(holders[id], i)
		}
		if len(in.Rows) == 0 {
			return
		}
		target := *expansion.Query
		target.Fields, target.Expand = slices.Clip(target.Fields), nil // attach reads the next level
		it := odata.ItOf(target.Set.Type())
		var found []int
		for _, p := range there {
			in.X = append(in.X, &odata.Member{Of: it, Property: p})
			found = append(found, target.AddField(p))
		}
		target.Filter = odata.Conjunction(in, target.Filter)
		top := target.Top // applies to each row, not to all together
		target.Top = nil
		result, err := s.answer(ctx, &target)
		if err != nil {
			yield(odata.Edge{}, err)
			return
		}
		taken := make([]int64, len(rows))
		values := make([]edm.Value, len(found))
		for row, err := range result.Rows {
			if err != nil {
				yield(odata.Edge{}, err)
				return
			}
			for k, at := range found {
				values[k] = row.Values[at]
			}
			for _, i := range holders[identity(values)] {
				if taken[i]++; top != nil && taken[i] > *top {
					continue
				}
				if !yield(odata.Edge{From: i, Row: row}, nil) {
					return
				}
			}
		}
	}
}

// constraintOf is the properties that relate the two ends of nav: those of the
// entities it starts at, and those of the entities it leads to.
func constraintOf(nav *metadata.NavigationProperty) (here, there []*metadata.Property) {
	c := nav.Association().Constraint
	if c == nil {
		return nil, nil
	}
	principal, dependent := nav.DeclaringType(), nav.Target()
	forward := nav.FromRole == c.PrincipalRole
	if !forward {
		principal, dependent = dependent, principal
	}
	for i := range c.PrincipalProperties {
		p := principal.Property(c.PrincipalProperties[i])
		d := dependent.Property(c.DependentProperties[i])
		if forward {
			here, there = append(here, p), append(there, d)
		} else {
			here, there = append(here, d), append(there, p)
		}
	}
	return here, there
}

// fieldsOf is the positions of properties in a query's rows.
func fieldsOf(q *odata.Query, properties []*metadata.Property) []int {
	positions := make([]int, len(properties))
	for i, p := range properties {
		positions[i] = q.Field(p)
	}
	return positions
}

// identity is a text that two lists of values share only if they are the same
// key.
func identity(values []edm.Value) string {
	var text []byte
	for _, v := range values {
		text = append(edm.AppendLiteral(text, v), 0)
	}
	return string(text)
}

// nested is the encoded query of the link to the rest of an expansion, which goes
// on behind place. The link addresses the navigation property of row itself.
func (e *exchange) nested(p *odata.Projection, row *odata.Row, n *odata.ProjectedNavigation, place []edm.Value, path []string) string {
	url := format.AppendEntityURL(nil, row, p)
	if t := row.Type; t != nil && t != p.Set.Type() {
		url = format.AppendTypeSegment(url, t)
	}
	url = format.AppendURLName(append(url, '/'), n.Nav.Name)
	token := e.service.tokens.seal(place, e.binding(string(url), nil))
	return subtree(e.options, path, token)
}
