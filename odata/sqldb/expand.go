package sqldb

import (
	"errors"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An expansion that leads to one entity at most is part of the statement that
// reads the entities it starts from: the target is joined, and its columns follow
// theirs. Whatever else has to be expanded is left to the service.

// What the expansions of one query may add to a statement: tables, of which SQLite
// joins 64, and columns, of which PostgreSQL selects 1,664.
const (
	maxJoined        = 24
	maxJoinedColumns = 800
)

// An expanded says how the entity that an expansion leads to comes out of the
// columns of a statement.
type expanded struct {
	at     int // of the expansion in its query
	there  int // a column that is NULL where there is no entity
	output output
}

// leadsToOne reports that an expansion, and all within it, leads to one entity at
// most and asks for nothing that only a statement of its own could answer.
func leadsToOne(x *odata.Expansion) bool {
	if x.Nav.IsCollection() || x.Query.After != nil || x.Query.Skip > 0 || x.Query.Top != nil || x.Query.Total {
		return false
	}
	for i := range x.Query.Expand {
		if !leadsToOne(&x.Query.Expand[i]) {
			return false
		}
	}
	return true
}

// expansions writes what statements depend on.
func (s *shape) expansions(list []odata.Expansion) {
	s.number(uint64(len(list)))
	for i := range list {
		s.number(pointer(list[i].Nav))
		single := leadsToOne(&list[i])
		s.flag(single)
		if !single {
			continue
		}
		q := list[i].Query
		s.number(pointer(q.Set))
		s.number(pointer(q.Type))
		s.number(uint64(len(q.Fields)))
		for _, p := range q.Fields {
			s.number(pointer(p))
		}
		s.encode(fold(q.Filter))
		s.expansions(q.Expand)
	}
}

// expansions copies what shape.expansions has walked.
func (b *blueprint) expansions(list []odata.Expansion) []odata.Expansion {
	copies := slices.Clone(list)
	for i := range copies {
		if !leadsToOne(&list[i]) {
			continue
		}
		q := *list[i].Query
		q.Fields, q.Filter, q.OrderBy = slices.Clone(q.Fields), b.copy(fold(q.Filter)), nil
		q.Expand = b.expansions(q.Expand)
		copies[i].Query = &q
	}
	return copies
}

// A load is what expansions add to a statement.
type load struct{ tables, columns int }

// add adds the tables and columns of what q reads of t. The key's column is there in
// any case.
func (l *load) add(t *table, q *odata.Query) {
	l.tables += len(t.parts)
	l.columns += 2
	if t.dynamic != nil {
		l.columns++
	}
	if t.streams != "" {
		typ := q.Type
		if typ == nil {
			typ = t.set.Type()
		}
		n := 1 + len(typ.NamedStreams())
		l.tables += n
		l.columns += 2 * n
	}
	for _, p := range q.Fields {
		if c := t.columns[p]; c != nil {
			fieldOf(c, t.types, func(*column) int { l.columns++; return 0 })
		}
	}
}

func (l *load) tooMuch() bool { return l.tables > maxJoined || l.columns > maxJoinedColumns }

// chosen finds the expansions that are joined: as many as a statement may have.
func (a *attempt) chosen(p *plan) error {
	list := a.blueprint.query.Expand
	if len(list) == 0 || p.filterLeft || p.orderLeft {
		return nil
	}
	joined := make([]bool, len(list))
	var all load
	for i := range list {
		own := all
		fits, err := a.joins(a.table, &list[i], &own)
		if err != nil {
			return err
		}
		if fits {
			joined[i], all = true, own
			p.joined = joined
		}
	}
	return nil
}

// joins finds out whether the entity that an expansion leads to, and what is
// expanded in it, can be joined, and adds it to the load.
//
// The far columns must be the target's key: a key is unique in any database, at any
// time, so that no row comes twice. A condition that may fail must not see entities
// that a page leaves out.
func (a *attempt) joins(from *table, x *odata.Expansion, all *load) (bool, error) {
	if !leadsToOne(x) {
		return false, nil
	}
	e, err := from.end(x.Nav)
	if err != nil {
		return false, nil // Navigate tells what is wrong
	}
	q := x.Query
	if e.link != nil || e.to.set != q.Set || !hasAll(e.far, e.to.key) {
		return false, nil
	}
	target := (&compiler{dialect: a.dialect, mapping: a.mapping, plan: a.blueprint}).from(e.to, x.Nav.Target())
	if q.Filter != nil {
		visible, err := target.holds(q.Filter, isTrue)
		if _, ok := errors.AsType[*errUnsupported](err); ok {
			return false, nil
		}
		if err != nil || visible.fails {
			return false, err
		}
	}
	all.tables += target.aliases - 1 // of its condition
	all.add(e.to, q)
	if all.tooMuch() {
		return false, nil
	}
	for i := range q.Expand {
		if fits, err := a.joins(e.to, &q.Expand[i], all); !fits {
			return false, err
		}
	}
	return true, nil
}

func hasAll(columns, wanted []*column) bool {
	for _, c := range wanted {
		if !slices.Contains(columns, c) {
			return false
		}
	}
	return true
}

// expand joins what expansions lead to, and adds the columns to those of o. A nil
// joined means all of them.
func (s *scope) expand(expansions []odata.Expansion, joined []bool, o *output, list []string) ([]string, error) {
	for i := range expansions {
		if joined != nil && !joined[i] {
			continue
		}
		x := &expansions[i]
		q := x.Query
		where := q.Filter
		if q.Type != nil && q.Type != x.Nav.Target() {
			where = odata.Conjunction(&odata.IsOf{X: odata.ItOf(x.Nav.Target()), Of: metadata.EntityRef(q.Type)}, where)
		}
		p, err := s.navigate(&odata.Navigate{Of: odata.ItOf(s.it.typ), Nav: x.Nav, Where: where})
		if err != nil {
			return nil, err
		}
		one := expanded{at: i, there: -1, output: output{columns: o.columns}}
		target := &scope{compiler: s.compiler, it: p}
		columns, err := target.output(q, &one.output)
		if err != nil {
			return nil, err
		}
		list = append(list, columns...)
		key := p.table.key[0]
		for j, property := range q.Fields {
			if p.table.columns[property] == key {
				one.there = one.output.fields[j].column
			}
		}
		if one.there < 0 {
			one.there = len(one.output.columns)
			one.output.columns = append(one.output.columns, key.form)
			list = append(list, s.raw(p, key).text)
		}
		if list, err = target.expand(q.Expand, nil, &one.output, list); err != nil {
			return nil, err
		}
		o.columns = one.output.columns
		o.expanded = append(o.expanded, one)
	}
	if o.expanded != nil {
		o.related = len(expansions)
	}
	return list, nil
}

// An expander reads what is expanded in the rows of a reader: one entity at most,
// whose memory is used again for the next row.
type expander struct {
	expanded *expanded
	reader   reader
	row      [1]odata.Row
}

// expanders are those of the expansions in o.
func expanders(o *output, cells []edm.Value) []expander {
	if len(o.expanded) == 0 {
		return nil
	}
	list := make([]expander, len(o.expanded))
	for i := range list {
		x := &o.expanded[i]
		list[i].expanded = x
		list[i].reader.begin(&x.output, cells)
	}
	return list
}

// expand reads the expanded entities of a row.
func (r *reader) expand(row *odata.Row) error {
	for i := range r.expanders {
		x := &r.expanders[i]
		related := &r.related[x.expanded.at]
		if r.cells[x.expanded.there].IsNull() {
			related.Rows = nil
			continue
		}
		if err := x.reader.row(&x.row[0]); err != nil {
			return err
		}
		if related.Rows == nil { // a pointer that stays is no work for the collector
			related.Rows = x.row[:]
		}
	}
	row.Related = r.related
	return nil
}

// Expands reports that Read answers q with all of its expansions by one statement,
// which sees one state of the database.
func (s *storedSet) Expands(q *odata.Query) bool {
	for i := range q.Expand {
		if !leadsToOne(&q.Expand[i]) {
			return false
		}
	}
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	p, err := s.planOf(q, sh)
	return err == nil && p.joined != nil && !slices.Contains(p.joined, false)
}
