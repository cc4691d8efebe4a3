package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	lib "modernc.org/sqlite/lib"
)

// requestKinds are the kinds of the columns of the table that is measured.
var requestKinds = []edm.Kind{edm.KindGuid, edm.KindString, edm.KindString, edm.KindInt32, edm.KindInt64,
	edm.KindBoolean, edm.KindDateTime, edm.KindDateTime, edm.KindDouble, edm.KindDecimal}

const insertRequest = "INSERT INTO request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

const requestColumns = "id, name, justification, state, ttl, active, created, closed, score, price"

func openBench(b *testing.B, path string, options Options) *DB {
	b.Helper()
	db, err := Open(path, options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func statementOf(params, columns []edm.Kind, text string) *sqldb.Statement {
	s := &sqldb.Statement{Text: text}
	for _, k := range params {
		s.Params = append(s.Params, sqldb.Form{Kind: k})
	}
	for _, k := range columns {
		s.Columns = append(s.Columns, sqldb.Form{Kind: k})
	}
	return s
}

func parsed(b *testing.B, kind edm.Kind, text string) edm.Value {
	b.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// requests opens a database with a table of n rows.
func requests(b *testing.B, n int) *DB {
	b.Helper()
	db := openBench(b, b.TempDir()+"/requests.db", Options{})
	create := statementOf(nil, nil, "CREATE TABLE request (id TEXT PRIMARY KEY, name TEXT, justification TEXT, state INTEGER, ttl INTEGER, active INTEGER, created TEXT, closed TEXT, score REAL, price TEXT) WITHOUT ROWID")
	if _, err := db.Exec(b.Context(), create, nil); err != nil {
		b.Fatal(err)
	}
	insert := statementOf(requestKinds, nil, insertRequest)
	err := db.Transact(b.Context(), func(ctx context.Context) error {
		for i := range n {
			if _, err := db.Exec(ctx, insert, request(b, i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

func requestID(i int) edm.Value {
	return edm.GUID{0: byte(i >> 16), 1: byte(i >> 8), 2: byte(i), 15: 7}.Value()
}

func request(b *testing.B, i int) []edm.Value {
	b.Helper()
	closed := edm.Null
	if i%2 == 0 {
		closed = parsed(b, edm.KindDateTime, "2015-07-13T06:40:00")
	}
	return []edm.Value{requestID(i), edm.String(fmt.Sprintf("PRIV\\user%d", i)), edm.String("to restart the mail server after the update"),
		edm.Int32(int32(i % 7)), edm.Int64(int64(i) * 3600), edm.Boolean(i%3 == 0), parsed(b, edm.KindDateTime, "2015-07-12T06:40:00.1234567"),
		closed, edm.Double(float64(i) / 7), parsed(b, edm.KindDecimal, fmt.Sprintf("%d.50", i))}
}

// readAll reads all rows and returns how many there were.
func readAll(b *testing.B, db sqldb.DB, ctx context.Context, s *sqldb.Statement, row []edm.Value, args ...edm.Value) (n int) {
	rows, err := db.Query(ctx, s, args)
	if err != nil {
		b.Fatal(err)
	}
	for {
		more, err := rows.Next(row)
		if err != nil {
			b.Fatal(err)
		}
		if !more {
			break
		}
		n++
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkRead10000 reads 10,000 rows of ten columns; compare
// BenchmarkRead10000ByHand.
func BenchmarkRead10000(b *testing.B) {
	db := requests(b, 10_000)
	s := statementOf(nil, requestKinds, "SELECT "+requestColumns+" FROM request")
	row := make([]edm.Value, len(requestKinds))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if n := readAll(b, db, ctx, s, row); n != 10_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "rows/s")
}

// handRow is what a program that knows its table reads a row into.
type handRow struct {
	id                          edm.GUID
	name, justification, buf    []byte
	state, ttl, created, closed int64
	score                       float64
	price                       edm.Decimal
	active, hasClosed           bool
}

// BenchmarkRead10000ByHand is the loop that BenchmarkRead10000 is measured
// against: SQLite's functions for columns called one by one for known types, texts
// copied once into a buffer that is used again, numbers and dates parsed, and
// nothing else: no locks, no contexts, no checks of what is stored.
func BenchmarkRead10000ByHand(b *testing.B) {
	db := requests(b, 10_000)
	c := db.writer
	st, err := c.prepare(b.Context(), statementOf(nil, nil, "SELECT "+requestColumns+" FROM request"))
	if err != nil {
		b.Fatal(err)
	}
	defer c.finalize(st)
	column := func(i int32) []byte {
		address := lib.Xsqlite3_column_blob(c.tls, st.address, i)
		return view(address, int(lib.Xsqlite3_column_bytes(c.tls, st.address, i)))
	}
	text := func(row *handRow, i int32) []byte {
		at := len(row.buf)
		row.buf = append(row.buf, column(i)...)
		return row.buf[at:]
	}
	var row handRow
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for lib.Xsqlite3_step(c.tls, st.address) == lib.SQLITE_ROW {
			row.buf = row.buf[:0]
			id, _ := parseGUID(column(0))
			row.id = id.GUID()
			row.name, row.justification = text(&row, 1), text(&row, 2)
			row.state, row.ttl = lib.Xsqlite3_column_int64(c.tls, st.address, 3), lib.Xsqlite3_column_int64(c.tls, st.address, 4)
			row.active = lib.Xsqlite3_column_int64(c.tls, st.address, 5) != 0
			row.created, _ = parseClock(column(6))
			row.closed, row.hasClosed = parseClock(column(7))
			row.score = lib.Xsqlite3_column_double(c.tls, st.address, 8)
			row.price, _ = parseDecimal(column(9))
			n++
		}
		if n != 10_000 {
			b.Fatal(n)
		}
		lib.Xsqlite3_reset(c.tls, st.address)
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkByKey reads one row of 10,000 by its key.
func BenchmarkByKey(b *testing.B) {
	db := requests(b, 10_000)
	s := statementOf([]edm.Kind{edm.KindGuid}, requestKinds, "SELECT "+requestColumns+" FROM request WHERE id = ?1")
	row := make([]edm.Value, len(requestKinds))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i = (i + 7919) % 10_000; readAll(b, db, ctx, s, row, requestID(i)) != 1 {
			b.Fatal(i)
		}
	}
}

// BenchmarkInsertFULL commits one row at a time, each so that it survives a loss
// of power.
func BenchmarkInsertFULL(b *testing.B) {
	db := requests(b, 0)
	insert := statementOf(requestKinds, nil, insertRequest)
	row := request(b, 1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		row[0] = requestID(i)
		if _, err := db.Exec(b.Context(), insert, row); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFunction calls a Go function for each of 10,000 rows.
func BenchmarkFunction(b *testing.B) {
	db := openBench(b, InMemory, Options{Call: func(_ string, args []edm.Value) (edm.Value, error) {
		return edm.Int32(int32(len(args[0].Str()))), nil
	}})
	s := statementOf(nil, []edm.Kind{edm.KindInt64}, "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x<10000) SELECT sum(odata('length(String)', 'Jen' || x)) FROM n")
	row := make([]edm.Value, 1)
	b.ReportAllocs()
	for b.Loop() {
		readAll(b, db, b.Context(), s, row)
	}
}
