package providertest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A generator writes random query text for one model and its content. It goes
// by types, so that nearly all of it binds.
type generator struct {
	content *content
	routes  map[*metadata.EntityType][]route
	seen    map[edm.Kind][]edm.Value // values of the data, for literals that hit

	rng   *rand.Rand
	scope []variable // $it, then the range variables

	// sample evaluates expressions for one entity.
	sample brute
}

// A route is a path from an entity to something in reach of it.
type route struct {
	path    string // begins with a slash; empty for the entity itself
	to      metadata.TypeRef
	dynamic bool
}

// A variable is what paths begin with. That of $it has no name.
type variable struct {
	name   string
	routes []route
}

// How far paths reach: steps counts navigation, complex members and casts.
const (
	routeSteps      = 3
	routeNavigation = 2
)

func newGenerator(c *content) *generator {
	g := &generator{content: c, routes: map[*metadata.EntityType][]route{}, seen: map[edm.Kind][]edm.Value{}}
	for _, v := range c.values {
		g.seen[v.Kind()] = append(g.seen[v.Kind()], v)
	}
	return g
}

// reach are the routes from entities of type t.
func (g *generator) reach(t *metadata.EntityType) []route {
	if _, ok := g.routes[t]; !ok {
		g.routes[t] = g.explore(nil, "", t, routeSteps, routeNavigation)
	}
	return g.routes[t]
}

func (g *generator) explore(found []route, path string, t *metadata.EntityType, steps, navs int) []route {
	found = append(found, route{path: path, to: metadata.EntityRef(t)})
	for _, p := range t.StructuralProperties() {
		found = exploreProperty(found, path+"/"+p.Name, p.TypeRef(), steps)
	}
	if t.IsOpen() {
		for _, name := range append(g.content.dynamicNames(t), "Unheard") {
			found = append(found, route{path: path + "/" + name, dynamic: true})
		}
	}
	if steps == 0 {
		return found
	}
	for _, nav := range t.AllNavigationProperties() {
		if !g.content.follows[nav] || navs == 0 {
			continue
		}
		next := path + "/" + nav.Name
		if !nav.IsCollection() {
			found = g.explore(found, next, nav.Target(), steps-1, navs-1)
			continue
		}
		found = append(found, route{path: next, to: nav.TypeRef()})
		for _, derived := range nav.Target().DerivedTypes() {
			found = append(found, route{path: next + "/" + derived.QualifiedName(), to: metadata.TypeRef{Entity: derived, Collection: true}})
		}
	}
	for _, derived := range t.DerivedTypes() {
		found = g.explore(found, path+"/"+derived.QualifiedName(), derived, steps-1, navs)
	}
	return found
}

func exploreProperty(found []route, path string, t metadata.TypeRef, steps int) []route {
	if t.Kind.IsSpatial() || t.Enum != nil {
		return found // compare with nothing, or with the names of members only
	}
	found = append(found, route{path: path, to: t})
	if t.Complex != nil && !t.Collection && steps > 0 {
		for _, p := range t.Complex.AllProperties() {
			found = exploreProperty(found, path+"/"+p.Name, p.TypeRef(), steps-1)
		}
	}
	return found
}

