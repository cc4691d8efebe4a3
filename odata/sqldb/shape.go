package sqldb

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Queries that differ only in their constants have one shape, and one statement.
// A shape is found by walking a query: what decides the text of the statement is
// written into its key, and the constants, in the order of the walk, become its
// values. When no statement is known for a key, the same walk copies the query
// with literals of its own, so that each place where a value goes is known by its
// number. The two walks, encode and copy, must visit everything in the same order.

// A shape is what a query looks like without its constants.
type shape struct {
	dialect Dialect
	key     []byte
	values  []edm.Value
	wheres  []odata.Expr // the Wheres of navigations so far: shared ones are written once
}

func (s *shape) reset() {
	s.key, s.wheres = s.key[:0], s.wheres[:0]
	clear(s.values)
	s.values = s.values[:0]
}

// The marks of clauses and nodes in keys.
const (
	markNil = iota
	markLiteral
	markVariable
	markMember
	markDynamic
	markNavigate
	markTypeCast
	markUnary
	markBinary
	markConvert
	markCall
	markIsOf
	markCast
	markLambda
	markIn
	markWhere
	markKnownWhere
	markClause
)

// A constant is what a literal is known as in a shape, besides its kind.
type constant uint8

const (
	anyValue  constant = iota // of which the statement has a parameter
	nullValue                 // no others have one
	nanValue
	trueValue
	falseValue
	inexact // between two values that the database can hold; it is cut to the first
)

func pointer[T any](p *T) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

func (s *shape) mark(b ...byte)    { s.key = append(s.key, b...) }
func (s *shape) number(n uint64)   { s.key = binary.LittleEndian.AppendUint64(s.key, n) }
func (s *shape) text(text string)  { s.number(uint64(len(text))); s.key = append(s.key, text...) }
func (s *shape) value(v edm.Value) { s.values = append(s.values, v) }

// query writes the clauses of q.
func (s *shape) query(q *odata.Query) {
	s.number(pointer(q.Set))
	s.number(pointer(q.Type))
	s.number(uint64(len(q.Fields)))
	for _, p := range q.Fields {
		s.number(pointer(p))
	}
	s.encode(q.Filter)
	s.number(uint64(len(q.OrderBy)))
	for i := range q.OrderBy {
		s.encode(q.OrderBy[i].By)
		s.flag(q.OrderBy[i].Descending)
	}
	s.flag(q.After != nil)
	s.number(uint64(len(q.After)))
	for _, v := range q.After {
		s.constant(v)
	}
	s.flag(q.Skip > 0)
	if q.Skip > 0 {
		s.value(edm.Int64(q.Skip))
	}
	s.flag(q.Top != nil)
	if q.Top != nil {
		s.flag(*q.Top <= 0)
		s.value(edm.Int64(*q.Top))
	}
	s.flag(q.Total)
	s.expansions(q.Expand)
}

func (s *shape) flag(b bool) {
	if b {
		s.mark(markClause, 1)
	} else {
		s.mark(markClause, 0)
	}
}

// classify says how a constant takes part in a statement. The value returned is
// that of the parameter.
func classify(v edm.Value, dialect Dialect) (edm.Value, constant) {
	switch k := v.Kind(); k {
	case edm.KindNull:
		return v, nullValue
	case edm.KindBoolean:
		if v.Bool() {
			return v, trueValue
		}
		return v, falseValue
	case edm.KindSingle, edm.KindDouble:
		if math.IsNaN(v.Float()) {
			return v, nanValue
		}
	case edm.KindString:
		// PostgreSQL keeps no NUL.
		if before, _, found := strings.Cut(v.Str(), "\x00"); dialect == PostgreSQL && found {
			return edm.String(before), inexact
		}
	case edm.KindDateTime:
		// PostgreSQL keeps microseconds.
		if d := v.DateTime(); dialect == PostgreSQL && d.Ticks()%ticksPerMicrosecond != 0 {
			if cut, err := edm.NewDateTime(d.Ticks()-d.Ticks()%ticksPerMicrosecond, d.Zone()); err == nil {
				return cut.Value(), inexact
			}
		}
	case edm.KindDateTimeOffset:
		if d := v.DateTimeOffset(); dialect == PostgreSQL && d.Ticks()%ticksPerMicrosecond != 0 {
			if cut, err := edm.NewDateTimeOffset(d.Ticks()-d.Ticks()%ticksPerMicrosecond, d.Offset()); err == nil {
				return cut.Value(), inexact
			}
		}
	}
	return v, anyValue
}

const ticksPerMicrosecond = 10

func (s *shape) constant(v edm.Value) {
	v, c := classify(v, s.dialect)
	s.mark(markLiteral, byte(v.Kind()), byte(c))
	if c == anyValue || c == inexact {
		s.value(v)
	}
}

