package service

import (
	"context"
	"net/http"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// atomically runs work in a transaction of store, and holds the answer back
// until that is committed: nobody learns of a change that is not kept. Within a
// change set the transaction is around all of it, and so is the holding back.
//
// work may run again and must begin anew each time. Without a store that knows
// transactions it runs once, as it is.
func (e *exchange) atomically(store odata.Transactor, work func() error) error {
	switch {
	case e.unit != nil:
		if err := e.unit.join(store); err != nil {
			return err
		}
		return work()
	case store == nil && e.prefer.validateOnly:
		return &odata.Error{Kind: odata.KindNotImplemented, Code: "NotTransactional", Target: "Prefer",
			Message: "The entity set cannot undo a change, so it cannot try one out"}
	case store == nil && e.repetition == nil:
		if err := work(); err != nil {
			return err
		}
		return e.finishChange(e.r.Context())
	}
	w, r := e.w, e.r
	held := new(answer)
	tried := false
	err := transact(r.Context(), store, func(ctx context.Context) error {
		held.reset(w.Header())
		e.ends = nil
		e.w, e.r, e.committed, tried = held, r.WithContext(ctx), false, false
		if err := work(); err != nil {
			return err
		}
		if err := e.finishChange(ctx); err != nil {
			return err
		}
		if e.prefer.validateOnly {
			tried = true
			return errTried
		}
		return e.remember(held)
	})
	e.w, e.r, e.committed = w, r, false
	if tried {
		return e.validated()
	}
	if err != nil {
		return err
	}
	e.committed = true
	return held.sendTo(w)
}

// atEnd leaves something to be checked when everything of the transaction has been
// done: when the request has, or the change set it is part of.
func (e *exchange) atEnd(check func(context.Context) error) {
	if e.unit != nil {
		e.unit.ends = append(e.unit.ends, check)
	} else {
		e.ends = append(e.ends, check)
	}
}

func (e *exchange) finishChange(ctx context.Context) error { return allOf(ctx, e.ends) }

func allOf(ctx context.Context, checks []func(context.Context) error) error {
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pin lets a request that takes several reads see one state of the store in all of
// them, where the store can do that. Expansions that may turn out to need none but
// the first are waited for: see pinExpanded.
func (e *exchange) pin(req *odata.Request) (end func(), err error) {
	if req.Query == nil || len(req.Query.Expand) == 0 && len(req.Sources) == 0 || e.expander(req) != nil {
		return func() {}, nil
	}
	return e.snapshot(req.Set)
}

// pinExpanded does for a request with expansions what pin has not done, once the
// guards have added their conditions to the query.
func (e *exchange) pinExpanded(req *odata.Request) error {
	if x := e.expander(req); x == nil || x.Expands(req.Query) {
		return nil
	}
	end, err := e.snapshot(req.Set)
	if err != nil {
		return err
	}
	e.closers = append(e.closers, end)
	return nil
}

// expander is the provider that may answer a request with expansions by a single
// read; nil for none.
func (e *exchange) expander(req *odata.Request) odata.Expander {
	if len(req.Sources) > 0 || req.Operation != nil {
		return nil
	}
	set := e.service.sets[req.Query.Set]
	x, ok := set.Reader.(odata.Expander)
	if !ok || !set.expands() || !leadToOne(req.Query.Expand) {
		return nil
	}
	return x
}

// leadToOne reports that no expansion leads to many entities: those take a read of
// their own.
func leadToOne(expansions []odata.Expansion) bool {
	for i := range expansions {
		if expansions[i].Nav.IsCollection() || !leadToOne(expansions[i].Query.Expand) {
			return false
		}
	}
	return true
}

// snapshot lets the rest of the request see one state of a set's store.
func (e *exchange) snapshot(of *metadata.EntitySet) (end func(), err error) {
	store, ok := e.service.sets[of].Transactor.(odata.Snapshotter)
	if !ok {
		return func() {}, nil
	}
	ctx, end, err := store.Snapshot(e.r.Context())
	if err != nil {
		return nil, err
	}
	e.r = e.r.WithContext(ctx)
	return end, nil
}

// transact runs work in a transaction of store, or as it is without one.
func transact(ctx context.Context, store odata.Transactor, work func(context.Context) error) error {
	if store == nil {
		return work(ctx)
	}
	return store.Transact(ctx, work)
}

// An answer is a response that is held back, whole.
type answer struct {
	header http.Header
	status int
	body   []byte
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

// reset forgets the answer and begins another, with the headers of from.
func (a *answer) reset(from http.Header) {
	a.header, a.status, a.body = from.Clone(), 0, a.body[:0]
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

// sendTo sends the answer.
func (a *answer) sendTo(w http.ResponseWriter) error {
	h := w.Header()
	clear(h)
	for name, values := range a.header {
		h[name] = values
	}
	w.WriteHeader(a.status)
	if len(a.body) == 0 {
		return nil
	}
	_, err := w.Write(a.body)
	return err
}

// sharedTransactor is the store of all sets that know transactions; nil where
// there are several, or none. What belongs to no set runs in it.
func sharedTransactor(sets []odata.EntitySet) odata.Transactor {
	var shared odata.Transactor
	for i := range sets {
		switch t := sets[i].Transactor; {
		case t == nil:
		case shared == nil:
			shared = t
		case shared != t:
			return nil
		}
	}
	return shared
}
