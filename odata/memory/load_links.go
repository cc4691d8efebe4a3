package memory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
)

// links adds the links of one entry of Data.Links.
func (l *loader) links(position int, from *Links) {
	where := fmt.Sprintf("Links[%d] %s/%s", position, from.Set, from.Navigation)
	f := l.store.frame(from.Set)
	if f == nil {
		l.report("%s: the model has no entity set %q in its default container", where, from.Set)
		return
	}
	nav, wrong := l.navigation(f.set.Type(), from.Navigation)
	if wrong != "" {
		l.report("%s: %s", where, wrong)
		return
	}
	at := f.role(nav)
	if at < 0 {
		l.report("%s: no association set says where entities of %s lead", where, f.set.Name)
		return
	}
	if c := nav.Association().Constraint; c != nil {
		l.report("%s: these links follow from %s of the role %s, by the association's referential constraint; leave them out",
			where, strings.Join(c.DependentProperties, ", "), c.DependentRole)
		return
	}
	end := f.roles[at].end
	b := f.roles[at].bond
	before := len(l.problems)
	for _, pair := range from.Pairs {
		if len(l.problems)-before >= enough {
			return
		}
		told := fmt.Sprintf("%s {%q, %q}", where, pair[0], pair[1])
		start := l.entity(told, b, end, pair[0])
		target := l.entity(told, b, 1-end, pair[1])
		if start == nil || target == nil {
			continue
		}
		if !l.link(b, end, start, target) {
			l.report("%s: these two are linked already; name the link once, from one of its ends", told)
		}
	}
}

// navigation finds a navigation property of t or of a type derived from it.
func (l *loader) navigation(t *metadata.EntityType, name string) (nav *metadata.NavigationProperty, wrong string) {
	if slash := strings.LastIndexByte(name, '/'); slash >= 0 {
		named := l.store.model.EntityType(name[:slash])
		if named == nil || !named.Is(t) {
			return nil, fmt.Sprintf("%q is no type derived from %s", name[:slash], t.QualifiedName())
		}
		t, name = named, name[slash+1:]
	}
	for _, t := range append([]*metadata.EntityType{t}, t.DerivedTypes()...) {
		found := t.NavigationProperty(name)
		if found == nil || found == nav {
			continue
		}
		if nav != nil {
			return nil, fmt.Sprintf("%s and %s both have it; put the name of the type and a slash before it",
				nav.DeclaringType().QualifiedName(), t.QualifiedName())
		}
		nav = found
	}
	if nav == nil {
		return nil, fmt.Sprintf("%s has no navigation property %q", t.QualifiedName(), name)
	}
	return nav, ""
}

// entity finds the entity at one end of a link by the text of its key.
func (l *loader) entity(told string, b *bond, end int, text string) *node {
	f := b.frames[end]
	n := l.keyed(told, f, text)
	if n == nil {
		return nil
	}
	if t := b.types[end]; !n.row.Type.Is(t) {
		l.report("%s: %s(%s) is %s, but the association links entities of %s", told, f.set.Name, text, n.row.Type.QualifiedName(), t.QualifiedName())
		return nil
	}
	return n
}

// keyed finds an entity of a set by the text of its key.
func (l *loader) keyed(told string, f *frame, text string) *node {
	key, err := parseKey(f.set.Type().KeyProperties(), text)
	if err != nil {
		l.report("%s: the key (%s) of %s: %w", told, text, f.set.Name, err)
		return nil
	}
	n := l.snapshot.of(f).find(key)
	if n == nil && !l.flawed[f] {
		l.report("%s: there is no %s(%s)", told, f.set.Name, text)
	}
	return n
}

// link links two entities; start is at the given end of the association. It
// returns false if they are linked already.
func (l *loader) link(b *bond, end int, start, target *node) bool {
	var nodes [2]*node
	nodes[end], nodes[1-end] = start, target
	var at [2]int32
	for i, n := range nodes {
		at[i] = b.frames[i].numberOf(n)
	}
	if l.known[b][at] {
		return false
	}
	if l.known[b] == nil {
		l.known[b] = map[[2]int32]bool{}
	}
	l.known[b][at] = true
	for i, n := range nodes {
		list := &n.links[b.roles[i]]
		list.few = append(list.few, at[1-i])
	}
	return true
}

// deriveLinks makes the links that follow from referential constraints: a
// dependent entity is linked to the one whose key its properties hold. Source:
// CSDL 3.0, ReferentialConstraint.
func (l *loader) deriveLinks() {
	for _, b := range l.store.bonds {
		if b.dependent >= 0 {
			l.deriveFrom(b)
		}
	}
}

func (l *loader) deriveFrom(b *bond) {
	f, target := b.frames[b.dependent], b.frames[1-b.dependent]
	from, to := l.snapshot.of(f), l.snapshot.of(target)
	told := 0
	for n := range from.nodes.all() {
		key, ok := b.reference(n)
		if !ok {
			continue
		}
		found := to.find(key)
		switch {
		case found != nil && found.row.Type.Is(b.types[1-b.dependent]):
			l.link(b, b.dependent, n, found)
		case !l.flawed[target] && told < enough:
			told++
			l.report("Entities of %s: %s refers to %s%s, which does not exist: %s", f.set.Name, f.text(n), target.set.Name, keyText(key),
				strings.Join(b.association.Constraint.DependentProperties, ", "))
		}
	}
}

// text is the address of a node: "Orders(7)".
func (f *frame) text(n *node) string { return f.set.Name + keyText(f.keyOf(n)) }

// finishLinks sorts the links and holds them to the multiplicities.
func (l *loader) finishLinks() {
	for _, b := range l.store.bonds {
		for end, f := range b.frames {
			l.finishRole(f, b.roles[end])
		}
	}
}

func (l *loader) finishRole(f *frame, at int) {
	r := &f.roles[at]
	c := l.snapshot.of(f)
	bound := r.types[r.end]
	told := 0
	for n := range c.nodes.all() {
		list := n.links[at].few
		slices.Sort(list)
		n.links[at] = linksOf(list)
		c.linked += len(list)
		wrong := ""
		switch {
		case r.far().Multiplicity != metadata.Many && len(list) > 1:
			wrong = fmt.Sprintf("is linked to %d entities of %s, but to one at most", len(list), r.target.set.Name)
		case r.far().Multiplicity == metadata.One && len(list) == 0 && n.row.Type.Is(bound) && !l.flawed[r.target] && !l.flawed[f]:
			wrong = fmt.Sprintf("is linked to no entity of %s, but needs one", r.target.set.Name)
		}
		if wrong != "" && told < enough {
			told++
			l.report("Links of %s: %s %s (the role %s has the multiplicity %s)",
				r.association.QualifiedName(), c.text(n), wrong, r.far().Role, r.far().Multiplicity)
		}
	}
}
