package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// TestRestart ends the server in several ways, and looks what callers learn, and
// whether the pool recovers.
func TestRestart(t *testing.T) {
	server := pgtest.Start(t)
	pgtest.Run(t, server.URL(), tableT)
	for _, tt := range []struct {
		name string
		url  string
		end  func()
	}{
		{"crash", server.URL(), server.Crash},
		{"stop", server.Loopback(), server.Stop},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pgtest.Run(t, server.URL(), "TRUNCATE t")
			db := openURL(t, tt.url, postgres.Options{MaxConns: 4})
			ctx := t.Context()
			unavailable := &odata.Error{Kind: odata.KindUnavailable}

			// Idle connections, one at work, one with open rows, one in a transaction.
			var idle [2]sqldb.Rows
			for i := range idle {
				rows, err := db.Query(ctx, endless, nil)
				if err != nil {
					t.Fatal(err)
				}
				idle[i] = rows
			}
			streaming, working := idle[0], make(chan error, 1)
			if err := idle[1].Close(); err != nil {
				t.Fatal(err)
			}
			go func() { _, err := db.Query(ctx, sleep, nil); working <- err }()
			awaitAsleep(t, db, 1)
			err := db.Transact(ctx, func(ctx context.Context) error {
				mustExec(t, ctx, db, insertN, edm.Int32(1))
				tt.end()
				_, err := db.Exec(ctx, insertN, []edm.Value{edm.Int32(2)})
				return err
			})
			if !errors.Is(err, unavailable) {
				t.Errorf("the transaction ends with %v", err)
			}
			if err := <-working; !errors.Is(err, unavailable) {
				t.Errorf("the statement at work ends with %v", err)
			}
			for row, more := make([]edm.Value, 1), true; more; {
				more, err = streaming.Next(row)
			}
			if !errors.Is(err, unavailable) {
				t.Errorf("the open rows end with %v", err)
			}
			streaming.Close()
			if _, err := readAll(ctx, db, sevens); !errors.Is(err, unavailable) {
				t.Errorf("while the server is down: %v", err)
			}
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
			if rows := mustRead(t, ctx, db, countN); rows[0][0].Int() != 0 {
				t.Errorf("%v rows of the transaction remain", literal(rows[0][0]))
			}
		})
	}
}

// TestRestartIdle ends the server while nobody uses it: nobody notices.
func TestRestartIdle(t *testing.T) {
	server := pgtest.Start(t)
	db := openURL(t, server.Loopback(), postgres.Options{MaxConns: 4})
	for range 3 {
		var open []sqldb.Rows
		for range 4 {
			rows, err := db.Query(t.Context(), endless, nil)
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, rows)
		}
		for _, rows := range open {
			rows.Close()
		}
		server.Crash()
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		mustRead(t, t.Context(), db, sevens)
	}
}

// TestClose closes a database that is at work.
func TestClose(t *testing.T) {
	url := pgtest.Database(t)
	db, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	watch := openURL(t, url, postgres.Options{})
	rows, err := db.Query(t.Context(), endless, nil)
	if err != nil {
		t.Fatal(err)
	}
	working := make(chan error, 1)
	go func() { _, err := db.Exec(t.Context(), sleep, nil); working <- err }()
	awaitAsleep(t, watch, 1)
	streaming := make(chan error, 1)
	go func() {
		defer rows.Close()
		for row := make([]edm.Value, 1); ; {
			if more, err := rows.Next(row); !more {
				streaming <- err
				return
			}
		}
	}()
	if err := db.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	unavailable := &odata.Error{Kind: odata.KindUnavailable}
	if err := <-working; !errors.Is(err, unavailable) {
		t.Errorf("the statement at work ends with %v", err)
	}
	if err := <-streaming; !errors.Is(err, unavailable) {
		t.Errorf("the open rows end with %v", err)
	}
	if _, err := db.Query(t.Context(), sevens, nil); !errors.Is(err, unavailable) {
		t.Errorf("a closed database answers %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	awaitAsleep(t, watch, 0)
}

// TestBusy takes the only connection for longer than others wait.
func TestBusy(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1, Wait: 50 * time.Millisecond}, "")
	err := db.Transact(t.Context(), func(ctx context.Context) error {
		_, err := db.Query(t.Context(), sevens, nil)
		return err
	})
	if !errors.Is(err, &odata.Error{Kind: odata.KindUnavailable}) {
		t.Errorf("got %v", err)
	}
}

// TestNoSecrets looks for passwords in the errors of databases that cannot be
// opened.
func TestNoSecrets(t *testing.T) {
	server := pgtest.Start(t)
	right := server.Loopback()
	_, rest, _ := strings.Cut(right, "@")
	address, _, _ := strings.Cut(rest, "/")
	internal, unavailable := odata.KindInternal, odata.KindUnavailable
	for _, tt := range []struct {
		name, url string
		want      odata.Kind
	}{
		{"wrong password", "postgres://postgres:s3cret@" + rest, unavailable},
		{"wrong password in the query", "postgres://postgres@" + rest + "&password=s3cret", unavailable},
		{"no such database", "postgres://postgres:s3cret@" + address + "/nope?sslmode=disable", unavailable},
		{"nobody listens", "postgres://postgres:s3cret@127.0.0.1:1/x?sslmode=disable", unavailable},
		{"slash in the password", "postgres://postgres:1/s3cret@" + rest, internal},
		{"question mark in the password", "postgres://postgres:1?s3cret@" + rest, unavailable},
		{"hash in the password", "postgres://postgres:1#s3cret@" + rest, internal},
		{"at in the password", "postgres://postgres:1@s3cret@" + rest, internal},
		{"percent in the password", "postgres://postgres:%s3cret@" + rest, internal},
		{"another scheme", "mysql://postgres:s3cret@" + rest, internal},
		{"keywords", "host=127.0.0.1 user=postgres password=s3cret", internal},
		{"wrong option", "postgres://postgres:s3cret@" + rest + "&pool_max_conns=x", internal},
		{"wrong port", "postgres://postgres:s3cret@127.0.0.1:x/postgres", internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := postgres.Open(t.Context(), tt.url, postgres.Options{ConnectTimeout: time.Second})
			if err == nil {
				db.Close()
				t.Fatal("the database was opened")
			}
			if !errors.Is(err, &odata.Error{Kind: tt.want}) {
				t.Errorf("got %v", err)
			}
			for cause := err; cause != nil; cause = errors.Unwrap(cause) {
				if text := cause.Error(); strings.Contains(text, "s3cret") || strings.Contains(text, "3cret") {
					t.Errorf("the error tells the password: %s", text)
				}
			}
		})
	}
}
