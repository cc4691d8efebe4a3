package main

import (
	"time"

	"github.com/pamodata/pamodata/server"
)

// settings are the program's own keys, beside those of the server.
type settings struct {
	Store     string // without a password
	StorePass string // file
	RolesFile string
	Node      string
	Zone      string
	DenySelf  bool
	Granter   string
	Auditors  []string
	password  string // of the store, if it was in its URL

	TTL struct {
		Min, Max time.Duration
		Policy   string
	}
	Requests struct {
		MaxOpen, MaxOpenPerRole int
		MaxAhead                time.Duration
	}
	Deadlines struct {
		MFA, Approval, Grant, Call, Answer time.Duration
	}
	LDAP struct {
		URLs                                   []string
		StartTLS, SkipVerify, AllowPlaintext   bool
		CAFile, BindDN, PasswordFile           string
		BaseDN, Filter, Domain                 string
		Member, MemberValue, Placeholder, Ends string
		Timeout                                time.Duration
		Connections                            int
	}
	MFA struct {
		URL, TokenFile, KeyFile, CAFile string
		AllowPlaintext, PhoneOptional   bool
		Timeout, Poll                   time.Duration
	}
	Audit struct {
		File, Syslog, SyslogCAFile string
		HTTP, HTTPTokenFile        string
		HTTPCAFile                 string
		Plaintext                  bool
		Require                    []string
		Retention                  time.Duration
	}
}

// The values of granter, ttl.policy, and the names of sinks in audit.require.
const (
	granterJournal = "journal"
	granterLDAP    = "ldap"

	policyCap    = "cap"
	policyRefuse = "refuse"

	sinkFile   = "file"
	sinkSyslog = "syslog"
	sinkHTTP   = "http"
)

func newSettings() *settings {
	s := &settings{Zone: "UTC", Granter: granterJournal}
	s.TTL.Policy = policyCap
	s.Requests.MaxOpen, s.Requests.MaxOpenPerRole, s.Requests.MaxAhead = 100, 10, 90*24*time.Hour
	s.Deadlines.MFA, s.Deadlines.Approval, s.Deadlines.Grant = 5*time.Minute, 7*24*time.Hour, 10*time.Minute
	s.Deadlines.Call, s.Deadlines.Answer = 30*time.Second, 5*time.Second
	s.LDAP.Filter, s.LDAP.Member, s.LDAP.Ends = "(sAMAccountName=%s)", "member", "auto"
	s.LDAP.Timeout, s.LDAP.Connections = 10*time.Second, 4
	s.MFA.Timeout, s.MFA.Poll = 10*time.Second, 2*time.Second
	return s
}

