package metadata

import (
	"mime"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// checkProperty checks what does not depend on the declaring type.
func (r *resolver) checkProperty(at place, p *Property) {
	switch p.CollectionKind {
	case "", "None", "List", "Bag":
	default:
		r.report(at, "CollectionKind is %q: None, List and Bag are the values", p.CollectionKind)
	}
	if p.ConcurrencyMode > ConcurrencyFixed {
		r.report(at, "ConcurrencyMode has the unknown value %d", p.ConcurrencyMode)
	}
	if p.StoreGenerated > StoreGeneratedComputed {
		r.report(at, "StoreGenerated has the unknown value %d", p.StoreGenerated)
	}
	ref := p.resolved.ref
	if ref.IsZero() {
		return // reported already
	}
	if ref.Collection {
		if !p.NotNull {
			r.report(at, "a collection can be empty but not null: set NotNull (Nullable=\"false\")")
		}
		if ref.Kind == edm.KindStream {
			r.report(at, "a collection cannot hold streams")
		}
	}
	if p.MimeType != "" {
		if ref.Collection || ref.Complex != nil || ref.Kind == edm.KindStream {
			r.report(at, "MimeType is for primitive values, not for %s", ref)
		} else if media, _, err := mime.ParseMediaType(p.MimeType); err != nil || !strings.Contains(media, "/") {
			r.report(at, "MimeType %q is no media type", p.MimeType)
		}
	}
	r.checkFacets(at, ref, &p.Facets)
}

// checkConcurrency says which properties can be concurrency tokens: those that
// have one value to compare.
func (r *resolver) checkConcurrency(at place, p *Property) {
	ref := p.resolved.ref
	if p.ConcurrencyMode == ConcurrencyFixed && (ref.Collection || ref.Complex != nil || ref.Kind == edm.KindStream) {
		r.report(at, "a property of type %s cannot be a concurrency token", ref)
	}
}

// checkFacets checks that facets suit the type and each other. The facets of a
// collection are those of its items. Source: CSDL 3.0, Facets.
func (r *resolver) checkFacets(at place, ref TypeRef, f *Facets) {
	kind := ref.Kind
	if ref.Complex != nil || ref.Entity != nil || ref.Enum != nil {
		kind = edm.KindNull // a named type takes none
	}
	wrong := func(given bool, facet string) {
		if given {
			r.report(at, "the facet %s does not go with the type %s", facet, ref)
		}
	}
	text, binary := kind == edm.KindString, kind == edm.KindBinary
	temporal := kind == edm.KindDateTime || kind == edm.KindDateTimeOffset || kind == edm.KindTime
	wrong(f.MaxLength != nil && !text && !binary && kind != edm.KindStream, "MaxLength")
	wrong(f.FixedLength != nil && !text && !binary, "FixedLength")
	wrong(f.Unicode != nil && !text, "Unicode")
	wrong(f.Collation != "" && !text, "Collation")
	wrong(f.Precision != nil && kind != edm.KindDecimal && !temporal, "Precision")
	wrong(f.Scale != nil && kind != edm.KindDecimal, "Scale")
	wrong(f.SRID != nil && !kind.IsSpatial(), "SRID")
	wrong(f.DefaultValue != nil && (ref.Collection || ref.Complex != nil || ref.Entity != nil || kind == edm.KindStream), "DefaultValue")

	if n := f.MaxLength; n != nil && *n <= 0 && *n != MaxLengthMax {
		r.report(at, "MaxLength is %d: it must be positive or Max", *n)
	}
	if n := f.Precision; n != nil && (*n < 0 || *n == 0 && kind == edm.KindDecimal) {
		r.report(at, "Precision is %d: it must be positive", *n)
	}
	if n := f.Scale; n != nil && *n < 0 {
		r.report(at, "Scale is %d: it must not be negative", *n)
	}
	if f.Scale != nil && f.Precision != nil && *f.Scale > *f.Precision {
		r.report(at, "Scale %d is greater than Precision %d", *f.Scale, *f.Precision)
	}
	if n := f.SRID; n != nil && *n < 0 && *n != SRIDVariable {
		r.report(at, "SRID is %d: it must not be negative, or Variable", *n)
	}
	if v := f.DefaultValue; v != nil && ref.IsPrimitive() && !isDefault(kind, *v) {
		r.report(at, "DefaultValue %q is no %s", *v, kind)
	}
}

// isDefault reports whether s can be the default of a kind. It judges only the
// kinds whose text CSDL and the protocol agree on.
func isDefault(kind edm.Kind, s string) bool {
	var err error
	switch kind {
	case edm.KindBoolean:
		return s == "true" || s == "false" || s == "0" || s == "1"
	case edm.KindByte:
		_, err = strconv.ParseUint(s, 10, 8)
	case edm.KindSByte:
		_, err = strconv.ParseInt(s, 10, 8)
	case edm.KindInt16:
		_, err = strconv.ParseInt(s, 10, 16)
	case edm.KindInt32:
		_, err = strconv.ParseInt(s, 10, 32)
	case edm.KindInt64:
		_, err = strconv.ParseInt(s, 10, 64)
	case edm.KindGuid:
		_, err = edm.ParseGUID(s)
	}
	return err == nil
}
