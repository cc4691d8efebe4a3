package eval_test

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A naive interpreter evaluates expressions straight from the rules: it looks
// everything up each time, knows no fast way, and calculates with big numbers.
// It is the other half of TestDifferential.
type naive struct {
	it   entity
	vars []binding
}

// An entity is a row with the query it answers. A nil row is null.
type entity struct {
	row   *odata.Row
	query *odata.Query
}

type binding struct {
	entity entity
	item   edm.Value
}

// A failure is the code of the error that evaluation ends with; "" for none.
type failure string

func (n naive) value(e odata.Expr) (edm.Value, failure) {
	switch e := e.(type) {
	case *odata.Literal:
		return e.Value, ""
	case *odata.Variable:
		return n.vars[e.Depth-1].item, ""
	case *odata.Member:
		if of := e.Of.Type().Complex; of != nil {
			v, fail := n.value(e.Of)
			at := slices.Index(of.AllProperties(), e.Property)
			if fail != "" || v.IsNull() || at >= len(v.Elements()) {
				return edm.Null, fail
			}
			return v.Elements()[at], ""
		}
		of := n.entity(e.Of)
		if of.row == nil {
			return edm.Null, ""
		}
		return of.row.Values[of.query.Field(e.Property)], ""
	case *odata.Dynamic:
		if of := n.entity(e.Of); of.row != nil {
			for _, p := range of.row.Dynamic {
				if p.Name == e.Name {
					return p.Value, ""
				}
			}
		}
		return edm.Null, ""
	case *odata.Unary:
		return n.unary(e)
	case *odata.Binary:
		return n.binary(e)
	case *odata.Convert:
		v, fail := n.value(e.X)
		v, err := edm.Convert(v, e.To)
		if err != nil {
			return edm.Null, fail
		}
		return v, fail
	case *odata.Cast:
		v, fail := n.value(e.X)
		if v, ok := edm.Cast(v, e.To.Kind); ok {
			return v, fail
		}
		return edm.Null, fail
	case *odata.Call:
		return n.call(e)
	case *odata.IsOf:
		return n.isOf(e)
	case *odata.Lambda:
		return n.lambda(e)
	case *odata.In:
		return n.in(e)
	}
	panic("unexpected expression " + odata.Dump(e))
}

func (n naive) entity(e odata.Expr) entity {
	switch e := e.(type) {
	case *odata.Variable:
		if e.Depth == 0 {
			return n.it
		}
		return n.vars[e.Depth-1].entity
	case *odata.Navigate:
		if all := n.entities(e); len(all) > 0 {
			return all[0]
		}
		return entity{}
	case *odata.TypeCast:
		of := n.entity(e.Of)
		if of.row == nil || !isInstance(of, e) {
			return entity{}
		}
		return of
	}
	panic("unexpected entity " + odata.Dump(e))
}

func isInstance(x entity, cast *odata.TypeCast) bool {
	t := x.row.Type
	if t == nil {
		t = x.query.Type
	}
	return t.Is(cast.Entity)
}

func (n naive) entities(e odata.Expr) []entity {
	var all []entity
	switch e := e.(type) {
	case *odata.Navigate:
		of := n.entity(e.Of)
		if of.row == nil {
			return nil
		}
		for i, x := range of.query.Expand {
			if x.Nav != e.Nav {
				continue
			}
			for j := range of.row.Related[i].Rows {
				related := entity{&of.row.Related[i].Rows[j], x.Query}
				if e.Where != nil {
					// Tests write conditions here that do not fail.
					if v, _ := (naive{it: related}).value(e.Where); !isTrue(v) {
						continue
					}
				}
				all = append(all, related)
			}
		}
	case *odata.TypeCast:
		for _, x := range n.entities(e.Of) {
			if isInstance(x, e) {
				all = append(all, x)
			}
		}
	}
	return all
}

func isTrue(v edm.Value) bool { return v.Kind() == edm.KindBoolean && v.Bool() }

func (n naive) unary(e *odata.Unary) (edm.Value, failure) {
	v, fail := n.value(e.X)
	switch {
	case fail != "" || v.IsNull():
		return edm.Null, fail
	case e.Op == odata.Not && v.Kind() == edm.KindBoolean:
		return edm.Boolean(!v.Bool()), ""
	case e.Op == odata.Not:
		return edm.Null, ""
	}
	switch v.Kind() {
	case edm.KindSingle:
		return edm.Single(-float32(v.Float())), ""
	case edm.KindDouble:
		return edm.Double(-v.Float()), ""
	case edm.KindDecimal:
		return v.Decimal().Neg().Value(), ""
	}
	return bigWhole(v.Kind(), new(big.Int).Neg(big.NewInt(v.Int())))
}

