package xmlread

import (
	"errors"

	"github.com/pamodata/pamodata/metadata/edm"
)

// gmlElements gives out the elements of GML for reading a spatial value.
type gmlElements struct{ in *Input }

// Child implements [edm.GMLElements].
func (g gmlElements) Child() (name []byte, more bool, err error) {
	more, err = g.in.Child()
	if g.in.tag.space != GML {
		return nil, more, err
	}
	return g.in.tag.local, more, err
}

// Attribute implements [edm.GMLElements].
func (g gmlElements) Attribute(name string) (value []byte, ok bool) {
	if value, ok = g.in.Attribute(GML, name); ok {
		return value, ok
	}
	return g.in.Attribute(None, name)
}

// Text implements [edm.GMLElements].
func (g gmlElements) Text() ([]byte, error) { return g.in.Text() }

// Skip implements [edm.GMLElements].
func (g gmlElements) Skip() error { return g.in.Skip() }

// spatial consumes the current element, which has one GML element in it, as a
// value of kind k.
func (in *Input) spatial(k edm.Kind) (edm.Value, error) {
	at := in.begin
	s, err := edm.ReadGML(gmlElements{in}, k.IsGeography())
	if err != nil {
		if syntax, ok := errors.AsType[*edm.SyntaxError](err); ok {
			return edm.Null, in.notOfKind(k, at, syntax)
		}
		return edm.Null, err
	}
	if s.Kind() != k && k != edm.KindGeography && k != edm.KindGeometry {
		return edm.Null, in.notOfKind(k, at, nil)
	}
	return s.Value(), nil
}
