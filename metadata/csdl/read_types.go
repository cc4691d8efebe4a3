package csdl

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

func (r *reader) entityType(e *etree.Element) *metadata.EntityType {
	t := &metadata.EntityType{}
	var feeds feedReader
	r.attributes(e, &t.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			t.Name = value
		case "BaseType":
			t.BaseType = value
		case "Abstract":
			t.Abstract = r.bool(e, name, value)
		case "OpenType":
			t.OpenType = r.bool(e, name, value)
		case "m:HasStream":
			t.HasStream = r.bool(e, name, value)
		default:
			return feeds.read(r, e, name, value)
		}
		return true
	})
	t.FeedMappings = feeds.list()
	keys := 0
	r.children(e, &t.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &t.Documentation)
		case "Key":
			if keys++; keys > 1 {
				r.fail(c, "there is a second Key element")
			}
			t.Key = r.propertyRefs(c, "")
		case "Property":
			t.Properties = append(t.Properties, r.property(c))
		case "NavigationProperty":
			t.NavigationProperties = append(t.NavigationProperties, r.navigationProperty(c))
		default:
			return r.annotation(c, &t.Annotations)
		}
		return true
	})
	return t
}

// propertyRefs reads the PropertyRef elements of a key or of one role of a
// referential constraint. An element with a role has it as its only attribute.
func (r *reader) propertyRefs(e *etree.Element, role string) []string {
	var x metadata.Extensions
	r.attributes(e, &x, func(name, _ string) bool { return name == role })
	var names []string
	r.children(e, &x, func(c *etree.Element) bool {
		if c.Tag != "PropertyRef" {
			return false
		}
		r.attributes(c, &x, func(name, value string) bool {
			if name == "Name" {
				names = append(names, value)
			}
			return name == "Name"
		})
		r.children(c, &x, none)
		return true
	})
	if len(x.Attributes) > 0 || len(x.Elements) > 0 {
		r.fail(e, "the element %s cannot be extended", e.FullTag())
	}
	if len(names) == 0 {
		r.fail(e, "the element %s names no property", e.FullTag())
	}
	return names
}

func (r *reader) complexType(e *etree.Element) *metadata.ComplexType {
	t := &metadata.ComplexType{}
	r.attributes(e, &t.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			t.Name = value
		case "BaseType":
			t.BaseType = value
		case "Abstract":
			t.Abstract = r.bool(e, name, value)
		case "OpenType":
			if r.bool(e, name, value) {
				r.fail(e, "a complex type cannot be open in OData V3")
			}
		default:
			return false
		}
		return true
	})
	r.children(e, &t.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &t.Documentation)
		case "Property":
			t.Properties = append(t.Properties, r.property(c))
		default:
			return r.annotation(c, &t.Annotations)
		}
		return true
	})
	return t
}

func (r *reader) enumType(e *etree.Element) *metadata.EnumType {
	t := &metadata.EnumType{}
	r.attributes(e, &t.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			t.Name = value
		case "UnderlyingType":
			t.UnderlyingType = value
		case "IsFlags":
			t.IsFlags = r.bool(e, name, value)
		default:
			return false
		}
		return true
	})
	r.children(e, &t.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &t.Documentation)
		case "Member":
			t.Members = append(t.Members, r.enumMember(c))
		default:
			return r.annotation(c, &t.Annotations)
		}
		return true
	})
	return t
}

func (r *reader) enumMember(e *etree.Element) metadata.EnumMember {
	var m metadata.EnumMember
	r.attributes(e, &m.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			m.Name = value
		case "Value":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				r.fail(e, "Value of the member %s is %q: it must be an integer of 64 bits", m.Name, value)
			}
			m.Value = &n
		default:
			return false
		}
		return true
	})
	r.children(e, &m.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &m.Documentation)
			return true
		}
		return r.annotation(c, &m.Annotations)
	})
	return m
}

