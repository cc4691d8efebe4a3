package bind

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Filter binds a condition on entities of type t. Errors are *odata.Error with
// the target $filter.
func (b *Binder) Filter(t *metadata.EntityType, node uri.Node) (odata.Expr, error) {
	s := scope{model: b.model, loose: &b.loose, in: "$filter", it: b.entity(t)}
	condition, err := s.condition(node)
	if err != nil {
		return nil, err
	}
	return condition, nil
}

// OrderBy binds the terms of $orderby for entities of type t. Each must be a
// single primitive value. No key is appended. Errors are *odata.Error with the
// target $orderby.
func (b *Binder) OrderBy(t *metadata.EntityType, items []uri.OrderItem) ([]odata.Order, error) {
	order, err := b.order(b.entity(t), items)
	if err != nil {
		return nil, err
	}
	return order, nil
}

func (b *Binder) order(of *entity, items []uri.OrderItem) ([]odata.Order, *odata.Error) {
	if len(items) == 0 {
		return nil, nil
	}
	s := scope{model: b.model, loose: &b.loose, in: "$orderby", it: of}
	order := make([]odata.Order, len(items), len(items)+len(s.it.key))
	for i, item := range items {
		o, err := s.bind(item.By)
		if err != nil {
			return nil, err
		}
		if t := o.typ(); !o.dynamic && t.Enum == nil && (!t.IsPrimitive() || t.Kind.IsSpatial()) || t.Collection {
			return nil, notSortable(s.place(o.at), t)
		}
		order[i] = odata.Order{By: o.expr, Descending: item.Descending}
	}
	return order, nil
}
