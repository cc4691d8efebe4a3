package providertest

import (
	"errors"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A brute interprets conditions as they are written, over plain Go values. It
// shares nothing with the evaluator: it knows names, types and promotion from
// the values it meets, looks everything up each time, and calculates with big
// numbers. It takes for granted that the binder has accepted the condition.
//
// Source: OData V3 URI conventions, $filter, null semantics and canonical
// functions.
type brute struct {
	content *content
	it      *record
	vars    map[string]any
}

// The two ways in which there is no value.
var (
	errFails     = errors.New("division by zero or overflow")
	errUndecided = errors.New("beyond the brute-force interpreter")
)

// A term is the value of an expression, a *record for an entity and a []*record
// for several; nil for null.
type term struct {
	value any

	// number is the text of a number without a suffix, which takes its type from
	// the other operand.
	number string

	// dynamic tells that nobody knew the type of the value, so that nothing was
	// converted for it.
	dynamic bool
}

func (b brute) eval(n uri.Node) (term, error) {
	switch n := n.(type) {
	case *uri.Literal:
		t := term{value: plain(n.Value, metadata.TypeRef{})}
		if isNumber(t.value) && n.Raw[len(n.Raw)-1] >= '0' && n.Raw[len(n.Raw)-1] <= '9' {
			t.number = n.Raw
		}
		return t, nil
	case *uri.Name:
		return b.name(n)
	case *uri.Unary:
		return b.unary(n)
	case *uri.Binary:
		return b.binary(n)
	case *uri.Call:
		return b.call(n)
	case *uri.Lambda:
		return b.lambda(n)
	}
	return term{}, errUndecided
}

// name takes one step of a path.
func (b brute) name(n *uri.Name) (term, error) {
	if n.Of == nil {
		if n.Name == "$it" {
			return term{value: b.it}, nil
		}
		if v, ok := b.vars[n.Name]; ok {
			return term{value: v}, nil
		}
	}
	of := term{value: b.it}
	if n.Of != nil {
		var err error
		if of, err = b.eval(n.Of); err != nil {
			return term{}, err
		}
	}
	if strings.Contains(n.Name, ".") {
		return term{value: narrowed(of.value, b.content.model.EntityType(n.Name))}, nil
	}
	switch of := of.value.(type) {
	case members:
		return term{value: of[n.Name]}, nil
	case *record:
		if v, ok := of.values[n.Name]; ok {
			return term{value: v}, nil
		}
		nav := of.typ.NavigationProperty(n.Name)
		switch {
		case nav == nil:
			return term{value: of.dynamic[n.Name], dynamic: true}, nil
		case nav.IsCollection():
			return term{value: of.links[n.Name]}, nil
		case len(of.links[n.Name]) > 0:
			return term{value: of.links[n.Name][0]}, nil
		}
	}
	return term{}, nil
}

// narrowed keeps the entities that are instances of a type.
func narrowed(v any, to *metadata.EntityType) any {
	switch v := v.(type) {
	case *record:
		if v.typ.Is(to) {
			return v
		}
	case []*record:
		var kept []*record
		for _, r := range v {
			if r.typ.Is(to) {
				kept = append(kept, r)
			}
		}
		return kept
	}
	return nil
}

func (b brute) unary(n *uri.Unary) (term, error) {
	x, err := b.eval(n.X)
	if err != nil || x.value == nil {
		return term{dynamic: x.dynamic}, err
	}
	if n.Op == odata.Not {
		if truth, ok := x.value.(bool); ok {
			return term{value: !truth}, nil
		}
		return term{}, nil // of a dynamic property
	}
	v, err := negative(x.value)
	return term{value: v, dynamic: x.dynamic}, err
}

// binary computes the left side first; and, or stop there if it decides.
func (b brute) binary(n *uri.Binary) (term, error) {
	l, err := b.eval(n.L)
	if err != nil {
		return term{}, err
	}
	switch {
	case n.Op == odata.And && l.value != true:
		return term{value: false}, nil
	case n.Op == odata.Or && l.value == true:
		return term{value: true}, nil
	}
	r, err := b.eval(n.R)
	if err != nil {
		return term{}, err
	}
	switch {
	case n.Op == odata.And || n.Op == odata.Or:
		return term{value: r.value == true}, nil
	case n.Op.IsComparison():
		return term{value: holds(n.Op, l, r)}, nil
	}
	v, err := calculated(n.Op, l, r)
	return term{value: v, dynamic: l.dynamic || r.dynamic}, err
}

func (b brute) lambda(n *uri.Lambda) (term, error) {
	of, err := b.eval(n.Of)
	if err != nil {
		return term{}, err
	}
	var items []any
	switch of := of.value.(type) {
	case []any:
		items = of
	case []*record:
		for _, r := range of {
			items = append(items, r)
		}
	}
	if n.Body == nil {
		return term{value: len(items) > 0}, nil
	}
	inner := brute{content: b.content, it: b.it, vars: map[string]any{}}
	for name, v := range b.vars {
		inner.vars[name] = v
	}
	for _, item := range items {
		inner.vars[n.Var] = item
		truth, err := inner.eval(n.Body)
		if err != nil {
			return term{}, err
		}
		if (truth.value == true) != n.All {
			return term{value: !n.All}, nil
		}
	}
	return term{value: n.All}, nil
}

// holds is a comparison. Null is equal to null only and has no order; nor has
// NaN, or what is of another type.
func holds(op odata.BinaryOp, l, r term) bool {
	order, ordered, same := 0, false, false
	switch {
	case l.value == nil || r.value == nil:
		same = l.value == nil && r.value == nil
		return same && op == odata.Eq || !same && op == odata.Ne
	case l.dynamic || r.dynamic:
		order, ordered = compared(l.value, r.value)
	default:
		a, b := unified(l, r)
		order, ordered = compared(a, b)
	}
	if ordered {
		same = order == 0
	} else {
		same = alike(l.value, r.value)
	}
	switch op {
	case odata.Eq:
		return same
	case odata.Ne:
		return !same
	case odata.Lt:
		return ordered && order < 0
	case odata.Le:
		return ordered && order <= 0
	case odata.Gt:
		return ordered && order > 0
	}
	return ordered && order >= 0
}

// alike compares what has no order: entities by identity, complex values and
// collections by their parts.
func alike(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case *record:
		b, ok := b.(*record)
		return ok && a == b
	case members:
		b, ok := b.(members)
		if !ok || len(a) != len(b) {
			return false
		}
		for name := range a {
			if !alike(a[name], b[name]) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !alike(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	order, ordered := compared(a, b)
	return ordered && order == 0
}
