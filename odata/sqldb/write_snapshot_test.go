package sqldb_test

import (
	"context"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// TestSnapshot: reads under a snapshot see the state in which it was taken, in
// transactions that come later as before, and a transaction under it sees the
// present.
func TestSnapshot(t *testing.T) {
	h := newTownhall(t, openSQLite(t))
	store, ok := h.sets["Persons"].Transactor.(odata.Snapshotter)
	if !ok || h.sets["Persons"].Transactor != h.sets["Tasks"].Transactor {
		t.Fatalf("%T is no snapshotter, or not that of all sets", h.sets["Persons"].Transactor)
	}
	count := func(ctx context.Context) (n int) {
		t.Helper()
		for range 2 {
			result, err := h.sets["Seals"].Reader.Read(ctx, h.target("Seals", ""))
			if err != nil {
				t.Fatal(err)
			}
			n = 0
			for _, err := range result.Rows {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
		}
		return n
	}
	insert := func(ctx context.Context) {
		t.Helper()
		if _, err := h.insert(ctx, "Seals", ""); err != nil {
			t.Fatal(err)
		}
	}
	insert(t.Context())
	pinned, end, err := store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	insert(t.Context())
	if n := count(pinned); n != 1 {
		t.Errorf("a snapshot has %d entities, want the 1 of its time", n)
	}
	if n := count(t.Context()); n != 2 {
		t.Errorf("the store has %d entities, want 2", n)
	}
	err = h.store.Transact(pinned, func(ctx context.Context) error {
		insert(ctx)
		inner, done, err := store.Snapshot(ctx)
		if n := count(inner); n != 3 {
			t.Errorf("a transaction under a snapshot has %d entities, want 3", n)
		}
		done()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(pinned); n != 1 {
		t.Errorf("after a transaction a snapshot has %d entities, want 1", n)
	}
	end()
	end()
	if _, err := h.sets["Seals"].Reader.Read(pinned, h.target("Seals", "")); err == nil {
		result, _ := h.sets["Seals"].Reader.Read(pinned, h.target("Seals", ""))
		for _, err = range result.Rows {
			break
		}
		if err == nil {
			t.Error("a snapshot can be read after its end")
		}
	}
	if n := count(t.Context()); n != 3 {
		t.Errorf("the store has %d entities, want 3", n)
	}
}
