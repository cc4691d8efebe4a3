package crash_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A request is what is stored of one.
type request struct {
	pam.Request
	groups []edm.GUID
}

// facts are what is stored: the requests, and the events in their order.
type facts struct {
	requests map[edm.GUID]*request
	events   []audit.Event
}

var (
	guidForm    = sqldb.Form{Kind: edm.KindGuid}
	momentForm  = sqldb.Form{Kind: edm.KindDateTime}
	booleanForm = sqldb.Form{Kind: edm.KindBoolean}
)

// factsIn reads a database past the desk.
func factsIn(ctx context.Context, db sqldb.DB) (*facts, error) {
	f := &facts{requests: map[edm.GUID]*request{}}
	times := strings.Fields("factor_due factor_done factor_failed approval_due decided start_time refused grant_begun granted ends closed revoked")
	forms := []sqldb.Form{guidForm, guidForm, booleanForm, booleanForm, booleanForm, booleanForm}
	for range times {
		forms = append(forms, momentForm)
	}
	err := sqldb.QueryEach(ctx, db, sqldb.NewStatement(db.Dialect(), "SELECT id, creator_id, factor_needed, approval_needed, approved, expires, "+
		strings.Join(times, ", ")+" FROM pam_request", nil, forms), nil, func(c []edm.Value) error {
		r := &request{}
		r.ID, r.Creator = c[0].GUID(), c[1].GUID()
		r.FactorNeeded, r.ApprovalNeeded, r.Approved, r.Expires = c[2].Bool(), c[3].Bool(), c[4].Bool(), c[5].Bool()
		for i, at := range []*time.Time{&r.FactorDue, &r.FactorDone, &r.FactorFailed, &r.ApprovalDue, &r.Decided, &r.Start, &r.Refused,
			&r.GrantBegun, &r.Granted, &r.Ends, &r.Closed, &r.Revoked} {
			if v := c[6+i]; !v.IsNull() {
				*at = v.DateTime().Instant()
			}
		}
		f.requests[r.ID] = r
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = sqldb.QueryEach(ctx, db, sqldb.NewStatement(db.Dialect(), "SELECT request_id, group_id FROM pam_request_group", nil,
		[]sqldb.Form{guidForm, guidForm}), nil, func(c []edm.Value) error {
		r := f.requests[c[0].GUID()]
		r.groups = append(r.groups, c[1].GUID())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return f, audit.New(db).Read(ctx, 0, 1_000_000, func(e *audit.Event) error {
		f.events = append(f.events, *e)
		return nil
	})
}

// status is that of a request at a time, "none" for one that is not there.
func (f *facts) status(id edm.GUID, now time.Time) string {
	if r := f.requests[id]; r != nil {
		return string(r.Status(now))
	}
	return "none"
}

// count is how many events of a kind there are of a request.
func (f *facts) count(id edm.GUID, kind audit.ID) (n int) {
	for _, e := range f.events {
		if e.Request == id && e.ID == kind {
			n++
		}
	}
	return n
}

// groupNames are those of the definitions.
var groupNames = func() map[edm.GUID]string {
	names := map[edm.GUID]string{}
	for _, g := range pamtest.Definitions().Groups {
		names[g.ID] = g.Name
	}
	return names
}()

// once are the events that a request has at most once.
var once = []audit.ID{audit.RequestCreated, audit.Approved, audit.ApprovalRejected, audit.ApprovalAuto, audit.GrantStarted, audit.GrantSucceeded,
	audit.RequestClosed, audit.Relinquished, audit.RequestExpired, audit.RequestRejected, audit.RevokeSucceeded}

// judgeEvents holds the trail to what is true at any time: the chain is whole, and
// nothing is told twice or before its cause.
func (f *facts) judgeEvents(t *testing.T, db sqldb.DB) {
	t.Helper()
	if v, err := audit.New(db).Verify(context.Background()); err != nil || len(v.Breaks) > 0 {
		t.Errorf("the chain is broken: %v %v", v, err)
	}
	for id, r := range f.requests {
		for _, kind := range once {
			if n := f.count(id, kind); n > 1 {
				t.Errorf("request %v has the event %v %d times", id, kind, n)
			}
		}
		for _, fact := range []struct {
			there bool
			event audit.ID
		}{
			{!r.GrantBegun.IsZero() && f.count(id, audit.Relinquished) == 0, audit.GrantStarted},
			{!r.Granted.IsZero() && f.count(id, audit.Relinquished) == 0, audit.GrantSucceeded},
			{!r.Closed.IsZero(), audit.RequestClosed},
			{!r.Revoked.IsZero() && !r.GrantBegun.IsZero() && f.count(id, audit.Relinquished) == 0, audit.RevokeSucceeded},
		} {
			if n := f.count(id, fact.event); fact.there != (n == 1) {
				t.Errorf("request %v has %d events %v, and that the fact is there is %t", id, n, fact.event, fact.there)
			}
		}
	}
}

// judgeMemberships holds the file of a directory to what is stored. What is there has
// the record of a grant that covers it. Once the service has caught up, what is
// there has not ended, and what is active is there.
func (f *facts) judgeMemberships(t *testing.T, file string, native bool, now time.Time, caughtUp bool) {
	t.Helper()
	members, err := membersIn(file)
	if err != nil {
		t.Fatal(err)
	}
	for m, until := range members {
		if native && !now.Before(until) {
			delete(members, m) // the directory has ended it
		}
	}
	for m, until := range members {
		recorded, justified := false, time.Time{}
		for _, e := range f.events {
			if r := f.requests[e.Request]; e.ID == audit.GrantStarted && r != nil && r.Creator == m.user && e.Ends.Equal(until) {
				for _, name := range e.Groups {
					recorded = recorded || name == groupNames[m.group]
				}
			}
		}
		if !recorded {
			t.Errorf("a membership in %s until %v has no record of a grant that covers it", groupNames[m.group], until)
		}
		for _, r := range f.requests {
			if r.Creator != m.user || r.GrantBegun.IsZero() || !r.Closed.IsZero() || !r.Refused.IsZero() || !r.Revoked.IsZero() {
				continue
			}
			for _, g := range r.groups {
				if g == m.group && r.Ends.After(justified) {
					justified = r.Ends
				}
			}
		}
		switch {
		case !caughtUp:
		case !now.Before(justified):
			t.Errorf("a membership in %s has stayed, and the last grant of it has ended at %v", groupNames[m.group], justified)
		case native && until.After(justified):
			t.Errorf("a membership in %s lasts until %v, and the last grant of it until %v", groupNames[m.group], until, justified)
		}
	}
	for id, r := range f.requests {
		if !caughtUp || r.Status(now) != pam.Active {
			continue
		}
		for _, g := range r.groups {
			until, there := members[membership{r.Creator, g}]
			if !there || native && until.Before(r.Ends) {
				t.Errorf("request %v is active until %v without its membership in %s, which is there %t until %v", id, r.Ends, groupNames[g], there, until)
			}
		}
	}
}
