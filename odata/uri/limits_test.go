package uri

import (
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

// repeat nests: opening n times, the core, closing n times.
func repeat(opening, core, closing string, n int) string {
	return strings.Repeat(opening, n) + core + strings.Repeat(closing, n)
}

func list(item string, n int) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }

// TestLimits takes each limit to its end and one step further.
func TestLimits(t *testing.T) {
	whole := func(in string, l Limits) error { _, err := Parse("", "$filter="+in, l); return err }
	for _, tt := range []struct {
		name  string
		limit int // the default
		code  string
		set   func(*Limits, int)
		make  func(n int) string
		parse func(string, Limits) error
		why   string
	}{
		{"path length", 8192, CodeURITooLong, func(l *Limits, n int) { l.URLLength = n },
			func(n int) string { return strings.Repeat("a", n) },
			func(in string, l Limits) error { _, err := Parse(in, "", l); return err }, "bytes as sent"},
		{"path and query length", 8192, CodeURITooLong, func(l *Limits, n int) { l.URLLength = n },
			func(n int) string { return strings.Repeat("a", n-len("a?v=")) },
			func(in string, l Limits) error { _, err := Parse("a", "v="+in, l); return err }, "both count, and the question mark"},
		{"path segments", 32, CodePathTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return strings.Repeat("a/", n) },
			func(in string, l Limits) error { _, err := Parse(in, "", l); return err }, "a path is nesting, too"},
		{"parentheses", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("(", "a", ")", n) }, whole, "one level each"},
		{"not", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("not%20", "a", "", n) }, whole, "one level each"},
		{"minus", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("-", "a", "", n) }, whole, "one level each"},
		{"member path", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("a/", "a", "", n) }, whole, "one level for each step"},
		{"casts in a path", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("D.A/", "a", "", n) }, whole, "one level for each step"},
		{"path in parentheses", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return repeat("(", "a/b/c", ")", n-2) }, whole, "levels add up"},
		{"second of two operands", 32, CodeExpressionTooDeep, func(l *Limits, n int) { l.Depth = n },
			func(n int) string { return "((a/b))%20or%20" + repeat("(", "a", ")", n) }, whole, "levels that were left do not count"},
		{"calls", 8, CodeCallsTooDeep, func(l *Limits, n int) { l.CallDepth = n },
			func(n int) string { return repeat("f(", "a", ")", n) }, whole, "one level each"},
		{"calls through parentheses", 8, CodeCallsTooDeep, func(l *Limits, n int) { l.CallDepth = n },
			func(n int) string { return repeat("f(-(", "a", "))", n) }, whole, "what is between does not reset it"},
		{"calls through lambdas", 8, CodeCallsTooDeep, func(l *Limits, n int) { l.CallDepth = n },
			func(n int) string { return repeat("f(", "a/any(x:g(x))", ")", n-1) }, whole, "a lambda does not reset it"},
		{"calls one after another", 8, CodeCallsTooDeep, func(l *Limits, n int) { l.CallDepth = n },
			func(n int) string { return "f(g(a),g(b))%20and%20" + repeat("f(", "a", ")", n) }, whole, "calls that ended do not count"},
		{"lambdas", 2, CodeLambdasTooDeep, func(l *Limits, n int) { l.LambdaDepth = n },
			func(n int) string { return repeat("a/any(x:", "b", ")", n) }, whole, "one level each"},
		{"lambdas through calls", 2, CodeLambdasTooDeep, func(l *Limits, n int) { l.LambdaDepth = n },
			func(n int) string { return repeat("a/all(x:f(", "b", "))", n) }, whole, "a call does not reset it"},
		{"lambdas without a condition", 2, CodeLambdasTooDeep, func(l *Limits, n int) { l.LambdaDepth = n },
			func(n int) string { return repeat("a/any(x:", "b/any()", ")", n-1) }, whole, "an empty one counts"},
		{"lambdas one after another", 2, CodeLambdasTooDeep, func(l *Limits, n int) { l.LambdaDepth = n },
			func(n int) string { return "a/any()%20or%20b/any(x:x)%20or%20" + repeat("a/any(x:", "b", ")", n) }, whole, "lambdas that ended do not count"},
		{"flat chain", 1000, CodeExpressionTooLarge, func(l *Limits, n int) { l.Nodes = n },
			func(n int) string { return chain(n) }, whole, "a term costs its nodes and the operator"},
		{"many options", 1000, CodeExpressionTooLarge, func(l *Limits, n int) { l.Nodes = n },
			func(n int) string { return chain(n-8) + "&$orderby=a,b&$select=a,b,*&$expand=a/b" },
			func(in string, l Limits) error { _, err := Parse("A(1)", "$filter="+in, l); return err },
			"one account for the whole request, key included"},
		{"select items", 1000, CodeExpressionTooLarge, func(l *Limits, n int) { l.Nodes = n },
			func(n int) string { return list("a", n) },
			func(in string, l Limits) error { _, err := ParseSelect(in, l); return err }, "names are nodes"},
		{"arguments", 1000, CodeExpressionTooLarge, func(l *Limits, n int) { l.Nodes = n },
			func(n int) string { return "f(" + list("1", n-1) + ")" },
			func(in string, l Limits) error { _, err := ParseFilter(in, l); return err }, "literals are nodes"},
		{"skip token", 1000, CodeExpressionTooLarge, func(l *Limits, n int) { l.Nodes = n },
			func(n int) string { return list("1", n) },
			func(in string, l Limits) error { _, err := ParseSkipToken(in, l); return err }, "literals are nodes"},
		{"literal length", 8192, CodeLiteralTooLong, func(l *Limits, n int) { l.LiteralLength = n },
			func(n int) string { return "'" + strings.Repeat("a", n-2) + "'" },
			func(in string, l Limits) error { _, err := ParseFilter(in, l); return err }, "bytes as written, quotes included"},
		{"key literal length", 8192, CodeLiteralTooLong, func(l *Limits, n int) { l.LiteralLength = n; l.URLLength = 1 << 20 },
			func(n int) string { return "A('" + strings.Repeat("a", n-2) + "')" },
			func(in string, l Limits) error { l.URLLength = 1 << 20; _, err := Parse(in, "", l); return err }, "in the path, too"},
		{"order-by terms", 8, CodeTooManyOrderByTerms, func(l *Limits, n int) { l.OrderByTerms = n },
			func(n int) string { return list("a", n) },
			func(in string, l Limits) error { _, err := ParseOrderBy(in, l); return err }, "terms"},
		{"expand paths", 16, CodeTooManyExpandPaths, func(l *Limits, n int) { l.ExpandPaths = n },
			func(n int) string { return list("a", n) },
			func(in string, l Limits) error { _, err := ParseExpand(in, l); return err }, "paths as written"},
		{"expand depth", 4, CodeExpandTooDeep, func(l *Limits, n int) { l.ExpandDepth = n },
			func(n int) string { return repeat("D.A/a/", "", "", n) },
			func(in string, l Limits) error { _, err := ParseExpand(in, l); return err }, "navigation properties, not types"},
		{"select depth", 4, CodeExpandTooDeep, func(l *Limits, n int) { l.ExpandDepth = n },
			func(n int) string { return repeat("D.A/a/", "b", "", n) },
			func(in string, l Limits) error { _, err := ParseSelect(in, l); return err }, "one name more than an expansion"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.parse(tt.make(tt.limit), Limits{}); err != nil {
				t.Errorf("at the default of %d: %v, want success (%s)", tt.limit, err, tt.why)
			}
			if err := tt.parse(tt.make(tt.limit+1), Limits{}); code(err) != tt.code {
				t.Errorf("beyond the default of %d: %v, want %s (%s)", tt.limit, err, tt.code, tt.why)
			}
			var more Limits
			tt.set(&more, tt.limit+1)
			if err := tt.parse(tt.make(tt.limit+1), more); err != nil {
				t.Errorf("with a limit of %d: %v, want success (the limit is a setting)", tt.limit+1, err)
			}
			var none Limits
			tt.set(&none, -1)
			if err := tt.parse(tt.make(tt.limit), none); code(err) != tt.code {
				t.Errorf("with a negative limit: %v, want %s (negative allows none)", err, tt.code)
			}
		})
	}
}

