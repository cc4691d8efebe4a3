package service

import (
	"log/slog"
	"sync"
	"time"

	"github.com/pamodata/pamodata/metadata"
)

const (
	defaultSlowRows = 10_000

	// slowPause is the least time between two lines of one shape, and slowShapes how
	// many shapes are told apart; those beyond share their lines.
	slowPause  = time.Minute
	slowShapes = 1_000
)

// A slowLog writes lines about reads that cost much. What it says of a request is its
// shape: nothing that the client has chosen.
type slowLog struct {
	threshold time.Duration
	rows      int
	logger    *slog.Logger
	clock     func() time.Time
	names     map[string]struct{} // of the model
	began     time.Time           // what durations are measured from

	mu     sync.Mutex
	seen   map[string]*slowShape
	others slowShape
	swept  time.Time
}

// A slowShape is when a line was last written, and how many were left out since.
type slowShape struct {
	at   time.Time
	left int
}

// newSlowLog is nil where nothing is to be logged.
func newSlowLog(config Config, s *Service) *slowLog {
	if config.SlowQuery <= 0 {
		return nil
	}
	l := &slowLog{threshold: config.SlowQuery, rows: config.SlowRows, logger: s.logger, clock: s.clock,
		names: namesOf(s.model), began: time.Now(), seen: map[string]*slowShape{}}
	if l.rows <= 0 {
		l.rows = defaultSlowRows
	}
	return l
}

// namesOf are the names of a model that URLs can have.
func namesOf(m *metadata.Model) map[string]struct{} {
	names := map[string]struct{}{}
	add := func(list ...string) {
		for _, name := range list {
			names[name] = struct{}{}
		}
	}
	properties := func(list []*metadata.Property) {
		for _, p := range list {
			add(p.Name)
		}
	}
	for _, schema := range m.Schemas {
		for _, t := range schema.EntityTypes {
			add(t.Name, t.QualifiedName())
			properties(t.AllProperties())
			for _, n := range t.AllNavigationProperties() {
				add(n.Name)
			}
		}
		for _, t := range schema.ComplexTypes {
			add(t.Name, t.QualifiedName())
			properties(t.AllProperties())
		}
		for _, c := range schema.Containers {
			add(c.Name, c.QualifiedName())
			for _, set := range c.AllEntitySets() {
				add(set.Name)
			}
			for _, f := range c.FunctionImports {
				add(f.Name, c.Name+"."+f.Name, c.QualifiedName()+"."+f.Name)
				for _, p := range f.Parameters {
					add(p.Name)
				}
			}
		}
	}
	return names
}

func (l *slowLog) known(name string) bool { _, ok := l.names[name]; return ok }

// now is the time since the log was made, by the clock that never jumps.
func (l *slowLog) now() time.Duration { return time.Since(l.began) }

// judge logs the reads of a request that cost too much, and forgets all of them.
func (l *slowLog) judge(e *exchange) {
	for e.reads != nil {
		m := e.reads
		e.reads = m.next
		m.stop()
		if m.spent >= l.threshold || m.examined > l.rows {
			l.write(e, m)
		}
		m.release()
	}
}

// write logs a read, unless its shape was logged a moment ago.
func (l *slowLog) write(e *exchange, m *measured) {
	ctx := e.r.Context()
	if !l.logger.Enabled(ctx, slog.LevelWarn) {
		return
	}
	shape := ""
	if syntax, err := e.parse(); err == nil {
		shape = syntax.Shape(l.known)
	}
	set := ""
	if m.set != nil {
		set = m.set.Name
	}
	left, ok := l.admit(e.method + " " + set + " " + m.via + " " + shape)
	if !ok {
		return
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("method", e.method), slog.String("set", set))
	if m.via != "" {
		attrs = append(attrs, slog.String("via", m.via))
	}
	attrs = append(attrs, slog.String("shape", shape), slog.Duration("duration", m.spent), slog.Int("rows", m.read))
	if m.examined > 0 {
		attrs = append(attrs, slog.Int("examined", m.examined))
	}
	if left > 0 {
		attrs = append(attrs, slog.Int("left_out", left))
	}
	l.logger.LogAttrs(ctx, slog.LevelWarn, "slow query", attrs...)
}

// admit tells whether a line may be written now, and how many were left out since
// the last one. Shapes that are too many to be told apart count as one.
func (l *slowLog) admit(key string) (left int, ok bool) {
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seen[key]
	if s == nil {
		l.sweep(now)
		if s = &l.others; len(l.seen) < slowShapes {
			s = new(slowShape)
			l.seen[key] = s
		}
	}
	if since := now.Sub(s.at); since >= 0 && since < slowPause {
		s.left++
		return 0, false
	}
	left = s.left
	*s = slowShape{at: now}
	return left, true
}

// sweep makes room, once a second at most, where there is none: shapes whose next
// line would be written anyway are forgotten, and with them what was left out.
func (l *slowLog) sweep(now time.Time) {
	if since := now.Sub(l.swept); len(l.seen) < slowShapes || since >= 0 && since < time.Second {
		return
	}
	l.swept = now
	for key, s := range l.seen {
		if since := now.Sub(s.at); since < 0 || since >= slowPause {
			delete(l.seen, key)
		}
	}
}
