package uri

// nodes hands out the nodes of one request's trees. Nodes of a kind come from
// small slices, so that a typical filter costs a handful of allocations; a tree
// keeps at most one partly used slice of each kind alive.
type nodes struct {
	literals arena[Literal]
	names    arena[Name]
	binaries arena[Binary]
}

type arena[T any] struct {
	free  []T
	taken int // size of the last slice
}

// The slices begin with what a conjunction of two comparisons needs, and grow
// for the rare long expression.
const (
	arenaFirst = 4
	arenaMost  = 64
)

func (a *arena[T]) add(value T) *T {
	if len(a.free) == 0 {
		a.taken = min(max(arenaFirst, 2*a.taken), arenaMost)
		a.free = make([]T, a.taken)
	}
	node := &a.free[0]
	a.free = a.free[1:]
	*node = value
	return node
}
