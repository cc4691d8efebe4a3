package audit_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

var syslogHeader = regexp.MustCompile(`^<(\d+)>1 (\S+) \S+ pamodata \d+ (\S+) - (\{.*\})$`)

// lineOf is the event in a message, after its header was checked.
func lineOf(t *testing.T, message string) string {
	t.Helper()
	m := syslogHeader.FindStringSubmatch(message)
	if m == nil {
		t.Fatalf("%q is not a message of RFC 5424", message)
	}
	if diff := cmp.Diff([]string{"107", "2026-03-11T12:00:00.000Z", "grant.failed"}, m[1:4]); diff != "" {
		t.Errorf("the header of an error to log audit (-want +got):\n%s", diff)
	}
	return m[4] + "\n"
}

// counted reads a message with its octet count.
func counted(in *bufio.Reader) (string, error) {
	size, err := in.ReadString(' ')
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(size, " "))
	if err != nil {
		return "", err
	}
	message := make([]byte, n)
	_, err = io.ReadFull(in, message)
	return string(message), err
}

func syslog(t *testing.T, c audit.SyslogConfig) *audit.SyslogSink {
	t.Helper()
	c.Name = "syslog"
	s, err := audit.NewSyslogSink(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSyslogDatagrams sends over UDP and a socket of datagrams.
func TestSyslogDatagrams(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	path := filepath.Join(t.TempDir(), "log")
	unix, err := net.ListenPacket("unixgram", path)
	if err != nil {
		t.Skip("there are no sockets of datagrams")
	}
	defer unix.Close()
	for _, tt := range []struct {
		name   string
		listen net.PacketConn
		config audit.SyslogConfig
	}{
		{"udp", udp, audit.SyslogConfig{Network: "udp", Address: udp.LocalAddr().String()}},
		{"unix", unix, audit.SyslogConfig{Network: "unix", Address: path}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := syslog(t, tt.config)
			if s.Confirms() {
				t.Error("nobody confirms a datagram")
			}
			receive := func() string {
				buffer := make([]byte, 64<<10)
				if err := tt.listen.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
					t.Fatal(err)
				}
				n, _, err := tt.listen.ReadFrom(buffer)
				if err != nil {
					t.Fatal(err)
				}
				return lineOf(t, string(buffer[:n]))
			}
			events := someEvents(1, 2)
			write(t, s, events)
			if diff := cmp.Diff(textOf(events...), receive()+receive()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			large := someEvents(3, 3)
			large[0].Groups = strings.Split(strings.Repeat("a group\n", 10_000), "\n")
			large[0].Reason = strings.Repeat("ż", 40_000)
			write(t, s, large)
			e, err := audit.ParseLine([]byte(strings.TrimSuffix(receive(), "\n")))
			if err != nil || e.Sequence != 3 || e.Hash != "00" || len(e.Groups) > 0 || !strings.HasSuffix(e.Reason, "ż…") {
				t.Errorf("%+v, %v; want the event without its groups and with a cut reason", e, err)
			}
		})
	}
}

// TestSyslogUnixAgain finds a socket that was made anew.
func TestSyslogUnixAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := net.ListenPacket("unixgram", path)
	if err != nil {
		t.Skip("there are no sockets of datagrams")
	}
	s := syslog(t, audit.SyslogConfig{Network: "unix", Address: path})
	write(t, s, someEvents(1, 1))
	l.Close()
	if err := s.Write(background, someEvents(2, 2)); err == nil {
		t.Error("a socket that nobody reads took an event")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if l, err = net.ListenPacket("unixgram", path); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	write(t, s, someEvents(2, 2))
}

// TestSyslogStreams sends over TCP and TLS with octet counting, and over a socket with
// lines.
func TestSyslogStreams(t *testing.T) {
	certified := certifiedServer(t)
	path := filepath.Join(t.TempDir(), "stream")
	for _, tt := range []struct {
		name, network string
		listen        func() (net.Listener, error)
		config        audit.SyslogConfig
		read          func(in *bufio.Reader) (string, error)
	}{
		{"tcp", "tcp", func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }, audit.SyslogConfig{}, counted},
		{"tls", "tls", func() (net.Listener, error) {
			return tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates})
		}, audit.SyslogConfig{CAFile: authority(t, certified)}, counted},
		{"unix", "unix", func() (net.Listener, error) { return net.Listen("unix", path) }, audit.SyslogConfig{},
			func(in *bufio.Reader) (string, error) {
				text, err := in.ReadString('\n')
				return strings.TrimSuffix(text, "\n"), err
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := tt.listen()
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			tt.config.Network, tt.config.Address = tt.network, l.Addr().String()
			s := syslog(t, tt.config)
			received := make(chan string, 100)
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					in := bufio.NewReader(c)
					for {
						message, err := tt.read(in)
						if err != nil {
							break
						}
						received <- message
						if strings.Contains(message, `"seq":3,`) {
							break // the receiver is restarted
						}
					}
					c.Close()
				}
			}()
			take := func(seqs ...int64) {
				t.Helper()
				for _, seq := range seqs {
					select {
					case m := <-received:
						if line := lineOf(t, m); !strings.HasPrefix(line, fmt.Sprintf(`{"seq":%d,`, seq)) {
							t.Errorf("received %s, want event %d", line, seq)
						}
					case <-time.After(5 * time.Second):
						t.Fatalf("event %d was not received", seq)
					}
				}
			}
			write(t, s, someEvents(1, 1))
			write(t, s, someEvents(2, 2))
			take(1, 2)
			again := func(from, to int64) { // as a forwarder does
				t.Helper()
				for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
					ctx, cancel := context.WithTimeout(background, 5*time.Second)
					err := s.Write(ctx, someEvents(from, to))
					cancel()
					if err == nil {
						return
					}
					if time.Now().After(deadline) {
						t.Fatal(err)
					}
				}
			}
			// The receiver reads event 3 and none of those behind it.
			// The receiver reads event 3 and ends. Either that shows at once and the events
			// come again, or it shows later and they come before the next one. Some before
			// them may come too.
			err = s.Write(background, someEvents(3, 5))
			take(3)
			if err != nil {
				again(3, 5)
			} else {
				time.Sleep(20 * time.Millisecond) // the end of the connection has come
				again(6, 6)
			}
			for again := false; !again; {
				select {
				case m := <-received:
					again = strings.HasPrefix(lineOf(t, m), `{"seq":3,`)
				case <-time.After(5 * time.Second):
					t.Fatal("event 3 did not come again")
				}
			}
		})
	}
}

