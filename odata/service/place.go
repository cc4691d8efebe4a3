package service

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A ranker finds where an entity stands in the order of its feed, for the token
// of a next link.
type ranker struct {
	exchange *exchange
	query    *odata.Query // whose rows are ranked
	beyond   *odata.Query // the same with what the order reads of related entities; nil for nothing
	terms    []eval.Evaluator
}

// newRanker compiles the order of q against its fields, which must be complete.
// Where the order follows navigation, the related entities are not in the rows;
// they are read for the one row that is ranked.
func (e *exchange) newRanker(q *odata.Query) (*ranker, error) {
	k := &ranker{exchange: e, query: q}
	by := make([]odata.Expr, len(q.OrderBy))
	for i, o := range q.OrderBy {
		by[i] = o.By
	}
	layout := eval.LayoutOf(q)
	if needs := eval.Requirements(by...); len(needs.Navigation) > 0 {
		beyond := *q
		beyond.Expand = nil
		g := guarding{service: e.service, ctx: e.r.Context()}
		if err := g.load(&beyond, needs); err != nil {
			return nil, err
		}
		k.beyond = &beyond
		layout.Expand = beyond.Expand
	}
	for _, o := range q.OrderBy {
		term, err := eval.Compile(o.By, layout)
		if err != nil {
			return nil, err
		}
		k.terms = append(k.terms, term)
	}
	return k, nil
}

// load adds to q the expansions that an expression with these needs reads.
func (g *guarding) load(q *odata.Query, needs eval.Needs) error {
	for _, n := range needs.Navigation {
		target := q.Set.NavigationTarget(n.Nav)
		if target == nil {
			return notNavigable("$orderby")
		}
		related := &odata.Query{Set: target, Type: n.Nav.Target(), Fields: slices.Clone(n.Needs.Properties)}
		for _, p := range target.Type().KeyProperties() {
			related.AddField(p)
		}
		if err := g.load(related, *n.Needs); err != nil {
			return err
		}
		q.Expand = append(q.Expand, odata.Expansion{Nav: n.Nav, Query: related})
	}
	// What the guards hide was hidden by the condition on each navigation already.
	return nil
}

// rank returns where row stands in the order.
func (k *ranker) rank(row *odata.Row) ([]edm.Value, error) {
	if k.beyond != nil {
		one := []odata.Row{cloneRow(*row)}
		if err := k.exchange.attachAll(k.beyond, one); err != nil {
			return nil, err
		}
		row = &one[0]
	}
	place := make([]edm.Value, len(k.terms))
	for i, term := range k.terms {
		v, err := term(row)
		if err != nil {
			return nil, err
		}
		place[i] = v.Clone()
	}
	return place, nil
}

// attachAll reads every expansion of q for rows, whether it is sent or not.
func (e *exchange) attachAll(q *odata.Query, rows []odata.Row) error {
	for i := range rows {
		rows[i].Related = make([]odata.Related, len(q.Expand))
	}
	for x := range q.Expand {
		flat, from, err := e.gather(q, &q.Expand[x], rows)
		if err != nil {
			return err
		}
		if err := e.attachAll(q.Expand[x].Query, flat); err != nil {
			return err
		}
		distribute(flat, from, x, rows)
	}
	return nil
}
