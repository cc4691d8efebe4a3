package xmlread_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/format/xmlread"
)

// printed reads r as a tree and prints it: a namespace only where it has one,
// attributes not at all. Elements whose name begins with t hold text, those that
// begin with s are skipped.
func printed(r io.Reader, limits format.Limits) (string, error) {
	in := xmlread.New(r, nil, limits)
	if err := in.Root(); err != nil {
		return "", err
	}
	text, err := appendTree(nil, in)
	if err != nil {
		return "", err
	}
	return string(text), in.End()
}

func appendTree(dst []byte, in *xmlread.Input) ([]byte, error) {
	name := string(in.Local())
	if in.URI() != "" {
		dst = append(append(append(dst, '{'), in.URI()...), '}')
	}
	dst = append(dst, name...)
	switch {
	case strings.HasPrefix(name, "t"):
		text, err := in.Text()
		return append(append(append(dst, '"'), text...), '"'), err
	case strings.HasPrefix(name, "s"):
		return append(dst, '-'), in.Skip()
	}
	dst = append(dst, '(')
	for first := true; ; first = false {
		more, err := in.Child()
		if err != nil || !more {
			return append(dst, ')'), err
		}
		if !first {
			dst = append(dst, ' ')
		}
		if dst, err = appendTree(dst, in); err != nil {
			return dst, err
		}
	}
}

