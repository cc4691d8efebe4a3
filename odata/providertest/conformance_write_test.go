package providertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScriptPlay: a script fails exactly when the answer or the data are not what
// it says. The stub keeps one text, which a POST of "set:x" changes.
func TestScriptPlay(t *testing.T) {
	const failure = `{"odata.error":{"code":"Bad","message":{"lang":"en-US","value":"x"}}}`
	for _, tt := range []struct {
		name   string
		script script
		fits   bool
		why    string
	}{
		{"done", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}}, true, "something has changed"},
		{"nothing done", script{request: request{do: "POST Tags", body: "204", want: "204"}}, false, "success without an effect"},
		{"nothing to do", script{request: request{do: "POST Tags", body: "204", want: "204"}, still: true}, true, "the row says so"},
		{"something done for nothing", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, still: true}, false, "the row says that nothing changes"},
		{"maybe done", script{request: request{do: "POST Tags", body: "204", want: "204"}, loose: true}, true, "what is written may be there"},
		{"refused", script{request: request{do: "POST Tags", body: "400", want: "400 Bad"}}, true, "nothing has changed"},
		{"refused and done", script{request: request{do: "POST Tags", body: "set:b 400", want: "400 Bad"}}, false, "a failure with an effect"},
		{"another status", script{request: request{do: "POST Tags", body: "400", want: "404"}}, false, "the status counts"},
		{"another code", script{request: request{do: "POST Tags", body: "400", want: "400 Worse"}}, false, "the code counts"},
		{"proof", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, then: []string{"Tags", "~b"}}, true, "it can be read"},
		{"no proof", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, then: []string{"Tags", "~c"}}, false, "it cannot be read"},
		{"second of two proofs", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, then: []string{"Tags", "~b", "Tags", "~c"}}, false, "all proofs count"},
		{"beforehand", script{first: []request{{do: "POST Tags", body: "set:c 204", want: "204"}}, request: request{do: "POST Tags", body: "400", want: "400 Bad"}, then: []string{"Tags", "~c"}}, true, "what was done before is not this request's"},
		{"failing beforehand", script{first: []request{{do: "POST Tags", body: "400", want: "204"}}, request: request{do: "POST Tags", body: "400", want: "400 Bad"}}, false, "what has to be done before has to be done"},
		{"echo", script{request: request{do: "POST Tags", want: "204", echo: func(answer string) string {
			return "set:" + strings.Repeat("e", strings.Count(answer, "value")) + " 204"
		}}, then: []string{"Tags", `~["e"]`}}, true, "the body is made of what was read"},
		{"ETag", script{request: request{do: "POST Tags", body: "set:b 204", match: "current", want: "204", answer: []string{`Matched: "a"`}}}, true, "the ETag of before"},
		{"former ETag", script{first: []request{{do: "POST Tags", body: "set:c 204", want: "204"}}, request: request{do: "POST Tags", body: "set:b 204", match: "former", want: "204", answer: []string{`Matched: "a"`}}}, true, "the ETag of before the first"},
		{"Allow missing", script{request: request{do: "POST Tags", body: "405", want: "405"}}, false, "405 has Allow"},
		{"Location missing", script{request: request{do: "POST Tags", body: "set:b 201", want: "201"}}, false, "201 has Location"},
		{"alike", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, alike: []string{"Tags", "Tags?x=1", "b", "b"}}, true, "the same text"},
		{"not alike", script{request: request{do: "POST Tags", body: "set:b 204", want: "204"}, alike: []string{"Tags", "Nope", "b", "b"}}, false, "another text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state := "a"
			stub := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				h := w.Header()
				h.Set("DataServiceVersion", "3.0;")
				if r.Method == http.MethodGet || r.Method == http.MethodHead {
					h.Set("ETag", `"`+state+`"`)
					h.Set("Content-Type", "application/json;odata=nometadata")
					if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "Tags") {
						fmt.Fprintf(w, `{"value":["%s"]}`, state)
					} else if r.Method == http.MethodGet {
						fmt.Fprint(w, `{}`)
					}
					return
				}
				body, _ := io.ReadAll(r.Body)
				var status int
				for _, word := range strings.Fields(string(body)) {
					if set, ok := strings.CutPrefix(word, "set:"); ok {
						state = set
					} else if _, err := fmt.Sscan(word, &status); err != nil {
						t.Fatal(err)
					}
				}
				if match := r.Header.Get("If-Match"); match != "" {
					h.Set("Matched", match)
				}
				if status != http.StatusNoContent {
					h.Set("Content-Type", "application/json;odata=nometadata")
				}
				w.WriteHeader(status)
				if status != http.StatusNoContent {
					fmt.Fprint(w, failure)
				}
			})
			if diff := tt.script.play(stub, newStages()); (diff == "") != tt.fits {
				t.Errorf("the script fits: %v, want %v: %s\n%s", diff == "", tt.fits, tt.why, diff)
			}
		})
	}
}

