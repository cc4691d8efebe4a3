package odata

import (
	"context"
	"io"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A Change is what one write sets on one entity. Its values are of the declared
// types and within their facets: the service has checked them. A provider that
// stores nothing of them for longer than the call need not clone them; one that
// does must, see [edm.Value.Clone].
type Change struct {
	// Type is the type of the entity to create, never abstract; nil on update.
	Type *metadata.EntityType

	// Set are the declared properties to write, each at most once. On insert,
	// and on a replacement (PUT), the service has added the defaults of the
	// properties that the client left out, but for those the store makes: the
	// generated ones ([metadata.StoreGenerated]) and, on insert, the key.
	Set []Assignment

	// Dynamic are the undeclared properties to write; a null one goes away. With
	// Replace those that are not listed go away too.
	Dynamic []DynamicProperty
	Replace bool

	// Links are the related entities to bind or to part from. They are changed
	// together with the values.
	Links []LinkChange

	// Media is the media resource of a media entity to create; nil otherwise.
	// The provider reads Content to its end and leaves closing it to the
	// service. An error of Content is returned as it is.
	Media *Media
}

// An Assignment gives one property its new value. Within leads from the entity
// to the complex value that Property is a member of, outermost first; it is nil
// for a property of the entity itself. Where one of Within is null there is
// nothing to write to: the entity does not match, KindNotFound.
type Assignment struct {
	Property *metadata.Property
	Value    edm.Value
	Within   []*metadata.Property
}

// A LinkChange adds, sets or removes one link of a navigation property, seen
// from the changed entity. Key is that of an entity of the set where Nav leads;
// it is nil where the link of a single-valued navigation is removed. Nav may be
// one that the model does not name, see [metadata.NavigationProperty.Inverse].
//
// Setting a link of an end that can have only one parts it from the former.
// Setting one that exists, and removing one that does not, changes nothing. An
// entity that is not there is KindNotFound. Links that follow from a referential
// constraint are changed by way of the dependent entity's properties.
//
// An end that must have a link and has none when the transaction ends is
// KindConflict with the code LinkRequired.
type LinkChange struct {
	Nav    *metadata.NavigationProperty
	Key    Key
	Remove bool
}

// An Inserter creates entities.
type Inserter interface {
	// Insert creates one entity of q.Set and returns it with the fields of q,
	// generated values included; nothing else of q matters. Nothing remains of a
	// failed insert.
	//
	// A key that exists is KindConflict with the code KeyExists. A key, or a
	// part of one, that is neither given nor made by the store is KindInvalid
	// with the code KeyMissing.
	Insert(ctx context.Context, q *Query, change *Change) (Row, error)
}

// An Updater changes entities.
type Updater interface {
	// Update changes the one entity that target selects and returns it with
	// target.Fields. Key, guard and If-Match are all conditions of
	// target.Filter, so one conditional statement suffices; matching nothing is
	// KindNotFound. Nothing remains of a failed update.
	//
	// Without concurrency tokens that the store makes itself, the tokens are
	// what the change sets: the service does not invent values.
	Update(ctx context.Context, target *Query, change *Change) (Row, error)
}

// A Deleter removes entities.
type Deleter interface {
	// Delete removes the one entity that target selects, its links and its
	// streams, by the rules of Updater.Update. Entities at the other end of an
	// association whose OnDelete is Cascade go with it. Leaving an entity without
	// a link it must have is KindConflict with the code LinkRequired.
	Delete(ctx context.Context, target *Query) error
}

// A Streamer reads and writes the media resource of a media entity and the
// named streams of any entity.
type Streamer interface {
	// Open returns the stream of the entity that target selects: the named
	// one, or the media resource when stream is nil. An entity without a stream
	// is KindNotFound. The caller closes Media.Content.
	Open(ctx context.Context, target *Query, stream *metadata.Property) (*Media, error)

	// Store replaces the stream and returns its new ETag; matching no entity is
	// KindNotFound. ifMatch is the ETag that the stream must have: another one
	// is KindPreconditionFailed. It is empty for any, and "*" for any that
	// exists. The bytes become visible only when all of them were read without
	// error; an error of Content is returned as it is.
	Store(ctx context.Context, target *Query, stream *metadata.Property, media *Media, ifMatch string) (etag string, err error)
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

// A Snapshotter is a Transactor that can also show reads one state of its store.
type Snapshotter interface {
	// Snapshot returns a context under which all reads of the store's sets see
	// the same state, however long they take. end lets go of it; it is called
	// when the reads are over.
	Snapshot(ctx context.Context) (pinned context.Context, end func(), err error)
}

// A Transactor runs work on one store atomically.
type Transactor interface {
	// Transact calls work with a context that carries the transaction; reads
	// and writes of the store's sets under that context see each other and
	// become visible together when work returns nil. Any error undoes all, and
	// so does a panic.
	//
	// Within a transaction of the same store, Transact joins it: an error of the
	// inner work is the outer one's to deal with, which must fail too. Work runs
	// in one goroutine. It may be called again when the store could not commit
	// it for reasons of concurrency, so that it must have no other effects.
	Transact(ctx context.Context, work func(context.Context) error) error
}
