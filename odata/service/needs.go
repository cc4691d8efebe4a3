package service

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// needs is the lowest protocol version that can express the answer to a request
// for entities. Clients that understand 3.0 get 3.0 and nothing is computed.
// Source: OData V3 core, response versions. Association links, operations and
// links of derived types do not count: older answers leave them out.
func (e *exchange) needs(req *odata.Request) version {
	if e.versions.max == maxVersion {
		return v1
	}
	least := v1
	if req.InlineCount || req.Kind == odata.Feed && e.service.pageSizeOf(e.service.sets[req.Set]) > 0 {
		least = v2
	}
	return max(least, needsOf(req.Projection))
}

func needsOf(p *odata.Projection) version {
	if len(p.Streams) > 0 {
		return v3
	}
	for _, f := range p.Fields {
		if t := f.Property.TypeRef(); t.Collection || t.Kind.IsSpatial() || holdsV3(t.Complex, nil) {
			return v3
		}
	}
	least := v1
	for _, n := range p.Navigation {
		if n.Expanded != nil {
			least = max(least, needsOf(n.Expanded))
		}
	}
	return least
}

// holdsV3 tells whether values of a complex type hold what older versions have no
// form for.
func holdsV3(t *metadata.ComplexType, outer []*metadata.ComplexType) bool {
	if t == nil {
		return false
	}
	for _, o := range outer {
		if o == t {
			return false
		}
	}
	for _, p := range t.AllProperties() {
		if r := p.TypeRef(); r.Collection || r.Kind.IsSpatial() || holdsV3(r.Complex, append(outer, t)) {
			return true
		}
	}
	return false
}
