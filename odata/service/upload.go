package service

import (
	"net/url"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// An upload is the stream in a request's body.
type upload struct {
	of    odata.Media // but for its content
	spool *spool
}

// media is the stream from its beginning.
func (u *upload) media() *odata.Media {
	m := u.of
	m.Content = u.spool.open()
	return &m
}

// received reads the stream in the body. It is kept until the exchange ends.
func (e *exchange) received() (*upload, error) {
	t, err := e.contentType()
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, missingContentType()
	}
	body, err := e.body(e.service.limits.Media)
	if err != nil {
		return nil, err
	}
	u := &upload{of: odata.Media{ContentType: strings.TrimSpace(e.r.Header["Content-Type"][0])}}
	if slug := e.r.Header["Slug"]; len(slug) > 0 {
		u.of.Slug = slug[0]
		if decoded, err := url.PathUnescape(slug[0]); err == nil {
			u.of.Slug = decoded
		}
	}
	if u.spool, err = newSpool(body); err != nil {
		return nil, err
	}
	u.of.Length = u.spool.size
	e.closers = append(e.closers, u.spool.Close)
	return u, nil
}

// incomingMedia makes a media entity of the body, which is its stream whatever it
// looks like; its properties are changed by a request of their own. Source: OData
// V3 core, creating media entities.
func (e *exchange) incomingMedia(req *odata.Request) (*draft, error) {
	d, err := e.draft(req.Set, &odata.EntryPayload{Type: req.Query.Type})
	if err != nil {
		return nil, err
	}
	d.upload, err = e.received()
	return d, err
}

// upload replaces a media resource or a named stream. If-Match is about the
// stream, which has an ETag of its own. Source: OData V3 core, media entities and
// named streams.
func (e *exchange) upload(req *odata.Request) error {
	s := e.service
	if err := e.permit(req.Set, odata.Update); err != nil {
		return err
	}
	expected, err := e.expectedStream()
	if err != nil {
		return err
	}
	stream, err := e.received()
	if err != nil {
		return err
	}
	return e.atomically(s.sets[req.Set].Transactor, func() error {
		t, err := e.target(req, odata.Update)
		if err != nil {
			return err
		}
		q, err := e.query(t, req.Set.Type().KeyProperties())
		if err != nil {
			return err
		}
		etag, err := t.set.Streamer.Store(e.r.Context(), q, req.Stream, stream.media(), expected)
		if err != nil {
			return e.notThere(t, err)
		}
		if etag != "" {
			e.w.Header()["Etag"] = []string{etag}
		}
		return e.empty(max(v1, e.versions.min))
	})
}

// expectedStream is the ETag in If-Match, empty without one.
func (e *exchange) expectedStream() (string, error) {
	match := e.r.Header["If-Match"]
	switch {
	case len(e.r.Header["If-None-Match"]) > 0:
		return "", noneMatchOnChange()
	case len(match) > 1:
		return "", matchTwice()
	case len(match) == 1:
		return match[0], nil
	}
	return "", nil
}
