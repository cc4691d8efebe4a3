package service

import (
	"iter"
	"reflect"
	"slices"

	"github.com/pamodata/pamodata/odata"
)

// readExpanded answers the request's query, whose expansions the provider performs
// as far as it does.
func (e *exchange) readExpanded(req *odata.Request) (*odata.Result, error) {
	q := req.Query
	if err := e.pinExpanded(req); err != nil {
		return nil, err
	}
	result, err := e.answerTo(req, q)
	if err != nil {
		return nil, err
	}
	expanded := *result
	expanded.Rest = nil
	if result.Rest == nil || len(result.Rest.Expand) == 0 {
		expanded.Rows = e.complete(req.Projection, result.Rows)
		return &expanded, nil
	}
	left, err := leftOf(q, result.Rest.Expand)
	if err != nil {
		return nil, err
	}
	expanded.Rows = e.expand(q, req.Projection, left, result.Rows)
	return &expanded, nil
}

// leftOf tells which expansions of q are left to do.
func leftOf(q *odata.Query, rest []odata.Expansion) ([]bool, error) {
	left := make([]bool, len(q.Expand))
	for _, x := range rest {
		i := slices.Index(q.Expand, x)
		if i < 0 {
			return nil, odata.Internalf("the provider of %s left an expansion of %s that it was not asked for", q.Set.Name, x.Nav.Name)
		}
		left[i] = true
	}
	return left, nil
}

// expands tells that expansions are for the Reader of a set to perform, if it does.
// Where its Navigator is another provider, that one decides what is reached.
func (s *set) expands() bool {
	if s.Navigator == nil {
		_, navigates := s.Reader.(odata.Navigator)
		return !navigates
	}
	reader, navigator := reflect.ValueOf(s.Reader), reflect.ValueOf(s.Navigator)
	return reader.Type() == navigator.Type() && reader.Comparable() && reader.Equal(navigator)
}

// asked is q as the provider of its set is asked for it.
func (s *Service) asked(q *odata.Query) *odata.Query {
	if len(q.Expand) == 0 || s.sets[q.Set].expands() {
		return q
	}
	bare := *q
	bare.Expand = nil
	return &bare
}

// unexpanded is the answer to q of a provider that was not asked for its expansions.
func unexpanded(q *odata.Query, result *odata.Result) *odata.Result {
	rest := odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Custom: q.Custom}
	if result.Rest != nil {
		rest = *result.Rest
	}
	rest.Expand = q.Expand
	left := *result
	left.Rest = &rest
	return &left
}

// complete passes rows on whose expansions the provider has performed.
func (e *exchange) complete(p *odata.Projection, rows iter.Seq2[odata.Row, error]) iter.Seq2[odata.Row, error] {
	return func(yield func(odata.Row, error) bool) {
		changes := e.shown != nil || alignsRelated(p)
		for row, err := range rows {
			if err == nil {
				if changes {
					row.Related = ownRelated(row.Related)
				}
				err = e.admit(p, row.Related)
			}
			if err != nil {
				yield(odata.Row{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// admit counts entities that the provider has expanded, and brings what they say
// about their streams into line.
func (e *exchange) admit(p *odata.Projection, related []odata.Related) error {
	for i := range p.Navigation {
		n := &p.Navigation[i]
		if n.Expanded == nil || n.Index >= len(related) {
			continue
		}
		for j := range related[n.Index].Rows {
			row := &related[n.Index].Rows[j]
			if e.budget.rows++; e.budget.rows > e.service.limits.Rows {
				return tooManyRows()
			}
			alignStreams(n.Expanded, row)
			if row.Related == nil {
				continue
			}
			if err := e.admit(n.Expanded, row.Related); err != nil {
				return err
			}
		}
	}
	return nil
}

// alignsRelated reports that what expanded entities say about their streams may
// have to be brought into line.
func alignsRelated(p *odata.Projection) bool {
	return slices.ContainsFunc(p.Navigation, func(n odata.ProjectedNavigation) bool {
		return n.Expanded != nil && (len(n.Expanded.Type.NamedStreams()) > 0 || alignsRelated(n.Expanded))
	})
}

// ownRelated copies expanded entities as far as they are changed here: they may be
// the provider's for longer than a row lasts.
func ownRelated(related []odata.Related) []odata.Related {
	related = slices.Clone(related)
	for i := range related {
		related[i].Rows = slices.Clone(related[i].Rows)
		for j := range related[i].Rows {
			related[i].Rows[j].Related = ownRelated(related[i].Rows[j].Related)
		}
	}
	return related
}
