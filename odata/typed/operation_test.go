package typed_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

type (
	product struct {
		ID    int32 `odata:",key"`
		Name  string
		Price float64
		Note  *string `odata:",maxlength=5"`
		Made  int64   `odata:",computed"`
		Owner string  `odata:",readonly"`
		Tags  []string
		Photo []byte
		Home  address
		Cost  edm.Decimal    `odata:",precision=5,scale=2"`
		More  map[string]any `odata:",dynamic"`
	}
	line struct {
		Order int32  `odata:",key"`
		Code  string `odata:",key"`
	}
)

func products() []product {
	return []product{
		{ID: 1, Name: "Bread", Price: 10, Note: new("old"), Tags: []string{"a", "b"}, Photo: []byte{1, 2}, More: map[string]any{"A": int32(1), "B": "x"}},
		{ID: 2, Name: "Milk", Price: 20},
		{ID: 3, Name: "Salt", Price: 30},
	}
}

func TestActionWritesWhatChanged(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*product)
		want   string // what is set by the update; empty without one
		why    string
	}{
		{"nothing", func(*product) {}, "", "no update where nothing changed"},
		{"one field", func(p *product) { p.Price /= 2 }, " Price=5.0", "only what changed is written"},
		{"the same", func(p *product) { p.Price, p.Note = 10, new("old") }, "", "an equal value is no change, whatever the pointer"},
		{"several", func(p *product) { p.Name, p.Note = "Cake", nil }, " Name='Cake' Note=null", "a nil pointer is null"},
		{"through a pointer", func(p *product) { *p.Note = "new" }, " Note='new'", "what the pointer led to is remembered"},
		{"bytes in place", func(p *product) { p.Photo[0] = 9 }, " Photo=X'0902'", "bytes are remembered, not their place"},
		{"item in place", func(p *product) { p.Tags[1] = "c" }, " Tags=['a','c']", "and so are items"},
		{"member", func(p *product) { p.Home.City = new("Bern") }, " Home=('','Bern')", "complex values are written whole"},
		{"readonly", func(p *product) { p.Owner = "me" }, " Owner='me'", "read-only is for clients"},
		{"dynamic", func(p *product) { p.More["A"], p.More["C"] = int32(2), true; delete(p.More, "B") }, " A:=2 C:=true B:=null", "undeclared ones that went away are null"},
		{"dynamic bytes", func(p *product) { p.More = nil }, " A:=null B:=null", "all of them"},
		{"within facets", func(p *product) { p.Note, p.Cost = new("äöüäö"), edm.NewDecimal(123450, 3) }, " Note='äöüäö' Cost=123.450M", "lengths count characters, and a zero at the end does not count"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, set := shelfOf(t, products()...)
			action := typed.Action("Change", func(_ context.Context, p *product, _ struct{}) (typed.None, error) {
				tt.change(p)
				return typed.None{}, nil
			})
			target := store.target(store.withKey(edm.Int32(1)))
			before := *target
			result, err := action.Invoke(t.Context(), &odata.OperationInput{Target: target, Set: set})
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if !result.Value.IsNull() || result.Where != nil || result.Entities != nil {
				t.Errorf("None is no result, got %+v", result)
			}
			want := []string{"read (eq ID:Int32 1:Int32)"}
			if tt.want != "" {
				want = append(want, "update (eq ID:Int32 1:Int32):"+tt.want)
			}
			if diff := cmp.Diff(want, store.log); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if len(before.Fields) != len(target.Fields) || target.Filter != before.Filter {
				t.Error("the caller's query must stay as it is")
			}
		})
	}
}

