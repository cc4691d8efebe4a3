package memory_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// emptyTown is a town that nobody has moved to yet.
func emptyTown(t testing.TB) *shop { return openTown(t, testmodel.Town(t), memory.Data{}) }

// assignments reads "Name=value" parts for entities of a type. Values are in URI
// syntax; a number takes the kind of its property.
func assignments(typ *metadata.EntityType, text string) (all []odata.Assignment) {
	for _, part := range strings.Fields(text) {
		path, literal, _ := strings.Cut(part, "=")
		a := odata.Assignment{Property: typ.Property(path)}
		names := strings.Split(path, "/")
		for at := range names {
			if at == 0 {
				a.Property = typ.Property(names[0])
				continue
			}
			a.Within = append(a.Within, a.Property)
			a.Property = a.Property.TypeRef().Complex.Property(names[at])
		}
		if a.Property == nil {
			panic(typ.Name + " has no " + path)
		}
		a.Value = must(edm.ParseLiteral(literal))
		if a.Value.Kind().IsNumeric() {
			a.Value = must(edm.Convert(a.Value, a.Property.Kind()))
		}
		all = append(all, a)
	}
	return all
}

// linkChanges reads "Nav=key" parts, with a minus in front to remove one, and
// nothing behind the equals sign for no key.
func (s *shop) linkChanges(set, text string) (all []odata.LinkChange) {
	for _, part := range strings.Fields(text) {
		c := odata.LinkChange{Remove: part[0] == '-'}
		name, key, _ := strings.Cut(strings.TrimPrefix(part, "-"), "=")
		at := set
		if from, rest, ok := strings.Cut(name, "/"); ok { // "~Persons/Seal": the way back from there
			at, name = from[1:], "~"+rest
		}
		c.Nav = s.nav(at, name)
		if key != "" {
			c.Key = odata.Key{}
		}
		for i, literal := range strings.Split(key, ",") {
			if key == "" {
				break
			}
			v := must(edm.ParseLiteral(literal))
			if p := c.Nav.Target().KeyProperties()[i]; v.Kind().IsNumeric() {
				v = must(edm.Convert(v, p.Kind()))
			}
			c.Key = append(c.Key, v)
		}
		all = append(all, c)
	}
	return all
}

// do performs writes, a line each:
//
//	insert Persons [:Chief] Id=1 Name='Ann' | Manager=2
//	update Persons Id eq 1 | Name='Bob' | Manager=2 -Liked=3
//	delete Persons Id eq 1
func (s *shop) do(ctx context.Context, t testing.TB, lines ...string) error {
	t.Helper()
	for _, line := range lines {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		set, rest, _ := strings.Cut(rest, " ")
		parts := append(strings.Split(rest, "|"), "", "", "")
		served := s.sets[set]
		var err error
		switch verb {
		case "insert":
			typ, values := s.typ(set), parts[0]
			if name, ok := strings.CutPrefix(strings.TrimSpace(values), ":"); ok {
				name, values, _ = strings.Cut(name, " ")
				typ = s.model.EntityType("Town." + name)
			}
			_, err = served.Inserter.Insert(ctx, s.query(set), &odata.Change{Type: typ, Set: assignments(typ, values), Links: s.linkChanges(set, parts[1])})
		case "update":
			q := s.query(set)
			q.Filter = s.filter(t, q.Type, strings.TrimSpace(parts[0]))
			_, err = served.Updater.Update(ctx, q, &odata.Change{Set: assignments(q.Type, parts[1]), Links: s.linkChanges(set, parts[2])})
		case "delete":
			q := s.query(set)
			q.Filter = s.filter(t, q.Type, strings.TrimSpace(rest))
			err = served.Deleter.Delete(ctx, q)
		default:
			panic(line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// state prints all entities of the sets, with their links.
func (s *shop) state(ctx context.Context, t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for _, set := range s.model.DefaultContainer().AllEntitySets() {
		q := s.query(set.Name)
		rows, _, err := s.read(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		var keys []odata.Key
		for _, row := range rows {
			fmt.Fprintf(&b, "%s %s", set.Name, row.Type.Name)
			for i, p := range q.Fields {
				if !row.Values[i].IsNull() {
					fmt.Fprintf(&b, " %s=%v", p.Name, row.Values[i])
				}
			}
			b.WriteByte('\n')
			var key odata.Key
			for _, p := range q.Type.KeyProperties() {
				key = append(key, row.Values[q.Field(p)])
			}
			keys = append(keys, key)
		}
		for _, typ := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range typ.NavigationProperties {
				target := s.query(set.NavigationTarget(nav).Name)
				for edge, err := range s.sets[set.Name].Navigator.Navigate(ctx, nav, keys, target) {
					if err != nil {
						t.Fatal(err)
					}
					fmt.Fprintf(&b, "%s/%s %v > %v\n", set.Name, nav.Name, keys[edge.From], keysOf(target, []odata.Row{edge.Row}))
				}
			}
		}
	}
	return b.String()
}
