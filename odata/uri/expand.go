package uri

import "github.com/pamodata/pamodata/odata"

// expand reads the paths of $expand. Source: OData V3 URI conventions, expand
// system query option; V3 has no options in parentheses.
func (p *parser) expand() ([]ExpandItem, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	items := make([]ExpandItem, 0, 2)
	for {
		if len(items) >= p.budget.limits.ExpandPaths {
			return nil, p.fail(tooManyExpands, p.tok.span())
		}
		item, err := p.expandItem()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		switch p.tok.kind {
		case tokenEnd:
			return items, nil
		case tokenComma:
		case tokenOpen:
			return nil, p.fail(expandOptions, p.tok.span())
		default:
			return nil, p.unexpected(expandSeparator)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// expandItem reads one path. A slash after its last name is tolerated.
func (p *parser) expandItem() (ExpandItem, *odata.Error) {
	start, first, depth := p.tok.start, len(p.steps), 0
	qualified := false // the last step is
	for {
		step, err := p.pathName(expandName)
		if err != nil {
			return ExpandItem{}, err
		}
		if step.Qualified() && qualified {
			return ExpandItem{}, p.fail(expandTypes, p.last.span())
		}
		if qualified = step.Qualified(); !qualified {
			depth++
		}
		if depth > p.budget.limits.ExpandDepth {
			return ExpandItem{}, p.fail(expandTooDeep, p.last.span())
		}
		p.steps = append(p.steps, step)
		more, err := p.pathSlash(expandBlank)
		if err != nil {
			return ExpandItem{}, err
		}
		if !more || p.tok.kind == tokenComma || p.tok.kind == tokenEnd {
			break
		}
	}
	if qualified {
		return ExpandItem{}, p.fail(expandTypes, p.last.span())
	}
	return ExpandItem{Path: p.stepsFrom(first), At: p.span(start, p.last.end)}, nil
}

// stepsFrom is the path read since there were first steps; nil for none.
func (p *parser) stepsFrom(first int) []PathName {
	if first == len(p.steps) {
		return nil
	}
	return p.steps[first:len(p.steps):len(p.steps)]
}

// pathName consumes one step of an $expand or $select path.
func (p *parser) pathName(m mistake) (PathName, *odata.Error) {
	name := p.tok
	if name.kind != tokenName || p.source(name)[0] == '$' {
		return PathName{}, p.unexpected(m)
	}
	if err := p.spend(name.span()); err != nil {
		return PathName{}, err
	}
	return PathName{Name: p.source(name), At: p.span(name.start, name.end)}, p.advance()
}

// pathSlash consumes the slash after a step, if there is one.
func (p *parser) pathSlash(blank mistake) (bool, *odata.Error) {
	if p.tok.kind != tokenSlash {
		return false, nil
	}
	slash := p.tok
	if err := p.advance(); err != nil {
		return false, err
	}
	ends := p.tok.kind == tokenEnd || p.tok.kind == tokenComma
	if slash.blank || p.tok.blank && !ends {
		return false, p.fail(blank, slash.span())
	}
	return true, nil
}
