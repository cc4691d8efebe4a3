package pam

import "time"

// ParseMoment reads a requested start, in one of the forms
//
//	2026/03/11 21:00             what portals send, :05 for the seconds may follow
//	2026-03-11T21:00:05.125Z     ISO 8601: T or a blank, with or without seconds,
//	                             their fraction, and Z, +01:00, +0100 or +01
//
// Text without Z or an offset is what the clocks show in zone, which must not be
// nil. Of a time that they show twice, when summer time ends, it is the first. A
// time that they skip, when it begins, is moved on by what they skip: 2:30 becomes
// 3:30. The result is in UTC and cut to milliseconds. Both it and the text lie in
// the years 1 to 9999; the first instant of them is the zero time.
//
// Source: PAM REST API, Create PAM request.
func ParseMoment(text string, zone *time.Location) (time.Time, bool) {
	s := momentScanner{rest: text}
	year := s.number(4)
	slash := s.rest != "" && s.rest[0] == '/'
	separator := byte('-')
	if slash {
		separator = '/'
	}
	s.expect(separator)
	month := s.number(2)
	s.expect(separator)
	day := s.number(2)
	if slash || !s.accept('T') {
		s.expect(' ')
	}
	hour := s.number(2)
	s.expect(':')
	minute := s.number(2)
	second, nanos := 0, 0
	if s.accept(':') {
		second = s.number(2)
		if !slash && s.accept('.') {
			nanos = s.fraction()
		}
	}
	offset, zoned := time.Duration(0), false
	if !slash {
		offset, zoned = s.offset()
	}
	if s.failed || s.rest != "" || year < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	clock := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if clock.Month() != time.Month(month) || clock.Day() != day {
		return time.Time{}, false // 30 February
	}
	t := clock.Add(-offset)
	if !zoned {
		t = instantOf(clock, zone)
	}
	t = t.UTC().Truncate(time.Millisecond)
	return t, t.Year() >= 1 && t.Year() <= 9999
}

// A momentScanner reads a text from the left. After a failure it reads nothing.
type momentScanner struct {
	rest   string
	failed bool
}

// accept reads c if it comes next.
func (s *momentScanner) accept(c byte) bool {
	if s.failed || s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// expect reads c, or fails.
func (s *momentScanner) expect(c byte) {
	if !s.accept(c) {
		s.failed = true
	}
}

// number reads exactly so many digits.
func (s *momentScanner) number(digits int) int {
	n := 0
	for range digits {
		if s.failed || s.rest == "" || s.rest[0] < '0' || s.rest[0] > '9' {
			s.failed = true
			return 0
		}
		n = n*10 + int(s.rest[0]-'0')
		s.rest = s.rest[1:]
	}
	return n
}

// fraction reads at least one digit and returns nanoseconds; finer digits are
// dropped.
func (s *momentScanner) fraction() int {
	n, scale := s.number(1)*100_000_000, 10_000_000
	for !s.failed && s.rest != "" && s.rest[0] >= '0' && s.rest[0] <= '9' {
		n += int(s.rest[0]-'0') * scale
		scale /= 10
		s.rest = s.rest[1:]
	}
	return n
}

// offset reads the rest as Z or an offset of at most 14 hours, if there is any.
func (s *momentScanner) offset() (offset time.Duration, zoned bool) {
	sign := time.Duration(1)
	switch {
	case s.failed || s.rest == "":
		return 0, false
	case s.accept('Z'):
		return 0, true
	case s.accept('-'):
		sign = -1
	default:
		s.expect('+')
	}
	hours, minutes := s.number(2), 0
	if s.accept(':') || s.rest != "" {
		minutes = s.number(2)
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if minutes > 59 || offset > 14*time.Hour {
		s.failed = true
	}
	return sign * offset, true
}
