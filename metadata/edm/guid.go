package edm

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
)

// A GUID is an Edm.Guid: 16 bytes in the order of its text form, so that the
// first byte is the first two hex digits. The zero GUID is all zeros.
type GUID [16]byte

const guidLen = 36 // 8-4-4-4-12 hex digits

// NewGUID returns a random GUID (version 4) from the system's secure source.
// It is safe for concurrent use.
func NewGUID() GUID {
	var g GUID
	rand.Read(g[:]) // never fails: see crypto/rand
	g[6] = g[6]&0x0f | 0x40
	g[8] = g[8]&0x3f | 0x80
	return g
}

// ParseGUID reads the form 6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10, in either
// case, without braces. Errors are *SyntaxError.
func ParseGUID(s string) (GUID, error) {
	var g GUID
	if len(s) != guidLen {
		return GUID{}, syntaxError(min(len(s), guidLen), "a guid has 36 characters, 8-4-4-4-12 hex digits")
	}
	at := 0
	for i := range g {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			if s[at] != '-' {
				return GUID{}, syntaxError(at, "a guid has a hyphen here")
			}
			at++
		}
		high, ok := hexDigit(s[at])
		if !ok {
			return GUID{}, syntaxError(at, "a guid has a hex digit here")
		}
		low, ok := hexDigit(s[at+1])
		if !ok {
			return GUID{}, syntaxError(at+1, "a guid has a hex digit here")
		}
		g[i] = high<<4 | low
		at += 2
	}
	return g, nil
}

// String returns the lower-case form 6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10.
func (g GUID) String() string {
	var buf [guidLen]byte
	return string(g.AppendText(buf[:0]))
}

// AppendText appends the form String returns.
func (g GUID) AppendText(dst []byte) []byte {
	const digits = "0123456789abcdef"
	for i, b := range g {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// MarshalText returns the form String returns, for encoding packages.
func (g GUID) MarshalText() ([]byte, error) {
	return g.AppendText(make([]byte, 0, guidLen)), nil
}

// UnmarshalText reads what [ParseGUID] reads. On an error g is unchanged.
func (g *GUID) UnmarshalText(text []byte) error {
	parsed, err := ParseGUID(string(text))
	if err != nil {
		return err
	}
	*g = parsed
	return nil
}

// IsZero reports whether g is all zeros.
func (g GUID) IsZero() bool { return g == GUID{} }

// Compare orders GUIDs by their text form, which is the order of their bytes.
// Databases differ here: .NET and SQL Server have orders of their own.
func (g GUID) Compare(other GUID) int { return bytes.Compare(g[:], other[:]) }

// words returns g as two big-endian words, whose order is that of the text.
func (g GUID) words() (hi, lo uint64) {
	return binary.BigEndian.Uint64(g[:8]), binary.BigEndian.Uint64(g[8:])
}

func guidFromWords(hi, lo uint64) (g GUID) {
	binary.BigEndian.PutUint64(g[:8], hi)
	binary.BigEndian.PutUint64(g[8:], lo)
	return g
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
