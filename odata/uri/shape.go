package uri

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// A shape is what a request looks like without anything that its client has chosen,
// for logs:
//
//	Customers(?)/Orders?$filter=Total gt ? and startswith(Name,?)&$top=?
//
// It is made of a closed vocabulary: the words of the protocol, the names that the
// caller of [Request.Shape] knows, and "?" for everything else. Literals, null
// included, keys, arguments, tokens, media types, unknown names, and the names of
// parameter aliases are "?"; range variables are x, y and z. Options come in a fixed
// order, what a name that is not known is the option of at the end and once. Operands
// of and and or that look like the one before them become "...", so that lists of
// alternatives of any length have one shape.

// maxShape is how long a shape may get, in bytes, before it is cut.
const maxShape = 1 << 10

// Shape is the request without what its client has chosen, in decoded text of at
// most a kibibyte. known tells which names may be shown: those of the model,
// qualified or not, and of operations and their parameters. It is made for logs and
// does not parse.
func (r *Request) Shape(known func(name string) bool) string {
	s := shaper{known: known}
	s.path(r.Path)
	s.options(r)
	if len(s.text) > maxShape {
		return strings.ToValidUTF8(string(s.text[:maxShape-len(ellipsis)]), "") + ellipsis
	}
	return string(s.text)
}

const (
	unknownWord = "?"
	ellipsis    = "..."
)

// A shaper prints a shape.
type shaper struct {
	text  []byte
	known func(string) bool
	vars  []string // the range variables in scope, as the client has named them
}

func (s *shaper) add(text string) { s.text = append(s.text, text...) }

// full tells that what follows would be cut off.
func (s *shaper) full() bool { return len(s.text) > maxShape }

// name prints a name that belongs to the model or the protocol.
func (s *shaper) name(name string) {
	if name != "" && s.known(name) {
		s.add(name)
	} else {
		s.add(unknownWord)
	}
}

// isPathWord tells the segments that the protocol defines.
func isPathWord(name string) bool {
	switch name {
	case "$metadata", "$batch", "$count", "$value", "$links":
		return true
	}
	return false
}

func (s *shaper) path(path []Segment) {
	for i := range path {
		if i > 0 {
			s.add("/")
		}
		if segment := &path[i]; isPathWord(segment.Name) && !segment.HasParens {
			s.add(segment.Name)
		} else {
			s.name(segment.Name)
			s.args(segment)
		}
	}
}

func (s *shaper) args(segment *Segment) {
	if !segment.HasParens {
		return
	}
	s.add("(")
	for i := range segment.Args {
		if i > 0 {
			s.add(",")
		}
		if name := segment.Args[i].Name; name != "" {
			s.name(name)
			s.add("=")
		}
		s.add(unknownWord)
	}
	s.add(")")
}

func (s *shaper) options(r *Request) {
	separator := "?"
	option := func(name string) {
		s.add(separator)
		separator = "&"
		s.add(name + "=")
	}
	if r.Filter != nil {
		option(optionFilter)
		s.node(r.Filter)
	}
	if len(r.OrderBy) > 0 {
		option(optionOrderBy)
		for i, item := range r.OrderBy {
			s.comma(i)
			s.node(item.By)
			if item.Descending {
				s.add(" desc")
			}
		}
	}
	for _, o := range []struct {
		name  string
		given bool
	}{
		{optionTop, r.Top != nil}, {optionSkip, r.Skip != nil}, {optionSkipToken, r.SkipToken != nil},
		{optionFormat, r.Format != nil}, {optionCallback, r.Callback != nil},
	} {
		if o.given {
			option(o.name)
			s.add(unknownWord)
		}
	}
	if r.InlineCount != InlineCountAbsent {
		option(optionInlineCount)
		s.add(r.InlineCount.String())
	}
	if len(r.Expand) > 0 {
		option(optionExpand)
		for i, item := range r.Expand {
			s.comma(i)
			s.names(item.Path)
		}
	}
	if len(r.Select) > 0 {
		option(optionSelect)
		for i, item := range r.Select {
			s.comma(i)
			s.selected(item)
		}
	}
	s.custom(r.Options, option)
}

// custom prints the other options: arguments of operations by their names.
func (s *shaper) custom(options []Option, option func(string)) {
	var names []string
	others := false
	for _, o := range options {
		switch {
		case o.IsSystem():
		case o.Name != "" && s.known(o.Name):
			names = append(names, o.Name)
		default:
			others = true
		}
	}
	slices.Sort(names)
	if others {
		names = append(names, unknownWord)
	}
	for _, name := range names {
		option(name)
		s.add(unknownWord)
	}
}

