package eval

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// in compiles the membership of a tuple in a list of constant tuples. Elements
// compare as with eq: null equals null, and NaN equals nothing. Expansions join
// through it, so the list is prepared once: one element is looked up by hash,
// a longer tuple by bisection.
func (c *compiler) in(e *odata.In) (conditionFunc, error) {
	x, err := c.values(e.X...)
	if err != nil {
		return nil, err
	}
	rows := make([][]edm.Value, 0, len(e.Rows))
	for _, row := range e.Rows {
		if len(row) != len(x) {
			return nil, odata.Internalf("eval: a tuple of %d values among those of %d", len(row), len(x))
		}
		if !slices.ContainsFunc(row, equalsNothing) {
			rows = append(rows, row)
		}
	}
	if len(x) == 1 {
		return inList(x[0].get, rows), nil
	}
	slices.SortFunc(rows, orderTuples)
	gets := make([]valueFunc, len(x))
	for i := range x {
		gets[i] = x[i].get
	}
	return func(row *odata.Row, s *scope) (truth, error) { return inTuples(gets, rows, row, s) }, nil
}

// equalsNothing reports NaN.
func equalsNothing(v edm.Value) bool { return !equal(v, v) }

func orderTuples(a, b []edm.Value) int { return slices.CompareFunc(a, b, edm.Order) }

// inTuples narrows the sorted rows down element by element, so that the tuple
// never has to be put together.
func inTuples(gets []valueFunc, rows [][]edm.Value, row *odata.Row, s *scope) (truth, error) {
	for i, get := range gets {
		v, err := get(row, s)
		if err != nil {
			return no, err
		}
		if len(rows) == 0 {
			continue // the other elements may still fail
		}
		first := lowest(rows, i, func(order int) bool { return order >= 0 }, v)
		after := lowest(rows, i, func(order int) bool { return order > 0 }, v)
		rows = rows[first:after]
	}
	return truthOf(len(rows) > 0), nil
}

// lowest is the first of the sorted rows whose element i is, by its order
// relative to v, far enough.
func lowest(rows [][]edm.Value, i int, enough func(order int) bool, v edm.Value) int {
	low, high := 0, len(rows)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if enough(edm.Order(rows[middle][i], v)) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// A list holds the constants that one element may equal.
type list struct {
	integers map[int64]struct{}
	texts    map[string]struct{}
	guids    map[edm.GUID]struct{}
	numbers  []edm.Value // the integers again, sorted, for numbers of other kinds
	others   []edm.Value // sorted: the constants of all other kinds, and null
}

func inList(get valueFunc, rows [][]edm.Value) conditionFunc {
	l := list{integers: map[int64]struct{}{}, texts: map[string]struct{}{}, guids: map[edm.GUID]struct{}{}}
	for _, row := range rows {
		switch v := row[0]; {
		case v.Kind().IsInteger():
			l.integers[v.Int()] = struct{}{}
			l.numbers = append(l.numbers, v)
		case v.Kind() == edm.KindString:
			l.texts[v.Str()] = struct{}{}
		case v.Kind() == edm.KindGuid:
			l.guids[v.GUID()] = struct{}{}
		default:
			l.others = append(l.others, v)
		}
	}
	slices.SortFunc(l.numbers, edm.Order)
	slices.SortFunc(l.others, edm.Order)
	return func(row *odata.Row, s *scope) (truth, error) {
		v, err := get(row, s)
		if err != nil {
			return no, err
		}
		return truthOf(l.contains(v)), nil
	}
}

func (l *list) contains(v edm.Value) bool {
	found := false
	switch kind := v.Kind(); {
	case kind == edm.KindString:
		_, found = l.texts[v.Str()]
		return found
	case kind == edm.KindGuid:
		_, found = l.guids[v.GUID()]
		return found
	case kind.IsInteger():
		_, found = l.integers[v.Int()]
	case kind.IsNumeric():
		_, found = slices.BinarySearchFunc(l.numbers, v, edm.Order)
	}
	if !found && len(l.others) > 0 {
		_, found = slices.BinarySearchFunc(l.others, v, edm.Order)
	}
	return found
}
