package service

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/batch"
	"github.com/pamodata/pamodata/odata/uri"
)

// resolve finds the entity that a payload names by its URL, to be linked by nav
// to an entity of the set from. The URL is absolute, or relative to the host or
// to the service root, and leads to one entity that the caller may see. Where the
// link is that entity's own, since it can have only one, the caller must be
// allowed to change it as well.
//
// A nil key is the answer to the address of a single-valued navigation that
// leads nowhere, which clients send back as they have read it.
func (e *exchange) resolve(from *metadata.EntitySet, nav *metadata.NavigationProperty, url string) (odata.Key, error) {
	req, err := e.address(url)
	if err != nil {
		return nil, below(err, nav.Name)
	}
	target := from.NavigationTarget(nav)
	if req.Set != target || !req.Query.Type.Is(nav.Target()) && !nav.Target().Is(req.Query.Type) {
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "LinkType", Target: nav.Name,
			Message: "The URL leads to an entity of another type than the navigation property"}
	}
	use := odata.Read
	if !nav.Inverse().IsCollection() {
		use = odata.Update
	}
	var key odata.Key
	for _, source := range req.Sources {
		if _, err := e.find(source, odata.Read); err != nil {
			return nil, below(err, nav.Name)
		}
	}
	if key, err = e.findUsable(req.Query, use); err != nil {
		if odata.IsNotFound(err) && req.MayBeAbsent {
			return nil, nil
		}
		return nil, below(err, nav.Name)
	}
	return key, nil
}

// findUsable is find, but tells an entity that is not there from one that the
// caller may see and not use in this way.
func (e *exchange) findUsable(q *odata.Query, use odata.Use) (odata.Key, error) {
	key, err := e.find(q, use)
	if use == odata.Read || !odata.IsNotFound(err) {
		return key, err
	}
	if _, err := e.find(q, odata.Read); err != nil {
		return nil, err
	}
	return nil, &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Message: "The caller may not change this entity in this way"}
}

// address binds the URL of an entity.
func (e *exchange) address(url string) (*odata.Request, error) {
	s := e.service
	if e.versions.request < v3 && !strings.HasPrefix(url, "//") {
		url = strings.TrimPrefix(url, "/") // relative to the root, in older versions
	}
	root, err := batch.NewRoot(e.base.Root, true)
	if err != nil {
		return nil, err
	}
	var references *batch.References
	if e.unit != nil {
		references = &e.unit.references
	} else {
		references = new(batch.References)
	}
	path, err := references.Bind(root, url)
	if err != nil {
		return nil, err
	}
	syntax, err := uri.Parse(path, "", s.limits.URI)
	if err != nil {
		return nil, invalidLink(err)
	}
	req, err := s.binder.Request(syntax)
	if err != nil {
		return nil, invalidLink(err)
	}
	if req.Kind != odata.Entry || req.Operation != nil {
		return nil, invalidLink(nil)
	}
	return req, nil
}

// invalidLink is the answer to a URL in a payload that leads to no entity.
func invalidLink(cause error) *odata.Error {
	if odata.IsNotFound(cause) {
		return odata.NotFound()
	}
	return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidLink", Err: cause,
		Message: "The URL does not lead to an entity of the service"}
}
