package entities_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
)

// TestActMatrix calls every action on every key, directly and in a change set, as
// everybody: first as those who may not, which changes nothing, then as those who may.
func TestActMatrix(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t, d.open(t))
			before := w.everything(t)
			actions := []struct{ set, action string }{
				{"pamrequests", "Close"}, {"pamrequeststoapprove", "Approve"}, {"pamrequeststoapprove", "Reject"},
			}
			for _, account := range matrixCallers {
				for _, a := range actions {
					var nothing answer
					for i, key := range w.universe() {
						path := a.set + "(guid'" + key + "')/" + a.action
						want, code := w.mayAct(account, a.action, key)
						if want == http.StatusOK {
							continue
						}
						got := ask(t, w.svc, request{account: account, method: http.MethodPost, path: path})
						if got.Status != want {
							t.Errorf("POST %s as %q: %d, want %d\n%s", path, account, got.Status, want, got.Body)
							continue
						}
						if c, _ := codeOf(t, got); c != code {
							t.Errorf("POST %s as %q: %s, want %s", path, account, c, code)
						}
						if i == 0 {
							nothing = got
						} else if diff := sameAnswer(nothing, got); want == http.StatusNotFound && diff != "" {
							t.Errorf("POST %s as %q: what is hidden is not like what is not there:\n%s", path, account, diff)
						}
					}
				}
			}
			for _, account := range matrixCallers {
				two := "RoleId=" + pamtest.Plain.String() + "&RequestedTTL=60"
				for _, a := range actions {
					for _, key := range w.universe() {
						line := "POST " + a.set + "(guid'" + key + "')/" + a.action
						if want, code := w.mayAct(account, a.action, key); want != http.StatusOK {
							got := askBatch(t, w.svc, account, line, "Content-ID: 1")
							if c, _ := codeOf(t, got); got.Status != want || c != code {
								t.Errorf("%s in a change set as %q: %d %s, want %d %s", line, account, got.Status, c, want, code)
							}
						}
						got := askBatchBody(t, w.svc, account, line, "", "Content-ID: 1", "+POST pamrequests", formType, "="+two)
						if got.Status < 400 {
							t.Errorf("%s with another request in a change set as %q: %d; what a desk does cannot be undone", line, account, got.Status)
						}
					}
				}
			}
			for _, account := range []string{anna, omar, stranger, unknown, disabled, nobody} {
				for _, path := range []string{"pamrequests", "pamrequests?$filter=true", "pamroles"} {
					for _, method := range []string{http.MethodPut, http.MethodPatch, "MERGE", http.MethodDelete} {
						if got := ask(t, w.svc, request{account: account, method: method, path: path}); got.Status < 400 {
							t.Errorf("%s %s as %q: %d", method, path, account, got.Status)
						}
					}
				}
			}
			if after := w.everything(t); !slices.Equal(before, after) {
				t.Errorf("something has changed:\n%s\nnow:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
			}
			w.actRightly(t)
		})
	}
}

// mayAct is the oracle of the actions: the status, and the code of a refusal.
func (w *world) mayAct(account, action, key string) (status int, code string) {
	if account == nobody {
		return http.StatusUnauthorized, "Unauthorized"
	}
	for _, r := range w.requests {
		owns := account == omar || account == both
		switch {
		case action == "Close" && r.id.String() == key && r.creator == account && account != disabled:
			return http.StatusOK, ""
		case action == "Close" || r.approval.String() != key || !owns:
		case r.creator == account:
			return http.StatusForbidden, "SelfApproval"
		case r.role != pamtest.Approval:
			// There is nothing to decide.
		case r.waits:
			return http.StatusOK, ""
		default:
			// The creator is disabled: for an owner, the request has ended.
			return http.StatusConflict, "AlreadyDecided"
		}
	}
	return http.StatusNotFound, "NotFound"
}

// everything is what everybody sees of requests.
func (w *world) everything(t testing.TB) (lines []string) {
	t.Helper()
	for _, account := range matrixCallers[:len(matrixCallers)-1] {
		for _, set := range []string{"pamrequests", "pamrequeststoapprove"} {
			lines = append(lines, ask(t, w.svc, request{account: account, method: http.MethodGet, path: set}).Body)
		}
	}
	return lines
}

