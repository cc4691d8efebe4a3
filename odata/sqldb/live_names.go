package sqldb

import (
	"strconv"
	"strings"
	"unicode"
)

// longestName is that of what is made of one name, in characters. CSDL allows 480, and
// those of associations are made of up to five.
const longestName = 80

// identifier is a name as CSDL wants it: a letter, then letters, digits and
// underscores. Source: CSDL 3.0, SimpleIdentifier.
func identifier(name string) string {
	var b strings.Builder
	n := 0
	for _, c := range name {
		switch isFirst := b.Len() == 0; {
		case n == longestName:
		case unicode.IsLetter(c), !isFirst && unicode.IsDigit(c):
			b.WriteRune(c)
			n++
		case isFirst && unicode.IsDigit(c):
			b.WriteString("N")
			b.WriteRune(c)
			n += 2
		case !isFirst:
			b.WriteByte('_')
			n++
		}
	}
	if b.Len() == 0 {
		return "N"
	}
	return b.String()
}

// taken are names that are in use.
type taken map[string]bool

// pick takes the first name that is free, or the last one with a number.
func (t taken) pick(names ...string) string {
	for _, name := range names {
		if !t[name] {
			t[name] = true
			return name
		}
	}
	last := names[len(names)-1]
	for n := 2; ; n++ {
		if name := last + "_" + strconv.Itoa(n); !t[name] {
			t[name] = true
			return name
		}
	}
}

// singular is an English word for one of many, or the word as it is.
func singular(name string) string {
	lower := strings.ToLower(name)
	ends := func(list ...string) bool {
		for _, end := range list {
			if strings.HasSuffix(lower, end) {
				return true
			}
		}
		return false
	}
	switch {
	case ends("series", "species", "news", "ss", "us", "is"), len(lower) < 3, !ends("s"):
		return name
	case ends("movies", "cookies"), len(lower) < 5 && ends("ies"):
		return name[:len(name)-1]
	case ends("ies"):
		if name[len(name)-3:] == "IES" {
			return name[:len(name)-3] + "Y"
		}
		return name[:len(name)-3] + "y"
	case ends("sses", "xes", "ches", "shes", "zes"):
		return name[:len(name)-2]
	}
	return name[:len(name)-1]
}

// cutWord cuts a word off the end of a name, if the name shows that it is one: by
// an underscore, or by a capital letter after a small one.
func cutWord(name, word string) (string, bool) {
	at := len(name) - len(word)
	if at < 2 || !strings.EqualFold(name[at:], word) {
		if at != 1 || !strings.EqualFold(name[at:], word) {
			return name, false
		}
	}
	before, first := rune(name[at-1]), rune(name[at])
	switch {
	case before == '_':
		rest := strings.TrimRight(name[:at], "_")
		return rest, rest != ""
	case unicode.IsUpper(first) && !unicode.IsUpper(before):
		return name[:at], true
	}
	return name, false
}

// linkName is what a column that holds the key of another entity says of it,
// AuthorId and author_id, or empty if it says nothing.
func linkName(column, key string) string {
	for _, word := range []string{key, "id", "fk", "key", "no", "code", "guid", "uuid"} {
		if rest, ok := cutWord(column, word); ok {
			return rest
		}
	}
	return ""
}
