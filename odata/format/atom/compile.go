package atom

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A compiler makes the plans of one encoder and of those nested in it.
type compiler struct {
	options   Options
	prefix    string // of elements that hold data, with its colon
	items     *itemTags
	encoders  format.Memo[*odata.Projection, encoder]
	complexes format.Memo[*metadata.ComplexType, complexPlan]

	// text holds the pieces of all plans, so that compiling for one request
	// takes few allocations. Pieces stay valid when it moves.
	text []byte
}

// encoder plans p, once.
func (c *compiler) encoder(p *odata.Projection) *encoder {
	return c.encoders.Of(p, func(e *encoder) { c.plan(e, p) })
}

func (c *compiler) plan(e *encoder, p *odata.Projection) {
	if c.text == nil {
		c.text = make([]byte, 0, 512+96*len(p.Fields)+256*len(p.Navigation))
	}
	e.options, e.projection, e.dynamic = c.options, p, format.DynamicsOf(p)
	if format.Addressed(p) {
		e.set = format.AppendSetURL(nil, p.Set)
	}
	e.plans = format.PlansOf(p, func(t *metadata.EntityType) *entryPlan { return c.entity(e, t) })
}

// entity plans the entities of exactly type t.
func (c *compiler) entity(e *encoder, t *metadata.EntityType) *entryPlan {
	p, addressed := e.projection, e.set != nil
	plan := &entryPlan{identified: c.identified(p, t, addressed), fields: make([]fieldPlan, 0, len(p.Fields))}
	for i := range p.Navigation {
		n := &p.Navigation[i]
		if inline := format.Inlines(t, n); inline || addressed && format.Has(t, n.Only) {
			plan.navigation = append(plan.navigation, c.navigation(p, t, n, addressed, inline))
		}
	}
	if addressed {
		plan.segment = format.AppendEditSegment(nil, p.Set, t)
		plan.streams = c.streams(p, t)
		plan.operations = c.operations(p, t)
		if t.IsMediaEntity() {
			plan.media = c.pieces(`<link rel="edit-media" title="`, escaped(p.Type.Name), `" href="`)
		}
	}
	custom, hides := c.custom(p, t)
	plan.custom = custom
	for _, f := range p.Fields {
		if format.Has(t, f.Only) {
			field := c.field(f.Property, f.Index, f.Property.Name, hides)
			if n := len(plan.fields); n > 0 {
				start := len(c.text)
				c.text = append(append(c.text, plan.fields[n-1].end...), field.start...)
				field.next = c.piece(start)
			}
			plan.fields = append(plan.fields, field)
		}
	}
	return plan
}

// identified is the category of a type that is known, and the start of the edit
// link, whose title is the name of the type the reader expects.
func (c *compiler) identified(p *odata.Projection, t *metadata.EntityType, addressed bool) []byte {
	start := len(c.text)
	if addressed {
		c.text = append(c.text, `</id>`...)
	}
	if !t.Abstract {
		c.text = append(c.text, `<category term="`...)
		c.text = appendAttribute(c.text, t.QualifiedName())
		c.text = append(c.text, `" scheme="`+typeScheme+`" />`...)
	}
	if addressed {
		c.text = append(c.text, `<link rel="edit" title="`...)
		c.text = appendAttribute(c.text, p.Type.Name)
		c.text = append(c.text, `" href="`...)
	}
	return c.piece(start)
}

func (c *compiler) navigation(p *odata.Projection, t *metadata.EntityType, n *odata.ProjectedNavigation, addressed, inline bool) navigationPlan {
	name := escaped(n.Nav.Name)
	plan := navigationPlan{title: []byte(name), index: -1, collection: n.Nav.IsCollection()}
	typ := "entry"
	if plan.collection {
		typ = "feed"
	}
	plan.link = c.pieces(`<link rel="`, navigationRel, name, `" type="application/atom+xml;type=`, typ, `" title="`, name, `"`)
	if inline {
		plan.index = n.Index
		plan.expanded = c.encoder(n.Expanded)
	}
	if addressed {
		plan.path = c.path(n.Nav.Name)
		start := len(c.text)
		c.text = format.AppendRestPath(c.text, p.Set, t, n.Nav)
		plan.rest = c.piece(start)
		if c.options.AssociationLinks {
			plan.association = c.pieces(`<link rel="`, associationRel, name, `" type="application/xml" title="`, name, `" href="`)
		}
	}
	return plan
}

