package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
)

// pagedRoot is where tests find the same data cut into pages of three.
const pagedRoot = "/pages-of-three/OData.svc/"

// demo serves the data twice: below root as the program does, and below
// pagedRoot in pages. What depends on the time of day or on chance is fixed.
func demo(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	for at, pageSize := range map[string]int{root: odata.NoPaging, pagedRoot: 3} {
		model, store, err := newStore()
		if err != nil {
			t.Fatal(err)
		}
		config := service.Config{
			Root:     at,
			Clock:    func() time.Time { return time.Date(2015, time.July, 12, 6, 40, 0, 0, time.UTC) },
			TokenKey: []byte("the same tokens in every run"),
		}
		svc, err := newService(config, model, store, pageSize)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle(at, svc)
	}
	return mux
}

// TestTranscripts replays testdata/*.txt: what the public service is known to
// have answered, and an example of everything that can be read.
func TestTranscripts(t *testing.T) {
	providertest.Transcripts(t, lines{demo(t)}, "testdata")
}

// lines breaks XML bodies into lines for readers of transcripts, where line
// breaks in bodies do not count.
type lines struct{ http.Handler }

var element = regexp.MustCompile(`<(?:/?entry|/?feed|link|content|category|title|author|/?m:|d:|service|/?workspace|collection|uri|/links)`)

func (h lines) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	h.Handler.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	body := answer.Body.Bytes()
	if strings.Contains(answer.Header().Get("Content-Type"), "xml") {
		body = element.ReplaceAll(body, []byte("\n$0"))
	}
	_, _ = w.Write(body)
}

// TestREADME runs the commands of README.md and compares the answers.
func TestREADME(t *testing.T) {
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(demo(t))
	defer server.Close()
	here := func(text string) string { return strings.ReplaceAll(text, "http://127.0.0.1:8087", server.URL) }
	calls := regexp.MustCompile("(?s)```sh\n(curl [^\n]+)\n```\n```(json|xml|text)\n(.*?)\n```").FindAllStringSubmatch(string(page), -1)
	if len(calls) < 10 {
		t.Fatalf("found %d commands with an answer in README.md", len(calls))
	}
	for _, call := range calls {
		var answer, problem bytes.Buffer
		command := exec.Command(shell, "-c", here(strings.Replace(call[1], "curl ", "curl -sS ", 1)))
		command.Stdout, command.Stderr = &answer, &problem
		if err := command.Run(); err != nil {
			t.Errorf("%s: %v\n%s", call[1], err, problem.String())
			continue
		}
		got := strings.TrimSpace(answer.String())
		if call[2] == "xml" {
			got = element.ReplaceAllString(got, "\n$0")
		}
		if diff := cmp.Diff(here(call[3]), got); diff != "" {
			t.Errorf("%s (-README +answer):\n%s", call[1], diff)
		}
	}
}

// tool finds a program the test needs.
func tool(t *testing.T, name, advice string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacking(t, name, advice)
	}
	return path
}

// lacking skips the test, or fails it where nothing may be skipped.
func lacking(t *testing.T, what, advice string) {
	t.Helper()
	if os.Getenv("TEST_NO_SKIP") != "" {
		t.Fatalf("%s is missing: %s", what, advice)
	}
	t.Skipf("%s is missing: to run this test, %s", what, advice)
}
