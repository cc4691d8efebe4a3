package service

import (
	"strings"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// checkValue holds a value that a client sent to what the model says about its
// property: its facets, the members of an enum type, and all of that within
// complex values and collections. The value has the property's type already.
// Source: CSDL 3.0, facets.
func checkValue(p *metadata.Property, v edm.Value) *odata.Error {
	if err := check(p, p.TypeRef(), v); err != nil {
		if err.Target == "" {
			err.Target = p.Name
		} else {
			err.Target = p.Name + "/" + err.Target
		}
		return err
	}
	return nil
}

func check(p *metadata.Property, t metadata.TypeRef, v edm.Value) *odata.Error {
	switch {
	case v.IsNull():
		if p.NotNull || t.Collection {
			return mustNotBeNull()
		}
		return nil
	case t.Collection:
		for _, item := range v.Elements() {
			if item.IsNull() {
				return mustNotBeNull()
			}
			if err := check(p, t.Item(), item); err != nil {
				return err
			}
		}
		return nil
	case t.Complex != nil:
		for i, member := range t.Complex.AllProperties() {
			if err := checkValue(member, v.Elements()[i]); err != nil {
				return err
			}
		}
		return nil
	case t.Enum != nil:
		return checkEnum(t.Enum, v.Str())
	}
	return checkFacets(&p.Facets, v)
}

func checkFacets(f *metadata.Facets, v edm.Value) *odata.Error {
	switch v.Kind() {
	case edm.KindString:
		return checkLength(f, utf8.RuneCountInString(v.Str()))
	case edm.KindBinary:
		return checkLength(f, len(v.Bytes()))
	case edm.KindDecimal:
		return checkDigits(f, v.Decimal().String())
	case edm.KindDateTime, edm.KindDateTimeOffset, edm.KindTime:
		if f.Precision != nil && fractionDigits(v) > *f.Precision {
			return facet("InvalidPrecision", "The time has more digits of a second than its property takes")
		}
	}
	return nil
}

// checkDigits bounds the digits of a number, and those behind its point. Zeros
// that only spell it out do not count.
func checkDigits(f *metadata.Facets, number string) *odata.Error {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(number, "-"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if f.Scale != nil && len(fraction) > *f.Scale {
		return facet("InvalidScale", "The number has more decimal places than its property takes")
	}
	if f.Precision == nil || *f.Precision == 0 {
		return nil
	}
	room := *f.Precision - len(fraction)
	if f.Scale != nil {
		room = *f.Precision - *f.Scale // its places are kept free
	}
	if len(whole) > room {
		return facet("InvalidPrecision", "The number has more digits than its property takes")
	}
	return nil
}

func checkLength(f *metadata.Facets, n int) *odata.Error {
	if f.MaxLength == nil || *f.MaxLength < 0 {
		return nil
	}
	switch {
	case n > *f.MaxLength:
		return facet("TooLong", "The value is longer than its property takes")
	case f.FixedLength != nil && *f.FixedLength && n != *f.MaxLength:
		return facet("WrongLength", "The value does not have the fixed length of its property")
	}
	return nil
}

// fractionDigits counts the digits behind the seconds.
func fractionDigits(v edm.Value) int {
	text := string(edm.AppendText(nil, v))
	_, fraction, found := strings.Cut(text, ".")
	if !found {
		return 0
	}
	n := 0
	for n < len(fraction) && '0' <= fraction[n] && fraction[n] <= '9' {
		n++
	}
	return n
}

// checkEnum wants the name of a member, or for flags several with commas between
// them.
func checkEnum(t *metadata.EnumType, text string) *odata.Error {
	names := []string{text}
	if t.IsFlags {
		names = strings.Split(text, ",")
	}
	for _, name := range names {
		if !hasMember(t, strings.TrimSpace(name)) {
			return facet("UnknownEnumMember", "The value is not a member of its enumeration")
		}
	}
	return nil
}

func hasMember(t *metadata.EnumType, name string) bool {
	for _, m := range t.Members {
		if m.Name == name {
			return true
		}
	}
	return false
}

func mustNotBeNull() *odata.Error { return facet("NotNullable", "The property must have a value") }

func facet(code, message string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message}
}
