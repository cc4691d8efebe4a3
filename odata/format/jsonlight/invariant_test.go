package jsonlight_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// TestInvariants holds every payload to the rules that need no golden file.
func TestInvariants(t *testing.T) {
	for _, tt := range payloads(newDemo(t)) {
		t.Run(tt.Name, func(t *testing.T) {
			var data []any
			for _, l := range levels {
				text := tt.Write(jsonlight.New(l.level), nil)
				v, err := formattest.ReadJSON(text)
				if err != nil {
					t.Fatalf("level %s: %v: %s", l.name, err, text)
				}
				if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
					t.Errorf("level %s: not plain ASCII: %s", l.name, text)
				}
				top := v.([]formattest.Member)
				hasContext := len(top) > 0 && top[0].Name == "odata.metadata"
				if wantContext := l.level != jsonlight.None && !strings.HasPrefix(tt.Name, "error"); hasContext != wantContext {
					t.Errorf("level %s: the context comes first, or is not told at all: %s", l.name, text)
				}
				checkOrder(t, v)
				data = append(data, withoutAnnotations(v))
			}
			if strings.HasPrefix(tt.Name, "service") {
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
	row := d.Ann()
	row.Related = []odata.Related{{More: true, Next: text}}
	info := odata.StreamInfo{ContentType: text, ETag: text, ReadURL: text}
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String(text)}, Media: &info, Streams: []odata.StreamInfo{info}}
	tag := odata.Row{Values: []edm.Value{edm.String(text)}, Dynamic: []odata.DynamicProperty{
		{Name: `http://a","x":"/`, Value: edm.String(text)}}}
	customers := operating(formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")))
	link := &odata.Link{Set: d.Set("Customers"), Nav: d.Set("Customers").Type().NavigationProperty("Orders")}
	for _, l := range levels {
		f := jsonlight.New(l.level)
		for _, text := range [][]byte{
			f.Compile(customers).AppendEntry(nil, c, &row),
			f.Compile(d.All("Photos")).AppendEntry(nil, c, &photo),
			f.Compile(d.All("Tags")).AppendEntry(nil, c, &tag),
			f.AppendServiceDocument(nil, c, []*metadata.EntitySet{d.Set("Customers")}),
			f.Compile(d.All("Customers")).AppendFeedEnd([]byte(`{"value":[`), c, nil, c.Root),
			f.AppendSingleLink(nil, c, link, []byte("Orders(1)")),
			f.AppendLinksEnd(f.AppendLink(f.AppendLinksStart(nil, c, link, nil), c, []byte("Orders(1)"), true), c, nil, c.Root),
		} {
			v, err := formattest.ReadJSON(text)
			if err != nil {
				t.Fatalf("level %s: %v: %s", l.name, err, text)
			}
			for _, m := range v.([]formattest.Member) {
				if m.Name == "x" {
					t.Errorf("level %s: text became a member: %s", l.name, text)
				}
			}
		}
	}
}

func TestCompileDeepExpansion(t *testing.T) {
	formattest.DeepExpansion(t, newDemo(t).World, jsonlight.New(jsonlight.Full), `"odata.type":"Demo.VipCustomer"`)
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
	case []formattest.Member:
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
	case []formattest.Member:
		members := []formattest.Member{}
		for _, m := range v {
			switch m.Name {
			case "odata.count", "odata.nextLink", "odata.null", "odata.error":
			default:
				if strings.ContainsAny(m.Name, ".@") {
					continue
				}
			}
			members = append(members, formattest.Member{Name: m.Name, Value: withoutAnnotations(m.Value)})
		}
		return members
	}
	return v
}