func (s *shape) typeRef(t metadata.TypeRef) {
	s.mark(byte(t.Kind))
	s.number(pointer(t.Entity))
	s.number(pointer(t.Complex))
	s.flag(t.Collection)
}

// encode writes an expression.
func (s *shape) encode(e odata.Expr) {
	switch e := e.(type) {
	case nil:
		s.mark(markNil)
	case *odata.Literal:
		s.constant(e.Value)
		s.mark(byte(e.Of.Kind))
	case *odata.Variable:
		s.mark(markVariable, byte(e.Depth))
	case *odata.Member:
		s.mark(markMember)
		s.number(pointer(e.Property))
		s.encode(e.Of)
	case *odata.Dynamic:
		s.mark(markDynamic)
		s.text(e.Name)
		s.encode(e.Of)
	case *odata.Navigate:
		s.mark(markNavigate)
		s.number(pointer(e.Nav))
		s.encode(e.Of)
		s.where(e.Where)
	case *odata.TypeCast:
		s.mark(markTypeCast)
		s.number(pointer(e.Entity))
		s.encode(e.Of)
	case *odata.Unary:
		s.mark(markUnary, byte(e.Op))
		s.encode(e.X)
	case *odata.Binary:
		s.mark(markBinary, byte(e.Op))
		s.encode(e.L)
		s.encode(e.R)
	case *odata.Convert:
		s.mark(markConvert, byte(e.To))
		s.encode(e.X)
	case *odata.Call:
		s.mark(markCall)
		s.text(e.Function.Overload)
		for _, x := range e.Args {
			s.encode(x)
		}
	case *odata.IsOf:
		s.mark(markIsOf)
		s.typeRef(e.Of)
		s.encode(e.X)
	case *odata.Cast:
		s.mark(markCast)
		s.typeRef(e.To)
		s.encode(e.X)
	case *odata.Lambda:
		s.mark(markLambda)
		s.flag(e.All)
		s.encode(e.Of)
		s.encode(e.Body)
	case *odata.In:
		s.mark(markIn, byte(len(e.X)))
		for _, x := range e.X {
			s.encode(x)
		}
		s.list(e.Rows)
	}
}

// where writes the condition of a navigation. One that several navigations share
// must be known to be shared: their joins are, too.
func (s *shape) where(e odata.Expr) {
	if e == nil {
		s.mark(markNil)
		return
	}
	if i := slices.Index(s.wheres, e); i >= 0 {
		s.mark(markKnownWhere)
		s.number(uint64(i))
		return
	}
	s.wheres = append(s.wheres, e)
	s.mark(markWhere)
	s.encode(e)
}

// A tuples is what a shape tells of the rows of an odata.In.
type tuples struct {
	size  int        // of rows with parameters, a power of two; 0 for none
	kinds []edm.Kind // of a row's elements
	null  bool       // a single element may also be null
	mixed bool       // the rows do not fit into one statement
	first int        // the number of the first value
}

// maxList is how many tuples a statement may have parameters for.
const maxList = 4096

// list writes the tuples of an In, so that lists of similar length have one
// shape: the last one is repeated.
func (s *shape) list(rows [][]edm.Value) {
	first := len(s.values)
	at := len(s.key)
	s.mark(0, 0) // null, mixed
	n := 0
	kinds := -1
	for _, row := range rows {
		before := len(s.values)
		keep, kindsAt := true, len(s.key)
		for _, v := range row {
			v, c := classify(v, s.dialect)
			switch {
			case c == nullValue && len(row) == 1:
				s.key[at] = 1
				keep = false
			case c == nullValue:
				s.key[at+1] = 1
			case c == nanValue || c == inexact:
				keep = false
			}
			s.mark(byte(v.Kind()))
			s.value(v)
		}
		switch {
		case !keep:
			s.key, s.values = s.key[:kindsAt], s.values[:before]
			continue
		case kinds < 0:
			kinds = kindsAt
		default:
			if string(s.key[kinds:kinds+len(row)]) != string(s.key[kindsAt:]) {
				s.key[at+1] = 1
			}
			s.key = s.key[:kindsAt]
		}
		n++
	}
	size := 0
	if n > 0 {
		size = powerOfTwo(n)
		width := (len(s.values) - first) / n
		for range size - n {
			s.values = append(s.values, s.values[len(s.values)-width:]...)
		}
	}
	if size > maxList {
		s.key[at+1] = 1
	}
	s.number(uint64(size))
}

func powerOfTwo(n int) int {
	size := 1
	for size < n {
		size *= 2
	}
	return size
}

