package ldaptest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	ldapv3 "github.com/go-ldap/ldap/v3"
)

// Names in every directory.
const (
	Base   = "dc=test"           // the root entry
	Admin  = "cn=admin,dc=test"  // may do everything
	People = "ou=people,dc=test" // has no entries at first
	Groups = "ou=groups,dc=test" // has no entries at first
)

// A Server is an OpenLDAP server. Its schema has the object classes inetOrgPerson,
// groupOfNames and posixGroup.
type Server struct {
	Password string // of Admin

	// CAFile has the certificate, in PEM, of who vouches for the server.
	CAFile string

	folder  string
	program string
	modules string // the folder of back_mdb, empty if it is built in
	schema  string // the folder of the schema
	port    int
	tlsPort int
	access  string
	process *exec.Cmd
	exited  chan struct{}
	keeper  io.Closer // ends the server when it is closed
}

// Start starts a server. Access are lines of slapd.conf, see slapd.access(5); without
// any, only Admin can do anything.
func Start(t testing.TB, access ...string) *Server {
	t.Helper()
	s := &Server{Password: rand.Text(), access: strings.Join(access, "\n")}
	if err := s.find(); err != nil {
		lacking(t, err)
	}
	folder, err := os.MkdirTemp("", "ldaptest")
	if err != nil {
		t.Fatal(err)
	}
	s.folder = folder
	t.Cleanup(s.remove)
	if err := s.prepare(); err != nil {
		lacking(t, err)
	}
	s.Add(t, Base, "objectClass", "dcObject", "objectClass", "organization", "dc", "test", "o", "test")
	s.Add(t, People, "objectClass", "organizationalUnit", "ou", "people")
	s.Add(t, Groups, "objectClass", "organizationalUnit", "ou", "groups")
	return s
}

// URL is where the server is reached without encryption, and by StartTLS.
func (s *Server) URL() string { return "ldap://" + s.Address() }

// Address is the host and port of URL.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// SecureURL is where the server is reached with TLS.
func (s *Server) SecureURL() string { return fmt.Sprintf("ldaps://127.0.0.1:%d", s.tlsPort) }

// Connect connects as Admin, until the test ends.
func (s *Server) Connect(t testing.TB) *ldapv3.Conn {
	t.Helper()
	conn, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func (s *Server) connect() (*ldapv3.Conn, error) {
	conn, err := ldapv3.DialURL(s.URL(), ldapv3.DialWithDialer(&net.Dialer{Timeout: startWait}))
	if err != nil {
		return nil, err
	}
	if err := conn.Bind(Admin, s.Password); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// Add makes an entry of pairs of attributes and values.
func (s *Server) Add(t testing.TB, dn string, pairs ...string) {
	t.Helper()
	values := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = append(values[pairs[i]], pairs[i+1])
	}
	request := ldapv3.NewAddRequest(dn, nil)
	for name, list := range values {
		request.Attribute(name, list)
	}
	conn, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Add(request); err != nil {
		t.Fatalf("adding %s: %v", dn, err)
	}
}

// Delete deletes an entry.
func (s *Server) Delete(t testing.TB, dn string) {
	t.Helper()
	conn, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Del(ldapv3.NewDelRequest(dn, nil)); err != nil {
		t.Fatalf("deleting %s: %v", dn, err)
	}
}

// Values are those of an attribute of an entry.
func (s *Server) Values(t testing.TB, dn, attribute string) []string {
	t.Helper()
	conn, err := s.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	found, err := conn.Search(ldapv3.NewSearchRequest(dn, ldapv3.ScopeBaseObject, ldapv3.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{attribute}, nil))
	if err != nil {
		t.Fatalf("reading %s: %v", dn, err)
	}
	return found.Entries[0].GetAttributeValues(attribute)
}

// find finds the program and what it needs.
func (s *Server) find() error {
	path, err := exec.LookPath("slapd")
	for _, place := range []string{"/usr/sbin/slapd", "/usr/libexec/slapd", "/usr/lib/openldap/slapd"} {
		if err != nil && exists(place) {
			path, err = place, nil
		}
	}
	if err != nil {
		return errors.New("the program slapd is missing")
	}
	s.program = path
	for _, folder := range []string{"/etc/ldap/schema", "/etc/openldap/schema"} {
		if exists(filepath.Join(folder, "inetorgperson.schema")) {
			s.schema = folder
		}
	}
	if s.schema == "" {
		return errors.New("the schema of slapd is missing")
	}
	for _, folder := range []string{"/usr/lib/ldap", "/usr/lib/openldap", "/usr/lib64/openldap", "/usr/libexec/openldap"} {
		if exists(filepath.Join(folder, "back_mdb.la")) || exists(filepath.Join(folder, "back_mdb.so")) {
			s.modules = folder
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// lacking skips the test, or fails it where nothing may be skipped.
func lacking(t testing.TB, err error) {
	t.Helper()
	const advice = "to run this test, install the package slapd"
	if os.Getenv("TEST_NO_SKIP") != "" {
		t.Fatalf("there is no OpenLDAP server: %v: %s", err, advice)
	}
	t.Skipf("there is no OpenLDAP server: %v: %s", err, advice)
}
