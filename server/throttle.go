package server

import (
	"net/netip"
	"sync"
	"time"
)

// A throttle counts attempts per address: some at once, then one per interval.
// IPv6 addresses count by their /64, which one customer has. It remembers a
// bounded number of addresses and forgets those that are quiet.
type throttle struct {
	atOnce int
	every  time.Duration
	clock  func() time.Time

	mu   sync.Mutex
	paid map[netip.Prefix]time.Time // until when the attempts so far have been paid for
}

const mostThrottled = 4096

func newThrottle(atOnce int, every time.Duration) *throttle {
	return &throttle{atOnce: atOnce, every: every, clock: time.Now, paid: map[netip.Prefix]time.Time{}}
}

// take counts an attempt. When there were too many it counts nothing and returns
// how long to wait for the next one.
func (t *throttle) take(addr netip.Addr) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, network := t.clock(), networkOf(addr)
	paid := t.paid[network]
	if paid.Before(now) {
		paid = now
	}
	paid = paid.Add(t.every)
	if wait = paid.Sub(now) - time.Duration(t.atOnce)*t.every; wait > 0 {
		return wait
	}
	if _, known := t.paid[network]; !known && len(t.paid) >= mostThrottled {
		t.forget(now)
	}
	t.paid[network] = paid
	return 0
}

// giveBack undoes take for an attempt that was a good one.
func (t *throttle) giveBack(addr netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	network := networkOf(addr)
	if paid, ok := t.paid[network]; ok {
		t.paid[network] = paid.Add(-t.every)
	}
}

// forget makes room: the quiet ones go, and if there are none, any one.
func (t *throttle) forget(now time.Time) {
	for network, paid := range t.paid {
		if paid.Before(now) {
			delete(t.paid, network)
		}
	}
	for network := range t.paid {
		if len(t.paid) < mostThrottled {
			return
		}
		delete(t.paid, network)
	}
}

func networkOf(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // the zero Prefix for the zero Addr
	return network
}
