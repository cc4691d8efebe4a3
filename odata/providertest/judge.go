package providertest

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A ranked record is one that matches, with the values it is sorted by.
type ranked struct {
	*record
	by []any
}

// judge compares the provider's answer to a bound query with brute force.
func (d *differential) judge(q drawn, syntax *uri.Request, bound *odata.Query, tally *tally) (problem string) {
	records, err := d.selected(bound, syntax.Filter)
	var matches []ranked
	spared := bound.Top != nil && !bound.Total || d.content.namesKey(syntax.Filter)
	if err == nil {
		// A sort need not look at all terms of all entities.
		spared = true
		matches, err = d.sorted(bound, records, syntax.OrderBy)
	}
	if errors.Is(err, errUndecided) {
		tally.undecided++
		return ""
	}
	got, refused, failure := d.ask(bound)
	switch {
	case refused:
		tally.refused++
		return ""
	case failure != nil:
		var known *odata.Error
		if !errors.As(failure, &known) || known.Kind != odata.KindInvalid {
			return fmt.Sprintf("fails with %v, which is not KindInvalid", failure)
		}
		if err == nil {
			return fmt.Sprintf("fails with %v; brute force finds %d matches", failure, len(matches))
		}
		tally.failing++
		return ""
	case err != nil && spared:
		tally.spared++
		return ""
	case err != nil:
		return fmt.Sprintf("answers %s; brute force meets %v", got, err)
	}
	if n := len(matches); n > 0 && n < len(d.content.records[bound.Set]) {
		tally.some++
	}
	return compare(q, matches, syntax, got)
}

// selected are the records of the query's type that the filter keeps.
func (d *differential) selected(bound *odata.Query, filter uri.Node) (kept []*record, err error) {
	for _, r := range d.content.records[bound.Set] {
		if !r.typ.Is(bound.Type) {
			continue
		}
		if filter != nil {
			t, err := brute{content: d.content, it: r}.eval(filter)
			if err != nil {
				return nil, err
			}
			if t.value != true {
				continue
			}
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// sorted puts records into the order asked for, those of one rank by key.
func (d *differential) sorted(bound *odata.Query, records []*record, terms []uri.OrderItem) ([]ranked, error) {
	all := make([]ranked, len(records))
	for i, r := range records {
		all[i].record = r
		for _, item := range terms {
			t, err := brute{content: d.content, it: r}.eval(item.By)
			if err != nil {
				return nil, err
			}
			all[i].by = append(all[i].by, t.value)
		}
	}
	keys := bound.Set.Type().KeyProperties()
	slices.SortStableFunc(all, func(a, b ranked) int {
		if order := rankedBefore(a, b, terms); order != 0 {
			return order
		}
		for _, p := range keys {
			if order, _ := compared(a.values[p.Name], b.values[p.Name]); order != 0 {
				return order
			}
		}
		return 0
	})
	return all, nil
}

// rankedBefore orders two records by the terms alone: null first, then NaN, then
// values.
func rankedBefore(a, b ranked, terms []uri.OrderItem) int {
	for i, item := range terms {
		order := placed(a.by[i]) - placed(b.by[i])
		if order == 0 {
			order, _ = compared(a.by[i], b.by[i])
		}
		if item.Descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

func placed(v any) int {
	f, ok := float(v)
	switch {
	case v == nil:
		return 0
	case ok && math.IsNaN(f):
		return 1
	}
	return 2
}

// compare holds an answer against the matches.
func compare(q drawn, matches []ranked, syntax *uri.Request, got selection) string {
	want := selection{total: -1}
	if q.count {
		want.total = int64(len(matches))
	}
	page := matches
	if q.skip > 0 {
		page = page[min(q.skip, len(page)):]
	}
	if q.top >= 0 {
		page = page[:min(q.top, len(page))]
	}
	for _, r := range page {
		want.keys = append(want.keys, r.key)
	}
	same := want.total == got.total
	if q.top >= 0 || q.skip >= 0 {
		// A page is cut from a total order.
		same = same && slices.Equal(want.keys, got.keys)
	} else {
		same = same && sameMembers(want.keys, got.keys) && inOrder(matches, got.keys, syntax.OrderBy)
	}
	if same {
		return ""
	}
	problem := fmt.Sprintf("answers     %s\nbrute force %s", got, want)
	if missing := lacking(want.keys, got.keys); missing != nil {
		problem += fmt.Sprintf("\nmissing     %v", missing)
	}
	if surplus := lacking(got.keys, want.keys); surplus != nil {
		problem += fmt.Sprintf("\nsurplus     %v", surplus)
	}
	return problem
}

func sameMembers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// lacking are the keys that are not among the others, the first few of them.
func lacking(keys, others []string) (few []string) {
	for _, key := range keys {
		if !slices.Contains(others, key) && len(few) < shownKeys {
			few = append(few, key)
		}
	}
	return few
}

// inOrder reports that the terms allow this order of the matches.
func inOrder(matches []ranked, keys []string, terms []uri.OrderItem) bool {
	byKey := make(map[string]ranked, len(matches))
	for _, r := range matches {
		byKey[r.key] = r
	}
	return slices.IsSortedFunc(keys, func(a, b string) int { return rankedBefore(byKey[a], byKey[b], terms) })
}

// namesKey reports a condition that mentions a key: a provider may go from the
// entity with that key to those that can be meant, and look at no others.
func (c *content) namesKey(n uri.Node) bool {
	switch n := n.(type) {
	case *uri.Name:
		for _, set := range c.order {
			if slices.ContainsFunc(set.Type().KeyProperties(), func(p *metadata.Property) bool { return p.Name == n.Name }) {
				return true
			}
		}
		return c.namesKey(n.Of)
	case *uri.Unary:
		return c.namesKey(n.X)
	case *uri.Binary:
		return c.namesKey(n.L) || c.namesKey(n.R)
	case *uri.Call:
		return slices.ContainsFunc(n.Args, c.namesKey)
	case *uri.Lambda:
		return c.namesKey(n.Of) || c.namesKey(n.Body)
	}
	return false
}
