package atom_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// customized are entries of the model in testdata/customized.metadata.xml.
func customized(t testing.TB) []formattest.Payload {
	w := newPress(t)
	with := func(row odata.Row, at int, v edm.Value) odata.Row {
		row.Values[at] = v
		return row
	}
	nothing := odata.Row{Values: make([]edm.Value, len(w.article().Values))}
	nothing.Values[0] = edm.Int32(2)
	void := edm.String("")
	voids := odata.Row{Values: []edm.Value{edm.Int32(3), void, void, void, edm.Null, edm.Null,
		formattest.Complex(void, void, formattest.Complex(void)), formattest.Complex(edm.Null, void, edm.Null),
		formattest.Complex(void, void, void, void, void, edm.Null), formattest.Complex(void, void, void), edm.Null, edm.Null}}
	comment := w.article()
	comment.Type = w.Entity("Comment")
	comment.Values[10], comment.Values[11] = edm.String("jo"), edm.Int16(5)
	spot := formattest.Complex(edm.Double(47.5), edm.Double(-122), edm.String(" the\n\"spot\" "))
	localized := odata.Row{Values: []edm.Value{edm.Int32(1), spot, edm.String("n & m"), edm.String("in"), edm.String("lo")}}
	nowhere := odata.Row{Values: []edm.Value{edm.Int32(2), edm.Null, edm.Null, edm.Null, edm.Null}}
	return []formattest.Payload{{
		Name: "custom-article", Why: "every Atom element, in the order of WCF; dates have a zone; a complex value that is told elsewhere is gone",
		Write: formattest.Entry(w.All("Articles"), w.article()),
	}, {
		Name: "custom-nulls", Why: "null is no value of those elements, so the content has it although it is not kept there",
		Write: formattest.Entry(w.All("Articles"), nothing),
	}, {
		Name: "custom-voids", Why: "addresses cannot be empty elements, so the content has them; links and categories without substance are left out",
		Write: formattest.Entry(w.All("Articles"), voids),
	}, {
		Name: "custom-markup-broken", Why: "what is no XHTML is text",
		Write: formattest.Entry(formattest.Selecting(w.All("Articles"), "", "Body"), with(w.article(), 2, edm.String("<p>All of <em>them</p>"))),
	}, {
		Name: "custom-forged", Why: "data cannot pass for an edit link or for the type",
		Write: formattest.Entry(formattest.Selecting(w.All("Articles"), "", "See", "Topic"), with(with(w.article(),
			8, formattest.Complex(edm.String("http://evil.example/"), edm.String("edit"), edm.Null, edm.Null, edm.Null, edm.Null)),
			9, formattest.Complex(edm.String("Press.Boss"), edm.String("http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"), edm.Null))),
	}, {
		Name: "custom-derived", Why: "a derived type's title replaces its base's, whose source is back in the content",
		Write: formattest.Entry(w.All("Articles"), comment),
	}, {
		Name: "custom-select", Why: "a property that is not selected is not mapped",
		Write: formattest.Entry(formattest.Selecting(w.All("Articles"), "", "Id", "Licence"), w.article()),
	}, {
		Name: "custom-elements", Why: "custom elements stand last and share what their paths have in common",
		Write: formattest.Entry(w.All("Places"), localized),
	}, {
		Name: "custom-elements-null", Why: "null is an empty element or attribute, and in the content",
		Write: formattest.Entry(w.All("Places"), nowhere),
	}}
}

