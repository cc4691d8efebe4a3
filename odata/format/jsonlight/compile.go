package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A compiler makes the plans of one encoder and of those nested in it.
type compiler struct {
	level     Level
	encoders  map[*odata.Projection]*encoder
	complexes map[*metadata.ComplexType]*complexPlan

	// text holds the pieces of all plans, so that compiling for one request
	// takes few allocations. Pieces stay valid when it moves.
	text []byte
}

// encoder plans p. Each projection is planned once, though every type of a
// hierarchy expands the same one: otherwise the plans would multiply with each
// level of $expand.
func (c *compiler) encoder(p *odata.Projection) *encoder {
	if e, ok := c.encoders[p]; ok {
		return e
	}
	e := &encoder{level: c.level, projection: p}
	c.encoders[p] = e
	if p.Set != nil && len(p.Key) > 0 {
		e.set = format.AppendSetURL(nil, p.Set)
	}
	if c.level != None {
		e.feed = appendEntityFragment(nil, p, false)
		e.entry = appendEntityFragment(nil, p, true)
	}
	e.own = c.entity(p, p.Type, e.set != nil)
	for _, t := range p.Type.DerivedTypes() {
		if t.Abstract {
			continue
		}
		if e.derived == nil {
			e.derived = map[*metadata.EntityType]*entryPlan{}
		}
		e.derived[t] = c.entity(p, t, e.set != nil)
	}
	return e
}

// entity plans the entities of exactly type t. addressed tells that they have a
// URL, without which nothing can be linked.
func (c *compiler) entity(p *odata.Projection, t *metadata.EntityType, addressed bool) *entryPlan {
	plan := &entryPlan{}
	linked := addressed && c.level == Full
	if c.level == Full || c.level == Minimal && t != p.Type {
		plan.typ = c.instanceType(t.QualifiedName())
	}
	if addressed && t != p.Set.Type() {
		plan.segment = format.AppendTypeSegment(nil, t)
	}
	plan.media = addressed && c.level != None && isMedia(t)
	for i := range p.Navigation {
		n := &p.Navigation[i]
		if has(t, n.Only) && (linked || n.Expanded != nil) {
			plan.navigation = append(plan.navigation, c.navigation(n, linked))
		}
	}
	for i, f := range p.Fields {
		if has(t, f.Only) {
			plan.fields = c.addField(plan.fields, f.Property, f.Index, len(p.Fields)-1-i)
		}
	}
	for _, s := range p.Streams {
		if linked && t.Property(s.Name) == s {
			plan.streams = append(plan.streams, c.stream(s.Name))
		}
	}
	return plan
}

// has tells whether entities of type t have a property restricted to only.
func has(t, only *metadata.EntityType) bool { return only == nil || t.Is(only) }

// isMedia tells whether t or a type it extends is a media entity.
func isMedia(t *metadata.EntityType) bool {
	for ; t != nil; t = t.Base() {
		if t.HasStream {
			return true
		}
	}
	return false
}

func (c *compiler) navigation(n *odata.ProjectedNavigation, linked bool) navigationPlan {
	plan := navigationPlan{name: c.member(n.Nav.Name), index: -1, collection: n.Nav.IsCollection()}
	if n.Expanded != nil {
		plan.index = n.Index
		plan.expanded = c.encoder(n.Expanded)
	}
	if linked {
		plan.links[0] = c.annotation(n.Nav.Name, `@odata.navigationLinkUrl":"`)
		start := len(c.text)
		c.text = format.AppendURLName(append(c.text, '/'), n.Nav.Name)
		c.text = append(c.text, `","`...)
		c.text = format.AppendJSONText(c.text, n.Nav.Name)
		c.text = append(c.text, `@odata.associationLinkUrl":"`...)
		plan.links[1] = c.piece(start)
		start = len(c.text)
		c.text = format.AppendURLName(append(c.text, "/$links/"...), n.Nav.Name)
		c.text = append(c.text, '"')
		plan.links[2] = c.piece(start)
	}
	return plan
}

func (c *compiler) stream(name string) streamPlan {
	plan := streamPlan{name: c.annotation(name, `@odata.mediaEditLink":"`)}
	start := len(c.text)
	c.text = format.AppendURLName(append(c.text, '/'), name)
	c.text = append(c.text, '"')
	plan.path = c.piece(start)
	return plan
}

// addField appends the plan for one property to runs. At most left more follow.
func (c *compiler) addField(runs []fieldRun, p *metadata.Property, index, left int) []fieldRun {
	if len(runs) == 0 || runs[len(runs)-1].last != nil {
		runs = append(runs, fieldRun{})
	}
	run, name, t := &runs[len(runs)-1], p.Name, p.TypeRef()
	if c.shape(t) == plain {
		if run.plain == nil {
			run.plain = make([]format.JSONField, 0, min(left+1, 8))
		}
		run.plain = append(run.plain, format.NewJSONField(name, index))
	} else {
		run.last = c.field(name, t, index)
	}
	return runs
}

func (c *compiler) field(name string, t metadata.TypeRef, index int) *fieldPlan {
	plan := &fieldPlan{name: c.member(name), index: index, shape: c.shape(t), item: c.complex(t.Complex)}
	if c.level == Full && plan.shape != plain && plan.shape != object {
		plan.typed = c.typedMember(name, typeName(t))
	}
	return plan
}

func (c *compiler) shape(t metadata.TypeRef) shape {
	switch {
	case t.Collection:
		return list
	case t.Complex != nil:
		return object
	case c.level != Full:
		return plain
	}
	switch t.Kind {
	case edm.KindString, edm.KindInt32, edm.KindBoolean:
		return plain // JSON shows these types
	case edm.KindDouble:
		return typedFloat
	}
	return typed
}

// complex plans the values of type t; nil for none. Each type is planned once:
// types may contain themselves through collections.
func (c *compiler) complex(t *metadata.ComplexType) *complexPlan {
	if t == nil {
		return nil
	}
	if plan, ok := c.complexes[t]; ok {
		return plan
	}
	if c.complexes == nil {
		c.complexes = map[*metadata.ComplexType]*complexPlan{}
	}
	plan := &complexPlan{}
	c.complexes[t] = plan
	if c.level == Full {
		plan.typ = c.instanceType(t.QualifiedName())
	}
	members := t.AllProperties()
	for i, member := range members {
		plan.members = c.addField(plan.members, member, i, len(members)-1-i)
	}
	return plan
}

// instanceType is the annotation that tells an object's type.
func (c *compiler) instanceType(name string) []byte {
	start := len(c.text)
	c.text = format.AppendJSONString(append(c.text, `,"odata.type":`...), name)
	return c.piece(start)
}

// member is the name of a member, up to its value.
func (c *compiler) member(name string) []byte { return c.annotation(name, `":`) }

// annotation is the name of an annotation of a member, up to what ends it.
func (c *compiler) annotation(name, end string) []byte {
	start := len(c.text)
	c.text = format.AppendJSONText(append(c.text, `,"`...), name)
	c.text = append(c.text, end...)
	return c.piece(start)
}

// typedMember is the name of a member, preceded by its type.
func (c *compiler) typedMember(name, typ string) []byte {
	start := len(c.text)
	c.text = format.AppendJSONText(append(c.text, `,"`...), name)
	c.text = format.AppendJSONString(append(c.text, `@odata.type":`...), typ)
	c.text = format.AppendJSONString(append(c.text, ','), name)
	c.text = append(c.text, ':')
	return c.piece(start)
}

// piece is the text since start.
func (c *compiler) piece(start int) []byte { return c.text[start:len(c.text):len(c.text)] }
