package service

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// rule is what the guards say about one use, asked once per request. Whoever may
// change something must be able to see it as well, so a change is selected by
// the condition for its own use and by that for reading.
func (e *exchange) rule(use odata.Use) *guarding {
	if e.rules[use] == nil {
		e.rules[use] = &guarding{service: e.service, ctx: e.r.Context(), use: use}
	}
	return e.rules[use]
}

// permit asks the guards before anything of a change is read: who may not make
// it at all learns nothing else.
func (e *exchange) permit(set *metadata.EntitySet, use odata.Use) error {
	if _, err := e.rule(use).condition(set); err != nil {
		return err
	}
	_, err := e.rule(odata.Read).condition(set)
	return err
}

// restrict makes q select only what the caller may see and use in this way.
func (e *exchange) restrict(q *odata.Query, use odata.Use) error {
	if use != odata.Read {
		own, err := e.rule(use).condition(q.Set)
		if err != nil {
			return err
		}
		q.Filter = odata.Conjunction(own, q.Filter)
	}
	return e.rule(odata.Read).restrict(q)
}

// one asks for the entity with a key, as an instance of t.
func (e *exchange) one(set *metadata.EntitySet, t *metadata.EntityType, key odata.Key, fields []*metadata.Property) *odata.Query {
	return &odata.Query{Set: set, Type: t, Fields: slices.Clip(fields), Filter: keyCondition(set.Type(), key), Custom: e.custom}
}

// keyCondition is the condition that $it has the key.
func keyCondition(t *metadata.EntityType, key odata.Key) odata.Expr {
	it := odata.ItOf(t)
	var condition odata.Expr
	for i, p := range t.KeyProperties() {
		condition = odata.Conjunction(condition, &odata.Binary{Op: odata.Eq,
			L: &odata.Member{Of: it, Property: p}, R: &odata.Literal{Value: key[i], Of: p.TypeRef()}})
	}
	return condition
}

// keyIn finds the key in the condition that a path makes: an equality for each
// key property. It is nil where the path selects in another way.
func keyIn(condition odata.Expr, t *metadata.EntityType) odata.Key {
	properties := t.KeyProperties()
	key := make(odata.Key, len(properties))
	found := 0
	var look func(odata.Expr)
	look = func(x odata.Expr) {
		b, ok := x.(*odata.Binary)
		switch {
		case !ok:
		case b.Op == odata.And:
			look(b.L)
			look(b.R)
		case b.Op == odata.Eq:
			member, isMember := b.L.(*odata.Member)
			literal, isLiteral := b.R.(*odata.Literal)
			if !isMember || !isLiteral {
				return
			}
			if at := slices.Index(properties, member.Property); at >= 0 && key[at].IsNull() {
				key[at] = literal.Value
				found++
			}
		}
	}
	look(condition)
	if found < len(properties) {
		return nil
	}
	return key
}
