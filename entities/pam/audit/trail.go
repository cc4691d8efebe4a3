package audit

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A Trail is the chain of events in a database. It is safe for concurrent use, also
// by several processes.
type Trail struct {
	db         sqldb.DB
	statements statements

	appended chan struct{} // tells the forwarder
}

type statements struct {
	lock, advance, insert, read, last *sqldb.Statement

	rows, portion, ahead                    *sqldb.Statement // see rows and Verify
	oldest, hashOf, deleteTo, anchor, prune *sqldb.Statement // see Prune
	position                                *sqldb.Statement
}

var (
	text   = sqldb.Form{Kind: edm.KindString}
	number = sqldb.Form{Kind: edm.KindInt64}
	small  = sqldb.Form{Kind: edm.KindInt32}
	guid   = sqldb.Form{Kind: edm.KindGuid}
	moment = sqldb.Form{Kind: edm.KindDateTime}

	// columns are those of pam_audit, in the order of its statements.
	columns = []struct {
		name string
		form sqldb.Form
	}{{"seq", number}, {"id", small}, {"name", text}, {"level", text}, {"at", moment}, {"node", text}, {"correlation", text},
		{"actor_id", guid}, {"actor_name", text}, {"actor_method", text}, {"actor_address", text},
		{"request_id", guid}, {"role_id", guid}, {"role_name", text}, {"subject", text}, {"outcome", text}, {"reason", text},
		{"requested_ttl_s", number}, {"effective_ttl_s", number}, {"ends_at", moment}, {"granted_groups", text}, {"hash", text}}
)

// New makes the trail of a database that has the tables of the PAM service.
func New(db sqldb.DB) *Trail {
	d := db.Dialect()
	var names, holes []string
	var forms []sqldb.Form
	for i, c := range columns {
		names, forms = append(names, c.name), append(forms, c.form)
		holes = append(holes, "?"+strconv.Itoa(i+1))
	}
	lock := ""
	if d == sqldb.PostgreSQL {
		lock = " FOR UPDATE"
	}
	head := []sqldb.Form{number, text}
	raw, rawForm := strings.Join(rawColumns(d), ", "), rawForms()
	var named []string
	for i, expression := range rawColumns(d) {
		named = append(named, expression+" AS "+columns[i].name)
	}
	return &Trail{db: db, appended: make(chan struct{}, 1), statements: statements{
		lock:    sqldb.NewStatement(d, "SELECT seq, hash FROM pam_audit_head WHERE id = 1"+lock, nil, head),
		last:    sqldb.NewStatement(d, "SELECT seq, hash FROM pam_audit_head WHERE id = 1", nil, head),
		advance: sqldb.NewStatement(d, "UPDATE pam_audit_head SET seq = ?1, hash = ?2 WHERE id = 1", head, nil),
		insert:  sqldb.NewStatement(d, "INSERT INTO pam_audit ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(holes, ", ")+")", forms, nil),
		read: sqldb.NewStatement(d, "SELECT "+strings.Join(names, ", ")+" FROM pam_audit WHERE seq > ?1 ORDER BY seq LIMIT ?2",
			[]sqldb.Form{number, number}, forms),
		rows: sqldb.NewStatement(d, "SELECT "+raw+" FROM pam_audit WHERE seq >= ?1 AND seq <= ?2 AND (at >= ?3 OR ?3 IS NULL)"+
			" AND (at < ?4 OR ?4 IS NULL) ORDER BY pam_audit.seq LIMIT ?5", []sqldb.Form{number, number, moment, moment, number}, rawForm),
		// One statement sees one state: the end of the chain is that of the rows.
		portion: sqldb.NewStatement(d, "SELECT a."+strings.Join(names, ", a.")+", a.place, h.seq, h.hash, h.pruned_seq, h.pruned_hash"+
			" FROM (SELECT 1 AS one) o LEFT JOIN pam_audit_head h ON h.id = 1 LEFT JOIN (SELECT "+strings.Join(named, ", ")+
			", pam_audit.seq AS place FROM pam_audit WHERE pam_audit.seq >= ?1 ORDER BY pam_audit.seq LIMIT ?2) a ON 1 = 1 ORDER BY a.place",
			[]sqldb.Form{number, number}, rawForms(number, number, text, number, text)),
		ahead:    sqldb.NewStatement(d, "SELECT name, seq FROM pam_audit_sink ORDER BY name", nil, []sqldb.Form{text, number}),
		oldest:   sqldb.NewStatement(d, "SELECT seq FROM pam_audit WHERE at >= ?1 ORDER BY seq LIMIT 1", []sqldb.Form{moment}, []sqldb.Form{number}),
		hashOf:   sqldb.NewStatement(d, "SELECT hash FROM pam_audit WHERE seq = ?1", []sqldb.Form{number}, []sqldb.Form{text}),
		deleteTo: sqldb.NewStatement(d, "DELETE FROM pam_audit WHERE seq <= ?1", []sqldb.Form{number}, nil),
		anchor:   sqldb.NewStatement(d, "SELECT pruned_seq, pruned_hash FROM pam_audit_head WHERE id = 1", nil, head),
		prune:    sqldb.NewStatement(d, "UPDATE pam_audit_head SET pruned_seq = ?1, pruned_hash = ?2 WHERE id = 1", head, nil),
		position: sqldb.NewStatement(d, "SELECT seq FROM pam_audit_sink WHERE name = ?1", []sqldb.Form{text}, []sqldb.Form{number}),
	}}
}

