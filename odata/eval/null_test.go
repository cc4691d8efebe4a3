package eval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// evaluate compiles e and evaluates it on one row.
func evaluate(t *testing.T, w *world, e odata.Expr, row *odata.Row) (edm.Value, error) {
	t.Helper()
	f, err := eval.Compile(e, eval.LayoutOf(w.query()))
	if err != nil {
		t.Fatalf("Compile(%s): %v", odata.Dump(e), err)
	}
	return f(row)
}

func TestNull(t *testing.T) {
	w := newWorld(t)
	row := w.row(map[string]edm.Value{"Flag": edm.Boolean(true), "I32": edm.Int32(5)})
	var (
		absent  = w.member("I64")  // null, declared
		unset   = w.member("Text") // null
		present = w.member("I32")
		on      = w.member("Flag")
		off     = not(on)
		unknown = not(&odata.Cast{X: null(), To: on.Type()})
	)
	yes, no := edm.Boolean(true), edm.Boolean(false)

	for _, tt := range []struct {
		name string
		in   odata.Expr
		want edm.Value
		why  string
	}{
		{"not null", unknown, edm.Null, "not passes null on"},
		{"minus null", negate(absent), edm.Null, "unary minus passes null on"},
		{"add", binary(odata.Add, absent, lit(edm.Int64(1))), edm.Null, "arithmetic with null is null"},
		{"sub on the right", binary(odata.Sub, lit(edm.Int64(1)), absent), edm.Null, "on either side"},
		{"mul", binary(odata.Mul, absent, absent), edm.Null, "arithmetic with null is null"},
		{"null div zero", binary(odata.Div, absent, lit(edm.Int64(0))), edm.Null, "null wins: nothing is divided"},
		{"mod", binary(odata.Mod, lit(edm.Int64(1)), absent), edm.Null, "arithmetic with null is null"},

		{"lt", binary(odata.Lt, absent, lit(edm.Int64(1))), no, "null is not less"},
		{"le null", binary(odata.Le, absent, null()), no, "not even than null, and not equal either: le is false on null"},
		{"gt", binary(odata.Gt, lit(edm.Int64(1)), absent), no, "nothing is greater than null"},
		{"ge", binary(odata.Ge, unset, lit(edm.String(""))), no, "text has no exception"},
		{"not gt", not(binary(odata.Gt, absent, lit(edm.Int64(1)))), yes, "gt is false and not null, so not turns it round"},

		{"eq null null", binary(odata.Eq, absent, null()), yes, "null equals null"},
		{"eq two fields", binary(odata.Eq, absent, unset), yes, "whatever their types"},
		{"eq value", binary(odata.Eq, absent, lit(edm.Int64(1))), no, "null differs from everything else"},
		{"eq literal first", binary(odata.Eq, null(), present), no, "on either side"},
		{"ne null null", binary(odata.Ne, null(), absent), no, "null does not differ from null"},
		{"ne value", binary(odata.Ne, absent, lit(edm.Int64(1))), yes, "null differs from everything else"},
		{"ne text", binary(odata.Ne, unset, lit(edm.String(""))), yes, "null is not the empty text"},

		{"null and true", binary(odata.And, unknown, on), no, "null counts as false"},
		{"true and null", binary(odata.And, on, unknown), no, "null counts as false"},
		{"null and null", binary(odata.And, unknown, unknown), no, "the result is never null"},
		{"null or true", binary(odata.Or, unknown, on), yes, "the other operand decides"},
		{"true or null", binary(odata.Or, on, unknown), yes, "the other operand decides"},
		{"null or false", binary(odata.Or, unknown, off), no, "null counts as false"},
		{"null or null", binary(odata.Or, unknown, unknown), no, "the result is never null"},
		{"not (null and true)", not(binary(odata.And, unknown, on)), yes, "since and is false"},
		{"long and", binary(odata.And, binary(odata.And, on, on), unknown), no, "chains follow the same rule"},
		{"long or", binary(odata.Or, binary(odata.Or, off, unknown), on), yes, "chains follow the same rule"},

		{"null eq true", binary(odata.Eq, unknown, lit(yes)), no, "null differs from true"},
		{"null ne true", binary(odata.Ne, unknown, lit(yes)), yes, "null differs from true"},
		{"null eq false", binary(odata.Eq, unknown, lit(no)), no, "and from false: only and and or take null for false"},
		{"true eq null", binary(odata.Eq, null(), binary(odata.Gt, absent, present)), no, "a comparison is never null"},

		{"member of null complex", w.member("Home", "City"), edm.Null, "nothing has no members"},
		{"member of member of null", w.member("Home", "Spot", "X"), edm.Null, "at any depth"},
		{"member of null navigation", w.member("Friend", "Text"), edm.Null, "no friend has no name"},
		{"complex of null navigation", w.member("Friend", "Home", "City"), edm.Null, "at any depth"},
		{"navigation eq null", binary(odata.Eq, w.member("Friend"), null()), yes, "an absent entity is null"},
		{"dynamic", &odata.Dynamic{Of: w.it(), Name: "Nope"}, edm.Null, "an entity without the property"},

		{"function", call("length(String)", edm.KindInt32, unset), edm.Null, "a function of null is null"},
		{"function eq", binary(odata.Eq, call("startswith(String,String)", edm.KindBoolean, unset, lit(edm.String("A"))), lit(yes)), no, "so comparing it with true is false"},
		{"function ne", binary(odata.Ne, call("startswith(String,String)", edm.KindBoolean, unset, lit(edm.String("A"))), lit(yes)), yes, "and ne is true"},
		{"tolower eq", binary(odata.Eq, call("tolower(String)", edm.KindString, unset), lit(edm.String("a"))), no, "null differs from every text"},
		{"toupper ne", binary(odata.Ne, lit(edm.String("A")), call("toupper(String)", edm.KindString, unset)), yes, "null differs from every text"},
		{"substringof tolower", call("substringof(String,String)", edm.KindBoolean, lit(edm.String("a")), call("tolower(String)", edm.KindString, unset)), edm.Null, "null passes through nested functions"},
		{"isof", &odata.IsOf{X: absent, Of: absent.Type()}, edm.Null, "isof is a function"},
		{"isof entity", &odata.IsOf{X: w.member("Friend"), Of: w.it().Of}, edm.Null, "an absent entity is null"},
		{"cast", &odata.Cast{X: absent, To: present.Type()}, edm.Null, "null fits everything"},
		{"convert", &odata.Convert{X: absent, To: edm.KindDecimal}, edm.Null, "widening keeps null"},

		{"any over null", &odata.Lambda{Of: w.member("Tags")}, no, "a null collection is as empty"},
		{"all over null", &odata.Lambda{All: true, Of: w.member("Tags"), Body: off}, yes, "all holds over nothing"},
		{"any beyond null", &odata.Lambda{Of: w.member("Friend", "Parts")}, no, "nobody has no parts"},
		{"in with null", &odata.In{X: []odata.Expr{absent}, Rows: [][]edm.Value{{edm.Int64(1)}, {edm.Null}}}, yes, "tuples compare as with eq"},
		{"in without null", &odata.In{X: []odata.Expr{absent}, Rows: [][]edm.Value{{edm.Int64(1)}}}, no, "tuples compare as with eq"},
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

func TestFilterKeepsOnlyTrue(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name string
		in   odata.Expr
		want bool
		why  string
	}{
		{"no condition", nil, true, "it always holds"},
		{"true", w.member("Flag"), true, "exactly true"},
		{"false", not(w.member("Flag")), false, "false is not true"},
		{"null", &odata.Cast{X: null(), To: w.member("Flag").Type()}, false, "null is not selected"},
		{"not a Boolean", w.member("Text"), false, "a provider that sends another kind selects nothing"},
		{"not (Score gt 5) with a null Score", not(binary(odata.Gt, w.member("Double"), lit(edm.Double(5)))), true, "the table makes gt false and not true"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			holds, err := eval.CompileFilter(tt.in, eval.LayoutOf(w.query()))
			if err != nil {
				t.Fatal(err)
			}
			got, err := holds(w.row(map[string]edm.Value{"Flag": edm.Boolean(true), "Text": edm.String("true")}))
			if err != nil || got != tt.want {
				t.Errorf("%s = %v, %v; want %v: %s", odata.Dump(tt.in), got, err, tt.want, tt.why)
			}
		})
	}
}
