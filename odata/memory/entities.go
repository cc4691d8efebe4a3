package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// An Entity is one row of a model that no Go type stands for.
type Entity struct {
	// Type is the entity's type where that is derived from the set's: its name,
	// qualified or bare. Empty means the set's own type.
	Type string

	// Values are the entity's properties by name. What is missing is null. A
	// name that the type does not declare is a dynamic property, where the type
	// is open. A complex value has all members of its type, inherited first.
	Values map[string]edm.Value
}

// Rows serves entities of a schema that was read, computed or written by hand.
// It copies the rows, and checks each of them against the schema: its type, the
// names and kinds of its values, which values are missing, and that no two rows
// have one key.
//
// Schema.Derived must have every type that a row names and every type between
// it and the set's; where the set's own type extends another, that one as well.
func Rows(name string, schema odata.Schema, rows []Entity, options ...Option) odata.EntitySet {
	s := settingsOf(options)
	c := compileSchema(schema, schema.Err == nil)
	if s.typeName != "" {
		c.report("TypeName does not go with Rows; the name is in Schema.Entity")
	}
	if len(s.computed) > 0 {
		c.report("Computed does not go with Rows; give a Store the rows, or Set structs")
	}
	t := &entities{kinds: c.kinds}
	for i := range rows {
		if c.full() {
			break
		}
		if row, ok := c.entity(i, &rows[i]); ok {
			t.list = append(t.list, row)
		}
	}
	r := &reader[*entity]{table: t}
	if len(c.problems) == 0 && c.kinds != nil {
		var err error
		if r.index, err = newIndex(c.key, c.keys); err != nil {
			c.problems = append(c.problems, err)
		}
	}
	schema.Err = errors.Join(append([]error{schema.Err}, c.problems...)...)
	return s.set(name, schema, r)
}

// An entity is one checked row.
type entity struct {
	kind    int         // position in kinds
	values  []edm.Value // in the order of that kind's properties
	dynamic []odata.DynamicProperty
}

// A kind is one type of the schema that rows can have.
type kind struct {
	declared   *metadata.EntityType
	open       bool
	properties []*metadata.Property // inherited first, without streams
	byName     map[string]int
}

// entities is a table of checked rows.
type entities struct {
	kinds []kind
	list  []entity
}

func (t *entities) rows(context.Context) (rowsOf[*entity], error) { return listOf(t.list), nil }

// view finds the model's types and properties by name: the model has copied
// those of the schema.
func (t *entities) view(_ context.Context, q *odata.Query, fields []*metadata.Property) (view[*entity], error) {
	type resolved struct {
		typ    *metadata.EntityType
		fields []int // position in entity.values, or -1
	}
	kinds := make([]resolved, len(t.kinds))
	for i := range t.kinds {
		from, k := &t.kinds[i], &kinds[i]
		if k.typ = findType(setType(q), from.declared); k.typ == nil {
			return nil, odata.Internalf("memory: the model has no type %s", from.declared.QualifiedName())
		}
		k.fields = make([]int, len(fields))
		for j, f := range fields {
			k.fields[j] = -1
			if k.typ.Property(f.Name) != f {
				continue // of another type in the same hierarchy
			}
			at, ok := from.byName[f.Name]
			if !ok {
				return nil, odata.Internalf("memory: the rows have no property %s/%s", f.DeclaringType(), f.Name)
			}
			k.fields[j] = at
		}
	}
	return func(row *odata.Row, e *entity) error {
		k := &kinds[e.kind]
		row.Type, row.Dynamic = k.typ, e.dynamic
		row.Values = slices.Grow(row.Values[:0], len(k.fields))[:len(k.fields)]
		for i, at := range k.fields {
			if at < 0 {
				row.Values[i] = edm.Null
			} else {
				row.Values[i] = e.values[at]
			}
		}
		return nil
	}, nil
}

func (t *entities) look(ctx context.Context, q *odata.Query, exprs ...odata.Expr) (eval.Layout, look[*entity], error) {
	return lookThrough(ctx, t, q, exprs)
}

