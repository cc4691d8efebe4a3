package memory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestPagesAfterWrites fills a set in no order and deletes much of it, so that its
// index has chunks of all sizes, and reads it page by page.
func TestPagesAfterWrites(t *testing.T) {
	s := emptyTown(t)
	r := rand.New(rand.NewPCG(4, 4))
	var want []int64
	for _, id := range r.Perm(4000) {
		if err := s.do(t.Context(), t, fmt.Sprintf("insert Persons Id=%d Rank=%d", id, id%7)); err != nil {
			t.Fatal(err)
		}
		want = append(want, int64(id))
	}
	for range 2500 {
		at := r.IntN(len(want))
		if want[at] > 3000 && r.IntN(4) > 0 {
			continue
		}
		if err := s.do(t.Context(), t, fmt.Sprintf("delete Persons Id eq %d", want[at])); err != nil {
			t.Fatal(err)
		}
		want = slices.Delete(want, at, at+1)
	}
	byRank := slices.Clone(want)
	slices.Sort(want)
	slices.SortFunc(byRank, func(a, b int64) int { return int(a%7-b%7)*10_000 + int(a-b) })
	for _, tt := range []struct {
		order string
		want  []int64
	}{{"Id", want}, {"Rank,Id", byRank}} {
		q := s.query("Persons")
		q.OrderBy, q.Top, q.Total = s.order(t, q.Type, tt.order), new(int64(97)), true
		var got []int64
		for {
			rows, total, err := s.read(t.Context(), q)
			if err != nil || *total != int64(len(want)) {
				t.Fatalf("%v of %d, %v", total, len(want), err)
			}
			if len(rows) == 0 {
				break
			}
			last := rows[len(rows)-1].Values
			q.After = positionOf(q, last)
			for _, row := range rows {
				got = append(got, row.Values[q.Field(q.Type.KeyProperties()[0])].Int())
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", tt.order, diff)
		}
		q.After, q.Skip = nil, 1000
		rows, _, err := s.read(t.Context(), q)
		if err != nil || len(rows) != 97 || rows[0].Values[0].Int() != tt.want[1000] {
			t.Errorf("by %s: beyond 1000 stand %d rows, %v", tt.order, len(rows), err)
		}
	}
}

// positionOf is where a row stands in the order of q, which is one of properties.
func positionOf(q *odata.Query, values []edm.Value) (position []edm.Value) {
	for _, o := range q.OrderBy {
		position = append(position, values[q.Field(o.By.(*odata.Member).Property)])
	}
	return position
}
