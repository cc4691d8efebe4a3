package jsonlight

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendLinksStart opens the links of a collection-valued navigation. The
// count, if any, comes first in this format. Source: OData V3 JSON light, links.
func (w writer) AppendLinksStart(dst []byte, c *format.Context, l *odata.Link, count *int64) []byte {
	return appendArrayStart(w.appendLinkContext(append(dst, '{'), c, l), count)
}

// AppendLink appends one link of the list. url is relative to the service root,
// as [format.AppendEntityURL] makes it, and written absolute.
func (w writer) AppendLink(dst []byte, c *format.Context, url []byte, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return appendLinkURL(append(dst, '{'), c, url)
}

// AppendLinksEnd closes the list with the link to its next page. The count has
// been written at the start.
func (w writer) AppendLinksEnd(dst []byte, _ *format.Context, _ *int64, next string) []byte {
	return appendArrayEnd(dst, next)
}

// AppendSingleLink appends one link as the whole payload; url is as in
// AppendLink.
func (w writer) AppendSingleLink(dst []byte, c *format.Context, l *odata.Link, url []byte) []byte {
	return appendLinkURL(w.appendLinkContext(append(dst, '{'), c, l), c, url)
}

// appendLinkURL appends the member that is a link, and closes its object.
func appendLinkURL(dst []byte, c *format.Context, url []byte) []byte {
	dst = append(dst, `"url":"`...)
	dst = format.AppendJSONText(dst, c.Root)
	dst = append(dst, url...)
	return append(dst, `"}`...)
}

// appendLinkContext appends the context of links, with the comma behind it. The
// fragment names whose links these are, and the type that declares the
// navigation where that is not the set's:
//
//	#Customers/Demo.VipCustomer/$links/Concierge
func (w writer) appendLinkContext(dst []byte, c *format.Context, l *odata.Link) []byte {
	if w.level == None {
		return dst
	}
	dst = appendContextStart(dst, c)
	dst = appendSetFragment(dst, l.Set, l.Type)
	dst = append(dst, "/$links/"...)
	dst = format.AppendJSONText(dst, l.Nav.Name)
	if l.One {
		dst = append(dst, "/@Element"...)
	}
	return append(dst, `",`...)
}
