package memory_test

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// naive evaluates conditions over things straight from the rules. vars are the
// range variables in scope: things or values.
type naive struct {
	it   *thing
	vars []any
}

func (n naive) value(e odata.Expr) edm.Value {
	switch e := e.(type) {
	case *odata.Literal:
		return e.Value
	case *odata.Variable:
		return n.vars[e.Depth-1].(edm.Value)
	case *odata.Member:
		if c := e.Of.Type().Complex; c != nil {
			if v := n.value(e.Of); !v.IsNull() {
				return v.Elements()[slices.Index(c.AllProperties(), e.Property)]
			}
		} else if of := n.thing(e.Of); of != nil && of.typ.Property(e.Property.Name) == e.Property {
			v := of.values[e.Property.Name]
			if v.IsNull() && e.Property.TypeRef().Collection {
				return edm.Collection(nil)
			}
			return v
		}
		return edm.Null
	case *odata.Dynamic:
		if of := n.thing(e.Of); of != nil {
			return of.dynamic[e.Name]
		}
		return edm.Null
	case *odata.Unary:
		if v := n.value(e.X); !v.IsNull() {
			return edm.Boolean(!v.Bool())
		}
		return edm.Null
	case *odata.Binary:
		return edm.Boolean(n.binary(e))
	case *odata.IsOf:
		if of := n.thing(e.X); of != nil {
			return edm.Boolean(of.typ.Is(e.Of.Entity))
		}
		return edm.Null
	case *odata.In:
		return edm.Boolean(slices.ContainsFunc(e.Rows, func(row []edm.Value) bool {
			for i, x := range e.X {
				if !holds(odata.Eq, n.value(x), row[i]) {
					return false
				}
			}
			return true
		}))
	case *odata.Lambda:
		return edm.Boolean(n.lambda(e))
	}
	panic("unexpected " + odata.Dump(e))
}

func (n naive) holds(e odata.Expr) bool {
	if e == nil {
		return true
	}
	v := n.value(e)
	return v.Kind() == edm.KindBoolean && v.Bool()
}

func (n naive) binary(e *odata.Binary) bool {
	switch e.Op {
	case odata.And:
		return n.holds(e.L) && n.holds(e.R)
	case odata.Or:
		return n.holds(e.L) || n.holds(e.R)
	}
	if e.L.Type().Entity == nil {
		return holds(e.Op, n.value(e.L), n.value(e.R))
	}
	l, r := n.thing(e.L), n.thing(e.R)
	same := l == r
	if l != nil && r != nil { // of two sets perhaps, which have the same keys
		same = slices.EqualFunc(l.key(), r.key(), edm.Value.Equal)
	}
	return same == (e.Op == odata.Eq)
}

func holds(op odata.BinaryOp, a, b edm.Value) bool {
	if a.IsNull() || b.IsNull() {
		both := a.IsNull() && b.IsNull()
		return op == odata.Eq && both || op == odata.Ne && !both
	}
	order, ok := edm.Compare(a, b)
	switch op {
	case odata.Eq:
		return ok && order == 0
	case odata.Ne:
		return !ok || order != 0
	case odata.Lt:
		return ok && order < 0
	case odata.Le:
		return ok && order <= 0
	case odata.Gt:
		return ok && order > 0
	}
	return ok && order >= 0
}

func (n naive) thing(e odata.Expr) *thing {
	switch e := e.(type) {
	case *odata.Literal:
		return nil
	case *odata.Variable:
		if e.Depth == 0 {
			return n.it
		}
		return n.vars[e.Depth-1].(*thing)
	}
	if all := n.things(e); len(all) > 0 {
		return all[0]
	}
	return nil
}

// things are what e leads to, one or many.
func (n naive) things(e odata.Expr) (all []*thing) {
	switch e := e.(type) {
	case *odata.Navigate:
		of := n.thing(e.Of)
		if of == nil {
			return nil
		}
		for _, t := range of.related[along(e.Nav)] {
			if (naive{it: t}).holds(e.Where) {
				all = append(all, t)
			}
		}
	case *odata.TypeCast:
		from := n.things
		if !e.Of.Type().Collection {
			from = func(e odata.Expr) []*thing {
				if t := n.thing(e); t != nil {
					return []*thing{t}
				}
				return nil
			}
		}
		for _, t := range from(e.Of) {
			if t.typ.Is(e.Entity) {
				all = append(all, t)
			}
		}
	}
	return all
}

