package uri

import "github.com/pamodata/pamodata/odata"

// appendNode prints n with the parentheses its structure needs and no others.
func appendNode(dst []byte, n Node) []byte {
	switch n := n.(type) {
	case *Literal:
		return append(dst, n.Raw...)
	case *Name:
		if n.Of == nil && n.Name == "not" {
			return append(dst, "(not)"...) // the operator, were a blank to follow
		}
		return append(appendOwner(dst, n.Of), n.Name...)
	case *Unary:
		return appendUnary(dst, n)
	case *Binary:
		least := precedenceOf(n.Op)
		dst = appendOperand(dst, n.L, least)
		dst = append(dst, ' ')
		dst = append(dst, n.Op.String()...)
		dst = append(dst, ' ')
		return appendOperand(dst, n.R, least+1)
	case *Call:
		dst = append(appendOwner(dst, n.Of), n.Name...)
		dst = append(dst, '(')
		for i, arg := range n.Args {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendNode(dst, arg)
		}
		return append(dst, ')')
	case *Lambda:
		dst = appendOwner(dst, n.Of)
		if n.All {
			dst = append(dst, "all("...)
		} else {
			dst = append(dst, "any("...)
		}
		if n.Body != nil {
			dst = append(dst, n.Var...)
			dst = append(dst, ':')
			dst = appendNode(dst, n.Body)
		}
		return append(dst, ')')
	}
	return dst
}

// appendOperand prints n, in parentheses if it binds less tightly than least.
func appendOperand(dst []byte, n Node, least precedence) []byte {
	if nodePrecedence(n) >= least {
		return appendNode(dst, n)
	}
	dst = append(dst, '(')
	dst = appendNode(dst, n)
	return append(dst, ')')
}

func nodePrecedence(n Node) precedence {
	switch n := n.(type) {
	case *Binary:
		return precedenceOf(n.Op)
	case *Unary:
		return precedenceUnary
	}
	return precedencePrimary
}

// appendOwner prints what a step belongs to and the slash between them.
func appendOwner(dst []byte, of Node) []byte {
	if of == nil {
		return dst
	}
	dst = appendOperand(dst, of, precedencePrimary)
	return append(dst, '/')
}

func appendUnary(dst []byte, n *Unary) []byte {
	if n.Op == odata.Not {
		return appendOperand(append(dst, "not "...), n.X, precedenceUnary)
	}
	dst = append(dst, '-')
	if startsWithLiteral(n.X) {
		// A minus sign that touches a number belongs to the number.
		dst = append(dst, '(')
		dst = appendNode(dst, n.X)
		return append(dst, ')')
	}
	return appendOperand(dst, n.X, precedenceUnary)
}

// startsWithLiteral reports a literal, or a path that begins with one.
func startsWithLiteral(n Node) bool {
	for {
		switch step := n.(type) {
		case *Literal:
			return true
		case *Name:
			n = step.Of
		case *Call:
			n = step.Of
		case *Lambda:
			n = step.Of
		default:
			return false
		}
	}
}

// String is the term as decoded $orderby text.
func (o OrderItem) String() string {
	if o.Descending {
		return o.By.String() + " desc"
	}
	return o.By.String()
}

// String is the path as decoded $expand text.
func (e ExpandItem) String() string { return string(appendPath(nil, e.Path)) }

// String is the path as decoded $select text.
func (s SelectItem) String() string {
	dst := appendPath(nil, s.Path)
	if len(dst) > 0 && (s.All || s.Container != "") {
		dst = append(dst, '/')
	}
	switch {
	case s.All:
		dst = append(dst, '*')
	case s.Container != "":
		dst = append(dst, s.Container...)
		dst = append(dst, ".*"...)
	}
	return string(dst)
}

func appendPath(dst []byte, path []PathName) []byte {
	for i, step := range path {
		if i > 0 {
			dst = append(dst, '/')
		}
		dst = append(dst, step.Name...)
	}
	return dst
}
