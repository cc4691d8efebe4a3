package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// combine types a binary operator. Source: OData V3 URI conventions, $filter
// and numeric promotion.
func (s *scope) combine(op odata.BinaryOp, l, r operand, at odata.Span) (operand, *odata.Error) {
	var err *odata.Error
	o := operand{at: at}
	switch {
	case op == odata.And || op == odata.Or:
		if l.expr, err = s.boolean(l); err == nil {
			r.expr, err = s.boolean(r)
		}
	case op.IsComparison():
		err = s.compare(op, &l, &r, at)
	default:
		o.dynamic = l.dynamic || r.dynamic
		err = s.calculate(op, &l, &r, at)
	}
	o.expr = s.binary(op, l.expr, r.expr)
	return o, err
}

// boolean is o as a condition. Null is a condition that does not hold.
func (s *scope) boolean(o operand) (odata.Expr, *odata.Error) {
	t := metadata.PrimitiveType(edm.KindBoolean)
	switch {
	case o.isNull():
		return s.literal(edm.Null, t), nil
	case o.dynamic && !isCalculated(o.expr):
	case o.dynamic || o.typ() != t:
		return nil, notBoolean(s.place(o.at), describe(o))
	}
	return o.expr, nil
}

// isCalculated reports an expression that is a number whatever it is made of.
func isCalculated(e odata.Expr) bool {
	switch e := e.(type) {
	case *odata.Binary:
		return e.Op.IsArithmetic()
	case *odata.Unary:
		return e.Op == odata.Negate
	}
	return false
}

// unary types not and negation.
func (s *scope) unary(op odata.UnaryOp, x operand, at odata.Span) (operand, *odata.Error) {
	switch t := x.typ(); {
	case op == odata.Not:
		var err *odata.Error
		if x.expr, err = s.boolean(x); err != nil {
			return operand{}, err
		}
	case x.isNull():
		x.expr = s.literal(edm.Null, metadata.PrimitiveType(edm.KindInt32))
	case !x.dynamic:
		kind, ok := edm.Promote(t.Kind, t.Kind)
		if !t.IsPrimitive() || !ok {
			return operand{}, operandType(s.place(x.at), op, t)
		}
		widen(&x, kind)
	}
	return operand{expr: &odata.Unary{Op: op, X: x.expr}, at: at, dynamic: x.dynamic}, nil
}

// compare brings both sides of a comparison to one type.
func (s *scope) compare(op odata.BinaryOp, l, r *operand, at odata.Span) *odata.Error {
	for _, o := range [...]*operand{l, r} {
		if o.typ().Collection {
			return collectionInPath(s.place(o.at), describe(*o))
		}
	}
	switch {
	case l.isNull() && r.isNull():
		return nil
	case l.isNull():
		return s.compareNull(op, l, r)
	case r.isNull():
		return s.compareNull(op, r, l)
	case l.dynamic || r.dynamic:
		for _, o := range [...]*operand{l, r} {
			if o.typ().Entity != nil {
				return notAValue(s.place(o.at), o.typ())
			}
		}
		return nil
	}
	lt, rt := l.typ(), r.typ()
	switch {
	case lt.Entity != nil && rt.Entity != nil && (lt.Entity.Is(rt.Entity) || rt.Entity.Is(lt.Entity)):
	case lt.Complex != nil && rt.Complex != nil && (extends(lt.Complex, rt.Complex) || extends(rt.Complex, lt.Complex)):
	case lt.Entity != nil || rt.Entity != nil || lt.Complex != nil || rt.Complex != nil:
		return typeMismatch(s.place(at), op, lt, rt)
	case lt.Enum != nil || rt.Enum != nil:
		if lt.Enum != nil && rt.Enum != nil && lt != rt || lt.Kind != rt.Kind {
			return typeMismatch(s.place(at), op, lt, rt)
		}
		if err := s.nameMember(l, rt); err != nil {
			return err
		}
		if err := s.nameMember(r, lt); err != nil {
			return err
		}
	case lt.Kind.IsNumeric() && rt.Kind.IsNumeric():
		return s.unify(op, l, r, at)
	case lt.Kind != rt.Kind && (s.adapt(l, rt.Kind) || s.adapt(r, lt.Kind)):
	case lt.Kind != rt.Kind:
		return typeMismatch(s.place(at), op, lt, rt)
	}
	for _, o := range [...]*operand{l, r} {
		if !comparable(op, o.typ()) {
			return operandType(s.place(o.at), op, o.typ())
		}
	}
	return nil
}

