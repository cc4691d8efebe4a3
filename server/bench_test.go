package server

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

const benchBody = `{"odata.metadata":"http://localhost:8086/api/pamresources/%24metadata#sessioninfo","value":[{"Username":"PRIV\\Jen"}]}`

func writeBench(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json; odata=minimalmetadata; charset=utf-8")
	_, _ = io.WriteString(w, benchBody)
}

// benchHandlers are a bare echo handler, and the whole server around a service
// that writes the same.
func benchHandlers(b *testing.B) map[string]http.Handler {
	bare := echo.New()
	bare.Any("/api/pamresources/*", func(c echo.Context) error {
		writeBench(c.Response())
		return nil
	})
	path := writeUsers(b, "jen:"+cheapHash(b, "secret"))
	server := func(logger *slog.Logger) http.Handler {
		c := Defaults()
		c.Auth.Basic.UsersFile = path
		c.CORS.Origins = []string{portal}
		s, err := New(c, logger, Mount{Service: &benchService{}, AnyCase: true})
		if err != nil {
			b.Fatal(err)
		}
		return s.Handler()
	}
	return map[string]http.Handler{
		"echo":          bare,
		"server":        server(nil),
		"server,log":    server(slog.New(slog.NewTextHandler(io.Discard, nil))),
		"server,log=js": server(slog.New(slog.NewJSONHandler(io.Discard, nil))),
	}
}

type benchService struct{}

func (*benchService) Root() string                                         { return "/api/pamresources/" }
func (*benchService) ServeHTTP(w http.ResponseWriter, _ *http.Request)     { writeBench(w) }
func (*benchService) WriteError(http.ResponseWriter, *http.Request, error) {}

var benchOrder = []string{"echo", "server", "server,log", "server,log=js"}

// BenchmarkHandler is the cost without a network.
func BenchmarkHandler(b *testing.B) {
	handlers := benchHandlers(b)
	for _, name := range benchOrder {
		b.Run(name, func(b *testing.B) {
			h := handlers[name]
			w := &nowhere{header: http.Header{}}
			r := httptest.NewRequest("GET", "/api/pamresources/sessioninfo?v=1", nil)
			setHeaders(r, []string{basicHeader("jen", "secret"), "Accept: application/json"})
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}

type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}

// BenchmarkLoopback is the throughput over HTTP on loopback connections that are
// kept alive.
func BenchmarkLoopback(b *testing.B) {
	handlers := benchHandlers(b)
	request := []byte("GET /api/pamresources/sessioninfo?v=1 HTTP/1.1\r\nHost: localhost:8086\r\nAccept: application/json\r\n" +
		basicHeader("jen", "secret") + "\r\n\r\n")
	for _, name := range benchOrder {
		b.Run(name, func(b *testing.B) {
			srv := httptest.NewServer(handlers[name])
			defer srv.Close()
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				conn, err := net.Dial("tcp", srv.Listener.Addr().String())
				if err != nil {
					b.Error(err)
					return
				}
				defer conn.Close()
				answer := make([]byte, 4096)
				for pb.Next() {
					if _, err := conn.Write(request); err != nil {
						b.Error(err)
						return
					}
					// An answer this small arrives in one piece.
					if n, err := conn.Read(answer); err != nil || n < len(benchBody) || string(answer[:12]) != "HTTP/1.1 200" {
						b.Errorf("answer %q, %v", answer[:n], err)
						return
					}
				}
			})
		})
	}
}
