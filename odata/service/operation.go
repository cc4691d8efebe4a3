package service

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/format"
)

// registerOperations binds the operations of the sets and of the service to the
// model's function imports. An import nobody provides is not found when it is
// called, and not advertised.
func (s *Service) registerOperations(config Config, sets []odata.EntitySet) []error {
	var problems []error
	s.operations = map[*metadata.FunctionImport]*odata.Operation{}
	add := func(where string, operations []odata.Operation, bindable func(*metadata.FunctionImport) bool) {
		for i := range operations {
			o := &operations[i]
			at := slices.IndexFunc(s.model.DefaultContainer().ImportsNamed(o.Name), bindable)
			switch {
			case at < 0:
				problems = append(problems, fmt.Errorf("%s: the model has no function import %s that fits", where, o.Name))
				continue
			case o.Err != nil:
				problems = append(problems, fmt.Errorf("%s: the operation %s: %w", where, o.Name, o.Err))
				continue
			case o.ByKey && (!o.Bound || o.Kind != odata.Action):
				problems = append(problems, fmt.Errorf("%s: the operation %s is ByKey, which needs an action bound to an entity", where, o.Name))
				continue
			case o.LooseParameters && slices.ContainsFunc(o.Parameters, func(p odata.Parameter) bool { return p.Required || p.Type != "Edm.String" }):
				problems = append(problems, fmt.Errorf("%s: the operation %s has LooseParameters, which must be of type Edm.String and not required", where, o.Name))
				continue
			case o.Invoke == nil:
				problems = append(problems, fmt.Errorf("%s: the operation %s has no Invoke", where, o.Name))
				continue
			}
			f := s.model.DefaultContainer().ImportsNamed(o.Name)[at]
			if s.operations[f] != nil {
				problems = append(problems, fmt.Errorf("%s: the operation %s is provided twice", where, o.Name))
				continue
			}
			s.operations[f] = o
			s.stateful = s.stateful || o.Available != nil
		}
	}
	add("the service", config.Operations, func(f *metadata.FunctionImport) bool { return !f.IsBindable })
	for i := range sets {
		t := s.model.DefaultContainer().EntitySet(sets[i].Name)
		if t == nil {
			continue // reported by register
		}
		add(sets[i].Name, sets[i].Operations, func(f *metadata.FunctionImport) bool {
			binding := f.IsBindable && len(f.Parameters) > 0
			return binding && f.Parameters[0].TypeRef().Entity != nil && f.Parameters[0].TypeRef().Entity.Is(t.Type())
		})
	}
	return problems
}

// allowed are the verbs an operation is called with.
func allowed(call *odata.OperationCall) []string {
	switch {
	case call.Kind() == odata.Action:
		return []string{http.MethodPost}
	case call.Import.HTTPMethod == http.MethodPost:
		return []string{http.MethodPost}
	}
	return []string{http.MethodGet, http.MethodHead}
}

// call runs an operation of the path. query is what is asked of the entities it
// returns; nil for other results.
func (e *exchange) call(req *odata.Request, call *odata.OperationCall, query *odata.Query) (*odata.OperationResult, error) {
	s := e.service
	operation := s.operations[call.Import]
	switch {
	case operation == nil:
		return nil, odata.NotFound()
	}
	input := &odata.OperationInput{Arguments: call.Arguments, Query: query}
	switch {
	case operation.ByKey:
		input.Set, input.Key = &s.sets[call.BoundSet].whole, keyNamed(req, call)
		if input.Key == nil {
			return nil, odata.NotFound()
		}
	case call.Bound == nil:
		if err := e.mayCallUnbound(call); err != nil {
			return nil, err
		}
	default:
		target, err := e.bindingOf(req, call)
		if err != nil {
			return nil, err
		}
		input.Target, input.Set = target, &s.sets[call.BoundSet].whole
	}
	m := e.calling(call)
	defer m.stop()
	return operation.Invoke(e.r.Context(), input)
}

// keyNamed is the key in a path that is a set, a key and the operation; nil for other
// paths.
func keyNamed(req *odata.Request, call *odata.OperationCall) odata.Key {
	if call.BoundSet == nil || call.Before != nil || len(req.Sources) > 0 || call.Bound.Type != call.BoundSet.Type() {
		return nil
	}
	return keyIn(call.Bound.Filter, call.BoundSet.Type())
}

// A wholeReader answers queries completely: what its provider leaves over is
// finished, as for requests. Operations read through it.
type wholeReader struct{ service *Service }

func (r wholeReader) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	own := *q
	if err := widen(&own); err != nil {
		return nil, err
	}
	return r.service.answer(ctx, &own)
}

