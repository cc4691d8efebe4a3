package memory

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pamodata/pamodata/odata"
)

// A content is one stream: its bytes, and what payloads say about them.
type content struct {
	info     odata.StreamInfo
	bytes    []byte
	modified time.Time // zero for those the store began with
}

// newContent makes a stream of bytes that will not change. Its ETag is made of
// these and their type: the same content always has the same one.
func newContent(mediaType string, from []byte) *content {
	sum := sha256.New()
	sum.Write([]byte(mediaType))
	sum.Write([]byte{0})
	sum.Write(from)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:15]) + `"`
	return &content{info: odata.StreamInfo{ContentType: mediaType, ETag: etag}, bytes: from}
}

// unknownMedia is the type of a stream whose type nobody told.
const unknownMedia = "application/octet-stream"

// stream adds one entry of Data.Streams to its entity.
func (l *loader) stream(position int, from *Stream) {
	told := fmt.Sprintf("Streams[%d] %s(%s)/%s", position, from.Set, from.Key, from.Property)
	f := l.store.frame(from.Set)
	if f == nil {
		l.report("%s: the model has no entity set %q in its default container", told, from.Set)
		return
	}
	mediaType := from.ContentType
	if mediaType == "" {
		mediaType = unknownMedia
	}
	if !isMediaType(mediaType) {
		l.report("%s: ContentType %q is no media type, such as image/png", told, mediaType)
		return
	}
	n := l.keyed(told, f, from.Key)
	if n == nil {
		return
	}
	slot := l.slot(told, n, from.Property)
	switch {
	case slot == nil:
	case *slot != nil:
		l.report("%s: the stream is given twice", told)
	default:
		*slot = newContent(mediaType, bytes.Clone(from.Content))
		n.describeStreams()
	}
}

// isMediaType reports whether text can be sent as a Content-Type.
func isMediaType(text string) bool {
	name, _, err := mime.ParseMediaType(text)
	return err == nil && strings.Contains(name, "/") && strings.IndexFunc(text, unicode.IsControl) < 0
}

// slot finds where a node keeps a stream, nil if its type has no such stream.
func (l *loader) slot(told string, n *node, name string) **content {
	t := n.row.Type
	if name == "" {
		if !t.IsMediaEntity() {
			l.report("%s: %s is no media entity; name one of its streams in Property", told, t.QualifiedName())
			return nil
		}
		return &n.media
	}
	for i, p := range t.NamedStreams() {
		if p.Name == name {
			if n.named == nil {
				n.named = make([]*content, len(t.NamedStreams()))
			}
			return &n.named[i]
		}
	}
	l.report("%s: %s has no stream %q", told, t.QualifiedName(), name)
	return nil
}

// describeStreams makes what the node's row says about its streams. Named ones
// stand in the order of the node's own type; those of its base types come first.
func (n *node) describeStreams() {
	if n.media != nil {
		n.row.Media = &n.media.info
	}
	n.row.Streams = nil
	if slices.ContainsFunc(n.named, func(c *content) bool { return c != nil }) {
		n.row.Streams = make([]odata.StreamInfo, len(n.named))
		for i, c := range n.named {
			if c != nil {
				n.row.Streams[i] = c.info
			}
		}
	}
}
