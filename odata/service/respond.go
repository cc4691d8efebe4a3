package service

import (
	"net/http"
	"strconv"
	"sync"
)

// writeHead sets the headers every answer with a body has. length is -1 for a
// body that is still being made.
func (s *Service) writeHead(h http.Header, v version, contentType string, length int) {
	h["Content-Type"] = []string{contentType}
	h["Dataserviceversion"] = []string{s.versionText(v)}
	h["Cache-Control"] = []string{s.profile.CacheControl}
	h["X-Content-Type-Options"] = noSniff
	if s.profile.Pragma != "" {
		h["Pragma"] = []string{s.profile.Pragma}
	}
	if length >= 0 {
		h["Content-Length"] = []string{strconv.Itoa(length)}
	}
}

// noSniff forbids browsers to guess another type than the one that is told.
var noSniff = []string{"nosniff"}

// versionText spells a version the way the profile does.
func (s *Service) versionText(v version) string {
	if v == v3 {
		return s.profile.Version
	}
	return v.String() + s.profile.Version[len("3.0"):]
}

// send answers with a complete body.
func (e *exchange) send(status int, v version, contentType string, body []byte) error {
	e.service.writeHead(e.w.Header(), v, contentType, len(body))
	e.committed = true
	e.w.WriteHeader(status)
	if e.r.Method == http.MethodHead {
		return nil
	}
	_, err := e.w.Write(body)
	return err
}

// empty answers 204. Source: OData V3 core, responses without a body.
func (e *exchange) empty(v version) error {
	h := e.w.Header()
	h["Dataserviceversion"] = []string{e.service.versionText(v)}
	h["Cache-Control"] = []string{e.service.profile.CacheControl}
	e.committed = true
	e.w.WriteHeader(http.StatusNoContent)
	return nil
}

// blank answers 200 with an empty body of no type, for clients that know this
// from older services.
func (e *exchange) blank() error {
	h := e.w.Header()
	h["Cache-Control"] = []string{e.service.profile.CacheControl}
	h["Content-Length"] = []string{"0"}
	if e.service.profile.Pragma != "" {
		h["Pragma"] = []string{e.service.profile.Pragma}
	}
	h["X-Content-Type-Options"] = noSniff
	h["Content-Type"] = nil // net/http must not guess one
	e.committed = true
	e.w.WriteHeader(http.StatusOK)
	return nil
}

// buffers are reused between requests. One that a single large row has grown is
// not kept.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

const keptBuffer = 128 << 10

func borrowBuffer() *[]byte { return buffers.Get().(*[]byte) }

func returnBuffer(b *[]byte) {
	if cap(*b) <= keptBuffer {
		*b = (*b)[:0]
		buffers.Put(b)
	}
}

// A stream gathers an answer of unknown length. Up to the flush size nothing is
// sent, so an error still gets its status; a body that stays below has a
// Content-Length.
type stream struct {
	exchange    *exchange
	version     version
	contentType string
	buf         *[]byte
}

// flushIfFull sends what was gathered once it passes the flush size.
func (st *stream) flushIfFull() error {
	if len(*st.buf) < st.exchange.service.limits.FlushSize {
		return nil
	}
	return st.flush()
}

func (st *stream) flush() error {
	e := st.exchange
	if !e.committed {
		e.service.writeHead(e.w.Header(), st.version, st.contentType, -1)
		e.committed = true
		e.w.WriteHeader(http.StatusOK)
	}
	if e.r.Method != http.MethodHead {
		if _, err := e.w.Write(*st.buf); err != nil {
			return err
		}
	}
	*st.buf = (*st.buf)[:0]
	return nil
}

// close sends the rest.
func (st *stream) close() error {
	if st.exchange.committed {
		return st.flush()
	}
	return st.exchange.send(http.StatusOK, st.version, st.contentType, *st.buf)
}
