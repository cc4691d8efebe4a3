package memory_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A served set is a set with the model a service would make of it.
type served struct {
	odata.EntitySet
	declared *metadata.EntitySet
	model    *metadata.Model
}

// serve copies the set's schema into a model of its own, as a service does.
func serve(t testing.TB, set odata.EntitySet) served {
	t.Helper()
	if set.Schema.Err != nil {
		t.Fatal(set.Schema.Err)
	}
	copied := func(from []*metadata.Property) (to []*metadata.Property) {
		for _, p := range from {
			to = append(to, new(*p))
		}
		return to
	}
	declared := &metadata.EntitySet{Name: set.Name, EntityType: set.Schema.Entity.Name}
	namespace := set.Schema.Entity.Namespace
	if namespace == "" {
		namespace = "Served"
	}
	s := &metadata.Schema{Namespace: namespace,
		Containers: []*metadata.EntityContainer{{Name: "Service", IsDefault: true, EntitySets: []*metadata.EntitySet{declared}}}}
	for _, e := range append([]*metadata.EntityType{set.Schema.Entity}, set.Schema.Derived...) {
		e = new(*e)
		e.Properties = copied(e.Properties)
		s.EntityTypes = append(s.EntityTypes, e)
	}
	for _, c := range set.Schema.Complex {
		c = new(*c)
		c.Properties = copied(c.Properties)
		s.ComplexTypes = append(s.ComplexTypes, c)
	}
	s.EnumTypes = set.Schema.Enums
	model := &metadata.Model{Schemas: []*metadata.Schema{s}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return served{set, declared, model}
}

func (s served) typ() *metadata.EntityType { return s.declared.Type() }

// query asks for all entities with all declared fields.
func (s served) query() *odata.Query {
	return &odata.Query{Set: s.declared, Type: s.typ(), Fields: s.typ().StructuralProperties()}
}

// member is a property of $it.
func (s served) member(name string) odata.Expr {
	return &odata.Member{Of: odata.ItOf(s.typ()), Property: s.typ().Property(name)}
}

func binary(op odata.BinaryOp, l, r odata.Expr) odata.Expr { return &odata.Binary{Op: op, L: l, R: r} }

func literal(v edm.Value) odata.Expr {
	return &odata.Literal{Value: v, Of: metadata.PrimitiveType(v.Kind())}
}

// by makes an order of names; a minus in front means descending.
func (s served) by(names ...string) (order []odata.Order) {
	for _, n := range names {
		o := odata.Order{}
		if n[0] == '-' {
			o.Descending, n = true, n[1:]
		}
		o.By = s.member(n)
		order = append(order, o)
	}
	return order
}

// rows reads everything and keeps it.
func (s served) rows(t testing.TB, q *odata.Query) ([]odata.Row, *odata.Result) {
	t.Helper()
	rows, result, err := s.read(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return rows, result
}

func (s served) read(ctx context.Context, q *odata.Query) (rows []odata.Row, result *odata.Result, err error) {
	result, err = s.Reader.Read(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range result.Rows {
		if err != nil {
			return rows, result, err
		}
		kept := odata.Row{Type: row.Type}
		for _, v := range row.Values {
			kept.Values = append(kept.Values, v.Clone())
		}
		for _, d := range row.Dynamic {
			kept.Dynamic = append(kept.Dynamic, odata.DynamicProperty{Name: d.Name, Value: d.Value.Clone()})
		}
		rows = append(rows, kept)
	}
	return rows, result, nil
}

// sameValue compares values exactly; kinds that print alike differ.
var sameValue = cmp.Comparer(func(a, b edm.Value) bool { return a.Kind() == b.Kind() && a.Equal(b) })

// column reads one field of all rows as text.
func column(rows []odata.Row, field int) []string {
	texts := []string{}
	for _, r := range rows {
		texts = append(texts, r.Values[field].String())
	}
	return texts
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
