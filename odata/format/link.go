package format

import (
	"bytes"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// AppendEntityURL appends the canonical URL of the entity in row, relative to
// the service root: Customers(1). It has no type segment; edit links of derived
// instances may add one, see [AppendEditSegment].
func AppendEntityURL(dst []byte, row *odata.Row, p *odata.Projection) []byte {
	dst = AppendSetURL(dst, p.Set)
	return AppendKey(dst, row, p)
}

// AppendSetURL appends the URL of a set relative to the service root. Sets
// outside the default container are addressed with the container's name.
func AppendSetURL(dst []byte, set *metadata.EntitySet) []byte {
	if c := set.Container(); c != nil && !c.IsDefault {
		dst = append(AppendURLName(dst, c.Name), '.')
	}
	return AppendURLName(dst, set.Name)
}

// AppendTypeSegment appends the path segment that narrows an entity to type t:
// /Demo.VipCustomer.
func AppendTypeSegment(dst []byte, t *metadata.EntityType) []byte {
	dst = append(dst, '/')
	if t.Namespace != "" {
		dst = append(AppendURLName(dst, t.Namespace), '.')
	}
	return AppendURLName(dst, t.Name)
}

// AppendKey appends the key of row in canonical form: (1) for a single key,
// (OrderId=guid'…',LineNo=2) for a compound one, in the order of the type.
//
// Values are URI literals with everything percent-encoded but unreserved
// characters and the quotes that delimit the literal; quotes inside a string
// are doubled first. The result is plain ASCII without quotes or backslashes
// that JSON would have to escape. Source: OData V3 URI conventions, key
// predicates.
func AppendKey(dst []byte, row *odata.Row, p *odata.Projection) []byte {
	dst = append(dst, '(')
	if len(p.Key) == 1 {
		dst = appendURLLiteral(dst, row.Values[p.Key[0]])
		return append(dst, ')')
	}
	for i, property := range p.Type.KeyProperties() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendURLName(dst, property.Name), '=')
		dst = appendURLLiteral(dst, row.Values[p.Key[i]])
	}
	return append(dst, ')')
}

// AppendETag appends the entity tag that the concurrency tokens of row make:
// W/"3", or W/"'abc',null" for two. tokens are positions in row.Values, as in
// Projection.Tokens. The literals are percent-encoded as in keys, so that the
// tag is always a legal header value. Source: OData V3 core, ETags, in the form
// of WCF Data Services.
func AppendETag(dst []byte, row *odata.Row, tokens []int) []byte {
	dst = append(dst, `W/"`...)
	dst = appendTokens(dst, row, tokens)
	return append(dst, '"')
}

// AppendJSONETag appends the same entity tag as a JSON string: "W/\"3\"".
func AppendJSONETag(dst []byte, row *odata.Row, tokens []int) []byte {
	dst = append(dst, `"W/\"`...)
	dst = appendTokens(dst, row, tokens)
	return append(dst, `\""`...)
}

func appendTokens(dst []byte, row *odata.Row, tokens []int) []byte {
	for i, at := range tokens {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendURLLiteral(dst, row.Values[at])
	}
	return dst
}

// AppendURLName appends the name of a set, type or property as part of a URL
// path, percent-encoded where it is not ASCII.
func AppendURLName(dst []byte, name string) []byte {
	start := len(dst)
	dst = append(dst, name...)
	return percentEncode(dst, start, -1, -1)
}

// appendURLLiteral appends the URI literal of v for use in a path.
func appendURLLiteral(dst []byte, v edm.Value) []byte {
	switch v.Kind() {
	case edm.KindGuid, edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64:
		return edm.AppendLiteral(dst, v) // nothing to encode, and most keys
	}
	start := len(dst)
	dst = edm.AppendLiteral(dst, v)
	opening := bytes.IndexByte(dst[start:], '\'')
	if opening < 0 {
		return percentEncode(dst, start, -1, -1)
	}
	return percentEncode(dst, start, start+opening, len(dst)-1)
}

// percentEncode encodes dst[start:] in place, except for unreserved characters
// (RFC 3986, 2.3) and the bytes at the positions keep1 and keep2.
func percentEncode(dst []byte, start, keep1, keep2 int) []byte {
	n := 0
	for i := start; i < len(dst); i++ {
		if !unreserved[dst[i]] && i != keep1 && i != keep2 {
			n++
		}
	}
	if n == 0 {
		return dst
	}
	// Backwards, so that nothing is overwritten before it is read.
	const digits = "0123456789ABCDEF"
	from := len(dst)
	to := from + 2*n
	dst = slices.Grow(dst, 2*n)[:to]
	for from > start {
		from--
		c := dst[from]
		if unreserved[c] || from == keep1 || from == keep2 {
			to--
			dst[to] = c
			continue
		}
		to -= 3
		dst[to], dst[to+1], dst[to+2] = '%', digits[c>>4], digits[c&15]
	}
	return dst
}

// unreserved holds the characters that never need percent-encoding.
var unreserved = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '.' || c == '_' || c == '~'
	}
	return plain
}()
