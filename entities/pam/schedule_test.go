package pam_test

import (
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestSchedule: when a request starts whose role has a window, by the clocks on the
// wall. Clocks in Prague skip 2:00 to 3:00 on 29 March 2026, and show it twice on 25
// October.
func TestSchedule(t *testing.T) {
	prague, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		t.Skip("no time zones: install tzdata")
	}
	at := func(text string) time.Time {
		t.Helper()
		instant, err := time.Parse("2006-01-02 15:04:05.999", text)
		if err != nil {
			t.Fatal(err)
		}
		return instant
	}
	window := func(from, to time.Duration) *pam.Window { return &pam.Window{From: from, To: to} }
	const minute = time.Minute
	rows := []struct {
		name, why string
		window    *pam.Window
		wanted    string // UTC; inside the window
		approved  string // UTC; empty for a role without approval
		starts    string // UTC
	}{
		{"inside", "the window is open", window(20*time.Hour, 23*time.Hour), "2026-03-11 19:30:00", "2026-03-11 19:45:00", "2026-03-11 19:45:00"},
		{"the beginning", "From is inside", window(20*time.Hour, 23*time.Hour), "2026-03-11 19:00:00", "", "2026-03-11 19:00:00"},
		{"the last millisecond", "To is outside", window(20*time.Hour, 23*time.Hour), "2026-03-11 21:59:59.999", "", "2026-03-11 21:59:59.999"},
		{"approved late", "the next opening is tomorrow", window(20*time.Hour, 23*time.Hour), "2026-03-11 19:30:00", "2026-03-11 22:00:00", "2026-03-12 19:00:00"},
		{"approved early", "as asked for", window(20*time.Hour, 23*time.Hour), "2026-03-12 19:30:00", "2026-03-11 22:00:00", "2026-03-12 19:30:00"},
		{"into summer time", "the same clock on the wall is an hour earlier in UTC", window(20*time.Hour, 23*time.Hour), "2026-03-28 19:30:00", "2026-03-28 22:00:00", "2026-03-29 18:00:00"},
		{"out of summer time", "and an hour later", window(20*time.Hour, 23*time.Hour), "2026-10-24 18:30:00", "2026-10-24 21:00:00", "2026-10-25 19:00:00"},
		{"skipped", "clocks do not show it that day", window(2*time.Hour+15*minute, 2*time.Hour+45*minute), "2026-03-28 01:20:00", "2026-03-28 01:45:00", "2026-03-30 00:15:00"},
		{"skipped in part", "it opens right after the jump", window(2*time.Hour+30*minute, 3*time.Hour+30*minute), "2026-03-28 01:40:00", "2026-03-28 02:30:00", "2026-03-29 01:00:00"},
		{"twice", "what clocks show again opens again", window(2*time.Hour+30*minute, 2*time.Hour+45*minute), "2026-10-25 00:35:00", "2026-10-25 00:50:00", "2026-10-25 01:30:00"},
		{"the whole day", "always open", window(0, 24*time.Hour), "2026-03-29 00:59:59.999", "2026-03-29 01:00:00", "2026-03-29 01:00:00"},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			t.Run(c.name, func(t *testing.T) {
				s := newStage(t, db, pam.Config{Zone: prague}, func(d *pam.Definitions) {
					roleOf(d, pamtest.Plain).Window, roleOf(d, pamtest.Plain).Approval = c.window, c.approved != ""
				})
				wanted, starts := at(c.wanted), at(c.starts)
				s.clock.Set(wanted.Add(-30 * 24 * time.Hour))
				id := s.create(jen, pam.Ask{Role: pamtest.Plain, TTL: 3600, Wanted: wanted})
				if c.approved != "" {
					s.clock.Set(at(c.approved))
					same(t, c.why, "code", "", s.decide(omar, id, true))
				}
				if s.clock.Now().Before(starts) {
					s.clock.Set(starts.Add(-time.Millisecond))
					s.work()
					same(t, c.why, "status before", pam.Scheduled, s.status(id))
					s.clock.Set(starts)
					s.work()
				}
				same(t, c.why, "status", pam.Active, s.status(id))
				same(t, "the window limits the start, not the duration", "end", starts.Add(time.Hour), s.read(id).Expiration)
			})
		}
		t.Run("refused", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Zone: prague}, func(d *pam.Definitions) {
				roleOf(d, pamtest.Plain).Window = window(20*time.Hour, 23*time.Hour)
			})
			for _, c := range []struct{ why, wanted, code string }{
				{"a millisecond before the beginning", "2026-03-11 18:59:59.999", "RoleNotAvailable"},
				{"the end", "2026-03-11 22:00:00", "RoleNotAvailable"},
				{"what the past means is now, and closed", "2026-03-10 20:00:00", "RoleNotAvailable"},
				{"the beginning", "2026-03-11 19:00:00", ""},
			} {
				_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600, Wanted: at(c.wanted)})
				same(t, c.why, "code", c.code, code(err))
			}
		})
		t.Run("changed", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Zone: prague})
			id := s.later(pamtest.Plain, time.Hour) // 14:00 in Prague
			s.apply(func(d *pam.Definitions) { roleOf(d, pamtest.Plain).Window = window(20*time.Hour, 21*time.Hour) })
			s.pass(time.Hour)
			same(t, "the window counts as it is at the start", "status", pam.Scheduled, s.status(id))
			s.apply(func(d *pam.Definitions) {
				roleOf(d, pamtest.Plain).TTL, roleOf(d, pamtest.Plain).Groups = time.Minute, roleOf(d, pamtest.MFA).Groups
			})
			s.clock.Set(at("2026-03-11 19:00:00"))
			s.work()
			same(t, "and so does the duration", "end", at("2026-03-11 19:01:00"), s.read(id).Expiration)
			same(t, "and so do the privileges", "groups", roleOf(&s.defs, pamtest.MFA).Groups, s.granter.Groups(pamtest.Jen))
		})
	})
}
