package metadata

import "github.com/pamodata/pamodata/metadata/edm"

// Default is the value of a property that nobody gave one: what the model says, or
// null, or the zero of its type. ok is false where there is none: a text, for one,
// that has to be given must not come to be empty by omission.
func (p *Property) Default() (v edm.Value, ok bool) {
	t := p.TypeRef()
	switch {
	case t.Collection:
		return edm.Collection(nil), true
	case p.DefaultValue != nil && t.Complex == nil:
		if v, err := edm.ParseText(t.Kind, *p.DefaultValue); err == nil {
			return v, true
		}
		return edm.Null, !p.NotNull
	case !p.NotNull:
		return edm.Null, true
	case t.Complex != nil:
		members := make([]edm.Value, len(t.Complex.AllProperties()))
		for i, m := range t.Complex.AllProperties() {
			if members[i], ok = m.Default(); !ok {
				return edm.Null, false
			}
		}
		return edm.Complex(members), true
	}
	return zeroOf(t.Kind)
}

// zeroOf is the value .NET gives a field of the kind that nobody set.
func zeroOf(k edm.Kind) (edm.Value, bool) {
	text := ""
	switch k {
	case edm.KindBoolean:
		text = "false"
	case edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64, edm.KindSingle, edm.KindDouble, edm.KindDecimal:
		text = "0"
	case edm.KindGuid:
		text = "00000000-0000-0000-0000-000000000000"
	case edm.KindDateTime:
		text = "0001-01-01T00:00:00"
	case edm.KindDateTimeOffset:
		text = "0001-01-01T00:00:00Z"
	case edm.KindTime:
		text = "PT0S"
	default:
		return edm.Null, false
	}
	v, err := edm.ParseText(k, text)
	return v, err == nil
}
