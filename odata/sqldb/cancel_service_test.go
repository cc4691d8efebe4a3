package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// scroll is a long text, conditions on which take their time.
type scroll struct {
	_    struct{} `odata:"Scroll"`
	ID   int32    `odata:"Id,key" db:"id"`
	Text string   `db:"text"`
}

const (
	scrolls      = 10_000
	quickScrolls = 1200 // that those conditions need not look at, and fill more than one buffer
)

// costly takes seconds at least, and finds nothing.
var costly = func() string {
	var parts []string
	for _, sign := range "qwrtzpsdfg" {
		parts = append(parts, fmt.Sprintf("substringof('%c%c',toupper(concat(tolower(Text),'%c')))", sign, sign, sign))
	}
	return "(" + strings.Join(parts, " or ") + ")"
}()

// How soon a statement ends after its client has left: what is promised, and what a
// machine that has other things to do is given.
const (
	promisedEnd = 500 * time.Millisecond
	busyEnd     = 2 * time.Second
)

// TestClientLeaves has clients close their connections while the database works for
// them, before the first byte of the answer and after it, and while they do not read:
// the statement ends, its connection can be used, and nothing remains.
func TestClientLeaves(t *testing.T) {
	for _, tt := range []struct {
		name string
		open func(t *testing.T) (db sqldb.DB, running func() bool)
	}{
		{"SQLite", watchedSQLite},
		{"PostgreSQL", watchedPostgres},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, running := tt.open(t)
			set := sqldb.Set[scroll](db, "Scrolls", sqldb.Guard(odata.Public()), sqldb.PageSize(odata.NoPaging))
			create(t, db, set)
			text := "replace(hex(zeroblob(500)), '00', 'äb')"
			series := "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i, %s FROM n"
			if db.Dialect() == sqldb.PostgreSQL {
				text, series = "repeat('äb', 500)", "SELECT i, %[2]s FROM generate_series(0, %[1]d) i"
			}
			execute(t, db, `INSERT INTO "Scrolls" ("id", "text") `+fmt.Sprintf(series, scrolls-1, text))
			svc, err := service.New(service.Config{Namespace: "Library", Root: "/svc", Logger: slog.New(slog.DiscardHandler)}, set)
			if err != nil {
				t.Fatal(err)
			}
			inside := new(atomic.Int64)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				inside.Add(1)
				defer inside.Add(-1)
				svc.ServeHTTP(w, r)
			}))
			defer server.Close()
			l := leaver{t: t, url: server.URL + "/svc/Scrolls", running: running, inside: inside}
			l.finds(3) // whatever the first request starts is there
			before := settled(1 << 30)
			for _, way := range []struct {
				name, options string
				bytes         int  // that the client waits for
				works         bool // the database does, and not the connection
			}{
				{"before the first byte", "?$select=Id&$filter=" + costly, 0, true},
				{"after the first byte", fmt.Sprintf("?$select=Id&$filter=Id lt %d or %s", quickScrolls, costly), 1, true},
				{"not reading", "", 1, false},
			} {
				var took []time.Duration
				for range sized(3, 50) {
					took = append(took, l.leave(way.options, way.bytes, way.works))
				}
				slices.Sort(took)
				t.Logf("%s: the statement ends after %v (median), %v (most) of %d", way.name, took[len(took)/2].Round(10*time.Microsecond), took[len(took)-1].Round(10*time.Microsecond), len(took))
				if most := took[len(took)-1]; most > busyEnd {
					t.Errorf("%s: %v passed before the statement ended, want %v", way.name, most, promisedEnd)
				}
			}
			l.finds(12)
			if after := settled(before); after > before {
				t.Errorf("%d goroutines, %d before:\n%s", after, before, strings.Join(goroutines(), "\n\n"))
			}
		})
	}
}

// settled counts goroutines until there are few enough, or some time has passed.
func settled(enough int) int {
	for end := time.Now().Add(busyEnd); ; time.Sleep(10 * time.Millisecond) {
		if n := len(goroutines()); n <= enough || time.Now().After(end) {
			return n
		}
	}
}

