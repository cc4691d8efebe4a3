package typed

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/metadata"
)

// knownOptions is what an unknown option is answered with.
const knownOptions = "write one of key, readonly, immutable, identity, computed, etag, onselect, nullable, notnull, " +
	"dynamic, type=, maxlength=, fixedlength, unicode=, precision=, scale=, mime=, default="

// A tag is a struct tag taken apart: odata:"Name,option,option=value" and
// doc:"text".
type tag struct {
	name string // empty: the Go name
	skip bool   // "-"

	key, etag, onSelect, dynamic bool
	readOnly, immutable          bool // by clients
	computed, identity           bool // by the store
	nullable, notNull            bool

	typ                         string // "Edm.DateTime", or without "Edm."
	maxLength, precision, scale *int
	fixedLength, unicode        *bool
	mime                        string
	byDefault                   *string

	doc string
}

// parseTag reads the tags of one field. Whatever is wrong goes to r, and the
// rest of the tag still counts.
func parseTag(field reflect.StructTag, r *report) tag {
	var t tag
	t.doc = field.Get("doc")
	text, ok := field.Lookup("odata")
	if !ok {
		// Lookup gives up without a word on odata: "x" and odata:x.
		if strings.Contains(string(field), "odata:") {
			r.tag = string(field)
			r.add("the tag is malformed, so Go does not see it", "write odata:\"...\" without blanks around the colon, tags separated by one blank")
		}
		return t
	}
	r.tag = text
	if text == "-" {
		t.skip = true
		return t
	}
	parts, ok := splitTag(text)
	if !ok {
		r.add("a quoted value has no closing quote", "write 'value', and '' for a quote within it")
		return t
	}
	t.name = parts[0]
	if t.name != "" && !isIdentifier(t.name) {
		r.add(strconv.Quote(t.name)+" cannot name a property", "write a letter, then letters, digits and underscores")
	}
	seen := make(map[string]bool, len(parts))
	for _, part := range parts[1:] {
		name, value, has := strings.Cut(part, "=")
		if seen[name] {
			r.add("option "+name+" is given twice", "write it once")
			continue
		}
		seen[name] = true
		t.option(name, value, has, r)
	}
	t.contradictions(r)
	return t
}

// option applies one comma-separated part of the tag.
func (t *tag) option(name, value string, has bool, r *report) {
	flag := func(to *bool) {
		*to = true
		if has {
			r.add("option "+name+" takes no value", "write "+name)
		}
	}
	number := func(to **int, least int) {
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil || n < int64(least) {
			r.add("option "+name+" needs a whole number from "+strconv.Itoa(least), "write "+name+"="+strconv.Itoa(least+1)+" or another number")
			return
		}
		*to = new(int(n))
	}
	yesNo := func(to **bool) {
		switch {
		case !has || value == "true":
			*to = new(true)
		case value == "false":
			*to = new(false)
		default:
			r.add("option "+name+" is yes or no", "write "+name+" or "+name+"=false")
		}
	}
	text := func(to *string) {
		*to = value
		if value == "" {
			r.add("option "+name+" needs a value", "write "+name+"=value")
		}
	}
	switch name {
	case "key":
		flag(&t.key)
	case "readonly":
		flag(&t.readOnly)
	case "immutable":
		flag(&t.immutable)
	case "computed":
		flag(&t.computed)
	case "identity":
		flag(&t.identity)
	case "etag":
		flag(&t.etag)
	case "onselect":
		flag(&t.onSelect)
	case "nullable":
		flag(&t.nullable)
	case "notnull":
		flag(&t.notNull)
	case "dynamic":
		flag(&t.dynamic)
	case "type":
		text(&t.typ)
	case "maxlength":
		if value == "max" {
			t.maxLength = new(metadata.MaxLengthMax)
			return
		}
		number(&t.maxLength, 1)
	case "precision":
		number(&t.precision, 0)
	case "scale":
		number(&t.scale, 0)
	case "fixedlength":
		yesNo(&t.fixedLength)
	case "unicode":
		yesNo(&t.unicode)
	case "mime":
		text(&t.mime)
	case "default":
		t.byDefault = new(value)
		if !has {
			r.add("option default needs a value", "write default=value, or default= for the empty string")
		}
	default:
		r.add("option "+strconv.Quote(name)+" does not exist", knownOptions)
	}
}

// contradictions reports options that cannot stand together whatever the
// field's type is.
func (t *tag) contradictions(r *report) {
	for _, c := range []struct {
		both            bool
		problem, advice string
	}{
		{t.nullable && t.notNull, "nullable and notnull exclude each other", "write one of them"},
		{t.key && t.nullable, "a key is never null", "remove nullable or key"},
		{t.computed && t.identity, "a value is made on insert (identity) or on every write (computed)", "write one of them"},
		{t.readOnly && t.immutable, "clients give the value never (readonly) or on insert (immutable)", "write one of them"},
		{(t.readOnly || t.immutable) && (t.computed || t.identity), "what the store makes is never taken from clients", "remove readonly and immutable"},
		{t.key && t.immutable, "a key never changes", "remove immutable"},
		{t.scale != nil && t.precision != nil && *t.scale > *t.precision, "scale is greater than precision", "write a precision that counts all digits, those after the point included"},
	} {
		if c.both {
			r.add(c.problem, c.advice)
		}
	}
}

// splitTag cuts text at its commas, except those between single quotes, and
// takes the quotes away. ok is false when a quote is left open.
func splitTag(text string) (parts []string, ok bool) {
	var part strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'' && quoted && i+1 < len(text) && text[i+1] == '\'':
			part.WriteByte(c)
			i++
		case c == '\'':
			quoted = !quoted
		case c == ',' && !quoted:
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, part.String()), !quoted
}
