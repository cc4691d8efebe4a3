package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// Forwarding is what a [Forwarder] needs.
type Forwarding struct {
	// DB is that of the trail.
	DB sqldb.DB

	// Sinks get all events, each at its own pace.
	Sinks []Sink

	// Required are the names of sinks one of which has to have an event before
	// [Forwarder.Acknowledged] returns. They must be sinks that confirm.
	Required []string

	// Node names this process among those that share the database. Default "node".
	Node string

	// Clock is the time of leases and events. Default [time.Now].
	Clock func() time.Time

	// Timeout bounds each delivery. Default 10 s.
	Timeout time.Duration

	// Look is how often the trail is looked at for what other nodes have added.
	// Default 1 s.
	Look time.Duration

	// Pause is the time before the second attempt to deliver to a lost sink. It
	// doubles with each further one, up to MaxPause. Default 250 ms and 15 s.
	Pause, MaxPause time.Duration

	// Logger is told of sinks that are lost and that come back. Default
	// [slog.Default].
	Logger *slog.Logger
}

const (
	batchEvents = 500
	batchBytes  = 1 << 20

	// gapAfter is how long a sink has to be lost for the trail to tell of it.
	gapAfter = time.Minute

	// askEvery is how often the database is asked whether another node has delivered
	// what is waited for.
	askEvery = 100 * time.Millisecond
)

// A Forwarder delivers the events of a trail to sinks: each event at least once, and
// in their order. One node at a time delivers to a sink. It is safe for concurrent use.
type Forwarder struct {
	config    Forwarding
	positions *positions
	trail     *Trail
	wake      chan struct{}

	mu       sync.Mutex
	at       map[string]int64 // positions that this node knows of
	progress chan struct{}    // closed when one of them changes
}

