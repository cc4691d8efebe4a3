package verbose

import (
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// AppendFeedStart opens the feed. The count follows the rows in this format.
func (e *encoder) AppendFeedStart(dst []byte, _ *format.Context, _ *int64) []byte {
	return appendArrayStart(append(dst, `{"d":`...), e.version)
}

// AppendRow appends one entity of the feed.
func (e *encoder) AppendRow(dst []byte, c *format.Context, row *odata.Row, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return e.appendEntity(dst, c, row)
}

// AppendFeedEnd closes the feed with the count, a string like every Int64, and
// the link to the next page. A response of version 1.0 has room for neither.
func (e *encoder) AppendFeedEnd(dst []byte, _ *format.Context, count *int64, next string) []byte {
	return append(appendArrayEnd(dst, e.version, count, next), '}')
}

// AppendEntry appends row as the whole payload.
func (e *encoder) AppendEntry(dst []byte, c *format.Context, row *odata.Row) []byte {
	dst = e.appendEntity(append(dst, `{"d":`...), c, row)
	return append(dst, '}')
}

// appendArrayStart opens an array, which version 2.0 put into an object to make
// room for more.
func appendArrayStart(dst []byte, v Version) []byte {
	if v < Version2 {
		return append(dst, '[')
	}
	return append(dst, `{"results":[`...)
}

// appendArrayEnd closes what appendArrayStart opened.
func appendArrayEnd(dst []byte, v Version, count *int64, next string) []byte {
	dst = append(dst, ']')
	if v < Version2 {
		return dst
	}
	if count != nil {
		dst = strconv.AppendInt(append(dst, `,"__count":"`...), *count, 10)
		dst = append(dst, '"')
	}
	if next != "" {
		dst = format.AppendJSONString(append(dst, `,"__next":`...), next)
	}
	return append(dst, '}')
}

// about opens an entity and names the member that describes it, without the
// brace of that object: its members have a comma before them, and the first
// comma becomes the brace.
const about = `{"__metadata":`

// appendEntity appends one entity.
func (e *encoder) appendEntity(dst []byte, c *format.Context, row *odata.Row) []byte {
	plan := e.plans.Of(row)
	brace := len(dst) + len(about)
	var id, uri []byte
	if e.set == nil {
		dst = append(dst, about...)
	} else {
		dst, id, uri = e.appendAddress(dst, c, row, plan)
	}
	if len(e.projection.Tokens) > 0 {
		dst = format.AppendJSONETag(append(dst, `,"etag":`...), row, e.projection.Tokens)
	}
	if plan.head != nil {
		dst = append(dst, plan.head...)
		dst = plan.appendDetails(dst, c, row, id, uri)
	}
	for i := range plan.navigation {
		run := &plan.navigation[i]
		dst = run.links.appendTo(dst, uri)
		if run.expanded != nil {
			dst = run.expanded.appendTo(dst, c, row, uri)
		}
	}
	dst[brace] = '{'
	dst = appendFields(dst, plan.fields, row.Values, e.dialect)
	for i := range plan.streams {
		dst = plan.streams[i].appendTo(dst, row, uri)
	}
	if e.projection.Dynamic && len(row.Dynamic) > 0 {
		dst = e.appendDynamic(dst, row.Dynamic)
	}
	return append(dst, '}')
}

// appendAddress opens an entity with the members id and uri, and returns their
// values as well. Both are absolute. The id has no type segment; the uri, which
// is the edit link, may name the type.
func (e *encoder) appendAddress(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan) (_, id, uri []byte) {
	dst = append(dst, about+`,"id":"`...)
	start := len(dst)
	dst = format.AppendJSONText(dst, c.Root)
	dst = append(dst, e.set...)
	dst = format.AppendKey(dst, row, e.projection)
	id = dst[start:] // stays valid: dst only grows from here
	dst = append(dst, `","uri":"`...)
	start = len(dst)
	dst = append(dst, id...)
	dst = append(dst, plan.segment...)
	uri = dst[start:]
	return append(dst, '"'), id, uri
}

// appendDetails appends what __metadata holds between the type and the links.
func (p *entryPlan) appendDetails(dst []byte, c *format.Context, row *odata.Row, id, uri []byte) []byte {
	if p.media {
		dst = appendStream(append(dst, ','), uri, format.MediaPath, format.MediaInfo(row))
	}
	dst = appendOperations(dst, `,"actions":{`, p.actions, c, row, id, uri)
	return appendOperations(dst, `,"functions":{`, p.functions, c, row, id, uri)
}

// appendTo appends what a navigation property leads to. Where a page limit cut
// it short, the next link leads to the rest.
func (x *expansionPlan) appendTo(dst []byte, c *format.Context, row *odata.Row, uri []byte) []byte {
	related := format.Related(row, x.index)
	if !x.collection {
		if len(related.Rows) == 0 {
			return append(dst, "null"...)
		}
		return x.encoder.appendEntity(dst, c, &related.Rows[0])
	}
	v := x.encoder.version
	dst = appendArrayStart(dst, v)
	for i := range related.Rows {
		dst = x.encoder.AppendRow(dst, c, &related.Rows[i], i == 0)
	}
	if v < Version2 || related.Next == "" || uri == nil {
		return appendArrayEnd(dst, v, nil, "")
	}
	dst = append(dst, `],"__next":"`...)
	dst = append(dst, uri...)
	dst = append(dst, x.rest...)
	dst = format.AppendJSONText(append(dst, '?'), related.Next)
	return append(dst, `"}`...)
}
