package sqldb_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestModelOfSchema makes models of the tables of models, and compares both, but for
// what the comment of ModelOf says is lost. Then it does the same to the model of the
// tables, which loses next to nothing more.
func TestModelOfSchema(t *testing.T) {
	for _, d := range databases {
		if d.name == "PostgreSQL" {
			d.open = schemas(t)
		}
		for _, tt := range []struct {
			name  string
			model *metadata.Model
			sets  func(*metadata.Model) []odata.EntitySet
		}{
			{"demo", testmodel.Demo(t), func(m *metadata.Model) []odata.EntitySet { return heldBy(t, m, village()) }},
			{"kinds", testmodel.Kinds(t), func(m *metadata.Model) []odata.EntitySet { return testmodel.KindSets(t, m) }},
			{"library", library(t), func(m *metadata.Model) []odata.EntitySet { return heldBy(t, m, books()) }},
			{"town", testmodel.Town(t), func(m *metadata.Model) []odata.EntitySet { return heldBy(t, m, memory.Data{}) }},
		} {
			t.Run(d.name+" "+tt.name, func(t *testing.T) {
				db := d.open(t)
				storeOf(t, db, tt.model, tt.sets(tt.model))
				live := modelOf(t, db, sqldb.LiveOptions{})
				if len(live.LeftOut) > 0 {
					t.Errorf("left out: %v", live.LeftOut)
				}
				if d := diff.Diff(expectedSets(tt.model, db.Dialect()), foundSets(live.Model)); d != "" {
					t.Errorf("sets (-want +got):\n%s", d)
				}
				if d := diff.Diff(expectedLinks(tt.model, db.Dialect()), foundLinks(live.Model)); d != "" {
					t.Errorf("associations (-want +got):\n%s", d)
				}
				smoke(t, served(t, db, live), live)

				// What is lost the second time: the numbers of keys and cascades.
				second := remade(t, d.open(t), live)
				if d := diff.Diff(lines(t, live, lossy), lines(t, second, lossy)); d != "" {
					t.Errorf("once more (-first +second):\n%s", d)
				}
				if d := diff.Diff(lines(t, second, nil), lines(t, remade(t, d.open(t), second), nil)); d != "" {
					t.Errorf("and again (-second +third):\n%s", d)
				}
			})
		}
	}
}

// remade is the model of the tables that a model of tables has in another database.
func remade(t *testing.T, db sqldb.DB, live *sqldb.LiveModel) *sqldb.LiveModel {
	t.Helper()
	store, err := sqldb.NewStore(db, live.Model, live.Options...)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, store.Schema(db.Dialect())...)
	return modelOf(t, db, sqldb.LiveOptions{})
}

var lossy = regexp.MustCompile(`(?s)(>\s*<OnDelete Action="Cascade"/>\s*</End>)|( xmlns:annotation="[^"]*")|( annotation:StoreGeneratedPattern="Identity")`)

// lines are those of the text of a model, without what a pattern matches.
func lines(t *testing.T, live *sqldb.LiveModel, without *regexp.Regexp) []string {
	t.Helper()
	text := liveText(t, live)
	if without != nil {
		text = without.ReplaceAllStringFunc(text, func(s string) string {
			if s[0] == '>' {
				return "/>"
			}
			return ""
		})
	}
	return strings.Split(text, "\n")
}

func heldBy(t *testing.T, model *metadata.Model, data memory.Data) []odata.EntitySet {
	t.Helper()
	store, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	return store.Sets()
}

// lost is the kind that is left of one in the tables of a dialect.
func lost(k edm.Kind, d sqldb.Dialect) edm.Kind {
	switch {
	case k.IsSpatial(), k == edm.KindString, k == edm.KindCollection, k == edm.KindComplex:
		return edm.KindString
	case k == edm.KindTime:
		return edm.KindInt64
	case d == sqldb.PostgreSQL && (k == edm.KindByte || k == edm.KindSByte):
		return edm.KindInt16
	case d == sqldb.PostgreSQL:
		return k
	case k.IsInteger(), k == edm.KindBoolean:
		return edm.KindInt64
	case k == edm.KindSingle, k == edm.KindDouble:
		return edm.KindDouble
	case k == edm.KindBinary:
		return edm.KindBinary
	}
	return edm.KindString
}

