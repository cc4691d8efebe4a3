package batch

import (
	"bytes"
	"strings"
)

// A Header is one header line of a request or an answer.
type Header struct{ Name, Value string }

// Headers are header lines in order. Those of a [Request] follow three rules:
//
//   - Known headers of the protocol are kept, spelled as its documents do, such
//     as DataServiceVersion: Accept, Accept-Charset, Accept-Language,
//     Content-ID, Content-Length, Content-Type, DataServiceVersion, If-Match,
//     If-None-Match, MaxDataServiceVersion, MinDataServiceVersion, Prefer,
//     Slug, X-HTTP-Method.
//   - Headers that claim an identity, a route or another framing are refused
//     with the code BatchForbiddenHeader: Authorization, Cookie, Forwarded and
//     their like. A part has the caller and the connection of its batch.
//   - All others are read and dropped, for clients add many, and none may reach
//     the service by this side door. Host is among them: see [Request.Host].
type Headers []Header

// Get returns the value of the header with that name in any case, and whether
// there is one.
func (h Headers) Get(name string) (string, bool) {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value, true
		}
	}
	return "", false
}

// A headerRule says what becomes of a header of a request.
type headerRule struct {
	name    string // in the spelling of the protocol, if it is kept
	refused bool
}

// headerRules are found by the name in lower case. A header without a rule is
// dropped, unless it begins with one of refusedPrefixes.
var headerRules = makeHeaderRules(
	[]string{
		"Accept", "Accept-Charset", "Accept-Language", contentID, contentLength, contentType,
		"DataServiceVersion", "If-Match", "If-None-Match", "MaxDataServiceVersion",
		"MinDataServiceVersion", "Prefer", "Slug", methodOverride,
	},
	[]string{ // who is asking, where the request goes, how its body is framed
		"Authorization", "Proxy-Authorization", "Authentication", "WWW-Authenticate",
		"Cookie", "Cookie2", "Set-Cookie",
		"Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP",
		"Remote-User", "Remote-Groups", "X-User", "X-Host", "X-Rewrite-URL", "X-HTTP-Host-Override",
		"Transfer-Encoding", "TE", "Trailer", "Upgrade", "Content-Encoding",
	})

// refusedPrefixes are the families among the refused headers, in lower case.
var refusedPrefixes = [...]string{
	"x-forwarded", "x-remote-", "x-auth-", "x-client-cert", "x-ssl-", "x-ms-client-principal", "x-ms-token",
	"x-amzn-oidc-", "x-goog-authenticated-user-", "x-impersonate", "x-original-", "client-cert", "impersonate",
}

const (
	contentID        = "Content-ID"
	contentLength    = "Content-Length"
	contentType      = "Content-Type"
	transferEncoding = "Content-Transfer-Encoding"
	methodOverride   = "X-HTTP-Method"
)

func makeHeaderRules(kept, refused []string) map[string]headerRule {
	rules := make(map[string]headerRule, len(kept)+len(refused))
	for _, name := range kept {
		rules[strings.ToLower(name)] = headerRule{name: name}
	}
	for _, name := range refused {
		rules[strings.ToLower(name)] = headerRule{refused: true}
	}
	return rules
}

// ruleFor takes a name in lower case.
func ruleFor(name []byte) headerRule {
	if rule, ok := headerRules[string(name)]; ok {
		return rule
	}
	for _, prefix := range refusedPrefixes {
		if bytes.HasPrefix(name, []byte(prefix)) {
			return headerRule{refused: true}
		}
	}
	return headerRule{}
}

// seenHeaders are the names of one block of headers. Comparing each with all
// others by a hash first keeps a block of many headers cheap.
type seenHeaders struct {
	names []byte // in lower case, one after the other
	each  []seenHeader
}

type seenHeader struct {
	hash       uint64
	start, end int // in names
}

func (s *seenHeaders) reset() { s.names, s.each = s.names[:0], s.each[:0] }

// add takes a name and returns it in lower case, valid until reset, and whether
// it is new.
func (s *seenHeaders) add(name []byte) ([]byte, bool) {
	at := seenHeader{hash: 14695981039346656037, start: len(s.names)} // FNV-1a
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		s.names = append(s.names, c)
		at.hash = (at.hash ^ uint64(c)) * 1099511628211
	}
	at.end = len(s.names)
	lower := s.names[at.start:at.end]
	for _, other := range s.each {
		if other.hash == at.hash && bytes.Equal(s.names[other.start:other.end], lower) {
			return lower, false
		}
	}
	s.each = append(s.each, at)
	return lower, true
}

// maxHeaderName is longer than any name that means something here.
const maxHeaderName = 128

// splitHeader takes a header line apart. A line that begins with a blank would
// continue the line before, which is obsolete and refused.
func splitHeader(line []byte) (name, value []byte, ok bool) {
	colon := 0
	for colon < len(line) && isTokenByte(line[colon]) {
		colon++
	}
	if colon == 0 || colon > maxHeaderName || colon == len(line) || line[colon] != ':' {
		return nil, nil, false
	}
	name, value = line[:colon], line[colon+1:]
	for len(value) > 0 && (value[0] == ' ' || value[0] == '\t') {
		value = value[1:]
	}
	for n := len(value); n > 0 && (value[n-1] == ' ' || value[n-1] == '\t'); n-- {
		value = value[:n-1]
	}
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			return nil, nil, false
		}
	}
	return name, value, true
}

// isTokenByte is tchar of HTTP, RFC 9110, section 5.6.2.
func isTokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}
