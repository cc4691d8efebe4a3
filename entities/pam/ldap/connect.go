package ldap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	ldapv3 "github.com/go-ldap/ldap/v3"
)

// errSlow is the cause of a context that ended after [Config.Timeout].
var errSlow = errors.New("the directory does not answer in time")

// link is a connection that is bound.
type link struct {
	conn    *ldapv3.Conn
	raw     net.Conn // closing it ends conn at once, whatever it does
	server  int32    // its index
	expires bool     // the server ends memberships by itself
}

// guard runs one exchange with a server, and closes the connection when the
// context ends or the exchange takes too long.
func guard(ctx context.Context, limit time.Duration, raw net.Conn, exchange func(context.Context) error) error {
	ctx, done := context.WithTimeoutCause(ctx, limit, errSlow)
	defer done()
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	err := exchange(ctx)
	if !stop() && err != nil {
		return context.Cause(ctx)
	}
	return err
}

// dial connects to the first server that answers. Its errors are not those of the
// library, unless ctx has ended: that a bind has failed, and with which code, must
// not look like the answer to what the connection is for.
func (g *Granter) dial(ctx context.Context) (*link, error) {
	password, err := g.config.password()
	if err != nil {
		return nil, err
	}
	if g.refused.holds(password, g.config.Now()) {
		return nil, fmt.Errorf("the directory has refused the password of %s; the next try is within %v", g.config.BindDN, refusalWait)
	}
	first := int(g.preferred.Load())
	var failures []string
	for i := range g.servers {
		at := (first + i) % len(g.servers)
		s := &g.servers[at]
		l, err := g.connect(ctx, s, password)
		switch {
		case err == nil:
			l.server = int32(at)
			g.preferred.Store(l.server)
			g.expires.Store(l.expires)
			return l, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("connecting to %s: %w", s.name, context.Cause(ctx))
		case ldapv3.IsErrorWithCode(err, ldapv3.LDAPResultInvalidCredentials):
			// Every server would say so, and count it.
			g.refused.set(password, g.config.Now())
			return nil, fmt.Errorf("%s: %v", s.name, err)
		}
		failures = append(failures, s.name+": "+err.Error())
	}
	return nil, errors.New(strings.Join(failures, "; "))
}

// connect connects to a server, binds, and finds out what it can do.
func (g *Granter) connect(ctx context.Context, s *server, password string) (*link, error) {
	deadline, done := context.WithTimeoutCause(ctx, g.config.Timeout, errSlow)
	defer done()
	var dialer net.Dialer
	raw, err := dialer.DialContext(deadline, "tcp", s.address)
	if err != nil {
		if deadline.Err() != nil {
			err = context.Cause(deadline)
		}
		return nil, err
	}
	l := &link{raw: raw}
	err = guard(deadline, g.config.Timeout, raw, func(ctx context.Context) error {
		channel := raw
		if s.tls != nil && !s.start {
			encrypted := tls.Client(raw, s.tls)
			if err := encrypted.HandshakeContext(ctx); err != nil {
				return err
			}
			channel = encrypted
		}
		l.conn = ldapv3.NewConn(channel, s.tls != nil && !s.start)
		l.conn.SetTimeout(2 * g.config.Timeout) // the guard's comes first
		l.conn.Start()
		if s.start {
			if err := l.conn.StartTLS(s.tls); err != nil {
				return fmt.Errorf("StartTLS: %w", err)
			}
		}
		if err := l.conn.Bind(g.config.BindDN, password); err != nil {
			return fmt.Errorf("binding: %w", err)
		}
		switch g.config.Expiring {
		case ExpiringOn:
			l.expires = true
		case ExpiringAuto:
			if g.config.MemberValue == "" {
				l.expires, err = detectExpiring(l.conn)
			}
		}
		return err
	})
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// close ends the connection without a word. The library's own goroutines end when
// they notice.
func (l *link) close() { l.raw.Close() }

// refusalWait is how long a refused password is not tried again: servers lock
// accounts after a number of wrong ones.
const refusalWait = 30 * time.Second

// refusal is a password that was refused, and until when it is not tried again.
type refusal struct {
	mu       sync.Mutex
	password string
	until    time.Time
}

func (r *refusal) set(password string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.password, r.until = password, now.Add(refusalWait)
}

func (r *refusal) holds(password string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return password == r.password && now.Before(r.until)
}
