package metadata

import "github.com/pamodata/pamodata/metadata/edm"

// The tables behind the lookup methods. Resolve fills them; nothing changes
// them afterwards.
type (
	index struct {
		entities     map[string]*EntityType // by qualified name, also by alias
		complexes    map[string]*ComplexType
		enums        map[string]*EnumType
		associations map[string]*Association
		containers   map[string]*EntityContainer
		fallback     *EntityContainer // the default container
	}
	entityTypeIndex struct {
		base         *EntityType
		derived      []*EntityType // all of them, parents first
		all          []*Property   // inherited first
		byName       map[string]*Property
		navigation   []*NavigationProperty // inherited first
		navByName    map[string]*NavigationProperty
		key          []*Property
		tokens       []*Property // concurrency tokens
		structural   []*Property // all, without Edm.Stream
		namedStreams []*Property
		open, media  bool // by themselves or by a base type
	}
	complexTypeIndex struct {
		base   *ComplexType
		all    []*Property
		byName map[string]*Property
	}
	propertyIndex struct {
		ref       TypeRef
		declaring string // qualified name of the declaring type
	}
	navigationIndex struct {
		declaring   *EntityType
		association *Association
		from, to    int // positions of the ends in association
		target      *EntityType
		partner     *NavigationProperty
		inverse     *NavigationProperty // partner, or one without a name
	}
	containerIndex struct {
		base    *EntityContainer // the extended one
		sets    map[string]*EntitySet
		imports map[string][]*FunctionImport
		all     []*EntitySet // extended containers' sets first
	}
	setIndex struct {
		container *EntityContainer
		typ       *EntityType
		targets   map[*NavigationProperty]*EntitySet
	}
	importIndex struct {
		result TypeRef
		set    *EntitySet
		path   []*NavigationProperty // of EntitySetPath, behind the binding parameter
	}
)

// EntityType finds an entity type by qualified name, or returns nil.
func (m *Model) EntityType(qualified string) *EntityType { return m.index.entities[qualified] }

// ComplexType finds a complex type by qualified name, or returns nil.
func (m *Model) ComplexType(qualified string) *ComplexType { return m.index.complexes[qualified] }

// EnumType finds an enum type by qualified name, or returns nil.
func (m *Model) EnumType(qualified string) *EnumType { return m.index.enums[qualified] }

// Association finds an association by qualified name, or returns nil.
func (m *Model) Association(qualified string) *Association { return m.index.associations[qualified] }

// Container finds a container by bare or qualified name, or returns nil.
func (m *Model) Container(name string) *EntityContainer { return m.index.containers[name] }

// DefaultContainer is the container whose sets need no container name, or nil
// when the model has no container.
func (m *Model) DefaultContainer() *EntityContainer { return m.index.fallback }

// TypeRef resolves a type name as it stands in $metadata: "Edm.Int32",
// "Demo.Customer", "Collection(Demo.Address)". ok is false for an unknown name.
func (m *Model) TypeRef(name string) (ref TypeRef, ok bool) { return m.index.typeRef(name) }

// QualifiedName is Namespace.Name.
func (t *EntityType) QualifiedName() string { return qualify(t.Namespace, t.Name) }

// Base is the type this one extends, or nil.
func (t *EntityType) Base() *EntityType { return t.resolved.base }

// DerivedTypes are all types that extend t, directly or not, parents before
// their children.
func (t *EntityType) DerivedTypes() []*EntityType { return t.resolved.derived }

// AllProperties are the structural properties of t including streams, those of
// base types first, each type's in declaration order.
func (t *EntityType) AllProperties() []*Property { return t.resolved.all }

// StructuralProperties are AllProperties without the named streams.
func (t *EntityType) StructuralProperties() []*Property { return t.resolved.structural }

// NamedStreams are the properties of type Edm.Stream, inherited ones included.
func (t *EntityType) NamedStreams() []*Property { return t.resolved.namedStreams }

// Property finds a structural property of t or of its base types, or nil.
func (t *EntityType) Property(name string) *Property { return t.resolved.byName[name] }

// AllNavigationProperties are the navigation properties of t, inherited first.
func (t *EntityType) AllNavigationProperties() []*NavigationProperty { return t.resolved.navigation }

// NavigationProperty finds a navigation property of t or of its base types, or
// nil.
func (t *EntityType) NavigationProperty(name string) *NavigationProperty {
	return t.resolved.navByName[name]
}

// KeyProperties are the properties of the key in key order; a derived type has
// those of its root.
func (t *EntityType) KeyProperties() []*Property { return t.resolved.key }

// ConcurrencyTokens are the properties that make up the ETag, in declaration
// order; empty for types without one.
func (t *EntityType) ConcurrencyTokens() []*Property { return t.resolved.tokens }

// IsOpen reports whether entities of t may carry undeclared properties: t or a
// base type is an open type.
func (t *EntityType) IsOpen() bool { return t.resolved.open }

// IsMediaEntity reports whether entities of t are media entities: t or a base
// type has the stream.
func (t *EntityType) IsMediaEntity() bool { return t.resolved.media }

// Is reports whether t is other or extends it.
func (t *EntityType) Is(other *EntityType) bool {
	for ; t != nil; t = t.resolved.base {
		if t == other {
			return true
		}
	}
	return false
}