func (n naive) binary(e *odata.Binary) (edm.Value, failure) {
	if e.L.Type().Entity != nil || e.R.Type().Entity != nil {
		return n.sameEntity(e)
	}
	l, fail := n.value(e.L)
	if fail != "" || e.Op == odata.And && !isTrue(l) || e.Op == odata.Or && isTrue(l) {
		return edm.Boolean(e.Op == odata.Or), fail
	}
	r, fail := n.value(e.R)
	switch {
	case fail != "":
		return edm.Null, fail
	case e.Op == odata.And || e.Op == odata.Or:
		return edm.Boolean(isTrue(r)), ""
	case e.Op.IsComparison():
		return edm.Boolean(compareNaively(e.Op, l, r)), ""
	}
	return calculateNaively(e.Op, l, r)
}

func (n naive) sameEntity(e *odata.Binary) (edm.Value, failure) {
	var sides [2]entity
	for i, side := range [...]odata.Expr{e.L, e.R} {
		if l, ok := side.(*odata.Literal); !ok || !l.Value.IsNull() {
			sides[i] = n.entity(side)
		}
	}
	same := false
	switch a, b := sides[0], sides[1]; {
	case a.row == nil || b.row == nil:
		same = a.row == nil && b.row == nil
	default:
		key := e.L.Type().Entity.KeyProperties()[0]
		same = a.row.Values[a.query.Field(key)].Int() == b.row.Values[b.query.Field(key)].Int()
	}
	return edm.Boolean(same == (e.Op == odata.Eq)), ""
}

// number is the exact value of a finite number.
func number(v edm.Value) (*big.Rat, bool) {
	switch {
	case v.Kind().IsInteger():
		return new(big.Rat).SetInt64(v.Int()), true
	case v.Kind() == edm.KindDecimal:
		return new(big.Rat).SetString(v.Decimal().String())
	case v.Kind().IsNumeric():
		r := new(big.Rat).SetFloat64(v.Float())
		return r, r != nil
	}
	return nil, false
}

func compareNaively(op odata.BinaryOp, a, b edm.Value) bool {
	if a.IsNull() || b.IsNull() {
		both := a.IsNull() && b.IsNull()
		return op == odata.Eq && both || op == odata.Ne && !both
	}
	order, comparable := 0, a.Kind() == b.Kind()
	switch {
	case a.Kind().IsNumeric() && b.Kind().IsNumeric():
		x, finiteX := number(a)
		y, finiteY := number(b)
		comparable = true
		switch {
		case finiteX && finiteY:
			order = x.Cmp(y)
		case isNaN(a) || isNaN(b):
			comparable = false
		default:
			order = int(infinity(a) - infinity(b))
		}
	case !comparable:
	case a.Kind() == edm.KindString:
		order = slices.Compare([]byte(a.Str()), []byte(b.Str()))
	case a.Kind() == edm.KindBinary:
		order = slices.Compare(a.Bytes(), b.Bytes())
	case a.Kind() == edm.KindBoolean:
		switch {
		case !a.Bool() && b.Bool():
			order = -1
		case a.Bool() && !b.Bool():
			order = 1
		}
	case a.Kind() == edm.KindGuid:
		order = strings.Compare(a.GUID().String(), b.GUID().String())
	case a.Kind() == edm.KindDateTime:
		order = a.DateTime().Instant().Compare(b.DateTime().Instant())
	case a.Kind() == edm.KindDateTimeOffset:
		order = a.DateTimeOffset().Instant().Compare(b.DateTimeOffset().Instant())
	case a.Kind() == edm.KindTime:
		order = int(min(max(a.Time().Ticks()-b.Time().Ticks(), -1), 1))
	case a.Kind() == edm.KindComplex || a.Kind() == edm.KindCollection:
		same := slices.EqualFunc(a.Elements(), b.Elements(), func(x, y edm.Value) bool { return compareNaively(odata.Eq, x, y) })
		return op == odata.Eq && same || op == odata.Ne && !same
	}
	switch op {
	case odata.Eq:
		return comparable && order == 0
	case odata.Ne:
		return !comparable || order != 0
	case odata.Lt:
		return comparable && order < 0
	case odata.Le:
		return comparable && order <= 0
	case odata.Gt:
		return comparable && order > 0
	}
	return comparable && order >= 0
}

func isNaN(v edm.Value) bool {
	return !v.Kind().IsInteger() && v.Kind() != edm.KindDecimal && math.IsNaN(v.Float())
}

// infinity is the sign of an infinity, and 0 for a finite number.
func infinity(v edm.Value) float64 {
	if _, finite := number(v); finite {
		return 0
	}
	return math.Copysign(1, v.Float())
}

