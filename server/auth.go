package server

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pamodata/pamodata/odata"
)

// An Authenticator is one way to sign in. It must be safe for concurrent use.
type Authenticator interface {
	// Authenticate finds out who sends r. It returns [ErrNoCredentials] for a
	// request that does not try to sign in this way, and the next way is asked.
	// Any other error ends the request: an *odata.Error of another kind than
	// KindUnauthenticated as it is, for a directory that is out of reach, and
	// everything else with 401. Best is a *[SignInError], which says what may be
	// logged.
	Authenticate(r *http.Request) (odata.Principal, error)

	// Challenge is the value of WWW-Authenticate that invites a client to sign
	// in this way, such as `Negotiate`; empty where clients cannot be asked.
	Challenge() string
}

// ErrNoCredentials is returned by an [Authenticator] for requests that do not
// try to sign in its way.
var ErrNoCredentials = errors.New("the request has no credentials of this kind")

// A SignInError is a refused attempt to sign in. It is logged and never sent.
type SignInError struct {
	Method string // "basic"
	Reason string // "wrong password"; nothing the client sent
	User   string // the account, only if it is a known one: people type passwords into the wrong field

	// RetryAfter is set where further attempts are not even looked at for that
	// long; the answer is 429 then.
	RetryAfter time.Duration

	Err error // the cause, if there is one
}

func (e *SignInError) Error() string { return e.Method + " sign-in: " + e.Reason }
func (e *SignInError) Unwrap() error { return e.Err }

// openSignIn makes the ways to sign in, the most trusted one first.
func (s *Server) openSignIn() error {
	auth := &s.config.Auth
	if auth.Proxy.Header != "" {
		s.authenticators = append(s.authenticators, &proxySignIn{
			header: http.CanonicalHeaderKey(auth.Proxy.Header), peers: auth.Proxy.Addresses, realm: auth.Realm})
	}
	if auth.Basic.UsersFile != "" {
		file, err := openUsersFile(auth.Basic.UsersFile, s.logger)
		if err != nil {
			return err
		}
		s.authenticators = append(s.authenticators, newBasicSignIn(file, auth.Realm, s.origin))
	}
	s.authenticators = append(s.authenticators, s.config.Authenticators...)
	if auth.DevUser != "" {
		s.authenticators = append(s.authenticators, devSignIn(auth.DevUser))
	}
	for _, a := range s.authenticators {
		if challenge := a.Challenge(); challenge != "" {
			s.challenges = append(s.challenges, challenge)
		}
	}
	return nil
}

// signIn finds the caller, or answers 401 with the ways to sign in.
func (x *exchange) signIn() error {
	for _, a := range x.server.authenticators {
		caller, err := a.Authenticate(x.r)
		switch {
		case err == nil:
			if problem := accountProblem(caller.Name); problem != "" {
				return odata.Internalf("%T vouched for an account that %s", a, problem)
			}
			caller.Name = x.server.accountOf(caller.Name)
			caller.Address, caller.Request = x.address(), x.id[0]
			x.caller = caller
			return nil
		case errors.Is(err, ErrNoCredentials):
		default:
			return x.failed(err)
		}
	}
	return unauthenticated(ErrNoCredentials)
}

// accountOf is the account that a Kerberos principal, user@REALM, stands for, where the
// configuration names the realm's domain; other names are accounts already.
func (s *Server) accountOf(name string) string {
	if len(s.config.Auth.Domains) == 0 {
		return name
	}
	user, realm, ok := strings.Cut(name, "@")
	if !ok || user == "" {
		return name
	}
	for _, entry := range s.config.Auth.Domains {
		if known, domain, _ := strings.Cut(entry, "="); strings.EqualFold(known, realm) {
			return domain + `\` + user
		}
	}
	return name
}

// failed logs a refused attempt, without anything the client made up.
func (x *exchange) failed(err error) error {
	if e, ok := errors.AsType[*odata.Error](err); ok && e.Kind != odata.KindUnauthenticated {
		return err
	}
	attrs := []slog.Attr{slog.String("from", x.from())}
	failure, ok := errors.AsType[*SignInError](err)
	if ok {
		attrs = append(attrs, slog.String("method", failure.Method), slog.String("reason", failure.Reason))
		if failure.User != "" {
			attrs = append(attrs, slog.String("user", failure.User))
		}
		if failure.Err != nil {
			attrs = append(attrs, slog.String("error", failure.Err.Error()))
		}
	} else {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	x.server.logger.LogAttrs(x.logContext(), slog.LevelWarn, "auth.failed", attrs...)
	if told := x.server.config.SignInRefused; told != nil {
		attempt, reason := odata.Principal{Address: x.address(), Request: x.id[0]}, "the credentials were refused"
		if ok {
			attempt.Name, attempt.Method, reason = failure.User, failure.Method, failure.Reason
		}
		told(x.r.Context(), attempt, reason)
	}
	if ok && failure.RetryAfter > 0 {
		return &refusal{&odata.Error{Kind: odata.KindTooManyRequests, Code: "TooManyFailedSignIns",
			Message: "Too many failed attempts to sign in", Err: err}, failure.RetryAfter}
	}
	return unauthenticated(err)
}

func unauthenticated(cause error) error {
	return &odata.Error{Kind: odata.KindUnauthenticated, Code: "Unauthorized", Message: "The request needs valid credentials", Err: cause}
}

// longestAccount is in bytes; directory services end far below.
const longestAccount = 256

// accountProblem says what keeps name from being the name of an account.
func accountProblem(name string) string {
	switch {
	case name == "":
		return "has no name"
	case len(name) > longestAccount:
		return "has a name that is too long"
	case !utf8.ValidString(name):
		return "has a name that is not UTF-8"
	case strings.TrimSpace(name) != name:
		return "has a name with blanks around it"
	case strings.ContainsFunc(name, isControl):
		return "has a name with control characters"
	}
	return ""
}

// isControl covers what could break a line or hide text in a log: C0, DEL, C1,
// and the separators and direction marks of Unicode.
func isControl(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}
