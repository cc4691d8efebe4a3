package service_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/uri"
)

// A deed is one request that would change data. Its target is below the service
// root.
type deed struct {
	method, target string
	header         string // lines "Name: value"
	body           string
}

func (d deed) String() string {
	return strings.TrimSpace(d.method + " " + d.target + " " + strings.ReplaceAll(d.header, "\n", "; ") + " " + d.body)
}

// with is d with one more header line.
func (d deed) with(line string) deed {
	d.header = strings.TrimPrefix(d.header+"\n"+line, "\n")
	return d
}

// tunnelled is d as a POST that carries the verb.
func (d deed) tunnelled() deed {
	method := d.method
	d.method = http.MethodPost
	return d.with("X-HTTP-Method: " + method)
}

// deedSet is a batch of one change set with the given requests, whose
// Content-IDs are 1, 2 and so on.
func deedSet(deeds ...deed) deed {
	var b strings.Builder
	b.WriteString("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n")
	for i, d := range deeds {
		fmt.Fprintf(&b, "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n%s %s HTTP/1.1\r\nContent-ID: %d\r\n", d.method, d.target, i+1)
		for line := range strings.Lines(d.header) {
			b.WriteString(strings.TrimSpace(line) + "\r\n")
		}
		b.WriteString("\r\n" + d.body + "\r\n")
	}
	b.WriteString("--c--\r\n--b--\r\n")
	return deed{http.MethodPost, "$batch", "Content-Type: multipart/mixed; boundary=b", b.String()}
}

// Media types of bodies.
const (
	inLight   = "Content-Type: application/json"
	inVerbose = "Content-Type: application/json;odata=verbose"
	inAtom    = "Content-Type: application/atom+xml;type=entry"
	inXML     = "Content-Type: application/xml"
)

// atomEntry is an entry with properties, in XML, and links to single entities.
func atomEntry(properties string, links ...[2]string) string {
	var b strings.Builder
	b.WriteString(`<entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">`)
	for _, l := range links {
		fmt.Fprintf(&b, `<link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/%s" type="application/atom+xml;type=entry" href="%s"/>`, l[0], l[1])
	}
	b.WriteString(`<content type="application/xml"><m:properties>` + properties + `</m:properties></content></entry>`)
	return b.String()
}

// guardRules are the conditions of a set's guard, in the syntax of $filter, for each
// use that has one. $caller stands for the caller's name, and "forbidden" for a
// guard that refuses the use whatever the entity.
type guardRules map[odata.Use]string

// forAllUses is one condition for every use.
func forAllUses(condition string) guardRules {
	return guardRules{odata.Read: condition, odata.Insert: condition, odata.Update: condition, odata.Delete: condition, odata.Invoke: condition}
}

// A guardStage is a service whose sets have guards, and the data behind it.
type guardStage struct {
	guarded http.Handler
	open    http.Handler // the same data without guards
	views   []string     // requests that together show all data
}

