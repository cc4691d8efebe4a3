package csdl

import (
	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

func (r *reader) container(e *etree.Element) *metadata.EntityContainer {
	box := &metadata.EntityContainer{}
	r.attributes(e, &box.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			box.Name = value
		case "Extends":
			box.Extends = value
		case "m:IsDefaultEntityContainer":
			box.IsDefault = r.bool(e, name, value)
		default:
			return false
		}
		return true
	})
	r.children(e, &box.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &box.Documentation)
		case "EntitySet":
			box.EntitySets = append(box.EntitySets, r.entitySet(c))
		case "AssociationSet":
			box.AssociationSets = append(box.AssociationSets, r.associationSet(c))
		case "FunctionImport":
			box.FunctionImports = append(box.FunctionImports, r.functionImport(c))
		default:
			return r.annotation(c, &box.Annotations)
		}
		return true
	})
	return box
}

func (r *reader) entitySet(e *etree.Element) *metadata.EntitySet {
	s := &metadata.EntitySet{}
	r.attributes(e, &s.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			s.Name = value
		case "EntityType":
			s.EntityType = value
		default:
			return false
		}
		return true
	})
	r.children(e, &s.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &s.Documentation)
			return true
		}
		return r.annotation(c, &s.Annotations)
	})
	return s
}

func (r *reader) associationSet(e *etree.Element) *metadata.AssociationSet {
	s := &metadata.AssociationSet{}
	r.attributes(e, &s.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			s.Name = value
		case "Association":
			s.Association = value
		default:
			return false
		}
		return true
	})
	ends := 0
	r.children(e, &s.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &s.Documentation)
		case "End":
			if ends < len(s.Ends) {
				s.Ends[ends] = r.associationSetEnd(c)
			}
			ends++
		default:
			return r.annotation(c, &s.Annotations)
		}
		return true
	})
	if ends != len(s.Ends) {
		r.fail(e, "the association set %s has %d ends instead of 2", s.Name, ends)
	}
	return s
}

func (r *reader) associationSetEnd(e *etree.Element) metadata.AssociationSetEnd {
	var end metadata.AssociationSetEnd
	r.attributes(e, &end.Extensions, func(name, value string) bool {
		switch name {
		case "Role":
			end.Role = value
		case "EntitySet":
			end.EntitySet = value
		default:
			return false
		}
		return true
	})
	r.children(e, &end.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &end.Documentation)
			return true
		}
		return false
	})
	return end
}

func (r *reader) functionImport(e *etree.Element) *metadata.FunctionImport {
	f := &metadata.FunctionImport{}
	r.attributes(e, &f.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			f.Name = value
		case "ReturnType":
			f.ReturnType = value
		case "EntitySet":
			f.EntitySet = value
		case "EntitySetPath":
			f.EntitySetPath = value
		case "IsSideEffecting":
			f.SideEffecting = new(r.bool(e, name, value))
		case "IsBindable":
			f.IsBindable = r.bool(e, name, value)
		case "IsComposable":
			f.IsComposable = r.bool(e, name, value)
		case "m:IsAlwaysBindable":
			f.IsAlwaysBindable = r.bool(e, name, value)
		case "m:HttpMethod":
			f.HTTPMethod = value
		default:
			return false
		}
		return true
	})
	r.children(e, &f.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &f.Documentation)
		case "Parameter":
			f.Parameters = append(f.Parameters, r.parameter(c))
		case "ReturnType":
			r.returnType(c, &f.ReturnType, &f.EntitySet, &f.EntitySetPath)
		default:
			return r.annotation(c, &f.Annotations)
		}
		return true
	})
	return f
}

// returnType reads the element form of a return type, which for imports carries
// the entity set too. Of several result sets, which Entity Framework allows,
// OData can serve none.
func (r *reader) returnType(e *etree.Element, typ, set, path *string) {
	var notNull bool
	t := typeReader{typ: typ, notNull: &notNull, facets: &metadata.Facets{}}
	var x metadata.Extensions
	r.attributes(e, &x, func(name, value string) bool {
		to := set
		switch {
		case name == "EntitySet" && set != nil:
		case name == "EntitySetPath" && path != nil:
			to = path
		default:
			return t.attribute(r, e, name, value)
		}
		if *to != "" {
			r.fail(e, "%s is given twice", name)
		}
		*to = value
		return true
	})
	r.children(e, &x, func(c *etree.Element) bool { return t.child(r, c) })
	switch {
	case len(x.Attributes) > 0 || len(x.Elements) > 0:
		r.fail(e, "the element ReturnType cannot be extended")
	case *typ == "":
		r.fail(e, "the element ReturnType names no type")
	case notNull || *t.facets != (metadata.Facets{}):
		r.fail(e, "facets of a return type are not supported")
	}
}

func (r *reader) parameter(e *etree.Element) *metadata.Parameter {
	p := &metadata.Parameter{}
	typ := typeReader{typ: &p.Type, notNull: &p.NotNull, facets: &p.Facets}
	r.attributes(e, &p.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			p.Name = value
		case "Mode":
			p.Mode = value
		default:
			return typ.attribute(r, e, name, value)
		}
		return true
	})
	r.children(e, &p.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &p.Documentation)
			return true
		}
		return typ.child(r, c) || r.annotation(c, &p.Annotations)
	})
	return p
}

func (r *reader) function(e *etree.Element) *metadata.Function {
	f := &metadata.Function{}
	r.attributes(e, &f.Extensions, func(name, value string) bool {
		switch name {
		case "Name":
			f.Name = value
		case "ReturnType":
			f.ReturnType = value
		default:
			return false
		}
		return true
	})
	expressions := 0
	r.children(e, &f.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &f.Documentation)
		case "Parameter":
			f.Parameters = append(f.Parameters, r.parameter(c))
		case "ReturnType":
			r.returnType(c, &f.ReturnType, nil, nil)
		case "DefiningExpression":
			if expressions++; expressions > 1 {
				r.fail(c, "there is a second DefiningExpression element")
			}
			f.DefiningExpression = r.text(c)
		default:
			return r.annotation(c, &f.Annotations)
		}
		return true
	})
	return f
}

func (r *reader) valueTerm(e *etree.Element) *metadata.ValueTerm {
	t := &metadata.ValueTerm{}
	typ := typeReader{typ: &t.Type, notNull: &t.NotNull, facets: &t.Facets}
	r.attributes(e, &t.Extensions, func(name, value string) bool {
		if name == "Name" {
			t.Name = value
			return true
		}
		return typ.attribute(r, e, name, value)
	})
	r.children(e, &t.Extensions, func(c *etree.Element) bool {
		if c.Tag == "Documentation" {
			r.documentation(c, &t.Documentation)
			return true
		}
		return typ.child(r, c)
	})
	return t
}
