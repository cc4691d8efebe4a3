package service_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzChange sends any body of any type to any place by any verb. An answer is
// never a 5xx but 501; an error is an OData error, and has changed nothing; what
// was carried out can be read back, by all reads of the service.
func FuzzChange(f *testing.F) {
	for _, s := range mixed {
		f.Add(s.method, s.url, s.contentType, s.body)
	}
	for _, s := range failing {
		f.Add(s.method, s.url, s.contentType, s.body)
	}
	b := batchOf(readOf("Customers(1)"), changeSetOf(mixed...))
	f.Add(b.method, "$batch", b.header["Content-Type"], b.body)
	f.Add("PUT", "Customers(1)/Home", "application/xml", `<Home xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices"><City>x</City></Home>`)
	f.Add("PATCH", "Tags('x')", verboseBody, `{"A":null,"B":{"__metadata":{"type":"Demo.Address"},"City":"\u00e9"}}`)
	f.Add("POST", "Customers", "application/atom+xml", `<entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" `+
		`xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><content type="application/xml"><m:properties><d:Id>9</d:Id><d:Version>1</d:Version></m:properties></content></entry>`)
	svc := writableService(f, quietly)
	before := everything(f, svc)
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		path, query, _ := strings.Cut("/svc/"+target, "?")
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return // net/http refuses it before any handler sees it
		}
		u.RawQuery = query
		if method == http.MethodGet || method == http.MethodHead {
			method = http.MethodPost
		}
		r := sending{http.MethodPost, "/svc/", map[string]string{"Content-Type": contentType, "If-Match": "*"}, body}.request(t)
		r.Method, r.URL = method, u
		if method == http.MethodPost {
			r.Header.Del("If-Match") // nothing to compare with
		}
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		after := everything(t, svc)
		switch {
		case w.Code < 400:
			if after != before {
				if strings.Contains(after, ": 500 ") {
					t.Errorf("status %d, and now the data cannot be read: %s", w.Code, after)
				}
				svc = writableService(t, quietly)
			}
		case codeOf(w.Body.String()) == "" && !strings.Contains(w.Body.String(), "<m:code>") && !strings.Contains(w.Body.String(), `{"error":{"code"`):
			t.Errorf("status %d with no OData error: %s", w.Code, w.Body)
		case after != before:
			t.Errorf("status %d, but data changed: %s", w.Code, after)
		}
	})
}
