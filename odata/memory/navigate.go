package memory

import (
	"context"
	"iter"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Navigate follows nav from the entities with the given keys: the edges of the
// first come first, each entity's in the order of q, or in that of the set. From
// a key that has no entity, and from one whose type lacks nav, nothing is
// reached. All clauses of q but Total and Expand are honoured, for each starting
// entity on its own.
func (s *storedSet) Navigate(ctx context.Context, nav *metadata.NavigationProperty, from []odata.Key, q *odata.Query) iter.Seq2[odata.Edge, error] {
	return func(yield func(odata.Edge, error) bool) {
		err := ctx.Err()
		if err == nil {
			err = s.navigate(ctx, nav, from, q, yield)
		}
		if err != nil {
			yield(odata.Edge{}, err)
		}
	}
}

func (s *storedSet) navigate(ctx context.Context, nav *metadata.NavigationProperty, from []odata.Key, q *odata.Query, yield func(odata.Edge, error) bool) error {
	at := s.frame.role(nav)
	if at < 0 {
		return odata.Internalf("memory: no association set says where %s leads from %s", nav.Name, s.frame.set.Name)
	}
	v, err := s.store.visit(ctx, s.frame.roles[at].target, q)
	if err != nil {
		return err
	}
	f, err := v.follower(q)
	if err != nil {
		return err
	}
	start := v.snapshot.of(s.frame)
	for i, key := range from {
		n, err := start.get(key)
		if err != nil {
			return err
		}
		if n == nil {
			continue
		}
		if more, err := f.follow(i, &n.links[at], yield); !more || err != nil {
			return err
		}
	}
	return nil
}

// A follower selects among the entities that starting ones are linked to. Its
// memory serves one starting entity after the other.
type follower struct {
	visit *visit
	match matcher[*node]
	after []edm.Value
	skip  int64
	kept  collector[*node]
	out   view[*node]
	row   odata.Row
}

func (v *visit) follower(q *odata.Query) (*follower, error) {
	if err := checkPosition(q.After, q.OrderBy); err != nil {
		return nil, err
	}
	reader := v.reader()
	f := &follower{visit: v, after: q.After, skip: q.Skip, kept: collector[*node]{reach: reach(q.Skip, q.Top)}}
	var err error
	if f.match, err = reader.matcher(v.ctx, q, q.Filter); err != nil {
		return nil, err
	}
	if len(q.OrderBy) > 0 {
		if f.kept.ranking, err = reader.ranking(v.ctx, q, q.OrderBy); err != nil {
			return nil, err
		}
	}
	f.out, err = v.view(v.ctx, q, q.Fields)
	return f, err
}

// follow yields what the starting entity number from is linked to. more is false
// when no more edges are wanted.
func (f *follower) follow(from int, links *links, yield func(odata.Edge, error) bool) (more bool, err error) {
	f.kept.reset()
	few, count := links.few, links.len()
	for i := range count {
		if f.kept.full() {
			break
		}
		var number int32
		if i < len(few) {
			number = few[i]
		} else {
			number = links.at(i)
		}
		n := f.visit.home.nodes.at(number)
		if err := f.visit.pass(); err != nil {
			return false, err
		}
		if f.match != nil {
			switch ok, err := f.match(n); {
			case err != nil:
				return false, err
			case !ok:
				continue
			}
		}
		if err := f.kept.offer(n, f.after, nil); err != nil {
			return false, err
		}
	}
	f.kept.cut()
	for i := range f.kept.kept {
		if int64(i) < f.skip {
			continue
		}
		if err := f.out(&f.row, f.kept.kept[i].row); err != nil {
			return false, err
		}
		if !yield(odata.Edge{From: from, Row: f.row}, nil) {
			return false, nil
		}
	}
	return true, nil
}
