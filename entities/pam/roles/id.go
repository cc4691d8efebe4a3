package roles

import (
	"crypto/sha1"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// namespace is that of the identifiers made from names. It never changes: the
// identifiers are in the databases and scripts of others.
var namespace = edm.GUID{0x64, 0x96, 0x97, 0xf0, 0x73, 0xd6, 0x49, 0x4b, 0xb4, 0xd7, 0x9d, 0x6d, 0x68, 0x50, 0x66, 0xdc}

// UserID is the identifier of the user with this account, unless a file says
// otherwise. Like the others it is a UUID of version 5 (RFC 9562, 5.5), made
// from the kind and the name in lower case: a file without identifiers means the same
// each time it is read, and on every node.
func UserID(account string) edm.GUID { return derived("user", account) }

// GroupID is the identifier of the group with this name.
func GroupID(name string) edm.GUID { return derived("group", name) }

// TeamID is the identifier of the team with this name.
func TeamID(name string) edm.GUID { return derived("team", name) }

// RoleID is the identifier of the role with this name.
func RoleID(name string) edm.GUID { return derived("role", name) }

func derived(kind, name string) (id edm.GUID) {
	h := sha1.New() // what version 5 is made of; nothing depends on its strength
	h.Write(namespace[:])
	h.Write([]byte(kind + ":" + fold(name)))
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

// fold is the form in which accounts and names are compared.
func fold(name string) string { return strings.ToLower(name) }
