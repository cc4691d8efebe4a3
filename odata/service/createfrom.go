package service

import (
	"context"
	"net/http"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// tellWithin is the time to read an entity that was made, on top of the request's own.
const tellWithin = 5 * time.Second

// createFrom creates an entity of arguments, see [odata.Creation], and answers with
// it: 201, or 204 where the caller wants no content or may not read it.
func (e *exchange) createFrom(req *odata.Request) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	if req.Via != nil {
		return &odata.Error{Kind: odata.KindInvalid, Code: "CreationNotRelated", Message: "Entities of this set are created by a POST to the set itself"}
	}
	if err := e.permit(req.Set, odata.Insert); err != nil {
		return err
	}
	out, err := e.contentFor(req)
	if err != nil {
		return err
	}
	creation := s.sets[req.Set].Creation
	arguments, err := e.looseArguments(req, creation.Arguments, false)
	if err != nil {
		return err
	}
	return e.repeatable(func() error {
		return e.atomically(nil, func() error {
			key, err := creation.Create(e.r.Context(), arguments)
			if err != nil {
				return err
			}
			// It is there: an answer that the time is over would make clients send it again.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(e.r.Context()), tellWithin)
			defer cancel()
			e.r = e.r.WithContext(ctx)
			e.renewInstant()
			return e.createdFrom(req, key, out)
		})
	})
}

// createdFrom answers with a new entity, of which the key is known.
func (e *exchange) createdFrom(req *odata.Request, key odata.Key, out *output) error {
	fields, err := e.shownFields(req)
	if err != nil {
		return err
	}
	q := e.one(req.Set, req.Query.Type, key, fields)
	read := guarding{service: e.service, ctx: e.r.Context()}
	if err := read.restrict(q); err != nil {
		return err
	}
	row := odata.Row{Values: key}
	found := false
	result, err := e.answer(q)
	if err != nil {
		return err
	}
	for r, err := range result.Rows {
		if err != nil {
			return err
		}
		row, found = cloneRow(r), true
	}
	if !found || out == nil {
		if found {
			e.w.Header()["Dataserviceid"] = []string{e.locate(req, &row)}
		}
		v := max(v1, e.versions.min)
		if e.prefer.noContent {
			e.applied("return-no-content")
			v = v3
		}
		return e.empty(v)
	}
	if row.Type == nil {
		row.Type = req.Query.Type
	}
	e.locate(req, &row)
	e.tag(req.Projection, &row)
	if e.prefer.content {
		e.applied("return-content")
	}
	if err := e.dress(req.Projection, &row); err != nil {
		return err
	}
	buf := borrowBuffer()
	defer returnBuffer(buf)
	*buf = e.service.encoder(req.Projection, *out).AppendEntry(*buf, &e.base, &row)
	return e.send(http.StatusCreated, out.version, out.contentType, *buf)
}
