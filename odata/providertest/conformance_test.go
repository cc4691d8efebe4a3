package providertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRowJudge: a row fails exactly when the answer is not what it says.
func TestRowJudge(t *testing.T) {
	const feed = `{"odata.metadata":"http://host/svc/$metadata#Customers","value":[{"Id":2},{"Id":1}]}`
	const failure = `{"odata.error":{"code":"NotFound","message":{"lang":"en-US","value":"x"}}}`
	for _, tt := range []struct {
		name   string
		row    row
		status int
		body   string
		fits   bool
		why    string
	}{
		{"any body", row{}, 200, feed, true, "nothing is asked of the body"},
		{"any body, but an error", row{}, 404, failure, false, "an empty outcome is 200"},
		{"keys", row{want: "[1 2]"}, 200, feed, true, "in any order"},
		{"a key missing", row{want: "[1 2 3]"}, 200, feed, false, "all are named"},
		{"a key too many", row{want: "[1]"}, 200, feed, false, "no others are there"},
		{"keys of an error", row{want: "[]"}, 404, failure, false, "an error selects nothing"},
		{"keys in order", row{want: "<2 1>"}, 200, feed, true, "this order"},
		{"keys in another order", row{want: "<1 2>"}, 200, feed, false, "and no other"},
		{"fragment", row{want: "#Customers"}, 200, feed, true, "the context URL's"},
		{"another fragment", row{want: "#Customers/@Element"}, 200, feed, false, "whole, not a part"},
		{"body", row{want: "=3"}, 200, "3", true, "all of it"},
		{"another body", row{want: "=3"}, 200, "3\n", false, "byte by byte"},
		{"part", row{want: `~"Id":2`}, 200, feed, true, "somewhere"},
		{"no such part", row{want: `~"Id":3`}, 200, feed, false, "nowhere"},
		{"status", row{want: "204"}, 204, "", true, "alone"},
		{"another status", row{want: "204"}, 200, "", false, "alone"},
		{"error", row{want: "404 NotFound"}, 404, failure, true, "status and code"},
		{"error in XML", row{want: "404 NotFound"}, 404, "<m:error><m:code>NotFound</m:code></m:error>", true, "status and code"},
		{"another code", row{want: "404 Gone"}, 404, failure, false, "status and code"},
		{"another status of this code", row{want: "400 NotFound"}, 404, failure, false, "status and code"},
		{"some mistake", row{want: "4xx"}, 414, failure, true, "any of them"},
		{"a failure", row{want: "4xx"}, 500, failure, false, "is none of the client's"},
		{"type", row{typ: "text/plain"}, 200, feed, true, "as the stub says"},
		{"another type", row{typ: "application/json"}, 200, feed, false, "as the stub says"},
		{"has", row{has: []string{`"Id":1`, `"Id":2`}}, 200, feed, true, "all of them"},
		{"has not all", row{has: []string{`"Id":1`, `"Id":9`}}, 200, feed, false, "all of them"},
		{"lacks", row{lacks: []string{`"Id":9`}}, 200, feed, true, "none of them"},
		{"lacks not", row{lacks: []string{`"Id":1`}}, 200, feed, false, "none of them"},
		{"header", row{answer: []string{"ETag: x", "Allow:"}}, 200, feed, true, "as the stub says; absent"},
		{"another header", row{answer: []string{"ETag: y"}}, 200, feed, false, "as the stub says"},
		{"a header too many", row{answer: []string{"ETag:"}}, 200, feed, false, "should be absent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stub := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.status != http.StatusNoContent {
					w.Header().Set("Content-Type", "text/plain")
				}
				w.Header().Set("DataServiceVersion", "3.0;")
				w.Header().Set("ETag", "x")
				w.WriteHeader(tt.status)
				if r.Method == http.MethodGet {
					fmt.Fprint(w, tt.body)
				}
			})
			if diff := tt.row.judge(stub); (diff == "") != tt.fits {
				t.Errorf("the row fits: %v, want %v: %s\n%s", diff == "", tt.fits, tt.why, diff)
			}
		})
	}
}

// TestHeadDiffers: HEAD is GET without the body.
func TestHeadDiffers(t *testing.T) {
	answer := func(status int, typ, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", typ)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
		return w
	}
	get := answer(200, "text/plain", "3")
	for _, tt := range []struct {
		name string
		head *httptest.ResponseRecorder
		same bool
		why  string
	}{
		{"the same", answer(200, "text/plain", ""), true, "all but the body"},
		{"not offered", answer(501, "application/xml", ""), true, "a service need not have HEAD"},
		{"a body", answer(200, "text/plain", "3"), false, "HEAD has none"},
		{"another status", answer(404, "text/plain", ""), false, "the status is GET's"},
		{"another type", answer(200, "text/html", ""), false, "the headers are GET's"},
	} {
		if problem := headDiffers(get, tt.head); (problem == "") != tt.same {
			t.Errorf("%s: %q: %s", tt.name, problem, tt.why)
		}
	}
}

