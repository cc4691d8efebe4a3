package entities_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// BenchmarkHistory lists 10,000 requests of the caller between two times, among 20,000
// of his and as many of others: the portal's history, many times larger. Run it with
// -cpu 1.
func BenchmarkHistory(b *testing.B) {
	db := pamtest.SQLite(b)
	clock := pamtest.NewClock(pamtest.Noon)
	svc, _ := newServiceAt(b, db, clock, nil)
	const each = 20_000
	guid, moment, number, boolean := sqldb.Form{Kind: edm.KindGuid},
		sqldb.Form{Kind: edm.KindDateTime}, sqldb.Form{Kind: edm.KindInt64}, sqldb.Form{Kind: edm.KindBoolean}
	insert := sqldb.NewStatement(db.Dialect(), `INSERT INTO pam_request (id, approval_id, role_id, role_name, creator_id, requestor,
		justification, creation_time, creation_method, requested_ttl_s, requested_time, factor_needed, factor_reference, approval_needed,
		approved, start_time, grant_begun, granted, ends, expires, revoked, expiration_time, attempts)
		VALUES (?1, ?2, ?3, 'DNS administrators', ?4, 'PRIV.Jen', 'Quarterly restore test', ?5, 'PAM Web API', ?6, ?5, ?7, '', ?7, ?7, ?5, ?5, ?5, ?8, ?7, ?8, ?8, 0)`,
		[]sqldb.Form{guid, guid, guid, guid, moment, number, boolean, moment}, nil)
	begin := pamtest.Noon.AddDate(-1, 0, 0)
	err := db.Transact(context.Background(), func(ctx context.Context) error {
		for i := range 2 * each {
			creator := pamtest.Jen
			if i%2 == 1 {
				creator = pamtest.Anna
			}
			at := begin.Add(time.Duration(i/2) * time.Minute)
			_, err := db.Exec(ctx, insert, []edm.Value{edm.NewGUID().Value(), edm.NewGUID().Value(), pamtest.Plain.Value(), creator.Value(),
				edm.DateTimeFrom(at).Value(), edm.Int64(3600), edm.Boolean(false), edm.DateTimeFrom(at.Add(time.Hour)).Value()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	stamp := func(t time.Time) string { return "datetime'" + t.Format("2006-01-02T15:04:05.000Z") + "'" }
	filter := fmt.Sprintf("CreationTime gt %s and CreationTime lt %s", stamp(begin.Add(-time.Second)), stamp(begin.Add(10_000*time.Minute-time.Second)))
	target := root + "pamrequests?$filter=" + url.QueryEscape(filter)
	ctx := odata.WithPrincipal(context.Background(), odata.Principal{Name: jen, Method: "test"})
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
		b.StopTimer()
		if n := strings.Count(w.Body.String(), `"RequestId"`); n != 10_000 {
			b.Fatalf("%d requests, want 10,000", n)
		}
		b.StartTimer()
	}
}
