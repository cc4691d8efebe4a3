package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/batch"
)

func root(t testing.TB, base string) *batch.Root {
	t.Helper()
	r, err := batch.NewRoot(base, false)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestResolve(t *testing.T) {
	svc := root(t, "https://H:443/a b/svc/")
	const outside, inBatch = "BatchURLOutsideService kind=1 URL", "BatchInBatch kind=1 URL"
	for _, tt := range []struct {
		name, url, host string
		want            batch.Target
		err, why        string
	}{
		{name: "relative", url: "Customers(1)?$select=Name", want: batch.Target{Path: "Customers(1)", Query: "$select=Name"}, why: "relative to the service root"},
		{name: "as written", url: "C%75st('a%2Fb c')?$filter=Name%20eq 'ö?'&x", want: batch.Target{Path: "C%75st('a%2Fb c')", Query: "$filter=Name%20eq 'ö?'&x"}, why: "split first, decoded once, by the reader of URLs"},
		{name: "absolute", url: "https://h/a%20b/svc/Customers(1)", want: batch.Target{Path: "Customers(1)"}, why: "absolute below the root"},
		{name: "absolute with the default port", url: "HTTPS://h:443/a b/s%76c/Customers", want: batch.Target{Path: "Customers"}, why: "the same place, written otherwise"},
		{name: "host-relative", url: "/a%20b/svc/Customers", host: "h", want: batch.Target{Path: "Customers"}, why: "needs Host or the host of the batch"},
		{name: "host-relative without host", url: "/a%20b/svc/Customers", want: batch.Target{Path: "Customers"}, why: "needs Host or the host of the batch"},
		{name: "relative with host", url: "Customers", host: "H:443", want: batch.Target{Path: "Customers"}, why: "hosts ignore case and the default port"},
		{name: "the root", url: "https://h/a%20b/svc", want: batch.Target{}, why: "the service document"},
		{name: "the root with a query", url: "?$format=json", want: batch.Target{Query: "$format=json"}, why: "the service document"},
		{name: "metadata", url: "$metadata", want: batch.Target{Path: "$metadata"}, why: "reserved names come before references"},
		{name: "URL in a key", url: "Sites('http://h/..')", want: batch.Target{Path: "Sites('http://h/..')"}, why: "a slash separates segments even here, and ..') is no dot segment"},
		{name: "encoded URL in a key", url: "Sites('http:%2F%2Fh%2F..%2F')", want: batch.Target{Path: "Sites('http:%2F%2Fh%2F..%2F')"}, why: "keys may contain anything"},
		{name: "key of dots", url: "Sites('..')/Name", want: batch.Target{Path: "Sites('..')/Name"}, why: "no dot segment"},
		{name: "URL in the query", url: "Sites?u=http://evil/../x", want: batch.Target{Path: "Sites", Query: "u=http://evil/../x"}, why: "the query leads nowhere"},

		{name: "reference", url: "$1/Orders", want: batch.Target{Reference: "1", Path: "Orders"}, why: "POST $1/Orders (batch, Content-ID)"},
		{name: "reference alone", url: "$1?x=1", want: batch.Target{Reference: "1", Query: "x=1"}, why: "PATCH $1"},
		{name: "links of a reference", url: "$1/$links/BestFriend", want: batch.Target{Reference: "1", Path: "$links/BestFriend"}, why: "PUT $1/$links/BestFriend"},
		{name: "absolute reference", url: "https://h/a%20b/svc/$id-1/Orders", want: batch.Target{Reference: "id-1", Path: "Orders"}, why: "the absolute form is written by .NET"},
		{name: "host-relative reference", url: "/a%20b/svc/$1", want: batch.Target{Reference: "1"}, why: "every form of URL may begin with one below the root"},

		{name: "other host", url: "https://evil/a%20b/svc/Customers", err: outside, why: "another authority"},
		{name: "user information", url: "https://h@evil/a%20b/svc/Customers", err: outside, why: "the host is evil"},
		{name: "user information before our host", url: "https://u:p@h/a%20b/svc/Customers", err: outside, why: "identity comes from the batch"},
		{name: "other port", url: "https://h:8443/a%20b/svc/Customers", err: outside, why: "another service"},
		{name: "other scheme", url: "http://h/a%20b/svc/Customers", err: outside, why: "another service"},
		{name: "file", url: "file:///a%20b/svc/Customers", err: outside, why: "no HTTP"},
		{name: "no authority", url: "https:///a%20b/svc/Customers", err: outside, why: "no host"},
		{name: "network path", url: "//evil/a%20b/svc/Customers", err: outside, why: "what follows two slashes is a host"},
		{name: "other root", url: "/a%20b/admin", err: outside, why: "another service"},
		{name: "longer root", url: "/a%20b/svc2/Customers", err: outside, why: "whole segments"},
		{name: "encoded slash in the root", url: "/a%20b%2Fsvc/Customers", err: outside, why: "split before decoding"},
		{name: "other case", url: "/a%20b/SVC/Customers", err: outside, why: "paths have a case unless the root says otherwise"},
		{name: "Host of another", url: "Customers", host: "evil", err: outside, why: "whatever the form of the URL"},
		{name: "parent", url: "../admin", err: outside, why: "leads out"},
		{name: "parent within", url: "Customers/../Orders", err: outside, why: "no dot segments, even if they stay inside"},
		{name: "this", url: "./Customers", err: outside, why: "no dot segments"},
		{name: "parent of a reference", url: "$1/../../admin", err: outside, why: "references are no way out"},
		{name: "encoded parent", url: "%2e%2E/admin", err: outside, why: "decoding must not make dot segments"},
		{name: "parent with an encoded slash", url: "..%2fadmin", err: outside, why: "nobody may split it later"},
		{name: "parent with a backslash", url: `x\..\admin`, err: outside, why: "nobody may take a backslash for a slash"},
		{name: "parent above the root", url: "/a%20b/svc/../admin", err: outside, why: "leads out"},
		{name: "parent before the root", url: "/x/../a%20b/svc/Customers", err: outside, why: "compared segment by segment"},
		{name: "batch", url: "$batch", err: inBatch, why: "no batch in a batch"},
		{name: "encoded batch", url: "/a%20b/svc/%24b%61tch", err: inBatch, why: "no batch in a batch"},
		{name: "batch with parentheses", url: "$batch()?x", err: inBatch, why: "no batch in a batch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := svc.Resolve(tt.url, tt.host)
			switch {
			case tt.err == "" && err != nil, tt.err != "" && (err == nil || brief(err) != tt.err):
				t.Fatalf("Resolve(%q, %q): %s: error %v, want %q", tt.url, tt.host, tt.why, err, tt.err)
			case err == nil:
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("Resolve(%q, %q): %s (-want +got):\n%s", tt.url, tt.host, tt.why, diff)
				}
			}
		})
	}
}

