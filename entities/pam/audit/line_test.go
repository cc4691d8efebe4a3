package audit_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// TestLineText pins the text that hashes are made of: it must never change.
func TestLineText(t *testing.T) {
	e := audit.Event{Sequence: 7, ID: audit.GrantSucceeded, Time: pamtest.Noon, Node: "n1", Correlation: "c",
		Actor:   audit.Actor{ID: pamtest.Jen, Name: `PRIV\Jen`, Method: "basic", Address: "192.0.2.1"},
		Request: pamtest.ID(9, 1), Role: pamtest.Plain, RoleName: "DNS <admins>", Subject: "PRIV.Jen", Outcome: audit.Success, Reason: "INC 1",
		RequestedTTL: 612, EffectiveTTL: 600, Ends: pamtest.Noon, Groups: []string{"DNS", "Files"}, Hash: "00ff"}
	want := `{"seq":7,"id":230,"name":"grant.succeeded","level":"info","time":"2026-03-11T12:00:00.000Z","node":"n1","correlation":"c",` +
		`"actor":{"id":"01000000-0000-4000-8000-000000000001","name":"PRIV\\Jen","method":"basic","address":"192.0.2.1"},` +
		`"request":"09000000-0000-4000-8000-000000000001","role":"03000000-0000-4000-8000-000000000001","roleName":"DNS \u003cadmins\u003e",` +
		`"subject":"PRIV.Jen","outcome":"success","reason":"INC 1","requestedTTL":612,"effectiveTTL":600,"ends":"2026-03-11T12:00:00.000Z",` +
		`"groups":["DNS","Files"],"hash":"00ff"}`
	if diff := cmp.Diff(want, string(e.Line())); diff != "" {
		t.Errorf("the line is not what hashes were made of (-want +got):\n%s", diff)
	}
	empty := audit.Event{}
	if diff := cmp.Diff(`{"seq":0,"id":0,"name":"","level":"","time":"0001-01-01T00:00:00.000Z"}`, string(empty.Line())); diff != "" {
		t.Errorf("of an event that says nothing (-want +got):\n%s", diff)
	}
}

// The hashes of two events, computed elsewhere: SHA-256 of the hash before, a line
// feed, and the line without its hash.
const (
	firstHash  = "9299a06c52c2af366094ed2ca4c47b9176db9bea913b3f80d41f37a6bb209ceb"
	secondHash = "2444b806dc9915d81027e5e9a451174b7f0a4bf23ab1f7ae7a57ee75766e0ccc"
)

// TestChainText pins how events are chained.
func TestChainText(t *testing.T) {
	db := pamtest.SQLite(t)
	trail := audit.New(db)
	add(t, trail, db, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon}, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon})
	want := `{"seq":1,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:00.000Z","hash":"` + firstHash + `"}` + "\n" +
		`{"seq":2,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:00.000Z","hash":"` + secondHash + `"}` + "\n"
	if diff := cmp.Diff(want, lines(t, trail, audit.Span{})); diff != "" {
		t.Errorf("hashes have changed, and with them every trail that exists (-want +got):\n%s", diff)
	}
}

// TestParseLine refuses what says the same in another way.
func TestParseLine(t *testing.T) {
	good := `{"seq":1,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:00.000Z","reason":"a","hash":"00"}`
	if _, err := audit.ParseLine([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, why string }{
		{"blank", `,"id"`, `, "id"`, "blanks are not written"},
		{"end", `"00"}`, `"00"} `, "nor behind the line"},
		{"second", `"00"}`, `"00"}{}`, "one line is one event"},
		{"order", `"seq":1,"id":300`, `"id":300,"seq":1`, "the hash is made of one order"},
		{"case", `"seq"`, `"Seq"`, "names have one case"},
		{"unknown", `"hash"`, `"more":1,"hash"`, "what the hash would not cover has no place"},
		{"twice", `"reason":"a"`, `"reason":"b","reason":"a"`, "readers differ in which one they take"},
		{"escape", `"a"`, `"\u0061"`, "a letter is not escaped"},
		{"name", `auth.failed`, `auth.passed`, "the name is that of the id"},
		{"level", `warning`, `info`, "the level is that of the id"},
		{"zone", `00.000Z`, `00.000+00:00`, "times have one form"},
		{"fraction", `00.000Z`, `00Z`, "with milliseconds"},
		{"date", `2026-03-11`, `2026-03-32`, "and exist"},
		{"empty", `"reason":"a"`, `"reason":""`, "what is empty is left out"},
		{"null", `"reason":"a"`, `"reason":null`, "nothing is null"},
		{"number", `"seq":1`, `"seq":1e0`, "integers are digits"},
		{"huge", `"seq":1`, `"seq":99999999999999999999`, "and fit"},
		{"kind", `"seq":1`, `"seq":"1"`, "a text is no number"},
		{"guid", `"reason"`, `"request":"03000000-0000-4000-8000-00000000000A","reason"`, "identifiers are in lower case"},
		{"array", good, `[` + good + `]`, "a line is an object"},
		{"nothing", good, ``, "an empty line is none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatal("the row changes nothing")
			}
			if e, err := audit.ParseLine([]byte(text)); err == nil {
				t.Errorf("%s was read as %+v: %s", text, e, tt.why)
			}
		})
	}
}

// TestLineRoundTrip reads what was written, for events as trails have them.
func TestLineRoundTrip(t *testing.T) {
	db := pamtest.SQLite(t)
	_, events := fill(t, db, 500)
	for _, e := range events {
		got, err := audit.ParseLine(e.Line())
		if err != nil {
			t.Fatalf("%s: %v", e.Line(), err)
		}
		if diff := cmp.Diff(e, &got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		f.Add(someEvent(r, pamtest.Noon).Line())
	}
	f.Add([]byte(`{"seq":1,"id":300,"name":"auth.failed","level":"warning","time":"2026-03-11T12:00:00.000Z","actor":{},"groups":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := audit.ParseLine(text)
		if err != nil {
			if len(text) > 8 && strings.Contains(err.Error(), string(text)) {
				t.Errorf("the error repeats the text: %v", err)
			}
			return
		}
		if !bytes.Equal(e.Line(), text) {
			t.Fatalf("read %q and wrote %q", text, e.Line())
		}
		again, err := audit.ParseLine(e.Line())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Error(diff)
		}
	})
}
