package main

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/server"
)

//go:embed demo.yaml
var demoDefinitions []byte

const (
	demoStore    = "pamodata-demo.db"
	demoPassword = "demo"

	// demoConfirms is how long the second factor of the demo takes.
	demoConfirms = 3 * time.Second

	// demoUser stands for auth.dev_user while the configuration is judged: what holds
	// for that, no other machines and no proxies, holds for the demo.
	demoUser = `PRIV\Demo`
)

// A demo is what serve --demo brings: people, roles, a way to sign in and a second
// factor.
type demo struct {
	factor pam.Factor
	clock  func() time.Time
	zone   *time.Location
}

// serveDemo serves the demo.
func serveDemo(c *cobra.Command, file string) error {
	environ := os.Environ()
	const variable = "PAMODATA_AUTH_DEV_USER="
	if !slices.ContainsFunc(environ, func(v string) bool { return strings.HasPrefix(v, variable) }) {
		environ = append(environ, variable+demoUser)
	}
	cfg, own, err := load(c, file, environ)
	if wrong, ok := errors.AsType[*server.ConfigError](err); ok {
		for i := range wrong.Mistakes {
			if m := &wrong.Mistakes[i]; m.Key == "auth.dev_user" {
				m.Key, m.Source = "--demo", ""
			}
		}
		return wrong
	}
	if err != nil {
		return err
	}
	var wrong []server.Mistake
	for _, given := range []struct {
		key string
		is  bool
	}{{"roles_file", own.RolesFile != ""}, {"granter", own.Granter != granterJournal}, {"mfa.url", own.MFA.URL != ""},
		{"auth.basic.users_file", cfg.Auth.Basic.UsersFile != ""}} {
		if given.is {
			wrong = append(wrong, server.Mistake{Key: given.key, Text: "is given, but --demo brings its own"})
		}
	}
	if len(wrong) > 0 {
		return withMistakes(nil, wrong)
	}
	if cfg.Auth.DevUser == demoUser {
		cfg.Auth.DevUser = ""
		if len(cfg.AllowedHosts) == 0 {
			cfg.AllowedHosts = []string{"localhost", "127.0.0.1", "[::1]"}
		}
	}
	cfg.Authenticators = append(cfg.Authenticators, demoSignIn{cfg.Auth.Realm})
	own.DenySelf, own.MFA.Poll = true, time.Second
	if own.Store == "" {
		own.Store = demoStore
	}
	zone, err := time.LoadLocation(own.Zone)
	if err != nil {
		return err
	}
	return serve(c, cfg, own, &demo{factor: demoFactor{time.Now}, clock: time.Now, zone: zone})
}

// errForeign is why a store cannot be used for the demo.
var errForeign = errors.New("the store has definitions that are not the demo's; name another one with --store")

// definitions are those of demo.yaml, with a window that is closed now and for some
// hours.
func (d *demo) definitions() (pam.Definitions, error) {
	defs, err := roles.Read(demoDefinitions, "demo.yaml", pam.CheckOptions{MFA: true})
	if err != nil {
		return pam.Definitions{}, err
	}
	for i := range defs.Roles {
		if w := defs.Roles[i].Window; w != nil && d.clock().In(d.zone).Hour() >= 12 {
			w.From, w.To = time.Hour, 4*time.Hour
		}
	}
	return defs, nil
}

// define applies the definitions, unless somebody else's would be lost.
func (d *demo) define(ctx context.Context, desk *pam.Desk) error {
	defs, err := d.definitions()
	if err != nil {
		return err
	}
	there, err := definedBy(ctx, desk, pam.FromFile)
	if err != nil {
		return err
	}
	if foreign := without(there, identifiers(&defs)); len(identifiers(&foreign)) > 0 {
		return errForeign
	}
	r := &revision{source: pam.FromFile, new: defs, check: pam.CheckOptions{MFA: true}, actor: audit.Actor{Name: "system", Method: "demo"}}
	_, err = r.apply(ctx, desk)
	return err
}

// demoSignIn is HTTP Basic with one password for everybody in the demo.
type demoSignIn struct{ realm string }

// Challenge asks for Basic.
func (d demoSignIn) Challenge() string { return `Basic realm="` + d.realm + `", charset="UTF-8"` }

// Authenticate knows the users of the demo, on this machine.
func (d demoSignIn) Authenticate(r *http.Request) (odata.Principal, error) {
	name, password, ok := r.BasicAuth()
	if !ok {
		return odata.Principal{}, server.ErrNoCredentials
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return odata.Principal{}, &server.SignInError{Method: "demo", Reason: "the request comes from another machine"}
	}
	for _, user := range []string{`PRIV\Jen`, `PRIV\Omar`, `PRIV\Both`} {
		if strings.EqualFold(name, user) && password == demoPassword {
			return odata.Principal{Name: user, Method: "demo"}, nil
		}
	}
	return odata.Principal{}, &server.SignInError{Method: "demo", Reason: "wrong name or password"}
}

// demoFactor is a second factor that confirms itself after a while. What it has to
// know of a call is in its reference, so that a restart forgets nothing.
type demoFactor struct{ clock func() time.Time }

// Start begins to wait.
func (f demoFactor) Start(context.Context, pam.FactorCall) (string, pam.FactorResult, error) {
	return strconv.FormatInt(f.clock().Add(demoConfirms).UnixMilli(), 10), pam.FactorResult{}, nil
}

// Poll tells whether the time is over.
func (f demoFactor) Poll(_ context.Context, reference string) (pam.FactorResult, error) {
	until, err := strconv.ParseInt(reference, 10, 64)
	if err != nil {
		return pam.FactorResult{}, err
	}
	if f.clock().UnixMilli() < until {
		return pam.FactorResult{}, nil
	}
	return pam.FactorResult{State: pam.FactorSucceeded}, nil
}
