package sqldb

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// maxText is how long the SQL of one expression may be. Functions that look at an
// argument several times could multiply it.
const maxText = 128 << 10

// value compiles an expression that yields a value.
func (s *scope) value(e odata.Expr) (term, error) {
	t, err := s.valueOf(e)
	if len(t.text) > maxText {
		return term{}, unsupported("an expression of this size")
	}
	return t, err
}

func (s *scope) valueOf(e odata.Expr) (term, error) {
	switch e := e.(type) {
	case *odata.Literal:
		if s.plan.literals[e].constant == inexact {
			return term{}, unsupported("a constant that the database cannot hold")
		}
		return s.constant(e), nil
	case *odata.Member:
		p, c, err := s.member(e)
		if err != nil {
			return term{}, err
		}
		if c.complex {
			return term{}, unsupported("a complex value")
		}
		var declared *metadata.EntityType
		if c == p.table.columns[e.Property] {
			declared = declaring(p, e.Property)
		}
		return s.read(p, c, declared), nil
	case *odata.Dynamic:
		return term{}, unsupported("an undeclared property")
	case *odata.Variable:
		if e.Depth < 1 || e.Depth > len(s.variables) || s.variables[e.Depth-1].place != nil {
			return term{}, odata.Internalf("sqldb: %s has no value", e.Name)
		}
		return s.variables[e.Depth-1].item, nil
	case *odata.Unary:
		if e.Op == odata.Negate {
			return s.negate(e)
		}
		x, err := s.value(e.X)
		return not(x), err
	case *odata.Binary:
		if e.Op.IsArithmetic() {
			return s.arithmetic(e)
		}
	case *odata.Convert:
		return s.convert(e)
	case *odata.Cast:
		return s.castValue(e)
	case *odata.Call:
		return s.call(e)
	case *odata.IsOf:
		return s.isOf(e)
	}
	t, err := s.holds(e, isTrue)
	return exact(t), err
}

// constant is a parameter of the statement, or a constant of its text.
func (s *scope) constant(e *odata.Literal) term {
	at := s.plan.literals[e]
	t := term{kind: at.kind, slot: &at}
	switch at.constant {
	case nullValue:
		t.text, t.null, t.kind = "NULL", true, e.Of.Kind
		if s.dialect == PostgreSQL && t.kind != edm.KindNull {
			t.text = "NULL::" + postgresType(t.kind)
		}
	case trueValue:
		t.text = sqlTrue
	case falseValue:
		t.text = sqlFalse
	case nanValue:
		t.text = "'NaN'"
		if s.dialect == PostgreSQL {
			t.text += "::" + postgresType(t.kind)
		}
	default:
		t.text = s.parameter(at.number, t.kind)
	}
	return t
}

// member finds the column of a property, and the place of the entity it belongs
// to.
func (s *scope) member(e *odata.Member) (*place, *column, error) {
	if e.Of == nil {
		return nil, nil, odata.Internalf("sqldb: %s belongs to nothing", e.Property.Name)
	}
	if of, ok := e.Of.(*odata.Member); ok {
		p, c, err := s.member(of)
		if err != nil {
			return nil, nil, err
		}
		if !c.complex {
			return nil, nil, unsupported("a member of a complex value that is stored as JSON")
		}
		at := slices.Index(of.Type().Complex.AllProperties(), e.Property)
		if at < 0 {
			return nil, nil, odata.Internalf("sqldb: %s has no member %s", of.Property.Name, e.Property.Name)
		}
		return p, c.members[at], nil
	}
	if e.Of.Type().Entity == nil {
		return nil, nil, unsupported("a member of an item of a collection")
	}
	p, err := s.entity(e.Of)
	if err != nil {
		return nil, nil, err
	}
	c := p.table.columns[e.Property]
	if c == nil {
		return nil, nil, odata.Internalf("sqldb: %s has no property %s/%s", p.table.set.Name, e.Property.DeclaringType(), e.Property.Name)
	}
	return p, c, nil
}

// kindName is a kind as overloads write it.
func kindName(k edm.Kind) string { return strings.TrimPrefix(k.String(), "Edm.") }

// callBack has SQLite call package eval.
func callBack(overload string, kind edm.Kind, fails bool, args ...term) term {
	t := term{kind: kind, fails: fails, null: kind == edm.KindNull}
	list := []string{literal(overload)}
	for _, a := range args {
		list = append(list, a.text)
		t.null = t.null || a.null
		t.fails = t.fails || a.fails
	}
	t.text = "odata(" + strings.Join(list, ", ") + ")"
	return t
}

// isArithmetic reports that numbers of the kind are calculated with as they are.
// Smaller integers become Int32 first.
func isArithmetic(k edm.Kind) bool {
	switch k {
	case edm.KindInt32, edm.KindInt64, edm.KindSingle, edm.KindDouble, edm.KindDecimal:
		return true
	}
	return false
}

