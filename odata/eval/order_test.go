package eval_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

func TestCompileOrder(t *testing.T) {
	w := newWorld(t)
	text := edm.String
	asc := func(e odata.Expr) odata.Order { return odata.Order{By: e} }
	desc := func(e odata.Expr) odata.Order { return odata.Order{By: e, Descending: true} }
	dynamic := &odata.Dynamic{Of: w.it(), Name: "D"}
	for _, tt := range []struct {
		name   string
		order  []odata.Order
		values []edm.Value // of Text, I64, Double and the dynamic D
		want   string
		why    string
	}{
		{"ascending", []odata.Order{asc(w.member("Text"))}, []edm.Value{text("b"), text(""), edm.Null, text("B"), text("a")},
			"null '' 'B' 'a' 'b'", "nulls first, then ordinal"},
		{"descending", []odata.Order{desc(w.member("Text"))}, []edm.Value{text("b"), text(""), edm.Null, text("B"), text("a")},
			"'b' 'a' 'B' '' null", "nulls last: the exact reverse"},
		{"NaN", []odata.Order{asc(w.member("Double"))}, []edm.Value{edm.Double(1), edm.Double(math.NaN()), edm.Double(math.Inf(-1)), edm.Null},
			"null NaN -INF 1.0", "NaN has a place of its own, so that the order is total"},
		{"by a function", []odata.Order{desc(call("length(String)", edm.KindInt32, w.member("Text"))), asc(w.member("Text"))},
			[]edm.Value{text("b"), text("aa"), edm.Null, text("a")}, "'aa' 'a' 'b' null", "terms may be calculated; later ones break ties"},
		{"dynamic kinds", []odata.Order{asc(dynamic)}, []edm.Value{text("1"), edm.Int64(2), edm.Double(1.5), edm.Boolean(true), edm.Null},
			"null true 1.5 2L '1'", "numbers of all kinds mix, other kinds stay apart: the order is total"},
		{"no terms", nil, []edm.Value{text("b"), text("a")}, "'b' 'a'", "a stable sort keeps what is not told apart"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			compare, err := eval.CompileOrder(tt.order, eval.LayoutOf(w.query()))
			if err != nil {
				t.Fatal(err)
			}
			rows := make([]*odata.Row, len(tt.values))
			for i, v := range tt.values {
				rows[i] = w.row(map[string]edm.Value{"Text": v, "I64": v, "Double": v})
				rows[i].Dynamic = []odata.DynamicProperty{{Name: "D", Value: v}}
			}
			slices.SortStableFunc(rows, func(a, b *odata.Row) int {
				order, err := compare(a, b)
				if err != nil {
					t.Fatal(err)
				}
				return order
			})
			var got []string
			for _, r := range rows {
				got = append(got, r.Dynamic[0].Value.String())
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestCompileOrderErrors(t *testing.T) {
	w := newWorld(t)
	if _, err := eval.CompileOrder([]odata.Order{{By: w.member("Text")}}, eval.Layout{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a field that is not loaded is KindInternal", err)
	}
	compare, err := eval.CompileOrder([]odata.Order{{By: binary(odata.Div, w.member("I32"), w.member("Id"))}}, eval.LayoutOf(w.query()))
	if err != nil {
		t.Fatal(err)
	}
	good, bad := w.row(map[string]edm.Value{"I32": edm.Int32(1), "Id": edm.Int32(1)}), w.row(map[string]edm.Value{"I32": edm.Int32(1), "Id": edm.Int32(0)})
	for _, pair := range [][2]*odata.Row{{good, bad}, {bad, good}} {
		if _, err := compare(pair[0], pair[1]); !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero"}) {
			t.Errorf("error %v; a term that fails for either row fails the comparison", err)
		}
	}
}
