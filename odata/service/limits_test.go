package service_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/service"
)

// padded is text filled up with blanks to n bytes.
func padded(text string, n int) string { return text + strings.Repeat(" ", n-len(text)) }

// A limited is what is right at a limit and wrong beyond it. of(n) is the request
// that asks for n, with the limit at most.
type limited struct {
	name   string
	limit  func(l *service.Limits, n int)
	n      int
	of     func(n int) sending
	status int
	code   string // of n+1; that of the last part in a batch

	why string
}

func limitsOfChanges() []limited {
	payload := func(l *service.Limits, n int) { l.Body = int64(n) }
	media := func(l *service.Limits, n int) { l.Media = int64(n) }
	to := func(method, url, contentType, body string) func(int) sending {
		return func(n int) sending { return destination{method, url, contentType}.with(padded(body, n)) }
	}
	nested := func(n int) sending {
		body := `{"Id":901,"Version":1`
		for i := range n - 1 {
			body += fmt.Sprintf(`,"BestFriend":{"Id":%d,"Version":1`, 902+i)
		}
		return destination{"POST", "Customers", lightBody}.with(body + strings.Repeat("}", n))
	}
	orders := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"OrderId":"00000000-0000-0000-0000-%012d"}`, i))
		}
		return `{"Id":901,"Version":1,"Orders":[` + strings.Join(all, ",") + `]}`
	}
	atomOf := func(properties string) string {
		return `<entry xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" ` +
			`xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"><content type="application/xml"><m:properties>` + properties + `</m:properties></content></entry>`
	}
	repeated := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	tagStep := func(more, body string) string {
		return "Content-Type: multipart/mixed; boundary=cs\r\n\r\n--cs\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
			"POST Tags HTTP/1.1\r\nContent-Type: application/json\r\n" + more + "\r\n" + body + "\r\n--cs--\r\n"
	}
	const line = "\r\n" // of a batch
	return []limited{
		{"an entity", payload, 500, to("POST", "Tags", lightBody, `{"Code":"q"}`), 413, "BodyTooLarge", ""},
		{"a verbose entity", payload, 500, to("POST", "Tags", verboseBody, `{"Code":"q"}`), 413, "BodyTooLarge", ""},
		{"an Atom entry", payload, 500, to("POST", "Tags", "application/atom+xml", atomOf("<d:Code>q</d:Code>")), 413, "BodyTooLarge", ""},
		{"an update", payload, 500, to("PATCH", "Customers(1)", lightBody, `{"Name":"q"}`), 413, "BodyTooLarge", ""},
		{"a property", payload, 500, to("PUT", "Customers(1)/Name", lightBody, `{"value":"q"}`), 413, "BodyTooLarge", ""},
		{"an XML property", payload, 500, to("PUT", "Customers(1)/Name", "application/xml", `<Name>q</Name>`), 413, "BodyTooLarge", ""},
		{"a raw value", payload, 50, to("PUT", "Customers(1)/Name/$value", "text/plain", `q`), 413, "BodyTooLarge", ""},
		{"a link", payload, 500, to("PUT", "Customers(1)/$links/BestFriend", lightBody, `{"url":"Customers(3)"}`), 413, "BodyTooLarge", ""},
		{"arguments", payload, 500, to("POST", "Customers(1)/Promote", lightBody, `{"level":1}`), 413, "BodyTooLarge", ""},
		{"a media entity", media, 500, to("POST", "Photos", "image/png", ""), 413, "BodyTooLarge", "streams have a limit of their own"},
		{"a media entity beside memory", media, 300 << 10, to("POST", "Photos", "image/png", ""), 413, "BodyTooLarge", "also where they go to a file"},
		{"a media resource", media, 500, to("PUT", "Photos(1)/$value", "image/png", ""), 413, "BodyTooLarge", ""},
		{"a named stream", media, 256 << 10, to("PUT", "Photos(1)/Thumb", "image/png", ""), 413, "BodyTooLarge", ""},
		{"a batch", func(l *service.Limits, n int) { l.BatchBody = int64(n) }, 500, func(n int) sending {
			s := batchOf(changeSetOf(step{method: "POST", url: "Tags", contentType: lightBody, body: `{"Code":"q"}`}))
			s.body = padded(s.body, n)
			return s
		}, 413, "BodyTooLarge", "nothing of it runs"},
		{"the body of a part", payload, 500, func(n int) sending { return batchOf(tagStep("", padded(`{"Code":"q"}`, n))) }, 413, "BatchBodyTooLarge", ""},
		{"the body of a part with its length", payload, 500, func(n int) sending {
			return batchOf(tagStep(fmt.Sprintf("Content-Length: %d\r\n", n), padded(`{"Code":"q"}`, n)))
		}, 413, "BatchBodyTooLarge", ""},
		{"depth", func(l *service.Limits, n int) { l.Payload.Depth = n }, 5, nested, 400, "PayloadTooDeep", "no reader goes deeper, so it is not a matter of size"},
		{"default depth", func(*service.Limits, int) {}, 32, nested, 400, "PayloadTooDeep", "32 by default"},
		{"depth of XML", func(l *service.Limits, n int) { l.Payload.Depth = n }, 10, func(n int) sending {
			return destination{"POST", "Tags", "application/atom+xml"}.with(strings.Replace(atomOf("<d:Code>q</d:Code>"), "<content",
				strings.Repeat("<x>", n-1)+strings.Repeat("</x>", n-1)+"<content", 1))
		}, 400, "PayloadTooDeep", "elements that are passed over count as well"},
		{"objects", func(l *service.Limits, n int) { l.Payload.Objects = n }, 5, func(n int) sending {
			return destination{"POST", "Customers", lightBody}.with(orders(n - 1))
		}, 413, "TooManyEntities", "the entity itself is one"},
		{"verbose objects", func(l *service.Limits, n int) { l.Payload.Objects = n }, 5, func(n int) sending {
			return destination{"POST", "Customers", verboseBody}.with(orders(n - 1))
		}, 413, "TooManyEntities", "the entity itself is one"},
		{"default objects", func(*service.Limits, int) {}, 200, func(n int) sending {
			return destination{"POST", "Customers", lightBody}.with(orders(n - 1))
		}, 413, "TooManyEntities", "200 by default"},
		{"members", func(l *service.Limits, n int) { l.Payload.Members = n }, 10, func(n int) sending {
			return destination{"POST", "Tags", lightBody}.with(`{` + repeated(n-1, func(i int) string { return fmt.Sprintf(`"p%d":1,`, i) }) + `"Code":"q"}`)
		}, 413, "PayloadTooLarge", ""},
		{"items", func(l *service.Limits, n int) { l.Payload.Members = n }, 10, func(n int) sending {
			return destination{"PUT", "Customers(1)/Emails", lightBody}.with(`{"value":[""` + strings.Repeat(`,""`, n-2) + `]}`)
		}, 413, "PayloadTooLarge", "the member value counts as well"},
		{"parts", func(l *service.Limits, n int) { l.Batch.Parts = n }, 7, func(n int) sending {
			var parts []string
			for i := range n {
				parts = append(parts, tagStep("", fmt.Sprintf(`{"Code":"q%d"}`, i)))
			}
			return batchOf(parts...)
		}, 400, "BatchTooManyParts", "those before it are done, and stay so"},
		{"requests of a change set", func(l *service.Limits, n int) { l.Batch.Operations = n }, 7, func(n int) sending {
			var steps []step
			for i := range n {
				steps = append(steps, step{method: "POST", url: "Tags", contentType: lightBody, body: fmt.Sprintf(`{"Code":"q%d"}`, i)})
			}
			return batchOf(changeSetOf(steps...))
		}, 400, "BatchTooManyOperations", "none of them is done"},
		{"a line", func(l *service.Limits, n int) { l.Batch.Line = n }, 300, func(n int) sending {
			return batchOf(tagStep("X-Y: "+strings.Repeat("z", n-len("X-Y: "))+line, `{"Code":"q"}`))
		}, 400, "BatchLineTooLong", ""},
		{"headers", func(l *service.Limits, n int) { l.Batch.Headers = n }, 9, func(n int) sending {
			return batchOf(tagStep(repeated(n-1, func(i int) string { return fmt.Sprintf("X-%d: y\r\n", i) }), `{"Code":"q"}`))
		}, 400, "BatchHeadersTooLarge", ""},
		{"bytes of headers", func(l *service.Limits, n int) { l.Batch.HeaderBytes = n }, 200, func(n int) sending {
			const given = len("Content-Type: application/json") + len("X-Y: ")
			return batchOf(tagStep("X-Y: "+strings.Repeat("z", n-given)+line, `{"Code":"q"}`))
		}, 400, "BatchHeadersTooLarge", ""},
		{"the batch's own limit of a body", func(l *service.Limits, n int) { l.Batch.Body = int64(n) }, 500, func(n int) sending {
			return batchOf(tagStep("", padded(`{"Code":"q"}`, n)))
		}, 413, "BatchBodyTooLarge", "may be less than that of other requests"},
		{"a URL", func(l *service.Limits, n int) { l.URI.URLLength = n }, 100, func(n int) sending {
			return sending{"POST", "/svc/" + "Tags?x=" + strings.Repeat("y", n-len("Tags?x=")), map[string]string{"Content-Type": lightBody}, `{"Code":"q"}`}
		}, 414, "URITooLong", "path below the root, and query"},
		{"a URL in a batch", func(l *service.Limits, n int) { l.URI.URLLength = n }, 100, func(n int) sending {
			return batchOf(changeSetOf(step{method: "POST", url: "Tags?x=" + strings.Repeat("y", n-len("Tags?x=")), contentType: lightBody, body: `{"Code":"q"}`}))
		}, 414, "URITooLong", ""},
	}
}

