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

// An attempt is one write on a page of its own.
type attempt struct {
	*ledger
	*page
	made map[string]bool // set(key) of entities whose computed values are made
}

func refusal(kind odata.Kind, code string) *odata.Error { return &odata.Error{Kind: kind, Code: code} }

var (
	notFound     = odata.NotFound()
	linkRequired = refusal(odata.KindConflict, "LinkRequired")
	linkFixed    = refusal(odata.KindConflict, "LinkFixedByKey")
	linkTaken    = refusal(odata.KindConflict, "LinkTaken")
	dangling     = refusal(odata.KindConflict, "DanglingReference")
)

// count notes a number that is in use.
func (a *attempt) count(set string, e *entry) {
	for _, p := range e.typ.StructuralProperties() {
		if v := e.values[p.Name]; !v.IsNull() && v.Kind().IsInteger() {
			name := set + "/" + p.Name
			a.counters[name] = max(a.counters[name], v.Int())
		}
	}
}

// next is the next number for a property; ok is false when there is none.
func (a *attempt) next(set string, p *metadata.Property) (v edm.Value, ok bool) {
	name := set + "/" + p.Name
	if a.counters[name]++; p.Kind() == edm.KindByte && a.counters[name] > 255 && p.ConcurrencyMode == metadata.ConcurrencyFixed {
		a.counters[name] = 1
	}
	v, err := edm.Convert(edm.Int64(a.counters[name]), p.Kind())
	return v, err == nil
}

// insert creates an entity. guids are the random values that the store has made.
func (a *attempt) insert(set string, change *odata.Change, guids map[string]edm.Value) (*entry, *odata.Error) {
	e := &entry{typ: change.Type, values: map[string]edm.Value{}, dynamic: map[string]edm.Value{}, streams: map[string]deposit{}}
	for _, x := range change.Set {
		e.values[x.Property.Name] = x.Value
	}
	for _, d := range change.Dynamic {
		if !d.Value.IsNull() {
			e.dynamic[d.Name] = d.Value
		}
	}
	for _, link := range change.Links {
		t, end := a.tie(set, link.Nav)
		if !t.dependent || end != 0 || link.Remove || !e.typ.Is(t.types[0]) {
			continue
		}
		to := a.find(t.sets[1], textOf(link.Key))
		if to == nil {
			return nil, notFound
		}
		for i, name := range t.holds {
			if e.values[name].IsNull() {
				e.values[name] = to.keyValues()[i]
			}
		}
	}
	for _, p := range e.typ.StructuralProperties() {
		isKey := slices.Contains(e.typ.KeyProperties(), p)
		generated := p.StoreGenerated == metadata.StoreGeneratedComputed || p.StoreGenerated == metadata.StoreGeneratedIdentity
		switch {
		case !e.values[p.Name].IsNull():
		case p.Kind() == edm.KindCollection:
			e.values[p.Name] = edm.Collection(nil)
		case !isKey && !generated:
		case p.Kind() == edm.KindGuid:
			e.values[p.Name] = guids[p.Name]
		case p.Kind().IsInteger():
			v, ok := a.next(set, p)
			if !ok {
				return nil, refusal(odata.KindConflict, "NumbersExhausted")
			}
			e.values[p.Name] = v
		case isKey:
			return nil, refusal(odata.KindInvalid, "KeyMissing")
		case p.Kind() == edm.KindDateTime:
			e.values[p.Name] = townTime
		case p.Kind() == edm.KindBinary:
			e.values[p.Name] = guids[p.Name] // as good as random
		}
	}
	if a.find(set, e.key()) != nil {
		return nil, refusal(odata.KindConflict, "KeyExists")
	}
	if m := change.Media; m != nil {
		e.streams[""] = deposit{m.ContentType, m.Slug}
	}
	a.sets[set] = append(a.sets[set], e)
	a.count(set, e)
	a.made[set+e.key()] = true
	for i := range change.Links {
		if err := a.relate(set, e.key(), &change.Links[i]); err != nil {
			return nil, err
		}
	}
	return a.complete(set, e.key())
}

func (a *attempt) complete(set, key string) (*entry, *odata.Error) {
	e := a.find(set, key)
	for _, p := range e.typ.StructuralProperties() {
		if p.NotNull && e.values[p.Name].IsNull() {
			return nil, refusal(odata.KindInvalid, "MissingProperty")
		}
	}
	return e, nil
}

