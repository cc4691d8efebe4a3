package eval

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
)

// FuzzText holds the functions of texts to what must be true of any text,
// UTF-8 or not.
func FuzzText(f *testing.F) {
	for _, text := range []string{"", "hello", "@AMZ[`amz{", "a\U0001F41Db", "äÖß", "İIıi", "\xff\xfea", "\U0001F41D\U0001F41D", "\u00a0 x\t", strings.Repeat("Xy", 200)} {
		for _, at := range []int64{-1, 0, 1, 2, 100} {
			f.Add(text, at)
		}
	}
	f.Fuzz(func(t *testing.T, text string, at int64) {
		at %= 1 << 31
		front, back := window(text, 0, at), window(text, at, 1<<40)
		switch whole := units(text); units(front) + units(back) {
		case whole:
			if utf8.ValidString(text) && front+back != text {
				t.Errorf("%q cut at %d: %q and %q do not join", text, at, front, back)
			}
		case whole - 2: // a character of two units was cut in two, and left out
			if mid := window(text, at-1, at+1); len(mid) != 4 {
				t.Errorf("%q cut at %d: two units are missing, but %q is no pair", text, at, mid)
			}
		default:
			t.Errorf("%q cut at %d: %q and %q have the wrong lengths", text, at, front, back)
		}
		if utf8.ValidString(text) && (!utf8.ValidString(front) || !utf8.ValidString(back)) {
			t.Errorf("%q cut at %d: %q and %q are not UTF-8", text, at, front, back)
		}
		// A part of what is not UTF-8 may also stand inside a character before it.
		if found := int64(indexOf(text, back).Int()); utf8.ValidString(text) && (found < 0 || back != "" && window(text, found, found+int64(units(back))) != back) {
			t.Errorf("%q: indexof %q = %d, but another text is there", text, back, found)
		}
		if got, want := string(lowerCase.appendMapped(nil, text)), toLower(text).Str(); got != want {
			t.Errorf("lower case of %q: %q on the stack, %q by tolower", text, got, want)
		}
		if got, want := string(upperCase.appendMapped(nil, text)), toUpper(text).Str(); got != want {
			t.Errorf("upper case of %q: %q on the stack, %q by toupper", text, got, want)
		}
		replaced, err := replace(edm.String(text), edm.String(front), edm.String(front))
		if err != nil || replaced.Str() != text {
			t.Errorf("replacing %q in %q by itself: %s, %v", front, text, replaced, err)
		}
	})
}
