package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A plan says how long to measure and how hard.
type plan struct {
	rounds      int
	length      time.Duration // of a round at one server
	connections int
	profiles    string // a folder for CPU profiles, empty for none
}

// A figure is what one server did in a round, or in all of them.
type figure struct {
	requests  int
	rate      float64 // requests per second, the median of the rounds
	latencies []time.Duration
	cpu       time.Duration // of all requests
	peak      int64
}

// quantile is a latency that the share q of the requests did not pass.
func (f *figure) quantile(q float64) time.Duration {
	if len(f.latencies) == 0 {
		return 0
	}
	return f.latencies[int(q*float64(len(f.latencies)-1))]
}

func (f *figure) cpuPerRequest() time.Duration { return f.cpu / time.Duration(max(f.requests, 1)) }

// A result is a workload at both servers.
type result struct {
	workload *workload
	served   figure
	bare     figure
	ratio    float64 // the median of the rounds' ratios of requests per second
	beside   float64 // the same of time, pamodata's here by pamodata's at workload.beside; 0 for none
}

// posts numbers the bodies that were sent, for keys that no other has.
var posts atomic.Int64

// measure compares the servers in rounds, in which one comes after the other and
// each is first in its turn, so that what else the machine does hits both.
func (p *plan) measure(database string, w *workload, target string, served, bare *child) (*result, error) {
	r := &result{workload: w}
	type side struct {
		name   string
		server *child
		target string
		figure *figure
		rates  []float64
	}
	sides := []side{{"pamodata", served, target, &r.served, nil}, {"bare", bare, w.bare, &r.bare, nil}}
	if w.beside != "" {
		sides = append(sides, side{"beside", served, w.beside, new(figure), nil})
	}
	for i := range sides {
		s := &sides[i]
		if _, err := p.round(s.server, w, s.target, p.length/4); err != nil { // to warm up
			return nil, err
		}
		if err := s.server.order("reset", new(string)); err != nil {
			return nil, err
		}
	}
	var ratios, besides []float64
	for n := range p.rounds {
		for i := range sides {
			s := &sides[(n+i)%len(sides)]
			profile := ""
			if p.profiles != "" && n == p.rounds-1 {
				name := strings.Join([]string{database, w.name, s.name}, "-") + ".pprof"
				profile = filepath.Join(p.profiles, strings.ReplaceAll(name, " ", "-"))
			}
			f, err := p.profiled(s.server, w, s.target, profile)
			if err != nil {
				return nil, fmt.Errorf("%s at %s: %w", w.name, s.name, err)
			}
			s.rates = append(s.rates, f.rate)
			s.figure.requests += f.requests
			s.figure.cpu += f.cpu
			s.figure.latencies = append(s.figure.latencies, f.latencies...)
			s.figure.peak = max(s.figure.peak, f.peak)
		}
		ratios = append(ratios, sides[0].rates[n]/sides[1].rates[n])
		if w.beside != "" {
			besides = append(besides, sides[2].rates[n]/sides[0].rates[n])
		}
	}
	for i := range sides {
		sides[i].figure.rate = median(sides[i].rates)
		slices.Sort(sides[i].figure.latencies)
	}
	r.ratio, r.beside = median(ratios), median(besides)
	return r, nil
}

// profiled is a round with a CPU profile of the server, unless that is empty.
func (p *plan) profiled(s *child, w *workload, target, profile string) (*figure, error) {
	if profile == "" {
		return p.round(s, w, target, p.length)
	}
	path, err := filepath.Abs(profile)
	if err != nil {
		return nil, err
	}
	if err := s.order("profile "+path, new(string)); err != nil {
		return nil, err
	}
	f, err := p.round(s, w, target, max(p.length, 2*time.Second))
	return f, errors.Join(err, s.order("stop", new(string)))
}

// round asks a server for as long as length, over several connections.
func (p *plan) round(s *child, w *workload, target string, length time.Duration) (*figure, error) {
	before, err := s.usage()
	if err != nil {
		return nil, err
	}
	lists := make([][]time.Duration, p.connections)
	failures := make([]error, p.connections)
	begin := time.Now()
	var all sync.WaitGroup
	for i := range lists {
		all.Go(func() { lists[i], failures[i] = load(s.address, w, target, begin.Add(length)) })
	}
	all.Wait()
	took := time.Since(begin)
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	after, err := s.usage()
	if err != nil {
		return nil, err
	}
	f := &figure{cpu: after.CPU - before.CPU, peak: after.Peak, latencies: slices.Concat(lists...)}
	f.requests = len(f.latencies)
	f.rate = float64(f.requests) / took.Seconds()
	return f, nil
}

// leastRequests is how many requests a connection sends in a round, however long
// they take.
const leastRequests = 4

// load sends requests over one connection until a time.
func load(address string, w *workload, target string, until time.Time) ([]time.Duration, error) {
	c, err := dial(address)
	if err != nil {
		return nil, err
	}
	defer c.close()
	latencies := make([]time.Duration, 0, 1<<14)
	for last := time.Now(); ; {
		n := 0
		if w.body != nil {
			n = int(posts.Add(1))
		}
		method, body := w.request(n)
		status, err := c.do(method, target, body, nil)
		if err != nil {
			return nil, err
		}
		if status != w.status() {
			return nil, fmt.Errorf("%s %s is answered with %d", method, target, status)
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(last))
		if last = now; now.After(until) && len(latencies) >= leastRequests {
			return latencies, nil
		}
	}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
