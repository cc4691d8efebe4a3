package verbose_test

import (
	"io"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/format/verbose"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

const (
	inRequests = "JSON verbose, representing entities in requests"
	echoes     = "extension: clients echo what they have read"
	openTypes  = "JSON verbose, dynamic properties"
	rawJSON    = "RFC 8259, and strictness of our own"
)

func readEntries(t *testing.T, expected string, cases []readtest.Case) {
	t.Helper()
	model := testmodel.Demo(t)
	readtest.Run(t, cases, func(r io.Reader) (string, error) {
		e, err := verbose.NewReader().ReadEntry(r, model, model.EntityType(expected), format.Limits{})
		if err != nil {
			return "", err
		}
		return readtest.Entry(e), nil
	})
}

func TestReadEntry(t *testing.T) {
	readEntries(t, "Demo.Customer", []readtest.Case{{
		Name: "everything", Section: inRequests, Why: "the example of an insert",
		In: `{"__metadata":{"type":"Demo.VipCustomer"},"Id":7,"Name":"Eve","Since":"2015-07-12T06:40:00","Level":2,
			"Home":{"__metadata":{"type":"Demo.Address"},"City":"B"},
			"BestFriend":{"__metadata":{"uri":"Customers(1)"}},
			"Orders":[{"__metadata":{"uri":"Orders(1)"}},{"Total":"1.00"}]}`,
		Want: `VipCustomer{Id=7 Name='Eve' Since=datetime'2015-07-12T06:40:00' Level=2 Home=(null 'B')` +
			` BestFriend<Customers(1) Orders<Orders(1) Orders+Order{Total=1.00M}}`,
	}, {
		Name: "plain", Section: inRequests, Why: "scripts send no __metadata", In: `{"Id":1,"Points":5}`, Want: `Customer{Id=1 Points=5L}`,
	}, {
		Name: "old dates", Section: inRequests, Why: "both spellings are read in all versions",
		In:   `{"Since":"\/Date(1436683200000)\/","Orders":[{"Placed":"/Date(1436683200000+0120)/"},{"Placed":"2015-07-12T06:40:00Z"}]}`,
		Want: `Customer{Since=datetime'2015-07-12T06:40:00Z' Orders+Order{Placed=datetimeoffset'2015-07-12T06:40:00+02:00'} Orders+Order{Placed=datetimeoffset'2015-07-12T06:40:00Z'}}`,
	}, {
		Name: "results", Section: inRequests, Why: "collections may look as in responses",
		In: `{"Emails":{"__metadata":{"type":"Collection(Edm.String)"},"results":["a"]},"Orders":{"results":[{}],"__next":"x"}}`, Want: `Customer{Emails=['a'] Orders+Order{}}`,
	}, {
		Name: "bare collection", Section: inRequests, Why: "an array is shorter", In: `{"Emails":["a"]}`, Want: `Customer{Emails=['a']}`,
	}, {
		Name: "collection without results", Section: inRequests, Why: "there are no items", In: `{"Emails":{}}`, Want: `! MissingMember Emails`,
	}, {
		Name: "links without results", Section: inRequests, Why: "a collection of entities is an array", In: `{"Orders":{}}`, Want: `! MissingMember Orders`,
	}, {
		Name: "one entity for many", Section: inRequests, Why: "a collection of entities is an array", In: `{"Orders":{"Total":"1"}}`, Want: `! TypeMismatch Orders`,
	}, {
		Name: "many for one", Section: inRequests, Why: "only one entity fits", In: `{"BestFriend":[{}]}`, Want: `! TypeMismatch BestFriend`,
	}, {
		Name: "null clears", Section: inRequests, Why: "the link of a single navigation can be removed", In: `{"BestFriend":null}`, Want: `Customer{BestFriend-null}`,
	}, {
		Name: "null for many", Section: inRequests, Why: "a collection is never null", In: `{"Orders":null}`, Want: `! TypeMismatch Orders`,
	}, {
		Name: "uri and properties", Section: inRequests, Why: "only a uri alone is a binding",
		In: `{"BestFriend":{"__metadata":{"uri":"Customers(1)"},"Id":1}}`, Want: `Customer{BestFriend+Customer{Id=1}}`,
	}, {
		Name: "binding with its type", Section: inRequests, Why: "the rest of __metadata is no property",
		In:   `{"BestFriend":{"__metadata":{"id":"x","uri":"Customers(1)","type":"Demo.VipCustomer","etag":"W/\"1\""}}}`,
		Want: `Customer{BestFriend<Customers(1)}`,
	}, {
		Name: "binding of a type that does not fit", Section: inRequests, Why: "an order is no friend",
		In: `{"BestFriend":{"__metadata":{"uri":"Orders(1)","type":"Demo.Order"}}}`, Want: `! UnknownType BestFriend`,
	}, {
		Name: "uri that is no text", Section: inRequests, Why: "a URL is a string", In: `{"BestFriend":{"__metadata":{"uri":1}}}`, Want: `! TypeMismatch BestFriend`,
	}, {
		Name: "echo", Section: echoes, Why: "links, media and operations are not data",
		In: `{"__metadata":{"id":"i","uri":"u","etag":"W/\"1\"","type":"Demo.Customer","actions":{"a":[{"title":"t"}]}},
			"Orders":{"__deferred":{"uri":"u"}},"BestFriend":{"__deferred":{"uri":"u"}},"__count":"1","Id":1}`,
		Want: `Customer{Id=1}`,
	}, {
		Name: "wrapped", Section: inRequests, Why: "only responses have the member d", In: `{"d":{"Id":1}}`, Want: `! InvalidPayload body[1:1]`,
	}, {
		Name: "d further in", Section: inRequests, Why: "the advice would not help there", In: `{"BestFriend":{"d":1}}`, Want: `! UnknownProperty BestFriend`,
	}, {
		Name: "late metadata of the same type", Section: inRequests, Why: "the order of members is free where it does not matter",
		In: `{"Id":1,"__metadata":{"type":"Demo.Customer"}}`, Want: `Customer{Id=1}`,
	}, {
		Name: "late metadata", Section: inRequests, Why: "properties have been read as those of another type",
		In: `{"Id":1,"__metadata":{"type":"Demo.VipCustomer"}}`, Want: `! InvalidPayload body[48:48]`,
	}, {
		Name: "unknown type", Section: inRequests, Why: "there is no such type", In: `{"__metadata":{"type":"Demo.Nope"}}`, Want: `! UnknownType body[34:34]`,
	}, {
		Name: "metadata that is no object", Section: inRequests, Why: "it has members", In: `{"__metadata":"x"}`, Want: `! TypeMismatch body[14:14]`,
	}, {
		Name: "unknown property", Section: inRequests, Why: "a closed type has no others", In: `{"Nope":1}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "annotation of light", Section: inRequests, Why: "it means nothing in this format", In: `{"Orders@odata.bind":["x"]}`, Want: `! UnknownProperty body[1:1]`,
	}, {
		Name: "duplicate", Section: inRequests, Why: "two readers could choose differently", In: `{"Id":1,"Id":1}`, Want: `! DuplicateMember body[8:8]`,
	}, {
		Name: "path", Section: inRequests, Why: "the target leads to the mistake", In: `{"Orders":{"results":[{},{"Customer":{"Home":{"City":1}}}]}}`, Want: `! TypeMismatch Orders[1]/Customer/Home/City`,
	}, {
		Name: "trailing", Section: rawJSON, Why: "nothing may follow", In: `{"Id":1},`, Want: `! MalformedJSON body[8:8]`,
	}})
	readEntries(t, "Demo.Photo", []readtest.Case{{
		Name: "streams", Section: echoes, Why: "streams are written at URLs of their own",
		In: `{"Id":1,"Thumb":{"__mediaresource":{"edit_media":"x"}}}`, Want: `Photo{Id=1}`,
	}})
}

func TestReadEntryDynamic(t *testing.T) {
	readEntries(t, "Demo.Tag", []readtest.Case{{
		Name: "natural", Section: openTypes, Why: "JSON tells these types",
		In:   `{"Code":"c","S":"x","B":true,"I":7,"D":7.5,"N":null,"A":["a"],"d":1}`,
		Want: `Tag{Code='c' S~'x' B~true I~7 D~7.5 N~null A~['a'] d~1}`,
	}, {
		Name: "objects", Section: openTypes, Why: "they tell their types themselves",
		In: `{"A":{"__metadata":{"type":"Demo.Address"},"City":"B"},"C":{"__metadata":{"type":"Collection(Edm.Int64)"},"results":["1"]},
			"E":{"results":[]},"P":{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[1.5,2.5]}}`,
		Want: `Tag{A~(null 'B') C~[1L] E~[] P~geography'SRID=4326;POINT(1.5 2.5)'}`,
	}, {
		Name: "links", Section: echoes, Why: "they are not data", In: `{"L":{"__deferred":{"uri":"u"}},"M":{"__mediaresource":{}},"Code":"c"}`, Want: `Tag{Code='c'}`,
	}, {
		Name: "object without a type", Section: openTypes, Why: "complex types have names", In: `{"A":{"City":"B"}}`, Want: `! UnknownType body[5:5]`,
	}})
}

func TestReadProperty(t *testing.T) {
	model := testmodel.Demo(t)
	const section = "JSON verbose, individual properties"
	for _, tt := range []struct {
		typ   string
		cases []readtest.Case
	}{{"Edm.String", []readtest.Case{
		{Name: "value", Section: section, Why: "the usual form", In: `{"Name":"Ann"}`, Want: `'Ann'`},
		{Name: "other name", Section: section, Why: "the URL has named it", In: `{"value":"Ann"}`, Want: `'Ann'`},
		{Name: "null", Section: section, Why: "null is a value", In: `{"Name":null}`, Want: `null`},
		{Name: "two", Section: section, Why: "there is one value", In: `{"Name":"a","Nome":"b"}`, Want: `! InvalidPayload P`},
		{Name: "none", Section: section, Why: "there is one value", In: `{}`, Want: `! MissingMember P`},
		{Name: "metadata", Section: echoes, Why: "it is no value", In: `{"__metadata":{},"Name":"a"}`, Want: `'a'`},
		{Name: "bare", Section: section, Why: "the payload is an object", In: `"x"`, Want: `! TypeMismatch P`},
	}}, {"Demo.Address", []readtest.Case{
		{Name: "value", Section: section, Why: "a member like any other", In: `{"Home":{"__metadata":{"type":"Demo.Address"},"City":"B"}}`, Want: `(null 'B')`},
		{Name: "members", Section: section, Why: "this is how light does it", In: `{"City":"B"}`, Want: `! TypeMismatch P`},
		{Name: "path", Section: section, Why: "it begins with the property", In: `{"Home":{"City":1}}`, Want: `! TypeMismatch P/City`},
	}}, {"Collection(Edm.Int64)", []readtest.Case{
		{Name: "results", Section: section, Why: "as in responses", In: `{"P":{"results":["1",2]}}`, Want: `[1L 2L]`},
		{Name: "array", Section: section, Why: "an array is shorter", In: `{"P":["1",2]}`, Want: `[1L 2L]`},
		{Name: "null", Section: section, Why: "a collection is never null", In: `{"P":null}`, Want: `! TypeMismatch P`},
	}}, {"", []readtest.Case{
		{Name: "natural", Section: openTypes, Why: "JSON tells the type", In: `{"P":7}`, Want: `7`},
	}}} {
		t.Run(tt.typ, func(t *testing.T) {
			ref, _ := model.TypeRef(tt.typ)
			readtest.Run(t, tt.cases, func(r io.Reader) (string, error) {
				v, err := verbose.NewReader().ReadProperty(r, model, "P", ref, format.Limits{})
				return readtest.Value(v), err
			})
		})
	}
}

func TestReadComplex(t *testing.T) {
	model := testmodel.Kinds(t)
	const section = "JSON verbose, individual properties; PATCH changes what is there"
	readtest.Run(t, []readtest.Case{
		{Name: "some", Section: section, Why: "what is absent is not null", In: `{"Place":{"City":"B"}}`, Want: `City='B'`},
		{Name: "none", Section: section, Why: "nothing changes", In: `{"Place":{}}`, Want: ``},
		{Name: "annotations", Section: echoes, Why: "they are ignored", In: `{"__metadata":{},"Place":{"__metadata":{"type":"Kinds.Place"},"__x":1,"City":"B"}}`, Want: `City='B'`},
		{Name: "other type", Section: section, Why: "it is not the declared one", In: `{"Place":{"__metadata":{"type":"Kinds.Nope"}}}`, Want: `! UnknownType P`},
		{Name: "bare", Section: section, Why: "this is how light does it", In: `{"City":"B"}`, Want: `! TypeMismatch P`},
		{Name: "unknown", Section: section, Why: "complex types are closed", In: `{"Place":{"Zip":1}}`, Want: `! UnknownProperty P`},
		{Name: "mismatch", Section: section, Why: "the path begins with the property", In: `{"Place":{"City":1}}`, Want: `! TypeMismatch P/City`},
		{Name: "null", Section: section, Why: "null has no members", In: `{"Place":null}`, Want: `! TypeMismatch P`},
		{Name: "two", Section: section, Why: "there is one value", In: `{"Place":{},"Other":{}}`, Want: `! InvalidPayload P`},
		{Name: "nothing", Section: section, Why: "there is one value", In: `{}`, Want: `! MissingMember P`},
		{Name: "trailing", Section: rawJSON, Why: "nothing may follow", In: `{"Place":{}}1`, Want: `! MalformedJSON body[12:12]`},
	}, func(r io.Reader) (string, error) {
		members, err := verbose.NewReader().ReadComplex(r, model, "P", model.ComplexType("Kinds.Place"), format.Limits{})
		return readtest.Members(members), err
	})
}

func TestReadLink(t *testing.T) {
	const section = "JSON verbose, links"
	readtest.Run(t, []readtest.Case{
		{Name: "uri", Section: section, Why: "the usual form", In: `{"uri":"Orders(1)"}`, Want: `Orders(1)`},
		{Name: "metadata", Section: echoes, Why: "it is no URL", In: `{"__metadata":{"uri":"y"},"uri":"Orders(1)"}`, Want: `Orders(1)`},
		{Name: "url", Section: section, Why: "this is the word of light", In: `{"url":"Orders(1)"}`, Want: `! InvalidPayload body[1:1]`},
		{Name: "nothing", Section: section, Why: "there is no URL", In: `{}`, Want: `! MissingMember body[2:2]`},
		{Name: "duplicate", Section: rawJSON, Why: "one would be lost", In: `{"uri":"a","uri":"b"}`, Want: `! DuplicateMember body[11:11]`},
	}, func(r io.Reader) (string, error) { return verbose.NewReader().ReadLink(r, format.Limits{}) })
}

func TestReadParameters(t *testing.T) {
	model := testmodel.Demo(t)
	parameters := append([]*metadata.Parameter(nil), model.DefaultContainer().ImportsNamed("Promote")[0].Parameters[1:]...)
	parameters = append(parameters, model.DefaultContainer().ImportsNamed("TopCustomers")[0].Parameters...)
	const section = "invoking an action"
	readtest.Run(t, []readtest.Case{
		{Name: "all", Section: section, Why: "there is no wrapper", In: `{"level":2,"n":1}`, Want: `[2 1]`},
		{Name: "nullable absent", Section: section, Why: "it is null", In: `{"__metadata":{},"level":"2"}`, Want: `[2 null]`},
		{Name: "missing", Section: section, Why: "level must have a value", In: `{"n":1}`, Want: `! MissingMember level`},
		{Name: "unknown", Section: section, Why: "it would be lost silently", In: `{"level":2,"x":1}`, Want: `! UnknownParameter body[11:11]`},
	}, func(r io.Reader) (string, error) {
		values, err := verbose.NewReader().ReadParameters(r, model, parameters, format.Limits{})
		return readtest.Value(edm.Collection(values)), err
	})
}
