package metadata

import (
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// syndicationTargets are the Atom elements that properties can be mapped to by
// name. Source: OData V3, CSDL extensions, m:FC_TargetPath.
var syndicationTargets = map[string]bool{
	"SyndicationAuthorEmail": true, "SyndicationAuthorName": true, "SyndicationAuthorUri": true,
	"SyndicationCategoryLabel": true, "SyndicationCategoryScheme": true, "SyndicationCategoryTerm": true,
	"SyndicationContributorEmail": true, "SyndicationContributorName": true, "SyndicationContributorUri": true,
	"SyndicationLinkHref": true, "SyndicationLinkHrefLang": true, "SyndicationLinkLength": true,
	"SyndicationLinkRel": true, "SyndicationLinkTitle": true, "SyndicationLinkType": true,
	"SyndicationPublished": true, "SyndicationRights": true, "SyndicationSummary": true,
	"SyndicationTitle": true, "SyndicationUpdated": true,
}

// checkFeedMappings checks where mapped values come from and where they go.
func (r *resolver) checkFeedMappings() {
	for _, t := range r.entityTypes.all() {
		of := place{t.QualifiedName(), t.Source}
		for i := range t.FeedMappings {
			f := &t.FeedMappings[i]
			first, rest, _ := strings.Cut(f.SourcePath, "/")
			if p := t.resolved.byName[first]; p == nil {
				r.report(of, "the feed mapping's source %q begins with no property of the type", f.SourcePath)
			} else {
				r.checkFeedSource(of, p, f.SourcePath, rest)
			}
			r.checkFeedTarget(of, f)
		}
		r.checkPropertyMappings(of, t.Properties)
	}
	for _, t := range r.complexTypes.all() {
		r.checkPropertyMappings(place{t.QualifiedName(), t.Source}, t.Properties)
	}
}

func (r *resolver) checkPropertyMappings(of place, list []*Property) {
	for _, p := range list {
		at := of.member(p.Name, p.Source)
		for i := range p.FeedMappings {
			r.checkFeedSource(at, p, p.FeedMappings[i].SourcePath, p.FeedMappings[i].SourcePath)
			r.checkFeedTarget(at, &p.FeedMappings[i])
		}
	}
}

// checkFeedSource follows path below p; what is there must be one value.
func (r *resolver) checkFeedSource(at place, p *Property, source, path string) {
	for path != "" && !p.resolved.ref.IsZero() {
		var name string
		name, path, _ = strings.Cut(path, "/")
		if c := p.resolved.ref.Complex; c == nil || p.resolved.ref.Collection || c.Property(name) == nil {
			r.report(at, "the feed mapping's source %q: %s has no property %q", source, p.Name, name)
			return
		} else {
			p = c.Property(name)
		}
	}
	if ref := p.resolved.ref; ref.Collection || ref.Complex != nil || ref.Kind == edm.KindStream {
		r.report(at, "only primitive values can be mapped to feeds, and %s is of type %s", p.Name, ref)
	}
}

func (r *resolver) checkFeedTarget(at place, f *FeedMapping) {
	switch f.ContentKind {
	case "", "text", "html", "xhtml":
	default:
		r.report(at, "the feed mapping's content kind is %q: text, html and xhtml are the values", f.ContentKind)
	}
	switch {
	case f.TargetPath == "":
		r.report(at, "the feed mapping has no target")
	case syndicationTargets[f.TargetPath]:
		if f.NsURI != "" || f.NsPrefix != "" {
			r.report(at, "the feed mapping's target %s is an Atom element: it takes no namespace", f.TargetPath)
		}
	default:
		if f.NsURI == "" {
			r.report(at, "the feed mapping's target %q is no Atom element, and custom elements need a namespace URI", f.TargetPath)
		}
		segments := strings.Split(f.TargetPath, "/")
		for i, name := range segments {
			if i == len(segments)-1 {
				name = strings.TrimPrefix(name, "@")
			}
			if !isXMLName(name) {
				r.report(at, "the feed mapping's target %q is no path of XML names", f.TargetPath)
				break
			}
		}
		if f.ContentKind != "" {
			r.report(at, "the feed mapping's target %q is a custom element: it takes no content kind", f.TargetPath)
		}
	}
	if f.NsPrefix != "" && !isXMLName(f.NsPrefix) {
		r.report(at, "the feed mapping's namespace prefix %q is no XML name", f.NsPrefix)
	}
}

// isXMLName reports whether s is an identifier or one with hyphens and dots: the
// names without a colon that are safe in every XML version.
func isXMLName(s string) bool {
	return isIdentifier(strings.NewReplacer("-", "_", ".", "_").Replace(strings.TrimLeft(s, "_"))) && !strings.HasPrefix(s, "-")
}