// goroutines are the stacks of all of them, but for those that pgx keeps for idle
// connections on which a write was slow: one for each at most.
func goroutines() []string {
	buf := make([]byte, 4<<20)
	all := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	return slices.DeleteFunc(all, func(stack string) bool { return strings.Contains(stack, "bgreader") })
}

// A leaver is a client that does not wait for answers.
type leaver struct {
	t       *testing.T
	url     string
	running func() bool   // the database works
	inside  *atomic.Int64 // requests that the service works on
}

// leave makes a request, waits until the database works for it, and for some bytes of
// the answer if any are wanted, closes the connection, and returns how long it takes
// until nobody works any more.
func (l leaver) leave(options string, bytes int, works bool) time.Duration {
	l.t.Helper()
	ctx, leave := context.WithCancel(l.t.Context())
	defer leave()
	// Connections of its own, which are closed when the request ends.
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+strings.ReplaceAll(options, " ", "%20"), nil)
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json;odata=fullmetadata") // it is long
	if bytes > 0 {
		answer, err := transport.RoundTrip(r)
		if err != nil {
			l.t.Fatal(err)
		}
		defer answer.Body.Close()
		if _, err := io.ReadFull(answer.Body, make([]byte, bytes)); err != nil || answer.StatusCode != http.StatusOK {
			l.t.Fatalf("%d, %v", answer.StatusCode, err)
		}
	} else {
		left := make(chan error, 1)
		go func() {
			_, err := transport.RoundTrip(r)
			left <- err
		}()
		defer func() {
			if err := <-left; !errors.Is(err, context.Canceled) {
				l.t.Errorf("the request ends before the client leaves: %v", err)
			}
		}()
		defer leave()
	}
	if works {
		l.await("the database never worked", l.running)
	}
	time.Sleep(20 * time.Millisecond)
	if l.inside.Load() == 0 {
		l.t.Fatal("the answer was complete too soon: there was nothing to leave")
	}
	begin := time.Now()
	leave()
	l.await("the statement does not end", func() bool { return l.inside.Load() == 0 && !l.running() })
	return time.Since(begin)
}

func (l leaver) await(why string, is func() bool) {
	l.t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(500 * time.Microsecond) {
		if time.Now().After(end) {
			l.t.Fatal(why)
		}
	}
}

// finds makes n requests at once, so that all connections have to work.
func (l leaver) finds(n int) {
	l.t.Helper()
	var all sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for i := range n {
		all.Go(func() {
			answer, err := client.Get(fmt.Sprintf("%s(%d)/Id/$value", l.url, i))
			if err != nil {
				l.t.Error(err)
				return
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if string(body) != fmt.Sprint(i) {
				l.t.Errorf("got %s, %v", body, err)
			}
		})
	}
	all.Wait()
}

// watchedSQLite tells whether a statement computes what SQLite has no function for.
func watchedSQLite(t *testing.T) (db sqldb.DB, running func() bool) {
	t.Helper()
	var latest atomic.Int64
	call := func(overload string, args []edm.Value) (edm.Value, error) {
		defer func() { latest.Store(time.Now().UnixNano()) }()
		latest.Store(time.Now().UnixNano())
		return sqldb.Call(overload, args)
	}
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"), sqlite.Options{Call: call, Synchronous: sqlite.SynchronousOff, Readers: 2, MaxReaders: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, func() bool { return time.Since(time.Unix(0, latest.Load())) < 5*time.Millisecond }
}

// watchedPostgres tells whether the server works on a statement of the database.
func watchedPostgres(t *testing.T) (db sqldb.DB, running func() bool) {
	t.Helper()
	url := pgtest.Database(t)
	open := func(name string, conns int) sqldb.DB {
		db, err := postgres.Open(t.Context(), url, postgres.Options{ApplicationName: name, MaxConns: conns})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	db, watch := open("watched", 3), open("watching", 1)
	active := &sqldb.Statement{Text: "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'watched'", Columns: []sqldb.Form{{Kind: edm.KindInt64}}}
	return db, func() bool {
		cells := make([]edm.Value, 1)
		rows, err := watch.Query(context.Background(), active, nil)
		if err == nil {
			_, err = rows.Next(cells)
			err = errors.Join(err, rows.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		return cells[0].Int() > 0
	}
}
