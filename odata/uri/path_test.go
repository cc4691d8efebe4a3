package uri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

// dumpSegments shows names and arguments: Customers[] is a name with empty
// parentheses, Lines[Id=1L LineNo=@n] one with arguments.
func dumpSegments(path []Segment) []string {
	var dump []string
	for _, s := range path {
		text := s.Name
		if s.HasParens {
			var args []string
			for _, a := range s.Args {
				arg := a.Value.Raw + a.Alias
				if a.Name != "" {
					arg = a.Name + "=" + arg
				}
				args = append(args, arg)
			}
			text += "[" + strings.Join(args, " ") + "]"
		}
		dump = append(dump, text)
	}
	return dump
}

func TestParsePath(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		text     string // canonical; "=" where it is in itself
		why      string
	}{
		{"nothing", "", nil, "=", "the service document"},
		{"slash", "/", nil, "", "the service document"},
		{"set", "/Customers", []string{"Customers"}, "Customers", "a slash before it is not part of a segment"},
		{"trailing slash", "sessioninfo/", []string{"sessioninfo"}, "sessioninfo", "empty segments are dropped"},
		{"doubled slashes", "//a///b//", []string{"a", "b"}, "a/b", "empty segments are dropped"},
		{"metadata", "$metadata", []string{"$metadata"}, "=", "system segments are names here"},
		{"escaped dollar", "%24metadata", []string{"$metadata"}, "$metadata", "both spellings are one"},
		{"composition", "Customers(1)/Orders/$count", []string{"Customers[1]", "Orders", "$count"}, "=", "segments in order"},
		{"empty parentheses", "Customers()", []string{"Customers[]"}, "=", "no key"},
		{"blank parentheses", "Customers(%20)", []string{"Customers[]"}, "Customers()", "no key"},
		{"cast with key", "Customers/Demo.VipCustomer(1)/Level", []string{"Customers", "Demo.VipCustomer[1]", "Level"}, "=", "a key after a cast"},

		{"string key", "Items('a')", []string{"Items['a']"}, "=", "one positional value"},
		{"doubled quote", "Items('O''Neil')", []string{"Items['O''Neil']"}, "Items('O%27%27Neil')", "quotes inside are written escaped"},
		{"escaped quotes", "Items(%27O%27%27Neil%27)", []string{"Items['O''Neil']"}, "Items('O%27%27Neil')", "escaped and raw quotes are one"},
		{"everything escaped", "Items%28%27a%27%29", []string{"Items['a']"}, "Items('a')", "the key is taken apart after decoding"},
		{"escaped structure", "L(a%3D1%2Cb%3D'x''y')", []string{"L[a=1 b='x''y']"}, "L(a=1,b='x%27%27y')", "the key is taken apart after decoding"},
		{"slash in a key", "Items('a%2Fb')", []string{"Items['a/b']"}, "=", "only a raw slash separates segments"},
		{"slash in a name", "a%2Fb", []string{"a/b"}, "=", "a name that no model has"},
		{"parentheses in a key", "Items('(a)')", []string{"Items['(a)']"}, "Items('%28a%29')", "the first parenthesis and the last one count"},
		{"comma in a key", "Items('a,b=c')", []string{"Items['a,b=c']"}, "Items('a%2Cb%3Dc')", "nothing is special in quotes"},
		{"plus in a key", "Items('a+b')", []string{"Items['a+b']"}, "Items('a%2Bb')", "in the path a plus is a plus"},
		{"question mark in a key", "Items('a%3Fb%23')", []string{"Items['a?b#']"}, "=", "decoded"},
		{"control characters in a key", "Items('a%00%0Ab')", []string{"Items['a\x00\nb']"}, "=", "quoted values hold any character"},
		{"twice escaped", "Items('%252F')", []string{"Items['%2F']"}, "=", "decoded exactly once"},
		{"twice escaped name", "%252e%252e%252f", []string{"%2e%2e%2f"}, "%252e%252e%252f", "decoded exactly once"},
		{"emoji", "Items('%F0%9F%98%80')", []string{"Items['😀']"}, "=", "UTF-8"},
		{"raw UTF-8", "Straße('ž')", []string{"Straße['ž']"}, "Stra%C3%9Fe('%C5%BE')", "raw bytes are tolerated"},

		{"Int64 key", "Big(10L)", []string{"Big[10L]"}, "=", "the suffix is kept"},
		{"negative key", "Big(-10)", []string{"Big[-10]"}, "=", "the sign belongs to the literal"},
		{"null key", "Big(null)", []string{"Big[null]"}, "=", "the binder refuses it with the type at hand"},
		{"Boolean key", "Big(true)", []string{"Big[true]"}, "=", "literal word"},
		{"exponent", "Big(1E+10)", []string{"Big[1E+10]"}, "Big(1E%2B10)", "in the path a plus is a plus"},
		{"guid key", "pamrequests(guid'F5E80BE1-e9a3-42c4-81f8-4be5a4a429f4')/Close",
			[]string{"pamrequests[guid'F5E80BE1-e9a3-42c4-81f8-4be5a4a429f4']", "Close"}, "=", "as written"},
		{"escaped guid key", "pamrequests%28guid%27f5e80be1-e9a3-42c4-81f8-4be5a4a429f4%27%29",
			[]string{"pamrequests[guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4']"},
			"pamrequests(guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4')", "parentheses and quotes may be escaped"},
		{"date key", "Logs(datetime'2015-07-12T06:40:00')", []string{"Logs[datetime'2015-07-12T06:40:00']"},
			"Logs(datetime'2015-07-12T06%3A40%3A00')", "values are escaped strictly"},
		{"named key", "Customers(Id=1)", []string{"Customers[Id=1]"}, "=", "a single key may be named"},
		{"compound key", "OrderLines(OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10',LineNo=2)",
			[]string{"OrderLines[OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10' LineNo=2]"}, "=", "several are named"},
		{"blanks in a key", "L(%20a%20=%201%20,%20b%20=%202%20)", []string{"L[a=1 b=2]"}, "L(a=1,b=2)", "white space is tolerated"},
		{"reserved word as a name", "L(null=1,true=2)", []string{"L[null=1 true=2]"}, "=", "the equals sign makes the name"},
		{"aliases", "Promote(p=1,q=@a)", []string{"Promote[p=1 q=@a]"}, "=", "values in the query"},

		{"dot segments", "../a/./%2e%2e", []string{"..", "a", ".", ".."}, "../a/./..", "names like any other: nothing leaves the root"},
		{"escaped dot segments", "%2e%2e%2fadmin", []string{"../admin"}, "..%2Fadmin", "one segment, one name"},
		{"semicolon", "Customers;v=1", []string{"Customers;v=1"}, "Customers%3Bv%3D1", "part of the name"},
		{"backslash", "a%5Cb", []string{`a\b`}, "=", "part of the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse(tt.in, "", Limits{})
			if err != nil {
				t.Fatalf("Parse(%q): %v (%s)", tt.in, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, dumpSegments(r.Path)); diff != "" {
				t.Errorf("Parse(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			text := tt.text
			if text == "=" {
				text = tt.in
			}
			if diff := cmp.Diff(text, r.String()); diff != "" {
				t.Errorf("canonical text of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestParsePathFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"percent at the end", "a/b%", "InvalidEncoding path[3:4]", "two digits are needed"},
		{"one digit", "a%2", "InvalidEncoding path[1:3]", "two digits are needed"},
		{"no digits", "a%zz", "InvalidEncoding path[1:4]", "hexadecimal digits are needed"},
		{"overlong slash", "%C0%AF", "InvalidEncoding path[0:6]", "overlong UTF-8 is no UTF-8"},
		{"surrogate", "%ED%A0%80", "InvalidEncoding path[0:9]", "surrogates are no UTF-8"},
		{"lone byte in a key", "a('%FF')", "InvalidEncoding path[0:8]", "no UTF-8"},
		{"NUL in a name", "x/a%00b", "InvalidCharacter path[3:6]", "names have no control characters"},
		{"line feed in a name", "a%0D%0Ab", "InvalidCharacter path[1:4]", "names have no control characters"},
		{"C1 control in a name", "a%C2%85", "InvalidCharacter path[1:4]", "names have no control characters"},
		{"NUL between key values", "a(1%00)", "InvalidKey path[3:6]", "control characters stand only in quotes"},

		{"no name", "(1)", "InvalidSegment path[0:3]", "a key of what"},
		{"not closed", "Customers(1", "InvalidSegment path[0:11]", "must end with a parenthesis"},
		{"text after the key", "Customers(1)x", "InvalidSegment path[0:13]", "must end with a parenthesis"},
		{"blank after the key", "Customers(1)%20", "InvalidSegment path[0:15]", "must end with a parenthesis"},
		{"raw slash in a key", "Items('a/b')", "InvalidSegment path[0:8]", "a raw slash separates segments"},
		{"two keys", "Customers(1)(2)", "InvalidKey path[11:12]", "one pair of parentheses"},
		{"options in parentheses", "Customers(1)($select=a)", "InvalidKey path[11:12]", "one pair of parentheses"},

		{"two positional values", "L(1,2)", "InvalidKey path[2:3]", "several must be named"},
		{"positional after named", "L(a=1,2)", "InvalidKey path[6:7]", "several must be named"},
		{"repeated name", "L(a=1,b=2,a=3)", "InvalidKey path[10:13]", "no duplicates"},
		{"trailing comma", "L(a=1,)", "InvalidKey path[6:6]", "a value is expected"},
		{"leading comma", "L(,1)", "InvalidKey path[2:3]", "a value is expected"},
		{"no comma", "L(a=1 b=2)", "InvalidKey path[6:7]", "a comma is expected"},
		{"no value", "L(a=)", "InvalidKey path[4:4]", "a value is expected"},
		{"no value after an escape", "%4C(a%3D)", "InvalidKey path[8:8]", "places are those of the escaped path"},
		{"bare word", "L(abc)", "InvalidKey path[2:5]", "text needs quotes"},
		{"dotted name", "L(a.b=1)", "InvalidKey path[2:5]", "names are identifiers"},
		{"dollar name", "L($a=1)", "InvalidKey path[2:4]", "names are identifiers"},
		{"expression", "L(1%20add%201)", "InvalidKey path[6:9]", "literals only"},
		{"dotted alias", "L(a=@b.c)", "InvalidKey path[6:7]", "aliases are identifiers"},
		{"alias without a name", "L(a=@)", "InvalidKey path[4:5]", "aliases are identifiers"},
		{"spaced minus", "L(-%201)", "InvalidKey path[2:3]", "literals only"},
		{"bare guid", "L(6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10)", "InvalidLiteral path[2:10]", "that is V4"},
		{"braces", "L({0})", "InvalidKey path[2:3]", "a template is no literal"},
		{"double quotes", "L(%22a%22)", "InvalidLiteral path[2:5]", "text needs single quotes"},
		{"open quote", "L('a)", "InvalidLiteral path[2:4]", "not closed"},
		{"bad guid", "L(guid'1')", "InvalidLiteral path[2:9]", "the literal itself is wrong"},
		{"bad escaped guid", "%4C(guid%271%27)", "InvalidLiteral path[4:15]", "places are those of the escaped path"},
		{"integer beyond Int64", "L(9223372036854775808)", "InvalidLiteral path[2:21]", "what the model cannot hold"},
	}, func(in string) error {
		_, err := Parse(in, "", Limits{})
		return err
	})
}

func TestPathSpans(t *testing.T) {
	const text = "/Demo//%4Cines(a%3D1,b%20=%20'x%27%27y')/$count"
	r, err := Parse(text, "", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	lines := r.Path[1]
	for _, tt := range []struct {
		name, want string
		at         odata.Span
	}{
		{"first", "Demo", r.Path[0].Span},
		{"segment", "%4Cines(a%3D1,b%20=%20'x%27%27y')", lines.Span},
		{"name", "%4Cines", lines.NameSpan},
		{"first argument", "a%3D1", lines.Args[0].Span},
		{"first value", "1", lines.Args[0].Value.At},
		{"second argument", "b%20=%20'x%27%27y'", lines.Args[1].Span},
		{"second value", "'x%27%27y'", lines.Args[1].Value.At},
		{"plain segment", "$count", r.Path[2].Span},
		{"plain name", "$count", r.Path[2].NameSpan},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := text[tt.at.Start:tt.at.End]; got != tt.want {
				t.Errorf("span is %q, want %q in the escaped path", got, tt.want)
			}
		})
	}
}