func TestActionRefuses(t *testing.T) {
	own := &odata.Error{Kind: odata.KindConflict, Code: "SoldOut"}
	price := func(p *product) error { p.Price++; return nil }
	for _, tt := range []struct {
		name    string
		run     func(*product) error
		prepare func(*shelf, *odata.EntitySet, *odata.OperationInput)
		want    odata.Error
		in      string // the text holds it
		why     string
	}{
		{"own error", func(p *product) error { p.Price++; return own }, nil, *own, "SoldOut", "the function's error is the answer, and nothing is written"},
		{"key", func(p *product) error { p.ID = 9; return nil }, nil, odata.Error{Kind: odata.KindInternal}, "changed product/ID, which is part of the key", "a changed key would be another entity"},
		{"computed", func(p *product) error { p.Made++; return nil }, nil, odata.Error{Kind: odata.KindInternal}, "changed product/Made, which is made by the store", "the store would make another value"},
		{"too long", func(p *product) error { p.Note = new("sixsix"); return nil }, nil, odata.Error{Kind: odata.KindInvalid, Code: typed.CodeFacet, Target: "Note"}, "", "providers rely on facets"},
		{"too long within", func(p *product) error { p.Home.City = new(strings.Repeat("x", 41)); return nil }, nil, odata.Error{Kind: odata.KindInvalid, Code: typed.CodeFacet, Target: "Home/City"}, "", "also those of members"},
		{"too many digits", func(p *product) error { p.Cost = edm.NewDecimal(100000, 2); return nil }, nil, odata.Error{Kind: odata.KindInvalid, Code: typed.CodeFacet, Target: "Cost"}, "", "precision less scale is what is left before the point"},
		{"too fine", func(p *product) error { p.Cost = edm.NewDecimal(1, 3); return nil }, nil, odata.Error{Kind: odata.KindInvalid, Code: typed.CodeFacet, Target: "Cost"}, "", "nothing is rounded unasked"},
		{"dynamic name", func(p *product) error { p.More["Name"] = 1; return nil }, nil, odata.Error{Kind: odata.KindInternal}, "the type declares a property of this name", "it would be ambiguous"},
		{"no updater", price, func(_ *shelf, s *odata.EntitySet, _ *odata.OperationInput) { s.Updater = nil }, odata.Error{Kind: odata.KindInternal}, "the set Shelf has no Updater", "the change must not be lost"},
		{"absent", price, func(s *shelf, _ *odata.EntitySet, c *odata.OperationInput) { c.Target.Filter = s.withKey(edm.Int32(9)) }, odata.Error{Kind: odata.KindNotFound}, "", "hidden or absent, nothing is there"},
		{"several", price, func(_ *shelf, _ *odata.EntitySet, c *odata.OperationInput) { c.Target.Filter = nil }, odata.Error{Kind: odata.KindInternal}, "several", "one of them would be chosen at random"},
		{"work left", price, func(s *shelf, _ *odata.EntitySet, _ *odata.OperationInput) { s.leave = true }, odata.Error{Kind: odata.KindInternal}, "leaves a part of the query", "the guard may be in what is left"},
		{"reader fails", price, func(s *shelf, _ *odata.EntitySet, _ *odata.OperationInput) {
			s.fails = &odata.Error{Kind: odata.KindUnavailable}
		}, odata.Error{Kind: odata.KindUnavailable}, "", "what is known by then may be half of it"},
		{"no target", price, func(_ *shelf, _ *odata.EntitySet, c *odata.OperationInput) { c.Target = nil }, odata.Error{Kind: odata.KindInternal}, "without the entities", "no panic"},
		{"no set", price, func(_ *shelf, _ *odata.EntitySet, c *odata.OperationInput) { c.Set = nil }, odata.Error{Kind: odata.KindInternal}, "without the entities", "no panic"},
		{"arguments", price, func(_ *shelf, _ *odata.EntitySet, c *odata.OperationInput) { c.Arguments = []edm.Value{edm.Int32(1)} }, odata.Error{Kind: odata.KindInternal}, "1 arguments for 0 parameters", "no panic"},
		{"other entities", price, func(_ *shelf, _ *odata.EntitySet, c *odata.OperationInput) {
			c.Target.Type = resolved(t, typed.Describe[everything]().Schema)
		}, odata.Error{Kind: odata.KindInternal}, "has no property Name of type Edm.String", "the operation was given to the wrong set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, set := shelfOf(t, products()...)
			action := typed.Action("Change", func(_ context.Context, p *product, _ struct{}) (typed.None, error) { return typed.None{}, tt.run(p) })
			call := &odata.OperationInput{Target: store.target(store.withKey(edm.Int32(1))), Set: set}
			if tt.prepare != nil {
				tt.prepare(store, set, call)
			}
			_, err := action.Invoke(t.Context(), call)
			if !errors.Is(err, &tt.want) || !strings.Contains(err.Error(), tt.in) {
				t.Errorf("%s: got %v, want %+v with %q", tt.why, err, tt.want, tt.in)
			}
			for _, entry := range store.log {
				if strings.HasPrefix(entry, "update") {
					t.Errorf("%s: nothing may be written: %s", tt.why, entry)
				}
			}
		})
	}
}

