package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/form"
)

// maxLooseDepth bounds how deep values that nobody asks for are nested.
const maxLooseDepth = 32

// looseParameters reads the parameters of an operation that is called like a
// [odata.Creation]. None of them is required, so that a body which cannot hold any,
// being of another type or of none that is told, is of no account: clients of such
// operations send what they like.
func (e *exchange) looseParameters(req *odata.Request, parameters []*metadata.Parameter) ([]edm.Value, error) {
	names := make([]odata.LooseArgument, len(parameters))
	for i, p := range parameters {
		names[i].Name = p.Name
	}
	given, err := e.looseArguments(req, names, true)
	if err != nil {
		return nil, err
	}
	values := make([]edm.Value, len(parameters))
	for i, p := range parameters {
		if text, ok := given[p.Name]; ok {
			values[i] = edm.String(text)
		}
	}
	return values, nil
}

// looseArguments reads arguments as [odata.Creation] describes. anyBody takes bodies
// that are neither a form nor JSON for empty ones.
func (e *exchange) looseArguments(req *odata.Request, names []odata.LooseArgument, anyBody bool) (map[string]string, error) {
	body, err := e.payloadBody()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	given := loose{names: names, values: map[string]string{}}
	for _, o := range req.Options {
		if o.Name == "" || o.Name[0] != '$' {
			given.add(o.Name, o.Value)
		}
	}
	// Some clients send null where they have nothing to say.
	if text := bytes.TrimSpace(text); len(names) > 0 && len(text) > 0 && !(anyBody && string(text) == "null") {
		switch read, err := e.looseReader(); {
		case err == nil:
			if err := read(&given, text); err != nil {
				return nil, err
			}
		case !anyBody:
			return nil, err
		}
	}
	if given.conflict != "" {
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "ConflictingParameters", Target: given.conflict,
			Message: "A parameter is given twice with different values"}
	}
	return given.values, nil
}

// looseReader chooses who reads the arguments in the body, by its Content-Type.
func (e *exchange) looseReader() (func(*loose, []byte) error, error) {
	t, err := e.contentType()
	switch {
	case err != nil:
		return nil, err
	case t == nil:
		return nil, missingContentType()
	case t.typ == "application" && t.subtype == "x-www-form-urlencoded":
		return func(l *loose, text []byte) error { return l.form(text, e.service.limits.Payload) }, nil
	case t.typ == "application" && t.subtype == "json":
		return (*loose).object, nil
	}
	return nil, unsupportedMediaType()
}

// loose collects arguments. The empty text counts as left out.
type loose struct {
	names    []odata.LooseArgument
	values   map[string]string
	conflict string // the argument that was given two values
}

// find is the name of the argument that text names, empty for none.
func (l *loose) find(text string) string {
	for _, equal := range []func(string) bool{
		func(name string) bool { return name == text },
		func(name string) bool { return strings.EqualFold(name, text) },
	} {
		for _, n := range l.names {
			if equal(n.Name) {
				return n.Name
			}
			for _, alias := range n.Aliases {
				if equal(alias) {
					return n.Name
				}
			}
		}
	}
	return ""
}

func (l *loose) add(name, value string) {
	name = l.find(name)
	if name == "" || value == "" {
		return
	}
	if before, twice := l.values[name]; twice && before != value {
		l.conflict = name
	}
	l.values[name] = value
}

// form adds the fields of a form.
func (l *loose) form(text []byte, limits format.Limits) error {
	pairs, err := form.Read(bytes.NewReader(text), limits)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		l.add(p.Name, p.Value)
	}
	return nil
}

// object adds the members of a JSON object.
func (l *loose) object(text []byte) error {
	if !utf8.Valid(text) || halvesCharacters(text) {
		return malformedArguments()
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return malformedArguments()
	}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return malformedArguments()
		}
		value, plain, err := looseValue(d)
		switch {
		case err != nil:
			return err
		case plain:
			l.add(name, value)
		case l.find(name) != "":
			return malformedArguments()
		}
	}
	if _, err := d.Token(); err != nil {
		return malformedArguments()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformedArguments()
	}
	return nil
}

// looseValue reads the next value: its text, or none that a text stands for.
func looseValue(d *json.Decoder) (text string, plain bool, err error) {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return "", false, malformedArguments()
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if depth++; depth > maxLooseDepth {
					return "", false, malformedArguments()
				}
			} else {
				depth--
			}
		case string:
			text = t
		case json.Number:
			text = t.String()
		case bool:
			if text = "false"; t {
				text = "true"
			}
		default:
			text = ""
		}
		if depth == 0 {
			_, nested := t.(json.Delim)
			return text, !nested, nil
		}
	}
}

// halvesCharacters tells whether JSON text has an escape of half a character, in whose
// place package json would put another one. A backslash outside of strings is no JSON,
// and found elsewhere.
func halvesCharacters(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		first, ok := escaped(text[at:])
		if text = text[at+2:]; !ok || !utf16.IsSurrogate(first) {
			continue
		}
		text = text[4:]
		second, ok := escaped(text)
		if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		text = text[6:]
	}
}

// escaped reads \uXXXX at the beginning of text.
func escaped(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}

func malformedArguments() *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "MalformedArguments", Target: "body",
		Message: "The body must be a JSON object whose members are the parameters, as texts, numbers or null"}
}