// chain is an expression of n nodes without depth, in escaped text.
func chain(n int) string {
	text := "a" + strings.Repeat("%20and%20a", (n-1)/2)
	if n%2 == 0 {
		text = "-" + text
	}
	return text
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return odata.AsError(err).Code
}

// TestChains goes far beyond the default number of nodes: trees as deep as they
// are long must parse, print and report their place all the same.
func TestChains(t *testing.T) {
	limits := Limits{URLLength: 1 << 30, Nodes: 1 << 30}
	for _, op := range []string{"and", "or", "add", "eq"} {
		text := "a" + strings.Repeat(" "+op+" a", 20_000)
		n, err := ParseFilter(text, limits)
		if err != nil {
			t.Fatalf("a chain of %s costs no depth: %v", op, err)
		}
		if n.String() != text {
			t.Errorf("a chain of %s prints as something else", op)
		}
		if at := n.Span(); at != (odata.Span{End: len(text)}) {
			t.Errorf("a chain of %s spans %v", op, at)
		}
	}
}

// TestNestingBombs asks for nesting of up to a million levels, once with all
// else unlimited. The depth must be refused before it is entered, so the cost
// does not depend on the levels: memory shows it.
func TestNestingBombs(t *testing.T) {
	const huge = 1 << 30
	open := Limits{URLLength: huge, Nodes: huge, LiteralLength: huge}
	filter := func(in string, l Limits) error { _, err := ParseFilter(in, l); return err }
	for _, tt := range []struct {
		name, opening, core, closing string
		parse                        func(string, Limits) error
		want                         string
	}{
		{"parentheses", "(", "a", ")", filter, CodeExpressionTooDeep},
		{"open parentheses", "(", "", "", filter, CodeExpressionTooDeep},
		{"not", "not ", "a", "", filter, CodeExpressionTooDeep},
		{"not in parentheses", "not(", "a", ")", filter, CodeExpressionTooDeep},
		{"minus", "-", "a", "", filter, CodeExpressionTooDeep},
		{"minus in parentheses", "-(", "1", ")", filter, CodeExpressionTooDeep},
		{"parentheses on the right", "a or (", "a", ")", filter, CodeExpressionTooDeep},
		{"calls", "f(", "a", ")", filter, CodeCallsTooDeep},
		{"calls, second argument", "f(a,", "a", ")", filter, CodeCallsTooDeep},
		{"casts", "cast(", "a", ",'Edm.String')", filter, CodeCallsTooDeep},
		{"any", "a/any(x:", "a", ")", filter, CodeLambdasTooDeep},
		{"all", "a/all(x:", "a", ")", filter, CodeLambdasTooDeep},
		{"any after any", "a/any(x:x)/", "a", "", filter, CodeExpressionTooDeep},
		{"path", "a/", "a", "", filter, CodeExpressionTooDeep},
		{"type casts", "D.A/", "a", "", filter, CodeExpressionTooDeep},
		{"bound calls", "a()/", "a", "", filter, CodeExpressionTooDeep},
		{"orderby parentheses", "(", "a", ")", func(in string, l Limits) error { _, err := ParseOrderBy(in, l); return err }, CodeExpressionTooDeep},
		{"orderby terms", "a,", "a", "", func(in string, l Limits) error { _, err := ParseOrderBy(in, l); return err }, CodeTooManyOrderByTerms},
		{"expand", "a/", "a", "", func(in string, l Limits) error { _, err := ParseExpand(in, l); return err }, CodeExpandTooDeep},
		{"expand types", "D.A/a/", "a", "", func(in string, l Limits) error { _, err := ParseExpand(in, l); return err }, CodeExpandTooDeep},
		{"expand paths", "a,", "a", "", func(in string, l Limits) error { _, err := ParseExpand(in, l); return err }, CodeTooManyExpandPaths},
		{"select", "a/", "a", "", func(in string, l Limits) error { _, err := ParseSelect(in, l); return err }, CodeExpandTooDeep},
		{"resource path", "a/", "a", "", func(in string, l Limits) error { _, err := Parse(in, "", l); return err }, CodePathTooDeep},
		{"resource path with keys", "a(1)/", "a", "", func(in string, l Limits) error { _, err := Parse(in, "", l); return err }, CodePathTooDeep},
		{"key parentheses", "a(", "a", ")", func(in string, l Limits) error { _, err := Parse(in, "", l); return err }, CodeInvalidKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, levels := range []int{100, 10_000, 1_000_000} {
				text := repeat(tt.opening, tt.core, tt.closing, levels)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				err := tt.parse(text, open)
				runtime.ReadMemStats(&after)
				if got := code(err); got != tt.want {
					t.Fatalf("%d levels: %s, want %s", levels, got, tt.want)
				}
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
					t.Errorf("%d levels: refusing took %d bytes of memory, want less than a MiB", levels, grown)
				}
				err = parseWhole(text)
				if got := odata.AsError(err).Kind; got != odata.KindInvalid && got != odata.KindURITooLong {
					t.Errorf("%d levels in a URL: %v, want a refusal", levels, err)
				}
			}
		})
	}
}

// parseWhole sends text as everything at once, with the default limits.
func parseWhole(text string) error {
	_, err := Parse(text, "$filter="+text+"&$orderby="+text+"&$expand="+text+"&$select="+text, Limits{})
	return err
}

func TestURITooLongIs414(t *testing.T) {
	_, err := Parse(strings.Repeat("a", 8193), "", Limits{})
	if diff := cmp.Diff(odata.KindURITooLong, odata.AsError(err).Kind); diff != "" {
		t.Errorf("a long URL has its own status (-want +got):\n%s", diff)
	}
}
