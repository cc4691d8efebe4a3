package pam_test

import (
	"slices"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// refusal is the code of the refusal of a request, empty for none.
func (m *model) refusal(user edm.GUID, ask pam.Ask) string {
	u := m.user(user)
	role := roleOf(&m.defs, ask.Role)
	switch {
	case u.Disabled:
		return "NotACandidate"
	case ask.TTL == 0:
		if m.eligible(user, ask.Role) || len(m.activeOf(user, ask.Role)) > 0 {
			return ""
		}
		return "NotACandidate"
	case !m.eligible(user, ask.Role):
		return "NotACandidate"
	}
	open, ofRole := 0, 0
	for _, r := range m.requests {
		if r.user == user && m.status(r).Open() {
			open++
			if r.role == ask.Role {
				ofRole++
			}
		}
	}
	start := ask.Wanted
	if start.Before(m.now) {
		start = m.now
	}
	switch {
	case open >= m.config.MaxOpen, ofRole >= m.config.MaxOpenPerRole:
		return "TooManyOpenRequests"
	case start.Sub(m.now) > 90*24*time.Hour:
		return "RequestedTimeTooFar"
	case role.Window != nil && !role.Window.Contains(start, time.UTC):
		return "RoleNotAvailable"
	case role.Approval && !m.auto(user, role):
		for _, o := range role.Owners {
			if o != user && !m.user(o).Disabled {
				return ""
			}
		}
		return "NoApprover"
	}
	return ""
}

func (m *model) auto(user edm.GUID, role *pam.Role) bool {
	return role.Approval && !role.DisableAutoApprovalIfOwner && slices.Contains(role.Owners, user)
}

func (m *model) activeOf(user, role edm.GUID) (list []*modelRequest) {
	for _, r := range m.requests {
		if r.user == user && r.role == role && m.status(r) == pam.Active {
			list = append(list, r)
		}
	}
	return list
}

// create makes a request that is not refused. Identifiers are those of the desk.
func (m *model) create(id, approval, user edm.GUID, ask pam.Ask) {
	r := &modelRequest{id: id, approval: approval, user: user, role: ask.Role, ttl: ask.TTL, start: ask.Wanted}
	if ask.TTL == 0 {
		r.phase, r.final, r.expiration = ended, pam.Expired, m.now
		closed := m.activeOf(user, ask.Role)
		for _, a := range closed {
			m.close(a)
		}
		m.requests = append(m.requests, r)
		if len(closed) > 0 {
			r.phase, r.due = giving, m.now
			for _, a := range closed {
				m.advance(a)
			}
			m.advance(r)
		}
		return
	}
	role := roleOf(&m.defs, ask.Role)
	if r.start.Before(m.now) {
		r.start = m.now
	}
	r.needsApproval, r.auto = role.Approval, m.auto(user, role)
	r.factorBy = m.now.Add(5 * time.Minute)
	r.approvalBy = slices.MaxFunc([]time.Time{m.now.Add(7 * 24 * time.Hour), r.start.Add(24 * time.Hour)}, time.Time.Compare)
	switch {
	case role.MFA:
		r.phase = atFactor
	case role.Approval && !r.auto:
		r.phase = atApproval
	default:
		r.phase = waiting
	}
	r.due, r.approved = m.now, r.auto
	m.requests = append(m.requests, r)
	m.advance(r)
}

// closeBy is a close by a user, and the code of its refusal.
func (m *model) closeBy(user edm.GUID, r *modelRequest) string {
	switch status := m.status(r); {
	case m.user(user).Disabled || r.user != user:
		return "NotFound"
	case status.Terminal() || status == pam.Closing:
		return ""
	}
	m.close(r)
	m.advance(r)
	return ""
}

// decide is a decision by a user, and the code of its refusal.
func (m *model) decide(user edm.GUID, r *modelRequest, approve bool) string {
	role := roleOf(&m.defs, r.role)
	switch {
	case m.user(user).Disabled, role == nil, !slices.Contains(role.Owners, user):
		return "NotFound"
	case r.user == user:
		return "SelfApproval"
	case r.ttl == 0 || !r.needsApproval, r.factorOpen():
		return "NotFound"
	case r.approved && approve, r.rejected && !approve:
		return ""
	case m.status(r) != pam.PendingApproval:
		return "AlreadyDecided"
	case !approve:
		r.rejected = true
		m.end(r, pam.Rejected)
		return ""
	}
	r.approved, r.phase, r.due = true, waiting, m.now
	m.advance(r)
	return ""
}

// factorOpen tells whether the second factor of a request was never confirmed.
func (r *modelRequest) factorOpen() bool {
	return r.phase == atFactor || r.phase == ended && r.neverPassed
}

// apply changes the definitions. Whoever has lost something is looked at next.
func (m *model) apply(defs pam.Definitions) {
	m.defs = defs
	for _, r := range m.requests {
		if !r.due.IsZero() && !m.eligible(r.user, r.role) {
			r.due = m.now
		}
	}
}
