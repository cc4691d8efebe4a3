package audit_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// columnsOf are the columns of a table in SQLite, and whether they hold numbers.
func columnsOf(t *testing.T, db sqldb.DB, table string) (names []string, numeric map[string]bool) {
	t.Helper()
	numeric = map[string]bool{}
	text := sqldb.Form{Kind: edm.KindString}
	s := sqldb.NewStatement(db.Dialect(), "SELECT name, type FROM pragma_table_info('"+table+"')", nil, []sqldb.Form{text, text})
	err := sqldb.QueryEach(background, db, s, nil, func(c []edm.Value) error {
		name := strings.Clone(c[0].Str())
		names = append(names, name)
		numeric[name] = c[1].Str() == "INTEGER"
		return nil
	})
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return names, numeric
}

// cellOf is a cell as SQLite has it.
func cellOf(t *testing.T, db sqldb.DB, table, column, where string) (text []byte, number int64, null bool) {
	t.Helper()
	s := sqldb.NewStatement(db.Dialect(), "SELECT hex("+column+"), CASE typeof("+column+") WHEN 'integer' THEN "+column+" END, "+column+" IS NULL FROM "+table+" WHERE "+where,
		nil, []sqldb.Form{{Kind: edm.KindString}, {Kind: edm.KindInt64}, {Kind: edm.KindBoolean}})
	c, err := sqldb.QueryOne(background, db, s)
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	text, err = hex.DecodeString(c[0].Str())
	if err != nil {
		t.Fatal(err)
	}
	if !c[1].IsNull() {
		number = c[1].Int()
	}
	return text, number, c[2].Bool()
}

func textLiteral(b []byte) string { return "CAST(x'" + hex.EncodeToString(b) + "' AS TEXT)" }

// tamperings are SQL values that differ from what a cell has: every byte of it with a
// random change and with the change of case, one byte less, one more, and other ways to
// say nothing.
func tamperings(r *rand.Rand, text []byte, number int64, null, numeric bool) (values []string) {
	switch {
	case numeric:
		for bit := range 64 {
			if changed := number ^ 1<<bit; changed != -1<<63 {
				values = append(values, fmt.Sprint(changed))
			}
		}
		return values
	case null:
		return []string{"''", "'x'", "'00000000-0000-0000-0000-000000000000'", "'0001-01-01T00:00:00'", "'2026-03-11T12:00:00'"}
	}
	for i := range text {
		for _, flip := range []byte{0x20, 1 << r.IntN(8), byte(1 + r.IntN(255))} {
			changed := slices.Clone(text)
			changed[i] ^= flip
			values = append(values, textLiteral(changed))
		}
	}
	for _, more := range []string{" ", "\n", "\x00", "0", "\xff"} {
		values = append(values, textLiteral(append(slices.Clone(text), more...)))
	}
	if len(text) > 0 {
		values = append(values, textLiteral(text[:len(text)-1]), "''")
	}
	return values
}