// TestInvariants: each rule for all answers is broken by some answer.
func TestInvariants(t *testing.T) {
	const minimal, context = "application/json;odata=minimalmetadata;charset=utf-8", `{"odata.metadata":"http://host/svc/$metadata#Edm.String","value":"x"}`
	for _, tt := range []struct {
		name   string
		status int
		typ    string
		header [2]string
		body   string
		holds  bool
	}{
		{"JSON light", 200, minimal, [2]string{}, context, true},
		{"no context", 200, minimal, [2]string{}, `{"value":"x"}`, false},
		{"context of another root", 200, minimal, [2]string{}, `{"odata.metadata":"http://host/json/$metadata#Edm.String","value":"x"}`, false},
		{"context where none is wanted", 200, "application/json;odata=nometadata", [2]string{}, context, false},
		{"an error needs no context", 404, minimal, [2]string{}, `{"odata.error":{}}`, true},
		{"broken JSON", 200, minimal, [2]string{}, context + "}", false},
		{"raw text beyond ASCII", 200, minimal, [2]string{}, strings.Replace(context, `"x"`, `"é"`, 1), false},
		{"plain JSON", 200, "application/json", [2]string{}, context, false},
		{"JSON verbose", 200, "application/json;odata=verbose", [2]string{}, `{"d":{}}`, true},
		{"not wrapped", 200, "application/json;odata=verbose", [2]string{}, `{}`, false},
		{"XML", 200, "application/xml", [2]string{}, "<a><b/></a>", true},
		{"broken XML", 200, "application/atom+xml;type=feed", [2]string{}, "<a><b></a>", false},
		{"failure", 500, "text/plain", [2]string{}, "x", false},
		{"byte order mark", 200, "text/plain", [2]string{}, "\ufeff3", false},
		{"V4", 200, "text/plain", [2]string{"OData-Version", "4.0"}, "3", false},
		{"length", 200, "text/plain", [2]string{"Content-Length", "2"}, "3", false},
		{"too new", 200, "text/plain", [2]string{"DataServiceVersion", "3.0"}, "3", false},
		{"no version", 200, "text/plain", [2]string{"DataServiceVersion", ""}, "3", false},
		{"204 with a type", 204, "text/plain", [2]string{}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", tt.typ)
			w.Header().Set("DataServiceVersion", "2.0")
			switch name, value := tt.header[0], tt.header[1]; {
			case name != "" && value == "":
				w.Header().Del(name)
			case name != "":
				w.Header().Set(name, value)
			}
			w.WriteHeader(tt.status)
			fmt.Fprint(w, tt.body)
			problems := invariants(row{target: "Customers(1)/Name", header: []string{"MaxDataServiceVersion: 2.0"}}.request(), w)
			if (len(problems) == 0) != tt.holds {
				t.Errorf("problems %q, want none: %v", problems, tt.holds)
			}
		})
	}
}

// TestRowRequest: what a row writes is what goes on the wire.
func TestRowRequest(t *testing.T) {
	for _, tt := range []struct {
		name, target, path, query, why string
	}{
		{"blanks", "Customers?$filter=Id eq 1", "/svc/Customers", "$filter=Id%20eq%201", "a request line has no blanks"},
		{"beyond ASCII", "Tags('é')", "/svc/Tags('%C3%A9')", "", "a request line is ASCII"},
		{"escapes", "Tags('a%2Fb')?x=%2B", "/svc/Tags('a%2Fb')", "x=%2B", "what is escaped stays so"},
		{"bad escapes", "Customers?x=%zz", "/svc/Customers", "x=%zz", "mistakes are kept"},
		{"another root", "/kinds//Values", "/kinds//Values", "", "a slash begins at the host"},
	} {
		r := row{target: tt.target}.request()
		if got := r.URL.EscapedPath(); got != tt.path || r.URL.RawQuery != tt.query {
			t.Errorf("%s: %q and %q, want %q and %q: %s", tt.name, got, r.URL.RawQuery, tt.path, tt.query, tt.why)
		}
	}
}

// TestTablesAreWhole: every line of a table has a letter for each column.
func TestTablesAreWhole(t *testing.T) {
	for _, m := range mediaTypes {
		letters := strings.Fields(m.letters)
		if len(letters) != len(accepted) {
			t.Errorf("%s: %d letters for %d Accept headers", m.resource, len(letters), len(accepted))
		}
		for _, letter := range letters {
			if letter != "-" && answered[letter[0]] == "" {
				t.Errorf("%s: nothing is known of %s", m.resource, letter)
			}
		}
	}
	if n := len(strings.Fields(errorTypes)); n != len(accepted) {
		t.Errorf("errors: %d letters for %d Accept headers", n, len(accepted))
	}
	for _, a := range applicability {
		if n := len(strings.Fields(a.letters)); n != len(optionTexts) {
			t.Errorf("%s: %d letters for %d options", a.resource, n, len(optionTexts))
		}
	}
	for _, r := range conformanceRows() {
		if r.why == "" || r.section == "" {
			t.Errorf("%s has no reason or no section", r.id())
		}
	}
}
