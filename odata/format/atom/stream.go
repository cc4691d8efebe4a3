package atom

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// unknownMedia is the type of a media resource whose type nobody told. Source:
// HTTP semantics, content type.
const unknownMedia = "application/octet-stream"

// appendMedia appends the link to change the media resource of an entity, and
// the content that points to it. What the provider does not know about it is
// left out, except for the type.
func appendMedia(dst []byte, media odata.StreamInfo, plan *entryPlan, edit []byte) []byte {
	dst = append(dst, plan.media...)
	dst = append(append(dst, edit...), format.MediaPath+`"`...)
	dst = appendStreamETag(dst, media)
	dst = append(dst, ` /><content type="`...)
	if media.ContentType == "" {
		dst = append(dst, unknownMedia...)
	} else {
		dst = appendAttribute(dst, media.ContentType)
	}
	dst = append(dst, `" src="`...)
	if media.ReadURL != "" {
		dst = appendAttribute(dst, media.ReadURL)
	} else {
		dst = append(append(dst, edit...), format.MediaPath...)
	}
	return append(dst, `" />`...)
}

// appendTo appends the links to read and to change a named stream.
func (s *streamPlan) appendTo(dst []byte, row *odata.Row, edit []byte) []byte {
	info := format.StreamInfo(row, s.index)
	dst = appendStreamType(append(dst, s.read...), info)
	dst = append(dst, s.title...)
	if info.ReadURL != "" {
		dst = appendAttribute(dst, info.ReadURL)
	} else {
		dst = append(append(dst, edit...), s.path...)
	}
	dst = appendStreamType(append(append(dst, `" />`...), s.edit...), info)
	dst = append(append(append(dst, s.title...), edit...), s.path...)
	return append(appendStreamETag(append(dst, '"'), info), ` />`...)
}

func appendStreamType(dst []byte, info odata.StreamInfo) []byte {
	if info.ContentType == "" {
		return dst
	}
	dst = append(dst, ` type="`...)
	return append(appendAttribute(dst, info.ContentType), '"')
}

func appendStreamETag(dst []byte, info odata.StreamInfo) []byte {
	if info.ETag == "" {
		return dst
	}
	dst = append(dst, ` m:etag="`...)
	return append(appendAttribute(dst, info.ETag), '"')
}
