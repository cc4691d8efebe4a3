package service

import (
	"context"
	"net/http"

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
		return work()
	}
	w, r := e.w, e.r
	held := new(answer)
	tried := false
	err := transact(r.Context(), store, func(ctx context.Context) error {
		held.reset(w.Header())
		e.w, e.r, e.committed, tried = held, r.WithContext(ctx), false, false
		if err := work(); err != nil {
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
