package format

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Dynamics say which undeclared properties of open entities a projection sends.
type Dynamics struct {
	sent  bool
	names []string // in order; nil for all
}

// DynamicsOf is what p sends.
func DynamicsOf(p *odata.Projection) Dynamics {
	d := Dynamics{sent: p.Dynamic, names: slices.Clone(p.DynamicNames)}
	slices.Sort(d.names)
	return d
}

// Sends tells whether the undeclared property called name is sent.
func (d *Dynamics) Sends(name string) bool {
	if !d.sent || d.names == nil {
		return d.sent
	}
	_, found := slices.BinarySearch(d.names, name)
	return found
}

// TypedItself tells whether the undeclared value v has a type without a model:
// it is null, primitive, or a collection of such items. A complex value is
// meaningless without its type, which a value does not know.
func TypedItself(v *edm.Value) bool {
	switch v.Kind() {
	case edm.KindComplex:
		return false
	case edm.KindCollection:
		for _, item := range v.Elements() {
			if item.Kind() == edm.KindComplex || item.Kind() == edm.KindCollection {
				return false
			}
		}
	}
	return true
}
