package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// TestCork sends bodies around the sizes of net/http's buffers over a connection
// that is kept, in pieces, with and without a length.
func TestCork(t *testing.T) {
	body := make([]byte, 200<<10)
	for i := range body {
		body[i] = byte(i * 7 >> 3)
	}
	address := serveTCP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
		size, piece := number("size"), number("piece")
		if r.FormValue("length") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		for rest := body[:size]; len(rest) > 0; rest = rest[min(piece, len(rest)):] {
			if n, err := w.Write(rest[:min(piece, len(rest))]); err != nil || n != min(piece, len(rest)) {
				t.Errorf("size %d in pieces of %d: wrote %d, %v", size, piece, n, err)
			}
		}
	}), time.Minute)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	for _, size := range []int{0, 1, corkFrom - 1, corkFrom, 3900, netBuffer - 1, netBuffer, netBuffer + 1, 7700, 2 * netBuffer, 32 << 10, 100_001, 200 << 10} {
		for _, piece := range []int{1000, corkFrom, netBuffer, 5000, 32 << 10, 1 << 20} {
			for _, length := range []string{"", "&length=1"} {
				res, err := client.Get(fmt.Sprintf("http://%s/?size=%d&piece=%d%s", address, size, piece, length))
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || !bytes.Equal(got, body[:size]) {
					t.Errorf("size %d in pieces of %d%s: %d bytes, %v; the client gets what was written", size, piece, length, len(got), err)
				}
			}
		}
	}
}

// TestCorkSlowClient: the write time-out ends an answer that nobody reads, and the
// connection with it.
func TestCorkSlowClient(t *testing.T) {
	failed := make(chan error, 1)
	address := serveTCP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 32<<10)
		for {
			if _, err := w.Write(piece); err != nil {
				_, again := w.Write(piece)
				failed <- errors.Join(err, again)
				return
			}
		}
	}), 200*time.Millisecond)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-failed:
	case <-time.After(10 * time.Second):
		t.Fatal("the answer goes on: a client that does not read holds the handler")
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		t.Error("the connection stays open: what follows could be taken for the rest of the answer")
	}
}

func isTimeout(err error) bool {
	failure, ok := errors.AsType[net.Error](err)
	return ok && failure.Timeout()
}

// serveTCP serves h behind an answer, on a connection as Serve makes them.
func serveTCP(t *testing.T, h http.Handler, write time.Duration) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fixed := newFixedHeaders(Defaults())
	s := &http.Server{ConnContext: withCork, WriteTimeout: write, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&answer{w: w, ctx: r.Context(), fixed: &fixed}, r)
	})}
	go s.Serve(corkedListener{l})
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}
