package sqldb

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// lambda compiles any and all over related entities.
func (s *scope) lambda(e *odata.Lambda, w wanted) (term, error) {
	var casts []*metadata.EntityType
	of := e.Of
	for {
		cast, ok := of.(*odata.TypeCast)
		if !ok {
			break
		}
		casts = append(casts, cast.Entity)
		of = cast.Of
	}
	nav, ok := of.(*odata.Navigate)
	if !ok {
		return s.overItems(e, w)
	}
	from, err := s.entity(nav.Of)
	if err != nil {
		return term{}, err
	}
	end, err := from.table.end(nav.Nav)
	if err != nil {
		return term{}, err
	}
	p := s.newPlace(end.to, nav.Nav.Target())
	p.source = &source{}
	on := s.join(from, end, p)
	if from.guard != nil {
		on = all(*from.guard, on)
	}
	if on, err = s.admitted(on, p, nav.Where); err != nil {
		return term{}, err
	}
	inner := p
	for _, t := range slices.Backward(casts) {
		on = all(on, s.is(p, t))
		if !p.typ.Is(t) {
			narrowed := *inner
			narrowed.typ = t
			inner = &narrowed
		}
	}
	on, err = s.decide(e, variable{place: inner}, on)
	if err != nil {
		return term{}, err
	}
	return exists(e, w, p.source.String(), on), nil
}

// decide adds what ends the search: the body, or for all its opposite.
func (s *scope) decide(e *odata.Lambda, v variable, on term) (term, error) {
	if e.Body == nil {
		return on, nil
	}
	body := &scope{compiler: s.compiler, it: s.it, variables: append(slices.Clip(s.variables), v)}
	want := isTrue
	if e.All {
		want = notTrue
	}
	condition, err := body.holds(e.Body, want)
	if err != nil {
		return term{}, err
	}
	return s.guarded(on, condition), nil
}

// exists asks whether something ends the search. It is never NULL.
func exists(e *odata.Lambda, w wanted, from string, on term) term {
	t := term{text: "EXISTS (SELECT 1 FROM " + from + where{on}.clause() + ")", kind: edm.KindBoolean, fails: on.fails}
	if e.All != (w != isTrue) {
		t.text = "NOT " + t.text
	}
	return t
}

// overItems compiles any and all over a collection of values, which is stored as
// JSON. Items of the kinds that JSON has are taken apart by the database.
func (s *scope) overItems(e *odata.Lambda, w wanted) (term, error) {
	kind := e.Of.Type().Kind
	m, ok := e.Of.(*odata.Member)
	if !ok || e.Of.Type().Complex != nil || kind != edm.KindString && kind != edm.KindBoolean && !kind.IsInteger() {
		return term{}, unsupported("any and all over a collection of " + e.Of.Type().Item().String())
	}
	p, c, err := s.member(m)
	if err != nil {
		return term{}, err
	}
	list := s.read(p, c, nil)
	alias := s.alias()
	item := term{text: alias + ".value", kind: kind, null: true}
	from := "json_each(" + list.text + ") " + alias
	if s.dialect == PostgreSQL {
		from = "json_array_elements_text((" + list.text + ")::json) WITH ORDINALITY " + alias + "(value, key)"
		item.text += "::" + postgresType(kind)
	}
	on, err := s.decide(e, variable{item: item}, truth(true))
	if err == nil && on.fails {
		// What does not depend on the item must not be computed where there is none.
		on, err = s.decide(e, variable{item: item}, term{text: alias + ".key >= 0", kind: edm.KindBoolean})
	}
	if err != nil {
		return term{}, err
	}
	return exists(e, w, from, on), nil
}

// join puts a place that an entity is linked to into its own source, and returns
// the condition of the link.
func (c *compiler) join(from *place, e *end, p *place) term {
	if e.link == nil {
		p.source.text = p.named()
		return c.linked(from, e, p)
	}
	l := c.alias()
	var on, start []string
	for i := range e.far {
		on = append(on, c.raw(p, e.far[i]).text+" = "+l+"."+quoted(e.linkFar[i]))
	}
	for i := range e.near {
		start = append(start, l+"."+quoted(e.linkNear[i])+" = "+c.raw(from, e.near[i]).text)
	}
	p.source.text = quoted(e.link.name) + " " + l + " JOIN " + p.named() + " ON " + strings.Join(on, " AND ")
	return term{text: strings.Join(start, " AND "), kind: edm.KindBoolean, null: true}
}
