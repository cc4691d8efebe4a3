package pamtest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// ErrDown is the failure of a granter or a factor that is told to fail.
var ErrDown = errors.New("the directory is down")

// A Granter keeps memberships in memory, and does what a test tells it. It is safe for
// concurrent use.
type Granter struct {
	// Native makes memberships end by themselves, by Clock.
	Native bool
	Clock  *Clock

	// Before is called at the beginning of each call with its name, if it is not nil.
	// An error ends the call without effect.
	Before func(ctx context.Context, call string, user pam.User) error

	// After is called when the effect is there; an error makes the call fail all the
	// same.
	After func(call string) error

	mu      sync.Mutex
	members map[edm.GUID]map[edm.GUID]time.Time
	calls   []string
}

// NewGranter makes a granter without native expiry.
func NewGranter() *Granter { return &Granter{members: map[edm.GUID]map[edm.GUID]time.Time{}} }

// Expires tells what Native says.
func (g *Granter) Expires() bool { return g.Native }

func (g *Granter) begin(ctx context.Context, call string, user pam.User) error {
	g.mu.Lock()
	g.calls = append(g.calls, call+" "+user.Account)
	g.mu.Unlock()
	if g.Before != nil {
		return g.Before(ctx, call, user)
	}
	return ctx.Err()
}

func (g *Granter) end(call string) error {
	if g.After != nil {
		return g.After(call)
	}
	return nil
}

// Grant adds memberships.
func (g *Granter) Grant(ctx context.Context, user pam.User, memberships []pam.Membership) error {
	if err := g.begin(ctx, "grant", user); err != nil {
		return err
	}
	g.mu.Lock()
	if g.members[user.ID] == nil {
		g.members[user.ID] = map[edm.GUID]time.Time{}
	}
	for _, m := range memberships {
		g.members[user.ID][m.Group.ID] = m.Until
	}
	g.mu.Unlock()
	return g.end("grant")
}

// Revoke removes memberships.
func (g *Granter) Revoke(ctx context.Context, user pam.User, groups []pam.Group) error {
	if err := g.begin(ctx, "revoke", user); err != nil {
		return err
	}
	g.mu.Lock()
	for _, group := range groups {
		delete(g.members[user.ID], group.ID)
	}
	g.mu.Unlock()
	return g.end("revoke")
}

// Inspect tells the memberships there are.
func (g *Granter) Inspect(ctx context.Context, user pam.User, groups []pam.Group) (found []pam.Membership, err error) {
	if err := g.begin(ctx, "inspect", user); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, group := range groups {
		if until, ok := g.members[user.ID][group.ID]; ok && g.lasts(until) {
			found = append(found, pam.Membership{Group: group, Until: until})
		}
	}
	return found, nil
}

func (g *Granter) lasts(until time.Time) bool {
	return !g.Native || g.Clock == nil || g.Clock.Now().Before(until)
}

// Groups are those that a user is a member of now.
func (g *Granter) Groups(user edm.GUID) (groups []edm.GUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, until := range g.members[user] {
		if g.lasts(until) {
			groups = append(groups, id)
		}
	}
	slices.SortFunc(groups, edm.GUID.Compare)
	return groups
}

// Memberships are those that a user has now, with their ends.
func (g *Granter) Memberships(user edm.GUID) map[edm.GUID]time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := map[edm.GUID]time.Time{}
	for id, until := range g.members[user] {
		if g.lasts(until) {
			now[id] = until
		}
	}
	return now
}

// Calls are the calls there were, "grant PRIV\Jen", and forgets them.
func (g *Granter) Calls() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	calls := g.calls
	g.calls = nil
	return calls
}

// A Factor says what a test tells it. It is safe for concurrent use.
type Factor struct {
	// During is called once in the next call, if it is not nil.
	During func()

	mu     sync.Mutex
	states map[string]pam.FactorResult
	fail   error
	direct *pam.FactorResult
}

// NewFactor makes a factor whose calls are pending until [Factor.Answer].
func NewFactor() *Factor { return &Factor{states: map[string]pam.FactorResult{}} }

// Fail makes all calls fail, or none with nil.
func (f *Factor) Fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

// Answer is what the next calls are answered with, for those that are pending too.
func (f *Factor) Answer(result pam.FactorResult) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.direct = &result
	for reference := range f.states {
		f.states[reference] = result
	}
}

// during does what a test has happen during a call.
func (f *Factor) during() {
	f.mu.Lock()
	happen := f.During
	f.During = nil
	f.mu.Unlock()
	if happen != nil {
		happen()
	}
}

// Start begins a call.
func (f *Factor) Start(_ context.Context, call pam.FactorCall) (string, pam.FactorResult, error) {
	f.during()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return "", pam.FactorResult{}, f.fail
	}
	reference := "call-" + call.Request.String()
	result := pam.FactorResult{}
	if f.direct != nil {
		result = *f.direct
	}
	f.states[reference] = result
	return reference, result, nil
}

// Poll tells how a call stands.
func (f *Factor) Poll(_ context.Context, reference string) (pam.FactorResult, error) {
	f.during()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.states[reference], f.fail
}
