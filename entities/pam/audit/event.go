// Package audit keeps the trail of the PAM service: events that are written in the
// transaction of the fact they tell, and are chained by hashes. An event is there
// before the privilege that it is about. It is never changed, and not deleted unless a
// [Retention] says so; the chain tells of that too.
//
// A [Trail] appends events, reads, verifies and exports them. A [Forwarder] delivers
// them to sinks beside the database: a [FileSink], a [SyslogSink], an [HTTPSink], or
// another [Sink]. What was exported or delivered is verified by [VerifyLines], and
// compared with the database by [Trail.Compare]: a chain proves that nothing was
// changed within it, and its copies elsewhere that it was not made anew as a whole.
//
// Hashes are made thus: that of an event is the SHA-256, in hexadecimal digits, of the
// hash of the event before it (of nothing, for the first one), a line feed, and the
// event's line without its member hash. [Event.Line] is that line.
//
// Import rule: odata, odata/sqldb and metadata/edm. Sinks are clients of the
// network, so this package may use net/http; it serves nothing.
package audit

import (
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// An ID says what kind of event it is. Source: PAM audit; 101, 103 and 825 are those
// of the original's event log, and 229 and 321 are this service's own: what precedes
// a privilege, and the deletion of old events, are on record too.
type ID int

// The kinds of event.
const (
	MFAFailed        ID = 101
	MFASucceeded     ID = 103
	RequestCreated   ID = 200
	RequestDenied    ID = 201
	Approved         ID = 210
	ApprovalRejected ID = 211
	ApprovalAuto     ID = 212
	ApprovalExpired  ID = 213
	ApprovalDenied   ID = 214
	RequestScheduled ID = 220
	GrantStarted     ID = 229
	GrantSucceeded   ID = 230
	GrantFailed      ID = 231
	RequestClosed    ID = 240
	Relinquished     ID = 241
	RequestExpired   ID = 242
	RequestRejected  ID = 243
	RevokeSucceeded  ID = 250
	RevokeFailed     ID = 251
	AuthFailed       ID = 300
	ConfigChanged    ID = 310
	Gap              ID = 320
	Pruned           ID = 321
	PhoneChanged     ID = 825
)

// A Level is how much an event matters.
type Level string

// The levels.
const (
	Info    Level = "info"
	Warning Level = "warning"
	Error   Level = "error"
)

var kinds = map[ID]struct {
	name  string
	level Level
}{
	MFAFailed: {"mfa.failed", Error}, MFASucceeded: {"mfa.succeeded", Info},
	RequestCreated: {"request.created", Info}, RequestDenied: {"request.denied", Warning},
	Approved: {"approval.approved", Info}, ApprovalRejected: {"approval.rejected", Info}, ApprovalAuto: {"approval.auto", Info},
	ApprovalExpired: {"approval.expired", Warning}, ApprovalDenied: {"approval.denied", Warning},
	RequestScheduled: {"request.scheduled", Info}, GrantStarted: {"grant.started", Info}, GrantSucceeded: {"grant.succeeded", Info},
	GrantFailed: {"grant.failed", Error}, RequestClosed: {"request.closed", Info}, Relinquished: {"request.relinquished", Info},
	RequestExpired: {"request.expired", Info}, RequestRejected: {"request.rejected", Info},
	RevokeSucceeded: {"revoke.succeeded", Info}, RevokeFailed: {"revoke.failed", Error},
	AuthFailed: {"auth.failed", Warning}, ConfigChanged: {"config.changed", Info}, Gap: {"audit.gap", Error},
	Pruned:       {"audit.pruned", Info},
	PhoneChanged: {"phone.changed", Warning},
}

// String is the kind's name, such as grant.succeeded.
func (i ID) String() string { return kinds[i].name }

// Level is that of all events of the kind.
func (i ID) Level() Level { return kinds[i].level }

// An Actor is who did something. The service itself has the name "system".
type Actor struct {
	ID      edm.GUID // zero for callers that PAM does not know
	Name    string
	Method  string // of the sign-in
	Address string
}

// System is the actor of what the service does by itself.
var System = Actor{Name: "system"}

// An Event is one line of the trail. Zero fields say nothing. Sequence, Previous and
// Hash are given by [Trail.Append].
type Event struct {
	Sequence    int64
	ID          ID
	Time        time.Time // UTC, milliseconds
	Node        string
	Correlation string // the request's X-Request-Id
	Actor       Actor
	Request     edm.GUID
	Role        edm.GUID
	RoleName    string
	Subject     string // the account whose privilege it is about
	Outcome     Outcome
	Reason      string // why, a comment, a justification

	RequestedTTL int64 // seconds
	EffectiveTTL int64
	Ends         time.Time
	Groups       []string

	Hash string // 64 hexadecimal digits
}

// Outcome is how an attempt ended.
type Outcome string

// The outcomes.
const (
	Success Outcome = "success"
	Failure Outcome = "failure"
	Denied  Outcome = "denied"
)
