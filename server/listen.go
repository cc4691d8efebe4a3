package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
)

// listen opens the addresses of listen and that of health.listen, or none.
func (s *Server) listen() (main []net.Listener, health net.Listener, err error) {
	defer func() {
		if err != nil {
			closeAll(main)
			main = nil
		}
	}()
	for _, address := range s.config.Listen {
		if address == systemd {
			sockets, err := inherited(os.Getenv, os.Getpid(), firstInherited)
			main = append(main, sockets...)
			if err != nil {
				return main, nil, s.cannotListen("listen", err)
			}
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			return main, nil, s.cannotListen("listen", err)
		}
		main = append(main, l)
	}
	if err := s.onlyLoopback(main); err != nil {
		return main, nil, err
	}
	if s.config.Health.Listen != "" {
		if health, err = net.Listen("tcp", s.config.Health.Listen); err != nil {
			return main, nil, s.cannotListen("health.listen", err)
		}
	}
	return main, health, nil
}

func (s *Server) cannotListen(key string, cause error) error {
	return &ConfigError{[]Mistake{{key, s.config.sources[key], cause.Error()}}}
}

// onlyLoopback looks at what was really opened before everybody is let in as
// auth.dev_user.
func (s *Server) onlyLoopback(listeners []net.Listener) error {
	if s.config.Auth.DevUser == "" {
		return nil
	}
	for _, l := range listeners {
		if !loopbackAddress(l.Addr().String()) {
			return s.cannotListen("auth.dev_user", fmt.Errorf("lets everybody in, but %v is not a loopback address", l.Addr()))
		}
	}
	return nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close()
	}
}

// firstInherited is the first descriptor that systemd hands over (sd_listen_fds,
// SD_LISTEN_FDS_START).
const firstInherited = 3

// inherited takes over the sockets of a systemd unit.
func inherited(getenv func(string) string, pid, first int) ([]net.Listener, error) {
	n, err := strconv.Atoi(getenv("LISTEN_FDS"))
	if err != nil || n < 1 || n > 64 || getenv("LISTEN_PID") != strconv.Itoa(pid) {
		return nil, errors.New("systemd has handed over no sockets: start the service by its socket unit")
	}
	var listeners []net.Listener
	for fd := first; fd < first+n; fd++ {
		f := os.NewFile(uintptr(fd), "socket of systemd")
		l, err := net.FileListener(f)
		_ = f.Close() // the listener has its own copy
		if err != nil {
			closeAll(listeners)
			return nil, fmt.Errorf("socket %d of systemd: %w", fd, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}
