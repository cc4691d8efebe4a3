package metadata

// An EntityContainer holds what a service makes addressable. Source: CSDL 3.0,
// EntityContainer.
type EntityContainer struct {
	Namespace string // as in EntityType
	Name      string

	// Extends names a container whose sets and imports are part of this one.
	Extends string

	// IsDefault marks the one container whose sets are addressed without its
	// name. Source: m:IsDefaultEntityContainer.
	IsDefault bool

	EntitySets      []*EntitySet
	AssociationSets []*AssociationSet
	FunctionImports []*FunctionImport
	Documentation   *Documentation
	Annotations     []Annotation
	Extensions

	resolved *containerIndex
}

// An EntitySet is a named collection of entities of one type and of the types
// derived from it.
type EntitySet struct {
	Name          string
	EntityType    string // qualified, or of the same namespace
	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	Source string // where the set was registered

	resolved setIndex
}

// An AssociationSet says between which sets an association's instances live.
type AssociationSet struct {
	Name          string
	Association   string // qualified, or of the same namespace
	Ends          [2]AssociationSetEnd
	Documentation *Documentation
	Annotations   []Annotation
	Extensions
}

// An AssociationSetEnd binds a role to an entity set. Role may be empty when
// the entity type alone tells the ends apart.
type AssociationSetEnd struct {
	Role          string
	EntitySet     string
	Documentation *Documentation
	Extensions
}

// A FunctionImport is an operation of the container: a service operation when
// HTTPMethod is set, otherwise an action or, with SideEffecting false, a
// function. Source: CSDL 3.0, FunctionImport, and OData V3 extensions.
type FunctionImport struct {
	Name          string
	ReturnType    string // empty: nothing; bare names mean the same namespace
	EntitySet     string // set of the returned entities
	EntitySetPath string // or a path that starts at the binding parameter

	HTTPMethod string // "GET" or "POST": a service operation (m:HttpMethod)

	// SideEffecting is nil when the attribute is absent, which means true
	// unless IsComposable is set.
	SideEffecting    *bool
	IsBindable       bool // the first parameter is the binding parameter
	IsAlwaysBindable bool // m:IsAlwaysBindable
	IsComposable     bool

	Parameters    []*Parameter
	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	resolved importIndex
}

// A Parameter is one argument of a FunctionImport or Function.
type Parameter struct {
	Name    string
	Type    string
	NotNull bool   // the opposite of Nullable, as in Property
	Mode    string // "", "In", "Out" or "InOut"
	Facets
	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	ref TypeRef
}

// A Function is a model-defined function. It is declared for readers of the
// model; V3 services do not address it. Source: CSDL 3.0, Function.
type Function struct {
	Namespace          string // as in EntityType
	Name               string
	ReturnType         string
	Parameters         []*Parameter
	DefiningExpression string
	Documentation      *Documentation
	Annotations        []Annotation
	Extensions
}
