package entities_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// secretRole is a role that Both alone may ask for, and Anna alone decides about.
var secretRole = pamtest.ID(3, 0x5e)

// newTwin makes a service in which Jen has the same requests, whatever others have:
// their requests and the role of theirs are given.
func newTwin(t testing.TB, db sqldb.DB, roleName string, others []pam.Ask) *service.Service {
	t.Helper()
	svc, desk := newServiceAt(t, db, pamtest.NewClock(pamtest.Noon), nil)
	d := pamtest.Definitions()
	d.Roles = append(d.Roles, pam.Role{ID: secretRole, DisplayName: roleName, TTL: 7777e9, Approval: true, Groups: []edm.GUID{pamtest.Keys},
		Candidates: []edm.GUID{pamtest.Both}, Owners: []edm.GUID{pamtest.Anna}})
	pamtest.Apply(t, desk, d)
	create := func(account string, ask pam.Ask) {
		if _, err := desk.Create(pamtest.As(t.Context(), account), ask); err != nil {
			t.Fatal(err)
		}
	}
	for _, ask := range []pam.Ask{
		{Role: pamtest.Plain, TTL: 600, Justification: "own"}, {Role: pamtest.Approval, TTL: 7200, Justification: "mine"},
		{Role: pamtest.MFA, TTL: 60}, {Role: pamtest.Plain, TTL: 1, Justification: "it's"},
	} {
		create(jen, ask)
	}
	for _, ask := range others {
		account := anna
		if ask.Role == secretRole {
			account = both
		}
		create(account, ask)
	}
	return svc
}

// TestNothingHiddenMatters asks two services that differ only in what is hidden from
// the caller, with random options: no answer may differ, not even by an error or a
// count.
func TestNothingHiddenMatters(t *testing.T) {
	queries := 1000
	if os.Getenv("PAMODATA_LONG") == "1" {
		queries = 20_000
	}
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			queries := queries
			if d.name == "postgres" {
				queries /= 16 // each is a statement to be prepared
			}
			one := newTwin(t, d.open(t), "Vault of A", []pam.Ask{
				{Role: pamtest.Plain, TTL: 777, Justification: "alpha"}, {Role: secretRole, TTL: 778, Justification: "beta"}})
			other := newTwin(t, d.open(t), "Zoo", []pam.Ask{
				{Role: pamtest.MFA, TTL: 779, Justification: "9"}, {Role: pamtest.MFA, TTL: 1, Justification: strings.Repeat("gamma ", 100)},
				{Role: secretRole, TTL: 9_000_000_000_000}, {Role: pamtest.Plain, TTL: 2, Justification: "x"}, {Role: secretRole, TTL: 777}})
			r := rand.New(rand.NewPCG(14, 3))
			answered := 0
			for range queries {
				set := hostileSets[r.IntN(len(hostileSets))]
				path := set.name + hostilePath(r, set) + hostileQuery(r, set)
				for _, account := range []string{jen, omar, stranger, unknown} {
					q := request{account: account, method: http.MethodGet, path: path}
					a, b := ask(t, one, q), ask(t, other, q)
					if diff := sameAnswer(a, b); diff != "" {
						t.Fatalf("GET %s as %q tells of what is hidden (-one +other):\n%s", path, account, diff)
					}
					if a.Status >= http.StatusInternalServerError {
						t.Errorf("GET %s as %q: %d %s", path, account, a.Status, a.Body)
					}
					if a.Status == http.StatusOK {
						answered++
					}
				}
			}
			t.Logf("%d of %d were answered", answered, 4*queries)
			if answered < queries {
				t.Errorf("only %d of %d requests were good ones: the test has lost its force", answered, 4*queries)
			}
		})
	}
}

// A hostileSet has the properties of a set by kind.
type hostileSet struct {
	name, key                    string
	texts, numbers, times, guids []string
}

