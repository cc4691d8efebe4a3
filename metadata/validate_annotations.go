package metadata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// maxAnnotationDepth bounds how deep annotation values nest, so that their XML
// stays within what readers accept.
const maxAnnotationDepth = 24

// checkAnnotations checks the shape of annotations. Terms, targets and paths may
// lie in vocabularies that are not part of the model and are not followed.
func (r *resolver) checkAnnotations() {
	for _, sc := range r.scopes {
		for _, a := range sc.schema.Annotations {
			if a.Target == "" {
				r.report(sc.place(), "Annotations have no target")
			}
			r.checkAnnotationList(place{element: a.Target}, a.Annotations)
		}
	}
	for _, t := range r.entityTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		r.checkAnnotationList(of, t.Annotations)
		for _, p := range t.Properties {
			r.checkAnnotationList(of.member(p.Name, p.Source), p.Annotations)
		}
		for _, n := range t.NavigationProperties {
			r.checkAnnotationList(of.member(n.Name, n.Source), n.Annotations)
		}
	}
	for _, t := range r.complexTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		r.checkAnnotationList(of, t.Annotations)
		for _, p := range t.Properties {
			r.checkAnnotationList(of.member(p.Name, p.Source), p.Annotations)
		}
	}
	for _, t := range r.enumTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		r.checkAnnotationList(of, t.Annotations)
		for i := range t.Members {
			r.checkAnnotationList(of.member(t.Members[i].Name, ""), t.Members[i].Annotations)
		}
	}
	for _, a := range r.associations.all() {
		r.checkAnnotationList(place{element: a.QualifiedName()}, a.Annotations)
	}
	for _, f := range r.functions.all() {
		of := place{element: f.QualifiedName()}
		r.checkAnnotationList(of, f.Annotations)
		for _, p := range f.Parameters {
			r.checkAnnotationList(of.member(p.Name, ""), p.Annotations)
		}
	}
	for _, c := range r.containers.all() {
		of := place{element: c.QualifiedName()}
		r.checkAnnotationList(of, c.Annotations)
		for _, s := range c.EntitySets {
			r.checkAnnotationList(of.member(s.Name, s.Source), s.Annotations)
		}
		for _, s := range c.AssociationSets {
			r.checkAnnotationList(of.member(s.Name, ""), s.Annotations)
		}
		for _, f := range c.FunctionImports {
			at := of.member(f.Name, "")
			r.checkAnnotationList(at, f.Annotations)
			for _, p := range f.Parameters {
				r.checkAnnotationList(at.member(p.Name, ""), p.Annotations)
			}
		}
	}
}

func (r *resolver) checkAnnotationList(of place, list []Annotation) {
	for i := range list {
		a := &list[i]
		at := place{of.element + "@" + a.Term, of.source}
		switch {
		case a.Term == "":
			r.report(at, "the annotation has no term")
		case a.IsType && a.Value != nil:
			r.report(at, "a type annotation has properties, not a value")
		case !a.IsType && len(a.Properties) > 0:
			r.report(at, "a value annotation has a value, not properties")
		}
		if a.Qualifier != "" && !isIdentifier(a.Qualifier) {
			r.report(at, "%q is no qualifier: it must be an identifier", a.Qualifier)
		}
		if a.Value != nil {
			r.checkExpr(at, a.Value, 1)
		}
		r.checkRecord(at, a.Properties, 1)
	}
}

func (r *resolver) checkRecord(at place, list []AnnotationProperty, depth int) {
	names := nameSet{}
	for i := range list {
		p := &list[i]
		if p.Property == "" {
			r.report(at, "a property value names no property")
		}
		r.checkUnique(at, names, "property value", p.Property)
		if p.Value == nil {
			r.report(at, "the property value %s has no value", p.Property)
		} else {
			r.checkExpr(at, p.Value, depth+1)
		}
	}
}

// An exprShape is what an annotation expression consists of. Source: CSDL 3.0,
// Vocabulary Annotations.
type exprShape struct {
	constant bool // may stand in an attribute
	text     exprText
	min, max int // number of Items; max -1 is any number
	record   bool
}

type exprText uint8

const (
	noText exprText = iota
	anyText
	someText // not empty
	maybeText
)

