package verbose

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendLinksStart opens a list of links, which is AppendLinksStart, AppendLink
// for each, and AppendLinksEnd. The count follows the links in this format.
func (w Writer) AppendLinksStart(dst []byte, _ *format.Context, _ *odata.Link, _ *int64) []byte {
	return appendArrayStart(append(dst, `{"d":`...), w.version())
}

// AppendLink appends one link of a list. url is relative to the service root and
// as [format.AppendEntityURL] makes it; the link is absolute.
func (w Writer) AppendLink(dst []byte, c *format.Context, url []byte, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return appendLink(dst, c, url)
}

// AppendLinksEnd closes the list with the count and the link to its next page.
// A response of version 1.0 has room for neither.
func (w Writer) AppendLinksEnd(dst []byte, _ *format.Context, count *int64, next string) []byte {
	return append(appendArrayEnd(dst, w.version(), count, next), '}')
}

// AppendSingleLink appends one link as the whole payload; url as in AppendLink.
func (w Writer) AppendSingleLink(dst []byte, c *format.Context, _ *odata.Link, url []byte) []byte {
	dst = appendLink(append(dst, `{"d":`...), c, url)
	return append(dst, '}')
}

func appendLink(dst []byte, c *format.Context, url []byte) []byte {
	dst = format.AppendJSONText(append(dst, `{"uri":"`...), c.Root)
	dst = append(dst, url...)
	return append(dst, `"}`...)
}
