package uri

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

// TestEveryCodeIsReachable has one request for each documented code.
func TestEveryCodeIsReachable(t *testing.T) {
	long := strings.Repeat("a", 9000)
	got := map[string]string{}
	for _, in := range []string{
		"%", "a%00", "(1)", "a(b)",
		"?$filter", "?$foo=1", "?a=1&a=1",
		"?$top=x", "?$skip=x", "?$inlinecount=x", "?$expand=*", "?$select=$a",
		"?$filter=guid'x'", "?$filter=a%20b",
		long, strings.Repeat("a/", 50),
		"?$filter=" + strings.Repeat("(", 50),
		"?$filter=" + strings.Repeat("f(", 10),
		"?$filter=a/any(x:a/any(x:a/any(x:x)))",
		"?$select=" + list("a", 600),
		"?$orderby=" + list("a", 9),
		"?$expand=a/a/a/a/a", "?$expand=" + list("a", 17),
	} {
		path, query, _ := strings.Cut(in, "?")
		_, err := Parse(path, query, Limits{Nodes: 500})
		if err == nil {
			t.Errorf("Parse(%.40q) succeeds", in)
			continue
		}
		e := odata.AsError(err)
		got[e.Code] = e.Message
		if e.Target == "" && e.Code != CodeURITooLong {
			t.Errorf("%s does not say where", e.Code)
		}
	}
	if _, err := ParseSkipToken("a", Limits{}); err != nil {
		got[odata.AsError(err).Code] = "from ParseSkipToken"
	}
	if _, err := ParseFilter("'"+long+"'", Limits{}); err != nil {
		got[odata.AsError(err).Code] = "from ParseFilter"
	}
	var reached []string
	for _, code := range documentedCodes(t) {
		if got[code] != "" {
			reached = append(reached, code)
		}
		delete(got, code)
	}
	if diff := cmp.Diff(documentedCodes(t), reached); diff != "" {
		t.Errorf("codes without a request that leads to them (-want +got):\n%s", diff)
	}
	if len(got) > 0 {
		t.Errorf("codes that are not documented: %v", got)
	}
}

// documentedCodes reads the constants Code… from errors.go.
func documentedCodes(t *testing.T) []string {
	t.Helper()
	file, err := goparser.ParseFile(gotoken.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || "Code"+code != spec.Names[0].Name {
			t.Errorf("%s has the value %q, want its name", spec.Names[0].Name, code)
		}
		codes = append(codes, code)
		return true
	})
	return codes
}

func TestQuoteIsShort(t *testing.T) {
	for _, tt := range []struct{ name, in, want, why string }{
		{"short", "abc", `"abc"`, "as it is"},
		{"control characters", "a\r\nb", `"a\r\nb"`, "one line in a log"},
		{"long", strings.Repeat("a", 50), `"` + strings.Repeat("a", 40) + `…"`, "cut"},
		{"cut inside a rune", strings.Repeat("a", 39) + "žž", `"` + strings.Repeat("a", 39) + `…"`, "cut at a whole character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, quote(tt.in)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}
