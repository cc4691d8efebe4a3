package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
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

// demo serves a copy twice, each with data of its own: below root as the program
// does, and below pagedRoot in pages.
func demo(t *testing.T, open opener, readOnly bool) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(root, copyAt(t, open(t), root, odata.NoPaging, readOnly))
	mux.Handle(pagedRoot, copyAt(t, open(t), pagedRoot, 3, readOnly))
	return mux
}

// copyAt serves a copy below a root. What depends on the time of day or on chance
// is fixed.
func copyAt(t *testing.T, keep storage, root string, pageSize int, readOnly bool) http.Handler {
	t.Helper()
	svc, err := newService(t.Context(), service.Config{
		Root:     root,
		PageSize: pageSize,
		Clock:    func() time.Time { return time.Date(2015, time.July, 12, 6, 40, 0, 0, time.UTC) },
		TokenKey: []byte("the same tokens in every run"),
	}, keep, readOnly)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestTranscripts replays testdata/*.txt against the read-only copy: what that of
// the public service is known to have answered, and an example of everything
// that can be read. The files in testdata/write each change a writable copy of
// their own. All storages answer alike, but for the exchanges in apart.
func TestTranscripts(t *testing.T) {
	for _, s := range storages {
		t.Run(s.name, func(t *testing.T) {
			open := s.opener(t)
			readOnly := lines{demo(t, open, true)}
			providertest.Transcripts(t, readOnly, transcriptsFor(t, s, "testdata"))
			t.Run("write", func(t *testing.T) {
				providertest.TranscriptsOf(t, func(t *testing.T) http.Handler { return lines{demo(t, open, false)} },
					transcriptsFor(t, s, "testdata/write"))
			})
		})
	}
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

// TestProgram runs the program over a listener of its own, with its flags, and
// changes data as with curl.
func TestProgram(t *testing.T) {
	const created = `"ID":20,"Name":"Tea","Description":null,"ReleaseDate":"2015-07-12T00:00:00","DiscontinuedDate":null,"Rating":4,"Price":2.25}`
	type exchange struct {
		name, method, path, body string
		status                   int
		answer                   string // a part of it
	}
	for _, tt := range []struct {
		name      string
		args      []string
		exchanges []exchange
	}{{
		name: "writable",
		exchanges: []exchange{
			{"create", "POST", "Products", `{"ID":20,"Name":"Tea","ReleaseDate":"2015-07-12T00:00:00","Rating":4,"Price":2.25}`, 201, created},
			{"merge", "MERGE", "Products(20)", `{"Price":5}`, 204, ""},
			{"call an action", "POST", "Products(20)/Discount", `{"discountPercentage":10}`, 200, `"value":4.5`},
			{"read", "GET", "Products(20)?$select=Price", "", 200, `"Price":4.5`},
			{"delete", "DELETE", "Products(20)", "", 204, ""},
			{"read what is gone", "GET", "Products(20)", "", 404, `"NotFound"`},
			{"the actions are in the model", "GET", "$metadata", "", 200, `<FunctionImport Name="IncreaseSalaries"`},
		},
	}, {
		name: "read-only",
		args: []string{"--read-only"},
		exchanges: []exchange{
			{"create", "POST", "Products", `{"ID":20,"Name":"Tea"}`, 403, `"code":"Forbidden"`},
			{"merge", "MERGE", "Products(0)", `{"Price":5}`, 403, `"code":"Forbidden"`},
			{"delete", "DELETE", "Products(0)", "", 403, `"code":"Forbidden"`},
			{"link", "POST", "Products(0)/$links/Categories", `{"url":"Categories(1)"}`, 403, `"code":"Forbidden"`},
			{"stream", "PUT", "PersonDetails(1)/Photo", "x", 403, `"code":"Forbidden"`},
			{"call an action", "POST", "Products(0)/Discount", `{"discountPercentage":10}`, 404, `"NotFound"`},
			{"read", "GET", "Products(0)?$select=Name,Price", "", 200, `"Name":"Bread","Price":2.5`},
			{"call a service operation", "GET", "GetProductsByRating?rating=5&$select=Name", "", 200, `"DVD Player"`},
			{"the model", "GET", "$metadata", "", 200, `<FunctionImport Name="GetProductsByRating"`},
		},
	}} {
		t.Run(tt.name, func(t *testing.T) {
			at := start(t, tt.args)
			for _, x := range tt.exchanges {
				r, err := http.NewRequestWithContext(t.Context(), x.method, at+x.path, strings.NewReader(x.body))
				if err != nil {
					t.Fatal(err)
				}
				if x.body != "" {
					r.Header.Set("Content-Type", "application/json")
				}
				if x.path != "$metadata" {
					r.Header.Set("Accept", "application/json")
				}
				status, body := send(t, r)
				if status != x.status || !strings.Contains(body, x.answer) || x.answer == "" && len(body) > 0 {
					t.Errorf("%s: %s %s answered %d, want %d with %q:\n%s", x.name, x.method, x.path, status, x.status, x.answer, body)
				}
			}
		})
	}
}

// send sends a request and reads the answer to its end.
func send(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// start runs the program until the test ends, and returns its service root.
func start(t *testing.T, args []string) string {
	t.Helper()
	server, end, err := newServer(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String() + root
}

// TestTypeBehindProperties: the public service is known to have accepted this
// request, whose type comes after a property.
func TestTypeBehindProperties(t *testing.T) {
	svc := copyAt(t, inMemory, root, odata.NoPaging, false)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPut, root+"Products(0)", strings.NewReader(`{"Name":"Bart","odata.type":"ODataDemo.Product"}`))
	r.Header.Set("Content-Type", "application/json;odata=minimalmetadata")
	svc.ServeHTTP(w, r)
	if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("answered %d %s, want 204 without a body", w.Code, w.Body)
	}
}

// TestREADME runs the commands of README.md and compares the answers.
func TestREADME(t *testing.T) {
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	calls := regexp.MustCompile("(?s)```sh\n(curl [^`]+)\n```\n```(json|xml|text)\n(.*?)\n```").FindAllStringSubmatch(string(page), -1)
	if len(calls) < 30 {
		t.Fatalf("found %d commands with an answer in README.md", len(calls))
	}
	for _, s := range storages {
		t.Run(s.name, func(t *testing.T) { testREADME(t, shell, s.opener(t), calls) })
	}
}

func testREADME(t *testing.T, shell string, open opener, calls [][]string) {
	server := httptest.NewServer(demo(t, open, false))
	defer server.Close()
	here := func(text string) string { return strings.ReplaceAll(text, "http://127.0.0.1:8087", server.URL) }
	for _, call := range calls {
		var answer, problem bytes.Buffer
		command := exec.Command(shell, "-c", here(strings.Replace(call[1], "curl ", "curl -sS ", 1)))
		command.Stdout, command.Stderr = &answer, &problem
		if err := command.Run(); err != nil {
			t.Errorf("%s: %v\n%s", call[1], err, problem.String())
			continue
		}
		got := strings.TrimSpace(strings.ReplaceAll(answer.String(), "\r\n", "\n"))
		if call[2] == "xml" {
			got = element.ReplaceAllString(got, "\n$0")
		}
		if diff := cmp.Diff(boundary.ReplaceAllString(here(call[3]), "response_x"), boundary.ReplaceAllString(got, "response_x")); diff != "" {
			t.Errorf("%s (-README +answer):\n%s", call[1], diff)
		}
	}
}

// boundary is what is random in the answer to a batch.
var boundary = regexp.MustCompile(`response_[0-9a-f-]{36}`)

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
