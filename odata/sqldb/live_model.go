package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// model makes the model of the tables that are left.
func (i *introspection) model() (*LiveModel, error) {
	i.schema = &metadata.Schema{Namespace: cmp.Or(i.options.Namespace, "Database")}
	i.service = &metadata.EntityContainer{Name: "Service", IsDefault: true}
	i.names, i.sets = taken{i.service.Name: true}, taken{}
	i.follow()
	for _, t := range i.tables {
		if t.link == nil && identifier(t.name) == t.name {
			i.sets[t.name] = true // before others get a name like it
		}
	}
	for _, t := range i.tables {
		if t.link == nil {
			i.set(t)
		}
	}
	for _, t := range i.tables {
		i.relate(t)
	}
	i.schema.Containers = []*metadata.EntityContainer{i.service}
	i.result.Model = &metadata.Model{Schemas: []*metadata.Schema{i.schema}}
	if err := i.result.Model.Resolve(); err != nil {
		return nil, odata.Internal(fmt.Errorf("sqldb: the model of the database: %w", err))
	}
	slices.SortStableFunc(i.result.LeftOut, func(a, b LeftOut) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Column, b.Column))
	})
	return &i.result, nil
}

// called says that something has another name in the database.
func (i *introspection) called(path, name string, option func(path, name string) StoreOption) {
	i.result.Names = append(i.result.Names, LiveName{path, name})
	i.result.Options = append(i.result.Options, option(path, name))
}

// set makes the type and the set of a table.
func (i *introspection) set(t *seenTable) {
	set := identifier(t.name)
	if set != t.name {
		set = i.sets.pick(set)
	}
	t.set = &metadata.EntitySet{Name: set}
	if set != t.name {
		i.called(set, t.name, Table)
	}
	if t.view {
		i.result.Views = append(i.result.Views, set)
	}
	// No member can have the name of its type.
	members := taken{}
	for _, c := range t.columns {
		if identifier(c.name) == c.name {
			c.property.Name = members.pick(c.name)
		}
	}
	for _, c := range t.columns {
		if c.property.Name == "" {
			c.property.Name = members.pick(identifier(c.name))
		}
	}
	one := singular(set)
	names := taken{}
	maps.Copy(names, i.names)
	maps.Copy(names, members)
	t.typ = &metadata.EntityType{Name: names.pick(one, set, one+"_row")}
	i.names[t.typ.Name] = true
	t.set.EntityType = t.typ.Name
	for _, c := range t.columns {
		p := c.property
		path := set + "/" + p.Name
		switch {
		case c.computed != "":
			i.result.Options = append(i.result.Options, Computed(typed.ComputedValue(path, typed.Expression{SQL: c.computed}, nil, notInMemory)))
			if p.Name != c.name {
				i.result.Names = append(i.result.Names, LiveName{path, c.name})
			}
		case p.Name != c.name:
			i.called(path, c.name, Column)
		}
		t.typ.Properties = append(t.typ.Properties, p)
	}
	for _, c := range t.key {
		t.typ.Key = append(t.typ.Key, c.property.Name)
	}
	i.schema.EntityTypes = append(i.schema.EntityTypes, t.typ)
	i.service.EntitySets = append(i.service.EntitySets, t.set)
}

// notInMemory is the value of what only the database computes.
func notInMemory(context.Context, []edm.Value) edm.Value { return edm.Null }

// members are the names that a navigation property of a type cannot have.
func members(t *metadata.EntityType) taken {
	names := taken{t.Name: true}
	for _, p := range t.Properties {
		names[p.Name] = true
	}
	for _, n := range t.NavigationProperties {
		names[n.Name] = true
	}
	return names
}
