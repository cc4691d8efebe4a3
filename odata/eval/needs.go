package eval

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Needs is what expressions read of one entity: its properties, and what they
// read of the entities its navigation properties lead to. Everything is named
// once. Dynamic properties are not among it, because rows always hold them.
type Needs struct {
	Properties []*metadata.Property
	Navigation []NeededNavigation
}

// A NeededNavigation is a navigation property with what is read beyond it.
type NeededNavigation struct {
	Nav   *metadata.NavigationProperty
	Needs *Needs
}

// Requirements are what the expressions need of $it. Nil expressions need
// nothing. A navigation that is only counted, as in Orders/any(), needs no
// properties of its target.
func Requirements(exprs ...odata.Expr) Needs {
	var root Needs
	for _, e := range exprs {
		if e != nil {
			collector{root: &root}.visit(e)
		}
	}
	return root
}

// Widen adds to q.Fields the properties of $it that the expressions need; what
// is there keeps its position. Navigation is not widened: what to expand, and
// under which guard, is for the caller to decide, who finds it by
// [Requirements]. It fails with KindInternal, and changes nothing, if an
// expression reads a property that no entity of q.Type can have.
func Widen(q *odata.Query, exprs ...odata.Expr) error {
	if allPlain(q, exprs) {
		for _, e := range exprs {
			widenPlain(q, e)
		}
		return nil
	}
	needed := Requirements(exprs...).Properties
	for _, p := range needed {
		if q.Type != nil && !declares(q.Type, p) {
			return odata.Internalf("eval: %s/%s is no property of %s", p.DeclaringType(), p.Name, q.Type.QualifiedName())
		}
	}
	for _, p := range needed {
		q.AddField(p)
	}
	return nil
}

// allPlain reports that the expressions read nothing but properties of $it, all of
// which entities of q can have, as the conditions of most requests do: what they
// need is found without gathering it first.
func allPlain(q *odata.Query, exprs []odata.Expr) bool {
	for _, e := range exprs {
		if e != nil && !isPlain(q, e) {
			return false
		}
	}
	return true
}

func isPlain(q *odata.Query, e odata.Expr) bool {
	switch e := e.(type) {
	case *odata.Literal:
		return true
	case *odata.Member:
		it, ok := e.Of.(*odata.Variable)
		return ok && it.Depth == 0 && it.Type().Complex == nil && (q.Type == nil || declares(q.Type, e.Property))
	case *odata.Unary:
		return isPlain(q, e.X)
	case *odata.Convert:
		return isPlain(q, e.X)
	case *odata.Binary:
		return isPlain(q, e.L) && isPlain(q, e.R)
	}
	return false
}

func widenPlain(q *odata.Query, e odata.Expr) {
	switch e := e.(type) {
	case *odata.Member:
		q.AddField(e.Property)
	case *odata.Unary:
		widenPlain(q, e.X)
	case *odata.Convert:
		widenPlain(q, e.X)
	case *odata.Binary:
		widenPlain(q, e.L)
		widenPlain(q, e.R)
	}
}

// declares reports whether instances of t, or of types derived from it, have p.
func declares(t *metadata.EntityType, p *metadata.Property) bool {
	return t.Property(p.Name) == p || slices.ContainsFunc(t.DerivedTypes(), func(d *metadata.EntityType) bool {
		return d.Property(p.Name) == p
	})
}

// A collector gathers needs while it walks an expression.
type collector struct {
	root *Needs
	vars []*Needs // of the range variables in scope; nil for those over values
}

func (c collector) visit(e odata.Expr) {
	switch e := e.(type) {
	case *odata.Member:
		if e.Of != nil && e.Of.Type().Complex != nil {
			c.visit(e.Of)
			return
		}
		c.entity(e.Of).addProperty(e.Property)
	case *odata.Dynamic:
		c.entity(e.Of)
	case *odata.Variable, *odata.Navigate, *odata.TypeCast:
		c.entity(e)
	case *odata.Binary:
		if yieldsEntity(e.L) || yieldsEntity(e.R) {
			c.identity(e)
			return
		}
		c.visit(e.L)
		c.visit(e.R)
	case *odata.Lambda:
		c.lambda(e)
	default:
		odata.Children(e, func(x odata.Expr) bool {
			c.visit(x)
			return true
		})
	}
}

// entity returns the needs of the entities that e leads to, nil if e leads to
// none.
func (c collector) entity(e odata.Expr) *Needs {
	switch e := e.(type) {
	case *odata.Variable:
		if e.Depth == 0 {
			return c.root
		}
		if e.Depth <= len(c.vars) {
			return c.vars[e.Depth-1]
		}
	case *odata.Navigate:
		related := c.entity(e.Of).follow(e.Nav)
		if e.Where != nil && related != nil {
			collector{root: related}.visit(e.Where) // its $it is the related entity
		}
		return related
	case *odata.TypeCast:
		return c.entity(e.Of)
	}
	return nil
}

// identity notes the keys that comparing two entities needs.
func (c collector) identity(e *odata.Binary) {
	against := !isNull(e.L) && !isNull(e.R)
	for _, side := range [...]odata.Expr{e.L, e.R} {
		needs := c.entity(side)
		if against && needs != nil {
			for _, p := range side.Type().Entity.KeyProperties() {
				needs.addProperty(p)
			}
		}
	}
}

func (c collector) lambda(e *odata.Lambda) {
	var variable *Needs
	if e.Of.Type().Entity != nil {
		variable = c.entity(e.Of)
	} else {
		c.visit(e.Of)
	}
	if e.Body != nil {
		c.vars = append(slices.Clip(c.vars), variable)
		c.visit(e.Body)
	}
}

func (n *Needs) addProperty(p *metadata.Property) {
	if n != nil && !slices.Contains(n.Properties, p) {
		n.Properties = append(n.Properties, p)
	}
}

func (n *Needs) follow(nav *metadata.NavigationProperty) *Needs {
	if n == nil {
		return nil
	}
	for _, known := range n.Navigation {
		if known.Nav == nav {
			return known.Needs
		}
	}
	target := &Needs{}
	n.Navigation = append(n.Navigation, NeededNavigation{nav, target})
	return target
}
