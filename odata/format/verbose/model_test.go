package verbose_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// place is where the payloads of the tests come from.
var place = formattest.Place()

// demo gives the tests short names for parts of the demo model, of a model with
// what that one lacks, and of the model of the public sample service.
type demo struct{ formattest.World }

func newDemo(t testing.TB) demo {
	w := formattest.Demo(t, formattest.ReadModel(t, "testdata/more.metadata.xml"))
	w.Advertise, w.Placed = true, "2015-07-12T08:40:00.25+02:00"
	return demo{w}
}

func newODataDemo(t testing.TB) demo {
	model := formattest.ReadModel(t, "../../../metadata/csdl/testdata/odatademo-v3.metadata.xml")
	return demo{formattest.World{T: t, Models: []*metadata.Model{model}, Advertise: true}}
}
