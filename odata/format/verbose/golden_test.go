package verbose_test

import (
	"testing"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// A dialect is one version of the format.
type dialect struct {
	formattest.Dialect
	version verbose.Version
}

// associated is the variant of payloads with association links.
const associated = "associated"

func dialects() []dialect {
	in := func(name string, version verbose.Version) dialect {
		return dialect{formattest.Dialect{Name: name, Format: func(variant string) format.Format {
			return verbose.New(verbose.Options{Version: version, AssociationLinks: variant == associated})
		}}, version}
	}
	return []dialect{in("1.0", verbose.Version1), in("2.0", verbose.Version2), in("3.0", verbose.Version3)}
}

func formats() (all []formattest.Dialect) {
	for _, d := range dialects() {
		all = append(all, d.Dialect)
	}
	return all
}

func TestGolden(t *testing.T) {
	formattest.GoldenJSON(t, payloads(newDemo(t), newODataDemo(t)), formats())
}

func TestGoldenFilesAreUsed(t *testing.T) {
	formattest.GoldenFilesAreUsed(t, payloads(newDemo(t), newODataDemo(t)), ".json", "more.metadata.xml")
}

func TestAppends(t *testing.T) {
	formattest.Appends(t, payloads(newDemo(t), newODataDemo(t)), formats()...)
}