// A blueprint is a copy of a query that a statement is made from.
type blueprint struct {
	query    odata.Query
	literals map[*odata.Literal]slot
	lists    map[*odata.In]tuples
	after    []slot
	skip     int // the number of the value
	top      int
	noRows   bool           // Top is 0
	ambient  []*typed.Param // of computed properties

	dialect Dialect
	next    int
	wheres  []odata.Expr
	copies  []odata.Expr
}

// A slot is where a constant stands in a query.
type slot struct {
	constant
	kind   edm.Kind
	number int // of its value, where it has one
}

// copyQuery copies q as shape.query has walked it.
func copyQuery(q *odata.Query, dialect Dialect) *blueprint {
	b := &blueprint{literals: map[*odata.Literal]slot{}, lists: map[*odata.In]tuples{}, dialect: dialect}
	b.query = odata.Query{Set: q.Set, Type: q.Type, Fields: slices.Clone(q.Fields), Skip: q.Skip, Total: q.Total}
	b.query.Filter = b.copy(q.Filter)
	for _, o := range q.OrderBy {
		b.query.OrderBy = append(b.query.OrderBy, odata.Order{By: b.copy(o.By), Descending: o.Descending})
	}
	if q.After != nil {
		b.after = []slot{}
	}
	for _, v := range q.After {
		b.after = append(b.after, b.slot(v))
	}
	if q.Skip > 0 {
		b.skip = b.take()
	}
	if q.Top != nil {
		b.query.Top = new(*q.Top)
		b.noRows = *q.Top <= 0
		b.top = b.take()
	}
	b.query.Expand = b.expansions(q.Expand)
	return b
}

func (b *blueprint) take() int {
	b.next++
	return b.next - 1
}

func (b *blueprint) slot(v edm.Value) slot {
	_, c := classify(v, b.dialect)
	s := slot{constant: c, kind: v.Kind()}
	if c == anyValue || c == inexact {
		s.number = b.take()
	}
	return s
}

func (b *blueprint) copy(e odata.Expr) odata.Expr {
	switch e := e.(type) {
	case *odata.Literal:
		l := &odata.Literal{Value: e.Value, Of: e.Of}
		b.literals[l] = b.slot(e.Value)
		return l
	case *odata.Member:
		return &odata.Member{Property: e.Property, Of: b.copy(e.Of)}
	case *odata.Dynamic:
		return &odata.Dynamic{Name: e.Name, Of: b.copy(e.Of)}
	case *odata.Navigate:
		n := &odata.Navigate{Nav: e.Nav, Of: b.copy(e.Of)}
		if e.Where == nil {
			return n
		}
		if i := slices.Index(b.wheres, e.Where); i >= 0 {
			n.Where = b.copies[i]
			return n
		}
		at := len(b.wheres)
		b.wheres, b.copies = append(b.wheres, e.Where), append(b.copies, nil)
		n.Where = b.copy(e.Where)
		b.copies[at] = n.Where
		return n
	case *odata.TypeCast:
		return &odata.TypeCast{Entity: e.Entity, Of: b.copy(e.Of)}
	case *odata.Unary:
		return &odata.Unary{Op: e.Op, X: b.copy(e.X)}
	case *odata.Binary:
		l := b.copy(e.L)
		return &odata.Binary{Op: e.Op, L: l, R: b.copy(e.R)}
	case *odata.Convert:
		return &odata.Convert{To: e.To, X: b.copy(e.X)}
	case *odata.Call:
		c := &odata.Call{Function: e.Function}
		for _, x := range e.Args {
			c.Args = append(c.Args, b.copy(x))
		}
		return c
	case *odata.IsOf:
		return &odata.IsOf{Of: e.Of, X: b.copy(e.X)}
	case *odata.Cast:
		return &odata.Cast{To: e.To, X: b.copy(e.X)}
	case *odata.Lambda:
		of := b.copy(e.Of)
		return &odata.Lambda{All: e.All, Of: of, Var: e.Var, Body: b.copy(e.Body)}
	case *odata.In:
		in := &odata.In{}
		for _, x := range e.X {
			in.X = append(in.X, b.copy(x))
		}
		b.lists[in] = b.list(e.Rows)
		return in
	}
	return e // variables, and nil
}

// list reads what shape.list has written.
func (b *blueprint) list(rows [][]edm.Value) tuples {
	s := shape{dialect: b.dialect}
	s.list(rows)
	l := tuples{first: b.next, null: s.key[0] == 1, mixed: s.key[1] == 1}
	b.next += len(s.values)
	if len(s.values) > 0 {
		for _, k := range s.key[2 : len(s.key)-8] {
			l.kinds = append(l.kinds, edm.Kind(k))
		}
		l.size = len(s.values) / len(l.kinds)
	}
	return l
}
