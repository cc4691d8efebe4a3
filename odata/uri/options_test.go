package uri

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSystemOptions(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Request // without Options
		why      string
	}{
		{"none", "v=1", Request{}, "custom options set nothing"},
		{"filter", "$filter=a", Request{Filter: &Name{Name: "a"}}, "an expression"},
		{"empty filter", "$filter=", Request{}, "an empty value counts as absent"},
		{"blank filter", "$filter=+%09", Request{}, "and so does a blank one"},
		{"orderby", "$orderby=a%20desc", Request{OrderBy: []OrderItem{{By: &Name{Name: "a"}, Descending: true}}}, "terms"},
		{"top", "$top=5", Request{Top: new(int64(5))}, "a number"},
		{"top of zero", "$top=0", Request{Top: new(int64(0))}, "zero is not absent"},
		{"greatest top", "$top=2147483647", Request{Top: new(int64(2147483647))}, "Int32; the service has its own limit"},
		{"top with blanks", "$top=+5+", Request{Top: new(int64(5))}, "white space around is tolerated"},
		{"top with zeros", "$top=007", Request{Top: new(int64(7))}, "decimal"},
		{"skip", "$skip=5", Request{Skip: new(int64(5))}, "a number"},
		{"inlinecount", "$inlinecount=allpages", Request{InlineCount: InlineCountAllPages}, "one of two words"},
		{"no inlinecount", "$inlinecount=none", Request{InlineCount: InlineCountNone}, "which is not the same as absent"},
		{"skiptoken", "$skiptoken=%27Ann%27,42", Request{SkipToken: new("'Ann',42")}, "kept as text"},
		{"format", "$format=application/json;odata=verbose", Request{Format: new("application/json;odata=verbose")}, "kept as text"},
		{"callback", "$callback=fn", Request{Callback: new("fn")}, "kept as text"},
		{"empty texts", "$skiptoken=&$format=&$callback=&$select=&$expand=&$orderby=&$inlinecount=&$top=&$skip=", Request{}, "all absent"},
		{"expand", "$expand=Orders", Request{Expand: []ExpandItem{{Path: []PathName{{Name: "Orders"}}}}}, "paths"},
		{"select", "$select=+Name,%20Id", Request{RawSelect: " Name, Id", Select: []SelectItem{
			{Path: []PathName{{Name: "Name"}}}, {Path: []PathName{{Name: "Id"}}}}}, "the text is kept for the context URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Parse("", tt.in, Limits{})
			if err != nil {
				t.Fatalf("Parse(%q): %v (%s)", tt.in, err, tt.why)
			}
			got := *r
			got.Options = nil
			if diff := cmp.Diff(tt.want, got, sameTree); diff != "" {
				t.Errorf("Parse(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestSystemOptionFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"negative top", "$top=-1", "InvalidTop $top[0:2]", "negative"},
		{"top with a plus", "$top=%2B1", "InvalidTop $top[0:2]", "digits only"},
		{"top beyond Int32", "$top=2147483648", "InvalidTop $top[0:10]", "Int32"},
		{"huge top", "$top=99999999999999999999", "InvalidTop $top[0:20]", "Int32"},
		{"top with a suffix", "$top=5L", "InvalidTop $top[0:2]", "digits only"},
		{"top in hexadecimal", "$top=0x5", "InvalidTop $top[0:3]", "decimal"},
		{"top with an underscore", "$top=1_0", "InvalidTop $top[0:3]", "digits only"},
		{"top is a word", "$top=five", "InvalidTop $top[0:4]", "digits only"},
		{"top is a fraction", "$top=1.5", "InvalidTop $top[0:3]", "whole numbers"},
		{"negative skip", "$skip=-1", "InvalidSkip $skip[0:2]", "negative"},
		{"skip is a word", "$skip=x", "InvalidSkip $skip[0:1]", "digits only"},
		{"inlinecount in other case", "$inlinecount=AllPages", "InvalidInlineCount $inlinecount[0:8]", "case-sensitive"},
		{"inlinecount as V4", "$inlinecount=true", "InvalidInlineCount $inlinecount[0:4]", "one of two words"},
		{"filter", "$filter=a%20eq", "SyntaxError $filter[4:4]", "places count decoded bytes"},
		{"orderby", "$orderby=a,", "SyntaxError $orderby[2:2]", "the option is named"},
		{"expand", "$expand=a,", "InvalidExpand $expand[2:2]", "the option is named"},
		{"select", "$select=a,", "InvalidSelect $select[2:2]", "the option is named"},
		{"path before query", "(&$top=-1", "InvalidTop $top[0:2]", "an odd custom name is no path"},
	}, func(in string) error {
		_, err := Parse("", in, Limits{})
		return err
	})
}

func TestHas(t *testing.T) {
	r, err := Parse("", "$filter=a&$top=&$select=+&v=&w=1", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, name := range []string{"$filter", "$top", "$select", "$skip", "v", "w", "V", ""} {
		got[name] = r.Has(name)
	}
	want := map[string]bool{"$filter": true, "$top": false, "$select": false, "$skip": false, "v": true, "w": true, "V": false, "": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blank system options are absent, blank custom ones are not (-want +got):\n%s", diff)
	}
	if value, ok := r.Option("w"); value != "1" || !ok {
		t.Errorf("Option(w) = %q, %v", value, ok)
	}
}
