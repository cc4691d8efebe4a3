package audit

import (
	"os"
	"strconv"
	"strings"
)

// A syslogText writes events as messages of RFC 5424, whose text is the event's line.
// It has no byte order mark, which parsers of JSON would not take.
type syslogText struct {
	facility int
	host     string
	process  string
}

func newSyslogText(facility int) syslogText {
	host, err := os.Hostname()
	if err != nil || host == "" || len(host) > 255 || strings.IndexFunc(host, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		host = "-"
	}
	return syslogText{facility, host, strconv.Itoa(os.Getpid())}
}

// severities are those of the levels: informational, warning and error.
var severities = map[Level]int{Info: 6, Warning: 4, Error: 3}

// message appends the message of an event.
func (t syslogText) message(dst []byte, e *Event, line []byte) []byte {
	severity, known := severities[e.ID.Level()]
	if !known {
		severity = 5 // notice
	}
	dst = append(dst, '<')
	dst = strconv.AppendInt(dst, int64(8*t.facility+severity), 10)
	dst = append(dst, ">1 "...)
	if e.Time.IsZero() {
		dst = append(dst, '-')
	} else {
		dst = e.Time.AppendFormat(dst, instant)
	}
	dst = append(dst, ' ')
	dst = append(dst, t.host...)
	dst = append(dst, " pamodata "...)
	dst = append(dst, t.process...)
	dst = append(dst, ' ')
	if name := e.ID.String(); name != "" {
		dst = append(dst, name...)
	} else {
		dst = append(dst, '-')
	}
	dst = append(dst, " - "...)
	return append(dst, line...)
}

// maxDatagram is what is sent in a datagram, headers left aside.
const maxDatagram = 60_000

// short is the line of an event that fits a datagram. Where the whole one does not,
// it lacks the groups and the end of the reason; the sequence number and the hash tell
// what it was.
func short(e *Event) []byte {
	line := e.Line()
	if len(line) <= maxDatagram {
		return line
	}
	cut := *e
	cut.Groups = nil
	for _, field := range []*string{&cut.Reason, &cut.Subject, &cut.RoleName, &cut.Actor.Name, &cut.Correlation} {
		if len(cut.Line()) > maxDatagram {
			*field = strings.ToValidUTF8((*field)[:min(len(*field), 1000)], "") + "…"
		}
	}
	return cut.Line()
}
