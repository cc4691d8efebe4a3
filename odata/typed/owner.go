package typed

import (
	"context"
	"reflect"

	"github.com/pamodata/pamodata/odata"
)

// Owner admits callers to the entities whose field equals what of tells about
// them. Anonymous callers are refused with KindUnauthenticated.
//
// A caller about whom of knows nothing owns nothing: where of returns the zero
// value of V (the GUID of a sign-in that knows names only, an empty text, nil)
// or points to one, no entity is admitted, not even one that holds that value.
//
// Texts compare with regard to case. Account names have none, so keep them in
// one case and let of return the same.
//
// The guard may be used for every entity set made of T. It has a method Err,
// which reports a mistake made in the call of [Field]; until it is mended the
// guard refuses every request with KindInternal.
func Owner[T, V any](field FieldOf[T, V], of func(odata.Principal) V) odata.Guard {
	return owner[T, V]{field: field, of: of}
}

type owner[T, V any] struct {
	field FieldOf[T, V]
	of    func(odata.Principal) V
}

// Err is the mistake in the guard's field, or nil.
func (o owner[T, V]) Err() error { return o.field.Err() }

// Restrict returns the condition on the caller's own entities.
func (o owner[T, V]) Restrict(ctx context.Context, _ odata.Access) (odata.Expr, error) {
	if err := o.Err(); err != nil {
		return nil, odata.Internal(err)
	}
	caller, ok := odata.PrincipalFrom(ctx)
	if !ok {
		return nil, odata.Unauthenticated()
	}
	id := o.of(caller)
	if v := reflect.ValueOf(&id).Elem(); v.IsZero() || v.Kind() == reflect.Pointer && v.Elem().IsZero() {
		return never(), nil
	}
	return o.field.Eq(id), nil
}
