package sqldb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Explain tells how a query of one of the store's sets is answered, for operators and
// logs: clients must not see it. It does not look at the database.
//
// statement is the SQL, params are its arguments in the order of their placeholders,
// and rest is what is left to the service, "" for nothing:
//
//	filter (eq Colour:? 'red':String); order Code:String desc; top 2
//
// A total that has a statement of its own comes second, behind a semicolon and a
// line break, with its arguments behind those of the first. A query that cannot be
// answered has no statement, and rest says why.
func (s *Store) Explain(q *odata.Query) (statement string, params []edm.Value, rest string) {
	table := s.mapping.bySet[q.Set]
	if table == nil {
		return "", nil, "the store does not have the query's set"
	}
	folded := foldQuery(q)
	sh := shape{dialect: s.dialect}
	sh.query(folded)
	p, err := compilePlan(s.dialect, s.mapping, copyQuery(folded, s.dialect), table)
	if err != nil {
		return "", nil, err.Error()
	}
	var texts []string
	add := func(s *Statement, numbers []int) {
		texts = append(texts, s.Text)
		for _, v := range arguments(numbers, sh.values) {
			params = append(params, v.Clone())
		}
	}
	if p.statement != nil {
		add(p.statement, p.numbers)
	}
	if p.count != nil && p.total < 0 {
		add(p.count, p.countNumbers)
	}
	rest = left(p.rest(q))
	if p.why != "" {
		rest += " (not in SQL: " + p.why + ")"
	}
	return strings.Join(texts, ";\n"), params, rest
}

// Explain does the same for a set that was made by [Set] or [Store.Sets]. The query
// is one of a service that has the set.
func Explain(set odata.EntitySet, q *odata.Query) (statement string, params []edm.Value, rest string) {
	stored, err := madeHere(&set)
	if err != nil {
		return "", nil, err.Error()
	}
	if rows, ok := set.Reader.(*typedSet); ok {
		if stored, err = rows.in(q.Set); err != nil {
			return "", nil, err.Error()
		}
	}
	return stored.store.Explain(q)
}

// left prints the clauses of a query.
func left(q *odata.Query) string {
	if q == nil {
		return ""
	}
	var clauses []string
	if q.Filter != nil {
		clauses = append(clauses, "filter "+odata.Dump(q.Filter))
	}
	if q.Total {
		clauses = append(clauses, "total")
	}
	if len(q.OrderBy) > 0 {
		terms := make([]string, len(q.OrderBy))
		for i, o := range q.OrderBy {
			terms[i] = odata.Dump(o.By)
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
