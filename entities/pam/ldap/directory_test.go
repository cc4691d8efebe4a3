package ldap_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	ldapv3 "github.com/go-ldap/ldap/v3"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap"
	"github.com/pamodata/pamodata/entities/pam/ldap/ldaptest"
)

const (
	servant         = "cn=pam,dc=test"
	servantPassword = "of the service"
)

// leastRights are those that the package comment asks for, and a group that can be
// read but not written.
const leastRights = `
access to attrs=userPassword by anonymous auth by * none
access to dn.exact="cn=locked,ou=groups,dc=test" by dn.exact="cn=pam,dc=test" read by * none
access to dn.subtree="ou=groups,dc=test" attrs=member,memberUid by dn.exact="cn=pam,dc=test" write by * none
access to dn.subtree="ou=groups,dc=test" by dn.exact="cn=pam,dc=test" read by * none
access to dn.subtree="ou=people,dc=test" by dn.exact="cn=pam,dc=test" read by * none
access to * by * none`

// keeper is a member of all groups, so that they are never empty.
const keeper = "uid=keeper,ou=people,dc=test"

// directory is a server with users anna and ben, the groups dns, mail and locked,
// and the service's account.
func directory(t *testing.T) *ldaptest.Server {
	t.Helper()
	s := ldaptest.Start(t, leastRights)
	s.Add(t, servant, "objectClass", "person", "cn", "pam", "sn", "pam", "userPassword", servantPassword)
	for _, uid := range []string{"keeper", "anna", "ben"} {
		addUser(t, s, uid)
	}
	for _, name := range []string{"dns", "mail", "locked"} {
		s.Add(t, groupOf(name).Target, "objectClass", "groupOfNames", "cn", name, "member", keeper)
	}
	return s
}

func addUser(t *testing.T, s *ldaptest.Server, uid string) {
	t.Helper()
	s.Add(t, dnOf(uid), "objectClass", "inetOrgPerson", "uid", uid, "cn", uid, "sn", uid)
}

func dnOf(uid string) string { return "uid=" + ldapv3.EscapeDN(uid) + ",ou=people,dc=test" }

func groupOf(name string) pam.Group {
	return pam.Group{Name: name, Target: "cn=" + name + ",ou=groups,dc=test"}
}

func userOf(name string) pam.User { return pam.User{Account: `PRIV\` + name} }

func configOf(s *ldaptest.Server) ldap.Config {
	return ldap.Config{URLs: []string{s.URL()}, BindDN: servant, Password: servantPassword,
		BaseDN: ldaptest.People, Filter: "(uid=%s)"}
}

func open(t *testing.T, config ldap.Config) *ldap.Granter {
	t.Helper()
	g, err := ldap.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// hour are memberships for an hour.
func hour(names ...string) []pam.Membership {
	var list []pam.Membership
	for _, name := range names {
		list = append(list, pam.Membership{Group: groupOf(name), Until: time.Now().Add(time.Hour)})
	}
	return list
}

func groupsOf(names ...string) []pam.Group {
	var list []pam.Group
	for _, name := range names {
		list = append(list, groupOf(name))
	}
	return list
}

// holds tells whether the directory itself has a member in a group.
func holds(t *testing.T, s *ldaptest.Server, group, member string) bool {
	t.Helper()
	return slices.Contains(s.Values(t, groupOf(group).Target, "member"), member)
}

func isPermanent(err error) bool { return errors.As(err, new(*pam.Permanent)) }

// relay is a server in between that can lose connections.
type relay struct {
	t        *testing.T
	listener net.Listener
	target   string
	accepted atomic.Int32
	swallow  atomic.Bool // the next change is carried out, its answer lost

	mu    sync.Mutex
	conns []net.Conn
}

func newRelay(t *testing.T, target string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, listener: listener, target: target}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			r.accepted.Add(1)
			r.mu.Lock()
			r.conns = append(r.conns, client, server)
			r.mu.Unlock()
			running.Go(func() { r.pass(client, server) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		r.kill()
		running.Wait()
	})
	return r
}

func (r *relay) url() string { return "ldap://" + r.listener.Addr().String() }

// kill ends all connections.
func (r *relay) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.conns = nil
}

// pass passes messages on until one side ends.
func (r *relay) pass(client, server net.Conn) {
	var lost atomic.Bool
	var back sync.WaitGroup
	back.Go(func() {
		defer client.Close()
		for from := bufio.NewReader(server); ; {
			p, err := ber.ReadPacket(from)
			if err != nil || lost.Load() && p.Children[1].Tag == ldapv3.ApplicationModifyResponse {
				return
			}
			client.Write(p.Bytes())
		}
	})
	for from := bufio.NewReader(client); ; {
		p, err := ber.ReadPacket(from)
		if err != nil {
			break
		}
		if p.Children[1].Tag == ldapv3.ApplicationModifyRequest && r.swallow.CompareAndSwap(true, false) {
			lost.Store(true)
		}
		server.Write(p.Bytes())
	}
	server.Close()
	back.Wait()
}

// soon is a context that ends the test rather than letting it hang.
func soon(t *testing.T) context.Context {
	ctx, done := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(done)
	return ctx
}
