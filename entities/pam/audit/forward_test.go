package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A receiver is where sinks of several nodes deliver to. It is safe for concurrent
// use.
type receiver struct {
	mu     sync.Mutex
	lines  []string
	seqs   []int64
	calls  int
	busy   atomic.Int32
	met    atomic.Bool // two deliveries at the same time
	refuse func(call int, events []audit.Event) error
}

func (r *receiver) take(events []audit.Event) error {
	if r.busy.Add(1) > 1 {
		r.met.Store(true)
	}
	defer r.busy.Add(-1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if r.refuse != nil {
		if err := r.refuse(r.calls, events); err != nil {
			return err
		}
	}
	for i := range events {
		r.lines = append(r.lines, string(events[i].Line())+"\n")
		r.seqs = append(r.seqs, events[i].Sequence)
	}
	return nil
}

func (r *receiver) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "")
}

func (r *receiver) has() []int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]int64(nil), r.seqs...)
}

func (r *receiver) set(refuse func(call int, events []audit.Event) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse = refuse
}

// fakeSink is a sink of one node that delivers to a receiver.
type fakeSink struct {
	name     string
	to       *receiver
	confirms bool
}

func (s fakeSink) Name() string                                   { return s.name }
func (s fakeSink) Confirms() bool                                 { return s.confirms }
func (s fakeSink) Close() error                                   { return nil }
func (s fakeSink) Write(_ context.Context, e []audit.Event) error { return s.to.take(e) }
func refuseAll(int, []audit.Event) error                          { return errors.New("full") }
func upTo(n int64) (seqs []int64) {
	for i := range n {
		seqs = append(seqs, i+1)
	}
	return seqs
}

// forwarding are settings under which tests do not wait for long.
func forwarding(db sqldb.DB, clock *pamtest.Clock, sinks ...audit.Sink) audit.Forwarding {
	return audit.Forwarding{DB: db, Sinks: sinks, Clock: clock.Now, Look: 5 * time.Millisecond, Pause: time.Millisecond,
		MaxPause: 2 * time.Millisecond, Logger: pamtest.Quiet()}
}

// forward runs a forwarder until the test ends, or stop is called.
func forward(t *testing.T, c audit.Forwarding, trail *audit.Trail) (f *audit.Forwarder, stop func()) {
	t.Helper()
	f, err := audit.NewForwarder(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(background)
	var done sync.WaitGroup
	done.Go(func() { f.Run(ctx, trail) })
	stop = func() { cancel(); done.Wait() }
	t.Cleanup(stop)
	return f, stop
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// arrives waits until the latest event of a receiver is n.
func arrives(t *testing.T, r *receiver, n int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("event %d arrives", n), func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.seqs) > 0 && r.seqs[len(r.seqs)-1] >= n
	})
}

// stands waits until a sink's position is n.
func stands(t *testing.T, db sqldb.DB, sink string, n int64) {
	t.Helper()
	s := sqldb.NewStatement(db.Dialect(), "SELECT seq FROM pam_audit_sink WHERE name = '"+sink+"'", nil, []sqldb.Form{{Kind: edm.KindInt64}})
	eventually(t, fmt.Sprintf("sink %s stands at %d", sink, n), func() bool {
		c, err := sqldb.QueryOne(background, db, s)
		return err == nil && c != nil && c[0].Int() == n
	})
}

// TestForward delivers all events in order, those of before and those that come, and
// goes on where it was after a restart.
func TestForward(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, _ := fill(t, db, 1200)
		one, two := &receiver{}, &receiver{}
		c := forwarding(db, pamtest.NewClock(pamtest.Noon), fakeSink{"one", one, true}, fakeSink{"two", two, true})
		_, stop := forward(t, c, trail)
		stands(t, db, "one", 1200)
		stands(t, db, "two", 1200)
		if err := trail.Record(background, &audit.Event{ID: audit.AuthFailed}); err != nil {
			t.Fatal(err)
		}
		stands(t, db, "one", 1201)
		stands(t, db, "two", 1201)
		stop()
		add(t, trail, db, &audit.Event{ID: audit.AuthFailed}, &audit.Event{ID: audit.AuthFailed})
		forward(t, c, nil)
		stands(t, db, "one", 1203)
		stands(t, db, "two", 1203)
		for _, r := range []*receiver{one, two} {
			if diff := cmp.Diff(lines(t, trail, audit.Span{}), r.text()); diff != "" {
				t.Errorf("what was received is not the trail (-want +got):\n%s", diff)
			}
		}
	})
}

