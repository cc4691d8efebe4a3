package service

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// recentAnswers remembers answers in memory: the default [odata.Repeats]. It
// forgets them after a day, the oldest first when there are too many, and all of
// them with the process.
type recentAnswers struct {
	clock func() time.Time

	mu      sync.Mutex
	entries map[[32]byte]*recent
	byAge   *list.List // of *recent that are kept, oldest first
	bytes   int
}

// A recent is a request that was answered or is being answered.
type recent struct {
	key, print [32]byte
	answer     []byte
	at         time.Time
	age        *list.Element
	done       chan struct{} // closed when it has been answered
}

const (
	repeatsKept  = 10_000
	repeatsBytes = 16 << 20
	repeatsLife  = 24 * time.Hour
)

func newRecentAnswers(clock func() time.Time) *recentAnswers {
	return &recentAnswers{clock: clock, entries: map[[32]byte]*recent{}, byAge: list.New()}
}

// Claim implements [odata.Repeats].
func (m *recentAnswers) Claim(ctx context.Context, key, print [32]byte) (odata.Repeat, error) {
	for {
		m.mu.Lock()
		m.forget()
		known := m.entries[key]
		if known == nil {
			c := &claimed{in: m, entry: &recent{key: key, print: print, done: make(chan struct{})}}
			m.entries[key] = c.entry
			m.mu.Unlock()
			return c, nil
		}
		m.mu.Unlock()
		if known.print != print {
			return nil, &odata.Error{Kind: odata.KindInvalid, Code: "RepeatedIDReused", Target: "Repeatability-Request-ID",
				Message: "The id was given to another request before; every request needs its own"}
		}
		select {
		case <-known.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		m.mu.Lock()
		answered := m.entries[key] == known
		m.mu.Unlock()
		if answered {
			return &claimed{in: m, entry: known, former: known.answer}, nil
		}
	}
}

// forget drops what is too old or too much.
func (m *recentAnswers) forget() {
	limit := m.clock().Add(-repeatsLife)
	for e := m.byAge.Front(); e != nil; e = m.byAge.Front() {
		r := e.Value.(*recent)
		if m.byAge.Len() <= repeatsKept && m.bytes <= repeatsBytes && r.at.After(limit) {
			return
		}
		m.byAge.Remove(e)
		m.bytes -= len(r.answer)
		delete(m.entries, r.key)
	}
}

// A claimed is one request in progress, or the repetition of one.
type claimed struct {
	in     *recentAnswers
	entry  *recent
	former []byte
	answer []byte
}

func (c *claimed) Answer() []byte { return c.former }

func (c *claimed) Keep(_ context.Context, answer []byte) error {
	c.answer = answer
	return nil
}

// End publishes the answer, or frees the key for another try.
func (c *claimed) End(committed bool) {
	if c.former != nil {
		return
	}
	m := c.in
	m.mu.Lock()
	defer m.mu.Unlock()
	if committed && c.answer != nil {
		c.entry.answer, c.entry.at = c.answer, m.clock()
		c.entry.age = m.byAge.PushBack(c.entry)
		m.bytes += len(c.answer)
	} else {
		delete(m.entries, c.entry.key)
	}
	close(c.entry.done)
}
