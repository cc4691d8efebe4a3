package odata

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// An Expr is a bound, type-checked expression: every name is resolved against
// the model and every numeric promotion is an explicit [Convert]. The set of
// node types is closed; consumers use a type switch over the ones below.
//
// Expressions are immutable and may be shared.
type Expr interface {
	// Type is the static type of the expression's value.
	Type() metadata.TypeRef
	expr()
}

type (
	// A Literal is a constant. A null literal has the type it was compared
	// with, or none.
	Literal struct {
		Value edm.Value
		Of    metadata.TypeRef
	}

	// A Variable is $it, whose Name is "$it" and Depth 0, or the range variable
	// of an enclosing Lambda, counted from the outermost: Depth 1, 2, ...
	Variable struct {
		Name  string
		Depth int
		Of    metadata.TypeRef
	}

	// A Member is a declared structural property of Of, which yields a single
	// entity or complex value. Null when Of is null or not of the declaring
	// type.
	Member struct {
		Of       Expr
		Property *metadata.Property
	}

	// A Dynamic is an undeclared property of an open entity. Its type is known
	// only per value; Type is the zero TypeRef.
	Dynamic struct {
		Of   Expr
		Name string
	}

	// A Navigate follows a navigation property of the entity Of. Where, when not
	// nil, keeps only related entities for which it holds; its $it (a Variable of
	// Depth 0) is the related entity. Guards put it there: what a caller may not
	// see is not there for conditions either.
	Navigate struct {
		Of    Expr
		Nav   *metadata.NavigationProperty
		Where Expr
	}

	// A TypeCast is Of where it is an instance of Entity, and null (or the
	// instances of Entity, for a collection) otherwise.
	TypeCast struct {
		Of     Expr
		Entity *metadata.EntityType
	}

	// A Unary is "not" or arithmetic negation.
	Unary struct {
		Op UnaryOp
		X  Expr
	}

	// A Binary combines two operands that the binder has brought to one type.
	Binary struct {
		Op   BinaryOp
		L, R Expr
	}

	// A Convert widens a number to To.
	Convert struct {
		X  Expr
		To edm.Kind
	}

	// A Call applies a canonical function.
	Call struct {
		Function *Function
		Args     []Expr
	}

	// An IsOf tests whether X is an instance of Of; X may be $it.
	IsOf struct {
		X  Expr
		Of metadata.TypeRef
	}

	// A Cast converts X to a primitive type; null when the value does not fit.
	Cast struct {
		X  Expr
		To metadata.TypeRef
	}

	// A Lambda is any or all over the collection Of. Var and Body are nil for
	// any() without a condition.
	Lambda struct {
		All  bool
		Of   Expr
		Var  *Variable
		Body Expr
	}

	// An In tests whether the tuple X equals one of Rows; each row is parallel
	// to X. Guards and expansions use it; no V3 syntax makes one.
	In struct {
		X    []Expr
		Rows [][]edm.Value
	}
)

// UnaryOp is an operator with one operand.
type UnaryOp uint8

// The unary operators.
const (
	Not UnaryOp = iota
	Negate
)

// String is the operator's URI spelling.
func (op UnaryOp) String() string {
	if op == Not {
		return "not"
	}
	return "-"
}

// BinaryOp is an operator with two operands.
type BinaryOp uint8

// The binary operators. And and Or take Booleans; the comparisons yield one.
const (
	Or BinaryOp = iota
	And
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Add
	Sub
	Mul
	Div
	Mod
)

var binaryNames = [...]string{"or", "and", "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "div", "mod"}

// String is the operator's URI spelling.
func (op BinaryOp) String() string { return binaryNames[op] }

// IsComparison reports eq, ne, lt, le, gt or ge.
func (op BinaryOp) IsComparison() bool { return op >= Eq && op <= Ge }

// IsArithmetic reports add, sub, mul, div or mod.
func (op BinaryOp) IsArithmetic() bool { return op >= Add }

// A Function is one overload of a canonical function.
type Function struct {
	Name   string // as written: "substringof"
	Params []edm.Kind
	Result edm.Kind

	// Overload identifies the row of the function table, for evaluators and
	// dialects: "substringof(String,String)".
	Overload string
}

func booleanType() metadata.TypeRef { return metadata.PrimitiveType(edm.KindBoolean) }

func (e *Literal) Type() metadata.TypeRef  { return e.Of }
func (e *Variable) Type() metadata.TypeRef { return e.Of }
func (e *Member) Type() metadata.TypeRef   { return e.Property.TypeRef() }
func (e *Dynamic) Type() metadata.TypeRef  { return metadata.TypeRef{} }
func (e *Navigate) Type() metadata.TypeRef { return e.Nav.TypeRef() }
func (e *TypeCast) Type() metadata.TypeRef {
	return metadata.TypeRef{Entity: e.Entity, Collection: e.Of.Type().Collection}
}
func (e *Unary) Type() metadata.TypeRef { return e.X.Type() }
func (e *Binary) Type() metadata.TypeRef {
	if e.Op.IsArithmetic() {
		return e.L.Type()
	}
	return booleanType()
}
func (e *Convert) Type() metadata.TypeRef { return metadata.PrimitiveType(e.To) }
func (e *Call) Type() metadata.TypeRef    { return metadata.PrimitiveType(e.Function.Result) }
func (e *IsOf) Type() metadata.TypeRef    { return booleanType() }
func (e *Cast) Type() metadata.TypeRef    { return e.To }
func (e *Lambda) Type() metadata.TypeRef  { return booleanType() }
func (e *In) Type() metadata.TypeRef      { return booleanType() }

func (*Literal) expr()  {}
func (*Variable) expr() {}
func (*Member) expr()   {}
func (*Dynamic) expr()  {}
func (*Navigate) expr() {}
func (*TypeCast) expr() {}
func (*Unary) expr()    {}
func (*Binary) expr()   {}
func (*Convert) expr()  {}
func (*Call) expr()     {}
func (*IsOf) expr()     {}
func (*Cast) expr()     {}
func (*Lambda) expr()   {}
func (*In) expr()       {}

// ItOf is the variable $it for an entity of type t.
func ItOf(t *metadata.EntityType) *Variable {
	return &Variable{Name: "$it", Of: metadata.EntityRef(t)}
}

// Conjunction joins conditions with and; nil conditions are true and vanish.
// It returns nil, the condition that always holds, when none is left.
func Conjunction(conditions ...Expr) Expr {
	var joined Expr
	for _, c := range conditions {
		switch {
		case c == nil:
		case joined == nil:
			joined = c
		default:
			joined = &Binary{Op: And, L: joined, R: c}
		}
	}
	return joined
}
