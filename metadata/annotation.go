package metadata

// A ValueTerm declares a vocabulary term. Source: CSDL 3.0, ValueTerm.
type ValueTerm struct {
	Namespace string // as in EntityType
	Name      string
	Type      string
	NotNull   bool
	Facets
	Documentation *Documentation
	Extensions
}

// Annotations apply vocabulary annotations to a target outside their own
// element, such as "Demo.Customer/Name". Source: CSDL 3.0, Annotations.
type Annotations struct {
	Target      string
	Qualifier   string
	Annotations []Annotation
	Extensions
}

// An Annotation is a ValueAnnotation, or a TypeAnnotation when Term names a
// type and Properties carries its members. Source: CSDL 3.0.
type Annotation struct {
	Term      string
	Qualifier string

	// IsType marks a TypeAnnotation; Properties are its PropertyValues and
	// Value stays nil.
	IsType     bool
	Value      *AnnotationExpr
	Properties []AnnotationProperty
	Extensions
}

// An AnnotationProperty is one PropertyValue of a TypeAnnotation or record.
type AnnotationProperty struct {
	Property string
	Value    *AnnotationExpr
	Extensions
}

// An AnnotationExpr is an annotation value. Kind is the CSDL name of the
// expression: "String", "Int", "Float", "Decimal", "Bool", "DateTime",
// "DateTimeOffset", "Time", "Guid", "Binary", "Path", "EnumMemberReference",
// "Record", "Collection", "Apply", "If", "Null" and their relatives.
type AnnotationExpr struct {
	Kind string

	// Text is the constant or path; the Type of a Record, AssertType or IsType;
	// the Function of an Apply; the Name of a reference or label. A
	// FunctionReference to one overload reads "Demo.Area(Edm.Int32,Edm.Int32)", a
	// qualified ValueTermReference "Demo.Title#Phone".
	Text string

	// InAttribute records that a constant was written as an attribute of its
	// annotation (String="x") and not as a child element.
	InAttribute bool

	Items      []*AnnotationExpr    // members of a Collection, operands of all others
	Properties []AnnotationProperty // Record members
	Extensions
}
