package memory

import "github.com/pamodata/pamodata/odata"

// A task is the part of a query that a reader performs. The clauses are those of
// odata.Query.
type task struct {
	filter odata.Expr
	total  bool
	order  []odata.Order
	query  *odata.Query // for After, Skip and Top, unless rest has them

	// rest is what is left for package eval: nil when nothing is.
	rest *odata.Query
}

// divide keeps for the reader what it can do. Expansions are left over, and
// unless the reader can follow links, so is what looks through navigation
// properties, with all later clauses.
func divide(q *odata.Query, follows bool) task {
	navigates := func(e odata.Expr) bool { return !follows && navigates(e) }
	conditions := conjuncts(q.Filter)
	own := 0
	for own < len(conditions) && !navigates(conditions[own]) {
		own++
	}
	// Only leading conditions may be performed ahead of the others: a guard comes
	// first, and what it hides must not be seen by conditions whose evaluation may
	// fail.
	if own < len(conditions) {
		rest := *q
		rest.Filter = odata.Conjunction(conditions[own:]...)
		return task{filter: odata.Conjunction(conditions[:own]...), query: &odata.Query{}, rest: &rest}
	}
	for _, o := range q.OrderBy {
		if navigates(o.By) {
			rest := *q
			rest.Filter, rest.Total = nil, false
			return task{filter: q.Filter, total: q.Total, query: &odata.Query{}, rest: &rest}
		}
	}
	t := task{filter: q.Filter, total: q.Total, order: q.OrderBy, query: q}
	if len(q.Expand) > 0 {
		t.rest = &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Expand: q.Expand, Custom: q.Custom}
	}
	return t
}

// conjuncts are the conditions that and joins in e, in the order of evaluation.
func conjuncts(e odata.Expr) []odata.Expr {
	if e == nil {
		return nil
	}
	if b, ok := e.(*odata.Binary); ok && b.Op == odata.And {
		return append(conjuncts(b.L), conjuncts(b.R)...)
	}
	return []odata.Expr{e}
}

// navigates reports that e looks at other entities than $it.
func navigates(e odata.Expr) bool {
	found := false
	odata.Walk(e, func(e odata.Expr) bool {
		if _, ok := e.(*odata.Navigate); ok {
			found = true
		}
		return !found
	})
	return found
}
