package memory

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A transaction is a sequence of writes that becomes visible at once. It works on
// a state of its own, the successor of the store's, and holds the store's only
// right to write.
type transaction struct {
	store *Store
	state *snapshot
	over  atomic.Bool

	// touched are the entities whose links have to be looked at before the end.
	touched []touch

	// waiting are the entities that refer to one that is not there yet.
	waiting map[reference][]int32

	// failed is why work that joined the transaction failed.
	failed error
}

// A touch names one entity, and what it refers to if that was deleted.
type touch struct {
	frame  *frame
	number int32
	lost   reference
}

// A reference is the key of an entity that others refer to. Equal keys have equal
// references.
type reference struct {
	bond *bond
	key  string
}

func (b *bond) referenceTo(key []edm.Value) reference {
	var text []byte
	for _, v := range key {
		// Some kinds have several representations of what is equal. It does no
		// harm if different values come together: links are made by the key.
		switch v.Kind() {
		case edm.KindDecimal:
			v = edm.Double(v.Decimal().Float64())
		case edm.KindDateTime:
			v = edm.Int64(v.DateTime().Instant().Unix())
		case edm.KindDateTimeOffset:
			v = edm.Int64(v.DateTimeOffset().Instant().Unix())
		case edm.KindDouble, edm.KindSingle:
			v = edm.Double(v.Float() + 0) // zero has no sign then
		}
		text = append(edm.AppendLiteral(text, v), ',')
	}
	return reference{b, string(text)}
}

// transactionKey is where a context carries the transaction of a store.
type transactionKey struct{ store *Store }

// transaction is the one that ctx carries, nil without.
func (s *Store) transaction(ctx context.Context) (*transaction, error) {
	tx, _ := ctx.Value(transactionKey{s}).(*transaction)
	if tx != nil && tx.over.Load() {
		return nil, odata.Internalf("memory: the context's transaction has ended; do not keep the context that Transact gives its work")
	}
	return tx, nil
}

// state is what reads under ctx see.
func (s *Store) state(ctx context.Context) (*snapshot, error) {
	tx, err := s.transaction(ctx)
	switch {
	case err != nil:
		return nil, err
	case tx != nil:
		return tx.state, nil
	}
	if pinned, ok := ctx.Value(snapshotKey{s}).(*snapshot); ok {
		return pinned, nil
	}
	return s.current.Load(), nil
}

// snapshotKey is where a context carries the state that its reads see.
type snapshotKey struct{ store *Store }

// Snapshot lets all reads under the context it returns see the present state. It
// holds nothing up. Within a transaction that one's state goes before.
func (s *Store) Snapshot(ctx context.Context) (context.Context, func(), error) {
	return context.WithValue(ctx, snapshotKey{s}, s.current.Load()), func() {}, ctx.Err()
}

// Transact runs work as one transaction: reads and writes of the store's sets
// under the context it is given see each other, and all others see either all of
// them or none. Transactions run one after the other; waiting for one's turn ends
// with ctx. Reads never wait. Work is called once.
//
// Within a transaction of the store, Transact joins it. If the inner work fails
// or panics, the outer one cannot succeed any more: when it returns nil all the
// same, everything is undone and Transact returns the inner error.
//
// The context must not be used when work has returned.
func (s *Store) Transact(ctx context.Context, work func(context.Context) error) error {
	outer, err := s.transaction(ctx)
	switch {
	case err != nil:
		return err
	case outer != nil:
		return outer.join(ctx, work)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	select {
	case s.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.writing }()
	tx := &transaction{store: s, state: s.current.Load(), waiting: map[reference][]int32{}}
	defer tx.over.Store(true)
	if err := work(context.WithValue(ctx, transactionKey{s}, tx)); err != nil {
		return err
	}
	return tx.commit()
}

func (tx *transaction) join(ctx context.Context, work func(context.Context) error) (err error) {
	returned := false
	defer func() {
		switch {
		case tx.failed != nil:
		case !returned:
			tx.failed = odata.Internalf("memory: a part of the transaction panicked")
		case err != nil:
			tx.failed = err
		}
	}()
	err = work(ctx)
	returned = true
	return err
}

// commit publishes the transaction's state, if that is consistent.
func (tx *transaction) commit() error {
	if tx.failed != nil {
		return tx.failed
	}
	if tx.state == tx.store.current.Load() {
		return nil
	}
	if err := tx.verify(); err != nil {
		return err
	}
	tx.store.current.Store(tx.compacted())
	return nil
}

// An operation is one write, within a transaction. It changes a state of its own,
// which becomes the transaction's when it succeeds, so that nothing remains of
// one that fails and reads begun before it go on as they began.
type operation struct {
	store *Store
	tx    *transaction
	state *snapshot
	edit  *edit
}

// write performs one write within the transaction of ctx, or else within one of
// its own.
func (s *Store) write(ctx context.Context, work func(o *operation) error) error {
	tx, err := s.transaction(ctx)
	switch {
	case err != nil:
		return err
	case tx != nil:
		return tx.write(ctx, work)
	}
	return s.Transact(ctx, func(ctx context.Context) error {
		tx, err := s.transaction(ctx)
		if err != nil {
			return err
		}
		return tx.write(ctx, work)
	})
}

func (tx *transaction) write(ctx context.Context, work func(o *operation) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &operation{store: tx.store, tx: tx, state: &snapshot{slices.Clone(tx.state.collections)}, edit: new(edit)}
	touched := len(tx.touched)
	if err := work(o); err != nil {
		tx.touched = tx.touched[:touched]
		return err
	}
	tx.state = o.state
	return nil
}

// collection is one that o may change.
func (o *operation) collection(f *frame) *collection {
	c := o.state.of(f)
	if c.owner != o.edit {
		c = c.copied(o.edit)
		o.state.collections[f.position] = c
	}
	return c
}

// node is one that o may change, links and streams included. Values need a
// collection whose orders were forgotten.
func (o *operation) node(f *frame, number int32) *node {
	c := o.collection(f)
	n := c.nodes.at(number)
	if n.owner != o.edit {
		changed := *n
		changed.owner, changed.fresh = o.edit, false
		changed.row.Values = slices.Clone(n.row.Values)
		changed.links = slices.Clone(n.links)
		changed.named = slices.Clone(n.named)
		n = &changed
		c.nodes.set(o.edit, number, n)
	}
	return n
}

// valued is a node whose values o is about to change.
func (o *operation) valued(f *frame, number int32) (*node, error) {
	n := o.node(f, number)
	c := o.collection(f)
	c.index.known = new(orders)
	return n, o.recompute(c, n)
}

// touch has the links of an entity looked at before the transaction ends.
func (o *operation) touch(f *frame, number int32) {
	o.tx.touched = append(o.tx.touched, touch{frame: f, number: number})
}
