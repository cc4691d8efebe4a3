//go:build !unix

package main

import "os"

// hangups never come where there is no SIGHUP: the service is restarted instead.
func hangups() (wishes <-chan os.Signal, stop func()) { return nil, func() {} }
