package typed

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Computation is the one definition of a property that is computed when it is
// read: in SQL, for rows of a database, and in Go, for rows in memory. Both must
// mean the same; each is used without the other, and tests compare them. Such a
// property filters, sorts, pages and counts like any other, and is never written:
// for clients it is read-only, and computed by the store.
//
// Make it by [Computed] or [ComputedValue], and hand it to the Computed option of
// a provider. It is a plain value, immutable and safe for concurrent use.
type Computation struct {
	path   string
	sql    Expression
	row    reflect.Type // nil: rows of a model
	byRow  any          // func(context.Context, *T) edm.Value
	inputs []string
	value  func(context.Context, []edm.Value) edm.Value
	err    error
}

// Computed defines a property of entities made of T:
//
//	var status = typed.Computed("Status", typed.Expression{
//		SQL:    `CASE WHEN {closed_at} IS NOT NULL THEN 'Closed' WHEN {ends_at} > {:now} THEN 'Active' ELSE 'Expired' END`,
//		Params: map[string]*typed.Param{"now": typed.NowDateTimeOffset()},
//	}, func(ctx context.Context, r *Request) string { return r.status(odata.Now(ctx)) })
//
// The property is one of T, by its name, and its field has the type V: what the
// field holds is of no account. value must not change the row or keep it; it is
// called for each row that is looked at, concurrently with itself.
//
// It never fails: mistakes surface when the service starts.
func Computed[T, V any](property string, sql Expression, value func(ctx context.Context, row *T) V) Computation {
	c := Computation{path: property, sql: sql, row: reflect.TypeFor[T]()}
	mistake := func(problem, advice string) Computation {
		_, file, line, _ := runtime.Caller(2)
		c.err = &Mistake{Type: fmt.Sprintf("typed.Computed at %s:%d", filepath.Base(file), line), Problem: problem, Advice: advice}
		return c
	}
	schema, root := describe(c.row)
	at, known := root.byName[property]
	switch {
	case schema.Entity == nil:
		return mistake(schema.Err.Error(), "then name a property of it")
	case value == nil:
		return mistake("value is nil", "pass the function that computes the property of a row")
	case !known:
		return mistake(fmt.Sprintf("%s has no property %q", c.row, property), "name a property as clients see it")
	}
	p := &root.properties[at]
	if p.goType != reflect.TypeFor[V]() {
		return mistake(fmt.Sprintf("the property %s is a %s, but value returns a %s", property, p.goType, reflect.TypeFor[V]()), "return the type of the field")
	}
	read := p.accessor
	read.offset = 0
	c.byRow = func(ctx context.Context, row *T) (out edm.Value) {
		v := value(ctx, row)
		read.read(unsafe.Pointer(&v), &out, &arena{})
		return out
	}
	return c
}

// ComputedValue defines a property of entities that no Go type stands for. path is
// the name of their set and the property, Requests/Status. inputs are the names of
// the properties that value gets the values of, in this order; it must not keep
// them, and returns a value of the property's kind, or null where that can be.
// Otherwise it is as [Computed].
func ComputedValue(path string, sql Expression, inputs []string, value func(ctx context.Context, inputs []edm.Value) edm.Value) Computation {
	c := Computation{path: path, sql: sql, inputs: inputs, value: value}
	if value == nil {
		_, file, line, _ := runtime.Caller(1)
		c.err = &Mistake{Type: fmt.Sprintf("typed.ComputedValue at %s:%d", filepath.Base(file), line),
			Problem: "value is nil", Advice: "pass the function that computes the property"}
	}
	return c
}

// An Expression is SQL that yields the value of a property for a row, NULL for
// null, in the way that the database stores values of the property's kind.
type Expression struct {
	// SQL is the expression. {name} stands for a column of the entity's own table,
	// by the column's name, whether or not it is a property; {:name} for a
	// parameter. Braces within quotes stand for themselves.
	SQL string

	// SQLite and PostgreSQL take the place of SQL in one dialect.
	SQLite, PostgreSQL string

	// Params are the parameters by name. Expressions that share a Param have one
	// value of it in a query.
	Params map[string]*Param

	// Columns are the kinds of columns that the SQL names and that no property is
	// stored in: schemas have them, and checks look at their types. Columns that
	// are named nowhere else only have to be there.
	Columns map[string]edm.Kind

	// MayFail tells that the SQL may end the statement with an error for some
	// rows, as a division by zero does. It is kept from rows that others
	// conditions exclude then, which costs some speed.
	MayFail bool
}

