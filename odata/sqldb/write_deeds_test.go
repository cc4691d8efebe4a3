package sqldb_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A deed is one write, to be done to one side after the other. What the database
// has made is given to the other side.
type deed struct {
	what string
	do   func(ctx context.Context, sets map[string]odata.EntitySet, made *odata.Row) (odata.Row, error)
	q    *odata.Query
}

func (r *rivals) key(name string) odata.Key {
	if list := r.keys[name]; len(list) > 0 && r.IntN(10) > 0 {
		return pick(r, list)
	}
	var key odata.Key
	for _, p := range r.set(name).Type().KeyProperties() {
		key = append(key, r.few(p.TypeRef()))
	}
	return key
}

// few is one of few values of a type.
func (r *rivals) few(t metadata.TypeRef) edm.Value {
	switch {
	case t.Collection:
		return edm.Collection([]edm.Value{edm.String("x"), edm.String("y")}[:r.IntN(3)])
	case t.Complex != nil:
		var members []edm.Value
		for _, p := range t.Complex.AllProperties() {
			v := edm.Null
			if r.IntN(3) > 0 {
				v = r.few(p.TypeRef())
			}
			members = append(members, v)
		}
		return edm.Complex(members)
	}
	n := 1 + r.IntN(24)
	switch t.Kind {
	case edm.KindString:
		return edm.String("s" + strconv.Itoa(n))
	case edm.KindBinary:
		return edm.Binary([]byte{byte(n)})
	case edm.KindGuid:
		return edm.GUID{15: byte(n)}.Value()
	case edm.KindDateTime:
		v, _ := edm.ParseLiteral("datetime'2015-07-12T06:40:00'")
		return v
	}
	v, err := edm.Convert(edm.Int32(int32(n)), t.Kind)
	if err != nil {
		panic(err)
	}
	return v
}

func (r *rivals) values(name string, t *metadata.EntityType, insert bool) (all []odata.Assignment) {
	principals := map[string]edm.Value{} // an existing key for what refers to one
	for _, nav := range r.navs[name] {
		c := nav.Association().Constraint
		if c == nil || c.DependentRole != nav.FromRole || r.IntN(8) == 0 {
			continue
		}
		target := r.set(name).NavigationTarget(nav)
		key := r.key(target.Name)
		for i, p := range target.Type().KeyProperties() {
			principals[c.DependentProperties[slices.Index(c.PrincipalProperties, p.Name)]] = key[i]
		}
	}
	for _, p := range t.StructuralProperties() {
		isKey := slices.Contains(t.KeyProperties(), p)
		v, refers := principals[p.Name]
		if !refers {
			v = r.few(p.TypeRef())
		}
		switch {
		case p.StoreGenerated != metadata.StoreGeneratedAbsent:
			continue
		case isKey && !insert:
			if r.IntN(200) > 0 {
				continue
			}
		case isKey && !refers && r.IntN(3) == 0 && p.Kind() != edm.KindString, isKey && r.IntN(30) == 0:
			continue
		case !insert && r.IntN(3) > 0:
			continue
		case !isKey && r.IntN(25) == 0:
			continue
		case !p.NotNull && r.IntN(4) == 0:
			v = edm.Null
		}
		if complex := p.TypeRef().Complex; !insert && complex != nil && r.IntN(2) == 0 {
			all = append(all, r.member(p, complex))
			continue
		}
		all = append(all, odata.Assignment{Property: p, Value: v})
	}
	return all
}

// member is an assignment within a complex value, at any depth.
func (r *rivals) member(p *metadata.Property, t *metadata.ComplexType) odata.Assignment {
	a := odata.Assignment{Within: []*metadata.Property{p}}
	for {
		a.Property = pick(r, t.AllProperties())
		next := a.Property.TypeRef().Complex
		if next == nil || r.IntN(3) == 0 {
			a.Value = r.few(a.Property.TypeRef())
			return a
		}
		a.Within, t = append(a.Within, a.Property), next
	}
}

// ground gives a new entity the parts of its key that refer to others, unless a link
// does: what a store makes of them instead refers to nothing, or to anything. Nor
// does a new entity link to one of its set that is not there: it might be itself.
func (r *rivals) ground(name string, t *metadata.EntityType, change *odata.Change) {
	change.Links = slices.DeleteFunc(change.Links, func(l odata.LinkChange) bool {
		return l.Key != nil && r.set(name).NavigationTarget(l.Nav).Name == name &&
			!slices.ContainsFunc(r.keys[name], func(key odata.Key) bool { return fmt.Sprint(key) == fmt.Sprint(l.Key) })
	})
	for _, nav := range r.navs[name] {
		c := nav.Association().Constraint
		if c == nil || c.DependentRole != nav.FromRole || slices.ContainsFunc(change.Links, func(l odata.LinkChange) bool { return l.Nav.Association() == nav.Association() && !l.Remove }) {
			continue
		}
		for _, held := range c.DependentProperties {
			p := t.Property(held)
			given := slices.ContainsFunc(change.Set, func(a odata.Assignment) bool { return a.Property == p })
			if !given && slices.Contains(t.KeyProperties(), p) {
				change.Set = append(change.Set, odata.Assignment{Property: p, Value: r.few(p.TypeRef())})
			}
		}
	}
}

func (r *rivals) dynamic(t *metadata.EntityType) (all []odata.DynamicProperty) {
	if !t.IsOpen() {
		return nil
	}
	for _, name := range []string{"Zeal", "Age", "Mood"} {
		switch r.IntN(6) {
		case 0:
			all = append(all, odata.DynamicProperty{Name: name, Value: edm.Null})
		case 1:
			all = append(all, odata.DynamicProperty{Name: name, Value: edm.Int32(int32(r.IntN(9)))})
		}
	}
	return all
}

