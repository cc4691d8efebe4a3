//go:build unix

package postgres

import (
	"net"
	"testing"
	"time"
)

// TestIsQuiet looks at connections with and without somebody who reads them.
func TestIsQuiet(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, tt := range []struct {
		name   string
		read   bool
		server func(net.Conn)
		want   bool
		why    string
	}{
		{"idle", false, func(net.Conn) {}, true, "there is nothing to read"},
		{"idle and read", true, func(net.Conn) {}, true, "a reader that was left behind is no reason to wait"},
		{"said something", false, func(c net.Conn) { _, _ = c.Write([]byte("E")) }, false, "a server says why before it closes"},
		{"closed", false, func(c net.Conn) { _ = c.Close() }, false, "nobody answers there"},
		{"closed and read", true, func(c net.Conn) { _ = c.Close() }, false, "nobody answers there, whoever has read it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			other, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			if tt.read {
				go func() { _, _ = conn.Read(make([]byte, 1)) }()
				time.Sleep(20 * time.Millisecond)
			}
			tt.server(other)
			time.Sleep(20 * time.Millisecond)
			found := make(chan bool, 1)
			go func() { found <- isQuiet(conn) }()
			select {
			case quiet := <-found:
				if quiet != tt.want {
					t.Errorf("quiet %v, want %v: %s", quiet, tt.want, tt.why)
				}
			case <-time.After(5 * time.Second):
				t.Errorf("it waits: %s", tt.why)
			}
		})
	}
}
