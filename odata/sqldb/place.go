package sqldb

import (
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A source is the FROM clause of a statement or of a part of one.
type source struct {
	text  string
	joins []string
}

func (f *source) String() string {
	if len(f.joins) == 0 {
		return f.text
	}
	return f.text + " " + strings.Join(f.joins, " ")
}

// A place is where the entity of an expression stands: a row of a source. It may
// be empty, all of its columns NULL then.
type place struct {
	table   *table
	typ     *metadata.EntityType
	source  *source
	aliases []string // of the table's parts; empty for those not joined yet
	null    bool     // it may be empty

	// guard must hold for the entity to be there; nil where it needs nothing. Type
	// casts make one. narrow is the type that it tests.
	guard  *term
	narrow *metadata.EntityType

	reached *[]reached
}

// reached is an entity that was joined already.
type reached struct {
	nav   *metadata.NavigationProperty
	where odata.Expr
	guard *metadata.EntityType
	place *place
}

// newPlace is a place of its own in a source.
func (c *compiler) newPlace(t *table, typ *metadata.EntityType) *place {
	p := &place{table: t, typ: typ, aliases: make([]string, len(t.parts)), reached: new([]reached)}
	p.aliases[0] = c.alias()
	return p
}

// named is the table of the place with its alias.
func (p *place) named() string { return quoted(p.table.parts[0].name) + " " + p.aliases[0] }

// alias is the alias of one part, which is joined if need be.
func (c *compiler) part(p *place, at int) string {
	if p.aliases[at] == "" {
		p.aliases[at] = c.alias()
		var on []string
		for _, k := range p.table.key {
			on = append(on, p.aliases[at]+"."+quoted(k.name)+" = "+p.aliases[0]+"."+quoted(k.name))
		}
		p.source.joins = append(p.source.joins, "LEFT JOIN "+quoted(p.table.parts[at].name)+" "+p.aliases[at]+" ON "+strings.Join(on, " AND "))
	}
	return p.aliases[at]
}

// raw is a column of the place, whatever its guard says.
func (c *compiler) raw(p *place, of *column) term {
	if of.computed != nil {
		return c.expression(p, of)
	}
	return term{text: c.part(p, of.part) + "." + quoted(of.name), kind: of.form.Kind, null: of.nullable || p.null || of.part > 0}
}

// read is a column of the entity, NULL where it is not there.
func (c *compiler) read(p *place, of *column, declaring *metadata.EntityType) term {
	t := c.raw(p, of)
	if p.guard != nil && (declaring == nil || !declaring.Is(p.narrow)) {
		t.text, t.null = "CASE WHEN "+p.guard.text+" THEN "+t.text+" END", true
	}
	return t
}

// present tells that the entity is there.
func (c *compiler) present(p *place) term {
	here := truth(true)
	if p.null {
		here = term{text: c.raw(p, p.table.key[0]).text + " IS NOT NULL", kind: edm.KindBoolean}
	}
	if p.guard != nil {
		here = all(here, *p.guard)
	}
	return here
}

// is tells that an entity that is there has a type; it is NULL or true for one
// that is not.
func (c *compiler) is(p *place, typ *metadata.EntityType) term {
	switch {
	case p.table.set.Type().Is(typ):
		return truth(true)
	case !typ.Is(p.table.set.Type()):
		return truth(false)
	}
	var names []string
	for _, t := range append([]*metadata.EntityType{typ}, typ.DerivedTypes()...) {
		if !t.Abstract {
			names = append(names, literal(t.QualifiedName()))
		}
	}
	column := p.aliases[0] + "." + quoted(p.table.discriminator)
	switch len(names) {
	case 0:
		return truth(false)
	case 1:
		return term{text: column + " = " + names[0], kind: edm.KindBoolean, null: p.null}
	}
	return term{text: column + " IN (" + strings.Join(names, ", ") + ")", kind: edm.KindBoolean, null: p.null}
}

// cast is the place of the entities that have a type.
func (c *compiler) cast(p *place, typ *metadata.EntityType) *place {
	if p.typ.Is(typ) {
		return p
	}
	narrowed := *p
	guard := c.is(p, typ)
	if p.guard != nil {
		guard = all(*p.guard, guard)
	}
	narrowed.typ, narrowed.guard, narrowed.narrow = typ, &guard, typ
	return &narrowed
}

// entity finds the place of the one entity that an expression leads to.
func (s *scope) entity(e odata.Expr) (*place, error) {
	switch e := e.(type) {
	case *odata.Variable:
		if e.Depth == 0 {
			return s.it, nil
		}
		if e.Depth > len(s.variables) || s.variables[e.Depth-1].place == nil {
			return nil, odata.Internalf("sqldb: %s is not an entity in scope", e.Name)
		}
		return s.variables[e.Depth-1].place, nil
	case *odata.TypeCast:
		of, err := s.entity(e.Of)
		if err != nil {
			return nil, err
		}
		return s.cast(of, e.Entity), nil
	case *odata.Navigate:
		return s.navigate(e)
	}
	return nil, odata.Internalf("sqldb: %T does not lead to an entity", e)
}

// navigate joins what a single-valued navigation leads to.
func (s *scope) navigate(e *odata.Navigate) (*place, error) {
	from, err := s.entity(e.Of)
	if err != nil {
		return nil, err
	}
	for _, r := range *from.reached {
		if r.nav == e.Nav && r.where == e.Where && r.guard == from.narrow {
			return r.place, nil
		}
	}
	end, err := from.table.end(e.Nav)
	if err != nil {
		return nil, err
	}
	if end.link != nil {
		return nil, odata.Internalf("sqldb: %s leads to many entities", e.Nav.Name)
	}
	p := s.newPlace(end.to, e.Nav.Target())
	p.null = true
	// Joins that its own condition or parts need stand before it.
	inner := &source{}
	p.source = inner
	on := s.linked(from, end, p)
	if from.guard != nil {
		on = all(*from.guard, on)
	}
	on, err = s.admitted(on, p, e.Where)
	if err != nil {
		return nil, err
	}
	joined := p.named()
	if len(inner.joins) > 0 {
		joined = "(" + p.named() + " " + strings.Join(inner.joins, " ") + ")"
	}
	from.source.joins = append(from.source.joins, "LEFT JOIN "+joined+" ON "+on.text)
	p.source = from.source
	*from.reached = append(*from.reached, reached{e.Nav, e.Where, from.narrow, p})
	return p, nil
}

// linked is the condition under which an entity is linked to another, without a
// link table.
func (c *compiler) linked(from *place, e *end, to *place) term {
	on := truth(true)
	for i := range e.near {
		equal := term{text: c.raw(to, e.far[i]).text + " = " + c.raw(from, e.near[i]).text, kind: edm.KindBoolean, null: true}
		on = all(on, c.collated(equal, e.far[i]))
	}
	if e.from != nil {
		on = all(on, c.is(from, e.from))
	}
	if e.target != nil {
		on = all(on, c.is(to, e.target))
	}
	return on
}

// collated makes the equality of a column one of numbers.
func (c *compiler) collated(equal term, of *column) term {
	if c.dialect == SQLite && of.form.Kind == edm.KindDecimal {
		equal.text += " COLLATE odata_decimal"
	}
	return equal
}

// admitted adds the condition that hides related entities.
func (s *scope) admitted(on term, p *place, where odata.Expr) (term, error) {
	if where == nil {
		return on, nil
	}
	hiding := &scope{compiler: s.compiler, it: p}
	visible, err := hiding.holds(where, isTrue)
	if err != nil {
		return term{}, err
	}
	return s.guarded(on, visible), nil
}

// guarded adds a condition that must not be evaluated where the others do not
// hold. They are repeated, so that indexes serve them.
func (c *compiler) guarded(first, then term) term {
	if !then.fails {
		return all(first, then)
	}
	if first.text == sqlTrue {
		// A database may drop entities that were not found early, and then look at
		// more than it was asked to, if NULL is no match. It does not see through this.
		then.text, then.null = "COALESCE("+then.text+", FALSE)", false
		return then
	}
	if c.dialect == SQLite {
		first = unpropagated(first)
	}
	both := all(first, then)
	both.text = operand(first, " OR ") + " AND " + both.text
	return both
}

// alias makes a name for a table.
func (c *compiler) alias() string {
	c.aliases++
	return "t" + strconv.Itoa(c.aliases-1)
}

// unpropagated writes equality with a parameter, which is never NULL, as IS: SQLite
// replaces columns by the constants that they equal, and then computes ahead what
// was to be guarded.
func unpropagated(t term) term {
	if strings.Contains(t.text, "(") {
		return t
	}
	parts := strings.Split(t.text, " AND ")
	for i, part := range parts {
		l, r, ok := strings.Cut(part, " = ")
		if ok && isSimple(l) && isSimple(r) && (strings.HasPrefix(l, "\x00") || strings.HasPrefix(r, "\x00")) {
			parts[i] = l + " IS " + r
		}
	}
	t.text = strings.Join(parts, " AND ")
	return t
}

// sameEntity compares entities with each other, by their keys, and with null.
func (s *scope) sameEntity(e *odata.Binary, w wanted) (term, error) {
	l, r := e.L, e.R
	if isNull(l) {
		l, r = r, l
	}
	same := truth(true)
	switch {
	case isNull(l):
	case isNull(r):
		p, err := s.entity(l)
		if err != nil {
			return term{}, err
		}
		same = untrue(s.present(p))
	default:
		a, err := s.entity(l)
		if err != nil {
			return term{}, err
		}
		b, err := s.entity(r)
		if err != nil {
			return term{}, err
		}
		if len(a.table.key) != len(b.table.key) {
			return term{}, unsupported("entities with different keys")
		}
		for i := range a.table.key {
			x, y := enclosed(s.read(a, a.table.key[i], nil)), enclosed(s.read(b, b.table.key[i], nil))
			same = all(same, s.compare(odata.Eq, x, y))
		}
	}
	if (e.Op == odata.Eq) != (w == isTrue) {
		return untrue(same), nil
	}
	return same, nil
}

// yieldsEntity reports that e leads to one entity, or is the null of one.
func yieldsEntity(e odata.Expr) bool {
	if e == nil {
		return false
	}
	t := e.Type()
	return t.Entity != nil && !t.Collection
}

func isNull(e odata.Expr) bool {
	l, ok := e.(*odata.Literal)
	return ok && l.Value.IsNull()
}
