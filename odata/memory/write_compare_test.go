package memory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// agree reports that an answer is what it should be.
func (k *clerk) agree(want *odata.Error, got error) bool {
	if want == nil {
		k.tells["ok"]++
		return got == nil
	}
	k.tells[want.Code]++
	return errors.Is(got, want)
}

func (k *clerk) compareRow(set string, e *entry, row odata.Row, want *odata.Error, got error) {
	if want != nil || got != nil {
		return
	}
	if text := k.difference(k.shop.query(set), e, row); text != "" {
		k.t.Errorf("the row of %s(%s) that the write returned: %s", set, e.key(), text)
	}
}

// difference says in what a row is not what an entry says.
func (k *clerk) difference(q *odata.Query, e *entry, row odata.Row) string {
	if row.Type != e.typ {
		return fmt.Sprintf("type %v, want %v", row.Type.Name, e.typ.Name)
	}
	for i, p := range q.Fields {
		if want := e.values[p.Name]; !row.Values[i].Equal(want) {
			return fmt.Sprintf("%s is %v, want %v", p.Name, row.Values[i], want)
		}
	}
	names := slices.Sorted(maps.Keys(e.dynamic))
	if len(names) != len(row.Dynamic) {
		return fmt.Sprintf("dynamic properties %v, want %v", row.Dynamic, e.dynamic)
	}
	for i, name := range names {
		if row.Dynamic[i].Name != name || !row.Dynamic[i].Value.Equal(e.dynamic[name]) {
			return fmt.Sprintf("dynamic properties %v, want %v", row.Dynamic, e.dynamic)
		}
	}
	if _, has := e.streams[""]; has != (row.Media != nil) {
		return fmt.Sprintf("media resource: %v, want %v", row.Media, has)
	}
	return ""
}

// compareAll compares everything that s says under ctx with a page.
func (k *clerk) compareAll(ctx context.Context, s *shop, p *page) {
	k.t.Helper()
	for _, set := range k.names {
		q := s.query(set)
		rows, _, err := s.read(ctx, q)
		if err != nil || len(rows) != len(p.sets[set]) {
			k.t.Fatalf("%s: %d rows, want %d (%v)", set, len(rows), len(p.sets[set]), err)
		}
		var keys []odata.Key
		for i, e := range p.sets[set] {
			if text := k.difference(q, e, rows[i]); text != "" {
				k.t.Fatalf("%s: row %d, %s: %s", set, i, e.key(), text)
			}
			keys = append(keys, e.keyValues())
			if s.sets[set].Streamer == nil {
				continue
			}
			for _, name := range []string{"", "Thumb"} {
				var got deposit
				m, err := s.sets[set].Streamer.Open(ctx, k.target(set, e.keyValues()), e.typ.Property(name))
				if err == nil {
					got = deposit{m.ContentType, string(must(io.ReadAll(m.Content)))}
				}
				if got != e.streams[name] {
					k.t.Fatalf("%s(%s)/%s: %q, want %q", set, e.key(), name, got, e.streams[name])
				}
			}
		}
		k.compareOrder(ctx, s, p, set)
		for _, nav := range k.navs[set] {
			k.compareLinks(ctx, s, p, set, nav, keys)
		}
	}
}

func (k *clerk) compareLinks(ctx context.Context, s *shop, p *page, set string, nav *metadata.NavigationProperty, keys []odata.Key) {
	k.t.Helper()
	tie, end := k.ledger.tie(set, nav)
	q := s.query(tie.sets[1-end])
	var got, want bytes.Buffer
	for edge, err := range s.sets[set].Navigator.Navigate(ctx, nav, keys, q) {
		if err != nil {
			k.t.Fatal(err)
		}
		var key odata.Key
		for _, p := range q.Type.KeyProperties() {
			key = append(key, edge.Row.Values[q.Field(p)])
		}
		fmt.Fprintf(&got, "%d>%s ", edge.From, textOf(key))
	}
	for i, key := range keys {
		for _, other := range p.linked(tie, end, textOf(key)) {
			fmt.Fprintf(&want, "%d>%s ", i, other)
		}
	}
	if got.String() != want.String() {
		k.t.Fatalf("%s along %s:\n%s, want\n%s", set, tie.name, &got, &want)
	}
}

// compareOrder reads a set by its key, which the index does, and by its last
// property, which the index remembers until the set changes.
func (k *clerk) compareOrder(ctx context.Context, s *shop, p *page, set string) {
	k.t.Helper()
	key := s.typ(set).KeyProperties()
	all := s.typ(set).StructuralProperties()
	for _, by := range [][]*metadata.Property{key, append([]*metadata.Property{all[len(all)-1]}, key...)} {
		q := s.query(set)
		for _, p := range by {
			q.OrderBy = append(q.OrderBy, odata.Order{By: &odata.Member{Of: odata.ItOf(q.Type), Property: p}})
		}
		rows, _, err := s.read(ctx, q)
		ordered := slices.Clone(p.sets[set])
		slices.SortFunc(ordered, func(a, b *entry) int {
			for _, p := range by {
				if order := edm.Order(a.values[p.Name], b.values[p.Name]); order != 0 {
					return order
				}
			}
			return 0
		})
		if err != nil || len(rows) != len(ordered) {
			k.t.Fatalf("%s by %s: %d rows, %v", set, by[0].Name, len(rows), err)
		}
		for i := range rows {
			if text := k.difference(q, ordered[i], rows[i]); text != "" {
				k.t.Fatalf("%s by %s: row %d: %s", set, by[0].Name, i, text)
			}
		}
	}
}
