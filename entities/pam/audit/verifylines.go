package audit

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
)

// VerifyLines checks the chain in lines, which [Trail.Export] or a file sink has
// written. What begins behind the first event is taken to begin rightly: its first
// event shows whether what follows is chained to it, and nothing shows whether its own
// contents are true. Events that come again as they were are not counted, since sinks
// deliver at least once; neither is a line that was cut off and comes again in whole. For
// texts that are no lines of a trail the place of the break is
// that of the event before.
//
// The error is that of the reader.
func VerifyLines(r io.Reader) (*Verifier, error) {
	v := &Verifier{}
	var seen recent
	first := true
	err := eachLine(r, func(l lineRead) error {
		e := l.event
		switch {
		case e == nil:
			v.report(l.after, "followed by "+l.problem)
			return nil
		case first:
			first = false
			if e.Sequence != 1 {
				v.Begin(e.Sequence, e.Hash)
				v.Events++
				seen.add(&l)
				return nil
			}
		case e.Sequence <= v.last && seen.has(&l):
			return nil
		}
		v.Add(e)
		seen.add(&l)
		return nil
	})
	v.settle()
	return v, err
}

// recent remembers the latest events by their hashes, of more than a sink delivers at
// once.
type recent struct {
	events [16 << 10]struct {
		seq  int64
		line [32]byte
	}
}

func (r *recent) add(l *lineRead) {
	at := &r.events[uint64(l.event.Sequence)%uint64(len(r.events))]
	at.seq, at.line = l.event.Sequence, l.sum
}

func (r *recent) has(l *lineRead) bool {
	at := &r.events[uint64(l.event.Sequence)%uint64(len(r.events))]
	return at.seq == l.event.Sequence && at.line == l.sum
}

// A lineRead is an event, or a text that is none.
type lineRead struct {
	event   *Event
	sum     [32]byte // see lineSum
	problem string   // without an event
	after   int64    // the event before the problem
}

// A torn text is none of a line, and perhaps the begin of one that was cut off: a sink
// that goes on begins with the events before it that were not acknowledged.
type tornText struct {
	text  []byte
	after int64 // the event before it
	lines int   // that have followed
}

const (
	maxTorn = 16

	// tornLines is how many lines may come before the whole one.
	tornLines = 2 * batchEvents
)

// eachLine calls each for the lines of a reader.
func eachLine(r io.Reader, each func(l lineRead) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var torn []tornText
	var last int64
	settle := func(done func(*tornText) bool) error {
		kept := torn[:0]
		for i := range torn {
			if done(&torn[i]) {
				if err := each(lineRead{problem: "a text that is no line of the trail", after: torn[i].after}); err != nil {
					return err
				}
				continue
			}
			kept = append(kept, torn[i])
		}
		torn = kept
		return nil
	}
	for {
		text, err := readLine(in)
		switch {
		case err == io.EOF && len(text) == 0:
			return settle(func(*tornText) bool { return true })
		case errors.Is(err, errLongLine):
			if err := each(lineRead{problem: "a text that is too long for a line of the trail", after: last}); err != nil {
				return err
			}
			continue
		case err != nil && err != io.EOF:
			return err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		e, bad := ParseLine(text)
		if bad != nil {
			if torn = append(torn, tornText{bytes.Clone(text), last, 0}); len(torn) > maxTorn {
				first := true
				if err := settle(func(*tornText) bool { was := first; first = false; return was }); err != nil {
					return err
				}
			}
			continue
		}
		torn = slices.DeleteFunc(torn, func(t tornText) bool { return bytes.HasPrefix(text, t.text) })
		if err := settle(func(t *tornText) bool { t.lines++; return t.lines > tornLines }); err != nil {
			return err
		}
		last = e.Sequence
		if err := each(lineRead{event: &e, sum: sha256.Sum256(text)}); err != nil {
			return err
		}
	}
}

// readLine reads a line without its end, which is "\n" or "\r\n". The error is io.EOF
// with the last line, and errLongLine for one of which the rest was skipped.
func readLine(in *bufio.Reader) (text []byte, err error) {
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(text)+len(part) > MaxLine; !long {
			text = append(text, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if long {
			return nil, errLongLine
		}
		return bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'}), err
	}
}

// A Comparison tells how lines differ from the chain in the database.
type Comparison struct {
	Lines    int64   // of events, each counted once
	From, To int64   // the first and the last event among the lines; 0 without any
	Breaks   []Break // what differs, and what misses on either side; the first hundred
	Pruned   int64   // lines of events that were deleted because of their age
}

func (c *Comparison) report(seq int64, problem string) {
	if len(c.Breaks) < maxBreaks {
		c.Breaks = append(c.Breaks, Break{seq, problem})
	}
}

// Compare compares lines, which an export or a sink has written, with the database:
// whoever has changed one of them has not changed the other. Events that come again as
// they were are not counted. Events before the first line and behind the last one are
// not missed; From and To tell what was compared.
func (t *Trail) Compare(ctx context.Context, r io.Reader) (*Comparison, error) {
	anchor := &head{}
	if err := t.readAnchor(ctx, anchor); err != nil {
		return nil, err
	}
	c := &Comparison{}
	w := window{trail: t}
	return c, eachLine(r, func(l lineRead) error {
		e := l.event
		if e == nil {
			c.report(l.after, "followed by "+l.problem)
			return nil
		}
		switch {
		case c.Lines == 0:
			c.From = e.Sequence
		case e.Sequence > c.To+1:
			c.report(c.To+1, fmt.Sprintf("missing among the lines, up to event %d", e.Sequence-1))
		}
		again := c.Lines > 0 && e.Sequence <= c.To
		if again && e.Sequence < c.From {
			c.report(e.Sequence, "out of order among the lines")
		}
		if !again {
			c.Lines++
			c.To = e.Sequence
		}
		if e.Sequence <= anchor.pruned && e.Sequence > 0 {
			if !again {
				c.Pruned++
			}
			return nil
		}
		kept, err := w.find(ctx, e.Sequence)
		switch {
		case err != nil:
			return err
		case kept == nil:
			c.report(e.Sequence, "missing in the database")
		case kept.flaw != "":
			c.report(e.Sequence, "changed in the database: "+kept.flaw)
		case kept.sum != l.sum:
			c.report(e.Sequence, "not the same in the database")
		}
		return nil
	})
}

func (t *Trail) readAnchor(ctx context.Context, h *head) error {
	return eachOf(ctx, t.db, t.statements.anchor, func(c []edm.Value) { h.pruned = c[0].Int() })
}

// A window is a part of the chain in the database, by sequence number.
type window struct {
	trail    *Trail
	from, to int64 // both inclusive
	events   map[int64]keptLine
}

type keptLine struct {
	sum  [32]byte
	flaw string
}

// find is the event of a number, nil without one.
func (w *window) find(ctx context.Context, seq int64) (*keptLine, error) {
	if w.events == nil || seq < w.from || seq > w.to {
		w.events, w.from, w.to = map[int64]keptLine{}, seq, seq+portionOf-1
		err := w.trail.rows(ctx, Span{From: w.from, To: w.to}, portionOf, func(e *Event, flaw string, _ []edm.Value) error {
			w.events[e.Sequence] = keptLine{lineSum(e), flaw}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if kept, ok := w.events[seq]; ok {
		return &kept, nil
	}
	return nil, nil
}
