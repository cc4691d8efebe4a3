//go:build !unix

package ldaptest

import "os/exec"

func own(*exec.Cmd) {}

// Pause does nothing: Unix systems only can stop a process where it is.
func (s *Server) Pause() {}

// Resume ends Pause.
func (s *Server) Resume() {}
