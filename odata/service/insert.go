package service

import (
	"net/http"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// insert creates the entity in the body, or a media entity whose stream the body
// is. Source: OData V3 core, creating entities.
func (e *exchange) insert(req *odata.Request) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	if err := e.permit(req.Set, odata.Insert); err != nil {
		return err
	}
	out, err := e.contentFor(req)
	if err != nil {
		return err
	}
	d, err := e.incoming(req)
	if err != nil {
		return err
	}
	alone, err := e.insertsAlone(req, d, out)
	if err != nil {
		return err
	}
	if alone {
		return e.insertDraft(req, d, out)
	}
	return e.repeatable(func() error {
		return e.atomically(s.sets[req.Set].Transactor, func() error { return e.insertDraft(req, d, out) })
	})
}

// insertsAlone reports that creating the entity is one call of its provider, after
// which nothing is left to be looked at: no transaction around it is needed then, and
// nothing is to be held back until it is committed.
func (e *exchange) insertsAlone(req *odata.Request, d *draft, out *output) (bool, error) {
	if e.unit != nil || e.repetition != nil || e.prefer.validateOnly || req.Via != nil || d.upload != nil ||
		len(d.binds)+len(d.before)+len(d.after) > 0 {
		return false, nil
	}
	inserter, ok := d.set.Inserter.(odata.LoneInserter)
	if !ok || !inserter.InsertsAlone(d.change.Type) {
		return false, nil
	}
	if condition, err := e.rule(odata.Insert).condition(d.set.declared); err != nil || condition != nil {
		return false, err
	}
	if out != nil {
		if condition, err := e.rule(odata.Read).condition(d.set.declared); err != nil || condition != nil {
			return false, err
		}
	}
	references, err := e.referring(d.set, d.change.Set)
	return len(references) == 0, err
}

// contentFor decides the form of the entity in an answer, before anything is
// changed. It is nil when the client wants none.
func (e *exchange) contentFor(req *odata.Request) (*output, error) {
	if e.prefer.noContent || e.prefer.validateOnly {
		return nil, nil
	}
	entry := *req
	entry.Kind = odata.Entry
	out, err := e.choose(e.service.offers.entry, &entry, e.needs(&entry))
	return &out, err
}

// incoming reads and checks the body of an insert.
func (e *exchange) incoming(req *odata.Request) (*draft, error) {
	s := e.service
	if req.Query.Type.IsMediaEntity() {
		return e.incomingMedia(req)
	}
	reader, err := e.payloadReader()
	if err != nil {
		return nil, err
	}
	body, err := e.payloadBody()
	if err != nil {
		return nil, err
	}
	payload, err := reader.ReadEntry(body, s.model, req.Query.Type, s.limits.Payload)
	if err != nil {
		return nil, err
	}
	return e.draft(req.Set, payload)
}

// insertDraft creates what a request brings, links it to the entity the path
// comes from, and answers. It runs in a transaction.
func (e *exchange) insertDraft(req *odata.Request, d *draft, out *output) error {
	var links []odata.LinkChange
	if req.Via != nil {
		link, err := e.linkBack(req)
		if err != nil {
			return err
		}
		links = append(links, link)
	}
	fields, err := e.shownFields(req)
	if err != nil {
		return err
	}
	row, err := e.create(d, fields, links)
	if err != nil {
		return err
	}
	if err := e.mayInsertAll(d); err != nil {
		return err
	}
	return e.created(req, d, &row, out)
}

// linkBack is the link from a new entity to the one whose navigation property it
// is posted to.
func (e *exchange) linkBack(req *odata.Request) (odata.LinkChange, error) {
	inverse := req.Via.Inverse()
	// The link is the new entity's own where that can have only one.
	use := odata.Update
	if req.Via.IsCollection() && !inverse.IsCollection() {
		use = odata.Read
	}
	for _, source := range req.Sources[:len(req.Sources)-1] {
		if _, err := e.find(source, odata.Read); err != nil {
			return odata.LinkChange{}, err
		}
	}
	key, err := e.findUsable(req.Sources[len(req.Sources)-1], use)
	return odata.LinkChange{Nav: inverse, Key: key}, err
}

