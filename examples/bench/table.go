package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// keysetLimit is how much slower than the first page one at a depth may be.
const keysetLimit = 1.1

// printTable writes what was measured at a database as a table.
func printTable(w io.Writer, database string, results []*result) error {
	fmt.Fprintf(w, "\n%s\n", database)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "workload\tratio\ttarget\t\tby CPU\tpamodata/s\tp50\tp99\tCPU\tpeak\tbare/s\tp50\tp99\tCPU\tpeak\t")
	beside := 0.0
	for _, r := range results {
		beside = max(beside, r.beside)
		target, verdict := "", ""
		if r.workload.target > 0 {
			target, verdict = fmt.Sprintf("%.2f", r.workload.target), "met"
			if r.ratio < r.workload.target {
				verdict = "MISSED"
			}
		}
		fmt.Fprintf(t, "%s\t%.2f\t%s\t%s\t%s\t%s\t%s\t\n", r.workload.name, r.ratio, target, verdict, r.byCPU(), r.served.cells(), r.bare.cells())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if beside == 0 {
		return nil
	}
	verdict := "met"
	if beside > keysetLimit {
		verdict = "MISSED"
	}
	_, err := fmt.Fprintf(w, "a page by $skiptoken takes %.2f of the time of the first page; target at most %.2f: %s\n", beside, keysetLimit, verdict)
	return err
}

// byCPU is the ratio of what the processes alone did for a request.
func (r *result) byCPU() string {
	if r.served.cpu <= 0 || r.bare.cpu <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(r.bare.cpuPerRequest())/float64(r.served.cpuPerRequest()))
}

func (f *figure) cells() string {
	return fmt.Sprintf("%.0f\t%s\t%s\t%s\t%s", f.rate, brief(f.quantile(0.5)), brief(f.quantile(0.99)), brief(f.cpuPerRequest()), megabytes(f.peak))
}

// brief is a duration with three digits.
func brief(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < time.Millisecond:
		return fmt.Sprintf("%.0fus", float64(d)/1e3)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.2fms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.0fms", float64(d)/1e6)
}

func megabytes(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0fMB", float64(n)/(1<<20))
}