// TestForwardOfNodes has two nodes deliver to one place: one at a time, each event
// once.
func TestForwardOfNodes(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail := audit.New(db)
		r := &receiver{}
		clock := pamtest.NewClock(pamtest.Noon)
		for _, node := range []string{"a", "b"} {
			c := forwarding(db, clock, fakeSink{"shared", r, true})
			c.Node, c.Look = node, time.Millisecond
			forward(t, c, nil)
		}
		for range 60 {
			if err := trail.Record(background, &audit.Event{ID: audit.AuthFailed}); err != nil {
				t.Fatal(err)
			}
		}
		stands(t, db, "shared", 60)
		if diff := cmp.Diff(upTo(60), r.has()); diff != "" || r.met.Load() {
			t.Errorf("two at a time: %v; events (-want +got):\n%s", r.met.Load(), diff)
		}
	})
}

// TestForwardLost tells of a sink that is lost for more than a minute, once, also when
// the service was restarted meanwhile.
func TestForwardLost(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail := audit.New(db)
		clock := pamtest.NewClock(pamtest.Noon)
		r := &receiver{refuse: refuseAll}
		var log bytes.Buffer
		c := forwarding(db, clock, fakeSink{"siem", r, true})
		c.Node, c.Logger = "n1", slog.New(slog.NewTextHandler(&log, nil))
		lost := func(f func()) {
			t.Helper()
			r.set(refuseAll)
			before := r.calls
			if err := trail.Record(background, &audit.Event{ID: audit.AuthFailed, Time: clock.Now()}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "three attempts", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return r.calls > before+3 })
			f()
			r.set(nil)
		}
		_, stop := forward(t, c, trail)
		lost(func() { clock.Add(time.Minute) })
		stands(t, db, "siem", 1)
		lost(func() { clock.Add(90 * time.Second) })
		stands(t, db, "siem", 3)
		lost(func() { clock.Add(time.Hour); stop() })
		_, stop = forward(t, c, trail)
		stands(t, db, "siem", 5)
		stop()
		want := []string{"auth.failed", "auth.failed",
			"audit.gap failure the sink siem took no events for 1m30s, since 2026-03-11T12:01:00.000Z",
			"auth.failed",
			"audit.gap failure the sink siem took no events for 1h0m0s, since 2026-03-11T12:02:30.000Z"}
		var got []string
		err := trail.Read(background, 0, 100, func(e *audit.Event) error {
			got = append(got, strings.TrimSpace(fmt.Sprint(e.ID, " ", e.Outcome, " ", e.Reason)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the trail tells of what was lost for more than a minute (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(lines(t, trail, audit.Span{}), r.text()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if text := log.String(); !strings.Contains(text, "takes no events") || !strings.Contains(text, "is back") || !strings.Contains(text, "sink=siem") {
			t.Errorf("the log does not tell of it:\n%s", text)
		}
	})
}

// TestForwardSmaller gives a receiver less at a time when it refuses more.
func TestForwardSmaller(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 100)
	r := &receiver{refuse: func(_ int, events []audit.Event) error {
		if len(events) > 3 {
			return errors.New("413")
		}
		return nil
	}}
	forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), fakeSink{"small", r, true}), trail)
	stands(t, db, "small", 100)
	if diff := cmp.Diff(upTo(100), r.has()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestForwardTakesOver waits for a node that has the right to deliver, until its time
// is over, and gives way when another node has taken over.
func TestForwardTakesOver(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, _ := fill(t, db, 3)
		clock := pamtest.NewClock(pamtest.Noon)
		r := &receiver{}
		execute(t, background, db, "INSERT INTO pam_lease (name, node, holder, until_time) VALUES ('sink/s', 'dead', 'dead/1', '2026-03-11T12:00:10')")
		forward(t, forwarding(db, clock, fakeSink{"s", r, true}), trail)
		time.Sleep(30 * time.Millisecond)
		if got := r.has(); len(got) > 0 {
			t.Fatalf("events %v were delivered while another node may deliver", got)
		}
		clock.Add(10 * time.Second)
		arrives(t, r, 3)
		stands(t, db, "s", 3)

		stolen := false
		r.set(func(int, []audit.Event) error {
			if !stolen {
				stolen = true
				execute(t, background, db, "UPDATE pam_lease SET holder = 'other/1', until_time = '2026-03-11T12:00:10' WHERE name = 'sink/s'")
			}
			return nil
		})
		add(t, trail, db, &audit.Event{ID: audit.AuthFailed})
		stands(t, db, "s", 4)
		if diff := cmp.Diff([]int64{1, 2, 3, 4, 4}, r.has()); diff != "" {
			t.Errorf("the event comes again, because its position was not this node's to store (-want +got):\n%s", diff)
		}
	})
}

// TestForwardTampered delivers also what was changed in the database.
func TestForwardTampered(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 5)
	execute(t, background, db, "UPDATE pam_audit SET at = 'never', role_id = 'x' WHERE seq = 2")
	execute(t, background, db, "DELETE FROM pam_audit WHERE seq = 4")
	r := &receiver{}
	forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), fakeSink{"s", r, true}), trail)
	stands(t, db, "s", 5)
	if diff := cmp.Diff([]int64{1, 2, 3, 5}, r.has()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	v, err := audit.VerifyLines(strings.NewReader(r.text()))
	if err != nil || len(places(v.Breaks)) != 2 {
		t.Errorf("the lines tell %v, %v; want what was changed and what is missing", v.Breaks, err)
	}
}

