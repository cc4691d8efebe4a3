package sqlite_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// parsed returns the value of a kind that a text says.
func parsed(t testing.TB, kind edm.Kind, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, text, err)
	}
	return v
}

// TestDecode reads what other programs may have stored.
func TestDecode(t *testing.T) {
	const guid = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
	db := open(t, sqlite.InMemory, sqlite.Options{})
	internal := refused(odata.KindInternal, "InternalError")
	utc := sqldb.Form{Kind: edm.KindDateTime, UTC: true}
	form := func(k edm.Kind) sqldb.Form { return sqldb.Form{Kind: k} }
	text := func(k edm.Kind, s string) edm.Value { return parsed(t, k, s) }
	tests := []struct {
		name string
		sql  string
		form sqldb.Form
		want edm.Value
		err  error
		why  string
	}{
		{"null", "NULL", form(edm.KindInt32), edm.Null, nil, "null is of any kind"},
		{"true", "1", form(edm.KindBoolean), edm.Boolean(true), nil, "1 is true"},
		{"two", "2", form(edm.KindBoolean), edm.Null, internal, "2 is no boolean"},
		{"true as text", "'true'", form(edm.KindBoolean), edm.Null, internal, "a text is no boolean"},
		{"true as real", "1.0", form(edm.KindBoolean), edm.Boolean(true), nil, "an integral real is harmless"},
		{"byte", "255", form(edm.KindByte), edm.Byte(255), nil, "the largest"},
		{"byte 256", "256", form(edm.KindByte), edm.Null, internal, "it must not wrap"},
		{"byte -1", "-1", form(edm.KindByte), edm.Null, internal, "it must not wrap"},
		{"sbyte", "-128", form(edm.KindSByte), edm.SByte(-128), nil, "the smallest"},
		{"sbyte 128", "128", form(edm.KindSByte), edm.Null, internal, "it must not wrap"},
		{"int16", "-32768", form(edm.KindInt16), edm.Int16(math.MinInt16), nil, "the smallest"},
		{"int16 32768", "32768", form(edm.KindInt16), edm.Null, internal, "it must not wrap"},
		{"int32", "2147483647", form(edm.KindInt32), edm.Int32(math.MaxInt32), nil, "the largest"},
		{"int32 2147483648", "2147483648", form(edm.KindInt32), edm.Null, internal, "it must not wrap"},
		{"int64", "-9223372036854775808", form(edm.KindInt64), edm.Int64(math.MinInt64), nil, "the smallest"},
		{"int64 as real", "5e3", form(edm.KindInt64), edm.Int64(5000), nil, "an integral real is harmless"},
		{"int64 as large real", "9223372036854775808.0", form(edm.KindInt64), edm.Null, internal, "it does not fit"},
		{"int64 as fraction", "0.5", form(edm.KindInt64), edm.Null, internal, "it would be cut"},
		{"int64 as infinity", "9e999", form(edm.KindInt64), edm.Null, internal, "there is none"},
		{"int64 as text", "'5'", form(edm.KindInt64), edm.Null, internal, "text sorts otherwise"},
		{"int64 as blob", "x'35'", form(edm.KindInt64), edm.Null, internal, "a blob is no number"},
		{"double", "0.1", form(edm.KindDouble), edm.Double(0.1), nil, "as it is"},
		{"double as integer", "7", form(edm.KindDouble), edm.Double(7), nil, "an integer is harmless"},
		{"double as large integer", "9007199254740993", form(edm.KindDouble), edm.Null, internal, "2^53+1 would be rounded"},
		{"double as the largest integer", "9223372036854775807", form(edm.KindDouble), edm.Null, internal, "so would be 2^63-1"},
		{"infinity", "-9e999", form(edm.KindDouble), edm.Double(math.Inf(-1)), nil, "it is stored so"},
		{"NaN", "'NaN'", form(edm.KindDouble), edm.Double(math.NaN()), nil, "it is stored so"},
		{"double as text", "'0.1'", form(edm.KindDouble), edm.Null, internal, "no other text is a number"},
		{"single", "0.1", form(edm.KindSingle), edm.Single(0.1), nil, "the nearest"},
		{"single 1e300", "1e300", form(edm.KindSingle), edm.Null, internal, "it would become infinite"},
		{"single infinity", "9e999", form(edm.KindSingle), edm.Single(float32(math.Inf(1))), nil, "it is stored so"},
		{"single NaN", "'NaN'", form(edm.KindSingle), edm.Single(float32(math.NaN())), nil, "it is stored so"},
		{"decimal", "'-12.50'", form(edm.KindDecimal), text(edm.KindDecimal, "-12.50"), nil, "the scale is kept"},
		{"long decimal", "'" + strings.Repeat("123456789", 7) + ".5'", form(edm.KindDecimal), text(edm.KindDecimal, strings.Repeat("123456789", 7)+".5"), nil, "it is kept as text"},
		{"decimal as integer", "7", form(edm.KindDecimal), text(edm.KindDecimal, "7"), nil, "exact"},
		{"decimal as real", "21.35", form(edm.KindDecimal), text(edm.KindDecimal, "21.35"), nil, "how NUMERIC stores what was written"},
		{"decimal as long real", "0.12345678901234567", form(edm.KindDecimal), edm.Null, internal, "the digits may not be those written"},
		{"decimal as infinity", "9e999", form(edm.KindDecimal), edm.Null, internal, "there is none"},
		{"decimal as word", "'ten'", form(edm.KindDecimal), edm.Null, internal, "no number"},
		{"string", "'Jen'", form(edm.KindString), edm.String("Jen"), nil, "as it is"},
		{"empty string", "''", form(edm.KindString), edm.String(""), nil, "it is not null"},
		{"NUL", "'a'||char(0)||'b'", form(edm.KindString), edm.String("a\x00b"), nil, "all of it"},
		{"string as integer", "5", form(edm.KindString), edm.Null, internal, "it compares otherwise"},
		{"string as blob", "x'41'", form(edm.KindString), edm.Null, internal, "it compares otherwise"},
		{"binary", "x'00ff'", form(edm.KindBinary), edm.Binary([]byte{0, 255}), nil, "as it is"},
		{"empty binary", "x''", form(edm.KindBinary), edm.Binary([]byte{}), nil, "it is not null"},
		{"binary as text", "'A'", form(edm.KindBinary), edm.Null, internal, "it compares otherwise"},
		{"guid", "'" + guid + "'", form(edm.KindGuid), text(edm.KindGuid, guid), nil, "as it is"},
		{"upper-case guid", "'" + strings.ToUpper(guid) + "'", form(edm.KindGuid), text(edm.KindGuid, guid), nil, "harmless to read"},
		{"blob guid", "x'" + strings.ReplaceAll(guid, "-", "") + "'", form(edm.KindGuid), text(edm.KindGuid, guid), nil, "in the order of the text"},
		{"short blob guid", "x'00'", form(edm.KindGuid), edm.Null, internal, "a guid has 16 bytes"},
		{"guid in braces", "'{" + guid + "}'", form(edm.KindGuid), edm.Null, internal, "not its form"},
		{"date", "'2015-07-12T06:40:00.1234567'", form(edm.KindDateTime), text(edm.KindDateTime, "2015-07-12T06:40:00.1234567"), nil, "no zone is told"},
		{"date in UTC", "'2015-07-12T06:40:00'", utc, text(edm.KindDateTime, "2015-07-12T06:40:00Z"), nil, "the form tells the zone"},
		{"date with blank", "'2015-07-12 06:40:00'", form(edm.KindDateTime), text(edm.KindDateTime, "2015-07-12T06:40:00"), nil, "how SQLite writes it"},
		{"date with Z", "'2015-07-12T06:40:00.500Z'", form(edm.KindDateTime), text(edm.KindDateTime, "2015-07-12T06:40:00.5"), nil, "times are in UTC"},
		{"first date", "'0001-01-01T00:00:00'", form(edm.KindDateTime), text(edm.KindDateTime, "0001-01-01T00:00:00"), nil, "services use it"},
		{"last date", "'9999-12-31T23:59:59.9999999'", form(edm.KindDateTime), text(edm.KindDateTime, "9999-12-31T23:59:59.9999999"), nil, "the largest"},
		{"29 February", "'2016-02-29T00:00:00'", form(edm.KindDateTime), text(edm.KindDateTime, "2016-02-29T00:00:00"), nil, "a leap year"},
		{"no 29 February", "'1900-02-29T00:00:00'", form(edm.KindDateTime), edm.Null, internal, "not a leap year"},
		{"year 0", "'0000-01-01T00:00:00'", form(edm.KindDateTime), edm.Null, internal, "there is none"},
		{"hour 24", "'2016-02-01T24:00:00'", form(edm.KindDateTime), edm.Null, internal, "hours end with 23"},
		{"fine fraction", "'2016-02-01T00:00:00.12345678'", form(edm.KindDateTime), edm.Null, internal, "it would be cut"},
		{"date with offset", "'2016-02-01T00:00:00+02:00'", form(edm.KindDateTime), edm.Null, internal, "it sorts otherwise"},
		{"Julian day", "2457215.5", form(edm.KindDateTime), edm.Null, internal, "it compares otherwise"},
		{"Unix time", "1436683200", form(edm.KindDateTime), edm.Null, internal, "it compares otherwise"},
		{"offset", "'2015-07-12T06:40:00'", form(edm.KindDateTimeOffset), text(edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"), nil, "in UTC"},
		{"time", "-36000000000", form(edm.KindTime), text(edm.KindTime, "-PT1H"), nil, "in 100 ns"},
		{"time as text", "'PT1H'", form(edm.KindTime), edm.Null, internal, "text sorts otherwise"},
		{"point", "'SRID=4326;POINT(1 2)'", form(edm.KindGeographyPoint), text(edm.KindGeographyPoint, "SRID=4326;POINT(1 2)"), nil, "as it is"},
		{"another shape", "'SRID=4326;POINT(1 2)'", form(edm.KindGeographyPolygon), edm.Null, internal, "it is none"},
		{"any shape", "'SRID=0;POINT(1 2)'", form(edm.KindGeometry), text(edm.KindGeometryPoint, "SRID=0;POINT(1 2)"), nil, "it is one"},
		{"collection", `'["a"]'`, form(edm.KindCollection), edm.String(`["a"]`), nil, "its JSON"},
		{"undeclared", `'{"a":1}'`, form(edm.KindComplex), edm.String(`{"a":1}`), nil, "their JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &sqldb.Statement{Text: "SELECT 'before', " + tt.sql + ", 'after'",
				Columns: []sqldb.Form{{Kind: edm.KindString}, tt.form, {Kind: edm.KindString}}}
			rows, err := read(t.Context(), db, s)
			fails(t, err, tt.err, tt.why)
			if err != nil {
				for _, part := range []string{"column 2", tt.form.Kind.String()} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("the error does not name %q: %v", part, err)
					}
				}
				return
			}
			if diff := cmp.Diff([][]edm.Value{{edm.String("before"), tt.want, edm.String("after")}}, rows, sameValues); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// TestUTF16 reads a database whose texts are stored in another encoding.
func TestUTF16(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (x TEXT COLLATE odata_decimal)", "INSERT INTO t VALUES ('10'), ('9'), ('é')")
	file := t.TempDir() + "/copy.db"
	if _, err := db.Exec(t.Context(), with("VACUUM INTO ?1", params(edm.KindString)), []edm.Value{edm.String(file)}); err != nil {
		t.Fatal(err)
	}
	copied := open(t, file, sqlite.Options{})
	if rows, err := read(t.Context(), copied, sql("PRAGMA encoding", edm.KindString)); err != nil || rows[0][0].Str() != "UTF-16le" {
		t.Fatalf("the copy is in %v, %v", rows, err)
	}
	rows, err := read(t.Context(), copied, sql("SELECT x FROM t ORDER BY x", edm.KindString))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]edm.Value{{edm.String("9")}, {edm.String("10")}, {edm.String("é")}}, rows, sameValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// columnTypes are the declared types of columns by kind, as the core declares
// them.
var columnTypes = map[edm.Kind]string{
	edm.KindBoolean: "INTEGER", edm.KindByte: "INTEGER", edm.KindSByte: "INTEGER", edm.KindInt16: "INTEGER",
	edm.KindInt32: "INTEGER", edm.KindInt64: "INTEGER", edm.KindSingle: "REAL", edm.KindDouble: "REAL",
	edm.KindDecimal: "TEXT", edm.KindString: "TEXT", edm.KindGuid: "TEXT", edm.KindBinary: "BLOB",
	edm.KindDateTime: "TEXT", edm.KindDateTimeOffset: "TEXT", edm.KindTime: "INTEGER", edm.KindGeography: "TEXT", edm.KindGeometry: "TEXT",
}

// store writes a value and reads it back.
func store(t testing.TB, db *sqlite.DB, v edm.Value, form sqldb.Form) (edm.Value, error) {
	t.Helper()
	kind := form.Kind
	table := strings.TrimPrefix(kind.String(), "Edm.")
	exec(t, db, t.Context(), "CREATE TABLE IF NOT EXISTS "+table+" (x "+columnTypes[kind]+")", "DELETE FROM "+table)
	insert := &sqldb.Statement{Text: "INSERT INTO " + table + " VALUES (?1)", Params: []sqldb.Form{form}}
	if n, err := db.Exec(t.Context(), insert, []edm.Value{v}); err != nil || n != 1 {
		return edm.Null, err
	}
	rows, err := read(t.Context(), db, &sqldb.Statement{Text: "SELECT x FROM " + table, Columns: []sqldb.Form{form}})
	if err != nil {
		return edm.Null, err
	}
	return rows[0][0], nil
}

func TestRoundTrip(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	for kind, texts := range map[edm.Kind][]string{
		edm.KindBoolean:        {"true", "false"},
		edm.KindByte:           {"0", "255"},
		edm.KindSByte:          {"-128", "127"},
		edm.KindInt16:          {"-32768", "32767"},
		edm.KindInt32:          {"-2147483648", "0", "2147483647"},
		edm.KindInt64:          {"-9223372036854775808", "9223372036854775807"},
		edm.KindSingle:         {"0", "1", "0.1", "3.4028235E38", "1E-45", "NaN", "INF", "-INF"},
		edm.KindDouble:         {"0", "-5", "0.1", "1.7976931348623157E308", "5E-324", "9007199254740993", "1E18", "NaN", "INF", "-INF"},
		edm.KindDecimal:        {"0", "0.00", "-1.10", "79228162514264337593543950335", "0." + strings.Repeat("0", 59) + "1", strings.Repeat("9", 60), "-" + strings.Repeat("7", 3000)},
		edm.KindString:         {"", "é 漢 🜂", "it's", strings.Repeat("long ", 50_000), "007", "1e5", "NULL"},
		edm.KindBinary:         {"", "AA==", "/wD/"},
		edm.KindGuid:           {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
		edm.KindDateTime:       {"0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "2015-07-12T06:40:00.12", "1600-02-29T12:00:00"},
		edm.KindDateTimeOffset: {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2015-07-12T06:40:00.0000001Z"},
		edm.KindTime:           {"PT0S", "-P10675199DT2H48M5.4775808S", "P10675199DT2H48M5.4775807S"},
		edm.KindGeography:      {"SRID=4326;POINT(-122.1 47.6)", "SRID=4326;POLYGON((0 0,1 0,1 1,0 0))", "SRID=4326;POINT EMPTY"},
		edm.KindGeometry:       {"SRID=0;LINESTRING(0 0,1 1)"},
	} {
		for _, text := range texts {
			v := parsed(t, kind, text)
			got, err := store(t, db, v, sqldb.Form{Kind: kind})
			if err != nil {
				t.Errorf("%s %.40s: %v", kind, text, err)
			} else if diff := cmp.Diff(v, got, sameValues); diff != "" {
				t.Errorf("%s %.40s (-want +got):\n%.200s", kind, text, diff)
			}
		}
		if got, err := store(t, db, edm.Null, sqldb.Form{Kind: kind}); err != nil || !got.IsNull() {
			t.Errorf("%s null: got %v, %v", kind, got, err)
		}
	}
}

// TestEncode tells what arguments become where that is not what they were.
func TestEncode(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	internal := refused(odata.KindInternal, "InternalError")
	for _, tt := range []struct {
		name string
		arg  edm.Value
		form sqldb.Form
		want string // type and text in SQLite
		err  error
		why  string
	}{
		{"zone", parsed(t, edm.KindDateTime, "2015-07-12T06:40:00-07:00"), sqldb.Form{Kind: edm.KindDateTime}, "text 2015-07-12T13:40:00", nil, "times are stored in UTC"},
		{"UTC", parsed(t, edm.KindDateTime, "2015-07-12T06:40:00Z"), sqldb.Form{Kind: edm.KindDateTime, UTC: true}, "text 2015-07-12T06:40:00", nil, "without a zone"},
		{"offset", parsed(t, edm.KindDateTimeOffset, "2015-07-12T06:40:00.5+02:00"), sqldb.Form{Kind: edm.KindDateTimeOffset}, "text 2015-07-12T04:40:00.5", nil, "times are stored in UTC"},
		{"before time", parsed(t, edm.KindDateTime, "0001-01-01T00:00:00+02:00"), sqldb.Form{Kind: edm.KindDateTime}, "", internal, "there is no year 0"},
		{"small integer", edm.Byte(7), sqldb.Form{Kind: edm.KindInt64}, "integer 7", nil, "integers are one"},
		{"integer as double", edm.Int32(7), sqldb.Form{Kind: edm.KindDouble}, "real 7.0", nil, "it is promoted"},
		{"integer as decimal", edm.Int64(-7), sqldb.Form{Kind: edm.KindDecimal}, "text -7", nil, "it is promoted"},
		{"own form", edm.Boolean(true), sqldb.Form{}, "integer 1", nil, "nothing else is said"},
		{"JSON", edm.String("[1]"), sqldb.Form{Kind: edm.KindCollection}, "text [1]", nil, "the text is the core's"},
		{"NaN", edm.Double(math.NaN()), sqldb.Form{Kind: edm.KindDouble}, "text NaN", nil, "SQLite would make it null"},
		{"text as integer", edm.String("7"), sqldb.Form{Kind: edm.KindInt64}, "", internal, "it compares otherwise"},
		{"geometry as geography", parsed(t, edm.KindGeometryPoint, "SRID=0;POINT(1 2)"), sqldb.Form{Kind: edm.KindGeography}, "", internal, "another kind"},
		{"complex", edm.Complex(nil), sqldb.Form{}, "", internal, "it has columns of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sqldb.Statement{Text: "SELECT typeof(?1) || ' ' || ?1", Params: []sqldb.Form{tt.form}, Columns: forms(params(edm.KindString))}
			rows, err := read(t.Context(), db, s, tt.arg)
			fails(t, err, tt.err, tt.why)
			if err == nil && rows[0][0].Str() != tt.want {
				t.Errorf("got %q, want %q: %s", rows[0][0].Str(), tt.want, tt.why)
			}
		})
	}
}

func TestMismatch(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	one := []edm.Value{edm.Int64(1)}
	for _, tt := range []struct {
		name string
		s    *sqldb.Statement
		args []edm.Value
		why  string
	}{
		{"too few arguments", with("SELECT ?1", params(edm.KindInt64), edm.KindInt64), nil, "each parameter needs a value"},
		{"too many arguments", sql("SELECT 1", edm.KindInt64), one, "one would be lost"},
		{"undeclared parameter", with("SELECT ?1, ?2", params(edm.KindInt64), edm.KindInt64, edm.KindInt64), one, "it would be null"},
		{"too few columns", sql("SELECT 1", edm.KindInt64, edm.KindInt64), nil, "the second is not there"},
		{"too many columns", sql("SELECT 1, 2", edm.KindInt64), nil, "the second would be lost"},
		{"two statements", sql("SELECT 1; SELECT 2", edm.KindInt64), nil, "the second would not run"},
		{"none", sql(" -- nothing", edm.KindInt64), nil, "there is nothing to run"},
		{"wrong", sql("SELEC 1", edm.KindInt64), nil, "a syntax error"},
		{"double quotes", sql(`SELECT "no such column"`, edm.KindString), nil, "it is a name, never a text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(t.Context(), db, tt.s, tt.args...)
			fails(t, err, refused(odata.KindInternal, "InternalError"), tt.why)
		})
	}
}

// FuzzRoundTrip: what is stored is what is read.
func FuzzRoundTrip(f *testing.F) {
	for kind := range columnTypes {
		f.Add(uint8(kind), uint64(0), uint64(1), "2.50")
		f.Add(uint8(kind), uint64(math.MaxUint64), math.Float64bits(0.1), "é")
	}
	db := open(f, sqlite.InMemory, sqlite.Options{})
	f.Fuzz(func(t *testing.T, kind uint8, hi, lo uint64, text string) {
		v, form, ok := fuzzedValue(edm.Kind(kind), hi, lo, text)
		if !ok {
			return
		}
		got, err := store(t, db, v, form)
		if err != nil {
			t.Fatalf("%s: %v", edm.AppendLiteral(nil, v), err)
		}
		if diff := cmp.Diff(v, got, sameValues); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func fuzzedValue(kind edm.Kind, hi, lo uint64, text string) (v edm.Value, form sqldb.Form, ok bool) {
	form.Kind = kind
	switch kind {
	case edm.KindBoolean:
		v = edm.Boolean(lo&1 == 1)
	case edm.KindByte:
		v = edm.Byte(uint8(lo))
	case edm.KindSByte:
		v = edm.SByte(int8(lo))
	case edm.KindInt16:
		v = edm.Int16(int16(lo))
	case edm.KindInt32:
		v = edm.Int32(int32(lo))
	case edm.KindInt64:
		v = edm.Int64(int64(lo))
	case edm.KindSingle:
		v = edm.Single(math.Float32frombits(uint32(lo)) + 0) // -0 is stored as 0
	case edm.KindDouble:
		v = edm.Double(math.Float64frombits(lo) + 0)
	case edm.KindString:
		v = edm.String(text)
	case edm.KindBinary:
		v = edm.Binary([]byte(text))
	case edm.KindGuid:
		var g edm.GUID
		binary.BigEndian.PutUint64(g[:8], hi)
		binary.BigEndian.PutUint64(g[8:], lo)
		v = g.Value()
	case edm.KindTime:
		v = edm.NewTime(int64(lo)).Value()
	case edm.KindDateTime:
		zone := edm.NoZone
		ticks := int64(lo % (edm.MaxDateTimeTicks + 1))
		if form.UTC = hi&1 == 1; form.UTC && ticks != 0 { // the first instant stands for no time
			zone = edm.UTC
		}
		d, err := edm.NewDateTime(ticks, zone)
		if err != nil {
			return edm.Null, form, false
		}
		v = d.Value()
	case edm.KindDateTimeOffset:
		d, err := edm.NewDateTimeOffset(int64(lo%(edm.MaxDateTimeTicks+1)), 0)
		if err != nil {
			return edm.Null, form, false
		}
		v = d.Value()
	case edm.KindDecimal:
		d, err := edm.ParseDecimal(text)
		if err != nil {
			d = edm.NewDecimal(int64(lo), int(hi%39))
		}
		v = d.Value()
	case edm.KindGeography, edm.KindGeometry:
		x, y := float64(int64(lo))/math.MaxInt64*90, float64(int64(hi))/math.MaxInt64*90
		point, err := edm.NewGeometryPoint(0, x, y)
		if kind == edm.KindGeography {
			point, err = edm.NewGeographyPoint(4326, x, y)
		}
		if err != nil {
			return edm.Null, form, false
		}
		v = point.Value()
	default:
		return edm.Null, form, false
	}
	return v, form, true
}
