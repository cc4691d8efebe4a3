package eval

import (
	"errors"

	"github.com/pamodata/pamodata/odata"
)

// The failures of evaluation that the request is to blame for.

func divisionByZero() error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero",
		Message: "The expression divides a whole or decimal number by zero"}
}

func arithmeticOverflow() error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow",
		Message: "The result of an arithmetic operation is out of its type's range"}
}

func resultTooLarge() error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "ResultTooLarge",
		Message: "A function of the expression makes a text longer than 64 KiB"}
}

func functionNotSupported(overload string) error {
	return &odata.Error{Kind: odata.KindNotImplemented, Code: "FunctionNotSupported",
		Message: "The service does not implement a function of the expression", Detail: overload}
}

// The failures of work that is too large.

func tooManyRows() error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded",
		Message: "Answering needs more entities at once than the service allows: narrow the request with $filter or $top"}
}

func tooManyRelated() error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded",
		Message: "A condition looks at more related entities than the service allows: narrow the request"}
}

// The failures that are mistakes of the program: a query that does not fit its
// layout, or a provider that breaks its contract.

func notLoaded(what string) error {
	return odata.Internalf("eval: %s is not loaded: the query's fields and expansions must be widened by what its expressions need", what)
}

func shortRow(what string) error {
	return odata.Internalf("eval: the provider's row has fewer %s than its query asks for", what)
}

func errNoRows() error {
	return odata.Internalf("eval: the provider returned a result without a sequence of rows")
}

// located says which option failed, where the failure does not.
func located(err error, option string) error {
	e, ok := errors.AsType[*odata.Error](err)
	if !ok || e.Kind != odata.KindInvalid || e.Target != "" {
		return err
	}
	known := *e
	known.Target = option
	return &known
}
