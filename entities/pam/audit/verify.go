package audit

import "fmt"

// A Break is a place where the chain is not what was written.
type Break struct {
	Sequence int64 // of the event; of the first missing one
	Problem  string
}

// String tells place and problem.
func (b Break) String() string { return fmt.Sprintf("event %d: %s", b.Sequence, b.Problem) }

// A Verifier checks a chain event by event. Its zero value begins with the first; one
// that begins elsewhere is told by [Verifier.Begin].
type Verifier struct {
	Breaks []Break // the first hundred
	Events int64

	last     int64
	hash     string // as stored with the last event
	computed string // what it should be
	suspect  bool   // the two differ
}

// maxBreaks bounds what is reported of one chain.
const maxBreaks = 100

func (v *Verifier) report(seq int64, problem string) {
	if len(v.Breaks) < maxBreaks {
		v.Breaks = append(v.Breaks, Break{seq, problem})
	}
}

// Begin has the chain go on behind an event of which the sequence number and the hash
// are known.
func (v *Verifier) Begin(seq int64, hash string) {
	v.settle()
	v.last, v.hash = seq, hash
}

// Add checks the next event.
func (v *Verifier) Add(e *Event) { v.add(e, "") }

// add checks the next event. flaw is what is known to be wrong with it already.
func (v *Verifier) add(e *Event, flaw string) {
	v.Events++
	if e.Sequence != v.last+1 {
		v.settle()
		if e.Sequence > v.last {
			v.report(v.last+1, fmt.Sprintf("missing, up to event %d, so that event %d cannot be checked", e.Sequence-1, e.Sequence))
		} else {
			v.report(e.Sequence, "out of order")
		}
		v.computed = e.Hash // what it is chained to is not known
		v.last, v.hash = e.Sequence, e.Hash
		if flaw != "" {
			v.report(e.Sequence, flaw)
		}
		return
	}
	previous := v.hash
	if v.suspect {
		// Either the last event's contents were changed, or its hash was: the next
		// event tells, since it was chained to the true one.
		if e.digest(v.computed) == e.Hash {
			v.report(v.last, "its hash was changed")
			previous = v.computed
		} else {
			v.report(v.last, "its contents were changed, or those of an event before it")
		}
		v.suspect = false
	}
	v.computed = e.digest(previous)
	v.suspect = v.computed != e.Hash
	v.last, v.hash = e.Sequence, e.Hash
	if flaw != "" {
		v.report(e.Sequence, flaw)
		v.suspect = false
	}
}

// settle decides about the last event when no other follows it.
func (v *Verifier) settle() {
	if v.suspect {
		v.report(v.last, "its contents or its hash were changed")
		v.suspect = false
	}
}

// End finishes with what the database, or somebody else, knows of the end of the
// chain.
func (v *Verifier) End(seq int64, hash string) {
	if v.suspect && v.last == seq && v.computed == hash {
		v.report(v.last, "its hash was changed")
		v.suspect, v.hash = false, hash
	}
	v.settle()
	switch {
	case seq > v.last:
		v.report(v.last+1, fmt.Sprintf("missing, up to event %d", seq))
	case seq < v.last:
		v.report(seq+1, "there although the chain ends before it")
	case hash != v.hash:
		v.report(seq, "not what the chain is said to end with")
	}
}
