package sqldb

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

var sqliteTables = &Statement{
	Text: `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT GLOB 'sqlite_*' ORDER BY name`,
	// Of type are table, view, virtual, and shadow, which is what virtual ones are made of.
	Columns: forms(edm.KindString, edm.KindString),
}

var sqliteDetails = &Statement{
	Text: `SELECT c.name, c.type, c."notnull", coalesce(c.dflt_value, ''), c.pk, c.hidden > 1, l.wr ` +
		`FROM pragma_table_list AS l, pragma_table_xinfo(l.name) AS c WHERE l.schema = 'main' AND l.name = ?1 AND c.hidden <> 1 ORDER BY c.cid`,
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindString, edm.KindString, edm.KindBoolean, edm.KindString, edm.KindInt64, edm.KindBoolean, edm.KindBoolean),
}

var sqliteForeign = &Statement{
	Text: `SELECT f.id, f."table", f."from", coalesce(f."to", ''), f.on_delete = 'CASCADE' FROM pragma_foreign_key_list(?1) AS f ` +
		`ORDER BY f.id DESC, f.seq`, // in their order in the table
	Params:  forms(edm.KindString),
	Columns: forms(edm.KindInt64, edm.KindString, edm.KindString, edm.KindString, edm.KindBoolean),
}

func (i *introspection) sqliteTables(ctx context.Context) (tables []*seenTable, err error) {
	if i.options.Schema != "" {
		i.mistakes.add("Schema: SQLite has none")
	}
	err = i.rows(ctx, sqliteTables, nil, func(row []edm.Value) {
		t := &seenTable{name: strings.Clone(row[0].Str())}
		switch kind := row[1].Str(); kind {
		case "table":
		case "view":
			t.view = true
		default:
			t.why = "it is a " + strings.Clone(kind) + " table, which keeps no types"
		}
		tables = append(tables, t)
	})
	return tables, err
}

func (i *introspection) sqliteColumns(ctx context.Context, t *seenTable, l *live) error {
	type numbered struct {
		name string
		at   int64
	}
	var key []numbered
	var found []func()
	err := i.rows(ctx, sqliteDetails, []edm.Value{edm.String(t.name)}, func(row []edm.Value) {
		name, typ, initial := strings.Clone(row[0].Str()), strings.Clone(row[1].Str()), strings.Clone(row[3].Str())
		isKey, generated, clustered := row[4].Int(), row[5].Bool(), row[6].Bool()
		p := &metadata.Property{NotNull: row[2].Bool()}
		if isKey > 0 {
			key = append(key, numbered{name, isKey})
		}
		found = append(found, func() {
			c := &seenColumn{name: name, property: p}
			why := typeOfSQLite(c, typ)
			if len(key) == 1 && isKey > 0 && !clustered && strings.EqualFold(typ, "INTEGER") {
				p.StoreGenerated, p.NotNull = metadata.StoreGeneratedIdentity, true
			}
			if c.generated = generated; generated && c.computed == "" {
				c.computed = "{" + name + "}"
			}
			i.add(t, l, c, typ, initial, why)
		})
	})
	if err != nil {
		return err
	}
	for _, each := range found {
		each()
	}
	t.primary = make([]string, len(key))
	for _, k := range key {
		t.primary[k.at-1] = k.name
	}
	last := int64(-1)
	return i.rows(ctx, sqliteForeign, []edm.Value{edm.String(t.name)}, func(row []edm.Value) {
		if id := row[0].Int(); id != last {
			last = id
			t.foreign = append(t.foreign, &seenForeign{to: strings.Clone(row[1].Str()), cascade: row[4].Bool()})
		}
		f := t.foreign[len(t.foreign)-1]
		f.columns = append(f.columns, strings.Clone(row[2].Str()))
		if to := row[3].Str(); to != "" { // otherwise the primary key is meant
			f.refers = append(f.refers, strings.Clone(to))
		}
	})
}

// sqliteNames are the names of types that say more than their affinity.
var sqliteNames = map[string]edm.Kind{
	"BOOLEAN": edm.KindBoolean, "BOOL": edm.KindBoolean,
	"TINYINT": edm.KindInt16, "SMALLINT": edm.KindInt16, "INT2": edm.KindInt16,
	"MEDIUMINT": edm.KindInt32, "INT4": edm.KindInt32,
	"DATETIME": edm.KindDateTime, "DATETIME2": edm.KindDateTime, "SMALLDATETIME": edm.KindDateTime, "TIMESTAMP": edm.KindDateTime,
	"DATETIMEOFFSET": edm.KindDateTimeOffset, "TIMESTAMPTZ": edm.KindDateTimeOffset, "TIMESTAMP WITH TIME ZONE": edm.KindDateTimeOffset,
	"GUID": edm.KindGuid, "UUID": edm.KindGuid, "UNIQUEIDENTIFIER": edm.KindGuid,
	"BINARY": edm.KindBinary, "VARBINARY": edm.KindBinary, "IMAGE": edm.KindBinary, "BYTEA": edm.KindBinary,
}

var declaredSizes = regexp.MustCompile(`\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)`)

// typeOfSQLite finds the kind for a declared type, or tells why there is none.
func typeOfSQLite(c *seenColumn, declared string) (why string) {
	name := strings.ToUpper(strings.Join(strings.Fields(declaredSizes.ReplaceAllString(declared, "")), " "))
	var size, scale int
	sizes := declaredSizes.FindStringSubmatch(declared)
	if sizes != nil {
		size, _ = strconv.Atoi(sizes[1])
		scale, _ = strconv.Atoi(sizes[2]) // 0 if it is not there
	}
	of := "{" + c.name + "}"
	kind, known := sqliteNames[name]
	p := c.property
	switch {
	case known:
	case name == "":
		return "it has no type"
	case name == "DATE":
		kind, c.computed = edm.KindDateTime, "substr("+of+", 1, 10) || 'T00:00:00'"
	case name == "JSON", name == "STRING":
		kind, c.computed = edm.KindString, "CAST("+of+" AS TEXT)"
	case name == "NUMERIC", name == "DECIMAL", name == "DEC", name == "NUMBER", name == "MONEY":
		if size < 1 || size > 15 || scale > size {
			kind, c.computed = edm.KindDouble, "CAST("+of+" AS REAL)"
			break
		}
		kind = edm.KindDecimal
		p.Precision, p.Scale = &size, &scale
		c.computed = fmt.Sprintf("CASE WHEN %s IS NOT NULL THEN printf('%%.%df', %s) END", of, scale, of)
	default:
		switch affinityOf(declared, false) {
		case affinityInteger:
			kind = edm.KindInt64
		case affinityText:
			kind = edm.KindString
		case affinityReal:
			kind = edm.KindDouble
		case affinityBlob:
			kind = edm.KindBinary
		default:
			return fmt.Sprintf("the type %s says nothing of what is in it: SQLite would make numbers of some texts", declared)
		}
	}
	p.Type = kind.String()
	if size > 0 && kind == edm.KindString || size > 0 && kind == edm.KindBinary {
		p.MaxLength = &size
	}
	return ""
}
