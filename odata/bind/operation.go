package bind

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// bindsTo reports whether the binding parameter of f takes entities of type t.
func bindsTo(f *metadata.FunctionImport, t *metadata.EntityType, collection bool) bool {
	if !f.IsBindable || len(f.Parameters) == 0 {
		return false
	}
	binding := f.Parameters[0].TypeRef()
	return binding.Entity != nil && binding.Collection == collection && t.Is(binding.Entity)
}

// bound takes an operation that binds to what is before it. Only its name with
// the container can be that of an operation of an open entity: without, it is
// an undeclared property.
func (w *walk) bound(s *uri.Segment, collection bool) (found bool, err *odata.Error) {
	t := w.here.of.typ
	container, name := w.b.named(s.Name)
	if container == nil || !collection && t.IsOpen() && name == s.Name {
		return false, nil
	}
	var overloads []*metadata.FunctionImport
	bindable := false
	for _, f := range container.ImportsNamed(name) {
		if bindsTo(f, t, collection) {
			overloads = append(overloads, f)
		}
		bindable = bindable || f.IsBindable
	}
	switch {
	case overloads != nil:
	case bindable:
		return false, operationNotBindable(pathPlace(s.NameSpan), s.Name, stopNames[w.at]+" of "+t.QualifiedName())
	default:
		return false, nil
	}
	// What is bound to the type itself goes before what is bound to a type that
	// it extends.
	slices.SortStableFunc(overloads, func(f, g *metadata.FunctionImport) int {
		switch a, b := f.Parameters[0].TypeRef().Entity, g.Parameters[0].TypeRef().Entity; {
		case a == b:
			return 0
		case a.Is(b):
			return -1
		}
		return 1
	})
	return true, w.invoke(s, overloads)
}

// invoke moves to the result of an operation: one of several of its name, the
// preferred one first.
func (w *walk) invoke(s *uri.Segment, overloads []*metadata.FunctionImport) *odata.Error {
	call := &odata.OperationCall{Import: overloads[0], Before: w.call}
	keyed := false // the parentheses hold a key of the result
	switch call.Kind() {
	case odata.Action:
		if len(s.Args) > 0 {
			return argumentsOfAction(pathPlace(s.Span), s.Name)
		}
		w.closed = "an action"
	case odata.ServiceOperation:
		keyed = len(s.Args) > 0
		w.posted = w.posted || call.Import.HTTPMethod == "POST"
		if err := w.argumentsOutside(call, overloads); err != nil {
			return err
		}
	case odata.FunctionCall:
		var err *odata.Error
		if len(s.Args) > 0 && s.Args[0].Name != "" {
			err = w.argumentsInside(call, overloads, s)
		} else {
			keyed = len(s.Args) > 0
			err = w.argumentsOutside(call, overloads)
		}
		if err != nil {
			return err
		}
		if !call.Import.IsComposable {
			w.closed = "a function that is not composable"
		}
	}
	if keyed && w.closed != "" {
		return segmentNotAllowed(pathPlace(s.Span), "a key", w.closed)
	}

	at := waypoint{}
	if call.Import.IsBindable {
		before := w.here
		call.Bound, call.BoundSet = w.b.query(&before), before.set
		at.from = &before
	}
	w.call = call
	return w.result(s, at, keyed)
}

// result moves to what the operation returns.
func (w *walk) result(s *uri.Segment, at waypoint, keyed bool) *odata.Error {
	f := w.call.Import
	t := f.Result()
	w.here = at
	if t.Entity != nil {
		set := f.ResultSetFrom(w.call.BoundSet)
		of := w.b.landing(set, t.Entity)
		if of == nil {
			return noEntitySet(pathPlace(s.NameSpan), f.Name)
		}
		w.here.set, w.here.of, w.here.call = set, of, w.call
		if t.Collection {
			w.at = atCollection
			if keyed {
				return w.entities(s)
			}
			return nil
		}
	}
	switch {
	case keyed:
		return keyNotAllowed(pathPlace(s.Span), show(s.Name))
	case t.Entity != nil:
		w.at = atEntity
	case t.Collection:
		w.at = atValues
	case t.Complex != nil:
		w.at, w.complex = atComplex, t.Complex
	case t.Kind == edm.KindNull:
		w.at = atNothing
	default:
		w.at = atResult
	}
	return nil
}
