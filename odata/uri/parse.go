package uri

import (
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// A parser reads one text: an option's value, or the arguments of a path
// segment. It looks one token ahead.
type parser struct {
	budget *budget
	text   string
	pos    int    // where the token after tok is looked for
	where  string // what Target calls the text

	// segment is set while reading the path: text is part of a decoded path
	// segment then, and places are reported in the escaped path.
	segment *segmentText

	tok  token // the next token to consume
	last token // the one consumed before it

	// steps is the memory of the paths of $expand and $select read so far.
	steps []PathName
}

// newParser stands before the first token of text.
func newParser(b *budget, where, text string) *parser {
	return &parser{budget: b, text: text, where: where}
}

func (p *parser) source(t token) string { return p.text[t.start:t.end] }

// span is where to report a range of text.
func (p *parser) span(start, end int) odata.Span {
	if p.segment != nil {
		return p.segment.span(start, end)
	}
	return odata.Span{Start: start, End: end}
}

// fail reports a mistake and shows the input there.
func (p *parser) fail(m mistake, at odata.Span) *odata.Error {
	return p.failAt(m, at.Start, at.End)
}

func (p *parser) failAt(m mistake, start, end int) *odata.Error {
	return p.failWith(m, start, end, quote(p.text[start:end]))
}

func (p *parser) failWith(m mistake, start, end int, detail string) *odata.Error {
	return m.error(p.span(start, end).In(p.where), detail)
}

// unexpected reports that the current token is not one the grammar allows here.
func (p *parser) unexpected(m mistake) *odata.Error {
	found := "the end"
	if p.tok.kind != tokenEnd {
		found = quote(p.source(p.tok))
	}
	after := "at the beginning"
	if p.last.end > 0 {
		after = "after " + quote(p.source(p.last))
	}
	return p.failWith(m, p.tok.start, p.tok.end, "unexpected "+found+" "+after)
}

// whole reads an expression that must be all there is.
func (p *parser) whole() (Node, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.expression(precedenceOr)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, p.unexpected(operatorExpected)
	}
	return n, nil
}