// valued is an entity whose values change, and with them those that the store
// computes.
func (a *attempt) valued(set, key string) *entry {
	e := a.change(set, key)
	if a.made[set+key] {
		return e
	}
	a.made[set+key] = true
	for _, p := range e.typ.StructuralProperties() {
		if p.StoreGenerated != metadata.StoreGeneratedComputed {
			continue
		}
		switch p.Kind() {
		case edm.KindByte:
			e.values[p.Name] = edm.Byte(uint8(e.values[p.Name].Int()) + 1)
		case edm.KindInt32:
			e.values[p.Name] = edm.Int32(int32(e.values[p.Name].Int()) + 1)
		case edm.KindBinary:
			e.values[p.Name] = edm.Null // see sameToken
		case edm.KindDateTime:
			e.values[p.Name] = townTime
		}
	}
	return e
}

func (a *attempt) update(set, key string, change *odata.Change) (*entry, *odata.Error) {
	e := a.valued(set, key)
	for _, x := range change.Set {
		if len(x.Within) == 0 {
			if slices.Contains(e.typ.KeyProperties(), x.Property) {
				return nil, refusal(odata.KindInvalid, "KeyImmutable")
			}
			e.values[x.Property.Name] = x.Value
			continue
		}
		v, ok := within(e.values[x.Within[0].Name], x.Within, x.Property, x.Value)
		if !ok {
			return nil, notFound
		}
		e.values[x.Within[0].Name] = v
	}
	if change.Replace {
		e.dynamic = map[string]edm.Value{}
	}
	for _, d := range change.Dynamic {
		if d.Value.IsNull() {
			delete(e.dynamic, d.Name)
		} else {
			e.dynamic[d.Name] = d.Value
		}
	}
	for i := range change.Links {
		if err := a.relate(set, key, &change.Links[i]); err != nil {
			return nil, err
		}
	}
	return a.complete(set, key)
}

// within is a complex value with another member.
func within(old edm.Value, path []*metadata.Property, p *metadata.Property, v edm.Value) (edm.Value, bool) {
	if old.IsNull() {
		return old, false
	}
	members := slices.Clone(old.Elements())
	for i, m := range path[0].TypeRef().Complex.AllProperties() {
		switch {
		case len(path) == 1 && m == p:
			members[i] = v
		case len(path) > 1 && m == path[1]:
			var ok bool
			if members[i], ok = within(members[i], path[1:], p, v); !ok {
				return old, false
			}
		}
	}
	return edm.Complex(members), true
}

// tie finds the association set that nav follows, and the end it starts at.
func (l *ledger) tie(set string, nav *metadata.NavigationProperty) (*tie, int) {
	for i := range l.ties {
		for end := range 2 {
			t := &l.ties[i]
			if t.a == nav.Association() && t.a.Ends[end].Role == nav.FromRole && t.sets[end] == set {
				return t, end
			}
		}
	}
	panic("no association set for " + set)
}

func (a *attempt) relate(set, key string, c *odata.LinkChange) *odata.Error {
	t, end := a.tie(set, c.Nav)
	if !a.find(set, key).typ.Is(t.types[end]) {
		return refusal(odata.KindInvalid, "LinkType")
	}
	if c.Key == nil {
		for _, other := range a.linked(t, end, key) {
			if err := a.part(t, end, key, other); err != nil {
				return err
			}
		}
		return nil
	}
	other := textOf(c.Key)
	to := a.find(t.sets[1-end], other)
	already := slices.Contains(a.linked(t, end, key), other)
	switch {
	case to == nil:
		return notFound
	case c.Remove && already:
		return a.part(t, end, key, other)
	case c.Remove || already:
		return nil
	case !to.typ.Is(t.types[1-end]):
		return refusal(odata.KindInvalid, "LinkType")
	}
	ends := [2]string{key, other}
	if end == 1 {
		ends = [2]string{other, key}
	}
	for e := range ends {
		// The dependent's former link goes when its values change.
		if t.a.Ends[1-e].Multiplicity == metadata.Many || t.dependent && e == 0 {
			continue
		}
		for _, former := range a.linked(t, e, ends[e]) {
			if err := a.part(t, e, ends[e], former); err != nil {
				return err
			}
		}
	}
	if !t.dependent {
		if a.pairs[t.name] == nil {
			a.pairs[t.name] = map[[2]string]bool{}
		}
		a.pairs[t.name][ends] = true
		return nil
	}
	return a.hold(t, ends[0], a.find(t.sets[1], ends[1]).keyValues())
}

