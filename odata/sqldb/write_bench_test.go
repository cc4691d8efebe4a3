package sqldb_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// BenchmarkWrite measures writes of a store beside the same statements without it,
// each in a transaction of its own.
func BenchmarkWrite(b *testing.B) {
	for _, d := range databases {
		db := d.open(b)
		h := newTownhall(b, db)
		seals := h.sets["Seals"]
		q := h.target("Seals", "")
		id, motto := q.Type.Property("Id"), q.Type.Property("Motto")
		next := int32(0)
		insert := func(ctx context.Context) error {
			next++
			_, err := seals.Inserter.Insert(ctx, q, &odata.Change{Type: q.Type, Set: []odata.Assignment{
				{Property: id, Value: edm.Int32(next)}, {Property: motto, Value: edm.String("a motto")}}})
			return err
		}
		update := func(ctx context.Context) error {
			_, err := seals.Updater.Update(ctx, h.targetOf("Seals", id, edm.Int32(1)), &odata.Change{Set: []odata.Assignment{{Property: motto, Value: edm.String("another")}}})
			return err
		}
		mark := func(n int) string {
			if d.name == "SQLite" {
				return fmt.Sprintf("?%d", n)
			}
			return fmt.Sprintf("$%d", n)
		}
		number, text := sqldb.Form{Kind: edm.KindInt32}, sqldb.Form{Kind: edm.KindString}
		inserting := &sqldb.Statement{Text: `INSERT INTO "Seals" ("Id", "Motto") VALUES (` + mark(1) + ", " + mark(2) + `) RETURNING "Id", "Motto"`,
			Params: []sqldb.Form{number, text}, Columns: []sqldb.Form{number, text}}
		updating := &sqldb.Statement{Text: `UPDATE "Seals" SET "Motto" = ` + mark(2) + ` WHERE "Id" = ` + mark(1) + ` RETURNING "Id", "Motto"`,
			Params: []sqldb.Form{number, text}, Columns: []sqldb.Form{number, text}}
		byHand := func(ctx context.Context, s *sqldb.Statement, args ...edm.Value) error {
			return db.Transact(ctx, func(ctx context.Context) error {
				rows, err := db.Query(ctx, s, args)
				if err != nil {
					return err
				}
				var cells [2]edm.Value
				if _, err := rows.Next(cells[:]); err != nil {
					return err
				}
				return rows.Close()
			})
		}
		for _, bb := range []struct {
			name string
			do   func(ctx context.Context) error
		}{
			{"insert", insert},
			{"insert by hand", func(ctx context.Context) error {
				next++
				return byHand(ctx, inserting, edm.Int32(next), edm.String("a motto"))
			}},
			{"update", update},
			{"update by hand", func(ctx context.Context) error {
				return byHand(ctx, updating, edm.Int32(1), edm.String("another"))
			}},
		} {
			b.Run(d.name+"/"+bb.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := bb.do(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
