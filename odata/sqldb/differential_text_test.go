package sqldb_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// requestOf is a bound query as the target of a request, which a service binds to
// the same query again. Its order is made total by the key, so that all stores have
// to send the same; expand and choose are the raw values of $expand and $select,
// empty for none.
func requestOf(q *odata.Query, expand, choose string) string {
	target := q.Set.Name
	if q.Type != q.Set.Type() {
		target += "/" + q.Type.QualifiedName()
	}
	var options []string
	add := func(name, value string) {
		if value != "" {
			options = append(options, name+"="+url.QueryEscape(value))
		}
	}
	if q.Filter != nil {
		add("$filter", expressionText(q.Filter))
	}
	var order []string
	keys := slices.Clone(q.Set.Type().KeyProperties())
	for _, o := range q.OrderBy {
		direction := " asc"
		if o.Descending {
			direction = " desc"
		}
		order = append(order, expressionText(o.By)+direction)
		if m, ok := o.By.(*odata.Member); ok {
			if _, it := m.Of.(*odata.Variable); it {
				keys = slices.DeleteFunc(keys, func(p *metadata.Property) bool { return p == m.Property })
			}
		}
	}
	for _, p := range keys {
		order = append(order, p.Name)
	}
	add("$orderby", strings.Join(order, ","))
	if q.Top != nil {
		add("$top", fmt.Sprint(*q.Top))
	}
	if q.Skip > 0 {
		add("$skip", fmt.Sprint(q.Skip))
	}
	if q.Total {
		add("$inlinecount", "allpages")
	}
	add("$expand", expand)
	add("$select", choose)
	return target + "?" + strings.Join(options, "&")
}

// expressionText is a bound expression in the syntax of $filter. Promotions are not
// written: binding makes them again.
func expressionText(e odata.Expr) string {
	switch e := e.(type) {
	case *odata.Literal:
		return e.Value.String()
	case *odata.Variable:
		return e.Name
	case *odata.Member:
		return pathTo(e.Of) + e.Property.Name
	case *odata.Dynamic:
		return pathTo(e.Of) + e.Name
	case *odata.Navigate:
		return pathTo(e.Of) + e.Nav.Name
	case *odata.TypeCast:
		return pathTo(e.Of) + e.Entity.QualifiedName()
	case *odata.Unary:
		return "(" + e.Op.String() + " (" + expressionText(e.X) + "))"
	case *odata.Binary:
		return "(" + expressionText(e.L) + " " + e.Op.String() + " " + expressionText(e.R) + ")"
	case *odata.Convert:
		return expressionText(e.X)
	case *odata.Call:
		return e.Function.Name + "(" + argumentTexts(e.Args...) + ")"
	case *odata.IsOf:
		return "isof(" + argumentTexts(e.X) + ",'" + e.Of.String() + "')"
	case *odata.Cast:
		return "cast(" + argumentTexts(e.X) + ",'" + e.To.String() + "')"
	case *odata.Lambda:
		name := "any"
		if e.All {
			name = "all"
		}
		if e.Body == nil {
			return pathTo(e.Of) + name + "()"
		}
		return pathTo(e.Of) + name + "(" + e.Var.Name + ": " + expressionText(e.Body) + ")"
	}
	panic(fmt.Sprintf("no syntax makes a %T", e))
}

func argumentTexts(args ...odata.Expr) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = expressionText(a)
	}
	return strings.Join(texts, ",")
}

// pathTo is what stands before a step of a path.
func pathTo(of odata.Expr) string { return expressionText(of) + "/" }

// routesOf are the paths that $expand of entities of a set can have, two steps long
// at most.
func routesOf(set *metadata.EntitySet, steps int) (routes []string) {
	for _, t := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
		for _, nav := range t.AllNavigationProperties() {
			if nav.DeclaringType() != t || set.NavigationTarget(nav) == nil {
				continue
			}
			route := nav.Name
			if t != set.Type() {
				route = t.QualifiedName() + "/" + nav.Name
			}
			routes = append(routes, route)
			if steps > 1 {
				for _, further := range routesOf(set.NavigationTarget(nav), steps-1) {
					routes = append(routes, route+"/"+further)
				}
			}
		}
	}
	return routes
}

// adorned draws what a request asks for besides conditions and order.
func adorned(rng *rand.Rand, q *odata.Query) (expand, choose string) {
	if routes := routesOf(q.Set, 2); len(routes) > 0 && rng.IntN(2) == 0 {
		var chosen []string
		for _, at := range rng.Perm(len(routes))[:min(len(routes), 1+rng.IntN(2))] {
			chosen = append(chosen, routes[at])
		}
		expand = strings.Join(chosen, ",")
	} else if rng.IntN(3) == 0 {
		all := q.Set.Type().StructuralProperties()
		var chosen []string
		for _, at := range rng.Perm(len(all))[:1+rng.IntN(len(all))] {
			chosen = append(chosen, all[at].Name)
		}
		choose = strings.Join(chosen, ",")
	}
	return expand, choose
}
