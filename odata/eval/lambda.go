package eval

import (
	"sync"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A lambda is a compiled any or all. One of values and related is set.
type lambda struct {
	values  valueFunc
	related *trail
	only    []*metadata.EntityType // casts of the collection: entities must be all of these

	body   conditionFunc // nil: any entity or item will do
	decide truth         // the truth of body that ends the search: yes for any, no for all

	scopes sync.Pool // of *scope, so that a row allocates none
}

// lambda compiles any and all over related entities or over a collection of
// values. Over nothing, and over null, any is false and all is true. A null body
// counts as false.
func (c *compiler) lambda(e *odata.Lambda) (conditionFunc, error) {
	l := &lambda{decide: truthOf(!e.All), scopes: sync.Pool{New: func() any { return new(scope) }}}
	if e.Of == nil || e.All && e.Body == nil {
		return nil, odata.Internalf("eval: all needs a collection and a condition")
	}
	if e.Of.Type().Entity != nil {
		if err := c.relatedCollection(l, e.Of); err != nil {
			return nil, err
		}
	} else {
		x, err := c.value(e.Of)
		if err != nil {
			return nil, err
		}
		l.values = x.get
	}
	if e.Body != nil {
		var variable place
		if l.related != nil {
			variable.layout = l.related.layout
		}
		inner := compiler{root: c.root, vars: append(c.vars[:len(c.vars):len(c.vars)], &variable)}
		var err error
		if l.body, err = inner.condition(e.Body); err != nil {
			return nil, err
		}
	}
	if l.related != nil {
		return l.overRelated, nil
	}
	return l.overValues, nil
}

// relatedCollection compiles a collection of entities.
func (c *compiler) relatedCollection(l *lambda, e odata.Expr) error {
	switch e := e.(type) {
	case *odata.TypeCast:
		l.only = append(l.only, e.Entity)
		return c.relatedCollection(l, e.Of)
	case *odata.Navigate:
		t, err := c.trail(e)
		l.related = t
		return err
	}
	return odata.Internalf("eval: %T does not lead to entities", e)
}

// overRelated evaluates the lambda over related entities. When a page limit has
// cut them short and those at hand do not decide, there is no answer: it fails
// rather than guess.
func (l *lambda) overRelated(row *odata.Row, outer *scope) (truth, error) {
	entity, err := l.related.from(row, outer)
	if err != nil || entity == nil {
		return l.otherwise(), err
	}
	s := l.enter(outer)
	defer l.leave(s)
	for i := 0; ; i++ {
		if s.row, i, err = l.related.next(entity, i); err != nil {
			return no, err
		}
		if s.row == nil {
			break
		}
		if !l.admits(s.row) {
			continue
		}
		if decided, err := l.decidedBy(row, s); decided || err != nil {
			return l.decide, err
		}
	}
	if l.related.isCut(entity) {
		return no, tooManyRelated()
	}
	return l.otherwise(), nil
}

// overValues evaluates the lambda over the items of a collection.
func (l *lambda) overValues(row *odata.Row, outer *scope) (truth, error) {
	v, err := l.values(row, outer)
	if err != nil || v.Kind() != edm.KindCollection {
		return l.otherwise(), err
	}
	s := l.enter(outer)
	defer l.leave(s)
	for _, item := range v.Elements() {
		s.item = item
		if decided, err := l.decidedBy(row, s); decided || err != nil {
			return l.decide, err
		}
	}
	return l.otherwise(), nil
}

// decidedBy reports that the element in s ends the search.
func (l *lambda) decidedBy(row *odata.Row, s *scope) (bool, error) {
	if l.body == nil {
		return true, nil
	}
	t, err := l.body(row, s)
	return (t == yes) == (l.decide == yes), err
}

// otherwise is the result when no element decides.
func (l *lambda) otherwise() truth { return truthOf(l.decide == no) }

func (l *lambda) admits(entity *odata.Row) bool {
	for _, t := range l.only {
		if !l.related.layout.typeOf(entity).Is(t) {
			return false
		}
	}
	return true
}

func (l *lambda) enter(outer *scope) *scope {
	s := l.scopes.Get().(*scope)
	s.outer = outer
	return s
}

// leave gives the scope back without what it referred to.
func (l *lambda) leave(s *scope) {
	*s = scope{}
	l.scopes.Put(s)
}
