package ldaptest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const startWait = 20 * time.Second

// prepare writes the server's files and starts it.
func (s *Server) prepare() error {
	if err := s.keep(); err != nil {
		return err
	}
	if err := s.certify(); err != nil {
		return err
	}
	if err := os.Mkdir(s.file("data"), 0o700); err != nil {
		return err
	}
	var text strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	for _, name := range []string{"core", "cosine", "inetorgperson", "nis"} {
		line("include %s", filepath.Join(s.schema, name+".schema"))
	}
	line("pidfile %s", s.file("pid"))
	if s.modules != "" {
		line("modulepath %s", s.modules)
		line("moduleload back_mdb")
	}
	line("TLSCACertificateFile %s", s.CAFile)
	line("TLSCertificateFile %s", s.file("server.pem"))
	line("TLSCertificateKeyFile %s", s.file("key.pem"))
	line("database mdb")
	line("suffix %q", Base)
	line("rootdn %q", Admin)
	line("rootpw %s", s.Password)
	line("directory %s", s.file("data"))
	line("maxsize 16777216")
	line("dbnosync")
	if s.access != "" {
		line("%s", s.access)
	} else {
		line("access to * by * none")
	}
	if err := os.WriteFile(s.file("slapd.conf"), []byte(text.String()), 0o600); err != nil {
		return err
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	if s.tlsPort, err = freePort(); err != nil {
		return err
	}
	return s.start()
}

func (s *Server) file(name string) string { return filepath.Join(s.folder, name) }

// start starts the server and waits until it answers.
func (s *Server) start() error {
	log, err := os.Create(s.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.process = exec.Command(s.program, "-d", "0", "-f", s.file("slapd.conf"), "-h", s.URL()+" "+s.SecureURL())
	s.process.Dir = s.folder
	s.process.Stdout, s.process.Stderr = log, log
	own(s.process)
	if err := s.process.Start(); err != nil {
		return err
	}
	process, exited := s.process, make(chan struct{})
	s.exited = exited
	go func() {
		process.Wait() // how it ended does not matter
		close(exited)
	}()
	for deadline := time.Now().Add(startWait); ; {
		conn, err := s.connect()
		if err == nil {
			return conn.Close()
		}
		select {
		case <-exited:
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("slapd has ended at once:\n%s", text)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

// Stop ends the server; its data stay.
func (s *Server) Stop() {
	if s.exited == nil {
		return
	}
	s.Resume()
	s.process.Process.Signal(os.Interrupt) // fails if it has ended
	select {
	case <-s.exited:
	case <-time.After(startWait):
		s.process.Process.Kill()
		<-s.exited
	}
}

// Restart starts the server after it was stopped, at the same addresses.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) remove() {
	s.Stop()
	os.RemoveAll(s.folder)
	if s.keeper != nil {
		s.keeper.Close()
	}
}

// keep starts a process that ends the server and removes its files when this
// process has ended without doing so: a test that takes too long ends it so.
func (s *Server) keep() error {
	keeper := exec.Command("sh", "-c", `cat >/dev/null
test -f "$0/pid" && kill -KILL "$(head -n 1 "$0/pid")"
rm -rf "$0"`, s.folder)
	own(keeper)
	input, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	s.keeper = input
	return nil
}

// freePort finds a port that nobody listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