// findType finds declared among root and the types derived from it. A service
// may have moved it to its own namespace.
func findType(root, declared *metadata.EntityType) *metadata.EntityType {
	var sameName *metadata.EntityType
	for _, t := range append([]*metadata.EntityType{root}, root.DerivedTypes()...) {
		if t.QualifiedName() == declared.QualifiedName() {
			return t
		}
		if t.Name == declared.Name && sameName == nil {
			sameName = t
		}
	}
	return sameName
}

// A compiler checks a schema and its rows.
type compiler struct {
	schema   odata.Schema
	kinds    []kind // the set's own first; nil where the schema is of no use
	key      []string
	keys     []edm.Value                   // of the rows so far
	computed func(*metadata.Property) bool // nil: none
	problems []error
}

// enough is how many problems are told; a bad table tends to be bad in each row.
const enough = 20

func (c *compiler) full() bool { return len(c.problems) >= enough || c.kinds == nil }

func (c *compiler) report(text string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(text, args...))
}

// compileSchema finds the types rows can have, and the properties of each.
func compileSchema(schema odata.Schema, sound bool) *compiler {
	c := &compiler{schema: schema}
	switch {
	case !sound:
		return c
	case schema.Entity == nil:
		c.report("Schema.Entity is nil; give the entity type of the rows")
		return c
	}
	for _, t := range append([]*metadata.EntityType{schema.Entity}, schema.Derived...) {
		lineage := c.lineage(t)
		if lineage == nil {
			return c
		}
		if !slices.Contains(lineage, schema.Entity) {
			continue // a base type of the set's
		}
		k := kind{declared: t, byName: map[string]int{}}
		for _, ancestor := range lineage {
			k.open = k.open || ancestor.OpenType
			if len(ancestor.Key) > 0 && t == schema.Entity {
				c.key = ancestor.Key
			}
			for _, p := range ancestor.Properties {
				if p.Type != edm.KindStream.String() {
					k.byName[p.Name] = len(k.properties)
					k.properties = append(k.properties, p)
				}
			}
		}
		c.kinds = append(c.kinds, k)
	}
	for _, name := range c.key {
		if _, ok := c.kinds[0].byName[name]; !ok {
			c.report("%s: the key property %s does not exist; correct Key or Properties", schema.Entity.QualifiedName(), name)
			c.kinds = nil
			return c
		}
	}
	if len(c.key) == 0 {
		c.report("%s has no key; name its key properties in Key", schema.Entity.QualifiedName())
		c.kinds = nil
	}
	return c
}

// lineage is t with the types it extends, the root first; nil when one of them
// is not in the schema.
func (c *compiler) lineage(t *metadata.EntityType) []*metadata.EntityType {
	all := append([]*metadata.EntityType{c.schema.Entity}, c.schema.Derived...)
	lineage := []*metadata.EntityType{t}
	for base := t.BaseType; base != ""; base = lineage[0].BaseType {
		at := slices.IndexFunc(all, func(other *metadata.EntityType) bool { return named(base, other.Namespace, other.Name, t.Namespace) })
		switch {
		case at < 0:
			c.report("%s: its base type %s is not in the schema; add it to Schema.Derived", t.QualifiedName(), base)
		case slices.Contains(lineage, all[at]):
			c.report("%s: the type extends itself; correct BaseType", t.QualifiedName())
		default:
			lineage = slices.Insert(lineage, 0, all[at])
			continue
		}
		c.kinds = nil
		return nil
	}
	return lineage
}

// named reports that text, written in the namespace around, names a type. Types
// without a namespace belong to the service's, whatever that is called.
func named(text, namespace, name, around string) bool {
	dot := strings.LastIndexByte(text, '.')
	if text[dot+1:] != name {
		return false
	}
	switch {
	case namespace == "":
		return true
	case dot < 0:
		return namespace == around || around == ""
	}
	return text[:dot] == namespace
}
