package uri

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSkipToken(t *testing.T) {
	got, err := ParseSkipToken(" 'A,''n', null ,42L,guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var raw []string
	for _, l := range got {
		raw = append(raw, l.Raw)
	}
	want := []string{"'A,''n'", "null", "42L", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"}
	if diff := cmp.Diff(want, raw); diff != "" {
		t.Errorf("literals separated by commas (-want +got):\n%s", diff)
	}
	checkFailures(t, []failureCase{
		{"empty", "", "InvalidSkipToken $skiptoken[0:0]", "a literal is expected"},
		{"name", "Name", "InvalidSkipToken $skiptoken[0:4]", "a literal is expected"},
		{"trailing comma", "1,", "InvalidSkipToken $skiptoken[2:2]", "a literal is expected"},
		{"no comma", "1 2", "InvalidSkipToken $skiptoken[2:3]", "a comma is expected"},
		{"expression", "1 add 2", "InvalidSkipToken $skiptoken[2:5]", "literals only"},
		{"bad literal", "1,guid'x'", "InvalidLiteral $skiptoken[2:9]", "the literal is wrong"},
		{"garbage", "1;2", "InvalidSkipToken $skiptoken[1:2]", "a comma is expected"},
	}, func(in string) error {
		_, err := ParseSkipToken(in, Limits{})
		return err
	})
}

func TestParseLiteral(t *testing.T) {
	got, err := ParseLiteral("n", " 3L ", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Raw != "3L" || got.Value.Int() != 3 {
		t.Errorf("ParseLiteral = %q %v, want 3L", got.Raw, got.Value)
	}
	checkFailures(t, []failureCase{
		{"empty", "", "InvalidLiteral n[0:0]", "a literal is expected"},
		{"word", "abc", "InvalidLiteral n[0:3]", "text needs quotes"},
		{"two literals", "1,2", "InvalidLiteral n[1:2]", "one literal"},
	}, func(in string) error {
		_, err := ParseLiteral("n", in, Limits{})
		return err
	})
}
