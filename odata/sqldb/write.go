package sqldb

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A writing is a transaction of a store, as its sets see it. What the database
// cannot check by itself is checked before it ends.
type writing struct {
	store *Store
	over  atomic.Bool
	alone LoneWriter // for a write that is one statement, outside of a transaction

	// touched are the entities whose links have to be looked at, and relied the
	// references that a foreign key answers for.
	touched []touch
	relied  []reference

	// failed is why work that joined the transaction failed.
	failed error
}

// writingKey is where a context carries the transaction of a store.
type writingKey struct{ store *Store }

func (s *Store) writing(ctx context.Context) *writing {
	w, _ := ctx.Value(writingKey{s}).(*writing)
	return w
}

// Transact runs work in a transaction of the database, see [DB]. Before it is
// committed, the entities that work has changed are held to the multiplicities of
// their links and to the referential constraints, with the codes LinkRequired,
// LinkTaken and DanglingReference.
//
// Within a transaction of the store, Transact joins it. If the inner work fails or
// panics, the outer one cannot succeed any more: when it returns nil all the same,
// everything is undone and Transact returns the inner error.
func (s *Store) Transact(ctx context.Context, work func(context.Context) error) error {
	if outer := s.writing(ctx); outer != nil {
		if outer.over.Load() {
			return errOutlived()
		}
		return outer.join(ctx, work)
	}
	var w *writing
	err := s.db.Transact(ctx, func(ctx context.Context) error {
		w = &writing{store: s}
		defer w.over.Store(true)
		if err := work(context.WithValue(ctx, writingKey{s}, w)); err != nil {
			return err
		}
		if w.failed != nil {
			return w.failed
		}
		return w.verify(ctx)
	})
	if err != nil && w != nil {
		return w.explain(ctx, err)
	}
	return err
}

// A snapshotStore is a store whose database can pin a state.
type snapshotStore struct {
	*Store
	db odata.Snapshotter
}

// transactorOf is what identifies a store.
func transactorOf(s *Store) odata.Transactor {
	if db, ok := s.db.(odata.Snapshotter); ok {
		return &snapshotStore{s, db}
	}
	return s
}

// Snapshot lets all reads under the context it returns see one state, see
// [odata.Snapshotter]. Within a transaction that one's state goes before.
func (s *snapshotStore) Snapshot(ctx context.Context) (context.Context, func(), error) {
	if s.writing(ctx) != nil {
		return ctx, func() {}, ctx.Err()
	}
	return s.db.Snapshot(ctx)
}

func errOutlived() error {
	return odata.Internalf("sqldb: the context's transaction has ended; do not keep the context that Transact gives its work")
}

func (w *writing) join(ctx context.Context, work func(context.Context) error) (err error) {
	returned := false
	defer func() {
		switch {
		case w.failed != nil:
		case !returned:
			w.failed = odata.Internalf("sqldb: a part of the transaction panicked")
		case err != nil:
			w.failed = err
		}
	}()
	err = work(ctx)
	returned = true
	return err
}

// write performs one write within the transaction of ctx, or else within one of
// its own. Nothing remains of a write that fails: one of several statements has a
// savepoint within a transaction that may go on without it.
func (s *Store) write(ctx context.Context, several bool, work func(context.Context, *writing) error) error {
	w := s.writing(ctx)
	if w == nil {
		return s.Transact(ctx, func(ctx context.Context) error { return work(ctx, s.writing(ctx)) })
	}
	if w.over.Load() {
		return errOutlived()
	}
	touched, relied := len(w.touched), len(w.relied)
	forget := func() { w.touched, w.relied = w.touched[:touched], w.relied[:relied] }
	if !several {
		err := work(ctx, w)
		if err != nil {
			forget()
		}
		return err
	}
	if _, err := s.db.Exec(ctx, s.writes.savepoint, nil); err != nil {
		return err
	}
	if err := work(ctx, w); err != nil {
		forget()
		if undone := w.undo(ctx); undone != nil {
			w.failed = errors.Join(w.failed, err)
		}
		return err
	}
	_, err := s.db.Exec(ctx, s.writes.release, nil)
	return err
}

// undo goes back to the last savepoint.
func (w *writing) undo(ctx context.Context) error {
	s := w.store
	if _, err := s.db.Exec(ctx, s.writes.back, nil); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, s.writes.release, nil)
	return err
}

// explain gives the error of a foreign key the name of the association, if it is
// not the database that knows it.
func (w *writing) explain(ctx context.Context, err error) error {
	e, ok := errors.AsType[*odata.Error](err)
	if !ok || e.Kind != odata.KindConflict || e.Detail != "" || e.Code != "DanglingReference" && e.Code != "LinkRequired" {
		return err
	}
	for _, r := range w.relied {
		_, found, failed := w.store.typeOf(ctx, r.to.to, r.key)
		if failed == nil && !found {
			explained := *dangling(r.to)
			explained.Err = err
			return &explained
		}
	}
	return err
}

// keysEqual compares keys of one table.
func keysEqual(a, b odata.Key) bool {
	for i := range a {
		if edm.Order(a[i], b[i]) != 0 {
			return false
		}
	}
	return len(a) == len(b)
}
