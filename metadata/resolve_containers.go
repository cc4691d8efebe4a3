package metadata

import "slices"

// linkContainers finds the default container, the extended containers, and the
// types of the entity sets. It returns false when the model is too large.
func (r *resolver) linkContainers() bool {
	extends := map[*EntityContainer]*EntityContainer{}
	for sc, c := range r.containers.all() {
		if c.Extends == "" {
			continue
		}
		base := r.index.containers[sc.expand(c.Extends)]
		if base == nil {
			r.report(place{element: c.QualifiedName()}, "there is no container %s to extend", sc.expand(c.Extends))
			continue
		}
		assign(r, &c.Extends, base.QualifiedName())
		extends[c] = base
	}
	base := func(c *EntityContainer) *EntityContainer { return extends[c] }
	breakChains(r, r.containers, base, func(c *EntityContainer) place {
		delete(extends, c)
		return place{element: c.QualifiedName()}
	})
	r.linkDefaultContainer()
	for sc, c := range r.containers.all() {
		for _, s := range c.EntitySets {
			s.resolved = setIndex{container: c, targets: map[*NavigationProperty]*EntitySet{}}
			at := place{element: c.QualifiedName()}.member(s.Name, s.Source)
			switch t := r.index.entities[sc.expand(s.EntityType)]; {
			case s.EntityType == "":
				r.report(at, "the entity set has no entity type")
			case t == nil:
				r.report(at, "there is no entity type %s", sc.expand(s.EntityType))
			default:
				s.resolved.typ = t
				assign(r, &s.EntityType, t.QualifiedName())
			}
		}
	}
	done := map[*EntityContainer]bool{}
	for _, c := range r.containers.all() {
		for _, c := range rootFirst(c, base) {
			if done[c] {
				continue
			}
			done[c] = true
			inherited := 0
			if b := extends[c]; b != nil {
				inherited = len(b.resolved.all) + len(b.resolved.imports)
			}
			if !r.room(1+len(c.EntitySets)+len(c.FunctionImports), inherited) {
				return false
			}
			linkContainerMembers(c, extends[c])
		}
	}
	return true
}

func linkContainerMembers(c, base *EntityContainer) {
	x := c.resolved
	x.base = base
	if base != nil {
		x.all = base.resolved.all
		for name, list := range base.resolved.imports {
			x.imports[name] = slices.Clip(list)
		}
	}
	x.all = slices.Concat(x.all, c.EntitySets)
	for _, s := range x.all {
		if _, taken := x.sets[s.Name]; !taken {
			x.sets[s.Name] = s
		}
	}
	for _, f := range c.FunctionImports {
		x.imports[f.Name] = append(x.imports[f.Name], f)
	}
}

// linkDefaultContainer settles which container needs no name in URLs. Containers
// are found by bare name too, where that is unambiguous or means the default.
func (r *resolver) linkDefaultContainer() {
	bare := map[string]*EntityContainer{}
	for _, c := range r.containers.all() {
		if _, taken := bare[c.Name]; taken {
			bare[c.Name] = nil
		} else {
			bare[c.Name] = c
		}
		if !c.IsDefault {
			continue
		}
		if first := r.index.fallback; first != nil {
			r.report(place{element: c.QualifiedName()}, "it is marked as the default container, as %s is: only one can be", first.QualifiedName())
			continue
		}
		r.index.fallback = c
	}
	if r.index.fallback == nil && len(r.containers) > 0 {
		first := r.containers[0].def
		if len(r.containers) > 1 {
			r.report(place{element: first.QualifiedName()}, "there are %d containers and none is marked as the default: set IsDefault on one", len(r.containers))
		}
		assign(r, &first.IsDefault, true)
		r.index.fallback = first
	}
	if d := r.index.fallback; d != nil {
		bare[d.Name] = d
	}
	for name, c := range bare {
		if c != nil {
			r.index.containers[name] = c
		}
	}
}

