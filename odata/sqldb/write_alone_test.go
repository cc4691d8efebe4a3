package sqldb_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// hurried is a database that counts transactions, and statements that are one.
type hurried struct {
	sqldb.LoneWriter
	mu              sync.Mutex
	transacts, lone int
}

func (db *hurried) Transact(ctx context.Context, work func(context.Context) error) error {
	db.mu.Lock()
	db.transacts++
	db.mu.Unlock()
	return db.LoneWriter.Transact(ctx, work)
}

func (db *hurried) QueryAlone(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	db.mu.Lock()
	if strings.HasPrefix(s.Text, "INSERT") {
		db.lone++
	}
	db.mu.Unlock()
	return db.LoneWriter.QueryAlone(ctx, s, args)
}

// TestInsertsAlone: an insert that is all of its transaction, and leaves nothing to be
// looked at, is one statement without a transaction around it.
func TestInsertsAlone(t *testing.T) {
	const team = "guid'00000000-0000-0000-0000-000000000001'"
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			lone, ok := d.open(t).(sqldb.LoneWriter)
			if !ok {
				t.Fatal("the database has no short way")
			}
			db := &hurried{LoneWriter: lone}
			h := newTownhall(t, db)
			if _, err := h.insert(t.Context(), "Teams", "Id="+team+" Name='A'"); err != nil {
				t.Fatal(err)
			}
			inserts := func(set string) bool {
				inserter, ok := h.sets[set].Inserter.(odata.LoneInserter)
				return ok && inserter.InsertsAlone(h.model.DefaultContainer().EntitySet(set).Type())
			}
			for _, tt := range []struct {
				name, set, values string
				alone             bool
				code              string
				why               string
			}{
				{"entity", "Notes", "Id=1 Text='x'", true, "", ""},
				{"key exists", "Notes", "Id=1 Text='y'", true, "KeyExists", ""},
				{"key missing", "Tags", "", true, "KeyMissing", ""},
				{"computed", "Remarks", "Code='c' LineTask=null", true, "", "one statement computes it"},
			} {
				t.Run(tt.name, func(t *testing.T) {
					if inserts(tt.set) != tt.alone {
						t.Fatalf("%s: InsertsAlone is %v, want %v (%s)", tt.set, !tt.alone, tt.alone, tt.why)
					}
					db.transacts, db.lone = 0, 0
					_, err := h.insert(t.Context(), tt.set, tt.values)
					code := ""
					if err != nil {
						code = odata.AsError(err).Code
					}
					if code != tt.code || db.transacts > 0 == tt.alone {
						t.Errorf("%s %s: %v with %d transactions and %d statements alone, want the code %q (%s)",
							tt.set, tt.values, err, db.transacts, db.lone, tt.code, tt.why)
					}
				})
			}
			t.Run("same errors", func(t *testing.T) {
				const values = "Id=77 TeamId=guid'00000000-0000-0000-0000-00000000000f'"
				_, bare := h.insert(t.Context(), "Tasks", values)
				within := h.store.Transact(t.Context(), func(ctx context.Context) error {
					_, err := h.insert(ctx, "Tasks", values)
					return err
				})
				got, want := odata.AsError(bare), odata.AsError(within)
				if got.Code != "DanglingReference" || want.Code != got.Code || got.Detail != want.Detail || got.Target != want.Target {
					t.Errorf("there is no such team: %v (%s), in a transaction %v (%s)", got, got.Detail, want, want.Detail)
				}
			})
			t.Run("within", func(t *testing.T) {
				db.lone = 0
				err := h.store.Transact(t.Context(), func(ctx context.Context) error {
					_, err := h.insert(ctx, "Notes", "Id=5 Text='x'")
					return err
				})
				if err != nil || db.lone > 0 {
					t.Errorf("%v, and %d statements were alone in a transaction", err, db.lone)
				}
			})
		})
	}
}
