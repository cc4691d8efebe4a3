package typed

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// apply puts the options of t into p, whose values, or items of a collection,
// have kind k.
func (t *tag) apply(p *metadata.Property, k edm.Kind, collection bool, r *report) {
	t.misplaced(k, collection, r)
	p.MaxLength, p.FixedLength, p.Unicode = t.maxLength, t.fixedLength, t.unicode
	p.Precision, p.Scale = t.precision, t.scale
	p.DefaultValue = t.byDefault
	p.MimeType = t.mime
	p.OnSelect = t.onSelect
	if t.etag {
		p.ConcurrencyMode = metadata.ConcurrencyFixed
	}
	switch {
	case t.computed:
		p.StoreGenerated = metadata.StoreGeneratedComputed
	case t.identity:
		p.StoreGenerated = metadata.StoreGeneratedIdentity
	}
	switch {
	case t.readOnly:
		p.Writable = metadata.WriteNever
	case t.immutable:
		p.Writable = metadata.WriteOnInsert
	}
	if t.doc != "" {
		p.Documentation = &metadata.Documentation{Summary: t.doc}
	}
}

// misplaced reports options that mean nothing for values of kind k.
func (t *tag) misplaced(k edm.Kind, collection bool, r *report) {
	text, bytes := k == edm.KindString, k == edm.KindBinary
	precise := k == edm.KindDecimal || k == edm.KindDateTime || k == edm.KindDateTimeOffset || k == edm.KindTime
	single := k.IsPrimitive() && !collection
	for _, o := range []struct {
		given  bool
		name   string
		fits   bool
		onlyOn string
	}{
		{t.maxLength != nil, "maxlength", text || bytes, "text and bytes"},
		{t.fixedLength != nil, "fixedlength", text || bytes, "text and bytes"},
		{t.unicode != nil, "unicode", text, "text"},
		{t.precision != nil, "precision", precise, "decimals, dates and times"},
		{t.scale != nil, "scale", k == edm.KindDecimal, "decimals"},
		{t.mime != "", "mime", single, "single primitive values"},
		{t.byDefault != nil, "default", single, "single primitive values"},
		{t.key, "key", single, "single primitive values"},
		{t.etag, "etag", single, "single primitive values"},
		{t.identity, "identity", single, "single primitive values"},
		{t.nullable, "nullable", !collection, "single values"},
	} {
		if o.given && !o.fits {
			what := k.String()
			if collection {
				what = "Collection(" + what + ")"
				if k == edm.KindComplex {
					what = "a collection of complex values"
				}
			}
			r.add("option "+o.name+" does not fit "+what, "use it on "+o.onlyOn+" only")
		}
	}
}