// TestAcknowledged waits for one of the required sinks, whichever node delivers.
func TestAcknowledged(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, _ := fill(t, db, 3)
		clock := pamtest.NewClock(pamtest.Noon)
		down, up, other := &receiver{refuse: refuseAll}, &receiver{refuse: refuseAll}, &receiver{}
		c := forwarding(db, clock, fakeSink{"down", down, true}, fakeSink{"up", up, true}, fakeSink{"other", other, true})
		c.Required, c.Look = []string{"down", "up"}, time.Hour
		f, stop := forward(t, c, trail)
		stands(t, db, "other", 3)
		short, cancel := context.WithTimeout(background, 30*time.Millisecond)
		defer cancel()
		if err := f.Acknowledged(short, 3); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%v while no required sink has the event, want the end of the time", err)
		}
		up.set(nil)
		if err := f.Acknowledged(background, 3); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(upTo(3), up.has()); diff != "" {
			t.Errorf("it returned before the events had arrived (-want +got):\n%s", diff)
		}
		add(t, trail, db, &audit.Event{ID: audit.AuthFailed}) // Look is long: asking wakes the forwarder
		if err := f.Acknowledged(background, 4); err != nil {
			t.Fatal(err)
		}
		stop()
		add(t, trail, db, &audit.Event{ID: audit.AuthFailed})
		waiting := make(chan error)
		go func() { waiting <- f.Acknowledged(background, 5) }()
		execute(t, background, db, "UPDATE pam_audit_sink SET seq = 5 WHERE name = 'up'") // another node has delivered it
		if err := <-waiting; err != nil {
			t.Error(err)
		}
		free, err := audit.NewForwarder(audit.Forwarding{DB: db})
		if err != nil {
			t.Fatal(err)
		}
		if err := free.Acknowledged(background, 1000); err != nil {
			t.Errorf("without a required sink: %v", err)
		}
	})
}

// TestNewForwarder names mistakes.
func TestNewForwarder(t *testing.T) {
	r := &receiver{}
	_, err := audit.NewForwarder(audit.Forwarding{Sinks: []audit.Sink{fakeSink{"a", r, false}, fakeSink{"a", r, true}, fakeSink{"", r, true}}, Required: []string{"b", "a"}})
	if err == nil {
		t.Fatal("no mistake was found")
	}
	for _, want := range []string{"two sinks with the name a", "has no name", "b is required, and there is none", "a cannot be required"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}

// TestGrantWaitsForSink has a desk grant only what a required sink has on record.
func TestGrantWaitsForSink(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		r := &receiver{}
		clock := pamtest.NewClock(pamtest.Noon)
		c := forwarding(db, clock, fakeSink{"siem", r, true})
		c.Required = []string{"siem"}
		f, err := audit.NewForwarder(c)
		if err != nil {
			t.Fatal(err)
		}
		desk, _, granter := pamtest.NewDesk(t, db, pam.Config{Clock: clock.Now, Acknowledged: f.Acknowledged, Within: 10 * time.Second})
		granter.Before = func(_ context.Context, call string, _ pam.User) error {
			if text := r.text(); call == "grant" && !strings.Contains(text, `"name":"grant.started"`) {
				t.Errorf("the privilege precedes its record; there is only:\n%s", text)
			}
			return nil
		}
		ctx, cancel := context.WithCancel(background)
		var done sync.WaitGroup
		done.Go(func() { f.Run(ctx, desk.Trail()) })
		defer done.Wait()
		defer cancel()
		ask := pam.Ask{Role: pamtest.Plain, TTL: 600}
		got, err := desk.Create(pamtest.As(background, `PRIV\Jen`), ask)
		if err != nil || got.Status(clock.Now()) != pam.Active {
			t.Fatalf("%+v, %v; want an active request", got, err)
		}
		cancel()
		done.Wait()
		short, stop := context.WithTimeout(background, 50*time.Millisecond)
		defer stop()
		late, _, lateGranter := pamtest.NewDesk(t, db, pam.Config{Clock: clock.Now, Within: 2 * time.Second,
			Acknowledged: func(_ context.Context, seq int64) error { return f.Acknowledged(short, seq) }})
		_, err = late.Create(pamtest.As(background, `PRIV\Anna`), ask)
		if e := odata.AsError(err); err == nil || e.Kind != odata.KindUnavailable {
			t.Errorf("without a sink: %v, want KindUnavailable", err)
		}
		if groups := lateGranter.Groups(pamtest.Anna); len(groups) > 0 {
			t.Errorf("groups %v were granted without a record elsewhere", groups)
		}
	})
}
