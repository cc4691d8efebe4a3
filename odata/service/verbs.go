package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
)

const methodMerge = "MERGE" // PATCH, as it was spelled before 3.0

// verbsOf are the methods a resource supports: what its kind takes, as far as its
// set can do it. Source: OData V3 core, requests that change data, and WCF Data
// Services.
func (s *Service) verbsOf(req *odata.Request) []string {
	for call := req.Operation; call != nil; call = call.Before {
		if verbs := allowed(call); verbs[0] != http.MethodGet {
			return verbs
		}
	}
	verbs := append(make([]string, 0, 6), http.MethodGet, http.MethodHead)
	if req.Operation != nil {
		return verbs
	}
	own := s.sets[req.Set]
	switch req.Kind {
	case odata.Batch:
		return []string{http.MethodPost}
	case odata.Feed:
		if own.Inserter != nil || own.Creation != nil {
			verbs = append(verbs, http.MethodPost)
		}
	case odata.Entry:
		if own.Updater != nil {
			verbs = append(verbs, http.MethodPut, http.MethodPatch, methodMerge)
		}
		if own.Deleter != nil {
			verbs = append(verbs, http.MethodDelete)
		}
	case odata.PropertyValue, odata.RawValue:
		if own.Updater != nil {
			verbs = append(verbs, http.MethodPut, http.MethodPatch, methodMerge)
			// Complex values and collections have no DELETE: WCF Data Services.
			if _, t := addressed(req); t.Complex == nil && !t.Collection {
				verbs = append(verbs, http.MethodDelete)
			}
		}
	case odata.LinkFeed:
		if s.sets[req.Link.Set].Updater != nil {
			verbs = append(verbs, http.MethodPost)
		}
	case odata.LinkEntry:
		switch {
		case s.sets[req.Link.Set].Updater == nil:
		case req.Link.One:
			verbs = append(verbs, http.MethodDelete)
		default:
			verbs = append(verbs, http.MethodPut, http.MethodPatch, methodMerge, http.MethodDelete)
		}
	case odata.MediaResource, odata.NamedStream:
		if own.Streamer != nil && own.Updater != nil {
			verbs = append(verbs, http.MethodPut)
		}
	}
	return verbs
}

// readable tells, of what most requests are, that the method is among the verbs.
func (s *Service) readable(req *odata.Request, method string) bool {
	return (method == http.MethodGet || method == http.MethodHead) && req.Operation == nil && req.Kind != odata.Batch
}

// change runs a request that changes data.
func (e *exchange) change(req *odata.Request) error {
	switch {
	case req.Operation != nil:
		return e.act(req)
	case req.Kind == odata.Batch:
		return e.batch(req)
	case req.Kind == odata.Feed && e.service.sets[req.Set].Creation != nil:
		return e.createFrom(req)
	case req.Kind == odata.Feed:
		return e.insert(req)
	case req.Kind == odata.Entry && e.method == http.MethodDelete:
		return e.remove(req)
	case req.Kind == odata.Entry:
		return e.update(req)
	case req.Kind == odata.LinkFeed, req.Kind == odata.LinkEntry:
		return e.relink(req)
	case req.Kind == odata.MediaResource, req.Kind == odata.NamedStream:
		return e.upload(req)
	}
	return e.assign(req)
}

// refuseOptions wants a change to come without the query options of reading. An
// answer shows what was changed, not a selection of it.
func refuseOptions(options []odata.QueryOption) error {
	for _, o := range options {
		if o.Name != "" && o.Name[0] == '$' && o.Name != "$format" {
			return &odata.Error{Kind: odata.KindInvalid, Code: "OptionNotApplicable", Target: o.Name,
				Message: "A request that changes data takes no query options of reading"}
		}
	}
	return nil
}