// TestWellFormed reads what is XML, and refuses what is not at the place where it
// breaks.
func TestWellFormed(t *testing.T) {
	const (
		xml10      = "XML 1.0"
		namespaces = "Namespaces in XML 1.0"
		ours       = "strictness of our own"
	)
	readtest.Run(t, []readtest.Case{
		{Name: "element", Section: xml10, Why: "the least document", In: `<a></a>`, Want: `a()`},
		{Name: "empty element", Section: xml10, Why: "the short form", In: `<a/>`, Want: `a()`},
		{Name: "blanks in tags", Section: xml10, Why: "they are allowed behind the name", In: "<a\n ><b\t/></a \r>", Want: `a(b())`},
		{Name: "blank before a name", Section: xml10, Why: "the name touches the bracket", In: `< a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "mixed quotes", Section: xml10, Why: "both kinds are quotes", In: `<a b='"' c="'"/>`, Want: `a()`},
		{Name: "bracket in an attribute", Section: xml10, Why: "only < is special there", In: `<a b=">"/>`, Want: `a()`},
		{Name: "opening bracket in an attribute", Section: xml10, Why: "it must be escaped", In: `<a b="<"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "no quotes", Section: xml10, Why: "values have quotes", In: `<a b=1/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "no value", Section: xml10, Why: "attributes have values", In: `<a b/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "no blank", Section: xml10, Why: "attributes follow white space", In: `<a b="1"c="2"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "attribute twice", Section: xml10, Why: "two readers could choose differently", In: `<a b="1" b="1"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "attribute twice by namespace", Section: namespaces, Why: "the prefix does not count", In: `<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="1"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "declaration twice", Section: namespaces, Why: "it is an attribute", In: `<a xmlns:p="u" xmlns:p="v"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "attributes of two namespaces", Section: namespaces, Why: "they differ", In: `<a xmlns:p="u" b="1" p:b="1"/>`, Want: `a()`},
		{Name: "wrong end", Section: xml10, Why: "tags are nested", In: `<a><b></a></b>`, Want: `! MalformedXML body[6:6]`},
		{Name: "end alone", Section: xml10, Why: "tags are nested", In: `</a>`, Want: `! MalformedXML body[0:0]`},
		{Name: "end with attributes", Section: xml10, Why: "only start tags have them", In: `<a></a b="1">`, Want: `! MalformedXML body[3:3]`},
		{Name: "end by another prefix", Section: namespaces, Why: "the names as written must agree", In: `<p:a xmlns:p="u" xmlns:q="u"></q:a>`, Want: `! MalformedXML body[29:29]`},
		{Name: "cut in a tag", Section: xml10, Why: "it has no end", In: `<a`, Want: `! MalformedXML body[0:0]`},
		{Name: "cut in an element", Section: xml10, Why: "it has no end", In: `<a><b/>`, Want: `! MalformedXML body[7:7]`},
		{Name: "cut in text", Section: xml10, Why: "it has no end", In: `<t>x`, Want: `! MalformedXML body[4:4]`},
		{Name: "nothing", Section: xml10, Why: "a document has a root", In: " \n", Want: `! MalformedXML body[2:2]`},
		{Name: "two roots", Section: xml10, Why: "a document has one root", In: `<a/><a/>`, Want: `! MalformedXML body[4:4]`},
		{Name: "text behind", Section: xml10, Why: "a document has one root", In: `<a/>x`, Want: `! MalformedXML body[4:4]`},
		{Name: "text in front", Section: xml10, Why: "a document has one root", In: `x<a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "NUL behind", Section: xml10, Why: "it is no character", In: "<a/>\x00", Want: `! MalformedXML body[4:4]`},
		{Name: "NUL in text", Section: xml10, Why: "it is no character", In: "<t>a\x00</t>", Want: `! MalformedXML body[4:4]`},
		{Name: "control in text", Section: xml10, Why: "it is no character", In: "<t>\x01</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "control in what is skipped", Section: xml10, Why: "the rules hold everywhere", In: "<s>\x01</s>", Want: `! MalformedXML body[3:3]`},
		{Name: "control in an attribute", Section: xml10, Why: "it is no character", In: "<a b=\"\x01\"/>", Want: `! MalformedXML body[0:0]`},
		{Name: "control by reference", Section: xml10, Why: "references are to characters", In: "<t>&#1;</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "surrogate by reference", Section: xml10, Why: "it is no character", In: "<t>&#xD800;</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "NUL by reference", Section: xml10, Why: "it is no character", In: "<t>&#0;</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "U+FFFF", Section: xml10, Why: "it is no character", In: "<t>\uffff</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "reference beyond Unicode", Section: xml10, Why: "nothing wraps around", In: "<t>&#4294967361;</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "reference without end", Section: xml10, Why: "it ends with a semicolon", In: "<t>&amp </t>                            ", Want: `! MalformedXML body[3:3]`},
		{Name: "bare ampersand", Section: xml10, Why: "it must be escaped", In: "<t>a & b</t>;", Want: `! MalformedXML body[5:5]`},
		{Name: "entity of HTML", Section: xml10, Why: "XML has five", In: "<t>&nbsp;</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "entity in an attribute", Section: xml10, Why: "XML has five", In: `<a b="&x;"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "entity in what is skipped", Section: xml10, Why: "the rules hold everywhere", In: `<s>&x;</s>`, Want: `! MalformedXML body[3:3]`},
		{Name: "not UTF-8", Section: xml10, Why: "no other encoding is read", In: "<t>\xe4</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "overlong", Section: xml10, Why: "it is not UTF-8", In: "<t>\xc0\xbc</t>", Want: `! MalformedXML body[3:3]`},
		{Name: "not UTF-8 in an attribute", Section: xml10, Why: "no other encoding is read", In: "<a b='\xe4'/>", Want: `! MalformedXML body[0:0]`},
		{Name: "not UTF-8 in a comment", Section: xml10, Why: "the rules hold everywhere", In: "<a><!--\xe4--></a>", Want: `! MalformedXML body[7:7]`},
		{Name: "end of CDATA in text", Section: xml10, Why: "it must be escaped", In: "<t>a]]>b</t>", Want: `! MalformedXML body[6:6]`},
		{Name: "CDATA", Section: xml10, Why: "it is text", In: "<t><![CDATA[a<&]]\r\n>]]]>b</t>", Want: "t\"a<&]]\n>]b\""},
		{Name: "CDATA among elements", Section: ours, Why: "text stands where elements are expected", In: "<a><![CDATA[]]></a>", Want: `! TypeMismatch body[0:0]`},
		{Name: "CDATA outside", Section: xml10, Why: "a document has one root", In: "<![CDATA[]]><a/>", Want: `! MalformedXML body[9:9]`},
		{Name: "two hyphens", Section: xml10, Why: "a comment ends there", In: "<a><!-- -- --></a>", Want: `! MalformedXML body[10:10]`},
		{Name: "comments", Section: xml10, Why: "they say nothing", In: "<!----><a><!--<b>&x;--></a><!-- -->", Want: `a()`},
		{Name: "instructions", Section: xml10, Why: "they say nothing", In: "<?a?><a><?b c?d?></a><?e ?>", Want: `a()`},
		{Name: "late declaration", Section: xml10, Why: "it stands at the start", In: ` <?xml version="1.0"?><a/>`, Want: `! MalformedXML body[1:1]`},
		{Name: "instruction without a name", Section: xml10, Why: "it has one", In: `<??><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "instruction with a wrong end", Section: xml10, Why: "the name ends with white space", In: `<?a?b?><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "declaration", Section: xml10, Why: "version, encoding, standalone", In: "<?xml version = '1.0' encoding=\"Utf-8\"\nstandalone='no' ?><a/>", Want: `a()`},
		{Name: "version", Section: xml10, Why: "1.1 has other characters", In: `<?xml version="1.1"?><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "no version", Section: xml10, Why: "it is required", In: `<?xml encoding="utf-8"?><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "order", Section: xml10, Why: "it is fixed", In: `<?xml version="1.0" standalone="yes" encoding="utf-8"?><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "declaration with a wrong end", Section: xml10, Why: "it ends like an instruction", In: `<?xml version="1.0"><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "other encoding", Section: ours, Why: "only UTF-8 is read", In: `<?xml version="1.0" encoding="iso-8859-1"?><a/>`, Want: `!! UnsupportedMediaType: XML is read in UTF-8 only (body[0:0])`},
		{Name: "UTF-16", Section: ours, Why: "only UTF-8 is read", In: "\xff\xfe<\x00a\x00/\x00>\x00", Want: `!! UnsupportedMediaType: XML is read in UTF-8 only (body[0:0])`},
		{Name: "UTF-16 without a mark", Section: ours, Why: "only UTF-8 is read", In: "\x00<\x00a\x00/\x00>", Want: `!! UnsupportedMediaType: XML is read in UTF-8 only (body[0:0])`},
		{Name: "document type", Section: ours, Why: "no entities, nothing is fetched", In: `<!DOCTYPE a><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "external subset", Section: ours, Why: "nothing is fetched", In: `<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "declaration inside", Section: ours, Why: "no declarations anywhere", In: `<t><!ENTITY a "b"></t>`, Want: `! MalformedXML body[3:3]`},
		{Name: "conditional section", Section: ours, Why: "no declarations anywhere", In: `<s><![IGNORE[]]></s>`, Want: `! MalformedXML body[3:3]`},
		{Name: "text among elements", Section: ours, Why: "it would be lost", In: `<a><b/>x</a>`, Want: `! TypeMismatch body[3:3]`},
		{Name: "elements in text", Section: ours, Why: "they would be lost", In: `<t>a<b/></t>`, Want: `! TypeMismatch body[0:0]`},
		{Name: "skipped", Section: ours, Why: "whatever is in it", In: "<a><s>a<b c='d'>&lt;\r<![CDATA[<]]></b><c/><!----></s><s/></a>", Want: `a(s- s-)`},
		{Name: "default namespace", Section: namespaces, Why: "it holds for elements until it is undone", In: `<a xmlns="u"><b/><b xmlns=""><b/></b><b/></a>`, Want: `{u}a({u}b() b(b()) {u}b())`},
		{Name: "prefixes", Section: namespaces, Why: "an inner declaration hides an outer one", In: `<p:a xmlns:p="u"><p:b xmlns:p="v"/><p:b/></p:a>`, Want: `{u}a({v}b() {u}b())`},
		{Name: "unknown prefix", Section: namespaces, Why: "it means nothing", In: `<p:a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "unknown prefix of an attribute", Section: namespaces, Why: "it means nothing", In: `<a p:b=""/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "prefix of a neighbour", Section: namespaces, Why: "a declaration ends with its element", In: `<a><b xmlns:p="u"/><p:b/></a>`, Want: `! MalformedXML body[19:19]`},
		{Name: "prefix undone", Section: namespaces, Why: "only the default can be", In: `<a xmlns:p=""/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "prefix xml", Section: namespaces, Why: "it is declared by itself", In: `<a xml:space="preserve" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, Want: `a()`},
		{Name: "prefix xml for another", Section: namespaces, Why: "it is reserved", In: `<a xmlns:xml="u"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "other prefix for xml", Section: namespaces, Why: "it is reserved", In: `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "default namespace xml", Section: namespaces, Why: "it is reserved", In: `<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "prefix xmlns", Section: namespaces, Why: "it is reserved", In: `<a xmlns:xmlns="u"/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "two colons", Section: namespaces, Why: "a name has one at most", In: `<a xmlns:p="u"><p:b:c/></a>`, Want: `! MalformedXML body[15:15]`},
		{Name: "colon at the start", Section: namespaces, Why: "a prefix is not empty", In: `<:a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "names", Section: xml10, Why: "letters of all scripts, and digits behind the first", In: `<ä-1._·/>`, Want: `ä-1._·()`},
		{Name: "digit first", Section: xml10, Why: "a name begins with a letter", In: `<1a/>`, Want: `! MalformedXML body[0:0]`},
		{Name: "sign in a name", Section: xml10, Why: "it is no letter", In: `<a×/>`, Want: `! MalformedXML body[0:0]`},
	}, func(r io.Reader) (string, error) { return printed(r, format.Limits{}) })
}

// TestAttributes pins how the values of attributes are normalised.
func TestAttributes(t *testing.T) {
	in := xmlread.New(strings.NewReader("<a b=' x\ty\r\nz\n&#9;&#xA;&amp;\u00e4 ' xmlns:p='u' p:b='2'/>"), nil, format.Limits{})
	if err := in.Root(); err != nil {
		t.Fatal(err)
	}
	if v, ok := in.Attribute(xmlread.None, "b"); !ok || string(v) != " x y z \t\n&\u00e4 " {
		t.Errorf("got %q: white space becomes blanks, unless it is escaped", v)
	}
	if v, ok := in.AttributeIn("u", "b"); !ok || string(v) != "2" {
		t.Errorf("got %q: attributes are found by namespace", v)
	}
	if _, ok := in.Attribute(xmlread.None, "c"); ok {
		t.Error("there is no c")
	}
}

// TestInner returns what stands between tags as it is.
func TestInner(t *testing.T) {
	for in, want := range map[string]string{
		"<a/>": "", "<a></a>": "", "<a>x &amp; <b c='d'/>\r\n<![CDATA[e]]></a>": "x &amp; <b c='d'/>\r\n<![CDATA[e]]>",
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			x := xmlread.New(r, nil, format.Limits{})
			if err := x.Root(); err != nil {
				t.Fatal(err)
			}
			if got, err := x.Inner(); err != nil || got != want {
				t.Errorf("%s: got %q, %v, want %q", in, got, err, want)
			}
			if err := x.End(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A node is an element as encoding/xml reads it.
type node struct {
	name     xml.Name
	attrs    map[xml.Name]string
	text     string
	children []*node
}

// tree reads data with encoding/xml.
func tree(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &node{}
	open := []*node{root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name, attrs: map[xml.Name]string{}}
			for _, a := range token.Attr {
				n.attrs[a.Name] = a.Value
			}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

// compare walks over what in reads along the tree of encoding/xml.
func compare(t *testing.T, in *xmlread.Input, n *node) error {
	t.Helper()
	if string(in.Local()) != n.name.Local || in.URI() != n.name.Space {
		t.Fatalf("got {%s}%s, want %v", in.URI(), in.Local(), n.name)
	}
	oneLine := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace
	for name, value := range n.attrs {
		if name.Space == "xmlns" || name.Local == "xmlns" {
			continue
		}
		got, ok := in.AttributeIn(name.Space, name.Local)
		if !ok || oneLine(string(got)) != oneLine(value) {
			t.Fatalf("attribute %v is %q, want %q", name, got, value)
		}
	}
	if len(n.children) == 0 {
		text, err := in.Text()
		if err == nil && string(text) != n.text {
			t.Fatalf("text is %q, want %q", text, n.text)
		}
		return err
	}
	if strings.TrimSpace(n.text) != "" {
		return in.Skip()
	}
	for _, child := range n.children {
		more, err := in.Child()
		if err != nil {
			return err
		}
		if !more {
			t.Fatalf("element %v is missing", child.name)
		}
		if err := compare(t, in, child); err != nil {
			return err
		}
	}
	more, err := in.Child()
	if more {
		t.Fatalf("another element {%s}%s", in.URI(), in.Local())
	}
	return err
}

// FuzzElements holds this reader to encoding/xml: what it accepts is XML for the
// other, too, with the same names, attributes and texts. Reading byte by byte
// makes no difference.
func FuzzElements(f *testing.F) {
	for _, seed := range []string{
		`<a xmlns="u" b='1'><b>x&amp;&#228;</b><p:c xmlns:p="v" p:d="&lt;"/></a>`, "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a/>\n",
		"<a>x\r\ny\rz<![CDATA[<>\r\n]]]]><!-- - --><?p i?></a>", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a><b></a></b>`, "<\u00e4/>",
		`<a xmlns:p="u"><p:b xmlns:p="v"><p:c/></p:b><p:c/></a>`, `<a b="1" b="2"/>`, `<a>]]></a>`, "<a>\x00</a>", `<a xml:lang="en"/>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		skip := func(r io.Reader) error {
			in := xmlread.New(r, nil, format.Limits{})
			if err := in.Root(); err != nil {
				return err
			}
			if err := in.Skip(); err != nil {
				return err
			}
			return in.End()
		}
		err, slowErr := skip(bytes.NewReader(data)), skip(iotest.OneByteReader(bytes.NewReader(data)))
		if err != nil {
			if e := odata.AsError(err); e.Kind != odata.KindUnsupportedMediaType {
				readtest.CheckRefused(t, err, slowErr)
			}
			return
		}
		if slowErr != nil {
			t.Fatalf("byte by byte: %v", slowErr)
		}
		root, err := tree(bytes.TrimPrefix(data, []byte("\ufeff")))
		if err != nil {
			for _, c := range data {
				if c >= 0x80 {
					return // it knows fewer letters for names
				}
			}
			t.Fatalf("not XML: %v", err)
		}
		for _, r := range []io.Reader{bytes.NewReader(data), iotest.OneByteReader(bytes.NewReader(data))} {
			in := xmlread.New(r, nil, format.Limits{})
			if err := in.Root(); err != nil {
				t.Fatal(err)
			}
			var mismatch *odata.Error
			if err := compare(t, in, root.children[0]); err != nil && !(errors.As(err, &mismatch) && mismatch.Code == "TypeMismatch") {
				t.Fatal(err)
			}
		}
	})
}