func bigWhole(kind edm.Kind, result *big.Int) (edm.Value, failure) {
	if kind != edm.KindInt64 {
		if !result.IsInt64() || result.Int64() != int64(int32(result.Int64())) {
			return edm.Null, "ArithmeticOverflow"
		}
		return edm.Int32(int32(result.Int64())), ""
	}
	if !result.IsInt64() {
		return edm.Null, "ArithmeticOverflow"
	}
	return edm.Int64(result.Int64()), ""
}

func calculateNaively(op odata.BinaryOp, a, b edm.Value) (edm.Value, failure) {
	kind, ok := edm.Promote(a.Kind(), b.Kind())
	if !ok {
		return edm.Null, ""
	}
	a, _ = edm.Convert(a, kind)
	b, _ = edm.Convert(b, kind)
	switch kind {
	case edm.KindDouble, edm.KindSingle:
		x, y := a.Float(), b.Float()
		result := map[odata.BinaryOp]float64{odata.Add: x + y, odata.Sub: x - y, odata.Mul: x * y, odata.Div: x / y, odata.Mod: math.Mod(x, y)}[op]
		if kind == edm.KindSingle {
			// Rounding twice is harmless from double to single precision.
			return edm.Single(float32(result)), ""
		}
		return edm.Double(result), ""
	case edm.KindDecimal:
		x, y := a.Decimal(), b.Decimal()
		if y.IsZero() && (op == odata.Div || op == odata.Mod) {
			return edm.Null, "DivisionByZero"
		}
		f := map[odata.BinaryOp]func(edm.Decimal) (edm.Decimal, error){odata.Add: x.Add, odata.Sub: x.Sub, odata.Mul: x.Mul, odata.Div: x.Div, odata.Mod: x.Mod}[op]
		result, err := f(y)
		if err != nil {
			return edm.Null, "ArithmeticOverflow"
		}
		return result.Value(), ""
	}
	x, y, result := big.NewInt(a.Int()), big.NewInt(b.Int()), new(big.Int)
	if y.Sign() == 0 && (op == odata.Div || op == odata.Mod) {
		return edm.Null, "DivisionByZero"
	}
	switch op {
	case odata.Add:
		result.Add(x, y)
	case odata.Sub:
		result.Sub(x, y)
	case odata.Mul:
		result.Mul(x, y)
	case odata.Div:
		result.Quo(x, y)
	case odata.Mod:
		result.Rem(x, y)
	}
	return bigWhole(kind, result)
}

func (n naive) isOf(e *odata.IsOf) (edm.Value, failure) {
	if e.X.Type().Entity != nil {
		x := n.entity(e.X)
		if x.row == nil {
			return edm.Null, ""
		}
		return edm.Boolean(isInstance(x, &odata.TypeCast{Entity: e.Of.Entity})), ""
	}
	v, fail := n.value(e.X)
	if fail != "" || v.IsNull() {
		return edm.Null, fail
	}
	if t := e.X.Type(); !t.IsZero() {
		return edm.Boolean(t == e.Of), ""
	}
	return edm.Boolean(v.Kind() == e.Of.Kind), ""
}

func (n naive) lambda(e *odata.Lambda) (edm.Value, failure) {
	var elements []binding
	if e.Of.Type().Entity != nil {
		for _, x := range n.entities(e.Of) {
			elements = append(elements, binding{entity: x})
		}
	} else {
		v, fail := n.value(e.Of)
		if fail != "" {
			return edm.Null, fail
		}
		if !v.IsNull() {
			for _, item := range v.Elements() {
				elements = append(elements, binding{item: item})
			}
		}
	}
	if e.Body == nil {
		return edm.Boolean(len(elements) > 0), ""
	}
	for _, element := range elements {
		inner := naive{n.it, append(slices.Clone(n.vars), element)}
		v, fail := inner.value(e.Body)
		if fail != "" {
			return edm.Null, fail
		}
		if isTrue(v) != e.All {
			return edm.Boolean(!e.All), ""
		}
	}
	return edm.Boolean(e.All), ""
}

func (n naive) in(e *odata.In) (edm.Value, failure) {
	tuple := make([]edm.Value, len(e.X))
	for i := range tuple {
		var fail failure
		if tuple[i], fail = n.value(e.X[i]); fail != "" {
			return edm.Null, fail
		}
	}
	return edm.Boolean(slices.ContainsFunc(e.Rows, func(row []edm.Value) bool {
		return slices.EqualFunc(tuple, row, func(a, b edm.Value) bool { return compareNaively(odata.Eq, a, b) })
	})), ""
}
