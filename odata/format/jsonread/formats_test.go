package jsonread_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// atomParts spells out the short forms of the payloads in Atom below.
var atomParts = strings.NewReplacer(
	"[entry]", `<entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">`,
	"[type ", `<category scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" term="Demo.`, " type]", `"/>`,
	"[nav ", `<link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/`, " nav]", `"`,
	"[", `<content type="application/xml"><m:properties>`, "]", `</m:properties></content>`,
)

// TestFormatsAgree sends what means the same in each format, and requires that it
// is read as the same entity or refused with the same code. Places differ, and so
// do mistakes that only one format can make.
func TestFormatsAgree(t *testing.T) {
	model := testmodel.Demo(t)
	for _, tt := range []struct {
		name, expected       string
		light, verbose, atom string
		want                 string
		why                  string
	}{{
		"values", "Customer",
		`{"Id":7,"Name":"Eve","Points":"5","Credit":"0.00","Score":"INF","Home":{"City":"B"},"Emails":["a"]}`,
		`{"Id":7,"Name":"Eve","Points":"5","Credit":"0.00","Score":"INF","Home":{"City":"B"},"Emails":{"results":["a"]}}`,
		`[<d:Id>7</d:Id><d:Name>Eve</d:Name><d:Points>5</d:Points><d:Credit>0.00</d:Credit><d:Score>INF</d:Score><d:Home><d:City>B</d:City></d:Home><d:Emails><d:element>a</d:element></d:Emails>]`,
		`Customer{Id=7 Name='Eve' Points=5L Credit=0.00M Score=INF Home=(null 'B') Emails=['a']}`, "what is absent in a complex value is null",
	}, {
		"nothing", "Customer", `{}`, `{}`, ``, `Customer{}`, "what is absent is not null",
	}, {
		"nulls", "Customer", `{"Id":null,"Home":null}`, `{"Id":null,"Home":null}`, `[<d:Id m:null="true"/><d:Home m:null="true"/>]`, `Customer{Id=null Home=null}`, "whether null is allowed is decided later",
	}, {
		"null items", "Customer", `{"Emails":[null,""]}`, `{"Emails":[null,""]}`, `[<d:Emails><d:element m:null="true"/><d:element/></d:Emails>]`, `Customer{Emails=[null '']}`, "an item may be null",
	}, {
		"null collection", "Customer", `{"Emails":null}`, `{"Emails":null}`, `[<d:Emails m:null="true"/>]`, `! TypeMismatch`, "a collection is empty, never null",
	}, {
		"derived type", "Customer", `{"odata.type":"Demo.VipCustomer","Level":2}`, `{"__metadata":{"type":"Demo.VipCustomer"},"Level":2}`, `[type VipCustomer type][<d:Level>2</d:Level>]`,
		`VipCustomer{Level=2}`, "the payload names the type",
	}, {
		"property of a derived type", "Customer", `{"Level":2}`, `{"Level":2}`, `[<d:Level>2</d:Level>]`, `! UnknownProperty`, "the entity has the expected type if it names none",
	}, {
		"type of another entity", "Customer", `{"odata.type":"Demo.Order"}`, `{"__metadata":{"type":"Demo.Order"}}`, `[type Order type]`, `! UnknownType`, "it does not fit",
	}, {
		"type that does not exist", "Customer", `{"odata.type":"Demo.Nope"}`, `{"__metadata":{"type":"Demo.Nope"}}`, `[type Nope type]`, `! UnknownType`, "there is none",
	}, {
		"type of a complex value", "Customer", `{"Home":{"odata.type":"Demo.Order"}}`, `{"Home":{"__metadata":{"type":"Demo.Order"}}}`, `[<d:Home m:type="Demo.Order"/>]`, `! UnknownType`, "only the declared one fits",
	}, {
		"unknown property", "Customer", `{"Nope":1}`, `{"Nope":1}`, `[<d:Nope>1</d:Nope>]`, `! UnknownProperty`, "the type is closed",
	}, {
		"unknown member", "Customer", `{"Home":{"Zip":1}}`, `{"Home":{"Zip":1}}`, `[<d:Home><d:Zip>1</d:Zip></d:Home>]`, `! UnknownProperty`, "complex types are closed",
	}, {
		"property twice", "Customer", `{"Id":1,"Id":1}`, `{"Id":1,"Id":1}`, `[<d:Id>1</d:Id><d:Id>1</d:Id>]`, `! DuplicateMember`, "two readers could choose differently",
	}, {
		"number beyond its type", "Customer", `{"Id":"2147483648"}`, `{"Id":"2147483648"}`, `[<d:Id>2147483648</d:Id>]`, `! TypeMismatch`, "nothing wraps around",
	}, {
		"text for a number", "Customer", `{"Points":"x"}`, `{"Points":"x"}`, `[<d:Points>x</d:Points>]`, `! TypeMismatch`, "it is none",
	}, {
		"text for a complex value", "Customer", `{"Home":"x"}`, `{"Home":"x"}`, `[<d:Home>x</d:Home>]`, `! TypeMismatch`, "shapes must agree",
	}, {
		"members for a primitive value", "Customer", `{"Name":{"City":"B"}}`, `{"Name":{"City":"B"}}`, `[<d:Name><d:City>B</d:City></d:Name>]`, `! TypeMismatch`, "shapes must agree",
	}, {
		"links", "Customer", `{"BestFriend@odata.bind":"Customers(1)","Orders@odata.bind":["Orders(1)","Orders(2)"]}`,
		`{"BestFriend":{"__metadata":{"uri":"Customers(1)"}},"Orders":[{"__metadata":{"uri":"Orders(1)"}},{"__metadata":{"uri":"Orders(2)"}}]}`,
		`[nav BestFriend nav] href="Customers(1)"/>[nav Orders nav] href="Orders(1)"/>[nav Orders nav] href="Orders(2)"/>`,
		`Customer{BestFriend<Customers(1) Orders<Orders(1) Orders<Orders(2)}`, "entities to relate",
	}, {
		"null link", "Customer", `{"BestFriend":null}`, `{"BestFriend":null}`, `[nav BestFriend nav] href=""/>`, `Customer{BestFriend-null}`, "it clears",
	}, {
		"deep insert", "Customer", `{"Orders":[{"Total":"1"},{}]}`, `{"Orders":{"results":[{"Total":"1"},{}]}}`, `[nav Orders nav]><m:inline><feed><entry>[<d:Total>1</d:Total>]</entry><entry/></feed></m:inline></link>`,
		`Customer{Orders+Order{Total=1M} Orders+Order{}}`, "entities to create",
	}, {
		"echoed link", "Customer", `{"Orders@odata.navigationLinkUrl":"Customers(1)/Orders"}`, `{"Orders":{"__deferred":{"uri":"Customers(1)/Orders"}}}`,
		`[nav Orders nav] type="application/atom+xml;type=feed" href="Customers(1)/Orders"/>`, `Customer{}`, "where related entities are is no change",
	}, {
		"undeclared", "Tag", `{"A":"x","B@odata.type":"Edm.Int64","B":"7","C":null}`, `{"A":"x","B":{"__metadata":{"type":"Collection(Edm.Int64)"},"results":["7"]},"C":null}`,
		`[<d:A>x</d:A><d:B m:type="Edm.Int64">7</d:B><d:C m:null="true"/>]`, `Tag{A~'x' B~7L C~null}`, "an open type takes others",
	}, {
		"stream", "Photo", `{"Id":1,"Thumb@odata.mediaReadLink":"x"}`, `{"Id":1,"Thumb":{"__mediaresource":{}}}`, `[<d:Id>1</d:Id><d:Thumb/>]`, `Photo{Id=1}`, "streams have URLs of their own",
	}} {
		for i, in := range []string{tt.light, tt.verbose, "[entry]" + tt.atom + "</entry>"} {
			name, reader := "atom", atom.NewReader()
			if i < len(readers) {
				name, reader = readers[i].name, readers[i].reader
			} else {
				in = atomParts.Replace(in)
			}
			if name == "verbose" && tt.name == "undeclared" {
				continue // primitive values have no types there
			}
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				e, err := reader.ReadEntry(strings.NewReader(in), model, model.EntityType("Demo."+tt.expected), format.Limits{})
				got := ""
				if err != nil {
					got, _, _ = strings.Cut(strings.TrimPrefix(readtest.Error(err), "! "), " ")
					got = "! " + got
				} else {
					got = readtest.Entry(e)
				}
				if got != tt.want {
					t.Errorf("%s\ngot  %s\nwant %s\n%s; error: %v", in, got, tt.want, tt.why, err)
				}
			})
		}
	}
}