// TestVerifyFindsEveryByte changes each byte of each column of several rows, and of the
// end of the chain: each change is found, and the place is told.
func TestVerifyFindsEveryByte(t *testing.T) {
	db := pamtest.SQLite(t)
	r := rand.New(rand.NewPCG(3, 4))
	const last = 8
	trail, _ := fill(t, db, last)
	if got := breaks(t, background, trail); len(got) > 0 {
		t.Fatal(got)
	}
	tampered := 0
	check := func(table, column, where, value string, place int64) {
		undone(t, db, func(ctx context.Context) {
			sql := "UPDATE " + table + " SET " + column + " = " + value + " WHERE " + where
			if _, err := db.Exec(ctx, sqldb.NewStatement(db.Dialect(), sql, nil, nil), nil); err != nil {
				return // refused by the table: a row with this number exists
			}
			tampered++
			found := breaks(t, ctx, trail)
			if !slices.ContainsFunc(found, func(b audit.Break) bool { return b.Sequence == place }) {
				t.Errorf("%s: found %v, nothing at %d", sql, found, place)
			}
			if len(found) > 3 {
				t.Errorf("%s: one change is told as %d: %v", sql, len(found), found)
			}
		})
	}
	names, numeric := columnsOf(t, db, "pam_audit")
	for _, seq := range []int64{1, 2, 5, last} {
		where := fmt.Sprint("seq = ", seq)
		for _, column := range names {
			text, number, null := cellOf(t, db, "pam_audit", column, where)
			for _, value := range tamperings(r, text, number, null, numeric[column]) {
				check("pam_audit", column, where, value, seq)
			}
		}
		for _, column := range []string{"actor_id", "request_id", "role_id", "ends_at"} {
			if _, _, null := cellOf(t, db, "pam_audit", column, where); !null {
				check("pam_audit", column, where, "NULL", seq)
			}
		}
	}
	names, numeric = columnsOf(t, db, "pam_audit_head")
	for _, column := range names {
		text, number, null := cellOf(t, db, "pam_audit_head", column, "id = 1")
		for _, value := range tamperings(r, text, number, null, numeric[column]) {
			undone(t, db, func(ctx context.Context) {
				sql := "UPDATE pam_audit_head SET " + column + " = " + value
				if _, err := db.Exec(ctx, sqldb.NewStatement(db.Dialect(), sql, nil, nil), nil); err != nil {
					return // refused by the table: its row is number 1
				}
				tampered++
				if len(breaks(t, ctx, trail)) == 0 {
					t.Errorf("%s: nothing was found", sql)
				}
			})
		}
	}
	if tampered < 3000 {
		t.Errorf("%d changes were tried, too few to mean something", tampered)
	}
}

