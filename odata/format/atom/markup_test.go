package atom_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// TestMarkup tells what is taken as XHTML; the rest is written as text.
func TestMarkup(t *testing.T) {
	w := newPress(t)
	e := plain.Compile(formattest.Selecting(w.All("Articles"), "", "Body"))
	deep := func(n int) string { return strings.Repeat("<b>", n) + strings.Repeat("</b>", n) }
	for _, tt := range []struct {
		name, in string
		markup   bool
		why      string
	}{
		{"text", "just text", true, "text is a fragment"},
		{"empty", "", true, "so is nothing"},
		{"elements", `<p>a<br/><img src='x' alt="&lt;"/></p> b <hr />`, true, "several elements and text"},
		{"references", "&amp;&#65;&#x1F600;&apos;", true, "the references of XML"},
		{"space", `<p xmlns="http://www.w3.org/1999/xhtml" xml:lang="de">x</p >`, true, "the namespace of XHTML, and the language"},
		{"nested", deep(32), true, "as deep as the limit"},
		{"too deep", deep(33), false, "values are bounded"},
		{"crossed", "<b><i></b></i>", false, "end tags in the wrong order"},
		{"open", "<b>", false, "an element without an end"},
		{"closed", "</entry>", false, "an end without an element would end the entry"},
		{"entity", "&nbsp;", false, "entities of HTML are unknown to XML"},
		{"bare", "a & b", false, "an ampersand that begins no reference"},
		{"character", "&#0;", false, "a reference to what XML cannot hold"},
		{"number", "&#1x;", false, "a number that is none"},
		{"no number", "&#x;", false, "a number without digits"},
		{"large", "&#x110000;", false, "a number beyond the last character"},
		{"long", "&#00000065;", false, "numbers are bounded"},
		{"surrogate", "&#xD800;", false, "half a character"},
		{"control", "\x01", false, "characters XML cannot hold"},
		{"bytes", "\xff", false, "what is not UTF-8"},
		{"section", "<![CDATA[x]]>", false, "no sections"},
		{"section end", "]]>", false, "the end of a section may not stand in text"},
		{"comment", "<!-- x -->", false, "no comments"},
		{"instruction", "<?x y?>", false, "no processing instructions"},
		{"doctype", `<!DOCTYPE p [<!ENTITY e "x">]>`, false, "no document types"},
		{"prefix", `<m:null/>`, false, "no prefixes of the document around"},
		{"attribute prefix", `<p m:type="x"/>`, false, "nor on attributes"},
		{"own prefix", `<p xmlns:x="y"/>`, false, "nor of its own"},
		{"xml space", `<p xml:base="http://evil.example/"/>`, false, "of xml only the language"},
		{"other space", `<link xmlns="http://www.w3.org/2005/Atom"/>`, false, "no namespace but XHTML"},
		{"twice", `<p a="1" a="2"/>`, false, "an attribute that stands twice"},
		{"unquoted", `<p a=1/>`, false, "a value without quotes"},
		{"no value", `<p a/>`, false, "an attribute without a value"},
		{"full", "<p" + attributes(32) + `/>`, true, "as many attributes as the limit"},
		{"crowded", "<p" + attributes(33) + `/>`, false, "attributes are bounded"},
		{"value cut", `<p a=`, false, "a tag that ends before the value"},
		{"joined", `<p a="1"b="2"/>`, false, "attributes without space between"},
		{"bracket", `<p a="<"/>`, false, "a bracket in a value"},
		{"cut", `<p a="1`, false, "a tag that does not end"},
		{"space first", `< p/>`, false, "a blank in front of the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := w.article()
			row.Values[2] = edm.String(tt.in)
			summary := readTree(t, string(e.AppendEntry(nil, place, &row))).find(t, "summary")
			switch typ := summary.value("", "type"); {
			case tt.markup && typ != "xhtml":
				t.Errorf("%q was taken as %s: %s", tt.in, typ, tt.why)
			case !tt.markup && (typ != "text" || summary.text != xmlText(tt.in) || len(summary.children) > 0):
				t.Errorf("%q was taken as %s %q: %s", tt.in, typ, summary.text, tt.why)
			}
		})
	}
}

// attributes are n different ones.
func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="x"`, i)
	}
	return b.String()
}

// FuzzMarkup takes any string for XHTML. The entry is well-formed, and whatever
// the string was, it ends where the summary ends.
func FuzzMarkup(f *testing.F) {
	for _, s := range append(hardTexts, `<p xmlns="http://www.w3.org/1999/xhtml">a<br/>&amp;</p>`, "<b></b >", "<a b='c' d=\"e\"/>", "</summary>") {
		f.Add(s)
	}
	w := newPress(f)
	base := w.article()
	e := plain.Compile(formattest.Selecting(w.All("Articles"), "", "Id", "Body"))
	f.Fuzz(func(t *testing.T, s string) {
		row := odata.Row{Values: slices.Clone(base.Values)}
		row.Values[2] = edm.String(s)
		entry := readTree(t, string(e.AppendEntry(nil, place, &row)))
		var names []string
		for _, c := range entry.children {
			names = append(names, c.name.Local)
		}
		if got := strings.Join(names, " "); got != "id category link title summary updated author content" {
			t.Errorf("%q: the entry has %s", s, got)
		}
		if summary := entry.find(t, "summary"); summary.value("", "type") == "text" && summary.text != xmlText(s) {
			t.Errorf("%q was written as %q", s, summary.text)
		}
	})
}
