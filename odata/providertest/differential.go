package providertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/uri"
)

// Differential asks sets random queries, n of them, and compares every answer
// with one that is computed by brute force from the whole content of the sets.
// The content is read first, and the links through the sets' Navigators or by
// referential constraints. Set names are those of the model's default container.
//
// A query that brute force finds no value for, because a number is divided by
// zero or overflows, has to fail with KindInvalid. It may also succeed where a
// page, a condition on a key or the order spares the provider a look at the
// entity at fault. Rows must come in the order asked for; where that leaves it
// open, in any. On its way each query's text is parsed, printed and parsed
// again, which must yield the same.
//
// Query number i belongs to the seed+i: a failure can be repeated alone with
// that seed and n = 1. Of at least 1,000 queries nearly all must bind.
//
// Guards are not asked. Enumerations and spatial values do not occur; results
// that depend on how a quotient or the text of a float is rounded do not count,
// nor does what a provider leaves over that looks at other entities.
//
// Source of the meaning of queries: OData V3 URI conventions, system query
// options, null semantics and numeric promotion.
func Differential(t *testing.T, model *metadata.Model, sets []odata.EntitySet, n int, seed uint64) {
	t.Helper()
	d, err := newDifferential(t.Context(), model, sets)
	if err != nil {
		t.Fatal(err)
	}
	failures := d.run(n, seed, maxFailures)
	for _, f := range failures {
		t.Error(f)
	}
	t.Log(d.tally)
	if enough := d.tally.queries * leastBound / 100; n >= 1000 && len(failures) == 0 && d.tally.bound < enough {
		t.Errorf("only %d queries were understood, of which %d should be at least", d.tally.bound, enough)
	}
}

// leastBound is how many of a hundred queries have to make sense to the binder.
const leastBound = 95

// maxFailures is where a differential test gives up: more would say the same.
const maxFailures = 5

// A differential compares the answers of some sets with brute force.
type differential struct {
	ctx     context.Context
	content *content
	tally   tally
}

// A tally counts what became of the queries.
type tally struct {
	queries, bound int
	undecided      int // brute force has no answer
	refused        int // the provider left navigation to others, and nobody can
	failing        int // both sides agree that there is no value
	spared         int // brute force fails, and the provider had no need to
	some           int // neither nothing nor everything was selected
}

func (t tally) String() string {
	share := func(n int) string { return fmt.Sprintf("%d (%.1f%%)", n, 100*float64(n)/float64(max(t.queries, 1))) }
	return fmt.Sprintf("%d queries: %s bound, %s with a non-trivial answer, %s failed as they should, %s were spared a failure, %s undecided, %s refused",
		t.queries, share(t.bound), share(t.some), share(t.failing), share(t.spared), share(t.undecided), share(t.refused))
}

func newDifferential(ctx context.Context, model *metadata.Model, sets []odata.EntitySet) (*differential, error) {
	c, err := readContent(ctx, model, sets)
	if err != nil {
		return nil, err
	}
	return &differential{ctx: ctx, content: c}, nil
}

// run asks n queries and reports up to most failures.
func (d *differential) run(n int, seed uint64, most int) (failures []string) {
	g := newGenerator(d.content)
	for i := range n {
		own := seed + uint64(i)
		q := g.draw(own)
		d.tally.queries++
		problem := d.try(q, &d.tally)
		if problem == "" {
			continue
		}
		text := fmt.Sprintf("seed %d: %s\n%s", own, q, problem)
		if small, problem := d.minimised(q); small.String() != q.String() {
			text += fmt.Sprintf("\nminimised: %s\n%s", small, problem)
		}
		if failures = append(failures, text); len(failures) == most {
			break
		}
	}
	return failures
}

// minimised leaves out parts of a failing query for as long as it still fails.
func (d *differential) minimised(q drawn) (smallest drawn, problem string) {
	problem = d.try(q, new(tally))
	for again := true; again; {
		again = false
		for _, smaller := range q.without() {
			if p := d.try(smaller, new(tally)); p != "" {
				q, problem, again = smaller, p, true
				break
			}
		}
	}
	return q, problem
}

// String is the query as it would stand in a URL, without escaping.
func (q drawn) String() string {
	path := q.set.Name
	if q.cast != nil {
		path += "/" + q.cast.QualifiedName()
	}
	var options []string
	for _, o := range q.options() {
		options = append(options, o[0]+"="+o[1])
	}
	return path + "?" + strings.Join(options, "&")
}

func (q drawn) options() (all [][2]string) {
	add := func(wanted bool, name, value string) {
		if wanted {
			all = append(all, [2]string{name, value})
		}
	}
	add(q.filter != "", "$filter", q.filter)
	add(len(q.order) > 0, "$orderby", strings.Join(q.order, ","))
	add(q.top >= 0, "$top", strconv.Itoa(q.top))
	add(q.skip >= 0, "$skip", strconv.Itoa(q.skip))
	add(q.count, "$inlinecount", "allpages")
	return all
}

// without are the queries with one part less.
func (q drawn) without() (smaller []drawn) {
	add := func(change func(q *drawn)) {
		less := q
		change(&less)
		smaller = append(smaller, less)
	}
	if q.top >= 0 {
		add(func(q *drawn) { q.top = -1 })
	}
	if q.skip >= 0 {
		add(func(q *drawn) { q.skip = -1 })
	}
	if q.count {
		add(func(q *drawn) { q.count = false })
	}
	for i := range q.order {
		add(func(q *drawn) { q.order = slices.Delete(slices.Clone(q.order), i, i+1) })
	}
	if q.filter == "" {
		return smaller
	}
	add(func(q *drawn) { q.filter = "" })
	node, err := uri.ParseFilter(q.filter, uri.Limits{})
	if err != nil {
		return smaller
	}
	for _, part := range simpler(node) {
		add(func(q *drawn) { q.filter = part.String() })
	}
	return smaller
}

