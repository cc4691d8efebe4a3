package service

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

func TestNegotiateVersion(t *testing.T) {
	const refused = version(-1)
	for _, tt := range []struct {
		name           string
		own, most, min string
		request, max   version
		why            string
	}{
		{"nothing said", "", "", "", v3, v3, "the service's highest version"},
		{"only a maximum of 3.0", "", "3.0", "", v3, v3, "the maximum is what the client speaks"},
		{"only a maximum of 2.0", "", "2.0", "", v2, v2, "the maximum is what the client speaks"},
		{"only a maximum of 1.0", "", "1.0", "", v2, v1, "a request of a 1.0 client is read as 2.0"},
		{"a maximum above all", "", "4.0", "", v3, v3, "a maximum may be newer than anything known"},
		{"a maximum between versions", "", "2.5", "", v2, v2, "rounded down to a known version"},
		{"own version", "1.0", "3.0", "", v1, v3, "the header counts as given"},
		{"client information", "3.0;NetFx", "3.0;NetFx", "", v3, v3, "text after the semicolon is ignored"},
		{"blanks", " 3.0 ", "", "", v3, v3, "white space around the number is allowed"},
		{"empty header", "", "", "", v3, v3, "an empty header is an absent one"},
		{"own version unknown", "2.5", "", "", refused, 0, "only 1.0, 2.0 and 3.0 exist"},
		{"own version above ours", "4.0", "", "", refused, 0, "V4 is another protocol"},
		{"no minor number", "3", "", "", refused, 0, "the grammar needs a dot"},
		{"no digits after the dot", "3.", "", "", refused, 0, "the grammar needs digits"},
		{"three numbers", "3.0.0", "", "", refused, 0, "the grammar has one dot"},
		{"a letter", "v3", "", "", refused, 0, "the grammar has digits only"},
		{"huge", "99999999999999999999.0", "", "", refused, 0, "numbers beyond int do not wrap"},
		{"maximum below 1.0", "", "0.9", "", refused, 0, "nothing is below 1.0"},
		{"maximum of zero", "", "0.0", "", refused, 0, "not the same as no header"},
		{"malformed maximum", "", "x", "", refused, 0, "unparsable headers are refused"},
		{"minimum above ours", "", "", "4.0", refused, 0, "the service cannot answer in 4.0"},
		{"minimum unknown", "", "", "2.5", refused, 0, "only known versions can be asked for"},
		{"maximum below minimum", "", "1.0", "2.0", refused, 0, "an empty range"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for name, value := range map[string]string{"DataServiceVersion": tt.own, "MaxDataServiceVersion": tt.most, "MinDataServiceVersion": tt.min} {
				if value != "" {
					h.Set(name, value)
				}
			}
			got, err := negotiateVersion(h)
			if tt.request == refused {
				if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidVersion"}) {
					t.Errorf("got %v, %v; want InvalidVersion: %s", got, err, tt.why)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v: %s", err, tt.why)
			}
			if diff := cmp.Diff([]version{tt.request, tt.max}, []version{got.request, got.max}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestNegotiateVersionTwice(t *testing.T) {
	h := http.Header{"Dataserviceversion": {"3.0", "3.0"}}
	if _, err := negotiateVersion(h); !errors.Is(err, &odata.Error{Kind: odata.KindInvalid}) {
		t.Errorf("a header given twice: %v, want 400", err)
	}
}

func TestEffectiveMethod(t *testing.T) {
	for _, tt := range []struct {
		name, method string
		tunnelled    []string
		want         string
		kind         odata.Kind
		why          string
	}{
		{"plain", "GET", nil, "GET", 0, "the request line counts"},
		{"merge", "MERGE", nil, "MERGE", 0, "MERGE is an OData verb"},
		{"tunnelled", "POST", []string{"MERGE"}, "MERGE", 0, "X-HTTP-Method replaces the verb of a POST"},
		{"tunnelled patch", "POST", []string{"PATCH"}, "PATCH", 0, "PATCH may be tunnelled"},
		{"tunnelled get", "POST", []string{"GET"}, "", odata.KindInvalid, "only changing verbs may be tunnelled"},
		{"lower case", "POST", []string{"merge"}, "", odata.KindInvalid, "verbs are case-sensitive"},
		{"on a get", "GET", []string{"DELETE"}, "", odata.KindInvalid, "a GET must never delete"},
		{"twice", "POST", []string{"PUT", "DELETE"}, "", odata.KindInvalid, "which of the two?"},
		{"unknown verb", "LOCK", nil, "", odata.KindNotImplemented, "not a verb of OData"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Method: tt.method, Header: http.Header{}}
			if tt.tunnelled != nil {
				r.Header["X-Http-Method"] = tt.tunnelled
			}
			got, err := effectiveMethod(r)
			if tt.want == "" {
				if !errors.Is(err, &odata.Error{Kind: tt.kind}) {
					t.Errorf("got %q, %v; want kind %d: %s", got, err, tt.kind, tt.why)
				}
				return
			}
			if got != tt.want || err != nil {
				t.Errorf("got %q, %v; want %q: %s", got, err, tt.want, tt.why)
			}
		})
	}
}
