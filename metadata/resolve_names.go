package metadata

import (
	"fmt"
	"slices"
)

// collect lists the definitions with their scopes. It reports definitions that
// are nil or stand in two places, because nothing else can be said about them.
func (r *resolver) collect() {
	seen := map[any]string{}
	for i, s := range r.model.Schemas {
		at := place{element: fmt.Sprintf("Schemas[%d]", i)}
		if !single(r, seen, at, "schema", s) {
			continue
		}
		if s.Namespace != "" {
			at.element = s.Namespace
		}
		sc := &scope{schema: s, namespace: s.Namespace, aliases: map[string]string{}}
		r.scopes = append(r.scopes, sc)
		r.entityTypes = gather(r, seen, r.entityTypes, sc, at, "EntityTypes", s.EntityTypes)
		r.complexTypes = gather(r, seen, r.complexTypes, sc, at, "ComplexTypes", s.ComplexTypes)
		r.enumTypes = gather(r, seen, r.enumTypes, sc, at, "EnumTypes", s.EnumTypes)
		r.associations = gather(r, seen, r.associations, sc, at, "Associations", s.Associations)
		r.functions = gather(r, seen, r.functions, sc, at, "Functions", s.Functions)
		r.valueTerms = gather(r, seen, r.valueTerms, sc, at, "ValueTerms", s.ValueTerms)
		r.containers = gather(r, seen, r.containers, sc, at, "Containers", s.Containers)
		singles(r, seen, at, "Annotations", s.Annotations)
	}
	if n := len(r.containers); n > maxContainers {
		r.report(place{element: "Model"}, "there are %d containers: %d are the most", n, maxContainers)
	}
	for sc, t := range r.entityTypes.all() {
		at := place{sc.expand(t.Name), t.Source}
		singles(r, seen, at, "Properties", t.Properties)
		singles(r, seen, at, "NavigationProperties", t.NavigationProperties)
	}
	for sc, t := range r.complexTypes.all() {
		singles(r, seen, place{sc.expand(t.Name), t.Source}, "Properties", t.Properties)
	}
	for sc, f := range r.functions.all() {
		singles(r, seen, place{element: sc.expand(f.Name)}, "Parameters", f.Parameters)
	}
	for sc, c := range r.containers.all() {
		at := place{element: sc.expand(c.Name)}
		singles(r, seen, at, "EntitySets", c.EntitySets)
		singles(r, seen, at, "AssociationSets", c.AssociationSets)
		singles(r, seen, at, "FunctionImports", c.FunctionImports)
		for _, f := range c.FunctionImports {
			if f != nil {
				singles(r, seen, at.member(f.Name, ""), "Parameters", f.Parameters)
			}
		}
	}
}

func gather[T any](r *resolver, seen map[any]string, to definitions[T], sc *scope, at place, list string, defs []*T) definitions[T] {
	singles(r, seen, at, list, defs)
	to = slices.Grow(to, len(defs))
	for _, d := range defs {
		if d != nil {
			to = append(to, definition[T]{sc, d})
		}
	}
	return to
}

func singles[T any](r *resolver, seen map[any]string, at place, list string, defs []*T) {
	for i, d := range defs {
		single(r, seen, at, fmt.Sprintf("%s[%d]", list, i), d)
	}
}

func single[T any](r *resolver, seen map[any]string, at place, what string, d *T) bool {
	if d == nil {
		r.report(at, "%s is nil", what)
		return false
	}
	if first, twice := seen[d]; twice {
		r.report(at, "%s is the same value as %s: give each definition its own", what, first)
		return false
	}
	seen[d] = at.element + " " + what
	return true
}

