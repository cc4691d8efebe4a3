package bind

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A key selects one entity: an equality of $it for each key property, in the
// order of the type.
type key []keyPart

type keyPart struct {
	literal odata.Literal
	equal   odata.Binary
}

// ofIt is the condition that $it has the key; nil without one.
func (k key) ofIt() odata.Expr {
	var condition odata.Expr
	for i := range k {
		condition = odata.Conjunction(condition, &k[i].equal)
	}
	return condition
}

// of is the condition that x has the key.
func (k key) of(x odata.Expr) odata.Expr {
	var condition odata.Expr
	for i := range k {
		property := k[i].equal.L.(*odata.Member).Property
		condition = odata.Conjunction(condition, &odata.Binary{
			Op: odata.Eq, L: &odata.Member{Of: x, Property: property}, R: &k[i].literal,
		})
	}
	return condition
}

// bindKey reads the values in a segment's parentheses. Source: OData V3 URI
// conventions, key predicates.
func bindKey(e *entity, segment *uri.Segment) (key, *odata.Error) {
	properties := e.typ.KeyProperties()
	args := segment.Args
	at := pathPlace(segment.Span)
	if len(args) == 1 && args[0].Name == "" && len(properties) > 1 {
		return nil, keyNotNamed(at, properties)
	}
	for i := range args {
		if args[i].Name != "" && keyIndex(properties, args[i].Name) < 0 {
			return nil, unknownKeyProperty(pathPlace(args[i].Span), properties, args[i].Name)
		}
	}
	if len(args) != len(properties) {
		return nil, wrongKeyCount(at, properties, len(args))
	}
	k := make(key, len(args))
	for i := range args {
		position := 0
		if args[i].Name != "" {
			position = keyIndex(properties, args[i].Name)
		}
		v, err := keyValue(properties[position], &args[i])
		if err != nil {
			return nil, err
		}
		part := &k[position]
		part.literal = odata.Literal{Value: v, Of: properties[position].TypeRef()}
		part.equal = odata.Binary{Op: odata.Eq, L: e.key[position], R: &part.literal}
	}
	return k, nil
}

func keyIndex(properties []*metadata.Property, name string) int {
	for i, p := range properties {
		if p.Name == name {
			return i
		}
	}
	return -1
}

// keyValue is the value of one key property. The literal must have the form of
// the property's type; only a whole number may leave out the suffix of its
// type, which clients forget.
func keyValue(p *metadata.Property, arg *uri.Arg) (edm.Value, *odata.Error) {
	at := pathPlace(arg.Span)
	if arg.Alias != "" {
		return edm.Null, keyTypeMismatch(at, p, "a parameter alias")
	}
	v, kind := arg.Value.Value, p.Kind()
	if v.Kind() == kind {
		return v, nil
	}
	if raw := arg.Value.Raw; v.Kind().IsInteger() && kind.IsNumeric() && isDigit(raw[len(raw)-1]) {
		if number, err := edm.ParseText(kind, raw); err == nil {
			return number, nil
		}
	}
	if b, ok := digitBoolean(kind, arg.Value.Raw); ok {
		return b, nil
	}
	return edm.Null, keyTypeMismatch(at, p, v.Kind().String())
}

// digitBoolean takes 1 and 0 for Booleans, which keys and arguments may write.
// Source: OData V3 URI conventions, primitive literals.
func digitBoolean(kind edm.Kind, raw string) (edm.Value, bool) {
	return edm.Boolean(raw == "1"), kind == edm.KindBoolean && (raw == "1" || raw == "0")
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
