package bind

import (
	"strconv"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A waypoint is what a path has come to: the entities of a set, or one of them.
// Each waypoint knows the one before it, so that its entities can be selected by
// a condition alone: what leads to them is told backwards, along the inverse of
// each navigation property. Customers(1)/Orders are the orders with
//
//	(eq Customer/Id 1)
//
// and Customers(1)/BestFriend, whose inverse leads to many, the customers with
//
//	(any ~BestFriend x1: (eq x1/Id 1))
type waypoint struct {
	set *metadata.EntitySet
	of  *entity // the type of the entities, narrowed by casts
	key key     // nil where none was given

	// from is where the path came from: by nav, or by binding call to it. call
	// is set where the entities are what an operation returns.
	from *waypoint
	nav  *metadata.NavigationProperty
	call *odata.OperationCall

	narrowed bool // a cast restricts the one entity that is here
}

// condition selects the entities among those of the set or, behind an
// operation, among those it returns; nil for all.
func (p *waypoint) condition() odata.Expr {
	if p.nav == nil {
		return p.key.ofIt()
	}
	return odata.Conjunction(p.key.ofIt(), p.reached(p.of.it, 0))
}

// holds is the condition that x is the entity at p. depth is the number of
// lambdas around it.
func (p *waypoint) holds(x odata.Expr, depth int) odata.Expr {
	switch {
	case p.nav != nil:
		return odata.Conjunction(p.key.of(x), p.reached(x, depth))
	case p.key == nil && p.call != nil:
		return p.returned(x)
	}
	return p.key.of(x)
}

// reached is the condition that the navigation from the waypoint before leads
// to x.
func (p *waypoint) reached(x odata.Expr, depth int) odata.Expr {
	inverse := p.nav.Inverse()
	var origin odata.Expr = &odata.Navigate{Of: x, Nav: inverse}
	if t := p.from.of.typ; t != p.from.set.Type() && !inverse.Target().Is(t) {
		origin = &odata.TypeCast{Of: origin, Entity: t}
	}
	if !inverse.IsCollection() {
		return p.from.holds(origin, depth)
	}
	depth++
	v := &odata.Variable{Name: "x" + strconv.Itoa(depth), Depth: depth, Of: origin.Type().Item()}
	return &odata.Lambda{Of: origin, Var: v, Body: p.from.holds(v, depth)}
}

// returned is the condition that x is the entity an operation returns, whose key
// is not known yet: the row is filled in when the operation has been called.
func (p *waypoint) returned(x odata.Expr) odata.Expr {
	properties := p.of.typ.KeyProperties()
	if p.call.Key == nil {
		p.call.Key = make([]edm.Value, len(properties))
	}
	in := &odata.In{X: make([]odata.Expr, len(properties)), Rows: [][]edm.Value{p.call.Key}}
	for i, property := range properties {
		in.X[i] = &odata.Member{Of: x, Property: property}
	}
	return in
}

// query asks for the key of what is at p.
func (b *Binder) query(p *waypoint) *odata.Query {
	q := &odata.Query{
		Set: p.set, Type: p.of.typ, Filter: p.condition(),
		Fields: b.collection(p.set, p.of.typ).key,
	}
	p.selects(q)
	return q
}

// selects notes that q selects from the result of the operation that led to p.
func (p *waypoint) selects(q *odata.Query) {
	if p.call != nil {
		p.call.Result = q
	}
}

// sources asks for each entity that the path passes through before it comes to
// p, except for those that operations are bound to: their calls have them.
func (b *Binder) sources(p *waypoint) []*odata.Query {
	if p.from == nil {
		return nil
	}
	before := b.sources(p.from)
	if p.nav == nil {
		return before
	}
	return append(before, b.query(p.from))
}
