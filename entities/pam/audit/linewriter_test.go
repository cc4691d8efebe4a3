package audit

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

// TestLineIsJSON compares what is written by hand with what encoding/json makes of a
// line, for random events.
func TestLineIsJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	word := func() string {
		words := []string{"", "", "abc", `a"b`, `a\b`, "<b>&", "\x00\x1f\x7f", "é", "\u2028", "\xff\xfe", "🗝", "~ !", "\ufffd"}
		return words[r.IntN(len(words))]
	}
	id := func() edm.GUID {
		if r.IntN(2) == 0 {
			return edm.GUID{}
		}
		return edm.NewGUID()
	}
	text := func(id edm.GUID) string {
		if id.IsZero() {
			return ""
		}
		return id.String()
	}
	for range 5000 {
		e := Event{Sequence: r.Int64(), ID: []ID{0, -1, GrantFailed, Gap, 99999}[r.IntN(5)], Time: time.Unix(r.Int64N(4e9), r.Int64N(1e9)),
			Node: word(), Correlation: word(), Request: id(), Role: id(), RoleName: word(), Subject: word(), Outcome: Outcome(word()),
			Reason: word(), RequestedTTL: r.Int64N(3) - 1, EffectiveTTL: r.Int64N(3) - 1, Hash: word()}
		if r.IntN(2) == 0 {
			e.Actor = Actor{id(), word(), word(), word()}
		}
		if r.IntN(2) == 0 {
			e.Ends = time.Unix(r.Int64N(4e9), r.Int64N(1e9))
		}
		for range r.IntN(4) {
			e.Groups = append(e.Groups, word())
		}
		l := line{Sequence: e.Sequence, ID: e.ID, Name: e.ID.String(), Level: e.ID.Level(), Time: e.Time.UTC().Format(instant),
			Node: e.Node, Correlation: e.Correlation, Request: text(e.Request), Role: text(e.Role), RoleName: e.RoleName,
			Subject: e.Subject, Outcome: e.Outcome, Reason: e.Reason, RequestedTTL: e.RequestedTTL, EffectiveTTL: e.EffectiveTTL,
			Groups: e.Groups, Hash: e.Hash}
		if e.Actor != (Actor{}) {
			l.Actor = &actor{text(e.Actor.ID), e.Actor.Name, e.Actor.Method, e.Actor.Address}
		}
		if !e.Ends.IsZero() {
			l.Ends = e.Ends.UTC().Format(instant)
		}
		want, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(e.Line())); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}
