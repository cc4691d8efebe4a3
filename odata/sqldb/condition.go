package sqldb

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// wanted is what a condition is asked for. A null condition is neither true nor
// false, so there are three questions; and, or and the comparisons are never null.
// SQL that answers one may yield NULL for no.
type wanted uint8

const (
	isTrue wanted = iota
	isFalse
	notTrue // false or null
)

// A scope is what names in an expression stand for.
type scope struct {
	*compiler
	it        *place
	variables []variable
}

// A variable is what a range variable stands for: an entity, or an item of a
// collection of values.
type variable struct {
	place *place
	item  term
}

// holds compiles a condition.
func (s *scope) holds(e odata.Expr, w wanted) (term, error) {
	switch e := e.(type) {
	case *odata.Literal:
		c := s.plan.literals[e].constant
		switch w {
		case isTrue:
			return truth(c == trueValue), nil
		case isFalse:
			return truth(c == falseValue), nil
		}
		return truth(c != trueValue), nil
	case *odata.Unary:
		if e.Op == odata.Negate {
			break
		}
		switch w {
		case isTrue:
			return s.holds(e.X, isFalse)
		case isFalse:
			return s.holds(e.X, isTrue)
		}
		x, err := s.holds(e.X, isFalse)
		return untrue(x), err
	case *odata.Binary:
		switch {
		case e.Op == odata.And || e.Op == odata.Or:
			return s.junction(e, w)
		case e.Op.IsComparison():
			return s.comparison(e, w)
		}
	case *odata.Lambda:
		return s.lambda(e, w)
	case *odata.In:
		in, err := s.in(e)
		if w != isTrue {
			in = untrue(in)
		}
		return in, err
	}
	v, err := s.value(e)
	switch w {
	case isFalse:
		v = not(v)
	case notTrue:
		v = untrue(v)
	}
	return v, err
}

func (s *scope) junction(e *odata.Binary, w wanted) (term, error) {
	if w != isTrue {
		w = notTrue
	}
	l, err := s.holds(e.L, w)
	if err != nil {
		return term{}, err
	}
	r, err := s.holds(e.R, w)
	if err != nil {
		return term{}, err
	}
	if (e.Op == odata.And) == (w == isTrue) {
		return all(l, r), nil
	}
	return either(l, r), nil
}

// complements are the operators that hold exactly where others do not.
var complements = map[odata.BinaryOp]odata.BinaryOp{odata.Eq: odata.Ne, odata.Ne: odata.Eq}

func (s *scope) comparison(e *odata.Binary, w wanted) (term, error) {
	if yieldsEntity(e.L) || yieldsEntity(e.R) {
		return s.sameEntity(e, w)
	}
	op := e.Op
	if op == odata.Eq || op == odata.Ne {
		if w != isTrue {
			op, w = complements[op], isTrue
		}
		for _, sides := range [...][2]odata.Expr{{e.L, e.R}, {e.R, e.L}} {
			l, ok := sides[1].(*odata.Literal)
			if !ok {
				continue
			}
			switch c := s.plan.literals[l].constant; c {
			case nullValue:
				return s.againstNull(sides[0], op == odata.Eq)
			case trueValue, falseValue:
				return s.againstBoolean(sides[0], c == trueValue, op == odata.Eq)
			}
		}
	}
	l, err := s.compared(e.L)
	if err != nil {
		return term{}, err
	}
	r, err := s.compared(e.R)
	if err != nil {
		return term{}, err
	}
	if !comparable(l.kind) || !comparable(r.kind) {
		return term{}, unsupported("comparing " + l.kind.String())
	}
	result := s.compare(op, l, r)
	result.fails = l.fails || r.fails
	switch {
	case l.isNothing():
		result.text, result.null = s.ofNull(op, r), false
	case r.isNothing():
		result.text, result.null = s.ofNull(op, l), false
	case result.text == sqlTrue || result.text == sqlFalse:
		result.text = lookedAt(result.text, l, r)
	case s.dialect == SQLite && l.fails && r.null && result.text != sqlFalse:
		// SQLite does not look at the left side where the right one is NULL.
		result.text = "CASE WHEN " + l.text + " IS NULL THEN " + s.ofNull(op, r) + " ELSE " + result.text + " END"
	}
	if w != isTrue {
		result = untrue(result)
	}
	return result, nil
}

// compared is an operand of a comparison.
func (s *scope) compared(e odata.Expr) (term, error) {
	if l, ok := e.(*odata.Literal); ok {
		return s.constant(l), nil
	}
	v, err := s.value(e)
	return enclosed(v), err
}

// ofNull compares null with a value, which may fail first.
func (s *scope) ofNull(op odata.BinaryOp, r term) string {
	switch op {
	case odata.Eq:
		return r.text + " IS NULL"
	case odata.Ne:
		return r.text + " IS NOT NULL"
	}
	if r.fails {
		return lookedAt(sqlFalse, r)
	}
	return sqlFalse
}

