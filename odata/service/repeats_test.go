package service

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// A hand that turns the clock of the memory of answers.
type hand struct{ now time.Time }

func newRepeats() (*recentAnswers, *hand) {
	h := &hand{time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)}
	return newRecentAnswers(func() time.Time { return h.now }), h
}

func keyed(i int) (sum [32]byte) { return digest(fmt.Appendf(nil, "%d", i)) }

// answered claims a key, and keeps an answer if that is new. It returns what is to
// be sent again, nil if there is nothing.
func answered(t *testing.T, m *recentAnswers, key int, answer string, committed bool) []byte {
	t.Helper()
	c, err := m.Claim(t.Context(), keyed(key), keyed(-1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.End(committed)
	if former := c.Answer(); former != nil {
		return former
	}
	if err := c.Keep(t.Context(), []byte(answer)); err != nil {
		t.Fatal(err)
	}
	return nil
}

// TestAnswersAreRemembered: only what was committed, and for a day.
func TestAnswersAreRemembered(t *testing.T) {
	m, h := newRepeats()
	for _, tt := range []struct {
		name      string
		wait      time.Duration
		committed bool
		want      string
	}{
		{"new, but not committed", 0, false, ""},
		{"again new", 0, true, ""},
		{"sent again", 0, true, "2"},
		{"sent again by one that fails", 0, false, "2"},
		{"still there", repeatsLife - 1, true, "2"},
		{"a day old", 1, true, ""},
		{"a day from then", repeatsLife - 1, true, "6"},
	} {
		h.now = h.now.Add(tt.wait)
		names := map[string]string{"again new": "2", "a day old": "6"}
		if got := string(answered(t, m, 1, names[tt.name], tt.committed)); got != tt.want {
			t.Errorf("%s: answer %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestTooManyAnswers: the oldest go first, by number and by size, and nothing is
// left of them.
func TestTooManyAnswers(t *testing.T) {
	m, _ := newRepeats()
	for i := range repeatsKept + 100 {
		answered(t, m, i, "x", true)
	}
	if answered(t, m, repeatsKept+99, "", true) == nil {
		t.Error("the latest answer was forgotten")
	}
	if n := m.byAge.Len(); n > repeatsKept || len(m.entries) != n || m.bytes != n {
		t.Errorf("%d answers in order, %d by key, %d bytes; want %d at most", n, len(m.entries), m.bytes, repeatsKept)
	}
	if answered(t, m, 0, "y", true) != nil {
		t.Error("the oldest answer is still there")
	}
	large := string(make([]byte, 1<<20))
	for i := range 40 {
		answered(t, m, 1_000_000+i, large, true)
	}
	answered(t, m, 2_000_000, "x", false)
	if m.bytes > repeatsBytes {
		t.Errorf("%d bytes are kept, want %d at most", m.bytes, repeatsBytes)
	}
	if answered(t, m, 1_000_039, "", true) == nil {
		t.Error("the latest answer was forgotten")
	}
}

// TestClaimWaits: the second of two requests with one id waits for the first, and
// takes its place if that fails.
func TestClaimWaits(t *testing.T) {
	m, _ := newRepeats()
	first, err := m.Claim(t.Context(), keyed(1), keyed(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Claim(t.Context(), keyed(1), keyed(3)); !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "RepeatedIDReused"}) {
		t.Errorf("another request with the id of one that runs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Claim(ctx, keyed(1), keyed(2)); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that does not wait: %v", err)
	}
	claims := make(chan odata.Repeat)
	for range 2 {
		go func() {
			c, err := m.Claim(context.Background(), keyed(1), keyed(2))
			if err != nil {
				t.Error(err)
			}
			claims <- c
		}()
	}
	first.End(false)
	second := <-claims
	if second.Answer() != nil {
		t.Fatal("an answer that was not committed is sent again")
	}
	select {
	case c := <-claims:
		t.Fatalf("two requests run at the same time: %v", c)
	default:
	}
	if err := second.Keep(t.Context(), []byte("x")); err != nil {
		t.Fatal(err)
	}
	second.End(true)
	third := <-claims
	if string(third.Answer()) != "x" {
		t.Errorf("answer %q", third.Answer())
	}
	third.End(true)
	if len(m.entries) != 1 || m.byAge.Len() != 1 {
		t.Errorf("%d entries, %d in order", len(m.entries), m.byAge.Len())
	}
}
