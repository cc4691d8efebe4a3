package pam

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Own is a guard that shows callers the entities that have their identifier in a
// field, as far as the further conditions hold. All others are as if they were not
// there; a caller that PAM does not know, or that is disabled, sees none. Source: PAM,
// authorisation.
func Own[T any](d *Desk, field typed.FieldOf[T, edm.GUID], conditions ...odata.Expr) odata.Guard {
	return own[T]{d, field, conditions}
}

type own[T any] struct {
	desk       *Desk
	field      typed.FieldOf[T, edm.GUID]
	conditions []odata.Expr
}

// Err is the mistake in the guard's field, or nil.
func (o own[T]) Err() error { return o.field.Err() }

// Restrict returns the condition on the caller's own entities.
func (o own[T]) Restrict(ctx context.Context, _ odata.Access) (odata.Expr, error) {
	caller, _, err := o.desk.people.caller(ctx, o.desk.people.byAccount)
	switch {
	case err != nil:
		return nil, err
	case caller == nil:
		return o.field.In(), nil
	}
	return typed.And(append([]odata.Expr{o.field.Eq(caller.ID)}, o.conditions...)...), nil
}
