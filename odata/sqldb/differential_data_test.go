package sqldb_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

// extremes are values of each kind that all stores keep: no zones, no fractions of
// a microsecond, no NUL and no negative zero.
var extremes = map[edm.Kind][]edm.Value{
	edm.KindBoolean: {edm.Boolean(true), edm.Boolean(false)},
	edm.KindByte:    {edm.Byte(0), edm.Byte(1), edm.Byte(7), edm.Byte(255)},
	edm.KindSByte:   {edm.SByte(0), edm.SByte(-1), edm.SByte(127), edm.SByte(-128)},
	edm.KindInt16:   {edm.Int16(0), edm.Int16(-1), edm.Int16(7), edm.Int16(math.MaxInt16), edm.Int16(math.MinInt16)},
	edm.KindInt32:   {edm.Int32(0), edm.Int32(1), edm.Int32(-1), edm.Int32(7), edm.Int32(math.MaxInt32), edm.Int32(math.MinInt32)},
	edm.KindInt64:   {edm.Int64(0), edm.Int64(1), edm.Int64(-7), edm.Int64(1 << 53), edm.Int64(1<<53 + 1), edm.Int64(math.MaxInt64), edm.Int64(math.MinInt64)},
	edm.KindSingle: {edm.Single(0), edm.Single(0.5), edm.Single(-2.5), edm.Single(0.1), edm.Single(math.MaxFloat32), edm.Single(math.SmallestNonzeroFloat32),
		edm.Single(float32(math.NaN())), edm.Single(float32(math.Inf(-1)))},
	edm.KindDouble: {edm.Double(0), edm.Double(0.5), edm.Double(-2.5), edm.Double(0.1), edm.Double(math.MaxFloat64), edm.Double(-math.MaxFloat64),
		edm.Double(math.SmallestNonzeroFloat64), edm.Double(1 << 53), edm.Double(math.NaN()), edm.Double(math.Inf(1)), edm.Double(math.Inf(-1))},
	edm.KindDecimal: literals("0M", "1M", "7.5M", "-2.5M", "0.1M", "0.0000000000000000000000000001M", "79228162514264337593543950335M", "-79228162514264337593543950335M"),
	edm.KindString: literals("''", "' '", "'a'", "'A'", "'Ann'", "'ann'", "'O''Neil'", "'100%'", "'_'", "'a\\b'", "'é'", "'é'", "'ß'", "'İıIi'", "'𝄞'", "'a𝄞b'",
		"'世界'", "'עברית'", "'\u200d'", "'\ufeffx'", "'\uffff'", "'\u00a0x\u2003'", "'\t\r\n'", "'NULL'", "'null'", "'1'", "'"+strings.Repeat("long 𝄞 ", 12)+"'"),
	edm.KindGuid:   literals("guid'00000000-0000-0000-0000-000000000000'", "guid'ffffffff-ffff-ffff-ffff-ffffffffffff'", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"),
	edm.KindBinary: literals("X''", "X'00'", "X'0aFF'", "X'FFFFFFFF'"),
	edm.KindDateTime: literals("datetime'0001-01-01T00:00:00'", "datetime'9999-12-31T23:59:59.999999'", "datetime'2016-02-29T23:59:59.5'", "datetime'1969-12-31T23:59:59'",
		"datetime'2015-07-12T06:40:00'", "datetime'2015-07-12T06:40:00.000001'"),
	edm.KindDateTimeOffset: literals("datetimeoffset'0001-01-01T00:00:00Z'", "datetimeoffset'9999-12-31T23:59:59.999999Z'", "datetimeoffset'2015-07-12T06:40:00Z'",
		"datetimeoffset'2016-02-29T00:00:00.25Z'"),
	edm.KindTime: literals("time'PT0S'", "time'PT1H'", "time'PT0.0000001S'", "time'-P1DT2H30M5S'", "time'P10675199DT2H48M5.4775807S'", "time'-P10675199DT2H48M5.4775808S'"),
}

func literals(texts ...string) (values []edm.Value) {
	for _, text := range texts {
		v, err := edm.ParseLiteral(text)
		if err != nil {
			panic(text + ": " + err.Error())
		}
		values = append(values, v)
	}
	return values
}

// A maker makes random data of any model.
type maker struct {
	*rand.Rand
	model *metadata.Model
	data  memory.Data
	made  map[string][]made // by set
}

type made struct {
	typ    *metadata.EntityType
	values map[string]edm.Value
	key    string // as in a URL
}

// generated is random data: up to size entities in each set, a quarter of whose
// values are null where they may be, and others at the edges of their types.
func generated(model *metadata.Model, seed uint64, size int) memory.Data {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0xda7a)), model: model, made: map[string][]made{}}
	m.data.Entities = map[string][]memory.Entity{}
	var waiting []*metadata.EntitySet
	for next := model.DefaultContainer().AllEntitySets(); len(next) > 0; next, waiting = waiting, nil {
		for _, set := range next {
			if m.ready(set) {
				m.fill(set, size)
			} else {
				waiting = append(waiting, set)
			}
		}
	}
	for _, links := range model.DefaultContainer().AssociationSets {
		m.link(links)
	}
	return m.data
}

