package typed

import (
	"context"
	"iter"

	"github.com/pamodata/pamodata/odata"
)

// changes are what a function changed in the entities of a collection.
type changes[T any] struct {
	found []changed
	err   error
}

type changed struct {
	key    odata.Key
	change *odata.Change
}

// watch reads the entities and notes what is changed in each of them by the
// time the next one is asked for.
func (c *changes[T]) watch(ctx context.Context, r *reading[T]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if len(c.found) > 0 {
			yield(nil, odata.Internalf("%s: changed entities cannot be read again before they are written", r.maker))
			return
		}
		for v, err := range r.rows(ctx) {
			var before state
			if err == nil {
				before, err = r.before(v)
			}
			if err != nil {
				c.fail(err)
				yield(nil, err)
				return
			}
			more := yield(v, nil)
			change, err := r.change(before, v)
			switch {
			case err != nil:
				c.fail(err)
				if more {
					yield(nil, err)
				}
				return
			case change != nil:
				c.found = append(c.found, changed{key: r.keyIn(before), change: change})
			}
			if !more {
				return
			}
		}
	}
}

// fail keeps the first error, so that nothing is written even if the function
// goes on.
func (c *changes[T]) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// save writes the changes, each on the condition that the entity still is in the
// collection.
func (c *changes[T]) save(ctx context.Context, r *reading[T]) error {
	if c.err != nil {
		return c.err
	}
	for _, one := range c.found {
		if err := r.save(ctx, one.key, one.change); err != nil {
			return err
		}
	}
	return nil
}
