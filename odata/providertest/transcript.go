package providertest

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

var update = flag.Bool("update", false, "rewrite golden files with what was answered")

// Transcripts replays every *.txt file below dir against handler. A file holds
// exchanges; each begins with a comment that says why the answer is what it is:
//
//	# why: gt is strict, and an instant equal to the bound is out
//	as PRIV\Jen
//	GET /svc/pamrequests?$filter=TTL%20gt%205
//	Accept: application/json
//
//	200
//	Content-Type: application/json
//
//	{"odata.metadata":"http://host/svc/$metadata#pamrequests",
//	"value":[]}
//
// "as" names the caller; without it the request is anonymous. Request headers
// follow the request line, then optionally an empty line and a body that ends
// at a line "<<<". The answer's status, those of its headers that the file
// lists (an empty value means the header is absent), and its body follow.
// Line breaks in a body are for the reader and do not count. Exchanges are
// separated by a line "===".
//
// With the flag -update the files are rewritten with what was answered.
func Transcripts(t *testing.T, handler http.Handler, dir string) {
	t.Helper()
	TranscriptsOf(t, func(*testing.T) http.Handler { return handler }, dir)
}

// TranscriptsOf is Transcripts with a handler of its own for each file, whose
// exchanges see what those before them have changed.
//
// The boundaries of a batch's answer, which are random, are replaced by
// batchresponse_x and changesetresponse_x.
func TranscriptsOf(t *testing.T, handlerOf func(t *testing.T) http.Handler, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s (%v)", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			handler := handlerOf(t)
			var rewritten []string
			for i, part := range strings.Split(string(text), "\n===\n") {
				x, err := parseExchange(part)
				if err != nil {
					t.Fatalf("%s, exchange %d: %v", file, i+1, err)
				}
				got := x.replay(handler)
				rewritten = append(rewritten, got.String())
				if *update {
					continue
				}
				if diff := cmp.Diff(x.answer(), got.answer()); diff != "" {
					t.Errorf("%s %s: %s (-want +got):\n%s", x.method, x.target, x.why, diff)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(strings.Join(rewritten, "\n===\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// An exchange is one request and its answer.
type exchange struct {
	why, caller    string
	method, target string
	header         []string // "Name: value" of the request
	body           string

	status       int
	answerHeader []string
	answerBody   string
}

// An answer is what the test compares.
type answer struct {
	Status int
	Header []string
	Body   string
}

func (x *exchange) answer() answer {
	return answer{x.status, x.answerHeader, strings.ReplaceAll(x.answerBody, "\n", "")}
}

func parseExchange(text string) (*exchange, error) {
	x := &exchange{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	next := func() (string, bool) {
		if len(lines) == 0 {
			return "", false
		}
		line := lines[0]
		lines = lines[1:]
		return line, true
	}
	line, _ := next()
	ok := false
	if x.why, ok = strings.CutPrefix(line, "# why: "); !ok || x.why == "" {
		return nil, fmt.Errorf("the first line must be \"# why: ...\", not %q", line)
	}
	if line, _ = next(); strings.HasPrefix(line, "as ") {
		x.caller = line[len("as "):]
		line, _ = next()
	}
	if x.method, x.target, ok = strings.Cut(line, " "); !ok {
		return nil, fmt.Errorf("want a method and a target, not %q", line)
	}
	for line, ok = next(); ok && line != ""; line, ok = next() {
		x.header = append(x.header, line)
	}
	if end := indexOf(lines, "<<<"); end >= 0 {
		x.body = strings.Join(lines[:end], "\n")
		lines = lines[end+1:]
	}
	line, _ = next()
	status, err := strconv.Atoi(line)
	if err != nil {
		return nil, fmt.Errorf("want a status, not %q", line)
	}
	x.status = status
	for line, ok = next(); ok && line != ""; line, ok = next() {
		x.answerHeader = append(x.answerHeader, line)
	}
	x.answerBody = strings.Join(lines, "\n")
	return x, nil
}

func indexOf(lines []string, want string) int {
	for i, l := range lines {
		if l == want {
			return i
		}
	}
	return -1
}

// replay sends the request and returns the exchange with what came back.
func (x *exchange) replay(handler http.Handler) *exchange {
	r := httptest.NewRequest(x.method, "http://host"+x.target, strings.NewReader(x.body))
	r.RequestURI = x.target
	for _, h := range x.header {
		name, value, _ := strings.Cut(h, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	if x.caller != "" {
		r = r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: x.caller, Method: "test"}))
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)

	got := *x
	got.status = w.Code
	got.answerHeader = nil
	for _, h := range x.answerHeader {
		name, _, _ := strings.Cut(h, ":")
		line := name + ":"
		if v := withoutBoundaries(strings.Join(w.Header().Values(name), ", ")); v != "" {
			line += " " + v
		}
		got.answerHeader = append(got.answerHeader, line)
	}
	got.answerBody = fold(withoutBoundaries(w.Body.String()))
	return &got
}

var boundary = regexp.MustCompile(`(batch|changeset)response_[0-9a-f-]{36}`)

// withoutBoundaries makes the answer to a batch comparable, and its lines those
// of a text file.
func withoutBoundaries(text string) string {
	return strings.ReplaceAll(boundary.ReplaceAllString(text, "${1}response_x"), "\r\n", "\n")
}

// fold breaks a JSON body between entities, for readers.
func fold(body string) string {
	body = strings.ReplaceAll(body, `"value":[{`, "\n\"value\":[{")
	return strings.TrimSuffix(strings.ReplaceAll(body, "},{", "},\n{"), "\n")
}

func (x *exchange) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# why: %s\n", x.why)
	if x.caller != "" {
		fmt.Fprintf(&b, "as %s\n", x.caller)
	}
	fmt.Fprintf(&b, "%s %s\n", x.method, x.target)
	for _, h := range x.header {
		b.WriteString(h + "\n")
	}
	b.WriteByte('\n')
	if x.body != "" {
		b.WriteString(x.body + "\n<<<\n")
	}
	fmt.Fprintf(&b, "%d\n", x.status)
	for _, h := range x.answerHeader {
		b.WriteString(h + "\n")
	}
	b.WriteString("\n" + x.answerBody)
	return b.String()
}
