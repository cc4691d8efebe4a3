package bind

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Options are what a binder needs to know beside the model.
type Options struct {
	// Sets are the provided sets of the default container by name: their
	// default order and page size count. A set of the model that is missing
	// has neither.
	Sets map[string]odata.EntitySet

	// MaxTop and MaxSkip are the greatest values of $top and $skip; 0 means
	// 1,000 and 100,000. A set with [odata.NoPaging] takes any $top.
	MaxTop, MaxSkip int64

	// PageSize is the page size of sets that leave it to the service. It only
	// decides whether feeds need a total order and take $skiptoken; 0 means no
	// pages.
	PageSize int

	// MaxSteps is the greatest number of navigation properties in a path, each
	// of which costs the store a join; 0 means 8.
	MaxSteps int

	// Offered tells which operations somebody provides; the others are not
	// advertised. Nil means all.
	Offered func(*metadata.FunctionImport) bool

	// Literals limits the arguments of operations that are query options.
	Literals uri.Limits

	// Loose is what is forgiven in conditions and orders.
	Loose odata.Looseness
}

// The defaults of Options.
const (
	defaultMaxTop   = 1_000
	defaultMaxSkip  = 100_000
	defaultMaxSteps = 8
)

// A Binder resolves requests against one model. It is safe for concurrent use, and
// does not change but for what it keeps of former requests.
type Binder struct {
	model    *metadata.Model
	maxTop   int64
	maxSkip  int64
	maxSteps int
	loose    odata.Looseness
	literals uri.Limits
	offered  func(*metadata.FunctionImport) bool
	entities map[*metadata.EntityType]*entity
	sets     map[*metadata.EntitySet]*set
	joins    map[*metadata.NavigationProperty]join
	shapes   *shapes
}

// A set is an entity set with what its requests share.
type set struct {
	declared  *metadata.EntitySet
	paged     bool // the service cuts its feeds into pages
	unlimited bool // $top has no limit
	narrowed  map[*metadata.EntityType]*collection
}

// An entity is an entity type with the expression nodes its conditions share.
type entity struct {
	typ     *metadata.EntityType
	it      *odata.Variable
	members map[string]*odata.Member // of $it, by property name, streams included
	key     []*odata.Member
}

// New makes a binder for a resolved model. It fails when the default order of a
// set does not bind, and reports all that do not.
func New(model *metadata.Model, options Options) (*Binder, error) {
	b := &Binder{
		model:    model,
		maxTop:   options.MaxTop,
		maxSkip:  options.MaxSkip,
		maxSteps: options.MaxSteps,
		loose:    options.Loose,
		literals: options.Literals,
		offered:  options.Offered,
		entities: map[*metadata.EntityType]*entity{},
		sets:     map[*metadata.EntitySet]*set{},
		joins:    map[*metadata.NavigationProperty]join{},
		shapes:   newShapes(),
	}
	if b.maxTop <= 0 {
		b.maxTop = defaultMaxTop
	}
	if b.maxSkip <= 0 {
		b.maxSkip = defaultMaxSkip
	}
	if b.maxSteps <= 0 {
		b.maxSteps = defaultMaxSteps
	}
	for _, schema := range model.Schemas {
		for _, t := range schema.EntityTypes {
			b.entities[t] = newEntity(t)
			for _, nav := range t.NavigationProperties {
				b.joins[nav] = joinOf(nav)
			}
		}
	}
	var problems []error
	main := model.DefaultContainer()
	for _, schema := range model.Schemas {
		for _, container := range schema.Containers {
			for _, declared := range container.EntitySets {
				var provided odata.EntitySet
				if main.EntitySet(declared.Name) == declared {
					provided = options.Sets[declared.Name]
				}
				if err := b.addSet(declared, provided, options.PageSize); err != nil {
					problems = append(problems, fmt.Errorf("%s: OrderBy %q: %w", declared.Name, provided.OrderBy, err))
				}
			}
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return b, nil
}

func newEntity(t *metadata.EntityType) *entity {
	e := &entity{typ: t, it: odata.ItOf(t), members: make(map[string]*odata.Member, len(t.AllProperties()))}
	for _, p := range t.AllProperties() {
		e.members[p.Name] = &odata.Member{Of: e.it, Property: p}
	}
	for _, p := range t.KeyProperties() {
		e.key = append(e.key, e.members[p.Name])
	}
	return e
}

func (b *Binder) addSet(declared *metadata.EntitySet, provided odata.EntitySet, pageSize int) error {
	if provided.PageSize != 0 {
		pageSize = provided.PageSize
	}
	s := &set{
		declared:  declared,
		paged:     pageSize > 0,
		unlimited: provided.PageSize == odata.NoPaging,
		narrowed:  map[*metadata.EntityType]*collection{},
	}
	b.sets[declared] = s
	var order []uri.OrderItem
	if provided.OrderBy != "" {
		var err error
		if order, err = uri.ParseOrderBy(provided.OrderBy, uri.Limits{}); err != nil {
			return err
		}
	}
	root := declared.Type()
	for _, t := range append([]*metadata.EntityType{root}, root.DerivedTypes()...) {
		c := newCollection(s, b.entities[t], b.operations(declared))
		bound, err := b.OrderBy(t, order)
		if err != nil {
			return err
		}
		c.order = slices.Clip(bound)
		c.stable = slices.Clip(c.of.totalOrder(bound))
		s.narrowed[t] = c
	}
	return nil
}

// collection is set narrowed to the entities of type t.
func (b *Binder) collection(declared *metadata.EntitySet, t *metadata.EntityType) *collection {
	if s := b.sets[declared]; s != nil {
		return s.narrowed[t]
	}
	return nil
}

// operations are the function imports that entities of a set may be bound to:
// those of its container and of the ones it extends.
func (b *Binder) operations(declared *metadata.EntitySet) []*metadata.FunctionImport {
	var all []*metadata.FunctionImport
	for c := declared.Container(); c != nil; c = b.model.Container(c.Extends) {
		for _, f := range c.FunctionImports {
			if b.offered == nil || b.offered(f) {
				all = append(all, f)
			}
		}
	}
	return all
}

// entity is t with its shared nodes; a type of another model gets its own.
func (b *Binder) entity(t *metadata.EntityType) *entity {
	if e := b.entities[t]; e != nil {
		return e
	}
	return newEntity(t)
}
