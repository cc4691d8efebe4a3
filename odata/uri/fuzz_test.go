package uri

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// reparse is for text this package printed: escaping lengthens it, and
// parentheses that keep a sign from a number deepen it.
var reparse = Limits{URLLength: 1 << 24, Depth: 100}

// FuzzRequest: a request prints as one that parses to the same, and every
// refusal says where.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ path, query string }{
		{"", ""},
		{"/Customers(1)/Orders/$count", "$filter=a%20eq%201&v=1"},
		{"Lines(A='x%27%27y',B=@b)/Demo.Vip/Level", "@b=5L&$top=1&$skip=2"},
		{"%24metadata//..", "%24format=json;odata=verbose"},
		{"pamrequests(guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4')/Close", "$inlinecount=allpages&$callback=f"},
		{"a(b%3D'%2F')", "$select=*,a/b,C.*&$expand=a/b,c&$orderby=a+desc,b&$skiptoken='a',1"},
		{"a(datetimeoffset'2015-07-12T06:40:00%2002:00')", "$filter=not+(a+or+-b/c)"},
		{"a%00", "=&&=1&+a=%2B"},
		{"%C0%AF", "a=%"},
	} {
		f.Add(seed.path, seed.query)
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		first, err := Parse(path, query, Limits{})
		if err != nil {
			checkRefusal(t, err, map[string]int{"path": len(path), "query": len(query), "$": len(query)})
			return
		}
		text := first.String()
		path, query, _ = strings.Cut(text, "?")
		second, err := Parse(path, query, reparse)
		if err != nil {
			t.Fatalf("printed as %q, which does not parse: %v", text, err)
		}
		if diff := cmp.Diff(first, second, sameTree); diff != "" {
			t.Fatalf("printed as %q, which is something else (-first +second):\n%s", text, diff)
		}
		if again := second.String(); again != text {
			t.Fatalf("printed as %q and then as %q", text, again)
		}
	})
}

// FuzzFilter: an expression prints as one that parses to the same tree, and
// printing is stable.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		typicalFilter, "not (a or b) and -(5) lt - 5", "(not)/b eq not", "f(a,g(1.5e3M))/b/any(x:x/all(y:y eq $it/a))",
		"a/any() or b/any", "--5/a", "-(null)", "((a add b))/c sub (d sub e)", "datetime'2015-07-12T06:40 02:00' ne null",
		"é/ž eq INFf and NaN", `"x"`, "a eq'x'", "0x1", "(((((", "a//b", "\xff", "a\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		first, err := ParseFilter(in, Limits{})
		if err != nil {
			checkRefusal(t, err, map[string]int{"$filter": len(in)})
			return
		}
		checkSpans(t, first, len(in))
		text := first.String()
		second, err := ParseFilter(text, reparse)
		if err != nil {
			t.Fatalf("printed as %q, which does not parse: %v", text, err)
		}
		if diff := cmp.Diff(first, second, sameTree); diff != "" {
			t.Fatalf("printed as %q, which is something else (-first +second):\n%s", text, diff)
		}
		if again := second.String(); again != text {
			t.Fatalf("printed as %q and then as %q", text, again)
		}
	})
}

// FuzzOrderBy is FuzzFilter for terms.
func FuzzOrderBy(f *testing.F) {
	for _, seed := range []string{"a", "a desc,b asc", "desc desc", "(a)desc", "(not) asc", "f(a,b) , c", "a,", "a DESC"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		first, err := ParseOrderBy(in, Limits{})
		if err != nil {
			checkRefusal(t, err, map[string]int{"$orderby": len(in)})
			return
		}
		var terms []string
		for _, item := range first {
			terms = append(terms, item.String())
		}
		text := strings.Join(terms, ",")
		second, err := ParseOrderBy(text, reparse)
		if err != nil {
			t.Fatalf("printed as %q, which does not parse: %v", text, err)
		}
		if diff := cmp.Diff(first, second, sameTree); diff != "" {
			t.Fatalf("printed as %q, which is something else (-first +second):\n%s", text, diff)
		}
	})
}

// FuzzExpandSelect is the same for the two lists of paths.
func FuzzExpandSelect(f *testing.F) {
	for _, seed := range []string{"a", "a/b,c", "D.A/b/", "*", "a/*,C.*", "D.A/C.b", "a/ b", "a($select=b)", "$count", "a,,b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if items, err := ParseExpand(in, Limits{}); err != nil {
			checkRefusal(t, err, map[string]int{"$expand": len(in)})
		} else {
			checkList(t, items, ParseExpand)
		}
		if items, err := ParseSelect(in, Limits{}); err != nil {
			checkRefusal(t, err, map[string]int{"$select": len(in)})
		} else {
			checkList(t, items, ParseSelect)
		}
	})
}

