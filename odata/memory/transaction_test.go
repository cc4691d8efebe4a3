package memory_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

func (s *shop) transact(ctx context.Context, work func(context.Context) error) error {
	return s.sets["Persons"].Transactor.Transact(ctx, work)
}

// peopled is a town with three persons and a task of the first.
func peopled(t testing.TB) *shop {
	t.Helper()
	s := emptyTown(t)
	if err := s.do(t.Context(), t,
		"insert Persons Id=1 Name='n0' Rank=0", "insert Persons Id=2 Rank=0 | Manager=1", "insert Persons Id=3 Rank=0",
		"insert Teams Id=guid'00000000-0000-0000-0000-000000000001' Name='a'",
		"insert Tasks Id=1 Title='n0' OwnerId=1 TeamId=guid'00000000-0000-0000-0000-000000000001'"); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTransactions(t *testing.T) {
	errMind := errors.New("changed my mind")
	internal := &odata.Error{Kind: odata.KindInternal}
	update := func(s *shop, ctx context.Context, id, rank int) error {
		return s.do(ctx, t, fmt.Sprintf("update Persons Id eq %d | Rank=%d", id, rank))
	}
	for _, tt := range []struct {
		name  string
		work  func(s *shop, ctx context.Context) error
		want  error
		ranks string // of the persons afterwards
		why   string
	}{
		{"commit", func(s *shop, ctx context.Context) error {
			return errors.Join(update(s, ctx, 1, 5), update(s, ctx, 2, 6))
		}, nil, "5 6 0", "all of it is done"},
		{"roll back", func(s *shop, ctx context.Context) error {
			return errors.Join(update(s, ctx, 1, 5), errMind)
		}, errMind, "0 0 0", "an error undoes all"},
		{"a write fails and the work goes on", func(s *shop, ctx context.Context) error {
			if err := s.do(ctx, t, "insert Persons Id=1 Rank=9"); !errors.Is(err, &odata.Error{Kind: odata.KindConflict, Code: "KeyExists"}) {
				t.Errorf("got %v, want KeyExists", err)
			}
			return update(s, ctx, 1, 5)
		}, nil, "5 0 0", "nothing remains of a write that failed, and it spoils no others"},
		{"joined", func(s *shop, ctx context.Context) error {
			if err := update(s, ctx, 1, 5); err != nil {
				return err
			}
			return s.transact(ctx, func(ctx context.Context) error { return update(s, ctx, 2, 6) })
		}, nil, "5 6 0", "the inner transaction is a part of the outer one"},
		{"outer fails", func(s *shop, ctx context.Context) error {
			return errors.Join(s.transact(ctx, func(ctx context.Context) error { return update(s, ctx, 2, 6) }), errMind)
		}, errMind, "0 0 0", "nor does it commit by itself"},
		{"inner fails", func(s *shop, ctx context.Context) error {
			_ = s.transact(ctx, func(ctx context.Context) error { return errors.Join(update(s, ctx, 2, 6), errMind) })
			return update(s, ctx, 1, 5)
		}, errMind, "0 0 0", "half of a transaction is never committed"},
		{"inner panics", func(s *shop, ctx context.Context) error {
			func() {
				defer func() { _ = recover() }()
				_ = s.transact(ctx, func(ctx context.Context) error { panic("oh") })
			}()
			return update(s, ctx, 1, 5)
		}, internal, "0 0 0", "nor half of one that panicked"},
		{"reads", func(s *shop, ctx context.Context) error {
			before := ranks(t, s, ctx)
			if err := update(s, ctx, 1, 5); err != nil {
				return err
			}
			if got := before + "|" + ranks(t, s, ctx) + "|" + ranks(t, s, t.Context()); got != "0 0 0|5 0 0|0 0 0" {
				t.Errorf("before, within and outside: %s", got)
			}
			return nil
		}, nil, "5 0 0", "a transaction sees what it has written, and nobody else does"},
		{"read only", func(s *shop, ctx context.Context) error {
			ranks(t, s, ctx)
			return nil
		}, nil, "0 0 0", "nothing has to be written"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := peopled(t)
			before := s.state(t.Context(), t)
			err := s.transact(t.Context(), func(ctx context.Context) error { return tt.work(s, ctx) })
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v: %s", err, tt.want, tt.why)
			}
			if got := ranks(t, s, t.Context()); got != tt.ranks {
				t.Errorf("ranks %s, want %s: %s", got, tt.ranks, tt.why)
			}
			if tt.want != nil {
				if diff := cmp.Diff(before, s.state(t.Context(), t)); diff != "" {
					t.Errorf("%s (-before +after):\n%s", tt.why, diff)
				}
			}
			if err := update(s, t.Context(), 3, 1); err != nil {
				t.Errorf("the store can be written to afterwards: %v", err)
			}
		})
	}
}

