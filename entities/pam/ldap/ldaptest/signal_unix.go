//go:build unix

package ldaptest

import (
	"os/exec"
	"syscall"
)

// own puts a command out of reach of the keyboard.
func own(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// Pause stops the server where it is: connections stay, and nothing is answered
// until [Server.Resume].
func (s *Server) Pause() { s.process.Process.Signal(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() { s.process.Process.Signal(syscall.SIGCONT) }
