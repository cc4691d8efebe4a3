package sqldb

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// A plan is how queries of one shape are answered. It is immutable, but for the
// readers that wait to be used again.
type plan struct {
	readers   sync.Pool  // of *reader
	statement *Statement // nil where no row is wanted
	numbers   []int      // of the values that are its arguments
	output    output
	ambient   []*typed.Param // see bound
	total     int            // the column with the total, -1 for none

	// count counts the matches where the statement yields no row to tell it.
	count        *Statement
	countNumbers []int

	// conditions is how many of the filter's conjuncts are performed. Where some
	// are left, so is everything behind; where the order is left, so are the
	// position and the page.
	conditions int
	filterLeft bool
	orderLeft  bool
	joined     []bool  // by expansion; nil for none
	unsaid     *unsaid // what is read for those that are left; nil where the service finishes them
	why        string  // what was not understood, for tests
}

// An output says how rows come out of the columns of a statement.
type output struct {
	columns []Form
	fields  []field
	plain   bool // the fields are the first columns, in their order
	first   int  // the first column of fields
	typ     int  // the column with the type's name, -1 for none
	types   map[string]*metadata.EntityType
	dynamic int   // the column with the undeclared properties, -1 for none
	media   int   // the first of two columns that describe the media resource, -1 for none
	streams []int // the same of the named streams

	expanded []expanded
	related  int // the length of Row.Related, 0 where nothing is expanded
}

// An errUnsupported is what cannot be said in SQL with the same meaning.
type errUnsupported struct{ what string }

func (e *errUnsupported) Error() string { return "not in SQL: " + e.what }

func unsupported(what string) error { return &errUnsupported{what} }

// A compiler makes one statement.
type compiler struct {
	dialect Dialect
	mapping *mapping
	plan    *blueprint
	aliases int
	columns []Form
}

// parameter stands for a value until the statement is complete: what is left out
// again needs no parameter.
func (c *compiler) parameter(number int, kind edm.Kind) string {
	return "\x00" + strconv.Itoa(number) + "\x00" + strconv.Itoa(int(kind)) + "\x00"
}

// statement completes a statement. numbers are those of the values that are its
// arguments.
func (c *compiler) statement(text string) (s *Statement, numbers []int) {
	s = &Statement{Columns: c.columns}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "\x00")
		b.WriteString(before)
		if !found {
			break
		}
		first, rest, _ := strings.Cut(rest, "\x00")
		second, rest, _ := strings.Cut(rest, "\x00")
		text = rest
		number, _ := strconv.Atoi(first)
		kind, _ := strconv.Atoi(second)
		at := slices.Index(numbers, number)
		if at < 0 {
			at = len(numbers)
			numbers = append(numbers, number)
			s.Params = append(s.Params, Form{Kind: edm.Kind(kind)})
		}
		if c.dialect == SQLite {
			b.WriteString("?" + strconv.Itoa(at+1))
		} else {
			b.WriteString("$" + strconv.Itoa(at+1) + "::" + postgresType(edm.Kind(kind)))
		}
	}
	s.Text = b.String()
	return s, numbers
}

// An attempt finds out how much of a query can be said in SQL.
type attempt struct {
	dialect    Dialect
	mapping    *mapping
	blueprint  *blueprint
	table      *table
	conditions []odata.Expr
}

// begin makes a compiler of its own, with $it in a source.
func (a *attempt) begin() *scope {
	c := &compiler{dialect: a.dialect, mapping: a.mapping, plan: a.blueprint}
	return c.from(a.table, a.blueprint.query.Type)
}

// from opens a source with the entities of a table.
func (c *compiler) from(t *table, typ *metadata.EntityType) *scope {
	if typ == nil {
		typ = t.set.Type()
	}
	p := c.newPlace(t, typ)
	p.source = &source{text: p.named()}
	return &scope{compiler: c, it: p}
}

