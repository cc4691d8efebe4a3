package service

import (
	"fmt"
	"reflect"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// compose makes the service's model from the schemas of its sets and from the
// operations of both. Definitions
// are copied: the same set may be served by several services. Two sets may
// bring the same type, such as a complex type both refer to; two different
// types of one name are a mistake.
func compose(namespace, container string, operations []odata.Operation, sets []odata.EntitySet) (*metadata.Model, []error) {
	c := composer{
		schema: &metadata.Schema{Namespace: namespace},
		owner:  map[string]string{},
		home:   map[string]any{},
	}
	box := &metadata.EntityContainer{Name: container, IsDefault: true}
	for i := range sets {
		set := &sets[i]
		if set.Schema.Entity == nil {
			continue // reported by New
		}
		c.set = set.Name
		c.entity(set.Schema.Entity)
		for _, t := range set.Schema.Derived {
			c.entity(t)
		}
		for _, t := range set.Schema.Complex {
			c.complex(t)
		}
		for _, t := range set.Schema.Enums {
			c.enum(t)
		}
		box.EntitySets = append(box.EntitySets, &metadata.EntitySet{
			Name: set.Name, EntityType: set.Schema.Entity.Name, Source: set.Source,
		})
		for i := range set.Operations {
			c.operation(&set.Operations[i])
			box.FunctionImports = append(box.FunctionImports, functionImport(&set.Operations[i], set.Schema.Entity.Name))
		}
	}
	c.set = "the service"
	for i := range operations {
		c.operation(&operations[i])
		box.FunctionImports = append(box.FunctionImports, functionImport(&operations[i], ""))
	}
	c.schema.Containers = []*metadata.EntityContainer{box}
	return &metadata.Model{Schemas: []*metadata.Schema{c.schema}}, c.problems
}

// functionImport declares an operation. A bound one takes entities of the type
// named binding. Source: OData V3 extensions of CSDL, FunctionImport.
func functionImport(o *odata.Operation, binding string) *metadata.FunctionImport {
	f := &metadata.FunctionImport{Name: o.Name, ReturnType: o.Result, EntitySet: o.ResultSet}
	switch o.Kind {
	case odata.ServiceOperation:
		f.HTTPMethod = o.Method
	case odata.FunctionCall:
		f.IsComposable = true
	}
	if o.Bound || o.BoundCollection {
		f.IsBindable = true
		f.IsAlwaysBindable = o.AlwaysAvailable
		if o.BoundCollection {
			binding = "Collection(" + binding + ")"
		}
		f.Parameters = append(f.Parameters, &metadata.Parameter{Name: "bindingParameter", Type: binding})
	}
	for _, p := range o.Parameters {
		f.Parameters = append(f.Parameters, &metadata.Parameter{Name: p.Name, Type: p.Type, NotNull: p.Required})
	}
	return f
}

type composer struct {
	schema   *metadata.Schema
	set      string            // being registered
	owner    map[string]string // type name to the set that brought it first
	home     map[string]any    // type name to its definition
	problems []error
}

// isNew records the definition under name. A second equal definition is not
// new; a different one is a problem.
func (c *composer) isNew(name string, definition any) bool {
	first, known := c.home[name]
	if !known {
		c.home[name], c.owner[name] = definition, c.set
		return true
	}
	if first != definition && !reflect.DeepEqual(first, definition) {
		c.problems = append(c.problems, fmt.Errorf(
			"type %s is defined differently by the sets %s and %s", name, c.owner[name], c.set))
	}
	return false
}

func (c *composer) entity(t *metadata.EntityType) {
	if c.isNew(t.Name, t) {
		clone := *t
		clone.Namespace = ""
		clone.Properties = copies(t.Properties)
		clone.NavigationProperties = copies(t.NavigationProperties)
		c.schema.EntityTypes = append(c.schema.EntityTypes, &clone)
	}
}

func (c *composer) complex(t *metadata.ComplexType) {
	if c.isNew(t.Name, t) {
		clone := *t
		clone.Namespace = ""
		clone.Properties = copies(t.Properties)
		c.schema.ComplexTypes = append(c.schema.ComplexTypes, &clone)
	}
}

// operation takes what the parameters and the result of an operation refer to.
func (c *composer) operation(o *odata.Operation) {
	for _, t := range o.Complex {
		c.complex(t)
	}
}

func (c *composer) enum(t *metadata.EnumType) {
	if c.isNew(t.Name, t) {
		clone := *t
		clone.Namespace = ""
		c.schema.EnumTypes = append(c.schema.EnumTypes, &clone)
	}
}

func copies[T any](items []*T) []*T {
	out := make([]*T, len(items))
	for i, item := range items {
		c := *item
		out[i] = &c
	}
	return out
}
