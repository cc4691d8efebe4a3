package service

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// condition sets the entity's ETag and judges If-Match and If-None-Match. done
// tells that the answer was sent. Source: OData V3 core, ETags. An answer with
// expanded entities has no ETag, because that of the entity does not cover them.
func (e *exchange) condition(req *odata.Request, row *odata.Row) (done bool, err error) {
	if len(req.Query.Expand) > 0 {
		return false, e.unconditional()
	}
	if len(req.Projection.Tokens) == 0 {
		if len(e.r.Header["If-Match"]) > 0 {
			return false, e.unconditional()
		}
		return false, nil
	}
	etag := string(format.AppendETag(nil, row, req.Projection.Tokens))
	e.w.Header()["Etag"] = []string{etag}
	return e.unchanged(etag)
}

// unconditional refuses If-Match and If-None-Match on a resource that has no ETag:
// feeds, counts, links, and entities with what they were expanded to.
func (e *exchange) unconditional() error {
	for _, name := range []string{"If-Match", "If-None-Match"} {
		if len(e.r.Header[name]) > 0 {
			return &odata.Error{Kind: odata.KindInvalid, Code: "NoETag", Target: name,
				Message: "The resource has no ETag to compare with"}
		}
	}
	return nil
}

// unchanged answers 304 when the client has the resource already, and fails when
// it expects another state of it. Comparison is of exact text.
func (e *exchange) unchanged(etag string) (done bool, err error) {
	match, noneMatch := e.r.Header["If-Match"], e.r.Header["If-None-Match"]
	switch {
	case len(match) > 0 && len(noneMatch) > 0:
		return false, &odata.Error{Kind: odata.KindInvalid, Code: "ConflictingConditions", Target: "If-Match",
			Message: "If-Match and If-None-Match exclude each other"}
	case len(match) > 0 && match[0] != "*" && match[0] != etag:
		return false, changed()
	case len(noneMatch) > 0 && (noneMatch[0] == "*" || noneMatch[0] == etag):
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	return false, nil
}

func changed() *odata.Error {
	return &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
		Message: "The resource has changed"}
}

// expects reads If-Match for a change of the target, whose entities have an ETag
// or not, and makes a condition of it: the state of an entity is compared by the
// store, in the statement that changes it. Source: OData V3 core, ETags.
func (e *exchange) expects(t *target) error {
	tokens := t.set.declared.Type().ConcurrencyTokens()
	if len(e.r.Header["If-None-Match"]) > 0 {
		return noneMatchOnChange()
	}
	values := e.r.Header["If-Match"]
	switch {
	case len(tokens) == 0 && len(values) > 0:
		return e.unconditional()
	case len(tokens) == 0, len(values) == 0 && t.set.IfMatchOptional:
		return nil
	case len(values) == 0:
		kind := odata.KindInvalid
		if e.service.profile.PreconditionRequired {
			kind = odata.KindPreconditionRequired
		}
		return &odata.Error{Kind: kind, Code: "PreconditionRequired", Target: "If-Match",
			Message: "The entity has an ETag: send it in If-Match, so that no change of somebody else is lost"}
	case len(values) > 1:
		return matchTwice()
	}
	t.etag = values[0]
	if t.etag == "*" {
		return nil
	}
	state, ok := parseETag(t.etag, tokens)
	if !ok {
		// Not made by this service: no state of the entity has it.
		t.match = &odata.Literal{Value: edm.Boolean(false), Of: metadata.PrimitiveType(edm.KindBoolean)}
		return nil
	}
	it := odata.ItOf(t.set.declared.Type())
	for i, p := range tokens {
		t.match = odata.Conjunction(t.match, &odata.Binary{Op: odata.Eq,
			L: &odata.Member{Of: it, Property: p}, R: &odata.Literal{Value: state[i], Of: p.TypeRef()}})
	}
	return nil
}

func noneMatchOnChange() *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "ConflictingConditions", Target: "If-None-Match",
		Message: "A change cannot be made to depend on If-None-Match"}
}

func matchTwice() *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidETag", Target: "If-Match", Message: "If-Match may be given once"}
}

// parseETag reads the values of the concurrency tokens out of an entity tag. Only
// the text the service itself would write is one.
func parseETag(text string, tokens []*metadata.Property) ([]edm.Value, bool) {
	inner, weak := strings.CutPrefix(text, `W/"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !weak || !closed {
		return nil, false
	}
	parts := strings.Split(inner, ",")
	if len(parts) != len(tokens) {
		return nil, false
	}
	row := odata.Row{Values: make([]edm.Value, len(tokens))}
	for i, part := range parts {
		literal, err := url.PathUnescape(part)
		if err != nil {
			return nil, false
		}
		if literal == "null" {
			continue
		}
		v, err := edm.ParseLiteral(literal)
		if err == nil && v.Kind() != tokens[i].Kind() {
			v, err = edm.Convert(v, tokens[i].Kind())
		}
		if err != nil {
			return nil, false
		}
		row.Values[i] = v
	}
	return row.Values, string(format.AppendETag(nil, &row, upTo(len(tokens)))) == text
}
