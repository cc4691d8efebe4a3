package edm

import (
	"bytes"
	"math"
	"slices"
	"strings"
)

// Equal reports whether v and other are the same value of the same kind in the
// same representation: 2.5 and 2.50 differ, and so do the same instant with
// different zones, 0.0 and -0.0, and the number 7 as Int32 and as Int64. All
// NaNs of a kind are the same, so that a value equals itself. go-cmp uses this
// method; for order and the eq operator see [Compare].
func (v Value) Equal(other Value) bool {
	if v.kind != other.kind {
		return false
	}
	switch v.kind {
	case KindSingle, KindDouble:
		return v.lo == other.lo || math.IsNaN(v.Float()) && math.IsNaN(other.Float())
	case KindString:
		return v.Str() == other.Str()
	case KindBinary:
		return bytes.Equal(v.Bytes(), other.Bytes())
	case KindDecimal:
		return v.Decimal().Equal(other.Decimal())
	case KindComplex, KindCollection:
		return slices.EqualFunc(v.Elements(), other.Elements(), Value.Equal)
	}
	if v.kind.IsSpatial() {
		return v.Spatial().Equal(other.Spatial())
	}
	return v.lo == other.lo && v.hi == other.hi && v.aux == other.aux
}

// Clone returns a copy of v that refers to no memory of its maker: text, bytes
// and elements are copied, at any depth. Decimals and spatial values never refer
// to any, and are shared.
func (v Value) Clone() Value {
	switch v.kind {
	case KindString:
		return String(strings.Clone(v.Str()))
	case KindBinary:
		return Binary(bytes.Clone(v.Bytes()))
	case KindComplex:
		return Complex(cloneAll(v.Elements()))
	case KindCollection:
		return Collection(cloneAll(v.Elements()))
	}
	return v
}

func cloneAll(values []Value) []Value {
	copies := make([]Value, len(values))
	for i, v := range values {
		copies[i] = v.Clone()
	}
	return copies
}
