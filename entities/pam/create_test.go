package pam_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

var (
	anna     = pamtest.As(context.Background(), `PRIV\Anna`)
	stranger = pamtest.As(context.Background(), `PRIV\Stranger`)
	unknown  = pamtest.As(context.Background(), `PRIV\Nobody`)
)

// TestCreateRefusals holds the order of the checks: each row breaks several rules, and
// is refused for the first of them.
func TestCreateRefusals(t *testing.T) {
	day := 24 * time.Hour
	window := func(d *pam.Definitions) {
		roleOf(d, pamtest.Approval).Window = &pam.Window{From: 20 * time.Hour, To: 21 * time.Hour}
		roleOf(d, pamtest.Approval).Owners = []edm.GUID{pamtest.Both}
		roleOf(d, pamtest.Approval).DisableAutoApprovalIfOwner = true
	}
	long, bad := pam.Config{RefuseLongTTL: true, MaxOpenPerRole: 1}, strings.Repeat("x", 4001)
	rows := []struct {
		name, why string
		as        context.Context
		full      bool // has as many open requests as may be
		config    pam.Config
		ask       pam.Ask
		want      string
		kind      odata.Kind
		events    []string
	}{
		{"nobody signed in", "without a caller nothing is looked at", context.Background(), false, long,
			pam.Ask{Role: pamtest.ID(9, 9), Justification: bad}, "Unauthorized", odata.KindUnauthenticated, []string{}},
		{"unknown principal", "the caller comes before the form of the arguments", unknown, false, long,
			pam.Ask{Role: pamtest.Plain, TTL: 600, Justification: bad}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"unknown principal gives up", "giving up is for users", unknown, false, long,
			pam.Ask{Role: pamtest.Plain}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"long justification", "the form comes before the role", stranger, false, long,
			pam.Ask{Role: pamtest.Plain, TTL: 600, Justification: bad}, "InvalidJustification", odata.KindInvalid, []string{}},
		{"control character", "the form comes before the role", stranger, false, long,
			pam.Ask{Role: pamtest.Plain, TTL: 600, Justification: "a\x00b"}, "InvalidJustification", odata.KindInvalid, []string{}},
		{"negative duration", "the form comes before the role", stranger, false, long,
			pam.Ask{Role: pamtest.Plain, TTL: -1}, "InvalidRequestedTTL", odata.KindInvalid, []string{}},
		{"unknown role", "roles cannot be probed", jen, false, long,
			pam.Ask{Role: pamtest.ID(9, 9), TTL: 1 << 40, Wanted: pamtest.Noon.Add(91 * day)}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"no candidate", "the same answer as for no role", stranger, false, long,
			pam.Ask{Role: pamtest.Plain, TTL: 1 << 40, Wanted: pamtest.Noon.Add(91 * day)}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"owner only", "owning a role is no right to have it", omar, false, long,
			pam.Ask{Role: pamtest.Approval, TTL: 600}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"nothing to give up", "without a role there is no record of giving it up", stranger, false, long,
			pam.Ask{Role: pamtest.Plain}, "NotACandidate", odata.KindForbidden, []string{"request.denied"}},
		{"too many", "quotas come before what the request says", both, true, long,
			pam.Ask{Role: pamtest.Approval, TTL: 1 << 40, Wanted: pamtest.Noon.Add(91 * day)}, "TooManyOpenRequests", odata.KindTooManyRequests, []string{"request.denied"}},
		{"too long", "the duration comes before the start", both, false, long,
			pam.Ask{Role: pamtest.Approval, TTL: 3601, Wanted: pamtest.Noon.Add(91 * day)}, "TtlTooLong", odata.KindInvalid, []string{}},
		{"too far", "the start comes before the window", both, false, long,
			pam.Ask{Role: pamtest.Approval, TTL: 3600, Wanted: pamtest.Noon.Add(91 * day)}, "RequestedTimeTooFar", odata.KindInvalid, []string{}},
		{"closed window", "the window comes before the owners", both, false, long,
			pam.Ask{Role: pamtest.Approval, TTL: 3600}, "RoleNotAvailable", odata.KindForbidden, []string{"request.denied"}},
		{"nobody to approve", "it fails early instead of waiting for nobody", both, false, long,
			pam.Ask{Role: pamtest.Approval, TTL: 3600, Wanted: pamtest.Noon.Add(8 * time.Hour)}, "NoApprover", odata.KindForbidden, []string{"request.denied"}},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			t.Run(c.name, func(t *testing.T) {
				s := newStage(t, db, c.config, window)
				if c.full {
					s.apply(func(d *pam.Definitions) { roleOf(d, pamtest.Approval).DisableAutoApprovalIfOwner = false })
					s.create(both, pam.Ask{Role: pamtest.Approval, TTL: 60, Wanted: pamtest.Noon.Add(8 * time.Hour)})
					s.apply(window)
					s.events()
				}
				r, err := s.desk.Create(c.as, c.ask)
				same(t, c.why, "code", c.want, code(err))
				if r != nil || err == nil || odata.AsError(err).Kind != c.kind {
					t.Errorf("%s: the answer is %v, %v", c.why, r, err)
				}
				same(t, c.why, "events", c.events, s.events())
				if calls := s.granter.Calls(); len(calls) > 0 {
					t.Errorf("%s: the granter was called: %v", c.why, calls)
				}
			})
		}
	})
}

