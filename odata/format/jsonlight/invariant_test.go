package jsonlight_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// A member is one name and value of a JSON object, in the order written.
// Values are nil, bool, string, json.Number, []any and []member.
type member struct {
	Name  string
	Value any
}

// readJSON reads one JSON value and nothing after it. It keeps the order of
// members and refuses a name that occurs twice.
func readJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		items := []any{}
		for d.More() {
			item, err := readValue(d)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		_, err = d.Token()
		return items, err
	case json.Delim('{'):
		members := []member{}
		seen := map[string]bool{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			if seen[name.(string)] {
				return nil, fmt.Errorf("%s occurs twice", name)
			}
			seen[name.(string)] = true
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			members = append(members, member{name.(string), value})
		}
		_, err = d.Token()
		return members, err
	}
	return token, nil
}

// TestInvariants holds every payload to the rules that need no golden file.
func TestInvariants(t *testing.T) {
	for _, tt := range payloads(newDemo(t)) {
		t.Run(tt.name, func(t *testing.T) {
			var data []any
			for _, l := range levels {
				text := tt.write(jsonlight.New(l.level))
				v, err := readJSON(text)
				if err != nil {
					t.Fatalf("level %s: %v: %s", l.name, err, text)
				}
				if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
					t.Errorf("level %s: not plain ASCII: %s", l.name, text)
				}
				top := v.([]member)
				hasContext := len(top) > 0 && top[0].Name == "odata.metadata"
				if wantContext := l.level != jsonlight.None && !strings.HasPrefix(tt.name, "error"); hasContext != wantContext {
					t.Errorf("level %s: the context comes first, or is not told at all: %s", l.name, text)
				}
				checkOrder(t, v)
				data = append(data, withoutAnnotations(v))
			}
			if strings.HasPrefix(tt.name, "service") {
				return // the URLs differ on purpose
			}
			if diff := cmp.Diff(data[2], data[0]); diff != "" {
				t.Errorf("the data at level minimal differs from that at level none:\n%s", diff)
			}
			if diff := cmp.Diff(data[2], data[1]); diff != "" {
				t.Errorf("the data at level full differs from that at level none:\n%s", diff)
			}
		})
	}
}

// TestHostileText: behind a careless proxy the root is made of what the client
// sent as Host, and what providers say about streams may be what clients told
// them. None of it may become a member.
func TestHostileText(t *testing.T) {
	d := newDemo(t)
	const text = `http://a","x":"/`
	c := &format.Context{Root: text, MetadataURL: text + "\n$metadata"}
	row := d.ann()
	row.Related = []odata.Related{{More: true, Next: text}}
	info := odata.StreamInfo{ContentType: text, ETag: text, ReadURL: text}
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String(text)}, Media: &info, Streams: []odata.StreamInfo{info}}
	tag := odata.Row{Values: []edm.Value{edm.String(text)}, Dynamic: []odata.DynamicProperty{
		{Name: `http://a","x":"/`, Value: edm.String(text)}}}
	customers := operating(expanding(d.all("Customers"), "Orders", 0, d.all("Orders")))
	link := &odata.Link{Set: d.set("Customers"), Nav: d.set("Customers").Type().NavigationProperty("Orders")}
	for _, l := range levels {
		f := jsonlight.New(l.level)
		for _, text := range [][]byte{
			f.Compile(customers).AppendEntry(nil, c, &row),
			f.Compile(d.all("Photos")).AppendEntry(nil, c, &photo),
			f.Compile(d.all("Tags")).AppendEntry(nil, c, &tag),
			f.AppendServiceDocument(nil, c, []*metadata.EntitySet{d.set("Customers")}),
			f.Compile(d.all("Customers")).AppendFeedEnd([]byte(`{"value":[`), c, nil, c.Root),
			f.AppendSingleLink(nil, c, link, []byte("Orders(1)")),
			f.AppendLinksEnd(f.AppendLink(f.AppendLinksStart(nil, c, link, nil), c, []byte("Orders(1)"), true), c, nil, c.Root),
		} {
			v, err := readJSON(text)
			if err != nil {
				t.Fatalf("level %s: %v: %s", l.name, err, text)
			}
			for _, m := range v.([]member) {
				if m.Name == "x" {
					t.Errorf("level %s: text became a member: %s", l.name, text)
				}
			}
		}
	}
}

// TestCompileDeepExpansion ends only if the plans of a hierarchy do not multiply
// with each level of $expand.
func TestCompileDeepExpansion(t *testing.T) {
	d := newDemo(t)
	p, row := d.all("Customers"), d.vera()
	for range 40 {
		p = expanding(d.all("Customers"), "BestFriend", 0, p)
		outer := d.vera()
		outer.Related = []odata.Related{{Rows: []odata.Row{row}}}
		row = outer
	}
	text := jsonlight.New(jsonlight.Full).Compile(p).AppendEntry(nil, place, &row)
	if n := strings.Count(string(text), `"odata.type":"Demo.VipCustomer"`); n != 41 {
		t.Errorf("%d customers written, want 41", n)
	}
}

// checkOrder requires what streaming readers do: annotations of an object before
// its data (the count and the next link apart), those of a member before it (the
// next link apart), and navigation before operations before structural
// properties.
func checkOrder(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			checkOrder(t, item)
		}
	case []member:
		data, structural, operation := false, false, false
		seen := map[string]bool{}
		for _, m := range v {
			target, annotation, annotated := strings.Cut(m.Name, "@")
			switch {
			case annotation == "odata.nextLink":
				if !seen[target] || structural || operation {
					t.Errorf("%s does not stand behind what it continues", m.Name)
				}
			case annotated && seen[target]:
				t.Errorf("%s stands behind the member it annotates", m.Name)
			case annotated:
				if strings.HasSuffix(annotation, "LinkUrl") && (structural || operation) {
					t.Errorf("%s stands behind structural properties or operations", m.Name)
				}
			case m.Name[0] == '#':
				operation = true
				if structural {
					t.Errorf("%s stands behind structural properties", m.Name)
				}
			case strings.HasPrefix(m.Name, "odata.") && m.Name != "odata.nextLink":
				if data {
					t.Errorf("%s stands behind data", m.Name)
				}
			default:
				data = true
				seen[m.Name] = true
				_, isText := m.Value.(string)
				structural = structural || isText
			}
			checkOrder(t, m.Value)
		}
	}
}

// withoutAnnotations is v with its data only, and the members that every level
// has.
func withoutAnnotations(v any) any {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = withoutAnnotations(item)
		}
		return items
	case []member:
		members := []member{}
		for _, m := range v {
			switch m.Name {
			case "odata.count", "odata.nextLink", "odata.null", "odata.error":
			default:
				if strings.ContainsAny(m.Name, ".@") {
					continue
				}
			}
			members = append(members, member{m.Name, withoutAnnotations(m.Value)})
		}
		return members
	}
	return v
}
