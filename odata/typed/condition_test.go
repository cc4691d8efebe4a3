package typed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

func TestJoinedConditions(t *testing.T) {
	a, b, c := embedded.Eq(1), embedded.Eq(2), embedded.Eq(3)
	for _, tt := range []struct {
		name string
		got  odata.Expr
		want string
		why  string
	}{
		{"and", typed.And(a, b, c), "(and (and (eq ID 1:Int32) (eq ID 2:Int32)) (eq ID 3:Int32))", "all of them"},
		{"and of nil", typed.And(nil, a, nil), "(eq ID 1:Int32)", "nil always holds"},
		{"and of none", typed.And(), "true", "nothing is demanded"},
		{"or", typed.Or(a, b, c), "(or (or (eq ID 1:Int32) (eq ID 2:Int32)) (eq ID 3:Int32))", "any of them"},
		{"or of one", typed.Or(a), "(eq ID 1:Int32)", "no other is there"},
		{"or of nil", typed.Or(a, nil), "true", "nil always holds, and so does the whole"},
		{"or of none", typed.Or(), "false:Boolean", "nothing holds"},
		{"not", typed.Not(a), "(not (eq ID 1:Int32))", "the opposite"},
		{"not of nil", typed.Not(nil), "false:Boolean", "nil always holds"},
		{"when", must(typed.When(a)(t.Context())), "(eq ID 1:Int32)", "the same for every caller"},
		{"when nil", must(typed.When(nil)(t.Context())), "true", "always"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := odata.Dump(tt.got)
			if diff := cmp.Diff(tt.want, noTypes.Replace(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}