// expression reads operands joined by operators of at least the given
// precedence. It recurses for the tighter ones only, so a chain of any length
// costs a loop, and at most one level per precedence.
func (p *parser) expression(least precedence) (Node, *odata.Error) {
	start := p.tok.start
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	for p.tok.kind == tokenName {
		op, ok := binaryOp(p.source(p.tok))
		if !ok || precedenceOf(op) < least {
			break
		}
		if !p.setApart() {
			return nil, p.fail(blankExpected, p.tok.span())
		}
		if err := p.spend(p.tok.span()); err != nil {
			return nil, err
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.expression(precedenceOf(op) + 1)
		if err != nil {
			return nil, err
		}
		left = p.budget.tree.binaries.add(Binary{Op: op, L: left, R: right, At: p.span(start, p.last.end)})
	}
	return left, nil
}

// setApart reports that the operator word in tok has a blank or a parenthesis
// on both sides. Before it, anything but a parenthesis would be part of it.
func (p *parser) setApart() bool {
	return (p.tok.blank || p.last.kind == tokenClose) && p.endsWord(p.tok)
}

// endsWord reports a blank, an opening parenthesis or the end behind t.
func (p *parser) endsWord(t token) bool {
	return t.end == len(p.text) || p.text[t.end] == '(' || isBlank(p.text[t.end])
}

func (p *parser) unary() (Node, *odata.Error) {
	var op odata.UnaryOp
	switch {
	case p.tok.kind == tokenMinus:
		op = odata.Negate
	case p.tok.kind == tokenName && p.source(p.tok) == "not" && p.tok.end < len(p.text) && p.endsWord(p.tok):
		op = odata.Not
	default:
		return p.primary()
	}
	sign := p.tok
	if err := p.enter(sign.span()); err != nil {
		return nil, err
	}
	if err := p.spend(sign.span()); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.unary()
	if err != nil {
		return nil, err
	}
	p.leave()
	return &Unary{Op: op, X: x, At: p.span(sign.start, p.last.end)}, nil
}

// primary reads an operand and the path that continues it.
func (p *parser) primary() (Node, *odata.Error) {
	n, err := p.start()
	if err != nil {
		return nil, err
	}
	steps := 0
	for p.tok.kind == tokenSlash {
		if p.tok.blank {
			return nil, p.fail(blankBeforeSlash, p.tok.span())
		}
		if err := p.enter(p.tok.span()); err != nil {
			return nil, err
		}
		steps++
		if err := p.advance(); err != nil {
			return nil, err
		}
		if n, err = p.member(n); err != nil {
			return nil, err
		}
	}
	p.budget.depth -= steps
	return n, nil
}

// start reads what a path can begin with.
func (p *parser) start() (Node, *odata.Error) {
	switch p.tok.kind {
	case tokenLiteral:
		return p.literalNode()
	case tokenOpen:
		return p.group()
	case tokenAlias:
		return nil, p.fail(aliasNotAllowed, p.tok.span())
	case tokenName:
	default:
		return nil, p.unexpected(operandExpected)
	}
	name := p.tok
	word := p.source(name)
	if isLiteralWord(word) {
		return p.literalNode()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if word[0] == '$' && (word != "$it" || p.tok.kind == tokenOpen) {
		return nil, p.fail(dollarNotAllowed, name.span())
	}
	if p.tok.kind == tokenOpen {
		return p.call(nil, name)
	}
	return p.name(nil, name)
}

// group reads an expression in parentheses.
func (p *parser) group() (Node, *odata.Error) {
	if err := p.enter(p.tok.span()); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.expression(precedenceOr)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokenClose {
		return nil, p.unexpected(closeExpected)
	}
	p.leave()
	return n, p.advance()
}

// member reads the step after a slash.
func (p *parser) member(of Node) (Node, *odata.Error) {
	name := p.tok
	if name.kind != tokenName || name.blank {
		return nil, p.unexpected(memberExpected)
	}
	word := p.source(name)
	if word[0] == '$' {
		return nil, p.fail(dollarNotAllowed, name.span())
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind != tokenOpen {
		return p.name(of, name)
	}
	if word == "any" || word == "all" {
		return p.lambda(of, name)
	}
	return p.call(of, name)
}

// name makes a step of the path from a token already consumed.
func (p *parser) name(of Node, name token) (Node, *odata.Error) {
	if err := p.spend(name.span()); err != nil {
		return nil, err
	}
	return p.budget.tree.names.add(Name{Of: of, Name: p.source(name), At: p.span(name.start, name.end)}), nil
}

// call reads the arguments of a function; tok is the opening parenthesis.
func (p *parser) call(of Node, name token) (Node, *odata.Error) {
	if err := p.enterCall(name.span()); err != nil {
		return nil, err
	}
	if err := p.spend(name.span()); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	call := &Call{Of: of, Name: p.source(name)}
	if p.tok.kind != tokenClose {
		if err := p.callArguments(call); err != nil {
			return nil, err
		}
	}
	call.At = p.span(name.start, p.tok.end)
	p.leaveCall()
	return call, p.advance()
}

// callArguments reads expressions up to the closing parenthesis.
func (p *parser) callArguments(call *Call) *odata.Error {
	call.Args = make([]Node, 0, 2)
	for {
		arg, err := p.expression(precedenceOr)
		if err != nil {
			return err
		}
		call.Args = append(call.Args, arg)
		switch p.tok.kind {
		case tokenClose:
			return nil
		case tokenComma:
		default:
			return p.unexpected(commaExpected)
		}
		if err := p.advance(); err != nil {
			return err
		}
	}
}

// lambda reads the parentheses of any or all; tok is the opening one.
func (p *parser) lambda(of Node, name token) (Node, *odata.Error) {
	if err := p.enterLambda(name.span()); err != nil {
		return nil, err
	}
	if err := p.spend(name.span()); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &Lambda{All: p.source(name) == "all", Of: of}
	if p.tok.kind == tokenClose {
		if n.All {
			return nil, p.unexpected(allWithoutBody)
		}
	} else if err := p.lambdaBody(n); err != nil {
		return nil, err
	}
	n.At = p.span(name.start, p.tok.end)
	p.leaveLambda()
	return n, p.advance()
}

// lambdaBody reads "o: condition" up to the closing parenthesis.
func (p *parser) lambdaBody(n *Lambda) *odata.Error {
	variable := p.tok
	word := p.source(variable)
	if variable.kind != tokenName || word[0] == '$' || isQualified(word) {
		return p.unexpected(variableExpected)
	}
	n.Var, n.VarAt = word, p.span(variable.start, variable.end)
	if err := p.advance(); err != nil {
		return err
	}
	if p.tok.kind != tokenColon {
		return p.unexpected(variableExpected)
	}
	if err := p.advance(); err != nil {
		return err
	}
	body, err := p.expression(precedenceOr)
	if err != nil {
		return err
	}
	if p.tok.kind != tokenClose {
		return p.unexpected(closeExpected)
	}
	n.Body = body
	return nil
}

func isQualified(name string) bool { return strings.IndexByte(name, '.') >= 0 }
