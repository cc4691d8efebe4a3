package ldap

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	ldapv3 "github.com/go-ldap/ldap/v3"
)

// Expiring says whether memberships are written with their end.
type Expiring string

// The values of Expiring; the empty one means auto.
const (
	ExpiringAuto Expiring = "auto" // where the directory has the feature
	ExpiringOn   Expiring = "on"   // always; fails where it has not
	ExpiringOff  Expiring = "off"  // never
)

// Config says which directory to use, and how.
type Config struct {
	// URLs are of servers of the same directory: ldaps://host:port, or
	// ldap://host:port with StartTLS. The one that answered last is used until it
	// does not answer, then the next. At least one.
	URLs []string

	// StartTLS encrypts ldap:// connections before anything else is sent.
	StartTLS bool

	// CAFile has the certificates, in PEM, of those who may vouch for the servers.
	// Empty means those whom the system trusts. It is read once.
	CAFile string

	// SkipVerify accepts any certificate, and with it anybody in between. For tests.
	SkipVerify bool

	// AllowPlaintext lets the password and everything else go unencrypted to
	// servers on other machines. Without it, ldap:// without StartTLS is for
	// loopback addresses only.
	AllowPlaintext bool

	// BindDN is the account that the service binds with: a DN, or for Active
	// Directory also account@domain. Required.
	BindDN string

	// Password is that of BindDN. PasswordFile is a file that has it, without the
	// line break at its end; it is read for each new connection, so it can be
	// changed. Exactly one of them.
	Password     string
	PasswordFile string

	// Timeout is for connecting to one server and for each exchange with it, and for
	// undoing a grant that has failed; 0 means 10 seconds.
	Timeout time.Duration

	// Connections is how many there are at most; calls wait for one. 0 means 4.
	Connections int

	// BaseDN is where users are, at any depth. Required.
	BaseDN string

	// Filter finds a user: %s is the account without its domain. Empty means
	// (sAMAccountName=%s).
	Filter string

	// Domain is the only one whose accounts are in this directory, without regard to
	// case: BranchOffice\Anna is not Anna. Empty accepts accounts of any domain.
	Domain string

	// Member is the attribute of groups that holds their members; empty means member.
	Member string

	// MemberValue is the attribute of users that Member holds. Empty means the user's
	// DN, or uid if Member is memberUid.
	MemberValue string

	// Placeholder is a DN, of an entry that nobody can bind as or of none, that
	// becomes a member of groups that must have one when their last is removed.
	// Empty leaves the last member in place and fails: that membership must be
	// removed by hand.
	Placeholder string

	// Expiring says whether memberships are written with their end.
	Expiring Expiring

	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

const (
	defaultTimeout     = 10 * time.Second
	defaultConnections = 4
	defaultFilter      = "(sAMAccountName=%s)"
	memberUID          = "memberUid"
)

// server is where to connect to.
type server struct {
	name    string // for messages
	address string // host:port
	tls     *tls.Config
	start   bool // TLS by StartTLS
}

// complete fills in defaults and finds every mistake.
func (c *Config) complete() error {
	var mistakes []error
	wrong := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	if c.BindDN == "" {
		wrong("the bind DN is missing: changes need an account")
	}
	if (c.Password == "") == (c.PasswordFile == "") {
		wrong("a password or a password file is needed, and not both")
	}
	if c.Timeout < 0 || c.Connections < 0 {
		wrong("the timeout and the number of connections cannot be negative")
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Connections == 0 {
		c.Connections = defaultConnections
	}
	if c.BaseDN == "" {
		wrong("the base DN is missing: it says where users are")
	} else if _, err := ldapv3.ParseDN(c.BaseDN); err != nil {
		wrong("the base DN: %w", err)
	}
	if c.Filter == "" {
		c.Filter = defaultFilter
	}
	if !strings.Contains(c.Filter, "%s") {
		wrong("the filter has no %%s, which stands for the account")
	} else if _, err := ldapv3.CompileFilter(fill(c.Filter, "x")); err != nil {
		wrong("the filter: %w", err)
	}
	if c.Member == "" {
		c.Member = "member"
	}
	if c.MemberValue == "" && strings.EqualFold(c.Member, memberUID) {
		c.MemberValue = "uid"
	}
	for _, name := range []string{c.Member, c.MemberValue} {
		if !attributeName(name) {
			wrong("%q is not the name of an attribute", name)
		}
	}
	if c.Placeholder != "" {
		if _, err := ldapv3.ParseDN(c.Placeholder); err != nil {
			wrong("the placeholder: %w", err)
		}
		if c.MemberValue != "" {
			wrong("a placeholder is for groups whose members are DNs")
		}
	}
	switch c.Expiring {
	case "":
		c.Expiring = ExpiringAuto
	case ExpiringAuto, ExpiringOff:
	case ExpiringOn:
		if c.MemberValue != "" {
			wrong("only members that are DNs can end by themselves")
		}
	default:
		wrong("expiring is one of auto, on and off, not %q", string(c.Expiring))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return errors.Join(mistakes...)
}

// servers are those of the URLs.
func (c *Config) servers() ([]server, error) {
	if len(c.URLs) == 0 {
		return nil, errors.New("the URL of a server is missing")
	}
	var roots *x509.CertPool
	if c.CAFile != "" {
		text, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, err
		}
		if roots = x509.NewCertPool(); !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate in PEM", c.CAFile)
		}
	}
	var found []server
	for _, text := range c.URLs {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
			// The text is not repeated, there may be a password in it.
			return nil, errors.New("the URL of a server has the form ldaps://host:port or ldap://host:port")
		}
		host, port := u.Hostname(), u.Port()
		s := server{name: u.Scheme + "://" + u.Host}
		switch u.Scheme {
		case "ldaps":
			if port == "" {
				port = ldapv3.DefaultLdapsPort
			}
		case "ldap":
			if port == "" {
				port = ldapv3.DefaultLdapPort
			}
			s.start = c.StartTLS
			if !c.StartTLS && !c.AllowPlaintext && !loopback(host) {
				return nil, fmt.Errorf("%s would send the password unencrypted: use ldaps://, StartTLS, or allow plaintext", s.name)
			}
		default:
			return nil, fmt.Errorf("%s: the scheme is ldaps or ldap", s.name)
		}
		if u.Scheme == "ldaps" || s.start {
			s.tls = &tls.Config{ServerName: host, RootCAs: roots, InsecureSkipVerify: c.SkipVerify, MinVersion: tls.VersionTLS12}
		}
		s.address = net.JoinHostPort(host, port)
		found = append(found, s)
	}
	return found, nil
}

const maxPassword = 4 << 10

// password reads the current password.
func (c *Config) password() (string, error) {
	if c.PasswordFile == "" {
		return c.Password, nil
	}
	text, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	password := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	// A bind without a password succeeds, as nobody: RFC 4513 5.1.2.
	if password == "" || len(password) > maxPassword {
		return "", fmt.Errorf("the password file %s is empty or longer than %d bytes", c.PasswordFile, maxPassword)
	}
	return password, nil
}

func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost"
}

// attributeName tells names and numeric identifiers of attributes, RFC 4512 1.4,
// and nothing.
func attributeName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case i > 0 && (c == '-' || c == '.'):
		default:
			return false
		}
	}
	return true
}

// fill puts an account's name into a filter.
func fill(filter, name string) string {
	return strings.ReplaceAll(filter, "%s", ldapv3.EscapeFilter(name))
}
