package metadata

import "github.com/pamodata/pamodata/metadata/edm"

// An EntityType is a structured type with a key. Source: CSDL 3.0, EntityType.
type EntityType struct {
	// Namespace qualifies Name. Resolve sets it to the schema's when empty and
	// refuses another one.
	Namespace string
	Name      string

	// BaseType names the type this one extends: qualified, or a bare name of
	// the same namespace. A derived type must not declare a key.
	BaseType string
	Abstract bool
	OpenType bool // entities may carry properties the type does not declare

	// HasStream marks a media entity, whose $value is a media resource.
	HasStream bool

	Key                  []string // property names, in key order
	Properties           []*Property
	NavigationProperties []*NavigationProperty

	// FeedMappings move navigation-path properties to Atom elements; mappings
	// of one property stand on that property.
	FeedMappings []FeedMapping

	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	// Source says where a mistake has to be mended, such as the Go type
	// "sessioninfo.Session". Empty for types read from CSDL.
	Source string

	resolved *entityTypeIndex
}

// A ComplexType is a structured type without identity. Source: CSDL 3.0,
// ComplexType. Base types and abstractness exist in CSDL 3.0 only.
type ComplexType struct {
	Namespace     string // as in EntityType
	Name          string
	BaseType      string
	Abstract      bool
	Properties    []*Property
	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	Source string // as in EntityType

	resolved *complexTypeIndex
}

// An EnumType is a set of named integers. Source: CSDL 3.0, EnumType. The V3
// payload formats have no enum literal, so values travel as strings.
type EnumType struct {
	Namespace string // as in EntityType
	Name      string

	// UnderlyingType is an integer primitive; empty means Edm.Int32.
	UnderlyingType string
	IsFlags        bool
	Members        []EnumMember
	Documentation  *Documentation
	Annotations    []Annotation
	Extensions

	Source string // as in EntityType
}

// An EnumMember is one name of an EnumType.
type EnumMember struct {
	Name string

	// Value is nil when the definition leaves it to position: one more than
	// the member before, the first 0.
	Value         *int64
	Documentation *Documentation
	Annotations   []Annotation
	Extensions
}

// A Property is a structural property: primitive, complex, enum, stream or a
// collection of one of these.
type Property struct {
	Name string

	// Type is "Edm.Int32", "Demo.Address", "Collection(Edm.String)", or a bare
	// name of the same namespace.
	Type string

	// NotNull is the opposite of the CSDL attribute Nullable, whose default is
	// true: the zero value here means what an absent attribute means there.
	NotNull bool

	Facets
	ConcurrencyMode ConcurrencyMode
	CollectionKind  string // legacy CSDL attribute: "", "None", "List" or "Bag"

	// StoreGenerated says whether the store makes the value. Source:
	// annotation:StoreGeneratedPattern.
	StoreGenerated StoreGenerated

	// MimeType is the media type of the raw value, as in Property/$value.
	// Empty means text/plain, or application/octet-stream for Edm.Binary.
	MimeType string

	FeedMappings  []FeedMapping
	Documentation *Documentation
	Annotations   []Annotation
	Extensions

	// OnSelect keeps the property out of payloads unless $select names it (a
	// "*" does not). It is declared in $metadata and works in $filter,
	// $orderby, keys and property paths all the same. A rule of serving, not
	// part of CSDL.
	OnSelect bool

	// Writable says when clients may give the property a value. Key properties
	// are never changed, and what the store makes is never taken from a client,
	// whatever it says. A rule of serving, not part of CSDL.
	Writable Writable

	Source string // Go struct field, such as "Session.Username"

	resolved propertyIndex
}

// Facets restrict a type. A nil pointer or empty string is an absent facet.
type Facets struct {
	DefaultValue *string
	MaxLength    *int // MaxLengthMax for the keyword Max
	FixedLength  *bool
	Unicode      *bool
	Collation    string
	Precision    *int
	Scale        *int
	SRID         *int // SRIDVariable for the keyword Variable
}

// MaxLengthMax is the value of Facets.MaxLength for the keyword Max.
const MaxLengthMax = -1

// SRIDVariable is the value of Facets.SRID for the keyword Variable.
const SRIDVariable = -1

// ConcurrencyMode tells whether a property takes part in the entity's ETag.
type ConcurrencyMode uint8

// The concurrency modes of CSDL. An absent attribute means None.
const (
	ConcurrencyAbsent ConcurrencyMode = iota
	ConcurrencyNone
	ConcurrencyFixed
)

// StoreGenerated tells when a store makes a property's value.
type StoreGenerated uint8

// The patterns of annotation:StoreGeneratedPattern.
const (
	StoreGeneratedAbsent StoreGenerated = iota
	StoreGeneratedNone
	StoreGeneratedIdentity // on insert
	StoreGeneratedComputed // on insert and update
)

// Writable tells when clients may give a property a value.
type Writable uint8

// The times of writing.
const (
	WriteAlways   Writable = iota
	WriteOnInsert          // immutable once the entity exists
	WriteNever             // read-only: the store or an operation sets it
)

// A FeedMapping places a property into an Atom element outside the entry's
// content. Source: CSDL, m:FC_* attributes.
type FeedMapping struct {
	// SourcePath is the path below the annotated property or entity type.
	SourcePath  string
	TargetPath  string // "SyndicationTitle" or a path of custom elements
	ContentKind string // "text", "html", "xhtml" or empty
	NsPrefix    string
	NsURI       string

	// KeepInContent is nil when the attribute is absent, which means true.
	KeepInContent *bool
}

// A TypeRef is a resolved type: a primitive kind, or one of the three named
// types, or a collection of either. The zero TypeRef is no type.
type TypeRef struct {
	// Kind is the primitive kind, [edm.KindComplex] for complex types,
	// [edm.KindString] for enum types, whose values travel as strings, and
	// KindNull for entity types. For a collection it describes the items.
	Kind       edm.Kind
	Complex    *ComplexType
	Entity     *EntityType
	Enum       *EnumType
	Collection bool
}

// PrimitiveType is the TypeRef of a primitive kind.
func PrimitiveType(k edm.Kind) TypeRef { return TypeRef{Kind: k} }

// EntityRef is the TypeRef of one entity of type t.
func EntityRef(t *EntityType) TypeRef { return TypeRef{Entity: t} }

// Item is the type of a collection's items, and t itself otherwise.
func (t TypeRef) Item() TypeRef { t.Collection = false; return t }

// IsZero reports that t is no type.
func (t TypeRef) IsZero() bool { return t == TypeRef{} }

// IsPrimitive reports that t is a single primitive value.
func (t TypeRef) IsPrimitive() bool {
	return !t.Collection && t.Entity == nil && t.Complex == nil && t.Enum == nil && t.Kind != edm.KindNull
}

// String is the type's name in $metadata, such as "Collection(Demo.Address)".
func (t TypeRef) String() string {
	name := t.Kind.String()
	switch {
	case t.Entity != nil:
		name = t.Entity.QualifiedName()
	case t.Complex != nil:
		name = t.Complex.QualifiedName()
	case t.Enum != nil:
		name = t.Enum.QualifiedName()
	}
	if t.Collection {
		return "Collection(" + name + ")"
	}
	return name
}
