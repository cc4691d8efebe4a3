package sqldb

import (
	"cmp"
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

var postgresTables = &Statement{
	Text: `SELECT c.relname::text, c.relkind::text, coalesce(to_regclass(quote_ident(c.relname)) = c.oid, false), has_table_privilege(c.oid, 'SELECT') ` +
		`FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ` +
		`WHERE n.nspname = CASE WHEN $1::text = '' THEN current_schema()::text ELSE $1::text END ` +
		`AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition ORDER BY c.relname::text COLLATE "C"`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindString, edm.KindString, edm.KindBoolean, edm.KindBoolean),
}

// Of a domain it tells the type below it, as postgresColumns does.
var postgresDetails = &Statement{
	Text: `SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(b.typname, t.typname)::text, coalesce(b.typtype, t.typtype)::text, ` +
		`CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END, a.attnotnull OR t.typnotnull, a.attidentity <> '', a.attgenerated <> '', ` +
		`coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault, ''), coalesce(b.typcategory, t.typcategory) = 'A' ` +
		`FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype ` +
		`LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum ` +
		`WHERE a.attrelid = to_regclass(quote_ident($1::text)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
	Params: forms(edm.KindString),
	Columns: forms(edm.KindString, edm.KindString, edm.KindString, edm.KindString, edm.KindInt32, edm.KindBoolean, edm.KindBoolean,
		edm.KindBoolean, edm.KindString, edm.KindBoolean),
}

var postgresPrimary = &Statement{
	Text: `SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(number, place) ` +
		`JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ` +
		`WHERE i.indrelid = to_regclass(quote_ident($1::text)) AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindString),
}

var postgresForeign = &Statement{
	Text: `SELECT o.oid::bigint, r.relname::text, a.attname::text, f.attname::text, o.confdeltype = 'c', ` +
		`coalesce(to_regclass(quote_ident(r.relname)) = r.oid, false) FROM pg_constraint o ` +
		`CROSS JOIN LATERAL unnest(o.conkey, o.confkey) WITH ORDINALITY AS k(near, far, place) ` +
		`JOIN pg_class r ON r.oid = o.confrelid JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.near ` +
		`JOIN pg_attribute f ON f.attrelid = o.confrelid AND f.attnum = k.far ` +
		`WHERE o.contype = 'f' AND o.conrelid = to_regclass(quote_ident($1::text)) ORDER BY o.conname::text COLLATE "C", k.place`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindInt64, edm.KindString, edm.KindString, edm.KindString, edm.KindBoolean, edm.KindBoolean),
}

func (i *introspection) postgresTables(ctx context.Context) (tables []*seenTable, err error) {
	err = i.rows(ctx, postgresTables, []edm.Value{edm.String(i.options.Schema)}, func(row []edm.Value) {
		kind := row[1].Str()
		t := &seenTable{name: strings.Clone(row[0].Str()), view: kind != "r" && kind != "p"}
		switch {
		case !row[2].Bool():
			t.why = "the search path does not lead to it; name its schema in the setting search_path of the URL"
		case !row[3].Bool():
			t.why = "the user may not read it"
		}
		tables = append(tables, t)
	})
	return tables, err
}

func (i *introspection) postgresColumns(ctx context.Context, t *seenTable, l *live) error {
	name := []edm.Value{edm.String(t.name)}
	err := i.rows(ctx, postgresDetails, name, func(row []edm.Value) {
		c := &seenColumn{name: strings.Clone(row[0].Str()), property: &metadata.Property{NotNull: row[5].Bool()}}
		typ, base, initial := strings.Clone(row[1].Str()), row[2].Str(), strings.Clone(row[8].Str())
		why := ""
		switch {
		case row[9].Bool():
			why = "it has the type " + typ + ", an array"
		case !typeOfPostgres(c, base, row[3].Str(), row[4].Int()):
			why = "it has the type " + typ + ", for which there is no kind"
		}
		if l.columns[c.name].uncertain && c.computed == "" {
			c.computed = "{" + c.name + `} COLLATE "C"`
		}
		kind, _ := edm.ParseKind(c.property.Type)
		switch {
		case row[7].Bool():
			c.computed, c.generated = cmp.Or(c.computed, "{"+c.name+"}"), true
		case kind == edm.KindGuid && strings.Contains(initial, "uuid") && strings.Contains(initial, "("):
			c.property.StoreGenerated = metadata.StoreGeneratedIdentity
		case kind.IsInteger() && (row[6].Bool() || strings.HasPrefix(initial, "nextval(")):
			c.property.StoreGenerated = metadata.StoreGeneratedIdentity
		}
		i.add(t, l, c, typ, initial, why)
	})
	if err != nil || t.view {
		return err
	}
	if err := i.rows(ctx, postgresPrimary, name, func(row []edm.Value) {
		t.primary = append(t.primary, strings.Clone(row[0].Str()))
	}); err != nil {
		return err
	}
	last := int64(-1)
	return i.rows(ctx, postgresForeign, name, func(row []edm.Value) {
		to := strings.Clone(row[1].Str())
		if !row[5].Bool() {
			i.leaveOut(t.name, strings.Clone(row[2].Str()), "the foreign key leads to a table "+to+" that the search path does not lead to")
			return
		}
		if id := row[0].Int(); id != last {
			last = id
			t.foreign = append(t.foreign, &seenForeign{to: to, cascade: row[4].Bool()})
		}
		f := t.foreign[len(t.foreign)-1]
		f.columns = append(f.columns, strings.Clone(row[2].Str()))
		f.refers = append(f.refers, strings.Clone(row[3].Str()))
	})
}

// postgresKinds are the kinds for types. Those that are read by an expression, which
// casts them, are read-only.
var postgresKinds = map[string]struct {
	kind edm.Kind
	cast bool
}{
	"bool": {edm.KindBoolean, false}, "int2": {edm.KindInt16, false}, "int4": {edm.KindInt32, false}, "int8": {edm.KindInt64, false},
	"float4": {edm.KindSingle, false}, "float8": {edm.KindDouble, false}, "numeric": {edm.KindDecimal, false},
	"text": {edm.KindString, false}, "varchar": {edm.KindString, false}, "uuid": {edm.KindGuid, false}, "bytea": {edm.KindBinary, false},
	"timestamp": {edm.KindDateTime, false}, "timestamptz": {edm.KindDateTimeOffset, false},
	"bpchar": {edm.KindString, true}, "citext": {edm.KindString, true}, "json": {edm.KindString, true}, "jsonb": {edm.KindString, true},
	"xml": {edm.KindString, true}, "date": {edm.KindDateTime, true},
}

// typeOfPostgres finds the kind for a type, its sort and its modifier, and tells
// whether there is one.
func typeOfPostgres(c *seenColumn, base, sort string, modifier int64) bool {
	found, ok := postgresKinds[base]
	if sort == "e" { // an enumeration
		found.kind, found.cast, ok = edm.KindString, true, true
	}
	if !ok || sort != "b" && sort != "e" {
		return false
	}
	p := c.property
	p.Type = found.kind.String()
	if found.cast {
		c.computed = "{" + c.name + "}" // which is cast to the type of the kind
	}
	if modifier < 0 {
		return true
	}
	switch base {
	case "varchar", "bpchar":
		p.MaxLength = new(int(modifier - 4))
	case "numeric":
		// As in postgresMisfit.
		digits, after := int((modifier-4)>>16&0xffff), int((modifier-4)&0x7ff)
		if after < 1024 && after <= digits {
			p.Precision, p.Scale = &digits, &after
		}
	case "timestamp", "timestamptz":
		p.Precision = new(int(modifier))
	}
	return true
}
