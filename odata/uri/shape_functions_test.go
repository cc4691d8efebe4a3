package uri_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/uri"
)

// TestShapeKnowsFunctions: every canonical function shows in shapes.
func TestShapeKnowsFunctions(t *testing.T) {
	names := map[string]bool{"isof": true, "cast": true}
	for _, f := range bind.Functions() {
		names[f.Name] = true
	}
	for name := range names {
		r, err := uri.Parse("Sets", "$filter="+name+"(a,b)", uri.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Shape(func(string) bool { return false }); !strings.Contains(got, "="+name+"(") {
			t.Errorf("%s shows as %s", name, got)
		}
	}
}