// lastOf is the status and the code of an answer, or of its last part.
func lastOf(w *httptest.ResponseRecorder) (status, code string) {
	body := w.Body.String()
	if w.Code != http.StatusAccepted {
		return fmt.Sprint(w.Code), codeOf(body)
	}
	statuses := statusesIn(body)
	if at := strings.LastIndex(body, `{"odata.error"`); at >= 0 {
		body, _, _ = strings.Cut(body[at:], "\r\n")
		code = codeOf(body)
	}
	return statuses[len(statuses)-1], code
}

// TestLimits: every limit at its bound, where the request is carried out, and one
// beyond, where it is refused by its own code and changes nothing; whether the
// length of the body was told or not.
func TestLimits(t *testing.T) {
	for _, tt := range limitsOfChanges() {
		for _, told := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/%v", tt.name, told), func(t *testing.T) {
				for _, n := range []int{tt.n, tt.n + 1} {
					svc := writableService(t, func(c *service.Config) { quietly(c); tt.limit(&c.Limits, tt.n) })
					before := everything(t, svc)
					s := tt.of(n)
					r, w := s.request(t), httptest.NewRecorder()
					if !told {
						r.ContentLength, r.Body = -1, io.NopCloser(struct{ io.Reader }{strings.NewReader(s.body)})
					}
					svc.ServeHTTP(w, r)
					status, code := lastOf(w)
					if n == tt.n {
						if status[0] != '2' || code != "" {
							t.Errorf("at the limit: %s %s: %.300s (%s)", status, code, w.Body, tt.why)
						}
						continue
					}
					if diff := cmp.Diff(before, everything(t, svc)); diff != "" && tt.name != "parts" && status[0] != '2' {
						t.Errorf("data changed (-before +after):\n%s", diff)
					}
					if status != fmt.Sprint(tt.status) || code != tt.code {
						t.Errorf("beyond the limit: %s %s, want %d %s: %.300s (%s)", status, code, tt.status, tt.code, w.Body, tt.why)
					}
				}
			})
		}
	}
}

