package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans the operations that entities of exactly type t offer. At
// level Minimal readers compute title and target, and expect the operations that
// are always bindable without being told.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (plans []operationPlan) {
	if c.level == None {
		return nil
	}
	for _, a := range format.Advertisements(p, t) {
		if c.level == Full || !a.Import.IsAlwaysBindable {
			plans = append(plans, c.operation(&a))
		}
	}
	return plans
}

func (c *compiler) operation(a *format.Advertisement) operationPlan {
	plan := operationPlan{index: a.Index, namesType: a.NamesType}
	start := len(c.text)
	c.text = a.AppendFragment(append(c.text, `,"`...))
	if c.level != Full {
		c.text = append(c.text, `":{}`...)
		plan.member = c.piece(start)
		return plan
	}
	c.text = format.AppendJSONString(append(c.text, `":{"title":`...), a.Import.Name)
	c.text = append(c.text, `,"target":"`...)
	plan.member = c.piece(start)

	start = len(c.text)
	c.text = append(a.AppendTargetPath(c.text), `"}`...)
	plan.path = c.piece(start)
	return plan
}

// appendTo appends the operation if row offers it now.
func (o *operationPlan) appendTo(dst []byte, row *odata.Row, a address) []byte {
	if !format.Offers(row, o.index) {
		return dst
	}
	dst = append(dst, o.member...)
	switch {
	case o.path == nil:
		return dst
	case o.namesType:
		dst = append(dst, a.url...)
	default:
		dst = append(dst, a.edit...)
	}
	return append(dst, o.path...)
}
