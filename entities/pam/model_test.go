package pam_test

import (
	"slices"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
)

// This file is a naive model of the desk: requests in a list, each in a phase, and a
// directory that is a map. It knows no database, no audit trail, no leases and no
// other node. What people do is in model_deeds_test.go. TestModel holds the desk against
// it.

// A phase is where a request of the model is in its life.
type phase int

const (
	atFactor phase = iota
	atApproval
	waiting  // for its start
	granting // begun; nobody knows what is there
	active
	closing // to be removed, to be Closed then
	giving  // the record of a role that was given up, while removals go on
	ended
)

// A modelRequest is one request.
type modelRequest struct {
	id, approval, user, role edm.GUID
	ttl                      int64
	needsApproval, auto      bool
	phase                    phase
	final                    pam.Status // of one that has ended

	factorAsked             bool
	factorBy, approvalBy    time.Time
	start, ends, expiration time.Time
	expires                 bool
	groups                  []edm.GUID
	due                     time.Time // zero when nothing is left to do
	attempts                int
	failing                 time.Time // since when the grant fails
	begun                   bool
	everActive              bool
	approved, rejected      bool
	neverPassed             bool // it has ended at the second factor
}

// How the directory of a model behaves.
type behaviour int

const (
	healthy   behaviour = iota
	refusing            // calls fail without effect
	forgetful           // calls have their effect and fail
	never               // grants fail for good, and leave their effect
)

// A model is the whole.
type model struct {
	now      time.Time
	native   bool
	granter  behaviour
	factor   pam.FactorState
	noFactor bool // the provider fails
	defs     pam.Definitions
	config   pam.Config
	requests []*modelRequest
	members  map[edm.GUID]map[edm.GUID]time.Time
}

func (m *model) status(r *modelRequest) pam.Status {
	switch r.phase {
	case atFactor:
		if !m.now.Before(r.factorBy) {
			return pam.Rejected
		}
		return pam.PendingMFA
	case atApproval:
		if !m.now.Before(r.approvalBy) {
			return pam.Expired
		}
		return pam.PendingApproval
	case waiting:
		if m.now.Before(r.start) {
			return pam.Scheduled
		}
		return pam.Processing
	case granting:
		return pam.Processing
	case active:
		switch {
		case m.now.Before(r.ends):
			return pam.Active
		case r.expires:
			return pam.Expired
		}
		return pam.Closing
	case closing, giving:
		return pam.Closing
	}
	return r.final
}

func (m *model) user(id edm.GUID) *pam.User {
	for i := range m.defs.Users {
		if m.defs.Users[i].ID == id {
			return &m.defs.Users[i]
		}
	}
	return nil
}

// eligible tells whether a user may have a role now.
func (m *model) eligible(user, role edm.GUID) bool {
	r, u := roleOf(&m.defs, role), m.user(user)
	return r != nil && !u.Disabled && slices.Contains(r.Candidates, user)
}

func (m *model) end(r *modelRequest, as pam.Status) {
	r.neverPassed = r.phase == atFactor
	r.phase, r.final, r.due = ended, as, time.Time{}
}

// keeps tells until when other requests of the user keep a group.
func (m *model) keeps(r *modelRequest, group edm.GUID) (until time.Time) {
	for _, o := range m.requests {
		if o != r && o.user == r.user && (o.phase == granting || o.phase == active) && o.ends.After(m.now) && slices.Contains(o.groups, group) &&
			o.ends.After(until) {
			until = o.ends
		}
	}
	return until
}

// backoff is when to try again.
func (m *model) backoff(r *modelRequest) time.Time {
	wait := time.Second
	for range r.attempts - 1 {
		wait = min(2*wait, time.Minute)
	}
	return m.now.Add(wait)
}

func soonest(times ...time.Time) time.Time { return slices.MinFunc(times, time.Time.Compare) }

// grantCall makes memberships, as far as the directory wants.
func (m *model) grantCall(user edm.GUID, until map[edm.GUID]time.Time) (ok, forGood bool) {
	if m.granter == refusing {
		return false, false
	}
	for g, t := range until {
		m.members[user][g] = t
	}
	return m.granter == healthy, m.granter == never
}

// withdraw ends what a request has, but for what others keep, and tells whether that
// went well.
func (m *model) withdraw(r *modelRequest) bool {
	var gone []edm.GUID
	kept := map[edm.GUID]time.Time{}
	for _, g := range r.groups {
		if until := m.keeps(r, g); until.IsZero() {
			gone = append(gone, g)
		} else {
			kept[g] = until
		}
	}
	ok := true
	if len(gone) > 0 {
		ok = m.granter == healthy || m.granter == never
		if m.granter != refusing {
			for _, g := range gone {
				delete(m.members[r.user], g)
			}
		}
	}
	if ok && len(kept) > 0 && r.expires {
		ok, _ = m.grantCall(r.user, kept)
	}
	if !ok {
		r.attempts++
		r.due = m.backoff(r)
	}
	return ok
}

