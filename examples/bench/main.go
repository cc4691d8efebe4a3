// Command bench measures what OData costs over a database: pamodata beside a
// handler of echo with SQL and JSON written by hand, in one run, on the same
// rows. README.md tells how to read what it prints.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"
)

// options are what the command line says.
type options struct {
	postgres string
	workload string
	alone    bool
	size     size
	plan     plan
}

func parse(args []string) (*options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.postgres, "postgres", "", "`URL` of a PostgreSQL database in which schemas may be made; empty: SQLite only")
	f.StringVar(&o.workload, "workload", "", "measure these workloads only, `names` separated by commas")
	f.StringVar(&o.plan.profiles, "cpuprofile", "", "write CPU profiles of both servers to this `folder`")
	f.BoolVar(&o.alone, "alone", false, "leave out the server around pamodata's service: sign-in, limits, echo")
	f.IntVar(&o.plan.rounds, "rounds", 7, "rounds of each workload")
	f.DurationVar(&o.plan.length, "round", 600*time.Millisecond, "time of a round at each server")
	f.IntVar(&o.plan.connections, "connections", 4, "requests at once")
	f.IntVar(&o.size.rows, "rows", 100_000, "requests in the database")
	short := f.Bool("short", false, "a few seconds: 5,000 rows, one round of 50 ms")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	o.size.roles = 200
	if *short {
		o.size.rows, o.plan.rounds, o.plan.length = 5_000, 1, 50*time.Millisecond
	}
	if o.size.rows < 1_000 || o.plan.rounds < 1 || o.plan.connections < 1 || o.plan.connections > 8 || f.NArg() > 0 {
		return nil, errors.New("bench takes flags only, with at least 1,000 rows, one round, and 1 to 8 connections")
	}
	return &o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(max(runtime.NumCPU()-1, 1)) // the rest is for the server
	if o.plan.profiles != "" {
		if err := os.MkdirAll(o.plan.profiles, 0o755); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Fprintf(out, "%d requests, %d roles; %d rounds of %v at each server, %d connections, one processor a server\n",
		o.size.rows, o.size.roles, o.plan.rounds, o.plan.length, o.plan.connections)
	if err := o.database(ctx, folder, false, out); err != nil {
		return err
	}
	if o.postgres == "" {
		return nil
	}
	return o.database(ctx, o.postgres, true, out)
}

// database measures all workloads at one database.
func (o *options) database(ctx context.Context, at string, isPostgres bool, out io.Writer) (err error) {
	p, err := startPair(ctx, at, isPostgres, o.alone, o.size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	chosen, err := choose(p.workloads, o.workload)
	if err != nil {
		return err
	}
	var results []*result
	for i := range chosen {
		w := &chosen[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.same(w); err != nil {
			return err
		}
		target, err := p.target(w)
		if err != nil {
			return err
		}
		r, err := o.plan.measure(p.database, w, target, p.served, p.bare)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return printTable(out, p.database, results)
}

// choose picks workloads by their names.
func choose(all []workload, names string) ([]workload, error) {
	if names == "" {
		return all, nil
	}
	var chosen []workload
	for name := range strings.SplitSeq(names, ",") {
		at := slices.IndexFunc(all, func(w workload) bool { return w.name == name })
		if at < 0 {
			return nil, fmt.Errorf("there is no workload %q", name)
		}
		chosen = append(chosen, all[at])
	}
	return chosen, nil
}

func main() {
	if text := os.Getenv(variable); text != "" {
		exit(serveAsChild(text, os.Stdin, os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, os.Args[1:], os.Stdout))
}

// exit ends the process, with the error if there is one.
func exit(err error) {
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}