// compareNull gives null the type of what it is compared with.
func (s *scope) compareNull(op odata.BinaryOp, null, other *operand) *odata.Error {
	if other.dynamic {
		return nil
	}
	t := other.typ()
	if op != odata.Eq && op != odata.Ne && !comparable(op, t) {
		return operandType(s.place(other.at), op, t)
	}
	null.expr = s.literal(edm.Null, t)
	return nil
}

// comparable reports whether values of a type compare by op. Entities, complex
// values, enum members and bytes have no order.
func comparable(op odata.BinaryOp, t metadata.TypeRef) bool {
	switch {
	case t.Kind.IsSpatial():
		return false
	case op == odata.Eq || op == odata.Ne:
		return true
	}
	return t.IsPrimitive() && t.Kind != edm.KindBinary
}

func extends(t, base *metadata.ComplexType) bool {
	for ; t != nil; t = t.Base() {
		if t == base {
			return true
		}
	}
	return false
}

// nameMember gives a text literal beside an enum value that enum type. It must
// name a member, or several members of flags.
func (s *scope) nameMember(o *operand, other metadata.TypeRef) *odata.Error {
	l, ok := o.expr.(*odata.Literal)
	if !ok || other.Enum == nil || l.Of.Enum != nil {
		return nil
	}
	if name, ok := namesMembers(other.Enum, l.Value.Str()); !ok {
		return unknownEnumMember(s.place(o.at), other.Enum, name)
	}
	o.expr = s.literal(l.Value, other)
	return nil
}

// namesMembers reports whether text is a value of t: a member or, of flags,
// several with commas between them. If not, wrong is what names no member.
func namesMembers(t *metadata.EnumType, text string) (wrong string, ok bool) {
	if !t.IsFlags {
		return text, hasMember(t, text)
	}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); !hasMember(t, name) {
			return name, false
		}
	}
	return "", true
}

func hasMember(t *metadata.EnumType, name string) bool {
	for i := range t.Members {
		if t.Members[i].Name == name {
			return true
		}
	}
	return false
}

// calculate brings both sides of an arithmetic operator to one numeric type of
// at least Int32.
func (s *scope) calculate(op odata.BinaryOp, l, r *operand, at odata.Span) *odata.Error {
	for _, o := range [...]*operand{l, r} {
		if t := o.typ(); !o.isNull() && !o.dynamic && (!t.IsPrimitive() || !t.Kind.IsNumeric()) {
			return operandType(s.place(o.at), op, t)
		}
	}
	if l.dynamic || r.dynamic {
		return nil
	}
	s.settle(l, r)
	s.settle(r, l)
	return s.unify(op, l, r, at)
}

// settle gives a null operand of arithmetic the type of the other side.
func (s *scope) settle(o, other *operand) {
	switch {
	case !o.isNull():
	case other.isNull():
		o.expr = s.literal(edm.Null, metadata.PrimitiveType(edm.KindInt32))
	default:
		o.expr = s.literal(edm.Null, other.typ())
	}
}

// unify brings two numbers to one type. A literal without a suffix is read
// again as the type of the other side; otherwise the narrower side is widened.
// Comparisons leave equal types as they are.
func (s *scope) unify(op odata.BinaryOp, l, r *operand, at odata.Span) *odata.Error {
	lk, rk := l.typ().Kind, r.typ().Kind
	if lk != rk {
		switch {
		case l.number != "" && r.number == "":
			if retype(l, rk) {
				lk = rk
			}
		case r.number != "" && l.number == "":
			if retype(r, lk) {
				rk = lk
			}
		}
	}
	if lk == rk && op.IsComparison() {
		return nil
	}
	kind, ok := edm.Promote(lk, rk)
	if !ok {
		return typeMismatch(s.place(at), op, l.typ(), r.typ())
	}
	widen(l, kind)
	widen(r, kind)
	return nil
}

// retype reads a numeric literal without a suffix as another numeric type, from
// its text: 1.10 becomes the Decimal 1.10 and not the one nearest to a Double.
// It is false when the number does not fit.
func retype(o *operand, kind edm.Kind) bool {
	v, err := edm.ParseText(kind, o.number)
	if err != nil {
		return false
	}
	l := o.expr.(*odata.Literal)
	l.Value, l.Of = v, metadata.PrimitiveType(kind)
	return true
}

// widen makes a promotion explicit.
func widen(o *operand, kind edm.Kind) {
	if o.typ().Kind == kind {
		return
	}
	if o.number != "" && retype(o, kind) {
		return
	}
	o.expr = &odata.Convert{X: o.expr, To: kind}
}
