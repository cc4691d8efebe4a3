package uri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseOrderBy(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		text     string // canonical; empty where it is in itself
		why      string
	}{
		{"one", "Name", []string{"<Name>"}, "", "ascending by default"},
		{"asc", "Name asc", []string{"<Name>"}, "Name", "the default said"},
		{"desc", "Name desc", []string{"<Name> desc"}, "", "descending"},
		{"several", "A desc,B,C asc", []string{"<A> desc", "<B>", "<C>"}, "A desc,B,C", "in order"},
		{"blanks", " A  desc , B ", []string{"<A> desc", "<B>"}, "A desc,B", "white space is tolerated"},
		{"path", "Home/City desc", []string{"<Home>/<City> desc"}, "", "expressions as in filters"},
		{"call", "length(Name) desc", []string{"(call length <Name>) desc"}, "", "functions, too"},
		{"comma in a call", "concat(A,B),C", []string{"(call concat <A> <B>)", "<C>"}, "", "inner commas separate arguments"},
		{"operators", "A add B mul C desc", []string{"(add <A> (mul <B> <C>)) desc"}, "", "the keyword ends the expression"},
		{"touching parenthesis", "(A)desc", []string{"<A> desc"}, "A desc", "a parenthesis replaces the blank"},
		{"property desc", "desc", []string{"<desc>"}, "", "where an operand is expected, desc is a name"},
		{"property desc descending", "desc desc", []string{"<desc> desc"}, "", "and behind it the keyword"},
		{"property asc", "asc,desc asc", []string{"<asc>", "<desc>"}, "asc,desc", "the same"},
		{"property not", "(not) desc", []string{"<not> desc"}, "", "followed by a blank it would be the operator"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items, err := ParseOrderBy(tt.in, Limits{})
			if err != nil {
				t.Fatalf("ParseOrderBy(%q): %v (%s)", tt.in, err, tt.why)
			}
			var got, text []string
			for _, item := range items {
				term := dump(item.By)
				if item.Descending {
					term += " desc"
				}
				got = append(got, term)
				text = append(text, item.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseOrderBy(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			want := tt.text
			if want == "" {
				want = tt.in
			}
			if diff := cmp.Diff(want, strings.Join(text, ",")); diff != "" {
				t.Errorf("canonical text of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestParseOrderByFailures(t *testing.T) {
	checkFailures(t, []failureCase{
		{"empty", "", "SyntaxError $orderby[0:0]", "a term is expected"},
		{"trailing comma", "A,", "SyntaxError $orderby[2:2]", "a term is expected"},
		{"leading comma", ",A", "SyntaxError $orderby[0:1]", "a term is expected"},
		{"upper-case keyword", "A DESC", "SyntaxError $orderby[2:6]", "keywords are lower-case"},
		{"two keywords", "A asc desc", "SyntaxError $orderby[6:10]", "one direction"},
		{"unknown keyword", "A descending", "SyntaxError $orderby[2:12]", "asc or desc"},
		{"keyword without a blank", "'A'desc", "SyntaxError $orderby[3:7]", "a blank is needed"},
		{"closing parenthesis", "A)", "SyntaxError $orderby[1:2]", "not opened"},
	}, func(in string) error {
		_, err := ParseOrderBy(in, Limits{})
		return err
	})
}

func TestOrderByPlace(t *testing.T) {
	const text = " A add 1  desc , B"
	items, err := ParseOrderBy(text, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range items {
		got = append(got, text[item.At.Start:item.At.End])
	}
	if diff := cmp.Diff([]string{"A add 1  desc", "B"}, got); diff != "" {
		t.Errorf("a term's place includes its keyword (-want +got):\n%s", diff)
	}
}
