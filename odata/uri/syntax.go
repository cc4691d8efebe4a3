package uri

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Node is part of an expression as written: *Literal, *Name, *Unary, *Binary,
// *Call or *Lambda. The set is closed; consumers use a type switch. A chain of
// binary operators is as deep as it is long, on its left side only: up to
// Limits.Nodes.
type Node interface {
	// Span is the range of bytes in the option's decoded text. It leaves out
	// parentheses that do no more than group the node.
	Span() odata.Span

	// String is the node as decoded URI text, with no more blanks and
	// parentheses than needed. It parses to an equal node, spans aside.
	String() string

	node()
}

type (
	// A Literal is a constant.
	Literal struct {
		// Raw is the literal as written. Whether a number has a suffix decides
		// if the binder may give it another type. A blank in place of the plus
		// sign of a zone has become the plus sign.
		Raw   string
		Value edm.Value
		At    odata.Span
	}

	// A Name is a step of a path. Without Of it begins the path: a member of
	// the entity, "$it", a range variable, or a qualified type name, and then
	// "$it" is what it casts. With Of it is a member or qualified type name.
	Name struct {
		Of   Node // nil where the path begins
		Name string
		At   odata.Span // of the name alone
	}

	// A Unary is "not" or arithmetic negation.
	Unary struct {
		Op odata.UnaryOp
		X  Node
		At odata.Span
	}

	// A Binary is an operator between two operands.
	Binary struct {
		Op   odata.BinaryOp
		L, R Node
		At   odata.Span
	}

	// A Call is a function call, such as startswith(Name,'A') or
	// geo.distance(A,B), or with Of a bound one: Customer/Rating(1).
	Call struct {
		Of   Node // nil unless bound
		Name string
		Args []Node
		At   odata.Span // of name and arguments
	}

	// A Lambda is any or all over the collection Of. Var and Body are empty for
	// any() without a condition.
	Lambda struct {
		All   bool
		Of    Node
		Var   string
		VarAt odata.Span
		Body  Node
		At    odata.Span // of the word and its parentheses
	}
)

func (n *Literal) Span() odata.Span { return n.At }
func (n *Name) Span() odata.Span    { return path(n.Of, n.At) }
func (n *Unary) Span() odata.Span   { return n.At }
func (n *Binary) Span() odata.Span  { return n.At }
func (n *Call) Span() odata.Span    { return path(n.Of, n.At) }
func (n *Lambda) Span() odata.Span  { return path(n.Of, n.At) }

// path is the span of a step and all that leads to it.
func path(of Node, step odata.Span) odata.Span {
	if of != nil {
		step.Start = of.Span().Start
	}
	return step
}

func (n *Literal) String() string { return string(appendNode(nil, n)) }
func (n *Name) String() string    { return string(appendNode(nil, n)) }
func (n *Unary) String() string   { return string(appendNode(nil, n)) }
func (n *Binary) String() string  { return string(appendNode(nil, n)) }
func (n *Call) String() string    { return string(appendNode(nil, n)) }
func (n *Lambda) String() string  { return string(appendNode(nil, n)) }

func (*Literal) node() {}
func (*Name) node()    {}
func (*Unary) node()   {}
func (*Binary) node()  {}
func (*Call) node()    {}
func (*Lambda) node()  {}

type (
	// An OrderItem is one term of $orderby.
	OrderItem struct {
		By         Node
		Descending bool
		At         odata.Span // with the keyword
	}

	// A PathName is one step of an $expand or $select path: a property, an
	// operation or, with a dot in it, a qualified type or operation.
	PathName struct {
		Name string
		At   odata.Span
	}

	// An ExpandItem is one path of $expand. Its last step has no dot.
	ExpandItem struct {
		Path []PathName
		At   odata.Span
	}

	// A SelectItem is one path of $select: "Name", "Orders/Total", "*",
	// "Orders/*", "Demo.VipCustomer/Level", "DemoService.*".
	SelectItem struct {
		Path []PathName // what precedes the asterisk, or the whole path
		All  bool       // the path ends in "*"

		// Container is the name before ".*": all operations of that entity
		// container. Empty otherwise.
		Container string
		At        odata.Span
	}
)

// Qualified reports a name with a dot: a type, or an operation with its
// container.
func (n PathName) Qualified() bool { return isQualified(n.Name) }
