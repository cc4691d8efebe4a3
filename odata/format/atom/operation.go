package atom

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans what entities of type t advertise: actions first, then
// functions.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (plans []operationPlan) {
	if c.options.Before3 {
		return nil
	}
	all := format.Advertisements(p, t)
	for _, functions := range [...]bool{false, true} {
		for i := range all {
			if all[i].Function == functions {
				plans = append(plans, c.operation(&all[i]))
			}
		}
	}
	return plans
}

// operation plans the element that advertises an operation. Source: OData V3
// Atom format, actions and functions.
func (c *compiler) operation(a *format.Advertisement) operationPlan {
	plan := operationPlan{index: a.Index, namesType: a.NamesType}
	element := `<m:action metadata="`
	if a.Function {
		element = `<m:function metadata="`
	}
	plan.start = c.pieces(element)

	start := len(c.text)
	c.text = append(a.AppendFragment(c.text), `" title="`...)
	c.text = append(appendAttribute(c.text, a.Import.Name), `" target="`...)
	plan.fragment = c.piece(start)

	start = len(c.text)
	c.text = append(a.AppendTargetPath(c.text), `" />`...)
	plan.path = c.piece(start)
	return plan
}

// appendTo appends the element that advertises the operation on the entity
// whose URL and edit link are given. All its URLs are absolute.
func (o *operationPlan) appendTo(dst []byte, c *format.Context, url, edit []byte) []byte {
	dst = append(dst, o.start...)
	dst = appendAttribute(dst, c.MetadataURL)
	dst = append(dst, o.fragment...)
	dst = appendAttribute(dst, c.Root)
	if o.namesType {
		dst = append(dst, url...)
	} else {
		dst = append(dst, edit...)
	}
	return append(dst, o.path...)
}
