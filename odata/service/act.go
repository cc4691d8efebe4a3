package service

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/form"
)

// act runs an operation with side effects: an action, or a service operation
// called with POST. Source: OData V3 core, invoking an action.
func (e *exchange) act(req *odata.Request) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	call := req.Operation
	if err := e.mayCall(req); err != nil {
		return err
	}
	if call.Kind() == odata.Action {
		var err error
		if call.Arguments, err = e.arguments(req); err != nil {
			return err
		}
	}
	return e.repeatable(func() error {
		return e.atomically(s.storeOf(call), func() error { return e.dispatch(req) })
	})
}

// mayCall asks the guards of an operation, and of what its path passes through,
// before anything of its arguments is read.
func (e *exchange) mayCall(req *odata.Request) error {
	for _, source := range req.Sources {
		if _, err := e.rule(odata.Read).condition(source.Set); err != nil {
			return err
		}
	}
	for call := req.Operation; call != nil; call = call.Before {
		if call.BoundSet == nil {
			return e.mayCallUnbound(call)
		}
		if _, err := e.rule(odata.Read).condition(call.BoundSet); err != nil {
			return err
		}
		invoke := guarding{service: e.service, ctx: e.r.Context(), use: odata.Invoke, operation: call.Import.Name}
		if _, err := invoke.condition(call.BoundSet); err != nil {
			return err
		}
	}
	return nil
}

// mayCallUnbound asks the guard of an operation that is bound to nothing.
func (e *exchange) mayCallUnbound(call *odata.OperationCall) error {
	access := odata.Access{Use: odata.Invoke, Operation: call.Import.Name}
	guard := e.service.operations[call.Import].Guard
	if guard == nil && call.Result != nil {
		access.Set, access.Type = call.Result.Set, call.Result.Type
		if allowed(call)[0] == http.MethodGet {
			access.Use = odata.Read // what it returns is all there is to it
		}
		guard = e.service.sets[call.Result.Set].Guard
	}
	if guard == nil {
		guard = odata.Everyone()
	}
	_, err := guard.Restrict(e.r.Context(), access)
	return err
}

// storeOf is the store an operation runs in: that of what it is bound to, or of
// what it returns, or the one of all sets.
func (s *Service) storeOf(call *odata.OperationCall) odata.Transactor {
	if s.operations[call.Import].ByKey {
		return nil
	}
	if call.BoundSet != nil {
		return s.sets[call.BoundSet].Transactor
	}
	if call.Result != nil {
		return s.sets[call.Result.Set].Transactor
	}
	return s.transactor
}

// arguments reads the arguments of an action: from a payload, or where the
// operation allows it from a form or the query string.
func (e *exchange) arguments(req *odata.Request) ([]edm.Value, error) {
	s := e.service
	f := req.Operation.Import
	parameters := f.Parameters
	if f.IsBindable {
		parameters = parameters[1:]
	}
	if s.operations[f].LooseParameters {
		return e.looseParameters(req, parameters)
	}
	t, err := e.contentType()
	if err != nil {
		return nil, err
	}
	body, err := e.payloadBody()
	if err != nil {
		return nil, err
	}
	forms := s.operations[f].FormParameters
	if forms && (t == nil || t.typ == "application" && t.subtype == "x-www-form-urlencoded") {
		return e.formArguments(req, body, parameters)
	}
	if t == nil {
		// Without parameters nothing needs to be sent, nor said about it.
		var first [1]byte
		switch _, err := io.ReadFull(body, first[:]); {
		case err == nil:
			return nil, missingContentType()
		case !errors.Is(err, io.EOF):
			return nil, err
		}
		return s.readers.light.ReadParameters(http.NoBody, s.model, parameters, s.limits.Payload)
	}
	if e.versions.request < v3 {
		return nil, tooOld("The parameters of an action need DataServiceVersion 3.0")
	}
	reader, err := e.payloadReader()
	if err != nil {
		return nil, err
	}
	if forms {
		nothing := false
		if nothing, body, err = isNull(body); err != nil {
			return nil, err
		}
		if nothing { // DevExtreme sends arguments in the query, and this in the body
			return e.formArguments(req, http.NoBody, parameters)
		}
	}
	return reader.ReadParameters(body, s.model, parameters, s.limits.Payload)
}

// isNull tells whether a body is the JSON text null and nothing else. The rest
// begins where body did.
func isNull(body io.Reader) (null bool, rest io.Reader, err error) {
	start := make([]byte, len("null")+1)
	n, err := io.ReadFull(body, start)
	rest = io.MultiReader(bytes.NewReader(start[:n]), body)
	switch {
	case errors.Is(err, io.EOF):
		err = nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return string(start[:n]) == "null", rest, nil
	}
	return false, rest, err
}

// formArguments reads the arguments from a form, or without one from the query
// string, which may have options of other meaning as well.
func (e *exchange) formArguments(req *odata.Request, body io.Reader, parameters []*metadata.Parameter) ([]edm.Value, error) {
	pairs, err := form.Read(body, e.service.limits.Payload)
	if err != nil {
		return nil, err
	}
	if len(pairs) > 0 {
		return form.Arguments(pairs, parameters, nil)
	}
	for _, o := range req.Options {
		if o.Name == "" || o.Name[0] != '$' {
			pairs = append(pairs, form.Pair{Name: o.Name, Value: o.Value})
		}
	}
	return form.Arguments(pairs, parameters, func(string) bool { return true })
}