// TestForwardSyslog loses nothing although the receiver is restarted now and then
// between two messages.
func TestForwardSyslog(t *testing.T) {
	db := pamtest.SQLite(t)
	trail := audit.New(db)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := syslog(t, audit.SyslogConfig{Network: "tcp", Address: l.Addr().String()})
	got := make(chan string, 10_000)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(c)
			for range 7 {
				message, err := counted(in)
				if err != nil {
					break
				}
				_, line, _ := strings.Cut(message, " - ")
				got <- line
			}
			c.Close()
		}
	}()
	_, stop := forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), s), trail)
	for n := range int64(40) {
		if err := trail.Record(background, &audit.Event{ID: audit.AuthFailed, Time: pamtest.Noon}); err != nil {
			t.Fatal(err)
		}
		stands(t, db, "syslog", n+1)
	}
	// What the last connection has taken and not read would come with the next event.
	seen := map[int64]bool{}
	for len(seen) < 39 {
		select {
		case line := <-got:
			e, err := audit.ParseLine([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			if e.Sequence > 1 && !seen[e.Sequence-1] {
				t.Errorf("event %d came before the one before it", e.Sequence)
			}
			seen[e.Sequence] = true
		case <-time.After(5 * time.Second):
			t.Fatalf("only %d events were received", len(seen))
		}
	}
	stop()
}

// TestSyslogTLSChecks refuses a receiver that nobody vouches for.
func TestSyslogTLSChecks(t *testing.T) {
	certified := certifiedServer(t)
	s := syslog(t, audit.SyslogConfig{Network: "tls", Address: certified.Listener.Addr().String()})
	if err := s.Write(background, someEvents(1, 1)); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("%v, want an error about the certificate", err)
	}
}

// TestSyslogBlocked gives up a receiver that reads nothing.
func TestSyslogBlocked(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := syslog(t, audit.SyslogConfig{Network: "tcp", Address: l.Addr().String()})
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	events := someEvents(1, 1)
	events[0].Reason = strings.Repeat("x", 15<<20)
	if err := s.Write(ctx, events); err == nil {
		t.Error("events went to a receiver that reads nothing")
	}
}

// TestSyslogConfig names mistakes.
func TestSyslogConfig(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config audit.SyslogConfig
		want   string
	}{
		{"unix", audit.SyslogConfig{Network: "unix", Address: "/dev/log"}, ""},
		{"udp", audit.SyslogConfig{Network: "udp", Address: "log.example.com:514", Facility: 10}, ""},
		{"no port", audit.SyslogConfig{Network: "tcp", Address: "log.example.com"}, "host:port"},
		{"no path", audit.SyslogConfig{Network: "unix"}, "path"},
		{"network", audit.SyslogConfig{Network: "http", Address: "a:1"}, "unix, udp, tcp or tls"},
		{"facility", audit.SyslogConfig{Network: "tcp", Address: "a:1", Facility: 24}, "facility"},
		{"authorities", audit.SyslogConfig{Network: "tls", Address: "a:1", CAFile: "/none"}, "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := audit.NewSyslogSink(tt.config)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want one with %q", err, tt.want)
			}
		})
	}
}
