package service

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/uri"
)

// ServeHTTP answers one request, or reports the one error that ended it. The
// request's path must begin with the service root.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := exchange{service: s, w: w, r: r}
	defer e.close()
	if err := e.serve(); err != nil {
		e.fail(err)
	}
}

// close lets go of what the exchange has kept.
func (e *exchange) close() {
	for _, c := range e.closers {
		c()
	}
	if e.reads != nil {
		e.service.slow.judge(e)
	}
}

// An exchange is one request and what became of it so far.
type exchange struct {
	service  *Service
	w        http.ResponseWriter
	r        *http.Request
	versions versions
	method   string
	prefer   preference
	custom   map[string]string // query options of the request without a $

	path    string              // escaped, below the service root
	options []odata.QueryOption // of the request
	format  string              // text of $format, for errors
	base    format.Context      // of links in the answer
	budget  *budget             // of the request; the parts of a batch share it
	own     budget

	shown   *advertising // what entities in the answer offer
	reading guarding     // of the queries that prepare has seen last
	only    onlyRow

	// Values of headers: the Content-Type that was chosen, shared between answers,
	// and room for the Content-Length.
	typed  []string
	length [1]string

	// Of requests that change data: what the guards say, the change set it is
	// part of, whether its path begins with a reference to another request of
	// that, and its being repeatable.
	rules      [odata.Invoke + 1]*guarding
	unit       *unit
	referred   bool
	repetition *repetition
	ends       []func(context.Context) error

	reads     *measured     // for the log of slow queries, the last one first
	elsewhere time.Duration // in other reads, and in sending

	committed bool // a status was sent: errors can only abort
	closers   []func()
}

// A budget is what a request may still cost.
type budget struct {
	rows int // entities read so far, of all levels, against Limits.Rows
}

func (e *exchange) serve() (err error) {
	s := e.service
	var ok bool
	if e.path, ok = s.relative(e.r.URL.EscapedPath()); !ok {
		return odata.NotFound()
	}
	e.budget = &e.own
	e.setBase()
	return e.serveAt()
}

// serveAt answers the request, whose path below the service root is known.
func (e *exchange) serveAt() (err error) {
	s := e.service
	if e.versions, err = negotiateVersion(e.r.Header); err != nil {
		return err
	}
	if e.method, err = effectiveMethod(e.r); err != nil {
		return err
	}
	syntax, err := e.parse()
	if err != nil {
		return err
	}
	if syntax.Format != nil {
		e.format = *syntax.Format
	}
	if err := s.checkOptions(syntax); err != nil {
		return err
	}
	req, err := s.bind(syntax)
	if err != nil {
		return err
	}
	if err := e.versions.admit(syntax, req); err != nil {
		return err
	}
	if req.Callback != "" {
		// A script may be loaded by any page with the user's credentials, so
		// answering with one would hand the data to any page.
		return &odata.Error{Kind: odata.KindInvalid, Code: "OptionNotOffered", Target: "$callback",
			Message: "The service does not answer with scripts; use CORS"}
	}
	for call := req.Operation; call != nil; call = call.Before {
		if s.operations[call.Import] == nil {
			return odata.NotFound()
		}
	}
	if !s.readable(req, e.method) {
		if verbs := s.verbsOf(req); !slices.Contains(verbs, e.method) {
			return e.notAllowed(verbs...)
		}
	}
	e.options = req.Options
	e.fixInstant()
	if done, err := e.explainIfAsked(req); done {
		return err
	}
	if e.method == http.MethodGet || e.method == http.MethodHead {
		end, err := e.pin(req)
		if err != nil {
			return err
		}
		defer end()
		return e.dispatch(req)
	}
	return e.prepareChange(req)
}

// prepareChange reads what only requests that change data say in their headers,
// and runs the request.
func (e *exchange) prepareChange(req *odata.Request) error {
	e.prefer = preferenceOf(e.r.Header, e.versions)
	switch {
	case e.method == http.MethodPatch && e.versions.explicit && e.versions.request < v3:
		return tooOld("PATCH needs DataServiceVersion 3.0; MERGE means the same in all versions")
	case e.referred && req.Operation != nil:
		return &odata.Error{Kind: odata.KindInvalid, Code: "OperationOnReference",
			Message: "An operation cannot be called on an entity that the same change set creates"}
	case e.unit != nil:
		if err := e.refuseTrying(); err != nil {
			return err
		}
	}
	if err := refuseOptions(req.Options); err != nil {
		return err
	}
	if req.Query != nil {
		e.custom = req.Query.Custom
	}
	if req.Operation == nil {
		for _, source := range req.Sources {
			if _, err := e.rule(odata.Read).condition(source.Set); err != nil {
				return err
			}
		}
	}
	if err := e.identify(); err != nil {
		return err
	}
	return e.change(req)
}

