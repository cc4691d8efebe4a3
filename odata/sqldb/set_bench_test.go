package sqldb_test

import (
	"fmt"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// BenchmarkSet reads one entity by its key, from a set of its own and from that of a
// store over the same table.
func BenchmarkSet(b *testing.B) {
	db := openSQLite(b)
	set := sqldb.Set[screw](db, "Screws")
	create(b, db, set)
	for i := range 1000 {
		execute(b, db, fmt.Sprintf(`INSERT INTO "Screws" VALUES (%d, 'M5', 'flat')`, i))
	}
	model := composed(b, set)
	store, err := sqldb.NewStore(db, model, sqldb.Column("Screws/No", "screw_no"))
	if err != nil {
		b.Fatal(err)
	}
	for _, source := range []struct {
		name string
		set  odata.EntitySet
	}{{"set", set}, {"store", store.Sets()[0]}} {
		q := queryOf(b, model, []odata.EntitySet{source.set}, "Screws(711)", "")
		b.Run(source.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if consume(b, source.set.Reader, q) != 1 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}
