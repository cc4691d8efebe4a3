package eval_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// TestDifferential evaluates random expressions on random rows, compiled and
// naively, and wants the same value or the same failure. Related entities are
// found both ways: as expanded, and by following links.
func TestDifferential(t *testing.T) {
	const expressions, rowsEach = 10_000, 5
	w := newWorld(t)
	s := newSource(t, w, 20150712)
	q := w.query()
	layout := eval.LayoutOf(q)
	followed := links(layout)
	rows := make([]odata.Row, 400)
	for i := range rows {
		rows[i] = s.thing(1)
	}
	outcomes := map[string]int{}
	for range expressions {
		e := s.expr(pick(s, kinds), 1+s.IntN(5))
		if s.chance(50) {
			e = s.expr(edm.KindBoolean, 1+s.IntN(5))
		}
		compiled, err := eval.Compile(e, layout)
		if err != nil {
			t.Fatalf("Compile(%s): %v", odata.Dump(e), err)
		}
		linked, err := eval.Compile(e, followed)
		if err != nil {
			t.Fatalf("Compile(%s) with links: %v", odata.Dump(e), err)
		}
		for range rowsEach {
			row := pick(s, rows)
			want, failed := naive{it: entity{&row, q}}.value(e)
			for _, f := range []eval.Evaluator{compiled, linked} {
				got, err := f(&row)
				switch gotFailure := codeOf(err); {
				case gotFailure != failed:
					t.Errorf("%s: failure %q, want %q\nrow %s", odata.Dump(e), gotFailure, failed, row.Values)
				case failed == "" && !got.Equal(want):
					t.Errorf("%s = %s, want %s\nrow %s %+v", odata.Dump(e), got, want, row.Values, row.Dynamic)
				}
			}
			outcomes[outcome(want, failed)]++
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	// A generator that only ever makes nulls would prove nothing.
	for _, o := range []string{"true", "false", "null", "value", "DivisionByZero", "ArithmeticOverflow"} {
		if outcomes[o] < 200 {
			t.Errorf("only %d of %d evaluations came to %s: the generator has become one-sided: %v", outcomes[o], expressions*rowsEach, o, outcomes)
		}
	}
}

// links is a layout that follows links instead of reading expansions. The links
// of tests lead to what is expanded.
func links(l eval.Layout) eval.Layout {
	expand := l.Expand
	l.Expand = nil
	l.Follow = func(nav *metadata.NavigationProperty) (eval.Step, error) {
		at := slices.IndexFunc(expand, func(x odata.Expansion) bool { return x.Nav == nav })
		if at < 0 {
			return eval.Step{}, errors.New("no such link")
		}
		return eval.Step{Layout: links(eval.LayoutOf(expand[at].Query)), Row: func(row *odata.Row, i int) (*odata.Row, error) {
			if rows := row.Related[at].Rows; i < len(rows) {
				return &rows[i], nil
			}
			return nil, nil
		}}, nil
	}
	return l
}

// FuzzDifferential is TestDifferential with sources of its own.
func FuzzDifferential(f *testing.F) {
	f.Add(uint64(1))
	w := newWorld(f)
	q := w.query()
	f.Fuzz(func(t *testing.T, seed uint64) {
		s := newSource(t, w, seed)
		row := s.thing(1)
		for range 20 {
			e := s.expr(pick(s, kinds), 6)
			compiled, err := eval.Compile(e, eval.LayoutOf(q))
			if err != nil {
				t.Fatalf("Compile(%s): %v", odata.Dump(e), err)
			}
			got, err := compiled(&row)
			want, failed := naive{it: entity{&row, q}}.value(e)
			if codeOf(err) != failed || failed == "" && !got.Equal(want) {
				t.Fatalf("%s = %s, %v, want %s, %q\nrow %s", odata.Dump(e), got, err, want, failed, row.Values)
			}
		}
	})
}

func outcome(v edm.Value, failed failure) string {
	switch {
	case failed != "":
		return string(failed)
	case v.IsNull():
		return "null"
	case v.Kind() == edm.KindBoolean:
		return v.String()
	}
	return "value"
}

func codeOf(err error) failure {
	if err == nil {
		return ""
	}
	return failure(odata.AsError(err).Code)
}
