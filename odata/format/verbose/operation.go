package verbose

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans the operations that entities of exactly type t offer.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (actions, functions []operationPlan) {
	for _, a := range format.Advertisements(p, t) {
		if plan := c.operation(&a); a.Function {
			functions = append(functions, plan)
		} else {
			actions = append(actions, plan)
		}
	}
	return actions, functions
}

// operation plans the member whose name is the URL of the operation in the
// metadata document.
func (c *compiler) operation(a *format.Advertisement) operationPlan {
	plan := operationPlan{index: a.Index, namesType: a.NamesType}
	start := len(c.text)
	c.text = a.AppendFragment(c.text)
	c.text = format.AppendJSONString(append(c.text, `":[{"title":`...), a.Import.Name)
	c.text = append(c.text, `,"target":"`...)
	plan.fragment = c.piece(start)

	start = len(c.text)
	c.text = append(a.AppendTargetPath(c.text), `"}]`...)
	plan.path = c.piece(start)
	return plan
}

// appendOperations appends the member that holds the operations row offers now,
// or nothing when there are none. opening begins it: ,"actions":{
func appendOperations(dst []byte, opening string, plans []operationPlan, c *format.Context, row *odata.Row, id, uri []byte) []byte {
	none := true
	for i := range plans {
		o := &plans[i]
		if !format.Offers(row, o.index) {
			continue
		}
		if none {
			none = false
			dst = append(dst, opening...)
		} else {
			dst = append(dst, ',')
		}
		dst = format.AppendJSONText(append(dst, '"'), c.MetadataURL)
		dst = append(dst, o.fragment...)
		if o.namesType {
			dst = append(dst, id...)
		} else {
			dst = append(dst, uri...)
		}
		dst = append(dst, o.path...)
	}
	if none {
		return dst
	}
	return append(dst, '}')
}
