package odata

import (
	"context"
	"io"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A Change is what one write sets on one entity.
type Change struct {
	Type *metadata.EntityType // of the entity to create; nil on update

	// Set are the declared properties to write and Dynamic the undeclared ones.
	// On a replacement (PUT) the service has already filled in the defaults of
	// the properties the client left out.
	Set     []Assignment
	Dynamic []DynamicProperty

	// Links are the related entities to bind once the entity exists.
	Links []LinkChange
}

// An Assignment gives one property its new value.
type Assignment struct {
	Property *metadata.Property
	Value    edm.Value
}

// A LinkChange adds, sets or removes one link of a navigation property. A nil
// Key clears a single-valued navigation.
type LinkChange struct {
	Nav    *metadata.NavigationProperty
	Key    Key
	Remove bool
}

// An Inserter creates entities.
type Inserter interface {
	// Insert creates one entity and returns it with the fields of q, generated
	// values included. A key that exists is KindConflict. Nothing remains of a
	// failed insert.
	Insert(ctx context.Context, q *Query, change *Change) (Row, error)
}

// An Updater changes entities.
type Updater interface {
	// Update changes the one entity that target selects and returns it with
	// target.Fields. Key, guard and If-Match are all conditions of
	// target.Filter, so one conditional statement suffices; matching nothing is
	// KindNotFound. Nothing remains of a failed update.
	Update(ctx context.Context, target *Query, change *Change) (Row, error)
}

// A Deleter removes entities.
type Deleter interface {
	// Delete removes the one entity that target selects, by the rules of
	// Updater.Update.
	Delete(ctx context.Context, target *Query) error
}

// A Streamer reads and writes the media resource of a media entity and the
// named streams of any entity.
type Streamer interface {
	// Open returns the stream of the entity that target selects: the named
	// one, or the media resource when stream is nil. An entity without a stream
	// is KindNotFound. The caller closes Media.Content.
	Open(ctx context.Context, target *Query, stream *metadata.Property) (*Media, error)

	// Store replaces the stream; matching nothing is KindNotFound. The bytes
	// become visible only when all of them were read without error.
	Store(ctx context.Context, target *Query, stream *metadata.Property, media *Media) (etag string, err error)
}

// Media is a stream with its description.
type Media struct {
	Content     io.ReadCloser
	ContentType string
	ETag        string // quoted, as in the header; empty for none
	Length      int64  // -1 when unknown
	Modified    time.Time
	Slug        string // the client's hint on insert, decoded
}

// A Transactor runs work on one store atomically.
type Transactor interface {
	// Transact calls work with a context that carries the transaction; reads
	// and writes of the store's sets under that context see each other and
	// become visible together when work returns nil. Any error undoes all.
	Transact(ctx context.Context, work func(context.Context) error) error
}