// TestVerifyFindsChanges changes, on both databases, what bytes alone do not tell.
func TestVerifyFindsChanges(t *testing.T) {
	type of struct {
		db    sqldb.DB
		trail *audit.Trail
	}
	var trails []of
	pg, _ := pamtest.Postgres(t)
	for _, db := range []sqldb.DB{pamtest.SQLite(t), pg} {
		trail, _ := fill(t, db, 30)
		trails = append(trails, of{db, trail})
	}
	every := "id, name, level, at, node, correlation, actor_id, actor_name, actor_method, actor_address, request_id, role_id, role_name," +
		" subject, outcome, reason, requested_ttl_s, effective_ttl_s, ends_at, granted_groups, hash"
	for _, tt := range []struct {
		name, sql string // statements are separated by semicolons
		at        []int64
		why       string
	}{
		{"first deleted", "DELETE FROM pam_audit WHERE seq = 1", []int64{1}, "the chain begins with 1"},
		{"middle deleted", "DELETE FROM pam_audit WHERE seq = 12", []int64{12}, "numbers have no gaps"},
		{"several deleted", "DELETE FROM pam_audit WHERE seq BETWEEN 5 AND 9", []int64{5}, "the first missing one is told"},
		{"two gaps", "DELETE FROM pam_audit WHERE seq IN (5, 20)", []int64{5, 20}, "both are told"},
		{"last deleted", "DELETE FROM pam_audit WHERE seq = 30", []int64{30}, "the head knows the end"},
		{"truncated", "DELETE FROM pam_audit WHERE seq > 20", []int64{21}, "the head knows the end"},
		{"emptied", "DELETE FROM pam_audit", []int64{1}, "the head knows the end"},
		{"renumbered", "DELETE FROM pam_audit WHERE seq = 30; UPDATE pam_audit SET seq = 30 WHERE seq = 29", []int64{29, 30}, "numbers are part of the hash"},
		{"inserted behind", "INSERT INTO pam_audit SELECT 31, " + every + " FROM pam_audit WHERE seq = 4", []int64{31}, "the head knows the end"},
		{"inserted far behind", "INSERT INTO pam_audit SELECT 9223372036854775807, " + every + " FROM pam_audit WHERE seq = 4", []int64{9223372036854775807}, "wherever that is"},
		{"inserted at 0", "INSERT INTO pam_audit SELECT 0, " + every + " FROM pam_audit WHERE seq = 1", []int64{0}, "nothing is before the first"},
		{"inserted below 0", "INSERT INTO pam_audit SELECT -7, " + every + " FROM pam_audit WHERE seq = 1", []int64{-7}, "nothing is before the first"},
		{"inserted at the bottom", "INSERT INTO pam_audit SELECT -9223372036854775807 - 1, " + every + " FROM pam_audit WHERE seq = 1", []int64{-9223372036854775808}, "not even there"},
		{"swapped", "UPDATE pam_audit SET seq = 0 WHERE seq = 7; UPDATE pam_audit SET seq = 7 WHERE seq = 8; UPDATE pam_audit SET seq = 8 WHERE seq = 0", []int64{7, 8}, "numbers are part of the hash"},
		{"repeated", "DELETE FROM pam_audit WHERE seq = 9; INSERT INTO pam_audit SELECT 9, " + every + " FROM pam_audit WHERE seq = 8", []int64{9}, "an event is chained to its place"},
		{"head forward", "UPDATE pam_audit_head SET seq = 31", []int64{31}, "an event is missing"},
		{"head back", "UPDATE pam_audit_head SET seq = 29, hash = (SELECT hash FROM pam_audit WHERE seq = 29)", []int64{30}, "what is behind the end was not said by it"},
		{"head hash", "UPDATE pam_audit_head SET hash = (SELECT hash FROM pam_audit WHERE seq = 29)", []int64{30}, "the end has one hash"},
		{"head gone", "DELETE FROM pam_audit_head", []int64{31}, "without the head the end is not known"},
		{"anchor moved", "DELETE FROM pam_audit WHERE seq <= 10; UPDATE pam_audit_head SET pruned_seq = 10, pruned_hash = (SELECT hash FROM pam_audit WHERE seq = 11)", []int64{10}, "nobody has recorded a deletion"},
		{"anchor moved well", "UPDATE pam_audit_head SET pruned_seq = 10, pruned_hash = (SELECT hash FROM pam_audit WHERE seq = 10); DELETE FROM pam_audit WHERE seq <= 10", []int64{10}, "nobody has recorded a deletion"},
		{"anchor without deletion", "UPDATE pam_audit_head SET pruned_seq = 10, pruned_hash = (SELECT hash FROM pam_audit WHERE seq = 10)", []int64{1, 10}, "what is said to be deleted is there"},
		{"anchor beyond the end", "UPDATE pam_audit_head SET pruned_seq = 1000", []int64{1000}, "no event says so"},
		{"sink ahead", "INSERT INTO pam_audit_sink (name, seq, at) VALUES ('file', 33, '2026-03-11T12:00:00')", []int64{31}, "a sink has what the chain has not"},
		{"microseconds", "UPDATE pam_audit SET at = '2026-03-11T12:00:03.000001' WHERE seq = 4", []int64{4}, "times are in milliseconds"},
		{"time", "UPDATE pam_audit SET at = '2027-03-11T12:00:03' WHERE seq = 4", []int64{4}, "the time is part of the hash"},
		{"year 1", "UPDATE pam_audit SET ends_at = '0001-01-01T00:00:00' WHERE seq = 4", []int64{4}, "no time is null"},
		{"zero identifier", "UPDATE pam_audit SET role_id = '00000000-0000-0000-0000-000000000000' WHERE seq = 4", []int64{4}, "no identifier is null"},
		{"identifier", "UPDATE pam_audit SET request_id = '09000000-0000-4000-8000-000000000001' WHERE seq = 4", []int64{4}, "it is part of the hash"},
		{"groups", "UPDATE pam_audit SET granted_groups = granted_groups || 'x' WHERE seq = 4", []int64{4}, "they are part of the hash"},
		{"end of groups", "UPDATE pam_audit SET granted_groups = 'a' || CHR(10) WHERE seq = 4", []int64{4}, "names are not empty"},
		{"texts moved", "UPDATE pam_audit SET node = correlation || 'n', correlation = node WHERE seq = 4", []int64{4}, "each text has its place"},
		{"level", "UPDATE pam_audit SET level = 'none' WHERE seq = 4", []int64{4}, "it follows from the kind"},
		{"name", "UPDATE pam_audit SET name = 'none' WHERE seq = 4", []int64{4}, "it follows from the kind"},
		{"kind", "UPDATE pam_audit SET id = 229, name = 'grant.started', level = 'info' WHERE seq = 4; UPDATE pam_audit SET id = 240, name = 'request.closed', level = 'info' WHERE seq = 5", []int64{4, 5}, "it is part of the hash, also of two in a row"},
		{"end of all times", "UPDATE pam_audit SET ends_at = '9999-12-31T23:59:59.999' WHERE seq = 30", []int64{30}, "also in the last event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, d := range trails {
				undone(t, d.db, func(ctx context.Context) {
					for sql := range strings.SplitSeq(tt.sql, ";") {
						if d.db.Dialect() == sqldb.SQLite {
							sql = strings.ReplaceAll(sql, "CHR(", "CHAR(")
						}
						execute(t, ctx, d.db, sql)
					}
					found := breaks(t, ctx, d.trail)
					for _, at := range tt.at {
						if !slices.ContainsFunc(found, func(b audit.Break) bool { return b.Sequence == at }) {
							t.Errorf("%s: found %v, nothing at %d: %s", d.db.Dialect(), found, at, tt.why)
						}
					}
				})
			}
		})
	}
}

