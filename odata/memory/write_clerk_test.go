package memory_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

var (
	townNow  = time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)
	townTime = edm.DateTimeFrom(townNow).Value()
)

// A clerk writes the same into a store and into a ledger, and compares what they
// say.
type clerk struct {
	*rand.Rand
	t      *testing.T
	shop   *shop
	ledger *ledger
	navs   map[string][]*metadata.NavigationProperty // of each set, those without a name too
	names  []string                                  // of the sets
	tells  map[string]int                            // how often each answer was given
}

func newClerk(t *testing.T, seed uint64) *clerk {
	model := testmodel.Town(t)
	k := &clerk{Rand: rand.New(rand.NewPCG(seed, 1)), t: t, shop: openTown(t, model, memory.Data{}), ledger: newLedger(model),
		navs: map[string][]*metadata.NavigationProperty{}, tells: map[string]int{}}
	for _, set := range model.DefaultContainer().AllEntitySets() {
		k.names = append(k.names, set.Name)
	}
	for i := range k.ledger.ties {
		tie := &k.ledger.ties[i]
		for end, set := range tie.sets {
			k.navs[set] = append(k.navs[set], navAlong(model, tie.a, end))
		}
	}
	return k
}

func openTown(t testing.TB, model *metadata.Model, data memory.Data) *shop {
	t.Helper()
	store, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	memory.SetClock(store, func() time.Time { return townNow })
	s := &shop{model: model, sets: map[string]odata.EntitySet{}}
	for _, set := range store.Sets(memory.Guard(odata.Public())) {
		s.sets[set.Name] = set
	}
	if s.binder, err = bind.New(model, bind.Options{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// navAlong leads from an end of an association to the other.
func navAlong(model *metadata.Model, a *metadata.Association, end int) *metadata.NavigationProperty {
	for _, t := range model.Schemas[0].EntityTypes {
		for _, nav := range t.NavigationProperties {
			switch {
			case nav.Association() != a:
			case nav.FromRole == a.Ends[end].Role:
				return nav
			case nav.Partner() == nil:
				return nav.Inverse()
			}
		}
	}
	panic("nothing leads along " + a.Name)
}

// keyOf makes a key of few, or that of an entity that is there.
func (k *clerk) keyOf(p *page, set string) odata.Key {
	if list := p.sets[set]; len(list) > 0 && k.IntN(12) > 0 {
		return pick(k.Rand, list).keyValues()
	}
	var key odata.Key
	for _, p := range k.shop.typ(set).KeyProperties() {
		key = append(key, k.few(p.TypeRef()))
	}
	return key
}

// few is one of few values of a type.
func (k *clerk) few(t metadata.TypeRef) edm.Value {
	switch {
	case t.Collection:
		return edm.Collection([]edm.Value{edm.String("x"), edm.String("y")}[:k.IntN(3)])
	case t.Complex != nil:
		var members []edm.Value
		for _, p := range t.Complex.AllProperties() {
			v := edm.Null
			if k.IntN(3) > 0 {
				v = k.few(p.TypeRef())
			}
			members = append(members, v)
		}
		return edm.Complex(members)
	}
	n := 1 + k.IntN(30)
	switch t.Kind {
	case edm.KindString:
		return edm.String(fmt.Sprintf("s%d", n))
	case edm.KindBinary:
		return edm.Binary([]byte{byte(n)})
	case edm.KindGuid:
		return edm.GUID{15: byte(n)}.Value()
	case edm.KindDateTime:
		return townTime
	}
	v, err := edm.Convert(edm.Int32(int32(n)), t.Kind)
	if err != nil {
		panic(err)
	}
	return v
}

// values are assignments to properties of a type.
func (k *clerk) values(p *page, set string, t *metadata.EntityType, insert bool) (all []odata.Assignment) {
	principals := map[string]edm.Value{} // an existing key for what refers to one
	for i := range k.ledger.ties {
		tie := &k.ledger.ties[i]
		if list := p.sets[tie.sets[1]]; tie.dependent && tie.sets[0] == set && len(list) > 0 && k.IntN(8) > 0 {
			to := pick(k.Rand, list).keyValues()
			for j, name := range tie.holds {
				principals[name] = to[j]
			}
		}
	}
	for _, property := range t.StructuralProperties() {
		isKey := slices.Contains(t.KeyProperties(), property)
		v, refers := principals[property.Name]
		if !refers {
			v = k.few(property.TypeRef())
		}
		switch {
		case property.StoreGenerated != metadata.StoreGeneratedAbsent:
			continue
		case isKey && !insert:
			if k.IntN(200) > 0 {
				continue
			}
		case isKey && !refers && k.IntN(3) == 0 && property.Kind() != edm.KindString, isKey && k.IntN(30) == 0:
			continue
		case !insert && k.IntN(3) > 0:
			continue
		case !isKey && k.IntN(25) == 0:
			continue
		case !property.NotNull && k.IntN(4) == 0:
			v = edm.Null
		}
		if complex := property.TypeRef().Complex; !insert && complex != nil && k.IntN(2) == 0 {
			all = append(all, k.member(property, complex))
			continue
		}
		all = append(all, odata.Assignment{Property: property, Value: v})
	}
	return all
}

// member is an assignment within a complex value, at any depth.
func (k *clerk) member(p *metadata.Property, t *metadata.ComplexType) odata.Assignment {
	a := odata.Assignment{Within: []*metadata.Property{p}}
	for {
		a.Property = pick(k.Rand, t.AllProperties())
		next := a.Property.TypeRef().Complex
		if next == nil || k.IntN(3) == 0 {
			a.Value = k.few(a.Property.TypeRef())
			return a
		}
		a.Within, t = append(a.Within, a.Property), next
	}
}

func (k *clerk) dynamic(t *metadata.EntityType) (all []odata.DynamicProperty) {
	if !t.IsOpen() {
		return nil
	}
	for _, name := range []string{"Zeal", "Age", "Mood"} {
		switch k.IntN(5) {
		case 0:
			all = append(all, odata.DynamicProperty{Name: name, Value: edm.Null})
		case 1:
			all = append(all, odata.DynamicProperty{Name: name, Value: edm.Int32(int32(k.IntN(9)))})
		}
	}
	return all
}

// link is a change of one link of an entity of a set.
func (k *clerk) link(p *page, set string) (c odata.LinkChange, ok bool) {
	if len(k.navs[set]) == 0 {
		return c, false
	}
	c.Nav = pick(k.Rand, k.navs[set])
	tie, end := k.ledger.tie(set, c.Nav)
	c.Key, c.Remove = k.keyOf(p, tie.sets[1-end]), k.IntN(4) == 0
	if c.Remove && !c.Nav.IsCollection() && k.IntN(2) == 0 {
		c.Key = nil
	}
	return c, true
}

// target selects an entity by its key.
func (k *clerk) target(set string, key odata.Key, also ...odata.Expr) *odata.Query {
	q := k.shop.query(set)
	var conditions []odata.Expr
	for i, p := range q.Type.KeyProperties() {
		conditions = append(conditions, binary(odata.Eq, &odata.Member{Of: odata.ItOf(q.Type), Property: p}, literal(key[i])))
	}
	q.Filter = odata.Conjunction(append(conditions, also...)...)
	return q
}

// write does one random write under ctx, with p as the state before. It returns
// the state after, and what the ledger's answer is.
func (k *clerk) write(ctx context.Context, p *page) (after *page, want *odata.Error, got error) {
	set := pick(k.Rand, k.names)
	a := &attempt{k.ledger, p.copied(), map[string]bool{}}
	many, key := len(p.sets[set]), k.keyOf(p, set)
	e := p.find(set, textOf(key))
	served := k.shop.sets[set]
	what := k.IntN(100)
	switch {
	case what < 30 && many < 16 || many < 4:
		t := pick(k.Rand, append([]*metadata.EntityType{k.shop.typ(set)}, k.shop.typ(set).DerivedTypes()...))
		change := &odata.Change{Type: t, Set: k.values(p, set, t, true), Dynamic: k.dynamic(t)}
		for range k.IntN(3) {
			if c, ok := k.link(p, set); ok {
				change.Links = append(change.Links, c)
			}
		}
		if set == "Badges" && k.IntN(6) > 0 {
			change.Links = append(change.Links, odata.LinkChange{Nav: t.NavigationProperty("Bearer"), Key: k.keyOf(p, "Persons")})
		}
		if t.IsMediaEntity() && k.IntN(2) == 0 {
			change.Media = k.media() // its Slug tells the ledger the content
		}
		var row odata.Row
		row, got = served.Inserter.Insert(ctx, k.shop.query(set), change)
		made := map[string]edm.Value{"Id": edm.NewGUID().Value()}
		if got == nil {
			for i, p := range k.shop.query(set).Fields {
				made[p.Name] = row.Values[i]
			}
		}
		e, want = a.insert(set, change, made)
		k.compareRow(set, e, row, want, got)
	case what < 40:
		got = served.Deleter.Delete(ctx, k.target(set, key))
		if want = notFound; e != nil {
			want = nil
			a.delete(set, e.key())
		}
	case what < 48 && (set == "Photos" || k.IntN(10) == 0 && served.Streamer != nil):
		want, got = k.deposit(ctx, a, set, key, e)
	default:
		t := k.shop.typ(set)
		if e != nil {
			t = e.typ
		}
		change := &odata.Change{Dynamic: k.dynamic(t), Replace: k.IntN(3) == 0}
		if k.IntN(3) > 0 {
			change.Set = k.values(p, set, t, false)
		}
		if c, ok := k.link(p, set); ok && k.IntN(3) > 0 {
			change.Links = append(change.Links, c)
		}
		target := k.target(set, key)
		if tokens := t.ConcurrencyTokens(); e != nil && len(tokens) > 0 && k.IntN(2) == 0 {
			v := e.values[tokens[0].Name]
			if k.IntN(2) == 0 || v.IsNull() {
				v = k.few(tokens[0].TypeRef())
			}
			target = k.target(set, key, binary(odata.Eq, &odata.Member{Of: odata.ItOf(target.Type), Property: tokens[0]}, literal(v)))
			if !v.Equal(e.values[tokens[0].Name]) {
				e = nil
			}
		}
		var row odata.Row
		row, got = served.Updater.Update(ctx, target, change)
		if want = notFound; e != nil {
			before := e.values["Version"]
			e, want = a.update(set, e.key(), change)
			if want == nil && set == "Notes" && got == nil {
				e.values["Version"] = row.Values[k.shop.query(set).Field(k.shop.typ(set).Property("Version"))]
				if e.values["Version"].Equal(before) {
					k.t.Errorf("a token stays %v although the entity changes", before)
				}
			}
			k.compareRow(set, e, row, want, got)
		}
	}
	return a.page, want, got
}

func (k *clerk) media() *odata.Media {
	content := fmt.Sprintf("content %d", k.IntN(5))
	return &odata.Media{Content: io.NopCloser(strings.NewReader(content)), ContentType: pick(k.Rand, []string{"image/png", "text/plain"}), Slug: content}
}

// deposit stores a stream, often on a condition.
func (k *clerk) deposit(ctx context.Context, a *attempt, set string, key odata.Key, e *entry) (*odata.Error, error) {
	name := pick(k.Rand, []string{"", "Thumb"})
	stream := k.shop.typ(set).Property(name)
	target := k.target(set, key)
	ifMatch, wanted := "", true
	has := false
	if e != nil {
		_, has = e.streams[name]
	}
	switch k.IntN(4) {
	case 0:
		ifMatch, wanted = "*", has
	case 1:
		ifMatch, wanted = `"another"`, false
	case 2:
		if m, err := k.shop.sets[set].Streamer.Open(ctx, target, stream); err == nil {
			ifMatch, wanted = m.ETag, has
		}
	}
	m := k.media()
	_, got := k.shop.sets[set].Streamer.Store(ctx, target, stream, m, ifMatch)
	switch {
	case e == nil:
		return notFound, got
	case !wanted:
		return refusal(odata.KindPreconditionFailed, "PreconditionFailed"), got
	}
	a.change(set, e.key()).streams[name] = deposit{m.ContentType, m.Slug}
	return nil, got
}
