package memory_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

func parts(ids ...int32) []Part {
	list := []Part{}
	for _, id := range ids {
		list = append(list, Part{ID: id, Name: "n"})
	}
	return list
}

func someParts(context.Context) ([]Part, error) { return parts(2, 1), nil }

func seqOf(list []Part) func(context.Context) iter.Seq2[Part, error] {
	return func(context.Context) iter.Seq2[Part, error] {
		return func(yield func(Part, error) bool) {
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

func TestConstructors(t *testing.T) {
	schema := typed.Describe[Part]().Schema
	for _, tt := range []struct {
		name string
		set  odata.EntitySet
	}{
		{"Set", memory.Set("Parts", parts(2, 1), memory.OrderBy("Name,ID"), memory.PageSize(7))},
		{"Func", memory.Func("Parts", someParts, memory.OrderBy("Name,ID"), memory.PageSize(7))},
		{"Seq", memory.Seq("Parts", seqOf(parts(2, 1)), memory.OrderBy("Name,ID"), memory.PageSize(7))},
		{"Rows", memory.Rows("Parts", schema, nil, memory.OrderBy("Name,ID"), memory.PageSize(7))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.set
			if s.Name != "Parts" || s.OrderBy != "Name,ID" || s.PageSize != 7 || s.Schema.Entity.Name != "Part" || s.Schema.Err != nil || s.Reader == nil {
				t.Errorf("the set is not what was asked for: %+v", s)
			}
			if !strings.HasPrefix(s.Source, "set_test.go:") {
				t.Errorf("start-up errors name the caller, not %q", s.Source)
			}
			if _, err := s.Guard.Restrict(context.Background(), odata.Access{}); !errors.Is(err, &odata.Error{Kind: odata.KindUnauthenticated}) {
				t.Errorf("without a guard the set is closed to anonymous callers, got %v", err)
			}
			signedIn := odata.WithPrincipal(context.Background(), odata.Principal{Name: "x"})
			if condition, err := s.Guard.Restrict(signedIn, odata.Access{}); condition != nil || err != nil {
				t.Errorf("and open to all others, got %v, %v", condition, err)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	if s := memory.Set("Parts", parts(1), memory.TypeName("Piece")); s.Schema.Entity.Name != "Piece" {
		t.Errorf("TypeName: the type is named %s", s.Schema.Entity.Name)
	}
	s := memory.Set("Parts", parts(1), memory.Guard(odata.Public()))
	if _, err := s.Guard.Restrict(context.Background(), odata.Access{}); err != nil {
		t.Errorf("Guard: the set is guarded by another one: %v", err)
	}
	if got := serve(t, memory.Set("Parts", parts(1), memory.TypeName("Piece"))); len(column(first(got.rows(t, got.query())), 0)) != 1 {
		t.Error("a renamed type can be read")
	}
}

func first[A, B any](a A, _ B) A { return a }

func TestMistakesSurface(t *testing.T) {
	type bad struct {
		ID   int    `odata:",key"`
		Name string `odata:",kee"`
	}
	brokenGuard := typed.Owner(typed.Field(func(*Part) *string { return nil }), func(odata.Principal) string { return "" })
	for _, tt := range []struct {
		name string
		set  odata.EntitySet
		want []string
		why  string
	}{
		{"tags", memory.Set("X", []bad{{}}), []string{"bad.ID", "bad.Name"}, "all mistakes in the type, at once"},
		{"same key", memory.Set("Parts", parts(3, 1, 4, 1)), []string{"rows 1 and 3 have the same key (1)"}, "an address leads to one entity"},
		{"nil function", memory.Func[Part]("Parts", nil), []string{"rows is nil"}, "there is nothing to call"},
		{"nil sequence", memory.Seq[Part]("Parts", nil), []string{"rows is nil"}, "there is nothing to call"},
		{"guard", memory.Set("Parts", parts(1), memory.Guard(brokenGuard)), []string{"typed.Field at set_test.go:"}, "a guard that refuses everybody is a mistake"},
		{"guard and tags", memory.Func("X", func(context.Context) ([]bad, error) { return nil, nil }, memory.Guard(brokenGuard)),
			[]string{"bad.ID", "typed.Field at"}, "one mistake does not hide another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.set.Schema.Err == nil {
				t.Fatalf("%s: no mistake is reported", tt.why)
			}
			for _, want := range tt.want {
				if !strings.Contains(tt.set.Schema.Err.Error(), want) {
					t.Errorf("%s: %q is not in %v", tt.why, want, tt.set.Schema.Err)
				}
			}
		})
	}
}

func TestSetIsASnapshot(t *testing.T) {
	list := parts(1, 2)
	s := serve(t, memory.Set("Parts", list))
	list[0].ID, list[1].Name = 9, "changed"
	rows, _ := s.rows(t, s.query())
	if diff := cmp.Diff([]string{"1", "2"}, column(rows, 0)); diff != "" {
		t.Errorf("the caller's slice is its own again after Set (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"'n'", "'n'"}, column(rows, 1)); diff != "" {
		t.Errorf("the caller's slice is its own again after Set (-want +got):\n%s", diff)
	}
}

func TestFuncSeesTheRequest(t *testing.T) {
	s := serve(t, memory.Func("Parts", func(ctx context.Context) ([]Part, error) {
		caller, ok := odata.PrincipalFrom(ctx)
		if !ok {
			return nil, odata.Unauthenticated()
		}
		return []Part{{Name: caller.Name}}, nil
	}))
	rows, _, err := s.read(odata.WithPrincipal(context.Background(), odata.Principal{Name: "Jen"}), s.query())
	if err != nil || len(rows) != 1 || rows[0].Values[1].Str() != "Jen" {
		t.Errorf("the function computes entities for the caller, got %v, %v", rows, err)
	}
	if _, _, err := s.read(context.Background(), s.query()); !errors.Is(err, &odata.Error{Kind: odata.KindUnauthenticated}) {
		t.Errorf("its errors end the request as they are, got %v", err)
	}
}

// TestFailures checks that no failure is lost on the way, whichever way a read
// takes.
func TestFailures(t *testing.T) {
	failing := func(after int) func(context.Context) iter.Seq2[Part, error] {
		return func(context.Context) iter.Seq2[Part, error] {
			return func(yield func(Part, error) bool) {
				for i := range after {
					if !yield(Part{ID: int32(i)}, nil) {
						return
					}
				}
				yield(Part{}, errors.New("the store is gone"))
			}
		}
	}
	divides := func(s served, q *odata.Query) {
		q.Filter = binary(odata.Eq, binary(odata.Div, literal(edm.Int32(1)), s.member("ID")), literal(edm.Int32(1)))
	}
	sorts := func(s served, q *odata.Query) { q.OrderBy = s.by("-Name", "ID") }
	sortsByDivision := func(s served, q *odata.Query) {
		q.OrderBy = []odata.Order{{By: binary(odata.Div, literal(edm.Int32(1)), s.member("ID"))}, s.by("ID")[0]}
	}
	counts := func(_ served, q *odata.Query) { q.Total = true }
	set := serve(t, memory.Set("Parts", parts(1, 0)))
	for _, tt := range []struct {
		name    string
		set     served
		changes []func(served, *odata.Query)
		want    string
		why     string
	}{
		{"sequence, streamed", serve(t, memory.Seq("Parts", failing(3))), nil, "the store is gone", "rows end with the error"},
		{"sequence, sorted", serve(t, memory.Seq("Parts", failing(300))), []func(served, *odata.Query){sorts}, "the store is gone", "what is sorted is incomplete"},
		{"sequence, counted", serve(t, memory.Seq("Parts", failing(3))), []func(served, *odata.Query){counts}, "the store is gone", "so is what is counted"},
		{"filter, streamed", set, []func(served, *odata.Query){divides}, "$filter", "the request divided by zero"},
		{"filter, counted", set, []func(served, *odata.Query){divides, counts}, "$filter", "the request divided by zero"},
		{"filter, sorted", set, []func(served, *odata.Query){divides, sortsByDivision}, "$filter", "the filter comes before the order"},
		{"order", set, []func(served, *odata.Query){sortsByDivision}, "$orderby", "the request divided by zero"},
		{"short position", set, []func(served, *odata.Query){sorts, func(_ served, q *odata.Query) { q.After = []edm.Value{edm.Null} }}, "After", "a position has a value for each term"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.set.query()
			for _, change := range tt.changes {
				change(tt.set, q)
			}
			if _, _, err := tt.set.read(context.Background(), q); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: got %v", tt.why, err)
			}
		})
	}
}

func TestEndedRequests(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, s := range providers(t, parts(1, 2, 3)) {
		for _, sorted := range []bool{false, true} {
			q := s.query()
			if sorted {
				q.OrderBy = s.by("-Price", "Name", "ID")
				q.Total = true
				q.Filter = s.member("Sold")
			}
			if _, _, err := s.read(ctx, q); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, sorted %t: a request that has ended reads no further, got %v", name, sorted, err)
			}
		}
	}
}

func TestEndlessPages(t *testing.T) {
	for name, s := range providers(t, parts(3, 1, 2)) {
		for _, order := range [][]odata.Order{nil, s.by("ID"), s.by("Name", "-ID"), {{By: binary(odata.Mul, s.member("ID"), literal(edm.Int32(1)))}}} {
			q := s.query()
			q.OrderBy, q.Skip, q.Top = order, 1, new(int64(math.MaxInt64))
			if rows, _ := s.rows(t, q); len(rows) != 2 {
				t.Errorf("%s, %d terms: skip and top together exceed an int64, but two rows are left, not %d", name, len(order), len(rows))
			}
			q.Skip = math.MaxInt64
			if rows, _ := s.rows(t, q); len(rows) != 0 {
				t.Errorf("%s, %d terms: everything is skipped but %d rows", name, len(order), len(rows))
			}
		}
	}
}

func TestFieldsMayDifferFromReadToRead(t *testing.T) {
	for name, s := range providers(t, parts(1)) {
		q := s.query()
		all, _ := s.rows(t, q)
		for i := range q.Fields {
			one := s.query()
			one.Fields = q.Fields[i : i+1]
			rows, _ := s.rows(t, one)
			if diff := cmp.Diff(all[0].Values[i:i+1], rows[0].Values, sameValue); diff != "" {
				t.Errorf("%s: %s alone (-want +got):\n%s", name, q.Fields[i].Name, diff)
			}
		}
	}
}

func TestSequenceStopsWithThePage(t *testing.T) {
	passed, released := 0, false
	s := serve(t, memory.Seq("Parts", func(context.Context) iter.Seq2[Part, error] {
		return func(yield func(Part, error) bool) {
			defer func() { released = true }()
			for {
				if passed++; !yield(Part{ID: int32(passed)}, nil) {
					return
				}
			}
		}
	}))
	q := s.query()
	q.Skip, q.Top = 2, new(int64(3))
	if rows, _ := s.rows(t, q); len(rows) != 3 || passed != 5 || !released {
		t.Errorf("an endless sequence is left after the page: %d rows, %d passed, released %t", len(rows), passed, released)
	}

	passed, released = 0, false
	result := must(s.Reader.Read(context.Background(), s.query()))
	for range result.Rows {
		break
	}
	if passed != 1 || !released {
		t.Errorf("breaking off leaves the sequence: %d passed, released %t", passed, released)
	}
}

func TestSequenceMayReuseItsVariable(t *testing.T) {
	list := randomParts(seeded(), 600)
	s := serve(t, memory.Seq("Parts", func(context.Context) iter.Seq2[Part, error] {
		return func(yield func(Part, error) bool) {
			var p Part
			for _, p = range list {
				if !yield(p, nil) {
					return
				}
			}
		}
	}))
	q := s.query()
	q.OrderBy, q.Top = s.by("ID"), new(int64(3))
	rows, _ := s.rows(t, q)
	if diff := cmp.Diff([]string{"0", "1", "2"}, column(rows, 0)); diff != "" {
		t.Errorf("what is kept for sorting is a copy (-want +got):\n%s", diff)
	}
}

func TestConcurrentReads(t *testing.T) {
	list := randomParts(seeded(), 300)
	for name, s := range providers(t, list) {
		t.Run(name, func(t *testing.T) {
			var done sync.WaitGroup
			for i := range 8 {
				done.Go(func() {
					for j := range 20 {
						q := s.query()
						if j%2 == 0 {
							q.Fields = q.Fields[:1+(i+j)%4]
						}
						q.OrderBy = s.by([]string{"Name", "-Name", "Price", "-Price", "Weight", "-Weight", "Nick", "-Nick", "Sold"}[(i+j)%9], "ID")
						q.Filter = binary(odata.Lt, s.member("ID"), literal(edm.Int32(100)))
						q.Total = i%2 == 0
						rows, _, err := s.read(context.Background(), q)
						if err != nil || len(rows) != 100 {
							t.Errorf("reads disturb each other: %d rows, %v", len(rows), err)
						}
					}
				})
			}
			done.Wait()
		})
	}
}
