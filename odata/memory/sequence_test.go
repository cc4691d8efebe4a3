package memory

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// contents lists a sequence in both ways it can be read.
func contents(t *testing.T, s *sequence) []int32 {
	t.Helper()
	var passed []int32
	s.each(0, func(number int32) bool {
		passed = append(passed, number)
		return true
	})
	for i, number := range passed {
		if s.at(i) != number {
			t.Fatalf("number %d is %d, but the pass had %d", i, s.at(i), number)
		}
	}
	for _, w := range s.spans {
		if n := len(w.chunk.items); n == 0 || n > chunkSize {
			t.Fatalf("a chunk has %d numbers", n)
		}
	}
	if len(passed) != s.n {
		t.Fatalf("%d numbers, but the sequence says %d", len(passed), s.n)
	}
	return passed
}

// TestSequence changes sequences and slices at random. Each state of a sequence
// must stay as it was when later ones are made of it.
func TestSequence(t *testing.T) {
	for _, tt := range []struct {
		name       string
		start      int
		inserts    int // of 100 changes
		atEnd      bool
		everyState int
	}{
		{"grows anywhere", 0, 80, false, 97},
		{"grows at its end", 100, 100, true, 211},
		{"shrinks to nothing", 3000, 10, false, 101},
		{"stays", 1500, 50, false, 89},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(tt.start)))
			var want []int32
			for i := range tt.start {
				want = append(want, int32(i*1000))
			}
			s := sequenceOf(slices.Clone(want))
			type state struct {
				made sequence
				want []int32
			}
			var states []state
			e := new(edit)
			for i := range 4000 {
				if i%tt.everyState == 0 {
					states, e = append(states, state{s, slices.Clone(want)}), new(edit)
				}
				number := int32(r.IntN(4_000_000))
				if tt.atEnd {
					number = int32(1_000_000 + i)
				}
				if r.IntN(100) >= tt.inserts && len(want) > 0 {
					number = want[r.IntN(len(want))]
				}
				at, there := slices.BinarySearch(want, number)
				where, found := s.find(number)
				if found != there {
					t.Fatalf("find(%d) = %t, want %t", number, found, there)
				}
				if there {
					want = slices.Delete(want, at, at+1)
					s.remove(e, where)
				} else {
					want = slices.Insert(want, at, number)
					s.insert(e, where, number)
				}
			}
			for i, st := range append(states, state{s, want}) {
				if got := contents(t, &st.made); !slices.Equal(got, st.want) {
					t.Fatalf("state %d of %d has changed", i, len(states))
				}
			}
			if n := len(s.spans); n > 3+8*s.n/chunkSize {
				t.Errorf("%d chunks for %d numbers", n, s.n)
			}
			if tt.atEnd && len(s.spans) > 2+s.n/chunkSize {
				t.Errorf("what grows at its end has full chunks, not %d for %d numbers", len(s.spans), s.n)
			}
			if s.n > 10 {
				from, passed := s.n/2, []int32(nil)
				s.each(from, func(number int32) bool {
					passed = append(passed, number)
					return len(passed) < 5
				})
				if !slices.Equal(passed, want[from:from+5]) {
					t.Errorf("from %d: %v, want %v", from, passed, want[from:from+5])
				}
			}
		})
	}
}

// TestLinks changes few links and many of them.
func TestLinks(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var l links
	var want []int32
	type state struct {
		made links
		want []int32
	}
	var states []state
	for i := range 6000 {
		grow := 70 // up to where they are a sequence, and down again
		if i%2000 >= 1000 {
			grow = 25
		}
		e, number := new(edit), int32(r.IntN(5000))
		if r.IntN(100) >= grow && len(want) > 0 {
			number = want[r.IntN(len(want))]
		}
		at, there := slices.BinarySearch(want, number)
		if l.has(number) != there {
			t.Fatalf("has(%d) = %t", number, !there)
		}
		if there {
			l, want = l.without(e, number), slices.Delete(want, at, at+1)
		} else {
			l, want = l.with(e, number), slices.Insert(want, at, number)
		}
		if i%50 == 0 {
			states = append(states, state{l, slices.Clone(want)})
		}
	}
	many := 0
	for i, st := range states {
		if got := st.made.list(); !slices.Equal(got, st.want) || st.made.len() != len(st.want) {
			t.Fatalf("state %d has changed", i)
		}
		for j, number := range st.want {
			if st.made.at(j) != number {
				t.Fatalf("link %d of state %d is %d, want %d", j, i, st.made.at(j), number)
			}
		}
		if st.made.many != nil {
			many++
		}
	}
	if many == 0 || many == len(states) {
		t.Errorf("%d of %d states were many links: the test is about both", many, len(states))
	}
}

// TestVector sets nodes at random places.
func TestVector(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var v vector
	want := map[int32]*node{}
	type state struct {
		made vector
		want map[int32]*node
	}
	var states []state
	e := new(edit)
	for i := range 5000 {
		if i%500 == 0 {
			copied := map[int32]*node{}
			for number, n := range want {
				copied[number] = n
			}
			states, e = append(states, state{v, copied}), new(edit)
		}
		number := int32(r.IntN(10 * leafSize))
		var n *node
		if r.IntN(1000) < i/5 { // fewer and fewer are there
			delete(want, number)
		} else {
			n = &node{row: odata.Row{Values: []edm.Value{edm.Int32(number)}}}
			want[number] = n
		}
		v.set(e, number, n)
	}
	for i, st := range append(states, state{v, want}) {
		passed := []int32{}
		for n, err := range st.made.scan(context.Background()) {
			number := int32(n.row.Values[0].Int())
			if passed = append(passed, number); err != nil || st.want[number] != n || st.made.at(number) != n {
				t.Fatalf("state %d: another node has the number %d", i, number)
			}
		}
		if len(passed) != len(st.want) || !slices.IsSortedFunc(passed, cmp.Compare) {
			t.Fatalf("state %d: %d nodes, want %d in order", i, len(passed), len(st.want))
		}
		for number := range int32(12 * leafSize) {
			if st.made.get(number) != st.want[number] {
				t.Fatalf("state %d: get(%d) finds another node", i, number)
			}
		}
	}
}

// TestVectorForgetsEmptyLeaves takes away all nodes of a range.
func TestVectorForgetsEmptyLeaves(t *testing.T) {
	nodes := make([]*node, 3*leafSize)
	for i := range nodes {
		nodes[i] = &node{}
	}
	v := vectorOf(nodes)
	e := new(edit)
	for i := range int32(leafSize) {
		v.set(e, leafSize+i, nil)
	}
	if v.leaves[1] != nil || v.leaves[0] == nil || v.get(leafSize+1) != nil {
		t.Error("a leaf without nodes takes no memory")
	}
}
