package form

import (
	"io"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// Parameters reads the arguments of an operation from a form, parallel to
// parameters: [Read], then [Arguments] with nothing to ignore.
func Parameters(r io.Reader, parameters []*metadata.Parameter, limits format.Limits) ([]edm.Value, error) {
	pairs, err := Read(r, limits)
	if err != nil {
		return nil, err
	}
	return Arguments(pairs, parameters, nil)
}

// Arguments makes the arguments of an operation of pairs, parallel to
// parameters. A pair that names no parameter is a mistake, unless ignore is not
// nil and true for its name: query strings also hold $format, v and the like. A
// name must match to the letter.
//
// The value of a parameter is read by its type. For numbers, dates and all else
// but text, blanks around it do not count, and a whole number may be written
// with a point or an exponent. An empty value is
//
//   - that of a parameter left out, where the parameter is nullable: null,
//     also for a String, since a form sends its empty fields;
//   - the empty string, where the parameter is a String that must not be null;
//   - none otherwise, and so one too few.
//
// A collection is its name once for each item, name[] if you like, in the order
// of the pairs. A sole empty value is no item where the rules above make it
// absent. A name that occurs twice is a mistake otherwise.
//
// Facets and the members of enum types are for others to check. Errors are
// KindInvalid with the codes of package jsonread: CodeParameter, CodeDuplicate,
// CodeMismatch and CodeMissing. Target is the name of the parameter; an unknown
// name is in Detail only.
func Arguments(pairs []Pair, parameters []*metadata.Parameter, ignore func(name string) bool) ([]edm.Value, error) {
	values := make([]edm.Value, len(parameters))
	given := make([]bool, len(parameters))
	for at, pair := range pairs {
		i := find(parameters, pair.Name)
		switch {
		case i < 0 && ignore != nil && ignore(pair.Name):
			continue
		case i < 0:
			return nil, &odata.Error{Kind: odata.KindInvalid, Code: jsonread.CodeParameter,
				Message: "The operation has no such parameter", Detail: jsonread.Quote([]byte(pair.Name))}
		}
		p := parameters[i]
		switch {
		case given[i] && p.TypeRef().Collection:
			continue // its items are read
		case given[i]:
			return nil, fail(p, jsonread.CodeDuplicate, "A parameter is given twice", nil)
		}
		given[i] = true
		var err error
		if values[i], err = argument(p, pairs[at:]); err != nil {
			return nil, err
		}
	}
	for i, p := range parameters {
		if p.NotNull && !given[i] {
			return nil, missing(p)
		}
	}
	return values, nil
}

// find is the position of the parameter that a pair of this name is for, or -1.
func find(parameters []*metadata.Parameter, name string) int {
	if i := slices.IndexFunc(parameters, func(p *metadata.Parameter) bool { return p.Name == name }); i >= 0 {
		return i
	}
	item, ok := strings.CutSuffix(name, "[]")
	if !ok {
		return -1
	}
	return slices.IndexFunc(parameters, func(p *metadata.Parameter) bool { return p.Name == item && p.TypeRef().Collection })
}

// argument reads the value of p, whose first pair is that of pairs.
func argument(p *metadata.Parameter, pairs []Pair) (edm.Value, error) {
	t := p.TypeRef()
	if t.Entity != nil || t.Complex != nil {
		if strings.Trim(pairs[0].Value, blanks) == "" && !p.NotNull {
			return edm.Null, nil
		}
		return edm.Null, fail(p, jsonread.CodeMismatch, "A form cannot hold a value of this type", nil)
	}
	if !t.Collection {
		return single(p, pairs[0].Value)
	}
	var texts []string
	for _, pair := range pairs {
		if pair.Name == p.Name || strings.TrimSuffix(pair.Name, "[]") == p.Name {
			texts = append(texts, pair.Value)
		}
	}
	if len(texts) == 1 && absent(t.Kind, texts[0]) && (!p.NotNull || t.Kind != edm.KindString) {
		return edm.Null, orMissing(p)
	}
	items := make([]edm.Value, len(texts))
	for i, text := range texts {
		var err error
		if items[i], err = value(p, t.Kind, text); err != nil {
			return edm.Null, err
		}
	}
	return edm.Collection(items), nil
}

// single reads the value of a parameter that is no collection.
func single(p *metadata.Parameter, text string) (edm.Value, error) {
	kind := p.TypeRef().Kind
	if absent(kind, text) && (!p.NotNull || kind != edm.KindString) {
		return edm.Null, orMissing(p)
	}
	return value(p, kind, text)
}

// blanks is the white space that XML Schema knows, as in edm.ParseText.
const blanks = " \t\r\n"

// absent reports that text is no value, or for a String the empty one.
func absent(k edm.Kind, text string) bool {
	if k != edm.KindString {
		text = strings.Trim(text, blanks)
	}
	return text == ""
}

// value reads text as a value of kind k.
func value(p *metadata.Parameter, k edm.Kind, text string) (edm.Value, error) {
	if k.IsInteger() && strings.ContainsAny(text, ".eE") {
		return wholeNumber(p, k, text)
	}
	v, err := edm.ParseText(k, text)
	if err != nil {
		return edm.Null, mismatch(p, k, err)
	}
	return v, nil
}

// wholeNumber reads an integer that is written as 7.0 or 1e3, as scripts do that
// know only floats.
func wholeNumber(p *metadata.Parameter, k edm.Kind, text string) (edm.Value, error) {
	v, err := edm.ParseText(edm.KindDecimal, text)
	if err == nil {
		v, err = edm.Convert(v, k)
	}
	if err != nil {
		return edm.Null, mismatch(p, k, err)
	}
	return v, nil
}

func orMissing(p *metadata.Parameter) error {
	if p.NotNull {
		return missing(p)
	}
	return nil
}

func missing(p *metadata.Parameter) error {
	return fail(p, jsonread.CodeMissing, "A parameter that must have a value is missing", nil)
}

func mismatch(p *metadata.Parameter, k edm.Kind, cause error) error {
	err := fail(p, jsonread.CodeMismatch, "A value is not of the expected type", cause)
	err.Detail = "expected " + k.String()
	return err
}

func fail(p *metadata.Parameter, code, message string, cause error) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message, Target: p.Name, Err: cause}
}
