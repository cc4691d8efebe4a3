package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// mediaPlan describes the media resource of an entity, at $value.
var mediaPlan = streamPlan{
	edit:        []byte(`,"odata.mediaEditLink":"`),
	read:        []byte(`,"odata.mediaReadLink":"`),
	contentType: []byte(`,"odata.mediaContentType":`),
	etag:        []byte(`,"odata.mediaETag":`),
	path:        []byte(format.MediaPath),
}

// streams plans the named streams of entities of exactly type t, which have a
// URL.
func (c *compiler) streams(p *odata.Projection, t *metadata.EntityType) (plans []streamPlan) {
	if c.level == None {
		return nil
	}
	for i, s := range format.Streams(p, t) {
		plan := c.stream(s.Name)
		plan.index = i
		plans = append(plans, plan)
	}
	return plans
}

func (c *compiler) stream(name string) streamPlan {
	plan := streamPlan{
		edit:        c.annotation(name, `@odata.mediaEditLink":"`),
		read:        c.annotation(name, `@odata.mediaReadLink":"`),
		contentType: c.annotation(name, `@odata.mediaContentType":`),
		etag:        c.annotation(name, `@odata.mediaETag":`),
	}
	start := len(c.text)
	c.text = format.AppendURLName(append(c.text, '/'), name)
	plan.path = c.piece(start)
	return plan
}

// appendMedia describes the media resource of an entity. Where to read it is
// told even if nothing else is known.
func (e *encoder) appendMedia(dst []byte, row *odata.Row, plan *entryPlan, a address) []byte {
	return e.appendStreamInfo(dst, row, plan, &mediaPlan, format.MediaInfo(row), a)
}

// appendStream describes a named stream. If nothing is known about it readers
// compute where it is, so at level Minimal there is nothing to say.
func (e *encoder) appendStream(dst []byte, row *odata.Row, plan *entryPlan, s *streamPlan, a address) []byte {
	if info := format.StreamInfo(row, s.index); info != (odata.StreamInfo{}) {
		return e.appendStreamInfo(dst, row, plan, s, info, a)
	}
	if a.edit == nil {
		return dst
	}
	dst = append(dst, s.edit...)
	dst = append(dst, a.edit...)
	dst = append(dst, s.path...)
	return append(dst, '"')
}

// appendStreamInfo appends what is known about a stream. It is written through
// the service, which readers compute except at level Full, and read there too
// unless info knows another place.
func (e *encoder) appendStreamInfo(dst []byte, row *odata.Row, plan *entryPlan, s *streamPlan, info odata.StreamInfo, a address) []byte {
	if a.edit != nil {
		dst = append(dst, s.edit...)
		dst = append(dst, a.edit...)
		dst = append(dst, s.path...)
		dst = append(dst, '"')
	}
	dst = append(dst, s.read...)
	if info.ReadURL != "" {
		dst = format.AppendJSONText(dst, info.ReadURL)
	} else {
		dst = e.appendEditURL(dst, row, plan, a)
		dst = append(dst, s.path...)
	}
	dst = append(dst, '"')
	if info.ContentType != "" {
		dst = format.AppendJSONString(append(dst, s.contentType...), info.ContentType)
	}
	if info.ETag != "" {
		dst = format.AppendJSONString(append(dst, s.etag...), info.ETag)
	}
	return dst
}
