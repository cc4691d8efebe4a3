package memory

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An index holds orders of rows: that of the key, which finds entities, and
// those that queries asked for. It is safe for concurrent use.
type index struct {
	key   []string // property names
	byKey sequence // the numbers of the rows
	known *orders

	computed []string // properties of rows that never change otherwise

	// The keys are those of the nodes of a store's set, otherwise of rows that
	// never change, one after the other.
	nodes *collection
	keys  []edm.Value
}

// orders are those an index remembers. States of a set that do not differ in
// what they are about share them.
type orders struct {
	mu   sync.RWMutex
	list []knownOrder // at most maxOrders
}

// maxOrders bounds the memory that the orders clients ask for can take: 4 bytes
// for each row and order.
const maxOrders = 8

// A knownOrder is an order by properties of $it.
type knownOrder struct {
	terms   []orderTerm
	numbers []int32
}

type orderTerm struct {
	property   *metadata.Property
	descending bool
}

// newIndex sorts rows by key. keys holds the values of every row's key, in the
// order of key, which is not empty. The error names rows that have the same key.
func newIndex(key []string, keys []edm.Value) (*index, error) {
	rows := len(keys) / len(key)
	if rows > math.MaxInt32 {
		return nil, fmt.Errorf("%d rows are more than a set in memory can have", rows)
	}
	x := &index{key: key, keys: keys, known: new(orders)}
	byKey := make([]int32, rows)
	for i := range byKey {
		byKey[i] = int32(i)
	}
	slices.SortStableFunc(byKey, func(a, b int32) int { return compareKeys(x.keyOf(a), x.keyOf(b)) })
	for i := 1; i < len(byKey); i++ {
		if a, b := byKey[i-1], byKey[i]; compareKeys(x.keyOf(a), x.keyOf(b)) == 0 {
			return nil, fmt.Errorf("rows %d and %d have the same key %s; give each row its own", a, b, keyText(x.keyOf(a)))
		}
	}
	x.byKey = sequenceOf(byKey)
	return x, nil
}

// keyOf is the key of a row that never changes.
func (x *index) keyOf(row int32) []edm.Value {
	n := len(x.key)
	return x.keys[int(row)*n : (int(row)+1)*n]
}

// compare orders a key before or behind that of a row.
func (x *index) compare(key []edm.Value, row int32) int {
	if x.nodes == nil {
		return compareKeys(key, x.keyOf(row))
	}
	values := x.nodes.nodes.at(row).row.Values
	for i, field := range x.nodes.frame.key {
		if order := edm.Order(key[i], values[field]); order != 0 {
			return order
		}
	}
	return 0
}

// locate finds the row with a key in byKey, or where it belongs.
func (x *index) locate(key []edm.Value) (where spot, found bool) {
	spans := x.byKey.spans
	from, to := 0, len(spans) // the chunk is the last that does not begin behind key
	for from < to {
		middle := int(uint(from+to) >> 1)
		if x.compare(key, spans[middle].chunk.items[0]) < 0 {
			to = middle
		} else {
			from = middle + 1
		}
	}
	if from == 0 {
		return spot{}, false
	}
	where.span = from - 1
	items := spans[where.span].chunk.items
	for to = len(items); where.at < to; {
		middle := int(uint(where.at+to) >> 1)
		switch order := x.compare(key, items[middle]); {
		case order == 0:
			return spot{where.span, middle}, true
		case order < 0:
			to = middle
		default:
			where.at = middle + 1
		}
	}
	return where, false
}

func compareKeys(a, b []edm.Value) int {
	for i := range a {
		if order := edm.Order(a[i], b[i]); order != 0 {
			return order
		}
	}
	return 0
}

// keyText prints a key as it stands in a URL.
func keyText(key []edm.Value) string {
	texts := make([]string, len(key))
	for i, v := range key {
		texts[i] = v.String()
	}
	return "(" + strings.Join(texts, ",") + ")"
}

// find returns the numbers of the rows with the given key.
func (x *index) find(key []edm.Value) []int32 {
	where, found := x.locate(key)
	if !found {
		return nil
	}
	return x.byKey.spans[where.span].chunk.items[where.at : where.at+1 : where.at+1]
}

// fits reports that the model has the same key as the rows.
func (x *index) fits(q *odata.Query) bool {
	return q.Type != nil && slices.EqualFunc(q.Type.KeyProperties(), x.key,
		func(p *metadata.Property, name string) bool { return p.Name == name })
}

