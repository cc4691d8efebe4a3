package audit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// daily makes a trail with an event for each of n days, the last one at Noon.
func daily(t *testing.T, db sqldb.DB, n int) *audit.Trail {
	t.Helper()
	trail := audit.New(db)
	for i := range n {
		add(t, trail, db, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon.AddDate(0, 0, i+1-n)})
	}
	return trail
}

// TestPrune deletes what is old, and the chain stays one.
func TestPrune(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail := daily(t, db, 20)
		all := lines(t, trail, audit.Span{})
		clock := pamtest.NewClock(pamtest.Noon)
		r := audit.Retention{Node: "n1", Clock: clock.Now}
		prune := func(want int64, why string) {
			t.Helper()
			n, err := trail.Prune(background, r)
			if err != nil || n != want {
				t.Fatalf("%d events were deleted, %v; want %d: %s", n, err, want, why)
			}
			if found := breaks(t, background, trail); len(found) > 0 {
				t.Fatalf("the chain is broken after %d were deleted: %v", n, found)
			}
		}
		prune(0, "without a period nothing is deleted")
		r.Period = 10 * 24 * time.Hour
		prune(9, "events of more than ten days; the one of just ten days stays")
		prune(0, "there is nothing more")
		clock.Add(48 * time.Hour)
		r.Sinks = []string{"file"}
		prune(0, "the sink has received nothing")
		execute(t, background, db, "INSERT INTO pam_audit_sink (name, seq, at) VALUES ('file', 10, '2026-03-11T12:00:00')")
		prune(1, "the sink has received event 10")
		execute(t, background, db, "UPDATE pam_audit_sink SET seq = 22")
		prune(1, "and all others")

		var names []string
		err := trail.Read(background, 20, 100, func(e *audit.Event) error {
			names = append(names, e.ID.String()+" "+e.Node+" "+e.Reason[:min(28, len(e.Reason))])
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"audit.pruned n1 the events up to 9 were dele", "audit.pruned n1 the events up to 10 were del", "audit.pruned n1 the events up to 11 were del"}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("deletions are on record (-want +got):\n%s", diff)
		}
		c, err := trail.Compare(background, strings.NewReader(all))
		if err != nil || len(c.Breaks) > 0 || c.Pruned != 11 {
			t.Errorf("lines of before: %+v, %v; want 11 pruned and no breaks", c, err)
		}
		v, err := audit.VerifyLines(strings.NewReader(lines(t, trail, audit.Span{})))
		if err != nil || len(v.Breaks) > 0 {
			t.Errorf("lines of what is left: %v, %v", v.Breaks, err)
		}
		for _, sql := range []string{
			"UPDATE pam_audit_head SET pruned_seq = 10", "UPDATE pam_audit_head SET pruned_hash = 'x'", "UPDATE pam_audit_head SET pruned_seq = 0, pruned_hash = ''",
			"DELETE FROM pam_audit WHERE seq = 12", "UPDATE pam_audit SET reason = 'x' WHERE seq = 12", "UPDATE pam_audit SET reason = 'x' WHERE seq = 23",
			"INSERT INTO pam_audit SELECT 11, id, name, level, at, node, correlation, actor_id, actor_name, actor_method, actor_address, request_id, role_id," +
				" role_name, subject, outcome, reason, requested_ttl_s, effective_ttl_s, ends_at, granted_groups, hash FROM pam_audit WHERE seq = 12",
		} {
			undone(t, db, func(ctx context.Context) {
				execute(t, ctx, db, sql)
				if len(breaks(t, ctx, trail)) == 0 {
					t.Errorf("%s: nothing was found", sql)
				}
			})
		}
		clock.Add(1000 * 24 * time.Hour)
		r.Sinks = nil
		prune(12, "everything is old, the records of deletions too")
	})
}

// TestPruneKeepsEvidence deletes nothing of a chain that is broken there.
func TestPruneKeepsEvidence(t *testing.T) {
	db := pamtest.SQLite(t)
	trail := daily(t, db, 20)
	execute(t, background, db, "UPDATE pam_audit SET reason = 'x' WHERE seq = 5")
	n, err := trail.Prune(background, audit.Retention{Period: 240 * time.Hour, Clock: pamtest.NewClock(pamtest.Noon).Now})
	if n != 0 || err == nil || !strings.Contains(err.Error(), "event 5") {
		t.Errorf("%d events were deleted, %v; want none, and an error about event 5", n, err)
	}
}

// TestPruneMany deletes more than fits one transaction, while the trail is verified.
func TestPruneMany(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 6_000)
	stop, done := make(chan struct{}), make(chan []audit.Break)
	go func() {
		for {
			v, err := audit.New(db).Verify(background)
			if err != nil || len(v.Breaks) > 0 {
				done <- append(v.Breaks, audit.Break{Problem: "verified while deleting"})
				return
			}
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
		}
	}()
	n, err := trail.Prune(background, audit.Retention{Period: time.Hour, Clock: pamtest.NewClock(pamtest.Noon.Add(24 * time.Hour)).Now})
	close(stop)
	if found := <-done; len(found) > 0 {
		t.Error(found)
	}
	if n != 6_000 || err != nil {
		t.Errorf("%d events were deleted, %v; want all", n, err)
	}
	if found := breaks(t, background, trail); len(found) > 0 {
		t.Error(found)
	}
}

// TestRetain returns when it is told to.
func TestRetain(t *testing.T) {
	db := pamtest.SQLite(t)
	trail := daily(t, db, 3)
	trail.Retain(background, audit.Retention{}) // nothing to do, for ever
	ctx, cancel := context.WithCancel(background)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		trail.Retain(ctx, audit.Retention{Period: time.Hour, Clock: pamtest.NewClock(pamtest.Noon).Now, Logger: pamtest.Quiet()})
	}()
	for {
		if seq, _, err := trail.Last(background); err != nil || seq == 4 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-finished
	if got := strings.Count(lines(t, trail, audit.Span{}), "\n"); got != 2 {
		t.Errorf("%d events are left, want the latest one and the record of the deletion", got)
	}
}
