package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/server"
)

// check reports everything that is wrong with s, as far as it can be seen without
// opening anything.
func (s *settings) check() (found []server.Mistake) {
	wrong := func(key, format string, args ...any) {
		found = append(found, server.Mistake{Key: key, Text: fmt.Sprintf(format, args...)})
	}
	if problem := storeProblem(s.Store); problem != "" {
		wrong("store", "%s", problem)
	}
	if s.StorePass != "" && !isPostgres(s.Store) {
		wrong("store_password_file", "is given, but store is not a PostgreSQL database")
	}
	if s.Node == "" || len(s.Node) > 200 {
		wrong("node", "is empty or too long: give each process of the store a name of its own")
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" {
		wrong("zone", "%q is not a time zone; write one such as Europe/Prague, UTC or Local", s.Zone)
	}
	s.checkNumbers(wrong)
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			wrong(key, "%q is not one of %s", value, strings.Join(allowed, ", "))
		}
	}
	oneOf("ttl.policy", s.TTL.Policy, policyCap, policyRefuse)
	oneOf("granter", s.Granter, granterJournal, granterLDAP)
	oneOf("ldap.expiring", s.LDAP.Ends, "auto", "on", "off")
	for _, a := range s.Auditors {
		if strings.TrimSpace(a) == "" {
			wrong("auditors", "has an empty account")
		}
	}
	s.checkAudit(wrong)
	return found
}

func (s *settings) checkNumbers(wrong func(key, format string, args ...any)) {
	for _, d := range []struct {
		key   string
		value time.Duration
		least time.Duration
	}{
		{"ttl.min", s.TTL.Min, 0}, {"ttl.max", s.TTL.Max, 0}, {"requests.max_ahead", s.Requests.MaxAhead, time.Second},
		{"deadlines.mfa", s.Deadlines.MFA, time.Second}, {"deadlines.approval", s.Deadlines.Approval, time.Second},
		{"deadlines.grant", s.Deadlines.Grant, time.Second}, {"deadlines.call", s.Deadlines.Call, time.Millisecond},
		{"deadlines.answer", s.Deadlines.Answer, time.Millisecond}, {"ldap.timeout", s.LDAP.Timeout, time.Millisecond},
		{"mfa.timeout", s.MFA.Timeout, time.Millisecond}, {"mfa.poll", s.MFA.Poll, time.Millisecond}, {"audit.retention", s.Audit.Retention, 0},
	} {
		if d.value < d.least {
			wrong(d.key, "%v is too short", d.value)
		}
	}
	if s.TTL.Max > 0 && s.TTL.Min > s.TTL.Max {
		wrong("ttl.min", "%v is more than ttl.max, %v", s.TTL.Min, s.TTL.Max)
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"requests.max_open", s.Requests.MaxOpen}, {"requests.max_open_per_role", s.Requests.MaxOpenPerRole}, {"ldap.connections", s.LDAP.Connections}} {
		if n.value < 1 {
			wrong(n.key, "%d is less than 1", n.value)
		}
	}
}

func (s *settings) checkAudit(wrong func(key, format string, args ...any)) {
	given := map[string]string{sinkFile: s.Audit.File, sinkSyslog: s.Audit.Syslog, sinkHTTP: s.Audit.HTTP}
	for _, name := range s.Audit.Require {
		value, known := given[name]
		switch {
		case !known:
			wrong("audit.require", "%q is not one of file, syslog and http", name)
		case value == "":
			wrong("audit.require", "names %s, but audit.%s is empty", name, name)
		}
	}
	if s.Audit.Retention > 0 && s.Audit.Retention < 24*time.Hour {
		wrong("audit.retention", "%v is less than a day", s.Audit.Retention)
	}
	if s.Audit.Syslog != "" {
		if _, _, err := syslogAddress(s.Audit.Syslog); err != nil {
			wrong("audit.syslog", "%v", err)
		}
	}
}

// syslogAddress reads unix:///path, udp://host:port, tcp://host:port and tls://host:port.
func syslogAddress(text string) (network, address string, err error) {
	u, err := url.Parse(text)
	if err == nil && u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		switch u.Scheme {
		case "unix":
			if u.Host == "" && u.Path != "" {
				return u.Scheme, u.Path, nil
			}
		case "udp", "tcp", "tls":
			if _, port, err := net.SplitHostPort(u.Host); err == nil && port != "" && strings.Trim(u.Path, "/") == "" {
				return u.Scheme, u.Host, nil
			}
		}
	}
	return "", "", fmt.Errorf("%q is not one of unix:///dev/log, udp://host:514, tcp://host:514 and tls://host:6514", text)
}

const storeForm = "write sqlite:///path/of/a.db, the path of a file, or postgres://user@host/database"

// storeProblem says what keeps target from being a store. It does not repeat the
// text, there may be a password in it.
func storeProblem(target string) string {
	switch {
	case target == "":
		return ""
	case isPostgres(target):
		u, err := url.Parse(target)
		switch {
		case err != nil:
			return "is not a URL; " + storeForm
		case u.Query().Has("password"):
			return "has a password among its options: give it in store_password_file, PGPASSWORD or a password file of PostgreSQL"
		}
	case strings.HasPrefix(target, "sqlite://"):
		if len(target) == len("sqlite://") {
			return "has no path; " + storeForm
		}
	case strings.Contains(target, "://") || strings.HasPrefix(target, "file:"):
		return "is of an unknown kind; " + storeForm
	}
	return ""
}

func isPostgres(target string) bool {
	return strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://")
}

// complete fills in what depends on the machine, and takes the password of the store
// apart.
func (s *settings) complete() {
	if s.Node == "" {
		if name, err := os.Hostname(); err == nil {
			s.Node = name
		}
	}
	s.takePassword()
}

// takePassword separates the password from the URL of the store, so that it is
// nowhere where it could be printed.
func (s *settings) takePassword() {
	if !isPostgres(s.Store) {
		return
	}
	u, err := url.Parse(s.Store)
	if err != nil || u.User == nil {
		return
	}
	if password, given := u.User.Password(); given {
		u.User = url.User(u.User.Username())
		s.password, s.Store = password, u.String()
	}
}

// target is where the store is, with its password.
func (s *settings) target() (string, error) {
	password := s.password
	if s.StorePass != "" {
		text, err := os.ReadFile(s.StorePass)
		if err != nil {
			return "", err
		}
		if password = strings.TrimRight(string(text), "\r\n"); password == "" {
			return "", fmt.Errorf("the file of store_password_file, %s, is empty", s.StorePass)
		}
	}
	if password == "" || !isPostgres(s.Store) {
		return s.Store, nil
	}
	u, err := url.Parse(s.Store)
	if err != nil {
		return "", usageError{fmt.Errorf("store: is not a URL; %s", storeForm)}
	}
	u.User = url.UserPassword(databaseUser(u), password)
	return u.String(), nil
}

// databaseUser is who signs in to the database, as PostgreSQL's own programs decide.
func databaseUser(u *url.URL) string {
	if u.User != nil && u.User.Username() != "" {
		return u.User.Username()
	}
	if name := u.Query().Get("user"); name != "" {
		return name
	}
	if name := os.Getenv("PGUSER"); name != "" {
		return name
	}
	if me, err := user.Current(); err == nil {
		return me.Username
	}
	return ""
}
