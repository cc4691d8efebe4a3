package eval_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// needsText prints needs as "Id Text Friend{Text Parts{}}".
func needsText(n eval.Needs) string {
	var parts []string
	for _, p := range n.Properties {
		parts = append(parts, p.Name)
	}
	for _, x := range n.Navigation {
		parts = append(parts, x.Nav.Name+"{"+needsText(*x.Needs)+"}")
	}
	return strings.Join(parts, " ")
}

func TestRequirements(t *testing.T) {
	w := newWorld(t)
	name := func(v odata.Expr) odata.Expr { return binary(odata.Eq, pathFrom(v, "Name"), w.member("Text")) }
	for _, tt := range []struct {
		name, want string
		in         []odata.Expr
		why        string
	}{
		{"nothing", "", nil, ""},
		{"nil", "", []odata.Expr{nil}, "no condition needs nothing"},
		{"constant", "", []odata.Expr{lit(edm.Int32(1))}, ""},
		{"member", "Text", []odata.Expr{w.member("Text")}, ""},
		{"each once", "Text I32 I64", []odata.Expr{binary(odata.Add, w.member("Text"), w.member("I32")), binary(odata.Add, w.member("I64"), w.member("Text"))}, "in the order of their first use"},
		{"complex", "Home", []odata.Expr{w.member("Home", "Spot", "X")}, "the whole complex value is one property"},
		{"everywhere", "I32 Small Decimal Single I64", []odata.Expr{not(&odata.Cast{X: &odata.Convert{X: negate(w.member("I32"))}}),
			call("length(String)", edm.KindInt32, w.member("Small")), &odata.IsOf{X: w.member("Decimal")},
			&odata.In{X: []odata.Expr{w.member("Single"), w.member("I64")}}}, "every node passes its operands on"},
		{"derived", "Level", []odata.Expr{pathFrom(&odata.TypeCast{Of: w.it(), Entity: w.special}, "Level")}, "a field of the query all the same"},
		{"navigation", "Friend{Text Home}", []odata.Expr{w.member("Friend", "Text"), w.member("Friend", "Home", "City")}, "each navigation once"},
		{"hidden entities", "Friend{Flag Text Parts{}} Parts{Size Whole{Text}}", []odata.Expr{
			pathFrom(&odata.Navigate{Of: w.it(), Nav: w.thing.NavigationProperty("Friend"), Where: binary(odata.And, w.member("Flag"), &odata.Lambda{Of: w.member("Parts")})}, "Text"),
			&odata.Lambda{Of: &odata.Navigate{Of: w.it(), Nav: w.thing.NavigationProperty("Parts"),
				Where: binary(odata.Eq, pathFrom(odata.ItOf(w.part), "Size"), pathFrom(odata.ItOf(w.part), "Whole", "Text"))}},
		}, "what a guard looks at is read of the related entity"},
		{"navigation is null", "Friend{}", []odata.Expr{binary(odata.Eq, w.member("Friend"), null())}, "whether there is one shows without its properties"},
		{"same entity", "Id Friend{Id}", []odata.Expr{binary(odata.Ne, w.it(), w.member("Friend"))}, "entities compare by key"},
		{"isof", "Friend{}", []odata.Expr{&odata.IsOf{X: w.member("Friend")}, &odata.IsOf{X: w.it()}}, "the type is part of every row"},
		{"dynamic", "Friend{}", []odata.Expr{&odata.Dynamic{Of: w.it(), Name: "D"}, &odata.Dynamic{Of: w.member("Friend"), Name: "D"}}, "dynamic properties are part of every row"},
		{"any at all", "Parts{}", []odata.Expr{&odata.Lambda{Of: w.member("Parts")}}, "counted only"},
		{"any", "Text Parts{Name}", []odata.Expr{lambda(false, w.member("Parts"), 1, name)}, "$it is still $it within"},
		{"any of a cast", "Text Friend{Parts{Name}}", []odata.Expr{lambda(true, &odata.TypeCast{Of: w.member("Friend", "Parts"), Entity: w.spare}, 1, name)}, ""},
		{"values", "Tags Text", []odata.Expr{lambda(false, w.member("Tags"), 1, func(v odata.Expr) odata.Expr { return binary(odata.Eq, v, w.member("Text")) })}, "a collection of values is a property"},
		{"complex values", "Places", []odata.Expr{lambda(false, w.member("Places"), 1, func(v odata.Expr) odata.Expr { return pathFrom(v, "City") })}, "members of its items are part of it"},
		{"nested", "Parts{Size Name Notes{Body}}", []odata.Expr{lambda(false, w.member("Parts"), 1, func(p odata.Expr) odata.Expr {
			return binary(odata.And, pathFrom(p, "Size"), lambda(false, pathFrom(p, "Notes"), 2, func(n odata.Expr) odata.Expr {
				return binary(odata.Eq, pathFrom(n, "Body"), pathFrom(p, "Name"))
			}))
		})}, "outer variables keep their entity"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, needsText(eval.Requirements(tt.in...))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestWiden(t *testing.T) {
	w := newWorld(t)
	number := w.thing.Property("I32")
	ofSpecial := &odata.TypeCast{Of: w.it(), Entity: w.special}

	q := &odata.Query{Type: w.thing, Fields: []*metadata.Property{number}}
	if err := eval.Widen(q, w.member("Text"), w.member("I32"), pathFrom(ofSpecial, "Level"), w.member("Friend", "Guid")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"I32", "Text", "Level"}, names(q.Fields)); diff != "" {
		t.Errorf("known fields keep their place and each is added once; those of a friend are not the query's (-want +got):\n%s", diff)
	}
	if err := eval.Widen(&odata.Query{Type: w.part}, w.member("Text")); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a condition on another type, such as a mistaken guard, is KindInternal", err)
	}
	if err := eval.Widen(&odata.Query{Type: w.special}, w.member("Text"), pathFrom(ofSpecial, "Level")); err != nil {
		t.Errorf("error %v; a derived type has the properties of its base", err)
	}
}

func names(properties []*metadata.Property) []string {
	var all []string
	for _, p := range properties {
		all = append(all, p.Name)
	}
	return all
}

// TestWidenedQueriesCompile is the promise of Widen: what it adds is what
// Compile asks for.
func TestWidenedQueriesCompile(t *testing.T) {
	w := newWorld(t)
	s := newSource(t, w, 7)
	for range 2_000 {
		e := s.expr(edm.KindBoolean, 5)
		q := &odata.Query{Type: w.thing}
		if err := eval.Widen(q, e); err != nil {
			t.Fatalf("Widen(%s): %v", odata.Dump(e), err)
		}
		expand(q, eval.Requirements(e))
		if _, err := eval.CompileFilter(e, eval.LayoutOf(q)); err != nil {
			t.Fatalf("%s with %s: %v", odata.Dump(e), needsText(eval.Requirements(e)), err)
		}
		if len(q.Fields) > 0 {
			q.Fields = q.Fields[1:]
			if _, err := eval.CompileFilter(e, eval.LayoutOf(q)); err == nil {
				t.Fatalf("%s compiles without a field it was said to need", odata.Dump(e))
			}
		}
	}
}

// expand loads what needs ask for.
func expand(q *odata.Query, needs eval.Needs) {
	for _, x := range needs.Navigation {
		target := &odata.Query{Type: x.Nav.Target(), Fields: x.Needs.Properties}
		expand(target, *x.Needs)
		q.Expand = append(q.Expand, odata.Expansion{Nav: x.Nav, Query: target})
	}
}
