package verbose

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans the operations that entities of exactly type t offer. Those
// bound to a whole collection have no place in an entity.
//
// An operation is identified by its URL in the metadata document. When several
// of one name apply to t, the types of the parameters tell them apart there,
// and the type each is bound to in the URL that calls it. Source: WCF Data
// Services, advertising of actions.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (actions, functions []operationPlan) {
	container := p.Set.Container()
	for i := range p.Operations {
		o := &p.Operations[i]
		if !offers(t, o) {
			continue
		}
		overloaded := false
		for j := range p.Operations {
			other := &p.Operations[j]
			overloaded = overloaded || i != j && other.Import.Name == o.Import.Name && offers(t, other)
		}
		plan := operationPlan{
			index:      i,
			fragment:   c.operationFragment(container, o.Import, overloaded),
			path:       c.operationPath(container, o.Import, t, overloaded),
			overloaded: overloaded,
		}
		if isFunction(o.Import) {
			functions = append(functions, plan)
		} else {
			actions = append(actions, plan)
		}
	}
	return actions, functions
}

// offers tells whether entities of type t can be what o is bound to.
func offers(t *metadata.EntityType, o *odata.ProjectedOperation) bool {
	if !has(t, o.Only) || len(o.Import.Parameters) == 0 {
		return false
	}
	binding := o.Import.Parameters[0].TypeRef()
	return binding.Entity != nil && !binding.Collection && t.Is(binding.Entity)
}

// isFunction tells functions from actions: an operation has side effects unless
// it says otherwise or can be composed.
func isFunction(o *metadata.FunctionImport) bool {
	if o.SideEffecting != nil {
		return !*o.SideEffecting
	}
	return o.IsComposable
}

// operationFragment is the member name that the URL of the metadata document
// begins, its value up to the target:
//
//	#DemoService.Promote(Demo.Customer,Edm.Int32)":[{"title":"Promote","target":"
func (c *compiler) operationFragment(container *metadata.EntityContainer, o *metadata.FunctionImport, overloaded bool) []byte {
	start := len(c.text)
	c.text = format.AppendURLName(append(c.text, '#'), container.Name)
	c.text = format.AppendURLName(append(c.text, '.'), o.Name)
	if overloaded {
		for i, parameter := range o.Parameters {
			c.text = append(c.text, "(,"[min(i, 1)])
			c.text = format.AppendURLName(c.text, parameter.TypeRef().String())
		}
		c.text = append(c.text, ')')
	}
	c.text = format.AppendJSONString(append(c.text, `":[{"title":`...), o.Name)
	c.text = append(c.text, `,"target":"`...)
	return c.piece(start)
}

// operationPath is what follows the entity in the URL that calls o. The name is
// qualified where the plain one would mean something else: a property, on an
// open type any property, or an operation of the default container.
func (c *compiler) operationPath(container *metadata.EntityContainer, o *metadata.FunctionImport, t *metadata.EntityType, overloaded bool) []byte {
	start := len(c.text)
	if overloaded {
		c.text = format.AppendTypeSegment(c.text, o.Parameters[0].TypeRef().Entity)
	}
	c.text = append(c.text, '/')
	if !container.IsDefault || t.IsOpen() || t.Property(o.Name) != nil || t.NavigationProperty(o.Name) != nil {
		c.text = append(format.AppendURLName(c.text, container.Name), '.')
	}
	c.text = format.AppendURLName(c.text, o.Name)
	c.text = append(c.text, `"}]`...)
	return c.piece(start)
}

// appendOperations appends the member that holds the operations row offers now,
// or nothing when there are none. opening begins it: ,"actions":{
func appendOperations(dst []byte, opening string, plans []operationPlan, c *format.Context, row *odata.Row, id, uri []byte) []byte {
	none := true
	for i := range plans {
		o := &plans[i]
		if row.Advertised != nil && (o.index >= len(row.Advertised) || !row.Advertised[o.index]) {
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
		if o.overloaded {
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
