package pam

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// ReadOnly is a set whose entities are changed by a [Desk] alone. It takes part in no
// change set, since what a desk sets going cannot be undone.
func ReadOnly(set odata.EntitySet) odata.EntitySet {
	set.Inserter, set.Updater, set.Deleter, set.Transactor = nil, nil, nil, nil
	return set
}

// Action is an action that a desk carries out on the request with a key. It may take
// one text, and answers with nothing.
func Action(name string, act func(ctx context.Context, id edm.GUID, text string) error, parameters ...string) odata.Operation {
	o := odata.Operation{Name: name, Kind: odata.Action, Bound: true, AlwaysAvailable: true, ByKey: true, LooseParameters: true, EmptyOnSuccess: true}
	for _, p := range parameters {
		o.Parameters = append(o.Parameters, odata.Parameter{Name: p, Type: "Edm.String"})
	}
	o.Invoke = func(ctx context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
		text := ""
		if len(call.Arguments) > 0 && !call.Arguments[0].IsNull() {
			text = call.Arguments[0].Str()
		}
		return &odata.OperationResult{}, act(ctx, call.Key[0].GUID(), text)
	}
	return o
}

// The arguments of a request.
const (
	argRole          = "RoleId"
	argTTL           = "RequestedTTL"
	argTime          = "RequestedTime"
	argJustification = "Justification"
)

// Creation makes requests of the arguments that portals send. Source: PAM REST API,
// Create PAM request.
func Creation(d *Desk) *odata.Creation {
	return &odata.Creation{
		Arguments: []odata.LooseArgument{{Name: argRole}, {Name: argTTL}, {Name: argTime}, {Name: argJustification}},
		Create: func(ctx context.Context, arguments map[string]string) (odata.Key, error) {
			ask, err := d.askOf(arguments)
			if err != nil {
				return nil, d.malformed(ctx, ask.Role, err)
			}
			r, err := d.Create(ctx, ask)
			if err != nil {
				return nil, err
			}
			return odata.Key{r.ID.Value()}, nil
		},
	}
}

// askOf reads the arguments. Giving a role up ignores the start, because portals send
// one that is left from before.
func (d *Desk) askOf(arguments map[string]string) (ask Ask, err error) {
	role, hasRole := arguments[argRole]
	ttl, hasTTL := arguments[argTTL]
	if !hasRole || !hasTTL {
		missing := argRole
		if hasRole {
			missing = argTTL
		}
		return ask, invalid("MissingParameter", missing)
	}
	if ask.Role, err = edm.ParseGUID(role); err != nil {
		return ask, invalid("InvalidRoleId", argRole)
	}
	var ok bool
	if ask.TTL, ok = ParseTTL(ttl); !ok {
		return ask, invalid("InvalidRequestedTTL", argTTL)
	}
	if text := arguments[argTime]; text != "" && ask.TTL != 0 {
		if ask.Wanted, ok = ParseMoment(text, d.config.Zone); !ok {
			return ask, invalid("InvalidRequestedTime", argTime)
		}
	}
	ask.Justification = arguments[argJustification]
	return ask, nil
}
