package eval_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// family is a thing with a friend, and with parts of both.
func (w *world) family() *odata.Row {
	friend := w.row(map[string]edm.Value{"Id": edm.Int32(2), "Text": edm.String("Bert"), "Level": edm.Int32(9)})
	friend.Type = w.special
	friend.Related = []odata.Related{{Rows: []odata.Row{w.partRow(20, "wheel", 5, "round")}}}
	spot := edm.Complex([]edm.Value{edm.Double(1.5), edm.Double(-2)})
	row := w.row(map[string]edm.Value{
		"Id": edm.Int32(1), "Text": edm.String("Anna"),
		"Home":   edm.Complex([]edm.Value{edm.String("Wien"), spot}),
		"Work":   edm.Complex([]edm.Value{edm.String("Graz")}),
		"Color":  edm.String("Red"),
		"Tags":   edm.Collection([]edm.Value{edm.String("x"), edm.Null, edm.String("xy")}),
		"Places": edm.Collection([]edm.Value{edm.Complex([]edm.Value{edm.String("Linz"), spot}), edm.Null}),
	})
	row.Related[0].Rows = []odata.Row{*friend}
	row.Related[1].Rows = []odata.Row{w.partRow(10, "bolt", 3), w.partRow(11, "gear", 7, "oiled", "worn")}
	row.Related[1].Rows[1].Type = w.part
	row.Dynamic = []odata.DynamicProperty{{Name: "Age", Value: edm.Int32(41)}, {Name: "Nick", Value: edm.String("An")}}
	return row
}

// any and all over a collection, whose body is built from the range variable.
func lambda(all bool, of odata.Expr, depth int, body func(v odata.Expr) odata.Expr) odata.Expr {
	v := &odata.Variable{Name: string(rune('o' + depth)), Depth: depth, Of: of.Type().Item()}
	return &odata.Lambda{All: all, Of: of, Var: v, Body: body(v)}
}

