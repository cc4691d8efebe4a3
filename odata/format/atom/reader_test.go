package atom_test

import (
	"io"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

const (
	inRequests = "Atom, representing entities in requests"
	echoes     = "extension: clients echo what they have read"
	rawXML     = "XML 1.0 and Namespaces in XML"
	openTypes  = "Atom, m:type"
)

// payload spells out the short forms of these tests: {entry} is a start tag with
// the usual namespaces, {props} what is around the properties, {nav X} the
// relation of a navigation property.
var payload = strings.NewReplacer(
	"{entry}", `<entry xmlns="http://www.w3.org/2005/Atom" `+spaces+`>`,
	"{d}", spaces,
	"{props}", `<content type="application/xml"><m:properties>`,
	"{/props}", `</m:properties></content>`,
	"{scheme}", `scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"`,
	"{nav ", `rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/`,
	" nav}", `"`,
	"{one}", `type="application/atom+xml;type=entry"`,
	"{many}", `type="application/atom+xml;type=feed"`,
)

const spaces = `xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" ` +
	`xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:gml="http://www.opengis.net/gml"`

func spelled(cases []readtest.Case) []readtest.Case {
	for i := range cases {
		cases[i].In = payload.Replace(cases[i].In)
	}
	return cases
}

func readEntries(t *testing.T, model *metadata.Model, expected string, cases []readtest.Case) {
	t.Helper()
	readtest.Run(t, spelled(cases), func(r io.Reader) (string, error) {
		e, err := atom.NewReader().ReadEntry(r, model, model.EntityType(expected), format.Limits{})
		if err != nil {
			return "", err
		}
		return readtest.Entry(e), nil
	})
}

func TestReadEntry(t *testing.T) {
	readEntries(t, testmodel.Demo(t), "Demo.Customer", []readtest.Case{{
		Name: "everything", Section: inRequests, Why: "the example of an insert",
		In: `<?xml version="1.0" encoding="utf-8"?>{entry}<category term="Demo.VipCustomer" {scheme}/>
			<link {nav BestFriend nav} {one} href="http://h/svc/Customers(1)"/>
			<link {nav Orders nav} {one} href="Orders(1)"/><link {nav Orders nav} {one} href="Orders(2)"/>
			<link {nav Orders nav} {many}><m:inline><feed><id/><title/><updated/><entry>{props}<d:Total m:type="Edm.Decimal">1.00</d:Total>{/props}</entry><entry/></feed></m:inline></link>
			<title/><author><name/></author><id/>
			{props}<d:Id m:type="Edm.Int32">7</d:Id><d:Name>Eve</d:Name><d:Points m:type="Edm.Int64">5</d:Points><d:Credit>0.00</d:Credit><d:Level>2</d:Level>
			<d:Home m:type="Demo.Address"><d:Street>A</d:Street><d:City>B</d:City></d:Home>
			<d:Emails m:type="Collection(Edm.String)"><d:element>a@x.example</d:element></d:Emails>{/props}</entry>`,
		Want: `VipCustomer{Id=7 Name='Eve' Points=5L Credit=0.00M Level=2 Home=('A' 'B') Emails=['a@x.example']` +
			` BestFriend<http://h/svc/Customers(1) Orders<Orders(1) Orders<Orders(2) Orders+Order{Total=1.00M} Orders+Order{}}`,
	}, {
		Name: "empty", Section: inRequests, Why: "what is absent is not null", In: `{entry}</entry>`, Want: `Customer{}`,
	}, {
		Name: "empty element", Section: rawXML, Why: "it is an entry as well", In: `<entry xmlns="http://www.w3.org/2005/Atom"/>`, Want: `Customer{}`,
	}, {
		Name: "empty properties", Section: inRequests, Why: "the writer leaves them out too", In: `{entry}<content type="application/xml"/></entry>`, Want: `Customer{}`,
	}, {
		Name: "null", Section: inRequests, Why: "whether null is allowed is decided later",
		In: `{entry}{props}<d:Id m:null="true"/><d:Name m:null="true"></d:Name><d:Home m:type="Demo.Address" m:null="1"/>{/props}</entry>`, Want: `Customer{Id=null Name=null Home=null}`,
	}, {
		Name: "not null", Section: inRequests, Why: "the attribute has a value", In: `{entry}{props}<d:Name m:null="false"/>{/props}</entry>`, Want: `Customer{Name=''}`,
	}, {
		Name: "null in another way", Section: inRequests, Why: "the attribute is a boolean", In: `{entry}{props}<d:Name m:null="yes"/>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Name`,
	}, {
		Name: "null with content", Section: inRequests, Why: "it would be lost", In: `{entry}{props}<d:Name m:null="true">x</d:Name>{/props}</entry>`, Want: `! InvalidPayload entry/content/properties/Name`,
	}, {
		Name: "null collection", Section: inRequests, Why: "a collection is empty, never null",
		In: `{entry}{props}<d:Emails m:null="true"/>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Emails`,
	}, {
		Name: "null without prefix", Section: rawXML, Why: "an attribute without a prefix is in no namespace", In: `{entry}{props}<d:Name null="true">x</d:Name>{/props}</entry>`, Want: `Customer{Name='x'}`,
	}, {
		Name: "empty text", Section: inRequests, Why: "an empty element is an empty string", In: `{entry}{props}<d:Name/>{/props}</entry>`, Want: `Customer{Name=''}`,
	}, {
		Name: "empty number", Section: inRequests, Why: "nothing is no number", In: `{entry}{props}<d:Id/>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Id`,
	}, {
		Name: "white space", Section: rawXML, Why: "it is part of a string, and means nothing around a number",
		In: "{entry}{props}<d:Name>\n a\t</d:Name>\n<d:Id> 7\n</d:Id>{/props}</entry>", Want: "Customer{Name='\n a\t' Id=7}",
	}, {
		Name: "line ends", Section: rawXML, Why: "readers normalise them unless they are escaped", In: "{entry}{props}<d:Name>a\r\nb\rc&#xD;</d:Name>{/props}</entry>", Want: "Customer{Name='a\nb\nc\r'}",
	}, {
		Name: "references", Section: rawXML, Why: "the five entities and all characters", In: `{entry}{props}<d:Name>&lt;&gt;&amp;&apos;&quot;&#228;&#x1F600;</d:Name>{/props}</entry>`, Want: `Customer{Name='<>&''"ä😀'}`,
	}, {
		Name: "pieces of text", Section: rawXML, Why: "CDATA is text, and comments and instructions are none",
		In: `<!-- a -->{entry}<?x y?>{props}<d:Name>a<!-- - --><![CDATA[<b>]]]]><?x?>c</d:Name>{/props}</entry><!---->`, Want: `Customer{Name='a<b>]]c'}`,
	}, {
		Name: "unknown property", Section: inRequests, Why: "a closed type has no others; the name is not in the target",
		In: `{entry}{props}<d:Nope>1</d:Nope>{/props}</entry>`, Want: `! UnknownProperty entry/content/properties`,
	}, {
		Name: "property of a derived type", Section: inRequests, Why: "the entity has the expected type if it names none",
		In: `{entry}{props}<d:Level>1</d:Level>{/props}</entry>`, Want: `! UnknownProperty entry/content/properties`,
	}, {
		Name: "navigation as a property", Section: inRequests, Why: "links are links", In: `{entry}{props}<d:Orders/>{/props}</entry>`, Want: `! UnknownProperty entry/content/properties`,
	}, {
		Name: "property without a namespace", Section: inRequests, Why: "a prefix that was forgotten is a mistake", In: `{entry}{props}<Name>x</Name>{/props}</entry>`, Want: `! UnknownProperty entry/content/properties`,
	}, {
		Name: "extensions", Section: "Atom syndication format, extending Atom", Why: "elements of other namespaces are not data",
		In: `{entry}<x:a xmlns:x="urn:x"><b>1</b></x:a><content type="application/xml"><x:a xmlns:x="urn:x"/><m:properties><x:a xmlns:x="urn:x">1</x:a><d:Id>1</d:Id></m:properties></content></entry>`, Want: `Customer{Id=1}`,
	}, {
		Name: "other prefixes", Section: rawXML, Why: "the namespace counts, not the prefix, which inner elements may rebind",
		In: `<a:entry xmlns:a="http://www.w3.org/2005/Atom" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices"><a:content type="application/xml">` +
			`<p:properties xmlns:p="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:Name p:null="true"/>` +
			`<Id xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:type="Edm.Int32">7</Id>` +
			`<m:Points>8</m:Points></p:properties></a:content></a:entry>`, Want: `Customer{Name=null Id=7 Points=8L}`,
	}, {
		Name: "prefix of the neighbour", Section: rawXML, Why: "a declaration ends with its element",
		In: `{entry}<x:a xmlns:x="urn:x"/><x:b/></entry>`, Want: `! MalformedXML body[241:241]`,
	}, {
		Name: "entry of another namespace", Section: inRequests, Why: "it is no Atom", In: `<entry/>`, Want: `! InvalidPayload body[0:0]`,
	}, {
		Name: "feed", Section: inRequests, Why: "one entity is posted", In: `<feed xmlns="http://www.w3.org/2005/Atom"/>`, Want: `! InvalidPayload body[0:0]`,
	}, {
		Name: "duplicate property", Section: inRequests, Why: "two readers could choose differently",
		In: `{entry}{props}<d:Id>1</d:Id><d:Id>1</d:Id>{/props}</entry>`, Want: `! DuplicateMember entry/content/properties`,
	}, {
		Name: "duplicate properties", Section: inRequests, Why: "two readers could choose differently",
		In: `{entry}{props}{/props}<m:properties/></entry>`, Want: `! DuplicateMember entry`,
	}, {
		Name: "duplicate in a complex value", Section: inRequests, Why: "two readers could choose differently",
		In: `{entry}{props}<d:Home><d:City/><d:City/></d:Home>{/props}</entry>`, Want: `! DuplicateMember entry/content/properties/Home`,
	}, {
		Name: "same names in neighbours", Section: inRequests, Why: "only the members of one value are compared",
		In:   `{entry}<link {nav Orders nav}><m:inline><feed><entry>{props}<d:Total>1</d:Total>{/props}</entry><entry>{props}<d:Total>1</d:Total>{/props}</entry></feed></m:inline></link></entry>`,
		Want: `Customer{Orders+Order{Total=1M} Orders+Order{Total=1M}}`,
	}, {
		Name: "properties outside of the content", Section: "Atom, media entities", Why: "the content is the media resource",
		In: `{entry}<content type="image/png" src="x"/><m:properties><d:Id>1</d:Id></m:properties></entry>`, Want: `Customer{Id=1}`,
	}, {
		Name: "text as content", Section: inRequests, Why: "it would be lost", In: `{entry}<content type="text">Eve</content></entry>`, Want: `! InvalidPayload entry/content`,
	}, {
		Name: "blank text as content", Section: inRequests, Why: "there is nothing to lose", In: `{entry}<content type="text"> </content></entry>`, Want: `Customer{}`,
	}, {
		Name: "content without a type", Section: inRequests, Why: "what is in it tells", In: `{entry}<content><m:properties><d:Id>1</d:Id></m:properties></content></entry>`, Want: `Customer{Id=1}`,
	}, {
		Name: "other content", Section: inRequests, Why: "it would be lost", In: `{entry}<content type="application/xml"><d:Id>1</d:Id></content></entry>`, Want: `! InvalidPayload entry/content`,
	}, {
		Name: "text in properties", Section: inRequests, Why: "it would be lost", In: `{entry}{props}x{/props}</entry>`, Want: `! TypeMismatch entry/content/properties`,
	}, {
		Name: "mismatch in a complex value", Section: inRequests, Why: "the target is the path",
		In: `{entry}{props}<d:Home><d:City><d:x/></d:City></d:Home>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Home/City`,
	}, {
		Name: "mismatch in a deep insert", Section: inRequests, Why: "the target leads through the link",
		In:   `{entry}<link {nav Orders nav}><m:inline><feed><entry/><entry>{props}<d:Total>x</d:Total>{/props}</entry></feed></m:inline></link></entry>`,
		Want: `! TypeMismatch entry/link[Orders]/inline/feed/entry[1]/content/properties/Total`,
	}, {
		Name: "mismatch in a collection", Section: inRequests, Why: "the target tells which item",
		In: `{entry}{props}<d:Emails><d:element>a</d:element><d:element><d:x/></d:element></d:Emails>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Emails/element[1]`,
	}, {
		Name: "text for a complex value", Section: inRequests, Why: "shapes must agree", In: `{entry}{props}<d:Home>x</d:Home>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Home`,
	}, {
		Name: "elements for a primitive value", Section: inRequests, Why: "shapes must agree", In: `{entry}{props}<d:Id><d:x/></d:Id>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Id`,
	}, {
		Name: "items", Section: "Atom, collections", Why: "m:element is what some writers write; null items are values",
		In: `{entry}{props}<d:Emails><m:element>a</m:element><d:element m:null="true"/><d:element/></d:Emails>{/props}</entry>`, Want: `Customer{Emails=['a' null '']}`,
	}, {
		Name: "items of another name", Section: "Atom, collections", Why: "they would be lost", In: `{entry}{props}<d:Emails><d:item>a</d:item></d:Emails>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Emails`,
	}, {
		Name: "unknown member of a complex value", Section: inRequests, Why: "complex types are closed",
		In: `{entry}{props}<d:Home><d:Zip/></d:Home>{/props}</entry>`, Want: `! UnknownProperty entry/content/properties/Home`,
	}})
}

func TestReadEntryTypes(t *testing.T) {
	readEntries(t, testmodel.Demo(t), "Demo.Customer", []readtest.Case{{
		Name: "category behind", Section: "Atom, entity type", Why: "the order of elements is free",
		In: `{entry}<link {nav Concierge nav} href="Customers(1)"/>{props}<d:Level>2</d:Level>{/props}<category term="Demo.VipCustomer" {scheme}/></entry>`, Want: `VipCustomer{Level=2 Concierge<Customers(1)}`,
	}, {
		Name: "category behind everywhere", Section: "Atom, entity type", Why: "it is looked for in every entry; prefixes still mean what they did",
		In: `{entry}<link {nav BestFriend nav}><m:inline xmlns:q="urn:q"><entry xmlns:e="http://schemas.microsoft.com/ado/2007/08/dataservices"><content type="application/xml"><m:properties>` +
			`<e:Level>1</e:Level></m:properties></content><category term="Demo.VipCustomer" {scheme}/></entry></m:inline></link>{props}<d:Level>2</d:Level>{/props}<category term="Demo.VipCustomer" {scheme}/></entry>`,
		Want: `VipCustomer{Level=2 BestFriend+VipCustomer{Level=1}}`,
	}, {
		Name: "mistake in front of the category", Section: "Atom, entity type", Why: "the place is that in the body",
		In: `{entry}{props}<d:Levl>2</d:Levl>{/props}<category term="Demo.VipCustomer" {scheme}/></entry>`, Want: `! UnknownProperty entry/content/properties`,
	}, {
		Name: "other categories", Section: "Atom, entity type", Why: "only one scheme names types",
		In: `{entry}<category term="Demo.Order"/><category term="x" scheme="urn:x"/><category term="Demo.VipCustomer" {scheme}/>{props}<d:Level>2</d:Level>{/props}</entry>`, Want: `VipCustomer{Level=2}`,
	}, {
		Name: "same twice", Section: "Atom, entity type", Why: "they agree", In: `{entry}<category term="Demo.Customer" {scheme}/><category term="Demo.Customer" {scheme}/></entry>`, Want: `Customer{}`,
	}, {
		Name: "two types", Section: "Atom, entity type", Why: "two readers could choose differently",
		In: `{entry}<category term="Demo.VipCustomer" {scheme}/><category term="Demo.Customer" {scheme}/></entry>`, Want: `! InvalidPayload entry`,
	}, {
		Name: "two types behind", Section: "Atom, entity type", Why: "two readers could choose differently",
		In: `{entry}{props}{/props}<category term="Demo.VipCustomer" {scheme}/><category term="Demo.Customer" {scheme}/></entry>`, Want: `! InvalidPayload entry`,
	}, {
		Name: "unknown type", Section: "Atom, entity type", Why: "there is no such type", In: `{entry}<category term="Demo.Nope" {scheme}/></entry>`, Want: `! UnknownType entry`,
	}, {
		Name: "unrelated type", Section: "Atom, entity type", Why: "it does not fit", In: `{entry}<category term="Demo.Order" {scheme}/></entry>`, Want: `! UnknownType entry`,
	}, {
		Name: "no term", Section: "Atom, entity type", Why: "a category has one", In: `{entry}<category {scheme}/></entry>`, Want: `! UnknownType entry`,
	}, {
		Name: "declared types", Section: "Atom, m:type", Why: "naming them is allowed",
		In:   `{entry}{props}<d:Id m:type="Edm.Int32">7</d:Id><d:Name m:type="Edm.String">a</d:Name><d:Home m:type="Demo.Address"/><d:Emails m:type="Collection(Edm.String)"/>{/props}</entry>`,
		Want: `Customer{Id=7 Name='a' Home=(null null) Emails=[]}`,
	}, {
		Name: "numbers of other types", Section: "Atom, m:type", Why: "a number that fits is the same number",
		In: `{entry}{props}<d:Id m:type="Edm.Int64">7</d:Id><d:Points m:type="Edm.Double">1e3</d:Points><d:Score m:type="Edm.Byte">7</d:Score>{/props}</entry>`, Want: `Customer{Id=7 Points=1000L Score=7.0}`,
	}, {
		Name: "number that does not fit", Section: "Atom, m:type", Why: "nothing wraps around", In: `{entry}{props}<d:Id m:type="Edm.Int64">2147483648</d:Id>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Id`,
	}, {
		Name: "number beyond its own type", Section: "Atom, m:type", Why: "it is none of what it says", In: `{entry}{props}<d:Id m:type="Edm.Byte">256</d:Id>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Id`,
	}, {
		Name: "text for a number", Section: "Atom, m:type", Why: "it says that it is text", In: `{entry}{props}<d:Id m:type="Edm.String">7</d:Id>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Id`,
	}, {
		Name: "number for text", Section: "Atom, m:type", Why: "it says that it is a number", In: `{entry}{props}<d:Name m:type="Edm.Int32">7</d:Name>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Name`,
	}, {
		Name: "unknown type of a value", Section: "Atom, m:type", Why: "there is no such type", In: `{entry}{props}<d:Id m:type="Edm.Nope">7</d:Id>{/props}</entry>`, Want: `! UnknownType entry/content/properties/Id`,
	}, {
		Name: "entity type of a value", Section: "Atom, m:type", Why: "it does not fit", In: `{entry}{props}<d:Home m:type="Demo.Order"/>{/props}</entry>`, Want: `! UnknownType entry/content/properties/Home`,
	}, {
		Name: "primitive type of a complex value", Section: "Atom, m:type", Why: "it does not fit", In: `{entry}{props}<d:Home m:type="Edm.String"/>{/props}</entry>`, Want: `! UnknownType entry/content/properties/Home`,
	}, {
		Name: "other collection", Section: "Atom, m:type", Why: "it does not fit", In: `{entry}{props}<d:Emails m:type="Collection(Edm.Int32)"/>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Emails`,
	}, {
		Name: "item for a collection", Section: "Atom, m:type", Why: "it does not fit", In: `{entry}{props}<d:Emails m:type="Edm.String"/>{/props}</entry>`, Want: `! TypeMismatch entry/content/properties/Emails`,
	}})
}

func TestReadEntryLinks(t *testing.T) {
	readEntries(t, testmodel.Demo(t), "Demo.Customer", []readtest.Case{{
		Name: "echo", Section: echoes, Why: "all that a GET tells; a link to one entity is taken for one to bind",
		In: `{entry}<id>http://h/svc/Customers(1)</id><link rel="edit" title="Customer" href="Customers(1)"/><link rel="self" href="x"/><link rel="edit-media" href="x" m:etag="y"/>` +
			`<link {nav Orders nav} {many} title="Orders" href="Customers(1)/Orders"/><link {nav BestFriend nav} {one} title="BestFriend" href="Customers(1)/BestFriend"/>` +
			`<link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/relatedlinks/Orders" type="application/xml" href="x"/>` +
			`<link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/mediaresource/Thumb" href="x"/><link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/edit-media/Thumb" href="x"/>` +
			`<title/><published>2015-07-12T06:40:00Z</published><updated>2015-07-12T06:40:00Z</updated><author><name/></author><rights/>` +
			`<m:action metadata="x" title="Promote" target="x"/><m:function metadata="x"/>{props}<d:Id>1</d:Id>{/props}</entry>`,
		Want: `Customer{Id=1 BestFriend<Customers(1)/BestFriend}`,
	}, {
		Name: "without href", Section: echoes, Why: "the writer writes it for entities without an address", In: `{entry}<link {nav BestFriend nav} {one}/></entry>`, Want: `Customer{}`,
	}, {
		Name: "without type", Section: inRequests, Why: "it says nothing else than what to relate", In: `{entry}<link {nav Orders nav} href="Orders(1)"/></entry>`, Want: `Customer{Orders<Orders(1)}`,
	}, {
		Name: "media types", Section: "Atom publishing protocol, the type parameter", Why: "spelled in other ways",
		In: `{entry}<link {nav Orders nav} type="Application/Atom+XML; charset=utf-8; Type=&quot;feed&quot;" href="x"/><link {nav Orders nav} type="application/atom+xml" href="Orders(1)"/></entry>`, Want: `Customer{Orders<Orders(1)}`,
	}, {
		Name: "null", Section: inRequests, Why: "an empty link clears", In: `{entry}<link {nav BestFriend nav} {one} href=""/></entry>`, Want: `Customer{BestFriend-null}`,
	}, {
		Name: "null inline", Section: inRequests, Why: "as in responses", In: `{entry}<link {nav BestFriend nav} {one} href="Customers(1)/BestFriend"><m:inline/></link></entry>`, Want: `Customer{BestFriend-null}`,
	}, {
		Name: "null of a collection", Section: inRequests, Why: "there are several to clear", In: `{entry}<link {nav Orders nav} {one} href=""/></entry>`, Want: `! TypeMismatch entry/link[Orders]`,
	}, {
		Name: "empty inline of a collection", Section: inRequests, Why: "it says nothing", In: `{entry}<link {nav Orders nav} {many}><m:inline/></link><link {nav Orders nav} {many}><m:inline><feed/></m:inline></link></entry>`, Want: `Customer{}`,
	}, {
		Name: "inline entry", Section: inRequests, Why: "an entity to create; where it would be says nothing",
		In: `{entry}<link {nav BestFriend nav} {one} href="x"><m:inline><entry><category term="Demo.VipCustomer" {scheme}/>{props}<d:Level>1</d:Level>{/props}</entry></m:inline></link></entry>`, Want: `Customer{BestFriend+VipCustomer{Level=1}}`,
	}, {
		Name: "inline feed for one", Section: inRequests, Why: "shapes must agree", In: `{entry}<link {nav BestFriend nav} {one}><m:inline><feed/></m:inline></link></entry>`, Want: `! TypeMismatch entry/link[BestFriend]/inline`,
	}, {
		Name: "inline entry for many", Section: inRequests, Why: "shapes must agree", In: `{entry}<link {nav Orders nav}><m:inline><entry/></m:inline></link></entry>`, Want: `! TypeMismatch entry/link[Orders]/inline`,
	}, {
		Name: "feed for one", Section: inRequests, Why: "shapes must agree", In: `{entry}<link {nav BestFriend nav} {many} href="x"/></entry>`, Want: `! TypeMismatch entry/link[BestFriend]`,
	}, {
		Name: "two for one", Section: inRequests, Why: "two readers could choose differently", In: `{entry}<link {nav BestFriend nav} href="a"/><link {nav BestFriend nav} href="b"/></entry>`, Want: `! DuplicateMember entry/link[BestFriend]`,
	}, {
		Name: "two inlines", Section: inRequests, Why: "two readers could choose differently", In: `{entry}<link {nav Orders nav}><m:inline/><m:inline/></link></entry>`, Want: `! DuplicateMember entry/link[Orders]`,
	}, {
		Name: "two entries inline", Section: inRequests, Why: "there is one entity", In: `{entry}<link {nav BestFriend nav}><m:inline><entry/><entry/></m:inline></link></entry>`, Want: `! DuplicateMember entry/link[BestFriend]/inline`,
	}, {
		Name: "unknown navigation", Section: inRequests, Why: "it would be lost", In: `{entry}<link {nav Nope nav} href="a"/></entry>`, Want: `! UnknownProperty entry`,
	}, {
		Name: "navigation of a derived type", Section: inRequests, Why: "the entity has the expected type if it names none", In: `{entry}<link {nav Concierge nav} href="a"/></entry>`, Want: `! UnknownProperty entry`,
	}})
	readEntries(t, testmodel.Demo(t), "Demo.Photo", []readtest.Case{{
		Name: "media entity", Section: "Atom, media entities", Why: "the properties stand beside the content, and streams have URLs of their own",
		In: `{entry}<content type="image/png" src="Photos(1)/$value"/><m:properties><d:Id>1</d:Id><d:Thumb>x</d:Thumb></m:properties></entry>`, Want: `Photo{Id=1}`,
	}})
}

func TestReadEntryDynamic(t *testing.T) {
	readEntries(t, testmodel.Demo(t), "Demo.Tag", []readtest.Case{{
		Name: "types", Section: openTypes, Why: "m:type tells, and text is the default",
		In: `{entry}{props}<d:Code>c</d:Code><d:S>7</d:S><d:I m:type="Edm.Int32">7</d:I><d:N m:null="true"/><d:M m:type="Edm.Nope" m:null="true"/><d:A m:type="Collection(Edm.Int64)"><d:element>1</d:element></d:A>` +
			`<d:C m:type="Demo.Address"><d:City>B</d:City></d:C><d:P m:type="Edm.GeographyPoint"><gml:Point><gml:pos>2.5 1.5</gml:pos></gml:Point></d:P>{/props}</entry>`,
		Want: `Tag{Code='c' S~'7' I~7 N~null M~null A~[1L] C~(null 'B') P~geography'SRID=4326;POINT(1.5 2.5)'}`,
	}, {
		Name: "unknown type", Section: openTypes, Why: "there is no such type", In: `{entry}{props}<d:A m:type="Edm.Nope">1</d:A>{/props}</entry>`, Want: `! UnknownType body[265:265]`,
	}, {
		Name: "entity type", Section: openTypes, Why: "an entity is no value", In: `{entry}{props}<d:A m:type="Demo.Order"/>{/props}</entry>`, Want: `! UnknownType body[265:265]`,
	}, {
		Name: "elements", Section: openTypes, Why: "text has none", In: `{entry}{props}<d:A><d:B/></d:A>{/props}</entry>`, Want: `! TypeMismatch body[265:265]`,
	}, {
		Name: "mistake inside", Section: openTypes, Why: "names of the input are in no target", In: `{entry}{props}<d:A m:type="Demo.Address"><d:City><d:x/></d:City></d:A>{/props}</entry>`, Want: `! TypeMismatch body[292:292]`,
	}, {
		Name: "duplicate", Section: openTypes, Why: "two readers could choose differently", In: `{entry}{props}<d:A/><d:A/>{/props}</entry>`, Want: `! DuplicateMember entry/content/properties`,
	}})
}

func TestReadProperty(t *testing.T) {
	model := testmodel.Demo(t)
	const section = "Atom, individual properties"
	for _, tt := range []struct {
		typ   string
		cases []readtest.Case
	}{{"Edm.String", []readtest.Case{
		{Name: "value", Section: section, Why: "the usual form", In: `<d:Name {d}>Ann</d:Name>`, Want: `'Ann'`},
		{Name: "default namespace", Section: section, Why: "older versions write it", In: `<Name xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">Ann</Name>`, Want: `'Ann'`},
		{Name: "metadata", Section: section, Why: "the name does not matter", In: `<m:value {d}>Ann</m:value>`, Want: `'Ann'`},
		{Name: "no namespace", Section: section, Why: "the name does not matter", In: `<x>Ann</x>`, Want: `'Ann'`},
		{Name: "null", Section: section, Why: "null is a value", In: `<d:Name {d} m:null="true"/>`, Want: `null`},
		{Name: "byte order mark", Section: rawXML, Why: "it is tolerated", In: "\ufeff<?xml version=\"1.0\" encoding='UTF-8' standalone=\"yes\"?>\n<x>Ann</x>\n", Want: `'Ann'`},
		{Name: "nothing", Section: rawXML, Why: "a document has a root", In: ``, Want: `! MalformedXML body[0:0]`},
		{Name: "trailing", Section: rawXML, Why: "nothing may follow", In: `<x>Ann</x><x/>`, Want: `! MalformedXML body[10:10]`},
		{Name: "JSON", Section: rawXML, Why: "it is another format", In: `{"value":"Ann"}`, Want: `! MalformedXML body[0:0]`},
	}}, {"Edm.Int64", []readtest.Case{
		{Name: "value", Section: section, Why: "the declared type needs no m:type", In: `<x>12</x>`, Want: `12L`},
		{Name: "mismatch", Section: section, Why: "the target is the property", In: `<x>a</x>`, Want: `! TypeMismatch P`},
	}}, {"Demo.Address", []readtest.Case{
		{Name: "value", Section: section, Why: "its members are elements", In: `<d:Home {d} m:type="Demo.Address"><d:City>B</d:City></d:Home>`, Want: `(null 'B')`},
		{Name: "default namespace", Section: section, Why: "older versions write it", In: `<Home xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices"><City>B</City></Home>`, Want: `(null 'B')`},
		{Name: "members without a namespace", Section: section, Why: "they would be lost", In: `<Home><City>B</City></Home>`, Want: `! UnknownProperty P`},
		{Name: "path", Section: section, Why: "it begins with the property", In: `<d:Home {d}><d:City><d:x/></d:City></d:Home>`, Want: `! TypeMismatch P/City`},
	}}, {"Collection(Edm.Int64)", []readtest.Case{
		{Name: "value", Section: section, Why: "items are elements", In: `<d:P {d} m:type="Collection(Edm.Int64)"><d:element>1</d:element><d:element>2</d:element></d:P>`, Want: `[1L 2L]`},
		{Name: "of an operation", Section: section, Why: "this is how services return them", In: `<P xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices"><element>1</element></P>`, Want: `[1L]`},
		{Name: "path", Section: section, Why: "the target tells which item", In: `<d:P {d}><d:element>x</d:element></d:P>`, Want: `! TypeMismatch P/element[0]`},
		{Name: "null", Section: section, Why: "a collection is never null", In: `<d:P {d} m:null="true"/>`, Want: `! TypeMismatch P`},
	}}, {"Edm.GeographyPoint", []readtest.Case{
		{Name: "value", Section: section, Why: "a GML element with the latitude first", In: `<d:P {d}><gml:Point gml:srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><gml:pos>2 1</gml:pos></gml:Point></d:P>`, Want: `geography'SRID=4326;POINT(1 2)'`},
		{Name: "other namespace", Section: section, Why: "it is no GML", In: `<d:P {d}><Point><pos>2 1</pos></Point></d:P>`, Want: `! TypeMismatch P`},
		{Name: "other shape", Section: section, Why: "the type is a point", In: `<d:P {d}><gml:LineString><gml:posList>2 1 4 3</gml:posList></gml:LineString></d:P>`, Want: `! TypeMismatch P`},
		{Name: "text", Section: section, Why: "well-known text is for URIs", In: `<d:P {d}>POINT(1 2)</d:P>`, Want: `! TypeMismatch P`},
		{Name: "malformed", Section: rawXML, Why: "it is no XML", In: `<d:P {d}><gml:Point><gml:pos>1 2</gml:pos></d:P>`, Want: `! MalformedXML body[214:214]`},
	}}, {"Edm.Geography", []readtest.Case{
		{Name: "any shape", Section: section, Why: "the type is abstract", In: `<d:P {d} m:type="Edm.GeographyLineString"><gml:LineString><gml:posList>2 1 4 3</gml:posList></gml:LineString></d:P>`, Want: `geography'SRID=4326;LINESTRING(1 2,3 4)'`},
		{Name: "a plane", Section: section, Why: "it is not on the earth", In: `<d:P {d} m:type="Edm.GeometryPoint"><gml:Point><gml:pos>1 2</gml:pos></gml:Point></d:P>`, Want: `! TypeMismatch P`},
	}}, {"", []readtest.Case{
		{Name: "typed", Section: openTypes, Why: "m:type tells", In: `<x m:type="Edm.Int32" {d}>7</x>`, Want: `7`},
		{Name: "text", Section: openTypes, Why: "the default", In: `<x>7</x>`, Want: `'7'`},
	}}} {
		t.Run(tt.typ, func(t *testing.T) {
			ref, _ := model.TypeRef(tt.typ)
			readtest.Run(t, spelled(tt.cases), func(r io.Reader) (string, error) {
				v, err := atom.NewReader().ReadProperty(r, model, "P", ref, format.Limits{})
				return readtest.Value(v), err
			})
		})
	}
}

func TestReadComplex(t *testing.T) {
	model := testmodel.Kinds(t)
	const section = "Atom, individual properties; PATCH changes what is there"
	readtest.Run(t, spelled([]readtest.Case{
		{Name: "some", Section: section, Why: "what is absent is not null", In: `<d:Place {d} m:type="Kinds.Place"><d:City>B</d:City></d:Place>`, Want: `City='B'`},
		{Name: "none", Section: section, Why: "nothing changes", In: `<x/>`, Want: ``},
		{Name: "order", Section: section, Why: "the order is that of the payload", In: `<x {d}><d:Code>7</d:Code><d:City m:null="true"/></x>`, Want: `Code=7L City=null`},
		{Name: "complex", Section: section, Why: "a value within it is a whole one", In: `<x {d}><d:Inner/></x>`, Want: `Inner=(null)`},
		{Name: "other type", Section: section, Why: "it is not the declared one", In: `<x {d} m:type="Kinds.Nope"/>`, Want: `! UnknownType P`},
		{Name: "unknown", Section: section, Why: "complex types are closed", In: `<x {d}><d:Zip/></x>`, Want: `! UnknownProperty P`},
		{Name: "mismatch", Section: section, Why: "the path begins with the property", In: `<x {d}><d:Code>a</d:Code></x>`, Want: `! TypeMismatch P/Code`},
		{Name: "duplicate", Section: section, Why: "one of them would be lost", In: `<x {d}><d:City/><d:City/></x>`, Want: `! DuplicateMember P`},
		{Name: "null", Section: section, Why: "null has no members", In: `<x {d} m:null="true"/>`, Want: `! TypeMismatch P`},
		{Name: "text", Section: section, Why: "shapes must agree", In: `<x>B</x>`, Want: `! TypeMismatch P`},
		{Name: "trailing", Section: rawXML, Why: "nothing may follow", In: `<x/>x`, Want: `! MalformedXML body[4:4]`},
	}), func(r io.Reader) (string, error) {
		members, err := atom.NewReader().ReadComplex(r, model, "P", model.ComplexType("Kinds.Place"), format.Limits{})
		return readtest.Members(members), err
	})
}

func TestReadLink(t *testing.T) {
	const section = "Atom, links"
	readtest.Run(t, []readtest.Case{
		{Name: "uri", Section: section, Why: "the usual form", In: `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">Orders(1)?a=1&amp;b</uri>`, Want: `Orders(1)?a=1&b`},
		{Name: "metadata", Section: "what clients send", Why: ".NET clients use this namespace", In: `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">Orders(1)</uri>`, Want: `Orders(1)`},
		{Name: "no namespace", Section: section, Why: "it is another element", In: `<uri>Orders(1)</uri>`, Want: `! InvalidPayload body[0:0]`},
		{Name: "list", Section: section, Why: "one is posted", In: `<links xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices"><uri>Orders(1)</uri></links>`, Want: `! InvalidPayload body[0:0]`},
		{Name: "elements", Section: section, Why: "a URL is text", In: `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices"><a/></uri>`, Want: `! TypeMismatch uri`},
		{Name: "trailing", Section: rawXML, Why: "nothing may follow", In: `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">x</uri>y`, Want: `! MalformedXML body[74:74]`},
	}, func(r io.Reader) (string, error) { return atom.NewReader().ReadLink(r, format.Limits{}) })
}

// TestReadParameters: arguments have no form in Atom.
func TestReadParameters(t *testing.T) {
	_, err := atom.NewReader().ReadParameters(strings.NewReader("<x/>"), testmodel.Demo(t), nil, format.Limits{})
	if e := odata.AsError(err); e.Kind != odata.KindUnsupportedMediaType || e.Code != "UnsupportedMediaType" {
		t.Errorf("got %v", err)
	}
}
