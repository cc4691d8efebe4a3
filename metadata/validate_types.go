package metadata

import (
	"math"

	"github.com/pamodata/pamodata/metadata/edm"
)

func (r *resolver) checkEntityTypes() {
	for _, t := range r.entityTypes.all() {
		at := place{t.QualifiedName(), t.Source}
		r.checkMembers(at, t)
		r.checkKey(at, t)
	}
}

// checkMembers checks the names of an entity type's members, and its properties.
func (r *resolver) checkMembers(of place, t *EntityType) {
	names := nameSet{}
	check := func(at place, what, name string) {
		r.checkName(at, what, name)
		if name == t.Name {
			r.report(at, "a member cannot have the name of its type")
		}
		r.checkUnique(at, names, what, name)
		if b := t.resolved.base; b != nil {
			if b.Property(name) != nil {
				r.report(at, "the name is taken by a property of the base type %s", b.Property(name).resolved.declaring)
			} else if n := b.NavigationProperty(name); n != nil {
				r.report(at, "the name is taken by a navigation property of the base type %s", n.resolved.declaring.QualifiedName())
			}
		}
	}
	for _, p := range t.Properties {
		at := of.member(p.Name, p.Source)
		check(at, "property", p.Name)
		r.checkProperty(at, p)
		r.checkConcurrency(at, p)
	}
	for _, n := range t.NavigationProperties {
		check(of.member(n.Name, n.Source), "navigation property", n.Name)
	}
}

// checkKey requires a key on roots, and on roots only. Source: CSDL 3.0, Key.
func (r *resolver) checkKey(of place, t *EntityType) {
	switch b := t.resolved.base; {
	case t.BaseType != "" && len(t.Key) > 0:
		r.report(of, "a derived type cannot declare a key: it has the key of its base type %s", t.BaseType)
		return
	case b != nil:
		root := b
		for root.resolved.base != nil {
			root = root.resolved.base
		}
		if !t.Abstract && root.Abstract && root.BaseType == "" && len(root.Key) == 0 {
			r.report(of, "the type has no key and is not abstract: declare one on %s", root.QualifiedName())
		}
		return
	case t.BaseType == "" && len(t.Key) == 0 && !t.Abstract:
		r.report(of, "the type has no key; only abstract types can do without")
	}
	names := nameSet{}
	for _, name := range t.Key {
		at := of
		p := t.resolved.byName[name]
		if p == nil {
			r.report(at, "the key names %q, which is no property of the type", name)
			continue
		}
		at = of.member(name, p.Source)
		if _, twice := names[name]; twice {
			r.report(at, "the key names the property twice")
		}
		names[name] = "key property"
		if ref := p.resolved.ref; ref.IsZero() {
			continue // reported with the property
		} else if !ref.IsPrimitive() || ref.Kind == edm.KindStream || ref.Kind.IsSpatial() {
			r.report(at, "a key property must be of a primitive type that is neither stream nor spatial, not %s", ref)
		} else if !p.NotNull {
			r.report(at, "a key property must not be null: set NotNull (Nullable=\"false\")")
		}
	}
}

func (r *resolver) checkComplexTypes() {
	for _, t := range r.complexTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		names := nameSet{}
		for _, p := range t.Properties {
			at := of.member(p.Name, p.Source)
			r.checkName(at, "property", p.Name)
			if p.Name == t.Name {
				r.report(at, "a member cannot have the name of its type")
			}
			r.checkUnique(at, names, "property", p.Name)
			if b := t.resolved.base; b != nil && b.Property(p.Name) != nil {
				r.report(at, "the name is taken by a property of the base type %s", b.Property(p.Name).resolved.declaring)
			}
			r.checkProperty(at, p)
			if p.ConcurrencyMode == ConcurrencyFixed {
				r.report(at, "only properties of entity types can be concurrency tokens")
			}
			if p.resolved.ref.Kind == edm.KindStream {
				r.report(at, "only entity types can have streams")
			}
		}
	}
}

// checkComplexRecursion finds complex types that contain themselves in a way
// that leaves no room for an end: neither a null nor an empty collection.
func (r *resolver) checkComplexRecursion() {
	const (
		entered = 1
		left    = 2
	)
	state := map[*ComplexType]int{}
	var visit func(t *ComplexType)
	visit = func(t *ComplexType) {
		state[t] = entered
		for _, p := range t.resolved.all {
			inner := p.resolved.ref.Complex
			if inner == nil || !p.NotNull || p.resolved.ref.Collection {
				continue
			}
			switch state[inner] {
			case 0:
				visit(inner)
			case entered:
				r.report(place{p.resolved.declaring + "/" + p.Name, p.Source},
					"a value would contain another %s without end: let one property on the way be null", inner.QualifiedName())
			}
		}
		state[t] = left
	}
	for _, t := range r.complexTypes.all() {
		if state[t] == 0 {
			visit(t)
		}
	}
}

// enumRange is what the underlying types of enums can hold. Source: CSDL 3.0,
// EnumType.
var enumRange = map[edm.Kind]struct{ min, max int64 }{
	edm.KindByte:  {0, math.MaxUint8},
	edm.KindSByte: {math.MinInt8, math.MaxInt8},
	edm.KindInt16: {math.MinInt16, math.MaxInt16},
	edm.KindInt32: {math.MinInt32, math.MaxInt32},
	edm.KindInt64: {math.MinInt64, math.MaxInt64},
}

func (r *resolver) checkEnumTypes() {
	for sc, t := range r.enumTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		kind := edm.KindInt32
		if t.UnderlyingType != "" {
			ref, _ := r.typeRef(sc, t.UnderlyingType)
			if kind = ref.Kind; ref.Collection || !kind.IsInteger() {
				r.report(of, "the underlying type %s is not one of Edm.Byte, Edm.SByte, Edm.Int16, Edm.Int32 and Edm.Int64", t.UnderlyingType)
				kind = edm.KindInt64
			} else {
				assign(r, &t.UnderlyingType, ref.String())
			}
		}
		limits := enumRange[kind]
		names := nameSet{}
		next, overflow := int64(0), false
		for i := range t.Members {
			m := &t.Members[i]
			at := of.member(m.Name, "")
			r.checkName(at, "member", m.Name)
			r.checkUnique(at, names, "member", m.Name)
			value := next
			if m.Value != nil {
				value, overflow = *m.Value, false
			}
			if overflow || value < limits.min || value > limits.max {
				r.report(at, "the value is out of the range of %s", kind)
			}
			overflow = value == math.MaxInt64
			next = value + 1
		}
	}
}
