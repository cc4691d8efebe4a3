package batch_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/batch"
)

// small limits let a fuzzer reach them.
var small = batch.Limits{Parts: 4, Operations: 3, Line: 256, Headers: 6, HeaderBytes: 400, Body: 300}

// FuzzReader: reading ends, no matter what is read; what is read does not depend
// on the pieces in which the text arrives; and a batch that was read whole,
// written again, reads the same.
func FuzzReader(f *testing.F) {
	for _, tt := range partCases {
		f.Add("multipart/mixed; boundary=b", tt.body)
	}
	files, err := filepath.Glob("testdata/read/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		head, rest, _ := strings.Cut(string(text), "-- in --\n")
		in, _, _ := strings.Cut(rest, "\n-- out --\n")
		_, contentType, _ := strings.Cut(head, "\nContent-Type: ")
		f.Add(strings.TrimSpace(contentType), strings.ReplaceAll(in, "␍", "\r"))
	}
	f.Fuzz(func(t *testing.T, contentType, text string) {
		got := dump(strings.NewReader(text), contentType, small)
		if diff := cmp.Diff(got, dump(iotest.OneByteReader(strings.NewReader(text)), contentType, small)); diff != "" {
			t.Errorf("depends on the pieces (-whole +bytes):\n%s", diff)
		}
		again, ok := rewrite(text, contentType)
		if ok != strings.HasSuffix(got, "end: EOF\n") {
			t.Fatalf("read twice, ended twice:\n%s", got)
		}
		if ok {
			if diff := cmp.Diff(got, dump(strings.NewReader(again), "multipart/mixed; boundary=again-b", small)); diff != "" {
				t.Errorf("written again as %q (-first +again):\n%s", again, diff)
			}
		}
	})
}

// rewrite reads a batch and writes it in one form, if it is complete.
func rewrite(text, contentType string) (string, bool) {
	in, err := batch.NewReader(strings.NewReader(text), contentType, small)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	for {
		part, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b.String() + "--again-b--\r\n", true
		case err != nil:
			return "", false
		case part.Request != nil:
			rewriteRequest(&b, "again-b", part.Request)
			continue
		}
		b.WriteString("--again-b\r\nContent-Type: multipart/mixed; boundary=again-c\r\n\r\n")
		for {
			request, err := part.ChangeSet.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return "", false
			}
			rewriteRequest(&b, "again-c", request)
		}
		b.WriteString("--again-c--\r\n")
	}
}

func rewriteRequest(b *strings.Builder, boundary string, r *batch.Request) {
	b.WriteString("--" + boundary + "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n")
	if _, inner := r.Header.Get("Content-ID"); !inner && r.ContentID != "" {
		b.WriteString("Content-ID: " + r.ContentID + "\r\n")
	}
	b.WriteString("\r\n" + r.Method + " " + r.URL + " HTTP/1.1\r\n")
	if r.Host != "" {
		b.WriteString("Host: " + r.Host + "\r\n")
	}
	for _, h := range r.Header {
		b.WriteString(h.Name + ": " + h.Value + "\r\n")
	}
	b.WriteString("\r\n")
	_, _ = io.Copy(b, r.Body)
	b.WriteString("\r\n")
}

// delimiterLine is the definition of a delimiter, for a text that is held whole.
var delimiterLine = regexp.MustCompile(`(?:^|\r\n|\r|\n)--(?:b|c)(?:--)?[ \t]{0,100}(?:\r\n|\r|\n|$)`)

// FuzzBody compares the streaming search for the end of a body with a regular
// expression over the whole text.
func FuzzBody(f *testing.F) {
	for _, text := range []string{"", "{}", "--c", "\r\n--c", "\r--c--\n", "\n\r\n--b--", "a\r\n--c x\r\n--c \t", "----c\n--\n--c-\n--c---\n", "-\r", "\r\n-", "ab--c\nx", "a--b\n"} {
		for piece := range 4 {
			f.Add(text, piece)
		}
	}
	f.Fuzz(func(t *testing.T, text string, piece int) {
		head := open + "--c\r\n" + mimeHead + "PUT A HTTP/1.1\r\n\r\n"
		text += "\r\n--c--\r\n--b--\r\n"
		want := text[:delimiterLine.FindStringIndex(text)[0]]
		source := io.MultiReader(strings.NewReader(head), pieces{strings.NewReader(text), min(max(piece, 1), 1000)})
		in, err := batch.NewReader(source, "multipart/mixed; boundary=b", batch.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		part, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		request, err := part.ChangeSet.Next()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(request.Body)
		if err != nil || string(got) != want {
			t.Errorf("body %q, %v, want %q", got, err, want)
		}
	})
}

// pieces reads at most n bytes at a time.
type pieces struct {
	r io.Reader
	n int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.n)]) }

// FuzzResolve: a target that resolves is below the root, and names the same
// place however it is put there.
func FuzzResolve(f *testing.F) {
	for _, url := range []string{"Customers(1)?x", "/svc/$1/Orders", "http://h/svc/", "//h/svc/x", "$1/%2e%2e/x", "http://h:80/SVC/..", `$\..\x`, "?", "$"} {
		f.Add(url)
	}
	svc := root(f, "http://h/svc/")
	f.Fuzz(func(t *testing.T, url string) {
		first, err := svc.Resolve(url, "")
		if err != nil {
			return
		}
		for segment := range strings.SplitSeq(first.Path, "/") {
			if segment == "." || segment == ".." {
				t.Fatalf("Resolve(%q) leads out: %+v", url, first)
			}
		}
		below := first.Path
		if first.Reference != "" {
			below = "$" + first.Reference
			if first.Path != "" {
				below += "/" + first.Path
			}
		}
		if first.Query != "" {
			below += "?" + first.Query
		}
		for _, prefix := range []string{"/svc/", "http://h/svc/", "HTTP://H:80/%73vc/"} {
			again, err := svc.Resolve(prefix+below, "h")
			if err != nil {
				t.Fatalf("Resolve(%q) resolves, but not below %s: %v", url, prefix, err)
			}
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("Resolve(%q) and below %s (-first +again):\n%s", url, prefix, diff)
			}
		}
	})
}
