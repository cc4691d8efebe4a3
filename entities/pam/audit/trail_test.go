package audit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var background = context.Background()

// on runs a test on both databases.
func on(t *testing.T, test func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, pamtest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		db, _ := pamtest.Postgres(t)
		test(t, db)
	})
}

// execute runs SQL and wants it to change something.
func execute(t testing.TB, ctx context.Context, db sqldb.DB, sql string) {
	t.Helper()
	n, err := db.Exec(ctx, sqldb.NewStatement(db.Dialect(), sql, nil, nil), nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if n == 0 {
		t.Fatalf("%s: no row was changed", sql)
	}
}

var errUndo = errors.New("undo")

// undone runs work in a transaction that does not last.
func undone(t testing.TB, db sqldb.DB, work func(ctx context.Context)) {
	t.Helper()
	if err := db.Transact(background, func(ctx context.Context) error { work(ctx); return errUndo }); !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

var kinds = []audit.ID{audit.RequestCreated, audit.GrantStarted, audit.GrantSucceeded, audit.RequestDenied, audit.MFAFailed, audit.ConfigChanged}

// someEvent is an event with random contents, those among them that no database keeps
// as they are.
func someEvent(r *rand.Rand, at time.Time) *audit.Event {
	word := func() string {
		words := []string{"", "", `PRIV\Jen`, "Ivan <b>", "zażółć\n\"gęślą\"", "\u2028", "a\x00b", "caf\xe9", "=1+1", "🗝", "{}", `\u0041`}
		return words[r.IntN(len(words))]
	}
	id := func() (id edm.GUID) {
		if r.IntN(3) > 0 {
			for i := range id {
				id[i] = byte(r.Uint32())
			}
		}
		return id
	}
	e := &audit.Event{ID: kinds[r.IntN(len(kinds))], Time: at.Add(time.Duration(r.Int64N(1e9))), Node: word(), Correlation: word(),
		Actor: audit.Actor{ID: id(), Name: word(), Method: word(), Address: word()}, Request: id(), Role: id(), RoleName: word(),
		Subject: word(), Outcome: audit.Success, Reason: word(), RequestedTTL: r.Int64N(1e6), EffectiveTTL: r.Int64() - r.Int64()}
	if r.IntN(2) > 0 {
		e.Ends = at.Add(time.Hour)
	}
	for range r.IntN(4) {
		e.Groups = append(e.Groups, word())
	}
	return e
}

// add appends events to a trail.
func add(t testing.TB, trail *audit.Trail, db sqldb.DB, events ...*audit.Event) {
	t.Helper()
	if err := db.Transact(background, func(ctx context.Context) error { return trail.Append(ctx, events...) }); err != nil {
		t.Fatal(err)
	}
	trail.Notify()
}

// fill makes a trail with n events, a second from each other, from [pamtest.Noon] on.
func fill(t testing.TB, db sqldb.DB, n int) (*audit.Trail, []*audit.Event) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	trail := audit.New(db)
	events := make([]*audit.Event, n)
	for i := range events {
		events[i] = someEvent(r, pamtest.Noon.Add(time.Duration(i)*time.Second))
	}
	add(t, trail, db, events...)
	return trail, events
}

// breaks are the places where a trail is broken.
func breaks(t testing.TB, ctx context.Context, trail *audit.Trail) []audit.Break {
	t.Helper()
	v, err := trail.Verify(ctx)
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return v.Breaks
}

// TestAppendGivesBack reads what was written, whatever it was.
func TestAppendGivesBack(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, want := fill(t, db, 2500)
		var got []*audit.Event
		err := trail.Read(background, 0, 10_000, func(e *audit.Event) error {
			copied := *e
			got = append(got, &copied)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("events are not what was appended (-want +got):\n%s", diff)
		}
		if got := breaks(t, background, trail); len(got) > 0 {
			t.Errorf("the chain is broken: %v", got)
		}
	})
}

// TestRecord appends one event in a transaction of its own.
func TestRecord(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail := audit.New(db)
		e := &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon, Actor: audit.Actor{Name: "x", Address: "192.0.2.1"}, Outcome: audit.Denied}
		if err := trail.Record(background, e); err != nil {
			t.Fatal(err)
		}
		if seq, hash, err := trail.Last(background); seq != 1 || hash != e.Hash || err != nil {
			t.Errorf("the chain ends with %d %s, %v; want 1 %s", seq, hash, err, e.Hash)
		}
		execute(t, background, db, "DELETE FROM pam_audit_head")
		err := trail.Record(background, &audit.Event{ID: audit.AuthFailed})
		if !errors.Is(err, audit.ErrUnavailable) {
			t.Errorf("without the head: %v, want ErrUnavailable", err)
		}
	})
}

// TestAppendTogether has several append at once: the chain has all events, once.
func TestAppendTogether(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		const writers, each = 6, 15
		failed := make(chan error, writers)
		for w := range writers {
			go func() {
				trail := audit.New(db)
				var err error
				for i := 0; i < each && err == nil; i++ {
					err = trail.Record(background, &audit.Event{ID: audit.ConfigChanged, Reason: fmt.Sprint(w, "/", i)})
				}
				failed <- err
			}()
		}
		for range writers {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		trail := audit.New(db)
		v, err := trail.Verify(background)
		if err != nil || len(v.Breaks) > 0 || v.Events != writers*each {
			t.Errorf("%d events, breaks %v, %v; want %d and none", v.Events, v.Breaks, err, writers*each)
		}
	})
}

// lines is a trail as JSON lines.
func lines(t testing.TB, trail *audit.Trail, s audit.Span) string {
	t.Helper()
	var b strings.Builder
	if _, err := trail.Export(background, &b, s, audit.JSONLines); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
