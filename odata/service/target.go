package service

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A target is the one entity that a request changes.
type target struct {
	set *set
	typ *metadata.EntityType // that it must be an instance of
	key odata.Key
	use odata.Use

	// match is the condition of If-Match, nil for none, and etag its text.
	match odata.Expr
	etag  string

	// named tells that the type is that of the payload, and not of the path.
	named bool
}

// target finds the entity a request changes. It is called in the transaction of
// the change: where the path goes through other entities, it reads them.
func (e *exchange) target(req *odata.Request, use odata.Use) (*target, error) {
	t := &target{set: e.service.sets[req.Set], typ: req.Query.Type, use: use}
	var err error
	if req.Via != nil {
		t.key, err = e.reached(req, odata.Read)
	} else if t.key = keyIn(req.Query.Filter, req.Set.Type()); t.key == nil {
		err = odata.NotFound()
	}
	return t, err
}

// reached reads the key of the entity that a path leads to, if the caller may
// use that.
func (e *exchange) reached(req *odata.Request, use odata.Use) (odata.Key, error) {
	for _, source := range req.Sources {
		if _, err := e.find(source, odata.Read); err != nil {
			return nil, err
		}
	}
	key, err := e.find(req.Query, use)
	if odata.IsNotFound(err) && req.MayBeAbsent && len(e.r.Header["If-Match"]) > 0 {
		return nil, changed()
	}
	return key, err
}

// find reads the key of the entity that q selects, if the caller may use that. q
// stays as it is: a transaction may run again.
func (e *exchange) find(q *odata.Query, use odata.Use) (odata.Key, error) {
	own := *q
	properties := q.Set.Type().KeyProperties()
	own.Fields, own.Expand, own.OrderBy = properties, nil, nil
	if err := e.restrict(&own, use); err != nil {
		return nil, err
	}
	result, err := e.answer(&own)
	if err != nil {
		return nil, err
	}
	for row, err := range result.Rows {
		if err != nil {
			return nil, err
		}
		return keyOf(&row, len(properties)), nil
	}
	return nil, odata.NotFound()
}

// keyOf copies the key that stands first in row.
func keyOf(row *odata.Row, n int) odata.Key {
	key := make(odata.Key, n)
	for i := range key {
		key[i] = row.Values[i].Clone()
	}
	return key
}

// query selects the target with all conditions on it.
func (e *exchange) query(t *target, fields []*metadata.Property) (*odata.Query, error) {
	q := e.one(t.set.declared, t.typ, t.key, fields)
	if t.match != nil {
		q.Filter = odata.Conjunction(q.Filter, t.match)
	}
	return q, e.restrict(q, t.use)
}

// missed explains why a change matched nothing: the entity is not there for the
// caller, or has changed, or must not be changed by the caller.
func (e *exchange) missed(t *target) error {
	base := t.set.declared.Type()
	q := e.one(t.set.declared, base, t.key, base.ConcurrencyTokens())
	if err := e.rule(odata.Read).restrict(q); err != nil {
		return err
	}
	result, err := e.answer(q)
	if err != nil {
		return err
	}
	for row, err := range result.Rows {
		switch {
		case err != nil:
			return err
		case !typeOf(&row, base).Is(t.typ) && t.named:
			return &odata.Error{Kind: odata.KindInvalid, Code: "WrongType", Detail: "it is a " + typeOf(&row, base).QualifiedName(),
				Message: "The entity is not of the type that the payload names; the type of an entity cannot be changed"}
		case !typeOf(&row, base).Is(t.typ):
			return odata.NotFound()
		case t.etag != "" && t.etag != "*" && string(format.AppendETag(nil, &row, upTo(len(base.ConcurrencyTokens())))) != t.etag:
			return changed()
		}
		return &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Message: "The caller may not change this entity in this way"}
	}
	return odata.NotFound()
}

// typeOf is the type of an entity that was read as an instance of of.
func typeOf(row *odata.Row, of *metadata.EntityType) *metadata.EntityType {
	if row.Type != nil {
		return row.Type
	}
	return of
}

// actualType reads the type of the target, which may be derived from that of the
// path.
func (e *exchange) actualType(t *target) (*metadata.EntityType, error) {
	if len(t.typ.DerivedTypes()) == 0 {
		return t.typ, nil
	}
	q := e.one(t.set.declared, t.typ, t.key, t.set.declared.Type().KeyProperties())
	if err := e.restrict(q, odata.Read); err != nil {
		return nil, err
	}
	result, err := e.answer(q)
	if err != nil {
		return nil, err
	}
	for row, err := range result.Rows {
		return typeOf(&row, t.typ), err
	}
	return nil, odata.NotFound()
}

// upTo are the numbers below n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
