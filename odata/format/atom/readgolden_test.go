package atom_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
)

// TestReadGolden reads every entry among the golden files of the writer, as a
// client sends it that changes nothing of what it has read.
func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	worlds := []world{newDemo(t), newSample(t), newPress(t), treeModel(t), operationsModel(t)}
	category := regexp.MustCompile(`<category\s+term="([^"]*)"\s+scheme="[^"]*/dataservices/scheme"`)
	entityType := func(name string) (*metadata.Model, *metadata.EntityType) {
		for _, w := range worlds {
			for _, m := range w.Models {
				if e := m.EntityType(name); e != nil {
					return m, e
				}
			}
		}
		return nil, nil
	}
	read := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := category.FindSubmatch(text)
		if !bytes.Contains(text[:min(len(text), 60)], []byte("<entry")) || found == nil {
			continue
		}
		model, typ := entityType(string(found[1]))
		if typ == nil {
			continue
		}
		read++
		e, err := atom.NewReader().ReadEntry(bytes.NewReader(text), model, typ, format.Limits{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		readtest.CheckEntry(t, e, typ)
	}
	if read < 10 {
		t.Errorf("only %d of %d golden files are entries of a known type", read, len(files))
	}
}
