package audit_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// benchOn runs a benchmark on both databases.
func benchOn(b *testing.B, bench func(b *testing.B, db sqldb.DB)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, pamtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) {
		db, _ := pamtest.Postgres(b)
		bench(b, db)
	})
}

func granted(i int) *audit.Event {
	return &audit.Event{ID: audit.GrantSucceeded, Time: pamtest.Noon, Node: "node-1", Correlation: "5f1f6c9a7f3b4f7e", Actor: audit.System,
		Request: pamtest.ID(9, byte(i)), Role: pamtest.Plain, RoleName: "DNS administrators", Subject: "PRIV.Jen", Outcome: audit.Success,
		RequestedTTL: 3600, EffectiveTTL: 3600, Ends: pamtest.Noon.Add(time.Hour), Groups: []string{"DNS", "Files"}}
}

func perSecond(b *testing.B, events int64) {
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkAppend appends events in transactions of several sizes.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 3, 100} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			benchOn(b, func(b *testing.B, db sqldb.DB) {
				b.ReportAllocs()
				trail := audit.New(db)
				var n int64
				for b.Loop() {
					events := make([]*audit.Event, size)
					for i := range events {
						events[i] = granted(i)
					}
					if err := db.Transact(background, func(ctx context.Context) error { return trail.Append(ctx, events...) }); err != nil {
						b.Fatal(err)
					}
					n += int64(size)
				}
				perSecond(b, n)
			})
		})
	}
}

// BenchmarkVerify verifies a trail of 10,000 events.
func BenchmarkVerify(b *testing.B) {
	benchOn(b, func(b *testing.B, db sqldb.DB) {
		trail := filled(b, db, 10_000)
		b.ReportAllocs()
		var n int64
		for b.Loop() {
			v, err := trail.Verify(background)
			if err != nil || len(v.Breaks) > 0 {
				b.Fatal(v, err)
			}
			n += v.Events
		}
		perSecond(b, n)
	})
}

func filled(b *testing.B, db sqldb.DB, n int) *audit.Trail {
	trail := audit.New(db)
	events := make([]*audit.Event, n)
	for i := range events {
		events[i] = granted(i)
	}
	add(b, trail, db, events...)
	return trail
}

// BenchmarkExport writes 10,000 events to nowhere.
func BenchmarkExport(b *testing.B) {
	db := pamtest.SQLite(b)
	trail := filled(b, db, 10_000)
	for _, f := range []audit.Format{audit.JSONLines, audit.CSV} {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			var n int64
			for b.Loop() {
				count, err := trail.Export(background, io.Discard, audit.Span{}, f)
				if err != nil {
					b.Fatal(err)
				}
				n += count
			}
			perSecond(b, n)
		})
	}
}

// BenchmarkVerifyLines verifies 10,000 exported events.
func BenchmarkVerifyLines(b *testing.B) {
	trail := filled(b, pamtest.SQLite(b), 10_000)
	text := lines(b, trail, audit.Span{})
	b.ReportAllocs()
	var n int64
	for b.Loop() {
		v, err := audit.VerifyLines(strings.NewReader(text))
		if err != nil || len(v.Breaks) > 0 {
			b.Fatal(v, err)
		}
		n += v.Events
	}
	perSecond(b, n)
}

// BenchmarkLine makes the text of an event.
func BenchmarkLine(b *testing.B) {
	e := granted(1)
	b.ReportAllocs()
	for b.Loop() {
		if len(e.Line()) == 0 {
			b.Fatal("there is none")
		}
	}
}
