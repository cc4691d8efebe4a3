package postgres_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
)

// TestKinds stores values of every kind and reads them back.
func TestKinds(t *testing.T) {
	db := open(t, postgres.Options{}, "")
	ctx := t.Context()
	random := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		name   string
		form   sqldb.Form
		column string
		values []edm.Value
		random func() edm.Value
		stored func(edm.Value) edm.Value // what is read back where it differs
		why    string
	}{{
		name: "Boolean", form: sqldb.Form{Kind: edm.KindBoolean}, column: "boolean",
		values: []edm.Value{edm.Boolean(true), edm.Boolean(false)},
	}, {
		name: "Byte", form: sqldb.Form{Kind: edm.KindByte}, column: "smallint",
		values: []edm.Value{edm.Byte(0), edm.Byte(math.MaxUint8)},
		random: func() edm.Value { return edm.Byte(uint8(random.Uint32())) },
	}, {
		name: "SByte", form: sqldb.Form{Kind: edm.KindSByte}, column: "smallint",
		values: []edm.Value{edm.SByte(math.MinInt8), edm.SByte(math.MaxInt8)},
		random: func() edm.Value { return edm.SByte(int8(random.Uint32())) },
	}, {
		name: "Int16", form: sqldb.Form{Kind: edm.KindInt16}, column: "smallint",
		values: []edm.Value{edm.Int16(math.MinInt16), edm.Int16(math.MaxInt16), edm.Int16(0)},
		random: func() edm.Value { return edm.Int16(int16(random.Uint32())) },
	}, {
		name: "Int32", form: sqldb.Form{Kind: edm.KindInt32}, column: "integer",
		values: []edm.Value{edm.Int32(math.MinInt32), edm.Int32(math.MaxInt32), edm.Int32(0)},
		random: func() edm.Value { return edm.Int32(int32(random.Uint32())) },
	}, {
		name: "Int64", form: sqldb.Form{Kind: edm.KindInt64}, column: "bigint",
		values: []edm.Value{edm.Int64(math.MinInt64), edm.Int64(math.MaxInt64), edm.Int64(0)},
		random: func() edm.Value { return edm.Int64(int64(random.Uint64())) },
	}, {
		name: "Single", form: sqldb.Form{Kind: edm.KindSingle}, column: "real",
		values: []edm.Value{edm.Single(float32(math.NaN())), edm.Single(float32(math.Inf(1))), edm.Single(float32(math.Inf(-1))),
			edm.Single(math.MaxFloat32), edm.Single(math.SmallestNonzeroFloat32), edm.Single(float32(math.Copysign(0, -1)))},
		random: func() edm.Value { return edm.Single(math.Float32frombits(random.Uint32())) },
	}, {
		name: "Double", form: sqldb.Form{Kind: edm.KindDouble}, column: "double precision",
		values: []edm.Value{edm.Double(math.NaN()), edm.Double(math.Inf(1)), edm.Double(math.Inf(-1)),
			edm.Double(math.MaxFloat64), edm.Double(math.SmallestNonzeroFloat64), edm.Double(math.Copysign(0, -1))},
		random: func() edm.Value { return edm.Double(math.Float64frombits(random.Uint64())) },
	}, {
		name: "Decimal", form: sqldb.Form{Kind: edm.KindDecimal}, column: "numeric",
		values: decimals("0", "0.00", "1", "-1", "2.50", "10000", "9999", "0.0001", "0.00001", "-0.00000000000000000000001", "1e38", "99999999999999999999999999999999999999",
			"123456789012345678901234567890123456789012345678901234567890", "-1234567890123456789012345678901234567890.12345678901234567890",
			"0."+strings.Repeat("0", 59)+"1", "1"+strings.Repeat("0", 60), "1.000000000000000000000000000000000000000000000000000000000000", "9007199254740993", "79228162514264337593543950335"),
		random: func() edm.Value { return randomDecimal(random) },
		why:    "digits and scale are exact",
	}, {
		name: "String", form: sqldb.Form{Kind: edm.KindString}, column: "text",
		values: []edm.Value{edm.String(""), edm.String("'; DROP TABLE t; --"), edm.String("\\x00 \\ \n\t"), edm.String("𝄞 é e\u0301 \u200b\ufeff"), edm.String(strings.Repeat("long ", 40_000))},
		random: func() edm.Value { return edm.String(randomText(random)) },
	}, {
		name: "Guid", form: sqldb.Form{Kind: edm.KindGuid}, column: "uuid",
		values: []edm.Value{edm.GUID{}.Value(), edm.GUID{0x6f, 0x0c, 15: 0xff}.Value()},
		random: func() edm.Value { return edm.NewGUID().Value() },
	}, {
		name: "Binary", form: sqldb.Form{Kind: edm.KindBinary}, column: "bytea",
		values: []edm.Value{edm.Binary(nil), edm.Binary([]byte{0}), edm.Binary([]byte{0xff, 0, '\\', '\''})},
		random: func() edm.Value {
			b := make([]byte, random.IntN(200))
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			return edm.Binary(b)
		},
	}, {
		name: "DateTime", form: sqldb.Form{Kind: edm.KindDateTime}, column: "timestamp",
		values: []edm.Value{dateTime(0, edm.NoZone), dateTime(edm.MaxDateTimeTicks, edm.NoZone), dateTime(edm.UnixEpochTicks, edm.NoZone), dateTime(edm.UnixEpochTicks-1, edm.NoZone), dateTime(edm.UnixEpochTicks+19, edm.NoZone)},
		random: func() edm.Value { return dateTime(random.Int64N(edm.MaxDateTimeTicks+1), edm.NoZone) },
		stored: func(v edm.Value) edm.Value { return dateTime(cut(v.DateTime().Ticks()), edm.NoZone) },
		why:    "the server has microseconds, and the rest is cut",
	}, {
		name: "DateTime in UTC", form: sqldb.Form{Kind: edm.KindDateTime, UTC: true}, column: "timestamp",
		values: []edm.Value{dateTime(0, edm.UTC), dateTime(9*edm.TicksPerDay, edm.Offset(840)), dateTime(edm.MaxDateTimeTicks, edm.Offset(840)), dateTime(edm.UnixEpochTicks, edm.Offset(-90))},
		random: func() edm.Value {
			return dateTime(edm.TicksPerDay+random.Int64N(edm.MaxDateTimeTicks-2*edm.TicksPerDay), edm.Offset(random.IntN(1681)-840))
		},
		stored: func(v edm.Value) edm.Value {
			d := v.DateTime()
			ticks := cut(d.Ticks() - int64(d.Zone().Minutes())*60*edm.TicksPerSecond)
			if ticks == 0 {
				return dateTime(0, edm.NoZone)
			}
			return dateTime(ticks, edm.UTC)
		},
		why: "stored is the instant; the first one stands for no time and has no zone",
	}, {
		name: "DateTimeOffset", form: sqldb.Form{Kind: edm.KindDateTimeOffset}, column: "timestamptz",
		values: []edm.Value{dateTimeOffset(0, 0), dateTimeOffset(edm.MaxDateTimeTicks, 0), dateTimeOffset(edm.MaxDateTimeTicks, 840), dateTimeOffset(0, -840), dateTimeOffset(edm.UnixEpochTicks, 330)},
		random: func() edm.Value {
			return dateTimeOffset(edm.TicksPerDay+random.Int64N(edm.MaxDateTimeTicks-2*edm.TicksPerDay), random.IntN(1681)-840)
		},
		stored: func(v edm.Value) edm.Value {
			d := v.DateTimeOffset()
			return dateTimeOffset(cut(d.Ticks()-int64(d.Offset())*60*edm.TicksPerSecond), 0)
		},
		why: "stored is the instant, read in UTC",
	}, {
		name: "Time", form: sqldb.Form{Kind: edm.KindTime}, column: "bigint",
		values: []edm.Value{edm.NewTime(0).Value(), edm.NewTime(math.MinInt64).Value(), edm.NewTime(math.MaxInt64).Value()},
		random: func() edm.Value { return edm.NewTime(int64(random.Uint64())).Value() },
		why:    "all of its 100 ns are kept",
	}, {
		name: "GeographyPoint", form: sqldb.Form{Kind: edm.KindGeographyPoint}, column: "text",
		values: spatials(true, "POINT(142.1 64.1)", "SRID=4269;POINT(-0.5 90)", "POINT EMPTY", "POINT(1 2 3 4)", "SRID=2147483647;POINT(1 2)"),
	}, {
		name: "Geography", form: sqldb.Form{Kind: edm.KindGeography}, column: "text",
		values: spatials(true, "POINT(142.1 64.1)", "LINESTRING(1 2,3 4)", "POLYGON((0 0,4 0,4 4,0 0))"),
		why:    "an abstract kind has the values of those below it",
	}, {
		name: "GeometryCollection", form: sqldb.Form{Kind: edm.KindGeometryCollection}, column: "text",
		values: spatials(false, "GEOMETRYCOLLECTION(POINT(1 2),POLYGON EMPTY)"),
	}, {
		name: "Collection", form: sqldb.Form{Kind: edm.KindCollection}, column: "text",
		values: []edm.Value{edm.String("[]"), edm.String(`["a",null,1.50]`)},
		why:    "a collection is its JSON text",
	}, {
		name: "Complex", form: sqldb.Form{Kind: edm.KindComplex}, column: "json",
		values: []edm.Value{edm.String(`{"a": 1}`)},
		why:    "JSON text can lie in a column of that type, if the statement casts it",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			values := append([]edm.Value{edm.Null}, tt.values...)
			if tt.random != nil {
				for range 200 {
					values = append(values, tt.random())
				}
			}
			table := "of_" + strings.ReplaceAll(tt.name, " ", "_")
			mustExec(t, ctx, db, statement("CREATE TABLE "+table+" (n integer PRIMARY KEY, v "+tt.column+")", nil, nil))
			insert := &sqldb.Statement{Text: "INSERT INTO " + table + " VALUES ($1, $2::" + tt.column + ")", Params: []sqldb.Form{{Kind: edm.KindInt32}, tt.form}}
			for i, v := range values {
				if n := mustExec(t, ctx, db, insert, edm.Int32(int32(i)), v); n != 1 {
					t.Fatalf("an insert has changed %d rows", n)
				}
			}
			rows := mustRead(t, ctx, db, &sqldb.Statement{Text: "SELECT v FROM " + table + " ORDER BY n", Columns: []sqldb.Form{tt.form}})
			if len(rows) != len(values) {
				t.Fatalf("%d rows of %d values", len(rows), len(values))
			}
			for i, v := range values {
				want := v
				if tt.stored != nil && !v.IsNull() {
					want = tt.stored(v)
				}
				if got := rows[i][0]; !got.Equal(want) {
					t.Errorf("stored %s, read %s, want %s (%s)", literal(v), literal(got), literal(want), tt.why)
				}
			}
		})
	}
}

