package uri

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// ParseSkipToken reads the decoded text of a $skiptoken that is a list of
// literals, such as "'Ann',42".
func ParseSkipToken(text string, limits Limits) ([]Literal, error) {
	return result(newParser(newBudget(limits), optionSkipToken, text).skipToken())
}

// ParseLiteral reads decoded text that is one literal: the value of a query
// option that is a parameter of an operation, or that a parameter alias stands
// for. Target in errors is name with the place.
func ParseLiteral(name, text string, limits Limits) (Literal, error) {
	return result(newParser(newBudget(limits), name, text).singleLiteral())
}

// skipToken reads literals separated by commas.
func (p *parser) skipToken() ([]Literal, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	var literals []Literal
	for {
		if err := p.spend(p.tok.span()); err != nil {
			return nil, err
		}
		literal, err := p.nextLiteral(badSkipToken)
		if err != nil {
			return nil, err
		}
		literals = append(literals, literal)
		if p.tok.kind == tokenEnd {
			return literals, nil
		}
		if p.tok.kind != tokenComma {
			return nil, p.unexpected(badSkipToken)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

func (p *parser) singleLiteral() (Literal, *odata.Error) {
	if err := p.advance(); err != nil {
		return Literal{}, err
	}
	literal, err := p.nextLiteral(literalExpected)
	if err == nil && p.tok.kind != tokenEnd {
		err = p.unexpected(literalExpected)
	}
	return literal, err
}

// nextLiteral consumes a literal, or reports that something else stands there.
func (p *parser) nextLiteral(m mistake) (Literal, *odata.Error) {
	if p.tok.kind != tokenLiteral && (p.tok.kind != tokenName || !isLiteralWord(p.source(p.tok))) {
		return Literal{}, p.unexpected(m)
	}
	return p.literal()
}

// literalNode consumes a literal as an operand.
func (p *parser) literalNode() (Node, *odata.Error) {
	if err := p.spend(p.tok.span()); err != nil {
		return nil, err
	}
	literal, err := p.literal()
	if err != nil {
		return nil, err
	}
	return p.budget.tree.literals.add(literal), nil
}

// literal consumes the token in tok as a literal.
func (p *parser) literal() (Literal, *odata.Error) {
	t := p.tok
	if t.end-t.start > p.budget.limits.LiteralLength {
		return Literal{}, p.fail(literalTooLong, t.span())
	}
	raw := restorePlus(p.source(t))
	value, err := edm.ParseLiteral(raw)
	if err != nil {
		bad := p.failWith(badLiteral, t.start, t.end, quote(raw)+": "+err.Error())
		bad.Err = err
		return Literal{}, bad
	}
	return Literal{Raw: raw, Value: value, At: p.span(t.start, t.end)}, p.advance()
}

// restorePlus undoes what careless clients do to a positive zone: an unescaped
// plus sign in a query is a blank, so "+02:00" arrives as " 02:00".
func restorePlus(raw string) string {
	const zone = len(" 02:00'")
	blank := len(raw) - zone
	if blank > 0 && raw[blank] == ' ' && raw[blank+3] == ':' && raw[0]|0x20 == 'd' {
		return raw[:blank] + "+" + raw[blank+1:]
	}
	return raw
}
