package metadata

import "strings"

// linkFunctionImports resolves the parameters, results and result sets.
func (r *resolver) linkFunctionImports() {
	for sc, c := range r.containers.all() {
		for _, f := range c.FunctionImports {
			at := place{element: c.QualifiedName()}.member(f.Name, "")
			f.resolved = importIndex{}
			r.linkParameters(sc, at, f.Parameters)
			if f.ReturnType != "" {
				ref, ok := r.typeRef(sc, f.ReturnType)
				if !ok {
					r.report(at, "there is no type %s to return", f.ReturnType)
				} else {
					f.resolved.result = ref
					assign(r, &f.ReturnType, ref.String())
				}
			}
			if f.EntitySet != "" {
				if f.resolved.set = c.resolved.sets[f.EntitySet]; f.resolved.set == nil {
					r.report(at, "the container has no entity set %q to return entities of", f.EntitySet)
				}
			} else if f.EntitySetPath != "" {
				r.linkSetPath(sc, at, c, f)
			}
		}
	}
}

func (r *resolver) linkParameters(sc *scope, of place, list []*Parameter) {
	for _, p := range list {
		at := of.member(p.Name, "")
		p.ref = TypeRef{}
		if p.Type == "" {
			r.report(at, "the parameter has no type")
			continue
		}
		ref, ok := r.typeRef(sc, p.Type)
		if !ok {
			r.report(at, "there is no type %s", p.Type)
			continue
		}
		p.ref = ref
		assign(r, &p.Type, ref.String())
	}
}

// linkSetPath resolves a path such as "cust/Orders": the binding parameter, then
// navigation properties and type names. When only one set of the container can
// hold what the import is bound to, the result set is known from here on.
// Source: CSDL 3.0, FunctionImport, EntitySetPath.
func (r *resolver) linkSetPath(sc *scope, at place, c *EntityContainer, f *FunctionImport) {
	first, rest, _ := strings.Cut(f.EntitySetPath, "/")
	if !f.IsBindable || len(f.Parameters) == 0 || f.Parameters[0].Name != first {
		r.report(at, "EntitySetPath %q must begin with the name of the binding parameter", f.EntitySetPath)
		return
	}
	binding := f.Parameters[0].ref.Entity
	if binding == nil {
		return // reported by the checks
	}
	t := binding
	for rest != "" {
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		if strings.Contains(segment, ".") {
			cast := r.index.entities[sc.expand(segment)]
			if cast == nil || !related(cast, t) {
				r.report(at, "EntitySetPath: %s is no type related to %s", segment, t.QualifiedName())
				return
			}
			t = cast
			continue
		}
		n := t.NavigationProperty(segment)
		if n == nil {
			r.report(at, "EntitySetPath: %s has no navigation property %q", t.QualifiedName(), segment)
			return
		}
		if n.resolved.target == nil {
			return // reported at the navigation property
		}
		f.resolved.path = append(f.resolved.path, n)
		t = n.resolved.target
	}
	if result := f.resolved.result.Entity; result != nil && !result.Is(t) {
		r.report(at, "EntitySetPath leads to %s, but %s is returned", t.QualifiedName(), result.QualifiedName())
		return
	}
	f.resolved.set = f.ResultSetFrom(r.onlySet(c, binding))
}

// onlySet is the set of c that can hold entities of type t or of related types,
// or nil if there is none or more than one.
func (r *resolver) onlySet(c *EntityContainer, t *EntityType) *EntitySet {
	known := held{c, t}
	if s, ok := r.only[known]; ok {
		return s
	}
	var only *EntitySet
	for _, s := range c.resolved.all {
		if s.resolved.typ == nil || !related(s.resolved.typ, t) {
			continue
		}
		if only != nil {
			only = nil
			break
		}
		only = s
	}
	r.only[known] = only
	return only
}

type held struct {
	container *EntityContainer
	typ       *EntityType
}