var exprShapes = map[string]exprShape{
	"String":         {constant: true, text: anyText},
	"Int":            {constant: true, text: someText},
	"Float":          {constant: true, text: someText},
	"Decimal":        {constant: true, text: someText},
	"Bool":           {constant: true, text: someText},
	"DateTime":       {constant: true, text: someText},
	"DateTimeOffset": {constant: true, text: someText},
	"Time":           {constant: true, text: someText},
	"Guid":           {constant: true, text: someText},
	"Binary":         {constant: true, text: anyText},
	"Path":           {constant: true, text: someText},

	"Null":                    {},
	"Collection":              {max: -1},
	"Record":                  {text: maybeText, record: true},
	"If":                      {min: 3, max: 3},
	"Apply":                   {text: maybeText, max: -1},
	"AssertType":              {text: someText, min: 1, max: 1},
	"IsType":                  {text: someText, min: 1, max: 1},
	"LabeledElement":          {text: someText, min: 1, max: 1},
	"LabeledElementReference": {text: someText},
	"EnumMemberReference":     {text: someText},
	"EntitySetReference":      {text: someText},
	"FunctionReference":       {text: someText},
	"ParameterReference":      {text: someText},
	"PropertyReference":       {text: someText, max: 1},
	"ValueTermReference":      {text: someText, max: 1},
}

func (r *resolver) checkExpr(at place, e *AnnotationExpr, depth int) {
	if depth > maxAnnotationDepth {
		r.report(at, "the annotation nests deeper than %d levels", maxAnnotationDepth)
		return
	}
	shape, known := exprShapes[e.Kind]
	if !known {
		r.report(at, "%q is no kind of annotation expression", e.Kind)
		return
	}
	switch {
	case e.Text == "" && shape.text == someText:
		r.report(at, "the %s expression is empty", e.Kind)
	case e.Text != "" && shape.text == noText:
		r.report(at, "a %s expression has no text", e.Kind)
	case e.Text != "":
		if problem := constantProblem(e.Kind, e.Text); problem != "" {
			r.report(at, "%q %s", e.Text, problem)
		}
	}
	if e.InAttribute && (!shape.constant || len(e.Attributes) > 0 || len(e.Elements) > 0) {
		r.report(at, "this %s expression cannot stand in an attribute", e.Kind)
	}
	if n := len(e.Items); n < shape.min || shape.max >= 0 && n > shape.max {
		r.report(at, "the %s expression has %d operands instead of %s", e.Kind, n, operands(shape))
	}
	for _, item := range e.Items {
		if item == nil {
			r.report(at, "an operand of the %s expression is nil", e.Kind)
		} else {
			r.checkExpr(at, item, depth+1)
		}
		if item != nil && item.InAttribute {
			r.report(at, "an operand of the %s expression cannot stand in an attribute", e.Kind)
		}
	}
	if len(e.Properties) > 0 && !shape.record {
		r.report(at, "a %s expression has no properties", e.Kind)
	}
	r.checkRecord(at, e.Properties, depth)
}

func operands(shape exprShape) string {
	if shape.min == shape.max {
		return strconv.Itoa(shape.min)
	}
	return fmt.Sprintf("%d to %d", shape.min, shape.max)
}

// isTypeList reports whether s is the rest of an overload: types and the closing
// parenthesis.
func isTypeList(s string) bool {
	list, closed := strings.CutSuffix(s, ")")
	return closed && !slices.Contains(strings.Split(list, ","), "")
}

// constantProblem says what keeps text from being what the kind needs. It judges
// only the kinds whose text is beyond doubt.
func constantProblem(kind, text string) string {
	var err error
	switch kind {
	case "Int":
		if _, err = strconv.ParseInt(text, 10, 64); err != nil {
			return "is no integer of 64 bits"
		}
	case "Float", "Decimal":
		if text == "INF" || text == "-INF" || text == "NaN" {
			break
		}
		if _, err = strconv.ParseFloat(text, 64); err != nil {
			return "is no number"
		}
	case "Bool":
		if text != "true" && text != "false" && text != "0" && text != "1" {
			return "is neither true nor false"
		}
	case "Guid":
		if _, err = edm.ParseGUID(text); err != nil {
			return "is no GUID"
		}
	case "FunctionReference":
		if name, types, overload := strings.Cut(text, "("); name == "" || overload && !isTypeList(types) {
			return "is no function, such as Demo.Area, or overload, such as Demo.Area(Edm.Int32,Edm.Int32)"
		}
	case "ValueTermReference":
		if term, qualifier, qualified := strings.Cut(text, "#"); term == "" || qualified && !isIdentifier(qualifier) {
			return "is no term, such as Demo.Title, or qualified term, such as Demo.Title#Phone"
		}
	}
	return ""
}
