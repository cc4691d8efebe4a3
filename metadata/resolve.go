package metadata

import "iter"

// Resolve checks the definitions and links them. Names without a namespace mean
// the schema they stand in; aliases of the schema and of its Usings are
// followed. On success the definitions are in their full form: names are
// qualified, empty Namespace, version and role fields carry their defaults, and
// the only container is the default one.
//
// The error is an [Errors] with every mistake in the model; the definitions are
// then as they were, and the model must not be used. Resolving a resolved model
// does nothing. Resolve must not run concurrently with anything else that uses
// the model or its definitions, and a definition belongs to one model: copy it
// to use it in another.
func (m *Model) Resolve() error {
	if m.index != nil {
		return nil
	}
	r := &resolver{
		model: m,
		index: &index{
			entities:     map[string]*EntityType{},
			complexes:    map[string]*ComplexType{},
			enums:        map[string]*EnumType{},
			associations: map[string]*Association{},
			containers:   map[string]*EntityContainer{},
		},
		ends:   map[*Association][2]*EntityType{},
		follow: map[role]*NavigationProperty{},
		bound:  map[boundRole]string{},
		only:   map[held]*EntitySet{},
	}
	r.run()
	if len(r.errors) > 0 {
		r.undo()
		return r.errors.grouped()
	}
	m.index = r.index
	return nil
}

// A resolver carries one run of Resolve. It links the definitions as it goes,
// so that later steps and the checks can use the lookup methods, and undoes
// everything when there was a mistake.
//
// Linking steps report only what they cannot link; the check steps report what
// is linked but wrong. Both go on after a mistake, and neither trusts that what
// it meets could be linked.
type resolver struct {
	model  *Model
	index  *index
	scopes []*scope

	// The definitions of all schemas, each with the scope it stands in.
	entityTypes  definitions[EntityType]
	complexTypes definitions[ComplexType]
	enumTypes    definitions[EnumType]
	associations definitions[Association]
	functions    definitions[Function]
	valueTerms   definitions[ValueTerm]
	containers   definitions[EntityContainer]

	ends    map[*Association][2]*EntityType // nil where unknown
	follow  map[role]*NavigationProperty    // the navigation that leaves a role
	bound   map[boundRole]string            // the association set that gave a set its role
	only    map[held]*EntitySet             // what onlySet found
	members int                             // of types and containers, see room

	changes []func() // how to take back each change of a definition
	errors  Errors
}

// definitions are those of one sort from all schemas.
type definitions[T any] []definition[T]

type definition[T any] struct {
	scope *scope
	def   *T
}

func (list definitions[T]) all() iter.Seq2[*scope, *T] {
	return func(yield func(*scope, *T) bool) {
		for _, d := range list {
			if !yield(d.scope, d.def) {
				return
			}
		}
	}
}

// A role is one end of an association, by position.
type role struct {
	association *Association
	end         int
}

func (r *resolver) run() {
	r.collect()
	if len(r.errors) > 0 {
		return // nil definitions: nothing further can be said safely
	}
	r.declareNames()
	r.linkBaseTypes()
	r.linkProperties()
	if !r.linkMembers() {
		return // too large to go on
	}
	r.linkAssociations()
	r.linkNavigation()
	if !r.linkContainers() {
		return
	}
	r.linkAssociationSets()
	r.linkFunctionImports()

	r.validate()
}

// assign changes a field of a definition until undo.
func assign[T comparable](r *resolver, field *T, value T) {
	if old := *field; old != value {
		r.changes = append(r.changes, func() { *field = old })
		*field = value
	}
}

// undo gives the definitions back as they were, without links.
func (r *resolver) undo() {
	for i := len(r.changes) - 1; i >= 0; i-- {
		r.changes[i]()
	}
	for _, t := range r.entityTypes.all() {
		t.resolved = nil
		clearProperties(t.Properties)
		for _, n := range t.NavigationProperties {
			if n != nil {
				n.resolved = navigationIndex{}
			}
		}
	}
	for _, t := range r.complexTypes.all() {
		t.resolved = nil
		clearProperties(t.Properties)
	}
	for _, c := range r.containers.all() {
		c.resolved = nil
		for _, s := range c.EntitySets {
			if s != nil {
				s.resolved = setIndex{}
			}
		}
		for _, f := range c.FunctionImports {
			if f != nil {
				f.resolved = importIndex{}
				clearParameters(f.Parameters)
			}
		}
	}
	for _, f := range r.functions.all() {
		clearParameters(f.Parameters)
	}
}

func clearProperties(list []*Property) {
	for _, p := range list {
		if p != nil {
			p.resolved = propertyIndex{}
		}
	}
}

func clearParameters(list []*Parameter) {
	for _, p := range list {
		if p != nil {
			p.ref = TypeRef{}
		}
	}
}