var hostileSets = []hostileSet{
	{"pamroles", "RoleId", []string{"DisplayName", "Description"}, []string{"TTL"}, []string{"AvailableFrom", "AvailableTo"}, []string{"RoleId", "CandidateID", "RoleID"}},
	{"pamrequests", "RequestId", []string{"Justification", "RequestStatus", "DisplayName", "CreationMethod", "RequestedStatus"}, []string{"RequestedTTL"},
		[]string{"CreationTime", "ExpirationTime", "RequestedTime"}, []string{"RequestId", "CreatorID", "RoleId", "CreatorId"}},
	{"pamrequeststoapprove", "ApprovalId", []string{"RoleName", "Requestor", "Justification", "RequestStatus"}, []string{"RequestedTTL"},
		[]string{"CreationTime", "RequestedTime"}, []string{"ApprovalId", "ApproverID", "FIMRequestID/Value", "RequestorID/Value", "ApprovalObjectID/Value"}},
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func hostilePath(r *rand.Rand, set hostileSet) string {
	switch r.IntN(8) {
	case 0:
		return "/$count"
	case 1:
		return "(guid'" + hostileGUID(r) + "')"
	case 2:
		return "(guid'" + hostileGUID(r) + "')/" + pick(r, append(append(set.texts, set.numbers...), set.key)...) + pick(r, "", "/$value")
	}
	return ""
}

func hostileQuery(r *rand.Rand, set hostileSet) string {
	var options []string
	add := func(name, value string) { options = append(options, name+"="+url.QueryEscape(value)) }
	if r.IntN(8) > 0 {
		add("$filter", hostileCondition(r, set, 3))
	}
	if r.IntN(2) == 0 {
		var by []string
		for range 1 + r.IntN(3) {
			by = append(by, hostileOperand(r, set)+pick(r, "", " asc", " desc"))
		}
		add("$orderby", strings.Join(by, ","))
	}
	if r.IntN(3) == 0 {
		add("$top", pick(r, "0", "1", "2", "1000", "2147483647", "-1"))
	}
	if r.IntN(3) == 0 {
		add("$skip", pick(r, "0", "1", "3", "1000", "2147483647"))
	}
	if r.IntN(2) == 0 {
		add("$inlinecount", pick(r, "allpages", "allpages", "none"))
	}
	if r.IntN(4) == 0 {
		add("$select", pick(r, "*", set.key, pick(r, set.texts...), pick(r, set.guids...), set.key+",CreationTime"))
	}
	if len(options) == 0 {
		return ""
	}
	return "?" + strings.Join(options, "&")
}

func hostileCondition(r *rand.Rand, set hostileSet, depth int) string {
	if depth > 0 {
		switch r.IntN(6) {
		case 0, 1:
			return hostileCondition(r, set, depth-1) + pick(r, " and ", " or ") + hostileCondition(r, set, depth-1)
		case 2:
			return "not (" + hostileCondition(r, set, depth-1) + ")"
		}
	}
	text, guid, when := pick(r, set.texts...), pick(r, set.guids...), pick(r, set.times...)
	op := pick(r, " eq ", " ne ", " lt ", " ge ", " gt ", " le ")
	switch r.IntN(9) {
	case 0:
		return text + op + "'" + pick(r, "alpha", "beta", "9", "mine", "Active", "PendingApproval", "Vault of A", "Zoo", "it''s", "") + "'"
	case 1:
		return guid + pick(r, " eq ", " ne ") + "guid'" + hostileGUID(r) + "'"
	case 2:
		return when + op + "datetime'" + pick(r, "2026-03-11T12:00:00Z", "2026-03-11T12:10:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999") + "'"
	case 3:
		return pick(r, "startswith("+text+",'a')", "substringof('a',"+text+")", "endswith("+text+",'e')", "true", "false", text+" eq null", "1 eq 1")
	case 4:
		return "length(" + text + ")" + op + fmt.Sprint(r.IntN(8))
	case 5:
		return "substring(" + text + "," + hostileNumber(r, set) + ")" + op + "'a'"
	case 6:
		return pick(r, "year", "hour", "second") + "(" + when + ")" + op + pick(r, "2026", "12", "0")
	default:
		return hostileNumber(r, set) + op + hostileNumber(r, set)
	}
}

// hostileNumber are numbers whose calculation fails for some entities: it must not do
// so for those that are hidden.
func hostileNumber(r *rand.Rand, set hostileSet) string {
	n := pick(r, set.numbers...)
	switch r.IntN(7) {
	case 0:
		return "(1 div (" + n + " sub " + pick(r, "777", "778", "779", "1", "2", "60") + "))"
	case 1:
		return "(" + n + " mod (" + n + " sub " + pick(r, "777", "778", "2", "3600") + "))"
	case 2:
		return "(" + n + " mul " + pick(r, "9223372036854775807", "1025000", "3") + ")"
	case 3:
		return "(" + n + " add 9223372036854775000)"
	case 4:
		return "(length(" + pick(r, set.texts...) + ") sub 3)"
	case 5:
		return n
	}
	return fmt.Sprint(r.IntN(1000))
}

func hostileOperand(r *rand.Rand, set hostileSet) string {
	switch r.IntN(4) {
	case 0:
		return hostileNumber(r, set)
	case 1:
		return hostileCondition(r, set, 1)
	}
	return pick(r, append(append(append(append([]string{}, set.texts...), set.numbers...), set.times...), set.guids...)...)
}

func hostileGUID(r *rand.Rand) string {
	return pick(r, noSuchKey, pamtest.Jen.String(), pamtest.Anna.String(), pamtest.Omar.String(), pamtest.Both.String(), pamtest.Plain.String(),
		secretRole.String(), pamtest.ID(9, byte(1+r.IntN(20))).String())
}
