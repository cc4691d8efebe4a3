package memory_test

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

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
