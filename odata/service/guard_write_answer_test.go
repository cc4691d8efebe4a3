package service_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// TestGuardBeforeETag: what a caller may not see is 404 whatever it expects; who
// expects another state of what it sees is told so; and only then comes whether
// it may make the change. Source: OData V3 core, ETags.
func TestGuardBeforeETag(t *testing.T) {
	customers := guardRules{odata.Read: "Id ne 2", odata.Update: "Id eq 1", odata.Delete: "Id eq 1"}
	photos := guardRules{odata.Read: "Id ne 1", odata.Update: "Id lt 1"}
	for _, tt := range []struct {
		name, match string
		id, want    int
		why         string
	}{
		{"hidden, right", `W/"1"`, 2, 404, "a right ETag makes nothing visible"},
		{"hidden, wrong", `W/"9"`, 2, 404, "412 would tell that the entity is there"},
		{"hidden, any", "*", 2, 404, "for the caller there is none"},
		{"hidden, of nobody", "nonsense", 2, 404, "also an ETag that the service cannot have made is compared with what is there"},
		{"absent, right", `W/"1"`, 99, 404, "there is none"},
		{"absent, of nobody", "nonsense", 99, 404, "as for hidden ones, so that nothing is told"},
		{"not changeable, wrong", `W/"9"`, 3, 412, "who sees an entity is told that it has changed"},
		{"not changeable, of nobody", "nonsense", 3, 412, "no state of the entity has it"},
		{"not changeable, right", `W/"7"`, 3, 403, "the caller knows its state and may not change it"},
		{"not changeable, any", "*", 3, 403, "every state will do"},
		{"not changeable, none", "", 3, 400, "an entity with an ETag is changed by naming it"},
		{"changeable, wrong", `W/"9"`, 1, 412, "it has changed"},
		{"changeable, right", `W/"3"`, 1, 204, "it is as the caller knows it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			target := fmt.Sprintf("Customers(%d)", tt.id)
			for _, d := range []deed{
				{http.MethodPut, target, inLight, `{"Name":"X","Version":3}`}, {http.MethodPatch, target, inVerbose, `{"Name":"X"}`}, {"MERGE", target, inAtom, atomEntry("<d:Name>X</d:Name>")},
				{http.MethodPut, target + "/Name", inLight, `{"value":"X"}`}, {http.MethodPut, target + "/Home/City/$value", "Content-Type: text/plain", "X"},
				{http.MethodPatch, target + "/Home", inLight, `{"City":"X"}`}, {http.MethodDelete, target + "/Name", "", ""}, {http.MethodDelete, target, "", ""},
			} {
				if tt.match != "" {
					d = d.with("If-Match: " + tt.match)
				}
				for _, way := range []deed{d, d.tunnelled(), deedSet(d)} {
					s := demoStage(t, testmodel.Data(), map[string]guardRules{"Customers": customers}, nil)
					before := s.dump()
					got := sendDeed(s.guarded, "x", way)
					if got.inner() != tt.want {
						t.Errorf("%s: %d and not %d: %s", way, got.inner(), tt.want, tt.why)
					}
					if tt.want >= http.StatusBadRequest {
						s.untouched(t, before, way, "it failed")
						if strings.Contains(got.Header, "Etag:") || strings.Contains(got.Body, "\nETag:") {
							t.Errorf("%s: an error has an ETag", way)
						}
					}
				}
			}
		})
	}
	s := demoStage(t, testmodel.Data(), map[string]guardRules{"Photos": photos}, nil)
	open := demoStage(t, testmodel.Data(), nil, nil)
	_, after, _ := strings.Cut(sendDeed(open.guarded, "x", deed{http.MethodGet, "Photos(1)/$value", "", ""}).Header, "Etag: ")
	etag, _, _ := strings.Cut(after, "\n")
	if etag == "" {
		t.Fatal("the stream has no ETag")
	}
	before := s.dump()
	for _, target := range []string{"Photos(1)/$value", "Photos(1)/Thumb"} {
		for _, match := range []string{etag, `"wrong"`, "*", "nonsense"} {
			d := deed{http.MethodPut, target, "Content-Type: image/png\nIf-Match: " + match, "X"}
			if got := sendDeed(s.guarded, "x", d); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d: a stream of a hidden entity", d, got.Status)
			}
			d = deed{http.MethodPut, strings.Replace(target, "1", "2", 1), "Content-Type: image/png\nIf-Match: " + match, "X"}
			if got := sendDeed(s.guarded, "x", d); got.Status != http.StatusForbidden {
				t.Errorf("%s: %d: streams of an entity that must not be changed are not compared", d, got.Status)
			}
		}
	}
	s.untouched(t, before, deed{}, "streams of other people")
}

