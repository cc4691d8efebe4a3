package format

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Has tells whether entities of exactly type t have what a Projection restricts
// to the type only, which is nil for what all entities have.
func Has(t, only *metadata.EntityType) bool { return only == nil || t.Is(only) }

// Inlines tells whether entities of exactly type t hold what n expands to. Types
// for which it does not may still mention n: see [Has].
func Inlines(t *metadata.EntityType, n *odata.ProjectedNavigation) bool {
	return n.Expanded != nil && Has(t, n.Only) && Has(t, n.ExpandOnly)
}

// Related is what row holds for the expansion at a position of Row.Related. A
// row that holds nothing there has no related entities.
func Related(row *odata.Row, at int) odata.Related {
	if at >= len(row.Related) {
		return odata.Related{}
	}
	return row.Related[at]
}

// TypeName is the name of a property's type in payloads. Enum values travel as
// strings, because V3 has no enum literal, and are typed as such.
func TypeName(t metadata.TypeRef) string {
	t.Enum = nil
	return t.String()
}
