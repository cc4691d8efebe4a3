package odata

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// OperationKind tells how an operation is called. Source: OData V3 URI
// conventions, operations.
type OperationKind uint8

// The kinds of operation.
const (
	Action           OperationKind = iota // POST, parameters in the body
	FunctionCall                          // GET, no side effects, composable
	ServiceOperation                      // the verb in Method, parameters in the query string
)

// An Operation is a bound or unbound action, function or service operation:
// data plus one untyped call, which package typed fills from typed functions.
type Operation struct {
	Name   string
	Kind   OperationKind
	Method string // of a ServiceOperation: "GET" or "POST"

	// Bound operations take an entity of their set, or the whole collection.
	Bound            bool
	BoundCollection  bool
	AlwaysAvailable  bool // advertised without asking Available
	Parameters       []Parameter
	Result           string // type name as in $metadata; empty: nothing
	ResultSet        string // set of returned entities
	FormParameters   bool   // parameters may come from a form or the query string
	EmptyOnSuccess   bool   // answers 200 with an empty body where the default is 204
	CreatedOnSuccess bool   // answers 201 with Location, for operations that create

	// LooseParameters reads the parameters, which are texts then, as [Creation] reads
	// its arguments. Bodies are of no account to an operation without any, and those
	// that are neither a form nor JSON to all.
	LooseParameters bool

	// ByKey makes an action one that finds its entity by itself: Invoke is given the
	// key in OperationInput.Key and decides whether the entity exists, and who may call.
	// Nothing is read before, and no transaction begun; the set's guard is only asked
	// whether the caller may come at all. It is called on entities that the path names
	// by set and key.
	ByKey bool

	// Guard says who may call an operation that is bound to nothing; its condition
	// is not looked at. Nil means that of the set whose entities the operation
	// returns, or else [Everyone]. What an operation is bound to is guarded by its
	// set, with the use Invoke.
	Guard Guard

	// Available returns the condition on $it for which a payload advertises the
	// operation to the caller in ctx; nil means always, and so does a nil
	// condition. It decides what payloads say, not who may call.
	Available func(ctx context.Context) (Expr, error)

	// Invoke runs the operation. It is called in a transaction of the bound set,
	// or of the result's, where that has a Transactor.
	Invoke func(ctx context.Context, call *OperationInput) (*OperationResult, error)

	// Complex are the complex types that parameters and result refer to, as in
	// [Schema.Complex].
	Complex []*metadata.ComplexType

	// Err holds what was wrong with the Go types the operation was made from. It
	// surfaces when the service starts.
	Err error
}

// A Parameter is one declared argument of an Operation.
type Parameter struct {
	Name     string
	Type     string // as in $metadata
	Required bool
}

// An OperationInput is what one call of an Operation works on.
type OperationInput struct {
	// Target selects the entity or entities the operation is bound to, the
	// caller's guard included; nil when unbound. Set is the set they are in, for
	// an operation that reads or changes them.
	Target *Query
	Set    *EntitySet

	// Key is that of the entity, for an operation ByKey. Target is nil then.
	Key Key

	// Arguments are parallel to the parameters after the binding one.
	Arguments []edm.Value

	// Query is what is asked of the entities that the operation returns; nil
	// for other results.
	Query *Query
}

// An OperationResult is what an operation returned.
type OperationResult struct {
	// Value is the result that is no entity; null for none.
	Value edm.Value

	// Where makes the result the entities of the result set for which it holds.
	// They are read like any others, with everything pushed down and the guard
	// applied. It is used when the operation returns entities and Entities is
	// nil; nil then means all of them.
	Where Expr

	// Entities are entities the operation found itself, as a Reader answers
	// OperationInput.Query.
	Entities *Result
}
