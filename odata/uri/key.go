package uri

import "github.com/pamodata/pamodata/odata"

// arguments reads what is between the parentheses of a path segment: nothing,
// one positional value, or named values. The caller has taken the parentheses
// off.
func (p *parser) arguments() ([]Arg, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokenEnd {
		return nil, nil
	}
	args := p.budget.path.newArgs()
	for {
		arg, err := p.argument()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		if p.tok.kind == tokenEnd {
			break
		}
		if p.tok.kind != tokenComma {
			return nil, p.unexpected(keyCommaExpected)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	return args, p.checkNames(args)
}

// argument reads one value with or without a name.
func (p *parser) argument() (Arg, *odata.Error) {
	first := p.tok
	if err := p.spend(first.span()); err != nil {
		return Arg{}, err
	}
	var arg Arg
	if first.kind == tokenName && p.nameFollowedByEquals(first) {
		arg.Name = p.source(first)
		if arg.Name[0] == '$' || isQualified(arg.Name) {
			return Arg{}, p.fail(keyNameExpected, first.span())
		}
		for range 2 { // the name and the equals sign
			if err := p.advance(); err != nil {
				return Arg{}, err
			}
		}
	}
	var err *odata.Error
	switch word := p.source(p.tok); {
	case p.tok.kind == tokenLiteral, p.tok.kind == tokenName && isLiteralWord(word):
		arg.Value, err = p.literal()
	case p.tok.kind == tokenAlias:
		arg.Alias = word
		err = p.advance()
	default:
		err = p.unexpected(keyValueExpected)
	}
	if err != nil {
		return Arg{}, err
	}
	arg.Span = p.span(first.start, p.last.end)
	return arg, nil
}

// nameFollowedByEquals looks past blanks for the sign that makes a word a name,
// even a word such as null.
func (p *parser) nameFollowedByEquals(name token) bool {
	i := name.end
	for i < len(p.text) && isBlank(p.text[i]) {
		i++
	}
	return i < len(p.text) && p.text[i] == '='
}

// checkNames requires that several values are all named, each differently.
func (p *parser) checkNames(args []Arg) *odata.Error {
	if len(args) < 2 {
		return nil
	}
	for i, arg := range args {
		if arg.Name == "" {
			return keyUnnamed.error(arg.Span.In(p.where), "")
		}
		for _, other := range args[:i] {
			if other.Name == arg.Name {
				return keyRepeated.error(arg.Span.In(p.where), quote(arg.Name))
			}
		}
	}
	return nil
}
