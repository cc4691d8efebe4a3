package service

import "github.com/pamodata/pamodata/odata"

// fixInstant says what "now" is in all that is done for the request, where some set
// of the service asks. The requests of a change set have one instant together: what
// they do is one change.
func (e *exchange) fixInstant() {
	if !e.service.readInstants {
		return
	}
	now := e.service.clock()
	if e.unit != nil {
		if e.unit.instant.IsZero() {
			e.unit.instant = now
		}
		now = e.unit.instant
	}
	e.r = e.r.WithContext(odata.WithInstant(e.r.Context(), now))
}

// renewInstant makes "now" later than all that the request has done, for what it
// shows of that.
func (e *exchange) renewInstant() {
	if e.service.readInstants {
		e.r = e.r.WithContext(odata.WithInstant(e.r.Context(), e.service.clock()))
	}
}
