package pam

import (
	"iter"
	"time"
)

// A period is a span of time, from start to just before end, in which a zone's
// clocks differ from UTC by the same offset. Neighbours may have the same offset.
type period struct {
	start, end time.Time // the zero time is no limit
	offset     time.Duration
}

// holds reports whether t lies in p.
func (p period) holds(t time.Time) bool {
	return (p.start.IsZero() || !t.Before(p.start)) && (p.end.IsZero() || t.Before(p.end))
}

// periodsFrom are the periods of zone from the one that holds t.
func periodsFrom(t time.Time, zone *time.Location) iter.Seq[period] {
	return func(yield func(period) bool) {
		for {
			local := t.In(zone)
			_, seconds := local.Zone()
			start, end := local.ZoneBounds()
			if !yield(period{start: start, end: end, offset: time.Duration(seconds) * time.Second}) || end.IsZero() {
				return
			}
			t = end
		}
	}
}

// farthestOffset is more than any clock on earth ever differed from UTC, and more
// than the day that some islands have skipped.
const farthestOffset = 36 * time.Hour

// instantOf returns when the clocks of zone show what clock shows in UTC. Where
// they show it twice it is the first time. Where they skip it, it is as long
// after the jump as the clock's time is after its beginning: at a jump from 2:00
// to 3:00, 2:30 becomes 3:30. In both cases the offset before the change counts,
// as in calendars (RFC 5545, 3.3.5). time.Date promises neither.
func instantOf(clock time.Time, zone *time.Location) time.Time {
	var skipped time.Time
	for p := range periodsFrom(clock.Add(-farthestOffset), zone) {
		t := clock.Add(-p.offset)
		switch {
		case p.holds(t):
			return t
		case !p.end.IsZero() && !t.Before(p.end):
			skipped = t // unless a later period shows it
			continue
		}
		break // p has begun with a later time than clock's
	}
	return skipped
}
