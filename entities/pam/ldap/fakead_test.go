package ldap_test

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	ldapv3 "github.com/go-ldap/ldap/v3"
)

const (
	adBase  = "DC=priv,DC=example"
	adUsers = "OU=Users," + adBase
	linkTTL = "1.2.840.113556.1.4.2309"
)

// fakeAD behaves like Active Directory in what the granter uses: result codes,
// members with an end, the control that shows ends, and long lists in pieces.
type fakeAD struct {
	listener net.Listener
	feature  bool // the forest has the feature
	older    bool // the server does not know the control
	piece    int  // how many members are returned at once

	mu      sync.Mutex
	now     time.Time
	users   map[string]string   // DN by account in lower case
	members map[string][]adLink // by the DN of the group in lower case
	refuse  string              // the group that may not be written, in lower case
	changes []string            // modifications carried out, as text

	// before decides about each modification of a group before it is carried out: 0
	// for that, another code to answer it instead, or one of the two below.
	before func(group, change string) int
}

const (
	lose         = -1 // the connection, the modification is not carried out
	carryAndLose = -2 // the connection, after the modification was carried out
)

type adLink struct {
	dn  string
	end time.Time // zero for none
}

func newFakeAD(t *testing.T, feature bool) *fakeAD {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ad := &fakeAD{listener: listener, feature: feature, piece: 3, now: time.Now(), users: map[string]string{}, members: map[string][]adLink{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			running.Go(func() { ad.serve(conn) })
		}
	})
	t.Cleanup(func() { listener.Close() })
	return ad
}

func (ad *fakeAD) clock() time.Time {
	ad.mu.Lock()
	defer ad.mu.Unlock()
	return ad.now
}

// pass lets time pass and ends what has to end.
func (ad *fakeAD) pass(d time.Duration) {
	ad.mu.Lock()
	defer ad.mu.Unlock()
	ad.now = ad.now.Add(d)
	for group, list := range ad.members {
		ad.members[group] = slices.DeleteFunc(list, func(l adLink) bool { return !l.end.IsZero() && !l.end.After(ad.now) })
	}
}

// links are the members of a group as text, with the seconds left.
func (ad *fakeAD) links(group string) []string {
	ad.mu.Lock()
	defer ad.mu.Unlock()
	var list []string
	for _, l := range ad.members[strings.ToLower(group)] {
		text := l.dn
		if !l.end.IsZero() {
			text += " " + strconv.Itoa(int(l.end.Sub(ad.now)/time.Second))
		}
		list = append(list, text)
	}
	return list
}

func (ad *fakeAD) serve(conn net.Conn) {
	defer conn.Close()
	for from := bufio.NewReader(conn); ; {
		p, err := ber.ReadPacket(from)
		if err != nil || len(p.Children) < 2 {
			return
		}
		id, op := p.Children[0].Value.(int64), p.Children[1]
		answer := func(tag ber.Tag, code int, text string) {
			r := ber.Encode(ber.ClassApplication, ber.TypeConstructed, tag, nil, "")
			r.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagEnumerated, code, ""))
			r.AppendChild(octets(""))
			r.AppendChild(octets(text))
			conn.Write(message(id, r).Bytes())
		}
		switch op.Tag {
		case ldapv3.ApplicationBindRequest:
			answer(ldapv3.ApplicationBindResponse, 0, "")
		case ldapv3.ApplicationSearchRequest:
			shown := len(p.Children) > 2 && len(p.Children[2].Children) == 1 &&
				p.Children[2].Children[0].Children[0].Value == linkTTL && len(p.Children[2].Children[0].Children) == 1
			entries, code := ad.search(op, shown)
			for _, e := range entries {
				conn.Write(message(id, e).Bytes())
			}
			answer(ldapv3.ApplicationSearchResultDone, code, "")
		case ldapv3.ApplicationModifyRequest:
			code := 0
			if ad.before != nil {
				kind := "add"
				if op.Children[1].Children[0].Children[0].Value.(int64) == ldapv3.DeleteAttribute {
					kind = "delete"
				}
				code = ad.before(op.Children[0].Value.(string), kind)
			}
			switch code {
			case lose:
				return
			case carryAndLose:
				ad.modify(op)
				return
			case 0:
				code = ad.modify(op)
			}
			answer(ldapv3.ApplicationModifyResponse, code, "")
		default:
			return
		}
	}
}

func octets(s string) *ber.Packet {
	return ber.NewString(ber.ClassUniversal, ber.TypePrimitive, ber.TagOctetString, s, "")
}

func message(id int64, op *ber.Packet) *ber.Packet {
	m := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSequence, nil, "")
	m.AppendChild(ber.NewInteger(ber.ClassUniversal, ber.TypePrimitive, ber.TagInteger, id, ""))
	m.AppendChild(op)
	return m
}

func adEntry(dn string, attributes map[string][]string) *ber.Packet {
	e := ber.Encode(ber.ClassApplication, ber.TypeConstructed, ldapv3.ApplicationSearchResultEntry, nil, "")
	e.AppendChild(octets(dn))
	list := ber.NewSequence("")
	for name, values := range attributes {
		attribute := ber.NewSequence("")
		attribute.AppendChild(octets(name))
		set := ber.Encode(ber.ClassUniversal, ber.TypeConstructed, ber.TagSet, nil, "")
		for _, v := range values {
			set.AppendChild(octets(v))
		}
		attribute.AppendChild(set)
		list.AppendChild(attribute)
	}
	e.AppendChild(list)
	return e
}