// TestVerifyInfinity reads what only PostgreSQL can store.
func TestVerifyInfinity(t *testing.T) {
	db, _ := pamtest.Postgres(t)
	trail, _ := fill(t, db, 5)
	for _, value := range []string{"infinity", "-infinity", "0044-03-15 BC", "12026-03-11"} {
		undone(t, db, func(ctx context.Context) {
			execute(t, ctx, db, "UPDATE pam_audit SET at = '"+value+"' WHERE seq = 3")
			if found := breaks(t, ctx, trail); len(found) != 1 || found[0].Sequence != 3 {
				t.Errorf("%s: found %v, want one break at 3", value, found)
			}
		})
	}
}

// TestVerifyRemadeChain cannot be found by the chain alone: the lines that a sink has
// tell it.
func TestVerifyRemadeChain(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, events := fill(t, db, 20)
		kept := lines(t, trail, audit.Span{})
		execute(t, background, db, "DELETE FROM pam_audit")
		execute(t, background, db, "UPDATE pam_audit_head SET seq = 0, hash = ''")
		events[11].Reason = "another one"
		add(t, trail, db, events...)
		if found := breaks(t, background, trail); len(found) > 0 {
			t.Fatalf("the chain that was made anew is not one: %v", found)
		}
		c, err := trail.Compare(background, strings.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Breaks) != 9 || c.Breaks[0].Sequence != 12 {
			t.Errorf("breaks are %v, want those from 12 on to 20", c.Breaks)
		}
	})
}

// TestVerifyWhileAppending verifies a chain that grows: it is whole at every moment.
func TestVerifyWhileAppending(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		trail, _ := fill(t, db, 2100)
		stop := make(chan struct{})
		done := make(chan error)
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				if err := trail.Record(background, &audit.Event{ID: audit.AuthFailed}); err != nil {
					done <- err
					return
				}
			}
		}()
		for range 4 {
			if found := breaks(t, background, trail); len(found) > 0 {
				t.Errorf("a chain that grows is broken: %v", found)
			}
		}
		close(stop)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
