package atom_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
)

// TestReadMapped reads back entries whose properties are told by Atom and custom
// elements.
func TestReadMapped(t *testing.T) {
	w := newPress(t)
	with := func(at int, v edm.Value) odata.Row {
		row := w.article()
		row.Values = slices.Clone(row.Values)
		row.Values[at] = v
		return row
	}
	nulls := odata.Row{Values: make([]edm.Value, len(w.article().Values))}
	nulls.Values[0] = edm.Int32(2)
	comment := w.article()
	comment.Type = w.Entity("Comment")
	comment.Values = slices.Clone(comment.Values)
	comment.Values[10], comment.Values[11] = edm.String("jo"), edm.Int16(5)
	spot := formattest.Complex(edm.Double(47.5), edm.Double(-122), edm.String(" the\n\"spot\" "))
	for _, tt := range []struct {
		name, set, why string
		row            odata.Row
	}{
		{"article", "Articles", "every Atom element", w.article()},
		{"nulls", "Articles", "null is in the content", nulls},
		{"empty title", "Articles", "the attribute type tells it from the element every entry has", with(1, edm.String(""))},
		{"broken markup", "Articles", "what is no XHTML is text", with(2, edm.String("<p>All of <em>them</p>"))},
		{"markup", "Articles", "it stands there as it is", with(2, edm.String("<p>a &amp; <b>b</b></p>"))},
		{"derived", "Articles", "a derived type has other mappings", comment},
		{"elements", "Places", "custom elements and attributes", odata.Row{Values: []edm.Value{edm.Int32(1), spot, edm.String("n & m"), edm.String("in"), edm.String("lo")}}},
		{"empty elements", "Places", "an empty element is an empty string", odata.Row{Values: []edm.Value{edm.Int32(1), spot, edm.String(""), edm.String(""), edm.String("")}}},
		{"null elements", "Places", "null is in the content", odata.Row{Values: []edm.Value{edm.Int32(2), edm.Null, edm.Null, edm.Null, edm.Null}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := w.All(tt.set)
			text := plain.Compile(p).AppendEntry(nil, place, &tt.row)
			e, err := atom.NewReader().ReadEntry(bytes.NewReader(text), w.Models[0], p.Type, format.Limits{})
			if err != nil {
				t.Fatalf("%v:\n%s", err, text)
			}
			want, got := map[string]string{}, map[string]string{}
			for _, f := range p.Fields {
				if f.Only == nil || e.Type.Is(f.Only) {
					want[f.Property.Name] = readtest.Value(tt.row.Values[f.Index])
				}
			}
			for _, a := range e.Properties {
				got[a.Property.Name] = readtest.Value(a.Value)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", tt.why, diff, text)
			}
		})
	}
}

// TestReadMappedElements pins when an element is a value.
func TestReadMappedElements(t *testing.T) {
	readEntries(t, newSample(t).Models[0], "ODataDemo.Product", []readtest.Case{
		{Name: "both", Section: "customizable feeds", Why: "Name and Description have no other place", In: `{entry}<title type="text">Bread</title><summary>Whole grain</summary></entry>`, Want: `Product{Name='Bread' Description='Whole grain'}`},
		{Name: "mandatory title", Section: "customizable feeds", Why: "every entry has a title; an empty one without a type says nothing", In: `{entry}<title/><updated/><author><name/></author>{props}<d:ID>1</d:ID>{/props}</entry>`, Want: `Product{ID=1}`},
		{Name: "empty title", Section: "customizable feeds", Why: "with its type it is written for the property", In: `{entry}<title type="text"/></entry>`, Want: `Product{Name=''}`},
		{Name: "empty summary", Section: "customizable feeds", Why: "no entry needs one", In: `{entry}<summary/></entry>`, Want: `Product{Description=''}`},
		{Name: "null", Section: "customizable feeds", Why: "m:null is null everywhere", In: `{entry}<title m:null="true"/></entry>`, Want: `Product{Name=null}`},
		{Name: "content counts", Section: "customizable feeds", Why: "the title is but a copy, wherever it stands", In: `{entry}{props}<d:Name>b</d:Name><d:Description m:null="true"/>{/props}<title>a</title><summary>c</summary></entry>`, Want: `Product{Name='b' Description=null}`},
		{Name: "twice", Section: "customizable feeds", Why: "two readers could choose differently", In: `{entry}<title>a</title><title>b</title></entry>`, Want: `! DuplicateMember entry`},
		{Name: "elements in a title", Section: "customizable feeds", Why: "they would be lost", In: `{entry}<title>a<b/></title></entry>`, Want: `! TypeMismatch entry/title`},
		{Name: "category behind", Section: "customizable feeds", Why: "the type decides what is mapped", In: `{entry}<title>a</title><category term="ODataDemo.FeaturedProduct" {scheme}/></entry>`, Want: `FeaturedProduct{Name='a'}`},
	})
	readEntries(t, newSample(t).Models[0], "ODataDemo.Supplier", []readtest.Case{
		{Name: "kept in content", Section: "customizable feeds", Why: "its place is the content", In: `{entry}<title>a</title></entry>`, Want: `Supplier{}`},
	})
	readEntries(t, newPress(t).Models[0], newPress(t).All("Articles").Type.QualifiedName(), []readtest.Case{
		{Name: "no date", Section: "customizable feeds", Why: "it is no date", In: `{entry}<published>soon</published></entry>`, Want: `! TypeMismatch entry/published`},
	})
}
