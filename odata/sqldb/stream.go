package sqldb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// The streams of a set are in a table of their own, in rows of 256 KiB at most.
// The first row of each also describes it. The columns are the key of the entity
// and these.
const streamTable = "odata_streams"

var streamColumns = struct{ name, chunk, mediaType, etag, length, modified, content *column }{
	name:      &column{name: "odata_stream", form: Form{Kind: edm.KindString}}, // empty for the media resource
	chunk:     &column{name: "odata_chunk", form: Form{Kind: edm.KindInt32}},
	mediaType: &column{name: "content_type", form: Form{Kind: edm.KindString}, nullable: true},
	etag:      &column{name: "etag", form: Form{Kind: edm.KindString}, nullable: true},
	length:    &column{name: "length", form: Form{Kind: edm.KindInt64}, nullable: true},
	modified:  &column{name: "modified", form: Form{Kind: edm.KindDateTimeOffset}, nullable: true},
	content:   &column{name: "content", form: Form{Kind: edm.KindBinary}},
}

const (
	chunkSize      = 256 << 10
	receivedMemory = 1 << 20
	unknownMedia   = "application/octet-stream"
)

// hasStreams reports whether entities of any of the types can have a stream.
func hasStreams(types []*metadata.EntityType) bool {
	return slices.ContainsFunc(types, func(t *metadata.EntityType) bool { return t.IsMediaEntity() || len(t.NamedStreams()) > 0 })
}

// describeStreams adds the columns that describe the streams of entities.
func (s *scope) describeStreams(typ *metadata.EntityType, o *output, list []string) []string {
	t := s.it.table
	if t.streams == "" {
		return list
	}
	if typ == nil {
		typ = t.set.Type()
	}
	add := func(name string) int {
		a := s.alias()
		var on []string
		for _, k := range t.key {
			on = append(on, s.collated(term{text: a + "." + quoted(k.name) + " = " + s.raw(s.it, k).text}, k).text)
		}
		on = append(on, a+"."+quoted(streamColumns.name.name)+" = "+literal(name), a+"."+quoted(streamColumns.chunk.name)+" = 0")
		s.it.source.joins = append(s.it.source.joins, "LEFT JOIN "+quoted(t.streams)+" "+a+" ON "+strings.Join(on, " AND "))
		for _, c := range []*column{streamColumns.mediaType, streamColumns.etag} {
			list = append(list, a+"."+quoted(c.name))
			o.columns = append(o.columns, c.form)
		}
		return len(o.columns) - 2
	}
	if slices.ContainsFunc(append([]*metadata.EntityType{typ}, typ.DerivedTypes()...), (*metadata.EntityType).IsMediaEntity) {
		o.media = add("")
	}
	for _, p := range typ.NamedStreams() {
		o.streams = append(o.streams, add(p.Name))
	}
	return list
}

// describe tells about the streams of a row.
func (r *reader) describe(row *odata.Row) {
	info := func(at int) odata.StreamInfo {
		if r.cells[at].IsNull() {
			return odata.StreamInfo{}
		}
		return odata.StreamInfo{ContentType: r.cells[at].Str(), ETag: r.cells[at+1].Str()}
	}
	row.Media, row.Streams = nil, nil
	if at := r.output.media; at >= 0 && !r.cells[at].IsNull() {
		r.media = info(at)
		row.Media = &r.media
	}
	if slices.ContainsFunc(r.output.streams, func(at int) bool { return !r.cells[at].IsNull() }) {
		r.streams = r.streams[:0]
		for _, at := range r.output.streams {
			r.streams = append(r.streams, info(at))
		}
		row.Streams = r.streams
	}
}

// clonedStreams makes what a row says about its streams last.
func clonedStreams(row *odata.Row) {
	clone := func(i odata.StreamInfo) odata.StreamInfo {
		i.ContentType, i.ETag = strings.Clone(i.ContentType), strings.Clone(i.ETag)
		return i
	}
	if row.Media != nil {
		row.Media = new(clone(*row.Media))
	}
	row.Streams = slices.Clone(row.Streams)
	for i := range row.Streams {
		row.Streams[i] = clone(row.Streams[i])
	}
}