// lookedAt is a value that does not depend on operands, which may fail all the same.
func lookedAt(value string, operands ...term) string {
	for _, o := range operands {
		if o.fails {
			value = "CASE WHEN " + o.text + " IS NULL THEN " + value + " ELSE " + value + " END"
		}
	}
	return value
}

// nullOf is the null that an operator or function has for an operand that is always
// null, nil if none is. PostgreSQL would not look at the others, which may fail.
func (c *compiler) nullOf(kind edm.Kind, operands ...term) *term {
	if c.dialect != PostgreSQL || !slices.ContainsFunc(operands, term.isNothing) {
		return nil
	}
	null := "NULL::" + postgresType(kind)
	t := term{text: lookedAt(null, operands...), kind: kind, null: true}
	if t.text == null {
		t.slot = &slot{constant: nullValue, kind: kind}
	}
	for _, o := range operands {
		t.fails = t.fails || o.fails
	}
	return &t
}

// comparable reports kinds whose values compare in databases as they should.
func comparable(k edm.Kind) bool {
	return k <= edm.KindTime || k == edm.KindNull
}

// againstNull compares anything with null.
func (s *scope) againstNull(e odata.Expr, equal bool) (term, error) {
	if l, ok := e.(*odata.Literal); ok {
		return truth(s.plan.literals[l].constant == nullValue == equal), nil
	}
	if t := e.Type(); t.Complex != nil && !t.Collection {
		present, err := s.complexPresent(e)
		if equal {
			return untrue(present), err
		}
		return present, err
	}
	v, err := s.value(e)
	if err != nil {
		return term{}, err
	}
	v = enclosed(v)
	switch {
	case !v.null && !v.fails:
		return truth(!equal), nil
	case equal:
		return term{text: v.text + " IS NULL", kind: edm.KindBoolean, fails: v.fails}, nil
	}
	return term{text: v.text + " IS NOT NULL", kind: edm.KindBoolean, fails: v.fails}, nil
}

// againstBoolean compares a condition with true or false.
func (s *scope) againstBoolean(e odata.Expr, b, equal bool) (term, error) {
	if t := e.Type(); !t.IsPrimitive() || t.Kind != edm.KindBoolean {
		return term{}, unsupported("comparing with a Boolean")
	}
	if b {
		if equal {
			return s.holds(e, isTrue)
		}
		return s.holds(e, notTrue)
	}
	t, err := s.holds(e, isFalse)
	if !equal {
		t = untrue(t)
	}
	return t, err
}

var sqlOperators = map[odata.BinaryOp]string{odata.Eq: " = ", odata.Ne: " <> ", odata.Lt: " < ", odata.Le: " <= ", odata.Gt: " > ", odata.Ge: " >= "}

// compare compares two values. It may yield NULL for no. Two nulls are equal, and
// unequal to everything else; otherwise null and NaN compare with nothing. What
// databases take NaN for, the greatest number, is left out.
func (c *compiler) compare(op odata.BinaryOp, l, r term) term {
	result := term{kind: edm.KindBoolean, null: l.null || r.null, fails: l.fails || r.fails}
	for _, t := range [...]term{l, r} {
		if t.isConstant() && t.slot.constant == nanValue {
			return truth(op == odata.Ne)
		}
	}
	if r.isConstant() && r.slot.constant == inexact || l.isConstant() && l.slot.constant == inexact {
		var decided bool
		if op, l, r, decided = between(op, l, r); decided {
			return truth(op == odata.Ne)
		}
	}
	collate := ""
	switch {
	case c.dialect == SQLite && (l.kind == edm.KindDecimal || r.kind == edm.KindDecimal):
		l, r = c.decimalText(l), c.decimalText(r)
		collate = " COLLATE odata_decimal"
	case c.dialect == PostgreSQL && l.kind == edm.KindString && op != odata.Eq && op != odata.Ne:
		collate = ` COLLATE "C"`
	}
	x, y := l.text+collate, r.text
	floats := isFloat(l.kind) || isFloat(r.kind)
	switch op {
	case odata.Eq:
		result.text = x + " = " + y
		if l.null && r.null {
			result.text, result.null = c.same(x, y), false
		}
		if floats {
			result = c.number(result, l, r, true)
		}
		return result
	case odata.Ne:
		result.text = x + " <> " + y
		if l.null || r.null {
			result.text, result.null = c.different(x, y), false
		}
		if floats && !l.isConstant() && !r.isConstant() {
			nan := term{text: l.text + " = 'NaN'", null: l.null}
			result.text += " OR " + exact(nan).text
		}
		return result
	case odata.Lt, odata.Le:
		result.text = x + sqlOperators[op] + y
		if floats {
			result = c.number(result, r, r, false)
		}
		return result
	}
	result.text = x + sqlOperators[op] + y
	if floats {
		result = c.number(result, l, l, false)
	}
	return result
}

// enclosed puts parentheses around a condition that is compared as a value.
func enclosed(t term) term {
	if t.kind == edm.KindBoolean && !t.isConstant() {
		t.text = "(" + t.text + ")"
	}
	return t
}

