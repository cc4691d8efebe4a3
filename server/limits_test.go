package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// exchangeRaw sends text as it is and reads one answer.
func exchangeRaw(t testing.TB, address, text string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() { _, _ = io.WriteString(conn, text) }()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("half an answer: %v", err)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res
}

// echoBody answers with the size of the body, or with the error of reading it.
func echoBody(f **fakeService) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			(*f).WriteError(w, r, err)
			return
		}
		_, _ = io.WriteString(w, strconv.FormatInt(n, 10))
	}
}

// TestLimits: each limit at n and n+1, over real connections.
func TestLimits(t *testing.T) {
	service := &fakeService{}
	service.do = echoBody(&service)
	s := newTestServer(t, service, func(c *Config) { c.Limits.Body = 64 << 10 })
	address := listen(t, s)
	head := func(method, target string) string {
		return method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + asJen + "\r\n"
	}
	path := func(n int) string { return "/api/pamresources/" + strings.Repeat("x", n-len("/api/pamresources/")) }
	// What counts as headers beside X: Authorization, and the id that was added.
	const others = len(asJen) + 2 + len("X-Request-Id: \r\n") + 32
	header := func(n int) string {
		return head("GET", "/api/pamresources/") + "X: " + strings.Repeat("x", n-others-len("X: \r\n")) + "\r\n\r\n"
	}
	body := func(n int) string {
		return head("POST", "/api/pamresources/") + "Content-Length: " + strconv.Itoa(n) + "\r\n\r\n" + strings.Repeat("b", n)
	}
	chunked := func(n int) string {
		return head("POST", "/api/pamresources/") + "Transfer-Encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(n), 16) + "\r\n" + strings.Repeat("b", n) + "\r\n0\r\n\r\n"
	}
	for _, tt := range []struct {
		name, request string
		want          int
		code          string
		closes        bool
		why           string
	}{
		{"URL", head("GET", path(8<<10)) + "\r\n", 200, "", false, "the limit itself is fine"},
		{"URL+1", head("GET", path(8<<10+1)) + "\r\n", 414, "UriTooLong", true, "one more is not"},
		{"query", head("GET", "/api/pamresources/?"+strings.Repeat("x", 8<<10)) + "\r\n", 414, "UriTooLong", true, "the query counts"},
		{"headers", header(64 << 10), 200, "", false, "the limit itself is fine"},
		{"headers+1", header(64<<10 + 1), 431, "HeadersTooLarge", true, "one more is not"},
		{"body", body(64 << 10), 200, "", false, "the limit itself is fine"},
		{"body+1", body(64<<10 + 1), 413, "BodyTooLarge", true, "one more is not"},
		{"body, announced only", head("POST", "/api/pamresources/") + "Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n", 413, "BodyTooLarge", true, "refused before it is sent"},
		{"chunked", chunked(64 << 10), 200, "", true, "accepted, but the connection is not used again"},
		{"chunked+1", chunked(64<<10 + 1), 413, "BodyTooLarge", true, "refused while it is read"},
		{"cut off", head("POST", "/api/pamresources/") + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "BadRequest", true, "not a chunk"},
		{"absolute target", head("GET", "http://h/api/pamresources/") + "\r\n", 400, "BadRequest", false, "names a second authority"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := exchangeRaw(t, address, tt.request)
			if res.StatusCode != tt.want {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, tt.want, tt.why)
			}
			if tt.code != "" && codeOf(t, res) != tt.code {
				t.Errorf("want the code %s", tt.code)
			}
			if tt.closes && !res.Close {
				t.Error("the connection stays open: what follows could be taken for a request")
			}
		})
	}
}

