package sqldb_test

import (
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// attacks are what leaves a literal or a name where SQL is put together from text, in
// either dialect, or is taken for a placeholder or a pattern.
var attacks = []string{
	"'", "''", "'''", `"`, `""`, "`", "[x]", `\`, `\'`, `\\'`, `\"`, "%", "_", `\%`, "100%", "a_b", "*", "?", "[a-z]",
	"--", "-- x", "'--", "'; --", "/*", "*/", "/**/", "'/*", "*/'", "#", ";", "';", "');", "')) --", "';;",
	"' OR '1'='1", "' OR 1=1 --", "') OR ('1'='1", `" OR ""="`, "1 OR 1=1", "' UNION SELECT 1 --", "' UNION SELECT NULL, NULL --",
	`'; DROP TABLE "Customers"; --`, `"; DROP TABLE "Customers"; --`, `x"; DELETE FROM "Tags" WHERE "a"="a`, "'; SELECT pg_sleep(100); --",
	"'||(SELECT version())||'", "' || sqlite_version() || '", "'||chr(39)||'", "'+'", "' AND 0=randomblob(1000000000) --",
	"?", "?1", "?2", "?999", "$1", "$2", "$999", ":a", "@a", "{0}", "%s", "%d", "%!s(MISSING)", "$$", "$a$", "$$'$$", "$tag$x$tag$",
	`E'\''`, `U&'\0027'`, `x'27'`, `X''`, `B'1'`, `N'x'`, `\u0027`, `\x27`, `\047`, "%27", "%2527", "&#39;", "&apos;", "+", "%20",
	"\u2018", "\u2019", "\u02bc", "\uff07", "\u201c", "\uff02", "\u00b4", "\u2032", "\u0301'", "'\u0301", "\u202e'", "\ufeff'", "\u00a0'", "\u2028", "\u2029",
	"\t", "\n", "\r\n", "\b", "\x1a", "\x7f", "\x1b[2J", "𝄞'", "İ'", "ſ", "ß'", "NULL", "null", "TRUE", "DEFAULT", "CURRENT_USER", "odata_type", "ctid", "rowid",
	"pg_catalog.pg_user", "sqlite_schema", "odata('length(String)', 1)", "CASE", "COLLATE", "ESCAPE '\\'", "\\", "",
}

// hostileText is a text that nobody would call a name.
func hostileText(rng *rand.Rand) string {
	var b strings.Builder
	for range 1 + rng.IntN(4) {
		switch n := rng.IntN(100); {
		case n < 80:
			b.WriteString(attacks[rng.IntN(len(attacks))])
		case n < 85:
			b.WriteString("\x00")
		case n < 88:
			b.WriteString([]string{"\xff", "\xc0\xa7", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xe2\x80"}[rng.IntN(6)])
		case n < 92:
			b.WriteString(strings.Repeat(attacks[rng.IntN(len(attacks))], 1+rng.IntN(40)))
		default:
			b.WriteRune(rune(rng.IntN(0x3000)))
		}
	}
	return b.String()
}

// isStorable tells that all databases can hold a text.
func isStorable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
