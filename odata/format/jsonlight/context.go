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
	dst = append(dst, `"odata.metadata":"`...)
	dst = format.AppendJSONText(dst, c.MetadataURL)
	dst = append(dst, fragment...)
	return append(dst, '"')
}

// appendEntityFragment appends the fragment that names the set, the type where
// it is not the set's, and the $select of a feed or, with element, of an entry:
//
//	#Customers/Demo.VipCustomer/@Element&$select=Name
//
// Sets outside the default container are qualified with it. Source: OData V3
// JSON light, context URL.
func appendEntityFragment(dst []byte, p *odata.Projection, element bool) []byte {
	if p.Set == nil {
		return dst // no fragment can describe entities that live nowhere
	}
	dst = append(dst, '#')
	if c := p.Set.Container(); c != nil && !c.IsDefault {
		dst = format.AppendJSONText(dst, c.QualifiedName())
		dst = append(dst, '.')
	}
	dst = format.AppendJSONText(dst, p.Set.Name)
	if p.Type != p.Set.Type() {
		dst = append(dst, '/')
		dst = format.AppendJSONText(dst, p.Type.QualifiedName())
	}
	if element {
		dst = append(dst, "/@Element"...)
	}
	if p.Select != "" {
		dst = append(dst, "&$select="...)
		dst = format.AppendJSONText(dst, strings.ReplaceAll(p.Select, " ", "%20"))
	}
	return dst
}

// typeName is the name of a property's type in payloads. Enum values travel as
// strings, because V3 has no enum literal, and are typed as such.
func typeName(t metadata.TypeRef) string {
	t.Enum = nil
	return t.String()
}
