package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const startWait = 30 * time.Second

// Restart starts the server after it was stopped, and waits until it answers.
func (s *Server) Restart() error {
	log, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.process = s.command("postgres", "-D", s.data(), "-k", s.folder, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "lc_messages=C")
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	process, exited := s.process, make(chan struct{})
	s.exited = exited
	go func() {
		process.Wait() // how it ended does not matter
		close(exited)
	}()
	ctx, done := context.WithTimeout(context.Background(), startWait)
	defer done()
	for {
		conn, err := pgconn.Connect(ctx, s.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("postgres has ended at once:\n%s", text)
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Crash ends the server at once: nothing is written any more, and connections
// end where they are.
func (s *Server) Crash() { s.stop(syscall.SIGQUIT) }

// Stop ends the server as an administrator does who does not wait for sessions
// to end: what they do is rolled back, and they are told.
func (s *Server) Stop() { s.stop(os.Interrupt) }

func (s *Server) stop(signal os.Signal) {
	if s.exited == nil {
		return
	}
	s.process.Process.Signal(signal) // fails if it has ended
	select {
	case <-s.exited:
	case <-time.After(startWait):
		s.process.Process.Kill()
		<-s.exited
	}
}

func (s *Server) remove() {
	s.Crash()
	os.RemoveAll(s.folder)
	if s.keeper != nil {
		s.keeper.Close()
	}
}

// command is one of the server's programs, run by its account.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.programs, name), args...)
	c.Dir = s.folder
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	c.WaitDelay = 10 * time.Second // for what still holds its output when it has ended
	s.account.run(c)
	return c
}

// keep starts a process that ends the server and removes its files when this
// process has ended without doing so: a test that takes too long ends it so.
func (s *Server) keep() error {
	keeper := exec.Command("sh", "-c", `cat >/dev/null
test -f "$0/data/postmaster.pid" && kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")" && sleep 1
rm -rf "$0"`, s.folder)
	detach(keeper)
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
