package memory_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

// A graph is random data of a model, kept apart from any store: things that
// point to each other.
type graph struct {
	*rand.Rand
	model *metadata.Model
	sets  map[string][]*thing
}

type thing struct {
	typ     *metadata.EntityType
	values  map[string]edm.Value
	dynamic map[string]edm.Value
	related map[direction][]*thing
}

// A direction is an association with the role of the thing that points.
type direction struct {
	association *metadata.Association
	from        string
}

func along(nav *metadata.NavigationProperty) direction {
	return direction{nav.Association(), nav.FromRole}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// newGraph fills each set with a few things and links them as far as the
// multiplicities allow.
func newGraph(r *rand.Rand, model *metadata.Model) *graph {
	g := &graph{r, model, map[string][]*thing{}}
	box := model.DefaultContainer()
	for _, set := range box.AllEntitySets() {
		types := append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...)
		ids := r.Perm(2 + r.IntN(7))
		for _, id := range ids[:r.IntN(len(ids)+1)] {
			g.sets[set.Name] = append(g.sets[set.Name], g.thing(pick(r, types), id))
		}
	}
	for _, bound := range box.AssociationSets {
		a := model.Association(bound.Association)
		var ends [2][]*thing
		var back, forth direction
		for i := range a.Ends {
			set := bound.Ends[0].EntitySet
			if bound.Ends[1].Role == a.Ends[i].Role {
				set = bound.Ends[1].EntitySet
			}
			for _, t := range g.sets[set] {
				if t.typ.Is(model.EntityType(a.Ends[i].Type)) {
					ends[i] = append(ends[i], t)
				}
			}
		}
		forth, back = direction{a, a.Ends[0].Role}, direction{a, a.Ends[1].Role}
		density := r.IntN(100)
		for _, from := range ends[0] {
			for _, to := range ends[1] {
				if r.IntN(100) < density && (a.Ends[1].Multiplicity == metadata.Many || len(from.related[forth]) == 0) &&
					(a.Ends[0].Multiplicity == metadata.Many || len(to.related[back]) == 0) {
					from.related[forth] = append(from.related[forth], to)
					to.related[back] = append(to.related[back], from)
				}
			}
		}
	}
	return g
}

func (g *graph) thing(typ *metadata.EntityType, id int) *thing {
	t := &thing{typ: typ, values: map[string]edm.Value{}, related: map[direction][]*thing{}}
	for _, p := range typ.StructuralProperties() {
		switch {
		case slices.Contains(typ.KeyProperties(), p):
			t.values[p.Name] = keyNumber(p.Kind(), id)
		case p.NotNull || g.IntN(4) > 0:
			t.values[p.Name] = g.value(p.TypeRef())
		}
	}
	if typ.IsOpen() {
		t.dynamic = map[string]edm.Value{}
		for _, name := range []string{"D", "E"} {
			if g.IntN(3) > 0 {
				t.dynamic[name] = g.value(metadata.PrimitiveType(pick(g.Rand, []edm.Kind{edm.KindInt32, edm.KindString})))
			}
		}
	}
	return t
}

func keyNumber(kind edm.Kind, id int) edm.Value {
	switch kind {
	case edm.KindString:
		return edm.String(strconv.Itoa(id))
	case edm.KindGuid:
		return edm.GUID{15: byte(id)}.Value()
	}
	return edm.Int32(int32(id))
}

// value is one of few of its type, so that comparisons are often equal.
func (g *graph) value(t metadata.TypeRef) edm.Value {
	switch {
	case t.Collection:
		var items []edm.Value
		for range g.IntN(3) {
			items = append(items, g.value(t.Item()))
		}
		return edm.Collection(items)
	case t.Complex != nil:
		var members []edm.Value
		for _, p := range t.Complex.AllProperties() {
			v := g.value(p.TypeRef())
			if !p.NotNull && g.IntN(4) == 0 {
				v = edm.Null
			}
			members = append(members, v)
		}
		return edm.Complex(members)
	}
	n := g.IntN(3)
	switch t.Kind {
	case edm.KindString:
		return edm.String(strings.Repeat("a", n))
	case edm.KindBoolean:
		return edm.Boolean(n == 0)
	case edm.KindGuid:
		return edm.GUID{15: byte(n)}.Value()
	case edm.KindDateTime, edm.KindDateTimeOffset:
		v, err := edm.ParseText(t.Kind, "2015-07-1"+strconv.Itoa(n)+"T00:00:00Z")
		if err != nil {
			panic(err)
		}
		return v
	case edm.KindTime:
		return must(edm.ParseText(t.Kind, "PT"+strconv.Itoa(n)+"H"))
	}
	if t.Kind.IsNumeric() {
		return must(edm.Convert(edm.Int32(int32(n)), t.Kind))
	}
	return edm.Null // spatial
}

func (t *thing) key() []edm.Value {
	var key []edm.Value
	for _, p := range t.typ.KeyProperties() {
		key = append(key, t.values[p.Name])
	}
	return key
}

// keyText is the key as a request would write it.
func (t *thing) keyText() string {
	var parts []string
	for _, p := range t.typ.KeyProperties() {
		parts = append(parts, p.Name+"="+t.values[p.Name].String())
	}
	return strings.Join(parts, ",")
}

// data tells a store about the graph: each link from a random one of its ends.
func (g *graph) data() memory.Data {
	d := memory.Data{Entities: map[string][]memory.Entity{}}
	for name, things := range g.sets {
		for _, t := range things {
			e := memory.Entity{Type: t.typ.QualifiedName(), Values: map[string]edm.Value{}}
			for _, values := range []map[string]edm.Value{t.values, t.dynamic} {
				for property, v := range values {
					e.Values[property] = v
				}
			}
			d.Entities[name] = append(d.Entities[name], e)
		}
	}
	told := map[[2]*thing]map[*metadata.Association]bool{}
	for _, set := range g.model.DefaultContainer().AllEntitySets() {
		for _, t := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range t.NavigationProperties {
				l := memory.Links{Set: set.Name, Navigation: t.QualifiedName() + "/" + nav.Name}
				for _, from := range g.sets[set.Name] {
					if !from.typ.Is(nav.DeclaringType()) {
						continue
					}
					for _, to := range from.related[along(nav)] {
						ends := [2]*thing{from, to}
						if nav.Association().Ends[1].Role == nav.FromRole {
							ends = [2]*thing{to, from}
						}
						if told[ends][nav.Association()] || nav.Partner() != nil && g.laterTold(set, nav) && g.IntN(2) == 0 {
							continue
						}
						if told[ends] == nil {
							told[ends] = map[*metadata.Association]bool{}
						}
						told[ends][nav.Association()] = true
						l.Pairs = append(l.Pairs, [2]string{from.keyText(), to.keyText()})
					}
				}
				g.Shuffle(len(l.Pairs), func(i, j int) { l.Pairs[i], l.Pairs[j] = l.Pairs[j], l.Pairs[i] })
				d.Links = append(d.Links, l)
			}
		}
	}
	return d
}

// laterTold reports that the partner of nav has its turn after nav.
func (g *graph) laterTold(set *metadata.EntitySet, nav *metadata.NavigationProperty) bool {
	all := g.model.DefaultContainer().AllEntitySets()
	target := set.NavigationTarget(nav)
	return slices.Index(all, target) > slices.Index(all, set)
}
