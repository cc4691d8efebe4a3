package jsonlight

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendContext appends the member odata.metadata. fragment is JSON text, the
// number sign included, or empty.
func appendContext(dst []byte, c *format.Context, fragment []byte) []byte {
	dst = appendContextStart(dst, c)
	dst = append(dst, fragment...)
	return append(dst, '"')
}

// appendContextStart appends that member up to the fragment.
func appendContextStart(dst []byte, c *format.Context) []byte {
	dst = append(dst, `"odata.metadata":"`...)
	return format.AppendJSONText(dst, c.MetadataURL)
}

// appendEntityFragment appends the fragment that names the set, the type where
// it is not the set's, and the $select of a feed or, with element, of an entry:
//
//	#Customers/Demo.VipCustomer/@Element&$select=Name
//
// Source: OData V3 JSON light, context URL.
func appendEntityFragment(dst []byte, p *odata.Projection, element bool) []byte {
	if p.Set == nil {
		return dst // no fragment can describe entities that live nowhere
	}
	dst = appendSetFragment(dst, p.Set, p.Type)
	if element {
		dst = append(dst, "/@Element"...)
	}
	if p.Select != "" {
		dst = append(dst, "&$select="...)
		dst = format.AppendJSONText(dst, strings.ReplaceAll(p.Select, " ", "%20"))
	}
	return dst
}

// appendSetFragment appends the beginning of a fragment: the set, qualified
// with its container unless that is the default one, and the type t unless it
// is nil or the set's own.
func appendSetFragment(dst []byte, set *metadata.EntitySet, t *metadata.EntityType) []byte {
	dst = append(dst, '#')
	if c := set.Container(); c != nil && !c.IsDefault {
		dst = format.AppendJSONText(dst, c.QualifiedName())
		dst = append(dst, '.')
	}
	dst = format.AppendJSONText(dst, set.Name)
	if t != nil && t != set.Type() {
		dst = append(dst, '/')
		dst = format.AppendJSONText(dst, t.QualifiedName())
	}
	return dst
}
