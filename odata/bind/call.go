package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// bindCall resolves a function call: isof and cast, or an overload of the
// function table.
func (s *scope) bindCall(n *uri.Call) (operand, *odata.Error) {
	if n.Of != nil {
		return operand{}, boundCall(s.place(n.At), n.Name)
	}
	if n.Name == "isof" || n.Name == "cast" {
		return s.bindTypeCall(n)
	}
	candidates := overloads(n.Name)
	if candidates == nil {
		return operand{}, unknownFunction(s.place(n.At), n.Name)
	}
	args := make([]operand, len(n.Args))
	for i, arg := range n.Args {
		var err *odata.Error
		if args[i], err = s.bind(arg); err != nil {
			return operand{}, err
		}
	}
	call, err := s.resolve(n.Name, candidates, args, n.At)
	return operand{expr: call, at: n.At}, err
}

// resolve chooses the overload that needs the fewest conversions, the first of
// several that need as many.
func (s *scope) resolve(name string, candidates []signature, args []operand, at odata.Span) (odata.Expr, *odata.Error) {
	var best *odata.Function
	bestCost := impossible
	fits := false
	for i := range candidates {
		f := &candidates[i].Function
		if len(f.Params) != len(args) {
			continue
		}
		fits = true
		if c := cost(f, args); c < bestCost {
			best, bestCost = f, c
		}
	}
	switch {
	case !fits:
		return nil, argumentCount(s.place(at), name, len(args))
	case best == nil:
		return nil, s.wrongArguments(name, candidates, args, at)
	}
	call := &odata.Call{Function: best, Args: make([]odata.Expr, len(args))}
	for i := range args {
		call.Args[i] = s.argument(args[i], best.Params[i])
	}
	return call, nil
}

// wrongArguments points at the argument when only one can be meant.
func (s *scope) wrongArguments(name string, candidates []signature, args []operand, at odata.Span) *odata.Error {
	types := make([]metadata.TypeRef, len(args))
	var wrong []operand
	for i := range args {
		types[i] = args[i].typ()
		taken := false
		for j := range candidates {
			params := candidates[j].Params
			taken = taken || len(params) == len(args) && argumentCost(&args[i], params[i]) < impossible
		}
		if !taken {
			wrong = append(wrong, args[i])
		}
	}
	if len(wrong) == 1 {
		at = wrong[0].at
	}
	return argumentType(s.place(at), name, types)
}

// impossible is above the cost of any call that can be made.
const impossible = 1 << 20

func cost(f *odata.Function, args []operand) int {
	total := 0
	for i := range args {
		total += argumentCost(&args[i], f.Params[i])
	}
	return total
}

// argumentCost is 0 for an argument that a parameter takes as it is, 1 for a
// number that must become another type.
func argumentCost(o *operand, param edm.Kind) int {
	if o.isNull() || o.dynamic {
		return 0
	}
	t := o.typ()
	if t.Collection || t.Entity != nil || t.Complex != nil {
		return impossible
	}
	if t.Kind == param {
		return 0
	}
	if kind, ok := edm.Promote(t.Kind, param); ok && kind == param {
		return 1
	}
	if o.number != "" && param.IsNumeric() {
		if _, err := edm.ParseText(param, o.number); err == nil {
			return 1
		}
	}
	return impossible
}

// argument converts an argument whose cost was found possible.
func (s *scope) argument(o operand, param edm.Kind) odata.Expr {
	switch {
	case o.isNull():
		return s.literal(edm.Null, metadata.PrimitiveType(param))
	case o.dynamic:
		return o.expr
	}
	widen(&o, param)
	return o.expr
}

// bindTypeCall binds isof and cast, whose last argument is a type in quotes and
// whose first, if there are two, is a value instead of $it.
func (s *scope) bindTypeCall(n *uri.Call) (operand, *odata.Error) {
	if len(n.Args) != 1 && len(n.Args) != 2 {
		return operand{}, argumentCount(s.place(n.At), n.Name, len(n.Args))
	}
	last := n.Args[len(n.Args)-1]
	quoted, ok := last.(*uri.Literal)
	if !ok || quoted.Value.Kind() != edm.KindString {
		return operand{}, typeNotQuoted(s.place(last.Span()), n.Name)
	}
	at := s.place(quoted.At)
	name := quoted.Value.Str()
	target, ok := s.model.TypeRef(name)
	if !ok {
		return operand{}, unknownType(at, name)
	}
	x := operand{expr: s.it.it, at: n.At}
	if len(n.Args) == 2 {
		var err *odata.Error
		if x, err = s.bind(n.Args[0]); err != nil {
			return operand{}, err
		}
	}
	if x.typ().Collection {
		return operand{}, collectionInPath(s.place(x.at), describe(x))
	}
	if target.Collection || isUnusable(target) || target.Kind.IsSpatial() {
		return operand{}, castTarget(at, name)
	}
	o := operand{at: n.At}
	if n.Name == "isof" {
		o.expr = &odata.IsOf{X: x.expr, Of: target}
		return o, nil
	}
	var err *odata.Error
	o.expr, err = s.cast(x, target, at)
	return o, err
}

// cast converts between primitive types at run time, and narrows entities.
func (s *scope) cast(x operand, target metadata.TypeRef, at place) (odata.Expr, *odata.Error) {
	from := x.typ()
	switch {
	case x.isNull() && target.IsPrimitive():
		return s.literal(edm.Null, target), nil
	case x.isNull(), from == target && !x.dynamic:
		return x.expr, nil
	case from.Entity != nil && target.Entity != nil:
		return s.typeCast(x, target.Entity.QualifiedName(), at)
	case from.Entity != nil || from.Complex != nil || !target.IsPrimitive():
		return nil, castTarget(at, strings.TrimPrefix(target.String(), "Edm."))
	}
	return &odata.Cast{X: x.expr, To: target}, nil
}
