package server

import (
	"context"
	"strings"
	"sync"
	"time"
)

// A gate bounds the requests that are worked on at once: in total, so that the
// server stays fast under load, and per caller, so that the one who causes the
// load feels it first. A request beyond the bounds waits in line for a while;
// those of one caller take at most twice their share of places in the line.
type gate struct {
	total, each, queue int
	wait               time.Duration

	mu      sync.Mutex
	running int
	callers map[string]share // only those with something running or waiting
	line    []*waiter        // first come, first served
}

// A share is what one caller has of the gate.
type share struct{ running, waiting int }

type waiter struct {
	caller string
	let    chan struct{} // closed when it may run
}

// A place is the right to work, and has to be given back.
type place string

func newGate(total, each, queue int, wait time.Duration) *gate {
	return &gate{total: total, each: each, queue: queue, wait: wait, callers: map[string]share{}}
}

// enter takes a place for caller, whose name has no case. It waits for one at
// most g.wait. Errors are 429 when the caller's own requests are too many, and
// else 503.
func (g *gate) enter(ctx context.Context, caller string) (place, error) {
	caller = strings.ToLower(caller)
	g.mu.Lock()
	mine := g.callers[caller]
	full := mine.running >= g.each
	if !full && g.running < g.total {
		mine.running++
		g.callers[caller] = mine
		g.running++
		g.mu.Unlock()
		return place(caller), nil
	}
	if full && mine.waiting >= 2*g.each {
		g.mu.Unlock()
		return "", tooManyOfCaller(g.wait)
	}
	if len(g.line) >= g.queue {
		g.mu.Unlock()
		return "", overloaded(g.wait)
	}
	w := &waiter{caller: caller, let: make(chan struct{})}
	g.line = append(g.line, w)
	mine.waiting++
	g.callers[caller] = mine
	g.mu.Unlock()
	return g.await(ctx, w)
}

// await waits until w may run or its time is over.
func (g *gate) await(ctx context.Context, w *waiter) (place, error) {
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case <-w.let:
		return place(w.caller), nil
	case <-timer.C:
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range g.line {
		if g.line[i] == w {
			g.remove(i)
			if g.callers[w.caller].running >= g.each {
				return "", tooManyOfCaller(g.wait)
			}
			return "", overloaded(g.wait)
		}
	}
	return place(w.caller), nil // let in at the last moment
}

// leave gives a place back and lets in who can use it.
func (g *gate) leave(p place) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	g.change(string(p), -1, 0)
	for i := 0; i < len(g.line) && g.running < g.total; {
		w := g.line[i]
		if g.callers[w.caller].running >= g.each {
			i++
			continue
		}
		g.remove(i)
		g.change(w.caller, +1, 0)
		g.running++
		close(w.let)
	}
}

// remove takes the waiter at i out of the line.
func (g *gate) remove(i int) {
	w := g.line[i]
	g.line = append(g.line[:i], g.line[i+1:]...)
	g.change(w.caller, 0, -1)
}

func (g *gate) change(caller string, running, waiting int) {
	s := g.callers[caller]
	s.running += running
	s.waiting += waiting
	if s == (share{}) {
		delete(g.callers, caller)
		return
	}
	g.callers[caller] = s
}

// busy is the number of requests being worked on.
func (g *gate) busy() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running
}