func (n naive) lambda(e *odata.Lambda) bool {
	var elements []any
	if e.Of.Type().Entity != nil {
		for _, t := range n.things(e.Of) {
			elements = append(elements, t)
		}
	} else if v := n.value(e.Of); !v.IsNull() {
		for _, item := range v.Elements() {
			elements = append(elements, item)
		}
	}
	for _, x := range elements {
		if (naive{n.it, append(slices.Clone(n.vars), x)}).holds(e.Body) != e.All {
			return !e.All
		}
	}
	return e.All
}

// A speaker makes random conditions over the types of a graph's model.
type speaker struct {
	*graph
	it   *metadata.EntityType
	vars []*odata.Variable
}

// directions are the navigation properties that leave entities of t, and the
// nameless inverses of those that arrive.
func (s *speaker) directions(t *metadata.EntityType) []*metadata.NavigationProperty {
	all := slices.Clone(t.AllNavigationProperties())
	for _, set := range s.model.DefaultContainer().AllEntitySets() {
		for _, other := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range other.NavigationProperties {
				if nav.Partner() == nil && t.Is(nav.Target()) {
					all = append(all, nav.Inverse())
				}
			}
		}
	}
	return all
}

// subject is $it or a range variable over entities.
func (s *speaker) subject() *odata.Variable {
	if len(s.vars) > 0 && s.IntN(3) > 0 {
		if v := pick(s.Rand, s.vars); v.Of.Entity != nil {
			return v
		}
	}
	return odata.ItOf(s.it)
}

// entity is a path to one entity.
func (s *speaker) entity() odata.Expr {
	var e odata.Expr = s.subject()
	for s.IntN(2) == 0 {
		var single []*metadata.NavigationProperty
		for _, nav := range s.directions(e.Type().Entity) {
			if !nav.IsCollection() {
				single = append(single, nav)
			}
		}
		if len(single) > 0 {
			e = s.navigate(e, pick(s.Rand, single))
		}
		e = s.cast(e)
	}
	return s.cast(e)
}

func (s *speaker) navigate(of odata.Expr, nav *metadata.NavigationProperty) odata.Expr {
	e := &odata.Navigate{Of: of, Nav: nav}
	if s.IntN(5) == 0 {
		guard := speaker{graph: s.graph, it: nav.Target()}
		e.Where = guard.condition(1)
	}
	return e
}

func (s *speaker) cast(e odata.Expr) odata.Expr {
	if derived := e.Type().Entity.DerivedTypes(); len(derived) > 0 && s.IntN(4) == 0 {
		return &odata.TypeCast{Of: e, Entity: pick(s.Rand, derived)}
	}
	return e
}

// collection is a path to many entities, nil where there is none.
func (s *speaker) collection() odata.Expr {
	of := s.entity()
	var many []*metadata.NavigationProperty
	for _, nav := range s.directions(of.Type().Entity) {
		if nav.IsCollection() {
			many = append(many, nav)
		}
	}
	if len(many) == 0 {
		return nil
	}
	return s.cast(s.navigate(of, pick(s.Rand, many)))
}

// primitive is a path to a value, and constants it may have.
func (s *speaker) primitive() (path odata.Expr, constant func() edm.Value) {
	if len(s.vars) > 0 && s.IntN(3) == 0 {
		if v := pick(s.Rand, s.vars); v.Of.Entity == nil {
			return v, func() edm.Value { return s.value(v.Of) }
		}
	}
	of := s.entity()
	t := of.Type().Entity
	if t.IsOpen() && s.IntN(3) == 0 {
		return &odata.Dynamic{Of: of, Name: pick(s.Rand, []string{"D", "E"})}, func() edm.Value { return pick(s.Rand, []edm.Value{edm.Int32(1), edm.String("a")}) }
	}
	p := pick(s.Rand, t.StructuralProperties())
	path = &odata.Member{Of: of, Property: p}
	ref := p.TypeRef()
	switch {
	case slices.Contains(t.KeyProperties(), p):
		return path, func() edm.Value { return keyNumber(p.Kind(), s.IntN(8)) }
	case ref.Collection || ref.Kind.IsSpatial():
		return s.primitive()
	case ref.Complex != nil:
		m := pick(s.Rand, ref.Complex.AllProperties())
		return &odata.Member{Of: path, Property: m}, func() edm.Value { return s.value(m.TypeRef()) }
	}
	return path, func() edm.Value { return s.value(ref) }
}

