package memory

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An index holds orders of rows that never change: that of the key, which finds
// entities, and those that queries asked for. It is safe for concurrent use.
type index struct {
	key   []string    // property names
	keys  []edm.Value // of all rows, one after the other
	byKey []int32     // positions of the rows, by key

	mu     sync.RWMutex
	orders []knownOrder // at most maxOrders
}

// maxOrders bounds the memory that the orders clients ask for can take: 4 bytes
// for each row and order.
const maxOrders = 8

// A knownOrder is an order by properties of $it.
type knownOrder struct {
	terms     []orderTerm
	positions []int32
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
	x := &index{key: key, keys: keys, byKey: make([]int32, rows)}
	for i := range x.byKey {
		x.byKey[i] = int32(i)
	}
	slices.SortStableFunc(x.byKey, func(a, b int32) int { return compareKeys(x.keyOf(a), x.keyOf(b)) })
	for i := 1; i < len(x.byKey); i++ {
		if a, b := x.byKey[i-1], x.byKey[i]; compareKeys(x.keyOf(a), x.keyOf(b)) == 0 {
			return nil, fmt.Errorf("rows %d and %d have the same key %s; give each row its own", a, b, keyText(x.keyOf(a)))
		}
	}
	return x, nil
}

func (x *index) keyOf(row int32) []edm.Value {
	n := len(x.key)
	return x.keys[int(row)*n : (int(row)+1)*n]
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

// find returns the positions of the rows with the given key.
func (x *index) find(key []edm.Value) []int32 {
	at, found := sort.Find(len(x.byKey), func(i int) int { return compareKeys(key, x.keyOf(x.byKey[i])) })
	if !found {
		return nil
	}
	return x.byKey[at : at+1]
}

// keyed reports that the model has the same key as the rows.
func (x *index) keyed(q *odata.Query) bool {
	return q.Type != nil && slices.EqualFunc(q.Type.KeyProperties(), x.key,
		func(p *metadata.Property, name string) bool { return p.Name == name })
}

// pinned returns the one key that entities must have to match filter. It finds
// the form that requests for one entity have, in which filter gives each key
// property a value. Nothing else has to be found: the filter still decides.
func (x *index) pinned(q *odata.Query, filter odata.Expr) ([]edm.Value, bool) {
	if filter == nil || !x.keyed(q) {
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

// sortedPositions returns the rows in the order of k, from memory where
// possible. ok is false for an order the index does not keep.
func sortedPositions[R any](x *index, q *odata.Query, k *ranking[R], rows rowsOf[R]) (positions []int32, ok bool, err error) {
	terms := make([]orderTerm, len(k.terms))
	for i, t := range k.terms {
		property := propertyOf(t.By, 0)
		if property == nil {
			return nil, false, nil
		}
		terms[i] = orderTerm{property, t.Descending}
	}
	if x.isKeyOrder(q, terms) {
		return x.byKey, true, nil
	}
	if positions, full := x.known(terms); positions != nil || full {
		return positions, positions != nil, nil
	}
	places := make([]edm.Value, 0, rows.n*len(terms))
	positions = make([]int32, rows.n)
	for i := range positions {
		positions[i] = int32(i)
		if places, err = k.place(places, rows.at(i)); err != nil {
			return nil, false, err
		}
	}
	n := len(terms)
	slices.SortStableFunc(positions, func(a, b int32) int {
		return k.compare(places[int(a)*n:][:n], places[int(b)*n:][:n])
	})
	x.remember(terms, positions)
	return positions, true, nil
}

// isKeyOrder reports that terms order by the key: what follows it, no two rows
// are told apart by.
func (x *index) isKeyOrder(q *odata.Query, terms []orderTerm) bool {
	if len(terms) < len(x.key) || !x.keyed(q) {
		return false
	}
	for i, p := range q.Type.KeyProperties() {
		if terms[i] != (orderTerm{property: p}) {
			return false
		}
	}
	return true
}

func (x *index) known(terms []orderTerm) (positions []int32, full bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for i := range x.orders {
		if slices.Equal(x.orders[i].terms, terms) {
			return x.orders[i].positions, true
		}
	}
	return nil, len(x.orders) == maxOrders
}

func (x *index) remember(terms []orderTerm, positions []int32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	known := slices.ContainsFunc(x.orders, func(o knownOrder) bool { return slices.Equal(o.terms, terms) })
	if !known && len(x.orders) < maxOrders {
		x.orders = append(x.orders, knownOrder{terms, positions})
	}
}