// TestActionOfOtherModel calls one operation for two models in turn: what is
// remembered of one must not be used for the other.
func TestActionOfOtherModel(t *testing.T) {
	action := typed.Action("Raise", func(_ context.Context, p *product, _ struct{}) (float64, error) { p.Price++; return p.Price, nil })
	first, firstSet := shelfOf(t, products()...)
	second, secondSet := shelfOf(t, products()...)
	for i := range 3 {
		for _, s := range []struct {
			*shelf
			set *odata.EntitySet
		}{{first, firstSet}, {second, secondSet}} {
			result, err := action.Invoke(t.Context(), &odata.OperationInput{Target: s.target(s.withKey(edm.Int32(2))), Set: s.set})
			if err != nil || !result.Value.Equal(edm.Double(float64(21+i))) {
				t.Fatalf("round %d: got %v, %v", i, result, err)
			}
		}
	}
}

func TestCollectionAction(t *testing.T) {
	lower := func(p *product) { p.Price-- }
	for _, tt := range []struct {
		name string
		run  func(iter.Seq2[*product, error]) error
		want []string
		err  string
		why  string
	}{
		{"all", func(all iter.Seq2[*product, error]) error {
			for p, err := range all {
				if err != nil {
					return err
				}
				lower(p)
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)",
			"update (and (gt Price:Double 10.0:Double) (eq ID:Int32 2:Int32)): Price=19.0",
			"update (and (gt Price:Double 10.0:Double) (eq ID:Int32 3:Int32)): Price=29.0"}, "", "each is written under the condition of the whole"},
		{"break", func(all iter.Seq2[*product, error]) error {
			for p := range all {
				lower(p)
				break
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)", "update (and (gt Price:Double 10.0:Double) (eq ID:Int32 2:Int32)): Price=19.0"}, "", "a loop may end early"},
		{"too late", func(all iter.Seq2[*product, error]) error {
			var kept []*product
			for p := range all {
				p.Photo = []byte{1}
				kept = append(kept, p)
			}
			for _, p := range kept {
				p.Photo[0] = 2
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)",
			"update (and (gt Price:Double 10.0:Double) (eq ID:Int32 2:Int32)): Photo=X'01'",
			"update (and (gt Price:Double 10.0:Double) (eq ID:Int32 3:Int32)): Photo=X'01'"}, "", "what counts is what the entity was when the next was asked for"},
		{"twice without changes", func(all iter.Seq2[*product, error]) error {
			for range all {
			}
			for range all {
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)", "read (gt Price:Double 10.0:Double)"}, "", "reading again is fine"},
		{"twice with changes", func(all iter.Seq2[*product, error]) error {
			for p := range all {
				lower(p)
			}
			for _, err := range all {
				return err
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)"}, "cannot be read again", "the changes are not in the store yet"},
		{"error", func(all iter.Seq2[*product, error]) error {
			for p := range all {
				lower(p)
			}
			return errors.New("no")
		}, []string{"read (gt Price:Double 10.0:Double)"}, "no", "nothing is written"},
		{"mistake that is ignored", func(all iter.Seq2[*product, error]) error {
			for p := range all {
				if p != nil {
					p.ID++
				}
			}
			return nil
		}, []string{"read (gt Price:Double 10.0:Double)"}, "part of the key", "a function that looks away does not make it right"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, set := shelfOf(t, products()...)
			action := typed.CollectionAction("Lower", func(_ context.Context, all iter.Seq2[*product, error], _ struct{}) (struct{}, error) {
				return struct{}{}, tt.run(all)
			})
			price := store.entity.Property("Price")
			target := store.target(&odata.Binary{Op: odata.Gt, L: &odata.Member{Of: odata.ItOf(store.entity), Property: price}, R: &odata.Literal{Value: edm.Double(10), Of: price.TypeRef()}})
			_, err := action.Invoke(t.Context(), &odata.OperationInput{Target: target, Set: set})
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("%s: got error %v, want %q", tt.why, err, tt.err)
			}
			if diff := cmp.Diff(tt.want, store.log); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestCollectionFunction(t *testing.T) {
	store, set := shelfOf(t, products()...)
	sum := typed.CollectionFunction("Sum", func(_ context.Context, all iter.Seq2[*product, error], _ struct{}) (total float64, err error) {
		for range 2 {
			for p, err := range all {
				if err != nil {
					return 0, err
				}
				total += p.Price
				p.Price = 0 // not written
			}
		}
		return total, nil
	})
	result, err := sum.Invoke(t.Context(), &odata.OperationInput{Target: store.target(nil), Set: set})
	if err != nil || !result.Value.Equal(edm.Double(120)) {
		t.Errorf("each loop reads anew: got %v, %v", result, err)
	}
	if diff := cmp.Diff([]string{"read true", "read true"}, store.log); diff != "" {
		t.Errorf("a function writes nothing (-want +got):\n%s", diff)
	}
	one := typed.Function("Half", func(_ context.Context, p *product, _ struct{}) (float64, error) { p.Price /= 2; return p.Price, nil })
	result, err = one.Invoke(t.Context(), &odata.OperationInput{Target: store.target(store.withKey(edm.Int32(1))), Set: set})
	if err != nil || !result.Value.Equal(edm.Double(5)) || len(store.log) != 3 {
		t.Errorf("a function of one entity reads it once and writes nothing: got %v, %v, %q", result, err, store.log)
	}
}

// A tray holds one row and does no more than it must: benchmarks measure what
// is around it.
type tray struct {
	row    odata.Row
	result odata.Result
}

func (s *tray) Read(context.Context, *odata.Query) (*odata.Result, error) { return &s.result, nil }

func (s *tray) Update(_ context.Context, _ *odata.Query, change *odata.Change) (odata.Row, error) {
	return s.row, nil
}

func BenchmarkAction(b *testing.B) {
	type T struct {
		ID    int32 `odata:",key"`
		Name  string
		Price float64
		Stock int64
		Since edm.DateTime
		Note  *string
	}
	store, _ := shelfOf(b, T{ID: 1, Name: "Bread", Price: 10})
	s := &tray{row: store.rows[0]}
	s.result.Rows = func(yield func(odata.Row, error) bool) { yield(s.row, nil) }
	action := typed.Action("Discount", func(_ context.Context, p *T, in struct{ DiscountPercentage int32 }) (float64, error) {
		p.Price = p.Price * float64(100-in.DiscountPercentage) / 100
		return p.Price, nil
	})
	call := &odata.OperationInput{Target: store.target(store.withKey(edm.Int32(1))), Set: &odata.EntitySet{Reader: s, Updater: s}, Arguments: []edm.Value{edm.Int32(10)}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := action.Invoke(b.Context(), call); err != nil {
			b.Fatal(err)
		}
	}
}
