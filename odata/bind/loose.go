package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// looseProperty finds a property that no name fits to the letter, see
// [odata.Looseness]; nil for none, and for several.
func (s *scope) looseProperty(name string, properties []*metadata.Property) *metadata.Property {
	if s.loose == nil {
		return nil
	}
	equal := func(a, b string) bool { return a == b || s.loose.Names && strings.EqualFold(a, b) }
	named := func(name string) (found *metadata.Property) {
		for _, p := range properties {
			if equal(p.Name, name) && !isUnusable(p.TypeRef()) {
				if found != nil {
					return nil
				}
				found = p
			}
		}
		return found
	}
	if p := named(name); p != nil {
		return p
	}
	for alias, of := range s.loose.Aliases {
		if equal(alias, name) {
			return named(of)
		}
	}
	return nil
}

// adapt makes a literal one of another kind, where that is forgiven and its value
// allows it.
func (s *scope) adapt(o *operand, kind edm.Kind) bool {
	l, ok := o.expr.(*odata.Literal)
	if s.loose == nil || !s.loose.Literals || !ok || l.Of.Enum != nil || l.Value.IsNull() {
		return false
	}
	var v edm.Value
	switch {
	case l.Value.Kind() == edm.KindString && (kind.IsInteger() || kind == edm.KindGuid):
		var err error
		if v, err = edm.ParseText(kind, strings.Trim(l.Value.Str(), " ")); err != nil {
			return false
		}
	case l.Value.Kind() == edm.KindDateTimeOffset && kind == edm.KindDateTime:
		v = edm.DateTimeFrom(l.Value.DateTimeOffset().Instant().UTC()).Value()
	default:
		return false
	}
	o.expr = s.literal(v, metadata.PrimitiveType(kind))
	return true
}
