package metadata

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// checkContainers checks that everything in a container has a name of its own.
// Overloads of function imports share one; association sets may share theirs
// with function imports only.
func (r *resolver) checkContainers() {
	for _, c := range r.containers.all() {
		of := place{element: c.QualifiedName()}
		names := nameSet{}
		base := c.resolved.base
		if base != nil {
			for _, s := range base.resolved.all {
				names[s.Name] = "entity set of " + base.QualifiedName()
			}
		}
		for _, s := range c.EntitySets {
			at := of.member(s.Name, s.Source)
			r.checkName(at, "entity set", s.Name)
			r.checkUnique(at, names, "entity set", s.Name)
			if base != nil && len(base.resolved.imports[s.Name]) > 0 {
				r.report(at, "the name is taken by a function import of %s", base.QualifiedName())
			}
			if t := s.resolved.typ; t != nil && t.Abstract && len(t.resolved.key) == 0 {
				r.report(at, "the type %s has no key, so its entities cannot be addressed", t.QualifiedName())
			}
		}
		clashes := map[string]bool{}
		for _, f := range c.FunctionImports {
			if what, taken := names[f.Name]; taken && !clashes[f.Name] {
				r.report(of.member(f.Name, ""), "the name is taken twice, by %s and a function import", article(what))
				clashes[f.Name] = true
			}
		}
		for _, s := range c.AssociationSets {
			at := of.member(s.Name, "")
			r.checkName(at, "association set", s.Name)
			r.checkUnique(at, names, "association set", s.Name)
		}
	}
}

// checkFunctionImports checks each import by itself, and overloads against each
// other.
func (r *resolver) checkFunctionImports() {
	for _, c := range r.containers.all() {
		of := place{element: c.QualifiedName()}
		for _, f := range c.FunctionImports {
			at := of.member(f.Name, "")
			r.checkName(at, "function import", f.Name)
			r.checkParameters(at, f.Parameters)
			r.checkOperation(at, f)
			r.checkBinding(at, f)
			r.checkResult(at, f)
		}
		r.checkOverloads(of, c)
	}
}

func (r *resolver) checkParameters(of place, list []*Parameter) {
	names := nameSet{}
	for _, p := range list {
		at := of.member(p.Name, "")
		r.checkName(at, "parameter", p.Name)
		r.checkUnique(at, names, "parameter", p.Name)
		switch p.Mode {
		case "", "In", "Out", "InOut":
		default:
			r.report(at, "Mode is %q: In, Out and InOut are the values", p.Mode)
		}
		if p.ref.Kind == edm.KindStream {
			r.report(at, "a parameter cannot be a stream")
		}
		if !p.ref.IsZero() {
			r.checkFacets(at, p.ref, &p.Facets)
		}
	}
}

// checkOperation checks that the attributes agree on what the import is: a
// service operation, an action or a function. Source: OData V3, CSDL extensions,
// m:HttpMethod; CSDL 3.0, FunctionImport.
func (r *resolver) checkOperation(at place, f *FunctionImport) {
	switch f.HTTPMethod {
	case "":
	case "GET", "POST":
		for _, excluded := range []struct {
			given bool
			name  string
		}{
			{f.IsBindable, "IsBindable"},
			{f.SideEffecting != nil, "IsSideEffecting"},
			{f.IsComposable, "IsComposable"},
			{f.EntitySetPath != "", "EntitySetPath"},
		} {
			if excluded.given {
				r.report(at, "m:HttpMethod makes it a service operation, which excludes %s", excluded.name)
			}
		}
		for _, p := range f.Parameters {
			if !p.ref.IsZero() && !p.ref.IsPrimitive() && p.ref.Enum == nil {
				r.report(at.member(p.Name, ""), "the parameters of a service operation must be primitive, not %s", p.ref)
			}
		}
	default:
		r.report(at, "m:HttpMethod is %q: it must be GET or POST", f.HTTPMethod)
	}
	if f.IsComposable && f.SideEffecting != nil && *f.SideEffecting {
		r.report(at, "it is composable, as only functions can be, and so cannot have side effects")
	}
	if f.isFunction() && f.ReturnType == "" {
		r.report(at, "a function must return something")
	}
}

