package sqldb

import (
	"context"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A touch names an entity whose links have to be looked at before the transaction
// ends, and what it refers to if that was deleted.
type touch struct {
	table *table
	key   odata.Key
	lost  *tie
	of    odata.Key
}

// A reference is what an entity refers to.
type reference struct {
	to  *tie
	key odata.Key
}

// touch has an entity looked at, if anything about its links can be wrong.
func (w *writing) touch(t *table, key odata.Key) {
	for i := range t.rules.ties {
		if t.rules.ties[i].looked {
			w.touched = append(w.touched, touch{table: t, key: cloneValues(key)})
			return
		}
	}
}

// orphan notes that an entity has lost what it refers to.
func (w *writing) orphan(r *tie, key, of odata.Key) {
	w.touched = append(w.touched, touch{r.table, cloneValues(key), r, cloneValues(of)})
}

// rely notes a reference that a foreign key answers for.
func (w *writing) rely(r *tie, key odata.Key) {
	w.relied = append(w.relied, reference{r, cloneValues(key)})
}

// arrived looks at one tie of a new entity.
func (w *writing) arrived(r *tie, typ *metadata.EntityType, key odata.Key, values map[*metadata.Property]edm.Value) {
	if !typ.Is(r.types[0]) {
		return
	}
	if !r.dependent || r.held != nearHolds {
		if r.required {
			w.touch(r.table, key)
		}
		return
	}
	refers := r.reference(values)
	switch {
	case refers == nil && r.required:
		w.touch(r.table, key)
	case refers != nil:
		if r.certain() {
			w.rely(r, refers)
		} else {
			w.touch(r.table, key)
		}
		w.approach(r, refers)
	}
}

// approach has the entity looked at that another refers to now, if it can have
// only one that does.
func (w *writing) approach(r *tie, key odata.Key) {
	if r.back.looked {
		w.touch(r.to, key)
	}
}

// left has the entity looked at that another does not refer to any more, if it
// must have one that does.
func (w *writing) left(r *tie, held []edm.Value) {
	if r.back.required && !slices.ContainsFunc(held, edm.Value.IsNull) {
		w.touch(r.to, inKey(r.to, r.end.far, held))
	}
}

// reference is the key that a dependent entity holds; nil where a part of it is
// null.
func (r *tie) reference(values map[*metadata.Property]edm.Value) odata.Key {
	held := make([]edm.Value, len(r.end.near))
	for i, c := range r.end.near {
		if held[i] = values[c.property]; held[i].IsNull() {
			return nil
		}
	}
	return inKey(r.to, r.end.far, held)
}

// referred looks at a tie of an entity that has changed, of which some values are
// as before.
func (w *writing) referred(r *tie, e *record, before map[*metadata.Property]edm.Value) {
	if !r.dependent || r.held != nearHolds || !e.typ.Is(r.types[0]) {
		return
	}
	changed := false
	held := make([]edm.Value, len(r.end.near))
	for i, c := range r.end.near {
		old, differs := before[c.property]
		if !differs {
			old = e.values[c.property]
		}
		held[i], changed = old, changed || differs
	}
	if !changed {
		return
	}
	w.left(r, held)
	w.arrived(r, e.typ, e.key(), e.values)
}

// A look is how the links of a touched entity are counted.
type look struct {
	statement *Statement
	numbers   []int // of the parts of the key that are its arguments
	typ       int   // the column of the type's name, -1 for none
	ties      []looked
}

type looked struct {
	*tie
	count int // the column of the number of links
	held  int // the first column of what it refers to, -1 for none
}

// verify holds the touched entities to the multiplicities of their links and to
// the referential constraints. All others are as they were, and that was right.
func (w *writing) verify(ctx context.Context) error {
	seen := map[string]bool{}
	for _, t := range w.touched {
		name := entityName(t.table, t.key)
		if seen[name] {
			continue
		}
		seen[name] = true
		if err := w.verifyOne(ctx, t.table, t.key); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) verifyOne(ctx context.Context, t *table, key odata.Key) error {
	l, err := w.store.look(t)
	if err != nil {
		return err
	}
	return w.store.each(ctx, l.statement, arguments(l.numbers, key), func(cells []edm.Value) error {
		typ := t.set.Type()
		if l.typ >= 0 && !cells[l.typ].IsNull() {
			typ = t.types[cells[l.typ].Str()]
		}
		for i := range l.ties {
			r := &l.ties[i]
			if typ == nil || !typ.Is(r.types[0]) {
				continue
			}
			count := cells[r.count].Int()
			if count == 0 && r.held >= 0 {
				held := cells[r.held : r.held+len(r.end.near)]
				if !slices.ContainsFunc(held, edm.Value.IsNull) {
					if w.hasLost(t, key, r.tie, inKey(r.to, r.end.far, held)) {
						return linkRequired(r.tie)
					}
					return dangling(r.tie)
				}
			}
			switch {
			case count > 1 && r.far.Multiplicity != metadata.Many:
				return linkTaken(r.tie)
			case count == 0 && r.required:
				return linkRequired(r.tie)
			}
		}
		return nil
	})
}

// hasLost tells whether what an entity refers to was deleted in the transaction.
func (w *writing) hasLost(t *table, key odata.Key, r *tie, of odata.Key) bool {
	return slices.ContainsFunc(w.touched, func(other touch) bool {
		return other.lost == r && other.table == t && keysEqual(other.key, key) && keysEqual(other.of, of)
	})
}

// look is the statement that counts the links of an entity of a table.
func (s *Store) look(t *table) (*look, error) {
	var sh shape
	sh.mark('V')
	sh.number(pointer(t))
	if known, ok := s.plans.find(sh.key).(*look); ok {
		return known, nil
	}
	c := &compiler{dialect: s.dialect, mapping: s.mapping, plan: &blueprint{}}
	sc := c.from(t, t.set.Type())
	l := &look{typ: -1}
	var list []string
	var columns []Form
	if t.discriminator != "" {
		l.typ = 0
		list, columns = append(list, sc.it.aliases[0]+"."+quoted(t.discriminator)), append(columns, Form{Kind: edm.KindString})
	}
	for i := range t.rules.ties {
		r := &t.rules.ties[i]
		if !r.looked {
			continue
		}
		one := looked{tie: r, held: -1}
		if r.dependent && r.held == nearHolds {
			one.held = len(columns)
			for _, column := range r.end.near {
				list, columns = append(list, c.raw(sc.it, column).text), append(columns, column.form)
			}
		}
		one.count = len(columns)
		p := c.newPlace(r.to, r.to.set.Type())
		p.source = &source{}
		on := c.join(sc.it, r.end, p)
		list = append(list, "(SELECT count(*) FROM "+p.source.String()+" WHERE "+on.text+")")
		columns = append(columns, Form{Kind: edm.KindInt64})
		l.ties = append(l.ties, one)
	}
	condition := truth(true)
	for i, k := range t.key {
		equal := term{text: c.raw(sc.it, k).text + " = " + c.parameter(i, k.form.Kind), kind: edm.KindBoolean}
		condition = all(condition, c.collated(equal, k))
	}
	if len(list) == 0 {
		list, columns = []string{"1"}, []Form{{Kind: edm.KindInt32}}
	}
	c.columns = columns
	l.statement, l.numbers = c.statement("SELECT " + strings.Join(list, ", ") + " FROM " + sc.it.source.String() + " WHERE " + condition.text)
	return s.plans.keep(sh.key, l).(*look), nil
}
