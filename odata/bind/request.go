package bind

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Request resolves a whole request for reading. The query is the caller's own,
// but elements of its slices must not be changed, since requests share them;
// appending copies. The projection of a feed or entry without $select and
// $expand is the same one in all requests for the same set and type; with them it
// may be, see [Binder.Shares].
//
// Paths that are written to resolve in the same way. An action resolves to what
// it returns; that it must be called with POST is for the caller to enforce.
//
// Errors are *odata.Error: KindNotFound for a path the model does not have,
// KindNotImplemented for what it has and is not served, KindInvalid for
// everything else.
func (b *Binder) Request(syntax *uri.Request) (*odata.Request, error) {
	w := walk{b: b, syntax: syntax}
	if err := w.resolve(syntax.Path); err != nil {
		return nil, err
	}
	kind := w.kind()
	if err := b.checkOptions(&w, kind, syntax); err != nil {
		return nil, err
	}
	// One block for what every request needs.
	bound := new(struct {
		request odata.Request
		query   odata.Query
	})
	r, q := &bound.request, &bound.query
	r.Kind = kind
	r.Operation = w.call
	if syntax.Format != nil {
		r.Format = *syntax.Format
	}
	if syntax.Callback != nil {
		r.Callback = *syntax.Callback
	}
	var custom map[string]string
	r.Options, custom = options(syntax)
	r.Sources = b.sources(&w.here)
	if w.here.set == nil {
		// The value of an operation, or of a part of it.
		r.Property, r.Members = w.property, w.members
	} else {
		r.Set, r.Query, r.Via = w.here.set, q, w.here.nav
		q.Set, q.Type, q.Filter = w.here.set, w.here.of.typ, w.here.condition()
		w.here.selects(q)
		if err := b.read(r, &w, syntax); err != nil {
			return nil, err
		}
	}
	if custom != nil {
		giveCustom(r, custom)
	}
	return r, nil
}

// kind is the request kind of what the path addresses.
func (w *walk) kind() odata.RequestKind {
	switch w.at {
	case atMetadata:
		return odata.MetadataDocument
	case atBatch:
		return odata.Batch
	case atCollection:
		return odata.Feed
	case atEntity:
		return odata.Entry
	case atCount:
		return odata.Count
	case atComplex, atPrimitive, atValues, atDynamic:
		if len(w.property) == 0 && w.dynamic == "" {
			return odata.Invocation
		}
		return odata.PropertyValue
	case atRawValue:
		return odata.RawValue
	case atMedia:
		return odata.MediaResource
	case atStream:
		return odata.NamedStream
	case atLinkCollection:
		return odata.LinkFeed
	case atLink:
		return odata.LinkEntry
	case atResult, atNothing:
		return odata.Invocation
	}
	return odata.ServiceDocument
}

// read fills in the query and the projection for the kind of request.
func (b *Binder) read(r *odata.Request, w *walk, syntax *uri.Request) *odata.Error {
	here := &w.here
	c, q := b.collection(here.set, here.of.typ), r.Query
	r.Link = w.link
	r.MayBeAbsent = here.nav != nil && !here.nav.IsCollection() && !here.narrowed && r.Kind != odata.LinkEntry
	switch r.Kind {
	case odata.PropertyValue, odata.RawValue:
		c.readProperty(r, w)
		return nil
	case odata.MediaResource, odata.NamedStream:
		q.Fields, r.Projection = c.key, c.linked
		if r.Kind == odata.NamedStream {
			r.Stream = w.property[0]
		}
		return nil
	case odata.LinkEntry:
		q.Fields, r.Projection = c.key, c.linked
		return nil
	}
	if err := b.restrict(q, here.of, syntax.Filter); err != nil {
		return err
	}
	// An entity that does not fit a condition, such as a cast's, is not found.
	r.MayBeAbsent = r.MayBeAbsent && syntax.Filter == nil
	order, err := b.order(here.of, syntax.OrderBy)
	if err != nil {
		return err
	}
	if syntax.Skip != nil {
		q.Skip = *syntax.Skip
	}
	if syntax.Top != nil {
		q.Top = new(*syntax.Top)
	}
	switch r.Kind {
	case odata.Count:
		// The order has been checked and makes no difference.
		q.Total = true
		r.Projection = c.counted
		return nil
	case odata.Feed, odata.LinkFeed:
		r.InlineCount = syntax.InlineCount == uri.InlineCountAllPages
		q.Total = r.InlineCount
		r.SkipToken = syntax.SkipToken
		q.OrderBy = c.orderOf(order, syntax.Skip != nil || syntax.Top != nil || w.paged(), here.call != nil)
	}
	if r.Kind == odata.LinkFeed {
		q.Fields, r.Projection = c.key, c.linked
		return nil
	}
	return b.project(r, c, syntax)
}

