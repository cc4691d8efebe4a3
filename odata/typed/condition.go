package typed

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// And is the condition that all of conditions hold. A nil one always holds; so
// does And of none, which is nil.
func And(conditions ...odata.Expr) odata.Expr { return odata.Conjunction(conditions...) }

// Or is the condition that at least one of conditions holds. A nil one always
// holds, and so Or with one is nil. Or of none never holds.
func Or(conditions ...odata.Expr) odata.Expr {
	if len(conditions) == 0 {
		return never()
	}
	if slices.Contains(conditions, nil) {
		return nil
	}
	joined := conditions[0]
	for _, c := range conditions[1:] {
		joined = &odata.Binary{Op: odata.Or, L: joined, R: c}
	}
	return joined
}

// Not is the condition that condition does not hold. Not of nil never holds.
//
// A null is neither less nor greater than anything, so that Not of such a
// comparison holds for it.
func Not(condition odata.Expr) odata.Expr {
	if condition == nil {
		return never()
	}
	return &odata.Unary{Op: odata.Not, X: condition}
}

// never is the condition that holds for nothing.
func never() odata.Expr {
	return &odata.Literal{Value: edm.Boolean(false), Of: metadata.PrimitiveType(edm.KindBoolean)}
}

// When makes an [odata.Operation] available where condition holds, whoever the
// caller is:
//
//	approve.Available = typed.When(status.Eq("PendingApproval"))
func When(condition odata.Expr) func(context.Context) (odata.Expr, error) {
	return func(context.Context) (odata.Expr, error) { return condition, nil }
}