// Open returns the stream of the entity that target selects. What is longer than
// 256 KiB comes from the database as it is read, as long as ctx lasts.
func (s *storedSet) Open(ctx context.Context, target *odata.Query, stream *metadata.Property) (*odata.Media, error) {
	if !s.fits(target) {
		return nil, s.foreign()
	}
	e, err := s.named(ctx, target, stream)
	if err != nil {
		return nil, err
	}
	t, c := s.table, &streamColumns
	q := s.store.sql("SELECT ", names([]*column{c.mediaType, c.etag, c.length, c.modified, c.content}), " FROM ", quoted(t.streams), " WHERE ")
	q.equals(append(slices.Clone(t.key), c.name), append(e.key(), edm.String(streamName(stream))))
	q.add(" ORDER BY ", names([]*column{c.chunk})).returns(c.mediaType, c.etag, c.length, c.modified, c.content)
	statement := q.statement()
	rows, err := s.store.db.Query(ctx, statement, q.args)
	if err != nil {
		return nil, err
	}
	r := &chunks{rows: rows, cells: make([]edm.Value, len(statement.Columns))}
	more, err := rows.Next(r.cells)
	if err != nil || !more {
		if closed := r.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = odata.NotFound()
		}
		return nil, err
	}
	m := &odata.Media{Content: r, ContentType: strings.Clone(r.cells[0].Str()), ETag: strings.Clone(r.cells[1].Str()), Length: r.cells[2].Int()}
	if v := r.cells[3]; !v.IsNull() {
		m.Modified = v.DateTimeOffset().Instant()
	}
	r.rest = r.cells[4].Bytes()
	if m.Length > int64(len(r.rest)) {
		return m, nil
	}
	m.Content = whole{bytes.NewReader(bytes.Clone(r.rest))}
	return m, r.Close()
}

// named finds the entity that target selects, which must be able to have the
// stream.
func (s *storedSet) named(ctx context.Context, target *odata.Query, stream *metadata.Property) (*record, error) {
	e, err := s.selected(ctx, target)
	if err != nil {
		return nil, err
	}
	if stream == nil && !e.typ.IsMediaEntity() || stream != nil && !slices.Contains(e.typ.NamedStreams(), stream) {
		return nil, odata.NotFound()
	}
	return e, nil
}

func streamName(stream *metadata.Property) string {
	if stream == nil {
		return ""
	}
	return stream.Name
}

// whole is a stream that is in memory.
type whole struct{ *bytes.Reader }

func (whole) Close() error { return nil }

// chunks reads a stream row by row.
type chunks struct {
	rows  Rows
	cells []edm.Value
	rest  []byte
	err   error
}

func (r *chunks) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		more, err := r.rows.Next(r.cells)
		switch {
		case err != nil:
			r.err = err
		case !more:
			r.err = io.EOF
		default:
			r.rest = r.cells[4].Bytes()
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Close ends the reading.
func (r *chunks) Close() error {
	if r.rows == nil {
		return nil
	}
	rows := r.rows
	r.rows, r.rest, r.err = nil, nil, errStreamClosed
	return rows.Close()
}

var errStreamClosed = errors.New("sqldb: the stream is closed")

// Store replaces a stream. All bytes are read before the transaction begins, and
// equal ones of the same type have the same ETag.
func (s *storedSet) Store(ctx context.Context, target *odata.Query, stream *metadata.Property, media *odata.Media, ifMatch string) (string, error) {
	if !s.fits(target) {
		return "", s.foreign()
	}
	received, err := s.store.receive(media)
	if err != nil {
		return "", err
	}
	defer received.Close()
	err = s.store.write(ctx, true, func(ctx context.Context, _ *writing) error {
		e, err := s.named(ctx, target, stream)
		if err != nil {
			return err
		}
		if ifMatch != "" {
			if err := s.holdsTag(ctx, e.key(), streamName(stream), ifMatch); err != nil {
				return err
			}
		}
		return s.store.deposit(ctx, s.table, e.key(), streamName(stream), received)
	})
	if err != nil {
		return "", err
	}
	return received.etag, nil
}

// holdsTag checks the condition of If-Match.
func (s *storedSet) holdsTag(ctx context.Context, key odata.Key, name, ifMatch string) error {
	c := &streamColumns
	q := s.store.sql("SELECT ", names([]*column{c.etag}), " FROM ", quoted(s.table.streams), " WHERE ")
	q.equals(append(slices.Clone(s.table.key), c.name, c.chunk), append(slices.Clone(key), edm.String(name), edm.Int32(0)))
	row, err := q.returns(c.etag).row(ctx)
	if err == nil && (row == nil || ifMatch != "*" && ifMatch != row[0].Str()) {
		err = &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
			Message: "The stream has changed, or does not exist"}
	}
	return err
}

