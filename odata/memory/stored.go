package memory

import (
	"bytes"
	"context"
	"io"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A storedSet is one set of a store: all its capabilities, of
// which a read-only one offers some.
type storedSet struct {
	store    *Store
	frame    *frame
	readOnly bool
}

// Read answers q from one snapshot.
func (s *storedSet) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	v, err := s.store.visit(ctx, s.frame, q)
	if err != nil {
		return nil, err
	}
	return v.reader().Read(ctx, q)
}

// Open returns the stream of the entity that target selects. Its Content can
// also seek.
func (s *storedSet) Open(ctx context.Context, target *odata.Query, stream *metadata.Property) (*odata.Media, error) {
	v, err := s.store.visit(ctx, s.frame, target)
	if err != nil {
		return nil, err
	}
	for n, err := range v.reader().matches(ctx, target) {
		if err != nil {
			return nil, err
		}
		c := n.content(stream)
		if c == nil {
			break
		}
		return &odata.Media{Content: reading{bytes.NewReader(c.bytes)}, ContentType: c.info.ContentType, ETag: c.info.ETag, Length: int64(len(c.bytes)), Modified: c.modified}, nil
	}
	return nil, odata.NotFound()
}

// Store replaces a stream. All bytes are read before the store is locked, and
// equal ones of the same type have the same ETag.
func (s *storedSet) Store(ctx context.Context, target *odata.Query, stream *metadata.Property, media *odata.Media, ifMatch string) (string, error) {
	if s.readOnly {
		return "", &odata.Error{Kind: odata.KindForbidden, Code: "ReadOnly", Message: "The stream is read-only"}
	}
	received, err := s.store.receive(media)
	if err != nil {
		return "", err
	}
	err = s.store.write(ctx, func(o *operation) error {
		n, err := o.selected(ctx, s, target)
		if err != nil {
			return err
		}
		old := n.content(stream)
		at := slices.Index(n.row.Type.NamedStreams(), stream)
		switch {
		case stream == nil && !n.row.Type.IsMediaEntity(), stream != nil && at < 0:
			return odata.NotFound()
		case ifMatch != "" && (old == nil || ifMatch != "*" && ifMatch != old.info.ETag):
			return &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
				Message: "The stream has changed, or does not exist"}
		}
		n = o.node(s.frame, s.frame.numberOf(n))
		if stream == nil {
			n.media = received
		} else {
			if n.named == nil {
				n.named = make([]*content, len(n.row.Type.NamedStreams()))
			}
			n.named[at] = received
		}
		n.describeStreams()
		return nil
	})
	if err != nil {
		return "", err
	}
	return received.info.ETag, nil
}

// receive reads a stream to its end.
func (s *Store) receive(media *odata.Media) (*content, error) {
	mediaType := media.ContentType
	switch {
	case mediaType == "":
		mediaType = unknownMedia
	case !isMediaType(mediaType):
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidContentType", Target: "Content-Type",
			Message: "The type of the stream is no media type, such as image/png"}
	}
	var all []byte
	if media.Content != nil {
		var err error
		if all, err = io.ReadAll(media.Content); err != nil {
			return nil, err
		}
	}
	c := newContent(mediaType, all)
	c.modified = s.now()
	return c, nil
}

// content is the named stream, or the media resource for nil; nil where the
// entity has none.
func (n *node) content(stream *metadata.Property) *content {
	if stream == nil {
		return n.media
	}
	for i, c := range n.named {
		if n.row.Type.NamedStreams()[i] == stream {
			return c
		}
	}
	return nil
}

// reading is a stream being read.
type reading struct{ *bytes.Reader }

func (reading) Close() error { return nil }