func (r *reader) property(e *etree.Element) *metadata.Property {
	p := &metadata.Property{}
	typ := typeReader{typ: &p.Type, notNull: &p.NotNull, facets: &p.Facets}
	var feeds feedReader
	r.attributes(e, &p.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			p.Name = value
		case "ConcurrencyMode":
			p.ConcurrencyMode = oneOf(r, e, name, value, map[string]metadata.ConcurrencyMode{
				"None": metadata.ConcurrencyNone, "Fixed": metadata.ConcurrencyFixed})
		case "CollectionKind":
			p.CollectionKind = value
		case "annotation:StoreGeneratedPattern":
			p.StoreGenerated = oneOf(r, e, name, value, map[string]metadata.StoreGenerated{
				"None": metadata.StoreGeneratedNone, "Identity": metadata.StoreGeneratedIdentity, "Computed": metadata.StoreGeneratedComputed})
		case "m:MimeType":
			p.MimeType = value
		default:
			return typ.attribute(r, e, name, value) || feeds.read(r, e, name, value)
		}
		return true
	})
	p.FeedMappings = feeds.list()
	r.children(e, &p.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &p.Documentation)
			return true
		}
		return typ.child(r, c) || r.annotation(c, &p.Annotations)
	})
	return p
}

func oneOf[T any](r *reader, e *etree.Element, name, value string, values map[string]T) T {
	v, ok := values[value]
	if !ok {
		names := make([]string, 0, len(values))
		for name := range values {
			names = append(names, name)
		}
		slices.Sort(names)
		r.fail(e, "%s of the element %s is %q: it must be one of %s", name, e.FullTag(), value, strings.Join(names, ", "))
	}
	return v
}

func (r *reader) navigationProperty(e *etree.Element) *metadata.NavigationProperty {
	n := &metadata.NavigationProperty{}
	r.attributes(e, &n.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			n.Name = value
		case "Relationship":
			n.Relationship = value
		case "FromRole":
			n.FromRole = value
		case "ToRole":
			n.ToRole = value
		case "ContainsTarget":
			n.ContainsTarget = r.bool(e, name, value)
		default:
			return false
		}
		return true
	})
	r.children(e, &n.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &n.Documentation)
			return true
		}
		return r.annotation(c, &n.Annotations)
	})
	return n
}

// A feedReader gathers the m:FC_ attributes of one element. The attributes of a
// second mapping end in _1, and so on. Source: OData V3, CSDL extensions,
// customizable feeds.
type feedReader struct{ mappings []numberedMapping }

type numberedMapping struct {
	number int
	metadata.FeedMapping
}

func (f *feedReader) read(r *reader, e *etree.Element, name, value string) bool {
	part, ok := strings.CutPrefix(name, "m:FC_")
	if !ok {
		return false
	}
	number := 0
	if base, suffix, ok := strings.Cut(part, "_"); ok {
		n, err := strconv.ParseUint(suffix, 10, 16)
		if err != nil || n == 0 || suffix[0] == '0' {
			return false
		}
		part, number = base, int(n)
	}
	switch part {
	case "SourcePath":
		f.mapping(number).SourcePath = value
	case "TargetPath":
		f.mapping(number).TargetPath = value
	case "ContentKind":
		f.mapping(number).ContentKind = value
	case "NsPrefix":
		f.mapping(number).NsPrefix = value
	case "NsUri":
		f.mapping(number).NsURI = value
	case "KeepInContent":
		f.mapping(number).KeepInContent = new(r.bool(e, name, value))
	default:
		return false
	}
	return true
}

func (f *feedReader) mapping(number int) *metadata.FeedMapping {
	at, found := slices.BinarySearchFunc(f.mappings, number, func(m numberedMapping, n int) int { return cmp.Compare(m.number, n) })
	if !found {
		f.mappings = slices.Insert(f.mappings, at, numberedMapping{number: number})
	}
	return &f.mappings[at].FeedMapping
}

func (f *feedReader) list() []metadata.FeedMapping {
	var list []metadata.FeedMapping
	for _, m := range f.mappings {
		list = append(list, m.FeedMapping)
	}
	return list
}
