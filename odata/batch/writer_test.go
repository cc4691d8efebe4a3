package batch_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/batch"
)

// writes are whole answers, written into testdata/write, and what any reader
// must find in them.
var writes = []struct {
	name, why string
	write     func(*batch.Writer) error
	want      []part
}{{
	name: "empty", why: "a batch without parts has only its end",
	write: func(w *batch.Writer) error { return w.Close() },
}, {
	name: "mixed", why: "the answer that the protocol documents show: a part, then a committed change set with Content-IDs",
	write: func(w *batch.Writer) error {
		return errors.Join(
			w.StartPart(batch.Answer{Status: 200, Header: batch.Headers{
				{Name: "Cache-Control", Value: "no-cache"},
				{Name: "DataServiceVersion", Value: "3.0;"},
				{Name: "Content-Type", Value: "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"},
			}}),
			say(w, `{"odata.metadata":"…",`),
			say(w, `"Name":"Ann"}`),
			w.StartChangeSet(),
			w.StartPart(batch.Answer{Status: 201, ContentID: "1", Header: batch.Headers{{Name: "Location", Value: "http://h/svc/Customers(9)"}}}),
			say(w, `{"Id":9}`),
			w.StartPart(batch.Answer{Status: 204, ContentID: "2"}),
			w.EndChangeSet(),
			w.StartPart(batch.Answer{Status: 404, Header: batch.Headers{{Name: "Content-Type", Value: "application/json"}}}),
			say(w, `{"odata.error":{}}`),
			w.Close())
	},
	want: []part{
		{status: "200 OK", body: `{"odata.metadata":"…","Name":"Ann"}`},
		{changes: []part{
			{status: "201 Created", id: "1", body: `{"Id":9}`},
			{status: "204 No Content", id: "2"},
		}},
		{status: "404 Not Found", body: `{"odata.error":{}}`},
	},
}, {
	name: "failed-nested", why: "WCF Data Services nests the one error of a change set",
	write: func(w *batch.Writer) error { return fail(w, batch.FailureNested) },
	want: []part{
		{changes: []part{{status: "412 Precondition Failed", id: "7", body: `{"odata.error":{}}`}}},
		{status: "204 No Content"},
	},
}, {
	name: "failed-direct", why: "the batch document of OData V3 puts the one error of a change set into the batch",
	write: func(w *batch.Writer) error { return fail(w, batch.FailureDirect) },
	want: []part{
		{status: "412 Precondition Failed", id: "7", body: `{"odata.error":{}}`},
		{status: "204 No Content"},
	},
}, {
	name: "no-content", why: "an empty body has an empty line of its own: headers, empty line, empty line, boundary (datajs); every status has a phrase",
	write: func(w *batch.Writer) error {
		return errors.Join(
			w.StartPart(batch.Answer{Status: 204, Header: batch.Headers{{Name: "DataServiceVersion", Value: "1.0;"}}}),
			w.StartPart(batch.Answer{Status: 204}),
			w.StartPart(batch.Answer{Status: 299}),
			w.StartPart(batch.Answer{Status: 399}),
			w.StartPart(batch.Answer{Status: 499}),
			w.StartPart(batch.Answer{Status: 599}),
			w.Close())
	},
	want: []part{
		{status: "204 No Content"}, {status: "204 No Content"},
		{status: "299 Success"}, {status: "399 Redirection"}, {status: "499 Client Error"}, {status: "599 Server Error"},
	},
}, {
	name: "two-change-sets", why: "each change set has a boundary of its own",
	write: func(w *batch.Writer) error {
		a := batch.Answer{Status: 204, ContentID: "1"}
		return errors.Join(
			w.StartChangeSet(), w.StartPart(a), w.EndChangeSet(),
			w.StartChangeSet(), w.StartPart(a), w.EndChangeSet(), w.Close())
	},
	want: []part{
		{changes: []part{{status: "204 No Content", id: "1"}}},
		{changes: []part{{status: "204 No Content", id: "1"}}},
	},
}, {
	name: "empty-change-set", why: "a change set without requests is answered by one without parts",
	write: func(w *batch.Writer) error {
		return errors.Join(w.StartChangeSet(), w.EndChangeSet(), w.Close())
	},
	want: []part{{}},
}}

