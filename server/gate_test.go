package server

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pamodata/pamodata/odata"
)

var (
	errOfCaller = &odata.Error{Kind: odata.KindTooManyRequests, Code: "RateLimited"}
	errOfAll    = &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceOverloaded"}
)

// enterAll takes n places for caller that must be free.
func enterAll(t *testing.T, g *gate, caller string, n int) {
	t.Helper()
	for range n {
		if _, err := g.enter(t.Context(), caller); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGate(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, g *gate) // 4 in total, 2 each, 3 waiting, 1 s
	}{
		{"own share", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			begin := time.Now()
			if _, err := g.enter(t.Context(), "JEN"); !errors.Is(err, errOfCaller) || time.Since(begin) != time.Second {
				t.Errorf("after %v: %v: one's own requests are too many, whatever the case of the name", time.Since(begin), err)
			}
			enterAll(t, g, "bob", 2)
		}},
		{"total", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			enterAll(t, g, "bob", 2)
			begin := time.Now()
			if _, err := g.enter(t.Context(), "amy"); !errors.Is(err, errOfAll) || time.Since(begin) != time.Second {
				t.Errorf("after %v: %v: nobody's fault", time.Since(begin), err)
			}
		}},
		{"queue full", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			enterAll(t, g, "bob", 2)
			for i := range 3 {
				go g.enter(t.Context(), strconv.Itoa(i))
			}
			synctest.Wait()
			begin := time.Now()
			if _, err := g.enter(t.Context(), "amy"); !errors.Is(err, errOfAll) || time.Since(begin) != 0 {
				t.Errorf("after %v: %v: refusals are quick", time.Since(begin), err)
			}
			time.Sleep(2 * time.Second)
		}},
		{"a place becomes free", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			entered := make(chan error)
			go func() { _, err := g.enter(t.Context(), "jen"); entered <- err }()
			synctest.Wait()
			g.leave("jen")
			if err := <-entered; err != nil {
				t.Error(err)
			}
			if g.running != 2 {
				t.Errorf("%d running", g.running)
			}
		}},
		{"first come, first served", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			enterAll(t, g, "bob", 2)
			var order []string
			for _, who := range []string{"amy", "cal", "dee"} {
				go func() {
					if p, err := g.enter(t.Context(), who); err == nil {
						order = append(order, who)
						g.leave(p)
					}
				}()
				synctest.Wait()
			}
			g.leave("bob")
			synctest.Wait()
			if len(order) != 3 || order[0] != "amy" || order[1] != "cal" {
				t.Errorf("order %v", order)
			}
		}},
		{"nobody waits behind a caller at its limit", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			go g.enter(t.Context(), "jen")
			synctest.Wait()
			begin := time.Now()
			enterAll(t, g, "bob", 1)
			if time.Since(begin) != 0 {
				t.Errorf("bob waited %v for jen", time.Since(begin))
			}
			time.Sleep(2 * time.Second)
		}},
		{"client leaves", func(t *testing.T, g *gate) {
			enterAll(t, g, "jen", 2)
			ctx, cancel := context.WithCancel(t.Context())
			entered := make(chan error)
			go func() { _, err := g.enter(ctx, "jen"); entered <- err }()
			synctest.Wait()
			cancel()
			if err := <-entered; err == nil || len(g.line) != 0 {
				t.Errorf("error %v, %d in line: who left does not wait", err, len(g.line))
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tt.run(t, newGate(4, 2, 3, time.Second)) })
		})
	}
}

// TestGateShareOfTheLine: one caller cannot fill the line.
func TestGateShareOfTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(64, 8, 128, time.Second)
		enterAll(t, g, "jen", 8)
		var wg sync.WaitGroup
		quick := 0
		var mu sync.Mutex
		for range 100 {
			wg.Go(func() {
				begin := time.Now()
				_, err := g.enter(t.Context(), "jen")
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, errOfCaller) && time.Since(begin) == 0 {
					quick++
				}
			})
		}
		wg.Wait()
		if quick != 100-16 {
			t.Errorf("%d of 100 were refused at once, want 84: a caller has twice its share of the line", quick)
		}
	})
}

// TestGateIsEmptyAfterwards: whatever happens, places come back.
func TestGateIsEmptyAfterwards(t *testing.T) {
	g := newGate(8, 3, 16, 2*time.Millisecond)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 50 {
				p, err := g.enter(t.Context(), strconv.Itoa((i+j)%5))
				if err != nil {
					continue
				}
				g.mu.Lock()
				if g.running > 8 || g.callers[string(p)].running > 3 || len(g.line) > 16 {
					t.Errorf("%d running, %d of one, %d waiting", g.running, g.callers[string(p)].running, len(g.line))
				}
				g.mu.Unlock()
				g.leave(p)
			}
		})
	}
	wg.Wait()
	if g.running != 0 || len(g.line) != 0 || len(g.callers) != 0 {
		t.Errorf("%d running, %d waiting, %d callers left", g.running, len(g.line), len(g.callers))
	}
}

func BenchmarkGate(b *testing.B) {
	g := newGate(64, 8, 128, time.Second)
	b.ReportAllocs()
	for b.Loop() {
		p, err := g.enter(b.Context(), "priv\\jen")
		if err != nil {
			b.Fatal(err)
		}
		g.leave(p)
	}
}
