package service

import (
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/pamodata/pamodata/odata"
)

// media sends a media resource or a named stream: the stored bytes with the
// stored type, never a conversion. An empty stream is 204. Source: OData V3
// core, media entities and named streams.
func (e *exchange) media(req *odata.Request) error {
	s := e.service
	version, err := e.versions.answerVersion(v1)
	if err != nil {
		return err
	}
	if req.Stream != nil {
		if version, err = e.versions.answerVersion(v3); err != nil {
			return err
		}
	}
	set := s.sets[req.Set]
	if set.Streamer == nil {
		return odata.NotFound()
	}
	if err := e.prepare(req); err != nil {
		return err
	}
	media, err := set.Streamer.Open(e.r.Context(), req.Query, req.Stream)
	if err != nil {
		return err
	}
	defer media.Content.Close()

	h := e.w.Header()
	if media.ETag != "" {
		h["Etag"] = []string{media.ETag}
		if done, err := e.unchanged(media.ETag); done || err != nil {
			return err
		}
	}
	if media.Length == 0 {
		return e.empty(version)
	}
	e.writeHead(version, media.ContentType, int(media.Length))
	if media.Length < 0 {
		h.Del("Content-Length")
	} else {
		h["Content-Length"] = []string{strconv.FormatInt(media.Length, 10)}
	}
	e.committed = true
	e.w.WriteHeader(http.StatusOK)
	if e.r.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(e.w, media.Content)
	return err
}

// alignStreams makes row.Streams parallel to the streams that are sent, where
// $select leaves some out. The provider's own slice stays as it is.
func alignStreams(p *odata.Projection, row *odata.Row) {
	all := p.Type.NamedStreams()
	if row.Streams == nil || slices.Equal(all, p.Streams) {
		return
	}
	sent := make([]odata.StreamInfo, len(p.Streams))
	for i, stream := range p.Streams {
		if at := slices.Index(all, stream); at >= 0 && at < len(row.Streams) {
			sent[i] = row.Streams[at]
		}
	}
	row.Streams = sent
}
