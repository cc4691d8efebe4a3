package verbose_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/format/verbose"
)

var update = flag.Bool("update", false, "rewrite testdata; review the difference like code")

var dialects = []struct {
	name    string
	version verbose.Version
}{
	{"1.0", verbose.Version1},
	{"2.0", verbose.Version2},
	{"3.0", verbose.Version3},
}

// in writes the payload in one dialect.
func (p payload) in(v verbose.Version) []byte {
	return p.write(verbose.New(verbose.Options{Version: v, AssociationLinks: p.links}))
}

// TestGolden compares every kind of payload in every dialect with
// testdata/<name>.json. The files are laid out for people; what is compared is
// their text without the white space between tokens, which is byte for byte
// what the format writes.
func TestGolden(t *testing.T) {
	for _, tt := range payloads(newDemo(t), newODataDemo(t)) {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join("testdata", tt.name+".json")
			if *update {
				if err := os.WriteFile(path, golden(t, tt), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]json.RawMessage
			if err := json.Unmarshal(file, &want); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, d := range dialects {
				var compact bytes.Buffer
				if err := json.Compact(&compact, want[d.name]); err != nil {
					t.Fatalf("%s, version %s: %v", path, d.name, err)
				}
				got := string(tt.in(d.version))
				if compact.String() != got {
					t.Errorf("%s in version %s: %s (-want +got):\n%s", tt.name, d.name, tt.why,
						cmp.Diff(layout(compact.String()), layout(got)))
				}
			}
		})
	}
}

// TestGoldenFilesAreUsed finds files whose payload is gone, and payloads that
// share a file.
func TestGoldenFilesAreUsed(t *testing.T) {
	used := map[string]int{}
	for _, tt := range payloads(newDemo(t), newODataDemo(t)) {
		used[filepath.Join("testdata", tt.name+".json")]++
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if used[file] != 1 {
			t.Errorf("%s belongs to %d payloads", file, used[file])
		}
	}
}

// golden renders one payload in all dialects.
func golden(t *testing.T, p payload) []byte {
	var b bytes.Buffer
	for i, d := range dialects {
		text := p.in(d.version)
		if !json.Valid(text) {
			t.Fatalf("version %s: not JSON: %s", d.name, text)
		}
		b.WriteString([]string{"{", ",\n\n"}[min(i, 1)])
		b.WriteString("\"" + d.name + "\":\n" + layout(string(text)))
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

// lineWidth is how long a line of a golden file may get.
const lineWidth = 110

// layout breaks compact JSON into lines: what fits stays on one, and the
// objects of a broken array have one or more each.
func layout(text string) string { return layoutAt(text, 0) }

func layoutAt(text string, indent int) string {
	if indent+len(text) <= lineWidth || text[0] != '{' && text[0] != '[' {
		return text
	}
	var b strings.Builder
	b.WriteByte(text[0])
	column := indent + 1
	for i, part := range parts(text[1 : len(text)-1]) {
		name, value := splitName(part)
		rendered := name + layoutAt(value, indent+1)
		switch {
		case i == 0:
		case column+1+len(rendered) > lineWidth || text[0] == '[' && value[0] == '{':
			b.WriteString(",\n" + strings.Repeat(" ", indent+1))
			column = indent + 1
		default:
			b.WriteByte(',')
			column++
		}
		b.WriteString(rendered)
		if at := strings.LastIndexByte(rendered, '\n'); at >= 0 {
			column = len(rendered) - at - 1
		} else {
			column += len(rendered)
		}
	}
	b.WriteByte(text[len(text)-1])
	return b.String()
}

// splitName cuts "name": off a member; an item of an array has none.
func splitName(part string) (name, value string) {
	if end := jsonEnd(part); end < len(part) {
		return part[:end+1], part[end+1:]
	}
	return "", part
}

// parts splits the inside of an object or array at its commas.
func parts(text string) (all []string) {
	for text != "" {
		end := jsonEnd(text)
		if end < len(text) && text[end] == ':' {
			end += 1 + jsonEnd(text[end+1:])
		}
		all = append(all, text[:end])
		text = strings.TrimPrefix(text[end:], ",")
	}
	return all
}

// jsonEnd is the length of the value that text begins with.
func jsonEnd(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case depth == 0 && (c == ',' || c == ':'):
			return i
		}
	}
	return len(text)
}
