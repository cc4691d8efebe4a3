package memory_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// TestChurnTakesNoRoom inserts and deletes for a long time.
func TestChurnTakesNoRoom(t *testing.T) {
	s := built(t)
	most := 0
	for i := range 3000 {
		id := fmt.Sprint(100 + i)
		if err := s.do(t.Context(), t, "insert Persons Id="+id+" Rank=1 | Manager=1 Liked=2", "delete Persons Id eq "+id); err != nil {
			t.Fatal(err)
		}
		most = max(most, memory.Numbers(s.sets["Persons"]))
	}
	if most > 400 {
		t.Errorf("three entities that stay and one that comes and goes took %d numbers", most)
	}
	s.look(t.Context(), t, "Persons", "Manager/Id eq 1 and (Liked/any(p: p/Id eq 1) or isof('Town.Chief')) > 2 3", "what stays is linked as before")
	s.look(t.Context(), t, "Tasks", "Owner/Id eq 1 > 1", "from other sets, too")
}

// TestWritesCopyLittle measures the memory that writes take in sets of two sizes,
// linked to one entity all of them.
func TestWritesCopyLittle(t *testing.T) {
	const writes = 200
	for _, n := range []int{1_000, 50_000} {
		s := city(t, n)
		q := s.query("Tasks")
		team := edm.GUID{15: 1}.Value()
		change := &odata.Change{Type: q.Type, Set: []odata.Assignment{{Property: q.Type.Property("TeamId"), Value: team}}}
		rank := &odata.Change{Set: assignments(s.typ("Persons"), "Rank=7")}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range writes {
			if _, err := s.sets["Tasks"].Inserter.Insert(t.Context(), q, change); err != nil {
				t.Fatal(err)
			}
			if _, err := s.sets["Persons"].Updater.Update(t.Context(), s.person(i*7%n), rank); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / (2 * writes); each > 40<<10 {
			t.Errorf("a write in a set of %d entities takes %d bytes: it must not copy what it leaves alone", n, each)
		} else {
			t.Logf("%d entities: %d bytes", n, each)
		}
	}
}
