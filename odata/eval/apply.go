package eval

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// operators are what [Apply] knows besides functions.
var operators = map[string]odata.BinaryOp{
	"add": odata.Add, "sub": odata.Sub, "mul": odata.Mul, "div": odata.Div, "mod": odata.Mod,
}

// Apply computes one function or operator outside of an expression, for stores
// that can call back. overload is an [odata.Function] Overload;
// "add(Int32,Int32)", likewise sub, mul, div and mod of two values of one kind;
// "negate(Int32)"; or "cast(Int32,String)", whose one argument has the first kind
// and whose result has the second. A null argument makes the result null. Errors
// are those of evaluation, see Failures in the package comment, and KindInternal
// for arguments that do not fit. It is safe for concurrent use.
func Apply(overload string, args []edm.Value) (edm.Value, error) {
	name, params, _ := strings.Cut(strings.TrimSuffix(overload, ")"), "(")
	for _, v := range args {
		if v.IsNull() {
			return edm.Null, nil
		}
	}
	if f, ok := functions[overload]; ok {
		return f.apply(overload, args)
	}
	op, isOperator := operators[name]
	switch {
	case isOperator && len(args) == 2:
		return calculate(op, args[0], args[1])
	case name == "negate" && len(args) == 1:
		return negate(args[0])
	case name == "cast" && len(args) == 1:
		_, to, _ := strings.Cut(params, ",")
		kind, ok := edm.ParseKind("Edm." + to)
		if !ok {
			break
		}
		if v, ok := edm.Cast(args[0], kind); ok {
			return v, nil
		}
		return edm.Null, nil
	}
	return edm.Null, odata.Internalf("eval: nothing to apply is called %s with %d arguments", overload, len(args))
}

func (f function) apply(overload string, args []edm.Value) (edm.Value, error) {
	if len(args) != len(f.params) {
		return edm.Null, odata.Internalf("eval: %d arguments for %s", len(args), overload)
	}
	for i, v := range args {
		if v.Kind() != f.params[i] {
			return edm.Null, odata.Internalf("eval: argument %d of %s is %v", i+1, overload, v.Kind())
		}
	}
	switch len(args) {
	case 1:
		return f.one(args[0]), nil
	case 2:
		return f.two(args[0], args[1])
	}
	return f.three(args[0], args[1], args[2])
}