// A Param is a parameter of an [Expression], the same for all rows of a query:
// taken from the request, such as the caller. It is known by its address.
type Param struct {
	Kind edm.Kind

	// Value yields a value of Kind, or null. It is called once for each query.
	Value func(ctx context.Context) edm.Value
}

var (
	nowDateTime       = &Param{edm.KindDateTime, func(ctx context.Context) edm.Value { return edm.DateTimeFrom(odata.Now(ctx)).Value() }}
	nowDateTimeOffset = &Param{edm.KindDateTimeOffset, func(ctx context.Context) edm.Value { return edm.DateTimeOffsetFrom(odata.Now(ctx)).Value() }}
)

// NowDateTime is the instant of the request, [odata.Now], to be compared with
// columns of Edm.DateTime.
func NowDateTime() *Param { return nowDateTime }

// NowDateTimeOffset is the instant of the request, [odata.Now], to be compared with
// columns of Edm.DateTimeOffset.
func NowDateTimeOffset() *Param { return nowDateTimeOffset }

// Err is the [Mistake] in the definition, or nil.
func (c *Computation) Err() error { return c.err }

// Path is the property's name, behind that of a set and a slash where the
// computation was made by [ComputedValue].
func (c *Computation) Path() string { return c.path }

// Row is the Go type of the rows, nil for rows of a model.
func (c *Computation) Row() reflect.Type { return c.row }

// Expression is the property in SQL.
func (c *Computation) Expression() *Expression { return &c.sql }

// Inputs are the properties whose values [Computation.Value] takes.
func (c *Computation) Inputs() []string { return c.inputs }

// Value computes the property from its inputs.
func (c *Computation) Value(ctx context.Context, inputs []edm.Value) edm.Value {
	return c.value(ctx, inputs)
}

// Computing is the function that computes the property for rows of Go type T; nil
// for rows of another type.
func Computing[T any](c *Computation) func(ctx context.Context, row *T) edm.Value {
	compute, _ := c.byRow.(func(context.Context, *T) edm.Value)
	return compute
}

// Claim finds out that a property can be computed, and makes it one that is never
// written. isKey tells that it is part of a key.
func (c *Computation) Claim(p *metadata.Property, isKey bool) error {
	kind, known := edm.ParseKind(p.Type)
	problem := ""
	switch {
	case c.err != nil:
		return c.err
	case isKey:
		problem = "a key is stored"
	case !known || !kind.IsPrimitive() || kind == edm.KindStream:
		problem = "only single primitive values are computed"
	case p.ConcurrencyMode == metadata.ConcurrencyFixed:
		problem = "it is a concurrency token, which must not change by itself"
	case p.StoreGenerated == metadata.StoreGeneratedIdentity:
		problem = "the store makes its value for new entities"
	}
	if problem != "" {
		return fmt.Errorf("Computed(%q): the property cannot be computed: %s", c.path, problem)
	}
	if p.Writable != metadata.WriteNever || p.StoreGenerated != metadata.StoreGeneratedComputed {
		p.Writable, p.StoreGenerated = metadata.WriteNever, metadata.StoreGeneratedComputed
	}
	return nil
}

// ClaimIn claims the property of a type that was described.
func (c *Computation) ClaimIn(t *metadata.EntityType) error {
	for _, p := range t.Properties {
		if p.Name == c.path {
			for _, key := range t.Key {
				if key == p.Name {
					return c.Claim(p, true)
				}
			}
			return c.Claim(p, false)
		}
	}
	if c.err != nil {
		return c.err
	}
	return fmt.Errorf("Computed(%q): %s has no such property", c.path, t.Name)
}

// In is the definition with the name of a set before that of the property.
func (c Computation) In(set string) Computation {
	c.path = set + "/" + c.path
	return c
}