// search answers what the granter asks; with shown, ends of links are shown.
func (ad *fakeAD) search(op *ber.Packet, shown bool) ([]*ber.Packet, int) {
	ad.mu.Lock()
	defer ad.mu.Unlock()
	base := op.Children[0].Value.(string)
	filter, err := ldapv3.DecompileFilter(op.Children[6])
	if err != nil {
		return nil, ldapv3.LDAPResultProtocolError
	}
	asked := ""
	if list := op.Children[7].Children; len(list) > 0 {
		asked = list[0].Value.(string)
	}
	switch {
	case base == "" && ad.older:
		return []*ber.Packet{adEntry("", map[string][]string{
			"supportedControl":           {"1.2.840.113556.1.4.319"},
			"configurationNamingContext": {"CN=Configuration," + adBase},
		})}, 0
	case base == "":
		return []*ber.Packet{adEntry("", map[string][]string{
			"supportedControl":           {"1.2.840.113556.1.4.319", linkTTL},
			"configurationNamingContext": {"CN=Configuration," + adBase},
		})}, 0
	case base == "CN=Partitions,CN=Configuration,"+adBase:
		const place = ",CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration," + adBase
		features := []string{"CN=Recycle Bin Feature" + place}
		if ad.feature {
			features = append(features, "CN=Privileged Access Management Feature"+place)
		}
		return []*ber.Packet{adEntry(base, map[string][]string{"msDS-EnabledFeature": features})}, 0
	case base == adUsers:
		name, ok := strings.CutPrefix(strings.TrimSuffix(filter, ")"), "(sAMAccountName=")
		if dn := ad.users[strings.ToLower(name)]; ok && dn != "" {
			return []*ber.Packet{adEntry(dn, nil)}, 0
		}
		return nil, 0
	}
	list, ok := ad.members[strings.ToLower(base)]
	if !ok {
		return nil, ldapv3.LDAPResultNoSuchObject
	}
	if asked == "1.1" {
		for _, l := range list {
			if filter == "(member="+ldapv3.EscapeFilter(l.dn)+")" {
				return []*ber.Packet{adEntry(base, nil)}, 0
			}
		}
		return nil, 0
	}
	from := 0
	if _, text, ok := strings.Cut(asked, ";range="); ok {
		fmt.Sscanf(text, "%d-*", &from)
	}
	var values []string
	for _, l := range list[min(from, len(list)):] {
		if text := l.dn; shown && !l.end.IsZero() {
			values = append(values, fmt.Sprintf("<TTL=%d>,%s", l.end.Sub(ad.now)/time.Second, text))
		} else {
			values = append(values, text)
		}
	}
	name := "member"
	if len(values) > ad.piece {
		values = values[:ad.piece]
		name = fmt.Sprintf("member;range=%d-%d", from, from+ad.piece-1)
	} else if from > 0 {
		name = fmt.Sprintf("member;range=%d-*", from)
	}
	return []*ber.Packet{adEntry(base, map[string][]string{name: values})}, 0
}

// modify carries out all changes or none.
func (ad *fakeAD) modify(op *ber.Packet) int {
	ad.mu.Lock()
	defer ad.mu.Unlock()
	group := strings.ToLower(op.Children[0].Value.(string))
	list, ok := ad.members[group]
	switch {
	case !ok:
		return ldapv3.LDAPResultNoSuchObject
	case group == ad.refuse:
		return ldapv3.LDAPResultInsufficientAccessRights
	}
	list = slices.Clone(list)
	var done []string
	for _, change := range op.Children[1].Children {
		attribute := change.Children[1]
		if attribute.Children[0].Value != "member" {
			return ldapv3.LDAPResultUndefinedAttributeType
		}
		for _, v := range attribute.Children[1].Children {
			value := v.Value.(string)
			dn, end := value, time.Time{}
			if inner, ok := strings.CutPrefix(value, "<TTL="); ok {
				seconds, rest, _ := strings.Cut(inner, ",")
				n, err := strconv.ParseInt(seconds, 10, 32)
				if !ad.feature || err != nil || n < 1 || !strings.HasSuffix(rest, ">") {
					return ldapv3.LDAPResultInvalidDNSyntax
				}
				dn, end = strings.TrimSuffix(rest, ">"), ad.now.Add(time.Duration(n)*time.Second)
			}
			at := slices.IndexFunc(list, func(l adLink) bool { return strings.EqualFold(l.dn, dn) })
			switch change.Children[0].Value.(int64) {
			case ldapv3.AddAttribute:
				if at >= 0 {
					return ldapv3.LDAPResultEntryAlreadyExists
				}
				list = append(list, adLink{dn, end})
				done = append(done, "add "+value)
			case ldapv3.DeleteAttribute:
				if at < 0 {
					return ldapv3.LDAPResultUnwillingToPerform
				}
				list = slices.Delete(list, at, at+1)
				done = append(done, "delete "+value)
			}
		}
	}
	ad.members[group] = list
	ad.changes = append(ad.changes, strings.Join(done, ", "))
	return 0
}
