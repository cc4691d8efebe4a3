package memory

import (
	"bytes"
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A storedSet is one set of a store: its Reader, Navigator and Streamer.
type storedSet struct {
	store *Store
	frame *frame
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
		return &odata.Media{Content: reading{bytes.NewReader(c.bytes)}, ContentType: c.info.ContentType, ETag: c.info.ETag, Length: int64(len(c.bytes))}, nil
	}
	return nil, odata.NotFound()
}

// Store refuses: the store is read-only.
func (s *storedSet) Store(context.Context, *odata.Query, *metadata.Property, *odata.Media) (string, error) {
	return "", &odata.Error{Kind: odata.KindForbidden, Code: "ReadOnly", Message: "The stream is read-only"}
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