// declareNames checks the names of schemas and of everything directly in them,
// and enters the types, associations and containers into the index.
func (r *resolver) declareNames() {
	r.declareNamespaces()
	names := map[string]string{} // qualified name to what it names
	declare := func(sc *scope, namespace *string, name, what, source string) place {
		at := place{sc.expand(name), source}
		if *namespace != "" && *namespace != sc.namespace {
			r.report(at, "Namespace is %s, but the %s stands in the schema %s: leave it empty", *namespace, what, sc.namespace)
		}
		assign(r, namespace, sc.namespace)
		r.checkName(at, what, name)
		if first, taken := names[at.element]; taken && name != "" {
			r.report(at, "the name is taken twice, by %s and %s", article(first), article(what))
		}
		names[at.element] = what
		return at
	}
	for sc, t := range r.entityTypes.all() {
		at := declare(sc, &t.Namespace, t.Name, "entity type", t.Source)
		t.resolved = &entityTypeIndex{}
		r.index.entities[at.element] = t
	}
	for sc, t := range r.complexTypes.all() {
		at := declare(sc, &t.Namespace, t.Name, "complex type", t.Source)
		t.resolved = &complexTypeIndex{}
		r.index.complexes[at.element] = t
	}
	for sc, t := range r.enumTypes.all() {
		at := declare(sc, &t.Namespace, t.Name, "enum type", t.Source)
		r.index.enums[at.element] = t
	}
	for sc, a := range r.associations.all() {
		at := declare(sc, &a.Namespace, a.Name, "association", "")
		r.index.associations[at.element] = a
	}
	for sc, c := range r.containers.all() {
		at := declare(sc, &c.Namespace, c.Name, "container", "")
		c.resolved = &containerIndex{sets: map[string]*EntitySet{}, imports: map[string][]*FunctionImport{}}
		r.index.containers[at.element] = c
	}
	for sc, t := range r.valueTerms.all() {
		declare(sc, &t.Namespace, t.Name, "value term", "")
	}
	overloads := map[string]bool{}
	for sc, f := range r.functions.all() { // functions share a name if their parameters differ
		if name := sc.expand(f.Name); overloads[name] {
			assign(r, &f.Namespace, sc.namespace)
		} else {
			overloads[name] = true
			declare(sc, &f.Namespace, f.Name, "function", "")
		}
	}
	r.declareAliases()
}

// declareNamespaces checks namespaces, Usings and aliases. Two schemas may share
// a namespace.
func (r *resolver) declareNamespaces() {
	taken := map[string]bool{}
	for i, sc := range r.scopes {
		taken[sc.namespace] = true
		at := sc.place()
		switch {
		case sc.namespace == "":
			r.report(place{element: fmt.Sprintf("Schemas[%d]", i)}, "the schema has no namespace")
		case !isNamespace(sc.namespace):
			r.report(at, "%q is no namespace: names joined by dots, at most %d characters", sc.namespace, maxNamespace)
		case isReservedNamespace(sc.namespace):
			r.report(at, "the namespace is reserved")
		}
	}
	for _, sc := range r.scopes {
		r.declareAlias(sc, taken, sc.namespace, sc.schema.Alias)
		for i, u := range sc.schema.Usings {
			if u.Namespace == "" {
				r.report(sc.place(), "Usings[%d] has no namespace", i)
			} else {
				r.declareAlias(sc, taken, u.Namespace, u.Alias)
			}
		}
	}
}

func (r *resolver) declareAlias(sc *scope, namespaces map[string]bool, namespace, alias string) {
	if alias == "" {
		return
	}
	if other, taken := sc.aliases[alias]; taken && other != namespace {
		r.report(sc.place(), "the alias %s stands for both %s and %s", alias, other, namespace)
		return
	}
	switch {
	case !isIdentifier(alias) || isReservedNamespace(alias):
		r.report(sc.place(), "%q cannot be the alias of %s", alias, namespace)
	case namespaces[alias] && alias != namespace:
		r.report(sc.place(), "the alias %s of %s is also the namespace of a schema", alias, namespace)
	}
	sc.aliases[alias] = namespace
}

// declareAliases lets callers of the model use aliases that mean the same in
// all schemas.
func (r *resolver) declareAliases() {
	means := map[string]string{}
	for _, sc := range r.scopes {
		alias := sc.schema.Alias
		if other, taken := means[alias]; taken && other != sc.namespace {
			means[alias] = ""
		} else {
			means[alias] = sc.namespace
		}
	}
	alias := func(sc *scope) (string, bool) {
		a := sc.schema.Alias
		return a, a != "" && means[a] == sc.namespace
	}
	for sc, t := range r.entityTypes.all() {
		if a, ok := alias(sc); ok {
			r.index.entities[qualify(a, t.Name)] = t
		}
	}
	for sc, t := range r.complexTypes.all() {
		if a, ok := alias(sc); ok {
			r.index.complexes[qualify(a, t.Name)] = t
		}
	}
	for sc, t := range r.enumTypes.all() {
		if a, ok := alias(sc); ok {
			r.index.enums[qualify(a, t.Name)] = t
		}
	}
	for sc, t := range r.associations.all() {
		if a, ok := alias(sc); ok {
			r.index.associations[qualify(a, t.Name)] = t
		}
	}
	for sc, c := range r.containers.all() {
		if a, ok := alias(sc); ok {
			r.index.containers[qualify(a, c.Name)] = c
		}
	}
}

func article(noun string) string {
	switch noun[0] {
	case 'a', 'e':
		return "an " + noun
	}
	return "a " + noun
}
