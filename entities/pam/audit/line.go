package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
)

// line is the text form of an event; its order and names are for good, because
// hashes are made of it.
type line struct {
	Sequence     int64    `json:"seq"`
	ID           ID       `json:"id"`
	Name         string   `json:"name"`
	Level        Level    `json:"level"`
	Time         string   `json:"time"`
	Node         string   `json:"node,omitempty"`
	Correlation  string   `json:"correlation,omitempty"`
	Actor        *actor   `json:"actor,omitempty"`
	Request      string   `json:"request,omitempty"`
	Role         string   `json:"role,omitempty"`
	RoleName     string   `json:"roleName,omitempty"`
	Subject      string   `json:"subject,omitempty"`
	Outcome      Outcome  `json:"outcome,omitempty"`
	Reason       string   `json:"reason,omitempty"`
	RequestedTTL int64    `json:"requestedTTL,omitempty"`
	EffectiveTTL int64    `json:"effectiveTTL,omitempty"`
	Ends         string   `json:"ends,omitempty"`
	Groups       []string `json:"groups,omitempty"`
	Hash         string   `json:"hash,omitempty"`
}

type actor struct {
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Method  string `json:"method,omitempty"`
	Address string `json:"address,omitempty"`
}

const instant = "2006-01-02T15:04:05.000Z"

// Line is the event as one line of JSON, without the line break. The hash is made of
// the line without its last member.
func (e *Event) Line() []byte { return e.text(e.Hash) }

func (e *Event) text(hash string) []byte {
	l := line{Sequence: e.Sequence, ID: e.ID, Name: e.ID.String(), Level: e.ID.Level(), Time: e.Time.UTC().Format(instant),
		Node: e.Node, Correlation: e.Correlation, Request: idText(e.Request), Role: idText(e.Role), RoleName: e.RoleName,
		Subject: e.Subject, Outcome: e.Outcome, Reason: e.Reason, RequestedTTL: e.RequestedTTL, EffectiveTTL: e.EffectiveTTL,
		Groups: e.Groups, Hash: hash}
	if e.Actor != (Actor{}) {
		l.Actor = &actor{idText(e.Actor.ID), e.Actor.Name, e.Actor.Method, e.Actor.Address}
	}
	if !e.Ends.IsZero() {
		l.Ends = e.Ends.UTC().Format(instant)
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // nothing in a line can fail
	}
	return text
}

func idText(id edm.GUID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// digest is the hash of the event behind one with the previous hash.
func (e *Event) digest(previous string) string {
	h := sha256.New()
	h.Write([]byte(previous))
	h.Write([]byte{'\n'})
	h.Write(e.text(""))
	return hex.EncodeToString(h.Sum(nil))
}

// MaxLine is how long a line can be, in bytes, that [ParseLine] and what builds on it
// read. An event with thousands of groups is far below it.
const MaxLine = 16 << 20

var (
	errLine     = errors.New("this is not a line of the audit trail")
	errLongLine = errors.New("the line is too long to be one of the audit trail")
)

// ParseLine reads the text that [Event.Line] writes, and nothing else: members in
// another order, blanks, or a value in another spelling are errors, so that a line
// says the same to everybody. It does not check the hash. Errors do not repeat the
// text.
func ParseLine(text []byte) (Event, error) {
	if len(text) > MaxLine {
		return Event{}, errLongLine
	}
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Event{}, errLine
	}
	if _, err := d.Token(); err != io.EOF {
		return Event{}, errLine
	}
	e := Event{Sequence: l.Sequence, ID: l.ID, Node: l.Node, Correlation: l.Correlation, RoleName: l.RoleName, Subject: l.Subject,
		Outcome: l.Outcome, Reason: l.Reason, RequestedTTL: l.RequestedTTL, EffectiveTTL: l.EffectiveTTL, Groups: l.Groups, Hash: l.Hash}
	// What cannot be parsed stays zero, and shows in what is written again.
	e.Time, _ = time.Parse(instant, l.Time)
	e.Ends, _ = time.Parse(instant, l.Ends)
	e.Request, _ = edm.ParseGUID(l.Request)
	e.Role, _ = edm.ParseGUID(l.Role)
	if l.Actor != nil {
		e.Actor = Actor{Name: l.Actor.Name, Method: l.Actor.Method, Address: l.Actor.Address}
		e.Actor.ID, _ = edm.ParseGUID(l.Actor.ID)
	}
	if !bytes.Equal(e.Line(), text) {
		return Event{}, errLine
	}
	return e, nil
}

// normalize makes of an event what a database can give back as it was: times in
// milliseconds, texts that are UTF-8 without NUL, and group names of one line. Without
// a time it is one of now.
func (e *Event) normalize() {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.ID = ID(int32(e.ID))
	e.Time, e.Ends = stored(e.Time), stored(e.Ends)
	for _, s := range []*string{&e.Node, &e.Correlation, &e.Actor.Name, &e.Actor.Method, &e.Actor.Address, &e.RoleName, &e.Subject,
		(*string)(&e.Outcome), &e.Reason} {
		*s = plain(*s)
	}
	var groups []string
	for _, g := range e.Groups {
		if g = strings.ReplaceAll(plain(g), "\n", " "); g != "" {
			groups = append(groups, g)
		}
	}
	e.Groups = groups
}

// stored is a time as databases keep it.
func stored(t time.Time) time.Time {
	switch t = t.UTC().Truncate(time.Millisecond); {
	case t.Year() > 9999:
		return time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)
	case t.Year() < 1:
		return time.Time{}
	}
	return t
}

// plain is a text that every database can keep.
func plain(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func isPlain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// lineSum stands for the whole line of an event.
func lineSum(e *Event) [32]byte { return sha256.Sum256(e.Line()) }