// part removes one link.
func (a *attempt) part(t *tie, end int, key, other string) *odata.Error {
	if !t.dependent {
		ends := [2]string{key, other}
		if end == 1 {
			ends = [2]string{other, key}
		}
		delete(a.pairs[t.name], ends)
		return nil
	}
	if end == 1 {
		key = other
	}
	return a.holdNothing(t, key)
}

func (a *attempt) holdNothing(t *tie, key string) *odata.Error {
	e := a.find(t.sets[0], key)
	var to odata.Key
	fixed, free := true, false
	for _, name := range t.holds {
		p := e.typ.Property(name)
		isKey := slices.Contains(e.typ.KeyProperties(), p)
		fixed = fixed && isKey
		if isKey || p.NotNull {
			to = append(to, e.values[name])
		} else {
			to, free = append(to, edm.Null), true
		}
	}
	switch {
	case fixed:
		return linkFixed
	case !free:
		return linkRequired
	}
	return a.hold(t, key, to)
}

func (a *attempt) hold(t *tie, key string, to odata.Key) *odata.Error {
	e := a.find(t.sets[0], key)
	same := true
	for i, name := range t.holds {
		if e.values[name].Equal(to[i]) {
			continue
		}
		if slices.Contains(e.typ.KeyProperties(), e.typ.Property(name)) {
			return linkFixed
		}
		same = false
	}
	if same {
		return nil
	}
	e = a.valued(t.sets[0], key)
	for i, name := range t.holds {
		e.values[name] = to[i]
	}
	return nil
}

func (a *attempt) delete(set, key string) {
	type place struct{ set, key string }
	doomed := []place{{set, key}}
	ties := a.ties
	for i := 0; i < len(doomed); i++ {
		for j := range ties {
			for end := range 2 {
				t := &ties[j]
				if t.sets[end] != doomed[i].set || t.a.Ends[end].OnDelete != metadata.OnDeleteCascade {
					continue
				}
				for _, other := range a.linked(t, end, doomed[i].key) {
					if p := (place{t.sets[1-end], other}); !slices.Contains(doomed, p) {
						doomed = append(doomed, p)
					}
				}
			}
		}
	}
	for _, d := range doomed {
		for j := range ties {
			t := &ties[j]
			if t.sets[1] == d.set && t.dependent && t.a.Ends[1].Multiplicity != metadata.One {
				for _, other := range a.linked(t, 1, d.key) {
					if !slices.Contains(doomed, place{t.sets[0], other}) {
						_ = a.holdNothing(t, other) // what cannot be is found at the end
					}
				}
			}
			for pair := range a.pairs[t.name] {
				if t.sets[0] == d.set && pair[0] == d.key || t.sets[1] == d.set && pair[1] == d.key {
					delete(a.pairs[t.name], pair)
				}
			}
		}
	}
	for _, d := range doomed {
		a.sets[d.set] = slices.DeleteFunc(a.sets[d.set], func(e *entry) bool { return e.key() == d.key })
		a.erased[d.set+d.key] = true
	}
}

// wrongs are the codes that a transaction must fail with one of, if any: it
// looks at all there is.
func (l *ledger) wrongs(p *page) (codes []string) {
	ties := l.ties
	for i := range ties {
		t := &ties[i]
		for end := range 2 {
			count := map[string]int{}
			if t.dependent {
				present := map[string]bool{}
				for _, e := range p.sets[t.sets[1]] {
					present[e.key()] = true
				}
				for _, e := range p.sets[t.sets[0]] {
					to, ok := t.refers(e)
					switch {
					case ok && !present[to] && p.erased[t.sets[1]+to]:
						codes = append(codes, "LinkRequired", "DanglingReference")
					case ok && !present[to]:
						codes = append(codes, "DanglingReference")
					case ok:
						count[[2]string{e.key(), to}[end]]++
					}
				}
			} else {
				for pair := range p.pairs[t.name] {
					count[pair[end]]++
				}
			}
			for _, e := range p.sets[t.sets[end]] {
				n := count[e.key()]
				switch many := t.a.Ends[1-end].Multiplicity; {
				case many == metadata.One && n == 0 && e.typ.Is(t.types[end]):
					codes = append(codes, "LinkRequired")
				case many != metadata.Many && n > 1:
					codes = append(codes, "LinkTaken")
				}
			}
		}
	}
	return codes
}
