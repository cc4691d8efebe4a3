package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// crashFile is the environment variable that makes the test binary a process
// that writes to the named file until it is killed.
const crashFile = "SQLITE_CRASH_TEST_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(crashFile); file != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(file))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled commits pairs of rows, and says so after each commit.
func writeUntilKilled(file string) error {
	db, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		return err
	}
	ctx := context.Background()
	last, err := read(ctx, db, sql("SELECT coalesce(max(id), 0) FROM t", edm.KindInt64))
	if err != nil {
		return err
	}
	insert := with("INSERT INTO t (id, half, x) VALUES (?1, ?2, ?3)", params(edm.KindInt64, edm.KindInt32, edm.KindString))
	for id := last[0][0].Int() + 1; ; id++ {
		err := db.Transact(ctx, func(ctx context.Context) error {
			for half := range int32(2) {
				if _, err := db.Exec(ctx, insert, []edm.Value{edm.Int64(id), edm.Int32(half), edm.String("row " + strconv.FormatInt(id, 10))}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// TestKill kills a process that writes, again and again: each transaction that
// it has acknowledged is there as a whole, and the file is not damaged.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes: run without -short")
	}
	file := filepath.Join(t.TempDir(), "a.db")
	db, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	createTable(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := int64(0)
	for round := range 10 {
		acknowledged = max(acknowledged, killed(t, file, 20*time.Millisecond+time.Duration(round)*7*time.Millisecond))
		db, err := sqlite.Open(file, sqlite.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if rows, err := read(t.Context(), db, sql("PRAGMA integrity_check", edm.KindString)); err != nil || len(rows) != 1 || rows[0][0].Str() != "ok" {
			t.Fatalf("round %d: the file is damaged: %v, %v", round, rows, err)
		}
		rows, err := read(t.Context(), db, sql("SELECT count(*), coalesce(max(id), 0), count(*) FILTER (WHERE x <> 'row ' || id) FROM t", edm.KindInt64, edm.KindInt64, edm.KindInt64))
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		count, last, wrong := rows[0][0].Int(), rows[0][1].Int(), rows[0][2].Int()
		if last < acknowledged || count != 2*last || wrong != 0 {
			t.Errorf("round %d: %d rows up to %d, %d of them wrong; acknowledged were %d transactions", round, count, last, wrong, acknowledged)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if acknowledged == 0 {
		t.Error("nothing was written at all")
	}
}

func createTable(t *testing.T, db *sqlite.DB) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql("CREATE TABLE t (id INTEGER, half INTEGER, x TEXT, PRIMARY KEY (id, half)) WITHOUT ROWID"), nil); err != nil {
		t.Fatal(err)
	}
}

// killed runs a process for a while after its first commit, and returns what it
// has acknowledged last.
func killed(t *testing.T, file string, after time.Duration) (last int64) {
	t.Helper()
	command := osexec.Command(os.Args[0])
	command.Env = append(os.Environ(), crashFile+"="+file)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = command.Wait() }() // it says that it was killed
	defer func() { _ = command.Process.Kill() }()
	timer := time.AfterFunc(10*time.Second, func() { _ = command.Process.Kill() })
	defer timer.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if last == 0 {
			timer.Reset(after)
		}
		if last, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return last
}