func (s *shaper) comma(i int) {
	if i > 0 {
		s.add(",")
	}
}

func (s *shaper) names(path []PathName) {
	for i, step := range path {
		if i > 0 {
			s.add("/")
		}
		s.name(step.Name)
	}
}

func (s *shaper) selected(item SelectItem) {
	s.names(item.Path)
	if len(item.Path) > 0 && (item.All || item.Container != "") {
		s.add("/")
	}
	switch {
	case item.All:
		s.add("*")
	case item.Container != "":
		s.name(item.Container)
		s.add(".*")
	}
}

// node prints an expression with the parentheses its structure needs.
func (s *shaper) node(n Node) {
	if s.full() {
		return
	}
	switch n := n.(type) {
	case *Literal:
		s.add(unknownWord)
	case *Name:
		s.member(n)
	case *Unary:
		if n.Op == odata.Not {
			s.add("not ")
		} else {
			s.add("-")
		}
		s.operand(n.X, precedenceUnary)
	case *Binary:
		s.binary(n)
	case *Call:
		s.owner(n.Of)
		if n.Of == nil && isFunction(n.Name) {
			s.add(n.Name)
		} else {
			s.name(n.Name)
		}
		s.add("(")
		for i, arg := range n.Args {
			s.comma(i)
			s.node(arg)
		}
		s.add(")")
	case *Lambda:
		s.lambda(n)
	}
}

func (s *shaper) owner(of Node) {
	if of != nil {
		s.operand(of, precedencePrimary)
		s.add("/")
	}
}

func (s *shaper) operand(n Node, least precedence) {
	if nodePrecedence(n) >= least {
		s.node(n)
		return
	}
	s.add("(")
	s.node(n)
	s.add(")")
}

// member prints a step of a path.
func (s *shaper) member(n *Name) {
	if n.Of == nil {
		for i := len(s.vars) - 1; i >= 0; i-- {
			if s.vars[i] == n.Name {
				s.add(variable(i))
				return
			}
		}
		if n.Name == "$it" {
			s.add(n.Name)
			return
		}
	}
	s.owner(n.Of)
	s.name(n.Name)
}

// variable is what the range variable at a depth is called.
func variable(depth int) string { return [...]string{"x", "y", "z"}[min(depth, 2)] }

func (s *shaper) lambda(n *Lambda) {
	s.owner(n.Of)
	if n.All {
		s.add("all(")
	} else {
		s.add("any(")
	}
	if n.Body != nil {
		s.add(variable(len(s.vars)) + ":")
		s.vars = append(s.vars, n.Var)
		s.node(n.Body)
		s.vars = s.vars[:len(s.vars)-1]
	}
	s.add(")")
}

// binary prints an operator; of a chain of and or or, what looks like the operand
// before it is left out.
func (s *shaper) binary(n *Binary) {
	least := precedenceOf(n.Op)
	if n.Op != odata.And && n.Op != odata.Or {
		s.operand(n.L, least)
		s.add(" " + n.Op.String() + " ")
		s.operand(n.R, least+1)
		return
	}
	chain := []Node{n.R}
	left := n.L
	for {
		b, ok := left.(*Binary)
		if !ok || b.Op != n.Op {
			break
		}
		chain = append(chain, b.R)
		left = b.L
	}
	start := len(s.text)
	s.operand(left, least)
	repeated := false
	for _, operand := range slices.Backward(chain) {
		if s.full() {
			return
		}
		end := len(s.text)
		s.add(" " + n.Op.String() + " ")
		from := len(s.text)
		s.operand(operand, least+1)
		if string(s.text[from:]) != string(s.text[start:end]) {
			if repeated {
				// What was left out comes before this operand.
				tail := string(s.text[end:])
				s.text = s.text[:end]
				s.add(" " + n.Op.String() + " " + ellipsis)
				from += len(s.text) - end
				s.add(tail)
			}
			repeated, start = false, from
			continue
		}
		repeated = true
		s.text = s.text[:end]
	}
	if repeated {
		s.add(" " + n.Op.String() + " " + ellipsis)
	}
}

// isFunction tells the canonical functions. Source: OData V3 URI conventions,
// canonical functions.
func isFunction(name string) bool {
	switch name {
	case "substringof", "startswith", "endswith", "length", "indexof", "substring", "replace", "tolower", "toupper", "trim", "concat",
		"year", "month", "day", "hour", "minute", "second", "round", "floor", "ceiling", "geo.distance", "geo.length", "geo.intersects", "isof", "cast":
		return true
	}
	return false
}