// An endless body counts what is read of it. It does end, far beyond all limits,
// so that a limit that fails does not fill the machine.
type endless struct {
	head string
	fill byte
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 16<<20 {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	for i := n; i < len(p); i++ {
		p[i] = e.fill
	}
	e.read += int64(len(p))
	return len(p), nil
}

func (e *endless) Close() error { return nil }

// TestEndlessBodies: of a body without an end little more is read than allowed,
// and of one that says it is too long, nothing.
func TestEndlessBodies(t *testing.T) {
	svc := writableService(t, func(c *service.Config) {
		quietly(c)
		c.Limits.Body, c.Limits.BatchBody, c.Limits.Media = 100<<10, 400<<10, 600<<10
	})
	before := everything(t, svc)
	for _, tt := range []struct {
		at    destination
		head  string
		fill  byte
		limit int64
	}{
		{destination{"POST", "Tags", lightBody}, `{"Code":"q"}`, ' ', 100 << 10},
		{destination{"POST", "Tags", lightBody}, `{"Code":"`, 'x', 100 << 10},
		{destination{"POST", "Tags", verboseBody}, `{"Code":"q"}`, ' ', 100 << 10},
		{destination{"POST", "Tags", "application/atom+xml"}, `<entry xmlns="http://www.w3.org/2005/Atom">`, ' ', 100 << 10},
		{destination{"PUT", "Customers(1)/Name/$value", "text/plain"}, ``, 'x', 100 << 10},
		{destination{"POST", "Customers(1)/Promote", lightBody}, `{"level":1}`, ' ', 100 << 10},
		{destination{"PUT", "Customers(1)/$links/BestFriend", lightBody}, `{"url":"`, 'x', 100 << 10},
		{destination{"POST", "Photos", "image/png"}, ``, 0, 600 << 10},
		{destination{"PUT", "Photos(1)/Thumb", "image/png"}, ``, 0, 600 << 10},
		{destination{"POST", "$batch", "multipart/mixed; boundary=b"}, "--b\r\n" + readOf("Tags") + "--b--\r\n", ' ', 400 << 10},
	} {
		for _, length := range []int64{-1, 1 << 40} {
			t.Run(fmt.Sprintf("%s %s %s/%d", tt.at.method, tt.at.url, tt.at.contentType, length), func(t *testing.T) {
				body := &endless{head: tt.head, fill: tt.fill}
				r, w := tt.at.with("").request(t), httptest.NewRecorder()
				r.Body, r.ContentLength = body, length
				svc.ServeHTTP(w, r)
				if w.Code != http.StatusRequestEntityTooLarge || codeOf(w.Body.String()) != "BodyTooLarge" {
					t.Errorf("status %d: %.300s", w.Code, w.Body)
				}
				if most := tt.limit + 64<<10; length < 0 && body.read > most || length > 0 && body.read > 0 {
					t.Errorf("%d bytes were read, want %d at most", body.read, most)
				}
			})
		}
	}
	if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
		t.Errorf("data changed (-before +after):\n%s", diff)
	}
}

// TestBudgetIsShared: the parts of a batch read entities from one account.
func TestBudgetIsShared(t *testing.T) {
	svc := writableService(t, func(c *service.Config) { quietly(c); c.Limits.Rows = 7 })
	for _, tt := range []struct {
		reads int
		want  []string
	}{{2, []string{"200", "200"}}, {3, []string{"200", "200", "503"}}} {
		parts := []string{}
		for range tt.reads {
			parts = append(parts, readOf("Customers"))
		}
		w := batchOf(parts...).to(t, svc)
		if diff := cmp.Diff(tt.want, statusesIn(w.Body.String())); diff != "" {
			t.Errorf("%d reads of 3 entities each, 7 in all (-want +got):\n%s\n%s", tt.reads, diff, w.Body)
		}
		if _, code := lastOf(w); tt.reads == 3 && code != "BudgetExceeded" {
			t.Errorf("code %s", code)
		}
	}
}
