package sqldb

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// An answer says how a statement that writes returns what is asked for.
type answer struct {
	list   string // empty where the set's own table has not all of it
	output output

	ambient []*typed.Param // of computed properties, in the order of their numbers in list
}

func (a *answer) row(cells []edm.Value) (odata.Row, error) {
	r := newReader(&a.output)
	copy(r.cells, cells)
	var row odata.Row
	if err := r.row(&row); err != nil {
		return odata.Row{}, err
	}
	return cloned(row), nil
}

// answer plans what is asked for.
func (s *storedSet) answer(q *odata.Query) (*answer, error) {
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	sh.reset()
	sh.dialect = s.store.dialect
	asked := &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields}
	sh.mark('A')
	sh.query(asked)
	a, _ := s.store.plans.find(sh.key).(*answer)
	if a == nil {
		sc := s.direct(copyQuery(asked, s.store.dialect))
		a = new(answer)
		list, err := sc.output(asked, &a.output)
		if err != nil {
			return nil, err
		}
		if len(sc.it.source.joins) == 0 {
			a.list = strings.Join(list, ", ")
			if a.list == "" {
				a.list, a.output.columns = "1", []Form{{Kind: edm.KindInt64}}
			}
		}
		a.ambient = sc.plan.ambient
		a = s.store.plans.keep(sh.key, a).(*answer)
	}
	return a, nil
}

// answer writes the list of what is asked for. Parameters in it become placeholders,
// one behind the other.
func (q *sqlText) answer(ctx context.Context, a *answer) *sqlText {
	list := a.list
	for at, p := range a.ambient {
		list = strings.ReplaceAll(list, new(compiler).parameter(-1-at, p.Kind), q.placeholder(Form{Kind: p.Kind}, p.Value(ctx)))
	}
	return q.add(list)
}

// direct is a scope whose $it is the row that a statement changes.
func (s *storedSet) direct(b *blueprint) *scope {
	c := &compiler{dialect: s.store.dialect, mapping: s.store.mapping, plan: b}
	sc := c.from(s.table, b.query.Type)
	sc.it.aliases[0] = quoted(s.table.parts[0].name)
	sc.it.source.text = sc.it.aliases[0]
	return sc
}

// rowOf reads one entity as q asks for it.
func (s *storedSet) rowOf(ctx context.Context, q *odata.Query, key odata.Key) (row odata.Row, err error) {
	asked := &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Filter: s.table.hasKey(key)}
	err = s.one(ctx, asked, func(found odata.Row) { row = cloned(found) })
	return row, err
}

// hasKey is the condition that an entity has a key.
func (t *table) hasKey(key odata.Key) odata.Expr {
	var conditions []odata.Expr
	it := odata.ItOf(t.set.Type())
	for i, c := range t.key {
		conditions = append(conditions, &odata.Binary{Op: odata.Eq,
			L: &odata.Member{Of: it, Property: c.property}, R: &odata.Literal{Value: key[i], Of: c.property.TypeRef()}})
	}
	return odata.Conjunction(conditions...)
}
