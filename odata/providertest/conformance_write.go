package providertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// A Stage is the service one row of [WriteConformance] is played on: below
// /svc/ on host "host", with nothing changed yet.
type Stage struct {
	// Model is the model to serve. Stages share it with those that were before,
	// which are over.
	Model *metadata.Model

	// Data are all entities, links and streams.
	Data memory.Data

	// Profile is how the service speaks. Everything else has its default.
	Profile odata.Profile

	// Demo tells that the model is that of testmodel.Demo: its operations are
	// testmodel.Operations and testmodel.Actions.
	Demo bool
}

// WriteConformance judges the changing half of an OData V3 service by tables
// whose rows each cite the part of the protocol they hold. serviceOf sets up a
// stage; it is called once for each row.
//
// A row is a short script: one or more requests, and reads that prove what they
// did. Beside what it says, a request that fails has to leave all data as they
// were, one that succeeds has to change some, and every answer, those within
// batches included, has to obey what holds for all. Rows known to fail are
// listed with what is wrong; they are run too and have to go on failing, so
// that whoever mends one takes it off the list.
func WriteConformance(t *testing.T, serviceOf func(tb testing.TB, stage Stage) http.Handler) {
	t.Helper()
	scripts := writeScripts()
	covered := newWriteCoverage()
	stages := newStages()
	names := map[string]bool{}
	for _, s := range scripts {
		name := s.id()
		if names[name] {
			t.Errorf("two rows are %s", name)
		}
		if s.why == "" {
			t.Errorf("%s has no reason", name)
		}
		names[name] = true
		covered.add(s)
		bug := writePending[name]
		t.Run(name, func(t *testing.T) {
			diff := s.play(serviceOf(t, stages.of(t, s.on)), stages)
			switch {
			case bug == "" && diff != "":
				t.Errorf("%s\n%s", s.why, diff)
			case bug != "" && diff == "":
				t.Errorf("this row holds now (%s): take it off the pending list", bug)
			case bug != "":
				t.Logf("pending: %s\n%s", bug, diff)
			}
		})
	}
	for name := range writePending {
		if !names[name] {
			t.Errorf("%s is pending and no row", name)
		}
	}
	covered.report(t)
	t.Logf("%d rows about changes, %d of them pending", len(scripts), len(writePending))
}

// A script is one rule about requests that change data.
type script struct {
	section string
	name    string // besides the request, where that does not tell scripts apart
	why     string
	points  string    // of the conformance checklist, with commas; see writePoints
	on      stageKind // what is served, default the demo model

	first   []request // what has to be done before, which must go as it says
	request           // the one that is judged
	still   bool      // nothing changes, although the request succeeds
	loose   bool      // what the request writes may be there already
	then    []string  // proofs: each time a target and what a GET of it gives, as check.want
	alike   []string  // two targets, and the text within each that may differ
}

// A request is one that changes data, and its answer.
type request struct {
	do     string // "PUT Customers(1)"; the target as row.target
	send   string // Content-Type: a word of contentTypes or a media type; empty for none
	body   string
	echo   func(answer string) string // makes the body of what a GET answers
	read   string                     // the target of that GET, default that of the request
	match  string                     // If-Match; "current" and "former" are the ETags before the request and before the first
	accept string                     // as row.accept
	header []string

	want   string // as check.want
	typ    string // of the content; empty for any
	has    []string
	lacks  []string
	answer []string // headers, as row.answer
	parts  string   // the outcomes of a batch, see outcomesOf; empty for any
}

// contentTypes are short words for what is sent.
var contentTypes = map[string]string{
	"light":   "application/json;odata=minimalmetadata",
	"json":    "application/json",
	"verbose": "application/json;odata=verbose",
	"atom":    "application/atom+xml;type=entry",
	"xml":     "application/xml",
	"text":    "text/plain",
	"batch":   "multipart/mixed; boundary=batch_1",
}

func writeScripts() []script {
	return slices.Concat(
		verbScripts(), requestHeaderScripts(), insertScripts(), updateScripts(), propertyScripts(), rawValueScripts(),
		echoScripts(), mistakeScripts(), lightScripts(), verboseScripts(), atomScripts(), responseScripts(), preferScripts(), writeVersionScripts(),
		etagScripts(), actionScripts(), streamScripts(), linkScripts(), batchGrammarScripts(), batchURLScripts(), batchReferenceScripts(),
		batchProcessingScripts(), writeErrorScripts(), facetScripts(),
	)
}

