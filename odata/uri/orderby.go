package uri

import "github.com/pamodata/pamodata/odata"

// orderBy reads the terms of $orderby.
func (p *parser) orderBy() ([]OrderItem, *odata.Error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	items := make([]OrderItem, 0, 2)
	for {
		if len(items) >= p.budget.limits.OrderByTerms {
			return nil, p.fail(tooManyOrders, p.tok.span())
		}
		item, err := p.orderItem()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		switch p.tok.kind {
		case tokenEnd:
			return items, nil
		case tokenComma:
		default:
			return nil, p.unexpected(orderTermEnd)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// orderItem reads an expression and the direction behind it, if any.
func (p *parser) orderItem() (OrderItem, *odata.Error) {
	start := p.tok.start
	by, err := p.expression(precedenceOr)
	if err != nil {
		return OrderItem{}, err
	}
	item := OrderItem{By: by}
	if p.tok.kind == tokenName && (p.tok.blank || p.last.kind == tokenClose) {
		word := p.source(p.tok)
		if word == "asc" || word == "desc" {
			item.Descending = word == "desc"
			if err := p.advance(); err != nil {
				return OrderItem{}, err
			}
		}
	}
	item.At = p.span(start, p.last.end)
	return item, nil
}
