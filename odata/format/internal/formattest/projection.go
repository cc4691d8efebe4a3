package formattest

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Narrowed is p as after a type cast in the URL.
func Narrowed(p *odata.Projection, t *metadata.EntityType) *odata.Projection {
	p.Type = t
	return p
}

// Selecting is p as after $select=text: with only some properties, streams and
// links of navigation properties, and no operations.
func Selecting(p *odata.Projection, text string, names ...string) *odata.Projection {
	p.Select = text
	p.Fields = slices.DeleteFunc(p.Fields, func(f odata.ProjectedField) bool {
		return !slices.Contains(names, f.Property.Name)
	})
	p.Navigation = slices.DeleteFunc(p.Navigation, func(n odata.ProjectedNavigation) bool {
		return !slices.Contains(names, n.Nav.Name)
	})
	p.Streams = slices.DeleteFunc(p.Streams, func(s *metadata.Property) bool { return !slices.Contains(names, s.Name) })
	p.Operations = nil
	return p
}

// Expanding is p with a navigation property inlined from Row.Related[index].
func Expanding(p *odata.Projection, name string, index int, nested *odata.Projection) *odata.Projection {
	for i := range p.Navigation {
		if p.Navigation[i].Nav.Name == name {
			p.Navigation[i].Index, p.Navigation[i].Expanded = index, nested
		}
	}
	return p
}

// Naming is p with only some of the dynamic properties.
func Naming(p *odata.Projection, names ...string) *odata.Projection {
	p.DynamicNames = append([]string{}, names...)
	return p
}

// Unaddressed is p for entities that have no URL.
func Unaddressed(p *odata.Projection) *odata.Projection {
	p.Set, p.Key = nil, nil
	return p
}
