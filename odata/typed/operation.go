package typed

import (
	"context"
	"iter"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/pamodata/pamodata/odata"
)

// Action makes an action that is bound to one entity. The service reads the
// entity, run changes it as it likes, and what it changed is written:
//
//	discount := typed.Action("Discount", func(ctx context.Context, p *Product, in struct{ Percentage int32 }) (float64, error) {
//		p.Price = p.Price * float64(100-in.Percentage) / 100
//		return p.Price, nil
//	})
//
// Only changed fields are written, in one conditional update of the entity that
// the caller addressed: key, guard and If-Match still hold then, or the answer
// is KindNotFound. What the store makes and the key cannot be changed; readonly
// and immutable fields can, which restrict clients only. Reading and writing
// are in one transaction where the set has a Transactor. Nothing is written
// when run fails.
//
// See the package documentation for In and Out.
func Action[T, In, Out any](name string, run func(ctx context.Context, entity *T, in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.Action", name, odata.Action, run == nil)
	d.Bound = true
	e := boundTo[T](d)
	return d.invoke(func(ctx context.Context, call *odata.OperationInput, in In) (out Out, err error) {
		r, err := e.open(call)
		if err != nil {
			return out, err
		}
		v, err := r.one(ctx)
		if err != nil {
			return out, err
		}
		before, err := r.before(v)
		if err != nil {
			return out, err
		}
		if out, err = run(ctx, v, in); err != nil {
			return out, err
		}
		change, err := r.change(before, v)
		if err != nil || change == nil {
			return out, err
		}
		return out, r.save(ctx, nil, change)
	})
}

// CollectionAction makes an action that is bound to a collection of entities.
// Ranging over entities reads them, each as a new T; what run has changed in one
// when it asks for the next, or ends the loop, is written after run returned
// without an error, see [Action]. Until then changes are kept in memory, and
// entities can be ranged over again only if there are none. The loop must end
// at the first error, which run returns.
func CollectionAction[T, In, Out any](name string, run func(ctx context.Context, entities iter.Seq2[*T, error], in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.CollectionAction", name, odata.Action, run == nil)
	d.BoundCollection = true
	e := boundTo[T](d)
	return d.invoke(func(ctx context.Context, call *odata.OperationInput, in In) (out Out, err error) {
		r, err := e.open(call)
		if err != nil {
			return out, err
		}
		var all changes[T]
		if out, err = run(ctx, all.watch(ctx, r), in); err == nil {
			err = all.save(ctx, r)
		}
		return out, err
	})
}

// UnboundAction makes an action of the service: run does all the work.
func UnboundAction[In, Out any](name string, run func(ctx context.Context, in In) (Out, error)) odata.Operation {
	return unbound(define[In, Out]("typed.UnboundAction", name, odata.Action, run == nil), run)
}

// Function makes a function that is bound to one entity: it is called by GET,
// and its result can be composed further. What run changes in the entity is not
// written.
func Function[T, In, Out any](name string, run func(ctx context.Context, entity *T, in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.Function", name, odata.FunctionCall, run == nil)
	d.Bound = true
	d.mustReturn()
	e := boundTo[T](d)
	return d.invoke(func(ctx context.Context, call *odata.OperationInput, in In) (out Out, err error) {
		r, err := e.open(call)
		if err != nil {
			return out, err
		}
		v, err := r.one(ctx)
		if err != nil {
			return out, err
		}
		return run(ctx, v, in)
	})
}

// CollectionFunction makes a function that is bound to a collection of entities.
// Ranging over entities reads them, each as a new T, anew in every loop. The
// loop must end at the first error, which run returns.
func CollectionFunction[T, In, Out any](name string, run func(ctx context.Context, entities iter.Seq2[*T, error], in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.CollectionFunction", name, odata.FunctionCall, run == nil)
	d.BoundCollection = true
	d.mustReturn()
	e := boundTo[T](d)
	return d.invoke(func(ctx context.Context, call *odata.OperationInput, in In) (out Out, err error) {
		r, err := e.open(call)
		if err != nil {
			return out, err
		}
		return run(ctx, r.rows(ctx), in)
	})
}

// UnboundFunction makes a function of the service, called by GET and composable.
func UnboundFunction[In, Out any](name string, run func(ctx context.Context, in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.UnboundFunction", name, odata.FunctionCall, run == nil)
	d.mustReturn()
	return unbound(d, run)
}

// ServiceOperation makes a service operation, what versions before 3.0 have in
// place of actions and functions: method is "GET" or "POST", and the arguments
// are in the query string.
func ServiceOperation[In, Out any](name, method string, run func(ctx context.Context, in In) (Out, error)) odata.Operation {
	d := define[In, Out]("typed.ServiceOperation", name, odata.ServiceOperation, run == nil)
	d.Method = method
	if method != "GET" && method != "POST" {
		d.mistake("service operations have no method "+strconv.Quote(method), "write GET or POST")
	}
	return unbound(d, run)
}

// A definition is an operation in the making.
type definition[In, Out any] struct {
	odata.Operation
	*signature
	report
}

// define makes what all operations have.
func define[In, Out any](maker, name string, kind odata.OperationKind, missing bool) *definition[In, Out] {
	d := &definition[In, Out]{}
	d.Operation, d.signature = describeOperation(maker, name, reflect.TypeFor[In](), reflect.TypeFor[Out]())
	d.Kind = kind
	if d.Err != nil {
		d.found = append(d.found, d.Err)
	}
	if missing {
		d.mistake("there is no function", "pass one that is not nil")
	}
	return d
}

func (d *definition[In, Out]) mistake(problem, advice string) {
	d.typ = d.maker
	d.add(problem, advice)
}

// mustReturn reports a function without a result. Source: CSDL 3.0,
// FunctionImport: one without side effects has a return type.
func (d *definition[In, Out]) mustReturn() {
	if out := reflect.TypeFor[Out](); out == reflect.TypeFor[None]() || out == reflect.TypeFor[struct{}]() {
		d.mistake("a function returns something", "return a value, or make it an action")
	}
}

// boundTo describes the entities that the operation is bound to.
func boundTo[T, In, Out any](d *definition[In, Out]) *entities[T] {
	e := entitiesOf[T](d.maker)
	if err := e.shape.Schema.Err; err != nil {
		d.found = append(d.found, err)
	}
	return e
}

// unbound completes an operation that is bound to nothing.
func unbound[In, Out any](d *definition[In, Out], run func(context.Context, In) (Out, error)) odata.Operation {
	return d.invoke(func(ctx context.Context, _ *odata.OperationInput, in In) (Out, error) { return run(ctx, in) })
}

// invoke completes the operation: run is called with the arguments, and what it
// returns becomes the result.
func (d *definition[In, Out]) invoke(run func(context.Context, *odata.OperationInput, In) (Out, error)) odata.Operation {
	o, s := d.Operation, d.signature
	if o.Err = d.err(); o.Err != nil {
		o.Invoke = func(context.Context, *odata.OperationInput) (*odata.OperationResult, error) {
			return nil, odata.Internal(o.Err)
		}
		return o
	}
	o.Invoke = func(ctx context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
		var in In
		if err := s.read(unsafe.Pointer(&in), call.Arguments); err != nil {
			return nil, err
		}
		out, err := run(ctx, call, in)
		if err != nil {
			return nil, err
		}
		if s.matching {
			return &odata.OperationResult{Where: any(out).(selection).condition()}, nil
		}
		return s.of(unsafe.Pointer(&out)), nil
	}
	return o
}
