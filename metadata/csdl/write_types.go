package csdl

import (
	"fmt"
	"strconv"

	"github.com/pamodata/pamodata/metadata"
)

func (w *writer) entityType(t *metadata.EntityType) {
	w.open("EntityType")
	w.attr("Name", t.Name)
	w.optional("BaseType", t.BaseType)
	w.flag("Abstract", t.Abstract)
	w.flag("OpenType", t.OpenType)
	w.flag("m:HasStream", t.HasStream)
	w.feedMappings(t.FeedMappings)
	w.foreignAttributes(t.Attributes)
	w.documentation(t.Documentation)
	if len(t.Key) > 0 {
		w.open("Key")
		w.propertyRefs(t.Key)
		w.close()
	}
	for _, p := range t.Properties {
		w.property(p)
	}
	for _, n := range t.NavigationProperties {
		w.open("NavigationProperty")
		w.attr("Name", n.Name)
		w.attr("Relationship", n.Relationship)
		w.attr("ToRole", n.ToRole)
		w.attr("FromRole", n.FromRole)
		w.flag("ContainsTarget", n.ContainsTarget)
		w.foreignAttributes(n.Attributes)
		w.documentation(n.Documentation)
		w.annotations(n.Annotations)
		w.foreign(n.Elements, "")
		w.close()
	}
	w.annotations(t.Annotations)
	w.foreign(t.Elements, "")
	w.close()
}

func (w *writer) propertyRefs(names []string) {
	for _, name := range names {
		w.open("PropertyRef")
		w.attr("Name", name)
		w.close()
	}
}

func (w *writer) complexType(t *metadata.ComplexType) {
	w.open("ComplexType")
	w.attr("Name", t.Name)
	w.optional("BaseType", t.BaseType)
	w.flag("Abstract", t.Abstract)
	w.foreignAttributes(t.Attributes)
	w.documentation(t.Documentation)
	for _, p := range t.Properties {
		w.property(p)
	}
	w.annotations(t.Annotations)
	w.foreign(t.Elements, "")
	w.close()
}

func (w *writer) enumType(t *metadata.EnumType) {
	w.open("EnumType")
	w.attr("Name", t.Name)
	w.optional("UnderlyingType", t.UnderlyingType)
	w.flag("IsFlags", t.IsFlags)
	w.foreignAttributes(t.Attributes)
	w.documentation(t.Documentation)
	for _, m := range t.Members {
		w.open("Member")
		w.attr("Name", m.Name)
		if m.Value != nil {
			w.attr("Value", strconv.FormatInt(*m.Value, 10))
		}
		w.foreignAttributes(m.Attributes)
		w.documentation(m.Documentation)
		w.annotations(m.Annotations)
		w.foreign(m.Elements, "")
		w.close()
	}
	w.annotations(t.Annotations)
	w.foreign(t.Elements, "")
	w.close()
}

var concurrencyModes = map[metadata.ConcurrencyMode]string{
	metadata.ConcurrencyNone:  "None",
	metadata.ConcurrencyFixed: "Fixed",
}

var storeGeneratedPatterns = map[metadata.StoreGenerated]string{
	metadata.StoreGeneratedNone:     "None",
	metadata.StoreGeneratedIdentity: "Identity",
	metadata.StoreGeneratedComputed: "Computed",
}

func (w *writer) property(p *metadata.Property) {
	w.open("Property")
	w.attr("Name", p.Name)
	w.attr("Type", p.Type)
	w.optional("CollectionKind", p.CollectionKind)
	w.optional("ConcurrencyMode", concurrencyModes[p.ConcurrencyMode])
	w.facets(p.NotNull, &p.Facets)
	w.optional("m:MimeType", p.MimeType)
	w.feedMappings(p.FeedMappings)
	if pattern := storeGeneratedPatterns[p.StoreGenerated]; pattern != "" {
		w.attr(w.prefixes.of(annotationSpace)+":StoreGeneratedPattern", pattern)
	}
	w.foreignAttributes(p.Attributes)
	w.documentation(p.Documentation)
	w.annotations(p.Annotations)
	w.foreign(p.Elements, "")
	w.close()
}

// feedMappings writes m:FC_ attributes; from the second mapping on they are
// numbered. Source: OData V3, CSDL extensions, customizable feeds.
func (w *writer) feedMappings(list []metadata.FeedMapping) {
	for i, f := range list {
		number := ""
		if i > 0 {
			number = fmt.Sprintf("_%d", i)
		}
		w.optional("m:FC_SourcePath"+number, f.SourcePath)
		w.optional("m:FC_TargetPath"+number, f.TargetPath)
		w.optional("m:FC_NsUri"+number, f.NsURI)
		w.optional("m:FC_NsPrefix"+number, f.NsPrefix)
		w.optional("m:FC_ContentKind"+number, f.ContentKind)
		w.optionalBool("m:FC_KeepInContent"+number, f.KeepInContent)
	}
}

var onDeleteActions = map[metadata.OnDelete]string{
	metadata.OnDeleteNone:    "None",
	metadata.OnDeleteCascade: "Cascade",
}

func (w *writer) association(a *metadata.Association) {
	w.open("Association")
	w.attr("Name", a.Name)
	w.foreignAttributes(a.Attributes)
	w.documentation(a.Documentation)
	for i := range a.Ends {
		end := &a.Ends[i]
		w.open("End")
		w.attr("Type", end.Type)
		w.attr("Role", end.Role)
		w.attr("Multiplicity", end.Multiplicity.String())
		w.foreignAttributes(end.Attributes)
		w.documentation(end.Documentation)
		if action := onDeleteActions[end.OnDelete]; action != "" {
			w.open("OnDelete")
			w.attr("Action", action)
			w.close()
		}
		w.foreign(end.Elements, "")
		w.close()
	}
	if c := a.Constraint; c != nil {
		w.open("ReferentialConstraint")
		w.foreignAttributes(c.Attributes)
		w.documentation(c.Documentation)
		w.open("Principal")
		w.attr("Role", c.PrincipalRole)
		w.propertyRefs(c.PrincipalProperties)
		w.close()
		w.open("Dependent")
		w.attr("Role", c.DependentRole)
		w.propertyRefs(c.DependentProperties)
		w.close()
		w.foreign(c.Elements, "")
		w.close()
	}
	w.annotations(a.Annotations)
	w.foreign(a.Elements, "")
	w.close()
}
