package service

import (
	"net/http"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// update replaces an entity (PUT) or merges into it (PATCH, MERGE). Source: OData
// V3 core, updating entities.
func (e *exchange) update(req *odata.Request) error {
	s := e.service
	if err := e.permit(req.Set, odata.Update); err != nil {
		return err
	}
	out, err := e.changedContent(req, s.offers.entry)
	if err != nil {
		return err
	}
	reader, err := e.payloadReader()
	if err != nil {
		return err
	}
	body, err := e.payloadBody()
	if err != nil {
		return err
	}
	payload, err := reader.ReadEntry(body, s.model, req.Query.Type, s.limits.Payload)
	if err != nil {
		return err
	}
	r, err := e.revise(s.sets[req.Set], payload)
	if err != nil {
		return err
	}
	return e.atomically(s.sets[req.Set].Transactor, func() error {
		t, err := e.target(req, odata.Update)
		if err != nil {
			return err
		}
		if payload.Type != t.typ && payload.Type.Is(t.typ) {
			t.typ, t.named = payload.Type, true
		}
		if err := r.sameKey(t.key); err != nil {
			return err
		}
		change, err := e.linked(t, r)
		if err != nil {
			return err
		}
		if change.Replace {
			actual, err := e.actualType(t)
			if err != nil {
				return e.notThere(t, err)
			}
			if change.Set, err = withDefaults(slices.Clone(change.Set), actual, false); err != nil {
				return err
			}
		}
		fields, err := e.shownFields(req)
		if err != nil {
			return err
		}
		row, err := e.apply(t, change, fields)
		if err != nil {
			return err
		}
		shown := out
		if shown != nil {
			visible, err := e.visible(t.set, t.key)
			if err != nil {
				return err
			}
			if !visible {
				shown = nil
			}
		}
		return e.updated(req, &row, shown)
	})
}

// A revision is a change of an entity as its payload has it.
type revision struct {
	change odata.Change
	binds  []bound
	key    []odata.Assignment // key properties that the payload repeats
	of     *metadata.EntityType
}

// revise checks the payload of an update.
func (e *exchange) revise(of *set, p *odata.EntryPayload) (*revision, error) {
	r := &revision{of: of.declared.Type()}
	for _, a := range p.Properties {
		if slices.Contains(r.of.KeyProperties(), a.Property) {
			r.key = append(r.key, a)
		}
	}
	var err error
	if r.change.Set, err = of.writable(p, false); err != nil {
		return nil, err
	}
	r.change.Dynamic = p.Dynamic
	if e.method == http.MethodPut {
		// What is left out goes back to its default: what that is, the entity's own
		// type says.
		r.change.Replace, r.change.Dynamic = true, presentOnly(p.Dynamic)
	}
	for i := range p.Links {
		link := &p.Links[i]
		if len(link.Entries) > 0 {
			return nil, &odata.Error{Kind: odata.KindInvalid, Code: "DeepUpdate", Target: link.Nav.Name,
				Message: "An update cannot create or change related entities; bind them by URL, or change them on their own"}
		}
		if err := oneAtMost(link); err != nil {
			return nil, err
		}
		if link.Null {
			if link.Nav.IsCollection() {
				return nil, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidLink", Target: link.Nav.Name,
					Message: "A collection cannot be null"}
			}
			r.change.Links = append(r.change.Links, odata.LinkChange{Nav: link.Nav, Remove: true})
		}
		for _, url := range link.Bind {
			r.binds = append(r.binds, bound{link.Nav, url})
		}
	}
	return r, nil
}

// sameKey wants the key in a payload, if it is there, to be that of the entity.
func (r *revision) sameKey(key odata.Key) error {
	for _, a := range r.key {
		at := slices.Index(r.of.KeyProperties(), a.Property)
		if edm.Order(a.Value, key[at]) != 0 {
			return odata.KeyImmutable(a.Property.Name)
		}
	}
	return nil
}

// linked completes a change with the entities that the payload names by URL. It
// runs in the transaction.
func (e *exchange) linked(t *target, r *revision) (*odata.Change, error) {
	change := r.change
	change.Links = nil
	for _, l := range r.change.Links {
		if err := e.parted(t, l.Nav); odata.IsNotFound(err) {
			continue // no link that the caller could see
		} else if err != nil {
			return nil, err
		}
		change.Links = append(change.Links, l)
	}
	for _, b := range r.binds {
		key, err := e.resolve(t.set.declared, b.nav, b.url)
		if err != nil {
			return nil, err
		}
		if !b.nav.IsCollection() {
			switch err := e.parted(t, b.nav); {
			case odata.IsNotFound(err) && key == nil:
				continue
			case err != nil && !odata.IsNotFound(err):
				return nil, err
			}
		}
		if key != nil || !b.nav.IsCollection() {
			change.Links = append(change.Links, odata.LinkChange{Nav: b.nav, Key: key, Remove: key == nil})
		}
	}
	return &change, nil
}

