package audit

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// portionOf is how many events are read together, so that writers need not wait.
const portionOf = 1000

// A head is what pam_audit_head says.
type head struct {
	known      bool // its row is there
	seq        int64
	hash       string
	pruned     int64
	prunedHash string
}

// Verify checks the chain in the database, down to the spelling of each column, and
// what else knows of its ends: pam_audit_head, the record of the deletion of old
// events, and the positions of sinks. It reads in portions, so that writers do not
// wait; what they add meanwhile is checked too. An error says that the database could
// not be read; breaks are in the result.
//
// Whoever can write to the database can make a whole chain anew. What sinks have
// received tells that, see [Trail.Compare].
func (t *Trail) Verify(ctx context.Context) (*Verifier, error) {
	w := &walk{verifier: &Verifier{}}
	for from := int64(math.MinInt64); ; {
		next, err := t.portion(ctx, w, from)
		if err != nil {
			return nil, err
		}
		if next == from {
			break
		}
		from = next
	}
	w.end()
	return w.verifier, t.checkSinks(ctx, w.verifier)
}

// A walk is the verification of the chain in a database.
type walk struct {
	verifier *Verifier
	begun    bool
	head     head   // as of the latest portion
	deletion string // the reason of the latest record of a deletion
}

// portion checks the events from a sequence number on, and returns where the next
// portion begins, from if there is none.
func (t *Trail) portion(ctx context.Context, w *walk, from int64) (next int64, err error) {
	n := 0
	next = from
	err = sqldb.QueryEach(ctx, t.db, t.statements.portion, []edm.Value{edm.Int64(from), edm.Int64(portionOf)}, func(cells []edm.Value) error {
		w.enter(cells[len(columns)+1:])
		place := cells[len(columns)]
		if place.IsNull() {
			return nil // there are no events
		}
		e, flaw := rawEvent(cells[:len(columns)])
		w.event(&e, flaw)
		n++
		if n == portionOf && place.Int() < math.MaxInt64 {
			next = place.Int() + 1
		}
		return nil
	})
	return next, err
}

// enter takes notice of the head as it was when a row was read.
func (w *walk) enter(c []edm.Value) {
	if c[0].IsNull() {
		w.head.known = false
	} else if !w.head.known || w.head.seq != c[0].Int() || w.head.pruned != c[2].Int() ||
		w.head.hash != c[1].Str() || w.head.prunedHash != c[3].Str() {
		w.head = head{true, c[0].Int(), strings.Clone(c[1].Str()), c[2].Int(), strings.Clone(c[3].Str())}
	}
	v := w.verifier
	if !w.begun || w.head.pruned > v.last {
		v.Begin(w.head.pruned, w.head.prunedHash) // also for what was deleted since the last portion
		w.begun = true
	}
}

// event checks one event.
func (w *walk) event(e *Event, flaw string) {
	v := w.verifier
	switch {
	case e.Sequence <= w.head.pruned:
		v.report(e.Sequence, "there although the chain begins behind it")
		return
	case w.head.known && e.Sequence > w.head.seq:
		v.report(e.Sequence, "there although the chain ends before it")
		return
	}
	if e.ID == Pruned {
		w.deletion = e.Reason
	}
	v.add(e, flaw)
}

// end compares what was found with the ends that the head tells.
func (w *walk) end() {
	v := w.verifier
	if !w.head.known {
		v.settle()
		v.report(v.last+1, "the end of the chain is not known, because the row of pam_audit_head is missing")
		return
	}
	v.End(w.head.seq, w.head.hash)
	reason := ""
	if w.head.pruned != 0 || w.head.prunedHash != "" {
		reason = prunedReason(w.head.pruned, w.head.prunedHash)
	}
	if reason != w.deletion {
		v.report(w.head.pruned, "the deletion of the events up to it is not what is on record")
	}
}

// checkSinks finds events that were delivered and are not in the chain. Heads never
// go back, so that it is read after the positions.
func (t *Trail) checkSinks(ctx context.Context, v *Verifier) error {
	type position struct {
		name string
		seq  int64
	}
	var positions []position
	err := sqldb.QueryEach(ctx, t.db, t.statements.ahead, nil, func(c []edm.Value) error {
		positions = append(positions, position{strings.Clone(c[0].Str()), c[1].Int()})
		return nil
	})
	if err != nil {
		return err
	}
	seq, _, err := t.Last(ctx)
	if err != nil {
		return err
	}
	for _, p := range positions {
		if p.seq > seq {
			v.report(seq+1, fmt.Sprintf("missing, up to event %d, which the sink %s has received", p.seq, p.name))
		}
	}
	return nil
}
