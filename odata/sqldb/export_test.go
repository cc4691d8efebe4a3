package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Load makes the tables of a store and fills them with all that other sets of the
// same model hold.
func Load(ctx context.Context, s *Store, sets []odata.EntitySet) error {
	for _, text := range s.Schema(s.dialect) {
		if _, err := s.db.Exec(ctx, &Statement{Text: text}, nil); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	l := loader{store: s, sets: map[string]odata.EntitySet{}}
	for _, set := range sets {
		l.sets[set.Name] = set
	}
	return s.db.Transact(ctx, func(ctx context.Context) error {
		l.links, l.linkTables = nil, nil
		for _, t := range s.mapping.tables {
			if err := l.table(ctx, t); err != nil {
				return fmt.Errorf("%s: %w", t.set.Name, err)
			}
		}
		for i := range l.links {
			if err := l.insert(ctx, l.linkTables[i].name, l.links[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

type loader struct {
	store      *Store
	sets       map[string]odata.EntitySet
	links      [][]cell
	linkTables []*linkTable
}

type cell struct {
	column *column
	value  edm.Value
}

func (l *loader) table(ctx context.Context, t *table) error {
	fields := slices.Clone(t.set.Type().StructuralProperties())
	for _, d := range t.set.Type().DerivedTypes() {
		fields = append(fields, d.StructuralProperties()[len(d.Base().StructuralProperties()):]...)
	}
	q := &odata.Query{Set: t.set, Type: t.set.Type(), Fields: fields}
	result, err := l.sets[t.set.Name].Reader.Read(ctx, q)
	if err != nil {
		return err
	}
	type entity struct {
		key odata.Key
		row odata.Row
	}
	var entities []entity
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		row = cloned(row)
		var key odata.Key
		for _, p := range t.set.Type().KeyProperties() {
			key = append(key, row.Values[q.Field(p)])
		}
		entities = append(entities, entity{key, row})
	}
	refers := make([]map[*column]edm.Value, len(entities))
	for i := range t.ends {
		e := &t.ends[i]
		refersByColumn := len(e.near) > 0 && slices.Contains(t.foreign, e.near[0])
		if !refersByColumn && (e.link == nil || e.link.refers[0] != t || e.association.Ends[0].Role != e.role) {
			continue
		}
		nav := navigationOf(t, e)
		keys := make([]odata.Key, len(entities))
		for j := range entities {
			keys[j] = entities[j].key
		}
		target := &odata.Query{Set: e.to.set, Type: e.to.set.Type(), Fields: e.to.set.Type().KeyProperties()}
		for edge, err := range l.sets[t.set.Name].Navigator.Navigate(ctx, nav, keys, target) {
			if err != nil {
				return err
			}
			if refersByColumn {
				if refers[edge.From] == nil {
					refers[edge.From] = map[*column]edm.Value{}
				}
				for k, c := range e.near {
					refers[edge.From][c] = edge.Row.Values[k].Clone()
				}
				continue
			}
			var link []cell
			for k, c := range e.link.columns[0] {
				link = append(link, cell{c, entities[edge.From].key[k]})
			}
			for k, c := range e.link.columns[1] {
				link = append(link, cell{c, edge.Row.Values[k].Clone()})
			}
			l.links, l.linkTables = append(l.links, link), append(l.linkTables, e.link)
		}
	}
	for i, e := range entities {
		typ := e.row.Type
		if typ == nil {
			typ = t.set.Type()
		}
		for part := range t.parts {
			if !typ.Is(t.parts[part].typ) {
				continue
			}
			var cells []cell
			if part == 0 && t.discriminator != "" {
				cells = append(cells, cell{&column{name: t.discriminator, form: Form{Kind: edm.KindString}}, edm.String(typ.QualifiedName())})
			}
			if part > 0 {
				for k, c := range t.key {
					cells = append(cells, cell{c, e.key[k]})
				}
			}
			for j, p := range fields {
				if c := t.columns[p]; c.computed == nil && c.part == part && typ.Property(p.Name) == p {
					cells = c.cells(e.row.Values[j], cells)
				}
			}
			if part == 0 && t.dynamic != nil && len(e.row.Dynamic) > 0 {
				cells = append(cells, cell{t.dynamic, edm.String(string(appendDynamic(nil, e.row.Dynamic)))})
			}
			for c, v := range refers[i] {
				if c.part == part {
					cells = append(cells, cell{c, v})
				}
			}
			if err := l.insert(ctx, t.parts[part].name, cells); err != nil {
				return err
			}
		}
	}
	return nil
}

// cells are the columns of a value.
func (c *column) cells(v edm.Value, list []cell) []cell {
	switch {
	case !c.complex && (c.form.Kind == edm.KindCollection || c.form.Kind == edm.KindComplex):
		if !v.IsNull() {
			v = edm.String(string(appendJSON(nil, v, c.property.TypeRef())))
		}
		return append(list, cell{c, v})
	case !c.complex:
		return append(list, cell{c, v})
	}
	if c.presence != nil && c.presence.property == c.property {
		list = append(list, cell{c.presence, edm.Boolean(!v.IsNull())})
	}
	for i, m := range c.members {
		if v.IsNull() {
			list = m.cells(edm.Null, list)
		} else {
			list = m.cells(v.Elements()[i], list)
		}
	}
	return list
}

func (l *loader) insert(ctx context.Context, table string, cells []cell) error {
	s := &Statement{}
	var columns, values []string
	var args []edm.Value
	for i, c := range cells {
		columns = append(columns, quoted(c.column.name))
		placeholder := "?" + strconv.Itoa(i+1)
		if l.store.dialect == PostgreSQL {
			placeholder = "$" + strconv.Itoa(i+1)
		}
		values = append(values, placeholder)
		s.Params = append(s.Params, c.column.form)
		args = append(args, c.value)
	}
	s.Text = "INSERT INTO " + quoted(table) + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	_, err := l.store.db.Exec(ctx, s, args)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Text, err)
	}
	return nil
}

// navigationOf is the navigation that follows an end of a table.
func navigationOf(near *table, e *end) *metadata.NavigationProperty {
	for _, side := range [2]*table{near, e.to} {
		for _, t := range append([]*metadata.EntityType{side.set.Type()}, side.set.Type().DerivedTypes()...) {
			for _, nav := range t.AllNavigationProperties() {
				switch {
				case nav.Association() != e.association:
				case nav.FromRole == e.role:
					return nav
				case nav.ToRole == e.role:
					return nav.Inverse()
				}
			}
		}
	}
	return nil
}

// StatementOf is the statement that answers a query.
func (s *Store) StatementOf(q *odata.Query) (*Statement, error) {
	p, err := compilePlan(s.dialect, s.mapping, copyQuery(foldQuery(q), s.dialect), s.mapping.bySet[q.Set])
	if err != nil {
		return nil, err
	}
	return p.statement, nil
}

// Why tells what of a query is not understood; empty for nothing.
func (s *Store) Why(dialect Dialect, q *odata.Query) (string, error) {
	p, err := compilePlan(dialect, s.mapping, copyQuery(foldQuery(q), dialect), s.mapping.bySet[q.Set])
	if err != nil {
		return "", err
	}
	return p.why, nil
}

// Finishes tells who finishes a query that looks at related entities.
func (s *Store) Finishes(dialect Dialect, q *odata.Query) (string, error) {
	p, err := compilePlan(dialect, s.mapping, copyQuery(foldQuery(q), dialect), s.mapping.bySet[q.Set])
	switch {
	case err != nil:
		return "", err
	case !p.filterLeft && !p.orderLeft:
		return "the database", nil
	case p.unsaid != nil:
		return "the provider", nil
	}
	return "nobody", nil
}

// Show prints what a dialect makes of a query, and of its constants.
func (s *Store) Show(dialect Dialect, q *odata.Query) string {
	q = foldQuery(q)
	sh := shape{dialect: dialect}
	sh.query(q)
	p, err := compilePlan(dialect, s.mapping, copyQuery(q, dialect), s.mapping.bySet[q.Set])
	return explained(p, &sh, q, err)
}

// ExplainNavigation does the same for a navigation from some keys.
func (s *Store) ExplainNavigation(dialect Dialect, set *metadata.EntitySet, nav *metadata.NavigationProperty, keys []odata.Key, q *odata.Query) string {
	q = foldQuery(q)
	sh := shape{dialect: dialect}
	sh.query(q)
	b := copyQuery(q, dialect)
	from := s.mapping.bySet[set]
	e, err := from.end(nav)
	if err != nil {
		return err.Error()
	}
	p, err := compileNavigation(dialect, s.mapping, b, from, e, powerOfTwo(len(keys)))
	for _, key := range keys {
		sh.values = append(sh.values, key...)
	}
	for range (powerOfTwo(len(keys)) - len(keys)) * len(from.key) {
		sh.values = append(sh.values, edm.Null)
	}
	return explained(p, &sh, q, err)
}

func explained(p *plan, sh *shape, q *odata.Query, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	fixed := odata.WithInstant(context.Background(), time.Date(2016, 2, 29, 12, 0, 0, 0, time.UTC))
	values := bound(fixed, p.ambient, sh.values)
	var b strings.Builder
	show := func(s *Statement, numbers []int) {
		text := s.Text
		for i, table := range caseTables() {
			name := [...]string{"lower", "upper"}[i]
			text = strings.ReplaceAll(text, literal(table[0]), "‹letters to "+name+"›")
			text = strings.ReplaceAll(text, literal(table[1]), "‹"+name+" letters›")
		}
		b.WriteString(text + "\n")
		if len(numbers) > 0 {
			b.WriteString(" ")
			for i, n := range numbers {
				if n < 0 {
					n += len(values)
				}
				fmt.Fprintf(&b, " %d: %s %s", i+1, kindName(s.Params[i].Kind), values[n])
			}
			b.WriteString("\n")
		}
	}
	if p.statement != nil {
		show(p.statement, p.numbers)
	}
	if p.count != nil && p.total < 0 {
		show(p.count, p.countNumbers)
	}
	if rest := p.rest(q); rest != nil && (p.filterLeft || p.orderLeft) {
		b.WriteString("left: ")
		if rest.Filter != nil {
			b.WriteString("filter " + odata.Dump(rest.Filter) + ", ")
		}
		fmt.Fprintf(&b, "%d terms of the order (%s)\n", len(rest.OrderBy), p.why)
	} else if rest != nil {
		for i := range rest.Expand {
			fmt.Fprintf(&b, "left: expand %s\n", rest.Expand[i].Nav.Name)
		}
	}
	return b.String()
}

// Plans is how many plans a store has.
func Plans(s *Store) int {
	s.plans.mu.Lock()
	defer s.plans.mu.Unlock()
	return s.plans.used.Len()
}

// Pieces shows how the SQL of a computed property is read: columns in brackets,
// parameters in parentheses.
func Pieces(sql string) string { return joined(sql, "[", "]", "(", ")") }

// Normal writes it as it was read.
func Normal(sql string) (text string, ok bool) {
	_, problem := piecesOf(sql, PostgreSQL)
	return joined(sql, "{", "}", "{:", "}"), problem == ""
}

func joined(sql, column, columnEnd, param, paramEnd string) string {
	pieces, problem := piecesOf(sql, PostgreSQL)
	if problem != "" {
		return problem
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
		switch {
		case p.column != "":
			b.WriteString(column + p.column + columnEnd)
		case p.param != "":
			b.WriteString(param + p.param + paramEnd)
		}
	}
	return b.String()
}