// list are the keys, bound to s.
func (s *settings) list() []server.Setting {
	return []server.Setting{
		{Key: "store", Value: &s.Store,
			Doc: "Database of definitions, requests and the audit trail: sqlite:///path/of/a.db, the path of a file, or postgres://user@host/database. Empty: a file that is gone when the service ends, for trying things out. A password is better given in store_password_file, PGPASSWORD or a password file of PostgreSQL; it is never printed."},
		{Key: "store_password_file", Value: &s.StorePass,
			Doc: "File with the password of store, which must be that of a PostgreSQL database."},
		{Key: "roles_file", Value: &s.RolesFile,
			Doc: "YAML file that defines users, groups, teams and roles. It is applied when the service starts, and again when it gets the signal SIGHUP. Empty: what is stored stays, and commands such as 'pamodata role add' change it."},
		{Key: "node", Value: &s.Node,
			Doc: "Name of this process among those that share the store. Two that run at the same time must differ, and a process keeps its name when it is started again. Empty: the name of the machine."},
		{Key: "zone", Value: &s.Zone,
			Doc: "Time zone of availability windows, and of start times without an offset, such as Europe/Prague. Local is that of the machine."},
		{Key: "deny_self_approval", Value: &s.DenySelf,
			Doc: "Never approve owners' own requests automatically, whatever the role says. Recommended."},

		{Key: "ttl.min", Value: &s.TTL.Min,
			Doc: "Shortest activation; shorter requests are extended to it. 0s: none."},
		{Key: "ttl.max", Value: &s.TTL.Max,
			Doc: "Longest activation of any role. 0s: each role's own."},
		{Key: "ttl.policy", Value: &s.TTL.Policy,
			Doc: "What becomes of requests that are longer than the role allows: cap, which is what portals expect, or refuse."},

		{Key: "requests.max_open", Value: &s.Requests.MaxOpen,
			Doc: "Open requests that a user may have. Passed: 429."},
		{Key: "requests.max_open_per_role", Value: &s.Requests.MaxOpenPerRole,
			Doc: "Open requests that a user may have of one role. Passed: 429."},
		{Key: "requests.max_ahead", Value: &s.Requests.MaxAhead,
			Doc: "How far ahead the start of a request may lie. Passed: 400."},

		{Key: "deadlines.mfa", Value: &s.Deadlines.MFA,
			Doc: "Time for the second factor. Passed: the request is rejected."},
		{Key: "deadlines.approval", Value: &s.Deadlines.Approval,
			Doc: "Time for an owner to decide; a day beyond the requested start in any case. Passed: the request expires."},
		{Key: "deadlines.grant", Value: &s.Deadlines.Grant,
			Doc: "Time for which a grant that fails is tried again. Passed: the request is rejected."},
		{Key: "deadlines.call", Value: &s.Deadlines.Call,
			Doc: "Time for each call of the directory and the provider of the second factor."},
		{Key: "deadlines.answer", Value: &s.Deadlines.Answer,
			Doc: "Time an answer waits for what the request has set going, so that it can tell. Passed: the answer says Processing, and the work goes on."},

		{Key: "granter", Value: &s.Granter,
			Doc: "What makes users members of groups: ldap, or journal, which only keeps a table of who should be in which group."},
		{Key: "ldap.urls", Value: &s.LDAP.URLs,
			Doc: "Servers of the directory, such as ldaps://dc1.priv.example.com; the next is used when one does not answer."},
		{Key: "ldap.start_tls", Value: &s.LDAP.StartTLS,
			Doc: "Encrypt ldap:// connections before anything else is sent."},
		{Key: "ldap.ca_file", Value: &s.LDAP.CAFile,
			Doc: "PEM file with the certificates of those who may vouch for the servers. Empty: those whom the system trusts."},
		{Key: "ldap.skip_verify", Value: &s.LDAP.SkipVerify,
			Doc: "Accept any certificate, and with it anybody in between. For tests."},
		{Key: "ldap.allow_plaintext", Value: &s.LDAP.AllowPlaintext,
			Doc: "Let the password go unencrypted to servers on other machines."},
		{Key: "ldap.bind_dn", Value: &s.LDAP.BindDN,
			Doc: "Account that the service binds with. It needs the right to change members of the managed groups and to read users, and no other."},
		{Key: "ldap.password_file", Value: &s.LDAP.PasswordFile,
			Doc: "File with the password of ldap.bind_dn. It is read for each new connection."},
		{Key: "ldap.base_dn", Value: &s.LDAP.BaseDN,
			Doc: "Where users are, at any depth."},
		{Key: "ldap.filter", Value: &s.LDAP.Filter,
			Doc: "Filter that finds a user; %s is the account without its domain."},
		{Key: "ldap.domain", Value: &s.LDAP.Domain,
			Doc: "The domain whose accounts are in this directory. Empty: accounts of any domain are looked for."},
		{Key: "ldap.member", Value: &s.LDAP.Member,
			Doc: "Attribute of groups that holds their members."},
		{Key: "ldap.member_value", Value: &s.LDAP.MemberValue,
			Doc: "Attribute of users that ldap.member holds. Empty: their DN, or uid for memberUid."},
		{Key: "ldap.placeholder", Value: &s.LDAP.Placeholder,
			Doc: "DN that becomes a member of groups that must have one, when their last is removed. Empty: none."},
		{Key: "ldap.expiring", Value: &s.LDAP.Ends,
			Doc: "Write memberships with their end, so that they end without the service: auto, where the directory can do it, on or off."},
		{Key: "ldap.timeout", Value: &s.LDAP.Timeout,
			Doc: "Time for connecting to a server and for each exchange with it."},
		{Key: "ldap.connections", Value: &s.LDAP.Connections,
			Doc: "Connections there are at most."},

		{Key: "mfa.url", Value: &s.MFA.URL,
			Doc: "Web service that asks users for the second factor. Empty: there is none, and no role may need it."},
		{Key: "mfa.token_file", Value: &s.MFA.TokenFile,
			Doc: "File with the bearer token for mfa.url. It is read for each request."},
		{Key: "mfa.key_file", Value: &s.MFA.KeyFile,
			Doc: "File with the key by which requests to mfa.url are signed, of at least 16 bytes."},
		{Key: "mfa.ca_file", Value: &s.MFA.CAFile,
			Doc: "PEM file with the certificates of those who may vouch for mfa.url. Empty: those whom the system trusts."},
		{Key: "mfa.allow_plaintext", Value: &s.MFA.AllowPlaintext,
			Doc: "Let phone numbers go unencrypted to http URLs of other machines."},
		{Key: "mfa.phone_optional", Value: &s.MFA.PhoneOptional,
			Doc: "Ask also users without a phone number."},
		{Key: "mfa.timeout", Value: &s.MFA.Timeout,
			Doc: "Time for a request to mfa.url and its answer."},
		{Key: "mfa.poll", Value: &s.MFA.Poll,
			Doc: "Time between questions how a call stands."},

		{Key: "audit.file", Value: &s.Audit.File,
			Doc: "File to which each event of the audit trail is appended as a line of JSON, beside the store. It may be rotated. Empty: none."},
		{Key: "audit.syslog", Value: &s.Audit.Syslog,
			Doc: "Receiver of events in the form of RFC 5424: unix:///dev/log, udp://host:514, tcp://host:514 or tls://host:6514. Empty: none."},
		{Key: "audit.syslog_ca_file", Value: &s.Audit.SyslogCAFile,
			Doc: "PEM file with the certificates of those who may vouch for audit.syslog. Empty: those whom the system trusts."},
		{Key: "audit.http", Value: &s.Audit.HTTP,
			Doc: "URL to which events are posted as lines of JSON. Empty: none."},
		{Key: "audit.http_token_file", Value: &s.Audit.HTTPTokenFile,
			Doc: "File with the bearer token for audit.http."},
		{Key: "audit.http_ca_file", Value: &s.Audit.HTTPCAFile,
			Doc: "PEM file with the certificates of those who may vouch for audit.http. Empty: those whom the system trusts."},
		{Key: "audit.allow_plaintext", Value: &s.Audit.Plaintext,
			Doc: "Let events go unencrypted to an http URL of another machine."},
		{Key: "audit.require", Value: &s.Audit.Require,
			Doc: "Receivers of which at least one must have an event before the privilege is granted: file, syslog, http. Passed deadlines.answer: the request is refused with 503. Empty: the store is enough."},
		{Key: "audit.retention", Value: &s.Audit.Retention,
			Doc: "Age at which events are deleted from the store, once every receiver has them. 0s: never."},
		{Key: "auditors", Value: &s.Auditors,
			Doc: "Accounts that may read the audit trail as the entity set pamaudit. Empty: there is no such set."},
	}
}
