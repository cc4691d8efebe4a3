package pam

import "time"

// fullDay is how long a day is on a clock on the wall, whatever happens to the clock.
const fullDay = 24 * time.Hour

// Contains reports whether the clocks of zone show a time of the window at t: its
// beginning or later, but not yet its end. Times that they skip are not there,
// times that they show twice are there twice.
func (w *Window) Contains(t time.Time, zone *time.Location) bool {
	local := t.In(zone)
	hour, minute, second := local.Clock()
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(local.Nanosecond())
	return w.From <= clock && clock < w.To
}

// NextOpening returns the first instant at which the window contains, t or later, in
// the location of t. A window that begins in a time that clocks skip opens right
// after the jump, and not at all that day if it ends in that time as well. The zero
// time is the answer of windows that never open: those that [Definitions.Check]
// refuses.
func (w *Window) NextOpening(t time.Time, zone *time.Location) time.Time {
	if w.From < 0 || w.From >= w.To || w.From >= fullDay {
		return time.Time{}
	}
	if w.Contains(t, zone) {
		return t
	}
	at := t.Round(0) // without the reading of a monotonic clock, which has no zone
	for p := range periodsFrom(at, zone) {
		if w.Contains(at, zone) {
			break
		}
		shown := timeOfDay(at, p.offset)
		wait := w.From - shown
		if wait < 0 {
			wait += fullDay
		}
		if next := at.Add(wait); p.holds(next) {
			at = next
			break
		}
		at = p.end.In(t.Location())
	}
	return at
}

// timeOfDay is what a clock shows at t that differs from UTC by offset.
func timeOfDay(t time.Time, offset time.Duration) time.Duration {
	clock := t.UTC().Add(offset)
	midnight := time.Date(clock.Year(), clock.Month(), clock.Day(), 0, 0, 0, 0, time.UTC)
	return clock.Sub(midnight)
}
