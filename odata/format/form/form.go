// Package form reads the arguments of operations from forms: bodies of the type
// application/x-www-form-urlencoded, and query strings, which are the same text
// in another place. Browsers send the one, clients of service operations and of
// operations with FormParameters the other.
//
// In a form everything is text, and the text is the value: 7, true,
// 2015-07-12T06:40:00, 6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10, as [edm.ParseText]
// reads it for the type of the parameter. There are no URI literals, so that
// quotes belong to a string and 7L is no number.
//
// Limits of the package: an entity or a complex value has no form.
//
// Import rule: as for all formats, and net/url, whose decoding of single names
// and values is exactly that of forms.
package form

import (
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// CodeMalformed is the code of text that is no form. What else can be wrong has
// the codes of package jsonread.
const CodeMalformed = "MalformedForm"

const defaultMembers = 100_000

// A Pair is one name with its value, both decoded.
type Pair struct{ Name, Value string }

// Read reads the pairs of a form in their order. It reads r to its end and
// keeps what it reads, so that r must be limited; limits.Members bounds the
// number of pairs.
//
// Pairs are separated by & alone; between two of them nothing is nothing. A
// pair without = has an empty value. Names and values are percent-decoded once,
// and + is a blank. They must be UTF-8 without NUL. Source: URL standard,
// application/x-www-form-urlencoded parsing, which however replaces what is
// malformed and takes it for data.
//
// Errors of r are returned as they are. Others are KindInvalid with the code
// [CodeMalformed] and the place of the pair in Target, or KindTooLarge.
func Read(r io.Reader, limits format.Limits) ([]Pair, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	most := limits.Members
	if most <= 0 {
		most = defaultMembers
	}
	rest := string(body)
	if len(rest) == 0 {
		return nil, nil
	}
	pairs := make([]Pair, 0, min(most, 1+strings.Count(rest, "&")))
	for at := 0; len(rest) > 0; {
		text, after, _ := strings.Cut(rest, "&")
		place := odata.Span{Start: at, End: at + len(text)}
		at += len(rest) - len(after)
		rest = after
		if text == "" {
			continue
		}
		if len(pairs) == most {
			return nil, &odata.Error{Kind: odata.KindTooLarge, Code: jsonread.CodeTooLarge, Message: "The form has too many members", Target: place.In("body")}
		}
		name, value, _ := strings.Cut(text, "=")
		var pair Pair
		reason := decode(&pair.Name, name)
		if reason == "" {
			reason = decode(&pair.Value, value)
		}
		if reason != "" {
			return nil, &odata.Error{Kind: odata.KindInvalid, Code: CodeMalformed, Message: reason, Target: place.In("body")}
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// decode puts the decoded text into to, or says why it cannot be decoded.
func decode(to *string, text string) (reason string) {
	decoded, err := url.QueryUnescape(text)
	switch {
	case err != nil:
		return "A percent sign is not followed by two hexadecimal digits"
	case !utf8.ValidString(decoded):
		return "The form is not UTF-8"
	case strings.IndexByte(decoded, 0) >= 0:
		return "The form holds the character NUL"
	}
	*to = decoded
	return ""
}
