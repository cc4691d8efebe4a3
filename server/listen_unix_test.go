//go:build unix

package server

import (
	"net"
	"syscall"
	"testing"
)

func TestInherited(t *testing.T) {
	l := loopback(t)
	defer l.Close()
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	// The function owns the descriptor it is given; f stays the test's.
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	environ := map[string]string{"LISTEN_PID": "42", "LISTEN_FDS": "1"}
	getenv := func(name string) string { return environ[name] }
	sockets, err := inherited(getenv, 42, fd)
	if err != nil || len(sockets) != 1 || sockets[0].Addr().String() != l.Addr().String() {
		t.Fatalf("inherited: %v, %v", sockets, err)
	}
	closeAll(sockets)
	for _, tt := range []struct{ name, pid, fds, why string }{
		{"another process", "43", "1", "the sockets are the parent's"},
		{"none", "42", "", "not started by systemd"},
		{"zero", "42", "0", "nothing to serve on"},
		{"too many", "42", "100000", "nonsense"},
		{"no number", "42", "x", "nonsense"},
	} {
		environ["LISTEN_PID"], environ["LISTEN_FDS"] = tt.pid, tt.fds
		if got, err := inherited(getenv, 42, fd); err == nil {
			t.Errorf("%s: %v: %s", tt.name, got, tt.why)
		}
	}
}
