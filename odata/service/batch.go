package service

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
)

// batch runs the requests of a batch one after the other. Each stands for itself;
// a change set is one request in this respect, done as a whole or not at all.
// Source: OData V3, batch processing.
//
// The body is read to its end before anything is run: a client that goes away in
// the middle of it has changed nothing.
func (e *exchange) batch(req *odata.Request) error {
	s := e.service
	if err := e.refuseTrying(); err != nil {
		return err
	}
	if len(e.r.Header[requestIDHeader]) > 0 {
		return &odata.Error{Kind: odata.KindInvalid, Code: "NotRepeatable", Target: "Repeatability-Request-ID",
			Message: "A batch as a whole cannot be repeated"}
	}
	body, err := e.body(s.limits.BatchBody)
	if err != nil {
		return err
	}
	whole, err := newSpool(body)
	if err != nil {
		return err
	}
	defer whole.Close()
	limits := s.limits.Batch
	if limits.Body <= 0 {
		limits.Body = s.limits.Body
	}
	contentType := ""
	if values := e.r.Header["Content-Type"]; len(values) == 1 {
		contentType = values[0]
	}
	in, err := batch.NewReader(whole.open(), contentType, limits)
	if err != nil {
		return err
	}
	root, err := batch.NewRoot(e.base.Root, true)
	if err != nil {
		return err
	}
	b := &batched{outer: e, root: root, out: batch.NewWriter(e.w)}
	h := e.w.Header()
	h["Content-Type"] = []string{b.out.ContentType()}
	h["Dataserviceversion"] = s.headers.versions[max(v1, e.versions.min)/10]
	h["Cache-Control"] = s.headers.cacheControl
	h["X-Content-Type-Options"] = noSniff
	e.committed = true
	e.w.WriteHeader(http.StatusAccepted)
	return b.run(in)
}

// A batched is a batch being run.
type batched struct {
	outer *exchange
	root  *batch.Root
	out   *batch.Writer
}

func (b *batched) run(in *batch.Reader) error {
	for {
		part, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b.out.Close()
		case err != nil:
			// Nobody can say where the next part begins.
			if err := b.failure(batch.Request{}, err); err != nil {
				return err
			}
			return b.out.Close()
		case part.ChangeSet != nil:
			more, err := b.changeSet(part.ChangeSet)
			if err != nil {
				return err
			}
			if !more {
				return b.out.Close()
			}
		default:
			w := &partWriter{out: b.out, header: http.Header{}, contentID: part.Request.ContentID}
			if err := b.serve(b.outer.r.Context(), w, part.Request, nil); err != nil {
				return err
			}
		}
	}
}

// serve runs one request. What it answers, errors included, goes to w.
func (b *batched) serve(ctx context.Context, w http.ResponseWriter, r *batch.Request, u *unit) error {
	e := b.outer.inner(ctx, w, r, u)
	defer e.close()
	err := b.resolve(e, r)
	if err == nil {
		err = e.serveAt()
	}
	if err == nil {
		return nil
	}
	e.fail(err)
	return nil
}

// resolve finds out where below the service root a request goes.
func (b *batched) resolve(e *exchange, r *batch.Request) error {
	target, err := b.root.Resolve(r.URL, r.Host)
	if err != nil {
		return err
	}
	if target.Reference != "" {
		references := new(batch.References)
		if e.unit != nil {
			references = &e.unit.references
		}
		if target, err = references.Replace(target); err != nil {
			return err
		}
		e.referred = true
	}
	e.path = target.Path
	e.r.URL = &url.URL{Path: "/", RawQuery: target.Query}
	return nil
}

// inner is the exchange of a part: its own request and answer, under the
// identity, the address and the budget of the batch.
func (e *exchange) inner(ctx context.Context, w http.ResponseWriter, r *batch.Request, u *unit) *exchange {
	h := http.Header{}
	for _, name := range []string{"Maxdataserviceversion", "Mindataserviceversion"} {
		if values := e.r.Header[name]; len(values) > 0 {
			h[name] = values
		}
	}
	for _, header := range r.Header {
		h.Set(header.Name, header.Value)
	}
	inner := &http.Request{Method: r.Method, URL: &url.URL{Path: "/"}, Header: h, Host: e.r.Host, TLS: e.r.TLS,
		RemoteAddr: e.r.RemoteAddr, ContentLength: r.ContentLength, Body: io.NopCloser(r.Body)}
	return &exchange{service: e.service, w: w, r: inner.WithContext(ctx), base: e.base, budget: e.budget, unit: u}
}

// failure answers a part that could not be read.
func (b *batched) failure(r batch.Request, err error) error {
	w := &partWriter{out: b.out, header: http.Header{}, contentID: r.ContentID}
	if r.Body == nil {
		r.Body = bytes.NewReader(nil)
	}
	e := b.outer.inner(b.outer.r.Context(), w, &r, nil)
	e.versions = b.outer.versions
	e.fail(err)
	return w.err
}

// A partWriter sends the answer to one part as it comes.
type partWriter struct {
	out       *batch.Writer
	header    http.Header
	contentID string
	started   bool
	err       error
}

func (w *partWriter) Header() http.Header { return w.header }

func (w *partWriter) WriteHeader(status int) {
	if !w.started {
		w.started = true
		w.err = w.out.StartPart(headOf(status, w.header, w.contentID))
	}
}

func (w *partWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.err != nil {
		return 0, w.err
	}
	return w.out.Write(p)
}

// headOf is the head of a part of the answer.
func headOf(status int, h http.Header, contentID string) batch.Answer {
	names := make([]string, 0, 16)
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	a := batch.Answer{Status: status, ContentID: contentID, Header: make(batch.Headers, 0, len(names))}
	for _, name := range names {
		if name == "Vary" || name == "X-Content-Type-Options" {
			continue // for caches and browsers, which see no parts
		}
		for _, value := range h[name] {
			a.Header = append(a.Header, batch.Header{Name: spelled(name), Value: value})
		}
	}
	return a
}

// spelled is the name of a header as the protocol's documents spell it, for
// readers that compare exactly.
func spelled(name string) string {
	switch name {
	case "Dataserviceversion":
		return "DataServiceVersion"
	case "Dataserviceid":
		return "DataServiceId"
	case "Etag":
		return "ETag"
	}
	return name
}
