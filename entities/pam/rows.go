package pam

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

var (
	textForm    = sqldb.Form{Kind: edm.KindString}
	numberForm  = sqldb.Form{Kind: edm.KindInt64}
	guidForm    = sqldb.Form{Kind: edm.KindGuid}
	momentForm  = sqldb.Form{Kind: edm.KindDateTime}
	booleanForm = sqldb.Form{Kind: edm.KindBoolean}
)

// A column is one of pam_request, and its place in a Request.
type column struct {
	name string
	form sqldb.Form
	get  func(*Request) edm.Value
	set  func(*Request, edm.Value)
}

func idColumn(name string, of func(*Request) *edm.GUID) column {
	return column{name, guidForm, func(r *Request) edm.Value { return idCell(*of(r)) }, func(r *Request, v edm.Value) { *of(r) = cellID(v) }}
}

func timeColumn(name string, of func(*Request) *time.Time) column {
	return column{name, momentForm, func(r *Request) edm.Value { return timeCell(*of(r)) }, func(r *Request, v edm.Value) { *of(r) = cellTime(v) }}
}

func boolColumn(name string, of func(*Request) *bool) column {
	return column{name, booleanForm, func(r *Request) edm.Value { return edm.Boolean(*of(r)) }, func(r *Request, v edm.Value) { *of(r) = v.Bool() }}
}

func intColumn(name string, of func(*Request) *int64) column {
	return column{name, numberForm, func(r *Request) edm.Value { return edm.Int64(*of(r)) }, func(r *Request, v edm.Value) { *of(r) = v.Int() }}
}

func textColumn(name string, of func(*Request) *string) column {
	return column{name, textForm, func(r *Request) edm.Value { return edm.String(*of(r)) }, func(r *Request, v edm.Value) { *of(r) = strings.Clone(v.Str()) }}
}

// requestColumns are the columns of pam_request in the order of its statements: those
// that never change, and then the facts that come with time.
var requestColumns = []column{
	idColumn("id", func(r *Request) *edm.GUID { return &r.ID }),
	idColumn("approval_id", func(r *Request) *edm.GUID { return &r.Approval }),
	idColumn("role_id", func(r *Request) *edm.GUID { return &r.Role }),
	textColumn("role_name", func(r *Request) *string { return &r.RoleName }),
	idColumn("creator_id", func(r *Request) *edm.GUID { return &r.Creator }),
	textColumn("requestor", func(r *Request) *string { return &r.Requestor }),
	{"justification", textForm, func(r *Request) edm.Value {
		if r.Justification == "" {
			return edm.Null
		}
		return edm.String(r.Justification)
	}, func(r *Request, v edm.Value) {
		if !v.IsNull() {
			r.Justification = strings.Clone(v.Str())
		}
	}},
	timeColumn("creation_time", func(r *Request) *time.Time { return &r.Created }),
	{"creation_method", textForm, func(*Request) edm.Value { return edm.String(CreationMethod) }, func(*Request, edm.Value) {}},
	intColumn("requested_ttl_s", func(r *Request) *int64 { return &r.TTL }),
	timeColumn("requested_time", func(r *Request) *time.Time { return &r.Wanted }),
	boolColumn("factor_needed", func(r *Request) *bool { return &r.FactorNeeded }),
	boolColumn("approval_needed", func(r *Request) *bool { return &r.ApprovalNeeded }),

	textColumn("factor_reference", func(r *Request) *string { return &r.FactorReference }),
	timeColumn("factor_due", func(r *Request) *time.Time { return &r.FactorDue }),
	timeColumn("factor_done", func(r *Request) *time.Time { return &r.FactorDone }),
	timeColumn("factor_failed", func(r *Request) *time.Time { return &r.FactorFailed }),
	timeColumn("approval_due", func(r *Request) *time.Time { return &r.ApprovalDue }),
	timeColumn("decided", func(r *Request) *time.Time { return &r.Decided }),
	boolColumn("approved", func(r *Request) *bool { return &r.Approved }),
	idColumn("decided_by", func(r *Request) *edm.GUID { return &r.DecidedBy }),
	timeColumn("start_time", func(r *Request) *time.Time { return &r.Start }),
	timeColumn("refused", func(r *Request) *time.Time { return &r.Refused }),
	timeColumn("grant_begun", func(r *Request) *time.Time { return &r.GrantBegun }),
	timeColumn("granted", func(r *Request) *time.Time { return &r.Granted }),
	timeColumn("ends", func(r *Request) *time.Time { return &r.Ends }),
	boolColumn("expires", func(r *Request) *bool { return &r.Expires }),
	timeColumn("closed", func(r *Request) *time.Time { return &r.Closed }),
	timeColumn("revoked", func(r *Request) *time.Time { return &r.Revoked }),
	timeColumn("expired", func(r *Request) *time.Time { return &r.Expired }),
	{"expiration_time", momentForm,
		func(r *Request) edm.Value { return edm.DateTimeFrom(r.Expiration.UTC()).Value() },
		func(r *Request, v edm.Value) { r.Expiration = v.DateTime().Instant() }},
	timeColumn("due", func(r *Request) *time.Time { return &r.Due }),
	intColumn("attempts", func(r *Request) *int64 { return &r.Attempts }),
	timeColumn("attempted", func(r *Request) *time.Time { return &r.Attempted }),
}

