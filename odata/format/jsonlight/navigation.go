package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// navigation plans the navigation properties of entities of exactly type t.
// addressed tells that they have a URL, without which nothing can be linked.
func (c *compiler) navigation(p *odata.Projection, t *metadata.EntityType, addressed bool) (plans []navigationPlan) {
	linked := addressed && c.level == Full
	for i := range p.Navigation {
		n := &p.Navigation[i]
		expanded := format.Inlines(t, n)
		if !format.Has(t, n.Only) || !linked && !expanded {
			continue
		}
		var plan navigationPlan
		if linked {
			plan.links = c.links(n.Nav.Name)
		}
		if expanded {
			plan.expansion = c.expansion(p, t, n, addressed)
		}
		plans = append(plans, plan)
	}
	return plans
}

// links is what stands before, between and after the two edit links.
func (c *compiler) links(name string) [3][]byte {
	before := c.annotation(name, `@odata.navigationLinkUrl":"`)
	start := len(c.text)
	c.text = format.AppendURLName(append(c.text, '/'), name)
	c.text = append(c.text, `","`...)
	c.text = format.AppendJSONText(c.text, name)
	c.text = append(c.text, `@odata.associationLinkUrl":"`...)
	between := c.piece(start)
	start = len(c.text)
	c.text = format.AppendURLName(append(c.text, "/$links/"...), name)
	c.text = append(c.text, '"')
	return [3][]byte{before, between, c.piece(start)}
}

func (c *compiler) expansion(p *odata.Projection, t *metadata.EntityType, n *odata.ProjectedNavigation, addressed bool) *expansionPlan {
	plan := &expansionPlan{
		name:       c.member(n.Nav.Name),
		index:      n.Index,
		collection: n.Nav.IsCollection(),
		encoder:    c.encoder(n.Expanded),
	}
	if addressed && plan.collection {
		before := c.annotation(n.Nav.Name, `@odata.nextLink":"`)
		start := len(c.text)
		c.text = append(format.AppendRestPath(c.text, p.Set, t, n.Nav), '?')
		plan.next = [2][]byte{before, c.piece(start)}
	}
	return plan
}

// appendNavigation appends the links of a navigation property and what it
// expands to.
func (e *encoder) appendNavigation(dst []byte, c *format.Context, row *odata.Row, plan *entryPlan, n *navigationPlan, a address) []byte {
	if a.edit != nil {
		dst = append(dst, n.links[0]...)
		dst = append(dst, a.edit...)
		dst = append(dst, n.links[1]...)
		dst = append(dst, a.edit...)
		dst = append(dst, n.links[2]...)
	}
	x := n.expansion
	if x == nil {
		return dst
	}
	related := format.Related(row, x.index)
	dst = append(dst, x.name...)
	if !x.collection {
		if len(related.Rows) == 0 {
			return append(dst, "null"...)
		}
		return x.encoder.appendObject(dst, c, &related.Rows[0])
	}
	dst = append(dst, '[')
	for i := range related.Rows {
		dst = x.encoder.AppendRow(dst, c, &related.Rows[i], i == 0)
	}
	dst = append(dst, ']')
	if !related.More || related.Next == "" || x.next[0] == nil {
		return dst
	}
	// The link to the rest is absolute at every level, like that of a feed.
	dst = append(dst, x.next[0]...)
	dst = format.AppendJSONText(dst, c.Root)
	dst = e.appendEditURL(dst, row, plan, a)
	dst = append(dst, x.next[1]...)
	dst = format.AppendJSONText(dst, related.Next)
	return append(dst, '"')
}
