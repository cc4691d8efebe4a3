package sqldb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// phase is a status with a type of its own.
type phase string

// ticket has facts that clients do not see, and properties made of them.
type ticket struct {
	_     struct{} `odata:"Ticket"`
	ID    int32    `odata:"TicketId,key" db:"ticket_id"`
	Owner string   `db:"owner_name"`
	Phase phase
	Left  *int64 // seconds, for its owner

	Ends   time.Time `odata:"-"`
	Closed time.Time `odata:"-"`
}

func (t *ticket) phase(now time.Time) phase {
	switch {
	case !t.Closed.IsZero():
		return "Closed"
	case now.Before(t.Ends):
		return "Active"
	}
	return "Expired"
}

var facts = map[string]edm.Kind{"ends_s": edm.KindInt64, "closed_at": edm.KindDateTimeOffset}

// seconds are those of the instant since 1970.
var seconds = &typed.Param{Kind: edm.KindInt64, Value: func(ctx context.Context) edm.Value { return edm.Int64(odata.Now(ctx).Unix()) }}

var ticketPhase = typed.Computed("Phase", typed.Expression{
	SQL:     `CASE WHEN {closed_at} IS NOT NULL THEN 'Closed' WHEN {ends_s} > {:now} THEN 'Active' ELSE 'Expired' END`,
	Params:  map[string]*typed.Param{"now": seconds},
	Columns: facts,
}, func(ctx context.Context, t *ticket) phase { return t.phase(odata.Now(ctx)) })

var ticketLeft = typed.Computed("Left", typed.Expression{
	SQL:     `CASE WHEN {owner_name} = {:caller} AND {ends_s} > {:now} THEN {ends_s} - {:now} END`,
	Params:  map[string]*typed.Param{"now": seconds, "caller": caller},
	Columns: facts,
}, func(ctx context.Context, t *ticket) *int64 {
	p, _ := odata.PrincipalFrom(ctx)
	if now := odata.Now(ctx); t.Owner == p.Name && t.Ends.After(now) {
		return new(t.Ends.Unix() - now.Unix())
	}
	return nil
})

// tickets are the same rows in a table and in memory.
func tickets(t testing.TB, db sqldb.DB, n int) (stored, held odata.EntitySet) {
	t.Helper()
	stored = sqldb.Set[ticket](db, "Tickets", sqldb.TableName("ticket"), sqldb.Computed(ticketPhase), sqldb.Computed(ticketLeft))
	create(t, db, stored)
	rng := rand.New(rand.NewPCG(8, 8))
	rows := make([]ticket, n)
	for i := range rows {
		r := &rows[i]
		r.ID, r.Owner = int32(i), []string{"Ann", "Bob"}[rng.IntN(2)]
		r.Ends = day.Add(time.Duration(rng.IntN(20)-10) * time.Second)
		closed := "NULL"
		if rng.IntN(4) == 0 {
			r.Closed = day
			closed = "'2016-02-29T12:00:00'"
		}
		execute(t, db, fmt.Sprintf(`INSERT INTO ticket (ticket_id, "owner_name", ends_s, closed_at) VALUES (%d, '%s', %d, %s)`, r.ID, r.Owner, r.Ends.Unix(), closed))
	}
	return stored, memory.Set("Tickets", rows, memory.Computed(ticketPhase), memory.Computed(ticketLeft))
}

