package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// basicSignIn is HTTP Basic (RFC 7617) against a users file. Checking a password
// is slow on purpose, some tens of milliseconds and megabytes. So a correct one
// is remembered for a while, few are checked at once, and an address that sends
// wrong ones is not listened to for a while.
type basicSignIn struct {
	users     *usersFile
	challenge string
	origin    *Origin
	known     knownCredentials
	attempts  *throttle
	checking  chan struct{} // a place per check that may run
}

// Wrong passwords of one address: ten at once, then one in six seconds.
const (
	attemptsAtOnce = 10
	attemptEvery   = 6 * time.Second
)

func newBasicSignIn(users *usersFile, realm string, origin *Origin) *basicSignIn {
	b := &basicSignIn{
		users:     users,
		challenge: `Basic realm="` + realm + `", charset="UTF-8"`,
		origin:    origin,
		attempts:  newThrottle(attemptsAtOnce, attemptEvery),
		checking:  make(chan struct{}, max(1, runtime.GOMAXPROCS(0))),
	}
	b.known.begin()
	return b
}

func (b *basicSignIn) Challenge() string { return b.challenge }

const basicScheme = "Basic "

func (b *basicSignIn) Authenticate(r *http.Request) (odata.Principal, error) {
	headers := r.Header["Authorization"]
	if len(headers) == 0 {
		return odata.Principal{}, ErrNoCredentials
	}
	header := headers[0]
	if len(header) < len(basicScheme) || !strings.EqualFold(header[:len(basicScheme)], basicScheme) {
		return odata.Principal{}, ErrNoCredentials
	}
	users := b.users.now()
	tag := b.known.tag(header)
	if caller, ok := b.known.find(tag, users); ok && len(headers) == 1 {
		return caller, nil
	}

	addr := b.origin.ClientAddr(r)
	if wait := b.attempts.take(addr); wait > 0 {
		return odata.Principal{}, &SignInError{Method: "basic", Reason: "too many failed attempts from this address", RetryAfter: wait}
	}
	name, password, ok := parseBasic(header)
	if !ok || len(headers) > 1 {
		return odata.Principal{}, &SignInError{Method: "basic", Reason: "the Authorization header is malformed"}
	}
	if !b.mayCheck(r.Context()) {
		b.attempts.giveBack(addr)
		return odata.Principal{}, overloaded(checkWait)
	}
	user, ok := users.check(name, password)
	<-b.checking
	if !ok {
		return odata.Principal{}, &SignInError{Method: "basic", Reason: "wrong name or password", User: user}
	}
	b.attempts.giveBack(addr)
	caller := odata.Principal{Name: user, Method: "basic"}
	b.known.add(tag, users, caller)
	return caller, nil
}

// checkWait is how long a request waits for its password to be checked, when
// many are.
const checkWait = 5 * time.Second

// mayCheck takes a place for a check; it has to be given back.
func (b *basicSignIn) mayCheck(ctx context.Context) bool {
	select {
	case b.checking <- struct{}{}:
		return true
	default:
	}
	timer := time.NewTimer(checkWait)
	defer timer.Stop()
	select {
	case b.checking <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// parseBasic takes name and password out of the header.
func parseBasic(header string) (name, password string, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimLeft(header[len(basicScheme):], " "))
	if err != nil {
		return "", "", false
	}
	name, password, ok = strings.Cut(string(raw), ":")
	return name, password, ok && accountProblem(name) == "" && passwordProblem(password) == ""
}

// knownCredentials remembers headers that were right. It does not hold them, but
// a digest with a key that only this process has, for a few minutes, and only as
// long as the users file is the same.
type knownCredentials struct {
	key [32]byte

	mu      sync.RWMutex
	entries map[credentialTag]knownCaller
}

type credentialTag [sha256.Size]byte

type knownCaller struct {
	caller odata.Principal
	users  *Users
	until  time.Time
}

const (
	knownFor  = 5 * time.Minute
	mostKnown = 1024
)

func (k *knownCredentials) begin() {
	k.entries = map[credentialTag]knownCaller{}
	_, _ = rand.Read(k.key[:]) // never fails, see crypto/rand
}

// tag digests the header. The digest never leaves the process, so a key in front
// of the text is enough.
func (k *knownCredentials) tag(header string) credentialTag {
	var space [256]byte
	return sha256.Sum256(append(append(space[:0], k.key[:]...), header...))
}

func (k *knownCredentials) find(tag credentialTag, users *Users) (odata.Principal, bool) {
	k.mu.RLock()
	entry, ok := k.entries[tag]
	k.mu.RUnlock()
	if !ok || entry.users != users || time.Now().After(entry.until) {
		return odata.Principal{}, false
	}
	return entry.caller, true
}

func (k *knownCredentials) add(tag credentialTag, users *Users, caller odata.Principal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	if len(k.entries) >= mostKnown {
		for old, entry := range k.entries {
			if entry.users != users || now.After(entry.until) {
				delete(k.entries, old)
			}
		}
		for old := range k.entries { // any: it is only checked again
			if len(k.entries) < mostKnown {
				break
			}
			delete(k.entries, old)
		}
	}
	k.entries[tag] = knownCaller{caller, users, now.Add(knownFor)}
}
