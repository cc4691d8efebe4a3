package metadata

// A NavigationProperty leads from one entity type to another through an
// association. Source: CSDL 3.0, NavigationProperty.
type NavigationProperty struct {
	Name         string
	Relationship string // the association: qualified, or of the same namespace
	FromRole     string // the role of the declaring type
	ToRole       string

	ContainsTarget bool
	Documentation  *Documentation
	Annotations    []Annotation
	Extensions

	Source string // Go struct field

	resolved navigationIndex
}

// An Association relates two entity types. Source: CSDL 3.0, Association.
type Association struct {
	Namespace     string // as in EntityType
	Name          string
	Ends          [2]AssociationEnd
	Constraint    *ReferentialConstraint
	Documentation *Documentation
	Annotations   []Annotation
	Extensions
}

// An AssociationEnd is one side of an association.
type AssociationEnd struct {
	Type          string // entity type: qualified, or of the same namespace
	Role          string // unique within the association
	Multiplicity  Multiplicity
	OnDelete      OnDelete
	Documentation *Documentation
	Extensions
}

// Multiplicity is how many entities an association end may hold.
type Multiplicity uint8

// The multiplicities of CSDL: 0..1, 1 and *.
const (
	ZeroOrOne Multiplicity = iota + 1
	One
	Many
)

// String is the CSDL spelling.
func (m Multiplicity) String() string {
	switch m {
	case ZeroOrOne:
		return "0..1"
	case One:
		return "1"
	case Many:
		return "*"
	}
	return ""
}

// OnDelete is what happens to the other end when an entity is deleted.
type OnDelete uint8

// The delete actions of CSDL. Absent means None.
const (
	OnDeleteAbsent OnDelete = iota
	OnDeleteNone
	OnDeleteCascade
)

// A ReferentialConstraint says which properties of the dependent role hold the
// key of the principal role. Source: CSDL 3.0, ReferentialConstraint.
type ReferentialConstraint struct {
	PrincipalRole       string
	PrincipalProperties []string
	DependentRole       string
	DependentProperties []string // parallel to PrincipalProperties
	Documentation       *Documentation
	Extensions
}
