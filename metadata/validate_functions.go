package metadata

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// checkFunctions checks model-defined functions. Unlike everything else they can
// take and return references, written "Ref(Demo.Customer)".
func (r *resolver) checkFunctions() {
	seen := map[string]bool{}
	for sc, f := range r.functions.all() {
		of := place{element: f.QualifiedName()}
		r.checkName(of, "function", f.Name)
		var signature strings.Builder
		signature.WriteString(of.element)
		names := nameSet{}
		for _, p := range f.Parameters {
			at := of.member(p.Name, "")
			r.checkName(at, "parameter", p.Name)
			r.checkUnique(at, names, "parameter", p.Name)
			if p.Mode != "" && p.Mode != "In" {
				r.report(at, "Mode is %q: the parameters of a function are In", p.Mode)
			}
			p.ref = r.linkFunctionType(sc, at, &p.Type)
			signature.WriteString("," + p.Type)
			if !p.ref.IsZero() {
				r.checkFacets(at, p.ref, &p.Facets)
			}
		}
		r.linkFunctionType(sc, of, &f.ReturnType)
		if seen[signature.String()] {
			r.report(of, "two functions of this name have parameters of the same types")
		}
		seen[signature.String()] = true
	}
}

// linkFunctionType resolves the type of a parameter or result; a reference has
// the zero TypeRef.
func (r *resolver) linkFunctionType(sc *scope, at place, text *string) TypeRef {
	if *text == "" {
		r.report(at, "the type is missing")
		return TypeRef{}
	}
	item, collection := cutCollection(*text)
	if target, ok := strings.CutPrefix(item, "Ref("); ok && strings.HasSuffix(target, ")") {
		target = target[:len(target)-1]
		t := r.index.entities[sc.expand(target)]
		if t == nil {
			r.report(at, "there is no entity type %s to refer to", sc.expand(target))
			return TypeRef{}
		}
		item = "Ref(" + t.QualifiedName() + ")"
		if collection {
			item = "Collection(" + item + ")"
		}
		assign(r, text, item)
		return TypeRef{}
	}
	ref, ok := r.typeRef(sc, *text)
	switch {
	case !ok:
		r.report(at, "there is no type %s", *text)
	case ref.Kind == edm.KindStream:
		r.report(at, "a function cannot take or return streams")
	default:
		assign(r, text, ref.String())
	}
	return ref
}

func (r *resolver) checkValueTerms() {
	for sc, t := range r.valueTerms.all() {
		at := place{element: t.QualifiedName()}
		if t.Type == "" {
			r.report(at, "the value term has no type")
			continue
		}
		ref, ok := r.typeRef(sc, t.Type)
		if !ok {
			r.report(at, "there is no type %s", t.Type)
			continue
		}
		assign(r, &t.Type, ref.String())
		r.checkFacets(at, ref, &t.Facets)
	}
}
