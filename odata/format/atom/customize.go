package atom

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A source is where a mapped value stands in a row.
type source struct {
	index   int   // in Row.Values
	members []int // from there through complex values
	kind    edm.Kind
}

// value is null where a complex value on the way is.
func (s *source) value(row *odata.Row) *edm.Value {
	v := &row.Values[s.index]
	for _, m := range s.members {
		if v.Kind() != edm.KindComplex {
			return &edm.Null
		}
		v = &v.Elements()[m]
	}
	return v
}

// hidings says how paths such as Home/City stay out of the content.
type hidings map[string]hiding

// within reports whether anything below path may stay out of the content.
func (h hidings) within(path string) bool {
	for hides, how := range h {
		if how != shown && strings.HasPrefix(hides, path) && strings.HasPrefix(hides[len(path):], "/") {
			return true
		}
	}
	return false
}

// A mapping is a feed mapping on its way into a plan.
type mapping struct {
	*metadata.FeedMapping
	path  string // from the entity: Home/City
	owner *metadata.EntityType
	from  source
}

// custom plans the Atom and custom elements that properties of t are mapped to,
// and says which of the properties those elements replace in the content. Source:
// OData V3, CSDL extensions, m:FC_*.
//
// A mapping takes part only if its property is projected. The mapping of a
// derived type replaces those of its base types with the same source or the same
// target. One that cannot be written, because elements get in each other's way,
// is as if it were not there.
func (c *compiler) custom(p *odata.Projection, t *metadata.EntityType) (*customPlan, hidings) {
	var all []mapping
	for _, m := range mappingsOf(t) {
		var ok bool
		if m.from, ok = sourceOf(p, t, m.path); ok {
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	plan, hides := &customPlan{}, hidings{}
	for _, m := range effective(all) {
		if !plan.add(&m) {
			continue
		}
		how := m.hides()
		if before, ok := hides[m.path]; ok {
			how = min(how, before) // the least that one of its mappings asks for
		}
		hides[m.path] = how
	}
	return plan, hides
}

// mappingsOf are the mappings of t, those of base types first.
func mappingsOf(t *metadata.EntityType) []mapping {
	if t == nil {
		return nil
	}
	all := mappingsOf(t.Base())
	for i := range t.FeedMappings {
		f := &t.FeedMappings[i]
		all = append(all, mapping{FeedMapping: f, path: f.SourcePath, owner: t})
	}
	for _, p := range t.Properties {
		for i := range p.FeedMappings {
			f, path := &p.FeedMappings[i], p.Name
			if f.SourcePath != "" {
				path += "/" + f.SourcePath
			}
			all = append(all, mapping{FeedMapping: f, path: path, owner: t})
		}
	}
	return all
}

// sourceOf finds the value at path, which the model has checked, in the rows of p,
// for entities of type t. Spatial values have no text to be mapped as.
func sourceOf(p *odata.Projection, t *metadata.EntityType, path string) (source, bool) {
	steps := strings.Split(path, "/")
	property := t.Property(steps[0])
	at := slices.IndexFunc(p.Fields, func(f odata.ProjectedField) bool {
		return f.Property == property && format.Has(t, f.Only)
	})
	if at < 0 {
		return source{}, false
	}
	from := source{index: p.Fields[at].Index}
	for _, name := range steps[1:] {
		outer := property.TypeRef().Complex
		property = outer.Property(name)
		from.members = append(from.members, slices.Index(outer.AllProperties(), property))
	}
	from.kind = property.Kind()
	return from, !from.kind.IsSpatial()
}

// effective leaves out what mappings of more derived types, which stand behind,
// replace.
func effective(all []mapping) []mapping {
	kept := make([]mapping, 0, len(all))
	for _, m := range slices.Backward(all) {
		replaced := slices.ContainsFunc(kept, func(k mapping) bool {
			return k.path == m.path && k.owner != m.owner || k.TargetPath == m.TargetPath && k.NsURI == m.NsURI
		})
		if !replaced {
			kept = append(kept, m)
		}
	}
	slices.Reverse(kept)
	return kept
}

// hides says whether the element is enough, or the property has to stand in the
// content as well: because the model says so, or because not every value can be
// told by the element.
func (m *mapping) hides() hiding {
	switch {
	case m.KeepInContent == nil || *m.KeepInContent:
		return shown
	case m.NsURI != "":
		return hidden
	case strings.HasPrefix(m.TargetPath, "SyndicationLink"), strings.HasPrefix(m.TargetPath, "SyndicationCategory"):
		return shown
	}
	switch m.TargetPath {
	case "SyndicationUpdated", "SyndicationPublished":
		if m.from.kind == edm.KindString {
			return shown
		}
	case "SyndicationAuthorEmail", "SyndicationAuthorUri", "SyndicationContributorEmail", "SyndicationContributorUri":
		return hiddenUnlessVoid
	}
	return hidden
}
