package odata

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// An Explainer tells how a set's Reader and Navigator answer queries, for
// operators: clients must not see it. It belongs to the two: whoever puts another
// Reader into a set puts another Explainer beside it, or none.
type Explainer interface {
	// Explain tells how q would be answered, without reading an entity. Errors
	// are those that answering q would have before its first row.
	Explain(ctx context.Context, q *Query, options ExplainOptions) (*Explanation, error)
}

// ExplainOptions say what is to be explained.
type ExplainOptions struct {
	// Nav makes q the query of a Navigator that follows this property from
	// entities of the explainer's set, of which there may be up to From. Their
	// keys are not known: as parameters they are null. Nil: q is the Reader's.
	Nav  *metadata.NavigationProperty
	From int // 0 means 1

	// Plan asks for the database's own plans as well, which costs a round trip
	// for each statement. The statements are not run.
	Plan bool
}

// An Explanation is how one query is answered.
type Explanation struct {
	// Statements are what the database is asked, in their order; none where it
	// need not be asked.
	Statements []ExplainedStatement

	// Rest is what is left to the service as in [Result]. Reason tells operators in a
	// few words why, and what the provider does without the database itself; it is
	// empty where nothing is left but expansions.
	Rest   *Query
	Reason string
}

// An ExplainedStatement is one statement to a database.
type ExplainedStatement struct {
	Text   string      // with placeholders, never with literals of the request
	Params []edm.Value // in the order of their placeholders

	// Plan is the database's own plan, line by line and indented as a tree, where
	// it was asked for. Its form is the database's.
	Plan []string
}

// Clauses prints the clauses of q in the order they apply, for logs and
// explanations:
//
//	filter (eq Colour:? 'red':String); order Code:String desc; top 2
//
// Nothing is printed for nil and for a query without clauses.
func (q *Query) Clauses() string {
	if q == nil {
		return ""
	}
	var clauses []string
	if q.Filter != nil {
		clauses = append(clauses, "filter "+Dump(q.Filter))
	}
	if q.Total {
		clauses = append(clauses, "total")
	}
	if len(q.OrderBy) > 0 {
		terms := make([]string, len(q.OrderBy))
		for i, o := range q.OrderBy {
			terms[i] = Dump(o.By)
			if o.Descending {
				terms[i] += " desc"
			}
		}
		clauses = append(clauses, "order "+strings.Join(terms, ", "))
	}
	if q.After != nil {
		position := make([]string, len(q.After))
		for i, v := range q.After {
			position[i] = v.String()
		}
		clauses = append(clauses, "after "+strings.Join(position, ", "))
	}
	if q.Skip > 0 {
		clauses = append(clauses, "skip "+strconv.FormatInt(q.Skip, 10))
	}
	if q.Top != nil {
		clauses = append(clauses, "top "+strconv.FormatInt(*q.Top, 10))
	}
	if len(q.Expand) > 0 {
		names := make([]string, len(q.Expand))
		for i := range q.Expand {
			names[i] = q.Expand[i].Nav.Name
		}
		slices.Sort(names)
		clauses = append(clauses, "expand "+strings.Join(names, ", "))
	}
	return strings.Join(clauses, "; ")
}
