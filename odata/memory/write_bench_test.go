package memory_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// city is a town of n persons, each with a task, and all tasks are one team's.
func city(b testing.TB, n int) *shop {
	b.Helper()
	team := edm.GUID{15: 1}.Value()
	d := memory.Data{Entities: map[string][]memory.Entity{"Teams": {{Values: map[string]edm.Value{"Id": team, "Name": edm.String("all")}}}}}
	for i := range int32(n) {
		d.Entities["Persons"] = append(d.Entities["Persons"], memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(i), "Rank": edm.Int32(i % 100),
			"Name": edm.String("some name"), "Version": edm.Int32(1), "Serial": edm.Int64(int64(i))}})
		d.Entities["Tasks"] = append(d.Entities["Tasks"], memory.Entity{Values: map[string]edm.Value{"Id": edm.Int64(int64(i)), "OwnerId": edm.Int32(i),
			"TeamId": team, "Version": edm.Byte(1)}})
	}
	return openTown(b, testmodel.Town(b), d)
}

func eachSize(b *testing.B, bench func(b *testing.B, s *shop, n int)) {
	for _, n := range []int{1_000, 100_000} {
		s := city(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			bench(b, s, n)
		})
	}
}

func (s *shop) person(id int) *odata.Query {
	q := s.query("Persons")
	key := q.Type.Property("Id")
	q.Filter = binary(odata.Eq, &odata.Member{Of: odata.ItOf(q.Type), Property: key}, literal(edm.Int32(int32(id))))
	return q
}

func BenchmarkInsert(b *testing.B) {
	eachSize(b, func(b *testing.B, s *shop, _ int) {
		q := s.query("Persons")
		change := &odata.Change{Type: q.Type, Set: assignments(q.Type, "Name='new' Rank=1")}
		for b.Loop() {
			if _, err := s.sets["Persons"].Inserter.Insert(b.Context(), q, change); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkInsertLinked inserts entities that are all linked to one.
func BenchmarkInsertLinked(b *testing.B) {
	eachSize(b, func(b *testing.B, s *shop, _ int) {
		q := s.query("Tasks")
		change := &odata.Change{Type: q.Type, Set: assignments(q.Type, "OwnerId=1 TeamId=guid'00000000-0000-0000-0000-000000000001'")}
		for b.Loop() {
			if _, err := s.sets["Tasks"].Inserter.Insert(b.Context(), q, change); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	eachSize(b, func(b *testing.B, s *shop, n int) {
		change := &odata.Change{Set: assignments(s.typ("Persons"), "Rank=7")}
		i := 0
		for b.Loop() {
			if _, err := s.sets["Persons"].Updater.Update(b.Context(), s.person(i%n), change); err != nil {
				b.Fatal(err)
			}
			i += 7919
		}
	})
}

// BenchmarkDelete deletes and inserts in turn, so that the set keeps its size:
// the cost of the insert is in it.
func BenchmarkDelete(b *testing.B) {
	eachSize(b, func(b *testing.B, s *shop, n int) {
		change := &odata.Change{Type: s.typ("Persons"), Set: assignments(s.typ("Persons"), "Name='new' Rank=1")}
		q := s.query("Persons")
		i := 0
		for b.Loop() {
			if err := s.sets["Persons"].Deleter.Delete(b.Context(), s.person(i)); err != nil {
				b.Fatal(err)
			}
			if _, err := s.sets["Persons"].Inserter.Insert(b.Context(), q, change); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}

// BenchmarkTransact100 updates 100 entities in one transaction.
func BenchmarkTransact100(b *testing.B) {
	eachSize(b, func(b *testing.B, s *shop, n int) {
		change := &odata.Change{Set: assignments(s.typ("Persons"), "Rank=7")}
		i := 0
		for b.Loop() {
			err := s.transact(b.Context(), func(ctx context.Context) error {
				for range 100 {
					if _, err := s.sets["Persons"].Updater.Update(ctx, s.person(i%n), change); err != nil {
						return err
					}
					i += 7919
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkScan reads a whole set as it was loaded, and after each entity was
// changed.
func BenchmarkScan(b *testing.B) {
	const n = 100_000
	s := city(b, n)
	scan := func(b *testing.B) {
		q := s.query("Persons")
		b.ReportAllocs()
		for b.Loop() {
			if rows := drainStore(b, s, q); rows != n {
				b.Fatal(rows)
			}
		}
	}
	b.Run("loaded", scan)
	change := &odata.Change{Set: assignments(s.typ("Persons"), "Rank=7")}
	for i := range n {
		if _, err := s.sets["Persons"].Updater.Update(b.Context(), s.person(i*7919%n), change); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("changed", scan)
}
