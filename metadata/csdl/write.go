package csdl

import (
	"fmt"
	"io"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// Write writes the model as a $metadata document, indented by two spaces.
// Attributes that have their default value are left out. A model that is not
// resolved yet is resolved first.
//
// It fails on mistakes in the model ([metadata.Errors]), on text that XML cannot
// hold, such as control characters, and with the errors of w. Nothing is written
// unless the whole document can be.
func Write(w io.Writer, m *metadata.Model) error {
	doc, err := document(m)
	if err != nil {
		return err
	}
	_, err = doc.WriteTo(w)
	return err
}

// Marshal returns the document that [Write] writes.
func Marshal(m *metadata.Model) ([]byte, error) {
	doc, err := document(m)
	if err != nil {
		return nil, err
	}
	return doc.WriteToBytes()
}

func document(m *metadata.Model) (*etree.Document, error) {
	if err := m.Resolve(); err != nil {
		return nil, err
	}
	doc := etree.NewDocument()
	doc.WriteSettings = canonical
	doc.CreateProcInst("xml", `version="1.0" encoding="utf-8"`)
	w := &writer{at: &doc.Element}

	w.open("edmx:Edmx")
	w.attr("Version", edmxVersion)
	w.attr("xmlns:edmx", edmxSpace)
	services, references := w.splitReferences(m.Elements)
	w.foreign(references, edmxSpace)
	w.open("edmx:DataServices")
	w.prefixes = &prefixes{}
	w.attr("m:DataServiceVersion", m.DataServiceVersion)
	w.attr("m:MaxDataServiceVersion", m.MaxDataServiceVersion)
	w.attr("xmlns:m", metadataSpace)
	w.foreignAttributes(m.Attributes)
	w.prefixes.declare(w)
	for _, s := range m.Schemas {
		w.schema(s)
	}
	w.foreign(services, "")
	w.close()
	w.close()
	doc.CreateText("\n")
	if w.err != nil {
		return nil, w.err
	}
	return doc, nil
}

// splitReferences tells the model's extensions apart: references to other
// documents belong to Edmx, the others into DataServices.
func (w *writer) splitReferences(elements []string) (services, references []string) {
	for _, text := range elements {
		e, err := parseForeign(text)
		if err == nil && spaceOf(e) == edmxSpace && (e.Tag == "Reference" || e.Tag == "AnnotationsReference") {
			references = append(references, text)
		} else {
			services = append(services, text)
		}
	}
	return services, references
}

func (w *writer) schema(s *metadata.Schema) {
	w.open("Schema")
	w.attr("Namespace", s.Namespace)
	w.optional("Alias", s.Alias)
	w.attr("xmlns", schemaSpaces[s.Version])
	outer := w.prefixes
	w.prefixes = &prefixes{}

	w.foreignAttributes(s.Attributes)
	w.documentation(s.Documentation)
	for _, u := range s.Usings {
		w.open("Using")
		w.attr("Namespace", u.Namespace)
		w.optional("Alias", u.Alias)
		w.foreignAttributes(u.Attributes)
		w.documentation(u.Documentation)
		w.foreign(u.Elements, "")
		w.close()
	}
	for _, t := range s.EntityTypes {
		w.entityType(t)
	}
	for _, t := range s.ComplexTypes {
		w.complexType(t)
	}
	for _, t := range s.EnumTypes {
		w.enumType(t)
	}
	for _, a := range s.Associations {
		w.association(a)
	}
	for _, f := range s.Functions {
		w.function(f)
	}
	for _, t := range s.ValueTerms {
		w.valueTerm(t)
	}
	for _, c := range s.Containers {
		w.container(c)
	}
	for _, a := range s.Annotations {
		w.open("Annotations")
		w.attr("Target", a.Target)
		w.optional("Qualifier", a.Qualifier)
		w.foreignAttributes(a.Attributes)
		w.annotations(a.Annotations)
		w.foreign(a.Elements, "")
		w.close()
	}
	w.foreign(s.Elements, "")

	w.prefixes.declare(w)
	w.prefixes = outer
	w.close()
}

// prefixes are the namespace prefixes one element declares for what is in it.
type prefixes struct{ declared []binding }

// of finds the prefix of a namespace, making one where there is none.
func (p *prefixes) of(space string) string {
	switch space {
	case metadataSpace:
		return "m" // declared by DataServices
	case xmlSpace:
		return "xml"
	}
	for _, b := range p.declared {
		if b.space == space {
			return b.prefix
		}
	}
	prefix := "annotation"
	if space != annotationSpace {
		prefix = fmt.Sprintf("p%d", 1+len(p.declared))
	}
	p.declared = append(p.declared, binding{prefix, space})
	return prefix
}

// declare writes the declarations onto the open element, which contains all the
// uses.
func (p *prefixes) declare(w *writer) {
	for _, b := range p.declared {
		w.attr("xmlns:"+b.prefix, b.space)
	}
}
