package format

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// An Advertisement is how entities of one type tell of an operation that is
// bound to them.
type Advertisement struct {
	Import *metadata.FunctionImport

	// Index is the operation's position in Projection.Operations and
	// Row.Advertised.
	Index int

	// Function tells functions from actions.
	Function bool

	// NamesType tells that the target names the type the operation is bound to,
	// so that it begins with the URL of the entity without a type segment. Other
	// targets begin with the edit link.
	NamesType bool

	container *metadata.EntityContainer
	overload  bool // one of several imports of its name
	qualified bool // the target needs the container's name
}

// Advertisements lists the operations of p that entities of exactly type t can
// be bound to, in the order of p. Those bound to a whole collection have no
// place in an entity, and entities without an address offer nothing.
func Advertisements(p *odata.Projection, t *metadata.EntityType) (all []Advertisement) {
	if len(p.Operations) == 0 || !Addressed(p) || p.Set.Container() == nil {
		return nil
	}
	linked := EditLinkNamesType(p.Set, t)
	for i := range p.Operations {
		o := &p.Operations[i]
		if !Has(t, o.Only) || !bindsTo(o.Import, t) {
			continue
		}
		container, name := p.Set.Container(), o.Import.Name
		overload := len(container.ImportsNamed(name)) > 1
		all = append(all, Advertisement{
			Import:    o.Import,
			Index:     i,
			Function:  (&odata.OperationCall{Import: o.Import}).Kind() == odata.FunctionCall,
			NamesType: overload || !linked && !bindsTo(o.Import, p.Set.Type()),
			container: container,
			overload:  overload,
			qualified: !container.IsDefault || t.IsOpen() || t.Property(name) != nil || t.NavigationProperty(name) != nil,
		})
	}
	return all
}

// bindsTo tells whether an entity of type t can be what o is bound to.
func bindsTo(o *metadata.FunctionImport, t *metadata.EntityType) bool {
	if !o.IsBindable || len(o.Parameters) == 0 {
		return false
	}
	binding := o.Parameters[0].TypeRef()
	return binding.Entity != nil && !binding.Collection && t.Is(binding.Entity)
}

// AppendFragment appends the fragment that identifies the operation in the
// metadata document:
//
//	#DemoService.Promote
//	#DemoService.Promote(Demo.Customer,Edm.Int32)
//
// The second form is that of imports that share their name with others of the
// container. The text is plain ASCII that neither JSON nor XML has to escape.
// Sources: OData V3 JSON light, advertisement of operations; WCF Data Services
// 5.6.
func (a *Advertisement) AppendFragment(dst []byte) []byte {
	dst = AppendURLName(append(dst, '#'), a.container.Name)
	dst = AppendURLName(append(dst, '.'), a.Import.Name)
	if !a.overload {
		return dst
	}
	for i, parameter := range a.Import.Parameters {
		dst = append(dst, "(,"[min(i, 1)])
		t := parameter.TypeRef()
		collection := t.Collection
		t.Collection = false
		if collection {
			dst = append(dst, "Collection("...)
		}
		dst = AppendURLName(dst, t.String())
		if collection {
			dst = append(dst, ')')
		}
	}
	return append(dst, ')')
}

// AppendTargetPath appends what follows the entity in the URL that calls the
// operation: behind the URL without a type segment if NamesType, else behind the
// edit link.
//
//	/Promote
//	/Demo.Customer/DemoService.Promote
//
// The type is that of overloads, as readers compute it from the fragment, and of
// operations of a derived type that the edit link does not name. The operation
// is qualified with the container where the plain name would mean something
// else: a property, on an open type any property, or an operation of the default
// container. Sources: as for AppendFragment.
func (a *Advertisement) AppendTargetPath(dst []byte) []byte {
	if a.NamesType {
		dst = AppendTypeSegment(dst, a.Import.Parameters[0].TypeRef().Entity)
	}
	dst = append(dst, '/')
	if a.qualified {
		dst = append(AppendURLName(dst, a.container.Name), '.')
	}
	return AppendURLName(dst, a.Import.Name)
}

// Offers tells whether row offers the operation at a position of
// Projection.Operations now. A row that says nothing offers all of them; one
// that says something offers only what it says.
func Offers(row *odata.Row, operation int) bool {
	return row.Advertised == nil || operation < len(row.Advertised) && row.Advertised[operation]
}
