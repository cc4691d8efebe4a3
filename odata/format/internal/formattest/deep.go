package formattest

import (
	"bytes"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// DeepExpansion compiles 40 levels of $expand over a hierarchy, which ends only
// if the plans do not multiply with each level, and writes as many customers.
// mark is what the format writes once for each.
func DeepExpansion(t *testing.T, w World, f format.Format, mark string) {
	t.Helper()
	p, row := w.All("Customers"), w.Vera()
	for range 40 {
		p = Expanding(w.All("Customers"), "BestFriend", 0, p)
		row = Related(w.Vera(), odata.Related{Rows: []odata.Row{row}})
	}
	text := f.Compile(p).AppendEntry(nil, Place(), &row)
	if n := bytes.Count(text, []byte(mark)); n != 41 {
		t.Errorf("%d customers written, want 41", n)
	}
}
