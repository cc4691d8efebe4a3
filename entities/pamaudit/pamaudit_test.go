package pamaudit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/entities/pamaudit"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var auditors = []string{`priv\Olga`, ""}

// newService is the PAM service with the audit trail for auditors.
func newService(t *testing.T, db sqldb.DB) (*service.Service, *pam.Desk) {
	t.Helper()
	desk, clock, _ := pamtest.NewDesk(t, db, pam.Config{Node: "n1"})
	svc, err := service.New(service.Config{Namespace: entities.Namespace, Container: entities.Container, Root: "/api/pamresources/",
		Profile: entities.Profile(), PageSize: odata.NoPaging, Clock: clock.Now}, entities.All(desk, auditors...)...)
	if err != nil {
		t.Fatal(err)
	}
	return svc, desk
}

func on(t *testing.T, test func(t *testing.T, db sqldb.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, pamtest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		db, _ := pamtest.Postgres(t)
		test(t, db)
	})
}

// TestTranscripts plays whole requests on both databases: the same bytes come from
// either.
func TestTranscripts(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		svc, desk := newService(t, db)
		for _, e := range []*audit.Event{
			{ID: audit.AuthFailed, Time: pamtest.Noon, Node: "n1", Correlation: "call-1", Actor: audit.Actor{Name: `PRIV\Nobody`, Method: "basic", Address: "192.0.2.7"}, Outcome: audit.Denied},
			{ID: audit.GrantSucceeded, Time: pamtest.Noon.Add(1500 * time.Millisecond), Node: "n1", Actor: audit.System, Request: pamtest.ID(9, 1), Role: pamtest.Plain,
				RoleName: "DNS administrators", Subject: "PRIV.Jen", Outcome: audit.Success, RequestedTTL: 612, EffectiveTTL: 600,
				Ends: pamtest.Noon.Add(10 * time.Minute), Groups: []string{"DNS", "Files"}},
		} {
			if err := desk.Trail().Record(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
		providertest.Transcripts(t, svc, "testdata")
	})
}

// ask sends a request as an account, as nobody with an empty one.
func ask(svc http.Handler, account, method, target string) (status int, body string) {
	r := httptest.NewRequest(method, "http://host/api/pamresources/"+target, nil)
	if account != "" {
		r = r.WithContext(pamtest.As(r.Context(), account))
	}
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// TestOnlyAuditors refuses everybody else, in whichever way they try, and changes by
// anybody.
func TestOnlyAuditors(t *testing.T) {
	svc, desk := newService(t, pamtest.SQLite(t))
	for _, target := range []string{"pamaudit", "pamaudit(1L)", "pamaudit/$count", "pamaudit(1L)/Reason", "pamaudit(1L)/Reason/$value", "pamaudit?$top=0",
		"pamaudit?$filter=Sequence%20eq%201L", "pamaudit?$orderby=Hash", "pamaudit?$inlinecount=allpages", "pamaudit?$select=Hash", "pamaudit(99999L)",
		"pamaudit?$skiptoken=1", "pamaudit?$filter=false", "pamaudit(1L)/ActorId"} {
		for _, account := range []string{`PRIV\Jen`, `PRIV\Omar`, `Olga`, `PRIV\Olga2`, `OTHER\Olga`, ""} {
			want := http.StatusForbidden
			if account == "" {
				want = http.StatusUnauthorized
			}
			// A paging token that is none may be refused before anything else.
			if status, body := ask(svc, account, "GET", target); status != want && !(status == http.StatusBadRequest && strings.Contains(target, "skiptoken")) ||
				strings.Contains(body, "config.changed") {
				t.Errorf("GET %s as %q: %d %s, want %d", target, account, status, body, want)
			}
		}
	}
	for _, account := range []string{`PRIV\Olga`, `priv\olga`} {
		if status, body := ask(svc, account, "GET", "pamaudit/$count"); status != http.StatusOK || strings.TrimPrefix(body, "\ufeff") != "1" {
			t.Errorf("the count for an auditor: %d %q, want 1", status, body)
		}
	}
	_, hash, err := desk.Trail().Last(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if status, body := ask(svc, `PRIV\Olga`, "GET", "pamaudit(1L)/Hash/$value"); status != http.StatusOK || body != hash {
		t.Errorf("the hash for an auditor: %d %q, want %s", status, body, hash)
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "MERGE", "DELETE"} {
		for _, target := range []string{"pamaudit", "pamaudit(1L)", "pamaudit(1L)/Reason"} {
			if status, body := ask(svc, `PRIV\Olga`, method, target); status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s by an auditor: %d %s, want 405", method, target, status, body)
			}
		}
	}
}

// TestWithoutAuditors has no such set.
func TestWithoutAuditors(t *testing.T) {
	desk, _, _ := pamtest.NewDesk(t, pamtest.SQLite(t), pam.Config{})
	for _, set := range entities.All(desk) {
		if set.Name == "pamaudit" {
			t.Error("the audit trail is served although nobody may read it")
		}
	}
}

// TestPages follows the links through more events than fit a page.
func TestPages(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		svc, desk := newService(t, db)
		const n = 2*pamaudit.PageSize + 200
		var events []*audit.Event
		for i := range n - 1 { // the first event is about the definitions
			events = append(events, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon, Reason: fmt.Sprint(i)})
		}
		if err := db.Transact(context.Background(), func(ctx context.Context) error { return desk.Trail().Append(ctx, events...) }); err != nil {
			t.Fatal(err)
		}
		target, next, pages := "pamaudit?$select=Sequence", int64(1), 0
		for target != "" {
			status, body := ask(svc, `PRIV\Olga`, "GET", target)
			var page struct {
				Value []struct {
					Sequence int64 `json:",string"`
				}
				Next string `json:"odata.nextLink"`
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK {
				t.Fatalf("%s: %d %s, %v", target, status, body, err)
			}
			for _, e := range page.Value {
				if e.Sequence != next {
					t.Fatalf("event %d, want %d", e.Sequence, next)
				}
				next++
			}
			pages++
			target = ""
			if page.Next != "" {
				link, err := url.Parse(page.Next)
				if err != nil {
					t.Fatal(err)
				}
				target = "pamaudit?" + link.RawQuery
			}
		}
		if next != n+1 || pages != 3 {
			t.Errorf("%d events in %d pages, want %d in 3", next-1, pages, n)
		}
	})
}