// ErrUnavailable is why an event could not be recorded. What depends on it must not
// happen then.
var ErrUnavailable = errors.New("audit: the event cannot be recorded")

// Append adds events to the chain, in their order, and gives them their sequence
// numbers and hashes. What a database could not give back as it was is changed: times
// are cut to milliseconds, bytes that are not UTF-8 and NUL become U+FFFD, and names
// of groups lose line breaks. An event without a time is one of now. ctx must be that of a transaction: the events become part of
// it, and other transactions that append wait until it ends, so that it should end
// soon. A failure is [ErrUnavailable] with its cause.
func (t *Trail) Append(ctx context.Context, events ...*Event) error {
	if len(events) == 0 {
		return nil
	}
	if err := t.append(ctx, events); err != nil {
		if ended := ctx.Err(); ended != nil {
			return ended
		}
		return errors.Join(ErrUnavailable, err)
	}
	return nil
}

func (t *Trail) append(ctx context.Context, events []*Event) error {
	head, err := sqldb.QueryOne(ctx, t.db, t.statements.lock)
	if err != nil {
		return err
	}
	if head == nil {
		return odata.Internalf("audit: pam_audit_head is empty; its row must never be deleted")
	}
	seq, hash := head[0].Int(), head[1].Str()
	for _, e := range events {
		seq++
		e.Sequence = seq
		e.normalize()
		hash = e.digest(hash)
		e.Hash = hash
		if _, err := t.db.Exec(ctx, t.statements.insert, e.cells()); err != nil {
			return err
		}
	}
	if _, err := t.db.Exec(ctx, t.statements.advance, []edm.Value{edm.Int64(seq), edm.String(hash)}); err != nil {
		return err
	}
	return nil
}

// Record adds one event in a transaction of its own, for what happens beside
// requests: sign-ins that failed, changes of the configuration. A failure is
// [ErrUnavailable] with its cause.
func (t *Trail) Record(ctx context.Context, e *Event) error {
	err := t.db.Transact(ctx, func(ctx context.Context) error { return t.Append(ctx, e) })
	switch {
	case err == nil:
		t.Notify()
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrUnavailable):
		return err
	}
	return errors.Join(ErrUnavailable, err)
}

// Notify tells the forwarder that events were committed.
func (t *Trail) Notify() {
	select {
	case t.appended <- struct{}{}:
	default:
	}
}

// Read calls each for up to limit events behind a sequence number, in their order.
func (t *Trail) Read(ctx context.Context, after int64, limit int, each func(e *Event) error) error {
	return sqldb.QueryEach(ctx, t.db, t.statements.read, []edm.Value{edm.Int64(after), edm.Int64(int64(limit))},
		func(cells []edm.Value) error {
			e := eventOf(cells)
			return each(&e)
		})
}

// Last is the sequence number of the latest event, and its hash.
func (t *Trail) Last(ctx context.Context) (seq int64, hash string, err error) {
	head, err := sqldb.QueryOne(ctx, t.db, t.statements.last)
	if err != nil || head == nil {
		return 0, "", err
	}
	return head[0].Int(), head[1].Str(), nil
}

// cells are the event as a row. What an event does not say is null, or empty for
// texts.
func (e *Event) cells() []edm.Value {
	return []edm.Value{edm.Int64(e.Sequence), edm.Int32(int32(e.ID)), edm.String(e.ID.String()), edm.String(string(e.ID.Level())),
		timeCell(e.Time), edm.String(e.Node), edm.String(e.Correlation), idCell(e.Actor.ID), edm.String(e.Actor.Name),
		edm.String(e.Actor.Method), edm.String(e.Actor.Address), idCell(e.Request), idCell(e.Role), edm.String(e.RoleName),
		edm.String(e.Subject), edm.String(string(e.Outcome)), edm.String(e.Reason), edm.Int64(e.RequestedTTL), edm.Int64(e.EffectiveTTL),
		timeCell(e.Ends), edm.String(strings.Join(e.Groups, "\n")), edm.String(e.Hash)}
}

// eventOf reads a row of pam_audit. It shares no memory with it.
func eventOf(c []edm.Value) Event {
	str := func(at int) string { return strings.Clone(c[at].Str()) }
	e := Event{Sequence: c[0].Int(), ID: ID(c[1].Int()), Time: cellTime(c[4]), Node: str(5), Correlation: str(6),
		Actor:   Actor{cellID(c[7]), str(8), str(9), str(10)},
		Request: cellID(c[11]), Role: cellID(c[12]), RoleName: str(13), Subject: str(14), Outcome: Outcome(str(15)), Reason: str(16),
		RequestedTTL: c[17].Int(), EffectiveTTL: c[18].Int(), Ends: cellTime(c[19]), Hash: str(21)}
	if groups := str(20); groups != "" {
		e.Groups = strings.Split(groups, "\n")
	}
	return e
}

func idCell(id edm.GUID) edm.Value {
	if id.IsZero() {
		return edm.Null
	}
	return id.Value()
}

func cellID(v edm.Value) edm.GUID {
	if v.IsNull() {
		return edm.GUID{}
	}
	return v.GUID()
}

func timeCell(t time.Time) edm.Value {
	if t.IsZero() {
		return edm.Null
	}
	return edm.DateTimeFrom(t.UTC()).Value()
}

func cellTime(v edm.Value) time.Time {
	if v.IsNull() {
		return time.Time{}
	}
	return v.DateTime().Instant()
}
