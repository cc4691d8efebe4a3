package typed

import (
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// CodeFacet is the code of a value that an operation gave to a property and
// that is longer or more precise than the property allows.
const CodeFacet = "ValueTooLong"

// change is what v differs in from what it held before; nil where it does not.
// It shares no memory with v that can change.
func (r *reading[T]) change(before state, v *T) (*odata.Change, error) {
	now, err := r.state(v)
	if err != nil {
		return nil, err
	}
	var c odata.Change
	for i, value := range now.values {
		if value.Equal(before.values[i]) {
			continue
		}
		p := r.fields[i]
		if r.fixed[i] != "" {
			return nil, odata.Internalf("%s: the function changed %s/%s, which %s", r.maker, r.binding.entity.Name, p.Name, r.fixed[i])
		}
		if err := checkFacets(p, value, p.Name); err != nil {
			return nil, err
		}
		c.Set = append(c.Set, odata.Assignment{Property: p, Value: steady(value)})
	}
	c.Dynamic = changedDynamic(before.dynamic, now.dynamic)
	if len(c.Set) == 0 && len(c.Dynamic) == 0 {
		return nil, nil
	}
	if r.set.Updater == nil {
		return nil, odata.Internalf("%s: the function changed an entity, and the set %s has no Updater", r.maker, r.set.Name)
	}
	return &c, nil
}

// changedDynamic are the properties to write to get from before to now, both
// sorted by name. One that went away is null.
func changedDynamic(before, now []odata.DynamicProperty) []odata.DynamicProperty {
	var changed []odata.DynamicProperty
	byName := func(p odata.DynamicProperty, name string) int { return cmp.Compare(p.Name, name) }
	for _, p := range now {
		at, had := slices.BinarySearchFunc(before, p.Name, byName)
		if had && p.Value.Equal(before[at].Value) || !had && p.Value.IsNull() {
			continue
		}
		changed = append(changed, odata.DynamicProperty{Name: p.Name, Value: steady(p.Value)})
	}
	for _, p := range before {
		if _, has := slices.BinarySearchFunc(now, p.Name, byName); !has && !p.Value.IsNull() {
			changed = append(changed, odata.DynamicProperty{Name: p.Name})
		}
	}
	return changed
}

// save writes a change of the entities that r reads, or of the one among them
// that has key where that is not nil.
func (r *reading[T]) save(ctx context.Context, key odata.Key, c *odata.Change) error {
	target := r.query
	target.Fields = make([]*metadata.Property, len(r.key))
	for i, at := range r.key {
		target.Fields[i] = r.fields[at]
	}
	if key != nil {
		target.OrderBy, target.After, target.Skip, target.Top = nil, nil, 0, nil
		target.Filter = odata.Conjunction(target.Filter, r.isKey(key))
	}
	_, err := r.set.Updater.Update(ctx, &target, c)
	return err
}

// keyIn is the key of an entity in that state.
func (r *reading[T]) keyIn(s state) odata.Key {
	key := make(odata.Key, len(r.key))
	for i, at := range r.key {
		key[i] = s.values[at]
	}
	return key
}

// isKey is the condition that an entity has this key.
func (r *reading[T]) isKey(key odata.Key) odata.Expr {
	conditions := make([]odata.Expr, len(key))
	it := odata.ItOf(r.query.Type)
	for i, at := range r.key {
		p := r.fields[at]
		conditions[i] = &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: it, Property: p}, R: &odata.Literal{Value: key[i], Of: p.TypeRef()}}
	}
	return odata.Conjunction(conditions...)
}

// checkFacets sees to it that v, which has the type of p, is within the facets
// of p. Function values usually come from the caller, who can mend them, so
// that the error is KindInvalid. The length of text is in characters.
func checkFacets(p *metadata.Property, v edm.Value, path string) error {
	fits := true
	switch v.Kind() {
	case edm.KindString:
		// Counting is needed only where there are more bytes than characters allowed.
		fits = p.MaxLength == nil || *p.MaxLength < 0 || len(v.Str()) <= *p.MaxLength || utf8.RuneCountInString(v.Str()) <= *p.MaxLength
	case edm.KindBinary:
		fits = p.MaxLength == nil || *p.MaxLength < 0 || len(v.Bytes()) <= *p.MaxLength
	case edm.KindDecimal:
		fits = decimalFits(p, v.Decimal())
	case edm.KindCollection:
		for _, item := range v.Elements() {
			if err := checkFacets(p, item, path); err != nil {
				return err
			}
		}
	case edm.KindComplex:
		for i, member := range p.TypeRef().Complex.AllProperties() {
			if err := checkFacets(member, v.Elements()[i], path+"/"+member.Name); err != nil {
				return err
			}
		}
	}
	if !fits {
		return &odata.Error{Kind: odata.KindInvalid, Code: CodeFacet, Message: "The operation would give a property a value that is too long for it", Target: path}
	}
	return nil
}

// decimalFits reports whether d has no more digits than p allows. Zeros at the
// end of a fraction do not count.
func decimalFits(p *metadata.Property, d edm.Decimal) bool {
	if p.Precision == nil && p.Scale == nil {
		return true
	}
	whole := d.Truncate().Precision()
	fraction := d.Scale()
	for text := d.String(); fraction > 0 && text[len(text)-1] == '0'; fraction-- {
		text = text[:len(text)-1]
	}
	if p.Scale != nil && fraction > *p.Scale {
		return false
	}
	if p.Precision == nil {
		return true
	}
	scale := fraction
	if p.Scale != nil {
		scale = *p.Scale
	}
	return whole+scale <= *p.Precision || d.Precision() == 0
}
