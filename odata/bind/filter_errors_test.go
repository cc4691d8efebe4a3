package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/odata"
)

// mistakeOf is the code, place and detail of an error.
func mistakeOf(err error) string {
	e := odata.AsError(err)
	text := e.Code + " " + e.Target
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// checkMessage holds an error to what clients may rely on: a constant sentence
// without input and without a full stop.
func checkMessage(t *testing.T, err error) {
	t.Helper()
	e := odata.AsError(err)
	if e.Message == "" || strings.HasSuffix(e.Message, ".") || strings.Contains(e.Message, "Demo.") || strings.Contains(e.Message, "Nope") {
		t.Errorf("message %q is not a constant sentence without a full stop", e.Message)
	}
	kind := odata.KindInvalid
	switch e.Code {
	case CodeNotFound:
		kind = odata.KindNotFound
	case CodeNotImplemented:
		kind = odata.KindNotImplemented
	}
	if e.Kind != kind {
		t.Errorf("%v is of kind %d, want %d", e, e.Kind, kind)
	}
}

// TestUnknownProperty pins every field of the error that clients meet most.
func TestUnknownProperty(t *testing.T) {
	_, err := filterFor(t, demoBinder(t), "Customers", "Nope eq 1")
	want := &odata.Error{
		Kind:    odata.KindInvalid,
		Code:    "UnknownProperty",
		Message: "A property does not exist",
		Detail:  "Demo.Customer has no property Nope",
		Target:  "$filter[0:4]",
	}
	if diff := cmp.Diff(want, odata.AsError(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFilterErrors(t *testing.T) {
	b := demoBinder(t)
	for _, tt := range []filterRow{{
		name: "case", set: "Customers", in: "name eq 'x'",
		want: "UnknownProperty $filter[0:4]: Demo.Customer has no property name; did you mean Name", why: "names are case-sensitive",
	}, {
		name: "typing mistake", set: "Customers", in: "Id eq 1 and Nmae eq 'x'",
		want: "UnknownProperty $filter[12:16]: Demo.Customer has no property Nmae; did you mean Name", why: "the place is that of the name",
	}, {
		name: "unknown member", set: "Customers", in: "Home/Nope eq 1",
		want: "UnknownProperty $filter[5:9]: Demo.Address has no property Nope", why: "complex types are closed",
	}, {
		name: "derived without cast", set: "Customers", in: "Level gt 1",
		want: "UnknownProperty $filter[0:5]: Demo.Customer has no property Level", why: "a derived property needs a cast",
	}, {
		name: "cast back", set: "Customers", in: "Demo.VipCustomer/Demo.Customer/Level eq 1",
		want: "UnknownProperty $filter[31:36]: Demo.Customer has no property Level", why: "a cast to the base type hides derived members",
	}, {
		name: "unknown type", set: "Customers", in: "Demo.Nope/Total gt 1",
		want: "UnknownType $filter[0:9]: there is no type Demo.Nope", why: "a name with a dot is a type",
	}, {
		name: "unrelated type", set: "Customers", in: "Demo.Order/Total gt 1",
		want: "UnrelatedType $filter[0:10]: Demo.Order is not related to Demo.Customer", why: "no customer is an order",
	}, {
		name: "cast of a complex value", set: "Customers", in: "Home/Demo.VipCustomer/Level eq 1",
		want: "PathThroughValue $filter[5:21]: Demo.Address has no member Demo.VipCustomer", why: "only entities are cast in paths",
	}, {
		name: "member of a value", set: "Customers", in: "Name/Length eq 1",
		want: "PathThroughValue $filter[5:11]: Edm.String has no member Length", why: "a string has no members",
	}, {
		name: "member of an undeclared property", set: "Tags", in: "Colour/Deep eq 1",
		want: "PathThroughValue $filter[7:11]: an undeclared property has no member Deep", why: "nothing is known about its structure",
	}, {
		name: "collection in the middle", set: "Customers", in: "Orders/Total gt 1",
		want: "CollectionNotExpected $filter[0:6]: Collection(Demo.Order) is a collection", why: "a collection needs any or all",
	}, {
		name: "collection compared", set: "Customers", in: "null eq Emails",
		want: "CollectionNotExpected $filter[8:14]: Collection(Edm.String) is a collection", why: "collections are never null",
	}, {
		name: "stream of it", set: "Photos", in: "Thumb eq null",
		want: "OperandType $filter[0:5]: Edm.Stream", why: "a stream is no value",
	}, {
		name: "long name", set: "Customers", in: strings.Repeat("n", 100) + " eq 1",
		want: "UnknownProperty $filter[0:100]: Demo.Customer has no property " + strings.Repeat("n", 60) + "…", why: "an error repeats little of the request",
	}, {
		name: "stream", set: "Photos", in: "$it/Thumb eq null",
		want: "OperandType $filter[4:9]: Edm.Stream", why: "a stream is no value",
	}, {
		name: "string and number", set: "Customers", in: "Name eq 5",
		want: "TypeMismatch $filter[0:9]: eq between Edm.String and Edm.Int32", why: "no conversion from text is implied",
	}, {
		name: "string and guid", set: "Orders", in: "OrderId eq '6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'",
		want: "TypeMismatch $filter[0:49]: eq between Edm.Guid and Edm.String; a guid literal is guid'00000000-0000-0000-0000-000000000000'", why: "guid literals have a prefix",
	}, {
		name: "datetime and datetimeoffset", set: "Customers", in: "Since gt datetimeoffset'2015-06-12T04:49:32Z'",
		want: "TypeMismatch $filter[0:45]: gt between Edm.DateTime and Edm.DateTimeOffset; a literal of the first is datetime'2015-07-12T06:40:00', of the second datetimeoffset'2015-07-12T06:40:00Z'",
		why:  "they are different types",
	}, {
		name: "decimal and double", set: "Customers", in: "Credit gt Score",
		want: "TypeMismatch $filter[0:15]: gt between Edm.Decimal and Edm.Double; a decimal literal is 1.5M", why: "they do not mix",
	}, {
		name: "decimal and suffix", set: "Customers", in: "Credit gt 1.5d",
		want: "TypeMismatch $filter[0:14]: gt between Edm.Decimal and Edm.Double; a decimal literal is 1.5M", why: "a suffix fixes the type",
	}, {
		name: "decimal and single in arithmetic", set: "Gauges", in: "M add F gt 1",
		want: "TypeMismatch $filter[0:7]: add between Edm.Decimal and Edm.Single; a decimal literal is 1.5M", why: "nor do they in arithmetic",
	}, {
		name: "entity and complex", set: "Customers", in: "BestFriend eq Home",
		want: "TypeMismatch $filter[0:18]: eq between Demo.Customer and Demo.Address", why: "structures compare with their own type",
	}, {
		name: "two complex types", set: "Customers", in: "Home eq Home/Geo",
		want: "TypeMismatch $filter[0:16]: eq between Demo.Address and Demo.Spot", why: "structures compare with their own type",
	}, {
		name: "unrelated entities", set: "Customers", in: "Orders/any(o:o eq $it)",
		want: "TypeMismatch $filter[13:21]: eq between Demo.Order and Demo.Customer", why: "they can never be the same",
	}, {
		name: "order of entities", set: "Customers", in: "BestFriend lt $it",
		want: "OperandType $filter[0:10]: lt of Demo.Customer", why: "entities have no order",
	}, {
		name: "order of null", set: "Customers", in: "Home gt null",
		want: "OperandType $filter[0:4]: gt of Demo.Address", why: "null has the type of the other side",
	}, {
		name: "order of bytes", set: "Gauges", in: "Bin lt X'0aff'",
		want: "OperandType $filter[0:3]: lt of Edm.Binary", why: "binary compares with eq and ne only",
	}, {
		name: "spatial values", set: "Gauges", in: "Where eq Where",
		want: "OperandType $filter[0:5]: eq of Edm.GeographyPoint", why: "shapes do not compare",
	}, {
		name: "unknown enum member", set: "Gauges", in: "Color eq 'Gren'",
		want: "UnknownEnumMember $filter[9:15]: Demo.Color has no member Gren; did you mean Green", why: "no value could ever match",
	}, {
		name: "unknown flag", set: "Gauges", in: "Rights eq 'Read,Nope'",
		want: "UnknownEnumMember $filter[10:21]: Demo.Rights has no member Nope", why: "each part of flags must be a member",
	}, {
		name: "several members without flags", set: "Gauges", in: "Color eq 'Red,Green'",
		want: "UnknownEnumMember $filter[9:20]: Demo.Color has no member Red,Green", why: "only flags hold several",
	}, {
		name: "order of enum members", set: "Gauges", in: "Color lt 'Red'",
		want: "OperandType $filter[0:5]: lt of Demo.Color", why: "the order of names means nothing",
	}, {
		name: "text before enum member", set: "Gauges", in: "trim('Red') lt Color",
		want: "OperandType $filter[15:20]: lt of Demo.Color", why: "on either side",
	}, {
		name: "enum and number", set: "Gauges", in: "Color eq 1",
		want: "TypeMismatch $filter[0:10]: eq between Demo.Color and Edm.Int32", why: "enum values travel as names",
	}, {
		name: "two enums", set: "Gauges", in: "Color eq Rights",
		want: "TypeMismatch $filter[0:15]: eq between Demo.Color and Demo.Rights", why: "their members differ",
	}, {
		name: "arithmetic of text", set: "Customers", in: "Name add 'x' eq 'y'",
		want: "OperandType $filter[0:4]: add of Edm.String", why: "concat joins texts",
	}, {
		name: "arithmetic of a collection", set: "Customers", in: "1 add Emails eq 1",
		want: "OperandType $filter[6:12]: add of Collection(Edm.String)", why: "arithmetic takes numbers",
	}, {
		name: "negated text", set: "Customers", in: "-Name eq 'x'",
		want: "OperandType $filter[1:5]: - of Edm.String", why: "arithmetic takes numbers",
	}, {
		name: "not binds tightly", set: "Customers", in: "not Name eq 'a'",
		want: "NotBoolean $filter[4:8]: found Edm.String", why: "it is (not Name) eq 'a'",
	}, {
		name: "not a condition", set: "Customers", in: "Name",
		want: "NotBoolean $filter[0:4]: found Edm.String", why: "the whole filter must be Boolean",
	}, {
		name: "not a condition beside and", set: "Customers", in: "true and BestFriend",
		want: "NotBoolean $filter[9:19]: found Demo.Customer", why: "operands of and must be Boolean",
	}, {
		name: "not a condition in a lambda", set: "Customers", in: "Orders/any(o:o/Total)",
		want: "NotBoolean $filter[13:20]: found Edm.Decimal", why: "a lambda's body must be Boolean",
	}, {
		name: "lambda over a value", set: "Customers", in: "Home/any()",
		want: "OperandType $filter[0:4]: found Demo.Address", why: "any needs a collection",
	}, {
		name: "lambda over an undeclared property", set: "Tags", in: "Colour/any(c:c eq 1)",
		want: "OperandType $filter[0:6]: found an undeclared property", why: "nothing says that it is a collection",
	}, {
		name: "variable twice", set: "Customers", in: "Orders/any(o:o/Customer/Orders/any(o:o/Total gt 1))",
		want: "VariableClash $filter[35:36]: o is taken", why: "an inner variable must not hide an outer one",
	}, {
		name: "variable outside", set: "Customers", in: "Orders/any(o:o/Total gt 1) and o/Total gt 1",
		want: "UnknownProperty $filter[31:32]: Demo.Customer has no property o", why: "a variable ends with its lambda",
	}, {
		name: "arithmetic of an undeclared property as a condition", set: "Tags", in: "not (Size add 1)",
		want: "NotBoolean $filter[5:15]: found a number", why: "whatever the value is, a sum is a number",
	}, {
		name: "arithmetic of an undeclared property and text", set: "Tags", in: "Size add Code eq 1",
		want: "OperandType $filter[9:13]: add of Edm.String", why: "the declared side is checked",
	}, {
		name: "undeclared property and entity", set: "Tags", in: "Colour eq $it",
		want: "OperandType $filter[10:13]: Demo.Tag", why: "no property value is an entity",
	}, {
		name: "unknown function", set: "Customers", in: "Id eq 1 or startsWith(Name,'x')",
		want: "UnknownFunction $filter[11:31]: there is no function startsWith; did you mean startswith", why: "names are lower case",
	}, {
		name: "function of V4", set: "Customers", in: "contains(Name,'x')",
		want: "UnknownFunction $filter[0:18]: there is no function contains; OData V3 has substringof(needle,text)", why: "it is not in V3",
	}, {
		name: "bound function", set: "Customers", in: "BestFriend/Rating(1) eq 1",
		want: "UnknownFunction $filter[11:20]: there is no function Rating on this path", why: "the model has none",
	}, {
		name: "too few arguments", set: "Customers", in: "substringof('a')",
		want: "ArgumentCount $filter[0:16]: substringof with 1; it takes substringof(String,String)", why: "the count is wrong",
	}, {
		name: "too many arguments", set: "Customers", in: "substring(Name,1,2,3) eq 'x'",
		want: "ArgumentCount $filter[0:21]: substring with 4; it takes substring(String,Int32) or substring(String,Int32,Int32)", why: "no form has four",
	}, {
		name: "one wrong argument", set: "Customers", in: "substringof('a',Id)",
		want: "ArgumentType $filter[16:18]: substringof(String,Int32); it takes substringof(String,String)", why: "the place is the argument",
	}, {
		name: "two wrong arguments", set: "Customers", in: "substring(Name,1.5,'x') eq 'x'",
		want: "ArgumentType $filter[0:23]: substring(String,Double,String); it takes substring(String,Int32) or substring(String,Int32,Int32)", why: "the place is the call",
	}, {
		name: "narrowing", set: "Customers", in: "substring(Name,1L) eq 'x'",
		want: "ArgumentType $filter[15:17]: substring(String,Int64); it takes substring(String,Int32) or substring(String,Int32,Int32)", why: "numbers are only ever widened",
	}, {
		name: "entity argument", set: "Customers", in: "length(BestFriend) eq 1",
		want: "ArgumentType $filter[7:17]: length(Demo.Customer); it takes length(String)", why: "functions take primitive values",
	}, {
		name: "wrong spatial argument", set: "Gauges", in: "geo.length(Where) lt 5",
		want: "ArgumentType $filter[11:16]: geo.length(GeographyPoint); it takes geo.length(GeographyLineString) or geo.length(GeometryLineString)", why: "shapes do not convert",
	}, {
		name: "type without quotes", set: "Customers", in: "isof(Demo.VipCustomer)",
		want: "ArgumentType $filter[5:21]: isof takes a type such as 'Edm.Int32' as its last argument", why: "V3 writes types as strings there",
	}, {
		name: "isof without type", set: "Customers", in: "isof()",
		want: "ArgumentCount $filter[0:6]: isof with 0; it takes isof('type') or isof(value,'type')", why: "the type is required",
	}, {
		name: "isof of an unknown type", set: "Customers", in: "isof('Demo.Nope')",
		want: "UnknownType $filter[5:16]: there is no type Demo.Nope", why: "a misspelt type would silently match nothing",
	}, {
		name: "isof of a collection", set: "Customers", in: "isof(Emails,'Edm.String')",
		want: "CollectionNotExpected $filter[5:11]: Collection(Edm.String) is a collection", why: "only single values have a type to test",
	}, {
		name: "isof a collection type", set: "Customers", in: "isof(Name,'Collection(Edm.String)')",
		want: "UnrelatedType $filter[10:34]: to Collection(Edm.String)", why: "no single value is a collection",
	}, {
		name: "cast of an entity to another", set: "Customers", in: "cast(BestFriend,'Demo.Order')/Total eq 1",
		want: "UnrelatedType $filter[16:28]: Demo.Order is not related to Demo.Customer", why: "the hierarchy decides",
	}, {
		name: "cast of a complex value", set: "Customers", in: "cast(Home,'Edm.String') eq 'x'",
		want: "UnrelatedType $filter[10:22]: to String", why: "only primitive values are converted",
	}, {
		name: "cast to an enum", set: "Customers", in: "cast(Name,'Demo.Color') eq 'Red'",
		want: "UnrelatedType $filter[10:22]: to Demo.Color", why: "only primitive types are converted to",
	}, {
		name: "mistake inside a call", set: "Customers", in: "length(tolower(Nope)) eq 1",
		want: "UnknownProperty $filter[15:19]: Demo.Customer has no property Nope", why: "arguments are bound first",
	}, {
		name: "mistake inside isof", set: "Customers", in: "isof(Nope,'Edm.String')",
		want: "UnknownProperty $filter[5:9]: Demo.Customer has no property Nope", why: "the value is bound, too",
	}, {
		name: "mistake inside a lambda", set: "Customers", in: "Nope/any(o:o eq 1)",
		want: "UnknownProperty $filter[0:4]: Demo.Customer has no property Nope", why: "what a lambda is over is bound first",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := filterFor(t, b, tt.set, tt.in)
			if err == nil {
				t.Fatalf("Filter(%q) = %s, want %s (%s)", tt.in, odata.Dump(got), tt.want, tt.why)
			}
			if diff := cmp.Diff(tt.want, mistakeOf(err)); diff != "" {
				t.Errorf("Filter(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			checkMessage(t, err)
		})
	}
}
