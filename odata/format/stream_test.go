package format_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func TestStreams(t *testing.T) {
	model := hierarchies(t)
	base, low := model.EntityType("N.Streamed"), model.EntityType("N.StreamedLow")
	p := &odata.Projection{Streams: []*metadata.Property{low.Property("Thumb"), low.Property("Icon")}}
	row := odata.Row{Streams: []odata.StreamInfo{{ETag: `"t"`}}}
	for _, tt := range []struct {
		name, why string
		of        *metadata.EntityType
		want      map[string]string // entity tags
	}{
		{"base", "positions count the streams of derived types too; rows may know less than was asked for", base, map[string]string{"Icon": ""}},
		{"derived", "its own and those it inherits", low, map[string]string{"Icon": "", "Thumb": `"t"`}},
		{"other", "a stream of the name alone is not enough", model.EntityType("N.Plain"), map[string]string{}},
	} {
		got := map[string]string{}
		for at, stream := range format.Streams(p, tt.of) {
			got[stream.Name] = format.StreamInfo(&row, at).ETag
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.name, tt.why, diff)
		}
	}
	for range format.Streams(p, low) {
		break // must not go on
	}
	known := odata.StreamInfo{ContentType: "text/plain"}
	if got := format.MediaInfo(&odata.Row{Media: &known}); got != known {
		t.Errorf("media resource: %v, want %v", got, known)
	}
	if got := format.MediaInfo(&odata.Row{}); got != (odata.StreamInfo{}) {
		t.Errorf("unknown media resource: %v", got)
	}
}