var arithmeticOperators = map[odata.BinaryOp]string{odata.Add: " + ", odata.Sub: " - ", odata.Mul: " * ", odata.Div: " / ", odata.Mod: " % "}

// arithmetic compiles add, sub, mul, div and mod. SQLite turns whole numbers that
// overflow into floats, and has no decimals, so package eval calculates there.
// PostgreSQL fails where OData does, but floats that overflow are no failure
// here, and quotients of decimals have other digits.
func (s *scope) arithmetic(e *odata.Binary) (term, error) {
	l, err := s.value(e.L)
	if err != nil {
		return term{}, err
	}
	r, err := s.value(e.R)
	if err != nil {
		return term{}, err
	}
	if l.isConstant() && r.isConstant() {
		// Databases compute constants ahead, and would fail where no entity needs it.
		return term{}, unsupported("a constant that has no value")
	}
	kind := l.kind
	if l.kind != r.kind || !isArithmetic(kind) {
		return term{}, unsupported(e.Op.String() + " of " + kindName(l.kind) + " and " + kindName(r.kind))
	}
	if s.dialect == SQLite {
		name := kindName(kind)
		return callBack(e.Op.String()+"("+name+","+name+")", kind, !isFloat(kind), l, r), nil
	}
	if isFloat(kind) || kind == edm.KindDecimal && e.Op == odata.Div {
		return term{}, unsupported(e.Op.String() + " of " + kindName(kind))
	}
	if null := s.nullOf(kind, l, r); null != nil {
		return *null, nil
	}
	return term{text: "(" + l.text + arithmeticOperators[e.Op] + r.text + ")", kind: kind,
		null: l.null || r.null, fails: kind != edm.KindDecimal || e.Op == odata.Mod || l.fails || r.fails}, nil
}

func (s *scope) negate(e *odata.Unary) (term, error) {
	x, err := s.value(e.X)
	if err != nil {
		return term{}, err
	}
	kind := x.kind
	if !isArithmetic(kind) {
		kind = edm.KindInt32
	}
	if null := s.nullOf(kind, x); null != nil {
		return *null, nil
	}
	if !x.kind.IsNumeric() || x.isConstant() {
		return term{}, unsupported("the negative of " + kindName(x.kind))
	}
	if s.dialect == SQLite {
		return callBack("negate("+kindName(x.kind)+")", kind, kind == edm.KindInt32 || kind == edm.KindInt64, x), nil
	}
	x.fails = x.fails || kind == edm.KindInt32 || kind == edm.KindInt64
	if x.kind != kind {
		x.text = "(" + x.text + ")::integer"
	}
	x.text, x.kind, x.slot = "(- "+x.text+")", kind, nil
	return x, nil
}

// convert widens a number.
func (s *scope) convert(e *odata.Convert) (term, error) {
	x, err := s.value(e.X)
	if err != nil || x.kind == e.To {
		return x, err
	}
	to, from := e.To, x.kind
	if !x.kind.IsNumeric() {
		return term{}, unsupported("a number of an unknown kind")
	}
	if null := s.nullOf(to, x); null != nil {
		return *null, nil
	}
	x.kind, x.slot = to, nil
	switch {
	case s.dialect == PostgreSQL:
		x.text = "(" + x.text + ")::" + postgresType(to)
	case to.IsInteger() && from.IsInteger(), isFloat(from) && to == edm.KindDouble:
	case to == edm.KindDecimal && from.IsInteger():
		x.text = "CAST(" + x.text + " AS TEXT)"
	case to == edm.KindDouble && from.IsInteger():
		x.text = "CAST(" + x.text + " AS REAL)"
	default:
		x.kind = from
		return callBack("cast("+kindName(from)+","+kindName(to)+")", to, false, x), nil
	}
	return x, nil
}

// isOf tells whether an entity has a type, or a value one; null for null.
func (s *scope) isOf(e *odata.IsOf) (term, error) {
	if yieldsEntity(e.X) {
		p, err := s.entity(e.X)
		if err != nil {
			return term{}, err
		}
		is := truth(false)
		if e.Of.Entity != nil {
			is = s.is(p, e.Of.Entity)
		}
		if here := s.present(p); here.text != sqlTrue {
			is = term{text: "CASE WHEN " + here.text + " THEN " + is.text + " END", kind: edm.KindBoolean, null: true}
		}
		return is, nil
	}
	declared := e.X.Type()
	if declared.IsZero() {
		return term{}, unsupported("the type of an undeclared property")
	}
	if declared.Complex != nil || e.Of.Complex != nil {
		return term{}, unsupported("the type of a complex value")
	}
	x, err := s.value(e.X)
	if err != nil {
		return term{}, err
	}
	if !x.null && !x.fails {
		return truth(declared == e.Of), nil
	}
	x = enclosed(x)
	verdict := sqlFalse
	if declared == e.Of {
		verdict = sqlTrue
	}
	return term{text: "CASE WHEN " + x.text + " IS NOT NULL THEN " + verdict + " END", kind: edm.KindBoolean, null: true, fails: x.fails}, nil
}
