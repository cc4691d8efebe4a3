package jsonread

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// Parameters reads the arguments of an operation: an object with a member for
// each. Clients send nothing, or null, where there is nothing to say; both are
// an object without members. Source: OData V3, invoking an action.
func (in *Input) Parameters(parameters []*metadata.Parameter) ([]edm.Value, error) {
	values := make([]edm.Value, len(parameters))
	given := make([]bool, len(parameters))
	empty, err := in.IsEmpty()
	if err != nil {
		return nil, err
	}
	if !empty {
		next, err := in.Next()
		if err != nil {
			return nil, err
		}
		if next == Null {
			err = in.ReadNull()
		} else {
			err = in.arguments(parameters, values, given)
		}
		if err != nil {
			return nil, err
		}
		if err := in.End(); err != nil {
			return nil, err
		}
	}
	for i, p := range parameters {
		if p.NotNull && !given[i] {
			in.Enter(p.Name)
			return nil, in.Fail(CodeMissing, "A parameter that must have a value is missing", "")
		}
	}
	return values, nil
}

func (in *Input) arguments(parameters []*metadata.Parameter, values []edm.Value, given []bool) error {
	if err := in.OpenObject(); err != nil {
		return err
	}
	for {
		name, more, err := in.NextMember()
		if err != nil || !more {
			return err
		}
		i := slices.IndexFunc(parameters, func(p *metadata.Parameter) bool { return p.Name == string(name) })
		switch {
		case i >= 0:
			in.Enter(parameters[i].Name)
			if values[i], err = in.argument(parameters[i]); err != nil {
				return err
			}
			in.Leave()
			given[i] = true
		case in.dialect.IsAnnotation(name):
			if err := in.Skip(); err != nil {
				return err
			}
		default:
			return in.FailMember(CodeParameter, "The operation has no such parameter", Quote(name))
		}
	}
}

func (in *Input) argument(p *metadata.Parameter) (edm.Value, error) {
	next, err := in.Next()
	if err != nil {
		return edm.Null, err
	}
	if next == Null {
		if p.NotNull {
			return edm.Null, in.Fail(CodeMissing, "A parameter must not be null", "")
		}
		return edm.Null, in.ReadNull()
	}
	return in.Value(p.TypeRef())
}
