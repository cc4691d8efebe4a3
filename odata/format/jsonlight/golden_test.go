package jsonlight_test

import (
	"testing"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

var levels = []struct {
	name  string
	level jsonlight.Level
}{
	{"minimal", jsonlight.Minimal},
	{"full", jsonlight.Full},
	{"none", jsonlight.None},
}

// dialects are the levels; payloads have no variants.
func dialects() (all []formattest.Dialect) {
	for _, l := range levels {
		all = append(all, formattest.Dialect{Name: l.name, Format: func(string) format.Format { return jsonlight.New(l.level) }})
	}
	return all
}

func TestGolden(t *testing.T) { formattest.GoldenJSON(t, payloads(newDemo(t)), dialects()) }

func TestGoldenFilesAreUsed(t *testing.T) {
	formattest.GoldenFilesAreUsed(t, payloads(newDemo(t)), ".json")
}

func TestAppends(t *testing.T) { formattest.Appends(t, payloads(newDemo(t)), dialects()...) }
