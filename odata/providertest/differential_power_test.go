package providertest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/uri"
)

// A mistaken Reader answers another query than the one it is asked.
type mistaken struct {
	odata.Reader
	instead func(q *odata.Query)
}

func (r mistaken) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	other := *q
	other.OrderBy = slices.Clone(q.OrderBy)
	r.instead(&other)
	result, err := r.Reader.Read(ctx, &other)
	return result, err
}

func TestDifferentialCatches(t *testing.T) {
	t.Parallel()
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, village())
	if err != nil {
		t.Fatal(err)
	}
	all := mutants()
	if !testing.Short() {
		all = append(all, functionMutants()...)
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			sets := store.Sets()
			right, err := newDifferential(t.Context(), model, sets)
			if err != nil {
				t.Fatal(err)
			}
			for declared, set := range right.content.sets {
				set.Reader = mistaken{set.Reader, m.instead}
				right.content.sets[declared] = set
			}
			if len(right.run(60_000, 1, 1)) == 0 {
				t.Errorf("not noticed in %d queries: %s", right.tally.queries, m.why)
			}
		})
	}
}

// What is reported has to be enough to repeat and to understand a failure.
func TestDifferentialReports(t *testing.T) {
	model := testmodel.Demo(t)
	d, err := newDifferential(t.Context(), model, rowSets(t, model, village()))
	if err != nil {
		t.Fatal(err)
	}
	for declared, set := range d.content.sets {
		set.Reader = mistaken{set.Reader, unlessNull(odata.Ne)}
		d.content.sets[declared] = set
	}
	failures := d.run(20_000, 1, 1)
	if len(failures) == 0 {
		t.Fatal("nothing was noticed")
	}
	for _, part := range []string{"seed ", "$filter=", "answers ", "brute force ", "missing ", " ne "} {
		if !strings.Contains(failures[0], part) {
			t.Errorf("%q is missing in the report:\n%s", part, failures[0])
		}
	}
	var seed uint64
	if _, err := fmt.Sscanf(failures[0], "seed %d:", &seed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(failures, d.run(1, seed, 1)); diff != "" {
		t.Errorf("the seed alone repeats another failure (-first +again):\n%s", diff)
	}
}

// A Reader that breaks instead of answering is noticed, too.
func TestDifferentialNoticesFailures(t *testing.T) {
	tests := []struct {
		name, why string
		rows      iter.Seq2[odata.Row, error]
	}{
		{"invalid", "a query with an answer must not be refused", func(yield func(odata.Row, error) bool) {
			yield(odata.Row{}, &odata.Error{Kind: odata.KindInvalid, Code: "Nonsense", Message: "Nonsense."})
		}},
		{"internal", "KindInternal is never an answer", func(yield func(odata.Row, error) bool) {
			yield(odata.Row{}, odata.Internalf("broken"))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			model := testmodel.Demo(t)
			d, err := newDifferential(t.Context(), model, rowSets(t, model, village()))
			if err != nil {
				t.Fatal(err)
			}
			for declared, set := range d.content.sets {
				set.Reader = broken(tt.rows)
				d.content.sets[declared] = set
			}
			if len(d.run(100, 1, 1)) == 0 {
				t.Error(tt.why)
			}
		})
	}
}

type broken iter.Seq2[odata.Row, error]

func (b broken) Read(context.Context, *odata.Query) (*odata.Result, error) {
	return &odata.Result{Rows: iter.Seq2[odata.Row, error](b)}, nil
}

// The generator writes everything that conditions can be made of.
func TestGeneratorReaches(t *testing.T) {
	wanted := map[string]bool{"isof": true, "cast": true, "any": true, "all": true, "any()": true, "nested": true, "$it": true,
		"cast in path": true, "not": true, "-": true, "null": true}
	for _, f := range bind.Functions() {
		if !strings.HasPrefix(f.Name, "geo.") {
			wanted[f.Name] = true
		}
	}
	for op := odata.Or; op <= odata.Mod; op++ {
		wanted[op.String()] = true
	}
	for kind := edm.KindBinary; kind <= edm.KindTime; kind++ {
		if kind != edm.KindByte && kind != edm.KindSByte && kind != edm.KindInt16 { // have no literal
			wanted[kind.String()] = true
		}
	}
	var visit func(n uri.Node, within bool)
	visit = func(n uri.Node, within bool) {
		switch n := n.(type) {
		case *uri.Literal:
			if n.Value.IsNull() {
				delete(wanted, "null")
			}
			delete(wanted, n.Value.Kind().String())
		case *uri.Name:
			delete(wanted, n.Name)
			if strings.Contains(n.Name, ".") {
				delete(wanted, "cast in path")
			}
			visit(n.Of, within)
		case *uri.Unary:
			delete(wanted, n.Op.String())
			visit(n.X, within)
		case *uri.Binary:
			delete(wanted, n.Op.String())
			visit(n.L, within)
			visit(n.R, within)
		case *uri.Call:
			delete(wanted, n.Name)
			for _, arg := range n.Args {
				visit(arg, within)
			}
		case *uri.Lambda:
			switch {
			case n.All:
				delete(wanted, "all")
			case n.Body == nil:
				delete(wanted, "any()")
			default:
				delete(wanted, "any")
			}
			if within {
				delete(wanted, "nested")
			}
			visit(n.Of, within)
			visit(n.Body, true)
		}
	}
	demo, kinds := testmodel.Demo(t), testmodel.Kinds(t)
	store, err := memory.NewStore(demo, village())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []func() (*differential, error){
		func() (*differential, error) { return newDifferential(t.Context(), demo, store.Sets()) },
		func() (*differential, error) {
			return newDifferential(t.Context(), kinds, testmodel.KindSets(t, kinds))
		},
	} {
		d, err := d()
		if err != nil {
			t.Fatal(err)
		}
		g := newGenerator(d.content)
		for seed := range uint64(1500) {
			syntax, err := g.draw(seed).parse()
			if err != nil {
				t.Fatal(err)
			}
			visit(syntax.Filter, false)
		}
	}
	for what := range wanted {
		t.Errorf("no query has %s", what)
	}
}
