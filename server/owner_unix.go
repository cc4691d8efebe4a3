//go:build unix

package server

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f the owner and group of former, so that an administrator who
// edits the file does not lock the service out.
func keepOwner(f *os.File, former fs.FileInfo) error {
	was, ok := former.Sys().(*syscall.Stat_t)
	if !ok || int(was.Uid) == os.Geteuid() && int(was.Gid) == os.Getegid() {
		return nil
	}
	return f.Chown(int(was.Uid), int(was.Gid))
}
