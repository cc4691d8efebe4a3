//go:build unix

package main

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// usageOfProcess is what this process has used. On Linux the peak is that of
// its own memory: the one of getrusage begins with that of the process that
// started it.
func usageOfProcess() usage {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return usage{}
	}
	u := usage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Peak: int64(r.Maxrss)}
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
		u.Peak *= 1024
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return u
	}
	if _, rest, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
		if fields := bytes.Fields(rest); len(fields) > 0 {
			if n, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
				u.Peak = n * 1024
			}
		}
	}
	return u
}

// resetPeak begins to measure the peak anew, where the system can.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
