package entities_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

const root = "/api/pamresources/"

// An answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

// A request is what is asked, by an account or, where that is empty, by nobody.
// Headers are "Name: value".
type request struct {
	account      string
	method, path string // below the root, unless it begins with a slash
	header       []string
	body         string
}

const formType = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"

// ask sends a request to a service, whose caller is in the context, or to a server,
// which finds it in a header.
func ask(t testing.TB, h http.Handler, q request) answer {
	t.Helper()
	path := q.path
	if !strings.HasPrefix(path, "/") {
		path = root + path
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, "http://host"+path, strings.NewReader(q.body))
	if err != nil {
		t.Fatalf("%s %s: %v", q.method, path, err)
	}
	r.URL.Scheme, r.URL.Host = "", "" // as net/http leaves them
	r.RequestURI, r.RemoteAddr = path, "192.0.2.1:1234"
	for _, line := range q.header {
		name, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); strings.EqualFold(name, "Host") {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	if q.account != "" {
		r = r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: q.account, Method: "test"}))
		r.Header.Set("Authorization", "Test "+q.account)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// list asks for entities and returns them.
func list(t testing.TB, h http.Handler, account, path string) []map[string]any {
	t.Helper()
	a := ask(t, h, request{account: account, method: http.MethodGet, path: path})
	var feed struct{ Value []map[string]any }
	if err := json.Unmarshal([]byte(a.Body), &feed); err != nil || a.Status != http.StatusOK {
		t.Fatalf("GET %s as %q: %d %s", path, account, a.Status, a.Body)
	}
	return feed.Value
}

// codeOf reads the code and the message of an error, and fails the test where the
// body is not exactly one in the documented shape.
func codeOf(t testing.TB, a answer) (code, message string) {
	t.Helper()
	var e struct {
		Error struct {
			Code    string `json:"code"`
			Message struct {
				Lang  string `json:"lang"`
				Value string `json:"value"`
			} `json:"message"`
		} `json:"odata.error"`
	}
	d := json.NewDecoder(bytes.NewReader([]byte(a.Body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || e.Error.Code == "" || e.Error.Message.Lang != "en-US" {
		t.Fatalf("status %d: the body is no error of the documented shape: %v\n%s", a.Status, err, a.Body)
	}
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Fatalf("status %d: an error of the type %q", a.Status, a.Header.Get("Content-Type"))
	}
	return e.Error.Code, e.Error.Message.Value
}

// sameAnswer compares two answers to the last byte.
func sameAnswer(a, b answer) string { return cmp.Diff(a, b) }

// batchOf is the body of a batch with one part, or with one change set where the
// method is not GET. A header that begins with + is the line of a second request in
// it, with the headers behind it and, behind =, its body.
func batchOf(line string, header []string, body string) string {
	const begin = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
	text, last := begin+line+" HTTP/1.1\r\n", body
	for _, h := range header {
		switch h[0] {
		case '+':
			text += "\r\n" + last + "\r\n--change\r\n" + begin + h[1:] + " HTTP/1.1\r\nContent-ID: 2\r\n"
		case '=':
			last = h[1:]
		default:
			text += h + "\r\n"
		}
	}
	text += "\r\n" + last + "\r\n"
	if !strings.HasPrefix(line, http.MethodGet) {
		text = "Content-Type: multipart/mixed; boundary=change\r\n\r\n--change\r\n" + text + "--change--\r\n"
	}
	return "--batch\r\n" + text + "--batch--\r\n"
}

// askBatch sends a request as the only part of a batch, and returns the answer to the
// part, or to the batch where that has none.
func askBatch(t testing.TB, h http.Handler, account, line string, header ...string) answer {
	t.Helper()
	return askBatchBody(t, h, account, line, "", header...)
}

func askBatchBody(t testing.TB, h http.Handler, account, line, body string, header ...string) answer {
	t.Helper()
	whole := ask(t, h, request{account: account, method: http.MethodPost, path: "$batch",
		header: []string{"Content-Type: multipart/mixed; boundary=batch"}, body: batchOf(line, header, body)})
	at := strings.Index(whole.Body, "HTTP/1.1 ")
	if whole.Status != http.StatusAccepted || at < 0 {
		return whole
	}
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(whole.Body[at:])), nil)
	if err != nil {
		t.Fatalf("batch with %s: %v\n%s", line, err, whole.Body)
	}
	defer res.Body.Close()
	inner, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("batch with %s: %v\n%s", line, err, whole.Body)
	}
	if at := strings.Index(string(inner), "\r\n--"); at >= 0 {
		inner = inner[:at] // a body without a length reaches to the boundary
	}
	return answer{res.StatusCode, res.Header, string(inner)}
}
