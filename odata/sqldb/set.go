package sqldb

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Set serves the rows of one table, which the struct T describes: package typed
// tells what its odata tags mean. The table has the set's name unless [TableName]
// gives another, and a column that of its property, or of the tag db:
//
//	type Request struct {
//		ID      edm.GUID `odata:"RequestId,key" db:"request_id"`
//		Seconds int64    `db:"requested_ttl_s"`
//		Home    Address  `db:"home"`
//	}
//
// Columns of the members of a complex value begin with the name of its own column:
// home_City, or home_town where the member has the tag db:"town".
//
// Reads and writes are those of a [Store]. All sets of one db have the same
// Transactor, so that change sets span them; those of a Store have another. db is a
// pointer, or something else that can be compared.
//
// Set never fails and does not look at the database. Mistakes in tags and options
// are in Schema.Err and surface when the service starts; [Check] compares a set with
// its table.
func Set[T any](db DB, name string, options ...SetOption) odata.EntitySet {
	o := setOptions{name: name}
	for _, option := range options {
		option.apply(&o)
	}
	describe := func() odata.Schema {
		var options []typed.Option
		if o.typeName != "" {
			options = append(options, typed.TypeName(o.typeName))
		}
		schema := typed.Describe[T](options...).Schema
		claimComputed(&schema, o.names.computed, reflect.TypeFor[T]())
		return schema
	}
	set := odata.EntitySet{Name: name, Schema: describe(), Guard: odata.Everyone(), ReadsInstant: len(o.names.computed) > 0}
	if _, file, line, ok := runtime.Caller(1); ok {
		set.Source = filepath.Base(file) + ":" + strconv.Itoa(line)
	}
	for _, field := range o.fields {
		field(&set)
	}
	// The schema that the table is understood by is out of everybody's reach.
	rows := newTypedSet(db, &o, reflect.TypeFor[T](), describe())
	set.Reader, set.Inserter, set.Updater, set.Deleter, set.Explainer = rows, rows, rows, rows, rows
	if rows.err != nil {
		set.Schema.Err = errors.Join(set.Schema.Err, rows.err)
	} else {
		set.Transactor = together{db}
	}
	if g, ok := set.Guard.(interface{ Err() error }); ok {
		set.Schema.Err = errors.Join(set.Schema.Err, g.Err())
	}
	return set
}

// A SetOption changes what [Set] makes: an [Option], a [StoreOption], whose path
// begins with the set's name, or what [TableName] and [TypeName] return.
type SetOption interface{ apply(*setOptions) }

// setOptions is what the options of a set say.
type setOptions struct {
	name     string
	typeName string
	names    naming
	fields   []Option
}

type setOption func(*setOptions)

func (o setOption) apply(s *setOptions)   { o(s) }
func (o Option) apply(s *setOptions)      { s.fields = append(s.fields, o) }
func (o StoreOption) apply(s *setOptions) { o(&s.names) }

// TableName names the table, or the view, of a set made by [Set]. Default: the set's
// name.
func TableName(table string) SetOption {
	return setOption(func(s *setOptions) { put(&s.names.tables, s.name, table) })
}

// TypeName names the entity type of a set made by [Set]. Default: the name of the Go
// type, or that in the tag of its blank field.
func TypeName(name string) SetOption { return setOption(func(s *setOptions) { s.typeName = name }) }

// A typedSet is a set of its own. Its types are copied into the model of each
// service, so that the mapping to the table is made when a model is first seen.
type typedSet struct {
	db    DB
	name  string
	names naming

	own *storedSet // in a model that has nothing else; nil with a mistake
	err error

	latest atomic.Pointer[storedSet]
	mu     sync.Mutex
	served map[*metadata.EntitySet]*storedSet
}

// maxServed is how many models a set remembers: as many services as are likely to
// have it at a time.
const maxServed = 16

func newTypedSet(db DB, o *setOptions, goType reflect.Type, schema odata.Schema) *typedSet {
	s := &typedSet{db: db, name: o.name, names: o.names, served: map[*metadata.EntitySet]*storedSet{}}
	s.names.computed = nil
	for _, c := range o.names.computed {
		s.names.computed = append(s.names.computed, c.In(o.name))
	}
	switch {
	case db == nil:
		s.err = errors.New("sqldb.Set: db is nil; open a database with package sqlite or postgres")
		return s
	case !reflect.TypeOf(db).Comparable():
		s.err = errors.New("sqldb.Set: db cannot be compared with others; pass a pointer to it")
		return s
	case schema.Err != nil:
		s.err = errors.New("sqldb.Set: the table is not known without a valid type")
		return s
	}
	declared := &metadata.EntitySet{Name: o.name, EntityType: schema.Entity.Name}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Own", EntityTypes: []*metadata.EntityType{schema.Entity}, ComplexTypes: schema.Complex, EnumTypes: schema.Enums,
		Containers: []*metadata.EntityContainer{{Name: "Container", IsDefault: true, EntitySets: []*metadata.EntitySet{declared}}},
	}}}
	if s.err = model.Resolve(); s.err != nil {
		return s
	}
	if s.err = nameColumns(&s.names, o.name, goType, declared.Type()); s.err == nil {
		s.own, s.err = s.mapped(declared)
	}
	return s
}

