package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// TestLogOfClientsThatLeave: only what is somebody's mistake is an error in the log.
func TestLogOfClientsThatLeave(t *testing.T) {
	for _, tt := range []struct {
		name   string
		leaves bool
		fails  error // of the provider, in the middle of the answer; nil if it does not notice
		want   string
		why    string
	}{
		{"while rows are sent", true, nil, `level=DEBUG msg="client gone"`, "the connection cannot be written to"},
		{"while rows are read", true, context.Canceled, `level=DEBUG msg="client gone"`, "the provider has ended its work"},
		{"a failure as well", true, odata.Internalf("the disk is on fire"), `level=ERROR msg="request failed"`, "this would have happened to anybody"},
		{"a failure alone", false, errors.New("the disk is on fire"), `level=ERROR msg="request failed"`, "the client is there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			sending := make(chan struct{}) // a part of the answer was sent
			items := memory.Seq("Items", func(ctx context.Context) iter.Seq2[item, error] {
				return func(yield func(item, error) bool) {
					for i := range int32(1 << 20) {
						if !yield(item{i, strings.Repeat("x", 100)}, nil) {
							return
						}
						if i != 2000 {
							continue
						}
						close(sending)
						if tt.leaves {
							<-ctx.Done()
						}
						if tt.fails != nil {
							yield(item{}, tt.fails)
							return
						}
					}
				}
			}, memory.Guard(odata.Public()))
			svc, err := service.New(service.Config{Namespace: "Test", PageSize: odata.NoPaging, Limits: service.Limits{Rows: 1 << 21},
				Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, items)
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				svc.ServeHTTP(w, r)
			}))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.Start()
			defer server.Close()
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "GET /Items HTTP/1.1\r\nHost: host\r\n\r\n")
			go io.Copy(io.Discard, c)
			<-sending
			if tt.leaves {
				c.Close()
			}
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Fatal("the request does not end")
			}
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			if len(lines) != 1 || !strings.Contains(lines[0], tt.want) || strings.Contains(lines[0], "goroutine") {
				t.Errorf("logged %q, want one line with %s: %s", lines, tt.want, tt.why)
			}
		})
	}
}
