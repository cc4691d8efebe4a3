package ldap

import (
	"math"
	"strconv"
	"strings"
	"time"

	ldapv3 "github.com/go-ldap/ldap/v3"
)

// featureName is the name of the optional feature of Active Directory's forests
// that ends memberships, [MS-ADTS] 3.1.1.9.2.
const featureName = "Privileged Access Management Feature"

// detectExpiring finds out whether a server is one of a forest with the feature.
// What the account may not see is not there.
func detectExpiring(conn *ldapv3.Conn) (bool, error) {
	root, err := entry(conn, "", nil, "supportedControl", "configurationNamingContext")
	if root == nil || err != nil {
		return false, err
	}
	knows := false
	for _, control := range root.GetAttributeValues("supportedControl") {
		knows = knows || control == ldapv3.ControlTypeMicrosoftServerLinkTTL
	}
	configuration := root.GetAttributeValue("configurationNamingContext")
	if !knows || configuration == "" {
		return false, nil
	}
	// Features of a forest are enabled at the container of its partitions.
	partitions, err := entry(conn, "CN=Partitions,"+configuration, nil, "msDS-EnabledFeature")
	if partitions == nil || err != nil {
		return false, err
	}
	for _, feature := range partitions.GetAttributeValues("msDS-EnabledFeature") {
		dn, err := ldapv3.ParseDN(feature)
		if err == nil && len(dn.RDNs) > 0 && strings.EqualFold(dn.RDNs[0].Attributes[0].Value, featureName) {
			return true, nil
		}
	}
	return false, nil
}

// entry reads attributes of one entry, nil if there is none that the account may see.
func entry(conn *ldapv3.Conn, dn string, controls []ldapv3.Control, attributes ...string) (*ldapv3.Entry, error) {
	found, err := conn.Search(ldapv3.NewSearchRequest(dn, ldapv3.ScopeBaseObject, ldapv3.NeverDerefAliases, 1, 0, false,
		"(objectClass=*)", attributes, controls))
	switch {
	case ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultNoSuchObject, ldapv3.LDAPResultInsufficientAccessRights):
		return nil, nil
	case err != nil:
		return nil, err
	case len(found.Entries) == 0:
		return nil, nil
	}
	return found.Entries[0], nil
}

// withEnd writes a member with an end as a TTL-DN, [MS-ADTS] 3.1.1.9.2. A fraction of
// a second is cut off, so that no membership outlasts its end, except that the
// shortest is a second. The longest is 68 years, what fits into 32 bits.
func withEnd(dn string, left time.Duration) string {
	seconds := min(max(int64(left/time.Second), 1), math.MaxInt32)
	return "<TTL=" + strconv.FormatInt(seconds, 10) + "," + dn + ">"
}

// parseEnd splits a member that was read with the control for links with a time to
// live into its DN and the time left; ends tells whether it has an end. Servers
// write <TTL=seconds>,DN and the documentation has <TTL=seconds,DN>.
func parseEnd(value string) (dn string, left time.Duration, ends bool) {
	rest, ok := strings.CutPrefix(value, "<TTL=")
	if !ok {
		return value, 0, false
	}
	digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 1 {
		return value, 0, false
	}
	seconds, err := strconv.ParseInt(rest[:digits], 10, 64)
	if err != nil || seconds > math.MaxInt64/int64(time.Second) {
		return value, 0, false
	}
	rest = rest[digits:]
	if after, ok := strings.CutPrefix(rest, ">,"); ok {
		dn = after
	} else if inner, ok := strings.CutPrefix(rest, ","); ok && strings.HasSuffix(inner, ">") {
		dn = strings.TrimSuffix(inner, ">")
	} else {
		return value, 0, false
	}
	return dn, time.Duration(seconds) * time.Second, true
}

// sameDN compares DNs without regard to case and to how they are written.
func sameDN(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, err := ldapv3.ParseDN(a)
	if err != nil {
		return false
	}
	y, err := ldapv3.ParseDN(b)
	return err == nil && x.EqualFold(y)
}

// end reads when a membership ends: the zero time if it does not, or is gone.
//
// Active Directory returns long lists of members in pieces, [MS-ADTS]
// 3.1.1.3.1.3.3: member;range=0-1499 first, and member;range=1500-* the last.
func (g *Granter) end(conn *ldapv3.Conn, group, member string) (time.Time, error) {
	control := []ldapv3.Control{ldapv3.NewControlMicrosoftServerLinkTTL()}
	for asked := g.config.Member; ; {
		now := g.config.Now()
		e, err := entry(conn, group, control, asked)
		if e == nil || err != nil {
			return time.Time{}, err
		}
		next := ""
		for _, attribute := range e.Attributes {
			name, option, ranged := strings.Cut(attribute.Name, ";range=")
			if !strings.EqualFold(name, g.config.Member) {
				continue
			}
			for _, value := range attribute.Values {
				dn, left, ends := parseEnd(value)
				if !sameDN(dn, member) {
					continue
				}
				if !ends {
					return time.Time{}, nil
				}
				return now.Add(left), nil
			}
			if _, last, ok := strings.Cut(option, "-"); ranged && ok && last != "*" && len(attribute.Values) > 0 {
				if n, err := strconv.ParseUint(last, 10, 32); err == nil {
					next = g.config.Member + ";range=" + strconv.FormatUint(n+1, 10) + "-*"
				}
			}
		}
		if next == "" || next == asked {
			return time.Time{}, nil
		}
		asked = next
	}
}
