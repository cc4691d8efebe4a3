package memory_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// alone does one write as a transaction of its own.
func (k *clerk) alone() {
	after, want, got := k.write(k.t.Context(), k.ledger.state)
	k.settle(after, want, got)
}

// settle compares the answer to a transaction, and turns the page if it is
// committed.
func (k *clerk) settle(after *page, want *odata.Error, got error) {
	k.t.Helper()
	if want == nil {
		if codes := k.ledger.wrongs(after); len(codes) > 0 {
			e := odata.AsError(got)
			if got == nil || e.Kind != odata.KindConflict || !slices.Contains(codes, e.Code) {
				k.t.Fatalf("got %v, want one of %v", got, codes)
			}
			k.tells["commit: "+e.Code]++
			return
		}
	}
	if !k.agree(want, got) {
		k.t.Fatalf("got %v, want %v", got, want)
	}
	if want == nil {
		clear(after.erased)
		k.ledger.state = after
	}
}

var errChangedMind = errors.New("changed my mind")

// together does some writes as one transaction, which fails at a random one or is
// to be committed.
func (k *clerk) together() (writes int) {
	p := k.ledger.state
	writes = 1 + k.IntN(10)
	fails := k.IntN(3) == 0
	err := k.shop.sets["Persons"].Transactor.Transact(k.t.Context(), func(ctx context.Context) error {
		for range writes {
			after, want, got := k.write(ctx, p)
			if !k.agree(want, got) {
				k.t.Fatalf("in a transaction: got %v, want %v", got, want)
			}
			if want == nil {
				p = after
			}
		}
		if k.IntN(40) == 0 {
			k.compareWithin(ctx, p)
		}
		if fails {
			return errChangedMind
		}
		return nil
	})
	if fails {
		k.tells["rolled back"]++
		if !errors.Is(err, errChangedMind) {
			k.t.Fatalf("got %v, want the error of the work", err)
		}
		return writes
	}
	k.settle(p.copied(), nil, err)
	return writes
}

// compareWithin compares what a transaction sees with the page it is writing, and
// what others see with the one before.
func (k *clerk) compareWithin(ctx context.Context, p *page) {
	k.compareAll(ctx, k.shop, p)
	k.compareAll(k.t.Context(), k.shop, k.ledger.state)
}

// TestWritesAgainstLedger writes at random into a store and into a ledger, alone
// and in transactions, and compares every answer, and now and then everything.
func TestWritesAgainstLedger(t *testing.T) {
	writes := 100_000
	if testing.Short() || raceEnabled {
		writes = 10_000
	}
	k := newClerk(t, 5)
	for done, compared := 0, 0; done < writes; {
		if k.IntN(4) == 0 {
			done += k.together()
		} else {
			k.alone()
			done++
		}
		if done-compared >= 500 {
			k.compareAll(t.Context(), k.shop, k.ledger.state)
			compared = done
		}
		if t.Failed() {
			t.Fatalf("after %d writes", done)
		}
	}
	k.compareAll(t.Context(), k.shop, k.ledger.state)
	t.Log(k.tells)
}

// TestHistoryLeavesNoTrace reads a store with a long history and one that was
// made of its last state: whatever is asked, they say the same.
func TestHistoryLeavesNoTrace(t *testing.T) {
	k := newClerk(t, 11)
	for range 6000 {
		k.alone()
	}
	fresh := openTown(t, k.shop.model, k.ledger.data())
	k.compareAll(t.Context(), fresh, k.ledger.state)
	asked := 0
	for _, tt := range []struct {
		set     string
		filters []string
		orders  []string
	}{
		{"Persons", []string{"", "Manager/Rank gt 15", "Owned/any(t: t/OwnerId eq t/Owner/Id)", "Liked/any(p: p/Manager ne null)", "Id eq 7", "Rank lt 9",
			"Manager/Id eq 3", "Notes/any()", "Home/Spot/X gt 5", "Age eq 3", "Badge ne null and Badge/Colour ne 's3'", "isof('Town.Chief')"},
			[]string{"", "Id", "Rank desc,Id", "Manager/Rank,Id", "Home/City,Id desc", "Name,Serial"}},
		{"Tasks", []string{"", "Owner/Name ne null", "Team/Edition eq 's3'", "Lines/any(l: l/No gt 5)", "OwnerId eq 4", "Owner/Id eq 4 and Version gt 1"},
			[]string{"", "Id", "Owner/Rank desc,Id", "Title,Id"}},
		{"Lines", []string{"", "Task/Owner/Rank gt 3", "TaskId eq 3L", "Task/Id eq 5L and No gt 3"}, []string{"", "TaskId,No", "No desc,TaskId", "Task/Title,TaskId,No"}},
		{"OldDocs", []string{"", "Tags/any(t: t/Code gt 's2')", "Tags/any(t: t/Code eq 's4')"}, []string{"", "Title desc,Id"}},
		{"Remarks", []string{"", "Line/Task/Team ne null", "Line/No eq 3"}, []string{"", "Line/No desc,Code"}},
	} {
		for _, filter := range tt.filters {
			for _, order := range tt.orders {
				q := k.shop.query(tt.set)
				q.Filter, q.OrderBy, q.Total = k.shop.filter(t, q.Type, filter), k.shop.order(t, q.Type, order), true
				if k.IntN(2) == 0 {
					q.Skip, q.Top = int64(k.IntN(4)), new(int64(k.IntN(8)))
				}
				rows, total, err := k.shop.read(t.Context(), q)
				want, wantTotal, wantErr := fresh.read(t.Context(), q)
				if err != nil || wantErr != nil || *total != *wantTotal {
					t.Fatalf("%s %s %s: %v of %v, %v, %v", tt.set, filter, order, total, wantTotal, err, wantErr)
				}
				if diff := cmp.Diff(keysOf(q, want), keysOf(q, rows)); diff != "" {
					t.Errorf("%s?$filter=%s&$orderby=%s (-fresh +old):\n%s", tt.set, filter, order, diff)
				}
				asked += len(rows)
			}
		}
	}
	if asked < 200 {
		t.Errorf("the questions had %d rows for an answer, too few to tell anything", asked)
	}
}

// data is what a store begins with that is to hold the ledger's state.
func (l *ledger) data() memory.Data {
	d := memory.Data{Entities: map[string][]memory.Entity{}}
	literal := func(set, key string) string {
		e := l.state.find(set, key)
		var parts []string
		for _, p := range e.typ.KeyProperties() {
			parts = append(parts, p.Name+"="+e.values[p.Name].String())
		}
		return strings.Join(parts, ",")
	}
	for set, list := range l.state.sets {
		for _, e := range list {
			made := memory.Entity{Type: e.typ.QualifiedName(), Values: maps.Clone(e.values)}
			maps.Copy(made.Values, e.dynamic)
			d.Entities[set] = append(d.Entities[set], made)
			for name, s := range e.streams {
				d.Streams = append(d.Streams, memory.Stream{Set: set, Key: literal(set, e.key()), Property: name, ContentType: s.contentType, Content: []byte(s.content)})
			}
		}
	}
	for i := range l.ties {
		t := &l.ties[i]
		nav := navAlong(l.model, t.a, 0)
		links := memory.Links{Set: t.sets[0], Navigation: nav.Name}
		for pair := range l.state.pairs[t.name] {
			links.Pairs = append(links.Pairs, [2]string{literal(t.sets[0], pair[0]), literal(t.sets[1], pair[1])})
		}
		if len(links.Pairs) > 0 {
			d.Links = append(d.Links, links)
		}
	}
	return d
}
