package atom

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendEntry appends row as an entry, of whose start tag dst ends with all but
// the entity tag and the bracket. Edit link and navigation links name the type
// of the entity where readers need it; the id never does.
func (e *encoder) appendEntry(dst []byte, c *format.Context, row *odata.Row) []byte {
	plan := e.plans.Of(row)
	if tokens := e.projection.Tokens; len(tokens) > 0 {
		dst = append(dst, ` m:etag="`...)
		dst = appendETag(dst, row, tokens)
		dst = append(dst, '"')
	}
	dst = append(dst, `><id`...)
	var url, edit []byte // these stay valid: dst only grows behind them
	if e.set == nil {
		dst = append(dst, ` />`...)
		dst = append(dst, plan.identified...)
	} else {
		dst = append(dst, '>')
		dst = appendText(dst, c.Root)
		start := len(dst)
		dst = append(dst, e.set...)
		dst = format.AppendKey(dst, row, e.projection)
		url = dst[start:]
		dst = append(dst, plan.identified...)
		start = len(dst)
		dst = append(dst, url...)
		dst = append(dst, plan.segment...)
		edit = dst[start:]
		dst = append(dst, `" />`...)
	}
	for i := range plan.navigation {
		dst = plan.navigation[i].appendTo(dst, c, row, edit)
	}
	if plan.custom == nil {
		dst = append(dst, `<title /><updated>`...)
		dst = append(dst, c.Updated...)
		dst = append(dst, `</updated>`+emptyAuthor...)
	} else {
		dst = plan.custom.appendSyndication(dst, c, row)
	}
	if edit != nil {
		dst = e.appendLinks(dst, c, row, plan, url, edit)
	}
	dst = e.appendProperties(dst, row, plan)
	if plan.custom != nil {
		dst = plan.custom.appendElements(dst, row)
	}
	return append(dst, entryEnd...)
}

// appendETag appends the entity tag of row as the text of an attribute.
func appendETag(dst []byte, row *odata.Row, tokens []int) []byte {
	const quote = "&quot;"
	start := len(dst)
	dst = format.AppendETag(dst, row, tokens) // W/"…", and no other quote in it
	literals := dst[start+len(`W/"`) : len(dst)-1]
	dst = append(dst, "          "[:2*(len(quote)-1)]...)
	copy(dst[start+len(`W/`+quote):], literals)
	copy(dst[start+len(`W/`):], quote)
	copy(dst[len(dst)-len(quote):], quote)
	return dst
}

// appendTo appends the link of a navigation property and what it expands to.
// edit is nil for entities without an address.
func (n *navigationPlan) appendTo(dst []byte, c *format.Context, row *odata.Row, edit []byte) []byte {
	dst = append(dst, n.link...)
	if edit != nil {
		dst = append(dst, ` href="`...)
		dst = append(append(dst, edit...), n.path...)
		dst = append(dst, '"')
	}
	if n.expanded == nil {
		return append(dst, ` />`...)
	}
	dst = append(dst, `><m:inline`...)
	related := format.Related(row, n.index)
	switch {
	case n.collection:
		dst = n.appendFeed(append(dst, '>'), c, &related, edit)
	case len(related.Rows) == 0:
		return append(dst, ` /></link>`...)
	default:
		dst = n.expanded.AppendRow(append(dst, '>'), c, &related.Rows[0], true)
	}
	return append(dst, `</m:inline></link>`...)
}

// appendFeed appends an expanded collection. Where a page limit cut it short,
// the rest is a page of the navigation property itself.
func (n *navigationPlan) appendFeed(dst []byte, c *format.Context, related *odata.Related, edit []byte) []byte {
	dst = appendFeedHead(append(dst, `<feed>`...), c, edit, n.path, n.title, nil)
	for i := range related.Rows {
		dst = n.expanded.AppendRow(dst, c, &related.Rows[i], i == 0)
	}
	if len(related.Rows) == 0 {
		dst = append(dst, emptyAuthor...)
	}
	if related.Next != "" && edit != nil {
		dst = append(dst, `<link rel="next" href="`...)
		dst = appendAttribute(dst, c.Root)
		dst = append(append(dst, edit...), n.rest...)
		dst = appendAttribute(append(dst, '?'), related.Next)
		dst = append(dst, `" />`...)
	}
	return append(dst, `</feed>`...)
}

// appendLinks appends what else can be reached from an entity with an address:
// named streams, associations and operations.
func (e *encoder) appendLinks(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan, url, edit []byte) []byte {
	for i := range plan.streams {
		dst = plan.streams[i].appendTo(dst, row, edit)
	}
	if e.options.AssociationLinks {
		for i := range plan.navigation {
			n := &plan.navigation[i]
			dst = append(dst, n.association...)
			dst = append(append(dst, edit...), `/$links`...)
			dst = append(append(dst, n.path...), `" />`...)
		}
	}
	for i := range plan.operations {
		if o := &plan.operations[i]; format.Offers(row, o.index) {
			dst = o.appendTo(dst, c, url, edit)
		}
	}
	if plan.media != nil {
		dst = appendMedia(dst, format.MediaInfo(row), plan, edit)
	}
	return dst
}

// appendProperties appends the structural properties: as the content of the
// entry, or behind it when the content is a media resource.
func (e *encoder) appendProperties(dst []byte, row *odata.Row, plan *entryPlan) []byte {
	before := len(dst)
	if plan.media == nil {
		dst = append(dst, `<content type="application/xml">`...)
	}
	dst = append(dst, `<m:properties>`...)
	inside := len(dst)
	dst = appendFields(dst, row.Values, plan.fields)
	if e.projection.Dynamic && len(row.Dynamic) > 0 {
		dst = e.appendDynamic(dst, row.Dynamic)
	}
	switch {
	case len(dst) > inside && plan.media == nil:
		return append(dst, `</m:properties></content>`...)
	case len(dst) > inside:
		return append(dst, `</m:properties>`...)
	case plan.media == nil:
		return append(dst[:before], `<content type="application/xml" />`...)
	}
	return dst[:before]
}

// appendFields appends the fields that values have. Where one element follows
// another, which is nearly always, the end of the one and the start of the other
// are one text.
func appendFields(dst []byte, values []edm.Value, fields []fieldPlan) []byte {
	open := false // the element of the field before has no end yet
	for i := range fields {
		f := &fields[i]
		v := &values[f.index]
		switch {
		case !f.simple || v.IsNull():
			if open {
				dst = append(dst, fields[i-1].end...)
			}
			dst = f.appendTo(dst, v)
			open = false
			continue
		case open:
			dst = append(dst, f.next...)
		default:
			dst = append(dst, f.start...)
		}
		dst = appendPrimitive(dst, v)
		open = true
	}
	if open {
		dst = append(dst, fields[len(fields)-1].end...)
	}
	return dst
}