// linkAssociationSets tells each entity set where its navigation leads.
func (r *resolver) linkAssociationSets() {
	for sc, c := range r.containers.all() {
		for _, s := range c.AssociationSets {
			at := place{element: c.QualifiedName()}.member(s.Name, "")
			a := r.index.associations[sc.expand(s.Association)]
			switch {
			case s.Association == "":
				r.report(at, "the association set has no association")
				continue
			case a == nil:
				r.report(at, "there is no association %s", sc.expand(s.Association))
				continue
			}
			assign(r, &s.Association, a.QualifiedName())
			if sets, ok := r.associationSetEnds(at, c, s, a); ok {
				r.bind(at, role{a, 0}, sets[0], sets[1])
				r.bind(at, role{a, 1}, sets[1], sets[0])
			}
		}
	}
}

// associationSetEnds finds the sets at the ends of s, in the order of the
// association's ends.
func (r *resolver) associationSetEnds(at place, c *EntityContainer, s *AssociationSet, a *Association) (sets [2]*EntitySet, ok bool) {
	ok = true
	var found [2]*EntitySet // in the order of s
	for i, end := range s.Ends {
		if found[i] = c.resolved.sets[end.EntitySet]; found[i] == nil {
			r.report(at, "the container has no entity set %q for the role %q", end.EntitySet, end.Role)
			ok = false
		} else if found[i].resolved.typ == nil {
			ok = false // reported at the set
		}
		if end.Role != "" && a.end(end.Role) < 0 {
			r.report(at, "the association %s has no role %q", a.QualifiedName(), end.Role)
			ok = false
		}
	}
	types := r.ends[a]
	if !ok || types[0] == nil || types[1] == nil {
		return sets, false
	}
	first, known := firstEnd(s, a, types, found)
	if !known {
		r.report(at, "the entity types do not tell the ends apart: both ends need a role")
		return sets, false
	}
	for i := range s.Ends {
		end := first ^ i
		if s.Ends[i].Role != "" && s.Ends[i].Role != a.Ends[end].Role {
			r.report(at, "both ends have the role %s", s.Ends[i].Role)
			return sets, false
		}
		if !related(found[i].resolved.typ, types[end]) {
			r.report(at, "the role %s is of type %s, which the entity set %s of type %s cannot hold",
				a.Ends[end].Role, types[end].QualifiedName(), found[i].Name, found[i].resolved.typ.QualifiedName())
			ok = false
		}
		assign(r, &s.Ends[i].Role, a.Ends[end].Role)
		sets[end] = found[i]
	}
	return sets, ok
}

// firstEnd tells which end of the association the first end of s is: by a role
// if one is given, or else by the types.
func firstEnd(s *AssociationSet, a *Association, types [2]*EntityType, found [2]*EntitySet) (end int, known bool) {
	if s.Ends[0].Role != "" {
		return a.end(s.Ends[0].Role), true
	}
	if s.Ends[1].Role != "" {
		return 1 - a.end(s.Ends[1].Role), true
	}
	straight := related(found[0].resolved.typ, types[0]) && related(found[1].resolved.typ, types[1])
	crossed := related(found[0].resolved.typ, types[1]) && related(found[1].resolved.typ, types[0])
	if straight == crossed {
		return 0, false
	}
	if crossed {
		end = 1
	}
	return end, true
}

// related reports whether one type is or extends the other.
func related(a, b *EntityType) bool { return a.Is(b) || b.Is(a) }

// bind records that following from out of the set of leads to the set to.
func (r *resolver) bind(at place, from role, of, to *EntitySet) {
	if first, taken := r.bound[boundRole{from, of}]; taken {
		r.report(at, "the entity set %s has the role %s of %s in %s already", of.Name,
			from.association.Ends[from.end].Role, from.association.QualifiedName(), first)
		return
	}
	r.bound[boundRole{from, of}] = at.element
	if n := r.leaving(from); n != nil {
		of.resolved.targets[n] = to
	}
}

// leaving is the navigation property that leaves a role: a declared one, or the
// inverse of the one that comes from the other role.
func (r *resolver) leaving(from role) *NavigationProperty {
	if n := r.follow[from]; n != nil {
		return n
	}
	if n := r.follow[role{from.association, 1 - from.end}]; n != nil {
		return n.resolved.inverse
	}
	return nil
}

type boundRole struct {
	role
	set *EntitySet
}