// TestGuardContentOfChange: an answer never shows an entity that its caller may no
// longer read, or may not read yet. The change itself is made.
func TestGuardContentOfChange(t *testing.T) {
	guards := map[string]guardRules{"Customers": {odata.Read: "Name ne 'gone' and Points lt 100"}}
	const gone, seen = "after the change the caller no longer sees it", "the caller sees it before and after"
	for _, tt := range []struct {
		name string
		want int
		deed deed
		why  string
	}{
		{"insert", 204, deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Name":"gone","Version":1}`}, "content is shown to those who may read it"},
		{"insert with preference", 204, deed{http.MethodPost, "Customers", inLight + "\nPrefer: return-content", `{"Id":9,"Name":"gone","Version":1}`}, "a preference gives no right"},
		{"insert below an order", 201, deed{http.MethodPost, "Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"Id":9,"Name":"gone","Version":1}}`},
			"the order can be seen, and is not expanded to its customer"},
		{"in a change set", 204, deedSet(deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Name":"gone","Version":1}`}), "as outside of one"},
		{"merge", 204, deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *\nPrefer: return-content", `{"Name":"gone"}`}, gone},
		{"replace", 204, deed{http.MethodPut, "Customers(1)", inLight + "\nIf-Match: *\nPrefer: return-content", `{"Name":"gone","Version":4}`}, gone},
		{"replace in Atom", 204, deed{http.MethodPut, "Customers(1)", inAtom + "\nIf-Match: *\nPrefer: return-content", atomEntry("<d:Name>gone</d:Name>")}, gone},
		{"property", 204, deed{http.MethodPut, "Customers(1)/Name", inLight + "\nIf-Match: *\nPrefer: return-content", `{"value":"gone"}`}, gone},
		{"without preference", 204, deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *", `{"Name":"gone"}`}, "nothing is to be shown"},
		{"visible", 200, deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *\nPrefer: return-content", `{"Name":"here"}`}, seen},
		{"visible property", 200, deed{http.MethodPut, "Customers(1)/Name", inLight + "\nIf-Match: *\nPrefer: return-content", `{"value":"here"}`}, seen},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := demoStage(t, testmodel.Data(), guards, nil)
			before := s.dump()
			got := sendDeed(s.guarded, "x", tt.deed)
			if got.inner() != tt.want {
				t.Errorf("%d and not %d: %s: %s", got.inner(), tt.want, got.Body, tt.why)
			}
			if strings.Contains(got.Body, "gone") {
				t.Errorf("shows it: %s: %s", got.Body, tt.why)
			}
			if s.dump() == before {
				t.Errorf("nothing was changed: %s", got.Body)
			}
			if tt.want == http.StatusNoContent && strings.Contains(got.Header, "return-content") {
				t.Errorf("claims to have returned content: %s", got.Header)
			}
		})
	}
	t.Run("action", func(t *testing.T) {
		s := demoStage(t, testmodel.Data(), guards, nil)
		before := s.dump()
		got := sendDeed(s.guarded, "x", deed{http.MethodPost, "Customers(1)/Promote", inLight, `{"level":500}`})
		if strings.Contains(got.Body, "512") || (got.Status >= http.StatusBadRequest) != (s.dump() == before) {
			t.Errorf("%d %s: either it is done or it fails, and the result is not shown", got.Status, got.Body)
		}
	})
}

// TestGuardKeyExists: a key that a hidden entity has cannot be given to another.
// This is the one thing a caller can learn about it: keys are unique, and who
// chooses them finds out. Nothing else is told, and the answer is that for a
// visible entity.
func TestGuardKeyExists(t *testing.T) {
	s := demoStage(t, testmodel.Data(), map[string]guardRules{"Customers": forAllUses("Id ne 2"), "Orders": forAllUses("Total ne 1.00M")}, nil)
	before := s.dump()
	for _, tt := range []struct{ hidden, visible deed }{
		{deed{http.MethodPost, "Customers", inLight, `{"Id":2,"Version":1}`}, deed{http.MethodPost, "Customers", inLight, `{"Id":3,"Version":1}`}},
		{deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Orders":[{"OrderId":"1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"}]}`},
			deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Orders":[{"OrderId":"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"}]}`}},
	} {
		want, got := sendDeed(s.guarded, "x", tt.visible), sendDeed(s.guarded, "x", tt.hidden)
		if diff := cmp.Diff(want, got); diff != "" || got.Status != http.StatusConflict || got.code() != "KeyExists" {
			t.Errorf("%s: %d %s (-visible +hidden):\n%s", tt.hidden, got.Status, got.Body, diff)
		}
		s.untouched(t, before, tt.hidden, "the key is taken")
	}
}

// TestGuardRepeats: the id that a caller gives a request is its own. Nobody gets
// the answer to a request of somebody else by it, or is in that one's way.
func TestGuardRepeats(t *testing.T) {
	create := deed{http.MethodPost, "Customers", inLight + "\nAccept: application/json;odata=nometadata\nRepeatability-Request-ID: one", `{"Name":"Jen","Version":1}`}
	another := deed{http.MethodPost, "Customers", inLight + "\nAccept: application/json;odata=nometadata\nRepeatability-Request-ID: one", `{"Name":"Bob","Version":1}`}
	promote := deed{http.MethodPost, "Customers(1)/Promote", inLight + "\nAccept: application/json;odata=nometadata\nRepeatability-Request-ID: two", `{"level":1}`}
	own := map[string]guardRules{"Customers": {odata.Insert: "Name eq '$caller'", odata.Invoke: "Id eq 1"}}
	s := demoStage(t, testmodel.Data(), own, nil)
	for _, step := range []struct {
		name, caller string
		deed         deed
		want         int
		body, why    string
	}{
		{"first", "Jen", create, 201, `"Id":4`, "it is new"},
		{"again", "Jen", create, 201, `"Id":4`, "the former answer"},
		{"by another, forbidden", "Bob", create, 403, "Forbidden", "Bob may create only what is his: the answer to Jen is not for him"},
		{"by another, allowed", "Bob", another, 201, `"Id":5`, "the id is free for Bob, and no clash with Jen's"},
		{"by another, again", "Bob", another, 201, `"Id":5`, "his own former answer"},
		{"still the first", "Jen", create, 201, `"Id":4`, "Bob's does not replace hers"},
		{"nobody", "", create, 401, "Unauthorized", "who has not signed in gets no former answer"},
		{"action", "Jen", promote, 200, `"Points":"13"`, "done"},
		{"action again", "Jen", promote, 200, `"Points":"13"`, "not done twice"},
		{"action by another", "Bob", promote, 200, `"Points":"14"`, "Bob's is done"},
	} {
		if got := sendDeed(s.guarded, step.caller, step.deed); got.Status != step.want || !strings.Contains(got.Body, step.body) {
			t.Errorf("%s: %d %s: %s", step.name, got.Status, got.Body, step.why)
		}
	}
	for _, tt := range []struct {
		name string
		as   odata.Principal
		want string
		why  string
	}{
		{"letter case", odata.Principal{Name: "JEN"}, `"Points":"13"`, "account names have no case"},
		{"another account of the name", odata.Principal{Name: "Jen", ID: edm.NewGUID()}, `"Points":"15"`, "an account is known by its id"},
	} {
		if got := sendDeedAs(s.guarded, tt.as, promote); !strings.Contains(got.Body, tt.want) {
			t.Errorf("%s: %s: %s", tt.name, got.Body, tt.why)
		}
	}
}
