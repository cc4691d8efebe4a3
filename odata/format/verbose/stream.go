package verbose

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// appendTo appends a named stream, a member without data of its own.
func (s *streamPlan) appendTo(dst []byte, row *odata.Row, uri []byte) []byte {
	dst = appendStream(append(dst, s.name...), uri, s.path, format.StreamInfo(row, s.index))
	return append(dst, "}}"...)
}

// appendStream appends the members that describe a stream of the entity at uri,
// without a comma before the first. It is written through the service, and read
// there too unless info knows another place: clients look for media_src, never
// elsewhere. Content type and entity tag are told when they are known.
func appendStream[Path string | []byte](dst, uri []byte, path Path, info odata.StreamInfo) []byte {
	dst = append(dst, `"edit_media":"`...)
	dst = append(dst, uri...)
	dst = append(dst, path...)
	dst = append(dst, `","media_src":"`...)
	if info.ReadURL != "" {
		dst = format.AppendJSONText(dst, info.ReadURL)
	} else {
		dst = append(dst, uri...)
		dst = append(dst, path...)
	}
	dst = append(dst, '"')
	if info.ContentType != "" {
		dst = format.AppendJSONString(append(dst, `,"content_type":`...), info.ContentType)
	}
	if info.ETag != "" {
		dst = format.AppendJSONString(append(dst, `,"media_etag":`...), info.ETag)
	}
	return dst
}