// pinned returns the one key that entities must have to match filter. It finds
// the form that requests for one entity have, in which filter gives each key
// property a value. Nothing else has to be found: the filter still decides.
func (x *index) pinned(q *odata.Query, filter odata.Expr) ([]edm.Value, bool) {
	if filter == nil || !x.fits(q) {
		return nil, false
	}
	return pinnedKey(q.Type.KeyProperties(), 0, conjuncts(filter))
}

// pinnedKey returns the values that conditions give the key properties of the
// variable at this depth.
func pinnedKey(properties []*metadata.Property, depth int, conditions []odata.Expr) ([]edm.Value, bool) {
	var key []edm.Value
	given := 0
	for _, c := range conditions {
		member, value := equality(c)
		at := slices.Index(properties, propertyOf(member, depth))
		if at < 0 {
			continue
		}
		if key == nil {
			key = make([]edm.Value, len(properties))
		}
		if key[at].IsNull() {
			key[at] = value
			given++
		}
	}
	return key, given == len(properties)
}

// equality takes apart the comparison of a property with a constant. It returns
// a nil expression for any other condition.
func equality(e odata.Expr) (member odata.Expr, value edm.Value) {
	b, ok := e.(*odata.Binary)
	if !ok || b.Op != odata.Eq {
		return nil, edm.Null
	}
	l, r := b.L, b.R
	if _, ok := l.(*odata.Literal); ok {
		l, r = r, l
	}
	literal, ok := r.(*odata.Literal)
	if _, isMember := l.(*odata.Member); !ok || !isMember || literal.Value.IsNull() {
		return nil, edm.Null
	}
	return l, literal.Value
}

// propertyOf is the property that e reads of the variable at this depth, of $it
// for 0; nil for any other expression.
func propertyOf(e odata.Expr, depth int) *metadata.Property {
	if m, ok := e.(*odata.Member); ok {
		if v, ok := m.Of.(*odata.Variable); ok && v.Depth == depth {
			return m.Property
		}
	}
	return nil
}

// sorted returns the rows in the order of k, from memory where possible. ok is
// false for an order the index does not keep.
func sorted[R any](ctx context.Context, x *index, q *odata.Query, k *ranking[R], rows rowsOf[R]) (inOrder rowsOf[R], ok bool, err error) {
	terms := make([]orderTerm, len(k.terms))
	for i, t := range k.terms {
		property := propertyOf(t.By, 0)
		if property == nil || x.changes(property) {
			return rows, false, nil
		}
		terms[i] = orderTerm{property, t.Descending}
	}
	if x.isKeyOrder(q, terms) {
		return rows.sequenced(&x.byKey), true, nil
	}
	if numbers, full := x.known.find(terms); numbers != nil || full {
		return rows.picked(numbers), numbers != nil, nil
	}
	places := make([]edm.Value, 0, rows.n*len(terms))
	numbers := make([]int32, 0, rows.n)
	positions := make([]int32, 0, rows.n)
	for r, err := range rows.all(ctx) {
		if err != nil {
			return rows, false, err
		}
		if places, err = k.place(places, r); err != nil {
			return rows, false, err
		}
		at := int32(len(positions))
		positions = append(positions, at)
		if rows.number != nil {
			at = rows.number(r)
		}
		numbers = append(numbers, at)
	}
	n := len(terms)
	slices.SortStableFunc(positions, func(a, b int32) int {
		return k.compare(places[int(a)*n:][:n], places[int(b)*n:][:n])
	})
	for i, at := range positions {
		positions[i] = numbers[at]
	}
	x.known.remember(terms, positions)
	return rows.picked(positions), true, nil
}

// changes reports a property that is computed: an order by it is that of one
// request only.
func (x *index) changes(p *metadata.Property) bool {
	if x.nodes != nil {
		return x.nodes.isComputed(p)
	}
	return slices.Contains(x.computed, p.Name)
}

// isKeyOrder reports that terms order by the key: what follows it, no two rows
// are told apart by.
func (x *index) isKeyOrder(q *odata.Query, terms []orderTerm) bool {
	if len(terms) < len(x.key) || !x.fits(q) {
		return false
	}
	for i, p := range q.Type.KeyProperties() {
		if terms[i] != (orderTerm{property: p}) {
			return false
		}
	}
	return true
}

func (o *orders) find(terms []orderTerm) (numbers []int32, full bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for i := range o.list {
		if slices.Equal(o.list[i].terms, terms) {
			return o.list[i].numbers, true
		}
	}
	return nil, len(o.list) == maxOrders
}

func (o *orders) remember(terms []orderTerm, numbers []int32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := slices.ContainsFunc(o.list, func(o knownOrder) bool { return slices.Equal(o.terms, terms) })
	if !known && len(o.list) < maxOrders {
		o.list = append(o.list, knownOrder{terms, numbers})
	}
}
