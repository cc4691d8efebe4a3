package eval

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A place is where an expression finds an entity. A nil row is null.
type place struct {
	layout *Layout // nil for a range variable over values
	get    func(row *odata.Row, s *scope) (*odata.Row, error)
	it     bool // get is the identity: the entity is $it
}

// yieldsEntity reports that e leads to one entity, or is the null of one.
func yieldsEntity(e odata.Expr) bool {
	if e == nil {
		return false
	}
	t := e.Type()
	return t.Entity != nil && !t.Collection
}

// entity compiles an expression that leads to one entity.
func (c *compiler) entity(e odata.Expr) (*place, error) {
	switch e := e.(type) {
	case *odata.Variable:
		return c.entityVariable(e)
	case *odata.Navigate:
		return c.navigation(e)
	case *odata.TypeCast:
		return c.typeCast(e)
	}
	return nil, odata.Internalf("eval: %T does not lead to an entity", e)
}

func (c *compiler) entityVariable(e *odata.Variable) (*place, error) {
	if e.Depth == 0 {
		return &place{layout: c.root, it: true,
			get: func(row *odata.Row, _ *scope) (*odata.Row, error) { return row, nil }}, nil
	}
	declared, hops, err := c.lookup(e)
	if err != nil {
		return nil, err
	}
	if declared.layout == nil {
		return nil, odata.Internalf("eval: %s is not an entity", e.Name)
	}
	return &place{layout: declared.layout,
		get: func(_ *odata.Row, s *scope) (*odata.Row, error) { return s.up(hops).row, nil }}, nil
}

// lookup finds a range variable, and how many lambdas further out it is.
func (c *compiler) lookup(e *odata.Variable) (declared *place, hops int, err error) {
	if e.Depth < 1 || e.Depth > len(c.vars) {
		return nil, 0, odata.Internalf("eval: %s is not in scope", e.Name)
	}
	return c.vars[e.Depth-1], len(c.vars) - e.Depth, nil
}

// variable is a range variable over values.
func (c *compiler) variable(e *odata.Variable) (operand, error) {
	if e.Depth == 0 {
		return operand{}, odata.Internalf("eval: %s has no value", e.Name)
	}
	declared, hops, err := c.lookup(e)
	if err != nil {
		return operand{}, err
	}
	if declared.layout != nil {
		return operand{}, odata.Internalf("eval: %s has no value", e.Name)
	}
	return computed(func(_ *odata.Row, s *scope) (edm.Value, error) { return s.up(hops).item, nil }), nil
}

// navigation follows a single-valued navigation property.
func (c *compiler) navigation(e *odata.Navigate) (*place, error) {
	if e.Nav.IsCollection() {
		return nil, odata.Internalf("eval: %s leads to many entities", e.Nav.Name)
	}
	t, err := c.trail(e)
	if err != nil {
		return nil, err
	}
	return &place{layout: t.layout, get: func(row *odata.Row, s *scope) (*odata.Row, error) {
		entity, err := t.from(row, s)
		if err != nil || entity == nil {
			return nil, err
		}
		related, _, err := t.next(entity, 0)
		return related, err
	}}, nil
}

// typeCast yields the entity if it is an instance of the type, and null if not.
func (c *compiler) typeCast(e *odata.TypeCast) (*place, error) {
	of, err := c.entity(e.Of)
	if err != nil {
		return nil, err
	}
	get, layout, wanted := of.get, of.layout, e.Entity
	return &place{layout: layout, get: func(row *odata.Row, s *scope) (*odata.Row, error) {
		entity, err := get(row, s)
		if err != nil || entity == nil || !layout.typeOf(entity).Is(wanted) {
			return nil, err
		}
		return entity, nil
	}}, nil
}

// member reads a property of an entity or of a complex value.
func (c *compiler) member(e *odata.Member) (operand, error) {
	if e.Of == nil {
		return operand{}, odata.Internalf("eval: %s belongs to nothing", e.Property.Name)
	}
	if complexType := e.Of.Type().Complex; complexType != nil {
		return c.complexMember(e, complexType)
	}
	of, err := c.entity(e.Of)
	if err != nil {
		return operand{}, err
	}
	field, err := of.layout.field(e.Property)
	if err != nil {
		return operand{}, err
	}
	if of.it {
		return operand{field: field,
			get: func(row *odata.Row, _ *scope) (edm.Value, error) { return fieldOf(row, field) }}, nil
	}
	get := of.get
	return computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		entity, err := get(row, s)
		if err != nil || entity == nil {
			return edm.Null, err
		}
		return fieldOf(entity, field)
	}), nil
}

// complexMember reads a member of a complex value. A value that ends before the
// member does not have it: the member is null.
func (c *compiler) complexMember(e *odata.Member, of *metadata.ComplexType) (operand, error) {
	at := slices.Index(of.AllProperties(), e.Property)
	if at < 0 {
		return operand{}, odata.Internalf("eval: %s has no member %s", of.QualifiedName(), e.Property.Name)
	}
	x, err := c.value(e.Of)
	if err != nil {
		return operand{}, err
	}
	get := x.get
	return computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if err != nil || v.Kind() != edm.KindComplex {
			return edm.Null, err
		}
		if members := v.Elements(); at < len(members) {
			return members[at], nil
		}
		return edm.Null, nil
	}), nil
}

// dynamic reads an undeclared property of an open entity: null where the entity
// does not have it.
func (c *compiler) dynamic(e *odata.Dynamic) (operand, error) {
	of, err := c.entity(e.Of)
	if err != nil {
		return operand{}, err
	}
	get, name := of.get, e.Name
	return computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		entity, err := get(row, s)
		if err != nil || entity == nil {
			return edm.Null, err
		}
		at, ok := slices.BinarySearchFunc(entity.Dynamic, name, compareName)
		if !ok {
			return edm.Null, nil
		}
		return entity.Dynamic[at].Value, nil
	}), nil
}

func compareName(p odata.DynamicProperty, name string) int { return strings.Compare(p.Name, name) }
