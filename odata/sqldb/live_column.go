package sqldb

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// rows reads all rows of a query.
func (i *introspection) rows(ctx context.Context, s *Statement, args []edm.Value, each func([]edm.Value)) error {
	rows, err := i.db.Query(ctx, s, args)
	if err != nil {
		return err
	}
	cells := make([]edm.Value, len(s.Columns))
	for {
		more, err := rows.Next(cells)
		if err != nil {
			rows.Close()
			return err
		}
		if !more {
			return rows.Close()
		}
		each(cells)
	}
}

// columns finds the columns and keys of a table.
func (i *introspection) columns(ctx context.Context, t *seenTable) error {
	look, columns := i.checker.liveSQLite, i.sqliteColumns
	if i.db.Dialect() == PostgreSQL {
		look, columns = i.checker.livePostgres, i.postgresColumns
	}
	l, err := look(ctx, t.name)
	if err != nil {
		return err
	}
	for _, x := range l.unique {
		t.single = append(t.single, x.columns)
		if !x.deferred {
			t.unique = append(t.unique, x.columns)
		}
	}
	return columns(ctx, t, l)
}

// add adds a column to its table, or leaves it out. why tells that there is no kind
// for its type.
func (i *introspection) add(t *seenTable, l *live, c *seenColumn, typ, initial, why string) {
	p := c.property
	forced := i.force(t, c, &why)
	if why == "" && c.computed != "" && strings.ContainsAny(c.name, "{}\n\x00") {
		why = "an expression cannot name it"
	}
	if why == "" && c.computed == "" {
		kind, _ := edm.ParseKind(p.Type)
		have := l.columns[i.checker.folded(c.name)]
		if misfit := have.misfit(&column{name: c.name, form: Form{Kind: kind}, property: p}); misfit != "" {
			why = "it has the type " + typ + ", which " + misfit
			if forced {
				i.mistakes.add("Types: %s.%s: %s", t.name, c.name, why)
			}
		}
	}
	switch {
	case why != "":
		i.leaveOut(t.name, c.name, why)
		return
	case c.computed != "":
		p.StoreGenerated, p.Writable = metadata.StoreGeneratedComputed, metadata.WriteNever
	case p.StoreGenerated == metadata.StoreGeneratedAbsent:
		p.DefaultValue = constantDefault(p.Type, initial)
	}
	t.columns = append(t.columns, c)
}

// force gives a column the type that options name.
func (i *introspection) force(t *seenTable, c *seenColumn, why *string) bool {
	for path, name := range i.options.Types {
		table, column, _ := strings.Cut(path, ".")
		if i.checker.folded(table) != i.checker.folded(t.name) || i.checker.folded(column) != i.checker.folded(c.name) {
			continue
		}
		i.used["type "+path] = true
		kind, ok := edm.ParseKind(name)
		if !ok || !kind.IsPrimitive() || kind == edm.KindStream {
			i.mistakes.add("Types: %s: %s is no type of a column", path, name)
			return false
		}
		kept := c.property.StoreGenerated
		if !kind.IsInteger() || kept == metadata.StoreGeneratedComputed {
			kept = metadata.StoreGeneratedAbsent
		}
		*c.property = metadata.Property{Type: kind.String(), NotNull: c.property.NotNull, StoreGenerated: kept}
		c.computed, *why = "", ""
		if c.generated {
			c.computed = "{" + c.name + "}"
		}
		return true
	}
	return false
}

var (
	quotedText  = regexp.MustCompile(`^'((?:[^']|'')*)'(?:::[\w\s.",()]*)?$`)
	plainNumber = regexp.MustCompile(`^(-?[0-9.]+|(?i:true|false))(?:::[\w\s.",()]*)?$`)
)

// constantDefault is the default of a property for the SQL of a column's, if that is a
// constant of the property's type.
func constantDefault(typ, sql string) *string {
	sql = strings.TrimSpace(sql)
	for len(sql) > 2 && sql[0] == '(' && sql[len(sql)-1] == ')' {
		sql = strings.TrimSpace(sql[1 : len(sql)-1])
	}
	// As PostgreSQL prints a negative number: (-1)::integer, or '-1'::integer.
	if inner, cast, ok := strings.Cut(sql, ")::"); ok && strings.HasPrefix(inner, "(") && !strings.ContainsAny(cast, "()'") {
		sql = inner[1:]
	}
	kind, _ := edm.ParseKind(typ)
	text := ""
	if found := quotedText.FindStringSubmatch(sql); found != nil {
		text = strings.ReplaceAll(found[1], "''", "'")
	} else if found := plainNumber.FindStringSubmatch(sql); found != nil && kind != edm.KindString && kind != edm.KindBinary {
		text = strings.ToLower(found[1])
	} else {
		return nil
	}
	switch {
	case kind == edm.KindBinary, kind == edm.KindTime, kind == edm.KindNull, strings.ContainsFunc(text, unicode.IsControl):
		return nil // a document cannot hold all control characters
	case kind == edm.KindBoolean && (text == "0" || text == "f"):
		text = "false"
	case kind == edm.KindBoolean && (text == "1" || text == "t"):
		text = "true"
	case kind == edm.KindDateTime:
		text = strings.Replace(text, " ", "T", 1)
	}
	if _, err := edm.ParseText(kind, text); err != nil {
		return nil
	}
	return &text
}