// expectedSets are the properties by set that tables should show, streams left out: the
// type, ! for what cannot be null, # for what is numbered, and the place in the key.
func expectedSets(m *metadata.Model, d sqldb.Dialect) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, set := range m.DefaultContainer().AllEntitySets() {
		properties := map[string]string{}
		typ := set.Type()
		var add func(p *metadata.Property, name string, always bool)
		add = func(p *metadata.Property, name string, always bool) {
			ref, row := p.TypeRef(), always
			always = always && p.NotNull
			text := func(k edm.Kind) string {
				s := lost(k, d).String()
				if always {
					s += "!"
				}
				return s
			}
			switch {
			case ref.Collection:
				properties[name] = text(edm.KindCollection)
			case ref.Complex != nil:
				if !always { // a column tells whether it is there
					properties[name] = lost(edm.KindBoolean, d).String()
					if row {
						properties[name] += "!"
					}
				}
				for _, inner := range ref.Complex.AllProperties() {
					add(inner, name+"_"+inner.Name, always)
				}
			case ref.Kind != edm.KindStream:
				properties[name] = text(ref.Kind)
				if isNumbered(typ, p, d) {
					properties[name] += "#"
				}
				if at := slices.Index(typ.Key, p.Name); at >= 0 {
					properties[name] += " key" + string(rune('0'+at))
				}
			}
		}
		open := typ.IsOpen()
		for _, p := range typ.StructuralProperties() {
			add(p, p.Name, true)
		}
		for _, derived := range typ.DerivedTypes() {
			open = open || derived.IsOpen()
			properties["odata_type"] = "Edm.String!"
			for _, p := range derived.StructuralProperties()[len(derived.Base().StructuralProperties()):] {
				add(p, p.Name, false)
			}
		}
		if open {
			properties["odata_dynamic"] = "Edm.String"
		}
		all[set.Name] = properties
	}
	for _, b := range bondsOf(m) {
		if b.association.Constraint != nil || b.holder < 0 {
			continue
		}
		near, far := b.sets[b.holder], b.sets[1-b.holder]
		name := b.association.Ends[1-b.holder].Role
		if n := b.navigation[b.holder]; n != nil {
			name = n.Name
		}
		for _, key := range far.Type().KeyProperties() {
			all[near.Name][name+"_"+key.Name] = lost(key.Kind(), d).String()
		}
	}
	return all
}

// isNumbered reports that a table has numbers of its own for a property.
func isNumbered(t *metadata.EntityType, p *metadata.Property, d sqldb.Dialect) bool {
	k := p.Kind()
	isKey, only := slices.Contains(t.Key, p.Name), slices.Equal(t.Key, []string{p.Name})
	switch {
	case d == sqldb.SQLite && only && (k == edm.KindBoolean || k == edm.KindTime):
		return true // as SQLite does with any such key
	case !k.IsInteger(), isKey && k == edm.KindSByte:
		return false
	case isKey:
		return only || d == sqldb.PostgreSQL
	case d == sqldb.SQLite, p.ConcurrencyMode == metadata.ConcurrencyFixed:
		return false
	}
	return p.StoreGenerated == metadata.StoreGeneratedIdentity || p.StoreGenerated == metadata.StoreGeneratedComputed
}

func foundSets(m *metadata.Model) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, set := range m.DefaultContainer().EntitySets {
		if strings.HasSuffix(set.Name, "_streams") {
			continue
		}
		all[set.Name] = map[string]string{}
		for _, p := range set.Type().Properties {
			text := p.Type
			if p.NotNull {
				text += "!"
			}
			if p.StoreGenerated == metadata.StoreGeneratedIdentity {
				text += "#"
			}
			if at := slices.Index(set.Type().Key, p.Name); at >= 0 {
				text += " key" + string(rune('0'+at))
			}
			all[set.Name][p.Name] = text
		}
	}
	return all
}