// TestComputedSet asks a set over a table and one over structs the same, at random
// instants; they have the properties from one definition.
func TestComputedSet(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			stored, held := tickets(t, d.open(t), 200)
			if !stored.ReadsInstant || !held.ReadsInstant {
				t.Error("the sets do not say that they ask for the instant")
			}
			if err := sqldb.Check(t.Context(), stored); err != nil {
				t.Error(err)
			}
			model, other := composed(t, stored), composed(t, held)
			rng := rand.New(rand.NewPCG(9, 9))
			for range queries(500) {
				ctx := odata.WithPrincipal(t.Context(), odata.Principal{Name: []string{"Ann", "Bob", "Eve"}[rng.IntN(3)]})
				ctx = odata.WithInstant(ctx, day.Add(time.Duration(rng.IntN(24)-12)*time.Second))
				condition := func() string {
					return []string{"Phase eq 'Active'", "Phase ne 'Expired'", "Left gt 3", "Left eq null", "Owner eq 'Ann'", "not (Left le 5)", "Phase lt 'B'"}[rng.IntN(7)]
				}
				options := "$filter=" + condition() + []string{" and ", " or "}[rng.IntN(2)] + condition() +
					"&$orderby=" + []string{"Phase", "Left desc", "Left", "Owner,Phase desc"}[rng.IntN(4)] + ",TicketId" +
					[]string{"", "&$top=7&$skip=3", "&$inlinecount=allpages&$top=2"}[rng.IntN(3)]
				want := answersOf(t, ctx, []odata.EntitySet{held}, other, "Tickets", options)
				if got := answersOf(t, ctx, []odata.EntitySet{stored}, model, "Tickets", options); got != want {
					t.Fatalf("%s:\ngot  %s\nwant %s", options, got, want)
				}
			}
		})
	}
}

// A set with computed properties is written as others are.
func TestComputedSetWrites(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			stored, _ := tickets(t, d.open(t), 1)
			stored.Guard = odata.Public()
			svc := serving(t, stored)
			for _, tt := range []struct{ method, target, body, want, why string }{
				{"POST", "Tickets", `{"TicketId":7,"Owner":"Ann","Phase":"Closed"}`, `201 {"TicketId":7,"Owner":"Ann","Phase":"Expired","Left":null}`, "Phase is never null, and need not be given"},
				{"GET", "Tickets(7)/Phase/$value", "", "200 Expired", ""},
				{"PATCH", "Tickets(7)", `{"Owner":"Bob","Phase":"Closed"}`, `200 {"TicketId":7,"Owner":"Bob","Phase":"Expired","Left":null}`, ""},
				{"GET", "$metadata", "", `Name="Phase"`, ""},
			} {
				if got := ask(svc, tt.method, tt.target, tt.body, "Prefer", "return-content"); !strings.Contains(got, tt.want) {
					t.Errorf("%s %s answers %s, want %s (%s)", tt.method, tt.target, got, tt.want, tt.why)
				}
			}
			p := composed(t, stored).DefaultContainer().EntitySet("Tickets").Type().Property("Phase")
			if p.IsWritable(true) || p.IsWritable(false) {
				t.Error("the property can be written")
			}
			change := &odata.Change{Set: []odata.Assignment{{Property: p, Value: edm.String("Closed")}}}
			model := composed(t, stored)
			change.Set[0].Property = model.DefaultContainer().EntitySet("Tickets").Type().Property("Phase")
			if _, err := stored.Updater.Update(t.Context(), queryOf(t, model, []odata.EntitySet{stored}, "Tickets(7)", ""), change); err == nil || odata.AsError(err).Kind != odata.KindInternal {
				t.Errorf("writing what is computed yields %v", err)
			}
		})
	}
}

// Mistakes surface in the schema.
func TestComputedSetMistakes(t *testing.T) {
	type tagged struct {
		ID    int32 `odata:",key"`
		Phase phase `db:"phase"`
	}
	type token struct {
		ID int32 `odata:",key"`
		V  int32 `odata:",etag"`
	}
	e := typed.Expression{SQL: "'x'"}
	none := func(context.Context, *ticket) phase { return "" }
	for _, tt := range []struct {
		name string
		set  func(sqldb.DB) odata.EntitySet
		want string
	}{
		{"another type", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed("Phase", e, func(context.Context, *ticket) string { return "" })))
		}, "return the type of the field"},
		{"another struct", func(db sqldb.DB) odata.EntitySet { return sqldb.Set[tagged](db, "T", sqldb.Computed(ticketPhase)) }, "for that type"},
		{"for stores", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.ComputedValue("T/Phase", e, nil, nothing)))
		}, "for that type"},
		{"no property", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed("Ends", e, func(context.Context, *ticket) time.Time { return day })))
		}, `no property "Ends"`},
		{"no function", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed[ticket, phase]("Phase", e, nil)))
		}, "value is nil"},
		{"key", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed("TicketId", e, func(context.Context, *ticket) int32 { return 0 })))
		}, "a key is stored"},
		{"token", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[token](db, "T", sqldb.Computed(typed.Computed("V", e, func(context.Context, *token) int32 { return 0 })))
		}, "concurrency token"},
		{"twice", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed("Phase", e, none)), sqldb.Computed(typed.Computed("Phase", e, none)))
		}, "computed twice"},
		{"a column", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[tagged](db, "T", sqldb.Computed(typed.Computed("Phase", e, func(context.Context, *tagged) phase { return "" })))
		}, "remove the tag db"},
		{"no SQL", func(db sqldb.DB) odata.EntitySet {
			return sqldb.Set[ticket](db, "T", sqldb.Computed(typed.Computed("Phase", typed.Expression{}, none)))
		}, "there is no SQL for SQLite"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if set := tt.set(new(noDB)); set.Schema.Err == nil || !strings.Contains(set.Schema.Err.Error(), tt.want) {
				t.Errorf("the mistakes are %v, want %s", set.Schema.Err, tt.want)
			}
		})
	}
}

