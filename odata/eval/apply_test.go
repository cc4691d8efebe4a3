package eval

import (
	"errors"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// What Apply computes is what an expression yields.
func TestApply(t *testing.T) {
	values := map[edm.Kind][]edm.Value{
		edm.KindInt32:    {edm.Int32(7), edm.Int32(0), edm.Int32(-2147483648), edm.Null},
		edm.KindInt64:    {edm.Int64(7), edm.Int64(0), edm.Int64(1 << 62)},
		edm.KindDouble:   {edm.Double(2.5), edm.Double(0)},
		edm.KindDecimal:  {edm.NewDecimal(25, 1).Value(), edm.NewDecimal(0, 0).Value()},
		edm.KindString:   {edm.String("Zoë "), edm.String("o"), edm.String(""), edm.Null},
		edm.KindDateTime: {edm.DateTime{}.Value()},
		edm.KindTime:     {edm.NewTime(-5e10).Value()},
	}
	same := func(overload string, e odata.Expr, args ...edm.Value) {
		t.Helper()
		value, err := Compile(e, Layout{})
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr := value(&odata.Row{})
		got, err := Apply(overload, args)
		if !got.Equal(want) || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%s of %v is %v, %v; want %v, %v", overload, args, got, err, want, wantErr)
		}
	}
	literal := func(v edm.Value) odata.Expr { return &odata.Literal{Value: v} }
	for overload, f := range functions {
		call := &odata.Call{Function: &odata.Function{Overload: overload, Params: f.params}}
		var try func(args []edm.Value)
		try = func(args []edm.Value) {
			if len(args) == len(f.params) {
				call.Args = nil
				for _, v := range args {
					call.Args = append(call.Args, literal(v))
				}
				same(overload, call, args...)
				return
			}
			for _, v := range values[f.params[len(args)]] {
				try(append(args[:len(args):len(args)], v))
			}
		}
		try(nil)
	}
	for _, k := range []edm.Kind{edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindDecimal} {
		name := strings.TrimPrefix(k.String(), "Edm.")
		for _, a := range values[k] {
			for _, b := range values[k] {
				for op := odata.Add; op <= odata.Mod; op++ {
					same(op.String()+"("+name+","+name+")", &odata.Binary{Op: op, L: literal(a), R: literal(b)}, a, b)
				}
			}
			same("negate("+name+")", &odata.Unary{Op: odata.Negate, X: literal(a)}, a)
			same("cast("+name+",String)", &odata.Cast{X: literal(a), To: metadata.PrimitiveType(edm.KindString)}, a)
		}
	}
}

func TestApplyMistakes(t *testing.T) {
	for _, overload := range []string{"", "nope(Int32)", "add(Int32,Int32)", "cast(Int32,Nope)", "length(String)", "concat(String,String)"} {
		if _, err := Apply(overload, []edm.Value{edm.Int32(1)}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
			t.Errorf("%q: %v, want an internal error", overload, err)
		}
	}
}
