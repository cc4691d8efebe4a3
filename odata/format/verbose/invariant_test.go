package verbose_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// TestInvariants holds every payload to the rules that need no golden file.
func TestInvariants(t *testing.T) {
	for _, tt := range payloads(newDemo(t), newODataDemo(t)) {
		t.Run(tt.Name, func(t *testing.T) {
			read := map[string]any{}
			for _, d := range dialects() {
				text := d.Write(tt)
				v, err := formattest.ReadJSON(text)
				if err != nil {
					t.Fatalf("version %s: %v: %s", d.Name, err, text)
				}
				read[d.Name] = v
				if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
					t.Errorf("version %s: not plain ASCII: %s", d.Name, text)
				}
				want := "d"
				if strings.HasPrefix(tt.Name, "error") {
					want = "error"
				}
				if top := v.([]formattest.Member); len(top) != 1 || top[0].Name != want {
					t.Errorf("version %s: %s is not the one member: %s", d.Name, want, text)
				}
				for _, only := range []string{`"actions"`, `"functions"`, `"associationuri"`, `"__mediaresource"`, `"Collection(`} {
					if d.version < verbose.Version3 && bytes.Contains(text, []byte(only)) {
						t.Errorf("version %s has no %s: %s", d.Name, only, text)
					}
				}
				for _, only := range []string{`"results":[`, `"__count"`, `"__next"`} {
					if d.version < verbose.Version2 && bytes.Contains(text, []byte(only)) {
						t.Errorf("version %s has no %s: %s", d.Name, only, text)
					}
				}
				checkObjects(t, v)
			}
			if diff := cmp.Diff(read["1.0"], withoutResults(read["2.0"])); diff != "" {
				t.Errorf("versions 1.0 and 2.0 differ by more than the results objects:\n%s", diff)
			}
		})
	}
}

// urls are the members that hold absolute URLs.
var urls = map[string]bool{"id": true, "uri": true, "edit_media": true, "media_src": true,
	"associationuri": true, "target": true, "__next": true}

// checkObjects requires absolute URLs, __metadata in front, and navigation
// properties before structural ones.
func checkObjects(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			checkObjects(t, item)
		}
	case []formattest.Member:
		structural := false
		for i, m := range v {
			if m.Name == "__metadata" && i > 0 {
				t.Error("__metadata is not the first member")
			}
			if text, ok := m.Value.(string); ok && urls[m.Name] && !strings.HasPrefix(text, "http://") {
				t.Errorf("%s is not absolute: %s", m.Name, text)
			}
			if _, deferred := formattest.Find(m.Value, "__deferred"); deferred && structural {
				t.Errorf("%s stands behind structural properties", m.Name)
			}
			switch m.Value.(type) {
			case string, bool, json.Number:
				structural = true
			}
			checkObjects(t, m.Value)
		}
	}
}

// withoutResults is v as version 1.0 would have it: the array alone in the place
// of an object with results.
func withoutResults(v any) any {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = withoutResults(item)
		}
		return items
	case []formattest.Member:
		if results, ok := formattest.Find(v, "results"); ok {
			if items, ok := results.([]any); ok {
				return withoutResults(items)
			}
		}
		members := []formattest.Member{}
		for _, m := range v {
			members = append(members, formattest.Member{Name: m.Name, Value: withoutResults(m.Value)})
		}
		return members
	}
	return v
}

// TestZeroOptions: version 3.0 without association links.
func TestZeroOptions(t *testing.T) {
	d := newDemo(t)
	row := d.Ann()
	p := d.All("Customers")
	want := verbose.New(verbose.Options{Version: verbose.Version3}).Compile(p).AppendEntry(nil, place, &row)
	for name, w := range map[string]verbose.Writer{"New(Options{})": verbose.New(verbose.Options{}), "Writer{}": {}} {
		if diff := cmp.Diff(string(want), string(w.Compile(p).AppendEntry(nil, place, &row))); diff != "" {
			t.Errorf("%s is not version 3.0 (-want +got):\n%s", name, diff)
		}
	}
}

// TestGrowingBuffer: links are copied from what was written before, wherever the
// buffer moves in between.
func TestGrowingBuffer(t *testing.T) {
	d := newDemo(t)
	p := formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders"))
	row := formattest.Related(d.Vera(), d.orders())
	e := verbose.New(verbose.Options{AssociationLinks: true}).Compile(p)
	want := string(e.AppendEntry(make([]byte, 0, 1<<16), place, &row))
	for size := range len(want) {
		dst := append(make([]byte, 0, 3+size), "???"...)
		if diff := cmp.Diff("???"+want, string(e.AppendEntry(dst, place, &row))); diff != "" {
			t.Fatalf("with room for %d bytes (-want +got):\n%s", size, diff)
		}
	}
}

// TestHostileRoot: behind a careless proxy the root is made of what the client
// sent as Host.
func TestHostileRoot(t *testing.T) {
	d := newDemo(t)
	c := &format.Context{Root: `http://a","x":"/`, MetadataURL: "http://a\",\"x\":\"/\n$metadata"}
	row := formattest.Related(d.Vera(), d.orders())
	p := formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders"))
	for _, dialect := range dialects() {
		w := verbose.New(verbose.Options{Version: dialect.version, AssociationLinks: true})
		for _, text := range [][]byte{
			w.Compile(p).AppendEntry(nil, c, &row),
			w.Compile(p).AppendFeedEnd([]byte(map[bool]string{true: `{"d":[`, false: `{"d":{"results":[`}[dialect.version == verbose.Version1]), c, nil, c.Root),
			w.AppendServiceDocument(nil, c, []*metadata.EntitySet{d.Set("Customers")}),
			w.AppendSingleLink(nil, c, nil, []byte("Customers(1)")),
		} {
			v, err := formattest.ReadJSON(text)
			if err != nil {
				t.Fatalf("version %s: %v: %s", dialect.Name, err, text)
			}
			if hasMember(v, "x") {
				t.Errorf("version %s: the root became a member: %s", dialect.Name, text)
			}
		}
	}
}

// hasMember reports whether a member called name stands anywhere in v.
func hasMember(v any, name string) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if hasMember(item, name) {
				return true
			}
		}
	case []formattest.Member:
		for _, m := range v {
			if m.Name == name || hasMember(m.Value, name) {
				return true
			}
		}
	}
	return false
}

func TestCompileDeepExpansion(t *testing.T) {
	formattest.DeepExpansion(t, newDemo(t).World, verbose.New(verbose.Options{}), `"type":"Demo.VipCustomer"`)
}