// BenchmarkComputed filters by a status, that is computed or stored, in 10,000 rows of
// which 20 match, and orders by the key.
func BenchmarkComputed(b *testing.B) {
	for _, d := range databases {
		b.Run(d.name, func(b *testing.B) {
			db := d.open(b)
			type plain struct {
				_     struct{} `odata:"Plain"`
				ID    int32    `odata:"TicketId,key" db:"ticket_id"`
				Owner string   `db:"owner_name"`
				Phase string   `db:"owner_name2"`
			}
			computed, _ := tickets(b, db, 0)
			var insert strings.Builder
			insert.WriteString(`INSERT INTO ticket (ticket_id, owner_name, ends_s) VALUES (0, 'Ann', 0)`)
			for i := 1; i < 10_000; i++ {
				ends := day.Unix() - int64(i)
				if i%500 == 0 {
					ends = day.Unix() + 1000
				}
				fmt.Fprintf(&insert, ", (%d, 'Ann', %d)", i, ends)
			}
			execute(b, db, insert.String(), `ALTER TABLE ticket ADD COLUMN "owner_name2" TEXT`,
				fmt.Sprintf(`UPDATE ticket SET owner_name2 = CASE WHEN ends_s > %d THEN 'Active' ELSE 'Expired' END`, day.Unix()))
			stored := sqldb.Set[plain](db, "Plain", sqldb.TableName("ticket"))
			ctx := odata.WithInstant(context.Background(), day)
			for _, tt := range []struct {
				name, path string
				set        odata.EntitySet
			}{{"computed", "Tickets", computed}, {"stored", "Plain", stored}} {
				q := queryOf(b, composed(b, tt.set), []odata.EntitySet{tt.set}, tt.path, escaped("$filter=Phase eq 'Active'&$orderby=TicketId&$select=TicketId,Phase"))
				b.Run(tt.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						result, err := tt.set.Reader.Read(ctx, q)
						if err != nil {
							b.Fatal(err)
						}
						n := 0
						for _, err := range result.Rows {
							if err != nil {
								b.Fatal(err)
							}
							n++
						}
						if n != 19 {
							b.Fatal(n)
						}
					}
				})
			}
		})
	}
}

// Rows are read without allocation for what is computed.
func TestComputedAllocations(t *testing.T) {
	stored, held := tickets(t, openSQLite(t), 400)
	ctx := odata.WithInstant(odata.WithPrincipal(t.Context(), odata.Principal{Name: "Eve"}), day)
	for _, set := range []odata.EntitySet{stored, held} {
		model := composed(t, set)
		read := func(top int) float64 {
			q := queryOf(t, model, []odata.EntitySet{set}, "Tickets", fmt.Sprintf("$top=%d", top))
			return testing.AllocsPerRun(20, func() {
				result, err := set.Reader.Read(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, err := range result.Rows {
					if err != nil {
						t.Fatal(err)
					}
				}
			})
		}
		few, many := read(10), read(400)
		if many > few+5 {
			t.Errorf("%T: 10 rows take %v allocations, 400 rows %v", set.Reader, few, many)
		}
	}
}