// A bond is an association set of a model, and which end's table has the columns, -1
// for neither.
type bond struct {
	association *metadata.Association
	sets        [2]*metadata.EntitySet
	navigation  [2]*metadata.NavigationProperty
	holder      int
}

func bondsOf(m *metadata.Model) (bonds []bond) {
	container := m.DefaultContainer()
	for _, s := range container.AssociationSets {
		b := bond{association: m.Association(s.Association), holder: -1}
		best := 0
		for n := range b.association.Ends {
			end := &b.association.Ends[n]
			for _, e := range s.Ends {
				if e.Role == end.Role {
					b.sets[n] = container.EntitySet(e.EntitySet)
				}
			}
			for _, nav := range m.EntityType(end.Type).AllNavigationProperties() {
				if nav.Association() == b.association && nav.FromRole == end.Role {
					b.navigation[n] = nav
				}
			}
		}
		for n := range b.association.Ends {
			rank := 1
			if b.navigation[n] != nil {
				rank++
			}
			switch b.association.Ends[1-n].Multiplicity {
			case metadata.Many:
				continue
			case metadata.One:
				rank += 2
			}
			if rank > best {
				best, b.holder = rank, n
			}
		}
		if c := b.association.Constraint; c != nil {
			b.holder = 0
			if b.association.Ends[1].Role == c.DependentRole {
				b.holder = 1
			}
		}
		bonds = append(bonds, b)
	}
	return bonds
}

// expectedLinks are lines such as "Orders * Customers 0..1": who has the columns goes
// first.
func expectedLinks(m *metadata.Model, d sqldb.Dialect) (lines []string) {
	for _, b := range bondsOf(m) {
		if b.holder < 0 {
			lines = append(lines, sorted(b.sets[0].Name+" *", b.sets[1].Name+" *"))
			continue
		}
		near, far := b.sets[b.holder], b.sets[1-b.holder]
		end, principal := b.association.Ends[b.holder].Multiplicity, metadata.ZeroOrOne
		columns := []string(nil)
		if c := b.association.Constraint; c != nil {
			columns = c.DependentProperties
			principal = metadata.One
			for _, name := range columns {
				if !m.EntityType(b.association.Ends[b.holder].Type).Property(name).NotNull {
					principal = metadata.ZeroOrOne
				}
			}
		}
		if end != metadata.Many {
			end = metadata.ZeroOrOne
			if d == sqldb.SQLite && !slices.Equal(columns, near.Type().Key) {
				end = metadata.Many
			}
		}
		lines = append(lines, near.Name+" "+end.String()+" "+far.Name+" "+principal.String())
	}
	slices.Sort(lines)
	return lines
}

func foundLinks(m *metadata.Model) (lines []string) {
	for _, b := range bondsOf(m) {
		name := func(n int) string { return b.sets[n].Name + " " + b.association.Ends[n].Multiplicity.String() }
		switch {
		case strings.HasSuffix(b.sets[0].Name, "_streams"), strings.HasSuffix(b.sets[1].Name, "_streams"):
		case b.association.Constraint == nil:
			lines = append(lines, sorted(name(0), name(1)))
		default:
			lines = append(lines, name(b.holder)+" "+name(1-b.holder))
		}
	}
	slices.Sort(lines)
	return lines
}

func sorted(a, b string) string { return min(a, b) + " " + max(a, b) }

