package format

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Addressed tells whether the entities of p have a URL, without which nothing
// about them can be linked: results of operations without a set, and rows
// without a key, have none.
func Addressed(p *odata.Projection) bool { return p.Set != nil && len(p.Key) > 0 }

// EditLinkNamesType tells whether the edit link of entities of exactly type t
// in set carries a type segment, and with it every link that begins like the
// edit link. The id never does.
//
// It does for all types derived from the set's own if one of them declares a
// navigation property or a stream, which would not be found behind the plain
// URL. In other hierarchies no link needs the type. Source: WCF Data Services
// 5.6.
func EditLinkNamesType(set *metadata.EntitySet, t *metadata.EntityType) bool {
	base := set.Type()
	if t == base {
		return false
	}
	for _, d := range base.DerivedTypes() {
		if len(d.NavigationProperties) > 0 || len(d.NamedStreams()) > len(base.NamedStreams()) ||
			d.IsMediaEntity() && !base.IsMediaEntity() {
			return true
		}
	}
	return false
}

// AppendEditSegment appends what follows the id of an entity of exactly type t
// in its edit link: the type segment, or nothing.
func AppendEditSegment(dst []byte, set *metadata.EntitySet, t *metadata.EntityType) []byte {
	if !EditLinkNamesType(set, t) {
		return dst
	}
	return AppendTypeSegment(dst, t)
}

// AppendRestPath appends what follows the edit link of an entity of exactly type
// t in the link to the rest of an expansion of nav: the navigation property, and
// before it the type if the edit link does not name it. The service seals the
// place where to go on together with that URL, so the link has the type whenever
// it is not the set's own.
func AppendRestPath(dst []byte, set *metadata.EntitySet, t *metadata.EntityType, nav *metadata.NavigationProperty) []byte {
	if t != set.Type() && !EditLinkNamesType(set, t) {
		dst = AppendTypeSegment(dst, t)
	}
	return AppendURLName(append(dst, '/'), nav.Name)
}