// mapped maps the set as one model has it.
func (s *typedSet) mapped(set *metadata.EntitySet) (*storedSet, error) {
	b := mapper{names: s.names, used: map[string]bool{}, mapping: &mapping{bySet: map[*metadata.EntitySet]*table{}}}
	t := b.table(set)
	b.mapping.tables, b.mapping.bySet[set] = []*table{t}, t
	b.checkComputed()
	b.mapping.prepareWrites(nil) // there are no associations
	b.checkNames()
	b.mistakes = append(b.mistakes, b.mapping.misread(s.db.Dialect())...)
	if len(b.mistakes) > 0 {
		return nil, errors.Join(b.mistakes...)
	}
	return &storedSet{&Store{db: s.db, dialect: s.db.Dialect(), mapping: b.mapping, plans: newPlanCache(maxPlans), writes: newWriter()}, t}, nil
}

// in is the set as the model of a service has it.
func (s *typedSet) in(set *metadata.EntitySet) (*storedSet, error) {
	if stored := s.latest.Load(); stored != nil && stored.table.set == set {
		return stored, nil
	}
	if s.err != nil {
		return nil, odata.Internal(s.err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.served[set]
	if stored == nil {
		if err := s.fits(set); err != nil {
			return nil, err
		}
		var err error
		if stored, err = s.mapped(set); err != nil {
			return nil, odata.Internal(err)
		}
		if len(s.served) >= maxServed {
			clear(s.served)
		}
		s.served[set] = stored
	}
	s.latest.Store(stored)
	return stored, nil
}

// fits finds out that a service has other plans with the set.
func (s *typedSet) fits(set *metadata.EntitySet) error {
	if set.Name != s.name {
		return odata.Internalf("sqldb: the set %s is served as %s; give Set the name and name the table by TableName", s.name, set.Name)
	}
	typ, own := set.Type(), s.own.table.set.Type()
	properties, known := typ.StructuralProperties(), own.StructuralProperties()
	same := len(properties) == len(known) && len(typ.DerivedTypes()) == 0 && typ.IsOpen() == own.IsOpen() && !hasStreams([]*metadata.EntityType{typ})
	for i := 0; same && i < len(known); i++ {
		same = properties[i].Name == known[i].Name && formOf(properties[i].TypeRef()) == formOf(known[i].TypeRef())
	}
	if !same {
		return odata.Internalf("sqldb: the service's type %s of the set %s is not the one that the struct describes", typ.QualifiedName(), set.Name)
	}
	return nil
}

// Read answers a query, see [Store].
func (s *typedSet) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	stored, err := s.in(q.Set)
	if err != nil {
		return nil, err
	}
	return stored.Read(ctx, q)
}

// Insert creates one entity.
func (s *typedSet) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (row odata.Row, err error) {
	err = s.write(ctx, q.Set, func(ctx context.Context, stored *storedSet) error {
		row, err = stored.Insert(ctx, q, change)
		return err
	})
	return row, err
}

// Update changes one entity.
func (s *typedSet) Update(ctx context.Context, target *odata.Query, change *odata.Change) (row odata.Row, err error) {
	err = s.write(ctx, target.Set, func(ctx context.Context, stored *storedSet) error {
		row, err = stored.Update(ctx, target, change)
		return err
	})
	return row, err
}

// Delete removes one entity.
func (s *typedSet) Delete(ctx context.Context, target *odata.Query) error {
	return s.write(ctx, target.Set, func(ctx context.Context, stored *storedSet) error { return stored.Delete(ctx, target) })
}

// write has one write take part in the transaction of ctx, if there is one.
func (s *typedSet) write(ctx context.Context, set *metadata.EntitySet, work func(context.Context, *storedSet) error) error {
	stored, err := s.in(set)
	if err != nil {
		return err
	}
	all := together{s.db}.writing(ctx)
	if all == nil {
		return work(ctx, stored)
	}
	if all.over.Load() {
		return errOutlived()
	}
	// Nothing has to be verified at the end: there are no links.
	w := &writing{store: stored.store}
	defer w.over.Store(true)
	err = work(context.WithValue(ctx, writingKey{stored.store}, w), stored)
	all.failed = errors.Join(all.failed, w.failed)
	return err
}

// together is the Transactor of all sets of a database. Unlike the database's own
// it tells writes within a transaction from transactions within it: after a write
// that failed without a trace the transaction may go on.
type together struct{ db DB }

// togetherKey is where a context carries the transaction.
type togetherKey struct{ db DB }

func (t together) writing(ctx context.Context) *writing {
	w, _ := ctx.Value(togetherKey(t)).(*writing)
	return w
}

// Transact runs work in a transaction of the database, or joins one.
func (t together) Transact(ctx context.Context, work func(context.Context) error) error {
	if outer := t.writing(ctx); outer != nil {
		if outer.over.Load() {
			return errOutlived()
		}
		return outer.join(ctx, work)
	}
	return t.db.Transact(ctx, func(ctx context.Context) error {
		w := new(writing)
		defer w.over.Store(true)
		if err := work(context.WithValue(ctx, togetherKey(t), w)); err != nil {
			return err
		}
		return w.failed
	})
}