// ends are the sets at the ends of an association set, in the association's order.
func (m *maker) ends(s *metadata.AssociationSet) (a *metadata.Association, sets [2]*metadata.EntitySet) {
	a = m.model.Association(s.Association)
	for i := range a.Ends {
		for _, e := range s.Ends {
			if e.Role == a.Ends[i].Role {
				sets[i] = m.model.DefaultContainer().EntitySet(e.EntitySet)
			}
		}
	}
	return a, sets
}

// principals are the constraints by which entities of a set refer to others, and
// whether one at most may refer to each of them.
func (m *maker) principals(set *metadata.EntitySet, visit func(c *metadata.ReferentialConstraint, of *metadata.EntitySet, one bool)) {
	for _, s := range m.model.DefaultContainer().AssociationSets {
		a, sets := m.ends(s)
		for i := range a.Ends {
			if a.Constraint != nil && a.Constraint.DependentRole == a.Ends[i].Role && sets[i] == set {
				visit(a.Constraint, sets[1-i], a.Ends[i].Multiplicity != metadata.Many)
			}
		}
	}
}

// ready tells that what a set refers to is made.
func (m *maker) ready(set *metadata.EntitySet) bool {
	ready := true
	m.principals(set, func(_ *metadata.ReferentialConstraint, of *metadata.EntitySet, _ bool) {
		ready = ready && (of == set || m.made[of.Name] != nil)
	})
	return ready
}

func (m *maker) fill(set *metadata.EntitySet, size int) {
	types := append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...)
	types = slices.DeleteFunc(types, func(t *metadata.EntityType) bool { return t.Abstract })
	seen := map[string]bool{}
	for i := range size {
		e := made{typ: types[m.IntN(len(types))], values: map[string]edm.Value{}}
		for _, p := range e.typ.StructuralProperties() {
			e.values[p.Name] = m.value(p.TypeRef(), !p.NotNull)
		}
		keys := e.typ.KeyProperties()
		last := keys[len(keys)-1]
		if f := e.values[last.Name]; (last.Kind() == edm.KindDouble || last.Kind() == edm.KindSingle) && math.IsNaN(f.Float()) {
			continue // it is equal to no other key, nor to itself
		}
		if v, ok := distinct(last.Kind(), i, e.values[last.Name]); ok {
			e.values[last.Name] = v
		}
		m.principals(set, func(c *metadata.ReferentialConstraint, of *metadata.EntitySet, one bool) {
			candidates := m.made[of.Name]
			if one {
				candidates = candidates[min(i, len(candidates)):][:min(1, max(len(candidates)-i, 0))]
			}
			m.refer(&e, c, candidates)
		})
		if e.typ.IsOpen() {
			for _, name := range []string{"Colour", "Size", "Weight"} {
				if m.IntN(3) > 0 {
					kinds := []edm.Kind{edm.KindString, edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindBoolean, edm.KindDecimal}
					e.values[name] = m.one(kinds[m.IntN(len(kinds))])
				}
			}
		}
		var parts []string
		for _, p := range keys {
			text := e.values[p.Name].String()
			if len(keys) > 1 {
				text = p.Name + "=" + text
			}
			parts = append(parts, text)
		}
		e.key = strings.Join(parts, ",")
		if seen[e.key] {
			continue
		}
		seen[e.key] = true
		name := ""
		if e.typ != set.Type() {
			name = e.typ.QualifiedName()
		}
		m.made[set.Name] = append(m.made[set.Name], e)
		m.data.Entities[set.Name] = append(m.data.Entities[set.Name], memory.Entity{Type: name, Values: e.values})
	}
}

