package uri

import (
	"cmp"

	"github.com/pamodata/pamodata/odata"
)

// Limits bounds what a request URI may ask of the parser and of everything
// after it. A field of zero means its default; a negative one allows none.
type Limits struct {
	// URLLength is the greatest length of escaped path, "?" and raw query
	// together, in bytes. Default 8192.
	URLLength int

	// Depth is how deep expressions may nest: each pair of parentheses, unary
	// operator, call, lambda and path step encloses what is in it. Chains of
	// binary operators cost no depth. It also bounds the number of segments of
	// the resource path. Default 32.
	Depth int

	// CallDepth is how deep function calls may nest in arguments of function
	// calls. Default 8.
	CallDepth int

	// LambdaDepth is how deep any and all may nest. Default 2.
	LambdaDepth int

	// Nodes is the greatest number of syntax nodes in one request: names,
	// literals, operators, calls and lambdas of all options and keys together.
	// Default 1000.
	Nodes int

	// Again accepts an option without a leading $ that is given once more with the
	// same value, as if it were given once. Default: 400, as for all others.
	Again bool

	// LiteralLength is the greatest length of one literal as written, quotes
	// included, in bytes. Default 8192.
	LiteralLength int

	// OrderByTerms is the greatest number of $orderby terms. Default 8.
	OrderByTerms int

	// ExpandDepth is the greatest number of navigation properties in one
	// $expand path; a $select path may have one name more. Default 4.
	ExpandDepth int

	// ExpandPaths is the greatest number of paths in $expand. Default 16.
	ExpandPaths int
}

func (l Limits) withDefaults() Limits {
	return Limits{
		URLLength:     cmp.Or(l.URLLength, 8192),
		Depth:         cmp.Or(l.Depth, 32),
		CallDepth:     cmp.Or(l.CallDepth, 8),
		LambdaDepth:   cmp.Or(l.LambdaDepth, 2),
		Nodes:         cmp.Or(l.Nodes, 1000),
		LiteralLength: cmp.Or(l.LiteralLength, 8192),
		OrderByTerms:  cmp.Or(l.OrderByTerms, 8),
		ExpandDepth:   cmp.Or(l.ExpandDepth, 4),
		ExpandPaths:   cmp.Or(l.ExpandPaths, 16),
		Again:         l.Again,
	}
}

// A budget is the account of one request. Every parser of the request spends
// from the same one, which is why it is only ever passed by reference.
type budget struct {
	limits Limits
	nodes  int // spent so far; never given back

	// How deep the parser is at the moment.
	depth, calls, lambdas int

	tree nodes
	path *pathRoom // nil for what has no path
}

func newBudget(limits Limits) *budget { return &budget{limits: limits.withDefaults()} }

// spend pays for one node at the given place.
func (p *parser) spend(at odata.Span) *odata.Error {
	p.budget.nodes++
	if p.budget.nodes > p.budget.limits.Nodes {
		return p.fail(expressionTooLarge, at)
	}
	return nil
}

// enter goes one level down; it must be paired with leave unless parsing fails.
func (p *parser) enter(at odata.Span) *odata.Error {
	p.budget.depth++
	if p.budget.depth > p.budget.limits.Depth {
		return p.fail(expressionTooDeep, at)
	}
	return nil
}

func (p *parser) leave() { p.budget.depth-- }

func (p *parser) enterCall(at odata.Span) *odata.Error {
	p.budget.calls++
	if p.budget.calls > p.budget.limits.CallDepth {
		return p.fail(callsTooDeep, at)
	}
	return p.enter(at)
}

func (p *parser) leaveCall() { p.budget.calls--; p.leave() }

func (p *parser) enterLambda(at odata.Span) *odata.Error {
	p.budget.lambdas++
	if p.budget.lambdas > p.budget.limits.LambdaDepth {
		return p.fail(lambdasTooDeep, at)
	}
	return p.enter(at)
}

func (p *parser) leaveLambda() { p.budget.lambdas--; p.leave() }
