package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
)

// TestColumns reads columns of types that are not those of their form.
func TestColumns(t *testing.T) {
	db := open(t, postgres.Options{}, "CREATE TYPE mood AS ENUM ('sad', 'glad')")
	for _, tt := range []struct {
		name, sql string
		form      sqldb.Form
		want, why string // want is a literal, or what an internal error says
	}{
		{"count", "SELECT count(*) FROM pg_class WHERE false", sqldb.Form{Kind: edm.KindInt32}, "0", "a count is bigint"},
		{"sum", "SELECT sum(9223372036854775807::bigint)", sqldb.Form{Kind: edm.KindInt64}, "9223372036854775807L", "a sum of bigint is numeric"},
		{"too large a sum", "SELECT 9223372036854775808::numeric", sqldb.Form{Kind: edm.KindInt64}, "column 1 of a row does not hold Edm.Int64: the value is out of range", ""},
		{"fraction", "SELECT 1.5", sqldb.Form{Kind: edm.KindInt64}, "does not hold Edm.Int64: the value is not whole", ""},
		{"narrow", "SELECT 256", sqldb.Form{Kind: edm.KindByte}, "does not hold Edm.Byte: the value is out of range", ""},
		{"negative byte", "SELECT -1", sqldb.Form{Kind: edm.KindByte}, "does not hold Edm.Byte: the value is out of range", ""},
		{"wide", "SELECT 7::smallint", sqldb.Form{Kind: edm.KindInt64}, "7L", ""},
		{"average", "SELECT avg(n) FROM (VALUES (1), (2)) t(n)", sqldb.Form{Kind: edm.KindDouble}, "1.5", "an average of integers is numeric"},
		{"no number", "SELECT 'NaN'::numeric", sqldb.Form{Kind: edm.KindDouble}, "NaN", ""},
		{"decimal without a number", "SELECT 'NaN'::numeric", sqldb.Form{Kind: edm.KindDecimal}, "does not hold Edm.Decimal: the value is NaN or infinite", ""},
		{"infinite decimal", "SELECT '-Infinity'::numeric", sqldb.Form{Kind: edm.KindDecimal}, "does not hold Edm.Decimal: the value is NaN or infinite", ""},
		{"huge decimal", "SELECT 10::numeric ^ 20000", sqldb.Form{Kind: edm.KindDecimal}, "does not hold Edm.Decimal: the value has too many digits", ""},
		{"real as Double", "SELECT 0.5::real", sqldb.Form{Kind: edm.KindDouble}, "0.5", ""},
		{"integer as Double", "SELECT 5", sqldb.Form{Kind: edm.KindDouble}, "5.0", ""},
		{"integer as Decimal", "SELECT 5", sqldb.Form{Kind: edm.KindDecimal}, "5M", ""},
		{"varchar", "SELECT 'a'::varchar(9)", sqldb.Form{Kind: edm.KindString}, "'a'", ""},
		{"char", "SELECT 'a'::char(3)", sqldb.Form{Kind: edm.KindString}, "'a  '", ""},
		{"name", "SELECT 'a'::name", sqldb.Form{Kind: edm.KindString}, "'a'", ""},
		{"enumeration", "SELECT 'glad'::mood", sqldb.Form{Kind: edm.KindString}, "'glad'", "its binary form is not known, so its text is asked for"},
		{"inet", "SELECT '10.0.0.1'::inet", sqldb.Form{Kind: edm.KindString}, "'10.0.0.1'", ""},
		{"uuid as String", "SELECT '6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'::uuid", sqldb.Form{Kind: edm.KindString}, "'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", ""},
		{"jsonb", "SELECT '[1]'::jsonb", sqldb.Form{Kind: edm.KindCollection}, "'[1]'", ""},
		{"text as Guid", "SELECT '6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10'::text", sqldb.Form{Kind: edm.KindGuid}, "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", ""},
		{"date", "SELECT '2015-07-12'::date", sqldb.Form{Kind: edm.KindDateTime}, "datetime'2015-07-12T00:00:00'", ""},
		{"first date", "SELECT '0001-01-01'::date", sqldb.Form{Kind: edm.KindDateTime, UTC: true}, "datetime'0001-01-01T00:00:00'", "it stands for no time, which has no zone"},
		{"timestamptz as DateTime", "SELECT '2015-07-12 06:40:00.5+02'::timestamptz", sqldb.Form{Kind: edm.KindDateTime}, "datetime'2015-07-12T04:40:00.5'", ""},
		{"timestamp as DateTimeOffset", "SELECT '2015-07-12 06:40:00'::timestamp", sqldb.Form{Kind: edm.KindDateTimeOffset}, "datetimeoffset'2015-07-12T06:40:00Z'", ""},
		{"a far date", "SELECT '2580000-01-01'::date", sqldb.Form{Kind: edm.KindDateTime}, "does not hold Edm.DateTime: dates run from", "its ticks are more than an int64 holds"},
		{"infinite date", "SELECT 'infinity'::date", sqldb.Form{Kind: edm.KindDateTime}, "does not hold Edm.DateTime: dates run from", ""},
		{"infinite timestamp", "SELECT '-infinity'::timestamp", sqldb.Form{Kind: edm.KindDateTime}, "does not hold Edm.DateTime: dates run from", ""},
		{"before our time", "SELECT '0001-12-31 BC'::timestamptz", sqldb.Form{Kind: edm.KindDateTimeOffset}, "does not hold Edm.DateTimeOffset: dates run from", ""},
		{"after our time", "SELECT '10000-01-01'::timestamp", sqldb.Form{Kind: edm.KindDateTime}, "does not hold Edm.DateTime: dates run from", ""},
		{"no shape", "SELECT 'CIRCLE(1)'", sqldb.Form{Kind: edm.KindGeometryPoint}, "does not hold Edm.GeometryPoint", ""},
		{"another shape", "SELECT 'LINESTRING(1 2,3 4)'", sqldb.Form{Kind: edm.KindGeometryPoint}, "does not hold Edm.GeometryPoint", ""},
		{"text as Int32", "SELECT '5'::text", sqldb.Form{Kind: edm.KindInt32}, "column 1 of a statement has the type text, which does not hold Edm.Int32", ""},
		{"double as Single", "SELECT 0.1::float8", sqldb.Form{Kind: edm.KindSingle}, "the type float8, which does not hold Edm.Single", "it would be another number"},
		{"enumeration as Int32", "SELECT 'glad'::mood", sqldb.Form{Kind: edm.KindInt32}, "which does not hold Edm.Int32", ""},
		{"more columns", "SELECT 1, 2", sqldb.Form{Kind: edm.KindInt32}, "a statement has 2 columns and was said to have 1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, err := readAll(t.Context(), db, &sqldb.Statement{Text: tt.sql, Columns: []sqldb.Form{tt.form}})
			if err != nil {
				if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("%s: %v, want %s (%s)", tt.sql, err, tt.want, tt.why)
				}
				return
			}
			if diff := cmp.Diff(tt.want, literal(rows[0][0])); diff != "" {
				t.Errorf("%s (%s, -want +got):\n%s", tt.sql, tt.why, diff)
			}
		})
	}
	if rows := mustRead(t, t.Context(), db, statement("SELECT 1", nil, kinds(edm.KindInt32))); len(rows) != 1 {
		t.Error("the connection is not used any more after what it has read was refused")
	}
}

