package service

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A page is the cut a service makes through a feed that is longer than its page
// size. Source: OData V3 URI conventions, server-driven paging.
type page struct {
	size int64
	last []edm.Value // where the last entity of the page stands in the order
}

// pageSizeOf is the page size of a set; 0 for none.
func (s *Service) pageSizeOf(set *set) int64 {
	size := int64(s.pageSize)
	if set.PageSize != 0 {
		size = int64(set.PageSize)
	}
	return max(size, 0)
}

// pageOf makes the query ask for one entity more than a page has, whose existence
// is what makes a next link. It returns nil when the service does not page the
// set, or the client's $top ends the feed first.
func (s *Service) pageOf(set *set, q *odata.Query) *page {
	size := s.pageSizeOf(set)
	if size == 0 || q.Top != nil && *q.Top <= size {
		return nil
	}
	q.Top = new(size + 1)
	return &page{size: size}
}

// nextLink is the address of what follows the page: the same request, with $top
// reduced by what was sent, and a token in place of $skip.
func (e *exchange) nextLink(req *odata.Request, place []edm.Value, sent int64) string {
	dst := append([]byte(e.base.Root), strings.Trim(e.path, "/")...)
	separator := byte('?')
	for _, o := range req.Options {
		value := o.Value
		switch o.Name {
		case "$skip", "$skiptoken":
			continue
		case "$top":
			if top, err := strconv.ParseInt(value, 10, 64); err == nil {
				value = strconv.FormatInt(top-sent, 10)
			}
		}
		dst = uri.AppendOption(append(dst, separator), o.Name, value)
		separator = '&'
	}
	token := e.service.tokens.seal(place, e.binding(e.path, req.Options))
	return string(uri.AppendOption(append(dst, separator), "$skiptoken", token))
}

// resume applies $skiptoken to the query.
func (e *exchange) resume(req *odata.Request) error {
	if req.SkipToken == nil {
		return nil
	}
	place, err := e.service.tokens.open(*req.SkipToken, e.binding(e.path, req.Options), req.Query.OrderBy)
	if err != nil {
		return err
	}
	req.Query.After = place
	return nil
}

// binding is what a token is bound to: the model, the caller, the path and every
// option that decides which entities follow which.
func (e *exchange) binding(path string, options []odata.QueryOption) []byte {
	h := sha256.New()
	var length [8]byte
	write := func(s string) {
		binary.LittleEndian.PutUint64(length[:], uint64(len(s)))
		h.Write(length[:])
		h.Write([]byte(s))
	}
	caller, _ := odata.PrincipalFrom(e.r.Context())
	write(e.service.metadataETag[0])
	write(strings.ToLower(caller.Name))
	write(string(caller.ID[:]))
	write(strings.Trim(path, "/"))
	for _, o := range options {
		switch o.Name {
		case "$top", "$skip", "$skiptoken", "$format", "$inlinecount", "$select", "$expand":
		default:
			write(o.Name)
			write(o.Value)
		}
	}
	return h.Sum(nil)
}

// subtree is the encoded query of the link to the rest of an expansion: what the
// request asks for below the navigation path, and the token.
func subtree(options []odata.QueryOption, path []string, token string) string {
	var dst []byte
	for _, o := range options {
		if o.Name == "$format" {
			dst = append(uri.AppendOption(dst, o.Name, o.Value), '&')
		}
		if o.Name != "$expand" && o.Name != "$select" {
			continue
		}
		var below []string
		for item := range strings.SplitSeq(o.Value, ",") {
			if rest := behind(strings.TrimSpace(item), path); rest != "" {
				below = append(below, rest)
			}
		}
		if below != nil {
			dst = append(uri.AppendOption(dst, o.Name, strings.Join(below, ",")), '&')
		}
	}
	return string(uri.AppendOption(dst, "$skiptoken", token))
}

// behind is what follows the navigation path in an item of $expand or $select;
// empty when it does not lead there. Type segments on the way do not count.
func behind(item string, path []string) string {
	for _, name := range path {
		segment := ""
		for {
			segment, item, _ = strings.Cut(item, "/")
			if !strings.Contains(segment, ".") {
				break
			}
		}
		if segment != name {
			return ""
		}
	}
	return item
}