// id names the script among tests.
func (s script) id() string {
	name := s.do
	if s.name != "" {
		name = s.name + " " + name
	}
	name = strings.NewReplacer("/", "|", "\r", "", "\n", "", " ", "_").Replace(name)
	return s.section + "/" + name[:min(len(name), longestName)]
}

// play runs the script against a service with fresh data and tells what is
// wrong.
func (s script) play(handler http.Handler, stages *stages) string {
	former := etagOf(handler, s.request)
	for _, r := range s.first {
		if problem := r.row().judge(handler); problem != "" {
			return "beforehand: " + problem
		}
	}
	resources := s.on.resources()
	before := stages.dumps[s.on]
	if before == nil || len(s.first) > 0 {
		before = dumpOf(handler, resources)
	}
	if len(s.first) == 0 {
		stages.dumps[s.on] = before
	}
	switch s.match {
	case "current":
		s.match = etagOf(handler, s.request)
	case "former":
		s.match = former
	}
	r := s.row()
	if s.echo != nil {
		read := r.target
		if s.read != "" {
			read = s.read
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, row{target: read, accept: s.accept}.request())
		r.body = s.echo(w.Body.String())
	}
	effective := false
	r.also = func(request *http.Request, w *httptest.ResponseRecorder) []string {
		outcome := outcomeOf(request, w)
		effective = outcome.effective
		if s.parts != "" && outcome.parts != s.parts {
			outcome.problems = append(outcome.problems, fmt.Sprintf("got  parts %s\nwant parts %s", outcome.parts, s.parts))
		}
		return outcome.problems
	}
	var b strings.Builder
	b.WriteString(r.judge(handler))
	switch changed := cmp.Diff(before, dumpOf(handler, resources)); {
	case changed == "" && effective && !s.still && !s.loose:
		fmt.Fprintln(&b, "\nnothing has changed")
	case changed != "" && (s.still || !effective):
		fmt.Fprintf(&b, "\ndata have changed (-before +after):\n%s", changed)
	}
	for i := 0; i+1 < len(s.then); i += 2 {
		proof := row{target: s.then[i], want: s.then[i+1]}
		proof.bytes = strings.HasPrefix(proof.target, "Photos(") && strings.HasSuffix(proof.target, "/$value")
		if problem := proof.judge(handler); problem != "" {
			fmt.Fprintf(&b, "\nafterwards: %s", problem)
		}
	}
	if s.alike != nil {
		two := dumpOf(handler, s.alike[:2])
		one, other := strings.TrimPrefix(two[0], s.alike[0]), strings.TrimPrefix(two[1], s.alike[1])
		if diff := cmp.Diff(one, strings.ReplaceAll(other, s.alike[3], s.alike[2])); diff != "" {
			fmt.Fprintf(&b, "\n%s and %s differ:\n%s", s.alike[0], s.alike[1], diff)
		}
	}
	return b.String()
}

// row is the request in the form that reads are judged in.
func (q request) row() row {
	method, target, _ := strings.Cut(q.do, " ")
	r := row{method: method, target: target, accept: q.accept, header: slices.Clone(q.header), body: q.body,
		want: q.want, typ: q.typ, has: q.has, lacks: q.lacks, answer: q.answer}
	if q.send != "" {
		contentType := q.send
		if known, ok := contentTypes[q.send]; ok {
			contentType = known
		}
		r.header = append(r.header, "Content-Type: "+contentType)
	}
	if q.match != "" {
		r.header = append(r.header, "If-Match: "+q.match)
	}
	return r
}

// etagOf is the ETag of the resource that a request is about, where it can be
// read.
func etagOf(handler http.Handler, q request) string {
	if q.match != "current" && q.match != "former" {
		return ""
	}
	_, target, _ := strings.Cut(q.do, " ")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, row{target: target}.request())
	return w.Header().Get("ETag")
}

// dumpOf is everything a client can see of the data.
func dumpOf(handler http.Handler, resources []string) []string {
	dump := make([]string, len(resources))
	for i, resource := range resources {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, row{target: resource}.request())
		dump[i] = resource + ": " + strings.ReplaceAll(w.Body.String(), "},", "},\n")
	}
	return dump
}
