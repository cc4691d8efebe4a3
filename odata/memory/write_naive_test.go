package memory_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A ledger is a naive store: lists of entities that are searched from end to
// end, and sets of pairs of keys. Links that follow from values are kept nowhere,
// but looked for whenever one asks. It shares nothing with the store but the
// contract.
type ledger struct {
	model *metadata.Model
	state *page
	ties  []tie
}

// A page is one state. Its entries are never changed, only replaced.
type page struct {
	sets     map[string][]*entry
	pairs    map[string]map[[2]string]bool // by association set
	counters map[string]int64              // the greatest numbers, by set/property
	erased   map[string]bool               // set(key) of what was deleted since the transaction began
}

type entry struct {
	typ     *metadata.EntityType
	values  map[string]edm.Value
	dynamic map[string]edm.Value
	streams map[string]deposit // "" is the media resource
	known   string             // the text of the key, once it was asked for
}

type deposit struct{ contentType, content string }

func newLedger(model *metadata.Model) *ledger {
	l := &ledger{model: model, state: &page{map[string][]*entry{}, map[string]map[[2]string]bool{}, map[string]int64{}, map[string]bool{}}}
	l.tieAll()
	return l
}

func (p *page) copied() *page {
	c := &page{map[string][]*entry{}, map[string]map[[2]string]bool{}, maps.Clone(p.counters), maps.Clone(p.erased)}
	for name, list := range p.sets {
		c.sets[name] = slices.Clone(list)
	}
	for name, pairs := range p.pairs {
		c.pairs[name] = maps.Clone(pairs)
	}
	return c
}

func (e *entry) copied() *entry {
	return &entry{e.typ, maps.Clone(e.values), maps.Clone(e.dynamic), maps.Clone(e.streams), e.known}
}

func (e *entry) keyValues() odata.Key {
	var key odata.Key
	for _, p := range e.typ.KeyProperties() {
		key = append(key, e.values[p.Name])
	}
	return key
}

func (e *entry) key() string {
	if e.known == "" {
		e.known = textOf(e.keyValues())
	}
	return e.known
}

func textOf(key []edm.Value) string {
	var parts []string
	for _, v := range key {
		parts = append(parts, v.String())
	}
	return strings.Join(parts, ",")
}

func (p *page) find(set, key string) *entry {
	for _, e := range p.sets[set] {
		if e.key() == key {
			return e
		}
	}
	return nil
}

// change replaces an entry by a copy of it, which may be changed.
func (p *page) change(set, key string) *entry {
	for i, e := range p.sets[set] {
		if e.key() == key {
			p.sets[set][i] = e.copied()
			return p.sets[set][i]
		}
	}
	panic("no " + set + " " + key)
}

// A tie is an association set as the ledger sees it.
type tie struct {
	name      string
	a         *metadata.Association
	sets      [2]string
	types     [2]*metadata.EntityType
	dependent bool     // the first end is
	holds     []string // its properties, in the order of the other's key
}

func (l *ledger) tieAll() {
	for _, s := range l.model.DefaultContainer().AssociationSets {
		t := tie{name: s.Name, a: l.model.Association(s.Association)}
		for i, end := range s.Ends { // town declares the ends in order
			t.sets[i], t.types[i] = end.EntitySet, l.model.EntityType(t.a.Ends[i].Type)
		}
		if c := t.a.Constraint; c != nil {
			t.dependent = true
			for _, p := range t.types[1].KeyProperties() {
				t.holds = append(t.holds, c.DependentProperties[slices.Index(c.PrincipalProperties, p.Name)])
			}
		}
		l.ties = append(l.ties, t)
	}
}

// refers is the key an entry of the first end holds.
func (t *tie) refers(e *entry) (key string, ok bool) {
	if !e.typ.Is(t.types[0]) {
		return "", false
	}
	var parts []edm.Value
	for _, name := range t.holds {
		if e.values[name].IsNull() {
			return "", false
		}
		parts = append(parts, e.values[name])
	}
	return textOf(parts), true
}

// linked are the keys that the entity at an end is linked to, in the order of
// their set.
func (p *page) linked(t *tie, end int, key string) (others []string) {
	if !t.dependent {
		for pair := range p.pairs[t.name] {
			if pair[end] == key {
				others = append(others, pair[1-end])
			}
		}
		if len(others) > 1 {
			var sorted []string
			for _, e := range p.sets[t.sets[1-end]] {
				if slices.Contains(others, e.key()) {
					sorted = append(sorted, e.key())
				}
			}
			others = sorted
		}
		return others
	}
	if end == 0 {
		if to, ok := t.refers(p.find(t.sets[0], key)); ok && p.find(t.sets[1], to) != nil {
			others = append(others, to)
		}
		return others
	}
	for _, e := range p.sets[t.sets[0]] {
		if to, ok := t.refers(e); ok && to == key {
			others = append(others, e.key())
		}
	}
	return others
}