func (r *rivals) link(name string) (c odata.LinkChange, ok bool) {
	if len(r.navs[name]) == 0 {
		return c, false
	}
	c.Nav = pick(r, r.navs[name])
	c.Key, c.Remove = r.key(r.set(name).NavigationTarget(c.Nav).Name), r.IntN(4) == 0
	if c.Remove && !c.Nav.IsCollection() && r.IntN(2) == 0 {
		c.Key = nil
	}
	return c, true
}

func (r *rivals) deed() deed {
	name := pick(r, r.names)
	many, key := len(r.keys[name]), r.key(name)
	q := r.query(name)
	what := r.IntN(100)
	switch {
	case what < 30 && many < 16 || many < 4:
		t := pick(r, append([]*metadata.EntityType{q.Type}, q.Type.DerivedTypes()...))
		change := &odata.Change{Type: t, Set: r.values(name, t, true), Dynamic: r.dynamic(t)}
		for range r.IntN(3) {
			if c, ok := r.link(name); ok {
				change.Links = append(change.Links, c)
			}
		}
		r.ground(name, t, change)
		if name == "Badges" && r.IntN(6) > 0 {
			change.Links = append(change.Links, odata.LinkChange{Nav: t.NavigationProperty("Bearer"), Key: r.key("Persons")})
		}
		media := ""
		if t.IsMediaEntity() && r.IntN(2) == 0 {
			media = fmt.Sprintf("content %d", r.IntN(5))
		}
		return deed{"insert " + name + " " + changeText(change), func(ctx context.Context, sets map[string]odata.EntitySet, made *odata.Row) (odata.Row, error) {
			own := *change
			if made != nil {
				own.Set = slices.Clone(own.Set)
				for i, p := range q.Fields {
					given := slices.IndexFunc(own.Set, func(a odata.Assignment) bool { return a.Property == p })
					isKey := slices.Contains(t.KeyProperties(), p)
					if given < 0 && t.Property(p.Name) == p && (isKey || p.StoreGenerated != metadata.StoreGeneratedAbsent) {
						own.Set = append(own.Set, odata.Assignment{Property: p, Value: made.Values[i]})
					}
				}
			}
			if media != "" {
				own.Media = &odata.Media{Content: io.NopCloser(strings.NewReader(media)), ContentType: "text/plain"}
			}
			return sets[name].Inserter.Insert(ctx, q, &own)
		}, q}
	case what < 40:
		return deed{fmt.Sprintf("delete %s %v", name, key), func(ctx context.Context, sets map[string]odata.EntitySet, _ *odata.Row) (odata.Row, error) {
			return odata.Row{}, sets[name].Deleter.Delete(ctx, r.target(name, key))
		}, nil}
	case what < 48 && (name == "Photos" || r.IntN(10) == 0 && r.sides[inMemory][name].Streamer != nil):
		stream := q.Type.Property(pick(r, []string{"", "Thumb"}))
		content, mediaType := fmt.Sprintf("content %d", r.IntN(5)), pick(r, []string{"image/png", "text/plain"})
		ifMatch := pick(r, []string{"", "", "*", `"another"`})
		if m, err := r.sides[inMemory][name].Streamer.Open(r.t.Context(), r.target(name, key), stream); err == nil && r.IntN(2) == 0 {
			ifMatch = m.ETag
		}
		return deed{fmt.Sprintf("store %s %v %v", name, key, stream), func(ctx context.Context, sets map[string]odata.EntitySet, _ *odata.Row) (odata.Row, error) {
			media := &odata.Media{Content: io.NopCloser(strings.NewReader(content)), ContentType: mediaType}
			etag, err := sets[name].Streamer.Store(ctx, r.target(name, key), stream, media, ifMatch)
			return odata.Row{Type: q.Type, Dynamic: []odata.DynamicProperty{{Name: etag}}, Values: make([]edm.Value, len(q.Fields))}, err
		}, q}
	}
	typ := q.Type
	var token edm.Value
	for _, row := range r.read(r.t.Context(), inMemory, r.target(name, key)) {
		if typ = row.Type; len(typ.ConcurrencyTokens()) > 0 {
			token = row.Values[q.Field(typ.ConcurrencyTokens()[0])]
		}
	}
	change := &odata.Change{Dynamic: r.dynamic(typ), Replace: r.IntN(3) == 0}
	if r.IntN(3) > 0 {
		change.Set = r.values(name, typ, false)
	}
	if c, ok := r.link(name); ok && r.IntN(3) > 0 {
		change.Links = append(change.Links, c)
	}
	target := r.target(name, key)
	if !token.IsNull() && r.IntN(2) == 0 && !masked(typ.ConcurrencyTokens()[0]) {
		if r.IntN(3) == 0 {
			token = r.few(typ.ConcurrencyTokens()[0].TypeRef())
		}
		target = r.target(name, key, is(q.Type, typ.ConcurrencyTokens()[0], token))
	}
	return deed{fmt.Sprintf("update %s %v %s", name, key, changeText(change)), func(ctx context.Context, sets map[string]odata.EntitySet, _ *odata.Row) (odata.Row, error) {
		return sets[name].Updater.Update(ctx, target, change)
	}, q}
}

func changeText(c *odata.Change) string {
	var b strings.Builder
	for _, a := range c.Set {
		for _, w := range a.Within {
			b.WriteString(w.Name + "/")
		}
		fmt.Fprintf(&b, "%s=%v ", a.Property.Name, a.Value)
	}
	for _, l := range c.Links {
		fmt.Fprintf(&b, "| %s>%s %v -%v ", l.Nav.Association().Name, l.Nav.ToRole, l.Key, l.Remove)
	}
	return b.String()
}