func ranks(t testing.TB, s *shop, ctx context.Context) string {
	t.Helper()
	q := s.query("Persons")
	rows, _, err := s.read(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, row := range rows {
		all = append(all, row.Values[q.Field(q.Type.Property("Rank"))].String())
	}
	return strings.Join(all, " ")
}

// TestPanicRollsBack panics in a transaction.
func TestPanicRollsBack(t *testing.T) {
	s := peopled(t)
	func() {
		defer func() {
			if recover() != "oh" {
				t.Error("a panic of the work goes on")
			}
		}()
		_ = s.transact(t.Context(), func(ctx context.Context) error {
			if err := s.do(ctx, t, "update Persons Id eq 1 | Rank=5"); err != nil {
				t.Error(err)
			}
			panic("oh")
		})
	}()
	if err := s.do(t.Context(), t, "update Persons Id eq 2 | Rank=6"); err != nil || ranks(t, s, t.Context()) != "0 6 0" {
		t.Errorf("a panic undoes the transaction and lets others write: %v, %s", err, ranks(t, s, t.Context()))
	}
}

// TestContextOutlivesTransaction keeps the context of a transaction for too long.
func TestContextOutlivesTransaction(t *testing.T) {
	s := peopled(t)
	var kept context.Context
	if err := s.transact(t.Context(), func(ctx context.Context) error { kept = ctx; return nil }); err != nil {
		t.Fatal(err)
	}
	_, _, readErr := s.read(kept, s.query("Persons"))
	for what, err := range map[string]error{"read": readErr, "write": s.do(kept, t, "update Persons Id eq 1 | Rank=5"),
		"transact": s.transact(kept, func(context.Context) error { return nil })} {
		if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
			t.Errorf("%s under a transaction that has ended: got %v, want an internal error", what, err)
		}
	}
}

// TestTwoStoresKeepApart writes to one store within a transaction of another.
func TestTwoStoresKeepApart(t *testing.T) {
	one, other := peopled(t), peopled(t)
	err := one.transact(t.Context(), func(ctx context.Context) error {
		if err := other.do(ctx, t, "update Persons Id eq 1 | Rank=5"); err != nil {
			return err
		}
		return errors.Join(one.do(ctx, t, "update Persons Id eq 1 | Rank=5"), errors.New("no"))
	})
	if got := ranks(t, one, t.Context()) + "|" + ranks(t, other, t.Context()); err == nil || got != "0 0 0|5 0 0" {
		t.Errorf("a transaction is one store's: %v, %s", err, got)
	}
}

