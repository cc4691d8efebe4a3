package batch

import (
	"bytes"
	"errors"
	"io"
)

// A mark says which delimiter line was found.
type mark uint8

const (
	noMark     mark = iota
	batchNext       // another part of the batch follows
	batchEnd        // the batch is over
	changeNext      // another request of the change set follows
	changeEnd       // the change set is over
)

const (
	// maxPadding bounds the blanks after a boundary, so that a delimiter line
	// is decided within a bounded window.
	maxPadding = 100
	chunk      = 16 << 10 // with the default line the buffer is 32 KiB
)

var errLongLine = errors.New("batch: line too long")

// A scanner takes the text apart into lines and into runs between delimiter
// lines. Line ends are CR LF, LF and CR. A delimiter line is "--", the boundary,
// "--" if it is the last one, and blanks; the line end before it is a part of
// it.
type scanner struct {
	r          io.Reader
	buf        []byte
	start, end int
	err        error // of r, sticky

	batch  []byte // "--" and the boundary
	change []byte // the same of the open change set, nil outside
}

func newScanner(r io.Reader, delimiter string, maxLine int) *scanner {
	return &scanner{r: r, buf: make([]byte, chunk+maxLine), batch: []byte(delimiter)}
}

// skipBOM passes over a byte order mark at the beginning, which some clients put
// before any text in UTF-8.
func (s *scanner) skipBOM() {
	for s.end-s.start < len(bom) && bytes.HasPrefix(bom, s.buf[s.start:s.end]) && s.fill() {
	}
	if bytes.HasPrefix(s.buf[s.start:s.end], bom) {
		s.start += len(bom)
	}
}

// fill reads more text. It reports false when there is no more, or no room.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	if s.start > 0 && len(s.buf)-s.end < chunk/2 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		return false
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		if n < 0 || n > len(s.buf)-s.end {
			s.err = errors.New("batch: reader returned an impossible count")
			return false
		}
		s.end += n
		s.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// line returns the next line without its end, valid until the next call. The
// error is errLongLine, io.EOF after the last line, or that of the reader.
func (s *scanner) line(limit int) ([]byte, error) {
	for seen := 0; ; {
		w := s.buf[s.start:s.end]
		for ; seen < len(w) && !isLineEnd(w[seen]); seen++ {
		}
		if seen > limit {
			return nil, errLongLine
		}
		if seen == len(w) || w[seen] == '\r' && seen+1 == len(w) {
			if s.fill() {
				continue
			}
			if s.err != io.EOF {
				return nil, s.err
			}
			if len(w) == 0 {
				return nil, io.EOF
			}
			s.start += min(seen+1, len(w))
			return w[:seen], nil
		}
		s.start += seen + 1
		if w[seen] == '\r' && w[seen+1] == '\n' {
			s.start++
		}
		return w[:seen], nil
	}
}

// run looks for the next delimiter line. It returns either the number of bytes
// that stand before it and are buffered, at least one, which the caller takes
// with take; or the mark of the delimiter, which it has consumed. lineStart says
// whether the text begins a line. The error is io.EOF, or that of the reader.
func (s *scanner) run(lineStart bool) (int, mark, error) {
	for {
		n, size, found := s.split(s.buf[s.start:s.end], lineStart, s.err == io.EOF)
		if n > 0 {
			return n, noMark, nil
		}
		if found != noMark {
			s.start += size
			return 0, found, nil
		}
		if !s.fill() && s.start == s.end {
			return 0, noMark, s.err
		}
		if s.err != nil && s.err != io.EOF {
			return 0, noMark, s.err
		}
	}
}

func (s *scanner) take(n int) []byte {
	taken := s.buf[s.start : s.start+n]
	s.start += n
	return taken
}

// split finds in w the first n bytes that belong to no delimiter. If n is zero,
// w begins with a delimiter of the given size, or its beginning could be one and
// more text is needed. A run never ends between CR and LF.
func (s *scanner) split(w []byte, lineStart, final bool) (n, size int, found mark) {
	for i := 0; ; {
		at := bytes.Index(w[i:], dashes)
		if at < 0 {
			break
		}
		at += i
		if at == 0 && lineStart || at > 0 && isLineEnd(w[at-1]) {
			m, length, undecided := s.match(w[at:], final)
			if m != noMark || undecided {
				cut := beforeLineEnd(w, at)
				if cut > 0 || undecided {
					return cut, 0, noMark
				}
				return 0, at + length, m
			}
		}
		// No line starts within a run of dashes: skip it whole, or a body of
		// dashes would cost a search for each.
		for i = at; i < len(w) && w[i] == '-'; i++ {
		}
	}
	if final {
		return len(w), 0, noMark
	}
	cut := len(w)
	if cut > 0 && w[cut-1] == '-' && (cut == 1 && lineStart || cut > 1 && isLineEnd(w[cut-2])) {
		cut--
	}
	return beforeLineEnd(w, cut), 0, noMark
}

// match compares the beginning of w, which begins a line, with the delimiters.
// size includes the line end. undecided asks for more text.
func (s *scanner) match(w []byte, final bool) (found mark, size int, undecided bool) {
	for _, d := range [2]struct {
		delimiter []byte
		next      mark
	}{{s.change, changeNext}, {s.batch, batchNext}} {
		if d.delimiter == nil {
			continue
		}
		if !bytes.HasPrefix(w, d.delimiter) {
			undecided = undecided || !final && bytes.HasPrefix(d.delimiter, w)
			continue
		}
		at, m := len(d.delimiter), d.next
		if bytes.HasPrefix(w[at:], dashes) {
			at, m = at+2, d.next+1
		} else if !final && len(w) == at+1 && w[at] == '-' {
			undecided = true
			continue
		}
		limit := at + maxPadding
		for at < len(w) && at < limit && (w[at] == ' ' || w[at] == '\t') {
			at++
		}
		switch {
		case at == len(w):
			if final {
				return m, at, false
			}
			undecided = true
		case w[at] == '\n':
			return m, at + 1, false
		case w[at] == '\r':
			if at+1 < len(w) && w[at+1] == '\n' {
				return m, at + 2, false
			}
			if at+1 < len(w) || final {
				return m, at + 1, false
			}
			undecided = true
		}
	}
	return noMark, 0, undecided
}

// markOf is the mark of a whole line.
func (s *scanner) markOf(line []byte) mark {
	found, _, _ := s.match(line, true)
	return found
}

// beforeLineEnd steps back over the line end before w[at], if there is one.
func beforeLineEnd(w []byte, at int) int {
	switch {
	case at > 1 && w[at-1] == '\n' && w[at-2] == '\r':
		return at - 2
	case at > 0 && isLineEnd(w[at-1]):
		return at - 1
	}
	return at
}

var (
	dashes = []byte("--")
	bom    = []byte("\xef\xbb\xbf")
)

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }
