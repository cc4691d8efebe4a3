package csdl

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
)

func (w *writer) annotations(list []metadata.Annotation) {
	for i := range list {
		a := &list[i]
		tag := "ValueAnnotation"
		if a.IsType {
			tag = "TypeAnnotation"
		}
		w.open(tag)
		w.attr("Term", a.Term)
		w.optional("Qualifier", a.Qualifier)
		w.value(a.Value, a.Attributes)
		w.members(a.Properties)
		w.foreign(a.Elements, "")
		w.close()
	}
}

func (w *writer) members(list []metadata.AnnotationProperty) {
	for i := range list {
		p := &list[i]
		w.open("PropertyValue")
		w.attr("Property", p.Property)
		w.value(p.Value, p.Attributes)
		w.foreign(p.Elements, "")
		w.close()
	}
}

// value writes the value of the open element, as an attribute or as a child
// element, and the element's extension attributes in between.
func (w *writer) value(x *metadata.AnnotationExpr, attributes []metadata.Attribute) {
	if x != nil && x.InAttribute {
		w.attr(x.Kind, x.Text)
	}
	w.foreignAttributes(attributes)
	if x != nil && !x.InAttribute {
		w.expr(x)
	}
}

func (w *writer) expr(x *metadata.AnnotationExpr) {
	form := exprForms[x.Kind]
	if form.constant {
		if len(x.Attributes) > 0 || len(x.Elements) > 0 {
			w.fail("the %s expression cannot be extended", x.Kind)
		}
		w.text(x.Kind, x.Text)
		return
	}
	w.open(x.Kind)
	text, rest := x.Text, ""
	switch x.Kind {
	case "ValueTermReference":
		text, rest, _ = strings.Cut(x.Text, "#")
	case "FunctionReference":
		text, rest, _ = strings.Cut(x.Text, "(")
	}
	if form.attribute != "" {
		w.optional(form.attribute, text)
	}
	if x.Kind == "ValueTermReference" {
		w.optional("Qualifier", rest)
	}
	w.foreignAttributes(x.Attributes)
	if rest, ok := strings.CutSuffix(rest, ")"); ok && x.Kind == "FunctionReference" {
		for typ := range strings.SplitSeq(rest, ",") {
			w.open("Parameter")
			w.attr("Type", typ)
			w.close()
		}
	}
	for _, item := range x.Items {
		w.expr(item)
	}
	w.members(x.Properties)
	w.foreign(x.Elements, "")
	w.close()
}