// distinct is a key that no other number has, in kinds with room for that.
func distinct(k edm.Kind, i int, drawn edm.Value) (edm.Value, bool) {
	switch k {
	case edm.KindInt16:
		return edm.Int16(int16(i - 2)), true
	case edm.KindInt32:
		return edm.Int32(int32(i - 2)), true
	case edm.KindInt64:
		return edm.Int64(int64(i-2) << 40), true
	case edm.KindString:
		return edm.String(drawn.Str() + strconv.Itoa(i)), true
	case edm.KindGuid:
		g := edm.GUID{byte(i * 37), byte(i), 2, 3}
		return g.Value(), true
	}
	return edm.Null, false
}

// refer gives e the key of an entity it depends on, or null where it may have none.
func (m *maker) refer(e *made, c *metadata.ReferentialConstraint, principals []made) {
	optional, isKey := true, false
	for _, name := range c.DependentProperties {
		p := e.typ.Property(name)
		optional = optional && !p.NotNull
		isKey = isKey || slices.Contains(e.typ.KeyProperties(), p)
	}
	none := len(principals) == 0 || optional && !isKey && m.IntN(4) == 0
	var to made
	if !none {
		to = principals[m.IntN(len(principals))]
	}
	for i, name := range c.DependentProperties {
		e.values[name] = edm.Null
		if !none {
			e.values[name] = to.values[c.PrincipalProperties[i]]
		}
	}
}

func (m *maker) one(k edm.Kind) edm.Value {
	pool := extremes[k]
	if len(pool) == 0 {
		return edm.Null
	}
	return pool[m.IntN(len(pool))]
}

func (m *maker) value(t metadata.TypeRef, nullable bool) edm.Value {
	switch {
	case t.Collection:
		var items []edm.Value
		for range m.IntN(4) {
			items = append(items, m.value(t.Item(), false))
		}
		return edm.Collection(items)
	case nullable && m.IntN(4) == 0:
		return edm.Null
	case t.Complex != nil:
		var members []edm.Value
		for _, p := range t.Complex.AllProperties() {
			members = append(members, m.value(p.TypeRef(), !p.NotNull))
		}
		return edm.Complex(members)
	}
	return m.one(t.Kind)
}

// link makes links of an association that no property holds.
func (m *maker) link(s *metadata.AssociationSet) {
	a, sets := m.ends(s)
	if a.Constraint != nil {
		return
	}
	from, nav := 0, (*metadata.NavigationProperty)(nil)
	var path string
	for i := range a.Ends {
		t := m.model.EntityType(a.Ends[i].Type)
		if t == nil {
			t = m.model.EntityType(a.Namespace + "." + a.Ends[i].Type)
		}
		for _, n := range t.AllNavigationProperties() {
			if n.Association() == a && n.FromRole == a.Ends[i].Role && nav == nil {
				from, nav, path = i, n, n.Name
				if t != sets[i].Type() {
					path = t.QualifiedName() + "/" + n.Name
				}
			}
		}
	}
	if nav == nil {
		return
	}
	links := memory.Links{Set: sets[from].Name, Navigation: path}
	here, there := a.Ends[from].Multiplicity, a.Ends[1-from].Multiplicity
	taken := map[string]bool{}
	for _, e := range m.made[sets[from].Name] {
		if !e.typ.Is(nav.DeclaringType()) {
			continue
		}
		n := m.IntN(4)
		switch there {
		case metadata.ZeroOrOne:
			n = m.IntN(2)
		case metadata.One:
			n = 1
		}
		chosen := map[string]bool{}
		for range n {
			all := m.made[sets[1-from].Name]
			to := all[m.IntN(len(all))]
			if chosen[to.key] || here != metadata.Many && taken[to.key] || !to.typ.Is(nav.Target()) {
				continue
			}
			chosen[to.key], taken[to.key] = true, true
			links.Pairs = append(links.Pairs, [2]string{e.key, to.key})
		}
	}
	if here == metadata.One {
		// What has no link yet gets one.
		for i, to := range m.made[sets[1-from].Name] {
			if all := m.made[sets[from].Name]; !taken[to.key] && to.typ.Is(nav.Target()) {
				links.Pairs = append(links.Pairs, [2]string{all[i%len(all)].key, to.key})
			}
		}
	}
	m.data.Links = append(m.data.Links, links)
}