// dynamicNames are the undeclared properties that entities of type t have.
func (c *content) dynamicNames(t *metadata.EntityType) []string {
	names := map[string]bool{}
	for _, records := range c.records {
		for _, r := range records {
			for name := range r.dynamic {
				if r.typ.Is(t) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// A drawn query is the text of a request, in parts that can be left out.
type drawn struct {
	set       *metadata.EntitySet
	cast      *metadata.EntityType // nil for the set's own
	filter    string               // empty for none
	order     []string
	top, skip int // negative for none
	count     bool
}

// draw makes the query that belongs to a seed.
func (g *generator) draw(seed uint64) drawn {
	g.rng = rand.New(rand.NewPCG(seed, 0x0da7a))
	q := drawn{set: g.set(), top: -1, skip: -1}
	t := q.set.Type()
	if derived := t.DerivedTypes(); len(derived) > 0 && g.chance(15) {
		t = pick(g, derived)
		q.cast = t
	}
	g.scope = []variable{{routes: g.reach(t)}}
	g.sampled(q.set, t)
	if g.chance(92) {
		q.filter = g.condition(3).text
	}
	if g.chance(40) {
		for range 1 + g.rng.IntN(3) {
			if term := g.orderTerm(); term != "" {
				q.order = append(q.order, term)
			}
		}
	}
	most := len(g.content.records[q.set])
	if g.chance(30) {
		q.top = g.rng.IntN(most + 2)
	}
	if g.chance(20) {
		q.skip = g.rng.IntN(most/2 + 2)
	}
	q.count = g.chance(30)
	return q
}

// set prefers sets with many entities, of which more can be told.
func (g *generator) set() *metadata.EntitySet {
	weight := func(s *metadata.EntitySet) int { return 1 + len(g.content.records[s]) }
	total := 0
	for _, s := range g.content.order {
		total += weight(s)
	}
	n := g.rng.IntN(total)
	for _, s := range g.content.order {
		if n -= weight(s); n < 0 {
			return s
		}
	}
	return g.content.order[0]
}

// orderTerm sorts by a path or an expression, empty if there is nothing to sort
// by. Dynamic properties may hold values of several types, whose order is
// nobody's business.
func (g *generator) orderTerm() string {
	term := ""
	if g.chance(60) {
		r, name, ok := g.find(func(r route) bool { return r.to.IsPrimitive() && !r.dynamic })
		if !ok {
			return ""
		}
		term = g.path(name, r)
	} else {
		term = g.value(g.kind(), 2).text
	}
	return term + [...]string{"", " asc", " desc"}[g.rng.IntN(3)]
}

func (g *generator) chance(percent int) bool { return g.rng.IntN(100) < percent }

func pick[T any](g *generator, from []T) T { return from[g.rng.IntN(len(from))] }

// find picks a route, of the innermost variable more often than of others.
func (g *generator) find(fits func(route) bool) (r route, name string, ok bool) {
	first := len(g.scope) - 1
	if g.chance(25) {
		first = g.rng.IntN(len(g.scope))
	}
	for i := range g.scope {
		v := g.scope[(first+i)%len(g.scope)]
		n := 0
		for _, candidate := range v.routes {
			if fits(candidate) {
				if n++; g.rng.IntN(n) == 0 {
					r, name, ok = candidate, v.name, true
				}
			}
		}
		if ok {
			return r, name, true
		}
	}
	return route{}, "", false
}

// path is a route as text. What belongs to $it seldom says so, unless that is
// all there is, or a range variable has the name that the path begins with.
func (g *generator) path(name string, r route) string {
	switch {
	case name != "":
		return name + r.path
	case r.path == "" || g.isVariable(r.begins()) || g.chance(6):
		return "$it" + r.path
	}
	return strings.TrimPrefix(r.path, "/")
}

// begins is the first name of the path.
func (r route) begins() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
	return first
}

func (g *generator) isVariable(name string) bool {
	return slices.ContainsFunc(g.scope, func(v variable) bool { return v.name == name })
}

// kind is the type of some property in reach. Rare types are as likely as those
// of which there are many.
func (g *generator) kind() edm.Kind {
	chosen, n := edm.KindInt32, 0
	var seen [edm.KindCollection + 1]bool
	for _, r := range pick(g, g.scope).routes {
		if k := r.to.Kind; r.to.IsPrimitive() && !r.dynamic && !seen[k] {
			seen[k] = true
			if n++; g.rng.IntN(n) == 0 {
				chosen = k
			}
		}
	}
	return chosen
}

// A phrase is a piece of an expression, with how tightly its operator binds.
type phrase struct {
	text  string
	binds binding
}

type binding uint8

const (
	bindsOr binding = iota
	bindsAnd
	bindsComparison
	bindsSum
	bindsProduct
	bindsUnary
	bindsLiteral // like a path, but a minus sign before it would belong to it
	bindsPath
)

// within puts parentheses around p if it binds less than its place asks for, and
// now and then without need.
func (g *generator) within(p phrase, least binding) string {
	if p.binds < least || g.chance(3) {
		return "(" + p.text + ")"
	}
	return p.text
}

var bindings = map[odata.BinaryOp]binding{
	odata.Or: bindsOr, odata.And: bindsAnd, odata.Add: bindsSum, odata.Sub: bindsSum,
	odata.Mul: bindsProduct, odata.Div: bindsProduct, odata.Mod: bindsProduct,
}

// join writes l op r; all operators associate to the left.
func (g *generator) join(op odata.BinaryOp, l, r phrase) phrase {
	binds, ok := bindings[op]
	if !ok {
		binds = bindsComparison
	}
	blank := " "
	if g.chance(2) {
		blank = "\t  "
	}
	return phrase{g.within(l, binds) + blank + op.String() + blank + g.within(r, binds+1), binds}
}
