package csdl

import (
	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

func (r *reader) association(e *etree.Element) *metadata.Association {
	a := &metadata.Association{}
	r.attributes(e, &a.Extensions, func(name, value string) bool {
		if name == "Name" {
			a.Name = value
		}
		return name == "Name"
	})
	ends := 0
	r.children(e, &a.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &a.Documentation)
		case "End":
			if ends < len(a.Ends) {
				a.Ends[ends] = r.associationEnd(c)
			}
			ends++
		case "ReferentialConstraint":
			if a.Constraint != nil {
				r.fail(c, "there is a second ReferentialConstraint element")
			}
			a.Constraint = r.constraint(c)
		default:
			return r.annotation(c, &a.Annotations)
		}
		return true
	})
	if ends != len(a.Ends) {
		r.fail(e, "the association %s has %d ends instead of 2", a.Name, ends)
	}
	return a
}

func (r *reader) associationEnd(e *etree.Element) metadata.AssociationEnd {
	var end metadata.AssociationEnd
	r.attributes(e, &end.Extensions, func(name, value string) bool {
		switch name {
		case "Type":
			end.Type = value
		case "Role":
			end.Role = value
		case "Multiplicity":
			end.Multiplicity = oneOf(r, e, name, value, map[string]metadata.Multiplicity{
				"0..1": metadata.ZeroOrOne, "1": metadata.One, "*": metadata.Many})
		default:
			return false
		}
		return true
	})
	r.children(e, &end.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Documentation":
			r.documentation(c, &end.Documentation)
		case "OnDelete":
			if end.OnDelete != metadata.OnDeleteAbsent {
				r.fail(c, "there is a second OnDelete element")
			}
			end.OnDelete = r.onDelete(c)
		default:
			return false
		}
		return true
	})
	return end
}

func (r *reader) onDelete(e *etree.Element) metadata.OnDelete {
	var x metadata.Extensions
	action := metadata.OnDeleteAbsent
	r.attributes(e, &x, func(name, value string) bool {
		if name == "Action" {
			action = oneOf(r, e, name, value, map[string]metadata.OnDelete{
				"None": metadata.OnDeleteNone, "Cascade": metadata.OnDeleteCascade})
		}
		return name == "Action"
	})
	r.children(e, &x, none)
	if len(x.Attributes) > 0 || len(x.Elements) > 0 {
		r.fail(e, "the element OnDelete cannot be extended")
	}
	if action == metadata.OnDeleteAbsent {
		r.fail(e, "the element OnDelete has no Action")
	}
	return action
}

func (r *reader) constraint(e *etree.Element) *metadata.ReferentialConstraint {
	c := &metadata.ReferentialConstraint{}
	r.attributes(e, &c.Extensions, refuse)
	seen := map[string]bool{}
	r.children(e, &c.Extensions, func(side *etree.Element) bool {
		switch side.Tag {
		case "Documentation":
			r.documentation(side, &c.Documentation)
			return true
		case "Principal":
			c.PrincipalRole = side.SelectAttrValue("Role", "")
			c.PrincipalProperties = r.propertyRefs(side, "Role")
		case "Dependent":
			c.DependentRole = side.SelectAttrValue("Role", "")
			c.DependentProperties = r.propertyRefs(side, "Role")
		default:
			return false
		}
		if seen[side.Tag] {
			r.fail(side, "there is a second %s element", side.Tag)
		}
		seen[side.Tag] = true
		return true
	})
	for _, tag := range []string{"Principal", "Dependent"} {
		if !seen[tag] {
			r.fail(e, "the element ReferentialConstraint has no %s", tag)
		}
	}
	return c
}
