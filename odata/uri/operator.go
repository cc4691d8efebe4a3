package uri

import "github.com/pamodata/pamodata/odata"

// precedence orders the binary operators; all associate to the left.
type precedence uint8

const (
	precedenceOr precedence = iota + 1
	precedenceAnd
	precedenceComparison
	precedenceSum
	precedenceProduct
	precedenceUnary
	precedencePrimary
)

func precedenceOf(op odata.BinaryOp) precedence {
	switch op {
	case odata.Or:
		return precedenceOr
	case odata.And:
		return precedenceAnd
	case odata.Add, odata.Sub:
		return precedenceSum
	case odata.Mul, odata.Div, odata.Mod:
		return precedenceProduct
	}
	return precedenceComparison
}

// binaryOp is the operator that a word stands for.
func binaryOp(word string) (odata.BinaryOp, bool) {
	switch word {
	case "or":
		return odata.Or, true
	case "and":
		return odata.And, true
	case "eq":
		return odata.Eq, true
	case "ne":
		return odata.Ne, true
	case "lt":
		return odata.Lt, true
	case "le":
		return odata.Le, true
	case "gt":
		return odata.Gt, true
	case "ge":
		return odata.Ge, true
	case "add":
		return odata.Add, true
	case "sub":
		return odata.Sub, true
	case "mul":
		return odata.Mul, true
	case "div":
		return odata.Div, true
	case "mod":
		return odata.Mod, true
	}
	return 0, false
}