// advance does for a request what can be done now.
func (m *model) advance(r *modelRequest) {
	for {
		switch r.phase {
		case ended:
			return
		case atFactor:
			switch {
			case !m.now.Before(r.factorBy), !m.eligible(r.user, r.role):
				m.end(r, pam.Rejected)
				return
			case r.factorAsked && m.now.Before(r.due):
				return
			case m.noFactor, m.factor == pam.FactorFailed, m.user(r.user).Phone == "":
				m.end(r, pam.Rejected)
				return
			case m.factor == pam.FactorPending:
				r.factorAsked = true
				r.due = soonest(m.now.Add(2*time.Second), r.factorBy)
				return
			}
			r.phase = atApproval
			if !r.needsApproval || r.auto {
				r.phase = waiting
			}
		case atApproval:
			switch {
			case !m.now.Before(r.approvalBy):
				m.end(r, pam.Expired)
				return
			case !m.eligible(r.user, r.role):
				m.end(r, pam.Rejected)
				return
			}
			r.due = r.approvalBy
			return
		case waiting:
			if !m.eligible(r.user, r.role) {
				m.end(r, pam.Rejected)
				return
			}
			role := roleOf(&m.defs, r.role)
			if role.Window != nil {
				if at := slices.MaxFunc([]time.Time{r.start, m.now}, time.Time.Compare); !role.Window.Contains(at, time.UTC) {
					day := at.Truncate(24 * time.Hour)
					if r.start = day.Add(role.Window.From); r.start.Before(at) {
						r.start = r.start.Add(24 * time.Hour)
					}
				}
			}
			if m.now.Before(r.start) {
				r.due = r.start
				return
			}
			r.phase, r.begun, r.attempts, r.failing, r.groups, r.expires = granting, true, 0, time.Time{}, slices.Clone(role.Groups), m.native
			r.ends = m.now.Add(time.Duration(min(r.ttl, int64(role.TTL/time.Second))) * time.Second)
		case granting:
			if !m.now.Before(r.ends) || !m.eligible(r.user, r.role) || !r.failing.IsZero() && m.now.Sub(r.failing) >= 10*time.Minute {
				if m.giveUp(r) {
					m.end(r, pam.Rejected)
				}
				return
			}
			until := map[edm.GUID]time.Time{}
			for _, g := range r.groups {
				until[g] = r.ends
				if k := m.keeps(r, g); k.After(r.ends) {
					until[g] = k
				}
			}
			ok, forGood := m.grantCall(r.user, until)
			switch {
			case ok:
				r.phase, r.expiration, r.attempts, r.failing, r.everActive = active, r.ends, 0, time.Time{}, true
				continue
			}
			r.attempts++
			if r.failing.IsZero() {
				r.failing = m.now
			}
			if forGood {
				if m.giveUp(r) {
					m.end(r, pam.Rejected)
				}
				return
			}
			r.due = soonest(m.backoff(r), r.failing.Add(10*time.Minute), r.ends)
			if r.due.After(m.now) {
				return
			}
		case active:
			switch {
			case m.now.Before(r.ends) && m.eligible(r.user, r.role):
				r.due = r.ends
				return
			case m.now.Before(r.ends):
				m.close(r)
				continue
			case r.expires, m.withdraw(r):
				m.end(r, pam.Expired)
			}
			return
		case closing:
			if m.withdraw(r) {
				if !r.everActive {
					r.expiration = time.Time{}
				}
				m.end(r, pam.Closed)
			}
			return
		case giving:
			for _, o := range m.requests {
				if o.user == r.user && o.role == r.role && o.phase == closing {
					r.due = m.now.Add(time.Second)
					return
				}
			}
			m.end(r, pam.Expired)
			return
		}
	}
}

// giveUp takes back a grant that did not succeed.
func (m *model) giveUp(r *modelRequest) bool {
	if m.withdraw(r) {
		return true
	}
	r.failing = m.now.Add(-10 * time.Minute)
	return false
}

// close ends a request on somebody's behalf.
func (m *model) close(r *modelRequest) {
	if !r.begun {
		m.end(r, pam.Closed)
		return
	}
	r.phase, r.expiration, r.due = closing, m.now, m.now
}

// work does what is due, once, and tells how much that was.
func (m *model) work() int {
	var due []*modelRequest
	for _, r := range m.requests {
		if !r.due.IsZero() && !r.due.After(m.now) {
			due = append(due, r)
		}
	}
	slices.SortFunc(due, func(a, b *modelRequest) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return a.id.Compare(b.id)
	})
	for _, r := range due {
		m.advance(r)
	}
	return len(due)
}

func newModel(defs pam.Definitions, c pam.Config, native bool) *model {
	m := &model{now: pamtest.Noon, native: native, defs: defs, config: c, members: map[edm.GUID]map[edm.GUID]time.Time{}}
	for _, u := range defs.Users {
		m.members[u.ID] = map[edm.GUID]time.Time{}
	}
	return m
}
