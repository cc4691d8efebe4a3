package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
)

// relink adds, sets or removes links. Source: OData V3 core, managing links.
func (e *exchange) relink(req *odata.Request) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	start := s.sets[req.Link.Set]
	if err := e.permit(start.declared, odata.Update); err != nil {
		return err
	}
	url := ""
	if e.method != http.MethodDelete {
		reader, err := e.payloadReader()
		if err != nil {
			return err
		}
		body, err := e.payloadBody()
		if err != nil {
			return err
		}
		if url, err = reader.ReadLink(body, s.limits.Payload); err != nil {
			return err
		}
	}
	return e.atomically(start.Transactor, func() error {
		source := req.Sources[len(req.Sources)-1]
		for _, before := range req.Sources[:len(req.Sources)-1] {
			if _, err := e.find(before, odata.Read); err != nil {
				return err
			}
		}
		key, err := e.findUsable(source, odata.Update)
		if err != nil {
			return err
		}
		link, nothing, err := e.linkChange(req, url)
		if err != nil {
			return err
		}
		if nothing {
			return e.empty(max(v1, e.versions.min))
		}
		q := e.one(start.declared, source.Type, key, start.declared.Type().KeyProperties())
		if err := e.restrict(q, odata.Update); err != nil {
			return err
		}
		if _, err := start.Updater.Update(e.r.Context(), q, &odata.Change{Links: []odata.LinkChange{link}}); err != nil {
			return err
		}
		return e.empty(max(v1, e.versions.min))
	})
}

// linkChange is what is asked of the links. It runs in the transaction. nothing
// tells that there is no link to remove.
func (e *exchange) linkChange(req *odata.Request, url string) (link odata.LinkChange, nothing bool, err error) {
	link = odata.LinkChange{Nav: req.Link.Nav, Remove: e.method == http.MethodDelete}
	if !link.Remove {
		link.Key, err = e.resolve(req.Link.Set, link.Nav, url)
		if err == nil && link.Key == nil {
			err = odata.NotFound()
		}
		if err == nil && !link.Nav.IsCollection() {
			key, keyErr := e.find(req.Sources[len(req.Sources)-1], odata.Read)
			if keyErr != nil {
				return link, false, keyErr
			}
			if err = e.parted(&target{set: e.service.sets[req.Link.Set], key: key}, link.Nav); odata.IsNotFound(err) {
				err = nil
			}
		}
		return link, false, err
	}
	use := odata.Read
	if !link.Nav.Inverse().IsCollection() {
		use = odata.Update
	}
	key, err := e.findUsable(req.Query, use)
	switch {
	case link.Nav.IsCollection():
		link.Key = key
	case odata.IsNotFound(err):
		return link, true, nil
	}
	return link, false, err
}