// QualifiedName is Namespace.Name.
func (t *ComplexType) QualifiedName() string { return qualify(t.Namespace, t.Name) }

// Base is the type this one extends, or nil.
func (t *ComplexType) Base() *ComplexType { return t.resolved.base }

// AllProperties are the members of t, inherited first. A complex
// [edm.Value] holds its members in this order.
func (t *ComplexType) AllProperties() []*Property { return t.resolved.all }

// Property finds a member of t or of its base types, or nil.
func (t *ComplexType) Property(name string) *Property { return t.resolved.byName[name] }

// QualifiedName is Namespace.Name.
func (t *EnumType) QualifiedName() string { return qualify(t.Namespace, t.Name) }

// QualifiedName is Namespace.Name.
func (a *Association) QualifiedName() string { return qualify(a.Namespace, a.Name) }

// QualifiedName is Namespace.Name.
func (f *Function) QualifiedName() string { return qualify(f.Namespace, f.Name) }

// QualifiedName is Namespace.Name.
func (t *ValueTerm) QualifiedName() string { return qualify(t.Namespace, t.Name) }

// QualifiedName is Namespace.Name.
func (c *EntityContainer) QualifiedName() string { return qualify(c.Namespace, c.Name) }

// TypeRef is the property's resolved type.
func (p *Property) TypeRef() TypeRef { return p.resolved.ref }

// Kind is the kind of the property's values: a primitive kind,
// [edm.KindComplex], or [edm.KindCollection].
func (p *Property) Kind() edm.Kind {
	if p.resolved.ref.Collection {
		return edm.KindCollection
	}
	return p.resolved.ref.Kind
}

// DeclaringType is the qualified name of the type that declares the property.
func (p *Property) DeclaringType() string { return p.resolved.declaring }

// Target is the entity type the navigation leads to.
func (n *NavigationProperty) Target() *EntityType { return n.resolved.target }

// DeclaringType is the entity type that declares the navigation.
func (n *NavigationProperty) DeclaringType() *EntityType { return n.resolved.declaring }

// Association is the association the navigation follows.
func (n *NavigationProperty) Association() *Association { return n.resolved.association }

// Partner is the navigation property that leads back, or nil.
func (n *NavigationProperty) Partner() *NavigationProperty { return n.resolved.partner }

// Inverse leads back along the same association: Partner where the model
// declares one, otherwise a navigation property without a name that stands in
// no type's list. Conditions can follow it all the same.
func (n *NavigationProperty) Inverse() *NavigationProperty { return n.resolved.inverse }

// Multiplicity is how many entities the navigation leads to.
func (n *NavigationProperty) Multiplicity() Multiplicity {
	return n.resolved.association.Ends[n.resolved.to].Multiplicity
}

// IsCollection reports whether the navigation leads to any number of entities.
func (n *NavigationProperty) IsCollection() bool { return n.Multiplicity() == Many }

// TypeRef is what the navigation yields: an entity or a collection of them.
func (n *NavigationProperty) TypeRef() TypeRef {
	return TypeRef{Entity: n.resolved.target, Collection: n.IsCollection()}
}

// EntitySet finds a set of the container or of those it extends, or nil.
func (c *EntityContainer) EntitySet(name string) *EntitySet { return c.resolved.sets[name] }

// AllEntitySets are the sets of the container, extended containers' first.
func (c *EntityContainer) AllEntitySets() []*EntitySet { return c.resolved.all }

// ImportsNamed are the function imports with this name: overloads, or nil.
func (c *EntityContainer) ImportsNamed(name string) []*FunctionImport {
	return c.resolved.imports[name]
}

// Type is the set's entity type.
func (s *EntitySet) Type() *EntityType { return s.resolved.typ }

// Container is the container that declares the set.
func (s *EntitySet) Container() *EntityContainer { return s.resolved.container }

// NavigationTarget is the set in which entities reached from s through nav
// live, or nil when no association set binds them. nav may be an inverse, too.
func (s *EntitySet) NavigationTarget(nav *NavigationProperty) *EntitySet {
	return s.resolved.targets[nav]
}

// Result is the type of what the import returns; the zero TypeRef for nothing.
func (f *FunctionImport) Result() TypeRef { return f.resolved.result }

// ResultSet is the set the returned entities belong to, or nil. With an
// EntitySetPath it is known here only if a single set can be bound to.
func (f *FunctionImport) ResultSet() *EntitySet { return f.resolved.set }

// ResultSetFrom is the set of the returned entities when the binding parameter
// comes from the set binding, or nil.
func (f *FunctionImport) ResultSetFrom(binding *EntitySet) *EntitySet {
	if f.EntitySetPath == "" {
		return f.resolved.set
	}
	set := binding
	for _, n := range f.resolved.path {
		if set == nil {
			return nil
		}
		set = set.NavigationTarget(n)
	}
	return set
}

// TypeRef is the parameter's resolved type.
func (p *Parameter) TypeRef() TypeRef { return p.ref }

func qualify(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "." + name
}

// IsWritable tells whether clients may give the property a value, on insert or
// on update. That key properties never change is for the type to say.
func (p *Property) IsWritable(insert bool) bool {
	switch {
	case p.StoreGenerated == StoreGeneratedIdentity, p.StoreGenerated == StoreGeneratedComputed, p.Writable == WriteNever:
		return false
	}
	return insert || p.Writable == WriteAlways
}
