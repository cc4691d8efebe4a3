package odata

import "context"

// Repeats remembers the answers to requests that create something, so that a
// client that saw no answer can send the request again without creating it twice.
// Implementations are safe for concurrent use. Source: OASIS Repeatable Requests
// 1.0, Repeatability-Request-ID.
type Repeats interface {
	// Claim begins the request with this key, which stands for the caller and the
	// id it chose. While another request with the key is being answered, Claim
	// waits for that one's end, or for ctx. print stands for what is asked: a key
	// that was used for something else is KindInvalid with the code
	// RepeatedIDReused.
	Claim(ctx context.Context, key, print [32]byte) (Repeat, error)
}

// A Repeat is one claimed request. It is used by one goroutine.
type Repeat interface {
	// Answer is the answer to send again; nil for a request that is new.
	Answer() []byte

	// Keep remembers the answer. It is called in the transaction that makes the
	// change, which a store of its own can make it part of; it takes effect no
	// earlier than End with committed set.
	Keep(ctx context.Context, answer []byte) error

	// End is called once, for every claim.
	End(committed bool)
}
