package xmlread_test

import (
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
)

// An endless repeats a text for ever behind a beginning, and counts what has
// been taken.
type endless struct {
	begin, repeat string
	taken         int
}

func (e *endless) Read(p []byte) (int, error) {
	for n := range p {
		if at := e.taken - len(e.begin); at < 0 {
			p[n] = e.begin[e.taken]
		} else {
			p[n] = e.repeat[at%len(e.repeat)]
		}
		e.taken++
	}
	return len(p), nil
}

// TestHostileDocuments sends what is meant to exhaust the tokenizer. Those
// without an end must be refused on the way; all must be so at a bounded cost.
func TestHostileDocuments(t *testing.T) {
	var attributes strings.Builder
	attributes.WriteString(`<s`)
	for i := range 1_000_000 {
		attributes.WriteString(" a" + strconv.Itoa(i) + `=""`)
	}
	attributes.WriteString(`/>`)
	var few strings.Builder
	few.WriteString(`<s`)
	for i := range 100 {
		few.WriteString(" a" + strconv.Itoa(i) + `=""`)
	}
	few.WriteString(`/>`)
	laughs := `<!DOCTYPE l [<!ENTITY l "lol">`
	for i := range 10 {
		laughs += `<!ENTITY l` + strconv.Itoa(i) + ` "` + strings.Repeat("&l;", 10) + `">`
	}
	var bindings strings.Builder
	for i := range 10 {
		bindings.WriteString(`<a`)
		for j := range 50 {
			bindings.WriteString(` xmlns:p` + strconv.Itoa(50*i+j) + `="u"`)
		}
		bindings.WriteString(`>`)
	}
	const kib = 1 << 10
	for _, tt := range []struct {
		name      string
		in        io.Reader
		want      string
		taken     int // bytes at most, of endless documents
		allocated uint64
		why       string
	}{
		{"depth without end", &endless{repeat: `<a>`}, "! PayloadTooDeep body[195:195]", 4 * kib, 64 * kib, "depth is bounded"},
		{"depth in what is skipped", &endless{begin: `<s>`, repeat: `<a>`}, "! PayloadTooDeep body[195:195]", 4 * kib, 64 * kib, "depth is bounded everywhere"},
		{"depth 100,000", strings.NewReader(`<s>` + strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000) + `</s>`), "! PayloadTooDeep body[195:195]", 0, 64 * kib, "it would be well-formed"},
		{"attributes 1,000,000", strings.NewReader(attributes.String()), "! 413 PayloadTooLarge body[0:0]", 0, 512 * kib, "a tag is bounded"},
		{"attributes 100", strings.NewReader(few.String()), "! 413 PayloadTooLarge body[", 0, 64 * kib, "their number is bounded"},
		{"attribute without end", &endless{begin: `<s a="`, repeat: `x`}, "! 413 PayloadTooLarge body[0:0]", 256 * kib, 512 * kib, "a tag is bounded"},
		{"name without end", &endless{begin: `<s`, repeat: `x`}, "! 413 PayloadTooLarge body[0:0]", 256 * kib, 512 * kib, "a tag is bounded"},
		{"end tag without end", &endless{begin: `<s></s`, repeat: ` `}, "! 413 PayloadTooLarge body[3:3]", 256 * kib, 512 * kib, "a tag is bounded"},
		{"instruction without end", &endless{begin: `<?x`, repeat: `x`}, "! 413 PayloadTooLarge body[", 256 * kib, 512 * kib, "a name is bounded"},
		{"elements", &endless{begin: `<s>`, repeat: `<a/>`}, "! 413 PayloadTooLarge body[", 512 * kib, 64 * kib, "elements are counted"},
		{"attributes", &endless{begin: `<s>`, repeat: `<a b="" c=""/>`}, "! 413 PayloadTooLarge body[", 512 * kib, 64 * kib, "attributes are counted"},
		{"comments", &endless{begin: `<s>`, repeat: `<!---->`}, "! 413 PayloadTooLarge body[", 1024 * kib, 64 * kib, "comments are counted"},
		{"comments in front", &endless{repeat: `<!---->`}, "! 413 PayloadTooLarge body[", 1024 * kib, 64 * kib, "comments are counted"},
		{"instructions", &endless{begin: `<t>`, repeat: `<?p?>`}, "! 413 PayloadTooLarge body[", 1024 * kib, 64 * kib, "instructions are counted"},
		{"namespaces", strings.NewReader(bindings.String()), "! 413 PayloadTooLarge body[", 0, 256 * kib, "those in force are bounded"},
		{"billion laughs", strings.NewReader(laughs + `]><l>&l9;</l>`), "! MalformedXML body[0:0]", 0, 64 * kib, "there are no document types"},
		{"quadratic", strings.NewReader(`<!DOCTYPE l [<!ENTITY a "` + strings.Repeat("a", 100_000) + `">]><l>` + strings.Repeat("&a;", 100_000) + `</l>`), "! MalformedXML body[0:0]", 0, 64 * kib, "there are no document types"},
		{"parameter entity", strings.NewReader(`<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]><l/>`), "! MalformedXML body[0:0]", 0, 64 * kib, "nothing is fetched"},
		{"entities without a type", &endless{begin: `<t>`, repeat: `&l9;`}, "! MalformedXML body[3:3]", 4 * kib, 64 * kib, "XML has five"},
		{"reference without end", &endless{begin: `<t>&`, repeat: `x`}, "! MalformedXML body[3:3]", 4 * kib, 64 * kib, "references are short"},
		{"digits without end", &endless{begin: `<t>&#`, repeat: `0`}, "! MalformedXML body[3:3]", 4 * kib, 64 * kib, "references are short"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := printed(tt.in, format.Limits{})
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatalf("it was accepted (%s)", tt.why)
			}
			if got := readtest.Error(err); got != tt.want && !(strings.HasSuffix(tt.want, "[") && strings.HasPrefix(got, tt.want)) {
				t.Errorf("got %s, want %s (%s)", got, tt.want, tt.why)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes (%s)", len(err.Error()), tt.why)
			}
			if e, ok := tt.in.(*endless); ok && e.taken > tt.taken {
				t.Errorf("%d bytes were taken, want at most %d (%s)", e.taken, tt.taken, tt.why)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > tt.allocated {
				t.Errorf("%d bytes were allocated, want at most %d (%s)", n, tt.allocated, tt.why)
			}
		})
	}
}

// TestLimits holds the limits to their exact meaning.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		limits   format.Limits
		code     string
		why      string
	}{
		{"depth", `<a><b><c/></b><b/></a>`, format.Limits{Depth: 3}, "PayloadTooDeep", "elements within elements"},
		{"members", `<a b=""><!----><?p?><s xmlns="u"><c/></s></a>`, format.Limits{Members: 7}, "PayloadTooLarge", "elements, attributes, declarations, comments and instructions count alike"},
	} {
		if _, err := printed(strings.NewReader(tt.in), tt.limits); err != nil {
			t.Errorf("%s within %+v: %v (%s)", tt.in, tt.limits, err, tt.why)
		}
		less := format.Limits{Depth: tt.limits.Depth - 1, Members: tt.limits.Members - 1}
		if _, err := printed(strings.NewReader(tt.in), less); err == nil || !strings.Contains(readtest.Error(err), tt.code) {
			t.Errorf("%s within %+v: %v, want it refused (%s)", tt.in, less, err, tt.why)
		}
	}
}
