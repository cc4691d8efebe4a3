package uri

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestEscape(t *testing.T) {
	segment, query := EscapeSegment, EscapeQuery
	for _, tt := range []struct {
		name     string
		escape   func([]byte, string) []byte
		in, want string
		why      string
	}{
		{"plain segment", segment, "pamrequests", "pamrequests", "unreserved"},
		{"all unreserved", segment, "aZ09-._~", "aZ09-._~", "unreserved"},
		{"system segment", segment, "$metadata", "$metadata", "the dollar sign of names stays"},
		{"structure", segment, "a(b)=',;/+", "a%28b%29%3D%27%2C%3B%2F%2B", "a name has none"},
		{"percent", segment, "%41", "%2541", "decoded once again"},
		{"beyond ASCII", segment, "ž", "%C5%BE", "bytes of UTF-8, upper-case digits"},

		{"filter", query, "Name eq 'a'", "Name%20eq%20'a'", "blanks escaped, quotes raw"},
		{"raw signs", query, "$()*,/:?@!'", "$()*,/:?@!'", "what may appear raw does"},
		{"plus", query, "+02:00", "%2B02:00", "a raw plus would be a blank"},
		{"separators", query, "a&b=c#d;e", "a%26b%3Dc%23d%3Be", "semicolons, too: some take them for separators"},
		{"control characters", query, "\r\n\x00", "%0D%0A%00", "nothing breaks a line"},
		{"markup", query, `<a href="x">`, "%3Ca%20href%3D%22x%22%3E", "nothing breaks out of markup"},

		{"number", EscapeLiteral, "-1.5M", "-1.5M", "unreserved"},
		{"exponent", EscapeLiteral, "1E+16", "1E%2B16", "the plus is escaped"},
		{"string", EscapeLiteral, "'a'", "'a'", "the quotes around stay"},
		{"empty string", EscapeLiteral, "''", "''", "the quotes around stay"},
		{"quotes inside", EscapeLiteral, "'O''Neil'", "'O%27%27Neil'", "those inside do not"},
		{"quotes at the ends", EscapeLiteral, "''''''", "'%27%27%27%27'", "the outermost two stay"},
		{"date", EscapeLiteral, "datetime'2015-07-12T06:40:00'", "datetime'2015-07-12T06%3A40%3A00'", "strict inside quotes"},
		{"structure in quotes", EscapeLiteral, "'a/b(c),d=$e'", "'a%2Fb%28c%29%2Cd%3D%24e'", "strict inside quotes"},
		{"one quote", EscapeLiteral, "'", "%27", "not a literal"},
		{"nothing", EscapeLiteral, "", "", "not a literal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.escape([]byte("/"), tt.in))
			if diff := cmp.Diff("/"+tt.want, got); diff != "" {
				t.Errorf("%q: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			for _, query := range []bool{false, true} {
				if back, bad := unescape(got, query); bad != nil || back != "/"+tt.in {
					t.Errorf("%q decodes to %q, want what was escaped, in path and query", got, back)
				}
			}
		})
	}
}

func TestAppendKey(t *testing.T) {
	for _, tt := range []struct {
		name   string
		names  []string
		values []edm.Value
		want   string
		why    string
	}{
		{"integer", []string{"Id"}, []edm.Value{edm.Int32(1)}, "(1)", "a single value is not named"},
		{"negative", []string{"Id"}, []edm.Value{edm.Int32(-1)}, "(-1)", "the sign belongs to the literal"},
		{"Int64", []string{"Id"}, []edm.Value{edm.Int64(10)}, "(10L)", "suffix"},
		{"string", []string{"Id"}, []edm.Value{edm.String("O'Neil/50% ž")}, "('O%27%27Neil%2F50%25%20%C5%BE')", "doubled, then escaped"},
		{"empty string", []string{"Id"}, []edm.Value{edm.String("")}, "('')", "quotes"},
		{"double", []string{"Id"}, []edm.Value{edm.Double(1e300)}, "(1E%2B300)", "the plus is escaped"},
		{"compound", []string{"OrderId", "LineNo"}, []edm.Value{edm.String("a"), edm.Int32(2)}, "(OrderId='a',LineNo=2)", "named, no blanks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(AppendKey([]byte("Set"), tt.names, tt.values))
			if diff := cmp.Diff("Set"+tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestEscapingDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 1024)
	names := []string{"A", "B"}
	values := []edm.Value{edm.String("O'Neil / 50% +"), edm.Int64(-5)}
	r, err := Parse("Lines(A='x%27%27y',B=@b)/$links/Orders", "", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		run  func()
	}{
		{"EscapeSegment", func() { EscapeSegment(dst, "a b/c") }},
		{"EscapeQuery", func() { EscapeQuery(dst, "a b/c&") }},
		{"EscapeLiteral", func() { EscapeLiteral(dst, "'a b''c'") }},
		{"AppendOption", func() { AppendOption(dst, "$filter", "a eq 'b'") }},
		{"AppendPath", func() { AppendPath(dst, r.Path) }},
		{"AppendKey", func() { AppendKey(dst, names, values) }},
	} {
		if n := testing.AllocsPerRun(10, tt.run); n != 0 {
			t.Errorf("%s allocates %v times although there is room", tt.name, n)
		}
	}
}

// TestKeyRoundTrip writes random string keys as links are written and reads
// them back.
func TestKeyRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"'", "''", "/", "%", "%2F", "%00", "+", " ", "(", ")", ",", "=", "&", "?", "#", ";", ":", "@", "$", `"`, `\`,
		"..", "a", "Z", "9", "ž", "日本", "😀", "\u0301", "\u202e", "\x00", "\r\n", "\t", "\x7f", "null", "guid'"}
	for i := range 1000 {
		var key strings.Builder
		size := random.IntN(40)
		if i%100 == 0 {
			size = 4000
		}
		for key.Len() < size {
			key.WriteString(pieces[random.IntN(len(pieces))])
		}
		values := []edm.Value{edm.String(key.String())}
		names := []string{"Id"}
		if i%2 == 1 {
			values, names = append(values, edm.Int32(int32(i))), append(names, "No")
		}
		link := AppendKey(EscapeSegment(nil, "Items"), names, values)
		if strings.ContainsAny(string(link), " /?#&\"<>\\\r\n\x00") {
			t.Fatalf("link %q holds what may not stand in a path segment", link)
		}
		r, err := Parse(string(link)+"/Name", "", Limits{URLLength: 1 << 20, LiteralLength: 1 << 20})
		if err != nil {
			t.Fatalf("key %q: %v", key.String(), err)
		}
		if len(r.Path) != 2 || r.Path[0].Name != "Items" || len(r.Path[0].Args) != len(values) {
			t.Fatalf("key %q: %q reads as %q", key.String(), link, dumpSegments(r.Path))
		}
		if got := r.Path[0].Args[0].Value.Value; !got.Equal(values[0]) {
			t.Fatalf("key %q came back as %v", key.String(), got)
		}
		if again := r.String(); again != string(link)+"/Name" {
			t.Fatalf("link %q prints as %q", link, again)
		}
	}
}
