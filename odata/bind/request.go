package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Request resolves a whole request for reading. The query is the caller's own,
// but elements of its slices must not be changed, since requests share them;
// appending copies. The projection of a feed or entry without $select and
// $expand is the same one in all requests for the same set and type.
//
// Errors are *odata.Error: KindNotFound for a path the model does not have,
// KindNotImplemented for one it has and that is not served, KindInvalid for
// everything else.
func (b *Binder) Request(syntax *uri.Request) (*odata.Request, error) {
	w := walk{b: b}
	if err := w.resolve(syntax.Path); err != nil {
		return nil, err
	}
	kind, served := w.kind()
	if !served {
		last := syntax.Path[len(syntax.Path)-1]
		return nil, notImplemented(pathPlace(last.Span), w.describe())
	}
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
	if syntax.Format != nil {
		r.Format = *syntax.Format
	}
	if syntax.Callback != nil {
		r.Callback = *syntax.Callback
	}
	r.Options, q.Custom = options(syntax)
	if w.set == nil {
		return r, nil
	}
	r.Set, r.Query = w.set, q
	q.Set, q.Type, q.Filter = w.set, w.of.typ, w.key
	if err := b.read(r, &w, syntax); err != nil {
		return nil, err
	}
	return r, nil
}

// kind is the request kind of what the path addresses, and whether such
// requests are served.
func (w *walk) kind() (kind odata.RequestKind, served bool) {
	if w.steps > 0 {
		return 0, false
	}
	switch w.at {
	case atService:
		return odata.ServiceDocument, true
	case atMetadata:
		return odata.MetadataDocument, true
	case atBatch:
		return odata.Batch, true
	case atCollection:
		return odata.Feed, true
	case atEntity:
		return odata.Entry, true
	case atCount:
		return odata.Count, true
	case atComplex, atPrimitive, atValues:
		return odata.PropertyValue, true
	case atRawValue:
		return odata.RawValue, len(w.property) > 0
	}
	return 0, false
}

// describe says what a path addresses that is not served.
func (w *walk) describe() string {
	if w.steps > 0 {
		return stopNames[w.at] + " behind a navigation property"
	}
	return stopNames[w.at]
}

// read fills in the query and the projection for the kind of request.
func (b *Binder) read(r *odata.Request, w *walk, syntax *uri.Request) *odata.Error {
	c, q := b.collection(w.set, w.of.typ), r.Query
	if len(w.property) > 0 {
		c.readProperty(r, w)
		return nil
	}
	if err := b.restrict(q, w.of, syntax.Filter); err != nil {
		return err
	}
	order, err := b.order(w.of, syntax.OrderBy)
	if err != nil {
		return err
	}
	if syntax.Skip != nil {
		q.Skip = *syntax.Skip
	}
	if syntax.Top != nil {
		q.Top = new(*syntax.Top)
	}
	if r.Kind == odata.Count {
		// The order has been checked and makes no difference.
		q.Total = true
		r.Projection = c.counted
		return nil
	}
	if r.Kind == odata.Feed {
		r.InlineCount = syntax.InlineCount == uri.InlineCountAllPages
		q.Total = r.InlineCount
		switch cut := syntax.Skip != nil || syntax.Top != nil || c.set.paged; {
		case order == nil:
			q.OrderBy = c.defaultOrder(cut)
		case cut:
			q.OrderBy = c.of.totalOrder(order)
		default:
			q.OrderBy = order
		}
	}
	return b.project(r, c, syntax)
}

// restrict joins $filter to the condition that is there already.
func (b *Binder) restrict(q *odata.Query, of *entity, node uri.Node) *odata.Error {
	if node == nil {
		return nil
	}
	s := scope{model: b.model, in: "$filter", it: of}
	condition, err := s.condition(node)
	if err != nil {
		return err
	}
	q.Filter = odata.Conjunction(q.Filter, condition)
	return nil
}

// project applies $expand and $select.
func (b *Binder) project(r *odata.Request, c *collection, syntax *uri.Request) *odata.Error {
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
	r.Projection, r.Query.Fields, r.Query.Expand = shaped.projection, shaped.fields, shaped.expand
	return nil
}

// readProperty asks for one property, and for the key and the concurrency
// tokens that its answer depends on.
func (c *collection) readProperty(r *odata.Request, w *walk) {
	s := shape{fields: make([]*metadata.Property, 1, 4)}
	s.fields[0] = w.property[0]
	r.Projection = &odata.Projection{
		Set: c.set.declared, Type: c.of.typ,
		Fields: []odata.ProjectedField{{Property: w.property[0]}},
		Key:    s.positions(c.of.typ.KeyProperties()),
		Tokens: s.positions(c.of.typ.ConcurrencyTokens()),
	}
	r.Query.Fields = s.fields
	r.Property, r.Members = w.property, w.members
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
