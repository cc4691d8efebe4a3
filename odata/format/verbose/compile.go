package verbose

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A compiler makes the plans of one encoder and of those nested in it.
type compiler struct {
	version      Version
	associations bool
	encoders     format.Memo[*odata.Projection, encoder]
	complexes    format.Memo[*metadata.ComplexType, complexPlan]

	// text holds the pieces of all plans, so that compiling for one request
	// takes few allocations. Pieces stay valid when it moves.
	text []byte
}

// encoder plans p, once.
func (c *compiler) encoder(p *odata.Projection) *encoder {
	return c.encoders.Of(p, func(e *encoder) { c.plan(e, p) })
}

func (c *compiler) plan(e *encoder, p *odata.Projection) {
	e.version, e.dialect, e.projection, e.dynamic = c.version, c.version.dialect(), p, format.DynamicsOf(p)
	if format.Addressed(p) {
		start := len(c.text)
		c.text = format.AppendSetURL(c.text, p.Set)
		e.set = c.piece(start)
	}
	e.plans = format.PlansOf(p, func(t *metadata.EntityType) *entryPlan { return c.entity(p, t, e.set != nil) })
}

// entity plans the entities of exactly type t. addressed tells that they have a
// URL, without which nothing can be linked.
func (c *compiler) entity(p *odata.Projection, t *metadata.EntityType, addressed bool) *entryPlan {
	plan := &entryPlan{}
	if addressed {
		start := len(c.text)
		c.text = format.AppendEditSegment(c.text, p.Set, t)
		plan.segment = c.piece(start)
		plan.media = t.IsMediaEntity()
		if c.version >= Version3 {
			plan.actions, plan.functions = c.operations(p, t)
			plan.streams = c.streams(p, t)
		}
	}
	start := len(c.text)
	c.text = append(c.text, ',')
	c.typeName(t.QualifiedName())
	if plan.media || plan.actions != nil || plan.functions != nil {
		plan.head = c.piece(start)
		start = len(c.text)
	}
	plan.navigation = c.navigation(p, t, addressed, start)
	for i, f := range p.Fields {
		if format.Has(t, f.Only) {
			plan.fields = c.addField(plan.fields, f.Property, f.Index, len(p.Fields)-i)
		}
	}
	return plan
}

// navigation plans the links between entities. The association links belong to
// __metadata, which the first run closes. Its text begins at start.
func (c *compiler) navigation(p *odata.Projection, t *metadata.EntityType, addressed bool, start int) []navigationRun {
	var runs []navigationRun
	var links template
	cut := func() {
		links = append(links, c.piece(start))
		start = len(c.text)
	}
	if addressed && c.associations {
		before := `,"properties":{"`
		for i := range p.Navigation {
			if n := &p.Navigation[i]; format.Has(t, n.Only) {
				c.text = format.AppendJSONText(append(c.text, before...), n.Nav.Name)
				c.text = append(c.text, `":{"associationuri":"`...)
				cut()
				c.text = format.AppendURLName(append(c.text, "/$links/"...), n.Nav.Name)
				before = `"},"`
			}
		}
		if links != nil {
			c.text = append(c.text, `"}}`...)
		}
	}
	c.text = append(c.text, '}')
	for i := range p.Navigation {
		n := &p.Navigation[i]
		inline := format.Inlines(t, n)
		if !format.Has(t, n.Only) || !inline && !addressed {
			continue
		}
		c.text = format.AppendJSONText(append(c.text, `,"`...), n.Nav.Name)
		if !inline {
			c.text = append(c.text, `":{"__deferred":{"uri":"`...)
			cut()
			c.text = format.AppendURLName(append(c.text, '/'), n.Nav.Name)
			c.text = append(c.text, `"}}`...)
			continue
		}
		c.text = append(c.text, `":`...)
		cut()
		runs = append(runs, navigationRun{links: links, expanded: c.expansion(p, t, n, addressed)})
		links = nil
		start = len(c.text)
	}
	cut()
	return append(runs, navigationRun{links: links})
}

func (c *compiler) expansion(p *odata.Projection, t *metadata.EntityType, n *odata.ProjectedNavigation, addressed bool) *expansionPlan {
	plan := &expansionPlan{index: n.Index, collection: n.Nav.IsCollection(), encoder: c.encoder(n.Expanded)}
	if addressed {
		start := len(c.text)
		c.text = format.AppendRestPath(c.text, p.Set, t, n.Nav)
		plan.rest = c.piece(start)
	}
	return plan
}

func (c *compiler) streams(p *odata.Projection, t *metadata.EntityType) (plans []streamPlan) {
	for i, s := range format.Streams(p, t) {
		plan := streamPlan{index: i, name: c.member(s.Name, `":{"__mediaresource":{`)}
		start := len(c.text)
		c.text = format.AppendURLName(append(c.text, '/'), s.Name)
		plan.path = c.piece(start)
		plans = append(plans, plan)
	}
	return plans
}

// addField appends the plan for one property to runs; left is how many are left
// at most, this one included. Properties that are collections are not
// expressible before version 3.0.
func (c *compiler) addField(runs []fieldRun, p *metadata.Property, index, left int) []fieldRun {
	t := p.TypeRef()
	if t.Collection && c.version < Version3 {
		return runs
	}
	if len(runs) == 0 || runs[len(runs)-1].last != nil {
		runs = append(runs, fieldRun{})
	}
	run := &runs[len(runs)-1]
	if t.Collection || t.Complex != nil {
		run.last = c.field(p.Name, t, index)
		return runs
	}
	if run.plain == nil {
		run.plain = make([]format.JSONField, 0, left)
	}
	run.plain = append(run.plain, format.NewJSONField(p.Name, index))
	return runs
}

// field plans a property that is a complex value or a collection.
func (c *compiler) field(name string, t metadata.TypeRef, index int) *fieldPlan {
	plan := &fieldPlan{name: c.member(name, `":`), index: index, item: c.complex(t.Complex)}
	if t.Collection {
		start := len(c.text)
		c.text = append(c.text, `{"__metadata":{`...)
		c.typeName(format.TypeName(t))
		c.text = append(c.text, `},"results":[`...)
		plan.list = c.piece(start)
	}
	return plan
}

// complex plans the values of type t, once; nil for none.
func (c *compiler) complex(t *metadata.ComplexType) *complexPlan {
	if t == nil {
		return nil
	}
	return c.complexes.Of(t, func(plan *complexPlan) {
		start := len(c.text)
		c.text = append(c.text, `,"__metadata":{`...)
		c.typeName(t.QualifiedName())
		c.text = append(c.text, '}')
		plan.typ = c.piece(start)
		members := t.AllProperties()
		for i, member := range members {
			plan.members = c.addField(plan.members, member, i, len(members)-i)
		}
	})
}

// typeName adds the member that tells a type, without a comma.
func (c *compiler) typeName(name string) {
	c.text = format.AppendJSONString(append(c.text, `"type":`...), name)
}

// member is the name of a member, up to what follows it.
func (c *compiler) member(name, end string) []byte {
	start := len(c.text)
	c.text = format.AppendJSONText(append(c.text, `,"`...), name)
	c.text = append(c.text, end...)
	return c.piece(start)
}

// piece is the text since start.
func (c *compiler) piece(start int) []byte { return c.text[start:len(c.text):len(c.text)] }