// TestWaitingHonoursTheContext waits for a transaction that does not end.
func TestWaitingHonoursTheContext(t *testing.T) {
	s := peopled(t)
	err := s.transact(t.Context(), func(context.Context) error {
		waits, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := s.do(waits, t, "update Persons Id eq 1 | Rank=5"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		if got := ranks(t, s, t.Context()); got != "0 0 0" {
			t.Errorf("reads do not wait, got %s", got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestReadsStayOnTheirState begins reads at all times and finishes them last.
func TestReadsStayOnTheirState(t *testing.T) {
	s := peopled(t)
	order := s.query("Persons")
	order.OrderBy = s.order(t, order.Type, "Id")
	begin := func(ctx context.Context, q *odata.Query) iter.Seq2[odata.Row, error] {
		return must(s.sets["Persons"].Reader.Read(ctx, q)).Rows
	}
	type begun struct {
		when string
		rows iter.Seq2[odata.Row, error]
		want string
	}
	reads := []begun{{"outside, before", begin(t.Context(), s.query("Persons")), "1:0 2:0 3:0"}, {"by key", begin(t.Context(), order), "1:0 2:0 3:0"}}
	err := s.transact(t.Context(), func(ctx context.Context) error {
		if err := s.do(ctx, t, "update Persons Id eq 1 | Rank=5", "insert Persons Id=0 Rank=7"); err != nil {
			return err
		}
		reads = append(reads, begun{"inside", begin(ctx, s.query("Persons")), "1:5 2:0 3:0 0:7"}, begun{"inside by key", begin(ctx, order), "0:7 1:5 2:0 3:0"},
			begun{"outside, meanwhile", begin(t.Context(), s.query("Persons")), "1:0 2:0 3:0"})
		return s.do(ctx, t, "delete Persons Id eq 2", "update Persons Id eq 0 | Rank=8")
	})
	if err != nil {
		t.Fatal(err)
	}
	reads = append(reads, begun{"afterwards", begin(t.Context(), s.query("Persons")), "1:5 3:0 0:8"})
	for _, r := range reads {
		var got []string
		for row, err := range r.rows {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, row.Values[order.Field(order.Type.Property("Id"))].String()+":"+row.Values[order.Field(order.Type.Property("Rank"))].String())
		}
		if strings.Join(got, " ") != r.want {
			t.Errorf("%s: got %v, want %s", r.when, got, r.want)
		}
	}
}

// TestConcurrentIncrements has many clients count, each under the condition that
// nobody else has done so since it looked. Readers beside them watch two sets
// that change together.
func TestConcurrentIncrements(t *testing.T) {
	clients, times := 32, 1000
	if raceEnabled || testing.Short() {
		times = 100
	}
	s := peopled(t)
	person := s.query("Persons")
	rank, version := person.Type.Property("Rank"), person.Type.Property("Version")
	member := func(name string) odata.Expr {
		return &odata.Member{Of: odata.ItOf(person.Type), Property: person.Type.Property(name)}
	}
	first := binary(odata.Eq, member("Id"), literal(edm.Int32(1)))
	look := func() (r, v edm.Value) {
		q := s.query("Persons")
		q.Filter = first
		rows, _, err := s.read(t.Context(), q)
		if err != nil || len(rows) != 1 {
			t.Errorf("%d rows, %v", len(rows), err)
			return edm.Int32(0), edm.Int32(0)
		}
		return rows[0].Values[q.Field(rank)], rows[0].Values[q.Field(version)]
	}
	var acknowledged, refused atomic.Int64
	var writers, readers sync.WaitGroup
	for range clients {
		writers.Go(func() {
			for range times {
				r, v := look()
				q := s.query("Persons")
				q.Filter = odata.Conjunction(first, binary(odata.Eq, member("Version"), literal(v)))
				_, err := s.sets["Persons"].Updater.Update(t.Context(), q, &odata.Change{Set: []odata.Assignment{{Property: rank, Value: edm.Int32(int32(r.Int()) + 1)}}})
				switch {
				case err == nil:
					acknowledged.Add(1)
				case errors.Is(err, odata.NotFound()):
					refused.Add(1)
				default:
					t.Errorf("got %v, want nothing but KindNotFound", err)
				}
			}
		})
	}
	writers.Go(func() {
		for i := range times {
			err := s.transact(t.Context(), func(ctx context.Context) error {
				return s.do(ctx, t, fmt.Sprintf("update Persons Id eq 1 | Name='n%d'", i), fmt.Sprintf("update Tasks Id eq 1L | Title='n%d'", i))
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			q := s.query("Tasks")
			q.Filter = s.filter(t, q.Type, "Owner/Name eq Title and Owner/Owned/any(t: t/Title eq $it/Title)")
			for {
				select {
				case <-done:
					return
				default:
				}
				if rows, _, err := s.read(t.Context(), q); err != nil || len(rows) != 1 {
					t.Errorf("a reader saw half a transaction: %d rows, %v", len(rows), err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if r, _ := look(); r.Int() != acknowledged.Load() || acknowledged.Load()+refused.Load() != int64(clients*times) {
		t.Errorf("%d of %d increments were acknowledged, the value is %v", acknowledged.Load(), clients*times, r)
	}
}
