package metadata

// linkAssociations finds the entity types of the ends. An end without a role
// takes the name of its type. Source: CSDL 3.0, End.
func (r *resolver) linkAssociations() {
	for sc, a := range r.associations.all() {
		at := place{element: a.QualifiedName()}
		var types [2]*EntityType
		for i := range a.Ends {
			end := &a.Ends[i]
			if end.Type == "" {
				r.report(at, "the end %q has no type", end.Role)
				continue
			}
			t := r.index.entities[sc.expand(end.Type)]
			if t == nil {
				r.report(at, "there is no entity type %s for the end %q", sc.expand(end.Type), end.Role)
				continue
			}
			types[i] = t
			assign(r, &end.Type, t.QualifiedName())
			if end.Role == "" {
				assign(r, &end.Role, t.Name)
			}
		}
		r.ends[a] = types
	}
}

// end finds a role by name, or returns -1.
func (a *Association) end(role string) int {
	for i := range a.Ends {
		if a.Ends[i].Role == role {
			return i
		}
	}
	return -1
}

// linkNavigation finds the association, target and partner of each navigation.
func (r *resolver) linkNavigation() {
	for sc, t := range r.entityTypes.all() {
		for _, n := range t.NavigationProperties {
			n.resolved = navigationIndex{declaring: t}
			r.linkOneNavigation(sc, place{t.QualifiedName(), t.Source}.member(n.Name, n.Source), n)
		}
	}
	for _, t := range r.entityTypes.all() {
		for _, n := range t.NavigationProperties {
			if x := &n.resolved; x.association != nil {
				x.partner = r.follow[role{x.association, x.to}]
				if x.inverse = x.partner; x.inverse == nil {
					x.inverse = &NavigationProperty{
						Relationship: n.Relationship, FromRole: n.ToRole, ToRole: n.FromRole,
						resolved: navigationIndex{declaring: x.target, association: x.association,
							from: x.to, to: x.from, target: t, partner: n, inverse: n},
					}
				}
			}
		}
	}
}

func (r *resolver) linkOneNavigation(sc *scope, at place, n *NavigationProperty) {
	if n.Relationship == "" {
		r.report(at, "the navigation property has no Relationship")
		return
	}
	a := r.index.associations[sc.expand(n.Relationship)]
	if a == nil {
		r.report(at, "there is no association %s", sc.expand(n.Relationship))
		return
	}
	assign(r, &n.Relationship, a.QualifiedName())
	from, to := a.end(n.FromRole), a.end(n.ToRole)
	switch {
	case from < 0:
		r.report(at, "the association %s has no role %q to be the FromRole", a.QualifiedName(), n.FromRole)
		return
	case to < 0:
		r.report(at, "the association %s has no role %q to be the ToRole", a.QualifiedName(), n.ToRole)
		return
	case from == to:
		r.report(at, "FromRole and ToRole are both %s", n.FromRole)
		return
	}
	x := &n.resolved
	declared := r.ends[a][from]
	if declared != nil && declared != x.declaring {
		r.report(at, "the role %s of %s is of type %s, but the navigation property is declared by %s: they must be the same",
			n.FromRole, a.QualifiedName(), declared.QualifiedName(), x.declaring.QualifiedName())
		return
	}
	if r.ends[a][to] == nil {
		return // reported at the association
	}
	x.association, x.from, x.to, x.target = a, from, to, r.ends[a][to]
	if first := r.follow[role{a, from}]; first != nil {
		r.report(at, "it follows %s from the role %s, as %s does already", a.QualifiedName(), n.FromRole, first.Name)
		return
	}
	r.follow[role{a, from}] = n
}
