//go:build !unix

package pgtest

import (
	"errors"
	"os/exec"
)

// An account is who runs the server.
type account struct{}

func unprivileged() (account, error) {
	return account{}, errors.New("a server for tests is started on Unix systems only")
}

func (account) own(string) error { return nil }
func (account) run(*exec.Cmd)    {}

func detach(*exec.Cmd) {}
