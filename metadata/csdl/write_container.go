package csdl

import "github.com/pamodata/pamodata/metadata"

func (w *writer) container(box *metadata.EntityContainer) {
	w.open("EntityContainer")
	w.attr("Name", box.Name)
	w.optional("Extends", box.Extends)
	w.flag("m:IsDefaultEntityContainer", box.IsDefault)
	w.foreignAttributes(box.Attributes)
	w.documentation(box.Documentation)
	for _, s := range box.EntitySets {
		w.open("EntitySet")
		w.attr("Name", s.Name)
		w.attr("EntityType", s.EntityType)
		w.foreignAttributes(s.Attributes)
		w.documentation(s.Documentation)
		w.annotations(s.Annotations)
		w.foreign(s.Elements, "")
		w.close()
	}
	for _, f := range box.FunctionImports {
		w.functionImport(f)
	}
	for _, s := range box.AssociationSets {
		w.associationSet(s)
	}
	w.annotations(box.Annotations)
	w.foreign(box.Elements, "")
	w.close()
}

func (w *writer) functionImport(f *metadata.FunctionImport) {
	w.open("FunctionImport")
	w.attr("Name", f.Name)
	w.optional("ReturnType", f.ReturnType)
	w.optionalBool("IsSideEffecting", f.SideEffecting)
	w.flag("IsBindable", f.IsBindable)
	w.flag("IsComposable", f.IsComposable)
	w.optional("EntitySet", f.EntitySet)
	w.optional("EntitySetPath", f.EntitySetPath)
	w.flag("m:IsAlwaysBindable", f.IsAlwaysBindable)
	w.optional("m:HttpMethod", f.HTTPMethod)
	w.foreignAttributes(f.Attributes)
	w.documentation(f.Documentation)
	w.parameters(f.Parameters)
	w.annotations(f.Annotations)
	w.foreign(f.Elements, "")
	w.close()
}

func (w *writer) parameters(list []*metadata.Parameter) {
	for _, p := range list {
		w.open("Parameter")
		w.attr("Name", p.Name)
		w.attr("Type", p.Type)
		w.optional("Mode", p.Mode)
		w.facets(p.NotNull, &p.Facets)
		w.foreignAttributes(p.Attributes)
		w.documentation(p.Documentation)
		w.annotations(p.Annotations)
		w.foreign(p.Elements, "")
		w.close()
	}
}

func (w *writer) associationSet(s *metadata.AssociationSet) {
	w.open("AssociationSet")
	w.attr("Name", s.Name)
	w.attr("Association", s.Association)
	w.foreignAttributes(s.Attributes)
	w.documentation(s.Documentation)
	for i := range s.Ends {
		end := &s.Ends[i]
		w.open("End")
		w.attr("Role", end.Role)
		w.attr("EntitySet", end.EntitySet)
		w.foreignAttributes(end.Attributes)
		w.documentation(end.Documentation)
		w.foreign(end.Elements, "")
		w.close()
	}
	w.annotations(s.Annotations)
	w.foreign(s.Elements, "")
	w.close()
}

func (w *writer) function(f *metadata.Function) {
	w.open("Function")
	w.attr("Name", f.Name)
	w.attr("ReturnType", f.ReturnType)
	w.foreignAttributes(f.Attributes)
	w.documentation(f.Documentation)
	w.parameters(f.Parameters)
	if f.DefiningExpression != "" {
		w.text("DefiningExpression", f.DefiningExpression)
	}
	w.annotations(f.Annotations)
	w.foreign(f.Elements, "")
	w.close()
}

func (w *writer) valueTerm(t *metadata.ValueTerm) {
	w.open("ValueTerm")
	w.attr("Name", t.Name)
	w.attr("Type", t.Type)
	w.facets(t.NotNull, &t.Facets)
	w.foreignAttributes(t.Attributes)
	w.documentation(t.Documentation)
	w.foreign(t.Elements, "")
	w.close()
}
