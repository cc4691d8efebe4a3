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
	e.level, e.projection, e.dynamic = c.level, p, format.DynamicsOf(p)
	if format.Addressed(p) {
		e.set = format.AppendSetURL(nil, p.Set)
	}
	if c.level != None {
		e.feed = appendEntityFragment(nil, p, false)
		e.entry = appendEntityFragment(nil, p, true)
	}
	e.plans = format.PlansOf(p, func(t *metadata.EntityType) *entryPlan { return c.entity(p, t, e.set != nil) })
}

// entity plans the entities of exactly type t. addressed tells that they have a
// URL, without which nothing can be linked.
func (c *compiler) entity(p *odata.Projection, t *metadata.EntityType, addressed bool) *entryPlan {
	plan := &entryPlan{navigation: c.navigation(p, t, addressed)}
	if c.level == Full || c.level == Minimal && t != p.Type {
		plan.typ = c.instanceType(t.QualifiedName())
	}
	if addressed {
		plan.segment = format.AppendEditSegment(nil, p.Set, t)
		plan.media = c.level != None && t.IsMediaEntity()
		plan.operations = c.operations(p, t)
		plan.streams = c.streams(p, t)
	}
	for i, f := range p.Fields {
		if format.Has(t, f.Only) {
			plan.fields = c.addField(plan.fields, f.Property, f.Index, len(p.Fields)-1-i)
		}
	}
	plan.bare = c.isBare(p, plan)
	return plan
}

// isBare tells whether the entities of plan have nothing but fields.
func (c *compiler) isBare(p *odata.Projection, plan *entryPlan) bool {
	annotated := c.level == Full || c.level == Minimal && (plan.typ != nil || len(p.Tokens) > 0)
	return !annotated && !plan.media && !p.Dynamic &&
		len(plan.navigation) == 0 && len(plan.operations) == 0 && len(plan.streams) == 0
}

// addField appends the plan for one property to runs. At most left more follow.
func (c *compiler) addField(runs []fieldRun, p *metadata.Property, index, left int) []fieldRun {
	if len(runs) == 0 || runs[len(runs)-1].last != nil {
		runs = append(runs, fieldRun{})
	}
	run, t := &runs[len(runs)-1], p.TypeRef()
	if shapeOf(t) != primitive {
		run.last = c.field(p.Name, t, index)
		return runs
	}
	field := format.NewJSONField(p.Name, index)
	if c.level == Full && !isNative(t.Kind) {
		field = field.Annotated(c.memberType(p.Name, format.TypeName(t)))
	}
	if run.plain == nil {
		run.plain = make([]format.JSONField, 0, min(left+1, 8))
	}
	run.plain = append(run.plain, field)
	return runs
}

func (c *compiler) field(name string, t metadata.TypeRef, index int) *fieldPlan {
	plan := &fieldPlan{name: c.member(name), index: index, shape: shapeOf(t), item: c.complex(t.Complex)}
	switch {
	case plan.shape == list && c.level == Full:
		plan.typ = c.memberType(name, format.TypeName(t))
	case plan.shape == spatial && c.level != None:
		plan.typ = c.annotation(name, `@odata.type":"`)
	}
	return plan
}

func shapeOf(t metadata.TypeRef) shape {
	switch {
	case t.Collection:
		return list
	case t.Complex != nil:
		return object
	case t.Kind == edm.KindGeography, t.Kind == edm.KindGeometry:
		return spatial
	}
	return primitive
}

// isNative tells whether JSON shows the type of every value of kind k.
func isNative(k edm.Kind) bool {
	return k == edm.KindString || k == edm.KindInt32 || k == edm.KindBoolean
}

// complex plans the values of type t, once; nil for none.
func (c *compiler) complex(t *metadata.ComplexType) *complexPlan {
	if t == nil {
		return nil
	}
	return c.complexes.Of(t, func(plan *complexPlan) {
		if c.level == Full {
			plan.typ = c.instanceType(t.QualifiedName())
		}
		members := t.AllProperties()
		for i, member := range members {
			plan.members = c.addField(plan.members, member, i, len(members)-1-i)
		}
	})
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

// memberType is the annotation that tells a member's type.
func (c *compiler) memberType(name, typ string) []byte {
	start := len(c.text)
	c.text = format.AppendJSONText(append(c.text, `,"`...), name)
	c.text = format.AppendJSONString(append(c.text, `@odata.type":`...), typ)
	return c.piece(start)
}

// piece is the text since start.
func (c *compiler) piece(start int) []byte { return c.text[start:len(c.text):len(c.text)] }
