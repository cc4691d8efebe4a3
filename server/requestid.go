package server

import (
	"context"
	"math/rand/v2"
)

const requestIDHeader = "X-Request-Id"

// identify gives the request its id: the one a trusted proxy sent, or a new one.
// The answer and the request carry it, so that services see no other.
func (x *exchange) identify() {
	if given := x.r.Header[requestIDHeader]; len(given) == 1 && wellFormedID(given[0]) && x.server.origin.Proxied(x.r) {
		x.id[0] = given[0]
	} else {
		x.id[0] = newID()
	}
	x.r.Header[requestIDHeader] = x.id[:]
	x.answer.Header()[requestIDHeader] = x.id[:]
}

// newID is 128 random bits in hexadecimal. An id is a name, not a secret.
func newID() string {
	const digits = "0123456789abcdef"
	var text [32]byte
	for i := 0; i < len(text); i += 16 {
		n := rand.Uint64()
		for j := range 16 {
			text[i+j] = digits[n&15]
			n >>= 4
		}
	}
	return string(text[:])
}

// wellFormedID accepts what proxies make: UUIDs, hexadecimal and the like.
func wellFormedID(id string) bool {
	if len(id) < 8 || len(id) > 128 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// RequestID is the id of the request whose context ctx is or comes from; empty
// for others.
func RequestID(ctx context.Context) string {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x.id[0]
	}
	return ""
}