// orderOf is the order of a feed: the one asked for, or else the set's. What an
// operation returns has an order of its own, which gives way only to a total
// one where a page is cut.
func (c *collection) orderOf(order []odata.Order, cut, returned bool) []odata.Order {
	switch {
	case order != nil && cut:
		return c.of.totalOrder(order)
	case order != nil || returned && !cut:
		return order
	case returned:
		return c.byKey
	}
	return c.defaultOrder(cut)
}

// restrict joins $filter to the condition that is there already.
func (b *Binder) restrict(q *odata.Query, of *entity, node uri.Node) *odata.Error {
	if node == nil {
		return nil
	}
	s := scope{model: b.model, loose: &b.loose, in: "$filter", it: of}
	condition, err := s.condition(node)
	if err != nil {
		return err
	}
	q.Filter = odata.Conjunction(q.Filter, condition)
	return nil
}

// project applies $expand and $select.
func (b *Binder) project(r *odata.Request, c *collection, syntax *uri.Request) *odata.Error {
	key, keeps := c.keyOf(syntax)
	if keeps {
		if kept, ok := b.shapes.find(key); ok {
			r.Projection, r.Query.Fields, r.Query.Expand = kept.projection, kept.fields, kept.expand
			return nil
		}
	}
	expanded, err := b.bindExpand(c, syntax.Expand)
	if err != nil {
		return err
	}
	var selected *selection
	if syntax.Select != nil {
		if selected, err = b.bindSelect(c, expanded, syntax.Select); err != nil {
			return err
		}
	}
	shaped := c.shape(selected, expanded)
	if selected != nil {
		shaped.projection.Select = syntax.RawSelect
	}
	if keeps {
		// Requests share them: appending copies.
		shaped.fields, shaped.expand = slices.Clip(shaped.fields), slices.Clip(shaped.expand)
		b.shapes.keep(key, shaped)
	}
	r.Projection, r.Query.Fields, r.Query.Expand = shaped.projection, shaped.fields, shaped.expand
	return nil
}

// readProperty asks for one property, and for the key and the concurrency
// tokens that its answer depends on. Rows have undeclared properties anyway.
func (c *collection) readProperty(r *odata.Request, w *walk) {
	p := &odata.Projection{Set: c.set.declared, Type: c.of.typ}
	s := shape{fields: make([]*metadata.Property, 0, 4)}
	if w.dynamic != "" {
		p.Dynamic, p.DynamicNames = true, []string{w.dynamic}
	} else {
		s.fields = append(s.fields, w.property[0])
		p.Fields = []odata.ProjectedField{{Property: w.property[0]}}
	}
	p.Key = s.positions(c.of.typ.KeyProperties())
	p.Tokens = s.positions(c.of.typ.ConcurrencyTokens())
	r.Projection, r.Query.Fields = p, s.fields
	r.Property, r.Members, r.Dynamic = w.property, w.members, w.dynamic
}

// options copies the query options that are in effect, and the custom ones
// among them once more for providers.
func options(syntax *uri.Request) (all []odata.QueryOption, custom map[string]string) {
	if len(syntax.Options) == 0 {
		return nil, nil
	}
	all = make([]odata.QueryOption, 0, len(syntax.Options))
	for _, o := range syntax.Options {
		if !o.IsSystem() {
			if custom == nil {
				custom = make(map[string]string)
			}
			custom[o.Name] = o.Value
		} else if strings.TrimSpace(o.Value) == "" {
			continue
		}
		all = append(all, odata.QueryOption{Name: o.Name, Value: o.Value})
	}
	return all, custom
}

// giveCustom makes the custom query options known to all providers that take
// part in the request.
func giveCustom(r *odata.Request, custom map[string]string) {
	give := func(q *odata.Query) {
		if q != nil {
			q.Custom = custom
		}
	}
	for _, source := range r.Sources {
		give(source)
	}
	for call := r.Operation; call != nil; call = call.Before {
		give(call.Bound)
	}
	if r.Query == nil {
		return
	}
	var expanded func(q *odata.Query)
	expanded = func(q *odata.Query) {
		give(q)
		for _, e := range q.Expand {
			expanded(e.Query)
		}
	}
	expanded(r.Query)
}
