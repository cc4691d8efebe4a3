package format

import (
	"iter"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// MediaPath is what follows the edit link of a media entity in the URL of its
// media resource. Source: OData V3 URI conventions, $value.
const MediaPath = "/$value"

// Streams are the named streams of p that entities of exactly type t have, each
// with its position in Row.Streams.
func Streams(p *odata.Projection, t *metadata.EntityType) iter.Seq2[int, *metadata.Property] {
	return func(yield func(int, *metadata.Property) bool) {
		for i, s := range p.Streams {
			if t.Property(s.Name) == s && !yield(i, s) { // others are of another derived type
				return
			}
		}
	}
}

// StreamInfo is what row knows about the named stream at a position of
// Projection.Streams: the zero value if nothing.
func StreamInfo(row *odata.Row, stream int) odata.StreamInfo {
	if stream >= len(row.Streams) {
		return odata.StreamInfo{}
	}
	return row.Streams[stream]
}

// MediaInfo is what row knows about its media resource: the zero value if
// nothing.
func MediaInfo(row *odata.Row) odata.StreamInfo {
	if row.Media == nil {
		return odata.StreamInfo{}
	}
	return *row.Media
}
