package memory

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A line has a composite key.
type line struct {
	Order  int32 `odata:",key"`
	Number int32 `odata:",key"`
	Text   string
}

func lines(t *testing.T, n int) (*reader[*line], *odata.Query) {
	t.Helper()
	var list []line
	for i := range n {
		list = append(list, line{Order: int32(i / 3), Number: int32(2 - i%3), Text: fmt.Sprint(i % 5)})
	}
	set := Set("Lines", list)
	declared := &metadata.EntitySet{Name: "Lines", EntityType: "line"}
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N", EntityTypes: []*metadata.EntityType{set.Schema.Entity},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{declared}}}}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return set.Reader.(*reader[*line]), &odata.Query{Set: declared, Type: declared.Type(), Fields: declared.Type().AllProperties()}
}

func TestPinned(t *testing.T) {
	r, q := lines(t, 30)
	member := func(name string) odata.Expr {
		return &odata.Member{Of: odata.ItOf(q.Type), Property: q.Type.Property(name)}
	}
	eq := func(l, r odata.Expr) odata.Expr { return &odata.Binary{Op: odata.Eq, L: l, R: r} }
	number := func(n int32) odata.Expr {
		return &odata.Literal{Value: edm.Int32(n), Of: metadata.PrimitiveType(edm.KindInt32)}
	}
	whole := []odata.Expr{eq(member("Order"), number(4)), eq(member("Number"), number(1))}
	for _, tt := range []struct {
		name   string
		filter odata.Expr
		want   string
		why    string
	}{
		{"key", odata.Conjunction(whole...), "(4,1)", "the form of a request for one entity"},
		{"other order", odata.Conjunction(whole[1], whole[0]), "(4,1)", "the order of the conditions does not matter"},
		{"mirrored", odata.Conjunction(eq(number(4), member("Order")), whole[1]), "(4,1)", "nor does that of the operands"},
		{"among others", odata.Conjunction(eq(member("Text"), number(9)), odata.Conjunction(whole...)), "(4,1)", "guards and casts add conditions"},
		{"contradiction", odata.Conjunction(append(whole, eq(member("Order"), number(5)))...), "(4,1)", "any of two values will do, for the filter still decides"},
		{"half", whole[0], "", "half a key leads to many"},
		{"either", &odata.Binary{Op: odata.Or, L: whole[0], R: whole[1]}, "", "an alternative pins nothing"},
		{"other operator", odata.Conjunction(whole[0], &odata.Binary{Op: odata.Ge, L: member("Number"), R: number(1)}), "", "only equality does"},
		{"two members", odata.Conjunction(whole[0], eq(member("Number"), member("Order"))), "", "the value must be known"},
		{"null", odata.Conjunction(whole[0], eq(member("Number"), &odata.Literal{})), "", "no key is null"},
		{"none", nil, "", "all entities match"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key, ok := r.index.pinned(q, tt.filter)
			got := ""
			if ok {
				got = keyText(key)
			}
			if got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	r, _ := lines(t, 30)
	for i := range int32(30) {
		key := []edm.Value{edm.Int32(i / 3), edm.Int32(2 - i%3)}
		if diff := cmp.Diff([]int32{i}, r.index.find(key)); diff != "" {
			t.Errorf("find %s (-want +got):\n%s", keyText(key), diff)
		}
	}
	for _, key := range [][]edm.Value{{edm.Int32(-1), edm.Int32(0)}, {edm.Int32(4), edm.Int32(3)}, {edm.Int32(99), edm.Int32(0)}} {
		if got := r.index.find(key); len(got) != 0 {
			t.Errorf("find %s returns rows %v, but there are none", keyText(key), got)
		}
	}
}

// TestAnotherKeyInTheModel serves rows under a model whose key has another order
// than the one the rows are indexed by.
func TestAnotherKeyInTheModel(t *testing.T) {
	r, q := lines(t, 30)
	declared := &metadata.EntitySet{Name: "Lines", EntityType: "line"}
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "M",
		EntityTypes: []*metadata.EntityType{{Name: "line", Key: []string{"Number", "Order"}, Properties: []*metadata.Property{
			{Name: "Order", Type: "Edm.Int32", NotNull: true}, {Name: "Number", Type: "Edm.Int32", NotNull: true}}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{declared}}}}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	other := &odata.Query{Set: declared, Type: declared.Type(), Fields: declared.Type().KeyProperties(), Top: new(int64(12))}
	for _, p := range other.Type.KeyProperties() {
		other.OrderBy = append(other.OrderBy, odata.Order{By: &odata.Member{Of: odata.ItOf(other.Type), Property: p}})
	}
	if !r.index.fits(q) || r.index.fits(other) {
		t.Error("the index serves models with the same key in the same order, and no others")
	}
	got := ""
	for row, err := range must(r.Read(t.Context(), other)).Rows {
		if err != nil {
			t.Fatal(err)
		}
		got += keyText(row.Values)
	}
	if want := "(0,0)(0,1)(0,2)(0,3)(0,4)(0,5)(0,6)(0,7)(0,8)(0,9)(1,0)(1,1)"; got != want {
		t.Errorf("ordered by the model's key:\n%s, want\n%s", got, want)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestOrdersAreBounded asks for more orders than an index keeps.
func TestOrdersAreBounded(t *testing.T) {
	r, q := lines(t, 30)
	properties := q.Type.AllProperties()
	read := func(first, second *metadata.Property, descending int) string {
		q := *q
		q.OrderBy = []odata.Order{
			{By: &odata.Member{Of: odata.ItOf(q.Type), Property: first}, Descending: descending&1 != 0},
			{By: &odata.Member{Of: odata.ItOf(q.Type), Property: second}, Descending: descending&2 != 0},
		}
		result, err := r.Read(t.Context(), &q)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for row, err := range result.Rows {
			if err != nil {
				t.Fatal(err)
			}
			text += keyText(row.Values[:2])
		}
		return text
	}
	first := map[string]string{}
	for pass := range 3 {
		for _, a := range properties {
			for _, b := range properties {
				for descending := range 4 {
					name := fmt.Sprint(a.Name, b.Name, descending)
					got := read(a, b, descending)
					if pass == 0 {
						first[name] = got
					} else if first[name] != got {
						t.Errorf("%s: the order asked for again is another one", name)
					}
				}
			}
		}
	}
	if len(r.index.known.list) != maxOrders {
		t.Errorf("clients made the index keep %d orders, at most %d are allowed", len(r.index.known.list), maxOrders)
	}
}

func TestKeyOrderIsKnown(t *testing.T) {
	r, q := lines(t, 30)
	for _, p := range q.Type.KeyProperties() {
		q.OrderBy = append(q.OrderBy, odata.Order{By: &odata.Member{Of: odata.ItOf(q.Type), Property: p}})
	}
	k, err := r.ranking(t.Context(), q, q.OrderBy)
	if err != nil {
		t.Fatal(err)
	}
	// Without rows nothing could be sorted.
	rows, ok, err := sorted(t.Context(), r.index, q, k, rowsOf[*line]{})
	if err != nil || !ok || rows.n != 30 {
		t.Errorf("the order of the key is known without sorting: got %d rows, %t, %v", rows.n, ok, err)
	}
}

func TestDuplicatesNameBothRows(t *testing.T) {
	_, err := newIndex([]string{"A"}, []edm.Value{edm.String("x"), edm.String("y"), edm.String("x")})
	if want := "rows 0 and 2 have the same key ('x'); give each row its own"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
