package sqlite

import (
	"context"
	"strconv"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// one is a statement that reads a number.
func one(n int) *sqldb.Statement {
	return &sqldb.Statement{Text: "SELECT " + strconv.Itoa(n), Columns: []sqldb.Form{{Kind: edm.KindInt64}}}
}

// TestStatementsAreBounded runs more statements than are kept, some while their
// rows are open, and looks at what is kept afterwards.
func TestStatementsAreBounded(t *testing.T) {
	const bound = 8
	db, err := Open(InMemory, Options{Statements: bound, Readers: 1, MaxReaders: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run := func(s *sqldb.Statement, want int64) {
		t.Helper()
		rows, err := db.Query(t.Context(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]edm.Value, 1)
		if more, err := rows.Next(row); err != nil || !more || row[0].Int() != want {
			t.Errorf("%s: %v, %v, %v", s.Text, more, row[0], err)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
	used := one(1000)
	run(used, 1000)
	for n := range 5 * bound {
		run(one(n), int64(n))
		run(used, 1000)
	}
	c := db.idle[0]
	kept := 0
	for st := c.statements.newest; st != nil; st = st.older {
		kept++
		if c.statements.of[st.of] != st {
			t.Errorf("%s is in the list, but not found", st.of.Text)
		}
	}
	if kept != bound || len(c.statements.of) != bound {
		t.Errorf("%d statements in the list and %d in the map, want %d", kept, len(c.statements.of), bound)
	}
	if c.statements.of[used] == nil {
		t.Error("the statement that is used most is not kept")
	}
}

// TestWriterIsReplaced takes away the connection that writes, as a transaction
// does that cannot be undone.
func TestWriterIsReplaced(t *testing.T) {
	db, err := Open(InMemory, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for n, text := range []string{"CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (1)", "DROP TABLE t"} {
		if _, err := db.Exec(t.Context(), &sqldb.Statement{Text: text}, nil); err != nil {
			t.Errorf("statement %d: %v", n, err)
		}
		db.disconnect(db.writer)
		db.writer = nil
	}
	if len(db.conns) != 0 {
		t.Errorf("%d connections are remembered, want none", len(db.conns))
	}
}

// TestOpenStatementIsGivenUp gives up a statement whose rows are open: they go
// on, and the statement ends with them.
func TestOpenStatementIsGivenUp(t *testing.T) {
	db, err := Open(InMemory, Options{Statements: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Transact(t.Context(), func(ctx context.Context) error {
		long := &sqldb.Statement{Text: "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3", Columns: []sqldb.Form{{Kind: edm.KindInt64}}}
		rows, err := db.Query(ctx, long, nil)
		if err != nil {
			return err
		}
		row := make([]edm.Value, 1)
		for n := int64(1); ; n++ {
			more, err := rows.Next(row)
			if err != nil || !more {
				return err
			}
			if row[0].Int() != n {
				t.Errorf("row %d is %v", n, row[0])
			}
			for m := range 4 {
				inner, err := db.Query(ctx, one(m), nil)
				if err != nil {
					return err
				}
				if err := inner.Close(); err != nil {
					return err
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(db.writer.statements.of); n > 2 {
		t.Errorf("%d statements are kept, want 2", n)
	}
}
