package memory

import "slices"

// links are the numbers of the entities that one is linked to in one role,
// sorted, which is the order in which they came into their set. Most entities
// have few. Many are a sequence, so that one more costs little.
type links struct {
	few  []int32   // never changed; nil where many is not
	many *sequence // never changed
}

const fewLinks = 128

func linksOf(sorted []int32) links {
	if len(sorted) <= fewLinks {
		return links{few: sorted}
	}
	s := sequenceOf(sorted)
	return links{many: &s}
}

func (l *links) len() int {
	if l.many != nil {
		return l.many.n
	}
	return len(l.few)
}

func (l *links) at(i int) int32 {
	if l.many != nil {
		return l.many.at(i)
	}
	return l.few[i]
}

// list is all of them. It must not be changed.
func (l *links) list() []int32 {
	if l.many == nil {
		return l.few
	}
	all := make([]int32, 0, l.many.n)
	l.many.each(0, func(number int32) bool {
		all = append(all, number)
		return true
	})
	return all
}

func (l *links) has(number int32) bool {
	if l.many != nil {
		_, found := l.many.find(number)
		return found
	}
	_, found := slices.BinarySearch(l.few, number)
	return found
}

// with are l and one more.
func (l links) with(e *edit, number int32) links {
	if l.many == nil && len(l.few) < fewLinks {
		at, _ := slices.BinarySearch(l.few, number)
		few := make([]int32, len(l.few)+1)
		copy(few, l.few[:at])
		few[at] = number
		copy(few[at+1:], l.few[at:])
		return links{few: few}
	}
	many := sequenceOf(l.few)
	if l.many != nil {
		many = *l.many
	}
	where, _ := many.find(number)
	many.insert(e, where, number)
	return links{many: &many}
}

// without are l but for one.
func (l links) without(e *edit, number int32) links {
	if l.many == nil {
		at, _ := slices.BinarySearch(l.few, number)
		return links{few: append(slices.Clone(l.few[:at]), l.few[at+1:]...)}
	}
	many := *l.many
	where, _ := many.find(number)
	many.remove(e, where)
	if many.n > fewLinks/2 {
		return links{many: &many}
	}
	short := links{many: &many}
	return links{few: short.list()}
}
