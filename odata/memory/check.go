package memory

import (
	"maps"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// entity checks row number i and copies it.
func (c *compiler) entity(i int, from *Entity) (entity, bool) {
	before := len(c.problems)
	at := slices.IndexFunc(c.kinds, func(k kind) bool {
		return from.Type == "" || named(from.Type, k.declared.Namespace, k.declared.Name, c.schema.Entity.Namespace)
	})
	if at < 0 {
		c.report("row %d: the set has no type %s; name %s or a type of Schema.Derived that extends it",
			i, from.Type, c.schema.Entity.QualifiedName())
		return entity{}, false
	}
	k := &c.kinds[at]
	if k.declared.Abstract {
		c.report("row %d: %s is abstract; name a type that extends it", i, k.declared.QualifiedName())
	}
	e := entity{kind: at, values: make([]edm.Value, len(k.properties))}
	for _, name := range slices.Sorted(maps.Keys(from.Values)) {
		v := from.Values[name]
		property, declared := k.byName[name]
		switch {
		case declared:
			e.values[property] = v.Clone()
		case !k.open:
			c.report("row %d: %s has no property %s; declare it, or make the type open", i, k.declared.QualifiedName(), name)
		default:
			if err := typed.CheckDynamic(name, v); err != nil {
				c.report("row %d: %w; give it another name or value", i, err)
			}
			e.dynamic = append(e.dynamic, odata.DynamicProperty{Name: name, Value: v.Clone()})
		}
	}
	for j, p := range k.properties {
		isKey := slices.Contains(c.key, p.Name)
		switch v := e.values[j]; {
		case c.computed != nil && c.computed(p):
			if !v.IsNull() {
				c.report("row %d: the property %s is computed; leave it out", i, p.Name)
			}
		case v.IsNull() && strings.HasPrefix(p.Type, "Collection("):
			e.values[j] = edm.Collection(nil)
		case v.IsNull() && (p.NotNull || isKey):
			c.report("row %d: the property %s is never null; give it a value", i, p.Name)
		case !v.IsNull():
			if wrong := c.mismatch(p.Type, v, 0); wrong != "" {
				c.report("row %d: the property %s: %s", i, p.Name, wrong)
			}
		}
	}
	if len(c.problems) > before {
		return entity{}, false
	}
	for _, name := range c.key {
		c.keys = append(c.keys, e.values[k.byName[name]])
	}
	return e, true
}

// mismatch says why v is no value of the type with the given name; empty when it
// is one. Names that the schema does not know are for the model to judge.
func (c *compiler) mismatch(typeName string, v edm.Value, depth int) string {
	if item, ok := strings.CutPrefix(typeName, "Collection("); ok && depth == 0 {
		if v.Kind() != edm.KindCollection {
			return "the value is " + v.Kind().String() + "; give an edm.Collection of " + strings.TrimSuffix(item, ")")
		}
		for _, x := range v.Elements() {
			if wrong := c.mismatch(strings.TrimSuffix(item, ")"), x, depth+1); wrong != "" {
				return "an item: " + wrong
			}
		}
		return ""
	}
	if want, ok := edm.ParseKind(typeName); ok {
		if v.Kind() == want {
			return ""
		}
		// A property of the abstract type Edm.Geography holds any geography.
		if _, err := edm.Convert(v, want); !want.IsSpatial() || err != nil {
			return "the value is " + v.Kind().String() + "; give an " + want.String()
		}
		return ""
	}
	for _, e := range c.schema.Enums {
		if named(typeName, e.Namespace, e.Name, c.schema.Entity.Namespace) {
			if v.Kind() != edm.KindString {
				return "the value is " + v.Kind().String() + "; give the name of a member of " + e.QualifiedName() + " as an Edm.String"
			}
			return ""
		}
	}
	t := c.complexNamed(typeName)
	if t == nil {
		return ""
	}
	members := c.members(t)
	if v.Kind() != edm.KindComplex {
		return "the value is " + v.Kind().String() + "; give an edm.Complex for " + t.QualifiedName()
	}
	if len(v.Elements()) != len(members) {
		return "the value does not have one member for each property of " + t.QualifiedName() + "; give all of them, inherited first"
	}
	for i, m := range members {
		switch x := v.Elements()[i]; {
		case x.IsNull() && m.NotNull:
			return m.Name + " is never null; give it a value"
		case !x.IsNull():
			if wrong := c.mismatch(m.Type, x, 0); wrong != "" {
				return m.Name + ": " + wrong
			}
		}
	}
	return ""
}

func (c *compiler) complexNamed(name string) *metadata.ComplexType {
	for _, t := range c.schema.Complex {
		if named(name, t.Namespace, t.Name, c.schema.Entity.Namespace) {
			return t
		}
	}
	return nil
}

// members are the properties of t, inherited first. A type that extends itself
// has none of those beyond: the model will refuse it.
func (c *compiler) members(t *metadata.ComplexType) []*metadata.Property {
	var members []*metadata.Property
	for passed := []*metadata.ComplexType{}; t != nil && !slices.Contains(passed, t); t = c.complexNamed(t.BaseType) {
		passed = append(passed, t)
		members = append(slices.Clone(t.Properties), members...)
	}
	return members
}
