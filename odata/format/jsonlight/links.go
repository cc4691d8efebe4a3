package jsonlight

import (
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendLinksStart opens the links of a collection-valued navigation. The
// count, if any, comes first in this format. Source: OData V3 JSON light, links.
func (w writer) AppendLinksStart(dst []byte, c *format.Context, l *odata.Link, count *int64) []byte {
	dst = append(dst, '{')
	if w.level != None {
		dst = appendContext(dst, c, appendLinkFragment(nil, l))
		dst = append(dst, ',')
	}
	if count != nil {
		dst = append(dst, `"odata.count":"`...)
		dst = strconv.AppendInt(dst, *count, 10)
		dst = append(dst, `",`...)
	}
	return append(dst, `"value":[`...)
}

// AppendLink appends one link of the list. url is relative to the service root
// and written absolute.
func (w writer) AppendLink(dst []byte, c *format.Context, url []byte, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return append(appendLinkURL(append(dst, '{'), c, url), '}')
}

// AppendLinksEnd closes the list with the link to its next page.
func (w writer) AppendLinksEnd(dst []byte, _ *format.Context, _ *int64, next string) []byte {
	dst = append(dst, ']')
	if next != "" {
		dst = append(dst, `,"odata.nextLink":`...)
		dst = format.AppendJSONString(dst, next)
	}
	return append(dst, '}')
}

// AppendSingleLink appends one link as the whole payload.
func (w writer) AppendSingleLink(dst []byte, c *format.Context, l *odata.Link, url []byte) []byte {
	dst = append(dst, '{')
	if w.level != None {
		dst = appendContext(dst, c, appendLinkFragment(nil, l))
		dst = append(dst, ',')
	}
	return append(appendLinkURL(dst, c, url), '}')
}

func appendLinkURL(dst []byte, c *format.Context, url []byte) []byte {
	dst = append(dst, `"url":"`...)
	dst = format.AppendJSONText(dst, c.Root)
	dst = append(dst, url...)
	return append(dst, '"')
}

// appendLinkFragment appends the fragment that names whose links these are:
//
//	#Customers/Demo.VipCustomer/$links/Concierge
func appendLinkFragment(dst []byte, l *odata.Link) []byte {
	dst = append(dst, '#')
	if c := l.Set.Container(); c != nil && !c.IsDefault {
		dst = format.AppendJSONText(dst, c.QualifiedName())
		dst = append(dst, '.')
	}
	dst = format.AppendJSONText(dst, l.Set.Name)
	if l.Type != nil {
		dst = append(dst, '/')
		dst = format.AppendJSONText(dst, l.Type.QualifiedName())
	}
	dst = append(dst, "/$links/"...)
	dst = format.AppendJSONText(dst, l.Nav.Name)
	if l.One {
		dst = append(dst, "/@Element"...)
	}
	return dst
}
