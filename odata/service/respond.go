package service

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/pamodata/pamodata/odata"
)

// fixedHeaders are the values of headers that do not depend on the request.
// Their slices are shared between answers: appending to one copies it.
type fixedHeaders struct {
	versions     [maxVersion/10 + 1][]string // by the version's whole number
	cacheControl []string
	pragma       []string // nil for none
}

func newFixedHeaders(p odata.Profile) fixedHeaders {
	f := fixedHeaders{cacheControl: []string{p.CacheControl}}
	for _, v := range []version{v1, v2, v3} {
		text := p.Version
		if v != v3 {
			text = v.String() + p.Version[len("3.0"):]
		}
		f.versions[v/10] = []string{text}
	}
	if p.Pragma != "" {
		f.pragma = []string{p.Pragma}
	}
	return f
}

// writeHead sets the headers every answer with a body has. length is -1 for a
// body that is still being made.
func (e *exchange) writeHead(v version, contentType string, length int) {
	h, fixed := e.w.Header(), &e.service.headers
	if len(e.typed) != 1 || e.typed[0] != contentType {
		e.typed = []string{contentType}
	}
	h["Content-Type"] = e.typed
	h["Dataserviceversion"] = fixed.versions[v/10]
	h["Cache-Control"] = fixed.cacheControl
	h["X-Content-Type-Options"] = noSniff
	if fixed.pragma != nil {
		h["Pragma"] = fixed.pragma
	}
	if length >= 0 {
		e.length[0] = strconv.Itoa(length)
		h["Content-Length"] = e.length[:]
	}
}

// noSniff forbids browsers to guess another type than the one that is told.
var noSniff = []string{"nosniff"}

// send answers with a complete body.
func (e *exchange) send(status int, v version, contentType string, body []byte) error {
	e.writeHead(v, contentType, len(body))
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
	h, fixed := e.w.Header(), &e.service.headers
	h["Dataserviceversion"] = fixed.versions[v/10]
	h["Cache-Control"] = fixed.cacheControl
	e.committed = true
	e.w.WriteHeader(http.StatusNoContent)
	return nil
}

// blank answers 200 with an empty body of no type, for clients that know this
// from older services.
func (e *exchange) blank() error {
	h, fixed := e.w.Header(), &e.service.headers
	h["Cache-Control"] = fixed.cacheControl
	h["Content-Length"] = []string{"0"}
	if fixed.pragma != nil {
		h["Pragma"] = fixed.pragma
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
		e.writeHead(st.version, st.contentType, -1)
		e.committed = true
		e.w.WriteHeader(http.StatusOK)
	}
	if e.r.Method != http.MethodHead {
		since := e.sending()
		_, err := e.w.Write(*st.buf)
		e.sent(since)
		if err != nil {
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