// streams plans the links of the named streams that entities of type t have.
func (c *compiler) streams(p *odata.Projection, t *metadata.EntityType) (plans []streamPlan) {
	if c.options.Before3 {
		return nil
	}
	for i, s := range format.Streams(p, t) {
		name := escaped(s.Name)
		plans = append(plans, streamPlan{
			read:  c.pieces(`<link rel="`, streamReadRel, name, `"`),
			edit:  c.pieces(`<link rel="`, streamEditRel, name, `"`),
			title: c.pieces(` title="`, name, `" href="`),
			path:  c.path(s.Name),
			index: i,
		})
	}
	return plans
}

// field plans a structural property. path leads to it from the entity; hides
// says which paths stay out of the content.
func (c *compiler) field(p *metadata.Property, index int, path string, hides hidings) fieldPlan {
	plan := c.element(c.name(p.Name), "", p.TypeRef())
	plan.index, plan.hides = index, hides[path]
	if t := p.TypeRef().Complex; plan.shape == object && hides.within(path) {
		plan.item = c.complexWithin(t, path, hides)
	} else {
		plan.item = c.complex(t)
	}
	plan.simple = plan.shape == primitive && plan.hides == shown
	return plan
}

// element plans the element called name for values of type t. attributes are
// written before those that t needs.
func (c *compiler) element(name, attributes string, t metadata.TypeRef) fieldPlan {
	if c.options.Before3 && t.Kind.IsSpatial() {
		attributes += gmlSpace
	}
	typed := attributes
	if typ := format.TypeName(t); typ != stringType {
		typed += ` m:type="` + escaped(typ) + `"`
	}
	plan := fieldPlan{start: c.pieces("<", name, typed, ">"), end: c.pieces("</", name, ">")}
	switch {
	case t.Collection:
		plan.shape, plan.tags = list, c.items
		return plan // never null
	case t.Complex != nil:
		plan.shape = object
	}
	if c.options.TypedNulls {
		attributes = typed
	}
	plan.null = c.pieces("<", name, attributes, ` m:null="true" />`)
	return plan
}

// complex plans the values of type t, once; nil for none.
func (c *compiler) complex(t *metadata.ComplexType) *complexPlan {
	if t == nil {
		return nil
	}
	return c.complexes.Of(t, func(plan *complexPlan) {
		for i, member := range t.AllProperties() {
			plan.members = append(plan.members, c.field(member, i, member.Name, nil))
		}
	})
}

// complexWithin plans the value at path, of which parts are hidden.
func (c *compiler) complexWithin(t *metadata.ComplexType, path string, hides hidings) *complexPlan {
	plan := &complexPlan{hides: true}
	for i, member := range t.AllProperties() {
		plan.members = append(plan.members, c.field(member, i, path+"/"+member.Name, hides))
	}
	return plan
}

const stringType = "Edm.String"

// escaped is text as the text of an attribute.
func escaped(text string) string { return string(appendAttribute(nil, text)) }

// name is the element name of a property.
func (c *compiler) name(property string) string { return c.prefix + elementName(property) }

// path is the path segment of a property.
func (c *compiler) path(property string) []byte {
	start := len(c.text)
	c.text = format.AppendURLName(append(c.text, '/'), property)
	return c.piece(start)
}

// pieces joins the parts of one text.
func (c *compiler) pieces(parts ...string) []byte {
	start := len(c.text)
	for _, p := range parts {
		c.text = append(c.text, p...)
	}
	return c.piece(start)
}

// piece is the text since start.
func (c *compiler) piece(start int) []byte { return c.text[start:len(c.text):len(c.text)] }