// parted asks whether the caller may part the target from what a single-valued
// navigation leads to. KindNotFound means that there is nothing it may see.
func (e *exchange) parted(t *target, nav *metadata.NavigationProperty) error {
	use := odata.Read
	inverse := nav.Inverse()
	if !inverse.IsCollection() {
		use = odata.Update
	}
	to := t.set.declared.NavigationTarget(nav)
	if to == nil {
		return notNavigable(nav.Name)
	}
	q := &odata.Query{Set: to, Type: nav.Target(), Filter: reachedFrom(t, nav), Custom: e.custom}
	_, err := e.findUsable(q, use)
	return err
}

// reachedFrom is the condition that $it is what nav leads to from the target.
func reachedFrom(t *target, nav *metadata.NavigationProperty) odata.Expr {
	inverse := nav.Inverse()
	origin := odata.Expr(&odata.Navigate{Of: odata.ItOf(nav.Target()), Nav: inverse})
	is := func(x odata.Expr) (condition odata.Expr) {
		for i, p := range t.set.declared.Type().KeyProperties() {
			condition = odata.Conjunction(condition, &odata.Binary{Op: odata.Eq,
				L: &odata.Member{Of: x, Property: p}, R: &odata.Literal{Value: t.key[i], Of: p.TypeRef()}})
		}
		return condition
	}
	if !inverse.IsCollection() {
		return is(origin)
	}
	v := &odata.Variable{Name: "x1", Depth: 1, Of: origin.Type().Item()}
	return &odata.Lambda{Of: origin, Var: v, Body: is(v)}
}

// apply changes the target, in one conditional statement of its store, and
// returns its row with the given fields first.
func (e *exchange) apply(t *target, change *odata.Change, fields []*metadata.Property) (odata.Row, error) {
	if err := e.expects(t); err != nil {
		return odata.Row{}, err
	}
	q, err := e.query(t, fields)
	if err != nil {
		return odata.Row{}, err
	}
	keys, err := e.referring(t.set, change.Set)
	if err != nil {
		return odata.Row{}, err
	}
	row, err := t.set.Updater.Update(e.r.Context(), q, change)
	if err != nil {
		return row, e.notThere(t, err)
	}
	e.refers(t.set, t.key, keys)
	return row, nil
}

// notThere explains an error that says the target does not exist.
func (e *exchange) notThere(t *target, err error) error {
	if odata.IsNotFound(err) {
		return e.missed(t)
	}
	return err
}

// changedContent decides the form of an answer that shows what was changed,
// which clients have to ask for; nil for the usual answer without content.
func (e *exchange) changedContent(req *odata.Request, offers []representation) (*output, error) {
	if !e.prefer.content || e.prefer.validateOnly {
		return nil, nil
	}
	out, err := e.choose(offers, req, v3)
	return &out, err
}

// updated answers with 204, or with the entity as it is now.
func (e *exchange) updated(req *odata.Request, row *odata.Row, out *output) error {
	e.tag(req.Projection, row)
	if out == nil {
		return e.unchangedContent()
	}
	e.applied("return-content")
	if err := e.dress(req.Projection, row); err != nil {
		return err
	}
	buf := borrowBuffer()
	defer returnBuffer(buf)
	*buf = e.service.encoder(req.Projection, *out).AppendEntry(*buf, &e.base, row)
	return e.send(http.StatusOK, out.version, out.contentType, *buf)
}

// tag sends the ETag that an entity has after a change.
func (e *exchange) tag(p *odata.Projection, row *odata.Row) {
	if len(p.Tokens) > 0 {
		e.w.Header()["Etag"] = []string{string(format.AppendETag(nil, row, p.Tokens))}
	}
}

// unchangedContent is the answer to a change whose result the client knows.
func (e *exchange) unchangedContent() error {
	v := max(v1, e.versions.min)
	if e.prefer.noContent {
		e.applied("return-no-content")
		v = v3
	}
	return e.empty(v)
}

// remove deletes an entity. Source: OData V3 core, deleting entities.
func (e *exchange) remove(req *odata.Request) error {
	if err := e.permit(req.Set, odata.Delete); err != nil {
		return err
	}
	return e.atomically(e.service.sets[req.Set].Transactor, func() error {
		t, err := e.target(req, odata.Delete)
		if err != nil {
			return err
		}
		if err := e.expects(t); err != nil {
			return err
		}
		q, err := e.query(t, req.Set.Type().KeyProperties())
		if err != nil {
			return err
		}
		if err := e.mayCascade(t, map[string]bool{}); err != nil {
			return err
		}
		if err := t.set.Deleter.Delete(e.r.Context(), q); err != nil {
			return e.notThere(t, err)
		}
		return e.empty(max(v1, e.versions.min))
	})
}