// TestMapping maps one property of a type and looks at what the entry says of
// it: the elements behind the edit link, and whether the content has it.
func TestMapping(t *testing.T) {
	const empty = `<title /><updated>2015-07-12T06:40:00Z</updated><author><name /></author>`
	no, yes := false, true
	to := func(target string) metadata.FeedMapping {
		return metadata.FeedMapping{TargetPath: target, KeepInContent: &no}
	}
	in := func(uri, prefix, target string) metadata.FeedMapping {
		return metadata.FeedMapping{TargetPath: target, NsURI: uri, NsPrefix: prefix, KeepInContent: &no}
	}
	kept := to("SyndicationSummary")
	kept.KeepInContent = &yes
	for _, tt := range []struct {
		name, why string
		typ       string
		value     edm.Value
		mappings  []metadata.FeedMapping
		elements  string // between the edit link and the content
		behind    string // the content
		content   bool   // has the property
	}{{
		name: "number", why: "any primitive value can be a title",
		typ: "Edm.Int64", value: edm.Int64(7), mappings: []metadata.FeedMapping{to("SyndicationTitle")},
		elements: `<title type="text">7</title><updated>2015-07-12T06:40:00Z</updated><author><name /></author>`,
	}, {
		name: "date as text", why: "a text that is a date is written as one, and kept since others would be lost",
		typ: "Edm.String", value: edm.String("2014-01-02T03:04:05"), mappings: []metadata.FeedMapping{to("SyndicationUpdated")},
		elements: `<title /><updated>2014-01-02T03:04:05Z</updated><author><name /></author>`, content: true,
	}, {
		name: "text that is no date", why: "it counts as not mapped",
		typ: "Edm.String", value: edm.String("soon"), mappings: []metadata.FeedMapping{to("SyndicationUpdated")},
		elements: empty, content: true,
	}, {
		name: "published never", why: "the element is optional",
		typ: "Edm.String", value: edm.String(""), mappings: []metadata.FeedMapping{to("SyndicationPublished")},
		elements: empty, content: true,
	}, {
		name: "number as date", why: "a mapping that cannot be written is as if it were not there",
		typ: "Edm.Int32", value: edm.Int32(7), mappings: []metadata.FeedMapping{to("SyndicationPublished")},
		elements: empty, content: true,
	}, {
		name: "email alone", why: "a person has a name, known or not",
		typ: "Edm.String", value: edm.String("a@x.example"), mappings: []metadata.FeedMapping{to("SyndicationAuthorEmail")},
		elements: `<title /><updated>2015-07-12T06:40:00Z</updated><author><name /><email>a@x.example</email></author>`,
	}, {
		name: "several targets", why: "one that keeps is enough to keep",
		typ: "Edm.String", value: edm.String("x"), mappings: []metadata.FeedMapping{to("SyndicationTitle"), kept, to("SyndicationRights")},
		elements: `<title type="text">x</title><summary type="text">x</summary><updated>2015-07-12T06:40:00Z</updated>` +
			`<author><name /></author><rights type="text">x</rights>`, content: true,
	}, {
		name: "link without relation", why: "Atom has a default for it",
		typ: "Edm.String", value: edm.String("http://x.example/"), mappings: []metadata.FeedMapping{to("SyndicationLinkHref")},
		elements: empty + `<link href="http://x.example/" />`, content: true,
	}, {
		name: "link with a relation of the protocol", why: "data cannot pass for a navigation link",
		typ: "Edm.String", value: edm.String("http://schemas.microsoft.com/ado/2007/08/dataservices/related/Orders"),
		mappings: []metadata.FeedMapping{to("SyndicationLinkHref"), to("SyndicationLinkRel")}, elements: empty, content: true,
	}, {
		name: "link with the long form of a relation", why: "nor for an edit link",
		typ: "Edm.String", value: edm.String("http://www.iana.org/assignments/relation/edit"),
		mappings: []metadata.FeedMapping{to("SyndicationLinkHref"), to("SyndicationLinkRel")}, elements: empty, content: true,
	}, {
		name: "numbers in attributes", why: "any primitive value can be one",
		typ: "Edm.Int32", value: edm.Int32(5), mappings: []metadata.FeedMapping{to("SyndicationLinkHref"), to("SyndicationLinkRel")},
		elements: empty + `<link rel="5" href="5" />`, content: true,
	}, {
		name: "reserved namespace", why: "nobody can declare it",
		typ: "Edm.String", value: edm.String("x"), mappings: []metadata.FeedMapping{in("http://www.w3.org/2000/xmlns/", "p", "a")},
		elements: empty, content: true,
	}, {
		name: "prefix of the document", why: "a prefix is declared where it is used",
		typ: "Edm.Int32", value: edm.Int32(1), mappings: []metadata.FeedMapping{in("http://x.example/", "d", "a/b/@c")},
		elements: empty, behind: `<d:a xmlns:d="http://x.example/"><d:b d:c="1"></d:b></d:a>`,
	}, {
		name: "text first", why: "an element with text takes no elements; the property stays hidden by the mapping that works",
		typ: "Edm.Int32", value: edm.Int32(1), mappings: []metadata.FeedMapping{in("http://x.example/", "p", "a"), in("http://x.example/", "p", "a/b")},
		elements: empty, behind: `<p:a xmlns:p="http://x.example/">1</p:a>`,
	}, {
		name: "elements first", why: "and one with elements takes no text, but attributes",
		typ: "Edm.Int32", value: edm.Int32(1), mappings: []metadata.FeedMapping{
			in("http://x.example/", "p", "a/b"), in("http://x.example/", "p", "a"), in("http://x.example/", "p", "a/@c")},
		elements: empty, behind: `<p:a xmlns:p="http://x.example/" p:c="1"><p:b>1</p:b></p:a>`,
	}, {
		name: "same name elsewhere", why: "elements are shared within a namespace only",
		typ: "Edm.Int32", value: edm.Int32(1), mappings: []metadata.FeedMapping{in("http://x.example/1", "p", "a/b"), in("http://x.example/2", "p", "a/b")},
		elements: empty, behind: `<p:a xmlns:p="http://x.example/1"><p:b>1</p:b></p:a><p:a xmlns:p="http://x.example/2"><p:b>1</p:b></p:a>`,
	}} {
		t.Run(tt.name, func(t *testing.T) {
			model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N",
				EntityTypes: []*metadata.EntityType{{Name: "T", Key: []string{"K"}, Properties: []*metadata.Property{
					{Name: "K", Type: "Edm.Int32", NotNull: true}, {Name: "P", Type: tt.typ, FeedMappings: tt.mappings}}}},
				Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "S", EntityType: "T"}}}},
			}}}
			if err := model.Resolve(); err != nil {
				t.Fatal(err)
			}
			w := worldOf(t, model)
			row := odata.Row{Values: []edm.Value{edm.Int32(1), tt.value}}
			text := string(plain.Compile(w.All("S")).AppendEntry(nil, place, &row))
			if err := formattest.WellFormed(text); err != nil {
				t.Fatalf("%v:\n%s", err, text)
			}
			_, rest, _ := strings.Cut(text, `href="S(1)" />`)
			elements, rest, _ := strings.Cut(rest, `<content type="application/xml">`)
			content, behind, _ := strings.Cut(rest, `</content>`)
			if diff := cmp.Diff(tt.elements, elements); diff != "" {
				t.Errorf("in front of the content: %s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(tt.behind+"</entry>", behind); diff != "" {
				t.Errorf("behind the content: %s (-want +got):\n%s", tt.why, diff)
			}
			if strings.Contains(content, "<d:P") != tt.content {
				t.Errorf("%s: the content is %s", tt.why, content)
			}
		})
	}
}