// NewForwarder makes a forwarder. It delivers nothing before [Forwarder.Run]. The error
// tells every mistake in the configuration.
func NewForwarder(c Forwarding) (*Forwarder, error) {
	var mistakes []error
	var names []string
	for _, s := range c.Sinks {
		switch {
		case s.Name() == "":
			mistakes = append(mistakes, errors.New("a sink has no name"))
		case slices.Contains(names, s.Name()):
			mistakes = append(mistakes, fmt.Errorf("there are two sinks with the name %s", s.Name()))
		}
		names = append(names, s.Name())
	}
	for _, name := range c.Required {
		switch at := slices.Index(names, name); {
		case at < 0:
			mistakes = append(mistakes, fmt.Errorf("the sink %s is required, and there is none of this name", name))
		case !c.Sinks[at].Confirms():
			mistakes = append(mistakes, fmt.Errorf("the sink %s cannot be required: nobody confirms what it sends", name))
		}
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if c.Node == "" {
		c.Node = "node"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&c.Timeout, 10*time.Second)
	set(&c.Look, time.Second)
	set(&c.Pause, 250*time.Millisecond)
	set(&c.MaxPause, 15*time.Second)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return &Forwarder{config: c, positions: newPositions(c.DB, c.Node), trail: New(c.DB), wake: make(chan struct{}, 1),
		at: map[string]int64{}, progress: make(chan struct{})}, nil
}

// Run delivers until ctx ends, and closes the sinks. trail is the one of the database
// whose [Trail.Notify] tells of new events; nil for none.
func (f *Forwarder) Run(ctx context.Context, trail *Trail) {
	var group sync.WaitGroup
	wakes := make([]chan struct{}, len(f.config.Sinks))
	for i, sink := range f.config.Sinks {
		wakes[i] = make(chan struct{}, 1)
		group.Go(func() { f.serve(ctx, sink, wakes[i]) })
	}
	var appended chan struct{}
	if trail != nil {
		appended = trail.appended
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-appended:
		case <-f.wake:
		}
		for _, wake := range wakes {
			signal(wake)
		}
	}
	group.Wait()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// serve delivers to one sink, for ever.
func (f *Forwarder) serve(ctx context.Context, sink Sink, wake <-chan struct{}) {
	defer sink.Close()
	log := f.config.Logger.With("sink", sink.Name())
	timer := time.NewTimer(0)
	defer timer.Stop()
	failures, size := 0, batchEvents
	for {
		sooner := wake
		if failures > 0 {
			sooner = nil // it is tried again when the pause is over
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-sooner:
		}
		for {
			more, err := f.deliver(ctx, sink, size)
			if ctx.Err() != nil {
				return
			}
			if err == nil {
				if failures > 0 {
					log.InfoContext(ctx, "the sink of the audit trail is back", "attempts", failures)
				}
				failures, size = 0, min(2*size, batchEvents)
				if more {
					continue
				}
				break
			}
			// A receiver may take a few events where it takes no more.
			failures, size = failures+1, max(size/2, 1)
			if failures&(failures-1) == 0 {
				log.ErrorContext(ctx, "the sink of the audit trail takes no events; it is tried again", "attempts", failures, "error", err)
			}
			break
		}
		if failures > 0 {
			timer.Reset(min(f.config.Pause<<min(failures-1, 20), f.config.MaxPause))
		} else {
			timer.Reset(f.config.Look)
		}
	}
}

var errTakenOver = errors.New("another node has taken over the delivery")

// deliver delivers one batch to a sink, if there is something, and tells whether there
// is more.
func (f *Forwarder) deliver(ctx context.Context, sink Sink, size int) (more bool, err error) {
	at, err := f.positions.of(ctx, sink.Name())
	if err != nil {
		return false, err
	}
	f.note(sink.Name(), at.seq)
	last, _, err := f.trail.Last(ctx)
	if err != nil || at.seq >= last {
		return false, err
	}
	right, err := f.positions.hold(ctx, sink.Name(), f.config.Clock(), f.lease())
	if err != nil || right == nil {
		return false, err
	}
	store := context.WithoutCancel(ctx)
	if at, err = f.positions.of(ctx, sink.Name()); err != nil { // as others have left it
		return false, errors.Join(err, right.end(store))
	}
	events, err := f.batch(ctx, at.seq, size)
	if err != nil || len(events) == 0 {
		return false, errors.Join(err, right.end(store))
	}
	call, cancel := context.WithTimeout(ctx, f.config.Timeout)
	err = sink.Write(call, events)
	cancel()
	if err != nil {
		if ctx.Err() != nil {
			return false, right.end(store)
		}
		return false, errors.Join(err, f.positions.miss(store, sink.Name(), f.config.Clock()), right.end(store))
	}
	reached := events[len(events)-1].Sequence
	if err := f.advance(store, right, sink.Name(), reached); err != nil {
		return false, errors.Join(err, right.end(store))
	}
	f.note(sink.Name(), reached)
	return true, nil
}

// lease is longer than a delivery and what surrounds it, so that another node does not
// begin while one delivers.
func (f *Forwarder) lease() time.Duration { return f.config.Timeout + 20*time.Second }

// batch reads the events behind a position, as they are stored.
func (f *Forwarder) batch(ctx context.Context, after int64, size int) (events []Event, err error) {
	bytes := 0
	err = f.trail.rows(ctx, Span{From: max(after, 0) + 1}, int64(size), func(e *Event, _ string, cells []edm.Value) error {
		for _, c := range cells {
			if !c.IsNull() {
				bytes += len(c.Str())
			}
		}
		if bytes <= batchBytes || len(events) == 0 {
			events = append(events, *e)
		}
		return nil
	})
	return events, err
}

// advance stores that a sink has come to an event, gives the right back, and records
// that the sink was lost for long.
func (f *Forwarder) advance(ctx context.Context, right *holding, sink string, to int64) error {
	told := false
	err := f.config.DB.Transact(ctx, func(ctx context.Context) error {
		told = false
		now := stored(f.config.Clock())
		if ok, err := right.last(ctx, now); err != nil || !ok {
			return errors.Join(err, errTakenOver)
		}
		before, err := f.positions.of(ctx, sink)
		if err != nil {
			return err
		}
		if err := f.positions.store(ctx, sink, to, now); err != nil {
			return err
		}
		if lost := now.Sub(before.lost); !before.lost.IsZero() && lost > gapAfter {
			told = true
			reason := fmt.Sprintf("the sink %s took no events for %s, since %s", sink, lost.Round(time.Second), before.lost.Format(instant))
			if err := f.trail.Append(ctx, &Event{ID: Gap, Time: now, Node: f.config.Node, Actor: System, Outcome: Failure, Reason: reason}); err != nil {
				return err
			}
		}
		return right.end(ctx)
	})
	if err == nil && told {
		signal(f.wake)
	}
	return err
}

// note remembers a position, and wakes those who wait for it.
func (f *Forwarder) note(sink string, seq int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at[sink] < seq {
		f.at[sink] = seq
		close(f.progress)
		f.progress = make(chan struct{})
	}
}

// reached tells whether a required sink is known to have an event, and what tells of
// progress.
func (f *Forwarder) reached(seq int64) (bool, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.config.Required, func(name string) bool { return f.at[name] >= seq }), f.progress
}

// Acknowledged returns nil as soon as one of the required sinks has an event, whichever
// node has delivered it, and an error if ctx ends before; at once if no sink is
// required. It is what pam.Config.Acknowledged asks for.
func (f *Forwarder) Acknowledged(ctx context.Context, seq int64) error {
	if len(f.config.Required) == 0 {
		return nil
	}
	ask := time.NewTicker(askEvery)
	defer ask.Stop()
	var failed error
	for {
		ok, progress := f.reached(seq)
		if ok {
			return nil
		}
		signal(f.wake)
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("audit: no required sink has event %d: %w", seq, context.Cause(ctx)), failed)
		case <-progress:
		case <-ask.C:
			for _, name := range f.config.Required {
				var at place
				if at, failed = f.positions.of(ctx, name); failed == nil {
					f.note(name, at.seq)
				}
			}
		}
	}
}
