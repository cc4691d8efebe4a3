package postgres

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/pamodata/pamodata/metadata/edm"
)

// The binary form of a numeric is a header of four 16-bit integers and then its
// digits to the base 10,000, each in 16 bits. The header has the number of
// digits; the weight of the first one as a power of 10,000; the sign, which also
// says what is no number; and how many decimal digits are shown after the point.
// Zeros at either end need not be there.
const (
	numericHeader   = 8
	numericBase     = 10_000
	numericNegative = 0x4000
	numericNaN      = 0xC000
	numericInfinity = 0xD000
	numericMinusInf = 0xF000
)

var (
	errNotANumber = errors.New("the value is NaN or infinite")
	errMalformed  = errors.New("the value is malformed")
	errDigits     = errors.New("the value has too many digits")
)

// numeric reads a number exactly. It allocates nothing up to 38 digits.
func numeric(b []byte) (edm.Decimal, error) {
	n, err := numericOf(b)
	if err != nil {
		return edm.Decimal{}, err
	}
	// Up to four groups are a number of 16 digits.
	if whole, fraction := max(n.weight+1, 0), (n.scale+3)/4; whole+fraction <= 4 && n.last() >= -fraction {
		var unscaled int64
		for power := whole - 1; power >= -fraction; power-- {
			unscaled = unscaled*numericBase + int64(n.group(power))
		}
		unit := unitBelow[fraction*4-n.scale]
		if unscaled%unit == 0 {
			if unscaled /= unit; n.negative {
				unscaled = -unscaled
			}
			return edm.NewDecimal(unscaled, n.scale), nil
		}
	}
	return n.long()
}

var unitBelow = [4]int64{1, 10, 100, 1000}

// A numericParts is a numeric taken apart.
type numericParts struct {
	groups   []byte
	weight   int
	scale    int
	negative bool
}

func numericOf(b []byte) (n numericParts, err error) {
	big := binary.BigEndian
	if len(b) < numericHeader || len(b) != numericHeader+2*int(big.Uint16(b)) {
		return n, errSize
	}
	switch big.Uint16(b[4:]) {
	case 0:
	case numericNegative:
		n.negative = true
	case numericNaN, numericInfinity, numericMinusInf:
		return n, errNotANumber
	default:
		return n, errMalformed
	}
	n.groups = b[numericHeader:]
	n.weight = int(int16(big.Uint16(b[2:])))
	n.scale = int(big.Uint16(b[6:]))
	for i := 0; i < len(n.groups); i += 2 {
		if big.Uint16(n.groups[i:]) >= numericBase {
			return n, errMalformed
		}
	}
	return n, nil
}

// last is the power of 10,000 of the last digit there is.
func (n *numericParts) last() int { return n.weight - len(n.groups)/2 + 1 }

// group is the digit of a power of 10,000.
func (n *numericParts) group(power int) uint16 {
	at := n.weight - power
	if at < 0 || at >= len(n.groups)/2 {
		return 0
	}
	return binary.BigEndian.Uint16(n.groups[2*at:])
}

// long reads by way of the text. Digits beyond the scale, which the server does
// not make, are kept.
func (n *numericParts) long() (edm.Decimal, error) {
	whole, last := max(n.weight+1, 1), min(n.last(), -(n.scale+3)/4, 0)
	if 4*(whole-last) > edm.MaxDecimalDigits+8 {
		return edm.Decimal{}, errDigits
	}
	var buffer [96]byte
	text := buffer[:0]
	if n.negative {
		text = append(text, '-')
	}
	for power := whole - 1; power >= 0; power-- {
		text = appendGroup(text, n.group(power))
	}
	if last == 0 {
		return edm.ParseDecimal(viewString(text))
	}
	text = append(text, '.')
	point := len(text)
	for power := -1; power >= last; power-- {
		text = appendGroup(text, n.group(power))
	}
	for len(text) > point+n.scale && text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if len(text) == point {
		text = text[:point-1]
	}
	return edm.ParseDecimal(viewString(text))
}

func appendGroup(dst []byte, group uint16) []byte {
	return append(dst, byte('0'+group/1000), byte('0'+group/100%10), byte('0'+group/10%10), byte('0'+group%10))
}

// numericSpecial tells what a numeric is that is no number.
func numericSpecial(b []byte) (f float64, ok bool) {
	if len(b) != numericHeader {
		return 0, false
	}
	switch binary.BigEndian.Uint16(b[4:]) {
	case numericNaN:
		return math.NaN(), true
	case numericInfinity:
		return math.Inf(1), true
	case numericMinusInf:
		return math.Inf(-1), true
	}
	return 0, false
}

// appendNumeric appends the binary form of a number.
func appendNumeric(dst []byte, d edm.Decimal) []byte {
	var buffer [96]byte
	text := d.AppendText(buffer[:0])
	sign := uint16(0)
	if text[0] == '-' {
		sign, text = numericNegative, text[1:]
	}
	point := len(text) // or where the point is
	for i, c := range text {
		if c == '.' {
			point = i
			break
		}
	}
	whole, fraction := text[:point], text[min(point+1, len(text)):]

	big := binary.BigEndian
	header := len(dst)
	dst = append(dst, make([]byte, numericHeader)...)
	weight, last := (len(whole)+3)/4-1, 0 // last is the length without trailing zeros
	add := func(group uint16) {
		if group == 0 && len(dst) == header+numericHeader {
			weight-- // a leading zero
			return
		}
		if dst = big.AppendUint16(dst, group); group != 0 {
			last = len(dst)
		}
	}
	for len(whole) > 0 {
		n := (len(whole)-1)%4 + 1 // the first group may be short
		add(groupOf(whole[:n]))
		whole = whole[n:]
	}
	for rest := fraction; len(rest) > 0; {
		n := min(len(rest), 4)
		group := groupOf(rest[:n])
		for range 4 - n {
			group *= 10
		}
		add(group)
		rest = rest[n:]
	}
	if last == 0 { // zero has no digits
		last, weight, sign = header+numericHeader, 0, 0
	}
	dst = dst[:last]
	big.PutUint16(dst[header:], uint16((last-header-numericHeader)/2))
	big.PutUint16(dst[header+2:], uint16(int16(weight)))
	big.PutUint16(dst[header+4:], sign)
	big.PutUint16(dst[header+6:], uint16(len(fraction)))
	return dst
}

func groupOf(digits []byte) uint16 {
	var group uint16
	for _, c := range digits {
		group = group*10 + uint16(c-'0')
	}
	return group
}