// TestNothingHidesBehindARequest: where two readers could disagree about the end
// of a request, what follows it is not answered.
func TestNothingHidesBehindARequest(t *testing.T) {
	service := &fakeService{}
	address := listen(t, newTestServer(t, service))
	const hidden = "GET /api/pamresources/hidden HTTP/1.1\r\nHost: h\r\n" + asJen + "\r\n\r\n"
	head := func(lines string) string {
		return "POST /api/pamresources/x HTTP/1.1\r\nHost: h\r\n" + asJen + "\r\n" + lines + "\r\n"
	}
	for _, tt := range []struct{ name, request string }{
		{"chunked and length", head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n" + hidden},
		{"two lengths", head("Content-Length: 0\r\nContent-Length: 5\r\n") + hidden},
		{"list of lengths", head("Content-Length: 0, 5\r\n") + hidden},
		{"signed length", head("Content-Length: +0\r\n") + hidden},
		{"unknown coding", head("Transfer-Encoding: chunked, identity\r\n") + "0\r\n\r\n" + hidden},
		{"blank before colon", head("Content-Length : 5\r\n") + hidden},
		{"two hosts", "GET /api/pamresources/x HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n" + hidden},
		{"no host", "GET /api/pamresources/x HTTP/1.1\r\n\r\n" + hidden},
		{"junk chunk", head("Transfer-Encoding: chunked\r\n") + "0x0\r\n\r\n" + hidden},
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, tt.request); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(conn)
		if err != nil {
			t.Errorf("%s: the connection stays open: %v", tt.name, err)
		}
		if n := bytes.Count(text, []byte("HTTP/1.1 ")); n != 1 {
			t.Errorf("%s: %d answers:\n%s", tt.name, n, text)
		}
		_ = conn.Close()
	}
	for _, r := range service.seen {
		if r.URL.Path == "/api/pamresources/hidden" {
			t.Error("a hidden request was answered")
		}
	}
}

// A countedListener counts what the server reads from each connection.
type countedListener struct {
	net.Listener
	read chan int64
}

type countedConn struct {
	net.Conn
	n    int64
	read chan int64
}

func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: c, read: l.read}, nil
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *countedConn) Close() error {
	select {
	case c.read <- c.n:
	default:
	}
	return c.Conn.Close()
}

// TestTooLargeBodyIsNotRead: not much more than the limit is taken off the wire.
func TestTooLargeBodyIsNotRead(t *testing.T) {
	const limit = 64 << 10
	for _, tt := range []struct {
		name    string
		server  Size
		service int64
		why     string
	}{
		{"limit of the server", limit, 0, "for services that do not say"},
		{"limit of the service", 16 << 20, limit, "a service that knows what the body is wants less"},
	} {
		t.Run(tt.name, func(t *testing.T) { testTooLargeBody(t, tt.server, tt.service, limit) })
	}
}

func testTooLargeBody(t *testing.T, ofServer Size, ofService, limit int64) {
	service := &fakeService{}
	echo := echoBody(&service)
	service.do = func(w http.ResponseWriter, r *http.Request) {
		if ofService > 0 {
			r.Body.(interface{ Limit(int64) }).Limit(ofService)
		}
		echo(w, r)
	}
	s := newTestServer(t, service, func(c *Config) { c.Limits.Body = ofServer })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	counted := countedListener{l, make(chan int64, 1)}
	srv := s.httpServer(t.Context(), s.Handler())
	go func() { _ = srv.Serve(counted) }()
	defer srv.Close()

	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		_, _ = io.WriteString(conn, "POST /api/pamresources/ HTTP/1.1\r\nHost: h\r\n"+asJen+"\r\nTransfer-Encoding: chunked\r\n\r\n")
		chunk := "8000\r\n" + strings.Repeat("b", 0x8000) + "\r\n"
		for range 320 { // 10 MiB
			if _, err := io.WriteString(conn, chunk); err != nil {
				return
			}
		}
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != 413 {
		t.Fatalf("answer %v, error %v", res, err)
	}
	select {
	case n := <-counted.read:
		if n > limit+64<<10 {
			t.Errorf("%d bytes were read for a limit of %d", n, limit)
		}
	case <-time.After(5 * time.Second):
		t.Error("the connection is not closed")
	}
}

