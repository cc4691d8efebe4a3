package metadata

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Bounds of what Resolve builds: a short document can describe a type hierarchy
// whose tables would not fit into memory.
const (
	maxInheritance = 64      // types on one chain, and containers that extend each other
	maxContainers  = 256     // of all schemas
	maxMembers     = 1 << 18 // of all types and containers, inherited ones counted for every one
)

// linkBaseTypes finds base types. A type on or above a cycle, or too deep, is
// treated as having no base type once that is reported.
func (r *resolver) linkBaseTypes() {
	for sc, t := range r.entityTypes.all() {
		if t.BaseType != "" {
			at := place{t.QualifiedName(), t.Source}
			if base := r.index.entities[sc.expand(t.BaseType)]; base != nil {
				t.resolved.base = base
				assign(r, &t.BaseType, base.QualifiedName())
			} else {
				r.report(at, "there is no entity type %s to extend", sc.expand(t.BaseType))
			}
		}
	}
	breakChains(r, r.entityTypes, (*EntityType).Base, func(t *EntityType) place {
		t.resolved.base = nil
		return place{t.QualifiedName(), t.Source}
	})
	for sc, t := range r.complexTypes.all() {
		if t.BaseType != "" {
			at := place{t.QualifiedName(), t.Source}
			if base := r.index.complexes[sc.expand(t.BaseType)]; base != nil {
				t.resolved.base = base
				assign(r, &t.BaseType, base.QualifiedName())
			} else {
				r.report(at, "there is no complex type %s to extend", sc.expand(t.BaseType))
			}
		}
	}
	breakChains(r, r.complexTypes, (*ComplexType).Base, func(t *ComplexType) place {
		t.resolved.base = nil
		return place{t.QualifiedName(), t.Source}
	})
}

// breakChains reports definitions that extend themselves or stand on a chain of
// more than maxInheritance, and has cut take their base away. Afterwards every
// chain is finite and short.
func breakChains[T any](r *resolver, list definitions[T], base func(*T) *T, cut func(*T) place) {
	depth := map[*T]int{} // of finished ones; being on the way is -1
	for _, t := range list.all() {
		var way []*T
		for at := t; at != nil && depth[at] == 0; at = base(at) {
			depth[at] = -1
			way = append(way, at)
		}
		for _, at := range slices.Backward(way) {
			above := 0
			if b := base(at); b != nil {
				switch above = depth[b]; {
				case above < 0:
					r.report(cut(at), "it extends itself, by way of its base")
					above = 0
				case above >= maxInheritance:
					r.report(cut(at), "more than %d definitions extend one another", maxInheritance)
					above = 0
				}
			}
			depth[at] = above + 1
		}
	}
}

// linkProperties resolves the types of properties.
func (r *resolver) linkProperties() {
	for sc, t := range r.entityTypes.all() {
		r.linkOwnProperties(sc, place{t.QualifiedName(), t.Source}, t.Properties)
	}
	for sc, t := range r.complexTypes.all() {
		r.linkOwnProperties(sc, place{t.QualifiedName(), t.Source}, t.Properties)
	}
}

func (r *resolver) linkOwnProperties(sc *scope, of place, list []*Property) {
	for _, p := range list {
		p.resolved = propertyIndex{declaring: of.element}
		at := of.member(p.Name, p.Source)
		ref, ok := r.typeRef(sc, p.Type)
		switch {
		case p.Type == "":
			r.report(at, "the property has no type")
			continue
		case !ok:
			r.report(at, "there is no type %s", p.Type)
			continue
		case ref.Entity != nil:
			r.report(at, "a property cannot be of the entity type %s: use a navigation property", ref.Item())
			continue
		}
		assign(r, &p.Type, ref.String())
		if p.CollectionKind == "List" || p.CollectionKind == "Bag" {
			ref.Collection = true
		}
		p.resolved.ref = ref
	}
}