// TestArguments gives statements arguments that cannot be stored.
func TestArguments(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, "")
	text := statement("SELECT $1", kinds(edm.KindString), kinds(edm.KindString))
	first, _ := edm.NewDateTime(0, edm.Offset(60))
	for _, tt := range []struct {
		name string
		s    *sqldb.Statement
		arg  edm.Value
		want *odata.Error
		why  string
	}{
		{"NUL", text, edm.String("a\x00b"), &odata.Error{Kind: odata.KindInvalid, Code: "InvalidText"}, "PostgreSQL cannot hold it"},
		{"not UTF-8", text, edm.String("\xff"), &odata.Error{Kind: odata.KindInvalid, Code: "InvalidText"}, ""},
		{"NUL in JSON", statement("SELECT $1", kinds(edm.KindCollection), kinds(edm.KindCollection)), edm.String("\x00"), &odata.Error{Kind: odata.KindInvalid, Code: "InvalidText"}, ""},
		{"another kind", text, edm.Int32(1), &odata.Error{Kind: odata.KindInternal}, "whoever makes statements knows the kinds"},
		{"too large", statement("SELECT $1", kinds(edm.KindInt16), kinds(edm.KindInt16)), edm.Int32(40_000), &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow"}, ""},
		{"before our time", statement("SELECT $1", kinds(edm.KindDateTime), kinds(edm.KindDateTime)), first.Value(), &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow"}, "its instant could not be read back"},
		{"geometry for geography", statement("SELECT $1", kinds(edm.KindGeographyPoint), kinds(edm.KindGeographyPoint)), spatials(false, "POINT(1 2)")[0], &odata.Error{Kind: odata.KindInternal}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := db.Transact(t.Context(), func(ctx context.Context) error {
				if _, err := readAll(ctx, db, tt.s, tt.arg); !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v (%s)", err, tt.want, tt.why)
				}
				_, err := readAll(ctx, db, text, edm.String("on"))
				return err
			})
			if err != nil {
				t.Errorf("%v: the transaction should not have noticed", err)
			}
		})
	}
	if _, err := db.Query(t.Context(), text, nil); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("without the argument: %v", err)
	}
}
