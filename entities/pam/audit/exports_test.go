package audit_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestExportSpan exports parts by number and by time.
func TestExportSpan(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail := audit.New(db)
		var events []*audit.Event
		for i := range 2500 {
			events = append(events, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon.Add(time.Duration(i) * time.Second)})
		}
		add(t, trail, db, events...)
		at := func(n int) time.Time { return pamtest.Noon.Add(time.Duration(n-1) * time.Second) } // of event n
		for _, tt := range []struct {
			name       string
			span       audit.Span
			from, to   int
			why        string
			wantNobody bool
		}{
			{name: "all", span: audit.Span{}, from: 1, to: 2500, why: "no bounds, more than a portion"},
			{name: "numbers", span: audit.Span{From: 7, To: 2007}, from: 7, to: 2007, why: "both are inclusive"},
			{name: "one", span: audit.Span{From: 9, To: 9}, from: 9, to: 9, why: "both are inclusive"},
			{name: "since", span: audit.Span{Since: at(2490)}, from: 2490, to: 2500, why: "the begin is inclusive"},
			{name: "until", span: audit.Span{Until: at(11)}, from: 1, to: 10, why: "the end is exclusive"},
			{name: "both", span: audit.Span{From: 5, Since: at(3), To: 100, Until: at(2000)}, from: 5, to: 100, why: "all bounds hold"},
			{name: "empty", span: audit.Span{From: 5, To: 4}, wantNobody: true, why: "nothing is between"},
			{name: "late", span: audit.Span{Since: at(2501)}, wantNobody: true, why: "nothing is behind the last one"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				var b strings.Builder
				n, err := trail.Export(background, &b, tt.span, audit.JSONLines)
				if err != nil {
					t.Fatal(err)
				}
				want := ""
				if !tt.wantNobody {
					for _, e := range events[tt.from-1 : tt.to] {
						want += string(e.Line()) + "\n"
					}
				}
				if b.String() != want || int(n) != strings.Count(want, "\n") {
					t.Errorf("%d events, want %d to %d: %s", n, tt.from, tt.to, tt.why)
				}
			})
		}
	})
}

// TestExportCSV writes the same bytes from both databases, and nothing that a
// spreadsheet would calculate.
func TestExportCSV(t *testing.T) {
	texts := map[string]string{}
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, events := fill(t, db, 200)
		var b strings.Builder
		if _, err := trail.Export(background, &b, audit.Span{}, audit.CSV); err != nil {
			t.Fatal(err)
		}
		texts[db.Dialect().String()] = b.String()
		table, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(table) != 201 {
			t.Fatalf("%d rows, %v; want 201", len(table), err)
		}
		if diff := cmp.Diff("seq,id,name,level,at,node,correlation,actor_id,actor_name,actor_method,actor_address,request_id,role_id,role_name,"+
			"subject,outcome,reason,requested_ttl_s,effective_ttl_s,ends_at,granted_groups,hash", strings.Join(table[0], ",")); diff != "" {
			t.Error(diff)
		}
		formulas := 0
		for i, e := range events {
			row := table[i+1]
			reason := e.Reason
			if strings.HasPrefix(reason, "=") {
				reason = "'" + reason
				formulas++
			}
			want := []string{fmt.Sprint(e.Sequence), reason, fmt.Sprint(e.EffectiveTTL), e.Hash}
			if diff := cmp.Diff(want, []string{row[0], row[16], row[18], row[21]}); diff != "" {
				t.Fatalf("event %d (-want +got):\n%s", e.Sequence, diff)
			}
		}
		if formulas == 0 {
			t.Error("no event had a formula")
		}
	})
	if texts["SQLite"] != texts["PostgreSQL"] && len(texts) == 2 {
		t.Error("the databases export different bytes")
	}
}

type fullDisk struct{}

var errFull = errors.New("the disk is full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// TestExportFails tells that not everything was written.
func TestExportFails(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 2000)
	for _, f := range []audit.Format{audit.JSONLines, audit.CSV} {
		if _, err := trail.Export(background, fullDisk{}, audit.Span{}, f); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want the writer's error", f, err)
		}
	}
	if _, err := trail.Export(background, &strings.Builder{}, audit.Span{}, "xml"); !errors.Is(err, audit.ErrFormat) {
		t.Errorf("xml: %v, want ErrFormat", err)
	}
}
