// Package eval computes expressions over rows, and finishes what a provider
// left undone.
//
// An expression is compiled once against the [Layout] of the rows it will see:
// [Compile] yields a function for its value, [CompileFilter] one that says
// whether a row matches, and [CompileOrder] one that compares two rows. The
// functions look nothing up, are safe for concurrent use, and allocate nothing
// unless a function of the expression has to make a new string or a Decimal
// outgrows 38 digits.
//
// [Finish] takes the [odata.Result] of a provider and performs the clauses of
// its Rest: a provider that can do nothing returns its rows and the query, and
// is correct. [Count] counts what a query selects without keeping any row.
//
// # Null and other values without an order
//
// A null operand makes arithmetic, not, and every function null; lt, le, gt and
// ge false; eq true only against another null. The operands of and and or count
// as false unless they are true, and a member of nothing is null. A filter keeps
// a row only if its value is exactly true. Source: OData V3, URI conventions,
// null semantics.
//
// NaN is equal to nothing, itself included: eq, lt, le, gt and ge are false and
// ne is true. The kinds of dynamic properties are known only for each value:
// operands of kinds that do not compare are unequal, so eq, lt, le, gt and ge
// are false and ne is true; arithmetic and functions on kinds they are not
// defined for are null. Sorting needs a place for everything and follows
// [edm.Order]: null first, then NaN, then values.
//
// # Related entities
//
// Conditions look through navigation at what is expanded in a row, or along the
// links of [Layout].Follow. [odata.Navigate].Where hides entities from them. If a
// page limit cut an expansion short and the entities at hand do not decide any
// or all, evaluation fails with BudgetExceeded: no answer is better than a guess.
//
// # Failures
//
// Evaluation fails with KindInvalid for what the request should not have asked
// for: DivisionByZero, ArithmeticOverflow and ResultTooLarge. Operands are
// evaluated from left to right, and and and or stop as soon as they are decided,
// so a condition can protect the ones to its right.
//
// Import rule: this package may import odata, metadata and metadata/edm.
package eval
