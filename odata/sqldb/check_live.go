package sqldb

import (
	"context"
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// What a database tells about a table. Generated columns are in it, and so are the
// implicit indexes of primary keys.

var sqliteColumns = &Statement{
	Text: `SELECT l.type, l.strict, l.wr, c.name, c.type, c."notnull", c.pk FROM pragma_table_list AS l, pragma_table_xinfo(l.name) AS c ` +
		`WHERE l.schema = 'main' AND l.name = ?1 COLLATE NOCASE AND c.hidden <> 1 ORDER BY c.cid`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindString, edm.KindBoolean, edm.KindBoolean, edm.KindString, edm.KindString, edm.KindBoolean, edm.KindInt64),
}

var sqliteIndexes = &Statement{
	Text: `SELECT i.seq, coalesce(c.name, '') FROM pragma_index_list(?1) AS i, pragma_index_info(i.name) AS c ` +
		`WHERE i."unique" AND NOT i.partial ORDER BY i.seq, c.seqno`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindInt64, edm.KindString),
}

// liveSQLite looks at a table of SQLite.
func (c *checker) liveSQLite(ctx context.Context, table string) (*live, error) {
	l := &live{columns: map[string]liveColumn{}}
	var key []string
	var rowid string // the only column of the key, if it may stand for the row's number
	err := c.rows(ctx, sqliteColumns, table, func(row []edm.Value) {
		kind, strict, clustered := row[0].Str(), row[1].Bool(), row[2].Bool()
		name, typ := c.folded(strings.Clone(row[3].Str())), strings.Clone(row[4].Str())
		l.view = kind != "table"
		have := liveColumn{typ: typ, nullable: !row[5].Bool()}
		if typ == "" {
			have.typ = "of none"
		}
		held := affinityOf(typ, strict)
		have.misfit = func(want *column) string {
			if !held.holds(want.form.Kind) {
				return "changes or mixes up values of " + kindName(want.form.Kind)
			}
			return ""
		}
		if row[6].Int() > 0 {
			key = append(key, name)
			if !clustered && strings.EqualFold(typ, "INTEGER") {
				rowid = name
			}
		}
		l.columns[name] = have
	})
	if err != nil || l.view || len(l.columns) == 0 {
		return l, err
	}
	if len(key) > 0 {
		l.unique = append(l.unique, liveIndex{columns: key})
	}
	if len(key) == 1 && rowid != "" {
		have := l.columns[rowid]
		have.nullable = false
		l.columns[rowid] = have
	}
	return l, c.indexes(ctx, sqliteIndexes, table, l)
}

// indexes reads rows of an index and one of its columns.
func (c *checker) indexes(ctx context.Context, s *Statement, table string, l *live) error {
	last := int64(-1)
	return c.rows(ctx, s, table, func(row []edm.Value) {
		if at := row[0].Int(); at != last {
			last = at
			l.unique = append(l.unique, liveIndex{deferred: len(row) > 2 && row[2].Bool()})
		}
		x := &l.unique[len(l.unique)-1]
		x.columns = append(x.columns, c.folded(strings.Clone(row[1].Str())))
	})
}

// An affinity is what a column of SQLite does to values. Source: SQLite, Datatypes,
// determination of column affinity.
type affinity uint8

const (
	affinityBlob affinity = iota
	affinityText
	affinityNumeric
	affinityInteger
	affinityReal
)

func affinityOf(typ string, strict bool) affinity {
	typ = strings.ToUpper(typ)
	has := func(part string) bool { return strings.Contains(typ, part) }
	switch {
	case strict && typ == "ANY":
		return affinityBlob
	case has("INT"):
		return affinityInteger
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return affinityText
	case has("BLOB"), typ == "":
		return affinityBlob
	case has("REAL"), has("FLOA"), has("DOUB"):
		return affinityReal
	}
	return affinityNumeric
}

// holds tells that values of a kind are stored as they are. Texts that never look
// like a number may be in columns of types like DATETIME and UUID.
func (a affinity) holds(k edm.Kind) bool {
	switch {
	case a == affinityBlob:
		return true
	case k == edm.KindBoolean, k == edm.KindTime, k.IsInteger():
		return a == affinityInteger || a == affinityNumeric
	case k == edm.KindSingle, k == edm.KindDouble:
		return a == affinityReal
	case k == edm.KindBinary, k == edm.KindGuid, k == edm.KindDateTime, k == edm.KindDateTimeOffset:
		return a == affinityNumeric || a == affinityText && k != edm.KindBinary
	}
	return a == affinityText
}

