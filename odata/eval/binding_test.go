package eval_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/uri"
)

// TestBoundFilters evaluates conditions as clients write them, bound by package
// bind: what the binder makes of them is what eval expects.
func TestBoundFilters(t *testing.T) {
	w := newWorld(t)
	binder, err := bind.New(w.model, bind.Options{})
	if err != nil {
		t.Fatal(err)
	}
	anna := *w.family()
	bare := *w.row(map[string]edm.Value{"Id": edm.Int32(3)})
	status := *w.row(map[string]edm.Value{"Id": edm.Int32(4), "Text": edm.String("Active"), "Moment": dateTime(t, "2015-07-12T04:36:00Z"),
		"I64": edm.Int64(7200), "Decimal": decimal(t, "12.50"), "Single": edm.Single(0.5), "Double": edm.Double(4.5), "Small": edm.SByte(-3), "Flag": edm.Boolean(true)})
	rows := []odata.Row{anna, bare, status} // 1, 3 and 4

	for _, tt := range []struct {
		in   string
		want []int64
		why  string
	}{
		{"Text eq 'Active' and Moment gt datetime'2015-07-12T04:35:14.433Z'", []int64{4}, "what the portal polls with"},
		{"not (I64 gt 5)", []int64{1, 3}, "gt is false on null"},
		{"I64 div 3600 eq 2 and I64 mod 3600 eq 0", []int64{4}, "an unsuffixed number takes the type of the other side"},
		{"Decimal gt 12.4", []int64{4}, "also beside a Decimal"},
		{"round(Double) eq 4", []int64{4}, "half to even"},
		{"-Small eq 3 and Single lt Double", []int64{4}, "promotion is explicit in the tree"},
		{"substringof('CTI',toupper(Text))", []int64{4}, "needle first"},
		{"startswith(Text,'A') eq true", []int64{1, 4}, "as Excel writes it"},
		{"startswith(Text,'A') ne true", []int64{3}, "null differs from true"},
		{"Home/Spot/X gt 1 or Flag", []int64{1, 4}, ""},
		{"Friend/Text eq 'Bert'", []int64{1}, ""},
		{"Friend eq null", []int64{3, 4}, ""},
		{"Friend/Test.Special/Level eq 9", []int64{1}, ""},
		{"isof(Friend,'Test.Special')", []int64{1}, ""},
		{"Parts/any(p:p/Size gt 5 and p/Notes/any(n:n/Body eq 'worn' and p/Name eq 'gear'))", []int64{1}, "nested variables count from the outermost"},
		{"Parts/all(p:p/Size lt 100L)", []int64{1, 3, 4}, "all holds over nothing"},
		{"Tags/any(t:t eq null)", []int64{1}, ""},
		{"Nick eq 'An' and Age add 1 eq 42", []int64{1}, "dynamic properties"},
		{"year(Moment) eq 2015 and hour(Moment) eq 4", []int64{4}, ""},
		{"cast(Id,'Edm.String') eq '3'", []int64{3}, ""},
		{"null eq null", []int64{1, 3, 4}, ""},
		{"null", []int64{}, "null is not true"},
		{"Color eq 'Red'", []int64{1}, "enum values are text"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			node, err := uri.ParseFilter(tt.in, uri.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			q := w.query()
			if q.Filter, err = binder.Filter(w.thing, node); err != nil {
				t.Fatal(err)
			}
			rest := *q
			rest.Expand = nil
			store := &fakeStore{rows: rows}
			r, err := eval.Finish(context.Background(), q, &odata.Result{Rows: store.reusing(rows), Rest: &rest}, eval.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := collect(t, r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, ids(got)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", odata.Dump(q.Filter), tt.why, diff)
			}
		})
	}
}
