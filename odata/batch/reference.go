package batch

import (
	"strings"

	"github.com/pamodata/pamodata/odata"
)

const maxContentID = 128

// validContentID reports a token of bounded length. OData V3 servers of .NET ask
// for an integer, other clients send words.
func validContentID(id string) bool { return len(id) <= maxContentID && isToken(id) }

// References are the entities that the earlier requests of a change set have
// created, by Content-ID. Each change set has its own. The zero value is empty
// and ready; one goroutine uses it.
type References struct{ paths map[string]string }

// Register makes an entity known to the requests that follow. id is the
// Content-ID of the POST that created it, path its escaped path below the
// service root: "Customers(9)". Only requests that create entities are
// registered. An id that is known, is no Content-ID, or a path that is empty or
// leaves the service, is a mistake of the caller.
func (refs *References) Register(id, path string) error {
	path = strings.Trim(path, "/")
	if _, known := refs.paths[id]; known || !validContentID(id) || path == "" || !contained(path) {
		return odata.Internalf("batch: Content-ID %q cannot refer to %q", id, path)
	}
	if refs.paths == nil {
		refs.paths = make(map[string]string)
	}
	refs.paths[id] = path
	return nil
}

// Replace puts the path of the entity in the place of a reference: $1/Orders
// becomes Customers(9)/Orders. A target without a reference stays as it is. An
// id that no earlier request has registered is 404 with the code
// BatchUnknownReference.
func (refs *References) Replace(t Target) (Target, error) {
	if t.Reference == "" {
		return t, nil
	}
	path, known := refs.paths[t.Reference]
	if !known {
		return Target{}, unknownReference.error(urlTarget)
	}
	if t.Path != "" {
		path += "/" + t.Path
	}
	return Target{Path: path, Query: t.Query}, nil
}

// Bind resolves a URL in a body that names an entity, as in
// "BestFriend@odata.bind":"$1" and {"__metadata":{"uri":"$1"}}, to the escaped
// path of the entity below the root. A query is 400 with the code
// BatchBindQuery; otherwise the errors are those of [Root.Resolve] and
// [References.Replace].
func (refs *References) Bind(root *Root, text string) (string, error) {
	t, err := root.Resolve(text, "")
	if err != nil {
		return "", err
	}
	if strings.Contains(text, "?") {
		return "", bindQuery.error(urlTarget)
	}
	if t, err = refs.Replace(t); err != nil {
		return "", err
	}
	return t.Path, nil
}