func checkList[T interface{ String() string }](t *testing.T, first []T, parse func(string, Limits) ([]T, error)) {
	t.Helper()
	var texts []string
	for _, item := range first {
		texts = append(texts, item.String())
	}
	text := strings.Join(texts, ",")
	second, err := parse(text, Limits{})
	if err != nil {
		t.Fatalf("printed as %q, which does not parse: %v", text, err)
	}
	if diff := cmp.Diff(first, second, sameTree); diff != "" {
		t.Fatalf("printed as %q, which is something else (-first +second):\n%s", text, diff)
	}
}

// FuzzSkipToken: the literals of a token read the same when joined again.
func FuzzSkipToken(f *testing.F) {
	for _, seed := range []string{"1", "'Ann',42", "null , -INF,X'00'", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", "1;2", "'a", ","} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		first, err := ParseSkipToken(in, Limits{})
		if err != nil {
			checkRefusal(t, err, map[string]int{"$skiptoken": len(in)})
			return
		}
		var raw []string
		for _, l := range first {
			raw = append(raw, l.Raw)
		}
		second, err := ParseSkipToken(strings.Join(raw, ","), Limits{})
		if err != nil {
			t.Fatalf("%q does not parse: %v", raw, err)
		}
		if diff := cmp.Diff(first, second, sameTree); diff != "" {
			t.Fatalf("%q is something else (-first +second):\n%s", raw, diff)
		}
	})
}

// FuzzKey: any text survives being a key in a link, and the link stays one
// segment of harmless characters.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{"", "a", "O'Neil", "a/b%2F?#&=+ ;", "😀\x00\r\n", "''", "%27", "..", "(1)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if !utf8.ValidString(key) {
			return // strings of the model are UTF-8
		}
		want := edm.String(key)
		link := string(AppendKey([]byte("Items"), []string{"Id"}, []edm.Value{want}))
		if i := strings.IndexFunc(link, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/?#&"<>\`, r) }); i >= 0 {
			t.Fatalf("link %q holds %q", link, link[i])
		}
		r, err := Parse(link, "", Limits{URLLength: 1 << 24, LiteralLength: 1 << 24})
		if err != nil {
			t.Fatalf("link %q does not parse: %v", link, err)
		}
		if len(r.Path) != 1 || len(r.Path[0].Args) != 1 || !r.Path[0].Args[0].Value.Value.Equal(want) {
			t.Fatalf("link %q reads as %q", link, dumpSegments(r.Path))
		}
	})
}

var target = regexp.MustCompile(`^([a-z$]+)\[(\d+):(\d+)\]$`)

// checkRefusal requires a public error with a place inside the text. lengths
// holds the length of each text; "$" stands for all system options.
func checkRefusal(t *testing.T, err error, lengths map[string]int) {
	t.Helper()
	e, ok := errors.AsType[*odata.Error](err)
	if !ok {
		t.Fatalf("%v is not an *odata.Error", err)
	}
	if e.Kind == odata.KindURITooLong {
		return
	}
	m := target.FindStringSubmatch(e.Target)
	if e.Kind != odata.KindInvalid || e.Code == "" || e.Message == "" || m == nil {
		t.Fatalf("%#v is not a refusal with a place", e)
	}
	length, ok := lengths[m[1]]
	if !ok {
		length = lengths[m[1][:1]]
	}
	start, _ := strconv.Atoi(m[2])
	end, _ := strconv.Atoi(m[3])
	if start > end || end > length {
		t.Fatalf("%v: the place is outside the text of %d bytes", e, length)
	}
}

// checkSpans requires every node to lie inside the text and its operands inside
// it.
func checkSpans(t *testing.T, n Node, length int) {
	t.Helper()
	at := n.Span()
	if at.Start < 0 || at.Start >= at.End || at.End > length {
		t.Fatalf("%s spans %v of %d bytes", n, at, length)
	}
	inside := func(operands ...Node) {
		for _, x := range operands {
			if x == nil {
				continue
			}
			checkSpans(t, x, length)
			if s := x.Span(); s.Start < at.Start || s.End > at.End {
				t.Fatalf("%s at %v is not inside %s at %v", x, s, n, at)
			}
		}
	}
	switch n := n.(type) {
	case *Literal:
	case *Name:
		inside(n.Of)
	case *Unary:
		inside(n.X)
	case *Binary:
		inside(n.L, n.R)
	case *Call:
		inside(n.Of)
		inside(n.Args...)
	case *Lambda:
		inside(n.Of, n.Body)
	default:
		t.Fatalf("unknown node %T", n)
	}
}