// TestOutcome: what is told of the answer to a batch, and what is wrong with it.
func TestOutcome(t *testing.T) {
	const head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
	const done = head + "HTTP/1.1 204 No Content\r\nDataServiceVersion: 1.0;\r\n\r\n"
	const failed = head + "HTTP/1.1 404 Not Found\r\nDataServiceVersion: 3.0;\r\nContent-Type: application/json;odata=minimalmetadata\r\n\r\n" + `{"odata.error":{"code":"NotFound"}}`
	batch := func(parts ...string) string {
		return strings.ReplaceAll(multipartOf("batch_1", parts), "batch_1", "batchresponse_1") + "\r\n"
	}
	set := func(parts ...string) string {
		return strings.ReplaceAll("Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n"+multipartOf("changeset_1", parts), "changeset_1", "changesetresponse_1")
	}
	for _, tt := range []struct {
		name, body string
		parts      string
		effective  bool
		sound      bool
		why        string
	}{
		{"nothing", batch(), "", false, true, "a batch may be empty"},
		{"read", batch(done, failed), "204, 404 NotFound", false, true, "reads have no effect"},
		{"change set", batch(set(done, done), failed), "[204 204], 404 NotFound", true, true, "a change set that is done has one"},
		{"failed change set", batch(set(failed)), "[404 NotFound]", false, true, "a failed one has none"},
		{"empty change set", batch(set()), "[]", false, true, "nor has an empty one"},
		{"no phrase", batch(strings.Replace(done, " No Content", "", 1)), "204", false, false, "a status line has a phrase"},
		{"LF", strings.ReplaceAll(batch(done), "\r\n", "\n"), "204", false, false, "lines end in CR LF"},
		{"no blank line", batch(strings.TrimSuffix(done, "\r\n\r\n")), "", false, false, "headers end in a blank line"},
		{"not closed", strings.TrimSuffix(batch(done), "--\r\n"), "", false, false, "the last boundary closes"},
		{"other encoding", batch(strings.Replace(done, "binary", "8bit", 1)), "", false, false, "a part is binary"},
		{"no version", batch(strings.Replace(done, "DataServiceVersion: 1.0;\r\n", "", 1)), "204", false, false, "each part has a version"},
		{"a body too many", batch(done + "x"), "204", false, false, "204 has no body"},
		{"nested", batch(set(set(done))), "", false, false, "change sets do not nest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", "multipart/mixed; boundary=batchresponse_1")
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("DataServiceVersion", "1.0;")
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, tt.body)
			o := outcomeOf(httptest.NewRequest(http.MethodPost, "http://host/svc/$batch", nil), w)
			if o.parts != tt.parts || o.effective != tt.effective || (len(o.problems) == 0) != tt.sound {
				t.Errorf("parts %q (%v) with the problems %q, want %q (%v), sound %v: %s", o.parts, o.effective, o.problems, tt.parts, tt.effective, tt.sound, tt.why)
			}
		})
	}
}

