package sqlite

import (
	"unsafe"

	"modernc.org/libc"
)

// SQLite's memory is outside of Go's heap: the collector neither moves nor frees
// it, so that its addresses are numbers. These functions are all that turns them
// into pointers. What they return must not be used longer than SQLite, or the
// call that allocated the memory, says.

// at returns the pointer for an address of SQLite's memory. It converts by way
// of memory because the rule that vet checks, that a pointer be made from the
// number of a Go pointer, is about addresses of Go's heap.
func at(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// view returns the n bytes at an address, which may be 0 if n is.
func view(address uintptr, n int) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(at(address)), n)
}

// viewString lets a parser read bytes as a string for the length of one call.
func viewString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// function returns the address of a Go function in the form in which the
// library calls functions. f may be a closure, but must stay referred to for as
// long as the library may call it: the address keeps nothing alive.
func function[F any](f *F) uintptr { return *(*uintptr)(unsafe.Pointer(f)) }

// An arena is memory of SQLite's side for the texts and blobs that a statement
// is bound to. It is kept with the statement, so that binding does not allocate.
type arena struct {
	address uintptr
	size    int
}

// keptArena is the size up to which an arena is kept when its statement is not
// in use.
const keptArena = 16 << 10

// grow makes room for n bytes, at least one, and tells whether there was any.
// What was there before is lost.
func (a *arena) grow(tls *libc.TLS, n int) bool {
	if n < a.size {
		return true
	}
	a.free(tls)
	size := max(256, n+n/4+1)
	if a.address = libc.Xmalloc(tls, libc.Tsize_t(size)); a.address == 0 {
		return false
	}
	a.size = size
	return true
}

func (a *arena) free(tls *libc.TLS) {
	if a.address != 0 {
		libc.Xfree(tls, a.address)
	}
	*a = arena{}
}
