package atom_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata; review the difference like code")

// TestGolden compares every kind of payload with testdata/<name>.xml. The files
// are laid out for people; what is compared is their text without the line breaks
// between tags, which is byte for byte what the format writes.
func TestGolden(t *testing.T) {
	for _, tt := range payloads(t) {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.write(nil))
			if err := wellFormed(got); err != nil {
				t.Fatalf("%s: %v:\n%s", tt.name, err, got)
			}
			path := filepath.Join("testdata", tt.name+".xml")
			pretty := layout(got)
			if joined(pretty) != got {
				t.Fatalf("%s does not survive the layout of golden files:\n%s", tt.name, got)
			}
			if *update {
				if err := os.WriteFile(path, []byte(pretty), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if joined(string(want)) != got {
				t.Errorf("%s: %s (-want +got):\n%s", tt.name, tt.why, cmp.Diff(string(want), pretty))
			}
		})
	}
}

// TestAppends writes every payload behind other bytes, with and without room for
// it: what was there stays, and what comes is the same.
func TestAppends(t *testing.T) {
	for _, tt := range payloads(t) {
		want := "before" + string(tt.write(nil))
		for _, room := range []int{6, 7, 1 << 16} {
			dst := append(make([]byte, 0, room), "before"...)
			if diff := cmp.Diff(want, string(tt.write(dst))); diff != "" {
				t.Errorf("%s with room for %d bytes (-want +got):\n%s", tt.name, room, diff)
			}
		}
	}
}

// TestFlushedFeed holds that a feed with entries has no author of its own, sent
// in pieces or not.
func TestFlushedFeed(t *testing.T) {
	d := newDemo(t)
	e, row := plain.Compile(d.all("Orders")), d.order(order1, "1")
	whole := e.AppendFeedStart(nil, place, nil)
	whole = e.AppendRow(whole, place, &row, true)
	if end := e.AppendFeedEnd(whole, place, nil, "")[len(whole):]; string(end) != "</feed>" {
		t.Errorf("the feed ends with %s", end)
	}
	if end := e.AppendFeedEnd(nil, place, nil, ""); string(end) != "</feed>" {
		t.Errorf("after everything was sent the feed ends with %s", end)
	}
}

// TestGoldenFilesAreUsed finds files of payloads that no longer exist.
func TestGoldenFilesAreUsed(t *testing.T) {
	known := map[string]bool{"customized.metadata.xml": true}
	for _, p := range payloads(t) {
		if known[p.name+".xml"] {
			t.Errorf("two payloads are called %s", p.name)
		}
		known[p.name+".xml"] = true
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] && !f.IsDir() {
			t.Errorf("testdata/%s belongs to no payload", f.Name())
		}
	}
}

var betweenTags = regexp.MustCompile(`>\n *<`)

// joined takes the layout out of a golden file.
func joined(text string) string {
	return strings.TrimSuffix(betweenTags.ReplaceAllString(text, "><"), "\n")
}

// layout puts every element on a line of its own; one that holds only text, or
// nothing, or XHTML, stays on it.
func layout(text string) string {
	var b strings.Builder
	depth, leaf := 0, true
	for text != "" {
		end := strings.IndexByte(text, '>') + 1
		tag, rest := text[:end], text[end:]
		content := strings.IndexByte(rest, '<')
		if name, ok := strings.CutSuffix(tag, ` type="xhtml">`); ok {
			content = strings.Index(rest, "</"+name[1:]+">")
		}
		switch {
		case strings.HasPrefix(tag, "</"):
			depth--
			if !leaf {
				b.WriteString("\n" + strings.Repeat("  ", depth))
			}
			leaf = false
		default:
			if b.Len() > 0 {
				b.WriteString("\n" + strings.Repeat("  ", depth))
			}
			opens := !strings.HasSuffix(tag, "/>") && !strings.HasSuffix(tag, "?>")
			if leaf = opens; opens {
				depth++
			}
		}
		b.WriteString(tag)
		if content < 0 {
			break
		}
		b.WriteString(rest[:content])
		text = rest[content:]
	}
	return b.String() + "\n"
}

// wellFormed reads a whole document with the standard library's reader and
// checks what that one lets through: prefixes nobody declared, attributes that
// stand twice, and a second root.
func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if depth != 0 || roots != 1 {
				return errors.New("not one whole element")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			if !declared(token.Name) {
				return errors.New("undeclared prefix in " + token.Name.Space + ":" + token.Name.Local)
			}
			seen := map[xml.Name]bool{}
			for _, a := range token.Attr {
				if seen[a.Name] || !declared(a.Name) {
					return errors.New("attribute " + a.Name.Local + " stands twice or has an undeclared prefix")
				}
				seen[a.Name] = true
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(token)) > 0 {
				return errors.New("text outside of the root")
			}
		}
	}
}

// declared reports that a name's prefix was resolved: what is left of others is
// the bare prefix.
func declared(name xml.Name) bool {
	return name.Space == "" || name.Space == "xmlns" || strings.Contains(name.Space, "://")
}
