package pam_test

import (
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
)

// byConfiguration are T8 and T14: what happens when a role is lost.
func byConfiguration() (rows []transition) {
	pending := []struct {
		name   string
		role   edm.GUID
		make   func(s *stage) edm.GUID
		events []string
	}{
		{"PendingMFA", pamtest.MFA, func(s *stage) edm.GUID { return s.plain(pamtest.MFA, 600) }, []string{"request.created"}},
		{"PendingApproval", pamtest.Approval, func(s *stage) edm.GUID { return s.plain(pamtest.Approval, 600) }, []string{"request.created"}},
		{"Scheduled", pamtest.Plain, func(s *stage) edm.GUID { return s.later(pamtest.Plain, time.Hour) },
			[]string{"request.created", "request.scheduled"}},
	}
	for _, p := range pending {
		for how, edit := range gone(p.role) {
			rows = append(rows, transition{name: "T8 " + p.name + ", " + how, why: "whoever has lost a role does not get it",
				do: func(s *stage) edm.GUID {
					id := p.make(s)
					s.apply(edit)
					s.work()
					return id
				}, status: pam.Rejected, expires: noDate, events: append(append([]string{}, p.events...), "config.changed", "request.rejected")})
		}
	}
	for how, edit := range gone(pamtest.Plain) {
		for _, native := range []bool{false, true} {
			name := "T14 " + how
			if native {
				name += ", native"
			}
			rows = append(rows, transition{name: name, why: "whoever has lost a role loses its privileges at once", native: native,
				do: func(s *stage) edm.GUID {
					id := s.plain(pamtest.Plain, 600)
					s.clock.Add(time.Minute)
					s.apply(edit)
					s.work()
					return id
				}, status: pam.Closed, expires: time.Minute, events: made("config.changed", "request.closed", "revoke.succeeded")})
		}
		rows = append(rows, transition{name: "T14 after the deadlines, " + how, why: "terminal states never change", do: func(s *stage) edm.GUID {
			id := s.plain(pamtest.Approval, 600)
			s.clock.Add(7 * 24 * time.Hour)
			if got := s.status(id); got != pam.Expired {
				s.t.Errorf("%s after the deadline", got)
			}
			if how == "role deleted" {
				s.apply(withoutRole(pamtest.Approval))
			} else {
				s.apply(edit)
			}
			s.work()
			return id
		}, status: pam.Expired, expires: noDate, events: []string{"request.created", "config.changed", "approval.expired"}})
	}
	return rows
}
