//go:build !unix

package main

// usageOfProcess is not known on this system.
func usageOfProcess() usage { return usage{} }

func resetPeak() {}