// bindingOf is the query for what an operation is bound to: what the caller may
// see, and call the operation on. A single entity has to be there.
func (e *exchange) bindingOf(req *odata.Request, call *odata.OperationCall) (*odata.Query, error) {
	s := e.service
	invoke := guarding{service: s, ctx: e.r.Context(), use: odata.Invoke, operation: s.operations[call.Import].Name}
	own, err := invoke.condition(call.BoundSet)
	if err != nil {
		return nil, err
	}
	// A query of its own: a transaction may run again. But what selects from the
	// result of an operation before is known by its address.
	q := call.Bound
	if callOf(req, q) == nil {
		q = new(*call.Bound)
	}
	q.Filter = odata.Conjunction(own, q.Filter)
	read := guarding{service: s, ctx: e.r.Context()}
	if err := read.restrict(q); err != nil {
		return nil, err
	}
	if call.Import.Parameters[0].TypeRef().Collection {
		return q, nil
	}
	err = e.pass(req, q)
	if own != nil && odata.IsNotFound(err) {
		seen := *call.Bound
		if read.restrict(&seen) == nil && callOf(req, call.Bound) == nil && e.pass(req, &seen) == nil {
			err = &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Message: "The caller may not call this operation on this entity"}
		}
	}
	return q, err
}

// invokeForEntities answers a query about the entities an operation returns.
func (e *exchange) invokeForEntities(req *odata.Request, call *odata.OperationCall, q *odata.Query) (*odata.Result, error) {
	result, err := e.call(req, call, q)
	if err != nil {
		return nil, err
	}
	if result.Entities != nil {
		return eval.Finish(e.r.Context(), q, result.Entities, eval.Limits{Rows: e.service.limits.Rows})
	}
	if result.Where != nil {
		where, err := bind.Adopt(q.Set.Type(), result.Where)
		if err != nil {
			return nil, err
		}
		q.Filter = odata.Conjunction(where, q.Filter)
		if err := widen(q); err != nil {
			return nil, err
		}
	}
	return e.answer(q)
}

// invocation answers with the value an operation returns, or with the addressed
// part of it: 204 for none.
func (e *exchange) invocation(req *odata.Request) error {
	name, t := returned(req)
	if t.IsZero() {
		// There is nothing to choose a format for.
		if _, err := e.returnedValue(req); err != nil {
			return err
		}
		if e.service.operations[req.Operation.Import].EmptyOnSuccess {
			return e.blank()
		}
		return e.empty(max(v1, e.versions.min))
	}
	least := v1
	if t.Collection || t.Kind.IsSpatial() || holdsV3(t.Complex, nil) {
		least = v3
	}
	out, err := e.choose(e.service.offers.structured, req, least)
	if err != nil {
		return err
	}
	v, err := e.returnedValue(req)
	if err != nil {
		return err
	}
	if v.IsNull() {
		return e.empty(max(v1, e.versions.min))
	}
	p := format.Property{Name: name, Type: t, Value: v}
	if t.Collection && len(req.Property) == 0 {
		return e.send(http.StatusOK, out.version, out.contentType, out.writer.AppendCollection(nil, &e.base, p))
	}
	return e.send(http.StatusOK, out.version, out.contentType, out.writer.AppendProperty(nil, &e.base, p))
}

// rawInvocation answers with the bare text of the value an operation returns.
func (e *exchange) rawInvocation(req *odata.Request) error {
	_, t := returned(req)
	offers := e.service.offers.text
	if t.Kind == edm.KindBinary {
		offers = e.service.offers.binary
	}
	out, err := e.choose(offers, req, v1)
	if err != nil {
		return err
	}
	v, err := e.returnedValue(req)
	if err != nil {
		return err
	}
	return e.sendRaw(out, v)
}

// returned is the name and type of the part of an operation's value that is
// addressed.
func returned(req *odata.Request) (string, metadata.TypeRef) {
	if n := len(req.Property); n > 0 {
		return req.Property[n-1].Name, req.Property[n-1].TypeRef()
	}
	return req.Operation.Import.Name, req.Operation.Import.Result()
}

// returnedValue runs the operation and follows the path within its value.
func (e *exchange) returnedValue(req *odata.Request) (edm.Value, error) {
	g := guarding{service: e.service, ctx: e.r.Context()}
	for _, source := range req.Sources {
		if err := g.restrict(source); err != nil {
			return edm.Null, err
		}
		if err := e.pass(req, source); err != nil {
			return edm.Null, err
		}
	}
	result, err := e.call(req, req.Operation, nil)
	if err != nil {
		return edm.Null, err
	}
	v := result.Value
	for i, p := range req.Property {
		if v.IsNull() {
			break
		}
		at := slices.Index(ownerOf(req, i).AllProperties(), p)
		v = v.Elements()[at]
	}
	return v, nil
}

// ownerOf is the complex type whose member the i-th property of the path is.
func ownerOf(req *odata.Request, i int) *metadata.ComplexType {
	if i > 0 {
		return req.Property[i-1].TypeRef().Complex
	}
	return req.Operation.Import.Result().Complex
}
