package pgtest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// superuser is the one of the database, and of the system where tests run as root.
const superuser = "postgres"

// A Server is a PostgreSQL server of its own, for tests that stop it. It has the
// settings of [Database]'s, and loses nothing but time when it crashes.
type Server struct {
	folder   string
	programs string // the folder of initdb and postgres
	port     int
	password string
	account  account
	process  *exec.Cmd
	exited   chan struct{} // closed when process has ended
	keeper   io.Closer     // ends the server when it is closed
}

// Start starts a server that is stopped and removed when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := start()
	if err != nil {
		lacking(t, err)
	}
	t.Cleanup(s.remove)
	return s
}

// URL is that of the server's first database, by way of a socket in a folder
// that belongs to the server.
func (s *Server) URL() string {
	query := url.Values{"host": {s.folder}, "port": {strconv.Itoa(s.port)}}
	return "postgres://" + superuser + "@/postgres?" + query.Encode()
}

// Loopback is URL by way of the loopback network, where the server asks for the
// password that is in it.
func (s *Server) Loopback() string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", superuser, s.password, s.port)
}

// start makes a folder and starts a server in it.
func start() (*Server, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, programs: programs, account: owner, password: rand.Text()}
	if err := s.prepare(); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

func (s *Server) prepare() error {
	if err := s.account.own(s.folder); err != nil {
		return err
	}
	if err := s.keep(); err != nil {
		return err
	}
	if err := s.initialise(); err != nil {
		return err
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	return s.Restart()
}

// initialise makes the files of the server.
func (s *Server) initialise() error {
	password := filepath.Join(s.folder, "password")
	if err := os.WriteFile(password, []byte(s.password), 0o600); err != nil {
		return err
	}
	if err := s.account.own(password); err != nil {
		return err
	}
	try := func(options ...string) error {
		command := s.command("initdb", append([]string{"-D", s.data(), "-U", superuser, "-E", "UTF8", "--no-sync",
			"--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=" + password}, options...)...)
		out, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("initdb: %w\n%s", err, out)
		}
		return nil
	}
	err := try("--locale=C", "--locale-provider=icu", "--icu-locale=en-US")
	if err != nil { // before version 15, or built without ICU
		if err := os.RemoveAll(s.data()); err != nil {
			return err
		}
		err = try("--locale=C")
	}
	return err
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// freePort finds a port that nobody listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// findPrograms finds the folder of initdb and postgres: that in the search path,
// or that of the newest version where Debian has them.
func findPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	newest, folder := 0, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	for _, path := range found {
		path = filepath.Dir(path)
		if version, _ := strconv.Atoi(strings.Split(path, "/")[4]); version > newest {
			newest, folder = version, path
		}
	}
	if folder == "" {
		return "", errors.New("the program initdb is missing")
	}
	return folder, nil
}