// create creates an entity and what comes with it, and returns its row with at
// least the given fields first.
func (e *exchange) create(d *draft, fields []*metadata.Property, links []odata.LinkChange) (odata.Row, error) {
	change := d.change
	change.Links = links
	for _, b := range d.binds {
		key, err := e.resolve(d.set.declared, b.nav, b.url)
		if err != nil {
			return odata.Row{}, err
		}
		if key != nil {
			change.Links = append(change.Links, odata.LinkChange{Nav: b.nav, Key: key})
		}
	}
	for _, r := range d.before {
		key, err := e.createRelated(r.to, nil)
		if err != nil {
			return odata.Row{}, below(err, r.nav.Name)
		}
		change.Links = append(change.Links, odata.LinkChange{Nav: r.nav, Key: key})
	}
	if d.upload != nil {
		change.Media = d.upload.media()
	}
	q := &odata.Query{Set: d.set.declared, Type: d.change.Type, Fields: slices.Clip(fields), Custom: e.custom}
	for _, p := range d.set.declared.Type().KeyProperties() {
		q.AddField(p)
	}
	references, err := e.referring(d.set, change.Set)
	if err != nil {
		return odata.Row{}, err
	}
	row, err := d.set.Inserter.Insert(e.r.Context(), q, &change)
	if err != nil {
		return odata.Row{}, err
	}
	key := make(odata.Key, 0, 1)
	for _, p := range d.set.declared.Type().KeyProperties() {
		key = append(key, row.Values[q.Field(p)].Clone())
	}
	for _, r := range d.after {
		if _, err := e.createRelated(r.to, []odata.LinkChange{{Nav: r.nav.Inverse(), Key: key}}); err != nil {
			return odata.Row{}, below(err, r.nav.Name)
		}
	}
	d.key = key
	e.refers(d.set, key, references)
	return row, nil
}

func (e *exchange) createRelated(d *draft, links []odata.LinkChange) (odata.Key, error) {
	properties := d.set.declared.Type().KeyProperties()
	row, err := e.create(d, properties, links)
	if err != nil {
		return nil, err
	}
	return keyOf(&row, len(properties)), nil
}

// mayInsertAll asks for all that a request has created, when every link is there.
func (e *exchange) mayInsertAll(d *draft) error {
	for _, list := range [][]related{d.before, d.after} {
		for _, r := range list {
			if err := e.mayInsertAll(r.to); err != nil {
				return below(err, r.nav.Name)
			}
		}
	}
	return e.mayInsert(d, d.key)
}

// mayInsert holds a new entity to the guard: the condition for inserting is one
// on what has been made, generated values and links included.
func (e *exchange) mayInsert(d *draft, key odata.Key) error {
	condition, err := e.rule(odata.Insert).condition(d.set.declared)
	if err != nil || condition == nil {
		return err
	}
	q := e.one(d.set.declared, d.change.Type, key, d.set.declared.Type().KeyProperties())
	q.Filter = odata.Conjunction(condition, q.Filter)
	if err := widen(q); err != nil {
		return err
	}
	result, err := e.answer(q)
	if err != nil {
		return err
	}
	for _, err := range result.Rows {
		return err
	}
	return &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Message: "The caller may not create this entity"}
}

// created answers with the new entity: 201, or 204 when the client wants no
// content or may not read what it created. Source: OData V3 core, creating
// entities.
func (e *exchange) created(req *odata.Request, d *draft, row *odata.Row, out *output) error {
	s, p := e.service, req.Projection
	if row.Type == nil {
		row.Type = d.change.Type
	}
	id := e.locate(req, row)
	e.tag(p, row)
	if e.unit != nil {
		if err := e.unit.register(id[len(e.base.Root):]); err != nil {
			return err
		}
	}
	if out != nil {
		visible, err := e.visible(d.set, keyAt(row, p))
		if err != nil {
			return err
		}
		if !visible {
			out = nil
		}
	}
	if out == nil {
		e.w.Header()["Dataserviceid"] = []string{id}
		v := max(v1, e.versions.min)
		if e.prefer.noContent {
			e.applied("return-no-content")
			v = v3
		}
		return e.empty(v)
	}
	if e.prefer.content {
		e.applied("return-content")
	}
	if err := e.dress(p, row); err != nil {
		return err
	}
	buf := borrowBuffer()
	defer returnBuffer(buf)
	*buf = s.encoder(p, *out).AppendEntry(*buf, &e.base, row)
	return e.send(http.StatusCreated, out.version, out.contentType, *buf)
}

// locate says in Location where a new entity is to be changed, and returns its
// id, which is the same address without the name of a type.
func (e *exchange) locate(req *odata.Request, row *odata.Row) (id string) {
	url := format.AppendEntityURL([]byte(e.base.Root), row, req.Projection)
	id = string(url)
	t := row.Type
	if t == nil {
		t = req.Query.Type
	}
	e.w.Header()["Location"] = []string{string(format.AppendEditSegment(url, req.Set, t))}
	return id
}

// visible tells whether the caller may read an entity it has just made.
func (e *exchange) visible(of *set, key odata.Key) (bool, error) {
	condition, err := e.rule(odata.Read).condition(of.declared)
	if err != nil || condition == nil {
		return err == nil, err
	}
	_, err = e.find(e.one(of.declared, of.declared.Type(), key, nil), odata.Read)
	if odata.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// keyAt is the key in a row of a projection.
func keyAt(row *odata.Row, p *odata.Projection) odata.Key {
	key := make(odata.Key, len(p.Key))
	for i, at := range p.Key {
		key[i] = row.Values[at]
	}
	return key
}
