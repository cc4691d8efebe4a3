package audit_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// places are the sequence numbers of breaks, each once.
func places(breaks []audit.Break) []int64 {
	var at []int64
	for _, b := range breaks {
		at = append(at, b.Sequence)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// TestLines verifies lines by themselves, and compares them with the database.
func TestLines(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 40)
	whole := strings.SplitAfter(strings.TrimSuffix(lines(t, trail, audit.Span{}), "\n"), "\n")
	whole[39] += "\n"
	other := pamtest.SQLite(t)
	otherTrail, _ := fill(t, other, 41)
	foreign := strings.SplitAfter(lines(t, otherTrail, audit.Span{}), "\n")
	edit := func(old, new string, at int) []string {
		l := slices.Clone(whole)
		if l[at] = strings.Replace(l[at], old, new, 1); l[at] == whole[at] {
			t.Fatal("nothing was changed")
		}
		return l
	}
	for _, tt := range []struct {
		name    string
		lines   []string
		events  int64   // as VerifyLines counts
		broken  []int64 // places that VerifyLines tells
		differs []int64 // places that Compare tells
		why     string
	}{
		{"whole", whole, 40, nil, nil, "it is what was exported"},
		{"nothing", nil, 0, nil, nil, "an empty file says nothing wrong"},
		{"windows", []string{strings.ReplaceAll(strings.Join(whole, ""), "\n", "\r\n")}, 40, nil, nil, "ends of lines may differ"},
		{"no last end", []string{strings.TrimSuffix(strings.Join(whole, ""), "\n")}, 40, nil, nil, "the last line may lack its end"},
		{"a part", whole[10:20], 10, nil, nil, "a part is as good, but for what its first event says"},
		{"missing", slices.Concat(whole[:10], whole[12:]), 38, []int64{11}, []int64{11}, "numbers have no gaps"},
		{"end missing", whole[:30], 30, nil, nil, "what is behind the last line was perhaps not delivered yet"},
		{"again", slices.Concat(whole[:20], whole[15:]), 40, nil, nil, "delivery is at least once"},
		{"torn", slices.Concat(whole[:20], []string{whole[20][:30] + "\n"}, whole[20:]), 40, nil, nil, "a line that was cut off comes again in whole"},
		{"torn, not again", slices.Concat(whole[:20], []string{whole[20][:30] + "\n"}, whole[21:]), 39, []int64{20, 21}, []int64{20, 21}, "otherwise an event is missing"},
		{"no line", slices.Concat(whole[:20], []string{"{}\n"}, whole[20:]), 40, []int64{20}, []int64{20}, "texts between lines are told"},
		{"blank lines", slices.Concat(whole[:20], []string{"\n", " \n"}, whole[20:]), 40, nil, nil, "empty ones are not"},
		{"swapped", slices.Concat(whole[:9], whole[10:11], whole[9:10], whole[11:]), 40, []int64{10, 11}, []int64{10}, "order is part of the chain"},
		{"edited", edit(`"outcome":"success"`, `"outcome":"failure"`, 4), 40, []int64{5}, []int64{5}, "contents are part of the hash"},
		{"last edited", edit(`"outcome":"success"`, `"outcome":"failure"`, 39), 40, []int64{40}, []int64{40}, "also those of the last one"},
		{"hash edited", edit(`"hash":"`, `"hash":"0`, 4), 40, []int64{5}, []int64{5}, "the next event knows the true hash"},
		{"first of a part edited", edit(`"outcome":"success"`, `"outcome":"failure"`, 10)[10:], 30, nil, []int64{11}, "only the database knows"},
		{"of another trail", foreign[:5], 5, nil, []int64{1, 2, 3, 4, 5}, "a chain of its own, and not this one"},
		{"spelled otherwise", edit(`{"seq":5,`, `{ "seq":5,`, 4), 39, []int64{4, 5}, []int64{4, 5}, "a line has one spelling"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Join(tt.lines, "")
			v, err := audit.VerifyLines(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.broken, places(v.Breaks)); diff != "" || v.Events != tt.events {
				t.Errorf("VerifyLines: %d events, breaks %v; want %d events: %s (-want +got):\n%s", v.Events, v.Breaks, tt.events, tt.why, diff)
			}
			c, err := trail.Compare(background, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.differs, places(c.Breaks)); diff != "" {
				t.Errorf("Compare: breaks %v: %s (-want +got):\n%s", c.Breaks, tt.why, diff)
			}
		})
	}
}

// TestCompareTellsSides tells whether lines or the database lack an event.
func TestCompareTellsSides(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 10)
	text := lines(t, trail, audit.Span{From: 3, To: 9})
	undone(t, db, func(ctx context.Context) {
		execute(t, ctx, db, "DELETE FROM pam_audit WHERE seq = 5")
		execute(t, ctx, db, "UPDATE pam_audit SET reason = 'x' WHERE seq = 6")
		execute(t, ctx, db, "UPDATE pam_audit SET at = 'x' WHERE seq = 7")
		c, err := trail.Compare(ctx, strings.NewReader(strings.Join(slices.Delete(strings.SplitAfter(text, "\n"), 5, 6), "")))
		if err != nil {
			t.Fatal(err)
		}
		want := &audit.Comparison{Lines: 6, From: 3, To: 9, Breaks: []audit.Break{
			{Sequence: 5, Problem: "missing in the database"},
			{Sequence: 6, Problem: "not the same in the database"},
			{Sequence: 7, Problem: "changed in the database: its column at does not hold what was written"},
			{Sequence: 8, Problem: "missing among the lines, up to event 8"},
		}}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestLongLine goes on behind a text without an end.
func TestLongLine(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 2)
	whole := strings.SplitAfter(lines(t, trail, audit.Span{}), "\n")
	text := whole[0] + strings.Repeat("x", audit.MaxLine+10) + "\n" + whole[1]
	v, err := audit.VerifyLines(strings.NewReader(text))
	if err != nil || v.Events != 2 || len(v.Breaks) != 1 {
		t.Errorf("%d events, breaks %v, %v; want 2 and one break", v.Events, v.Breaks, err)
	}
}
