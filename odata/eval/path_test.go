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

// TestCutCollections asks any and all of related entities that a page limit
// has cut short.
func TestCutCollections(t *testing.T) {
	w := newWorld(t)
	row := w.family()
	row.Related[1].More = true
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
			got, err := evaluate(t, w, tt.in, row)
			if tt.fails {
				if !errors.Is(err, &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded"}) {
					t.Errorf("%s, %v; want BudgetExceeded: %s", got, err, tt.why)
				}
			} else if err != nil || got.Bool() != tt.want {
				t.Errorf("%s, %v; want %v: %s", got, err, tt.want, tt.why)
			}
		})
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
