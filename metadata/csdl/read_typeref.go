package csdl

import (
	"strings"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// A typeReader reads the type of a property, parameter or term, in the attribute
// form or in the element forms TypeRef, CollectionType and ReferenceType, with
// its facets. Both mean the same and are not told apart afterwards.
type typeReader struct {
	typ     *string
	notNull *bool
	facets  *metadata.Facets
}

// attribute takes Type, Nullable and the facets.
func (t *typeReader) attribute(r *reader, e *etree.Element, name, value string) bool {
	if name == "Type" {
		t.set(r, e, value)
		return true
	}
	return t.facet(r, e, name, value)
}

func (t *typeReader) set(r *reader, e *etree.Element, typ string) {
	if *t.typ != "" {
		r.fail(e, "the type is given twice")
	}
	*t.typ = typ
}

func (t *typeReader) facet(r *reader, e *etree.Element, name, value string) bool {
	f := t.facets
	switch name {
	case "Nullable":
		*t.notNull = !r.bool(e, name, value)
	case "DefaultValue":
		f.DefaultValue = &value
	case "MaxLength":
		if strings.EqualFold(value, "Max") {
			f.MaxLength = new(metadata.MaxLengthMax)
		} else {
			f.MaxLength = r.int(e, name, value)
		}
	case "FixedLength":
		f.FixedLength = new(r.bool(e, name, value))
	case "Unicode":
		f.Unicode = new(r.bool(e, name, value))
	case "Collation":
		f.Collation = value
	case "Precision":
		f.Precision = r.int(e, name, value)
	case "Scale":
		f.Scale = r.int(e, name, value)
	case "SRID":
		if strings.EqualFold(value, "Variable") {
			f.SRID = new(metadata.SRIDVariable)
		} else {
			f.SRID = r.int(e, name, value)
		}
	default:
		return false
	}
	return true
}

// child takes the element forms.
func (t *typeReader) child(r *reader, e *etree.Element) bool {
	if !isTypeForm(e.Tag) {
		return false
	}
	t.set(r, e, r.typeForm(e, t))
	return true
}

func isTypeForm(tag string) bool {
	return tag == "TypeRef" || tag == "CollectionType" || tag == "ReferenceType" || tag == "RowType"
}

// typeForm reads a type in element form; facets go to t.
func (r *reader) typeForm(e *etree.Element, t *typeReader) string {
	name, wrap := "Type", ""
	switch e.Tag {
	case "CollectionType":
		name, wrap = "ElementType", "Collection"
	case "ReferenceType":
		wrap = "Ref"
	case "RowType":
		r.fail(e, "row types exist for queries of Entity Framework and have no meaning in OData")
		return ""
	}
	item := ""
	var x metadata.Extensions
	r.attributes(e, &x, func(attribute, value string) bool {
		if attribute == name {
			item = value
			return true
		}
		return e.Tag != "ReferenceType" && t.facet(r, e, attribute, value)
	})
	r.children(e, &x, func(c *etree.Element) bool {
		if e.Tag != "CollectionType" || !isTypeForm(c.Tag) {
			return false
		}
		if item != "" {
			r.fail(c, "the type is given twice")
		}
		item = r.typeForm(c, t)
		return true
	})
	if len(x.Attributes) > 0 || len(x.Elements) > 0 {
		r.fail(e, "the element %s cannot be extended", e.FullTag())
	}
	if item == "" {
		r.fail(e, "the element %s names no type", e.FullTag())
	}
	if wrap == "" {
		return item
	}
	return wrap + "(" + item + ")"
}