// parse reads the path and the query of the request.
func (e *exchange) parse() (*uri.Request, error) {
	if known := e.service.metadataRequest.syntax; known != nil && e.path == "$metadata" && e.r.URL.RawQuery == "" {
		return known, nil
	}
	return uri.Parse(e.path, e.r.URL.RawQuery, e.service.limits.URI)
}

// bind resolves what was parsed.
func (s *Service) bind(syntax *uri.Request) (*odata.Request, error) {
	if syntax == s.metadataRequest.syntax {
		return s.metadataRequest.request, nil
	}
	return s.binder.Request(syntax)
}

// relative is the escaped path below the service root. The root matches without
// regard to case, and with and without its trailing slash. Source: OData V3 URI
// conventions, as WCF Data Services have it.
func (s *Service) relative(escaped string) (path string, ok bool) {
	if path, ok = strings.CutPrefix(escaped, s.root); ok {
		return path, true
	}
	bare := s.root[:len(s.root)-1]
	switch {
	case escaped == bare:
		return "", true
	case len(escaped) < len(bare) || !strings.EqualFold(escaped[:len(bare)], bare):
		return "", false
	case len(escaped) == len(bare):
		return "", true
	}
	return escaped[len(s.root):], escaped[len(bare)] == '/'
}

// bases are the URLs that links start with for a base URL.
type bases struct{ url, root, metadata string }

// setBase fixes the URLs that links in the answer start with. Most requests have
// the same as the one before.
func (e *exchange) setBase() {
	s, url := e.service, e.service.baseURL(e.r)
	b := s.recentBase.Load()
	if b == nil || b.url != url {
		b = &bases{url: url, root: url + s.root}
		if b.metadata = b.root + "$metadata"; s.profile.EscapedMetadata {
			b.metadata = b.root + "%24metadata"
		}
		s.recentBase.Store(b)
	}
	e.base.Root, e.base.MetadataURL = b.root, b.metadata
}

// setAtom fixes what Atom says about the answer itself.
func (e *exchange) setAtom(req *odata.Request) {
	e.base.Updated = e.service.clock().UTC().Format(time.RFC3339)
	if req.Kind == odata.Feed {
		e.base.Self = strings.Trim(e.path, "/")
		e.base.Title = titleOf(req, e.base.Self)
	}
}

// titleOf names a feed: the set, or the navigation property or operation the
// path ends in.
func titleOf(req *odata.Request, self string) string {
	last := self[strings.LastIndexByte(self, '/')+1:]
	if i := strings.IndexByte(last, '('); i >= 0 {
		last = last[:i]
	}
	if name, err := url.PathUnescape(last); err == nil && !strings.Contains(name, ".") {
		return name
	}
	return req.Set.Name
}

// checkOptions lets the profile judge the custom query options.
func (s *Service) checkOptions(syntax *uri.Request) error {
	if s.profile.CheckOptions == nil {
		return nil
	}
	custom := map[string]string{}
	for _, o := range syntax.Options {
		if !strings.HasPrefix(o.Name, "$") {
			custom[o.Name] = o.Value
		}
	}
	return s.profile.CheckOptions(custom)
}

func (e *exchange) dispatch(req *odata.Request) error {
	switch req.Kind {
	case odata.ServiceDocument:
		return e.serviceDocument(req)
	case odata.MetadataDocument:
		return e.metadata(req)
	case odata.Feed:
		return e.feed(req)
	case odata.Entry:
		return e.entry(req)
	case odata.Count:
		return e.count(req)
	case odata.PropertyValue:
		if req.Query == nil {
			return e.invocation(req)
		}
		return e.property(req)
	case odata.RawValue:
		if req.Query == nil {
			return e.rawInvocation(req)
		}
		return e.rawValue(req)
	case odata.LinkFeed:
		return e.links(req)
	case odata.LinkEntry:
		return e.link(req)
	case odata.MediaResource, odata.NamedStream:
		return e.media(req)
	case odata.Invocation:
		return e.invocation(req)
	}
	return &odata.Error{Kind: odata.KindNotImplemented, Code: "NotImplemented",
		Message: "The service does not offer this resource"}
}

// notAllowed is 405 with the verbs the resource supports.
func (e *exchange) notAllowed(allowed ...string) error {
	e.w.Header().Set("Allow", strings.Join(allowed, ", "))
	return &odata.Error{Kind: odata.KindMethodNotAllowed, Code: "MethodNotAllowed",
		Message: "The resource does not support this method"}
}
