//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// hangups are the wishes that the definitions be read again: SIGHUP.
func hangups() (wishes <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
