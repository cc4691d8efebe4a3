package providertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

// Conformance judges the reading half of an OData V3 service by tables whose
// rows each cite the part of the protocol they hold. handler serves, on host
// "host", the models and data of package testmodel:
//
//	/svc/    testmodel.Demo with the zero Profile
//	/json/   testmodel.Demo with Profile.JSON, pages of one entity
//	/kinds/  testmodel.Kinds with the zero Profile
//
// Any provider behind it has to give the same answers. Beside what a row says,
// every answer has to obey what holds for all: JSON that is JSON, XML that is
// XML, versions the client understands, and no status 500. Rows known to fail are
// kept apart with what is wrong; they are run too and have to go on failing, so
// that whoever mends one moves it to its place.
func Conformance(t *testing.T, handler http.Handler) {
	t.Helper()
	rows := conformanceRows()
	perSection := map[string]int{}
	names := map[string]bool{}
	for _, r := range rows {
		perSection[r.section]++
		name := r.id()
		if names[name] {
			t.Errorf("two rows are %s", name)
		}
		names[name] = true
		t.Run(name, func(t *testing.T) {
			if diff := r.judge(handler); diff != "" {
				t.Errorf("%s\n%s", r.why, diff)
			}
		})
	}
	for _, p := range pending {
		perSection[p.section]++
		t.Run("pending/"+p.id(), func(t *testing.T) {
			diff := p.judge(handler)
			if diff == "" {
				t.Errorf("this row holds now (%s): move it out of the pending table", p.bug)
			}
			t.Logf("pending: %s\n%s", p.bug, diff)
		})
	}
	walked := walkPages(t, handler)
	perSection["5.11"] += walked
	reportCoverage(t, perSection)
	t.Logf("%d rows, %d of them pending", len(rows)+len(pending)+walked, len(pending))
}

// A check is a GET, for JSON where there is some, whose outcome fits on one line:
//
//	"[1 2]"          200 with these entities in any order, by key
//	"<2 1>"          200 with these entities in this order
//	"#Edm.String"    200 with this fragment of the context URL
//	"=pong"          200 with exactly this body
//	"~\"Id\":1"      200 with this within the body
//	"404 NotFound"   this status and error code
//	"204"            this status
//	"4xx"            a mistake of the client, which of them is the service's choice
type check struct {
	section string
	request string // below /svc/ unless it begins with a slash; blanks and the like are escaped
	want    string
	why     string
}

// A row is one exchange in full.
type row struct {
	section string
	name    string // besides the request, where that does not tell rows apart
	why     string

	method string   // default GET
	target string   // as check.request
	accept string   // default JSON, or anything where there is none; "none" for no header
	header []string // "Name: value"
	body   string
	bytes  bool // the answer is a stream, which obeys no rules

	want   string   // as check.want; empty for any body with 200
	typ    string   // of the content; empty for any
	has    []string // within the body
	lacks  []string // not within the body
	answer []string // headers "Name: value"; an empty value means absent

	// also finds what else is wrong with the answer; nil for nothing.
	also func(*http.Request, *httptest.ResponseRecorder) []string
}

// A pendingRow fails today, and bug says why.
type pendingRow struct {
	row
	bug string
}

func (c check) row() row {
	return row{section: c.section, target: c.request, want: c.want, why: c.why}
}

// rowsOf makes rows of checks.
func rowsOf(checks []check) []row {
	rows := make([]row, len(checks))
	for i, c := range checks {
		rows[i] = c.row()
	}
	return rows
}

func conformanceRows() []row {
	return slices.Concat(
		versionRows(), negotiationRows(), uriRows(), operationRows(), valueRows(), literalRows(),
		applicabilityRows(), filterRows(), functionRows(), countRows(slices.Concat(filterRows(), functionRows())), optionRows(), pagingRows(), lightRows(), verboseRows(), xmlRows(),
		statusRows(), trapRows(), edgeRows(),
	)
}

const longestName = 200

// id names the row among tests.
func (r row) id() string {
	name := r.target
	if r.name != "" {
		name = r.name + " " + name
	}
	if r.method != "" {
		name = r.method + " " + name
	}
	name = strings.ReplaceAll(name, "/", "|")
	return r.section + "/" + name[:min(len(name), longestName)]
}