// stageOf makes a stage of a model. A set without rules is open to all callers
// that have signed in.
func stageOf(t testing.TB, model *metadata.Model, data memory.Data, guards map[string]guardRules, views []string, change func(*service.Config, []odata.EntitySet)) *guardStage {
	t.Helper()
	store, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	build := func(guarded bool) *service.Service {
		sets := store.Sets(memory.PageSize(odata.NoPaging))
		config := service.Config{Model: model, Root: "/svc"}
		if guarded {
			for i := range sets {
				if r, ok := guards[sets[i].Name]; ok {
					sets[i].Guard = guardOf(t, model, sets[i].Name, r)
				}
			}
			if change != nil {
				change(&config, sets)
			}
		}
		svc, err := service.New(config, sets...)
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	return &guardStage{build(true), build(false), views}
}

// demoStage is a stage of the demo model with its actions.
func demoStage(t testing.TB, data memory.Data, guards map[string]guardRules, change func(*service.Config, []odata.EntitySet)) *guardStage {
	t.Helper()
	model := testmodel.Demo(t)
	return stageOf(t, model, data, guards, demoViews, func(c *service.Config, sets []odata.EntitySet) {
		c.Operations = append(testmodel.Operations(model), testmodel.Actions(model, sets)...)
		if change != nil {
			change(c, sets)
		}
	})
}

var demoViews = []string{
	"Customers?$expand=Orders,BestFriend", "Customers/Demo.VipCustomer?$expand=Concierge", "Orders?$expand=Customer", "OrderLines", "Tags", "Photos",
	"Photos(1)/$value", "Photos(1)/Thumb", "Photos(2)/$value", "Photos(2)/Thumb",
}

// guardOf makes a guard of rules.
func guardOf(t testing.TB, model *metadata.Model, set string, r guardRules) odata.Guard {
	t.Helper()
	binder, err := bind.New(model, bind.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range r {
		if text != "forbidden" {
			boundCondition(t, binder, set, strings.ReplaceAll(text, "$caller", "x")) // fails now rather than in a request
		}
	}
	return odata.GuardFunc(func(ctx context.Context, access odata.Access) (odata.Expr, error) {
		caller, ok := odata.PrincipalFrom(ctx)
		text, limited := r[access.Use]
		switch {
		case !ok:
			return nil, odata.Unauthenticated()
		case !limited:
			return nil, nil
		case text == "forbidden":
			return nil, &odata.Error{Kind: odata.KindForbidden, Code: "NotYours", Message: "The caller may not use the set in this way"}
		}
		return boundCondition(t, binder, set, strings.ReplaceAll(text, "$caller", caller.Name)), nil
	})
}

// boundCondition binds the text of a $filter.
func boundCondition(t testing.TB, binder *bind.Binder, set, text string) odata.Expr {
	t.Helper()
	syntax, err := uri.Parse(set, "$filter="+strings.ReplaceAll(text, " ", "%20"), uri.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	req, err := binder.Request(syntax)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return req.Query.Filter
}

// signedIn makes an operation refuse callers who have not signed in.
func signedIn(invoke func(context.Context, *odata.OperationInput) (*odata.OperationResult, error)) func(context.Context, *odata.OperationInput) (*odata.OperationResult, error) {
	return func(ctx context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
		if _, ok := odata.PrincipalFrom(ctx); !ok {
			return nil, odata.Unauthenticated()
		}
		return invoke(ctx, in)
	}
}

// A deedReply is an answer in all that a client sees of it.
type deedReply struct {
	Status int
	Header string
	Body   string
}

// code is the code of an error, wherever it stands in the body.
func (r deedReply) code() string {
	if m := codeInBody.FindStringSubmatch(r.Body); m != nil {
		return m[1] + m[2]
	}
	return ""
}

// inner is the status of the last part of a batch's answer, or that of the answer
// itself.
func (r deedReply) inner() int {
	status := r.Status
	for _, m := range innerStatus.FindAllStringSubmatch(r.Body, -1) {
		fmt.Sscan(m[1], &status)
	}
	return status
}

var (
	codeInBody       = regexp.MustCompile(`error":\{"code":"(\w*)"|<m:code>(\w*)<`)
	innerStatus      = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d+) `)
	responseBoundary = regexp.MustCompile(`(batch|changeset)response_[-0-9a-f]+`)
)

// sendDeed sends a deed as a caller, or anonymously for an empty name.
func sendDeed(h http.Handler, caller string, d deed) deedReply {
	return sendDeedAs(h, odata.Principal{Name: caller, Method: "test"}, d)
}

func sendDeedAs(h http.Handler, caller odata.Principal, d deed) deedReply {
	return sendDeedBody(h, caller, d, strings.NewReader(d.body))
}

func sendDeedBody(h http.Handler, caller odata.Principal, d deed, body io.Reader) deedReply {
	r := httptest.NewRequest(d.method, "http://host/svc/"+d.target, body)
	for line := range strings.Lines(d.header) {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	if caller.Name != "" {
		r = r.WithContext(odata.WithPrincipal(r.Context(), caller))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var header strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		fmt.Fprintf(&header, "%s: %s\n", name, strings.Join(w.Header()[name], "|"))
	}
	random := func(s string) string {
		if !strings.Contains(s, "response_") {
			return s // the expression is slow on long bodies
		}
		return responseBoundary.ReplaceAllString(s, "${1}response_x")
	}
	return deedReply{w.Code, random(header.String()), random(w.Body.String())}
}

// show is all data as a service shows it to a caller.
func (s *guardStage) show(h http.Handler, caller string) string {
	var b strings.Builder
	for _, view := range s.views {
		d := deed{method: http.MethodGet, target: view}
		if !strings.Contains(view, ")/") {
			d = d.with("Accept: application/json;odata=minimalmetadata")
		}
		got := sendDeed(h, caller, d)
		fmt.Fprintf(&b, "%s: %d\n%s\n", view, got.Status, strings.ReplaceAll(got.Body, "},", "},\n"))
	}
	return b.String()
}

// dump is all data there is.
func (s *guardStage) dump() string { return s.show(s.open, "nobody special") }

// untouched fails where the data is not what it was.
func (s *guardStage) untouched(t testing.TB, before string, d deed, why string) {
	t.Helper()
	if diff := changedLines(before, s.dump()); diff != "" {
		t.Errorf("%s: changed data: %s (-before +after):\n%s", d, why, diff)
	}
}

// changedLines tells two states of the data apart, line by line.
func changedLines(before, after string) string {
	if before == after {
		return ""
	}
	return cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n"))
}
