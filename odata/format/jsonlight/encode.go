package jsonlight

import (
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendFeedStart opens the feed. The count, a string like every Int64, comes
// first in this format.
func (e *encoder) AppendFeedStart(dst []byte, c *format.Context, count *int64) []byte {
	dst = append(dst, '{')
	if e.level != None {
		dst = appendContext(dst, c, e.feed)
		dst = append(dst, ',')
	}
	if count != nil {
		dst = append(dst, `"odata.count":"`...)
		dst = strconv.AppendInt(dst, *count, 10)
		dst = append(dst, `",`...)
	}
	return append(dst, `"value":[`...)
}

// AppendRow appends one entity of the feed.
func (e *encoder) AppendRow(dst []byte, c *format.Context, row *odata.Row, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return e.appendObject(dst, c, row)
}

// AppendFeedEnd closes the feed with the link to the next page. The count has
// been written at the start.
func (e *encoder) AppendFeedEnd(dst []byte, _ *format.Context, _ *int64, next string) []byte {
	dst = append(dst, ']')
	if next != "" {
		dst = append(dst, `,"odata.nextLink":`...)
		dst = format.AppendJSONString(dst, next)
	}
	return append(dst, '}')
}

// AppendEntry appends row as the whole payload.
func (e *encoder) AppendEntry(dst []byte, c *format.Context, row *odata.Row) []byte {
	if e.level == None {
		return e.appendObject(dst, c, row)
	}
	dst = appendContext(append(dst, '{'), c, e.entry)
	dst = e.appendMembers(dst, c, row)
	return append(dst, '}')
}

// appendObject appends row without a context.
func (e *encoder) appendObject(dst []byte, c *format.Context, row *odata.Row) []byte {
	start := len(dst)
	dst = e.appendMembers(dst, c, row)
	return closeObject(dst, start)
}

// closeObject makes an object of the members written from start on, each of
// which has a comma before it: the first comma becomes the brace.
func closeObject(dst []byte, start int) []byte {
	if len(dst) == start {
		return append(dst, "{}"...)
	}
	dst[start] = '{'
	return append(dst, '}')
}

// appendMembers appends the members of an entity, a comma before each.
func (e *encoder) appendMembers(dst []byte, c *format.Context, row *odata.Row) []byte {
	plan := e.planOf(row)
	dst = append(dst, plan.typ...)
	var edit []byte
	switch {
	case e.level == Full:
		dst, edit = e.appendIdentity(dst, c, row, plan)
	case e.level == Minimal && len(e.projection.Tokens) > 0:
		dst = e.appendETag(dst, row)
	}
	if plan.media {
		dst = e.appendMedia(dst, row, plan, edit)
	}
	for i := range plan.navigation {
		dst = plan.navigation[i].appendTo(dst, c, row, edit)
	}
	dst = appendFields(dst, plan.fields, row.Values)
	for i := range plan.streams {
		s := &plan.streams[i]
		dst = append(dst, s.name...)
		dst = append(dst, edit...)
		dst = append(dst, s.path...)
	}
	if e.projection.Dynamic && len(row.Dynamic) > 0 {
		dst = e.appendDynamic(dst, row.Dynamic)
	}
	return dst
}

// appendIdentity appends odata.id, odata.etag and odata.editLink, and returns
// the edit link as well. The id is absolute and has no type segment; the edit
// link is relative to the service root and names the type where it differs from
// the set's, as .NET readers compute it.
func (e *encoder) appendIdentity(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan) (_, edit []byte) {
	if e.set == nil {
		return e.appendETag(dst, row), nil
	}
	dst = append(dst, `,"odata.id":"`...)
	dst = format.AppendJSONText(dst, c.Root)
	start := len(dst)
	dst = e.appendURL(dst, row)
	url := dst[start:] // stays valid: dst only grows from here
	dst = append(dst, '"')
	dst = e.appendETag(dst, row)
	dst = append(dst, `,"odata.editLink":"`...)
	start = len(dst)
	dst = append(dst, url...)
	dst = append(dst, plan.segment...)
	edit = dst[start:]
	return append(dst, '"'), edit
}

// appendURL appends the entity's URL without a type segment.
func (e *encoder) appendURL(dst []byte, row *odata.Row) []byte {
	dst = append(dst, e.set...)
	return format.AppendKey(dst, row, e.projection)
}

func (e *encoder) appendETag(dst []byte, row *odata.Row) []byte {
	if len(e.projection.Tokens) == 0 {
		return dst
	}
	dst = append(dst, `,"odata.etag":`...)
	return format.AppendJSONETag(dst, row, e.projection.Tokens)
}

// appendMedia links a media entity to its media resource. Where the edit link
// was not needed before, edit is nil.
func (e *encoder) appendMedia(dst []byte, row *odata.Row, plan *entryPlan, edit []byte) []byte {
	if edit != nil {
		dst = append(dst, `,"odata.mediaEditLink":"`...)
		dst = append(dst, edit...)
		dst = append(dst, `/$value"`...)
	}
	dst = append(dst, `,"odata.mediaReadLink":"`...)
	if edit != nil {
		dst = append(dst, edit...)
	} else {
		dst = e.appendURL(dst, row)
		dst = append(dst, plan.segment...)
	}
	return append(dst, `/$value"`...)
}

// appendTo appends the links of a navigation property and what it expands to.
// A row does not know the URL of the next page of related entities; a link to
// it would follow the array, as Orders@odata.nextLink.
func (n *navigationPlan) appendTo(dst []byte, c *format.Context, row *odata.Row, edit []byte) []byte {
	if edit != nil {
		dst = append(dst, n.links[0]...)
		dst = append(dst, edit...)
		dst = append(dst, n.links[1]...)
		dst = append(dst, edit...)
		dst = append(dst, n.links[2]...)
	}
	if n.expanded == nil {
		return dst
	}
	dst = append(dst, n.name...)
	var rows []odata.Row
	if n.index < len(row.Related) {
		rows = row.Related[n.index].Rows
	}
	if !n.collection {
		if len(rows) == 0 {
			return append(dst, "null"...)
		}
		return n.expanded.appendObject(dst, c, &rows[0])
	}
	dst = append(dst, '[')
	for i := range rows {
		dst = n.expanded.AppendRow(dst, c, &rows[i], i == 0)
	}
	return append(dst, ']')
}
