package atom

import (
	"bytes"
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

const (
	entryEnd    = `</entry>`
	emptyAuthor = `<author><name /></author>`
)

// AppendFeedStart opens the feed. The count comes first in this format.
func (e *encoder) AppendFeedStart(dst []byte, c *format.Context, count *int64) []byte {
	dst = append(dst, declaration+`<feed`...)
	dst = e.options.appendRoot(dst, c)
	dst = append(dst, '>')
	if count != nil {
		dst = append(dst, `<m:count>`...)
		dst = strconv.AppendInt(dst, *count, 10)
		dst = append(dst, `</m:count>`...)
	}
	url, title := e.self(c)
	if c.Self == "" {
		return appendFeedHead(dst, c, nil, url, title, nil)
	}
	// The public sample service says Categories here for Products(0)/Categories.
	return appendFeedHead(dst, c, nil, url, title, []byte(escaped(string(format.AppendURLName(nil, c.Title)))))
}

// self is where the feed was read from, relative to the service root, and its
// name: the set, unless the context says otherwise.
func (e *encoder) self(c *format.Context) (url, title []byte) {
	if c.Self != "" {
		return []byte(escaped(c.Self)), []byte(escaped(c.Title))
	}
	if e.projection.Set == nil {
		return nil, []byte(escaped(e.projection.Type.Name))
	}
	return format.AppendSetURL(nil, e.projection.Set), []byte(escaped(e.projection.Set.Name))
}

// appendFeedHead appends what a feed begins with. Its URL is base and path; the
// title is the text of an attribute; self is the href of the self link where
// that is not the feed's URL. It ends with the self link, by which
// AppendFeedEnd knows a feed without entries.
func appendFeedHead(dst []byte, c *format.Context, base, path, title, self []byte) []byte {
	dst = append(dst, `<id>`...)
	dst = appendText(dst, c.Root)
	dst = append(append(dst, base...), path...)
	dst = append(dst, `</id><title type="text">`...)
	dst = append(dst, title...)
	dst = append(dst, `</title><updated>`...)
	dst = append(dst, c.Updated...)
	dst = append(dst, `</updated><link rel="self" title="`...)
	dst = append(dst, title...)
	dst = append(dst, `" href="`...)
	if self != nil {
		dst = append(dst, self...)
	} else {
		dst = append(append(dst, base...), path...)
	}
	return append(dst, `" />`...)
}

// AppendRow appends one entity of the feed.
func (e *encoder) AppendRow(dst []byte, c *format.Context, row *odata.Row, _ bool) []byte {
	return e.appendEntry(append(dst, `<entry`...), c, row)
}

// AppendFeedEnd closes the feed with the link to the next page. The count has
// been written at the start.
//
// A feed without entries has an author of its own. It is recognised by what dst
// ends with; dst may also be empty, when everything before it has been sent,
// which then counts as having entries.
func (e *encoder) AppendFeedEnd(dst []byte, _ *format.Context, _ *int64, next string) []byte {
	if len(dst) > 0 && !bytes.HasSuffix(dst, []byte(entryEnd)) {
		dst = append(dst, emptyAuthor...)
	}
	if next != "" {
		dst = append(dst, `<link rel="next" href="`...)
		dst = appendAttribute(dst, next)
		dst = append(dst, `" />`...)
	}
	return append(dst, `</feed>`...)
}

// AppendEntry appends row as the whole payload.
func (e *encoder) AppendEntry(dst []byte, c *format.Context, row *odata.Row) []byte {
	dst = append(dst, declaration+`<entry`...)
	return e.appendEntry(e.options.appendRoot(dst, c), c, row)
}
