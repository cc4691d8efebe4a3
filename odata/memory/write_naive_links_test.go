package memory_test

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// tie finds the association set that nav follows, and the end it starts at.
func (l *ledger) tie(set string, nav *metadata.NavigationProperty) (*tie, int) {
	for i := range l.ties {
		for end := range 2 {
			t := &l.ties[i]
			if t.a == nav.Association() && t.a.Ends[end].Role == nav.FromRole && t.sets[end] == set {
				return t, end
			}
		}
	}
	panic("no association set for " + set)
}

func (a *attempt) relate(set, key string, c *odata.LinkChange) *odata.Error {
	t, end := a.tie(set, c.Nav)
	if !a.find(set, key).typ.Is(t.types[end]) {
		return refusal(odata.KindInvalid, "LinkType")
	}
	if c.Key == nil {
		for _, other := range a.linked(t, end, key) {
			if err := a.part(t, end, key, other); err != nil {
				return err
			}
		}
		return nil
	}
	other := textOf(c.Key)
	to := a.find(t.sets[1-end], other)
	already := slices.Contains(a.linked(t, end, key), other)
	switch {
	case to == nil:
		return notFound
	case c.Remove && already:
		return a.part(t, end, key, other)
	case c.Remove || already:
		return nil
	case !to.typ.Is(t.types[1-end]):
		return refusal(odata.KindInvalid, "LinkType")
	}
	ends := [2]string{key, other}
	if end == 1 {
		ends = [2]string{other, key}
	}
	for e := range ends {
		// The dependent's former link goes when its values change.
		if t.a.Ends[1-e].Multiplicity == metadata.Many || t.dependent && e == 0 {
			continue
		}
		for _, former := range a.linked(t, e, ends[e]) {
			if err := a.part(t, e, ends[e], former); err != nil {
				return err
			}
		}
	}
	if !t.dependent {
		if a.pairs[t.name] == nil {
			a.pairs[t.name] = map[[2]string]bool{}
		}
		a.pairs[t.name][ends] = true
		return nil
	}
	return a.hold(t, ends[0], a.find(t.sets[1], ends[1]).keyValues())
}

// part removes one link.
func (a *attempt) part(t *tie, end int, key, other string) *odata.Error {
	if !t.dependent {
		ends := [2]string{key, other}
		if end == 1 {
			ends = [2]string{other, key}
		}
		delete(a.pairs[t.name], ends)
		return nil
	}
	if end == 1 {
		key = other
	}
	return a.holdNothing(t, key)
}

func (a *attempt) holdNothing(t *tie, key string) *odata.Error {
	e := a.find(t.sets[0], key)
	var to odata.Key
	fixed, free := true, false
	for _, name := range t.holds {
		p := e.typ.Property(name)
		isKey := slices.Contains(e.typ.KeyProperties(), p)
		fixed = fixed && isKey
		if isKey || p.NotNull {
			to = append(to, e.values[name])
		} else {
			to, free = append(to, edm.Null), true
		}
	}
	switch {
	case fixed:
		return linkFixed
	case !free:
		return linkRequired
	}
	return a.hold(t, key, to)
}

func (a *attempt) hold(t *tie, key string, to odata.Key) *odata.Error {
	e := a.find(t.sets[0], key)
	same := true
	for i, name := range t.holds {
		if e.values[name].Equal(to[i]) {
			continue
		}
		if slices.Contains(e.typ.KeyProperties(), e.typ.Property(name)) {
			return linkFixed
		}
		same = false
	}
	if same {
		return nil
	}
	e = a.valued(t.sets[0], key)
	for i, name := range t.holds {
		e.values[name] = to[i]
	}
	return nil
}

func (a *attempt) delete(set, key string) {
	type place struct{ set, key string }
	doomed := []place{{set, key}}
	ties := a.ties
	for i := 0; i < len(doomed); i++ {
		for j := range ties {
			for end := range 2 {
				t := &ties[j]
				if t.sets[end] != doomed[i].set || t.a.Ends[end].OnDelete != metadata.OnDeleteCascade {
					continue
				}
				for _, other := range a.linked(t, end, doomed[i].key) {
					if p := (place{t.sets[1-end], other}); !slices.Contains(doomed, p) {
						doomed = append(doomed, p)
					}
				}
			}
		}
	}
	for _, d := range doomed {
		for j := range ties {
			t := &ties[j]
			if t.sets[1] == d.set && t.dependent && t.a.Ends[1].Multiplicity != metadata.One {
				for _, other := range a.linked(t, 1, d.key) {
					if !slices.Contains(doomed, place{t.sets[0], other}) {
						_ = a.holdNothing(t, other) // what cannot be is found at the end
					}
				}
			}
			for pair := range a.pairs[t.name] {
				if t.sets[0] == d.set && pair[0] == d.key || t.sets[1] == d.set && pair[1] == d.key {
					delete(a.pairs[t.name], pair)
				}
			}
		}
	}
	for _, d := range doomed {
		a.sets[d.set] = slices.DeleteFunc(a.sets[d.set], func(e *entry) bool { return e.key() == d.key })
		a.erased[d.set+d.key] = true
	}
}

// wrongs are the codes that a transaction must fail with one of, if any: it
// looks at all there is.
func (l *ledger) wrongs(p *page) (codes []string) {
	ties := l.ties
	for i := range ties {
		t := &ties[i]
		for end := range 2 {
			count := map[string]int{}
			if t.dependent {
				present := map[string]bool{}
				for _, e := range p.sets[t.sets[1]] {
					present[e.key()] = true
				}
				for _, e := range p.sets[t.sets[0]] {
					to, ok := t.refers(e)
					switch {
					case ok && !present[to] && p.erased[t.sets[1]+to]:
						codes = append(codes, "LinkRequired", "DanglingReference")
					case ok && !present[to]:
						codes = append(codes, "DanglingReference")
					case ok:
						count[[2]string{e.key(), to}[end]]++
					}
				}
			} else {
				for pair := range p.pairs[t.name] {
					count[pair[end]]++
				}
			}
			for _, e := range p.sets[t.sets[end]] {
				n := count[e.key()]
				switch many := t.a.Ends[1-end].Multiplicity; {
				case many == metadata.One && n == 0 && e.typ.Is(t.types[end]):
					codes = append(codes, "LinkRequired")
				case many != metadata.Many && n > 1:
					codes = append(codes, "LinkTaken")
				}
			}
		}
	}
	return codes
}
