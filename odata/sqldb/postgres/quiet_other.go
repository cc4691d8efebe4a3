//go:build !unix

package postgres

import "net"

// isQuiet cannot tell here. Connections that were idle for a second are asked
// whether they are alive all the same.
func isQuiet(net.Conn) bool { return true }