func TestRoot(t *testing.T) {
	for _, base := range []string{"", "/svc/", "//h/svc", "ftp://h/svc", "http:///svc", "http://h/%zz/"} {
		if _, err := batch.NewRoot(base, false); err == nil {
			t.Errorf("NewRoot(%q): no error, but it cannot be the root of a service", base)
		}
	}
	bare := root(t, "http://h")
	if got, err := bare.Resolve("/Customers", ""); err != nil || got.Path != "Customers" {
		t.Errorf("a service at the root of its host: %v, %v", got, err)
	}
	if got, err := bare.Resolve("//evil/Customers", ""); err == nil {
		t.Errorf("a network path is a place on another host: got %v", got)
	}
	anyCase, err := batch.NewRoot("http://h/API/pamresources/", true)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := anyCase.Resolve("http://h/api/PamResources/pamroles", ""); err != nil || got.Path != "pamroles" {
		t.Errorf("a root in any case: %v, %v", got, err)
	}
}

func TestReferences(t *testing.T) {
	svc := root(t, "http://h/svc/")
	var refs batch.References
	for id, path := range map[string]string{"1": "Customers(9)", "ref-two": "/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')/"} {
		if err := refs.Register(id, path); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, url, want, why string }{
		{"collection", "$1/Orders?$x=1", "Customers(9)/Orders?$x=1", "POST $1/Orders"},
		{"entity", "$1", "Customers(9)", "PATCH $1"},
		{"links", "http://h/svc/$1/$links/BestFriend", "Customers(9)/$links/BestFriend", "PUT $1/$links/X, absolute"},
		{"word", "$ref-two", "Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')", "any token, with the slashes around the path gone"},
		{"no reference", "Customers(1)", "Customers(1)", "stays as it is"},
		{"unknown", "$2/Orders", "BatchUnknownReference kind=4 URL", "an unknown id, or one that comes later, is 404"},
		{"longer", "$11", "BatchUnknownReference kind=4 URL", "whole ids: $1 is no prefix of $11"},
		{"empty", "$/Orders", "$/Orders", "no id: a segment that nothing is called"},
		{"encoded", "$%31", "BatchUnknownReference kind=4 URL", "ids are compared as written"},
		{"key on a reference", "$1(2)", "BatchUnknownReference kind=4 URL", "a reference is an entity and takes no key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			target, err := svc.Resolve(tt.url, "")
			if err != nil {
				t.Fatal(err)
			}
			if target, err = refs.Replace(target); err != nil {
				if got := brief(err); got != tt.want {
					t.Errorf("%s: %s: got %s, want %s", tt.url, tt.why, got, tt.want)
				}
				return
			}
			got := target.Path
			if target.Query != "" {
				got += "?" + target.Query
			}
			if got != tt.want {
				t.Errorf("%s: %s: got %s, want %s", tt.url, tt.why, got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ id, path, why string }{
		{"1", "Customers(10)", "an id means one entity"},
		{"a b", "Customers(10)", "no Content-ID"},
		{"", "Customers(10)", "no Content-ID"},
		{"3", "", "no entity"},
		{"3", "../admin", "outside of the service"},
	} {
		if err := refs.Register(tt.id, tt.path); err == nil {
			t.Errorf("Register(%q, %q): %s", tt.id, tt.path, tt.why)
		}
	}
}

func TestBind(t *testing.T) {
	svc := root(t, "http://h/svc/")
	var refs batch.References
	if err := refs.Register("1", "Customers(9)"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, url, want, why string }{
		{"reference", "$1", "Customers(9)", `"BestFriend@odata.bind":"$1"`},
		{"relative", "Customers(1)", "Customers(1)", "relative to the service root"},
		{"absolute", "http://h/svc/Customers(1)", "Customers(1)", "as in a payload of .NET"},
		{"unknown", "$2", "BatchUnknownReference kind=4 URL", "references go backwards only"},
		{"outside", "http://evil/svc/Customers(1)", "BatchURLOutsideService kind=1 URL", "a URL outside of the service is 400"},
		{"empty query", "Customers(1)?", "BatchBindQuery kind=1 URL", "a query names no entity"},
		{"query", "Customers(1)?$top=1", "BatchBindQuery kind=1 URL", "a query names no entity"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := refs.Bind(svc, tt.url)
			if err != nil {
				got = brief(err)
			}
			if got != tt.want {
				t.Errorf("Bind(%q): %s: got %s, want %s", tt.url, tt.why, got, tt.want)
			}
		})
	}
}
