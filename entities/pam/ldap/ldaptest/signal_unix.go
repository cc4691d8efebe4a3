//go:build unix

package ldaptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// own puts a command out of reach of the keyboard.
func own(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// Pause stops the server where it is: connections stay, and nothing is answered
// until [Server.Resume].
func (s *Server) Pause() {
	s.process.Process.Signal(syscall.SIGSTOP)
	// The signal is sent, not yet obeyed by all of its threads.
	for range 500 {
		if stopped, known := s.stopped(); stopped {
			return
		} else if !known {
			time.Sleep(100 * time.Millisecond)
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// stopped tells whether all threads of the server stand still; known is false where
// the system does not say.
func (s *Server) stopped() (stopped, known bool) {
	files, _ := filepath.Glob("/proc/" + strconv.Itoa(s.process.Process.Pid) + "/task/*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		// The state is behind the name, which is in parentheses.
		_, state, ok := strings.Cut(string(text), ") ")
		if !ok || !strings.HasPrefix(state, "T") {
			return false, true
		}
	}
	return len(files) > 0, len(files) > 0
}

// Resume ends Pause.
func (s *Server) Resume() { s.process.Process.Signal(syscall.SIGCONT) }
