package metadata

// A Model is one service's Entity Data Model: the content of its $metadata
// document. Fill the exported fields, then call [Model.Resolve]; afterwards the
// model must not be changed.
type Model struct {
	// DataServiceVersion is the lowest protocol version that can use the
	// service's model features, MaxDataServiceVersion the newest that the
	// service speaks. Empty means "3.0". Source: CSDL 3.0, DataServices.
	DataServiceVersion    string
	MaxDataServiceVersion string

	Schemas []*Schema
	Extensions

	index *index // set by Resolve
}

// A Schema is one namespace of types and containers.
type Schema struct {
	Namespace string
	Alias     string

	// Version is the CSDL version the schema is written in: "1.0", "1.1",
	// "1.2", "2.0" or "3.0". Empty means "3.0".
	Version string

	Usings        []Using
	EntityTypes   []*EntityType
	ComplexTypes  []*ComplexType
	EnumTypes     []*EnumType
	Associations  []*Association
	Functions     []*Function
	ValueTerms    []*ValueTerm
	Containers    []*EntityContainer
	Annotations   []*Annotations
	Documentation *Documentation
	Extensions
}

// Using imports the namespace of another schema under an alias.
type Using struct {
	Namespace     string
	Alias         string
	Documentation *Documentation
	Extensions
}

// Documentation is human text about a model element.
type Documentation struct {
	Summary         string
	LongDescription string
	Extensions
}

// Extensions keeps what other XML namespaces attached to a model element, so
// that reading and writing a document loses nothing.
type Extensions struct {
	Attributes []Attribute
	// Elements are foreign child elements, each well-formed XML that declares
	// the namespaces it uses. Comments in them are not kept. Those of a Model
	// include references to other documents (edmx:Reference).
	Elements []string
}

// An Attribute is an annotation attribute from another XML namespace.
type Attribute struct {
	Space string // namespace URI
	Name  string // local name
	Value string
}
