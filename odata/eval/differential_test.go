package eval_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// TestDifferential evaluates random expressions on random rows, compiled and
// naively, and wants the same value or the same failure.
func TestDifferential(t *testing.T) {
	const expressions, rowsEach = 10_000, 5
	w := newWorld(t)
	s := newSource(t, w, 20150712)
	q := w.query()
	layout := eval.LayoutOf(q)
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
		for range rowsEach {
			row := pick(s, rows)
			got, err := compiled(&row)
			want, failed := naive{it: entity{&row, q}}.value(e)
			switch gotFailure := codeOf(err); {
			case gotFailure != failed:
				t.Errorf("%s: failure %q, want %q\nrow %s", odata.Dump(e), gotFailure, failed, row.Values)
			case failed == "" && !got.Equal(want):
				t.Errorf("%s = %s, want %s\nrow %s %+v", odata.Dump(e), got, want, row.Values, row.Dynamic)
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
