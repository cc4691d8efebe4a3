package sqldb

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// An insert that is one statement, and leaves nothing to be looked at, needs no
// transaction around it: the database is asked once instead of three times.

// InsertsAlone reports that Insert is one statement for new entities of a type that
// come without links, and that the database has a short way for it.
func (s *storedSet) InsertsAlone(t *metadata.EntityType) bool {
	_, short := s.store.db.(LoneWriter)
	return short && s.table.keepsRules(t)
}

// keepsRules reports that a row for a new entity of a type, without links that are
// not properties of its, cannot break a rule that the database does not check.
func (t *table) keepsRules(typ *metadata.EntityType) bool {
	for i := range t.parts {
		if i > 0 && typ.Is(t.parts[i].typ) {
			return false
		}
	}
	for i := range t.rules.ties {
		r := &t.rules.ties[i]
		switch {
		case !typ.Is(r.types[0]):
		case r.required && (!r.dependent || r.held != nearHolds || r.mayBeNull()):
			return false
		case r.dependent && r.held == nearHolds && (!r.certain() || r.back.looked):
			return false
		}
	}
	return true
}

// mayBeNull reports that an entity can be without the properties that hold the link.
func (r *tie) mayBeNull() bool {
	for _, c := range r.end.near {
		if c.nullable {
			return true
		}
	}
	return false
}

// insertAlone performs an insertion outside of a transaction.
func (s *storedSet) insertAlone(ctx context.Context, db LoneWriter, change *odata.Change, answer *answer) (odata.Row, error) {
	w := &writing{store: s.store, alone: db}
	in := &insertion{writing: w, set: s, change: change}
	row, err := in.insert(ctx, answer)
	if err == nil {
		return row, nil
	}
	if len(w.relied) == 0 {
		for i := range s.table.rules.ties {
			in.arrived(&s.table.rules.ties[i], change.Type, in.key, in.record.values)
		}
	}
	return odata.Row{}, w.explain(ctx, err)
}