// actRightly does what may be done.
func (w *world) actRightly(t *testing.T) {
	t.Helper()
	for _, step := range []struct {
		account, action string
		request         int
	}{
		{omar, "Approve", 1}, {omar, "Reject", 3}, {jen, "Close", 0}, {jen, "Close", 1}, {jen, "Close", 2}, {both, "Close", 3}, {both, "Close", 4},
	} {
		r := w.requests[step.request]
		set, key := "pamrequests", r.id
		if step.action != "Close" {
			set, key = "pamrequeststoapprove", r.approval
		}
		if got := ask(t, w.svc, request{account: step.account, method: http.MethodPost, path: set + "(guid'" + key.String() + "')/" + step.action}); got.Status != http.StatusOK || got.Body != "" {
			t.Errorf("%s of request %d as %q: %d %s", step.action, step.request, step.account, got.Status, got.Body)
		}
	}
	for _, account := range []string{omar, both} {
		if waiting := list(t, w.svc, account, "pamrequeststoapprove"); len(waiting) > 0 {
			t.Errorf("%q still has %v to decide about", account, waiting)
		}
	}
}

// TestCreateMatrix asks for every role as everybody, in the three ways. Whoever is no
// candidate cannot tell roles that exist from others.
func TestCreateMatrix(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t, d.open(t))
			for _, account := range matrixCallers {
				for _, ttl := range []string{"60", "0"} {
					for _, way := range []string{"query", "form", "json"} {
						var nothing answer
						for i, role := range []edm.GUID{{0: 0xd}, pamtest.Plain, pamtest.Approval, pamtest.MFA, pamtest.Window, pamtest.All, pamtest.ID(9, 1)} {
							q := request{account: account, method: http.MethodPost, path: "pamrequests"}
							switch way {
							case "query":
								q.path += "?RoleId=" + role.String() + "&RequestedTTL=" + ttl
							case "form":
								q.header, q.body = []string{formType}, "RoleId="+role.String()+"&RequestedTTL="+ttl
							default:
								q.header, q.body = []string{"Content-Type: application/json"}, `{"RoleId":"`+role.String()+`","RequestedTTL":`+ttl+`}`
							}
							got := ask(t, w.svc, q)
							if i == 0 {
								nothing = got
							}
							may := slices.Contains([]string{jen, anna, both}, account) && i > 0 && i < 6
							want, code := http.StatusForbidden, "NotACandidate"
							switch {
							case account == nobody:
								want, code = http.StatusUnauthorized, "Unauthorized"
							case may && ttl == "60" && role == pamtest.Window:
								want, code = http.StatusForbidden, "RoleNotAvailable"
							case may:
								want = http.StatusCreated
							}
							if got.Status != want {
								t.Errorf("%s of %s for %s s as %q: %d, want %d\n%s", way, role, ttl, account, got.Status, want, got.Body)
								continue
							}
							if want == http.StatusCreated {
								continue
							}
							if c, _ := codeOf(t, got); c != code {
								t.Errorf("%s of %s for %s s as %q: %s, want %s", way, role, ttl, account, c, code)
							}
							if diff := sameAnswer(nothing, got); !may && diff != "" {
								t.Errorf("%s of %s for %s s as %q tells that there is such a role:\n%s", way, role, ttl, account, diff)
							}
						}
					}
				}
			}
		})
	}
}

// TestExplainTellsNothing: whoever may have requests explained sees the statements, and
// of entities no more than anybody else. For everybody else the preference means
// nothing; TestReadMatrix has them.
func TestExplainTellsNothing(t *testing.T) {
	w := newWorld(t, pamtest.SQLite(t))
	for _, set := range matrixSets {
		explain := func(key string) string {
			got := ask(t, w.svc, request{account: explainer, method: http.MethodGet, path: set.name + "(guid'" + key + "')", header: []string{"Prefer: pamodata.explain=plan"}})
			if got.Status != http.StatusOK || !strings.Contains(got.Body, "SELECT") {
				t.Fatalf("%s: %d %s", set.name, got.Status, got.Body)
			}
			return strings.ReplaceAll(got.Body, key, "KEY")
		}
		nothing := explain(noSuchKey)
		for _, key := range w.universe() {
			if got := explain(key); got != nothing {
				t.Errorf("%s(%s) is explained otherwise than what is not there:\n%s\n%s", set.name, key, got, nothing)
			}
		}
		if strings.Contains(nothing, "secret") {
			t.Errorf("%s: %s", set.name, nothing)
		}
	}
	got := ask(t, w.svc, request{account: explainer, method: http.MethodPost, path: "pamrequests?RoleId=" + pamtest.Plain.String() + "&RequestedTTL=60", header: []string{"Prefer: pamodata.explain"}})
	if got.Status != http.StatusBadRequest {
		t.Errorf("creating is not explained: %d %s", got.Status, got.Body)
	}
}