// linkMembers builds the tables of every type's members, base types first. It
// returns false when the model is too large to have them.
func (r *resolver) linkMembers() bool {
	doneEntity := map[*EntityType]bool{}
	for _, t := range r.entityTypes.all() {
		for _, t := range rootFirst(t, (*EntityType).Base) {
			if doneEntity[t] {
				continue
			}
			doneEntity[t] = true
			if !r.room(len(t.Properties)+len(t.NavigationProperties), t.resolved.base.memberCount()) {
				return false
			}
			r.linkEntityMembers(t)
			for b := t.resolved.base; b != nil; b = b.resolved.base {
				b.resolved.derived = append(b.resolved.derived, t)
			}
		}
	}
	doneComplex := map[*ComplexType]bool{}
	for _, t := range r.complexTypes.all() {
		for _, t := range rootFirst(t, (*ComplexType).Base) {
			if doneComplex[t] {
				continue
			}
			doneComplex[t] = true
			inherited := 0
			if b := t.resolved.base; b != nil {
				inherited = len(b.resolved.all)
			}
			if !r.room(len(t.Properties), inherited) {
				return false
			}
			r.linkComplexMembers(t)
		}
	}
	return true
}

// rootFirst is the chain of base types that ends in t.
func rootFirst[T any](t *T, base func(*T) *T) []*T {
	var chain []*T
	for ; t != nil; t = base(t) {
		chain = append(chain, t)
	}
	slices.Reverse(chain)
	return chain
}

func (t *EntityType) memberCount() int {
	if t == nil {
		return 0
	}
	return len(t.resolved.all) + len(t.resolved.navigation)
}

// room counts members and reports when they are too many. A type without members of its own shares the tables of
// its base type, which costs nothing.
func (r *resolver) room(own, inherited int) bool {
	if own == 0 {
		return true
	}
	if r.members += own + inherited; r.members > maxMembers {
		r.report(place{element: r.scopes[0].namespace}, "types and containers have more than %d members in all, inherited ones counted", maxMembers)
		return false
	}
	return true
}

func (r *resolver) linkEntityMembers(t *EntityType) {
	x := t.resolved
	if b := x.base; b != nil {
		derived, base := x.derived, x.base
		*x = *b.resolved
		x.derived, x.base = derived, base
	}
	x.open = x.open || t.OpenType
	x.media = x.media || t.HasStream
	if len(t.Properties) > 0 || x.byName == nil {
		x.all = slices.Concat(x.all, t.Properties)
		x.byName = extend(x.byName, t.Properties, func(p *Property) string { return p.Name })
		x.structural = x.all
		x.namedStreams = filter(x.all, isStream)
		if len(x.namedStreams) > 0 {
			x.structural = filter(x.all, func(p *Property) bool { return !isStream(p) })
		}
		x.tokens = filter(x.all, func(p *Property) bool { return p.ConcurrencyMode == ConcurrencyFixed })
	}
	if len(t.NavigationProperties) > 0 || x.navByName == nil {
		x.navigation = slices.Concat(x.navigation, t.NavigationProperties)
		x.navByName = extend(x.navByName, t.NavigationProperties, func(n *NavigationProperty) string { return n.Name })
	}
	if x.base == nil {
		for _, name := range t.Key {
			if p := x.byName[name]; p != nil {
				x.key = append(x.key, p)
			}
		}
	}
}

func filter[T any](list []T, keep func(T) bool) []T {
	var kept []T
	for _, v := range list {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

func isStream(p *Property) bool {
	return p.resolved.ref.Kind == edm.KindStream && !p.resolved.ref.Collection
}

func (r *resolver) linkComplexMembers(t *ComplexType) {
	x := t.resolved
	if b := x.base; b != nil {
		x.all, x.byName = b.resolved.all, b.resolved.byName
	}
	if len(t.Properties) > 0 || x.byName == nil {
		x.all = slices.Concat(x.all, t.Properties)
		x.byName = extend(x.byName, t.Properties, func(p *Property) string { return p.Name })
	}
}

// extend copies the inherited members and adds a type's own. Of two with one
// name the first stays; the checks report the other.
func extend[T any](inherited map[string]*T, own []*T, name func(*T) string) map[string]*T {
	m := make(map[string]*T, len(inherited)+len(own))
	for k, v := range inherited {
		m[k] = v
	}
	for _, v := range own {
		if _, taken := m[name(v)]; !taken {
			m[name(v)] = v
		}
	}
	return m
}
