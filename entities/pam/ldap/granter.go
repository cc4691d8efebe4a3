package ldap

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/pamodata/pamodata/entities/pam"
)

// A Granter changes the members of groups of a directory. It is safe for concurrent
// use. Exchanges run on few connections, which are made when they are needed and
// again after they were lost.
type Granter struct {
	config    Config
	servers   []server
	pool      pool
	preferred atomic.Int32 // the server that answered last
	expires   atomic.Bool
	refused   refusal
}

var _ pam.Granter = (*Granter)(nil)

// Open returns a granter for a directory. It does not connect: a service can start
// while its directory is away. [Granter.Check] does.
//
// The error tells every mistake in the configuration.
func Open(config Config) (*Granter, error) {
	mistakes := config.complete()
	servers, err := config.servers()
	if err = errors.Join(mistakes, err); err != nil {
		return nil, fmt.Errorf("ldap: %w", err)
	}
	return &Granter{config: config, servers: servers, pool: pool{slots: make(chan struct{}, config.Connections)}}, nil
}

// Close ends the connections, except those in use, which end with their call. Calls
// after it fail.
func (g *Granter) Close() error {
	g.pool.close()
	return nil
}

// Check connects and binds, unless there is a connection, and reads the base DN. It
// tells whether the service could work now.
func (g *Granter) Check(ctx context.Context) error {
	found := false
	err := g.do(ctx, func(l *link) error {
		e, err := entry(l.conn, g.config.BaseDN, nil, "1.1")
		found = e != nil
		return err
	})
	if err == nil && !found {
		return permanent("%s cannot see the base DN %s", g.config.BindDN, g.config.BaseDN)
	}
	return during(err, "checking the directory")
}

// Expires tells whether memberships end by themselves, as found out with the last
// connection. It is false before the first, see [Granter.Check].
func (g *Granter) Expires() bool { return g.expires.Load() }

// Grant makes user a member of each of the groups, or of none. Where the directory
// knows ends it writes them, in whole seconds, and replaces those that are there,
// also of memberships without one. An end that has passed is a permanent error.
//
// Every group is read before one is changed. When a change fails, or ctx ends, the
// changes made are undone, which takes [Config.Timeout] at most.
func (g *Granter) Grant(ctx context.Context, user pam.User, memberships []pam.Membership) error {
	now := g.config.Now()
	groups := make([]string, len(memberships))
	for i, m := range memberships {
		var err error
		if groups[i], err = groupDN(m.Group); err != nil {
			return err
		}
		if !m.Until.After(now) {
			return permanent("adding to %s: the end of the membership has passed", groups[i])
		}
	}
	value, err := g.memberValue(ctx, user)
	if err != nil {
		return err
	}
	before := make([]membership, len(groups))
	for i, group := range groups {
		if before[i], err = g.read(ctx, group, value); err != nil {
			return err
		}
	}
	for i, m := range memberships {
		if err := g.add(ctx, groups[i], value, before[i].member, m.Until); err != nil {
			if unanswered(err) { // it may have been made
				i++
			}
			return g.undo(ctx, value, before[:i], err)
		}
	}
	return nil
}

// undo gives groups the membership that they had before, and returns the error
// that made it necessary.
func (g *Granter) undo(ctx context.Context, value string, before []membership, cause error) error {
	ctx, done := context.WithTimeoutCause(context.WithoutCancel(ctx), g.config.Timeout, errSlow)
	defer done()
	failed := ""
	for _, m := range slices.Backward(before) {
		var err error
		if m.member && (m.until.IsZero() || m.until.After(g.config.Now())) {
			err = g.add(ctx, m.group, value, true, m.until)
		} else {
			err = g.remove(ctx, m.group, value)
		}
		if err != nil {
			failed += "; undoing: " + err.Error()
		}
	}
	switch {
	case failed == "":
		return cause
	case errors.As(cause, new(*pam.Permanent)):
		return permanent("%w%s", cause, failed)
	}
	return fmt.Errorf("%w%s", cause, failed)
}

// Revoke ends the memberships of user in groups, in all that it can: the error
// tells of those that it could not. A user or a group that does not exist has
// none.
func (g *Granter) Revoke(ctx context.Context, user pam.User, groups []pam.Group) error {
	value, err := g.memberValue(ctx, user)
	if err != nil && (!errors.Is(err, errNoUser) || value == "") {
		return existing(err)
	}
	var plain, hopeless []error
	for _, group := range groups {
		dn, err := groupDN(group)
		if err == nil {
			err = g.remove(ctx, dn, value)
		}
		switch {
		case errors.As(err, new(*pam.Permanent)):
			hopeless = append(hopeless, err)
		case err != nil:
			plain = append(plain, err)
		}
	}
	if len(plain) == 0 {
		return errors.Join(hopeless...)
	}
	// Trying again is of use for some.
	for _, err := range hopeless {
		plain = append(plain, errors.New(err.Error()))
	}
	return errors.Join(plain...)
}

// Inspect tells which of the groups user is a member of. Until is the zero time
// where the directory knows no ends, and for memberships without one.
func (g *Granter) Inspect(ctx context.Context, user pam.User, groups []pam.Group) ([]pam.Membership, error) {
	value, err := g.memberValue(ctx, user)
	if err != nil && (!errors.Is(err, errNoUser) || value == "") {
		return nil, existing(err)
	}
	var found []pam.Membership
	for _, group := range groups {
		dn, err := groupDN(group)
		if err != nil {
			return nil, err
		}
		m, err := g.read(ctx, dn, value)
		if err = existing(err); err != nil {
			return nil, err
		}
		if m.member {
			found = append(found, pam.Membership{Group: group, Until: m.until})
		}
	}
	return found, nil
}

// existing leaves out errors that say that a user or group does not exist.
func existing(err error) error {
	if errors.Is(err, errNoUser) || errors.Is(err, errNoGroup) {
		return nil
	}
	return err
}
