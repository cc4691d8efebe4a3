package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// bindName resolves one step of a path. A path begins with $it, a range
// variable, a type cast of $it, or a member of $it; in that order.
func (s *scope) bindName(n *uri.Name) (operand, *odata.Error) {
	if n.Of != nil {
		of, err := s.bind(n.Of)
		if err != nil {
			return operand{}, err
		}
		return s.step(of, n)
	}
	if n.Name == "$it" {
		return operand{expr: s.it.it, at: n.At}, nil
	}
	for _, v := range s.variables {
		if v.Name == n.Name {
			return operand{expr: v, at: n.At}, nil
		}
	}
	if m := s.it.members[n.Name]; m != nil {
		if isUnusable(m.Property.TypeRef()) {
			return operand{}, notAValue(s.place(n.At), m.Property.TypeRef())
		}
		return operand{expr: m, at: n.At}, nil
	}
	return s.step(operand{expr: s.it.it, at: n.At}, n)
}

// step goes on from a bound path.
func (s *scope) step(of operand, n *uri.Name) (operand, *odata.Error) {
	o := operand{at: n.Span()}
	at := s.place(n.At)
	if strings.IndexByte(n.Name, '.') >= 0 {
		var err *odata.Error
		o.expr, err = s.typeCast(of, n.Name, at)
		return o, err
	}
	t := of.typ()
	switch {
	case t.Collection:
		return o, collectionInPath(s.place(of.at), describe(of))
	case t.Entity != nil:
		if p := t.Entity.Property(n.Name); p != nil {
			if isUnusable(p.TypeRef()) {
				return o, notAValue(at, p.TypeRef())
			}
			o.expr = &odata.Member{Of: of.expr, Property: p}
			return o, nil
		}
		if nav := t.Entity.NavigationProperty(n.Name); nav != nil {
			o.expr = &odata.Navigate{Of: of.expr, Nav: nav}
			return o, nil
		}
		if p := s.looseProperty(n.Name, t.Entity.AllProperties()); p != nil {
			o.expr = &odata.Member{Of: of.expr, Property: p}
			return o, nil
		}
		if t.Entity.IsOpen() {
			o.expr, o.dynamic = &odata.Dynamic{Of: of.expr, Name: n.Name}, true
			return o, nil
		}
		return o, unknownProperty(at, t.Entity.QualifiedName(), n.Name, propertyNames(t.Entity))
	case t.Complex != nil:
		if p := t.Complex.Property(n.Name); p != nil {
			if isUnusable(p.TypeRef()) {
				return o, notAValue(at, p.TypeRef())
			}
			o.expr = &odata.Member{Of: of.expr, Property: p}
			return o, nil
		}
		if p := s.looseProperty(n.Name, t.Complex.AllProperties()); p != nil {
			o.expr = &odata.Member{Of: of.expr, Property: p}
			return o, nil
		}
		return o, unknownProperty(at, t.Complex.QualifiedName(), n.Name, memberNames(t.Complex))
	}
	return o, pathThroughValue(at, describe(of), n.Name)
}

// isUnusable reports the types that no expression can do anything with.
func isUnusable(t metadata.TypeRef) bool { return t.Kind == edm.KindStream }

// typeCast narrows an entity, or the entities of a collection, to a type.
func (s *scope) typeCast(of operand, name string, at place) (odata.Expr, *odata.Error) {
	target := s.model.EntityType(name)
	if target == nil {
		return nil, unknownType(at, name)
	}
	from := of.typ().Entity
	switch {
	case from == nil:
		return nil, pathThroughValue(at, describe(of), name)
	case from == target:
		return of.expr, nil
	case !from.Is(target) && !target.Is(from):
		return nil, unrelatedType(at, name, from.QualifiedName())
	}
	return &odata.TypeCast{Of: of.expr, Entity: target}, nil
}
