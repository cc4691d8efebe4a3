package csdl

import (
	"strings"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// annotations reads an Annotations element, which annotates something elsewhere.
func (r *reader) annotations(e *etree.Element) *metadata.Annotations {
	a := &metadata.Annotations{}
	r.attributes(e, &a.Extensions, func(name, value string) bool {
		switch name {
		case "Target":
			a.Target = value
		case "Qualifier":
			a.Qualifier = value
		default:
			return false
		}
		return true
	})
	r.children(e, &a.Extensions, func(c *etree.Element) bool { return r.annotation(c, &a.Annotations) })
	return a
}

// annotation takes ValueAnnotation and TypeAnnotation elements.
func (r *reader) annotation(e *etree.Element, to *[]metadata.Annotation) bool {
	a := metadata.Annotation{IsType: e.Tag == "TypeAnnotation"}
	if !a.IsType && e.Tag != "ValueAnnotation" {
		return false
	}
	r.attributes(e, &a.Extensions, func(name, value string) bool {
		switch name {
		case "Term":
			a.Term = value
		case "Qualifier":
			a.Qualifier = value
		default:
			return !a.IsType && r.constant(e, name, value, &a.Value)
		}
		return true
	})
	r.children(e, &a.Extensions, func(c *etree.Element) bool {
		if a.IsType {
			return r.propertyValue(c, &a.Properties)
		}
		return r.value(c, &a.Value)
	})
	*to = append(*to, a)
	return true
}

// constant takes a value in attribute form.
func (r *reader) constant(e *etree.Element, name, value string, to **metadata.AnnotationExpr) bool {
	if !exprForms[name].constant {
		return false
	}
	if *to != nil {
		r.fail(e, "the element %s has more than one value", e.FullTag())
	}
	*to = &metadata.AnnotationExpr{Kind: name, Text: value, InAttribute: true}
	return true
}

// value takes a value in element form.
func (r *reader) value(e *etree.Element, to **metadata.AnnotationExpr) bool {
	form, known := exprForms[e.Tag]
	if !known {
		return false
	}
	if *to != nil {
		r.fail(e, "the element %s has more than one value", e.Parent().FullTag())
	}
	*to = r.expr(e, form)
	return true
}

func (r *reader) propertyValue(e *etree.Element, to *[]metadata.AnnotationProperty) bool {
	if e.Tag != "PropertyValue" {
		return false
	}
	var p metadata.AnnotationProperty
	r.attributes(e, &p.Extensions, func(name, value string) bool {
		if name == "Property" {
			p.Property = value
			return true
		}
		return r.constant(e, name, value, &p.Value)
	})
	r.children(e, &p.Extensions, func(c *etree.Element) bool { return r.value(c, &p.Value) })
	*to = append(*to, p)
	return true
}

func (r *reader) expr(e *etree.Element, form exprForm) *metadata.AnnotationExpr {
	x := &metadata.AnnotationExpr{Kind: e.Tag}
	if form.constant {
		x.Text = r.text(e)
		return x
	}
	qualifier := ""
	r.attributes(e, &x.Extensions, func(name, value string) bool {
		switch {
		case name == form.attribute:
			x.Text = value
		case name == "Qualifier" && e.Tag == "ValueTermReference":
			qualifier = value
		default:
			return false
		}
		return true
	})
	if qualifier != "" {
		x.Text += "#" + qualifier
	}
	var parameters []string
	r.children(e, &x.Extensions, func(c *etree.Element) bool {
		switch {
		case form.members:
			return r.propertyValue(c, &x.Properties)
		case e.Tag == "FunctionReference" && c.Tag == "Parameter":
			parameters = append(parameters, r.bareType(c))
			return true
		case form.attribute == "Type" && isTypeForm(c.Tag) && x.Text == "":
			x.Text = r.bareTypeForm(c)
			return true
		case !form.operands:
			return false
		}
		var item *metadata.AnnotationExpr
		if !r.value(c, &item) {
			return false
		}
		x.Items = append(x.Items, item)
		return true
	})
	if parameters != nil {
		x.Text += "(" + strings.Join(parameters, ",") + ")"
	}
	return x
}

// bareType reads the Parameter of a function reference, which has a type and
// nothing else.
func (r *reader) bareType(e *etree.Element) string {
	var x metadata.Extensions
	typ := ""
	r.attributes(e, &x, func(name, value string) bool {
		if name == "Type" {
			typ = value
		}
		return name == "Type"
	})
	r.children(e, &x, func(c *etree.Element) bool {
		if typ != "" || !isTypeForm(c.Tag) {
			return false
		}
		typ = r.bareTypeForm(c)
		return true
	})
	if len(x.Attributes) > 0 || len(x.Elements) > 0 {
		r.fail(e, "the element %s cannot be extended here", e.FullTag())
	}
	if typ == "" || strings.Contains(typ, ",") {
		r.fail(e, "the element %s names no type", e.FullTag())
	}
	return typ
}

// bareTypeForm reads a type in element form where facets have no place.
func (r *reader) bareTypeForm(e *etree.Element) string {
	var notNull bool
	var typ string
	t := typeReader{typ: &typ, notNull: &notNull, facets: &metadata.Facets{}}
	typ = r.typeForm(e, &t)
	if notNull || *t.facets != (metadata.Facets{}) {
		r.fail(e, "facets of a type in an expression are not supported")
	}
	return typ
}
