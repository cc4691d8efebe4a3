package uri

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseQuery(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		why      string
	}{
		{"nothing", "", nil, "no options"},
		{"ampersands", "&&", nil, "empty parts are dropped"},
		{"equals sign alone", "=&a=1", []string{"a=1"}, "neither name nor value"},
		{"custom", "v=1&_=123456", []string{"v=1", "_=123456"}, "options without a dollar sign are anyone's"},
		{"custom without a value", "debug", []string{"debug="}, "only system options need the equals sign"},
		{"value without a name", "=1", []string{"=1"}, "odd, and harmless"},
		{"equals sign in the value", "a=b=c", []string{"a=b=c"}, "the first one separates"},
		{"escaped separators", "a%3Db=c%26d", []string{"a=b=c&d"}, "split first, decode after"},
		{"semicolon", "$format=application/json;odata=verbose", []string{"$format=application/json;odata=verbose"}, "a semicolon is data"},
		{"plus", "a=x+y%2Bz", []string{"a=x y+z"}, "a plus is a blank, an escaped one a plus"},
		{"plus in a name", "a+b=1", []string{"a b=1"}, "both sides are decoded"},
		{"trimmed name", "+a%20=+1+", []string{"a= 1 "}, "names are trimmed, values are not"},
		{"escaped dollar", "%24filter=a", []string{"$filter=a"}, "both spellings are one"},
		{"trimmed system name", "+$top=5", []string{"$top=5"}, "so a blank hides no dollar sign"},
		{"empty system option", "$filter=&$top=", []string{"$filter=", "$top="}, "listed, and counted as absent"},
		{"alias", "@a=5L", []string{"@a=5L"}, "kept as text"},
		{"names differ by case", "a=1&A=2", []string{"a=1", "A=2"}, "names are case-sensitive"},
		{"control characters in a value", "a=%00%0A", []string{"a=\x00\n"}, "values are data"},
		{"raw quotes and brackets", "a='(),*/:'", []string{"a='(),*/:'"}, "these appear raw"},
		{"question mark", "a=b?c", []string{"a=b?c"}, "only the first one begins the query"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse("", tt.in, Limits{})
			if err != nil {
				t.Fatalf("Parse(%q): %v (%s)", tt.in, err, tt.why)
			}
			var got []string
			for _, o := range r.Options {
				got = append(got, o.Name+"="+o.Value)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestParseQueryFailures(t *testing.T) {
	many := strings.Builder{}
	for i := range 40 {
		fmt.Fprintf(&many, "o%02d=1&", i)
	}
	checkFailures(t, []failureCase{
		{"unknown option", "v=1&$foo=1", "UnknownOption query[4:10]", "all dollar names are reserved"},
		{"V4 count", "$count=true", "UnknownOption query[0:11]", "not in V3"},
		{"V4 search", "$search=a", "UnknownOption query[0:9]", "not in V3"},
		{"V4 apply", "$apply=a", "UnknownOption query[0:8]", "not in V3"},
		{"V4 levels", "$levels=2", "UnknownOption query[0:9]", "not in V3"},
		{"other case", "$Filter=a", "UnknownOption query[0:9]", "names are case-sensitive"},
		{"dollar alone", "$=1", "UnknownOption query[0:3]", "no such name"},
		{"unknown and empty", "$foo=", "UnknownOption query[0:5]", "the name is wrong whatever the value"},
		{"hidden by a blank", "+$foo=1", "UnknownOption query[0:7]", "names are trimmed first"},
		{"hidden by an escape", "%24foo=1", "UnknownOption query[0:8]", "names are decoded first"},
		{"no equals sign", "$filter", "InvalidOption query[0:7]", "a system option needs one"},
		{"no equals sign, first of two", "$top&a=1", "InvalidOption query[0:4]", "a system option needs one"},
		{"repeated", "$top=1&a=1&$top=1", "RepeatedOption query[11:17]", "even with the same value"},
		{"repeated and escaped", "$top=1&%24top=2", "RepeatedOption query[7:15]", "the same name after decoding"},
		{"repeated and empty", "$filter=&$filter=a", "RepeatedOption query[9:18]", "an empty one was given, too"},
		{"repeated custom", "a=1&a=2", "RepeatedOption query[4:7]", "any name"},
		{"repeated without a name", "=1&=2", "RepeatedOption query[3:5]", "any name"},
		{"repeated early among many", many.String() + "o00=2", "RepeatedOption query[240:245]", "however many there are"},
		{"repeated late among many", many.String() + "o39=2", "RepeatedOption query[240:245]", "however many there are"},
		{"bad escape in a name", "a=1&b%=2", "InvalidEncoding query[5:6]", "two digits are needed"},
		{"bad escape in a value", "a=1&b=%4", "InvalidEncoding query[6:8]", "two digits are needed"},
		{"bad UTF-8 in a name", "%ff=1", "InvalidEncoding query[0:3]", "no UTF-8"},
		{"bad UTF-8 in a value", "a=%C0%80", "InvalidEncoding query[2:8]", "overlong UTF-8 is no UTF-8"},
		{"control character in a name", "a%00=1", "InvalidCharacter query[0:6]", "names have none"},
	}, func(in string) error {
		_, err := Parse("", in, Limits{})
		return err
	})
}
