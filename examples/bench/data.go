package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A request is one row of the table that is asked for.
type request struct {
	id, role, creatorID edm.GUID
	creator             string
	justification       string // empty: null
	ttl                 int64
	created, expires    edm.DateTime // expires zero: null
	status              string
	verified            bool
}

var statuses = []string{"Active", "Closed", "Expired", "PendingApproval"}

// needle occurs in one justification of 2,000.
const needle = "ticket 4711"

// A source makes the same rows each time.
type source struct {
	rng     *rand.Rand
	roles   []edm.GUID
	creator []edm.GUID
}

func newSource(roles int) *source {
	s := &source{rng: rand.New(rand.NewPCG(8086, 3))}
	for range roles {
		s.roles = append(s.roles, s.guid())
	}
	for range 500 {
		s.creator = append(s.creator, s.guid())
	}
	return s
}

func (s *source) guid() (g edm.GUID) {
	for i := range g {
		g[i] = byte(s.rng.Uint32())
	}
	g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80
	return g
}

// epoch is 2015-01-01T00:00:00 in ticks.
const epoch = 635_556_672_000_000_000

func (s *source) next(i int) request {
	r := request{id: s.guid(), role: s.roles[s.rng.IntN(len(s.roles))], ttl: int64(s.rng.IntN(48)+1) * 900,
		status: statuses[s.rng.IntN(len(statuses))], verified: s.rng.IntN(2) == 0}
	who := s.rng.IntN(len(s.creator))
	r.creatorID, r.creator = s.creator[who], "PRIV\\user"+strconv.Itoa(who)
	switch {
	case i%2000 == 77:
		r.justification = fmt.Sprintf("Incident %d: %s needs the \"blue\" server", i, needle)
	case i%10 != 0:
		r.justification = fmt.Sprintf("Maintenance window %d of the file servers in building %d", i, i%37)
	}
	ticks := epoch + int64(s.rng.IntN(300_000_000))*edm.TicksPerSecond
	r.created, _ = edm.NewDateTime(ticks, edm.NoZone)
	if i%4 != 0 {
		r.expires, _ = edm.NewDateTime(ticks+r.ttl*edm.TicksPerSecond, edm.NoZone)
	}
	return r
}

func (r *request) values() []edm.Value {
	justification, expires := edm.Null, edm.Null
	if r.justification != "" {
		justification = edm.String(r.justification)
	}
	if r.expires != (edm.DateTime{}) {
		expires = r.expires.Value()
	}
	return []edm.Value{r.id.Value(), r.role.Value(), r.creatorID.Value(), edm.String(r.creator), justification, edm.Int64(r.ttl),
		r.created.Value(), expires, edm.String(r.status), edm.Boolean(r.verified)}
}

var (
	requestColumns = []string{"RequestId", "RoleId", "CreatorId", "Creator", "Justification", "RequestedTTL", "CreationTime", "ExpirationTime", "RequestStatus", "MFAVerified"}
	requestForms   = formsOf(edm.KindGuid, edm.KindGuid, edm.KindGuid, edm.KindString, edm.KindString, edm.KindInt64, edm.KindDateTime, edm.KindDateTime, edm.KindString, edm.KindBoolean)
	roleColumns    = []string{"RoleId", "DisplayName", "Description", "TTL", "MFAEnabled"}
	roleForms      = formsOf(edm.KindGuid, edm.KindString, edm.KindString, edm.KindInt64, edm.KindBoolean)
)

func formsOf(kinds ...edm.Kind) []sqldb.Form {
	forms := make([]sqldb.Form, len(kinds))
	for i, k := range kinds {
		forms[i].Kind = k
	}
	return forms
}

// indexes are what an owner of these tables would add for the questions asked,
// beside those of the store's own schema.
var indexes = []string{
	`CREATE INDEX "Requests_status" ON "Requests" ("RequestStatus", "CreationTime", "RequestId", "RequestedTTL")`,
}

// fill makes the tables in an empty database, as the store wants them, and the
// rows.
func fill(ctx context.Context, db sqldb.DB, rows, roles int) error {
	model, err := newModel()
	if err != nil {
		return err
	}
	store, err := sqldb.NewStore(db, model)
	if err != nil {
		return err
	}
	for _, text := range append(store.Schema(db.Dialect()), indexes...) {
		if _, err := db.Exec(ctx, &sqldb.Statement{Text: text}, nil); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	src := newSource(roles)
	roleRows := make([]edm.Value, 0, roles*len(roleColumns))
	for i, id := range src.roles {
		roleRows = append(roleRows, id.Value(), edm.String(fmt.Sprintf("Role %d", i)), edm.String(fmt.Sprintf("May administer the servers of group %d", i)),
			edm.Int64(int64(i%24+1)*3600), edm.Boolean(i%3 == 0))
	}
	return db.Transact(ctx, func(ctx context.Context) error {
		if err := insert(ctx, db, "Roles", roleColumns, roleForms, roleRows); err != nil {
			return err
		}
		const batch = 500
		for first := 0; first < rows; first += batch {
			var values []edm.Value
			for i := first; i < min(first+batch, rows); i++ {
				r := src.next(i)
				values = append(values, r.values()...)
			}
			if err := insert(ctx, db, "Requests", requestColumns, requestForms, values); err != nil {
				return err
			}
		}
		return nil
	})
}

// insert inserts rows with one statement.
func insert(ctx context.Context, db sqldb.DB, table string, columns []string, forms []sqldb.Form, values []edm.Value) error {
	mark := "$"
	if db.Dialect() == sqldb.SQLite {
		mark = "?"
	}
	var text strings.Builder
	fmt.Fprintf(&text, `INSERT INTO "%s" ("%s") VALUES `, table, strings.Join(columns, `", "`))
	s := sqldb.Statement{}
	for i := range values {
		switch {
		case i%len(columns) != 0:
			text.WriteString(", ")
		case i == 0:
			text.WriteString("(")
		default:
			text.WriteString("), (")
		}
		text.WriteString(mark + strconv.Itoa(i+1))
		s.Params = append(s.Params, forms[i%len(columns)])
	}
	s.Text = text.String() + ")"
	_, err := db.Exec(ctx, &s, values)
	return err
}
