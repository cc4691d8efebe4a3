package sqldb

import (
	"testing"
)

func TestIdentifier(t *testing.T) {
	for _, tt := range []struct{ in, want, why string }{
		{"order", "order", "a name as it should be"},
		{"Order Details", "Order_Details", "blanks"},
		{"_id", "id", "CSDL wants a letter first"},
		{"2nd", "N2nd", "a digit is no letter"},
		{"größe", "größe", "letters of any language"},
		{"a-b.c", "a_b_c", "marks"},
		{"%", "N", "nothing is left"},
		{"", "N", "nothing was there"},
	} {
		if got := identifier(tt.in); got != tt.want {
			t.Errorf("%q: %q, want %q: %s", tt.in, got, tt.want, tt.why)
		}
	}
	if got := identifier(string(make([]rune, 1000)) + "ä"); got != "ä" {
		t.Errorf("%q", got)
	}
}

func TestSingular(t *testing.T) {
	for in, want := range map[string]string{
		"orders": "order", "Categories": "Category", "CATEGORIES": "CATEGORY", "addresses": "address", "boxes": "box", "branches": "branch",
		"status": "status", "analysis": "analysis", "series": "series", "News": "News", "movies": "movie", "glass": "glass", "s": "s", "order": "order",
		"order_lines": "order_line", "zones": "zone", "cases": "case", "houses": "house", "größes": "größe",
	} {
		if got := singular(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestLinkName(t *testing.T) {
	for _, tt := range []struct{ column, key, want, why string }{
		{"author_id", "id", "author", "the key's name"},
		{"author_id", "author_id", "author", "a key of the same name"},
		{"AuthorId", "Id", "Author", "a capital letter"},
		{"authorID", "id", "author", "several"},
		{"BestFriend_Id", "Id", "BestFriend", "as Schema names them"},
		{"paid", "id", "", "a word that happens to end so"},
		{"CANDID", "ID", "", "capitals alone say nothing"},
		{"customer", "id", "", "nothing to cut off"},
		{"id", "id", "", "nothing would be left"},
		{"_id", "id", "", "nor here"},
		{"x_id", "id", "x", "a short one"},
		{"cat_code", "no", "cat", "a usual word"},
		{"größe_id", "id", "größe", "letters of several bytes"},
	} {
		if got := linkName(tt.column, tt.key); got != tt.want {
			t.Errorf("%s to %s: %q, want %q: %s", tt.column, tt.key, got, tt.want, tt.why)
		}
	}
}

func TestConstantDefault(t *testing.T) {
	for _, tt := range []struct{ typ, sql, want, why string }{
		{"Edm.Int32", "0", "0", "a number"},
		{"Edm.Int32", "-1", "-1", "a negative one"},
		{"Edm.Int32", "'-1'::integer", "-1", "as PostgreSQL prints it"},
		{"Edm.Int32", "(-1)", "-1", "as SQLite keeps it"},
		{"Edm.Int64", "(-1)::bigint", "-1", "another way"},
		{"Edm.Decimal", "0.05", "0.05", "a fraction"},
		{"Edm.String", "'it''s'::character varying", "it's", "quotes within"},
		{"Edm.String", "''::text", "", "an empty text"},
		{"Edm.String", "5", "-", "not a text as it stands"},
		{"Edm.Boolean", "true", "true", ""},
		{"Edm.Boolean", "1", "true", "as SQLite says it"},
		{"Edm.DateTime", "'2015-07-12 06:40:00'::timestamp without time zone", "2015-07-12T06:40:00", "a blank for the T"},
		{"Edm.Guid", "'00000000-0000-0000-0000-000000000000'::uuid", "00000000-0000-0000-0000-000000000000", ""},
		{"Edm.DateTime", "now()", "-", "a function"},
		{"Edm.DateTime", "CURRENT_TIMESTAMP", "-", "a function"},
		{"Edm.Int32", "nextval('a_id_seq'::regclass)", "-", "a function"},
		{"Edm.String", "('a'::text || 'b'::text)", "-", "an expression"},
		{"Edm.Int32", "(1 + 1)", "-", "an expression"},
		{"Edm.Int32", "(1)+(2)", "-", "parentheses that are not a pair"},
		{"Edm.Int16", "70000", "-", "no value of the type"},
		{"Edm.String", "NULL", "-", "none"},
		{"Edm.String", "NULL::character varying", "-", "none"},
		{"Edm.String", "", "-", "none"},
		{"Edm.String", "'a\x01'", "-", "what XML cannot hold"},
		{"Edm.Binary", "x'00'", "-", "a form of its own"},
	} {
		got := "-"
		if v := constantDefault(tt.typ, tt.sql); v != nil {
			got = *v
		}
		if got != tt.want {
			t.Errorf("%s of %s: %q, want %q: %s", tt.sql, tt.typ, got, tt.want, tt.why)
		}
	}
}

// FuzzIdentifier holds what is made of names to what CSDL allows.
func FuzzIdentifier(f *testing.F) {
	for _, s := range []string{"order", "Order Details", "_2", "ß-ü", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := identifier(s)
		if identifier(name) != name {
			t.Errorf("%q becomes %q, and that %q", s, name, identifier(name))
		}
	})
}
