package typed

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMalformedTag(t *testing.T) {
	for _, tt := range []struct{ name, tag, why string }{
		{"blank after the colon", `odata: "Title"`, "Go hides such a tag, and with it every option"},
		{"no quotes", `odata:Title`, "Go hides such a tag, and with it every option"},
		{"behind another mistake", `json:name odata:"Title"`, "Go stops reading at the first tag it cannot read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r report
			parseTag(reflect.StructTag(tt.tag), &r)
			if err := r.err(); err == nil || !strings.Contains(err.Error(), "malformed") {
				t.Errorf("%s: got %v", tt.why, err)
			}
		})
	}
}

func TestNoTag(t *testing.T) {
	for _, text := range []reflect.StructTag{"", `json:"a"`, `json:"odata"`} {
		var r report
		if got := parseTag(text, &r); r.err() != nil || got != (tag{}) {
			t.Errorf("%q is not for us: got %+v, %v", text, got, r.err())
		}
	}
}

// join is the inverse of splitTag.
func join(parts []string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = "'" + strings.ReplaceAll(p, "'", "''") + "'"
	}
	return strings.Join(quoted, ",")
}

func FuzzTag(f *testing.F) {
	for _, seed := range []string{"", "-", "Name,key", ",default='a,''b'''", "'", "a'b,c'd", ",maxlength=-1,precision=9999999999", "é,type=", "''"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if parts, ok := splitTag(text); ok {
			if again, ok := splitTag(join(parts)); !ok || !slices.Equal(parts, again) {
				t.Errorf("splitTag(%q) = %q, but split again %q", text, parts, again)
			}
		}
		whole := reflect.StructTag(`odata:` + strconv.Quote(text))
		var r, again report
		first := parseTag(whole, &r)
		second := parseTag(whole, &again)
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(tag{})); diff != "" {
			t.Errorf("%q is read in two ways:\n%s", text, diff)
		}
		if first.maxLength != nil && *first.maxLength < -1 || first.precision != nil && *first.precision < 0 {
			t.Errorf("%q: facets out of range: %+v", text, first)
		}
		if r.err() == nil && first.name != "" && !isIdentifier(first.name) {
			t.Errorf("%q: accepts the name %q", text, first.name)
		}
	})
}

func TestIsIdentifier(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     bool
		why      string
	}{
		{"letter", "a", true, "one letter suffices"},
		{"underscore", "a_b", true, "underscores may follow"},
		{"underscore first", "_a", false, "but not lead"},
		{"digit later", "a1", true, "digits may follow"},
		{"digit first", "1a", false, "but not lead"},
		{"other letters", "Größe", true, "letters are those of Unicode"},
		{"mark", "é", true, "so are combining marks"},
		{"empty", "", false, "a name has at least one character"},
		{"hyphen", "a-b", false, "a hyphen is no letter"},
		{"dot", "a.b", false, "a dot qualifies names"},
		{"longest", strings.Repeat("a", 480), true, "CSDL allows 480 characters"},
		{"too long", strings.Repeat("a", 481), false, "and no more"},
		{"broken text", "a\xff", false, "names are UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := isIdentifier(tt.in); got != tt.want {
				t.Errorf("isIdentifier(%q) = %t: %s", tt.in, got, tt.why)
			}
		})
	}
}
