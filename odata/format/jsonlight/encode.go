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
	return appendArrayStart(dst, count)
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
	return appendArrayEnd(dst, next)
}

// appendArrayStart opens the array of a feed or of links, whose object has been
// opened.
func appendArrayStart(dst []byte, count *int64) []byte {
	if count != nil {
		dst = append(dst, `"odata.count":"`...)
		dst = strconv.AppendInt(dst, *count, 10)
		dst = append(dst, `",`...)
	}
	return append(dst, `"value":[`...)
}

// appendArrayEnd closes the array and its object.
func appendArrayEnd(dst []byte, next string) []byte {
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
	dst = e.appendMembers(dst, c, row, e.plans.Of(row))
	return append(dst, '}')
}

// appendObject appends row without a context.
func (e *encoder) appendObject(dst []byte, c *format.Context, row *odata.Row) []byte {
	start := len(dst)
	if plan := e.plans.Of(row); plan.bare {
		dst = appendFields(dst, plan.fields, row.Values)
	} else {
		dst = e.appendMembers(dst, c, row, plan)
	}
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
func (e *encoder) appendMembers(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan) []byte {
	dst = append(dst, plan.typ...)
	var a address
	switch {
	case e.level == Full:
		dst, a = e.appendIdentity(dst, c, row, plan)
	case e.level == Minimal:
		dst = e.appendETag(dst, row)
	}
	if plan.media {
		dst = e.appendMedia(dst, row, plan, a)
	}
	for i := range plan.navigation {
		dst = e.appendNavigation(dst, c, row, plan, &plan.navigation[i], a)
	}
	for i := range plan.operations {
		dst = plan.operations[i].appendTo(dst, row, a)
	}
	dst = appendFields(dst, plan.fields, row.Values)
	for i := range plan.streams {
		dst = e.appendStream(dst, row, plan, &plan.streams[i], a)
	}
	if e.projection.Dynamic && len(row.Dynamic) > 0 {
		dst = e.appendDynamic(dst, row.Dynamic)
	}
	return dst
}

// An address is the URL of an entity relative to the service root, and its edit
// link, which may name the type. Both point into what has been written already.
type address struct{ url, edit []byte }

// appendIdentity appends odata.id, odata.etag and odata.editLink, and returns
// the address they hold. The id is absolute and has no type segment.
func (e *encoder) appendIdentity(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan) ([]byte, address) {
	if e.set == nil {
		return e.appendETag(dst, row), address{}
	}
	var a address
	dst = append(dst, `,"odata.id":"`...)
	dst = format.AppendJSONText(dst, c.Root)
	start := len(dst)
	dst = e.appendURL(dst, row)
	a.url = dst[start:] // stays valid: dst only grows from here
	dst = append(dst, '"')
	dst = e.appendETag(dst, row)
	dst = append(dst, `,"odata.editLink":"`...)
	start = len(dst)
	dst = append(dst, a.url...)
	dst = append(dst, plan.segment...)
	a.edit = dst[start:]
	return append(dst, '"'), a
}

// appendURL appends the entity's URL without a type segment.
func (e *encoder) appendURL(dst []byte, row *odata.Row) []byte {
	dst = append(dst, e.set...)
	return format.AppendKey(dst, row, e.projection)
}

// appendEditURL appends the entity's edit link, which a holds at level Full.
func (e *encoder) appendEditURL(dst []byte, row *odata.Row, plan *entryPlan, a address) []byte {
	if a.edit != nil {
		return append(dst, a.edit...)
	}
	dst = e.appendURL(dst, row)
	return append(dst, plan.segment...)
}

func (e *encoder) appendETag(dst []byte, row *odata.Row) []byte {
	if len(e.projection.Tokens) == 0 {
		return dst
	}
	dst = append(dst, `,"odata.etag":`...)
	return format.AppendJSONETag(dst, row, e.projection.Tokens)
}