// simpler are the conditions that an operator of n, or of a condition within it,
// can be replaced by.
func simpler(n uri.Node) (all []uri.Node) {
	switch n := n.(type) {
	case *uri.Unary:
		if n.Op == odata.Not {
			all = append(all, n.X)
			for _, x := range simpler(n.X) {
				all = append(all, &uri.Unary{Op: n.Op, X: x})
			}
		}
	case *uri.Binary:
		if n.Op != odata.And && n.Op != odata.Or {
			return nil
		}
		all = append(all, n.L, n.R)
		for _, l := range simpler(n.L) {
			all = append(all, &uri.Binary{Op: n.Op, L: l, R: n.R})
		}
		for _, r := range simpler(n.R) {
			all = append(all, &uri.Binary{Op: n.Op, L: n.L, R: r})
		}
	case *uri.Lambda:
		if n.Body != nil {
			for _, body := range simpler(n.Body) {
				all = append(all, &uri.Lambda{All: n.All, Of: n.Of, Var: n.Var, Body: body})
			}
		}
	}
	return all
}

// try asks one query and says what is wrong with the answer; empty if nothing.
func (d *differential) try(q drawn, tally *tally) (problem string) {
	syntax, err := q.parse()
	if err != nil {
		return fmt.Sprintf("does not parse: %v", err)
	}
	if diff := reparsed(syntax); diff != "" {
		return "its text, printed and parsed again (-was +is):\n" + diff
	}
	req, err := d.content.binder.Request(syntax)
	if err != nil {
		var known *odata.Error
		if !errors.As(err, &known) || known.Kind != odata.KindInvalid {
			return fmt.Sprintf("binding fails with %v, which is not KindInvalid", err)
		}
		return ""
	}
	tally.bound++
	return d.judge(q, syntax, req.Query, tally)
}

func (q drawn) parse() (*uri.Request, error) {
	path := url.PathEscape(q.set.Name)
	if q.cast != nil {
		path += "/" + q.cast.QualifiedName()
	}
	var query []string
	for _, o := range q.options() {
		query = append(query, o[0]+"="+url.QueryEscape(o[1]))
	}
	return uri.Parse(path, strings.Join(query, "&"), uri.Limits{URLLength: 1 << 16})
}

// reparsed prints the expressions of a request, parses the text, and reports
// what differs from the request.
func reparsed(syntax *uri.Request) (diff string) {
	var items []string
	for _, item := range syntax.OrderBy {
		items = append(items, item.String())
	}
	var filter uri.Node
	var order []uri.OrderItem
	var err error
	if syntax.Filter != nil {
		if filter, err = uri.ParseFilter(syntax.Filter.String(), uri.Limits{}); err != nil {
			return fmt.Sprintf("%s does not parse: %v", syntax.Filter, err)
		}
	}
	if items != nil {
		text := strings.Join(items, ",")
		if order, err = uri.ParseOrderBy(text, uri.Limits{}); err != nil {
			return fmt.Sprintf("%s does not parse: %v", text, err)
		}
	}
	ignored := cmpopts.IgnoreTypes(odata.Span{})
	return cmp.Diff(syntax.Filter, filter, ignored) + cmp.Diff(syntax.OrderBy, order, ignored)
}

// A selection is the keys of the entities in order, and how many matched.
type selection struct {
	keys  []string
	total int64 // -1 when it was not asked for
}

// shownKeys is how many keys a report lists.
const shownKeys = 30

func (a selection) String() string {
	text := fmt.Sprintf("%d entities", len(a.keys))
	if a.total >= 0 {
		text += fmt.Sprintf(" of %d", a.total)
	}
	if len(a.keys) > shownKeys {
		return fmt.Sprintf("%s: %s …", text, strings.Join(a.keys[:shownKeys], " "))
	}
	return text + ": " + strings.Join(a.keys, " ")
}

// ask has the provider answer, and does what it leaves over.
func (d *differential) ask(q *odata.Query) (a selection, refused bool, err error) {
	result, err := d.content.sets[q.Set].Reader.Read(d.ctx, q)
	if err != nil {
		return selection{}, false, err
	}
	if result.Rest != nil && leavesNavigation(result.Rest) {
		return selection{}, true, nil
	}
	if result, err = eval.Finish(d.ctx, q, result, eval.Limits{}); err != nil {
		return selection{}, false, err
	}
	a.total = -1
	if q.Total {
		if result.Total == nil {
			return selection{}, false, errors.New("the total is missing")
		}
		a.total = *result.Total
	}
	for row, err := range result.Rows {
		if err != nil {
			return selection{}, false, err
		}
		a.keys = append(a.keys, keyOf(q, &row))
	}
	return a, false, nil
}

// leavesNavigation tells whether the work that is left looks at entities that
// are not in the rows.
func leavesNavigation(rest *odata.Query) bool {
	found := false
	look := func(e odata.Expr) bool {
		if _, ok := e.(*odata.Navigate); ok {
			found = true
		}
		return !found
	}
	odata.Walk(rest.Filter, look)
	for _, o := range rest.OrderBy {
		odata.Walk(o.By, look)
	}
	return found
}
