package service_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWrongTypes: a body that is not said to be what the resource takes.
func TestWrongTypes(t *testing.T) {
	svc := writableService(t, quietly)
	before := everything(t, svc)
	for _, tt := range []struct {
		name, contentType string
		status            int
		code              string
	}{
		{"none", "", 400, "MissingContentType"},
		{"text", "text/plain", 415, "UnsupportedMediaType"},
		{"a form", "application/x-www-form-urlencoded", 415, "UnsupportedMediaType"},
		{"a form of parts", "multipart/form-data; boundary=x", 415, "UnsupportedMediaType"},
		{"a batch", "multipart/mixed; boundary=x", 415, "UnsupportedMediaType"},
		{"any type", "*/*", 415, "InvalidContentType"},
		{"any subtype", "application/*", 415, "InvalidContentType"},
		{"no type", "json", 415, "InvalidContentType"},
		{"two types", "application/json, text/plain", 415, "UnsupportedMediaType"},
		{"another suffix", "application/vnd.x+json", 415, "UnsupportedMediaType"},
		{"another odata", "application/json;odata=light", 415, "UnsupportedMediaType"},
		{"a later version", "application/json;odata.metadata=minimal;charset=utf-16", 415, "UnsupportedCharset"},
		{"UTF-16", "application/json;charset=utf-16", 415, "UnsupportedCharset"},
		{"Latin-1", `application/json;charset="iso-8859-1"`, 415, "UnsupportedCharset"},
		{"UTF-7", "application/json;odata=verbose;charset=utf-7", 415, "UnsupportedCharset"},
		{"a feed", "application/atom+xml;type=feed", 415, "UnsupportedMediaType"},
		{"control characters", "application/json\x00", 415, "UnsupportedMediaType"},
	} {
		for _, d := range destinationsOf(tt.contentType) {
			t.Run(tt.name+"/"+d.method+" "+d.url, func(t *testing.T) {
				s := d.with(`{"Code":"q","Id":77,"Version":1,"value":"x","level":1}`)
				if tt.contentType == "" {
					delete(s.header, "Content-Type")
				}
				if code, _ := refuses(t, svc, s, tt.status); code != tt.code {
					t.Errorf("code %s, want %s", code, tt.code)
				}
			})
		}
	}
	t.Run("twice", func(t *testing.T) {
		r := destination{"POST", "Tags", lightBody}.with(`{"Code":"q"}`).request(t)
		r.Header["Content-Type"] = []string{lightBody, "text/plain"}
		w := httptest.NewRecorder()
		if svc.ServeHTTP(w, r); w.Code != 400 || codeOf(w.Body.String()) != "InvalidContentType" {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
	if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
		t.Errorf("data changed (-before +after):\n%s", diff)
	}
}

// TestContentEncoding: a body in a coding is not read as what it is not, wherever
// bodies are read. Source: RFC 9110, Content-Encoding.
func TestContentEncoding(t *testing.T) {
	svc := writableService(t, quietly)
	before := everything(t, svc)
	const gzip = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
	for _, tt := range []struct {
		name, body string
		codings    []string
		why        string
	}{
		{"compressed", gzip, []string{"gzip"}, "the service does not decompress"},
		{"said to be compressed", `{"Code":"gz"}`, []string{"gzip"}, "a body that could be read is not what was said"},
		{"unknown", `{"Code":"gz"}`, []string{"x-of-nobody"}, "who knows what it means"},
		{"in two codings", gzip, []string{"deflate, gzip"}, "none of them is read"},
		{"in two lines", `{"Code":"gz"}`, []string{"identity", "gzip"}, "the second counts as well"},
	} {
		places := append(destinationsOf(lightBody, "application/atom+xml"),
			destination{"PUT", "Customers(1)/Name/$value", "text/plain"}, destination{"POST", "Photos", "image/png"},
			destination{"PUT", "Photos(1)/$value", "image/png"}, destination{"PUT", "Photos(1)/Thumb", "image/png"},
			destination{"POST", "$batch", "multipart/mixed; boundary=b"})
		for _, d := range places {
			t.Run(tt.name+"/"+d.method+" "+d.url+" "+d.contentType, func(t *testing.T) {
				r, w := d.with(tt.body).request(t), httptest.NewRecorder()
				r.Header["Content-Encoding"] = tt.codings
				if svc.ServeHTTP(w, r); w.Code != http.StatusUnsupportedMediaType || codeOf(w.Body.String()) != "UnsupportedEncoding" {
					t.Errorf("status %d: %.300s (%s)", w.Code, w.Body, tt.why)
				}
			})
		}
	}
	if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
		t.Errorf("data changed (-before +after):\n%s", diff)
	}
	t.Run("in a batch", func(t *testing.T) {
		w := batchOf(changeSetOf(step{method: "POST", url: "Tags", contentType: lightBody + "\r\nContent-Encoding: gzip", body: `{"Code":"gz"}`})).to(t, svc)
		if status, code := lastOf(w); status != "400" || code != "BatchForbiddenHeader" {
			t.Errorf("%s %s: %.300s: parts have no codings of their own", status, code, w.Body)
		}
	})
	t.Run("identity", func(t *testing.T) {
		s := destination{"POST", "Tags", lightBody}.with(`{"Code":"gz"}`)
		s.header["Content-Encoding"] = " Identity "
		if w := s.to(t, svc); w.Code != http.StatusCreated {
			t.Errorf("status %d: %s: identity is no coding", w.Code, w.Body)
		}
	})
}
