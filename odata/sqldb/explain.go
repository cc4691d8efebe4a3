package sqldb

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Explain tells which statements answer a query, see [odata.Explainer]. It asks the
// database for nothing but plans.
func (s *storedSet) Explain(ctx context.Context, q *odata.Query, options odata.ExplainOptions) (*odata.Explanation, error) {
	folded := foldQuery(q)
	sh := shape{dialect: s.store.dialect}
	sh.query(folded)
	p, err := s.explained(folded, options, &sh)
	if err != nil {
		return nil, err
	}
	sh.values = bound(ctx, p.ambient, sh.values)
	x := &odata.Explanation{}
	if x.Rest = p.rest(q); p.filterLeft || p.orderLeft {
		x.Reason = "not in SQL: " + p.why
	}
	if p.unsaid != nil {
		x.Reason += "; the provider finishes " + x.Rest.Clauses()
		x.Rest = expansionsOf(q)
	}
	add := func(statement *Statement, numbers []int) error {
		args := arguments(numbers, sh.values)
		text := odata.ExplainedStatement{Text: statement.Text, Params: make([]edm.Value, len(args))}
		for i, v := range args {
			text.Params[i] = v.Clone()
		}
		if options.Plan {
			if text.Plan, err = s.store.plan(ctx, statement, args); err != nil {
				return err
			}
		}
		x.Statements = append(x.Statements, text)
		return nil
	}
	if p.statement != nil {
		if err := add(p.statement, p.numbers); err != nil {
			return nil, err
		}
	}
	if p.count != nil && p.total < 0 {
		if err := add(p.count, p.countNumbers); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// explained makes the plan of a query. It is not kept: queries that are explained
// must not push out those that are run.
func (s *storedSet) explained(q *odata.Query, options odata.ExplainOptions, sh *shape) (*plan, error) {
	if s.store.mapping.bySet[q.Set] == nil || options.Nav == nil && q.Set != s.table.set {
		return nil, odata.Internalf("sqldb: the store does not have the query's set")
	}
	b := copyQuery(q, s.store.dialect)
	if options.Nav == nil {
		return compilePlan(s.store.dialect, s.store.mapping, b, s.table)
	}
	end, err := s.table.end(options.Nav)
	if err != nil {
		return nil, err
	}
	size := powerOfTwo(min(max(options.From, 1), maxStarts))
	for range size * len(s.table.key) {
		sh.values = append(sh.values, edm.Null)
	}
	return compileNavigation(s.store.dialect, s.store.mapping, b, s.table, end, size)
}

// plan is the database's own plan of a statement. The arguments are bound as they
// are to run it, and it is not run.
func (s *Store) plan(ctx context.Context, statement *Statement, args []edm.Value) (lines []string, err error) {
	explain := &Statement{Text: "EXPLAIN " + statement.Text, Params: statement.Params, Columns: []Form{{Kind: edm.KindString}}}
	if s.dialect == SQLite {
		number := Form{Kind: edm.KindInt64}
		explain.Text = "EXPLAIN QUERY PLAN " + statement.Text
		explain.Columns = []Form{number, number, number, {Kind: edm.KindString}}
	}
	rows, err := s.db.Query(ctx, explain, args)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	cells := make([]edm.Value, len(explain.Columns))
	depth := map[int64]int{0: 0} // of SQLite's lines, by their numbers
	for {
		more, err := rows.Next(cells)
		if err != nil || !more {
			return lines, err
		}
		line := strings.Clone(cells[len(cells)-1].Str())
		if s.dialect == SQLite {
			under := depth[cells[1].Int()]
			depth[cells[0].Int()] = under + 1
			line = strings.Repeat("  ", under) + line
		}
		lines = append(lines, line)
	}
}

// Explain tells which statements answer a query of the set in the query's service.
func (s *typedSet) Explain(ctx context.Context, q *odata.Query, options odata.ExplainOptions) (*odata.Explanation, error) {
	if options.Nav != nil {
		return nil, errNoNavigator(options.Nav)
	}
	stored, err := s.in(q.Set)
	if err != nil {
		return nil, err
	}
	return stored.Explain(ctx, q, options)
}

// errNoNavigator is for a set of its own, which has no links that could be followed.
func errNoNavigator(nav *metadata.NavigationProperty) error {
	return odata.Internalf("sqldb: a set of its own does not follow %s", nav.Name)
}