// TestWriteInvariants: each rule for the answers to changes is broken by some.
func TestWriteInvariants(t *testing.T) {
	const there = "http://host/svc/Customers(9)"
	for _, tt := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		holds  bool
	}{
		{"created", 201, map[string]string{"Location": there}, "{}", true},
		{"created nowhere", 201, nil, "{}", false},
		{"created with a relative address", 201, map[string]string{"Location": "Customers(9)"}, "{}", false},
		{"created with an id", 201, map[string]string{"Location": there, "DataServiceId": there}, "{}", false},
		{"no content", 204, nil, "", true},
		{"created without content", 204, map[string]string{"Location": there, "DataServiceId": there}, "", true},
		{"created without content and id", 204, map[string]string{"Location": there}, "", false},
		{"content with an address", 200, map[string]string{"Location": there}, "{}", false},
		{"error", 404, nil, `{"code":"x"}`, true},
		{"error without a code", 404, nil, `{}`, false},
		{"error with an empty code", 404, nil, `{"code":""}`, false},
		{"error with an ETag", 412, map[string]string{"ETag": "x"}, `{"code":"x"}`, false},
		{"error with a preference", 404, map[string]string{"Preference-Applied": "return-content"}, `{"code":"x"}`, false},
		{"verb without Allow", 405, nil, `{"code":"x"}`, false},
		{"Allow without need", 404, map[string]string{"Allow": "GET"}, `{"code":"x"}`, false},
		{"preference of 1.0", 200, map[string]string{"Preference-Applied": "return-content", "DataServiceVersion": "1.0;"}, `{}`, false},
		{"no version", 204, map[string]string{"DataServiceVersion": ""}, "", false},
		{"unchanged with a version", 304, nil, "", false},
	} {
		w := httptest.NewRecorder()
		w.Header().Set("DataServiceVersion", "3.0;")
		for name, value := range tt.header {
			if w.Header().Set(name, value); value == "" {
				w.Header().Del(name)
			}
		}
		w.WriteHeader(tt.status)
		fmt.Fprint(w, tt.body)
		if problems := writeInvariants(w); (len(problems) == 0) != tt.holds {
			t.Errorf("%s: problems %q, want none: %v", tt.name, problems, tt.holds)
		}
	}
}

// TestBodyFormats: an entity in each format, as the protocol has it.
func TestBodyFormats(t *testing.T) {
	e := having(int32Of("Id", "7"), valueOf("Points", "Int64", "5"), nullOf("Name", "String"), addressOf("Home", stringOf("City", "B")), collectionOf("Emails", "String", "x")).as("Demo.VipCustomer").
		linked(boundTo("BestFriend", false, "Customers(1)"), linkBody{name: "Orders", many: true, bind: []string{"Orders(1)"}, entries: []entityBody{having(valueOf("Total", "Decimal", "1.00"))}})
	for f, want := range map[bodyFormat]string{
		light: `{"odata.type":"Demo.VipCustomer","Id":7,"Points":"5","Name":null,"Home":{"City":"B"},"Emails":["x"],"BestFriend@odata.bind":"Customers(1)","Orders@odata.bind":["Orders(1)"],"Orders":[{"Total":"1.00"}]}`,
		verbose: `{"__metadata":{"type":"Demo.VipCustomer"},"Id":7,"Points":"5","Name":null,"Home":{"__metadata":{"type":"Demo.Address"},"City":"B"},"Emails":{"__metadata":{"type":"Collection(Edm.String)"},"results":["x"]},` +
			`"BestFriend":{"__metadata":{"uri":"Customers(1)"}},"Orders":[{"__metadata":{"uri":"Orders(1)"}},{"Total":"1.00"}]}`,
	} {
		got := f.entry(e)
		if diff := cmp.Diff(want, got); diff != "" || !json.Valid([]byte(got)) {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
	document := atom.entry(e)
	if err := wellFormed([]byte(document)); err != nil {
		t.Errorf("Atom: %v\n%s", err, document)
	}
	for _, part := range []string{
		`<category term="Demo.VipCustomer" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"/>`,
		`<d:Points m:type="Edm.Int64">5</d:Points><d:Name m:null="true"/><d:Home m:type="Demo.Address"><d:City>B</d:City></d:Home><d:Emails m:type="Collection(Edm.String)"><d:element>x</d:element></d:Emails>`,
		`/related/BestFriend" type="application/atom+xml;type=entry" href="Customers(1)"/>`, `/related/Orders" type="application/atom+xml;type=feed"><m:inline><feed><entry>`,
	} {
		if !strings.Contains(document, part) {
			t.Errorf("Atom lacks %s\n%s", part, document)
		}
	}
}

// TestWriteTablesAreWhole: every script has a reason, a section and a name of its
// own, and every pending one is there.
func TestWriteTablesAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, s := range writeScripts() {
		if s.why == "" || s.section == "" || s.want == "" || !strings.Contains(s.do, " ") {
			t.Errorf("%s has no reason, section, outcome or target", s.id())
		}
		if len(s.then)%2 != 0 || len(s.alike) != 0 && len(s.alike) != 4 {
			t.Errorf("%s has proofs without a pair", s.id())
		}
		if names[s.id()] {
			t.Errorf("two rows are %s", s.id())
		}
		names[s.id()] = true
	}
	for name := range writePending {
		if !names[name] {
			t.Errorf("%s is pending and no row", name)
		}
	}
}
