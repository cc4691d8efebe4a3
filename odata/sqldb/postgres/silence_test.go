package postgres_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// A link carries connections to a server until it falls silent: then they stay
// open, and nothing arrives any more.
type link struct {
	listener net.Listener
	server   string

	mu     sync.Mutex
	silent chan struct{} // closed when the link falls silent
	conns  []net.Conn
}

func newLink(t *testing.T, server string) *link {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{listener: listener, server: server, silent: make(chan struct{})}
	t.Cleanup(func() {
		listener.Close()
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, conn := range l.conns {
			conn.Close()
		}
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			l.carry(near)
		}
	}()
	return l
}

func (l *link) carry(near net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, near)
	far, err := net.Dial("tcp", l.server)
	if err != nil {
		near.Close()
		return
	}
	l.conns = append(l.conns, far)
	go forward(near, far, l.silent)
	go forward(far, near, l.silent)
}

func forward(from, to net.Conn, silent <-chan struct{}) {
	for buffer := make([]byte, 4096); ; {
		n, err := from.Read(buffer)
		select {
		case <-silent:
			if err == nil {
				continue
			}
			return
		default:
		}
		if err != nil {
			to.Close()
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil && err != io.EOF {
			from.Close()
			return
		}
	}
}

// fallSilent drops what the connections of now carry from now on.
func (l *link) fallSilent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.silent)
}

// recover carries connections that are made from now on, and ends those of before:
// bytes of theirs are lost, and a statement on one would wait for ever.
func (l *link) recover() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = make(chan struct{})
	for _, conn := range l.conns {
		conn.Close()
	}
	l.conns = nil
}

// TestSilence ends contexts while the server cannot be reached, though its
// connections are open. That the calls return at all is the test.
func TestSilence(t *testing.T) {
	server := pgtest.Start(t)
	pgtest.Run(t, server.URL(), tableT)
	direct, err := url.Parse(server.Loopback())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		run  func(ctx context.Context, db *postgres.DB, silence func()) error
	}{{
		name: "query",
		run: func(ctx context.Context, db *postgres.DB, silence func()) error {
			silence()
			_, err := db.Query(ctx, sevens, nil)
			return err
		},
	}, {
		name: "rows",
		run: func(ctx context.Context, db *postgres.DB, silence func()) error {
			rows, err := db.Query(ctx, endless, nil)
			if err != nil {
				return err
			}
			defer rows.Close()
			silence()
			for row := make([]edm.Value, 1); ; {
				if more, err := rows.Next(row); !more {
					return err
				}
			}
		},
	}, {
		name: "rows that are closed",
		run: func(ctx context.Context, db *postgres.DB, silence func()) error {
			rows, err := db.Query(context.Background(), endless, nil)
			if err != nil {
				return err
			}
			silence()
			if err := rows.Close(); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
	}, {
		name: "commit",
		run: func(ctx context.Context, db *postgres.DB, silence func()) error {
			return db.Transact(ctx, func(ctx context.Context) error {
				if _, err := db.Exec(ctx, insertN, []edm.Value{edm.Int32(1)}); err != nil {
					return err
				}
				silence()
				return nil
			})
		},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLink(t, direct.Host)
			through := *direct
			through.Host = l.listener.Addr().String()
			db := openURL(t, through.String(), postgres.Options{MaxConns: 1})
			mustRead(t, t.Context(), db, sevens)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := tt.run(ctx, db, func() {
				l.fallSilent()
				go cancel()
			})
			if err != context.Canceled {
				t.Errorf("got %v, want the error of the context as it is", err)
			}
			l.recover()
			mustRead(t, t.Context(), db, sevens)
		})
	}
}
