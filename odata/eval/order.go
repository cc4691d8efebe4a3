package eval

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Comparer orders two rows as $orderby says: negative if a comes before b, 0
// if no term tells them apart. Nulls come first in ascending terms and last in
// descending ones; values follow [edm.Order], which is total. It is safe for
// concurrent use and fails as an [Evaluator] does.
type Comparer func(a, b *odata.Row) (int, error)

// CompileOrder plans the comparison of rows of layout l. Without terms all rows
// are equal. Errors are those of [Compile].
func CompileOrder(order []odata.Order, l Layout) (Comparer, error) {
	keys, err := compileKeys(order, l)
	if err != nil {
		return nil, err
	}
	return func(a, b *odata.Row) (int, error) {
		for i := range keys {
			x, err := keys[i].get(a, nil)
			if err != nil {
				return 0, err
			}
			y, err := keys[i].get(b, nil)
			if err != nil {
				return 0, err
			}
			if order := keys[i].compare(x, y); order != 0 {
				return order, nil
			}
		}
		return 0, nil
	}, nil
}

// A sortKey is one compiled term of an order.
type sortKey struct {
	operand
	descending bool
}

// sortKeys are the terms of an order, the most significant first.
type sortKeys []sortKey

func compileKeys(order []odata.Order, l Layout) (sortKeys, error) {
	c := compiler{root: &l}
	keys := make(sortKeys, len(order))
	for i, term := range order {
		x, err := c.value(term.By)
		if err != nil {
			return nil, err
		}
		keys[i] = sortKey{x, term.Descending}
	}
	return keys, nil
}

func (k *sortKey) compare(a, b edm.Value) int {
	if k.descending {
		return edm.Order(b, a)
	}
	return edm.Order(a, b)
}

// evaluate appends the row's position in the order to position.
func (keys sortKeys) evaluate(row *odata.Row, position []edm.Value) ([]edm.Value, error) {
	for i := range keys {
		v, err := keys[i].get(row, nil)
		if err != nil {
			return position, located(err, "$orderby")
		}
		position = append(position, v)
	}
	return position, nil
}

// compare orders two positions.
func (keys sortKeys) compare(a, b []edm.Value) int {
	for i := range keys {
		if order := keys[i].compare(a[i], b[i]); order != 0 {
			return order
		}
	}
	return 0
}
