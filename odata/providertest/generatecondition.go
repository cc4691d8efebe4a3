package providertest

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

var comparisons = []odata.BinaryOp{odata.Eq, odata.Ne, odata.Lt, odata.Le, odata.Gt, odata.Ge}

// condition writes a condition that nests at most depth deep.
func (g *generator) condition(depth int) phrase {
	if depth > 0 {
		switch n := g.rng.IntN(100); {
		case n < 26:
			return g.join(pick(g, []odata.BinaryOp{odata.And, odata.Or}), g.condition(depth-1), g.condition(depth-1))
		case n < 36:
			return phrase{"not " + g.within(g.condition(depth-1), bindsUnary), bindsUnary}
		case n < 39:
			return g.join(pick(g, comparisons), g.condition(depth-1), phrase{g.literal(edm.KindBoolean), bindsLiteral})
		case n < 57:
			if p, ok := g.lambda(depth - 1); ok {
				return p
			}
		}
	}
	switch n := g.rng.IntN(100); {
	case n < 12:
		return g.textTest(depth)
	case n < 18:
		if p, ok := g.typeTest(depth); ok {
			return p
		}
	case n < 26:
		return g.nullTest(depth)
	case n < 31:
		if p, ok := g.identity(); ok {
			return p
		}
	case n < 40:
		if p, ok := g.dynamicTest(); ok {
			return p
		}
	case n < 43:
		if r, name, ok := g.find(func(r route) bool { return r.to == metadata.PrimitiveType(edm.KindBoolean) }); ok {
			return phrase{g.path(name, r), bindsPath}
		}
		return phrase{pick(g, []string{"true", "false", "null"}), bindsLiteral}
	}
	return g.comparison(depth)
}

// comparison compares two values of one type, or numbers of two that mix.
func (g *generator) comparison(depth int) phrase {
	kind := g.kind()
	ops := comparisons
	if kind == edm.KindBinary {
		ops = ops[:2]
	}
	l := g.value(kind, depth)
	r := phrase{g.literal(kind), bindsLiteral}
	if text, ok := g.hit(l.text); ok && g.chance(35) {
		r.text = text
	} else if g.chance(40) {
		if kind.IsNumeric() && g.chance(40) {
			kind = g.mixing(kind)
		}
		r = g.value(kind, depth)
	}
	if g.chance(10) {
		l, r = r, l
	}
	return g.join(pick(g, ops), l, r)
}

// mixing is a numeric type that goes together with another.
func (g *generator) mixing(k edm.Kind) edm.Kind {
	kinds := []edm.Kind{edm.KindInt32, edm.KindInt64}
	switch k {
	case edm.KindDecimal:
	case edm.KindSingle, edm.KindDouble:
		kinds = append(kinds, edm.KindSingle, edm.KindDouble)
	default:
		kinds = append(kinds, edm.KindSingle, edm.KindDouble, edm.KindDecimal)
	}
	return pick(g, kinds)
}

// textTest searches a text for another.
func (g *generator) textTest(depth int) phrase {
	text, part := g.value(edm.KindString, depth-1).text, g.fragment()
	var p phrase
	switch name := pick(g, []string{"substringof", "startswith", "endswith"}); name {
	case "substringof":
		p = phrase{name + "(" + part + "," + text + ")", bindsPath}
	default:
		p = phrase{name + "(" + text + ", " + part + ")", bindsPath}
	}
	if g.chance(30) {
		return g.join(pick(g, comparisons[:2]), p, phrase{g.literal(edm.KindBoolean), bindsLiteral})
	}
	return p
}

// typeTest is isof, of $it, an entity in reach or a value.
func (g *generator) typeTest(depth int) (phrase, bool) {
	if g.chance(40) {
		x := g.value(g.kind(), depth-1)
		return phrase{"isof(" + x.text + ",'" + pick(g, primitives()) + "')", bindsPath}, true
	}
	r, name, ok := g.find(func(r route) bool {
		return r.to.Entity != nil && !r.to.Collection && len(r.to.Entity.DerivedTypes()) > 0
	})
	if !ok {
		return phrase{}, false
	}
	quoted := "'" + pick(g, append(r.to.Entity.DerivedTypes(), r.to.Entity)).QualifiedName() + "'"
	if path := g.path(name, r); path != "$it" || g.chance(50) {
		quoted = path + "," + quoted
	}
	return phrase{"isof(" + quoted + ")", bindsPath}, true
}

