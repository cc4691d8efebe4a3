package service

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// requestIDHeader names a request, so that it can be repeated.
const (
	requestIDHeader    = "Repeatability-Request-Id"
	repeatResultHeader = "Repeatability-Result"
	maxRequestID       = 128
)

// A repetition is what an exchange knows about being repeatable.
type repetition struct {
	id    string
	body  hash.Hash // of what was read of the body
	claim odata.Repeat
}

// identify reads the id a client gave its request. From here on the body is
// hashed while it is read: the same id must not stand for different requests.
func (e *exchange) identify() error {
	ids := e.r.Header[requestIDHeader]
	if len(ids) == 0 || e.method != http.MethodPost {
		return nil
	}
	id := strings.TrimSpace(ids[0])
	if len(ids) > 1 || id == "" || len(id) > maxRequestID || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidRequestID", Target: "Repeatability-Request-ID",
			Message: "The id of a request is a text of up to 128 visible characters, such as a GUID"}
	}
	e.repetition = &repetition{id: id, body: sha256.New()}
	if e.r.Body != nil {
		e.r.Body = &hashedBody{Reader: io.TeeReader(e.r.Body, e.repetition.body), body: e.r.Body}
	}
	return nil
}

// A hashedBody is a body whose bytes are hashed as they are read.
type hashedBody struct {
	io.Reader
	body io.ReadCloser
}

func (b *hashedBody) Close() error { return b.body.Close() }

func (b *hashedBody) Limit(bytes int64) {
	if l, ok := b.body.(limiter); ok {
		l.Limit(bytes)
	}
}

// repeatable runs the rest of a request that creates something, or sends its
// former answer again.
func (e *exchange) repeatable(rest func() error) error {
	r := e.repetition
	if r == nil || e.prefer.validateOnly {
		return rest()
	}
	var err error
	r.claim, err = e.service.repeats.Claim(e.r.Context(), e.repeatKey(), e.repeatPrint())
	if err != nil {
		return err
	}
	committed := false
	defer func() { r.claim.End(committed) }()
	e.w.Header()[repeatResultHeader] = []string{"accepted"}
	if former := r.claim.Answer(); former != nil {
		return e.sendAgain(former)
	}
	err = rest()
	committed = err == nil || e.committed
	return err
}

// repeatKey stands for the caller and the id.
func (e *exchange) repeatKey() [32]byte {
	caller, _ := odata.PrincipalFrom(e.r.Context())
	return digest([]byte(e.service.root), []byte(strings.ToLower(caller.Name)), caller.ID[:], []byte(e.repetition.id))
}

// repeatPrint stands for what the request asks for.
func (e *exchange) repeatPrint() [32]byte {
	return digest([]byte(e.method), []byte(strings.Trim(e.path, "/")), []byte(e.r.URL.RawQuery), e.repetition.body.Sum(nil))
}

func digest(parts ...[]byte) (sum [32]byte) {
	h := sha256.New()
	var length [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	copy(sum[:], h.Sum(nil))
	return sum
}

// A kept is an answer as it is remembered.
type kept struct {
	Status int
	Header map[string][]string
	Body   []byte
}

// keptHeaders are those that belong to an answer, and not to its being sent.
var keptHeaders = []string{"Content-Type", "Dataserviceversion", "Dataserviceid", "Etag", "Location", "Preference-Applied", "Cache-Control", "Pragma", "X-Content-Type-Options", "Content-Length"}

// remember keeps the answer to a request that may be repeated.
func (e *exchange) remember(a *answer) error {
	if e.repetition == nil || e.repetition.claim == nil {
		return nil
	}
	k := kept{Status: a.status, Header: map[string][]string{}, Body: a.body}
	for _, name := range keptHeaders {
		if values, ok := a.header[name]; ok {
			k.Header[name] = values
		}
	}
	text, err := json.Marshal(k)
	if err != nil {
		return odata.Internal(err)
	}
	return e.repetition.claim.Keep(e.r.Context(), text)
}

// sendAgain sends a former answer.
func (e *exchange) sendAgain(text []byte) error {
	var k kept
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&k); err != nil {
		return odata.Internal(err)
	}
	h := e.w.Header()
	for name, values := range k.Header {
		h[name] = values
	}
	e.committed = true
	e.w.WriteHeader(k.Status)
	if len(k.Body) == 0 {
		return nil
	}
	_, err := e.w.Write(k.Body)
	return err
}
