package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A workload is one kind of request, as each server is asked for it.
type workload struct {
	name   string
	target float64 // least ratio of requests per second, 0 for none
	what   string

	method  string
	service string // the address at pamodata
	bare    string // the address at the handler written by hand

	// body makes the n-th body, nil where there is none.
	body func(n int) []byte

	// beside is another address at pamodata, whose time this one's is compared with.
	beside string

	// follow says that service is answered with a next link, and that what is
	// asked for is the page behind it.
	follow bool
}

// size says how many rows there are, and from that how much is asked for.
type size struct{ rows, roles int }

func (s size) feed() int { return s.rows / 10 }
func (s size) skip() int { return s.rows / 10 * 9 }

const (
	pageRows = 50
	filter   = "RequestStatus eq 'Active' and RequestedTTL gt 21600"
)

// workloads are all there are. lastKey is the key of the row before offset
// skip, in the order of keys.
func workloads(s size, lastKey edm.GUID) []workload {
	one := newSource(s.roles).next(0).id.String()
	list := func(root string, options ...string) string {
		for i, o := range options {
			name, value, _ := strings.Cut(o, "=")
			options[i] = name + "=" + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		}
		return root + "Requests?" + strings.Join(options, "&")
	}
	search := func(substring string) string { return "substringof('" + substring + "',Justification)" }
	return []workload{
		{name: "key", target: 0.85, what: "one entity by its key", service: root + "Requests(guid'" + one + "')", bare: "/key/" + one},
		{name: "top20", target: 0.90, what: "$top=20", service: list(root, "$top=20"), bare: "/top/20"},
		{name: "filter", target: 0.92, what: "$filter, $orderby and $top=50",
			service: list(root, "$filter="+filter, "$orderby=CreationTime desc", "$top=50"), bare: "/filter?status=Active&ttl=21600"},
		{name: "count", target: 0.95, what: "the same with $inlinecount",
			service: list(root, "$filter="+filter, "$orderby=CreationTime desc", "$top=50", "$inlinecount=allpages"), bare: "/count?status=Active&ttl=21600"},
		{name: "substring", target: 0.95, what: "substringof over all rows", service: list(root, "$filter="+search(needle), "$orderby=RequestId"), bare: "/substring?text=" + url.QueryEscape(needle)},
		{name: "feed", target: 0.90, what: fmt.Sprintf("a feed of %d rows", s.feed()), service: list(root, fmt.Sprintf("$top=%d", s.feed())), bare: fmt.Sprintf("/top/%d", s.feed())},
		{name: "first page", what: "the first page of 50", service: list(pagedRoot, "$top=50"), bare: "/top/50?paged=1"},
		{name: "skip", what: fmt.Sprintf("the page at offset %d by $skip", s.skip()),
			service: list(root, "$top=50", fmt.Sprintf("$skip=%d", s.skip())), bare: fmt.Sprintf("/skip/%d", s.skip())},
		{name: "keyset", what: "the same page by the $skiptoken of a next link", follow: true, beside: list(pagedRoot, "$top=50"),
			service: list(pagedRoot, "$top=100", fmt.Sprintf("$skip=%d", s.skip()-pageRows)), bare: "/after/" + lastKey.String()},
		{name: "expand", target: 0.85, what: "$expand=Role on 50 rows", service: list(root, "$top=50", "$expand=Role"), bare: "/expand/50"},
		{name: "metadata", target: 0.90, what: "$metadata", service: root + "$metadata", bare: "/metadata"},
		{name: "post", target: 0.88, what: "POST of one entity", method: "POST", service: root + "Requests", bare: "/requests", body: newBodies(s)},
	}
}

// newBodies makes bodies of new requests, each with a key of its own. Only
// numbers beyond what a run sends would repeat a key.
func newBodies(s size) func(n int) []byte {
	src := newSource(s.roles)
	return func(n int) []byte {
		id := edm.GUID{0xff, 0xff} // behind all others, so that other answers stay
		for i := range 8 {
			id[15-i] = byte(n >> (8 * i))
		}
		return fmt.Appendf(nil, `{"RequestId":"%s","RoleId":"%s","CreatorId":"%s","Creator":"PRIV\\Jen","Justification":"Backup of host %d",`+
			`"RequestedTTL":"3600","CreationTime":"2024-05-06T07:08:09","ExpirationTime":null,"RequestStatus":"Closed","MFAVerified":true}`,
			id, src.roles[n%len(src.roles)], src.creator[n%len(src.creator)], n)
	}
}

// request is the n-th request.
func (w *workload) request(n int) (method string, body []byte) {
	if w.body == nil {
		return "GET", nil
	}
	return w.method, w.body(n)
}

// status is that of a good answer.
func (w *workload) status() int {
	if w.method == "POST" {
		return 201
	}
	return 200
}