// isFunction reports whether f is a function in the sense of OData V3: bound or
// not, without side effects and not a service operation.
func (f *FunctionImport) isFunction() bool {
	return f.HTTPMethod == "" && (f.IsComposable || f.SideEffecting != nil && !*f.SideEffecting)
}

func (r *resolver) checkBinding(at place, f *FunctionImport) {
	if f.IsAlwaysBindable && !f.IsBindable {
		r.report(at, "m:IsAlwaysBindable needs IsBindable")
	}
	if !f.IsBindable {
		return
	}
	if len(f.Parameters) == 0 {
		r.report(at, "it is bindable, but has no parameter to bind")
	} else if p := f.Parameters[0]; !p.ref.IsZero() && p.ref.Entity == nil {
		r.report(at.member(p.Name, ""), "the first parameter of a bindable import is bound to entities: "+
			"its type must be an entity type or a collection of one, not %s", p.ref)
	}
}

func (r *resolver) checkResult(at place, f *FunctionImport) {
	result := f.resolved.result
	if f.EntitySet != "" && f.EntitySetPath != "" {
		r.report(at, "EntitySet and EntitySetPath exclude each other")
	}
	located := f.EntitySet != "" || f.EntitySetPath != ""
	switch {
	case result.IsZero() && f.ReturnType != "":
	case result.Kind == edm.KindStream:
		r.report(at, "a function import cannot return a stream")
	case result.Entity != nil && !located:
		r.report(at, "it returns entities of type %s: name their set with EntitySet or EntitySetPath", result.Entity.QualifiedName())
	case result.Entity == nil && located:
		r.report(at, "it returns no entities, so it cannot have EntitySet or EntitySetPath")
	}
	if s := f.resolved.set; s != nil && f.EntitySet != "" && s.resolved.typ != nil && result.Entity != nil && !result.Entity.Is(s.resolved.typ) {
		r.report(at, "it returns %s, which the entity set %s of type %s cannot hold",
			result.Entity.QualifiedName(), s.Name, s.resolved.typ.QualifiedName())
	}
}

// checkOverloads tells imports of one name apart as the protocol does: actions
// by what they are bound to, functions also by the names of their parameters.
// Service operations have nothing to tell them apart. Source: OData V3, URI
// conventions, actions and functions.
func (r *resolver) checkOverloads(of place, c *EntityContainer) {
	own := make(map[*FunctionImport]bool, len(c.FunctionImports))
	for _, f := range c.FunctionImports {
		own[f] = true
	}
	for name, list := range c.resolved.imports {
		if len(list) == 1 || name == "" {
			continue
		}
		at := of.member(name, "")
		seen := map[string]bool{}
		kinds := map[string]bool{}
		for _, f := range list {
			kind, signature := overload(f)
			kinds[kind] = true
			if own[f] && len(kinds) > 1 {
				r.report(at, "imports of one name must be all functions or all actions; service operations cannot share a name")
				break
			}
			if own[f] && seen[signature] {
				r.report(at, "two %ss of this name cannot be told apart%s", kind, tellApart[kind])
				break
			}
			seen[signature] = true
		}
	}
}

var tellApart = map[string]string{
	"action":            ": they must be bound to different types",
	"function":          ": they must be bound to different types or have parameters of different names",
	"service operation": "",
}

func overload(f *FunctionImport) (kind, signature string) {
	if f.HTTPMethod != "" {
		return "service operation", ""
	}
	binding, rest := "", f.Parameters
	if f.IsBindable && len(rest) > 0 {
		binding, rest = rest[0].ref.String(), rest[1:]
	}
	if !f.isFunction() {
		return "action", binding
	}
	names := make([]string, len(rest))
	for i, p := range rest {
		names[i] = p.Name
	}
	slices.Sort(names)
	return "function", binding + "(" + strings.Join(names, ",")
}
