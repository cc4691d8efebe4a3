package pam

import (
	"math"
	"time"
)

// ParseTTL reads a requested duration: a decimal number of seconds, which may
// have a fraction and an exponent, since portals calculate it from hours and send
// 1008.0000000000001. Exactly 0 gives a role up. Anything above is rounded to the
// nearest second, halves up, and is never less than 1: a tiny fraction must not
// turn into giving the role up.
//
// Refused are the empty text, negative numbers, numbers that are above 2^63-1
// after rounding, names of what is no number, hexadecimal, underscores and
// blanks. So is every text with a minus, -0 included: it is what is left of a
// negative duration that became too small to see, and nobody who means 0 writes it.
//
// Source: PAM REST API, Create PAM request.
func ParseTTL(text string) (seconds int64, ok bool) {
	d, ok := scanDecimal(text)
	if !ok {
		return 0, false
	}
	switch {
	case d.digits == "":
		return 0, true
	case d.point < 0: // below 0.1
		return 1, true
	case d.point > 19: // 2^63 has 19 digits
		return 0, false
	}
	var whole uint64 // below 10^19, which is below 2^64
	at := 0
	for n := int64(0); n < d.point; n++ {
		digit := uint64(0)
		if at < len(d.digits) {
			if d.digits[at] == '.' {
				at++
			}
			if at < len(d.digits) {
				digit = uint64(d.digits[at] - '0')
				at++
			}
		}
		whole = whole*10 + digit
	}
	if at < len(d.digits) && d.digits[at] == '.' {
		at++
	}
	if at < len(d.digits) && d.digits[at] >= '5' {
		whole++
	}
	if whole > math.MaxInt64 {
		return 0, false
	}
	return max(int64(whole), 1), true
}

// A decimal is the number 0.digits times ten to the power of point.
type decimal struct {
	digits string // from the first that is not 0; may hold one '.'; empty for zero
	point  int64
}

// scanDecimal reads [+] digits [. digits] [e [+|-] digits], with a digit on at
// least one side of the point.
func scanDecimal(text string) (decimal, bool) {
	at := 0
	if at < len(text) && text[at] == '+' {
		at++
	}
	first, end := -1, at // of the digits that count
	var whole, leading int64
	seen, pointed := false, false
	for ; at < len(text); at++ {
		c := text[at]
		if c == '.' && !pointed {
			pointed = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen = true
		switch {
		case first >= 0:
		case c != '0':
			first = at
		case pointed:
			leading++ // zeros between the point and the first digit that counts
		}
		if first >= 0 {
			end = at + 1
			if !pointed {
				whole++
			}
		}
	}
	if !seen {
		return decimal{}, false
	}
	exponent, ok := scanExponent(text[at:])
	switch {
	case !ok:
		return decimal{}, false
	case first < 0:
		return decimal{}, true
	}
	return decimal{digits: text[first:end], point: whole - leading + exponent}, true
}

// scanExponent reads all of text as an exponent; no text is 0. Absurd ones come
// back as 2^40 or more, which lies beyond the length of any text.
func scanExponent(text string) (int64, bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	sign := int64(1)
	if text != "" && (text[0] == '+' || text[0] == '-') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if text == "" {
		return 0, false
	}
	var exponent int64
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		if exponent < 1<<40 {
			exponent = exponent*10 + int64(text[i]-'0')
		}
	}
	return sign * exponent, true
}

// effectiveTTL is how long an activation lasts that was asked for so many seconds,
// of a role with this TTL: never longer than the role's and the service's maximum,
// and otherwise at least the service's minimum. A minimum or maximum of 0 is none. A
// maximum below the minimum wins, since it is there for safety.
//
// Source: PAM REST API, TTL: requests above the maximum are accepted and capped.
func effectiveTTL(requested int64, role, minimum, maximum time.Duration) time.Duration {
	limit := role
	if maximum > 0 {
		limit = min(limit, maximum)
	}
	// Compared in seconds: as a time.Duration, the request may overflow.
	if requested >= int64(limit/time.Second) {
		return limit
	}
	return min(max(time.Duration(requested)*time.Second, minimum), limit)
}
