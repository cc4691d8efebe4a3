package memory

import (
	"errors"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// An Option sets one field of the [odata.EntitySet] a constructor returns. The
// set is a plain value, so what has no option is simply assigned.
type Option func(*settings)

type settings struct {
	guard    odata.Guard
	orderBy  string
	pageSize int
	typeName string
	readOnly bool
	computed []typed.Computation
}

// Guard sets who may see which entities. Default: [odata.Everyone], that is all
// entities for every authenticated caller.
func Guard(g odata.Guard) Option { return func(s *settings) { s.guard = g } }

// OrderBy sets the order of a feed without $orderby, as $orderby text such as
// "Name,ID desc". Default: the order of the rows.
func OrderBy(text string) Option { return func(s *settings) { s.orderBy = text } }

// PageSize sets the greatest number of entities in one response. Default: 0, the
// service's page size; [odata.NoPaging] for none.
func PageSize(entities int) Option { return func(s *settings) { s.pageSize = entities } }

// TypeName names the entity type. Default: the name of the Go type, or that in
// the tag of its blank field. It does not go with [Rows], whose schema has the
// name.
func TypeName(name string) Option { return func(s *settings) { s.typeName = name } }

// ReadOnly makes the sets of a [Store] refuse to be changed. Default: they can be.
// All other sets of this package are read-only anyway.
func ReadOnly() Option { return func(s *settings) { s.readOnly = true } }

func settingsOf(options []Option) settings {
	s := settings{guard: odata.Everyone()}
	for _, o := range options {
		o(&s)
	}
	return s
}

// set makes the set that a constructor called by the set's user returns.
func (s *settings) set(name string, schema odata.Schema, reader odata.Reader) odata.EntitySet {
	// A guard made by package typed knows whether its field exists.
	if g, ok := s.guard.(interface{ Err() error }); ok {
		schema.Err = errors.Join(schema.Err, g.Err())
	}
	set := odata.EntitySet{Name: name, Schema: schema, Reader: reader, Guard: s.guard, OrderBy: s.orderBy, PageSize: s.pageSize, ReadsInstant: len(s.computed) > 0}
	if _, file, line, ok := runtime.Caller(2); ok {
		set.Source = filepath.Base(file) + ":" + strconv.Itoa(line)
	}
	return set
}
