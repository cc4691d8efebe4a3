package migrate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func newLease(t *testing.T, target string) *lease {
	return &lease{db: opened(t, target), holder: newHolder(), time: shortLease}
}

// TestLease has a holder that lives, then one that has died, and others who wait.
func TestLease(t *testing.T) {
	target := pgtest.Database(t)
	first, second := newLease(t, target), newLease(t, target)
	_, release, err := first.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	short, done := context.WithTimeout(t.Context(), 2*shortLease)
	defer done()
	if _, _, err := second.acquire(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%v: the holder renews its lock for longer than a lease", err)
	}
	release()
	if ok, err := second.try(t.Context()); !ok || err != nil {
		t.Fatalf("%v, %v: the lock was given back", ok, err)
	}
	// Nobody renews that of second: it has died.
	if _, release, err = first.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	release()
	if got := ask(t, target, "SELECT count(*) FROM "+lockTable); got != "0" {
		t.Errorf("%s rows are left of the lock", got)
	}
}

// TestLostLease takes the lock away from a holder in the midst of a migration, which
// must not commit then.
func TestLostLease(t *testing.T) {
	target := pgtest.Database(t)
	source := files(steps[0], "INSERT INTO note VALUES (2, 'late');")
	source["postgres/0002_step.sql"].Data = append(source["postgres/0002_step.sql"].Data, "SELECT pg_sleep(0.5);\n"...)
	failed := make(chan error, 1)
	go func() {
		_, err := up(context.Background(), target, source, time.Hour) // it does not look at its lock until it ends
		failed <- err
	}()
	for len(applied(t, target)) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	pgtest.Run(t, target, "UPDATE "+lockTable+" SET holder = 'another'")
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "0002_step.sql (version 2): the lock was lost") {
		t.Errorf("%v", err)
	}
	if got := ask(t, target, "SELECT count(*) FROM note"); got != "1" {
		t.Errorf("%s rows, want 1: the migration was committed without the lock", got)
	}
	if got := ask(t, target, "SELECT holder FROM "+lockTable); got != "another" {
		t.Errorf("the lock is that of %q: it was not the caller's to give back", got)
	}
}

// TestLeaseRenewal ends a migration whose lock is another's by the time it is
// renewed.
func TestLeaseRenewal(t *testing.T) {
	target := pgtest.Database(t)
	held, release, err := newLease(t, target).acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	pgtest.Run(t, target, "UPDATE "+lockTable+" SET holder = 'another'")
	<-held.Done()
	if err := context.Cause(held); !errors.Is(err, errLost) {
		t.Errorf("it ended by %v", err)
	}
}
