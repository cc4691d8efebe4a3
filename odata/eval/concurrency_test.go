package eval_test

import (
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// TestCompiledIsShared uses one compiled condition, nested lambdas and all, from
// several goroutines: scopes must not mix. The race detector watches.
func TestCompiledIsShared(t *testing.T) {
	w := newWorld(t)
	e := lambda(false, w.member("Parts"), 1, func(p odata.Expr) odata.Expr {
		return lambda(true, w.member("Tags"), 2, func(tag odata.Expr) odata.Expr {
			return binary(odata.Eq, call("concat(String,String)", edm.KindString, pathFrom(p, "Name"), w.member("Text")), tag)
		})
	})
	holds, err := eval.CompileFilter(e, eval.LayoutOf(w.query()))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 4 {
		name := string(rune('a' + i))
		row := w.row(map[string]edm.Value{"Text": edm.String("!"), "Tags": edm.Collection([]edm.Value{edm.String(name + "!"), edm.String(name + "!")})})
		row.Related[1].Rows = []odata.Row{w.partRow(1, "other", 1), w.partRow(2, name, 1)}
		group.Go(func() {
			for range 500 {
				if ok, err := holds(row); !ok || err != nil {
					t.Errorf("%v, %v; want true: each goroutine's row matches its own part and tags", ok, err)
					return
				}
			}
		})
	}
	group.Wait()
}