// firstFact is the first of the columns that change.
const firstFact = 13

// CreationMethod is how requests come into being, as clients read it.
const CreationMethod = "PAM Web API"

// rows are the statements about requests.
type rows struct {
	db                               sqldb.DB
	insert, update                   *sqldb.Statement
	byID, byApproval                 *sqldb.Statement // they lock the row
	read                             *sqldb.Statement
	activeOf, due, next, open        *sqldb.Statement
	addGroup, groups, alive, unended *sqldb.Statement
}

func newRows(db sqldb.DB) *rows {
	d := db.Dialect()
	var names, holes, sets []string
	var forms, facts []sqldb.Form
	for i, c := range requestColumns {
		names, forms = append(names, c.name), append(forms, c.form)
		holes = append(holes, "?"+strconv.Itoa(i+1))
		if i >= firstFact {
			facts = append(facts, c.form)
			sets = append(sets, c.name+" = ?"+strconv.Itoa(len(facts)))
		}
	}
	list := strings.Join(names, ", ")
	lock := ""
	if d == sqldb.PostgreSQL {
		lock = " FOR UPDATE"
	}
	statement := func(text string, params []sqldb.Form, columns []sqldb.Form) *sqldb.Statement {
		return sqldb.NewStatement(d, text, params, columns)
	}
	selects := func(where string, params ...sqldb.Form) *sqldb.Statement {
		return statement("SELECT "+list+" FROM pam_request WHERE "+where, params, forms)
	}
	return &rows{
		db:     db,
		insert: statement("INSERT INTO pam_request ("+list+") VALUES ("+strings.Join(holes, ", ")+")", forms, nil),
		update: statement("UPDATE pam_request SET "+strings.Join(sets, ", ")+" WHERE id = ?"+strconv.Itoa(len(facts)+1),
			append(facts, guidForm), nil),
		byID:       selects("id = ?1"+lock, guidForm),
		byApproval: selects("approval_id = ?1"+lock, guidForm),
		read:       selects("id = ?1", guidForm),
		activeOf: selects("creator_id = ?1 AND role_id = ?2 AND granted IS NOT NULL AND ends > ?3 AND closed IS NULL"+
			" AND refused IS NULL ORDER BY creation_time, id"+lock, guidForm, guidForm, momentForm),
		due:  statement("SELECT id, creator_id FROM pam_request WHERE due <= ?1 ORDER BY due, id LIMIT ?2", []sqldb.Form{momentForm, numberForm}, []sqldb.Form{guidForm, guidForm}),
		next: statement("SELECT due FROM pam_request WHERE due > ?1 ORDER BY due LIMIT 1", []sqldb.Form{momentForm}, []sqldb.Form{momentForm}),
		open: statement("SELECT role_id FROM pam_request WHERE creator_id = ?1 AND due IS NOT NULL AND "+statusText("?2")+
			" NOT IN ('Closed', 'Expired', 'Rejected')", []sqldb.Form{guidForm, momentForm}, []sqldb.Form{guidForm}),
		addGroup: statement("INSERT INTO pam_request_group (request_id, group_id, name, target) VALUES (?1, ?2, ?3, ?4)",
			[]sqldb.Form{guidForm, guidForm, textForm, textForm}, nil),
		groups: statement("SELECT group_id, name, target FROM pam_request_group WHERE request_id = ?1 ORDER BY name, group_id",
			[]sqldb.Form{guidForm}, []sqldb.Form{guidForm, textForm, textForm}),
		// What else of the user's keeps a group, and until when. A grant that was begun
		// counts as one, until it is known to have ended.
		alive: statement("SELECT g.group_id, MAX(r.ends) FROM pam_request r JOIN pam_request_group g ON g.request_id = r.id"+
			" WHERE r.creator_id = ?1 AND r.id <> ?2 AND r.grant_begun IS NOT NULL AND r.revoked IS NULL AND r.closed IS NULL"+
			" AND r.refused IS NULL AND r.ends > ?3 GROUP BY g.group_id",
			[]sqldb.Form{guidForm, guidForm, momentForm}, []sqldb.Form{guidForm, momentForm}),
		// Whether a closed request of a creator and a role still waits for its removal.
		unended: statement("SELECT id FROM pam_request WHERE creator_id = ?1 AND role_id = ?2 AND requested_ttl_s <> 0"+
			" AND closed IS NOT NULL AND grant_begun IS NOT NULL AND revoked IS NULL LIMIT 1", []sqldb.Form{guidForm, guidForm}, []sqldb.Form{guidForm}),
	}
}