func TestPaths(t *testing.T) {
	w := newWorld(t)
	row := w.family()
	text := func(s string) odata.Expr { return lit(edm.String(s)) }
	special := func(of odata.Expr) odata.Expr { return &odata.TypeCast{Of: of, Entity: w.special} }
	size := func(op odata.BinaryOp, n int64) func(odata.Expr) odata.Expr {
		return func(v odata.Expr) odata.Expr { return binary(op, pathFrom(v, "Size"), lit(edm.Int64(n))) }
	}
	yes, no := edm.Boolean(true), edm.Boolean(false)

	for _, tt := range []struct {
		name string
		in   odata.Expr
		want edm.Value
		why  string
	}{
		{"member", w.member("Text"), edm.String("Anna"), ""},
		{"complex member", w.member("Home", "City"), edm.String("Wien"), "members are parallel to the complex type"},
		{"nested member", w.member("Home", "Spot", "Y"), edm.Double(-2), "at any depth"},
		{"member of a short value", w.member("Work", "Spot", "Y"), edm.Null, "a complex value that ends early does not have the rest"},
		{"navigation", w.member("Friend", "Text"), edm.String("Bert"), "the expanded entity is in Related"},
		{"dynamic", &odata.Dynamic{Of: w.it(), Name: "Nick"}, edm.String("An"), "by name among the dynamic properties"},
		{"dynamic of a friend", &odata.Dynamic{Of: w.member("Friend"), Name: "Nick"}, edm.Null, "the friend has none"},
		{"dynamic arithmetic", binary(odata.Add, &odata.Dynamic{Of: w.it(), Name: "Age"}, lit(edm.Double(0.5))), edm.Double(41.5), "kinds are promoted for each value"},

		{"cast of $it that is not", pathFrom(special(w.it()), "Text"), edm.Null, "a thing is not special: its members are null there"},
		{"cast of a friend that is", pathFrom(special(w.member("Friend")), "Level"), edm.Int32(9), "members of the derived type"},
		{"isof $it", &odata.IsOf{X: w.it(), Of: metadata.EntityRef(w.special)}, no, "the row's type decides; nil is the query's"},
		{"isof base", &odata.IsOf{X: w.member("Friend"), Of: metadata.EntityRef(w.thing)}, yes, "a special thing is a thing"},
		{"isof derived", &odata.IsOf{X: w.member("Friend"), Of: metadata.EntityRef(w.special)}, yes, "the row's type decides"},
		{"isof of a cast", &odata.IsOf{X: special(w.it()), Of: metadata.EntityRef(w.thing)}, edm.Null, "a failed cast is null"},
		{"isof primitive", &odata.IsOf{X: w.member("Text"), Of: metadata.PrimitiveType(edm.KindString)}, yes, "the declared type"},
		{"isof wider", &odata.IsOf{X: w.member("Id"), Of: metadata.PrimitiveType(edm.KindInt64)}, no, "nothing is widened"},
		{"isof enum", &odata.IsOf{X: w.member("Color"), Of: metadata.PrimitiveType(edm.KindString)}, no, "an enum value travels as text, but is none"},
		{"isof complex", &odata.IsOf{X: w.member("Home"), Of: metadata.TypeRef{Kind: edm.KindComplex, Complex: w.place}}, yes, "the declared type"},
		{"isof other complex", &odata.IsOf{X: w.member("Home"), Of: metadata.TypeRef{Kind: edm.KindComplex, Complex: w.spot}}, no, ""},
		{"isof dynamic", &odata.IsOf{X: &odata.Dynamic{Of: w.it(), Name: "Age"}, Of: metadata.PrimitiveType(edm.KindInt32)}, yes, "the kind of the value"},
		{"isof dynamic wider", &odata.IsOf{X: &odata.Dynamic{Of: w.it(), Name: "Age"}, Of: metadata.PrimitiveType(edm.KindInt64)}, no, "nothing is widened"},
		{"cast to text", &odata.Cast{X: w.member("Id"), To: metadata.PrimitiveType(edm.KindString)}, edm.String("1"), ""},
		{"impossible cast", &odata.Cast{X: w.member("Text"), To: metadata.PrimitiveType(edm.KindInt32)}, edm.Null, "what does not fit is null"},
		{"cast of complex", pathFrom(&odata.Cast{X: w.member("Home"), To: w.member("Home").Type()}, "City"), edm.String("Wien"), "to its own type"},

		{"entity eq itself", binary(odata.Eq, w.it(), w.it()), yes, "by key"},
		{"entity eq other", binary(odata.Eq, w.it(), w.member("Friend")), no, "by key"},
		{"entity ne other", binary(odata.Ne, w.it(), w.member("Friend")), yes, "by key"},
		{"entity ne null", binary(odata.Ne, w.member("Friend"), null()), yes, "there is a friend"},
		{"null eq failed cast", binary(odata.Eq, null(), special(w.it())), yes, "a failed cast is null"},
		{"failed cast eq entity", binary(odata.Eq, special(w.it()), w.it()), no, "null differs from an entity"},

		{"any at all", &odata.Lambda{Of: w.member("Parts")}, yes, "there are parts"},
		{"any", lambda(false, w.member("Parts"), 1, size(odata.Gt, 5)), yes, "one is larger"},
		{"any of none", lambda(false, w.member("Parts"), 1, size(odata.Gt, 7)), no, "none is larger"},
		{"all", lambda(true, w.member("Parts"), 1, size(odata.Ge, 3)), yes, ""},
		{"all but one", lambda(true, w.member("Parts"), 1, size(odata.Gt, 3)), no, ""},
		{"beyond a navigation", lambda(false, w.member("Friend", "Parts"), 1, size(odata.Eq, 5)), yes, ""},
		{"any value", lambda(false, w.member("Tags"), 1, func(v odata.Expr) odata.Expr { return binary(odata.Eq, v, text("xy")) }), yes, "items of a collection"},
		{"any null value", lambda(false, w.member("Tags"), 1, func(v odata.Expr) odata.Expr { return binary(odata.Eq, v, null()) }), yes, "an item may be null"},
		{"all with a null item", lambda(true, w.member("Tags"), 1, func(v odata.Expr) odata.Expr {
			return call("startswith(String,String)", edm.KindBoolean, v, text("x"))
		}), no, "a null body counts as false"},
		{"any complex", lambda(false, w.member("Places"), 1, func(v odata.Expr) odata.Expr {
			return binary(odata.Gt, pathFrom(v, "Spot", "X"), lit(edm.Double(1)))
		}), yes, "members of items"},
		{"cast collection", &odata.Lambda{Of: &odata.TypeCast{Of: w.member("Parts"), Entity: w.part}}, yes, "all parts are parts"},
		{"cast collection away", &odata.Lambda{Of: &odata.TypeCast{Of: w.member("Parts"), Entity: w.spare}}, no, "none is a spare part"},
		{"all of none left", lambda(true, &odata.TypeCast{Of: w.member("Parts"), Entity: w.spare}, 1, size(odata.Gt, 100)), yes, "all holds over nothing"},
		{"nested", lambda(false, w.member("Parts"), 1, func(p odata.Expr) odata.Expr {
			return lambda(false, pathFrom(p, "Notes"), 2, func(n odata.Expr) odata.Expr {
				return binary(odata.And,
					binary(odata.Eq, pathFrom(n, "Body"), text("worn")),
					binary(odata.And, binary(odata.Eq, pathFrom(p, "Name"), text("gear")), binary(odata.Eq, w.member("Text"), text("Anna"))))
			})
		}), yes, "outer variables and $it stay visible"},
		{"side by side", binary(odata.And,
			lambda(false, w.member("Parts"), 1, size(odata.Eq, 3)),
			lambda(false, w.member("Tags"), 1, func(v odata.Expr) odata.Expr { return binary(odata.Eq, v, text("x")) })), yes,
			"variables of the same depth do not mix"},

		{"in", &odata.In{X: []odata.Expr{w.member("Id")}, Rows: [][]edm.Value{{edm.Int32(3)}, {edm.Int32(1)}}}, yes, ""},
		{"in of another numeric kind", &odata.In{X: []odata.Expr{w.member("Id")}, Rows: [][]edm.Value{{edm.Double(1)}}}, yes, "as eq does"},
		{"Double in integers", &odata.In{X: []odata.Expr{w.member("Home", "Spot", "X")}, Rows: [][]edm.Value{{edm.Int32(1)}, {decimal(t, "1.50")}}}, yes, "as eq does"},
		{"in texts", &odata.In{X: []odata.Expr{w.member("Text")}, Rows: [][]edm.Value{{edm.String("anna")}}}, no, "ordinal"},
		{"in nothing", &odata.In{X: []odata.Expr{w.member("Text")}}, no, "no row, no match"},
		{"in tuples", &odata.In{X: []odata.Expr{w.member("Id"), w.member("Text")}, Rows: [][]edm.Value{
			{edm.Int32(1), edm.String("Bert")}, {edm.Int32(2), edm.String("Anna")}, {edm.Int32(1), edm.String("Anna")}}}, yes, "all elements of one row"},
		{"in crossed tuples", &odata.In{X: []odata.Expr{w.member("Id"), w.member("Text")}, Rows: [][]edm.Value{
			{edm.Int32(1), edm.String("Bert")}, {edm.Int32(2), edm.String("Anna")}}}, no, "not elements of different rows"},
		{"in tuples with null", &odata.In{X: []odata.Expr{w.member("Id"), w.member("Guid")}, Rows: [][]edm.Value{{edm.Int32(1), edm.Null}}}, yes, "null equals null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, tt.in, row)
			if err != nil {
				t.Fatalf("%s: %v (%s)", odata.Dump(tt.in), err, tt.why)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", odata.Dump(tt.in), tt.why, diff)
			}
		})
	}
}