// TestModelOfOptions has options, and mistakes in them.
func TestModelOfOptions(t *testing.T) {
	db := openSQLite(t)
	execute(t, db, `CREATE TABLE a (id TEXT NOT NULL, at TEXT, n, big NUMERIC, made AS (id) STORED, "x{y}" JSON, PRIMARY KEY (id))`,
		`CREATE TABLE b (no INTEGER PRIMARY KEY, a_id TEXT REFERENCES a)`, `CREATE VIEW v AS SELECT id, 1 + 1 AS two FROM a`,
		`CREATE TABLE pamodata_migration (version INTEGER PRIMARY KEY)`, `CREATE VIRTUAL TABLE words USING fts5(body)`)
	for _, tt := range []struct {
		name    string
		options sqldb.LiveOptions
		want    map[string]string // the types of properties, or nil
		err     string
		why     string
	}{
		{"none", sqldb.LiveOptions{}, map[string]string{"a/id": "Edm.String", "a/at": "Edm.String", "a/big": "Edm.Double", "b/no": "Edm.Int64", "b/a_id": "Edm.String"}, "", "tables with keys"},
		{"tables", sqldb.LiveOptions{Tables: []string{"B"}}, map[string]string{"b/no": "Edm.Int64", "b/a_id": "Edm.String"}, "", "SQLite's names have no case"},
		{"types", sqldb.LiveOptions{Tables: []string{"a", "V"}, Keys: map[string][]string{"v": {"ID"}},
			Types: map[string]string{"a.ID": "Edm.Guid", "a.at": "Edm.DateTimeOffset", "a.n": "Edm.Decimal", "v.two": "Edm.Int32", "a.made": "Edm.Guid"}},
			map[string]string{"a/id": "Edm.Guid", "a/at": "Edm.DateTimeOffset", "a/n": "Edm.Decimal", "a/big": "Edm.Double", "a/made": "Edm.Guid", "v/id": "Edm.String", "v/two": "Edm.Int32"}, "", "what is stored as text"},
		{"no such table", sqldb.LiveOptions{Tables: []string{"c"}}, nil, `there is no table or view "c"`, ""},
		{"no such key", sqldb.LiveOptions{Keys: map[string][]string{"v": {"nope"}}}, nil, `Keys: "v" has no columns nope`, ""},
		{"a key of nothing", sqldb.LiveOptions{Keys: map[string][]string{"c": {"id"}}}, nil, `Keys: there is no table or view "c"`, ""},
		{"an empty key", sqldb.LiveOptions{Keys: map[string][]string{"v": nil}}, nil, `Keys: "v": there are no columns`, ""},
		{"no such column", sqldb.LiveOptions{Types: map[string]string{"a.c": "Edm.Guid"}}, nil, `Types: there is no column "a.c"`, ""},
		{"no such type", sqldb.LiveOptions{Types: map[string]string{"a.at": "Edm.Date"}}, nil, `Types: a.at: Edm.Date is no type of a column`, ""},
		{"a misfit", sqldb.LiveOptions{Types: map[string]string{"a.big": "Edm.Decimal"}}, nil, `Types: a.big: it has the type NUMERIC, which changes or mixes up values of Decimal`, "it would be compared wrongly"},
		{"a schema", sqldb.LiveOptions{Schema: "main"}, nil, `Schema: SQLite has none`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			live, err := sqldb.ModelOf(t.Context(), db, tt.options)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v, want %q: %s", err, tt.err, tt.why)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for set, properties := range foundSets(live.Model) {
				for name, text := range properties {
					got[set+"/"+name] = strings.TrimRight(strings.Fields(text)[0], "!#")
				}
			}
			if d := diff.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, d)
			}
			served(t, db, live)
		})
	}
	live := modelOf(t, db, sqldb.LiveOptions{})
	var left []string
	for _, l := range live.LeftOut {
		left = append(left, l.String())
	}
	want := []string{`table "a", column "made": it has no type`, `table "a", column "n": it has no type`,
		`table "a", column "x{y}": an expression cannot name it`,
		`table "pamodata_migration": package migrate keeps in it what was applied`,
		`table "v": nothing tells the rows of a view apart; name a key in the options`, `table "v", column "two": it has no type`, `table "words": it is a virtual table, which keeps no types`}
	got := slices.DeleteFunc(left, func(l string) bool { return strings.Contains(l, "it is a shadow table") })
	if d := diff.Diff(want, got); d != "" {
		t.Errorf("left out (-want +got):\n%s", d)
	}
}