func (s *rows) add(ctx context.Context, r *Request) error {
	cells := make([]edm.Value, len(requestColumns))
	for i := range requestColumns {
		cells[i] = requestColumns[i].get(r)
	}
	_, err := s.db.Exec(ctx, s.insert, cells)
	return err
}

// save stores the facts of a request that has been locked by find.
func (s *rows) save(ctx context.Context, r *Request) error {
	cells := make([]edm.Value, 0, len(requestColumns)-firstFact+1)
	for i := firstFact; i < len(requestColumns); i++ {
		cells = append(cells, requestColumns[i].get(r))
	}
	_, err := s.db.Exec(ctx, s.update, append(cells, r.ID.Value()))
	return err
}

// find reads one request, nil without one.
func (s *rows) find(ctx context.Context, by *sqldb.Statement, id edm.GUID) (*Request, error) {
	cells, err := sqldb.QueryOne(ctx, s.db, by, id.Value())
	if err != nil || cells == nil {
		return nil, err
	}
	return requestOf(cells), nil
}

func (s *rows) list(ctx context.Context, by *sqldb.Statement, args ...edm.Value) (list []*Request, err error) {
	err = sqldb.QueryEach(ctx, s.db, by, args, func(cells []edm.Value) error {
		list = append(list, requestOf(cells))
		return nil
	})
	return list, err
}

func requestOf(cells []edm.Value) *Request {
	r := new(Request)
	for i := range requestColumns {
		requestColumns[i].set(r, cells[i])
	}
	return r
}

// keepGroups stores the groups of a grant that is begun.
func (s *rows) keepGroups(ctx context.Context, r *Request, groups []Group) error {
	for _, g := range groups {
		if _, err := s.db.Exec(ctx, s.addGroup, []edm.Value{r.ID.Value(), g.ID.Value(), edm.String(g.Name), edm.String(g.Target)}); err != nil {
			return err
		}
	}
	return nil
}

// countOpen is how many requests of a user are open, in all and for one role.
func (s *rows) countOpen(ctx context.Context, user, role edm.GUID, now time.Time) (open, ofRole int, err error) {
	err = sqldb.QueryEach(ctx, s.db, s.open, []edm.Value{user.Value(), timeCell(now)}, func(c []edm.Value) error {
		open++
		if c[0].GUID() == role {
			ofRole++
		}
		return nil
	})
	return open, ofRole, err
}

// groupsOf are the groups that a grant was begun with.
func (s *rows) groupsOf(ctx context.Context, r *Request) (groups []Group, err error) {
	err = sqldb.QueryEach(ctx, s.db, s.groups, []edm.Value{r.ID.Value()}, func(c []edm.Value) error {
		groups = append(groups, Group{c[0].GUID(), strings.Clone(c[1].Str()), strings.Clone(c[2].Str())})
		return nil
	})
	return groups, err
}

// held are the groups that other grants of the creator keep, with their ends.
func (s *rows) held(ctx context.Context, r *Request, now time.Time) (map[edm.GUID]time.Time, error) {
	held := map[edm.GUID]time.Time{}
	err := sqldb.QueryEach(ctx, s.db, s.alive, []edm.Value{r.Creator.Value(), r.ID.Value(), timeCell(now)}, func(c []edm.Value) error {
		held[c[0].GUID()] = cellTime(c[1])
		return nil
	})
	return held, err
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