// TestArguments reads them as portals send them.
func TestArguments(t *testing.T) {
	role := pamtest.Plain.String()
	rows := []struct {
		name, why string
		arguments map[string]string
		want      string
	}{
		{"nothing", "both are required", map[string]string{}, "MissingParameter"},
		{"no duration", "it has no default", map[string]string{"RoleId": role}, "MissingParameter"},
		{"no role", "", map[string]string{"RequestedTTL": "600"}, "MissingParameter"},
		{"no GUID", "", map[string]string{"RoleId": "x", "RequestedTTL": "600"}, "InvalidRoleId"},
		{"no number", "", map[string]string{"RoleId": role, "RequestedTTL": "NaN"}, "InvalidRequestedTTL"},
		{"empty duration", "", map[string]string{"RoleId": role, "RequestedTTL": ""}, "InvalidRequestedTTL"},
		{"no time", "", map[string]string{"RoleId": role, "RequestedTTL": "600", "RequestedTime": "soon"}, "InvalidRequestedTime"},
		{"no time when giving up", "portals send one that is left from before", map[string]string{"RoleId": role, "RequestedTTL": "0", "RequestedTime": "soon"}, ""},
		{"empty time", "means now", map[string]string{"RoleId": role, "RequestedTTL": "600", "RequestedTime": ""}, ""},
	}
	s := newStage(t, pamtest.SQLite(t), pam.Config{})
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.desk.Ask(c.arguments)
			same(t, c.why, "code", c.want, code(err))
			create := pam.Creation(s.desk).Create
			key, err := create(jen, c.arguments)
			same(t, c.why, "code of creating", c.want, code(err))
			if c.want == "" && len(key) != 1 {
				t.Errorf("%s: the key is %v", c.why, key)
			}
			_, err = create(unknown, c.arguments)
			same(t, "whoever is not known learns nothing of forms", "code", "NotACandidate", code(err))
		})
	}
}

// TestDurations: how long an activation lasts.
func TestDurations(t *testing.T) {
	rows := []struct {
		name, why string
		config    pam.Config
		ttl       int64
		want      time.Duration
		code      string
	}{
		{"below", "as asked for", pam.Config{}, 612, 612 * time.Second, ""},
		{"exactly", "as asked for", pam.Config{}, 3600, time.Hour, ""},
		{"above", "capped by the role", pam.Config{}, 3601, time.Hour, ""},
		{"far above", "no overflow", pam.Config{}, math.MaxInt64, time.Hour, ""},
		{"what a Duration holds no more", "no overflow", pam.Config{}, math.MaxInt64/1_000_000_000 + 1, time.Hour, ""},
		{"maximum", "capped by the service", pam.Config{MaxTTL: time.Minute}, 612, time.Minute, ""},
		{"a maximum above the role's", "the role's counts", pam.Config{MaxTTL: 48 * time.Hour}, math.MaxInt64, time.Hour, ""},
		{"minimum", "shorter ones are raised", pam.Config{MinTTL: 5 * time.Minute}, 1, 5 * time.Minute, ""},
		{"a minimum above the role's", "no longer than the role's", pam.Config{MinTTL: 5 * time.Hour}, 1, time.Hour, ""},
		{"a minimum above the maximum", "the maximum is for safety", pam.Config{MinTTL: 5 * time.Minute, MaxTTL: time.Minute}, 1, time.Minute, ""},
		{"refuse", "one second more than the role's", pam.Config{RefuseLongTTL: true}, 3601, 0, "TtlTooLong"},
		{"refuse, exactly", "it is allowed", pam.Config{RefuseLongTTL: true}, 3600, time.Hour, ""},
		{"refuse, above the service's", "a maximum of the service is one of the role", pam.Config{RefuseLongTTL: true, MaxTTL: time.Minute}, 61, 0, "TtlTooLong"},
		{"refuse, far above", "no overflow", pam.Config{RefuseLongTTL: true}, math.MaxInt64, 0, "TtlTooLong"},
	}
	db := pamtest.SQLite(t)
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, db, c.config)
			r, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: c.ttl})
			same(t, c.why, "code", c.code, code(err))
			if err != nil {
				return
			}
			same(t, "what was asked for is shown", "RequestedTTL", c.ttl, r.TTL)
			same(t, c.why, "end", pamtest.Noon.Add(c.want), r.Expiration)
		})
	}
	t.Run("refused by the role", func(t *testing.T) {
		s := newStage(t, db, pam.Config{}, func(d *pam.Definitions) { roleOf(d, pamtest.Plain).RefuseLongTTL = true })
		_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 3601})
		same(t, "a role may have the policy for itself", "code", "TtlTooLong", code(err))
	})
}

