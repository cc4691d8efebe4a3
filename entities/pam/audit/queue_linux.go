package audit

import (
	"net"
	"syscall"
	"unsafe"
)

// knowsQueue tells that the system knows what a receiver has not acknowledged.
const knowsQueue = true

// queued is how many bytes of a TCP connection the receiver's system has not
// acknowledged, 0 for other connections.
func queued(c net.Conn) (n int, err error) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return 0, nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, err
	}
	var count int32
	failed := raw.Control(func(fd uintptr) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&count))); errno != 0 {
			err = errno
		}
	})
	if failed != nil {
		return 0, failed
	}
	return int(count), err
}
