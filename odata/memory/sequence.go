package memory

import (
	"slices"
	"sort"
)

// An edit marks the memory that one write has made and may still change. What
// bears another mark, or none, is part of a state that readers can see: it is
// copied before it is changed.
type edit struct{ _ byte }

// A sequence is a list of entities' numbers in some order, that of their keys or
// of the numbers themselves. It consists of chunks, so that a change copies one
// of these and the list of them, and leaves the sequence it was made of as it is.
type sequence struct {
	spans []span
	n     int
	owner *edit // of spans
}

// A span is a chunk and the position of its first number in the sequence.
type span struct {
	chunk *chunk
	start int
}

type chunk struct {
	owner *edit
	items []int32 // at least one, and at most chunkSize
}

// chunkSize is about the square root of the greatest sequences that matter: the
// list of chunks and a chunk cost the same to copy.
const chunkSize = 512

// sequenceOf makes a sequence of a list that will not change any more.
func sequenceOf(list []int32) sequence {
	s := sequence{n: len(list)}
	chunks := make([]chunk, (len(list)+chunkSize-1)/chunkSize)
	s.spans = make([]span, len(chunks))
	for i := range chunks {
		from, to := i*chunkSize, min((i+1)*chunkSize, len(list))
		chunks[i].items = list[from:to:to]
		s.spans[i] = span{&chunks[i], from}
	}
	return s
}

// A spot is a position in a sequence: in which span, and where in its chunk.
type spot struct{ span, at int }

// find looks for a number in a sequence in the order of the numbers themselves.
// Where it is not there, the spot is where it belongs.
func (s *sequence) find(number int32) (where spot, found bool) {
	// The last chunk that does not begin behind it.
	where.span = sort.Search(len(s.spans), func(i int) bool { return number < s.spans[i].chunk.items[0] }) - 1
	if where.span < 0 {
		return spot{}, false
	}
	where.at, found = slices.BinarySearch(s.spans[where.span].chunk.items, number)
	return where, found
}

// at is the number at a position.
func (s *sequence) at(i int) int32 {
	if len(s.spans) == 1 {
		return s.spans[0].chunk.items[i]
	}
	w := s.spanOf(i)
	return s.spans[w].chunk.items[i-s.spans[w].start]
}

func (s *sequence) spanOf(i int) int {
	return sort.Search(len(s.spans), func(w int) bool { return s.spans[w].start > i }) - 1
}

// each yields the numbers from a position on, until yield returns false.
func (s *sequence) each(from int, yield func(number int32) bool) {
	if from >= s.n {
		return
	}
	first := s.spanOf(from)
	from -= s.spans[first].start
	for _, w := range s.spans[first:] {
		for _, number := range w.chunk.items[from:] {
			if !yield(number) {
				return
			}
		}
		from = 0
	}
}

// insert puts a number where it belongs.
func (s *sequence) insert(e *edit, where spot, number int32) {
	s.own(e)
	s.n++
	if len(s.spans) == 0 {
		s.spans = append(s.spans, span{&chunk{e, []int32{number}}, 0})
		return
	}
	if len(s.spans[where.span].chunk.items) == chunkSize {
		if where.span == len(s.spans)-1 && where.at == chunkSize {
			// What grows at its end, as most do, has full chunks.
			s.spans = append(s.spans, span{&chunk{e, []int32{number}}, s.n - 1})
			return
		}
		s.split(e, where.span)
		if where.at > chunkSize/2 {
			where = spot{where.span + 1, where.at - chunkSize/2}
		}
	}
	c := s.ownChunk(e, where.span)
	c.items = slices.Insert(c.items, where.at, number)
	s.shift(where.span+1, 1)
}

// remove takes out the number at a spot.
func (s *sequence) remove(e *edit, where spot) {
	s.own(e)
	s.n--
	c := s.ownChunk(e, where.span)
	c.items = slices.Delete(c.items, where.at, where.at+1)
	s.shift(where.span+1, -1)
	switch left := len(c.items); {
	case left == 0:
		s.spans = slices.Delete(s.spans, where.span, where.span+1)
	case left < chunkSize/8:
		s.merge(e, where.span)
	}
}

// split divides a full chunk into halves.
func (s *sequence) split(e *edit, at int) {
	items := s.spans[at].chunk.items
	half := len(items) / 2
	second := span{&chunk{e, slices.Clone(items[half:])}, s.spans[at].start + half}
	s.spans[at].chunk = &chunk{e, slices.Clone(items[:half])}
	s.spans = slices.Insert(s.spans, at+1, second)
}

// merge joins a small chunk with a neighbour, if they have room for more in one.
func (s *sequence) merge(e *edit, at int) {
	if at == len(s.spans)-1 {
		at--
	}
	if at < 0 || len(s.spans[at].chunk.items)+len(s.spans[at+1].chunk.items) > chunkSize/2 {
		return
	}
	c := s.ownChunk(e, at)
	c.items = append(c.items, s.spans[at+1].chunk.items...)
	s.spans = slices.Delete(s.spans, at+1, at+2)
}

func (s *sequence) own(e *edit) {
	if s.owner != e {
		s.spans, s.owner = append(make([]span, 0, len(s.spans)+2), s.spans...), e
	}
}

func (s *sequence) ownChunk(e *edit, at int) *chunk {
	if c := s.spans[at].chunk; c.owner != e {
		s.spans[at].chunk = &chunk{e, append(make([]int32, 0, len(c.items)+4), c.items...)}
	}
	return s.spans[at].chunk
}

// shift moves the starts of the spans from one on.
func (s *sequence) shift(from, by int) {
	for i := range s.spans[from:] {
		s.spans[from+i].start += by
	}
}
