package uri

import "github.com/pamodata/pamodata/odata"

// selectList reads the items of $select. Source: OData V3 URI conventions,
// select system query option.
func (p *parser) selectList() ([]SelectItem, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	items := make([]SelectItem, 0, 4)
	for {
		item, err := p.selectItem()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		switch p.tok.kind {
		case tokenEnd:
			return items, nil
		case tokenComma:
		case tokenOpen:
			return nil, p.fail(selectOptions, p.tok.span())
		default:
			return nil, p.unexpected(selectSeparator)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// selectItem reads one path, up to a name or an asterisk.
func (p *parser) selectItem() (SelectItem, *odata.Error) {
	start, first, depth := p.tok.start, len(p.steps), 0
	var item SelectItem
	for qualified := false; ; { // the last step is
		if p.tok.kind == tokenStar {
			if qualified {
				return SelectItem{}, p.fail(selectTypes, p.tok.span())
			}
			item.All = true
			break
		}
		step, err := p.pathName(selectName)
		if err != nil {
			return SelectItem{}, err
		}
		if p.tok.kind == tokenDot {
			if item.Container, err = p.container(step); err != nil {
				return SelectItem{}, err
			}
			break
		}
		wasQualified := qualified
		if qualified = step.Qualified(); !qualified {
			depth++
		}
		if depth > p.budget.limits.ExpandDepth+1 {
			return SelectItem{}, p.fail(expandTooDeep, p.last.span())
		}
		p.steps = append(p.steps, step)
		more, err := p.pathSlash(selectBlank)
		if err != nil {
			return SelectItem{}, err
		}
		if !more {
			return SelectItem{Path: p.stepsFrom(first), At: p.span(start, p.last.end)}, nil
		}
		// Two names with dots can only be a type and one of its operations.
		if wasQualified && qualified {
			return SelectItem{}, p.fail(selectTypes, p.last.span())
		}
	}
	if err := p.star(); err != nil {
		return SelectItem{}, err
	}
	item.Path, item.At = p.stepsFrom(first), p.span(start, p.last.end)
	return item, nil
}

// container consumes the dot between the name of an entity container and the
// asterisk.
func (p *parser) container(name PathName) (string, *odata.Error) {
	dot := p.tok
	if err := p.advance(); err != nil {
		return "", err
	}
	if dot.blank || p.tok.blank || p.tok.kind != tokenStar {
		return "", p.unexpected(selectName)
	}
	return name.Name, nil
}

// star consumes the asterisk of an item, which must be its end.
func (p *parser) star() *odata.Error {
	if err := p.spend(p.tok.span()); err != nil {
		return err
	}
	if err := p.advance(); err != nil {
		return err
	}
	if p.tok.kind == tokenSlash {
		return p.fail(selectAfterStar, p.tok.span())
	}
	return nil
}
