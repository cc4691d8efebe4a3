package jsonlight_test

import (
	"io"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

const (
	inRequests = "JSON light, representing entities in requests"
	echoes     = "extension: clients echo what they have read"
	rawJSON    = "RFC 8259, and strictness of our own"
	openTypes  = "JSON light, dynamic properties"
)

func readEntries(t *testing.T, expected string, cases []readtest.Case) {
	t.Helper()
	model := testmodel.Demo(t)
	readtest.Run(t, cases, func(r io.Reader) (string, error) {
		e, err := jsonlight.NewReader().ReadEntry(r, model, model.EntityType(expected), format.Limits{})
		if err != nil {
			return "", err
		}
		return readtest.Entry(e), nil
	})
}

func TestReadEntry(t *testing.T) {
	readEntries(t, "Demo.Customer", []readtest.Case{{
		Name: "everything", Section: inRequests, Why: "the example of an insert",
		In: `{"odata.type":"Demo.VipCustomer","Id":7,"Name":"Eve","Points":"5","Credit":"0.00","Level":2,
			"Home":{"Street":"A","City":"B"},"Emails":["a@x.example"],
			"BestFriend@odata.bind":"http://h/svc/Customers(1)","Orders@odata.bind":["Orders(1)","Orders(2)"],
			"Orders":[{"Total":"1.00"},{}]}`,
		Want: `VipCustomer{Id=7 Name='Eve' Points=5L Credit=0.00M Level=2 Home=('A' 'B') Emails=['a@x.example']` +
			` BestFriend<http://h/svc/Customers(1) Orders<Orders(1) Orders<Orders(2) Orders+Order{Total=1.00M} Orders+Order{}}`,
	}, {
		Name: "empty", Section: inRequests, Why: "what is absent is not null", In: ` { } `, Want: `Customer{}`,
	}, {
		Name: "null", Section: inRequests, Why: "whether null is allowed is decided later",
		In: `{"Id":null,"Name":null,"Home":null}`, Want: `Customer{Id=null Name=null Home=null}`,
	}, {
		Name: "null collection", Section: inRequests, Why: "a collection is empty, never null",
		In: `{"Emails":null}`, Want: `! TypeMismatch Emails`,
	}, {
		Name: "unknown property", Section: inRequests, Why: "a closed type has no others; the name is not in the target",
		In: `{"Nope":1}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "property of a derived type", Section: inRequests, Why: "the entity has the expected type if it names none",
		In: `{"Level":1}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "unknown member of a complex value", Section: inRequests, Why: "complex types are closed",
		In: `{"Home":{"Zip":"1"}}`, Want: `! UnknownProperty Home`,
	}, {
		Name: "mismatch in a complex value", Section: inRequests, Why: "the target is the path",
		In: `{"Home":{"City":7}}`, Want: `! TypeMismatch Home/City`,
	}, {
		Name: "mismatch in a collection", Section: inRequests, Why: "the target tells which item",
		In: `{"Emails":["a",true]}`, Want: `! TypeMismatch Emails[1]`,
	}, {
		Name: "mismatch in a deep insert", Section: inRequests, Why: "the target leads through the link",
		In: `{"Orders":[{},{"Total":"x"}]}`, Want: `! TypeMismatch Orders[1]/Total`,
	}, {
		Name: "object for a primitive", Section: inRequests, Why: "shapes must agree", In: `{"Id":{}}`, Want: `! TypeMismatch Id`,
	}, {
		Name: "array for a complex value", Section: inRequests, Why: "shapes must agree", In: `{"Home":[]}`, Want: `! TypeMismatch Home`,
	}, {
		Name: "complex value with its type", Section: inRequests, Why: "naming the declared type is allowed",
		In: `{"Home":{"odata.type":"Demo.Address","City":"B"}}`, Want: `Customer{Home=(null 'B')}`,
	}, {
		Name: "complex value of another type", Section: inRequests, Why: "there is no such address",
		In: `{"Home":{"odata.type":"Demo.Order"}}`, Want: `! UnknownType Home`,
	}, {
		Name: "complex value with a late type", Section: inRequests, Why: "the type comes before any property",
		In: `{"Home":{"City":"B","odata.type":"Demo.Address"}}`, Want: `! InvalidPayload Home`,
	}, {
		Name: "duplicate property", Section: inRequests, Why: "two readers could choose differently",
		In: `{"Id":1,"Id":1}`, Want: `! DuplicateMember body[8:8]`,
	}, {
		Name: "duplicate by escape", Section: rawJSON, Why: "names are compared after unescaping",
		In: `{"Id":1,"\u0049d":1}`, Want: `! DuplicateMember body[8:8]`,
	}, {
		Name: "duplicate in a complex value", Section: rawJSON, Why: "the rule holds for every object",
		In: `{"Home":{"City":"a","City":"b"}}`, Want: `! DuplicateMember Home`,
	}, {
		Name: "duplicate in what is ignored", Section: rawJSON, Why: "the rule holds for every object",
		In: `{"x.y":{"a":1,"a":1}}`, Want: `! DuplicateMember body[14:14]`,
	}, {
		Name: "same name on different levels", Section: rawJSON, Why: "only one object's names are compared",
		In: `{"x.y":{"Id":1,"q":{"Id":1}},"Id":1}`, Want: `Customer{Id=1}`,
	}, {
		Name: "names with other case", Section: inRequests, Why: "names are case-sensitive",
		In: `{"id":1}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "null instead of an entity", Section: inRequests, Why: "an entity is an object", In: `null`, Want: `! TypeMismatch body[0:0]`,
	}, {
		Name: "array instead of an entity", Section: inRequests, Why: "one entity is sent at a time", In: `[{}]`, Want: `! TypeMismatch body[0:0]`,
	}})
}

func TestReadEntryTypes(t *testing.T) {
	readEntries(t, "Demo.Customer", []readtest.Case{{
		Name: "metadata first", Section: inRequests, Why: "it is optional and ignored",
		In: `{"odata.metadata":"http://h/svc/$metadata#Customers/@Element","Id":1}`, Want: `Customer{Id=1}`,
	}, {
		Name: "metadata late", Section: inRequests, Why: "it must be first",
		In: `{"Id":1,"odata.metadata":"x"}`, Want: `! InvalidPayload body[8:8]`,
	}, {
		Name: "type after metadata", Section: inRequests, Why: "the order of responses",
		In: `{"odata.metadata":"x","odata.type":"Demo.VipCustomer","Level":1}`, Want: `VipCustomer{Level=1}`,
	}, {
		Name: "type after annotations", Section: inRequests, Why: "it must precede properties only",
		In: `{"odata.id":"x","odata.type":"Demo.VipCustomer","Level":1}`, Want: `VipCustomer{Level=1}`,
	}, {
		Name: "type late", Section: inRequests, Why: "it changes nothing, and clients write it so",
		In: `{"Id":1,"odata.type":"Demo.Customer"}`, Want: `Customer{Id=1}`,
	}, {
		Name: "derived type late", Section: inRequests, Why: "properties cannot be read without it",
		In: `{"Id":1,"odata.type":"Demo.VipCustomer"}`, Want: `! InvalidPayload body[39:39]`,
	}, {
		Name: "type after bind", Section: inRequests, Why: "a link is a property, too",
		In: `{"BestFriend@odata.bind":"x","odata.type":"Demo.VipCustomer"}`, Want: `! InvalidPayload body[60:60]`,
	}, {
		Name: "unknown type", Section: inRequests, Why: "there is no such type", In: `{"odata.type":"Demo.Nope"}`, Want: `! UnknownType body[25:25]`,
	}, {
		Name: "type that does not fit", Section: inRequests, Why: "an order is no customer",
		In: `{"odata.type":"Demo.Order"}`, Want: `! UnknownType body[26:26]`,
	}, {
		Name: "type that is no name", Section: inRequests, Why: "it is a string", In: `{"odata.type":7}`, Want: `! TypeMismatch body[14:14]`,
	}, {
		Name: "type of a related entity", Section: inRequests, Why: "each entity may have its own",
		In:   `{"BestFriend":{"odata.type":"Demo.VipCustomer","Level":1}}`,
		Want: `Customer{BestFriend+VipCustomer{Level=1}}`,
	}})
	readEntries(t, "Demo.VipCustomer", []readtest.Case{{
		Name: "base type", Section: inRequests, Why: "not every customer is a VIP", In: `{"odata.type":"Demo.Customer"}`, Want: `! UnknownType body[29:29]`,
	}})
}

// TestReadAbstract is about types that have no entities of their own.
func TestReadAbstract(t *testing.T) {
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "M", EntityTypes: []*metadata.EntityType{
		{Name: "Thing", Abstract: true, Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}},
		{Name: "Cup", BaseType: "Thing"},
	}}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	readtest.Run(t, []readtest.Case{
		{Name: "named", Section: inRequests, Why: "nothing is just a thing", In: `{"odata.type":"M.Thing"}`, Want: `! UnknownType body[23:23]`},
		{Name: "derived", Section: inRequests, Why: "a cup is a thing", In: `{"odata.type":"M.Cup","Id":1}`, Want: `Cup{Id=1}`},
		{Name: "expected", Section: inRequests, Why: "an update need not say what its target is", In: `{"Id":1}`, Want: `Thing{Id=1}`},
	}, func(r io.Reader) (string, error) {
		e, err := jsonlight.NewReader().ReadEntry(r, model, model.EntityType("M.Thing"), format.Limits{})
		if err != nil {
			return "", err
		}
		return readtest.Entry(e), nil
	})
}

func TestReadEntryLinks(t *testing.T) {
	readEntries(t, "Demo.Customer", []readtest.Case{{
		Name: "array for one", Section: inRequests, Why: "a single navigation has one URL",
		In: `{"BestFriend@odata.bind":["x"]}`, Want: `! TypeMismatch BestFriend`,
	}, {
		Name: "string for many", Section: inRequests, Why: "a collection has an array of URLs",
		In: `{"Orders@odata.bind":"x"}`, Want: `! TypeMismatch Orders`,
	}, {
		Name: "empty array", Section: inRequests, Why: "there must be something to bind",
		In: `{"Orders@odata.bind":[]}`, Want: `! InvalidPayload Orders`,
	}, {
		Name: "null in bind", Section: inRequests, Why: "only URLs can be bound", In: `{"Orders@odata.bind":["x",null]}`, Want: `! TypeMismatch Orders[1]`,
	}, {
		Name: "bind after value", Section: inRequests, Why: "bind comes first",
		In: `{"Orders":[],"Orders@odata.bind":["x"]}`, Want: `! InvalidPayload Orders`,
	}, {
		Name: "bind and value of one", Section: inRequests, Why: "only one entity fits",
		In: `{"BestFriend@odata.bind":"x","BestFriend":{}}`, Want: `! InvalidPayload BestFriend`,
	}, {
		Name: "bind and null", Section: inRequests, Why: "they contradict each other",
		In: `{"BestFriend@odata.bind":"x","BestFriend":null}`, Want: `! InvalidPayload BestFriend`,
	}, {
		Name: "bind on a structural property", Section: inRequests, Why: "it leads nowhere",
		In: `{"Home@odata.bind":"x"}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "null clears", Section: inRequests, Why: "the link of a single navigation can be removed",
		In: `{"BestFriend":null}`, Want: `Customer{BestFriend-null}`,
	}, {
		Name: "null for many", Section: inRequests, Why: "a collection is never null", In: `{"Orders":null}`, Want: `! TypeMismatch Orders`,
	}, {
		Name: "object for many", Section: inRequests, Why: "a collection is an array", In: `{"Orders":{}}`, Want: `! TypeMismatch Orders`,
	}, {
		Name: "null among many", Section: inRequests, Why: "items are entities", In: `{"Orders":[null]}`, Want: `! TypeMismatch Orders[0]`,
	}, {
		Name: "no items", Section: inRequests, Why: "an empty array says nothing", In: `{"Orders":[]}`, Want: `Customer{}`,
	}, {
		Name: "echo", Section: echoes, Why: "links, ETags, operations and annotations are not data",
		In: `{"odata.metadata":"m","odata.id":"i","odata.etag":"W/\"1\"","odata.editLink":"e","odata.readLink":"r",
			"odata.mediaEditLink":"x","odata.mediaReadLink":"x","odata.mediaContentType":"x","odata.mediaETag":"x",
			"Orders@odata.navigationLinkUrl":"n","Orders@odata.associationLinkUrl":"a","Emails@odata.type":"Collection(Edm.String)",
			"#DemoService.Promote":{"title":"Promote","target":"t"},"my.note":[{"a":[1]}],"Id@my.note":true,"@odata.id":"v4","Id":1,
			"Orders@odata.nextLink":"n"}`,
		Want: `Customer{Id=1}`,
	}})
	readEntries(t, "Demo.Photo", []readtest.Case{{
		Name: "streams", Section: echoes, Why: "streams are written at URLs of their own",
		In:   `{"Thumb@odata.mediaEditLink":"x","Thumb@odata.mediaReadLink":"x","Thumb":{"a":1},"Id":1}`,
		Want: `Photo{Id=1}`,
	}})
}

func TestReadEntryDynamic(t *testing.T) {
	readEntries(t, "Demo.Tag", []readtest.Case{{
		Name: "natural", Section: openTypes, Why: "JSON tells these types",
		In:   `{"Code":"c","S":"x","B":true,"I":-7,"L":3000000000,"D":7.0,"E":1e3,"H":99999999999999999999,"N":null}`,
		Want: `Tag{Code='c' S~'x' B~true I~-7 L~3000000000L D~7.0 E~1000.0 H~1E+20 N~null}`,
	}, {
		Name: "annotated", Section: openTypes, Why: "the annotation tells the type",
		In: `{"L@odata.type":"Edm.Int64","L":"5","G@odata.type":"Edm.Guid","G":"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10",
			"A@odata.type":"Demo.Address","A":{"City":"B"},"C@odata.type":"Collection(Edm.Byte)","C":[1,2],
			"P@odata.type":"Edm.GeographyPoint","P":{"type":"Point","coordinates":[1.5,2.5]}}`,
		Want: `Tag{L~5L G~guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10' A~(null 'B') C~[1 2] P~geography'SRID=4326;POINT(1.5 2.5)'}`,
	}, {
		Name: "annotation without a property", Section: openTypes, Why: "it is about nothing", In: `{"L@odata.type":"Edm.Int64"}`, Want: `Tag{}`,
	}, {
		Name: "unknown annotated type", Section: openTypes, Why: "the value cannot be read",
		In: `{"L@odata.type":"Edm.Nope","L":1}`, Want: `! UnknownType body[31:31]`,
	}, {
		Name: "entity type", Section: openTypes, Why: "an undeclared property is no link",
		In: `{"L@odata.type":"Demo.Order","L":{}}`, Want: `! UnknownType body[33:33]`,
	}, {
		Name: "value that does not fit", Section: openTypes, Why: "the annotation is a promise",
		In: `{"L@odata.type":"Edm.Byte","L":256}`, Want: `! TypeMismatch body[31:31]`,
	}, {
		Name: "arrays", Section: openTypes, Why: "items have a kind in common, numbers by promotion",
		In: `{"A":["a",null,"b"],"N":[1,2.5],"E":[],"L":[1,3000000000]}`, Want: `Tag{A~['a' null 'b'] N~[1.0 2.5] E~[] L~[1L 3000000000L]}`,
	}, {
		Name: "mixed array", Section: openTypes, Why: "there is no collection of both", In: `{"A":["a",1]}`, Want: `! TypeMismatch body[11:11]`,
	}, {
		Name: "array of arrays", Section: openTypes, Why: "collections do not nest", In: `{"A":[[]]}`, Want: `! TypeMismatch body[6:6]`,
	}, {
		Name: "object with its type", Section: openTypes, Why: "the type may stand anywhere in the object",
		In: `{"A":{"odata.type":"Demo.Address","City":"B"}}`, Want: `Tag{A~(null 'B')}`,
	}, {
		Name: "object without a type", Section: openTypes, Why: "complex types have names", In: `{"A":{"City":"B"}}`, Want: `! UnknownType body[5:5]`,
	}, {
		Name: "mistake within an object", Section: openTypes, Why: "it is read twice and the place stays right",
		In: `{"A":{"odata.type":"Demo.Address","City":1}}`, Want: `! TypeMismatch body[41:41]`,
	}, {
		Name: "empty name", Section: openTypes, Why: "a property has a name", In: `{"":1}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "duplicate", Section: inRequests, Why: "the rule holds for undeclared names", In: `{"X":1,"X":1}`, Want: `! DuplicateMember body[7:7]`,
	}})
}

func TestReadProperty(t *testing.T) {
	model := testmodel.Demo(t)
	const section = "JSON light, individual properties"
	for _, tt := range []struct {
		typ   string
		cases []readtest.Case
	}{{"Edm.String", []readtest.Case{
		{Name: "value", Section: section, Why: "the usual form", In: `{"value":"Ann"}`, Want: `'Ann'`},
		{Name: "echo", Section: echoes, Why: "annotations are ignored", In: `{"odata.metadata":"m","value@odata.type":"Edm.String","value":"Ann"}`, Want: `'Ann'`},
		{Name: "null", Section: section, Why: "the marker of null", In: `{"odata.metadata":"m","odata.null":true}`, Want: `null`},
		{Name: "null value", Section: section, Why: "it can mean nothing else", In: `{"value":null}`, Want: `null`},
		{Name: "null false", Section: section, Why: "the marker is true", In: `{"odata.null":false}`, Want: `! TypeMismatch P`},
		{Name: "null and value", Section: section, Why: "they contradict each other", In: `{"odata.null":true,"value":"x"}`, Want: `! InvalidPayload P`},
		{Name: "nothing", Section: section, Why: "there is no value", In: `{}`, Want: `! MissingMember P`},
		{Name: "other member", Section: section, Why: "the member is called value", In: `{"P":"x"}`, Want: `! InvalidPayload P`},
		{Name: "late metadata", Section: section, Why: "it must be first", In: `{"value":"x","odata.metadata":"m"}`, Want: `! InvalidPayload P`},
		{Name: "bare", Section: section, Why: "the payload is an object", In: `"x"`, Want: `! TypeMismatch P`},
		{Name: "trailing", Section: rawJSON, Why: "nothing may follow", In: `{"value":"x"}{}`, Want: `! MalformedJSON body[13:13]`},
	}}, {"Demo.Address", []readtest.Case{
		{Name: "members", Section: section, Why: "they stand at the top", In: `{"odata.metadata":"m","odata.type":"Demo.Address","Street":"A"}`, Want: `('A' null)`},
		{Name: "null", Section: section, Why: "the marker of null", In: `{"odata.null":true}`, Want: `null`},
		{Name: "null and members", Section: section, Why: "they contradict each other", In: `{"odata.null":true,"City":"B"}`, Want: `! InvalidPayload P`},
		{Name: "wrapped", Section: section, Why: "value is no member of the type", In: `{"value":{"City":"B"}}`, Want: `! UnknownProperty P`},
		{Name: "mismatch", Section: section, Why: "the path begins with the property", In: `{"City":1}`, Want: `! TypeMismatch P/City`},
	}}, {"Collection(Edm.Int64)", []readtest.Case{
		{Name: "value", Section: section, Why: "an array in value", In: `{"value":["1",2]}`, Want: `[1L 2L]`},
		{Name: "null", Section: section, Why: "a collection is never null", In: `{"odata.null":true}`, Want: `! TypeMismatch P`},
		{Name: "bad item", Section: section, Why: "the target tells which", In: `{"value":[1,"x"]}`, Want: `! TypeMismatch P[1]`},
	}}, {"", []readtest.Case{
		{Name: "natural", Section: openTypes, Why: "JSON tells the type", In: `{"value":7}`, Want: `7`},
		{Name: "annotated", Section: openTypes, Why: "the annotation tells it", In: `{"value@odata.type":"Edm.Int64","value":"7"}`, Want: `7L`},
	}}} {
		t.Run(tt.typ, func(t *testing.T) {
			ref, _ := model.TypeRef(tt.typ)
			readtest.Run(t, tt.cases, func(r io.Reader) (string, error) {
				v, err := jsonlight.NewReader().ReadProperty(r, model, "P", ref, format.Limits{})
				return readtest.Value(v), err
			})
		})
	}
}

func TestReadComplex(t *testing.T) {
	model := testmodel.Kinds(t)
	const section = "JSON light, individual properties; PATCH changes what is there"
	readtest.Run(t, []readtest.Case{
		{Name: "some", Section: section, Why: "what is absent is not null", In: `{"City":"B"}`, Want: `City='B'`},
		{Name: "none", Section: section, Why: "nothing changes", In: `{}`, Want: ``},
		{Name: "order", Section: section, Why: "the order is that of the payload", In: `{"Code":"7","City":null}`, Want: `Code=7L City=null`},
		{Name: "complex", Section: section, Why: "a value within it is a whole one", In: `{"Inner":{}}`, Want: `Inner=(null)`},
		{Name: "annotations", Section: echoes, Why: "they are ignored", In: `{"odata.metadata":"m","odata.type":"Kinds.Place","City@x.y":1,"City":"B"}`, Want: `City='B'`},
		{Name: "other type", Section: section, Why: "it is not the declared one", In: `{"odata.type":"Kinds.Nope"}`, Want: `! UnknownType P`},
		{Name: "late type", Section: section, Why: "the type comes before any property", In: `{"City":"B","odata.type":"Kinds.Place"}`, Want: `! InvalidPayload P`},
		{Name: "late context", Section: section, Why: "it is the first member", In: `{"City":"B","odata.metadata":"m"}`, Want: `! InvalidPayload P`},
		{Name: "unknown", Section: section, Why: "complex types are closed", In: `{"Zip":1}`, Want: `! UnknownProperty P`},
		{Name: "mismatch", Section: section, Why: "the path begins with the property", In: `{"City":1}`, Want: `! TypeMismatch P/City`},
		{Name: "duplicate", Section: rawJSON, Why: "one of them would be lost", In: `{"City":"a","City":"b"}`, Want: `! DuplicateMember P`},
		{Name: "null", Section: section, Why: "null has no members", In: `{"odata.null":true}`, Want: `! TypeMismatch P`},
		{Name: "array", Section: section, Why: "shapes must agree", In: `[]`, Want: `! TypeMismatch P`},
		{Name: "trailing", Section: rawJSON, Why: "nothing may follow", In: `{"City":"B"}{}`, Want: `! MalformedJSON body[12:12]`},
	}, func(r io.Reader) (string, error) {
		members, err := jsonlight.NewReader().ReadComplex(r, model, "P", model.ComplexType("Kinds.Place"), format.Limits{})
		return readtest.Members(members), err
	})
}

func TestReadLink(t *testing.T) {
	const section = "JSON light, links"
	readtest.Run(t, []readtest.Case{
		{Name: "url", Section: section, Why: "the usual form", In: `{"url":"Orders(1)"}`, Want: `Orders(1)`},
		{Name: "echo", Section: echoes, Why: "annotations are ignored", In: `{"odata.metadata":"m","url":"Orders(1)"}`, Want: `Orders(1)`},
		{Name: "uri", Section: section, Why: "this is the word of verbose", In: `{"uri":"Orders(1)"}`, Want: `! InvalidPayload body[1:1]`},
		{Name: "nothing", Section: section, Why: "there is no URL", In: `{}`, Want: `! MissingMember body[2:2]`},
		{Name: "null", Section: section, Why: "a URL is a string", In: `{"url":null}`, Want: `! TypeMismatch url`},
		{Name: "trailing", Section: rawJSON, Why: "nothing may follow", In: `{"url":"x"} 1`, Want: `! MalformedJSON body[12:12]`},
	}, func(r io.Reader) (string, error) { return jsonlight.NewReader().ReadLink(r, format.Limits{}) })
}

func TestReadParameters(t *testing.T) {
	model := readParametersModel(t)
	parameters := model.DefaultContainer().ImportsNamed("Do")[0].Parameters
	const section = "invoking an action"
	readtest.Run(t, []readtest.Case{
		{Name: "all", Section: section, Why: "order is free", In: `{"texts":["a"],"place":{"City":"B"},"colour":"Red","level":2}`, Want: `[2 'Red' (null 'B') ['a']]`},
		{Name: "required only", Section: section, Why: "a nullable parameter that is absent is null", In: `{"level":2}`, Want: `[2 null null null]`},
		{Name: "nulls", Section: section, Why: "a nullable parameter may be null", In: `{"level":2,"colour":null,"texts":null}`, Want: `[2 null null null]`},
		{Name: "missing", Section: section, Why: "level must have a value", In: `{}`, Want: `! MissingMember level`},
		{Name: "null for required", Section: section, Why: "level must have a value", In: `{"level":null}`, Want: `! MissingMember level`},
		{Name: "nothing", Section: section, Why: "an absent body is an object without members", In: ``, Want: `! MissingMember level`},
		{Name: "null body", Section: "extension: some clients send null for no arguments", Why: "as an absent body", In: `null`, Want: `! MissingMember level`},
		{Name: "unknown", Section: section, Why: "it would be lost silently", In: `{"level":2,"Level":2}`, Want: `! UnknownParameter body[11:11]`},
		{Name: "duplicate", Section: section, Why: "one of them would be lost", In: `{"level":2,"level":2}`, Want: `! DuplicateMember body[11:11]`},
		{Name: "mismatch", Section: section, Why: "the path begins with the parameter", In: `{"level":2,"place":{"City":1}}`, Want: `! TypeMismatch place/City`},
		{Name: "annotations", Section: echoes, Why: "they are ignored", In: `{"odata.metadata":"m","level@odata.type":"Edm.Int32","level":2}`, Want: `[2 null null null]`},
		{Name: "array", Section: section, Why: "arguments have names", In: `[2]`, Want: `! TypeMismatch body[0:0]`},
	}, func(r io.Reader) (string, error) {
		values, err := jsonlight.NewReader().ReadParameters(r, model, parameters, format.Limits{})
		return readtest.Value(edm.Collection(values)), err
	})
	if got, err := jsonlight.NewReader().ReadParameters(eof{}, model, nil, format.Limits{}); err != nil || len(got) != 0 {
		t.Errorf("without parameters there need be no body: %v, %v", got, err)
	}
}

// eof is an empty body.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func readParametersModel(t testing.TB) *metadata.Model {
	t.Helper()
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:    "M",
		ComplexTypes: []*metadata.ComplexType{{Name: "Place", Properties: []*metadata.Property{{Name: "Street", Type: "Edm.String"}, {Name: "City", Type: "Edm.String"}}}},
		EnumTypes:    []*metadata.EnumType{{Name: "Colour", Members: []metadata.EnumMember{{Name: "Red"}}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, FunctionImports: []*metadata.FunctionImport{{Name: "Do", Parameters: []*metadata.Parameter{
			{Name: "level", Type: "Edm.Int32", NotNull: true}, {Name: "colour", Type: "Colour"}, {Name: "place", Type: "Place"}, {Name: "texts", Type: "Collection(Edm.String)"},
		}}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model
}
