package sqldb_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

var nan = math.NaN()

// TestNotPushedDown lists what is left to package eval: every function, operator,
// cast and comparison that has no SQL of the same meaning. In the end it tells who
// finishes conditions that look at related entities; what nobody does is answered
// with 501.
func TestNotPushedDown(t *testing.T) {
	model := testmodel.Kinds(t)
	store, err := sqldb.NewStore(noDB{}, model)
	if err != nil {
		t.Fatal(err)
	}
	set := model.DefaultContainer().EntitySet("Values")
	value := set.Type()
	column := func(k edm.Kind) odata.Expr {
		name := strings.TrimPrefix(k.String(), "Edm.")
		if p := value.Property(name); p != nil {
			return &odata.Member{Of: odata.ItOf(value), Property: p}
		}
		return nil
	}
	var b strings.Builder
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
		fmt.Fprintf(&b, "%s\n", d)
		try := func(what string, e odata.Expr, as func(q *odata.Query, e odata.Expr)) {
			q := &odata.Query{Set: set, Type: value}
			as(q, e)
			why, err := store.Why(d, q)
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if why != "" {
				fmt.Fprintf(&b, "\t%s\n", what)
			}
		}
		order := func(q *odata.Query, e odata.Expr) { q.OrderBy = []odata.Order{{By: e}} }
		filter := func(q *odata.Query, e odata.Expr) { q.Filter = e }
		for _, f := range bind.Functions() {
			call := &odata.Call{Function: f}
			known := true
			for _, k := range f.Params {
				x := column(k)
				if x == nil {
					known = false // no column of the model has the kind
				}
				call.Args = append(call.Args, x)
			}
			if !known {
				fmt.Fprintf(&b, "\t%s (not tried)\n", f.Overload)
				continue
			}
			try(f.Overload, &odata.Binary{Op: odata.Eq, L: call, R: &odata.Literal{Of: metadata.PrimitiveType(f.Result)}}, filter)
		}
		for k := edm.KindBinary; k.IsPrimitive(); k++ {
			x := column(k)
			if x == nil {
				continue
			}
			name := strings.TrimPrefix(k.String(), "Edm.")
			for op := odata.Eq; op <= odata.Ge; op++ {
				if k.IsSpatial() && op > odata.Ne {
					break
				}
				try(name+" "+op.String()+" "+name, &odata.Binary{Op: op, L: x, R: x}, filter)
			}
			if !k.IsSpatial() {
				try("order by "+name, x, order)
			}
			try("in a list of "+name, &odata.In{X: []odata.Expr{x}, Rows: [][]edm.Value{{edm.Null}}}, filter)
			if kind, ok := edm.Promote(k, k); ok && kind == k {
				for op := odata.Add; op <= odata.Mod; op++ {
					try(name+" "+op.String()+" "+name, &odata.Binary{Op: op, L: x, R: x}, order)
				}
			}
			if k.IsNumeric() {
				try("-"+name, &odata.Unary{Op: odata.Negate, X: x}, order)
			}
			var casts []string
			for to := edm.KindBinary; to <= edm.KindTime; to++ {
				if to == k || k.IsSpatial() {
					continue
				}
				q := &odata.Query{Set: set, Type: value}
				order(q, &odata.Cast{X: x, To: metadata.PrimitiveType(to)})
				if why, _ := store.Why(d, q); why != "" {
					casts = append(casts, strings.TrimPrefix(to.String(), "Edm."))
				}
			}
			if casts != nil {
				fmt.Fprintf(&b, "\tcast of %s to %s\n", name, strings.Join(casts, ", "))
			}
		}
		for _, p := range []string{"Place", "Longs", "Places"} {
			x := &odata.Member{Of: odata.ItOf(value), Property: value.Property(p)}
			try(p+" eq "+p, &odata.Binary{Op: odata.Eq, L: x, R: x}, filter)
			try(p+" eq null", &odata.Binary{Op: odata.Eq, L: x, R: &odata.Literal{}}, filter)
			if x.Type().Collection {
				variable := &odata.Variable{Name: "x", Depth: 1, Of: x.Type().Item()}
				try(p+"/any()", &odata.Lambda{Of: x, Var: variable}, filter)
			}
		}
		b.WriteString("\tundeclared properties\n")
		demo := testmodel.Demo(t)
		linked, err := sqldb.NewStore(noDB{}, demo)
		if err != nil {
			t.Fatal(err)
		}
		for _, further := range [][2]string{
			{"Orders", "Customer/Home ne Customer/BestFriend/Home"},
			{"Orders", "Customer/Score mod 1.5 ne 0.5"},
			{"Customers", "Orders/any() and Home ne BestFriend/Home"},
			{"Customers", "Home ne BestFriend/Home and Orders/any()"},
			{"Customers", "Orders/any(o:o/Customer/Home ne Home)"},
			{"Customers", "Orders/any(o:o/Customer/Score mod 1.5 ne 0.5)"},
			{"Customers", "Orders/all(o:o/Total gt BestFriend/Credit)"},
		} {
			q := queryOf(t, demo, linked.Sets(), further[0], "$filter="+further[1])
			who, err := linked.Finishes(d, q)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "\t%s?$filter=%s: %s\n", further[0], further[1], who)
		}
	}
	golden(t, "not pushed down.txt", b.String())
}
