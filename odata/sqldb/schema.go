package sqldb

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Schema returns the statements that make the tables of the store in an empty
// database, and indexes on the columns that links are followed by, each statement
// without a semicolon.
//
// Links have foreign keys, which are checked when a transaction ends: writing
// relies on them. They empty the columns of an optional link when the entity that it
// leads to is deleted, and delete rows of link tables, streams and derived types.
// Keys that are one number have numbers of their own, which are never used again:
// those of AUTOINCREMENT in SQLite, and of identity columns in PostgreSQL.
func (s *Store) Schema(dialect Dialect) []string {
	p := schemaPrinter{dialect: dialect}
	for _, t := range s.mapping.tables {
		p.tables(t)
	}
	for _, l := range s.mapping.links {
		p.linkTable(l)
	}
	for _, t := range s.mapping.tables {
		p.indexes(t)
		p.streams(t)
	}
	return append(p.statements, p.later...)
}

type schemaPrinter struct {
	dialect    Dialect
	statements []string
	later      []string
}

func (p *schemaPrinter) tables(t *table) {
	for i, part := range t.parts {
		var lines []string
		if i == 0 && t.discriminator != "" {
			lines = append(lines, quoted(t.discriminator)+" "+p.typeOf(Form{Kind: edm.KindString})+" NOT NULL")
		}
		for _, c := range t.partColumns(i) {
			line := quoted(c.name) + " " + p.typeOf(c.form)
			if slices.Contains(t.key, c) {
				line += p.keyCollation(c)
			}
			// A link may come later in the transaction that makes the entity.
			if !c.nullable && !slices.Contains(t.foreign, c) {
				line += " NOT NULL"
			}
			lines = append(lines, line+p.identity(t, c, i))
		}
		ownNumbers := i == 0 && p.dialect == SQLite && t.isNumbered()
		if !ownNumbers {
			lines = append(lines, "PRIMARY KEY ("+names(t.key)+")")
		}
		if i > 0 {
			lines = append(lines, "FOREIGN KEY ("+names(t.key)+") REFERENCES "+quoted(t.parts[0].name)+" ("+names(t.key)+") ON DELETE CASCADE"+deferred)
		}
		lines = append(lines, p.references(t, i)...)
		p.create(part.name, lines, p.clustered(t.key) && !ownNumbers)
	}
}

// clustered tells that a table of SQLite is best kept in the order of its key.
func (p *schemaPrinter) clustered(key []*column) bool {
	if p.dialect != SQLite || len(key) != 1 {
		return p.dialect == SQLite && len(key) > 1
	}
	switch k := key[0].form.Kind; {
	case k.IsInteger(), k == edm.KindGuid, k == edm.KindString:
		return true
	}
	return false
}

func (p *schemaPrinter) create(name string, lines []string, clustered bool) {
	text := "CREATE TABLE " + quoted(name) + " (\n\t" + strings.Join(lines, ",\n\t") + "\n)"
	if clustered {
		text += " WITHOUT ROWID"
	}
	p.statements = append(p.statements, text)
}

func (p *schemaPrinter) linkTable(l *linkTable) {
	var lines []string
	var all []*column
	for i := range l.columns {
		for _, c := range l.columns[i] {
			lines = append(lines, quoted(c.name)+" "+p.typeOf(c.form)+" NOT NULL")
			all = append(all, c)
		}
	}
	lines = append(lines, "PRIMARY KEY ("+names(all)+")")
	for i, t := range l.refers {
		lines = append(lines, "FOREIGN KEY ("+names(l.columns[i])+") REFERENCES "+quoted(t.parts[0].name)+" ("+names(t.key)+") ON DELETE CASCADE"+deferred)
	}
	p.create(l.name, lines, p.dialect == SQLite)
	back := append(slices.Clone(l.columns[1]), l.columns[0]...)
	p.index(l.name, back)
}

// indexes makes an index on the columns that refer to other tables. Those of the
// link that an end can have only one of are unique: in PostgreSQL when a transaction
// ends. SQLite cannot wait, and there the store sees to it.
func (p *schemaPrinter) indexes(t *table) {
	for i := range t.ends {
		e := &t.ends[i]
		if t.rules.ties[i].held != nearHolds || slices.Equal(e.near, t.key) {
			continue
		}
		one := t.rules.ties[i].back.unique
		if one && p.dialect == PostgreSQL {
			table := t.parts[e.near[0].part].name
			p.later = append(p.later, "ALTER TABLE "+quoted(table)+" ADD UNIQUE ("+names(e.near)+")"+deferred)
			continue
		}
		p.index(t.parts[e.near[0].part].name, e.near)
	}
	if p.dialect == SQLite {
		for _, m := range t.rules.made {
			if m.isNumbered() && !m.isKey && !m.computed {
				p.index(t.parts[m.column.part].name, []*column{m.column})
			}
		}
	}
}

func (p *schemaPrinter) index(table string, columns []*column) {
	text := "CREATE INDEX "
	name := table
	for _, c := range columns {
		name += "_" + c.name
	}
	p.later = append(p.later, text+quoted(name)+" ON "+quoted(table)+" ("+names(columns)+")")
}

func names(columns []*column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = quoted(c.name)
	}
	return strings.Join(list, ", ")
}

// quoted is a name as SQL writes it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// typeOf is the type of a column.
func (p *schemaPrinter) typeOf(f Form) string {
	if p.dialect == PostgreSQL {
		if f.Kind == edm.KindString {
			return `text COLLATE "C"`
		}
		return postgresType(f.Kind)
	}
	switch f.Kind {
	case edm.KindBoolean, edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64, edm.KindTime:
		return "INTEGER"
	case edm.KindSingle, edm.KindDouble:
		return "REAL"
	case edm.KindBinary:
		return "BLOB"
	}
	return "TEXT"
}

// postgresType is the type of PostgreSQL that values of a kind have.
func postgresType(k edm.Kind) string {
	switch k {
	case edm.KindBoolean:
		return "boolean"
	case edm.KindByte, edm.KindSByte, edm.KindInt16:
		return "smallint"
	case edm.KindInt32:
		return "integer"
	case edm.KindInt64, edm.KindTime:
		return "bigint"
	case edm.KindSingle:
		return "real"
	case edm.KindDouble:
		return "double precision"
	case edm.KindDecimal:
		return "numeric"
	case edm.KindGuid:
		return "uuid"
	case edm.KindBinary:
		return "bytea"
	case edm.KindDateTime:
		return "timestamp"
	case edm.KindDateTimeOffset:
		return "timestamptz"
	}
	return "text"
}
