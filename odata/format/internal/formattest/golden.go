package formattest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/format"
)

var update = flag.Bool("update", false, "rewrite testdata; review the difference like code")

// A Dialect is one way in which a format writes.
type Dialect struct {
	Name string

	// Format is the format with the options that a payload's Variant names.
	Format func(variant string) format.Format
}

// Write is the payload in d.
func (d Dialect) Write(p Payload) []byte { return p.Write(d.Format(p.Variant), nil) }

// GoldenJSON compares every payload in every dialect with testdata/<name>.json:
// an object that has the payload by the name of the dialect. The files are laid
// out for people; what is compared is their text without the white space between
// tokens, which is byte for byte what the format writes. The flag -update
// rewrites them.
func GoldenJSON(t *testing.T, payloads []Payload, dialects []Dialect) {
	t.Helper()
	for _, p := range payloads {
		t.Run(p.Name, func(t *testing.T) {
			path := filepath.Join("testdata", p.Name+".json")
			file := golden(t, path, func() []byte { return jsonFile(t, p, dialects) })
			var want map[string]json.RawMessage
			if err := json.Unmarshal(file, &want); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, d := range dialects {
				var compact bytes.Buffer
				if err := json.Compact(&compact, want[d.Name]); err != nil {
					t.Fatalf("%s, %s: %v", path, d.Name, err)
				}
				got := string(d.Write(p))
				if compact.String() != got {
					t.Errorf("%s in %s: %s (-want +got):\n%s", p.Name, d.Name, p.Why,
						cmp.Diff(layoutJSON(compact.String()), layoutJSON(got)))
				}
			}
		})
	}
}

// jsonFile is a golden file: one payload in all dialects.
func jsonFile(t *testing.T, p Payload, dialects []Dialect) []byte {
	t.Helper()
	var b bytes.Buffer
	for i, d := range dialects {
		text := d.Write(p)
		if !json.Valid(text) {
			t.Fatalf("%s: not JSON: %s", d.Name, text)
		}
		b.WriteString([]string{"{", ",\n\n"}[min(i, 1)])
		b.WriteString("\"" + d.Name + "\":\n" + layoutJSON(string(text)))
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

// GoldenXML compares every payload with testdata/<name>.xml. What is compared is
// the text without the line breaks between tags, as for JSON.
func GoldenXML(t *testing.T, payloads []Payload, d Dialect) {
	t.Helper()
	for _, p := range payloads {
		t.Run(p.Name, func(t *testing.T) {
			got := string(d.Write(p))
			if err := WellFormed(got); err != nil {
				t.Fatalf("%s: %v:\n%s", p.Name, err, got)
			}
			pretty := layoutXML(got)
			if joinedXML(pretty) != got {
				t.Fatalf("%s does not survive the layout of golden files:\n%s", p.Name, got)
			}
			want := string(golden(t, filepath.Join("testdata", p.Name+".xml"), func() []byte { return []byte(pretty) }))
			if joinedXML(want) != got {
				t.Errorf("%s: %s (-want +got):\n%s", p.Name, p.Why, cmp.Diff(want, pretty))
			}
		})
	}
}

// golden reads a golden file, which -update writes before.
func golden(t *testing.T, path string, content func() []byte) []byte {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, content(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// GoldenFilesAreUsed finds files in testdata whose payload is gone, and payloads
// that share one. Other files that tests need are named.
func GoldenFilesAreUsed(t *testing.T, payloads []Payload, extension string, others ...string) {
	t.Helper()
	used := map[string]bool{}
	for _, other := range others {
		used[other] = true
	}
	for _, p := range payloads {
		if used[p.Name+extension] {
			t.Errorf("two payloads are called %s", p.Name)
		}
		used[p.Name+extension] = true
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !used[file.Name()] && !file.IsDir() {
			t.Errorf("testdata/%s belongs to no payload", file.Name())
		}
	}
}

// Appends writes every payload in every dialect behind other bytes, with and
// without room for it: what was there stays, and what comes is the same wherever
// the buffer moves.
func Appends(t *testing.T, payloads []Payload, dialects ...Dialect) {
	t.Helper()
	for _, p := range payloads {
		for _, d := range dialects {
			f := d.Format(p.Variant)
			want := "before" + string(p.Write(f, nil))
			for _, room := range []int{6, 7, 1 << 16} {
				dst := append(make([]byte, 0, room), "before"...)
				if diff := cmp.Diff(want, string(p.Write(f, dst))); diff != "" {
					t.Errorf("%s in %s with room for %d bytes (-want +got):\n%s", p.Name, d.Name, room, diff)
				}
			}
		}
	}
}
