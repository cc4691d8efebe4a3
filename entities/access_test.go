package entities_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// The callers of the matrix. Explainer may have requests explained.
const (
	jen, anna, omar, both = `PRIV\Jen`, `PRIV\Anna`, `PRIV\Omar`, `PRIV\Both`
	stranger, unknown     = `PRIV\Stranger`, `PRIV\Nobody`
	disabled, nobody      = `PRIV\Gone`, ""
	explainer             = `PRIV\Stranger`
	noSuchKey             = "0d000000-0000-4000-8000-0000000000ff"
	disabledUser          = 7
)

// A made request is what the oracle knows of one.
type made struct {
	id, approval edm.GUID
	creator      string
	role         edm.GUID
	waits        bool // for an owner
}

// A world is a service with people, roles and requests in all states that matter.
type world struct {
	svc      *service.Service
	desk     *pam.Desk
	requests []made
	last     int
	each     int // see some
}

// newWorld makes a world. Owners wait for other owners in it.
func newWorld(t testing.TB, db sqldb.DB) *world {
	t.Helper()
	w := &world{}
	clock := pamtest.NewClock(pamtest.Noon)
	w.svc, w.desk = newServiceAt(t, db, clock, func(d *pam.Config, s *service.Config) {
		d.DenySelfApproval = true
		s.Explain = func(ctx context.Context) bool { return callerOf(ctx) == explainer }
	})
	define := func(off bool) {
		d := pamtest.Definitions()
		gone := pam.User{ID: pamtest.ID(1, disabledUser), Account: disabled, DisplayName: "PRIV.Gone", Disabled: off}
		d.Users = append(d.Users, gone)
		for i := range d.Roles {
			d.Roles[i].Candidates = append(d.Roles[i].Candidates, gone.ID)
			d.Roles[i].Owners = append(d.Roles[i].Owners, gone.ID)
		}
		pamtest.Apply(t, w.desk, d)
	}
	define(false)
	w.add(t, jen, pamtest.Plain, false)
	w.add(t, jen, pamtest.Approval, true)
	w.add(t, jen, pamtest.MFA, false)
	w.add(t, both, pamtest.Approval, true)
	w.add(t, both, pamtest.Plain, false)
	w.add(t, disabled, pamtest.Approval, false) // ends when its creator is disabled
	w.add(t, disabled, pamtest.Plain, false)
	w.add(t, jen, pamtest.All, false) // the second factor comes first
	define(true)
	clock.Add(time.Second)
	if err := w.desk.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

func callerOf(ctx context.Context) string {
	p, _ := odata.PrincipalFrom(ctx)
	return p.Name
}

// add makes a request.
func (w *world) add(t testing.TB, account string, role edm.GUID, waits bool) {
	t.Helper()
	a := ask(t, w.svc, request{account: account, method: http.MethodPost, path: "pamrequests", header: []string{formType},
		body: "RequestedTTL=600&RoleId=" + role.String() + "&Justification=secret+of+" + strings.TrimPrefix(account, `PRIV\`)})
	if a.Status != http.StatusCreated {
		t.Fatalf("%s for %s: %d %s", account, role, a.Status, a.Body)
	}
	w.last++
	id, approval := pamtest.ID(9, byte(2*w.last-1)), pamtest.ID(9, byte(2*w.last))
	w.requests = append(w.requests, made{id, approval, account, role, waits})
}

// visible are the keys of a set's entities that an account may see: the oracle. Source:
// PAM, authorisation.
func (w *world) visible(account, set string) (keys []string) {
	candidates, owners := []string{jen, anna, both}, []string{omar, both}
	switch set {
	case "pamroles":
		if slices.Contains(candidates, account) {
			for _, role := range []edm.GUID{pamtest.Plain, pamtest.Approval, pamtest.MFA, pamtest.Window, pamtest.All} {
				keys = append(keys, role.String())
			}
		}
	case "pamrequests":
		for _, r := range w.requests {
			if r.creator == account && account != disabled {
				keys = append(keys, r.id.String())
			}
		}
	case "pamrequeststoapprove":
		for _, r := range w.requests {
			if r.waits && r.creator != account && slices.Contains(owners, account) {
				keys = append(keys, r.approval.String())
			}
		}
	}
	return keys
}

// universe are the keys of all that there is, as keys of any set, and one of nothing.
func (w *world) universe() []string {
	keys := []string{noSuchKey}
	for _, id := range []edm.GUID{pamtest.Plain, pamtest.Approval, pamtest.MFA, pamtest.Window, pamtest.All} {
		keys = append(keys, id.String())
	}
	for _, r := range w.requests {
		keys = append(keys, r.id.String(), r.approval.String())
	}
	return keys
}

// some are the keys of universe that are asked for: all, or where each is not 0 every
// so manyth.
func (w *world) some() []string {
	all := w.universe()
	if w.each == 0 {
		return all
	}
	keys := all[:1:1]
	for i := w.each; i < len(all); i += w.each {
		keys = append(keys, all[i])
	}
	return keys
}

// matrixSets are the sets with a key, a property that is shown, one that one has to ask
// for, and what the guard looks at.
var matrixSets = []struct{ name, key, shown, hidden, guarded string }{
	{"pamroles", "RoleId", "DisplayName", "CandidateID", "CandidateID"},
	{"pamrequests", "RequestId", "Justification", "DisplayName", "CreatorID"},
	{"pamrequeststoapprove", "ApprovalId", "Justification", "RequestStatus", "ApproverID"},
}

var matrixCallers = []string{jen, anna, omar, both, stranger, unknown, disabled, nobody}

// TestReadMatrix asks for every entity in every way, as everybody, and compares what is
// told with the oracle. What is hidden is answered exactly like what is not there.
func TestReadMatrix(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t, d.open(t))
			if d.name == "postgres" {
				w.each = 3 // takes longer, and the conditions are the same
			}
			asked := 0
			get := func(account, method, path string, header ...string) answer {
				asked++
				return ask(t, w.svc, request{account: account, method: method, path: path, header: header})
			}
			for _, account := range matrixCallers {
				for _, set := range matrixSets {
					visible := w.visible(account, set.name)
					for _, form := range []struct {
						path   string // %s is the key
						method string
						found  int // the status for an entity that may be seen
					}{
						{set.name + "(guid'%s')", http.MethodGet, 200},
						{set.name + "(guid'%s')", http.MethodHead, 200},
						{set.name + "(guid'%s')?$select=" + set.hidden, http.MethodGet, 200},
						{set.name + "(guid'%s')?$expand=Role", http.MethodGet, 400},
						{set.name + "(guid'%s')/" + set.shown, http.MethodGet, 200},
						{set.name + "(guid'%s')/" + set.hidden, http.MethodGet, 200},
						{set.name + "(guid'%s')/" + set.guarded + "/$value", http.MethodGet, 200},
						{set.name + "(guid'%s')/" + set.key + "/$value", http.MethodHead, 200},
						{set.name + "(guid'%s')/$links/Role", http.MethodGet, 404},
						{set.name + "(guid'%s')/$count", http.MethodGet, 404},
						{set.name + "(guid'%s')/$value", http.MethodGet, 400},
						{"$batch|GET " + set.name + "(guid'%s')", http.MethodPost, 200},
					} {
						var nothing answer
						for i, key := range w.some() {
							path := fmt.Sprintf(form.path, key)
							var got answer
							if inner, ok := strings.CutPrefix(path, "$batch|"); ok {
								asked++
								got = askBatch(t, w.svc, account, inner)
							} else {
								got = get(account, form.method, path)
							}
							if i == 0 {
								nothing = got
							}
							if slices.Contains(visible, key) {
								if got.Status != form.found {
									t.Errorf("%s %s as %q: %d, want %d\n%s", form.method, path, account, got.Status, form.found, got.Body)
								}
								continue
							}
							if got.Status < 400 {
								t.Errorf("%s %s as %q: a leak: %d %s", form.method, path, account, got.Status, got.Body)
							}
							if diff := sameAnswer(nothing, got); diff != "" {
								t.Errorf("%s %s as %q: what is hidden is not like what is not there:\n%s", form.method, path, account, diff)
							}
						}
					}
					w.matchLists(t, account, set.name, set.key, set.guarded, visible, get)
				}
			}
			t.Logf("%d requests", asked)
		})
	}
}

// matchLists asks for the set as a whole in many ways.
func (w *world) matchLists(t *testing.T, account, set, key, guarded string, visible []string, get func(account, method, path string, header ...string) answer) {
	t.Helper()
	everything := []string{
		"", "$filter=true", "$filter=not%20false", "$filter=" + guarded + "%20ne%20null", "$filter=1%20eq%201%20or%20" + guarded + "%20eq%20guid'" + noSuchKey + "'",
		"$filter=" + guarded + "%20ne%20guid'" + noSuchKey + "'", "$filter=" + key + "%20ne%20'" + noSuchKey + "'",
		"$orderby=" + guarded, "$orderby=" + guarded + "%20desc," + key, "$top=1000", "$skip=0", "$inlinecount=allpages",
	}
	for _, header := range [][]string{nil, {"Prefer: pamodata.explain"}, {"Prefer: pamodata.explain=plan"}} {
		for _, query := range everything {
			if account == explainer && header != nil {
				continue // see TestExplainTellsNothing
			}
			if query != "" {
				query = "&" + query
			}
			path := set + "?$select=" + key + query
			got := get(account, http.MethodGet, path, header...)
			if account == nobody {
				if got.Status != http.StatusUnauthorized {
					t.Errorf("GET %s as nobody: %d %s", path, got.Status, got.Body)
				}
				continue
			}
			w.wantKeys(t, account, path, got, key, visible)
		}
	}
	if account == nobody {
		return
	}
	for _, id := range w.some() {
		want := "0"
		if slices.Contains(visible, id) {
			want = "1"
		}
		if got := get(account, http.MethodGet, set+"/$count?$filter="+key+"%20eq%20guid'"+id+"'"); got.Body != want {
			t.Errorf("the number of %s with the key %s as %q: %s, want %s", set, id, account, got.Body, want)
		}
		if got := get(account, http.MethodGet, set+"?$top=0&$inlinecount=allpages&$filter="+key+"%20eq%20guid'"+id+"'"); !strings.Contains(got.Body, `"odata.count":"`+want+`"`) {
			t.Errorf("the inline count of %s with the key %s as %q: %s, want %s", set, id, account, got.Body, want)
		}
	}
	if got := get(account, http.MethodGet, set+"/$count"); got.Body != strconv.Itoa(len(visible)) {
		t.Errorf("the number of %s as %q: %s, want %d", set, account, got.Body, len(visible))
	}
	for _, user := range []edm.GUID{pamtest.Jen, pamtest.Anna, pamtest.Omar, pamtest.Both, pamtest.ID(1, disabledUser)} {
		path := set + "?$select=" + key + "&$filter=" + guarded + "%20eq%20guid'" + user.String() + "'%20or%20startswith(" + textOf(set) + ",'s')"
		got := get(account, http.MethodGet, path)
		for _, id := range w.universe() {
			if strings.Contains(got.Body, id) && !slices.Contains(visible, id) {
				t.Errorf("GET %s as %q: a leak of %s", path, account, id)
			}
		}
	}
	// A place to go on from that nobody was given.
	for _, token := range []string{"x", "AAAA", "guid'" + noSuchKey + "'", strings.Repeat("QUFB", 30)} {
		if got := get(account, http.MethodGet, set+"?$skiptoken="+token); got.Status != http.StatusBadRequest {
			t.Errorf("$skiptoken=%s of %s as %q: %d %s", token, set, account, got.Status, got.Body)
		}
	}
}

// textOf is a property of a set that is a text.
func textOf(set string) string {
	if set == "pamroles" {
		return "DisplayName"
	}
	return "Justification"
}

// wantKeys compares the keys of a feed with those that may be seen.
func (w *world) wantKeys(t *testing.T, account, path string, got answer, key string, visible []string) {
	t.Helper()
	var keys []string
	for rest := got.Body; ; {
		_, after, ok := strings.Cut(rest, `{"`+key+`":"`)
		if !ok {
			break
		}
		keys = append(keys, after[:36])
		rest = after
	}
	slices.Sort(keys)
	want := slices.Sorted(slices.Values(visible))
	if got.Status != http.StatusOK || !slices.Equal(keys, want) {
		t.Errorf("GET %s as %q: %d with %v, want %v\n%s", path, account, got.Status, keys, want, got.Body)
	}
	if strings.Contains(path, "$inlinecount") && !strings.Contains(got.Body, `"odata.count":"`+strconv.Itoa(len(want))+`"`) {
		t.Errorf("GET %s as %q: the count of what may be seen is %d\n%s", path, account, len(want), got.Body)
	}
}
