package mim

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A record is an object of the export: a role, user or group. Values are what JSON
// knows: nil, bool, json.Number, string, []any and map[string]any.
type record struct {
	place  string
	values map[string]property // by name in lower case
}

type property struct {
	name  string // as it is written
	value any
}

// get returns the first of the properties that is there.
func (r record) get(names ...string) (p property, ok bool) {
	for _, name := range names {
		if p, ok := r.values[strings.ToLower(name)]; ok {
			return p, true
		}
	}
	return property{name: names[0]}, false
}

// objectOf turns an object of JSON into a record.
func objectOf(place string, object map[string]any) record {
	r := record{place: place, values: make(map[string]property, len(object))}
	for _, name := range slices.Sorted(maps.Keys(object)) { // the same of two each time
		r.values[strings.ToLower(name)] = property{name, object[name]}
	}
	return r
}

// readJSON returns the roles of an export by ConvertTo-Json: a list, the only
// role of a list, or a list that PowerShell has wrapped into an object.
func readJSON(text string) ([]record, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var root any
	if err := d.Decode(&root); err != nil {
		return nil, jsonMistake(text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Mistake{Place: lineAt(text, int(d.InputOffset())), Problem: "has something behind the roles", Advice: "an export is one list"}
	}
	list, ok := listOf(root)
	if !ok {
		return nil, &Mistake{Problem: "is no list of roles"}
	}
	records := make([]record, 0, len(list))
	for i, item := range list {
		place := fmt.Sprintf("role %d", i+1)
		object, ok := item.(map[string]any)
		if !ok {
			return nil, &Mistake{Place: place, Problem: "is no object", Advice: "export with ConvertTo-Json -Depth 5"}
		}
		records = append(records, objectOf(place, object))
	}
	return records, nil
}

// jsonMistake says where the text stops being JSON.
func jsonMistake(text string, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at := min(max(int(syntax.Offset)-1, 0), len(text))
		column := at - strings.LastIndexByte(text[:at], '\n')
		return &Mistake{Place: fmt.Sprintf("%s, column %d", lineAt(text, at), column), Problem: "is not JSON: " + syntax.Error()}
	}
	return &Mistake{Place: lineAt(text, len(text)), Problem: "is not JSON: it ends too early", Advice: "export it again"}
}

// listOf is v as a list. PowerShell writes a list of one as the one, a list with
// properties as an object with value and Count, and no list as null.
func listOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case []any:
		return v, true
	case map[string]any:
		if list, ok := v["value"].([]any); ok {
			return list, true
		}
		return []any{v}, true
	}
	return nil, false
}

// readCSV returns the roles of an export by Export-Csv, with commas, semicolons
// or tabs.
func readCSV(text string) ([]record, error) {
	skipped := 0
	for _, prefix := range []string{"#TYPE", "sep="} { // Export-Csv without -NoTypeInformation, spreadsheets
		if strings.HasPrefix(text, prefix) {
			_, text, _ = strings.Cut(text, "\n")
			skipped++
		}
	}
	r := csv.NewReader(bytes.NewReader([]byte(text)))
	r.Comma = delimiter(text)
	header, err := r.Read()
	if err != nil {
		return nil, csvMistake(err, skipped)
	}
	seen := map[string]bool{}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if seen[strings.ToLower(header[i])] {
			return nil, &Mistake{Place: fmt.Sprintf("line %d", skipped+1), Problem: "has two columns " + quoted(header[i])}
		}
		seen[strings.ToLower(header[i])] = true
	}
	if !seen["displayname"] {
		return nil, &Mistake{Place: fmt.Sprintf("line %d", skipped+1), Problem: "has no column DisplayName", Advice: "an export is JSON, or CSV with the names of the columns in its first line"}
	}
	var records []record
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, csvMistake(err, skipped)
		}
		line, _ := r.FieldPos(0)
		record := record{place: fmt.Sprintf("line %d", line+skipped), values: make(map[string]property, len(row))}
		for i, value := range row {
			record.values[strings.ToLower(header[i])] = property{header[i], value}
		}
		records = append(records, record)
	}
}

// csvMistake says where the text stops being CSV.
func csvMistake(err error, skipped int) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		place := fmt.Sprintf("line %d", parse.Line+skipped)
		if parse.Column > 0 && !errors.Is(parse.Err, csv.ErrFieldCount) {
			place += fmt.Sprintf(", column %d", parse.Column)
		}
		return &Mistake{Place: place, Problem: "is not CSV: " + parse.Err.Error()}
	}
	return &Mistake{Problem: "is empty"}
}

// delimiter is what separates the names in the first line.
func delimiter(text string) rune {
	header, _, _ := strings.Cut(text, "\n")
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := strings.Count(header, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
