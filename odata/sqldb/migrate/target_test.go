package migrate

import (
	"cmp"
	"path/filepath"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// TestCompareDecimals orders decimals as package sqlite does, in both directions: an
// index that a migration fills is one that a service searches.
func TestCompareDecimals(t *testing.T) {
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &sqldb.Statement{Text: `SELECT ?1 < ?2 COLLATE odata_decimal, ?1 = ?2 COLLATE odata_decimal`,
		Params:  []sqldb.Form{{Kind: edm.KindString}, {Kind: edm.KindString}},
		Columns: []sqldb.Form{{Kind: edm.KindBoolean}, {Kind: edm.KindBoolean}}}
	texts := []string{"", "-", "0", "-0", "0.0", "00", "1", "-1", "1.", ".5", "0.5", "0.50", "2.5", "10", "-10", "9", "-9.99", "1e3", "+1", "1/2", "x", "1 ",
		"123456789012345678901234567890123456789012345678901234567890.1", "123456789012345678901234567890123456789012345678901234567890.10"}
	for _, a := range texts {
		for _, b := range texts {
			rows, err := db.Query(t.Context(), s, []edm.Value{edm.String(a), edm.String(b)})
			if err != nil {
				t.Fatal(err)
			}
			var cells [2]edm.Value
			if _, err := rows.Next(cells[:]); err != nil {
				t.Fatal(err)
			}
			want := 1
			if cells[0].Bool() {
				want = -1
			} else if cells[1].Bool() {
				want = 0
			}
			rows.Close()
			if got := cmp.Compare(compareDecimals(a, b), 0); got != want {
				t.Errorf("%q and %q: %d, package sqlite says %d", a, b, got, want)
			}
		}
	}
}

// TestThenOpen migrates a file and opens it by the driver of services.
func TestThenOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	source := files(`CREATE TABLE price (amount TEXT COLLATE odata_decimal PRIMARY KEY) WITHOUT ROWID;` + "\nINSERT INTO price VALUES ('10'), ('9.5'), ('-2.50');")
	source["postgres/0001_step.sql"].Data = []byte("-- +goose Up\n")
	if _, err := Up(t.Context(), "sqlite://"+path, source); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{"PRAGMA integrity_check": "ok", "SELECT max(amount) FROM price WHERE amount < '9.51' ORDER BY amount": "9.5"} {
		rows, err := db.Query(t.Context(), &sqldb.Statement{Text: query, Columns: []sqldb.Form{{Kind: edm.KindString}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var cells [1]edm.Value
		if _, err := rows.Next(cells[:]); err != nil || cells[0].Str() != want {
			t.Errorf("%s: %v, %v: want %q", query, cells[0], err, want)
		}
		rows.Close()
	}
}
