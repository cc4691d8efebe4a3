package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// narrow finds the entities of c that conditions on the variable at this depth
// can hold for, where the conditions name keys: the entity's own, or those of
// entities it is linked to. The latter is the form in which requests for
// Customers(1)/Orders arrive: orders whose customer has the key 1. Those are
// found by their links, however many orders there are.
//
// The positions are sorted, and may be too many: the conditions still decide. ok
// is false where all entities have to be looked at.
func (v *visit) narrow(c *collection, depth int, conditions []odata.Expr) (positions []int32, ok bool) {
	properties := c.set.Type().KeyProperties()
	if key, ok := pinnedKey(properties, depth, conditions); ok {
		return c.index.find(key), true
	}
	var ends []pathEnd
	offer := func(found []int32) {
		if !ok || len(found) < len(positions) {
			positions, ok = found, true
		}
	}
	for _, condition := range conditions {
		switch e := condition.(type) {
		case *odata.In:
			navs, ok := commonPath(e.X, depth)
			if !ok || len(navs) > 0 && listsNull(e) {
				continue
			}
			end := v.end(c, navs)
			if end == nil {
				return nil, true
			}
			if keys := listedKeys(end.set.Type().KeyProperties(), e); keys != nil {
				offer(v.back(c, navs, end.findAll(keys)))
			}
		case *odata.Lambda:
			navs, _ := pathFrom(e.Of, depth)
			if e.All || e.Body == nil || len(navs) == 0 {
				continue
			}
			end := v.end(c, navs)
			if end == nil {
				return nil, true
			}
			if found, ok := v.narrow(end, e.Var.Depth, conjuncts(e.Body)); ok {
				offer(v.back(c, navs, found))
			}
		case *odata.Binary:
			if member, _ := equality(e); member != nil {
				if navs, _ := pathFrom(member.(*odata.Member).Of, depth); len(navs) > 0 {
					ends = addToEnd(ends, navs, e)
				}
			}
		}
	}
	for _, e := range ends {
		end := v.end(c, e.navs)
		if end == nil {
			return nil, true
		}
		if key, ok := e.key(end); ok {
			offer(v.back(c, e.navs, end.index.find(key)))
		}
	}
	return positions, ok
}

// A pathEnd gathers the equalities about the entity at the end of a path of
// single-valued navigation properties.
type pathEnd struct {
	navs  []*metadata.NavigationProperty
	equal []*odata.Binary
}

func addToEnd(ends []pathEnd, navs []*metadata.NavigationProperty, equal *odata.Binary) []pathEnd {
	for i := range ends {
		if slices.Equal(ends[i].navs, navs) {
			ends[i].equal = append(ends[i].equal, equal)
			return ends
		}
	}
	return append(ends, pathEnd{navs, []*odata.Binary{equal}})
}

// key is the key that the entity at the end must have.
func (e *pathEnd) key(end *collection) ([]edm.Value, bool) {
	properties := end.set.Type().KeyProperties()
	key := make([]edm.Value, len(properties))
	given := 0
	for _, equal := range e.equal {
		member, value := equality(equal)
		if at := slices.Index(properties, member.(*odata.Member).Property); at >= 0 && key[at].IsNull() {
			key[at] = value
			given++
		}
	}
	return key, given == len(key)
}

// pathFrom are the navigation properties that lead from the variable at this
// depth to e; ok is false where e is anything else. Casts and guards on the way
// only leave entities out.
func pathFrom(e odata.Expr, depth int) (navs []*metadata.NavigationProperty, ok bool) {
	for {
		switch x := e.(type) {
		case *odata.TypeCast:
			e = x.Of
		case *odata.Navigate:
			navs = append(navs, x.Nav)
			e = x.Of
		case *odata.Variable:
			if x.Depth != depth {
				return nil, false
			}
			slices.Reverse(navs)
			return navs, true
		default:
			return nil, false
		}
	}
}

// commonPath is the path to the one entity that all of exprs are properties of.
func commonPath(exprs []odata.Expr, depth int) (navs []*metadata.NavigationProperty, ok bool) {
	for i, e := range exprs {
		m, isMember := e.(*odata.Member)
		if !isMember {
			return nil, false
		}
		path, ok := pathFrom(m.Of, depth)
		if !ok || i > 0 && !slices.Equal(path, navs) {
			return nil, false
		}
		navs = path
	}
	return navs, len(exprs) > 0
}

// end is where a path from c leads to, nil where no association set binds it.
func (v *visit) end(c *collection, navs []*metadata.NavigationProperty) *collection {
	for _, nav := range navs {
		at := c.role(nav)
		if at < 0 {
			return nil
		}
		c = v.snapshot.of(c.roles[at].target)
	}
	return c
}

// back are the entities of c from which a path leads to one of those found.
func (v *visit) back(c *collection, navs []*metadata.NavigationProperty, found []int32) []int32 {
	if len(navs) == 0 {
		return found
	}
	r := &c.roles[c.role(navs[0])]
	next := v.snapshot.of(r.target)
	found = v.back(next, navs[1:], found)
	if len(found) == 1 {
		return next.nodes.at(found[0]).links[r.back].list()
	}
	var sources []int32
	for _, at := range found {
		sources = append(sources, next.nodes.at(at).links[r.back].list()...)
	}
	slices.Sort(sources)
	return slices.Compact(sources)
}

// listedKeys are the keys that e lists, each in the order of properties; nil
// where it lists something else.
func listedKeys(properties []*metadata.Property, e *odata.In) [][]edm.Value {
	if len(e.X) != len(properties) {
		return nil
	}
	at := make([]int, len(properties)) // of each property in a row
	for i, p := range properties {
		at[i] = slices.IndexFunc(e.X, func(x odata.Expr) bool { return x.(*odata.Member).Property == p })
		if at[i] < 0 {
			return nil
		}
	}
	keys := make([][]edm.Value, 0, len(e.Rows))
	for _, row := range e.Rows {
		if len(row) != len(at) {
			return nil
		}
		key := make([]edm.Value, len(at))
		for i, from := range at {
			key[i] = row[from]
		}
		keys = append(keys, key)
	}
	return keys
}

// listsNull reports that e can hold for null, which at the end of a path stands
// for an entity that is not there.
func listsNull(e *odata.In) bool {
	return slices.ContainsFunc(e.Rows, func(row []edm.Value) bool { return slices.ContainsFunc(row, edm.Value.IsNull) })
}

// findAll returns the positions of the entities with one of the keys.
func (c *collection) findAll(keys [][]edm.Value) []int32 {
	positions := make([]int32, 0, len(keys))
	for _, key := range keys {
		positions = append(positions, c.index.find(key)...)
	}
	slices.Sort(positions)
	return slices.Compact(positions)
}
