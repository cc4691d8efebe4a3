package atom

import (
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendLinksStart opens the list of links. The count, if any, comes first in
// this format. Source: OData V3 Atom format, links.
func (f *Format) AppendLinksStart(dst []byte, _ *format.Context, _ *odata.Link, count *int64) []byte {
	dst = append(dst, declaration+`<links xmlns="`+dataSpace+`">`...)
	if count != nil {
		dst = append(dst, `<m:count xmlns:m="`+metadataSpace+`">`...)
		dst = strconv.AppendInt(dst, *count, 10)
		dst = append(dst, `</m:count>`...)
	}
	return dst
}

// AppendLink appends one link. url is relative to the service root and is
// written absolute.
func (f *Format) AppendLink(dst []byte, c *format.Context, url []byte, _ bool) []byte {
	dst = append(dst, `<uri>`...)
	dst = appendText(dst, c.Root)
	dst = appendText(dst, url)
	return append(dst, `</uri>`...)
}

// AppendLinksEnd closes the list with the link to the next page, if there is
// one. The count has been written at the start.
func (f *Format) AppendLinksEnd(dst []byte, _ *format.Context, _ *int64, next string) []byte {
	if next != "" {
		dst = append(dst, `<next>`...)
		dst = appendText(dst, next)
		dst = append(dst, `</next>`...)
	}
	return append(dst, `</links>`...)
}

// AppendSingleLink appends the only link as the whole payload; url is as in
// [Format.AppendLink].
func (f *Format) AppendSingleLink(dst []byte, c *format.Context, _ *odata.Link, url []byte) []byte {
	dst = append(dst, declaration+`<uri xmlns="`+dataSpace+`">`...)
	dst = appendText(dst, c.Root)
	dst = appendText(dst, url)
	return append(dst, `</uri>`...)
}
