package bind

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/odata"
)

// TestShares asks for the same entities twice.
func TestShares(t *testing.T) {
	for _, tt := range []struct {
		name          string
		first, second string
		same, shared  bool // the projections of both; the second's by others
		why           string
	}{
		{"select", "$select=Name", "$select=Name", true, true, "it means the same for the same collection"},
		{"other options", "$select=Name&$top=1", "$select=Name&$skip=3", true, true, "they are no part of the shape"},
		{"expand", "$expand=Orders", "$expand=Orders", true, true, ""},
		{"both", "$expand=Orders&$select=Name,Orders", "$select=Name,Orders&$expand=Orders", true, true, "in any order"},
		{"another select", "$select=Name", "$select=Id", false, true, ""},
		{"another text", "$select=Name", "$select=%20Name", false, true, "context URLs repeat the text"},
		{"custom option", "$expand=Orders&v=1", "$expand=Orders&v=1", false, false, "it is given to all queries, which are the request's own then"},
		{"neither", "", "$top=1", true, false, "the default projection needs no memory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := demoBinder(t)
			first, err := requestFor(t, b, "Customers", tt.first)
			if err != nil {
				t.Fatal(err)
			}
			second, err := requestFor(t, b, "Customers", tt.second)
			if err != nil {
				t.Fatal(err)
			}
			if same := first.Projection == second.Projection; same != tt.same {
				t.Errorf("%s, then %s: the projection is the same: %v, want %v (%s)", tt.first, tt.second, same, tt.same, tt.why)
			}
			if shared := b.Shares(second.Projection); shared != tt.shared {
				t.Errorf("%s: shared %v, want %v (%s)", tt.second, shared, tt.shared, tt.why)
			}
			alone, err := requestFor(t, demoBinder(t), "Customers", tt.second)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(dumpRequest(alone), dumpRequest(second)); diff != "" {
				t.Errorf("%s behind %s is another request (-alone +behind):\n%s", tt.second, tt.first, diff)
			}
		})
	}
}

// TestShapesAreBounded sends more texts than are kept.
func TestShapesAreBounded(t *testing.T) {
	b := demoBinder(t)
	var last *odata.Projection
	for i := range 3 * keptShapes {
		r, err := requestFor(t, b, "Customers", fmt.Sprintf("$select=Id%s", strings.Repeat(",Id", i%150)+strings.Repeat(",Name", i/150)))
		if err != nil {
			t.Fatal(err)
		}
		last = r.Projection
	}
	if n := len(b.shapes.of); n > keptShapes || n != len(b.shapes.projection) {
		t.Errorf("%d shapes with %d projections are kept, want at most %d", n, len(b.shapes.projection), keptShapes)
	}
	if !b.Shares(last) {
		t.Error("the last one is not kept: new shapes must take the place of others")
	}
	if r, err := requestFor(t, b, "Customers", fmt.Sprintf("$select=Id%s", strings.Repeat(",Id", keptShapeLen))); err != nil || b.Shares(r.Projection) {
		t.Errorf("a text of more than %d bytes is kept (%v)", keptShapeLen, err)
	}
}