func literal(v edm.Value) string { return string(edm.AppendLiteral(nil, v)) }

// cut is what the server keeps of a number of ticks.
func cut(ticks int64) int64 { return ticks / 10 * 10 }

func dateTime(ticks int64, zone edm.Zone) edm.Value {
	d, err := edm.NewDateTime(ticks, zone)
	if err != nil {
		panic(err)
	}
	return d.Value()
}

func dateTimeOffset(ticks int64, offset int) edm.Value {
	// At the ends of the range, the clock is moved to where the instant is inside.
	if offset > 0 && ticks < edm.TicksPerDay || offset < 0 && ticks > edm.MaxDateTimeTicks-edm.TicksPerDay {
		panic("the instant is outside")
	}
	d, err := edm.NewDateTimeOffset(ticks, offset)
	if err != nil {
		panic(err)
	}
	return d.Value()
}

func decimals(texts ...string) []edm.Value {
	var values []edm.Value
	for _, text := range texts {
		d, err := edm.ParseDecimal(text)
		if err != nil {
			panic(err)
		}
		values = append(values, d.Value())
	}
	return values
}

func randomDecimal(random *rand.Rand) edm.Value {
	digits := make([]byte, 1+random.IntN(70))
	for i := range digits {
		digits[i] = '0' + byte(random.IntN(10))
		if random.IntN(3) == 0 {
			digits[i] = '0'
		}
	}
	text := string(digits)
	if point := random.IntN(len(text)); point > 0 {
		text = text[:point] + "." + text[point:]
	}
	if random.IntN(2) == 0 {
		text = "-" + text
	}
	return decimals(text)[0]
}

func spatials(geography bool, texts ...string) []edm.Value {
	var values []edm.Value
	for _, text := range texts {
		s, err := edm.ParseSpatial(text, geography)
		if err != nil {
			panic(err)
		}
		values = append(values, s.Value())
	}
	return values
}

func randomText(random *rand.Rand) string {
	var text strings.Builder
	for range random.IntN(60) {
		switch random.IntN(4) {
		case 0:
			text.WriteRune(rune(1 + random.IntN(0xD7FF)))
		case 1:
			text.WriteRune(rune(0x10000 + random.IntN(0xFFFFF)))
		default:
			text.WriteByte(byte(1 + random.IntN(126)))
		}
	}
	return text.String()
}
