package sqldb

import (
	"context"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A record is an entity that is being written.
type record struct {
	table   *table
	typ     *metadata.EntityType
	values  map[*metadata.Property]edm.Value
	dynamic []odata.DynamicProperty
}

// key is the record's key.
func (e *record) key() odata.Key {
	key := make(odata.Key, len(e.table.key))
	for i, c := range e.table.key {
		key[i] = e.values[c.property]
	}
	return key
}

// Insert creates one entity, with one statement unless it has links, streams, or a
// table for its own type.
func (s *storedSet) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (odata.Row, error) {
	t := change.Type
	switch {
	case q.Set != s.table.set:
		return odata.Row{}, s.foreign()
	case t == nil || t.Abstract || s.table.types[t.QualifiedName()] != t:
		return odata.Row{}, odata.Internalf("sqldb: the set %s cannot have a new entity of the change's type", s.table.set.Name)
	case q.Type == nil || !t.Is(q.Type):
		return odata.Row{}, odata.Internalf("sqldb: a new entity of %s is asked for as one of another type", s.table.set.Name)
	case change.Media != nil && !t.IsMediaEntity():
		return odata.Row{}, odata.Internalf("sqldb: %s is no media entity, but the change has a media resource", t.QualifiedName())
	}
	var media *received
	if change.Media != nil {
		var err error
		if media, err = s.store.receive(change.Media); err != nil {
			return odata.Row{}, err
		}
		defer media.Close()
	}
	answer, err := s.answer(q)
	if err != nil {
		return odata.Row{}, err
	}
	simple := answer.list != "" && media == nil && len(s.table.partsOf(t)) == 1 && s.table.holdsAll(change.Links)
	if !simple {
		answer = nil
	}
	if simple && len(change.Links) == 0 && s.store.writing(ctx) == nil && s.table.keepsRules(t) {
		if db, ok := s.store.db.(LoneWriter); ok {
			return s.insertAlone(ctx, db, change, answer)
		}
	}
	var row odata.Row
	err = s.store.write(ctx, !simple || len(change.Links) > 0, func(ctx context.Context, w *writing) error {
		in := &insertion{writing: w, set: s, change: change, settled: make([]*metadata.EntityType, len(change.Links))}
		if row, err = in.insert(ctx, answer); err != nil {
			return err
		}
		if media != nil {
			if err := s.store.deposit(ctx, s.table, in.key, "", media); err != nil {
				return err
			}
		}
		o := &operation{writing: w, fresh: map[string]bool{}}
		o.refresh(s.table, in.key)
		for i := range change.Links {
			if err := in.relate(ctx, o, i); err != nil {
				return err
			}
		}
		if in.lacks != nil {
			return missingProperty(in.lacks)
		}
		if !simple || in.changed {
			row, err = s.rowOf(ctx, q, in.key)
		}
		return err
	})
	return row, err
}

func (s *storedSet) foreign() error {
	return odata.Internalf("sqldb: a query for another set than %s", s.table.set.Name)
}

// partsOf are the numbers of the parts that have rows for entities of a type.
func (t *table) partsOf(typ *metadata.EntityType) (parts []int) {
	for i := range t.parts {
		if typ.Is(t.parts[i].typ) {
			parts = append(parts, i)
		}
	}
	return parts
}

// An insertion is the creation of one entity.
type insertion struct {
	*writing
	set      *storedSet
	change   *odata.Change
	record   *record
	numbered []*made
	key      odata.Key
	lacks    *metadata.Property // that must not be null

	// settled are the types of the entities at the ends of those links that the row
	// itself holds.
	settled []*metadata.EntityType
	held    []*tie // whose links it holds in columns of their own
	changed bool   // a link has changed the row since
}

func (in *insertion) insert(ctx context.Context, answer *answer) (row odata.Row, err error) {
	t, change := in.set.table, in.change
	e := &record{table: t, typ: change.Type, values: map[*metadata.Property]edm.Value{}}
	in.record = e
	for i := range change.Set {
		a := &change.Set[i]
		if _, err := e.column(a.Property); err != nil {
			return row, err
		}
		if len(a.Within) > 0 {
			return row, odata.Internalf("sqldb: an insert sets %s within a complex value", a.Property.Name)
		}
		e.values[a.Property] = a.Value
	}
	if e.dynamic, err = e.changedDynamic(change); err != nil {
		return row, err
	}
	if err := in.adopt(ctx); err != nil {
		return row, err
	}
	if in.numbered, err = in.store.generate(e); err != nil {
		return row, err
	}
	for _, p := range e.typ.StructuralProperties() {
		switch {
		case t.columns[p].computed != nil:
		case e.values[p].IsNull() && p.Kind() == edm.KindCollection:
			e.values[p] = edm.Collection(nil)
		case e.values[p].IsNull() && p.NotNull && !in.isNumbered(p):
			if e.values[p] = stopgap(p.TypeRef()); len(change.Links) == 0 || e.values[p].IsNull() {
				e.values[p] = edm.Null
				return row, in.missing(ctx, p)
			}
			if in.lacks == nil {
				in.lacks = p
			}
		}
	}
	for _, part := range t.partsOf(e.typ) {
		if part > 0 {
			answer = nil
		}
		r, err := in.part(ctx, part, answer)
		if err != nil {
			return row, err
		}
		if part == 0 {
			row = r
		}
	}
	for i := range t.rules.ties {
		if r := &t.rules.ties[i]; !slices.Contains(in.held, r) {
			in.arrived(r, e.typ, in.key, e.values)
		}
	}
	return row, nil
}

func (in *insertion) isNumbered(p *metadata.Property) bool {
	return slices.ContainsFunc(in.numbered, func(m *made) bool { return m.property == p })
}

// missing is the refusal of an entity without links that lacks a value. That its
// key exists goes before.
func (in *insertion) missing(ctx context.Context, p *metadata.Property) error {
	e := in.record
	if key := e.key(); !slices.ContainsFunc(key, edm.Value.IsNull) {
		_, found, err := in.store.typeOf(ctx, e.table, key)
		if err != nil {
			return err
		}
		if found {
			return keyExists(e.table)
		}
	}
	return missingProperty(p)
}

// stopgap is a value of a type that takes the place of one that is missing, until
// it is known what else is wrong; then the entity goes again.
func stopgap(t metadata.TypeRef) edm.Value {
	switch {
	case t.Collection:
		return edm.Collection(nil)
	case t.Complex != nil:
		var members []edm.Value
		for _, p := range t.Complex.AllProperties() {
			v := edm.Null
			if p.NotNull {
				v = stopgap(p.TypeRef())
			}
			members = append(members, v)
		}
		return edm.Complex(members)
	}
	switch t.Kind {
	case edm.KindGuid:
		return edm.GUID{}.Value()
	case edm.KindDateTime:
		return edm.DateTime{}.Value()
	case edm.KindDateTimeOffset:
		return edm.DateTimeOffset{}.Value()
	}
	if _, _, counted := limits(t.Kind); counted {
		zero, _ := edm.Convert(edm.Byte(0), t.Kind)
		return zero
	}
	return zeroOf(t.Kind)
}

// numberTries is how often a number is taken that turns out to be used.
const numberTries = 8

// part inserts the row of one part. The first returns the key of the entity and,
// with an answer, what is asked for.
func (in *insertion) part(ctx context.Context, part int, answer *answer) (row odata.Row, err error) {
	t, e, s := in.set.table, in.record, in.store
	var settings []setting
	if part > 0 {
		for i, c := range t.key {
			settings = append(settings, setting{c, in.key[i]})
		}
	} else if t.discriminator != "" {
		settings = append(settings, setting{t.rules.typeName, edm.String(e.typ.QualifiedName())})
	}
	var numbered []*made
	for _, p := range e.typ.StructuralProperties() {
		c := t.columns[p]
		switch {
		case c.computed != nil, c.part != part || part > 0 && slices.Contains(t.key, c):
		case in.isNumbered(p):
			numbered = append(numbered, &t.rules.made[slices.IndexFunc(t.rules.made, func(m made) bool { return m.property == p })])
		default:
			settings = c.settings(e.values[p], settings)
		}
	}
	if part == 0 && t.holdsAll(in.change.Links) {
		for i := range in.change.Links {
			l := &in.change.Links[i]
			if r := t.tie(l.Nav); !r.dependent && e.typ.Is(r.types[0]) {
				for j, v := range outOfKey(r.to, r.end.far, l.Key) {
					settings = append(settings, setting{r.end.near[j], v})
				}
				in.held = append(in.held, r)
			}
		}
	}
	if part == 0 && t.dynamic != nil && len(e.dynamic) > 0 {
		settings = append(settings, t.dynamicSetting(e.dynamic))
	}
	statement, args := in.statement(ctx, part, settings, numbered, answer)
	if part > 0 {
		n, err := s.db.Exec(ctx, statement, args)
		if err == nil && n == 0 {
			err = keyExists(t)
		}
		return row, exhausted(numbered, err)
	}
	for try := 1; ; try++ {
		found := false
		query := s.db.Query
		if in.alone != nil {
			query = in.alone.QueryAlone
		}
		err := eachOf(ctx, query, statement, args, func(cells []edm.Value) error {
			found = true
			if in.key = cloneValues(cells[:len(t.key)]); slices.ContainsFunc(in.key, edm.Value.IsNull) {
				return odata.Internalf("sqldb: the table %s makes no numbers for its key", t.parts[0].name)
			}
			if answer == nil {
				return nil
			}
			row, err = answer.row(cells[len(t.key):])
			return err
		})
		switch {
		case err != nil:
			return row, exhausted(numbered, err)
		case found:
			for i, c := range t.key {
				e.values[c.property] = in.key[i]
			}
			return row, nil
		case s.dialect == SQLite || try == numberTries || !slices.ContainsFunc(numbered, func(m *made) bool { return m.isKey }):
			return row, keyExists(t)
		}
		if err := s.advance(ctx, t, numbered); err != nil {
			return row, err
		}
	}
}

// statement is the one that inserts the row of a part, and its arguments.
func (in *insertion) statement(ctx context.Context, part int, settings []setting, numbered []*made, answer *answer) (*Statement, []edm.Value) {
	s, t, e := in.store, in.set.table, in.record
	counts := s.dialect == SQLite && !t.isNumbered() && slices.ContainsFunc(numbered, func(m *made) bool { return m.isKey })
	if counts { // with parts of the key among the arguments
		q := in.text(ctx, part, settings, numbered, answer)
		return q.statement(), q.args
	}
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	sh.reset()
	sh.mark('I', byte(part))
	sh.number(pointer(t))
	sh.number(pointer(e.typ))
	for i := range settings {
		sh.number(pointer(settings[i].column))
	}
	sh.mark('N')
	for _, m := range numbered {
		sh.number(pointer(m))
	}
	if part == 0 && answer != nil {
		sh.text(answer.list)
	}
	statement, _ := s.writes.statements.find(sh.key).(*Statement)
	if statement == nil {
		q := in.text(ctx, part, settings, numbered, answer)
		made := &Statement{Text: q.text.String(), Params: q.params, Columns: q.columns}
		statement = s.writes.statements.keep(sh.key, made).(*Statement)
	}
	args := make([]edm.Value, len(settings))
	for i := range settings {
		args[i] = settings[i].value
	}
	if part == 0 && answer != nil {
		for _, p := range answer.ambient {
			args = append(args, p.Value(ctx))
		}
	}
	return statement, args
}

// text writes an INSERT.
func (in *insertion) text(ctx context.Context, part int, settings []setting, numbered []*made, answer *answer) *sqlText {
	s, t := in.store, in.set.table
	q := s.sql("INSERT INTO ", quoted(t.parts[part].name), " (")
	columns := make([]string, 0, len(settings)+len(numbered))
	for i := range settings {
		columns = append(columns, quoted(settings[i].column.name))
	}
	for _, m := range numbered {
		columns = append(columns, quoted(m.column.name))
	}
	q.add(strings.Join(columns, ", "), ") VALUES (").values(settings)
	for i, m := range numbered {
		if i > 0 || len(settings) > 0 {
			q.add(", ")
		}
		if s.dialect == PostgreSQL {
			q.add("DEFAULT")
		} else {
			m.number(q, in.record)
		}
	}
	q.add(") ON CONFLICT (", names(t.key), ") DO NOTHING")
	if part > 0 {
		return q
	}
	q.add(" RETURNING ", namesOf(t.parts[0].name, t.key)).returns(t.key...)
	if answer != nil {
		q.add(", ").answer(ctx, answer)
		q.columns = append(q.columns, answer.output.columns...)
	}
	return q
}

// advance moves the sequences of PostgreSQL behind the numbers that clients gave.
func (s *Store) advance(ctx context.Context, t *table, numbered []*made) error {
	for _, m := range numbered {
		name := literal(quoted(t.parts[m.column.part].name)) + ", " + literal(m.column.name)
		q := s.sql("SELECT setval(pg_get_serial_sequence(", name, "), greatest(nextval(pg_get_serial_sequence(", name, ")), max(",
			quoted(m.column.name), "))) FROM ", quoted(t.parts[m.column.part].name))
		q.columns = []Form{{Kind: edm.KindInt64}}
		if _, err := q.row(ctx); err != nil {
			return exhausted(numbered, err)
		}
	}
	return nil
}

// namesOf are columns of a table, said to be of it.
func namesOf(table string, columns []*column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = quoted(table) + "." + quoted(c.name)
	}
	return strings.Join(list, ", ")
}

func cloneValues(values []edm.Value) []edm.Value {
	clones := make([]edm.Value, len(values))
	for i, v := range values {
		clones[i] = v.Clone()
	}
	return clones
}
