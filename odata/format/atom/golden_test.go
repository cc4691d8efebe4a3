package atom_test

import (
	"testing"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// formats are what the variants of payloads mean.
var formats = map[string]format.Format{"": plain, "linked": linked, "typed": typed, "before3": before3}

func dialect() formattest.Dialect {
	return formattest.Dialect{Name: "atom", Format: func(variant string) format.Format { return formats[variant] }}
}

func TestGolden(t *testing.T) { formattest.GoldenXML(t, payloads(t), dialect()) }

func TestGoldenFilesAreUsed(t *testing.T) {
	formattest.GoldenFilesAreUsed(t, payloads(t), ".xml", "customized.metadata.xml")
}

func TestAppends(t *testing.T) { formattest.Appends(t, payloads(t), dialect()) }

// TestFlushedFeed holds that a feed with entries has no author of its own, sent
// in pieces or not.
func TestFlushedFeed(t *testing.T) {
	d := newDemo(t)
	e, row := plain.Compile(d.All("Orders")), d.Order(formattest.Order1, "1")
	whole := e.AppendFeedStart(nil, place, nil)
	whole = e.AppendRow(whole, place, &row, true)
	if end := e.AppendFeedEnd(whole, place, nil, "")[len(whole):]; string(end) != "</feed>" {
		t.Errorf("the feed ends with %s", end)
	}
	if end := e.AppendFeedEnd(nil, place, nil, ""); string(end) != "</feed>" {
		t.Errorf("after everything was sent the feed ends with %s", end)
	}
}

func TestCompileDeepExpansion(t *testing.T) {
	formattest.DeepExpansion(t, newDemo(t).World, plain, `<category term="Demo.VipCustomer"`)
}
