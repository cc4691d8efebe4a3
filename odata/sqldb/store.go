package sqldb

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Store serves the entity sets of a model from the tables of a database. It
// keeps no entity in memory and is safe for concurrent use.
//
// Unless options say otherwise, a set's table has its name, and a column that of
// its property. Members of a complex property are columns of the set's table,
// Home_City; where the complex value can be null, the Boolean column Home tells
// whether it is there. Collections are JSON text, and so are the undeclared
// properties of open entities, in the column odata_dynamic. All types of a
// hierarchy share the set's table, and the column odata_type has the qualified
// name of each entity's type; see [TablePerType].
//
// Links that follow from a referential constraint are in the dependent's own
// properties. Where one end of an association can have one link at most, its table
// has the key of the other, in columns like BestFriend_Id. All other links are in
// a table named like the association set, with columns like Customer_Id.
//
// A write is a transaction, or a part of one, and a single statement where that can
// do it. Conditions that have no SQL of the same meaning are checked on the entity,
// which is read in the same transaction then. Besides the codes of the interfaces in
// package odata, writes are refused with those of a store in package memory, and at
// the same time: links are looked at when a transaction ends. Writing needs the
// foreign keys that Schema makes.
type Store struct {
	db      DB
	dialect Dialect
	model   *metadata.Model
	mapping *mapping
	plans   *planCache
	writes  *writer

	// transactor identifies the store for its sets: the store itself, or one that
	// can also pin a state.
	transactor odata.Transactor
}

// NewStore makes a store of the sets in the default container of a resolved
// model. It does not look at the database. The error tells all mistakes in the
// mapping: options that name what the model does not have, and names that occur
// twice in a table.
func NewStore(db DB, model *metadata.Model, options ...StoreOption) (*Store, error) {
	if model.DefaultContainer() == nil {
		return nil, errors.New("the model has no entity container, so it has no sets to hold entities of")
	}
	var names naming
	for _, o := range options {
		o(&names)
	}
	for i := range names.computed {
		if c := &names.computed[i]; c.Row() != nil && c.Err() == nil {
			return nil, fmt.Errorf("Computed(%q): a store has no rows of %s; define the property by typed.ComputedValue", c.Path(), c.Row())
		}
	}
	m, err := newMapping(model, names)
	if err != nil {
		return nil, err
	}
	if found := m.misread(db.Dialect()); len(found) > 0 {
		return nil, errors.Join(found...)
	}
	s := &Store{db: db, dialect: db.Dialect(), model: model, mapping: m, plans: newPlanCache(maxPlans), writes: newWriter()}
	s.transactor = transactorOf(s)
	return s, nil
}

// A StoreOption changes the mapping of a [Store].
type StoreOption func(*naming)

// naming is what options say about names.
type naming struct {
	tables         map[string]string
	columns        map[string]string
	discriminators map[string]string
	typeTables     map[string]string
	utc            map[string]bool
	computed       []typed.Computation
}

func put(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// Table names the table of an entity set, or of an association set whose links
// have a table of their own. Default: the set's name.
func Table(set, table string) StoreOption {
	return func(n *naming) { put(&n.tables, set, table) }
}

// Column names a column. The path is that of a property from its set,
// Customers/Name or Customers/Home/City; of a complex property, for the column
// that tells whether it is there; of a navigation property and a key property of
// its target, Customers/BestFriend/Id; or of an association set, a role and a key
// property. Properties of derived types are named as the others are. Default: the
// names in the path but the first, joined by underscores.
func Column(path, column string) StoreOption {
	return func(n *naming) { put(&n.columns, path, column) }
}

// Discriminator names the column of a set's table that holds the qualified names
// of its entities' types. Default: odata_type.
func Discriminator(set, column string) StoreOption {
	return func(n *naming) { put(&n.discriminators, set, column) }
}

// TablePerType puts the properties that a derived type declares, and those of the
// types derived from it that have no table of their own, into another table, which
// has the same key. Default: they are in the set's table.
func TablePerType(set, qualifiedType, table string) StoreOption {
	return func(n *naming) { put(&n.typeTables, set+"/"+qualifiedType, table) }
}

// UTC says that the times in a property of type Edm.DateTime are in UTC, and are
// to be told so, but for 0001-01-01T00:00:00, which stands for no time. The path is that of [Column]. Default: no zone is told.
func UTC(path string) StoreOption {
	return func(n *naming) {
		if n.utc == nil {
			n.utc = map[string]bool{}
		}
		n.utc[path] = true
	}
}

// An Option sets one field of the sets that [Store.Sets] returns.
type Option func(*odata.EntitySet)

// Guard sets who may see which entities. Default: [odata.Everyone], that is all
// entities for every authenticated caller.
func Guard(g odata.Guard) Option { return func(s *odata.EntitySet) { s.Guard = g } }

// OrderBy sets the order of a feed without $orderby, as $orderby text. Default:
// whatever order the database finds the rows in.
func OrderBy(text string) Option { return func(s *odata.EntitySet) { s.OrderBy = text } }

// PageSize sets the greatest number of entities in one response. Default: 0, the
// service's page size; [odata.NoPaging] for none.
func PageSize(entities int) Option { return func(s *odata.EntitySet) { s.PageSize = entities } }

// Sets returns the sets of the store, in the order of the model's default
// container, for a service that is given the same model. The options apply to
// each of them; a set is a plain value, so what differs is simply assigned.
func (s *Store) Sets(options ...Option) []odata.EntitySet {
	sets := make([]odata.EntitySet, len(s.mapping.tables))
	computes := s.mapping.computes()
	source := ""
	if _, file, line, ok := runtime.Caller(1); ok {
		source = filepath.Base(file) + ":" + strconv.Itoa(line)
	}
	for i, t := range s.mapping.tables {
		stored := &storedSet{s, t}
		set := odata.EntitySet{
			Name:   t.set.Name,
			Schema: odata.Schema{Entity: t.set.Type(), Derived: t.set.Type().DerivedTypes()},
			Reader: stored,
			Guard:  odata.Everyone(),
			Source: source,
		}
		set.Inserter, set.Updater, set.Deleter, set.Transactor = stored, stored, stored, s.transactor
		set.Explainer, set.ReadsInstant = stored, computes
		if len(t.ends) > 0 {
			set.Navigator = stored
		}
		if t.streams != "" {
			set.Streamer = stored
		}
		for _, o := range options {
			o(&set)
		}
		if g, ok := set.Guard.(interface{ Err() error }); ok {
			set.Schema.Err = errors.Join(set.Schema.Err, g.Err())
		}
		sets[i] = set
	}
	return sets
}

// A storedSet is one set of a store.
type storedSet struct {
	store *Store
	table *table
}

// mistakes collects what is wrong with a mapping.
type mistakes []error

func (m *mistakes) add(format string, args ...any) { *m = append(*m, fmt.Errorf(format, args...)) }
