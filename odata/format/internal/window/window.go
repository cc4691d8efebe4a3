// Package window reads text through a window that slides over it: what readers of
// payloads look at, without holding more of the text than they need. Its fields
// are open to them, because they look at every byte.
package window

import "io"

// A Window is the part of a text that is in memory. It is used by one goroutine.
type Window struct {
	in io.Reader

	// Buf[At:] is unread; what lies before At may be overwritten unless Token or
	// Raw says that it is needed.
	Buf        []byte
	At         int
	Token, Raw int   // beginnings of what must stay in Buf; -1 for none
	Base       int64 // offset in the text of Buf[0]
	Ended      error // io.EOF or the failure of the reader, once met
}

const first = 2 << 10

// New begins to read a text.
func New(in io.Reader) Window {
	return Window{in: in, Token: -1, Raw: -1, Buf: make([]byte, 0, first)}
}

// Of is a window on a text that is in memory, and begins at start in another one.
// It overwrites nothing of it.
func Of(text []byte, start int64) Window {
	return Window{Buf: text[:len(text):len(text)], Base: start, Token: -1, Raw: -1, Ended: io.EOF}
}

// Offset is the place of the next byte in the text.
func (w *Window) Offset() int64 { return w.Base + int64(w.At) }

// More reads further bytes into Buf. What must stay may move to another place in
// it: Token, Raw and At move along. Its error is the reader's, and stays.
func (w *Window) More() error {
	if w.Ended != nil {
		return w.Ended
	}
	from := w.At
	if w.Token >= 0 {
		from = min(from, w.Token)
	}
	if w.Raw >= 0 {
		from = min(from, w.Raw)
	}
	if from > 0 {
		w.Buf = w.Buf[:copy(w.Buf, w.Buf[from:])]
		w.At -= from
		w.Base += int64(from)
		if w.Token >= 0 {
			w.Token -= from
		}
		if w.Raw >= 0 {
			w.Raw -= from
		}
	}
	if len(w.Buf) == cap(w.Buf) {
		w.Buf = append(make([]byte, 0, 2*cap(w.Buf)), w.Buf...)
	}
	for range 100 {
		n, err := w.in.Read(w.Buf[len(w.Buf):cap(w.Buf)])
		w.Buf = w.Buf[:len(w.Buf)+n]
		if err != nil {
			w.Ended = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.Ended = io.ErrNoProgress
	return w.Ended
}