// TestHiddenEntities puts a guard's condition on navigation: what a caller may
// not see is not there for conditions either.
func TestHiddenEntities(t *testing.T) {
	w := newWorld(t)
	row := w.family()
	friend := func(where odata.Expr) odata.Expr {
		return &odata.Navigate{Of: w.it(), Nav: w.thing.NavigationProperty("Friend"), Where: where}
	}
	partName := pathFrom(odata.ItOf(w.part), "Name")
	parts := func(where odata.Expr) odata.Expr {
		return &odata.Navigate{Of: w.it(), Nav: w.thing.NavigationProperty("Parts"), Where: where}
	}
	isBert := binary(odata.Eq, w.member("Text"), lit(edm.String("Bert")))
	isAnna := binary(odata.Eq, w.member("Text"), lit(edm.String("Anna")))
	isGear := binary(odata.Eq, partName, lit(edm.String("gear")))
	small := func(v odata.Expr) odata.Expr { return binary(odata.Lt, pathFrom(v, "Size"), lit(edm.Int64(5))) }
	inverse := func(v odata.Expr) odata.Expr {
		return binary(odata.Gt, binary(odata.Div, lit(edm.Int64(1)), binary(odata.Sub, pathFrom(v, "Size"), lit(edm.Int64(3)))), lit(edm.Int64(-1)))
	}
	failing := binary(odata.Eq, binary(odata.Div, lit(edm.Int32(1)), lit(edm.Int32(0))), lit(edm.Int32(1)))
	yes, no := edm.Boolean(true), edm.Boolean(false)
	for _, tt := range []struct {
		name  string
		in    odata.Expr
		want  edm.Value
		fails bool
		why   string
	}{
		{"visible", pathFrom(friend(isBert), "Text"), edm.String("Bert"), false, "$it of the condition is the related entity"},
		{"hidden", pathFrom(friend(isAnna), "Text"), edm.Null, false, "a hidden entity is no entity"},
		{"hidden eq null", binary(odata.Eq, friend(isAnna), null()), yes, false, "indistinguishable from an absent one"},
		{"null does not admit", pathFrom(friend(w.member("Flag")), "Text"), edm.Null, false, "only what is exactly true does"},
		{"beyond hidden", &odata.Lambda{Of: pathFrom(friend(isAnna), "Parts")}, no, false, "nothing lies behind it"},
		{"beyond visible", &odata.Lambda{Of: pathFrom(friend(isBert), "Parts")}, yes, false, ""},
		{"condition through navigation", pathFrom(friend(&odata.Lambda{Of: w.member("Parts")}), "Text"), edm.String("Bert"), false, "as far as guards look"},
		{"any of visible", lambda(false, parts(isGear), 1, small), no, false, "the small one is hidden"},
		{"all of visible", lambda(true, parts(not(isGear)), 1, small), yes, false, "the large one is hidden"},
		{"any at all", &odata.Lambda{Of: parts(binary(odata.Eq, partName, null()))}, no, false, "all are hidden"},
		{"within a lambda", lambda(false, parts(isGear), 1, func(v odata.Expr) odata.Expr {
			return lambda(false, &odata.Navigate{Of: v, Nav: w.part.NavigationProperty("Notes"),
				Where: binary(odata.Eq, pathFrom(odata.ItOf(w.note), "Body"), lit(edm.String("worn")))}, 2,
				func(n odata.Expr) odata.Expr { return binary(odata.Eq, pathFrom(n, "Body"), lit(edm.String("oiled"))) })
		}), no, false, "the scope of the guard is its own"},
		{"hidden is never evaluated", lambda(false, parts(isGear), 1, inverse), yes, false, "the part the body fails on is hidden, and the failure would tell"},
		{"failing guard", pathFrom(friend(failing), "Text"), edm.Null, true, "it hides nothing and shows nothing"},
		{"failing guard in any", &odata.Lambda{Of: parts(failing)}, edm.Null, true, "it hides nothing and shows nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, tt.in, row)
			if tt.fails {
				if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero"}) {
					t.Errorf("%s, %v; want DivisionByZero: %s", got, err, tt.why)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v (%s)", err, tt.why)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// TestFollowErrors lets a layout's links fail.
func TestFollowErrors(t *testing.T) {
	w := newWorld(t)
	lost := errors.New("lost")
	layout := eval.Layout{Type: w.thing, Fields: w.fields(), Follow: func(*metadata.NavigationProperty) (eval.Step, error) { return eval.Step{}, lost }}
	for _, e := range []odata.Expr{w.member("Friend", "Text"), &odata.Lambda{Of: w.member("Parts")}} {
		layout.Follow = func(*metadata.NavigationProperty) (eval.Step, error) { return eval.Step{}, lost }
		if _, err := eval.Compile(e, layout); !errors.Is(err, lost) {
			t.Errorf("%s: error %v; what Follow says is passed on", odata.Dump(e), err)
		}
		layout.Follow = func(nav *metadata.NavigationProperty) (eval.Step, error) {
			target := eval.Layout{Type: nav.Target(), Fields: w.fields()}
			return eval.Step{Layout: target, Row: func(*odata.Row, int) (*odata.Row, error) { return nil, lost }}, nil
		}
		f, err := eval.Compile(e, layout)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f(w.row(nil)); !errors.Is(err, lost) {
			t.Errorf("%s: error %v; what a step says is passed on", odata.Dump(e), err)
		}
	}
}

// TestCutCollections asks any and all of related entities that a page limit
// has cut short.
func TestCutCollections(t *testing.T) {
	w := newWorld(t)
	row := w.family()
	row.Related[1].More = true
	full := w.family() // as many parts as its page has room for
	limited := eval.LayoutOf(w.query())
	page := *limited.Expand[1].Query
	page.Top = new(int64(2))
	limited.Expand[1].Query = &page
	named := func(all bool, op odata.BinaryOp, name string) odata.Expr {
		return lambda(all, w.member("Parts"), 1, func(v odata.Expr) odata.Expr {
			return binary(op, pathFrom(v, "Name"), lit(edm.String(name)))
		})
	}
	for _, tt := range []struct {
		name  string
		in    odata.Expr
		want  bool
		fails bool
		why   string
	}{
		{"any found", named(false, odata.Eq, "bolt"), true, false, "what is missing cannot change it"},
		{"any not found", named(false, odata.Eq, "nut"), false, true, "one of those missing may be it: no answer is better than a wrong one"},
		{"all refuted", named(true, odata.Eq, "bolt"), false, false, "what is missing cannot change it"},
		{"all so far", named(true, odata.Ne, "nut"), false, true, "one of those missing may refute it"},
		{"any at all", &odata.Lambda{Of: w.member("Parts")}, true, false, "one is enough"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			marked, err := eval.CompileFilter(tt.in, eval.LayoutOf(w.query()))
			if err != nil {
				t.Fatal(err)
			}
			unmarked, err := eval.CompileFilter(tt.in, limited)
			if err != nil {
				t.Fatal(err)
			}
			check := func(how string, got bool, err error) {
				if tt.fails {
					if !errors.Is(err, &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded"}) {
						t.Errorf("%s: %v, %v; want BudgetExceeded: %s", how, got, err, tt.why)
					}
				} else if err != nil || got != tt.want {
					t.Errorf("%s: %v, %v; want %v: %s", how, got, err, tt.want, tt.why)
				}
			}
			got, err := marked(row)
			check("marked as cut", got, err)
			got, err = unmarked(full)
			check("a full page", got, err)
		})
	}
}

// TestExpansionOfChoice loads the same navigation twice: once for a page, once
// whole.
func TestExpansionOfChoice(t *testing.T) {
	w := newWorld(t)
	q := w.query()
	page := *q.Expand[1].Query
	page.Top = new(int64(1))
	row := w.family()
	cut := odata.Related{Rows: row.Related[1].Rows[:1], More: true}
	gear := lambda(false, w.member("Parts"), 1, func(v odata.Expr) odata.Expr {
		return binary(odata.Eq, pathFrom(v, "Name"), lit(edm.String("gear")))
	})
	for _, pageFirst := range []bool{true, false} {
		layout := eval.LayoutOf(q)
		paged := odata.Expansion{Nav: q.Expand[1].Nav, Query: &page}
		twice := *row
		if pageFirst {
			layout.Expand = []odata.Expansion{paged, q.Expand[1]}
			twice.Related = []odata.Related{cut, row.Related[1]}
		} else {
			layout.Expand = []odata.Expansion{q.Expand[1], paged}
			twice.Related = []odata.Related{row.Related[1], cut}
		}
		holds, err := eval.CompileFilter(gear, layout)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := holds(&twice); !ok || err != nil {
			t.Errorf("page first %v: %v, %v; want true: a condition looks at the whole collection where there is one", pageFirst, ok, err)
		}
	}
}

// TestProgramMistakes compiles and evaluates what a correct binder, service and
// provider never produce. All of it is KindInternal, and none of it panics.
func TestProgramMistakes(t *testing.T) {
	w := newWorld(t)
	full := eval.LayoutOf(w.query())
	narrow := eval.Layout{Type: w.thing}
	middle := eval.LayoutOf(w.query())
	middle.Expand = []odata.Expansion{{Nav: w.thing.NavigationProperty("Parts"), Query: &odata.Query{Type: w.part, Fields: w.part.StructuralProperties(), Skip: 1}}}
	resumed := eval.LayoutOf(w.query())
	resumed.Expand = []odata.Expansion{{Nav: w.thing.NavigationProperty("Parts"), Query: &odata.Query{Type: w.part, After: []edm.Value{edm.Int32(1)}}}}
	anyPart := &odata.Lambda{Of: w.member("Parts")}
	stray := &odata.Variable{Name: "o", Depth: 1, Of: metadata.EntityRef(w.part)}

	for _, tt := range []struct {
		name   string
		in     odata.Expr
		layout eval.Layout
		row    *odata.Row // nil: compiling fails
		why    string
	}{
		{"no expression", nil, full, nil, "there is nothing to compute"},
		{"field not loaded", w.member("Text"), narrow, nil, "the query's fields must be widened"},
		{"navigation not loaded", w.member("Friend", "Text"), narrow, nil, "the query must expand it"},
		{"collection not loaded", anyPart, narrow, nil, "the query must expand it"},
		{"expansion from the middle", anyPart, middle, nil, "an expansion that skips does not hold all entities"},
		{"expansion of a later page", anyPart, resumed, nil, "an expansion that resumes does not hold all entities"},
		{"entity as value", w.it(), full, nil, "an entity has no value"},
		{"navigation as value", w.member("Friend"), full, nil, "an entity has no value"},
		{"collection as entity", pathFrom(&odata.Navigate{Of: w.it(), Nav: w.thing.NavigationProperty("Parts")}), full, nil, "entities have no value"},
		{"value as entity", &odata.Member{Of: lit(edm.Int32(1)), Property: w.thing.Property("Text")}, full, nil, "a number has no members"},
		{"member of nothing", &odata.Member{Property: w.thing.Property("Text")}, full, nil, "every member belongs to something"},
		{"foreign member", &odata.Member{Of: w.member("Home"), Property: w.thing.Property("Text")}, full, nil, "a place has no such member"},
		{"variable out of scope", pathFrom(stray, "Name"), full, nil, "its lambda is missing"},
		{"entities in order", binary(odata.Lt, w.it(), w.member("Friend")), full, nil, "entities have no order"},
		{"all without condition", &odata.Lambda{All: true, Of: w.member("Parts")}, full, nil, "all needs one"},
		{"uneven tuples", &odata.In{X: []odata.Expr{w.member("Id")}, Rows: [][]edm.Value{{edm.Null, edm.Null}}}, full, nil, ""},
		{"argument count", call("length(String)", edm.KindInt32), full, nil, ""},
		{"cast to an entity", &odata.Cast{X: w.member("Text"), To: metadata.EntityRef(w.thing)}, full, nil, "casting entities is another node"},

		{"row without values", binary(odata.Eq, w.member("Text"), lit(edm.String("x"))), full, &odata.Row{}, "the provider's row does not fit the query"},
		{"row without relations", anyPart, full, &odata.Row{Values: make([]edm.Value, len(full.Fields))}, "the provider's row does not fit the query"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := eval.Compile(tt.in, tt.layout)
			if tt.row != nil {
				if err != nil {
					t.Fatalf("Compile: %v", err)
				}
				_, err = f(tt.row)
			}
			if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
				t.Errorf("error %v; want KindInternal: %s", err, tt.why)
			}
		})
	}
}

// TestWrongKindFromProvider gives compiled comparisons a value of another kind
// than the property declares: they must not panic, and compare by the value.
func TestWrongKindFromProvider(t *testing.T) {
	w := newWorld(t)
	constants := []edm.Value{edm.Int32(1), edm.Int64(1), edm.Double(1), edm.Single(1), edm.String("1"), edm.GUID{}.Value(),
		edm.DateTime{}.Value(), edm.DateTimeOffset{}.Value(), edm.Time{}.Value(), edm.Boolean(true), decimal(t, "1"), edm.Binary(nil),
		edm.Complex(nil), edm.Collection(nil), edm.Null}
	for _, constant := range constants {
		for _, value := range constants {
			for op := odata.Eq; op <= odata.Ge; op++ {
				row := w.row(map[string]edm.Value{"Text": value})
				if _, err := evaluate(t, w, binary(op, w.member("Text"), lit(constant)), row); err != nil {
					t.Errorf("%s %s %s: %v", value, op, constant, err)
				}
			}
		}
	}
}
