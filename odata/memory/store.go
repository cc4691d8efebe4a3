package memory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Store holds the entities of a model's sets, the links between them, and
// their streams. It answers every query completely but for expansions, which
// its Navigator serves: conditions and orders may look through navigation
// properties of any kind. It is safe for concurrent use.
//
// Every read sees one state of the store from its first row to its last, and
// every write is a transaction, or a part of one, see [Store.Transact]. Besides
// the codes of the interfaces in package odata, writes are refused with these:
//
//   - MissingProperty, KeyImmutable, UndeclaredProperty (KindInvalid): the target
//     is the property.
//   - LinkType (KindInvalid): the association does not link entities of a type.
//   - LinkFixedByKey (KindConflict): a link follows from the key of an entity.
//   - NumbersExhausted (KindConflict): no further number can be made.
//   - DanglingReference (KindConflict): when the transaction ends, a property
//     holds the key of an entity that does not exist.
//   - LinkTaken (KindConflict): when it ends, two entities refer by their
//     properties to one that can be linked to one at most.
//   - InvalidContentType (KindInvalid): of a stream.
//
// What is deleted takes with it what is at the other ends of associations whose
// OnDelete is Cascade at its own. Properties that referred to it become null where
// the link is optional and they can be.
//
// A concurrency token whose StoreGeneratedPattern is Computed changes with every
// update, one more for a number; so does it when the store changes a property to
// keep a link. The store leaves all other tokens alone.
type Store struct {
	model   *metadata.Model
	frames  []*frame // of the default container's sets, in its order
	bonds   []*bond  // of the association sets
	current atomic.Pointer[snapshot]

	computes bool // some properties are computed

	writing chan struct{} // holds one element while a transaction runs
	now     func() time.Time
}

// Data is what a [Store] begins with.
type Data struct {
	// Entities are the entities of each set, by the set's name, in the order of
	// feeds that ask for none. Sets without an entry are empty.
	Entities map[string][]Entity

	// Links are the instances of the model's associations.
	Links []Links

	// Streams are the media resources and named streams.
	Streams []Stream

	// Computed are properties that are computed whenever they are read. Entities
	// have no values for them. Each is one of those that [typed.ComputedValue]
	// makes. The model gets them as read-only.
	Computed []typed.Computation
}

// Links are links of one association. A link is told from one of its ends, and
// seen from both.
//
// An association with a referential constraint needs none: its links follow from
// the dependent entities' values.
type Links struct {
	// Set is the set of the entities the links start at, and Navigation the
	// navigation property that follows them: its name, behind that of its type
	// where several derived types have one ("Demo.VipCustomer/Concierge").
	Set        string
	Navigation string

	// Pairs are the keys of the entities at both ends, the starting one first,
	// each as it stands between the parentheses of a URL:
	//
	//	{"1", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"}
	//	{"'ALFKI'", "OrderId=7,LineNo=1"}
	//
	// A number may lack the suffix of its type.
	Pairs [][2]string
}

// A Stream is the media resource of a media entity, or a named stream of any
// entity.
type Stream struct {
	Set      string
	Key      string // of the entity, as in Links
	Property string // the name of the stream; empty for the media resource

	// ContentType is a media type, "image/png". Empty means
	// application/octet-stream.
	ContentType string
	Content     []byte
}

// NewStore makes a store of the sets in the default container of a resolved
// model, such as csdl.Read returns. It copies data.
//
// The error tells all mistakes in data: entities that do not fit their type,
// keys that occur twice, and links and streams of what does not exist, or more
// or fewer links than the multiplicities of an association allow.
func NewStore(model *metadata.Model, data Data) (*Store, error) {
	container := model.DefaultContainer()
	if container == nil {
		return nil, errors.New("the model has no entity container, so it has no sets to hold entities of")
	}
	s := &Store{model: model, writing: make(chan struct{}, 1), now: time.Now}
	for _, set := range container.AllEntitySets() {
		s.frames = append(s.frames, newFrame(len(s.frames), set))
	}
	s.bonds = s.bind(container)
	if mistakes := s.compute(data.Computed); len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	l := &loader{store: s, flawed: map[*frame]bool{}, known: map[*bond]map[[2]int32]bool{}, snapshot: &snapshot{collections: make([]*collection, len(s.frames))}}
	for _, name := range slices.Sorted(maps.Keys(data.Entities)) {
		if s.frame(name) == nil {
			l.report("Entities: the model has no entity set %q in its default container", name)
		}
	}
	for _, f := range s.frames {
		l.entities(f, data.Entities[f.set.Name])
	}
	l.deriveLinks()
	for i := range data.Links {
		l.links(i, &data.Links[i])
	}
	l.finishLinks()
	for i := range data.Streams {
		l.stream(i, &data.Streams[i])
	}
	if len(l.problems) > 0 {
		return nil, errors.Join(l.problems...)
	}
	s.current.Store(l.snapshot)
	return s, nil
}

// Sets returns the sets of the store, in the order of the model's default
// container, for a service that is given the same model. The options apply to
// each of them; a set is a plain value, so what differs is simply assigned:
//
//	sets := store.Sets(memory.Guard(odata.Public()))
//	sets[2].Guard = ownOrders
func (s *Store) Sets(options ...Option) []odata.EntitySet {
	settings := settingsOf(options)
	sets := make([]odata.EntitySet, len(s.frames))
	for i, f := range s.frames {
		schema := odata.Schema{Entity: f.set.Type(), Derived: f.set.Type().DerivedTypes()}
		if settings.typeName != "" {
			schema.Err = fmt.Errorf("%s: TypeName does not go with a Store; the model names its types", f.set.Name)
		}
		if len(settings.computed) > 0 {
			schema.Err = fmt.Errorf("%s: Computed does not go with the sets of a Store; it is in Data", f.set.Name)
		}
		stored := &storedSet{s, f, settings.readOnly}
		sets[i] = settings.set(f.set.Name, schema, stored)
		sets[i].ReadsInstant = s.computes
		if len(f.roles) > 0 {
			sets[i].Navigator = stored
		}
		if f.hasStreams() {
			sets[i].Streamer = stored
		}
		if !settings.readOnly {
			sets[i].Inserter, sets[i].Updater, sets[i].Deleter, sets[i].Transactor = stored, stored, stored, s
		}
	}
	return sets
}

// frame finds a set by name, or returns nil.
func (s *Store) frame(name string) *frame {
	for _, f := range s.frames {
		if f.set.Name == name {
			return f
		}
	}
	return nil
}