func fail(w *batch.Writer, shape batch.FailureShape) error {
	a := batch.Answer{Status: 412, ContentID: "7", Header: batch.Headers{{Name: "Content-Type", Value: "application/json"}}}
	return errors.Join(w.FailChangeSet(shape, a, []byte(`{"odata.error":{}}`)),
		w.StartPart(batch.Answer{Status: 204}), w.Close())
}

func say(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

// A part is what a client keeps of an answer.
type part struct {
	status, id, body string
	changes          []part
}

var guid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

func TestWrite(t *testing.T) {
	for _, tt := range writes {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			w := batch.NewWriter(&out)
			if err := tt.write(w); err != nil {
				t.Fatal(err)
			}
			text := out.String()

			golden := "testdata/write/" + tt.name + ".txt"
			shown := "why: " + tt.why + "\n-- out --\n" + strings.ReplaceAll(guid.ReplaceAllString(text, "x"), "\r", "␍")
			if *update {
				if err := os.WriteFile(golden, []byte(shown), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), shown); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}

			opts := cmp.AllowUnexported(part{})
			if diff := cmp.Diff(tt.want, readStandard(t, w.ContentType(), text), opts); diff != "" {
				t.Errorf("read by mime/multipart and net/http: %s (-want +got):\n%s", tt.why, diff)
			}
			if strings.HasPrefix(tt.name, "empty") {
				return // datajs takes the end of an empty multipart for a part
			}
			if diff := cmp.Diff(tt.want, readSearching(t, w.ContentType(), text), opts); diff != "" {
				t.Errorf("read as datajs does: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// readStandard takes an answer apart with the standard library.
func readStandard(t *testing.T, contentType, text string) []part {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	var parts []part
	for in := multipart.NewReader(strings.NewReader(text), params["boundary"]); ; {
		p, err := in.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		if inner := p.Header.Get("Content-Type"); strings.HasPrefix(inner, "multipart/") {
			parts = append(parts, part{changes: readStandard(t, inner, string(content))})
			continue
		}
		if got := p.Header.Get("Content-Transfer-Encoding"); got != "binary" {
			t.Errorf("Content-Transfer-Encoding %q, want binary", got)
		}
		r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(content)), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part{status: r.Status, id: r.Header.Get("Content-ID"), body: string(body)})
	}
}

// readSearching takes an answer apart as datajs 1.0.3 does: by searching text,
// without looking whether what was found begins a line.
func readSearching(t *testing.T, contentType, text string) []part {
	t.Helper()
	s := &searcher{t: t, text: text}
	return s.batch(contentType)
}

type searcher struct {
	t    *testing.T
	text string
	at   int
}

var (
	statusLine = regexp.MustCompile(`^HTTP/1\.\d (\d{3} .*)$`)
	headerLine = regexp.MustCompile(`^([^()<>@,;:\\"/[\]?={} \t]+)\s?:\s?(.*)`)
)

func (s *searcher) to(mark string) string {
	s.t.Helper()
	found := strings.Index(s.text[s.at:], mark)
	if found < 0 {
		s.t.Fatalf("no %q after byte %d of %q", mark, s.at, s.text)
	}
	start := s.at
	s.at += found + len(mark)
	return s.text[start : start+found]
}

func (s *searcher) headers() map[string]string {
	headers := map[string]string{}
	for {
		before := s.at
		m := headerLine.FindStringSubmatch(s.to("\r\n"))
		if m == nil {
			s.at = before
			return headers
		}
		headers[m[1]] = m[2]
	}
}

func (s *searcher) batch(contentType string) []part {
	s.t.Helper()
	_, boundary, found := strings.Cut(contentType, "boundary=")
	if !found || strings.ContainsAny(boundary, `"=;`) {
		s.t.Fatalf("datajs reads no boundary from %q", contentType)
	}
	delimiter := "--" + boundary
	s.to(delimiter)
	s.to("\r\n")
	var parts []part
	for end := ""; end != "--"; {
		inner := s.headers()["Content-Type"]
		if strings.HasPrefix(inner, "multipart/mixed") {
			parts = append(parts, part{changes: s.batch(inner)})
			s.to(delimiter)
		} else {
			if inner != "application/http" {
				s.t.Fatalf("a part of type %q", inner)
			}
			s.to("\r\n")
			var p part
			m := statusLine.FindStringSubmatch(s.to("\r\n"))
			if m == nil {
				s.t.Fatalf("no status line before byte %d of %q", s.at, s.text)
			}
			p.status = m[1]
			p.id = s.headers()["Content-ID"]
			s.to("\r\n")
			p.body = s.to("\r\n" + delimiter)
			parts = append(parts, p)
		}
		end = s.text[s.at : s.at+2]
		s.to("\r\n")
	}
	return parts
}

// TestWriterRefuses: nothing is written that breaks the frame, and calls out of
// order are errors that write nothing.
func TestWriterRefuses(t *testing.T) {
	ok := batch.Answer{Status: 200}
	for _, tt := range []struct {
		name, why string
		do        func(*batch.Writer) error
	}{
		{"line end in a value", "it would write a header that nobody meant", func(w *batch.Writer) error {
			return w.StartPart(batch.Answer{Status: 201, Header: batch.Headers{{Name: "Location", Value: "/a\r\nX: 1"}}})
		}},
		{"NUL in a value", "no header has one", func(w *batch.Writer) error {
			return w.StartPart(batch.Answer{Status: 201, Header: batch.Headers{{Name: "ETag", Value: "W/\"\x00\""}}})
		}},
		{"colon in a name", "it would end the name", func(w *batch.Writer) error {
			return w.StartPart(batch.Answer{Status: 200, Header: batch.Headers{{Name: "A: b", Value: "c"}}})
		}},
		{"Content-ID with a line end", "it is echoed", func(w *batch.Writer) error {
			return w.StartPart(batch.Answer{Status: 200, ContentID: "1\n"})
		}},
		{"no status", "a zero Answer is a mistake", func(w *batch.Writer) error { return w.StartPart(batch.Answer{}) }},
		{"body without a part", "it would end up in the preamble", func(w *batch.Writer) error { return say(w, "x") }},
		{"end without a change set", "there is nothing to end", func(w *batch.Writer) error { return w.EndChangeSet() }},
		{"failure with a bad header", "and no half of a change set", func(w *batch.Writer) error {
			return w.FailChangeSet(batch.FailureNested, batch.Answer{Status: 400, ContentID: " "}, nil)
		}},
		{"failure with a body and without content", "and no half of a change set", func(w *batch.Writer) error {
			return w.FailChangeSet(batch.FailureNested, batch.Answer{Status: 204}, []byte("x"))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			w := batch.NewWriter(&out)
			if err := tt.do(w); err == nil {
				t.Errorf("no error: %s", tt.why)
			}
			if out.Len() > 0 {
				t.Errorf("%q was written: %s", out.String(), tt.why)
			}
			if err := errors.Join(w.StartPart(ok), say(w, "x"), w.Close()); err != nil {
				t.Errorf("the writer is still good after a refusal: %v", err)
			}
		})
	}
	w := batch.NewWriter(io.Discard)
	if err := errors.Join(w.StartChangeSet(), w.StartPart(batch.Answer{Status: 204})); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"a change set in a change set": w.StartChangeSet,
		"the end of the batch within":  w.Close,
		"a failure within":             func() error { return w.FailChangeSet(batch.FailureDirect, ok, nil) },
		"a body where none may be":     func() error { return say(w, "x") },
	} {
		if do() == nil {
			t.Errorf("%s is no error", name)
		}
	}
	if err := errors.Join(w.StartPart(ok), w.EndChangeSet()); err != nil {
		t.Fatal(err)
	}
	if say(w, "x") == nil {
		t.Error("a body after the end of a change set is no error")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.StartPart(ok) == nil || w.Close() == nil || w.StartChangeSet() == nil {
		t.Error("a closed writer goes on")
	}
	if a, b := batch.NewWriter(nil).Boundary(), batch.NewWriter(nil).Boundary(); a == b || !strings.HasPrefix(a, "batchresponse_") || !guid.MatchString(a) {
		t.Errorf("boundaries %s and %s: want batchresponse_ and a new GUID each", a, b)
	}
}

// TestWriterKeepsErrors: a client that has gone away must not get a second half.
func TestWriterKeepsErrors(t *testing.T) {
	cause := errors.New("gone")
	w := batch.NewWriter(failing{cause})
	for _, err := range []error{w.StartPart(batch.Answer{Status: 200}), say(w, "x"), w.StartChangeSet(), w.EndChangeSet(), w.Close()} {
		if !errors.Is(err, cause) {
			t.Errorf("got %v, want the error of the first write", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
