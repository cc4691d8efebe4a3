package memory

import (
	"context"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// Candidates are the positions of the entities that a read of q looks at, among
// those of a store's set; ok is false where it looks at all of them.
func Candidates(set odata.EntitySet, q *odata.Query) (positions []int32, ok bool, err error) {
	s := set.Reader.(*storedSet)
	v, err := s.store.visit(context.Background(), s.frame, q)
	if err != nil {
		return nil, false, err
	}
	positions, ok = v.reader().narrowed(q, q.Filter)
	return positions, ok, nil
}

// Looks reads what q asks for in a store's set, and returns how often it looked
// at an entity, of any set.
func Looks(ctx context.Context, set odata.EntitySet, q *odata.Query) (rows, looks int, err error) {
	s := set.Reader.(*storedSet)
	v, err := s.store.visit(ctx, s.frame, q)
	if err != nil {
		return 0, 0, err
	}
	result, err := v.reader().Read(ctx, q)
	if err != nil {
		return 0, v.passed, err
	}
	for _, err := range result.Rows {
		if err != nil {
			return rows, v.passed, err
		}
		rows++
	}
	return rows, v.passed, nil
}

// SetClock makes the store take the time from now.
func SetClock(s *Store, now func() time.Time) { s.now = now }

// Numbers are how many numbers the entities of a store's set and the gaps
// between them take.
func Numbers(set odata.EntitySet) int {
	s := set.Reader.(*storedSet)
	return int(s.store.current.Load().of(s.frame).next)
}