// judge sends the request and tells what is wrong with the answer.
func (r row) judge(handler http.Handler) string {
	w := httptest.NewRecorder()
	request := r.request()
	handler.ServeHTTP(w, request)
	body := w.Body.String()

	var b strings.Builder
	want, got := expectation(r.want, w.Code, body)
	if want != got {
		fmt.Fprintf(&b, "got  %s\nwant %s\n", got, want)
	}
	if r.typ != "" && w.Header().Get("Content-Type") != r.typ {
		fmt.Fprintf(&b, "Content-Type %q, want %q\n", w.Header().Get("Content-Type"), r.typ)
	}
	for _, part := range r.has {
		if !strings.Contains(body, part) {
			fmt.Fprintf(&b, "the body lacks %s\n", part)
		}
	}
	for _, part := range r.lacks {
		if strings.Contains(body, part) {
			fmt.Fprintf(&b, "the body has %s\n", part)
		}
	}
	for _, h := range r.answer {
		name, value, _ := strings.Cut(h, ":")
		if diff := cmp.Diff(strings.TrimSpace(value), strings.Join(w.Header().Values(name), ", ")); diff != "" {
			fmt.Fprintf(&b, "%s (-want +got):\n%s", name, diff)
		}
	}
	if !r.bytes {
		for _, problem := range invariants(request, w) {
			fmt.Fprintln(&b, problem)
		}
	}
	if r.also != nil {
		for _, problem := range r.also(request, w) {
			fmt.Fprintln(&b, problem)
		}
	}
	if request.Method == http.MethodGet {
		r.method = http.MethodHead
		head := httptest.NewRecorder()
		handler.ServeHTTP(head, r.request())
		if problem := headDiffers(w, head); problem != "" {
			fmt.Fprintln(&b, problem)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	sent := request.RequestURI
	return fmt.Sprintf("%s %s: status %d\n%s%s", request.Method, sent[:min(len(sent), 10*longestName)], w.Code, b.String(), body)
}

func (r row) request() *http.Request {
	target := r.target
	if !strings.HasPrefix(target, "/") {
		target = "/svc/" + target
	}
	target = escapeForReaders(target)
	path, query, _ := strings.Cut(target, "?")
	decoded, err := url.PathUnescape(path)
	if err != nil {
		decoded = path
	}
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	request := httptest.NewRequest(method, "http://host/", strings.NewReader(r.body))
	request.URL.Path, request.URL.RawPath, request.URL.RawQuery = decoded, path, query
	request.RequestURI = target
	switch r.accept {
	case "none":
	case "":
		request.Header.Set("Accept", "application/json, */*;q=0.1")
	default:
		request.Header.Set("Accept", r.accept)
	}
	for _, h := range r.header {
		name, value, _ := strings.Cut(h, ":")
		request.Header.Add(name, strings.TrimSpace(value))
	}
	return request.WithContext(odata.WithPrincipal(request.Context(), odata.Principal{Name: "conformance", Method: "test"}))
}

// escapeForReaders percent-encodes what cannot stand in a request line, so that
// rows can be read. What a row escapes itself stays.
func escapeForReaders(target string) string {
	var b strings.Builder
	for i := range len(target) {
		switch c := target[i]; {
		case c <= ' ', c >= 0x7f, strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// expectation brings what is wanted and what came into the same form.
func expectation(want string, status int, body string) (wanted, got string) {
	switch {
	case want == "":
		return "200", strconv.Itoa(status)
	case want == "4xx":
		return want, strconv.Itoa(status)[:1] + "xx"
	case want[0] >= '1' && want[0] <= '9':
		if len(want) == len("200") {
			return want, strconv.Itoa(status)
		}
		return want, strconv.Itoa(status) + " " + errorCode(body)
	case status != http.StatusOK:
		return want, strconv.Itoa(status) + " " + errorCode(body)
	}
	switch want[0] {
	case '[':
		keys := strings.Fields(strings.Trim(want, "[]"))
		slices.Sort(keys)
		found := keysOf(body)
		slices.Sort(found)
		return "[" + strings.Join(keys, " ") + "]", "[" + strings.Join(found, " ") + "]"
	case '<':
		return want, "<" + strings.Join(keysOf(body), " ") + ">"
	case '#':
		return want, fragmentOf(body)
	case '=':
		return want, "=" + body
	case '~':
		if strings.Contains(body, want[1:]) {
			return want, want
		}
		return want, "a body without it"
	}
	panic("providertest: an outcome that cannot be read: " + want)
}

// errorCode finds the code in an error of any format.
func errorCode(body string) string {
	for _, mark := range [][2]string{{`"code":"`, `"`}, {"<m:code>", "<"}} {
		if _, after, found := strings.Cut(body, mark[0]); found {
			code, _, _ := strings.Cut(after, mark[1])
			return code
		}
	}
	return "without a code"
}

// keyNames are the properties whose value names an entity in an outcome.
var keyNames = []string{"Id", "OrderId", "Code", "Key", "url"}

// keysOf are the keys of the entities in a JSON light body; of orders the first
// character, of links the part of the address behind the last slash.
func keysOf(body string) []string {
	var feed struct {
		Value []map[string]any `json:"value"`
	}
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		return []string{"not a feed:", err.Error()}
	}
	keys := []string{}
	for _, entity := range feed.Value {
		key := "?"
		for _, name := range keyNames {
			if v, ok := entity[name]; ok {
				key = fmt.Sprint(v)
				switch name {
				case "OrderId":
					key = key[:1]
				case "url":
					key = key[strings.LastIndexByte(key, '/')+1:]
				}
				break
			}
		}
		keys = append(keys, key)
	}
	return keys
}

// fragmentOf is the fragment of the context URL of a JSON light body.
func fragmentOf(body string) string {
	var value struct {
		Context string `json:"odata.metadata"`
	}
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		return err.Error()
	}
	if i := strings.IndexByte(value.Context, '#'); i >= 0 {
		return value.Context[i:]
	}
	return "#"
}