// deposit writes a stream in the place of a former one.
func (s *Store) deposit(ctx context.Context, t *table, key odata.Key, name string, m *received) error {
	c := &streamColumns
	own := append(slices.Clone(t.key), c.name)
	whose := append(slices.Clone(key), edm.String(name))
	if _, err := s.sql("DELETE FROM ", quoted(t.streams), " WHERE ").equals(own, whose).exec(ctx); err != nil {
		return err
	}
	content := m.open()
	buffer := make([]byte, min(m.length, chunkSize))
	modified, err := edm.NewDateTimeOffset(edm.DateTimeFrom(s.writes.now().UTC()).Ticks(), 0)
	if err != nil {
		return odata.Internal(err)
	}
	for chunk := int32(0); chunk == 0 || int64(chunk)*chunkSize < m.length; chunk++ {
		n, err := io.ReadFull(content, buffer)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return odata.Internal(err)
		}
		settings := []setting{{c.chunk, edm.Int32(chunk)}, {c.content, edm.Binary(buffer[:n])}}
		if chunk == 0 {
			settings = append(settings, setting{c.mediaType, edm.String(m.mediaType)}, setting{c.etag, edm.String(m.etag)},
				setting{c.length, edm.Int64(m.length)}, setting{c.modified, modified.Value()})
		}
		for i := range own {
			settings = append(settings, setting{own[i], whose[i]})
		}
		if err := s.insertRow(ctx, t.streams, settings); err != nil {
			return err
		}
	}
	return nil
}

// insertRow inserts one row.
func (s *Store) insertRow(ctx context.Context, table string, settings []setting) error {
	columns := make([]*column, len(settings))
	for i := range settings {
		columns[i] = settings[i].column
	}
	_, err := s.sql("INSERT INTO ", quoted(table), " (", names(columns), ") VALUES (").values(settings).add(")").exec(ctx)
	return err
}

// received is a stream that was read to its end: from memory, or from a file that
// has no name any more.
type received struct {
	mediaType, etag string
	length          int64
	head            []byte
	file            *os.File // nil when head is all
}

// receive reads a stream to its end. An error of its content is returned as it is.
func (s *Store) receive(media *odata.Media) (*received, error) {
	m := &received{mediaType: media.ContentType}
	switch {
	case m.mediaType == "":
		m.mediaType = unknownMedia
	case !isMediaType(m.mediaType):
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidContentType", Target: "Content-Type",
			Message: "The type of the stream is no media type, such as image/png"}
	}
	// The ETag is made of the bytes and their type.
	sum := sha256.New()
	sum.Write([]byte(m.mediaType))
	sum.Write([]byte{0})
	if media.Content != nil {
		in := io.TeeReader(media.Content, sum)
		var err error
		if m.head, err = io.ReadAll(io.LimitReader(in, receivedMemory)); err != nil {
			return nil, err
		}
		if m.length = int64(len(m.head)); m.length == receivedMemory {
			if err := m.spool(in); err != nil {
				return nil, err
			}
		}
	}
	m.etag = `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:15]) + `"`
	return m, nil
}

func (m *received) spool(in io.Reader) error {
	var err error
	if m.file, err = os.CreateTemp("", "odata-stream-*"); err != nil {
		return odata.Internal(err)
	}
	_ = os.Remove(m.file.Name())
	n, err := io.Copy(m.file, in)
	m.length += n
	if err != nil {
		m.Close()
	}
	return err
}

func (m *received) open() io.Reader {
	if m.file == nil {
		return bytes.NewReader(m.head)
	}
	return io.MultiReader(bytes.NewReader(m.head), io.NewSectionReader(m.file, 0, m.length-int64(len(m.head))))
}

// Close removes the file.
func (m *received) Close() {
	if m.file != nil {
		_ = m.file.Close()
	}
}

// isMediaType reports whether text can be sent as a Content-Type.
func isMediaType(text string) bool {
	name, _, err := mime.ParseMediaType(text)
	return err == nil && strings.Contains(name, "/") && strings.IndexFunc(text, unicode.IsControl) < 0
}