// nullTest compares something with null, which needs no type.
func (g *generator) nullTest(depth int) phrase {
	var x phrase
	switch g.rng.IntN(4) {
	case 0:
		x = g.value(g.kind(), depth)
	case 1:
		x = phrase{"null", bindsLiteral}
	default:
		r, name, _ := g.find(func(r route) bool { return !r.to.Collection })
		x = phrase{g.path(name, r), bindsPath}
	}
	if g.chance(15) {
		return g.join(pick(g, comparisons[:2]), phrase{"null", bindsLiteral}, x)
	}
	return g.join(pick(g, comparisons[:2]), x, phrase{"null", bindsLiteral})
}

// identity compares entities, or complex values.
func (g *generator) identity() (phrase, bool) {
	l, left, ok := g.find(func(r route) bool {
		return !r.to.Collection && (r.to.Entity != nil || r.to.Complex != nil) && r.path != ""
	})
	if !ok {
		return phrase{}, false
	}
	r, right, ok := g.find(func(r route) bool {
		return !r.to.Collection && r.to.Complex == l.to.Complex && r.to.Entity == l.to.Entity
	})
	if !ok {
		return phrase{}, false
	}
	return g.join(pick(g, comparisons[:2]), phrase{g.path(left, l), bindsPath}, phrase{g.path(right, r), bindsPath}), true
}

// dynamicTest asks for an undeclared property, whose type need not be that of
// what it is compared with.
func (g *generator) dynamicTest() (phrase, bool) {
	r, name, ok := g.find(func(r route) bool { return r.dynamic })
	if !ok {
		return phrase{}, false
	}
	x := phrase{g.path(name, r), bindsPath}
	kind := pick(g, []edm.Kind{edm.KindString, edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindDecimal, edm.KindDateTime, edm.KindBoolean})
	switch g.rng.IntN(8) {
	case 0:
		return x, true
	case 1:
		return phrase{"isof(" + x.text + ",'" + pick(g, primitives()) + "')", bindsPath}, true
	case 2:
		return phrase{"startswith(tolower(" + x.text + ")," + g.fragment() + ")", bindsPath}, true
	case 3:
		sum := g.join(pick(g, []odata.BinaryOp{odata.Add, odata.Sub, odata.Mul}), x, phrase{g.literal(pick(g, arithmeticKinds)), bindsLiteral})
		return g.join(pick(g, comparisons), sum, phrase{g.literal(kind), bindsLiteral}), true
	case 4:
		return g.join(pick(g, comparisons[:2]), x, phrase{"null", bindsLiteral}), true
	}
	return g.join(pick(g, comparisons), x, phrase{g.literal(kind), bindsLiteral}), true
}

// lambda is any or all over a collection in reach, at most one within another.
func (g *generator) lambda(depth int) (phrase, bool) {
	if len(g.scope) > 2 {
		return phrase{}, false
	}
	r, name, ok := g.find(func(r route) bool { return r.to.Collection })
	if !ok {
		return phrase{}, false
	}
	path := g.path(name, r)
	if g.chance(10) {
		return phrase{path + "/any()", bindsPath}, true
	}
	v := variable{name: fmt.Sprint("x", len(g.scope))}
	if hidden := pick(g, g.scope[0].routes).begins(); g.chance(6) && hidden != "" && !strings.Contains(hidden, ".") && !g.isVariable(hidden) {
		v.name = hidden // the property has to be asked for by $it then
	}
	if item := r.to.Item(); item.Entity != nil {
		v.routes = g.reach(item.Entity)
	} else {
		v.routes = exploreProperty(nil, "", item, routeSteps)
	}
	g.sampleItem(v.name, path)
	g.scope = append(g.scope, v)
	body := g.condition(depth).text
	g.scope = g.scope[:len(g.scope)-1]
	return phrase{path + "/" + pick(g, []string{"any", "all"}) + "(" + v.name + ":" + body + ")", bindsPath}, true
}
