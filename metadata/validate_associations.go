package metadata

func (r *resolver) checkAssociations() {
	for _, a := range r.associations.all() {
		at := place{element: a.QualifiedName()}
		for i := range a.Ends {
			end := &a.Ends[i]
			if end.Type != "" || end.Role != "" { // otherwise reported already
				r.checkName(at, "role", end.Role)
			}
			if end.Multiplicity < ZeroOrOne || end.Multiplicity > Many {
				r.report(at, "the end %q has no multiplicity", end.Role)
			}
			if end.OnDelete > OnDeleteCascade {
				r.report(at, "OnDelete of the end %q has the unknown value %d", end.Role, end.OnDelete)
			}
		}
		if a.Ends[0].Role == a.Ends[1].Role && a.Ends[0].Role != "" {
			r.report(at, "both ends have the role %s: roles must differ", a.Ends[0].Role)
			continue
		}
		if a.Constraint != nil {
			r.checkConstraint(at, a, a.Constraint)
		}
	}
}

// checkConstraint checks a foreign key: the principal's properties are its key,
// the dependent's are parallel to them. Source: CSDL 3.0, ReferentialConstraint.
func (r *resolver) checkConstraint(at place, a *Association, c *ReferentialConstraint) {
	principal, dependent := a.end(c.PrincipalRole), a.end(c.DependentRole)
	switch {
	case principal < 0:
		r.report(at, "ReferentialConstraint: %q is no role of the association", c.PrincipalRole)
	case dependent < 0:
		r.report(at, "ReferentialConstraint: %q is no role of the association", c.DependentRole)
	case principal == dependent:
		r.report(at, "ReferentialConstraint: %s is both principal and dependent", c.PrincipalRole)
	}
	if len(c.PrincipalProperties) != len(c.DependentProperties) {
		r.report(at, "ReferentialConstraint: %d principal properties and %d dependent properties: there must be as many",
			len(c.PrincipalProperties), len(c.DependentProperties))
	}
	if principal < 0 || dependent < 0 || principal == dependent {
		return
	}
	if a.Ends[principal].Multiplicity == Many {
		r.report(at, "ReferentialConstraint: the principal role %s has the multiplicity *, but a dependent refers to one entity", c.PrincipalRole)
	}
	types := r.ends[a]
	from := r.constraintProperties(at, types[principal], c.PrincipalProperties)
	to := r.constraintProperties(at, types[dependent], c.DependentProperties)
	if t := types[principal]; t != nil {
		key := map[*Property]bool{}
		for _, p := range from {
			key[p] = true
		}
		whole := len(from) == len(t.resolved.key)
		for _, p := range t.resolved.key {
			whole = whole && key[p]
		}
		if !whole {
			r.report(at, "ReferentialConstraint: the principal properties must be the key of %s", t.QualifiedName())
		}
	}
	for i := range min(len(from), len(to)) {
		if p, d := from[i], to[i]; p != nil && d != nil && p.resolved.ref != d.resolved.ref {
			r.report(at, "ReferentialConstraint: %s is of type %s, but %s of type %s", p.Name, p.resolved.ref, d.Name, d.resolved.ref)
		}
	}
}

// constraintProperties finds the properties of t; unknown ones are nil.
func (r *resolver) constraintProperties(at place, t *EntityType, names []string) []*Property {
	if t == nil {
		return nil
	}
	seen := map[string]bool{}
	list := make([]*Property, len(names))
	for i, name := range names {
		list[i] = t.Property(name)
		if list[i] == nil {
			r.report(at, "ReferentialConstraint: %s has no property %q", t.QualifiedName(), name)
		} else if seen[name] {
			r.report(at, "ReferentialConstraint: %s is named twice", name)
		}
		seen[name] = true
	}
	return list
}

// checkNavigation wants navigation between the sets of a container to be bound
// by an association set; without one, clients cannot tell which set it leads to.
func (r *resolver) checkNavigation() {
	type binding struct { // an association set anywhere on a tree of containers
		root        *EntityContainer
		association *Association
	}
	root := func(c *EntityContainer) *EntityContainer {
		for c.resolved.base != nil {
			c = c.resolved.base
		}
		return c
	}
	bound := map[binding]bool{}
	for _, c := range r.containers.all() {
		for _, s := range c.AssociationSets {
			if a := r.index.associations[s.Association]; a != nil {
				bound[binding{root(c), a}] = true
			}
		}
	}
	for _, c := range r.containers.all() {
		holds := heldTypes(c)
		for _, a := range r.associations.all() {
			types := r.ends[a]
			if types[0] == nil || types[1] == nil || !holds[types[0]] || !holds[types[1]] || bound[binding{root(c), a}] {
				continue
			}
			for end := range a.Ends {
				if n := r.follow[role{a, end}]; n != nil && !n.ContainsTarget {
					at := place{n.resolved.declaring.QualifiedName(), n.resolved.declaring.Source}.member(n.Name, n.Source)
					r.report(at, "the container %s has entity sets for both ends of %s, but no association set to say which belong together",
						c.QualifiedName(), a.QualifiedName())
				}
			}
		}
	}
}

// heldTypes are the types whose entities can be in the sets of c.
func heldTypes(c *EntityContainer) map[*EntityType]bool {
	holds := map[*EntityType]bool{}
	seen := map[*EntityType]bool{}
	for _, s := range c.resolved.all {
		t := s.resolved.typ
		if t == nil || seen[t] {
			continue
		}
		seen[t] = true
		for _, d := range t.resolved.derived {
			holds[d] = true
		}
		for ; t != nil; t = t.resolved.base {
			holds[t] = true
		}
	}
	return holds
}