// compilePlan makes the plan of a query that a shape stands for.
func compilePlan(dialect Dialect, m *mapping, b *blueprint, t *table) (*plan, error) {
	a := &attempt{dialect: dialect, mapping: m, blueprint: b, table: t, conditions: conjuncts(b.query.Filter, nil)}
	p := &plan{total: -1}
	defer func() { p.ambient = b.ambient }()
	if err := a.divide(p); err != nil {
		return nil, err
	}
	q := &b.query
	wantTotal := q.Total && !p.filterLeft
	if wantTotal {
		s := a.begin()
		where, err := s.where(truth(true), a.conditions[:p.conditions])
		if err != nil {
			return nil, err
		}
		s.columns = []Form{{Kind: edm.KindInt64}}
		p.count, p.countNumbers = s.statement("SELECT count(*) FROM " + s.it.source.String() + where.clause())
	}
	if b.noRows && !p.filterLeft && !p.orderLeft {
		return p, nil
	}
	s := a.begin()
	list, err := s.output(p.unsaid.widened(q), &p.output)
	if err != nil {
		return nil, err
	}
	if err := a.chosen(p); err != nil {
		return nil, err
	}
	if p.unsaid != nil {
		if list, err = s.expand(p.unsaid.expand, nil, &p.output, list); err != nil {
			return nil, err
		}
	}
	if p.joined != nil {
		if list, err = s.expand(q.Expand, p.joined, &p.output, list); err != nil {
			return nil, err
		}
	}
	where, err := s.where(truth(true), a.conditions[:p.conditions])
	if err != nil {
		return nil, err
	}
	tail := ""
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
		if by := s.orderBy(terms); by != "" {
			tail = " ORDER BY " + by
		}
	}
	// Who has to sort first may not read at all: nothing is opened ahead of that.
	if wantTotal && !p.orderLeft {
		inner := s.compiler.from(t, q.Type)
		matches, err := inner.where(truth(true), a.conditions[:p.conditions])
		if err != nil {
			return nil, err
		}
		p.total = len(p.output.columns)
		p.output.columns = append(p.output.columns, Form{Kind: edm.KindInt64})
		list = append(list, "(SELECT count(*) FROM "+inner.it.source.String()+matches.clause()+")")
	}
	if !p.filterLeft && !p.orderLeft {
		tail += s.page(b)
	}
	if len(list) == 0 {
		list = append(list, "1")
		p.output.columns = append(p.output.columns, Form{Kind: edm.KindInt64})
	}
	s.columns = p.output.columns
	p.statement, p.numbers = s.statement("SELECT " + strings.Join(list, ", ") + " FROM " + s.it.source.String() + where.clause() + tail)
	return p, nil
}

// divide finds the clauses that can be performed. Only leading conditions may be
// performed ahead of the others: a guard comes first, and what it hides must not
// be seen by conditions whose evaluation may fail.
func (a *attempt) divide(p *plan) error {
	for _, condition := range a.conditions {
		if _, err := a.begin().holds(condition, isTrue); err != nil {
			what, ok := errors.AsType[*errUnsupported](err)
			if !ok {
				return err
			}
			p.filterLeft, p.why = true, what.what
			return a.reveal(p)
		}
		p.conditions++
	}
	if _, err := a.begin().order(a.blueprint.query.OrderBy); err != nil {
		what, ok := errors.AsType[*errUnsupported](err)
		if !ok {
			return err
		}
		p.orderLeft, p.why = true, what.what
		return a.reveal(p)
	}
	return nil
}

// A where is the condition of a statement.
type where struct{ condition term }

func (w where) clause() string {
	if w.condition.text == sqlTrue {
		return ""
	}
	return " WHERE " + w.condition.text
}

func (w where) term() term { return w.condition }

func (t term) clauseTerm() where { return where{t} }

// where joins conditions, linked and the entity's type first. Those that may fail
// are evaluated in their order, for the entities that pass those before only.
func (s *scope) where(linked term, conditions []odata.Expr) (where, error) {
	first := all(linked, s.is(s.it, s.it.typ))
	then := truth(true)
	failing := len(conditions)
	terms := make([]term, len(conditions))
	for i, condition := range conditions {
		t, err := s.holds(condition, isTrue)
		if err != nil {
			return where{}, err
		}
		terms[i] = t
		if t.fails && failing == len(conditions) {
			failing = i
		}
	}
	for _, t := range terms[:failing] {
		first = all(first, t)
	}
	for i := len(terms) - 1; i >= failing; i-- {
		then = all(terms[i], then)
	}
	return where{s.guarded(first, then)}, nil
}

// page is the LIMIT clause.
func (s *scope) page(b *blueprint) string {
	text := ""
	switch {
	case b.query.Top != nil:
		text = " LIMIT " + s.parameter(b.top, edm.KindInt64)
	case b.query.Skip > 0 && s.dialect == SQLite:
		text = " LIMIT -1"
	}
	if b.query.Skip > 0 {
		text += " OFFSET " + s.parameter(b.skip, edm.KindInt64)
	}
	return text
}

// output lists the columns that rows are made of.
func (s *scope) output(q *odata.Query, o *output) (list []string, err error) {
	o.typ, o.dynamic, o.media, o.plain, o.first = -1, -1, -1, true, len(o.columns)
	add := func(c *column) int {
		list = append(list, s.raw(s.it, c).text)
		o.columns = append(o.columns, c.form)
		return len(o.columns) - 1
	}
	for _, p := range q.Fields {
		c := s.it.table.columns[p]
		if c == nil {
			return nil, odata.Internalf("sqldb: %s has no property %s/%s", q.Set.Name, p.DeclaringType(), p.Name)
		}
		f := fieldOf(c, s.it.table.types, add)
		o.plain = o.plain && f.step == plainStep
		o.fields = append(o.fields, f)
	}
	t := s.it.table
	if t.discriminator != "" {
		o.typ, o.types = len(o.columns), t.types
		list = append(list, s.it.aliases[0]+"."+quoted(t.discriminator))
		o.columns = append(o.columns, Form{Kind: edm.KindString})
	}
	if t.dynamic != nil {
		o.dynamic = add(t.dynamic)
	}
	return s.describeStreams(q.Type, o, list), nil
}
