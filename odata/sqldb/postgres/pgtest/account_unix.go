//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// An account is who runs the server, which refuses to be run by root. The zero
// account is the one that runs the tests.
type account struct{ credential *syscall.Credential }

func unprivileged() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	known, err := user.Lookup(superuser)
	if err != nil {
		return account{}, fmt.Errorf("root cannot run a server, and %w", err)
	}
	uid, err := strconv.ParseUint(known.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(known.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// own makes a file the account's.
func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// run has the account run a command, out of reach of the keyboard.
func (a account) run(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential, Setpgid: true}
}

// detach puts a command out of reach of what ends this process.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
