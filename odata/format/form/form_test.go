package form_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/form"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

func TestRead(t *testing.T) {
	type pairs = []form.Pair
	for _, tt := range []struct {
		name, in string
		want     pairs
		why      string
	}{
		{"nothing", "", nil, "an operation without parameters has an empty body"},
		{"order", "b=1&a=2&b=3", pairs{{"b", "1"}, {"a", "2"}, {"b", "3"}}, "order and repetition are kept for others to judge"},
		{"browser", "Justification=Quarterly+restore+test&RequestedTime=2026%2F03%2F11+21%3A00",
			pairs{{"Justification", "Quarterly restore test"}, {"RequestedTime", "2026/03/11 21:00"}}, "as the portal sends it"},
		{"plus", "a=1%2B1&b+c=d", pairs{{"a", "1+1"}, {"b c", "d"}}, "+ is a blank in names, too, and %2B a plus"},
		{"decoded once", "a=%2526", pairs{{"a", "%26"}}, "what was encoded twice stays encoded once"},
		{"empty value", "a=&b", pairs{{"a", ""}, {"b", ""}}, "a name alone has an empty value"},
		{"empty name", "=1", pairs{{"", "1"}}, "it is for others to say that no parameter is called nothing"},
		{"nothing between", "&a=1&&b=2&", pairs{{"a", "1"}, {"b", "2"}}, "empty pairs are none"},
		{"equals", "a=b=c", pairs{{"a", "b=c"}}, "the first = separates"},
		{"semicolon", "a=1;b=2", pairs{{"a", "1;b=2"}}, "a semicolon is data"},
		{"quotes", "a='b'", pairs{{"a", "'b'"}}, "quotes are data"},
		{"letters", "%C3%A4=ö", pairs{{"ä", "ö"}}, "UTF-8, escaped or not"},
		{"only separators", "&&", pairs{}, "no pair is there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := form.Read(iotest.OneByteReader(strings.NewReader(tt.in)), format.Limits{})
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		limits   format.Limits
		want     odata.Error
		why      string
	}{
		{"cut escape", "a=1&b=%2", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[4:8]"}, "two digits belong to an escape"},
		{"bad escape", "%zz=1", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:5]"}, "names are decoded, too"},
		{"percent", "a=100%", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:6]"}, "a percent sign is written %25"},
		{"not UTF-8", "a=%FF", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:5]"}, "text is UTF-8 everywhere"},
		{"raw byte", "a=\xff", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:3]"}, "escaped or not"},
		{"half a letter in the name", "%C3=%A4", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:7]"}, "name and value are texts of their own"},
		{"NUL", "a=%00", format.Limits{}, odata.Error{Code: form.CodeMalformed, Target: "body[0:5]"}, "as in JSON, because stores cut text there"},
		{"too many", "a&b&c", format.Limits{Members: 2}, odata.Error{Kind: odata.KindTooLarge, Code: jsonread.CodeTooLarge, Target: "body[4:5]"}, "the number of pairs is bounded"},
		{"too many by default", strings.Repeat("a&", 100_001), format.Limits{}, odata.Error{Kind: odata.KindTooLarge, Code: jsonread.CodeTooLarge}, "there is a default"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := form.Read(strings.NewReader(tt.in), tt.limits)
			if tt.want.Kind == 0 {
				tt.want.Kind = odata.KindInvalid
			}
			if !errors.Is(err, &tt.want) {
				t.Errorf("%s: got %v, %v, want %+v", tt.why, got, err, tt.want)
			}
		})
	}
}

func TestReadLimitIsExact(t *testing.T) {
	if got, err := form.Read(strings.NewReader("a&b&"), format.Limits{Members: 2}); err != nil || len(got) != 2 {
		t.Errorf("as many pairs as allowed are fine, and empty ones do not count: got %v, %v", got, err)
	}
}

func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	if _, err := form.Read(io.MultiReader(strings.NewReader("a=1"), iotest.ErrReader(broken)), format.Limits{}); err != broken {
		t.Errorf("the service tells a body that is too large from one that is wrong by the reader's error, got %v", err)
	}
	if _, err := form.Parameters(iotest.ErrReader(broken), nil, format.Limits{}); err != broken {
		t.Errorf("so also here, got %v", err)
	}
}
