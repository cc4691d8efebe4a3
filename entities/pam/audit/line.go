package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strconv"
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
	w := lineWriter(make([]byte, 0, 640))
	w = append(w, `{"seq":`...)
	w = strconv.AppendInt(w, e.Sequence, 10)
	w = append(w, `,"id":`...)
	w = strconv.AppendInt(w, int64(e.ID), 10)
	w = append(w, `,"name":`...)
	w.value(e.ID.String())
	w = append(w, `,"level":`...)
	w.value(string(e.ID.Level()))
	w = append(w, `,"time":"`...)
	w = append(e.Time.UTC().AppendFormat(w, instant), '"')
	w.text("node", e.Node)
	w.text("correlation", e.Correlation)
	if e.Actor != (Actor{}) {
		w = append(w, `,"actor":{`...)
		w.id("id", e.Actor.ID)
		w.text("name", e.Actor.Name)
		w.text("method", e.Actor.Method)
		w.text("address", e.Actor.Address)
		w = append(w, '}')
	}
	w.id("request", e.Request)
	w.id("role", e.Role)
	w.text("roleName", e.RoleName)
	w.text("subject", e.Subject)
	w.text("outcome", string(e.Outcome))
	w.text("reason", e.Reason)
	w.number("requestedTTL", e.RequestedTTL)
	w.number("effectiveTTL", e.EffectiveTTL)
	if !e.Ends.IsZero() {
		w.name("ends")
		w = append(w, '"')
		w = append(e.Ends.UTC().AppendFormat(w, instant), '"')
	}
	for i, g := range e.Groups {
		if i == 0 {
			w.name("groups")
			w = append(w, '[')
		} else {
			w = append(w, ',')
		}
		w.value(g)
	}
	if len(e.Groups) > 0 {
		w = append(w, ']')
	}
	w.text("hash", hash)
	return append(w, '}')
}

// A lineWriter writes the members of a line, without those that are empty. What it
// writes is what encoding/json makes of a line.
type lineWriter []byte

func (w *lineWriter) name(name string) {
	if (*w)[len(*w)-1] != '{' {
		*w = append(*w, ',')
	}
	*w = append(append(append(*w, '"'), name...), `":`...)
}

func (w *lineWriter) text(name, s string) {
	if s != "" {
		w.name(name)
		w.value(s)
	}
}

func (w *lineWriter) id(name string, id edm.GUID) {
	if !id.IsZero() {
		w.name(name)
		*w = append(*w, '"')
		*w = append(id.AppendText(*w), '"')
	}
}

func (w *lineWriter) number(name string, n int64) {
	if n != 0 {
		w.name(name)
		*w = strconv.AppendInt(*w, n, 10)
	}
}

// value writes a text. Most have nothing that is escaped.
func (w *lineWriter) value(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			escaped, err := json.Marshal(s)
			if err != nil {
				panic(err) // texts do not fail
			}
			*w = append(*w, escaped...)
			return
		}
	}
	*w = append(append(append(*w, '"'), s...), '"')
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