// TestSlowBody: 408, whatever the client does to look alive.
func TestSlowBody(t *testing.T) {
	service := &fakeService{}
	service.do = echoBody(&service)
	for _, tt := range []struct {
		name         string
		body, answer time.Duration
		dribble      bool
		why          string
	}{
		{"silent", 100 * time.Millisecond, 10 * time.Second, false, "nothing comes"},
		{"byte by byte", 100 * time.Millisecond, 10 * time.Second, true, "bytes now and then do not buy time"},
		{"out of the handler's time", 10 * time.Second, 100 * time.Millisecond, false, "the handler's time bounds the body's"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTestServer(t, service, func(c *Config) { c.Timeouts.Body, c.Timeouts.Handler = tt.body, tt.answer })
			conn, err := net.Dial("tcp", listen(t, s))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			_, _ = io.WriteString(conn, "POST /api/pamresources/ HTTP/1.1\r\nHost: h\r\n"+asJen+"\r\nContent-Length: 5000\r\n\r\nx")
			done := make(chan struct{})
			defer close(done)
			if tt.dribble {
				go func() {
					for {
						select {
						case <-done:
							return
						case <-time.After(10 * time.Millisecond):
							_, _ = io.WriteString(conn, "x")
						}
					}
				}()
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("no answer: %v (%s)", err, tt.why)
			}
			if res.StatusCode != 408 || codeOf(t, res) != "RequestTimeout" || !res.Close {
				t.Errorf("status %d, closes %v: %s", res.StatusCode, res.Close, tt.why)
			}
		})
	}
}

// TestReadBodyLeavesNoDeadline: a handler that works on after reading the body
// is not told that its client has left.
func TestReadBodyLeavesNoDeadline(t *testing.T) {
	service := &fakeService{}
	service.do = func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		select {
		case <-r.Context().Done():
			service.WriteError(w, r, r.Context().Err())
		case <-time.After(150 * time.Millisecond):
		}
	}
	s := newTestServer(t, service, func(c *Config) { c.Timeouts.Body = 30 * time.Millisecond })
	res := exchangeRaw(t, listen(t, s), "POST /api/pamresources/ HTTP/1.1\r\nHost: h\r\n"+asJen+"\r\nContent-Length: 3\r\n\r\nabc")
	if res.StatusCode != 200 {
		t.Errorf("status %d: the body's time ends with the body", res.StatusCode)
	}
}

// TestUnreadBodyDoesNotHoldTheConnection: net/http reads on after a refusal.
func TestUnreadBodyDoesNotHoldTheConnection(t *testing.T) {
	s := newTestServer(t, &fakeService{}, func(c *Config) { c.Timeouts.Body = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", listen(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, "POST /api/pamresources/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nx")
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != 401 {
		t.Fatalf("answer %v, error %v", res, err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("the connection is held by a body that never comes: %v", err)
	}
}

// TestBodyErrorStays: a reader that tries again gets the same error.
func TestBodyErrorStays(t *testing.T) {
	service := &fakeService{}
	service.do = func(w http.ResponseWriter, r *http.Request) {
		_, first := io.ReadAll(r.Body)
		_, second := r.Body.Read(make([]byte, 1))
		if first == nil || first != second {
			t.Errorf("errors %v and %v", first, second)
		}
		service.WriteError(w, r, first)
	}
	s := newTestServer(t, service, func(c *Config) { c.Limits.Body = 10 })
	res := exchangeRaw(t, listen(t, s), "POST /api/pamresources/ HTTP/1.1\r\nHost: h\r\n"+asJen+"\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n")
	if res.StatusCode != 413 {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestHandlerDeadline(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(f *fakeService) http.HandlerFunc
		why  string
	}{
		{"waits", func(f *fakeService) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		}, "a service that gives up without a word"},
		{"waits in a child", func(f *fakeService) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				ctx, cancel := context.WithCancel(context.WithValue(r.Context(), exchangeKey{}, 1))
				defer cancel()
				<-ctx.Done()
				f.WriteError(w, r, &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "x", Err: ctx.Err()})
			}
		}, "what databases do"},
		{"asks", func(f *fakeService) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				for r.Context().Err() == nil {
					time.Sleep(time.Millisecond)
				}
			}
		}, "a loop over rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			service := &fakeService{}
			service.do = tt.do(service)
			s := newTestServer(t, service, func(c *Config) { c.Timeouts.Handler = 30 * time.Millisecond })
			res := ask(s.Handler(), "GET", "/api/pamresources/", asJen)
			if res.StatusCode != 503 || res.Header.Get("Retry-After") != "1" || codeOf(t, res) != "ServiceUnavailable" {
				t.Errorf("status %d, Retry-After %q: %s", res.StatusCode, res.Header.Get("Retry-After"), tt.why)
			}
		})
	}
}