// isKey compares the whole key of an entity, as requests for one entity do.
func (s *speaker) isKey(of odata.Expr) odata.Expr {
	var all odata.Expr
	for _, p := range of.Type().Entity.KeyProperties() {
		l, r := odata.Expr(&odata.Member{Of: of, Property: p}), literal(keyNumber(p.Kind(), s.IntN(8)))
		if s.IntN(4) == 0 {
			l, r = r, l
		}
		all = odata.Conjunction(all, binary(odata.Eq, l, r))
	}
	return all
}

// reaching holds for entities from which some steps lead to one with a certain
// key: the form of paths, which stores answer by following links backwards.
func (s *speaker) reaching(of odata.Expr, steps int) odata.Expr {
	all := s.directions(of.Type().Entity)
	if steps == 0 || len(all) == 0 {
		keys := of.Type().Entity.KeyProperties()
		if len(keys) > 1 || s.IntN(3) > 0 {
			return s.isKey(of)
		}
		in := &odata.In{X: []odata.Expr{&odata.Member{Of: of, Property: keys[0]}}}
		for range s.IntN(6) {
			in.Rows = append(in.Rows, []edm.Value{keyNumber(keys[0].Kind(), s.IntN(8))})
		}
		if s.IntN(4) == 0 {
			in.Rows = append(in.Rows, []edm.Value{edm.Null})
		}
		return in
	}
	e := s.cast(s.navigate(of, pick(s.Rand, all)))
	if !e.Type().Collection {
		return s.reaching(e, steps-1)
	}
	v := &odata.Variable{Name: "v", Depth: len(s.vars) + 1, Of: e.Type().Item()}
	inner := speaker{s.graph, s.it, append(slices.Clone(s.vars), v)}
	body := inner.reaching(v, steps-1)
	if s.IntN(3) == 0 { // about another entity
		body = odata.Conjunction(inner.isKey(inner.entity()), body)
	}
	return &odata.Lambda{All: s.IntN(8) == 0, Of: e, Var: v, Body: body}
}

func (s *speaker) condition(depth int) odata.Expr {
	if depth > 0 {
		switch s.IntN(6) {
		case 0, 1:
			return binary(odata.And, s.condition(depth-1), s.condition(depth-1))
		case 2:
			return binary(odata.Or, s.condition(depth-1), s.condition(depth-1))
		case 3:
			return &odata.Unary{Op: odata.Not, X: s.condition(depth - 1)}
		case 4:
			if e := s.lambda(depth - 1); e != nil {
				return e
			}
		}
	}
	switch s.IntN(8) {
	case 0:
		return s.isKey(s.entity())
	case 1:
		l := s.entity()
		var r odata.Expr = &odata.Literal{}
		if other := s.entity(); s.IntN(2) == 0 && slices.Equal(rootKey(l), rootKey(other)) {
			r = other
		}
		return binary(pick(s.Rand, []odata.BinaryOp{odata.Eq, odata.Ne}), l, r)
	case 2:
		x := s.entity()
		return &odata.IsOf{X: x, Of: metadata.EntityRef(pick(s.Rand, append(x.Type().Entity.DerivedTypes(), x.Type().Entity)))}
	case 3:
		path, constant := s.primitive()
		in := &odata.In{X: []odata.Expr{path}}
		for range s.IntN(3) {
			in.Rows = append(in.Rows, []edm.Value{constant()})
		}
		return in
	case 4:
		if e := s.lambda(0); e != nil {
			return e
		}
	}
	path, constant := s.primitive()
	value := constant()
	if s.IntN(6) == 0 {
		value = edm.Null
	}
	return binary(odata.BinaryOp(int(odata.Eq)+s.IntN(6)), path, literal(value))
}

func rootKey(e odata.Expr) []*metadata.Property { return e.Type().Entity.KeyProperties() }

func (s *speaker) lambda(depth int) odata.Expr {
	of := s.collection()
	if s.IntN(5) == 0 {
		of = nil
		for _, p := range s.it.StructuralProperties() {
			if p.TypeRef().Collection && p.TypeRef().Complex == nil {
				of = &odata.Member{Of: odata.ItOf(s.it), Property: p}
			}
		}
	}
	if of == nil {
		return nil
	}
	if s.IntN(6) == 0 {
		return &odata.Lambda{Of: of}
	}
	v := &odata.Variable{Name: "v", Depth: len(s.vars) + 1, Of: of.Type().Item()}
	inner := speaker{s.graph, s.it, append(slices.Clone(s.vars), v)}
	body := inner.condition(depth)
	if v.Of.Entity != nil && s.IntN(2) == 0 {
		body = odata.Conjunction(body, s.isKey(v))
	}
	return &odata.Lambda{All: s.IntN(3) == 0, Of: of, Var: v, Body: body}
}
