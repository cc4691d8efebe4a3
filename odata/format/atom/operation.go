package atom

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// operations plans what entities of type t advertise: actions first, then
// functions. What is bound to collections is no business of an entity.
func (c *compiler) operations(p *odata.Projection, t *metadata.EntityType) (plans []operationPlan) {
	container := p.Set.Container()
	if c.options.Before3 || container == nil {
		return nil
	}
	for _, functions := range [...]bool{false, true} {
		for i := range p.Operations {
			o := &p.Operations[i]
			if isFunction(o.Import) == functions && has(t, o.Only) && bindsToOne(o.Import) {
				plans = append(plans, c.operation(p, t, container.Name, i))
			}
		}
	}
	return plans
}

// isFunction reports that an import has no side effects. Source: CSDL 3.0,
// FunctionImport.
func isFunction(f *metadata.FunctionImport) bool {
	if f.SideEffecting != nil {
		return !*f.SideEffecting
	}
	return f.IsComposable
}

// operation plans the i-th operation of p for entities of type t.
//
// The target names the container where the bare name could be a property of the
// entity, and the type the operation binds to where several operations of this
// name bind to the entity. Functions with the same name have their parameter
// types in the fragment. Sources: OData V3 Atom format, actions and functions;
// WCF Data Services 5.6.
func (c *compiler) operation(p *odata.Projection, t *metadata.EntityType, container string, i int) operationPlan {
	f := p.Operations[i].Import
	plan := operationPlan{index: i}
	element := `<m:action metadata="`
	parameters := ""
	if isFunction(f) {
		element = `<m:function metadata="`
		if len(p.Set.Container().ImportsNamed(f.Name)) > 1 {
			parameters = signature(f)
		}
	}
	plan.start = c.pieces(element)
	plan.fragment = c.pieces("#", escaped(container), ".", escaped(f.Name), escaped(parameters),
		`" title="`, escaped(f.Name), `" target="`)

	start := len(c.text)
	if isOverloaded(p, t, i) {
		plan.narrowed = true
		c.text = format.AppendTypeSegment(c.text, f.Parameters[0].TypeRef().Entity)
	}
	c.text = append(c.text, '/')
	if t.IsOpen() || t.Property(f.Name) != nil || t.NavigationProperty(f.Name) != nil {
		c.text = append(format.AppendURLName(c.text, container), '.')
	}
	c.text = append(format.AppendURLName(c.text, f.Name), `" />`...)
	plan.path = c.piece(start)
	return plan
}

// isOverloaded reports whether entities of type t advertise another operation
// with the name of the i-th that binds to another type.
func isOverloaded(p *odata.Projection, t *metadata.EntityType, i int) bool {
	f := p.Operations[i].Import
	for _, o := range p.Operations {
		if o.Import.Name == f.Name && has(t, o.Only) && bindsToOne(o.Import) &&
			o.Import.Parameters[0].TypeRef() != f.Parameters[0].TypeRef() {
			return true
		}
	}
	return false
}

// bindsToOne reports that an import is called on one entity.
func bindsToOne(f *metadata.FunctionImport) bool {
	return len(f.Parameters) > 0 && f.Parameters[0].TypeRef().Entity != nil && !f.Parameters[0].TypeRef().Collection
}

// signature is the list of parameter types in parentheses.
func signature(f *metadata.FunctionImport) string {
	types := make([]string, len(f.Parameters))
	for i, p := range f.Parameters {
		types[i] = typeName(p.TypeRef())
	}
	return "(" + strings.Join(types, ",") + ")"
}

// appendTo appends the element that advertises the operation on the entity
// whose URL and edit link are given. All its URLs are absolute.
func (o *operationPlan) appendTo(dst []byte, c *format.Context, url, edit []byte) []byte {
	dst = append(dst, o.start...)
	dst = appendAttribute(dst, c.MetadataURL)
	dst = append(dst, o.fragment...)
	dst = appendAttribute(dst, c.Root)
	if o.narrowed {
		dst = append(dst, url...)
	} else {
		dst = append(dst, edit...)
	}
	return append(dst, o.path...)
}