// number adds to a comparison that at least one of its floats is a number.
func (c *compiler) number(compared, one, other term, equality bool) term {
	if one.isConstant() || other.isConstant() || !isFloat(one.kind) || !isFloat(other.kind) {
		return compared
	}
	if equality && one.null {
		compared.text = "(" + compared.text + ") AND (" + one.text + " <> 'NaN') IS NOT FALSE"
		return compared
	}
	compared.text += " AND " + one.text + " <> 'NaN'"
	return compared
}

// between compares with a value between two that the database can keep, the first
// of which is at hand.
func between(op odata.BinaryOp, l, r term) (odata.BinaryOp, term, term, bool) {
	if l.isConstant() && l.slot.constant == inexact {
		op, l, r = mirrored(op), r, l
	}
	switch op {
	case odata.Lt, odata.Le:
		return odata.Le, l, r, false
	case odata.Gt, odata.Ge:
		return odata.Gt, l, r, false
	}
	return op, l, r, true
}

// mirrored is the operator that means the same with its operands exchanged.
func mirrored(op odata.BinaryOp) odata.BinaryOp {
	switch op {
	case odata.Lt:
		return odata.Gt
	case odata.Le:
		return odata.Ge
	case odata.Gt:
		return odata.Lt
	case odata.Ge:
		return odata.Le
	}
	return op
}

func isFloat(k edm.Kind) bool { return k == edm.KindSingle || k == edm.KindDouble }

// decimalText is a number as the text that SQLite stores a Decimal as.
func (c *compiler) decimalText(t term) term {
	if t.kind.IsInteger() {
		t.text, t.kind = "CAST("+t.text+" AS TEXT)", edm.KindDecimal
	}
	return t
}

func (c *compiler) same(x, y string) string {
	if c.dialect == SQLite {
		return x + " IS " + y
	}
	return x + " IS NOT DISTINCT FROM " + y
}

func (c *compiler) different(x, y string) string {
	if c.dialect == SQLite {
		return x + " IS NOT " + y
	}
	return x + " IS DISTINCT FROM " + y
}

// in compiles the membership in a list of constants.
func (s *scope) in(e *odata.In) (term, error) {
	list := s.plan.lists[e]
	if list.mixed {
		return term{}, unsupported("a list of this size or with these values")
	}
	var x []term
	texts := make([]string, len(e.X))
	found := term{kind: edm.KindBoolean}
	for i, of := range e.X {
		t, err := s.value(of)
		if err != nil {
			return term{}, err
		}
		if !comparable(t.kind) {
			return term{}, unsupported("a list of " + t.kind.String())
		}
		x = append(x, t)
		found.null = found.null || t.null
		found.fails = found.fails || t.fails
		texts[i] = t.text
		if s.dialect == SQLite && t.kind == edm.KindDecimal {
			texts[i] += " COLLATE odata_decimal"
		}
	}
	if list.size == 0 {
		found = truth(false)
	} else {
		for i, k := range list.kinds {
			if s.dialect == SQLite && x[i].kind == edm.KindDecimal && k != edm.KindDecimal {
				return term{}, unsupported("a list of numbers of other kinds")
			}
		}
		var rows []string
		for row := range list.size {
			var row1 []string
			for i, k := range list.kinds {
				row1 = append(row1, s.parameter(list.first+row*len(list.kinds)+i, k))
			}
			text := strings.Join(row1, ", ")
			if len(row1) > 1 {
				text = "(" + text + ")"
			}
			rows = append(rows, text)
		}
		left := strings.Join(texts, ", ")
		switch {
		case len(texts) == 1 && len(rows) == 1:
			found.text = left + " = " + rows[0]
		case len(texts) == 1:
			found.text = left + " IN (" + strings.Join(rows, ", ") + ")"
		case len(rows) == 1:
			found.text = "(" + left + ") = " + rows[0]
		case s.dialect == SQLite:
			found.text = "(" + left + ") IN (VALUES " + strings.Join(rows, ", ") + ")"
		default:
			found.text = "(" + left + ") IN (" + strings.Join(rows, ", ") + ")"
		}
	}
	if list.null {
		found = either(found, term{text: x[0].text + " IS NULL", kind: edm.KindBoolean})
	}
	return found, nil
}

// complexPresent tells that a complex value is there.
func (s *scope) complexPresent(e odata.Expr) (term, error) {
	m, ok := e.(*odata.Member)
	if !ok {
		return term{}, unsupported("null for a complex value")
	}
	p, c, err := s.member(m)
	if err != nil {
		return term{}, err
	}
	switch {
	case !c.complex:
		t := s.read(p, c, declaring(p, m.Property))
		return term{text: t.text + " IS NOT NULL", kind: edm.KindBoolean}, nil
	case c.presence == nil:
		return s.present(p), nil
	}
	return s.read(p, c.presence, nil), nil
}

// declaring is the type that declares a property of an entity at p.
func declaring(p *place, property *metadata.Property) *metadata.EntityType {
	return p.table.types[property.DeclaringType()]
}
