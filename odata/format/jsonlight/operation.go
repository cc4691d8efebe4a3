package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans the operations that entities of exactly type t offer. Those
// bound to a whole collection have no place in an entity. At level Minimal
// readers compute title and target, and expect the operations that are always
// bindable without being told.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (plans []operationPlan) {
	container := p.Set.Container()
	if c.level == None || container == nil {
		return nil
	}
	for i := range p.Operations {
		o := p.Operations[i].Import
		if has(t, p.Operations[i].Only) && offers(t, o) && (c.level == Full || !o.IsAlwaysBindable) {
			plan := c.operation(container, t, o)
			plan.index = i
			plans = append(plans, plan)
		}
	}
	return plans
}

// offers tells whether an entity of type t can be what o is bound to.
func offers(t *metadata.EntityType, o *metadata.FunctionImport) bool {
	if !o.IsBindable || len(o.Parameters) == 0 {
		return false
	}
	binding := o.Parameters[0].TypeRef()
	return binding.Entity != nil && !binding.Collection && t.Is(binding.Entity)
}

// operation plans o, which is named by its place in the metadata document:
//
//	#DemoService.Promote
//	#DemoService.Promote(Demo.Customer,Edm.Int32)
//
// The second form is that of imports which share their name with others of the
// container. Their target names the type they are bound to, whatever the type
// of the entity, as readers have it when they compute it from that form. A
// target is qualified with the container where the plain name would mean
// something else: a property, on an open type any property, or an operation of
// the default container. Sources: OData V3 JSON light, advertisement of
// operations; WCF Data Services 5.6.
func (c *compiler) operation(container *metadata.EntityContainer, t *metadata.EntityType, o *metadata.FunctionImport) operationPlan {
	plan := operationPlan{byType: len(container.ImportsNamed(o.Name)) > 1}
	start := len(c.text)
	c.text = format.AppendJSONText(append(c.text, `,"#`...), container.Name)
	c.text = format.AppendJSONText(append(c.text, '.'), o.Name)
	if plan.byType {
		for i, parameter := range o.Parameters {
			c.text = append(c.text, "(,"[min(i, 1)])
			c.text = format.AppendJSONText(c.text, parameter.TypeRef().String())
		}
		c.text = append(c.text, ')')
	}
	if c.level != Full {
		c.text = append(c.text, `":{}`...)
		plan.member = c.piece(start)
		return plan
	}
	c.text = format.AppendJSONString(append(c.text, `":{"title":`...), o.Name)
	c.text = append(c.text, `,"target":"`...)
	plan.member = c.piece(start)

	start = len(c.text)
	if plan.byType {
		c.text = format.AppendTypeSegment(c.text, o.Parameters[0].TypeRef().Entity)
	}
	c.text = append(c.text, '/')
	if !container.IsDefault || t.IsOpen() || t.Property(o.Name) != nil || t.NavigationProperty(o.Name) != nil {
		c.text = append(format.AppendURLName(c.text, container.Name), '.')
	}
	c.text = append(format.AppendURLName(c.text, o.Name), `"}`...)
	plan.path = c.piece(start)
	return plan
}

// appendTo appends the operation if row offers it now.
func (o *operationPlan) appendTo(dst []byte, row *odata.Row, a address) []byte {
	if row.Advertised != nil && (o.index >= len(row.Advertised) || !row.Advertised[o.index]) {
		return dst
	}
	dst = append(dst, o.member...)
	switch {
	case o.path == nil:
		return dst
	case o.byType:
		dst = append(dst, a.url...)
	default:
		dst = append(dst, a.edit...)
	}
	return append(dst, o.path...)
}
