package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
)

// A unit is a change set being carried out. Its requests see what those before
// have changed, and can refer to what those have created.
type unit struct {
	store      odata.Transactor
	references batch.References
	contentID  string    // of the request that runs
	instant    time.Time // of all its requests, see fixInstant
	ends       []func(context.Context) error
}

// join wants a request to belong to the store of the change set.
func (u *unit) join(store odata.Transactor) error {
	if store == u.store {
		return nil
	}
	return &odata.Error{Kind: odata.KindNotImplemented, Code: "ChangeSetSpansStores",
		Message: "The entity sets of this change set are in different stores and cannot be changed together; use several change sets"}
}

// register makes an entity known that the running request has created.
func (u *unit) register(path string) error {
	if u.contentID == "" {
		return nil
	}
	return u.references.Register(u.contentID, path)
}

// changeSet reads the requests of a change set and runs them. more tells that the
// batch can go on behind it.
func (b *batched) changeSet(set *batch.ChangeSet) (more bool, err error) {
	var requests []batch.Request
	for {
		r, err := set.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			own := *r
			own.Header = slices.Clone(r.Header)
			if own.Body, err = buffered(r.Body); err == nil {
				requests = append(requests, own)
				continue
			}
		}
		answer := newAnswer()
		b.refuse(answer, err)
		return false, b.failed(answer, "")
	}
	answers := make([]*answer, len(requests))
	failed := -1
	work := func(ctx context.Context, u *unit) error {
		failed = -1
		for i := range requests {
			requests[i].Body.(*bytes.Reader).Seek(0, io.SeekStart)
			answers[i] = newAnswer()
			u.contentID = requests[i].ContentID
			if err := b.serve(ctx, answers[i], &requests[i], u); err != nil {
				return err
			}
			if answers[i].status >= http.StatusBadRequest {
				failed = i
				return errChangeSet
			}
		}
		return allOf(ctx, u.ends)
	}
	store, err := b.storeOf(requests)
	switch {
	case err != nil:
	case store == nil:
		err = b.alone(requests, func() error { return work(b.outer.r.Context(), &unit{}) })
	default:
		err = store.Transact(b.outer.r.Context(), func(ctx context.Context) error {
			return work(ctx, &unit{store: store})
		})
	}
	switch {
	case failed >= 0:
		return true, b.failed(answers[failed], requests[failed].ContentID)
	case err != nil:
		answer := newAnswer()
		b.refuse(answer, err)
		return true, b.failed(answer, "")
	}
	return true, b.committed(answers, requests)
}

// errChangeSet undoes a change set one of whose requests has failed.
var errChangeSet = errors.New("a request of the change set failed")

// buffered reads the body of a request, which is gone when the next is read.
func buffered(body io.Reader) (*bytes.Reader, error) {
	text, err := io.ReadAll(body)
	return bytes.NewReader(text), err
}

// storeOf is the store of the first request, which the others must be in as well;
// nil where it has none.
func (b *batched) storeOf(requests []batch.Request) (odata.Transactor, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	s := b.outer.service
	e := b.outer.inner(b.outer.r.Context(), nil, &requests[0], nil)
	if err := b.resolve(e, &requests[0]); err != nil {
		return nil, err
	}
	syntax, err := e.parse()
	if err != nil {
		return nil, err
	}
	req, err := s.binder.Request(syntax)
	switch {
	case err != nil:
		return nil, err
	case req.Operation != nil:
		return s.storeOf(req.Operation), nil
	case req.Link != nil:
		return s.sets[req.Link.Set].Transactor, nil
	case req.Set != nil:
		return s.sets[req.Set].Transactor, nil
	}
	return nil, nil
}

// alone runs a change set without a transaction: a single request needs none.
func (b *batched) alone(requests []batch.Request, work func() error) error {
	if len(requests) > 1 {
		return &odata.Error{Kind: odata.KindNotImplemented, Code: "NotTransactional",
			Message: "The entity set cannot undo a change, so it takes part in no change set of several requests"}
	}
	return work()
}

// refuse puts an error into an answer.
func (b *batched) refuse(a *answer, err error) {
	e := b.outer.inner(b.outer.r.Context(), a, &batch.Request{Body: http.NoBody}, nil)
	e.versions = b.outer.versions
	e.fail(err)
}

// failed answers a change set by the error that ended it.
func (b *batched) failed(a *answer, contentID string) error {
	shape := batch.FailureNested
	if b.outer.service.profile.DirectBatchFailure {
		shape = batch.FailureDirect
	}
	return b.out.FailChangeSet(shape, headOf(a.status, a.header, contentID), a.body)
}

// committed answers a change set that was carried out.
func (b *batched) committed(answers []*answer, requests []batch.Request) error {
	if err := b.out.StartChangeSet(); err != nil {
		return err
	}
	for i, a := range answers {
		if err := b.out.StartPart(headOf(a.status, a.header, requests[i].ContentID)); err != nil {
			return err
		}
		if _, err := b.out.Write(a.body); err != nil {
			return err
		}
	}
	return b.out.EndChangeSet()
}