// TestLimits: how many requests may be open, and how far ahead.
func TestLimits(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		s := newStage(t, db, pam.Config{MaxOpen: 14})
		try := func(why string, role edm.GUID, want string) {
			t.Helper()
			_, err := s.desk.Create(jen, pam.Ask{Role: role, TTL: 600, Wanted: s.clock.Now().Add(time.Hour)})
			same(t, why, "code", want, code(err))
		}
		first := s.plain(pamtest.Plain, 600)
		for range 9 {
			try("ten of a role", pamtest.Plain, "")
		}
		try("the eleventh of the role", pamtest.Plain, "TooManyOpenRequests")
		for range 4 {
			try("others are counted apart", pamtest.Approval, "")
		}
		try("the fifteenth in all", pamtest.Approval, "TooManyOpenRequests")
		_, err := s.desk.Create(anna, pam.Ask{Role: pamtest.Plain, TTL: 600})
		same(t, "everybody has their own", "code", "", code(err))
		s.plain(pamtest.Plain, 0) // closes the first, which is the only active one
		same(t, "giving up has no quota", "status", pam.Closed, s.status(first))
		try("what has ended does not count", pamtest.Plain, "")
		s.clock.Add(7*24*time.Hour + time.Hour)
		try("nor what the clock has ended, before the worker has seen it", pamtest.Approval, "")
	})
	t.Run("ahead", func(t *testing.T) {
		s := newStage(t, pamtest.SQLite(t), pam.Config{})
		for _, c := range []struct {
			wanted time.Time
			want   string
		}{
			{pamtest.Noon.Add(90 * 24 * time.Hour), ""},
			{pamtest.Noon.Add(90*24*time.Hour + time.Millisecond), "RequestedTimeTooFar"},
			{time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "RequestedTimeTooFar"},
			{time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), ""},
		} {
			r, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600, Wanted: c.wanted})
			same(t, fmt.Sprint(c.wanted), "code", c.want, code(err))
			if err == nil {
				same(t, "it is shown as it was given", "RequestedTime", c.wanted, r.Wanted)
			}
		}
	})
	t.Run("at the end of time", func(t *testing.T) {
		s := newStage(t, pamtest.SQLite(t), pam.Config{})
		s.clock.Set(time.Date(9999, 12, 31, 23, 30, 0, 0, time.UTC))
		_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 3600})
		same(t, "an end that cannot be stored", "code", "RequestedTimeTooFar", code(err))
	})
}

// TestSelfApproval: what owners' own requests need.
func TestSelfApproval(t *testing.T) {
	alone := func(d *pam.Definitions) { roleOf(d, pamtest.Approval).Owners = []edm.GUID{pamtest.Both} }
	strict := func(d *pam.Definitions) { roleOf(d, pamtest.Approval).DisableAutoApprovalIfOwner = true }
	rows := []struct {
		name, why string
		config    pam.Config
		edits     []func(*pam.Definitions)
		as        context.Context
		status    pam.Status
		code      string
	}{
		{"owner", "approved by rule", pam.Config{}, nil, both, pam.Active, ""},
		{"only owner", "approved by rule, nobody else is needed", pam.Config{}, []func(*pam.Definitions){alone}, both, pam.Active, ""},
		{"the role says no", "another owner decides", pam.Config{}, []func(*pam.Definitions){strict}, both, pam.PendingApproval, ""},
		{"the service says no", "it overrides the role", pam.Config{DenySelfApproval: true}, nil, both, pam.PendingApproval, ""},
		{"nobody else", "only owner, and not by rule", pam.Config{DenySelfApproval: true}, []func(*pam.Definitions){alone}, both, "", "NoApprover"},
		{"nobody else by the role", "only owner, and not by rule", pam.Config{}, []func(*pam.Definitions){alone, strict}, both, "", "NoApprover"},
		{"the other is disabled", "whoever is disabled decides nothing", pam.Config{DenySelfApproval: true},
			[]func(*pam.Definitions){disabled(pamtest.Omar)}, both, "", "NoApprover"},
		{"no owner", "no rule applies", pam.Config{}, nil, jen, pam.PendingApproval, ""},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			t.Run(c.name, func(t *testing.T) {
				s := newStage(t, db, c.config, c.edits...)
				r, err := s.desk.Create(c.as, pam.Ask{Role: pamtest.Approval, TTL: 600})
				same(t, c.why, "code", c.code, code(err))
				if err != nil {
					return
				}
				same(t, c.why, "status", c.status, s.status(r.ID))
				auto := c.status == pam.Active
				events := s.events()
				same(t, "an automatic approval is recorded as such", "event", auto, len(events) > 1 && events[1] == "approval.auto")
				if c.as == both {
					same(t, "nobody decides about their own request", "code", "SelfApproval", s.decide(both, r.ID, true))
					same(t, "nobody decides about their own request", "code", "SelfApproval", s.decide(both, r.ID, false))
				}
			})
		}
	})
}