var postgresColumns = &Statement{
	Text: `SELECT c.relkind::text, a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(b.typname, t.typname)::text, ` +
		`CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END, a.attnotnull OR t.typnotnull, coalesce(o.collisdeterministic, true) ` +
		`FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid ` +
		`LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype LEFT JOIN pg_collation o ON o.oid = a.attcollation ` +
		`WHERE c.oid = to_regclass(quote_ident($1::text)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindString, edm.KindString, edm.KindString, edm.KindString, edm.KindInt32, edm.KindBoolean, edm.KindBoolean),
}

var postgresIndexes = &Statement{
	Text: `SELECT i.indexrelid::bigint, coalesce(a.attname::text, ''), NOT i.indimmediate FROM pg_index i ` +
		`CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(number, place) ` +
		`LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ` +
		`WHERE i.indrelid = to_regclass(quote_ident($1::text)) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND k.place <= i.indnkeyatts ` +
		`ORDER BY i.indexrelid, k.place`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindInt64, edm.KindString, edm.KindBoolean),
}

// livePostgres looks at a table of PostgreSQL, of the first schema in the search path
// that has it.
func (c *checker) livePostgres(ctx context.Context, table string) (*live, error) {
	l := &live{columns: map[string]liveColumn{}}
	err := c.rows(ctx, postgresColumns, table, func(row []edm.Value) {
		// Foreign tables have no keys either.
		l.view = row[0].Str() != "r" && row[0].Str() != "p"
		base, modifier := strings.Clone(row[3].Str()), row[4].Int()
		l.columns[strings.Clone(row[1].Str())] = liveColumn{typ: strings.Clone(row[2].Str()), nullable: !row[5].Bool(), uncertain: !row[6].Bool(),
			misfit: func(want *column) string { return postgresMisfit(base, modifier, want) }}
	})
	if err != nil || l.view || len(l.columns) == 0 {
		return l, err
	}
	return l, c.indexes(ctx, postgresIndexes, table, l)
}

// postgresMisfit compares a type and its modifier, -1 for none, with what is wanted.
// Types that read well but do not compare with the arguments of statements are no
// good, such as text for an Edm.Guid. What is too short for a text says so when it
// is written; numbers and times would be rounded without a word.
func postgresMisfit(base string, modifier int64, want *column) string {
	fits := false
	switch k := want.form.Kind; k {
	case edm.KindByte, edm.KindSByte, edm.KindInt16:
		fits = base == "int2" || base == "int4" || base == "int8"
	case edm.KindInt32:
		fits = base == "int4" || base == "int8"
	case edm.KindInt64, edm.KindTime:
		fits = base == "int8"
	case edm.KindBoolean:
		fits = base == "bool"
	case edm.KindSingle:
		fits = base == "float4"
	case edm.KindDouble:
		fits = base == "float8"
	case edm.KindDecimal:
		fits = base == "numeric"
	case edm.KindGuid, edm.KindBinary, edm.KindDateTime, edm.KindDateTimeOffset:
		fits = base == postgresType(k)
	default:
		fits = base == "text" || base == "varchar"
	}
	var precision, scale *int
	if want.property != nil {
		precision, scale = want.property.Precision, want.property.Scale
	}
	switch {
	case !fits:
		return "does not hold " + kindName(want.form.Kind)
	case modifier < 0:
	case base == "numeric":
		// As the server packs it: source/backend/utils/adt/numeric.c.
		digits, after := int((modifier-4)>>16&0xffff), int((modifier-4)&0x7ff)
		if after >= 1024 {
			after -= 2048
		}
		if precision == nil || scale == nil || *scale > after || *precision-*scale > digits-after {
			return fmt.Sprintf("rounds or refuses some values of the property, unless it has a precision of %d and a scale of %d", digits, after)
		}
	case base == "timestamp", base == "timestamptz":
		if modifier < 6 && (precision == nil || *precision > int(modifier)) {
			return fmt.Sprintf("rounds some values of the property, unless it has a precision of %d", modifier)
		}
	}
	return ""
}
