package postgres_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

const (
	benchRows   = 10_000
	benchSchema = `CREATE TABLE b (id integer PRIMARY KEY, name text, price numeric(12,2), made timestamp, seen timestamptz,
		g uuid, big bigint, ratio double precision, live boolean, note text);
		INSERT INTO b SELECT n, 'name ' || n, n * 1.25, timestamp '2015-01-01' + n * interval '1 minute', timestamptz '2015-01-01Z' + n * interval '1 second',
			gen_random_uuid(), n * 1000000007::bigint, n / 7.0, n % 2 = 0, CASE WHEN n % 5 > 0 THEN repeat('x', n % 40) END
		FROM generate_series(1, 10000) n; ANALYZE b`
	benchColumns = "SELECT id, name, price, made, seen, g, big, ratio, live, note FROM b"
)

var benchKinds = kinds(edm.KindInt32, edm.KindString, edm.KindDecimal, edm.KindDateTime, edm.KindDateTimeOffset,
	edm.KindGuid, edm.KindInt64, edm.KindDouble, edm.KindBoolean, edm.KindString)

// BenchmarkRead10000 reads 10,000 rows of ten columns.
func BenchmarkRead10000(b *testing.B) {
	db := open(b, postgres.Options{}, benchSchema)
	s := statement(benchColumns, nil, benchKinds)
	row := make([]edm.Value, len(benchKinds))
	b.ReportAllocs()
	for b.Loop() {
		rows, err := db.Query(b.Context(), s, nil)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for ; ; n++ {
			more, err := rows.Next(row)
			if err != nil {
				b.Fatal(err)
			}
			if !more {
				break
			}
		}
		if rows.Close(); n != benchRows {
			b.Fatalf("%d rows", n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// BenchmarkRead10000ByHand is what a program would do that knows the table: pgx's
// pool, RawValues, and each column by itself.
func BenchmarkRead10000ByHand(b *testing.B) {
	url := pgtest.Database(b)
	pgtest.Run(b, url, benchSchema)
	pool, err := pgxpool.New(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	big := binary.BigEndian
	var sum int64
	var size int
	b.ReportAllocs()
	for b.Loop() {
		rows, err := pool.Query(b.Context(), benchColumns)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for ; rows.Next(); n++ {
			raw := rows.RawValues()
			sum += int64(big.Uint32(raw[0]))
			size += len(raw[1])
			for digits := raw[2][8:]; len(digits) > 0; digits = digits[2:] {
				sum = sum*10_000 + int64(big.Uint16(digits))
			}
			sum += int64(big.Uint64(raw[3])) + int64(big.Uint64(raw[4]))
			sum += int64(big.Uint64(raw[5])) + int64(big.Uint64(raw[5][8:]))
			sum += int64(big.Uint64(raw[6])) + int64(math.Float64frombits(big.Uint64(raw[7])))
			if raw[8][0] != 0 {
				sum++
			}
			size += len(raw[9])
		}
		if rows.Err() != nil || n != benchRows {
			b.Fatalf("%d rows, %v", n, rows.Err())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
	if sum == 0 || size == 0 {
		b.Fatal("nothing was read")
	}
}

// BenchmarkByKey reads one row by its key.
func BenchmarkByKey(b *testing.B) {
	db := open(b, postgres.Options{}, benchSchema)
	s := statement(benchColumns+" WHERE id = $1", kinds(edm.KindInt32), benchKinds)
	row := make([]edm.Value, len(benchKinds))
	args := make([]edm.Value, 1)
	key := int32(0)
	b.ReportAllocs()
	for b.Loop() {
		key = key%benchRows + 1
		args[0] = edm.Int32(key)
		rows, err := db.Query(b.Context(), s, args)
		if err != nil {
			b.Fatal(err)
		}
		if more, err := rows.Next(row); !more || err != nil {
			b.Fatal(more, err)
		}
		rows.Close()
	}
}

// BenchmarkByKeyByHand is BenchmarkByKey with pgx's pool.
func BenchmarkByKeyByHand(b *testing.B) {
	url := pgtest.Database(b)
	pgtest.Run(b, url, benchSchema)
	pool, err := pgxpool.New(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	key := int32(0)
	b.ReportAllocs()
	for b.Loop() {
		key = key%benchRows + 1
		rows, err := pool.Query(b.Context(), benchColumns+" WHERE id = $1", key)
		if err != nil {
			b.Fatal(err)
		}
		if !rows.Next() || len(rows.RawValues()[1]) == 0 {
			b.Fatal(rows.Err())
		}
		rows.Close()
	}
}

// BenchmarkTransact inserts one row in a transaction.
func BenchmarkTransact(b *testing.B) {
	for _, bb := range []struct {
		name      string
		isolation postgres.Isolation
	}{
		{"serializable", postgres.Serializable},
		{"read committed", postgres.ReadCommitted},
	} {
		b.Run(bb.name, func(b *testing.B) {
			db := open(b, postgres.Options{Isolation: bb.isolation}, tableT)
			n := int32(0)
			args := make([]edm.Value, 1)
			work := func(ctx context.Context) error {
				_, err := db.Exec(ctx, insertN, args)
				return err
			}
			b.ReportAllocs()
			for b.Loop() {
				n++
				args[0] = edm.Int32(n)
				if err := db.Transact(b.Context(), work); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestRowsDoNotAllocate compares a query of many rows with one of few.
func TestRowsDoNotAllocate(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, benchSchema)
	s := &sqldb.Statement{Text: benchColumns + " LIMIT $1", Params: forms(kinds(edm.KindInt32)), Columns: forms(benchKinds)}
	row := make([]edm.Value, len(benchKinds))
	read := func(n int32) float64 {
		return testing.AllocsPerRun(10, func() {
			rows, err := db.Query(t.Context(), s, []edm.Value{edm.Int32(n)})
			if err != nil {
				t.Fatal(err)
			}
			for {
				more, err := rows.Next(row)
				if err != nil {
					t.Fatal(err)
				}
				if !more {
					break
				}
			}
			rows.Close()
		})
	}
	if few, many := read(10), read(benchRows); many > few+benchRows/100 {
		t.Errorf("%v allocations for 10 rows, %v for %d", few, many, benchRows)
	}
}
