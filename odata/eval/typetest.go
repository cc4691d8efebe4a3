package eval

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// isOf compiles isof. As with every function, null in means null out. An entity
// is tested by the type of its row, a dynamic property by the kind of its value,
// which is never widened: 7 as an Int32 is no Edm.Int64.
func (c *compiler) isOf(e *odata.IsOf) (conditionFunc, error) {
	if yieldsEntity(e.X) {
		return c.entityIsOf(e)
	}
	x, err := c.value(e.X)
	if err != nil {
		return nil, err
	}
	get, verdict := x.get, isOfType(e.X.Type(), e.Of)
	if !e.X.Type().IsZero() {
		return func(row *odata.Row, s *scope) (truth, error) {
			v, err := get(row, s)
			if v.IsNull() {
				return unknown, err
			}
			return verdict, err
		}, nil
	}
	kind, single := e.Of.Kind, e.Of.IsPrimitive()
	return func(row *odata.Row, s *scope) (truth, error) {
		v, err := get(row, s)
		if v.IsNull() {
			return unknown, err
		}
		return truthOf(single && v.Kind() == kind), err
	}, nil
}

// isOfType decides isof for declared values, whose type is that of the
// declaration, or one that it extends.
func isOfType(declared, wanted metadata.TypeRef) truth {
	if declared.Complex != nil && wanted.Complex != nil && declared.Collection == wanted.Collection {
		for t := declared.Complex; t != nil; t = t.Base() {
			if t == wanted.Complex {
				return yes
			}
		}
		return no
	}
	return truthOf(declared == wanted)
}

func (c *compiler) entityIsOf(e *odata.IsOf) (conditionFunc, error) {
	x, err := c.entity(e.X)
	if err != nil {
		return nil, err
	}
	get, layout, wanted := x.get, x.layout, e.Of.Entity
	return func(row *odata.Row, s *scope) (truth, error) {
		entity, err := get(row, s)
		if err != nil || entity == nil {
			return unknown, err
		}
		return truthOf(wanted != nil && layout.typeOf(entity).Is(wanted)), nil
	}, nil
}

// cast compiles the cast of a value, which is null where the value does not fit.
// Values of complex and collection types can only be cast to their own type,
// and enum values are text.
func (c *compiler) cast(e *odata.Cast) (operand, error) {
	x, err := c.value(e.X)
	if err != nil {
		return operand{}, err
	}
	to := e.To.Kind
	if !e.To.IsPrimitive() && e.To.Enum == nil {
		if e.X.Type() == e.To {
			return x, nil
		}
		return operand{}, odata.Internalf("eval: no value can be cast to %s", e.To)
	}
	get := x.get
	return folded(computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if err != nil || v.Kind() == to {
			return v, err
		}
		if result, ok := edm.Cast(v, to); ok {
			return result, nil
		}
		return edm.Null, nil
	}), x), nil
}
