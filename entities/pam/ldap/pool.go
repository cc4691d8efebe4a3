package ldap

import (
	"context"
	"errors"
	"sync"

	ldapv3 "github.com/go-ldap/ldap/v3"
)

// pool keeps connections between calls.
type pool struct {
	slots chan struct{} // one in it for each connection in use

	mu     sync.Mutex
	idle   []*link // the one used last is the last
	closed bool
}

var errClosed = errors.New("the granter is closed")

// take returns a connection that was used before, or nil.
func (p *pool) take() (*link, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	for n := len(p.idle); n > 0; n = len(p.idle) {
		l := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if !l.conn.IsClosing() {
			return l, nil
		}
		l.close()
	}
	return nil, nil
}

// give keeps a connection for the next call.
func (p *pool) give(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || l.conn.IsClosing() {
		l.close()
		return
	}
	p.idle = append(p.idle, l)
}

// clear ends the connections that are not in use.
func (p *pool) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.idle {
		l.close()
	}
	p.idle = nil
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.clear()
}

// do runs one exchange with a server. It runs it once more on a new connection
// when the connection is lost, so it must be one that can be repeated: whether the
// first had an effect is not known then. The exchange returns errors of the library
// as they are.
func (g *Granter) do(ctx context.Context, exchange func(*link) error) error {
	select {
	case g.pool.slots <- struct{}{}:
		defer func() { <-g.pool.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	l, err := g.pool.take()
	if err != nil {
		return err
	}
	for again := true; ; again = false {
		if l == nil {
			if l, err = g.dial(ctx); err != nil {
				return err
			}
		}
		err = guard(ctx, g.config.Timeout, l.raw, func(context.Context) error { return exchange(l) })
		switch {
		case !lost(err):
			g.pool.give(l)
			return err
		case !again, ctx.Err() != nil, errors.Is(err, errSlow):
			l.close()
			return err
		}
		// The server has ended, and has ended the others as well.
		l.close()
		g.pool.clear()
		if ldapv3.IsErrorWithCode(err, ldapv3.LDAPResultUnavailable) {
			g.preferred.CompareAndSwap(l.server, (l.server+1)%int32(len(g.servers)))
		}
		l = nil
	}
}

// lost tells errors of the connection from answers of the server. Servers that are
// going down answer unavailable, and close.
func lost(err error) bool {
	var e *ldapv3.Error
	if errors.As(err, &e) {
		return e.ResultCode == ldapv3.LDAPResultUnavailable || e.ResultCode >= ldapv3.ErrorNetwork
	}
	return err != nil
}
