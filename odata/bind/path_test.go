package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// requestRow is one request. want is the first lines of its dump, without the
// parts that default projections make long.
type requestRow struct{ name, path, query, want, why string }

func testErrors(t *testing.T, rows []requestRow) {
	t.Helper()
	b := demoBinder(t)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			got, err := requestFor(t, b, tt.path, tt.query)
			if err == nil {
				t.Fatalf("%s?%s: bound to\n%s, want %s (%s)", tt.path, tt.query, dumpRequest(got), tt.want, tt.why)
			}
			if diff := cmp.Diff(tt.want, mistakeOf(err)); diff != "" {
				t.Errorf("%s?%s: %s (-want +got):\n%s", tt.path, tt.query, tt.why, diff)
			}
			checkMessage(t, err)
		})
	}
}

func TestPath(t *testing.T) {
	b := demoBinder(t)
	const guid = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	for _, tt := range []requestRow{
		{name: "service document", path: "", want: "service document", why: "no segment at all"},
		{name: "metadata", path: "$metadata", want: "$metadata", why: "the model"},
		{name: "batch", path: "$batch", want: "$batch", why: "many requests in one"},
		{name: "set", path: "Customers", want: "feed Customers:Customer", why: "a set is a feed"},
		{name: "empty parentheses", path: "Customers()", want: "feed Customers:Customer", why: "() is no key"},
		{name: "slashes", path: "/Customers//", want: "feed Customers:Customer", why: "empty segments are dropped"},
		{name: "container", path: "DemoService.Customers", want: "feed Customers:Customer", why: "a set may name its container"},
		{name: "qualified container", path: "Demo.DemoService.Customers", want: "feed Customers:Customer", why: "with its namespace, too"},
		{name: "key", path: "Customers(1)", want: "entry Customers:Customer (eq Id:Int32 1:Int32)", why: "a key selects one entity"},
		{name: "named key", path: "Customers(Id=1)", want: "entry Customers:Customer (eq Id:Int32 1:Int32)", why: "a single key may be named"},
		{name: "white space", path: "Customers(%20Id%20=%201%20)", want: "entry Customers:Customer (eq Id:Int32 1:Int32)", why: "blanks around tokens are tolerated"},
		{name: "compound key", path: "OrderLines(OrderId=" + guid + ",LineNo=2)",
			want: "entry OrderLines:OrderLine (and (eq OrderId:Guid " + guid + ":Guid) (eq LineNo:Int32 2:Int32))", why: "all parts, all named"},
		{name: "compound key in another order", path: "OrderLines(LineNo=2,OrderId=" + guid + ")",
			want: "entry OrderLines:OrderLine (and (eq OrderId:Guid " + guid + ":Guid) (eq LineNo:Int32 2:Int32))", why: "the condition has the order of the type"},
		{name: "quote and slash in a key", path: "Tags('O''Neil%2Fx')", want: "entry Tags:Tag (eq Code:String 'O''Neil/x':String)", why: "segments are split before they are decoded"},
		{name: "int64 key", path: "Gauges(10L)", want: "entry Gauges:Gauge (eq Id:Int64 10L:Int64)", why: "the exact form"},
		{name: "bare int64 key", path: "Gauges(10)", want: "entry Gauges:Gauge (eq Id:Int64 10L:Int64)", why: "clients forget the suffix"},
		{name: "bare decimal key", path: "ByDecimal(10)", want: "entry ByDecimal:ByDecimal (eq K:Decimal 10M:Decimal)", why: "clients forget the suffix"},
		{name: "decimal key", path: "ByDecimal(1.50M)", want: "entry ByDecimal:ByDecimal (eq K:Decimal 1.50M:Decimal)", why: "the exact form"},
		{name: "bare single key", path: "BySingle(-10)", want: "entry BySingle:BySingle (eq K:Single -10f:Single)", why: "clients forget the suffix"},
		{name: "bare double key", path: "ByDouble(10)", want: "entry ByDouble:ByDouble (eq K:Double 10.0:Double)", why: "a double needs no suffix"},
		{name: "double key", path: "ByDouble(1.5)", want: "entry ByDouble:ByDouble (eq K:Double 1.5:Double)", why: "a double needs no suffix"},
		{name: "date key", path: "ByDateTime(datetime'2015-01-01')", want: "entry ByDateTime:ByDateTime (eq K:DateTime datetime'2015-01-01T00:00:00':DateTime)", why: "midnight may be left out"},
		{name: "boolean key", path: "ByBoolean(true)", want: "entry ByBoolean:ByBoolean (eq K:Boolean true:Boolean)", why: "the exact form"},
		{name: "byte key", path: "ByByte(255)", want: "entry ByByte:ByByte (eq K:Byte 255:Byte)", why: "small integers have no form of their own"},
		{name: "property", path: "Customers(1)/Name", want: "property Customers:Customer (eq Id:Int32 1:Int32) Name []", why: "a primitive property"},
		{name: "value", path: "Customers(1)/Name/$value", want: "$value Customers:Customer (eq Id:Int32 1:Int32) Name []", why: "its raw value"},
		{name: "complex property", path: "Customers(1)/Home", want: "property Customers:Customer (eq Id:Int32 1:Int32) Home []", why: "a complex property"},
		{name: "member", path: "Customers(1)/Home/City", want: "property Customers:Customer (eq Id:Int32 1:Int32) Home/City [1]", why: "members by position"},
		{name: "member of a member", path: "Customers(1)/Home/Geo/Lon/$value", want: "$value Customers:Customer (eq Id:Int32 1:Int32) Home/Geo/Lon [2 1]", why: "members by position"},
		{name: "collection property", path: "Customers(1)/Emails", want: "property Customers:Customer (eq Id:Int32 1:Int32) Emails []", why: "all its items"},
		{name: "on select", path: "Customers(1)/Notes", want: "property Customers:Customer (eq Id:Int32 1:Int32) Notes []", why: "addressed directly it is there"},
		{name: "count", path: "Customers/$count", want: "$count Customers:Customer", why: "how many there are"},
		{name: "cast of a feed", path: "Customers/Demo.VipCustomer", want: "feed Customers:VipCustomer", why: "only those instances"},
		{name: "cast of an entry", path: "Customers(1)/Demo.VipCustomer", want: "entry Customers:VipCustomer (eq Id:Int32 1:Int32)", why: "the entry, if it is one"},
		{name: "key after a cast", path: "Customers/Demo.VipCustomer(1)/Level", want: "property Customers:VipCustomer (eq Id:Int32 1:Int32) Level []", why: "a cast collection takes a key"},
		{name: "count after a cast", path: "Customers/Demo.VipCustomer/$count", want: "$count Customers:VipCustomer", why: "a cast collection is a collection"},
		{name: "two casts", path: "Customers/Demo.VipCustomer/Demo.GoldCustomer", want: "feed Customers:GoldCustomer", why: "the narrower counts"},
		{name: "cast to the base type", path: "Customers/Demo.VipCustomer/Demo.Customer", want: "feed Customers:VipCustomer", why: "it widens nothing"},
		{name: "cast to the same type", path: "Customers/Demo.Customer", want: "feed Customers:Customer", why: "it changes nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := requestFor(t, b, tt.path, "")
			if err != nil {
				t.Fatalf("%s: %v (%s)", tt.path, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, addressed(r)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.path, tt.why, diff)
			}
		})
	}
}

func TestPathErrors(t *testing.T) {
	const guid = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	testErrors(t, []requestRow{
		{name: "metadata with parentheses", path: "$metadata()", want: "KeyNotAllowed path[0:11]: $metadata takes no key", why: "400"},
		{name: "batch with parentheses", path: "$batch(1)", want: "KeyNotAllowed path[0:9]: $batch takes no key", why: "400"},
		{name: "after metadata", path: "$metadata/x", want: "NotFound path[10:11]: nothing can follow $metadata: x", why: "404"},
		{name: "after batch", path: "$batch/Customers", want: "NotFound path[7:16]: nothing can follow $batch: Customers", why: "404"},
		{name: "count of nothing", path: "$count", want: "NotFound path[0:6]: the service has no resource $count", why: "404"},
		{name: "content id", path: "$1", want: "NotFound path[0:2]: the service has no resource $1", why: "content ids live in change sets"},
		{name: "unknown set", path: "Nope", want: "NotFound path[0:4]: the service has no resource Nope", why: "404"},
		{name: "case of a set", path: "customers", want: "NotFound path[0:9]: the service has no resource customers; did you mean Customers", why: "names are case-sensitive"},
		{name: "unknown container", path: "Nope.Customers", want: "NotFound path[0:14]: the service has no resource Nope.Customers", why: "404"},
		{name: "bound operation first", path: "Promote", want: "NotFound path[0:7]: the service has no resource Promote", why: "it needs what it binds to"},

		{name: "property of a collection", path: "Customers/Name", want: "CollectionNotExpected path[10:14]: Name needs a single entity before it", why: "400"},
		{name: "navigation of a collection", path: "Customers/Orders", want: "CollectionNotExpected path[10:16]: Orders needs a single entity before it", why: "400"},
		{name: "unknown after a collection", path: "Customers/Nope", want: "CollectionNotExpected path[10:14]: Nope needs a single entity before it", why: "400"},
		{name: "unknown type after a collection", path: "Customers/Demo.Nope", want: "CollectionNotExpected path[10:19]: Demo.Nope needs a single entity before it", why: "400"},
		{name: "value of a collection", path: "Customers/$value", want: "SegmentNotAllowed path[10:16]: $value after a collection of entities", why: "400"},
		{name: "links of a collection", path: "Customers/$links", want: "SegmentNotAllowed path[10:16]: $links after a collection of entities", why: "400"},
		{name: "after count", path: "Customers/$count/x", want: "NotFound path[17:18]: nothing can follow $count: x", why: "404"},
		{name: "count with parentheses", path: "Customers/$count()", want: "KeyNotAllowed path[10:18]: $count takes no key", why: "400"},
		{name: "unrelated cast of a feed", path: "Customers/Demo.Order", want: "UnrelatedType path[10:20]: Demo.Order is not related to Demo.Customer", why: "400"},
		{name: "unrelated cast of an entry", path: "Customers(1)/Demo.Order", want: "UnrelatedType path[13:23]: Demo.Order is not related to Demo.Customer", why: "400"},
		{name: "key after a cast entry", path: "Customers(1)/Demo.VipCustomer(1)", want: "KeyNotAllowed path[13:32]: an entity takes no key", why: "it is one already"},

		{name: "value of an entry", path: "Customers(1)/$value", want: "SegmentNotAllowed path[13:19]: $value after an entity without a media resource", why: "400"},
		{name: "count of an entry", path: "Customers(1)/$count", want: "NotFound path[13:19]: Demo.Customer has no property $count", why: "404"},
		{name: "unknown property", path: "Customers(1)/Nope", want: "NotFound path[13:17]: Demo.Customer has no property Nope", why: "404 on a closed type"},
		{name: "case of a property", path: "Customers(1)/name", want: "NotFound path[13:17]: Demo.Customer has no property name; did you mean Name", why: "names are case-sensitive"},
		{name: "derived property without cast", path: "Customers(1)/Level", want: "NotFound path[13:18]: Demo.Customer has no property Level", why: "a derived property needs a cast"},
		{name: "unknown type", path: "Customers(1)/Demo.Nope", want: "NotFound path[13:22]: Demo.Customer has no property Demo.Nope", why: "404"},
		{name: "dollar name on an open type", path: "Tags('x')/$nope", want: "NotFound path[10:15]: Demo.Tag has no property $nope", why: "no property begins so"},

		{name: "count of a property", path: "Customers(1)/Name/$count", want: "NotFound path[18:24]: nothing can follow a primitive property: $count", why: "404"},
		{name: "after a property", path: "Customers(1)/Name/x", want: "NotFound path[18:19]: nothing can follow a primitive property: x", why: "only $value may"},
		{name: "after value", path: "Customers(1)/Name/$value/x", want: "NotFound path[25:26]: nothing can follow $value: x", why: "404"},
		{name: "property with parentheses", path: "Customers(1)/Name()", want: "KeyNotAllowed path[13:19]: Name takes no key", why: "400"},
		{name: "property with a key", path: "Customers(1)/Emails(1)", want: "KeyNotAllowed path[13:22]: Emails takes no key", why: "collection properties have no index"},
		{name: "value of a complex property", path: "Customers(1)/Home/$value", want: "SegmentNotAllowed path[18:24]: $value after a complex value", why: "only primitive values have text"},
		{name: "count of a complex property", path: "Customers(1)/Home/$count", want: "NotFound path[18:24]: Demo.Address has no property $count", why: "404"},
		{name: "unknown member", path: "Customers(1)/Home/Citi", want: "NotFound path[18:22]: Demo.Address has no property Citi; did you mean City", why: "404"},
		{name: "count of a collection property", path: "Customers(1)/Emails/$count", want: "NotFound path[20:26]: nothing can follow a collection of values: $count", why: "404"},
		{name: "value of a collection property", path: "Customers(1)/Emails/$value", want: "NotFound path[20:26]: nothing can follow a collection of values: $value", why: "404"},

		{name: "links of nothing", path: "Customers(1)/$links", want: "SegmentNotAllowed path[13:19]", why: "400"},
		{name: "links of a property", path: "Customers(1)/$links/Name", want: "SegmentNotAllowed path[20:24]: the structural property Name after $links", why: "400"},
		{name: "links of an unknown property", path: "Customers(1)/$links/Nope", want: "NotFound path[20:24]: Demo.Customer has no property Nope", why: "404"},
		{name: "after links", path: "Customers(1)/$links/Orders/Total", want: "NotFound path[27:32]: nothing can follow links: Total", why: "404"},
		{name: "after a link", path: "Customers(1)/$links/BestFriend/x", want: "NotFound path[31:32]: nothing can follow a link: x", why: "404"},
		{name: "after a media resource", path: "Photos(1)/$value/x", want: "NotFound path[17:18]: nothing can follow a media resource: x", why: "404"},
		{name: "value of a stream", path: "Photos(1)/Thumb/$value", want: "NotFound path[16:22]: nothing can follow a named stream: $value", why: "404"},
		{name: "after an action", path: "Customers(1)/Promote/x", want: "SegmentNotAllowed path[21:22]: x after an action", why: "400"},
		{name: "after an unbound action", path: "Purge/x", want: "SegmentNotAllowed path[6:7]: x after an action", why: "400"},
		{name: "after a void operation", path: "Touch/x", want: "NotFound path[6:7]: nothing can follow an operation that returns nothing: x", why: "404"},
		{name: "after an undeclared property", path: "Tags('x')/Colour/x", want: "NotFound path[17:18]: nothing can follow an undeclared property: x", why: "404"},
		{name: "collection operation on an entry", path: "Customers(1)/ResetAll", want: "OperationNotBindable path[13:21]: ResetAll cannot be called on an entity of Demo.Customer", why: "the cardinality must fit"},
		{name: "entry operation on a collection", path: "Customers/Promote", want: "OperationNotBindable path[10:17]: Promote cannot be called on a collection of entities of Demo.Customer", why: "the cardinality must fit"},
		{name: "operation on another type", path: "Orders(" + guid + ")/Promote", want: "OperationNotBindable path[51:58]: Promote cannot be called on an entity of Demo.Order", why: "the type must fit"},
		{name: "unknown behind navigation", path: "Customers(1)/BestFriend/Nope", want: "NotFound path[24:28]: Demo.Customer has no property Nope", why: "a wrong path is told apart from one that is not served"},
		{name: "key of a single navigation", path: "Customers(1)/BestFriend(1)", want: "KeyNotAllowed path[13:26]: a navigation to a single entity takes no key", why: "400"},
		{name: "navigation without a set", path: "Orders(" + guid + ")/Boxes(1)", want: "NotFound path[51:56]: Demo.Order/Boxes leads to entities that belong to no entity set", why: "nothing says where the boxes are"},
		{name: "navigation from a set that is not bound", path: "Vips(1)/Orders", want: "NotFound path[8:14]: Demo.Customer/Orders leads to entities that belong to no entity set", why: "the association set binds another set of customers"},
		{name: "links without a set", path: "Orders(" + guid + ")/$links/Boxes", want: "NotFound path[58:63]: Demo.Order/Boxes leads to entities that belong to no entity set", why: "links name the set"},
		{name: "count of links with parentheses", path: "Customers(1)/$links/Orders/$count()", want: "KeyNotAllowed path[27:35]: $count takes no key", why: "400"},
		{name: "cast of links", path: "Customers(1)/$links/Orders/Demo.Order", want: "NotFound path[27:37]: nothing can follow links: Demo.Order", why: "only $count may"},
		{name: "too many steps", path: "Customers(1)" + strings.Repeat("/BestFriend", 9), want: "TooManySteps path[101:111]: the limit is 8", why: "each is a join"},
		{name: "after the value of an undeclared property", path: "Tags('x')/Colour/$value/x", want: "NotFound path[24:25]: nothing can follow $value: x", why: "404"},
		{name: "undeclared property with a key", path: "Tags('x')/Colour(1)", want: "KeyNotAllowed path[10:19]: Colour takes no key", why: "400"},
		{name: "key of the wrong type behind navigation", path: "Customers(1)/Orders(1)",
			want: "KeyTypeMismatch path[20:21]: OrderId is Edm.Guid and cannot be Edm.Int32; write it like guid'00000000-0000-0000-0000-000000000000'", why: "the key is that of the target"},
	})
}

func TestKeyErrors(t *testing.T) {
	testErrors(t, []requestRow{
		{name: "suffix", path: "Customers(1L)", want: "KeyTypeMismatch path[10:12]: Id is Edm.Int32 and cannot be Edm.Int64; write it like 1", why: "the form must be that of the type"},
		{name: "text", path: "Customers('1')", want: "KeyTypeMismatch path[10:13]: Id is Edm.Int32 and cannot be Edm.String; write it like 1", why: "no conversion is implied"},
		{name: "null", path: "Customers(null)", want: "KeyTypeMismatch path[10:14]: Id is Edm.Int32 and cannot be Edm.Null; write it like 1", why: "keys are never null"},
		{name: "fraction", path: "Customers(1.5)", want: "KeyTypeMismatch path[10:13]: Id is Edm.Int32 and cannot be Edm.Double; write it like 1", why: "not an integer"},
		{name: "out of range", path: "Customers(3000000000)", want: "KeyTypeMismatch path[10:20]: Id is Edm.Int32 and cannot be Edm.Int64; write it like 1", why: "it does not fit"},
		{name: "byte out of range", path: "ByByte(256)", want: "KeyTypeMismatch path[7:10]: K is Edm.Byte and cannot be Edm.Int32; write it like 1", why: "it does not fit"},
		{name: "fraction without suffix", path: "ByDecimal(1.5)", want: "KeyTypeMismatch path[10:13]: K is Edm.Decimal and cannot be Edm.Double; write it like 1.5M", why: "only whole numbers may leave out the suffix"},
		{name: "fraction without f", path: "BySingle(1.5)", want: "KeyTypeMismatch path[9:12]: K is Edm.Single and cannot be Edm.Double; write it like 1.5f", why: "only whole numbers may leave out the suffix"},
		{name: "wrong suffix", path: "ByDouble(1.5f)", want: "KeyTypeMismatch path[9:13]: K is Edm.Double and cannot be Edm.Single; write it like 1.5", why: "the form must be that of the type"},
		{name: "offset for datetime", path: "ByDateTime(datetimeoffset'2015-01-01T00:00:00Z')",
			want: "KeyTypeMismatch path[11:47]: K is Edm.DateTime and cannot be Edm.DateTimeOffset; write it like datetime'2015-07-12T06:40:00'", why: "they are different types"},
		{name: "datetime for offset", path: "ByOffset(datetime'2015-01-01')",
			want: "KeyTypeMismatch path[9:29]: K is Edm.DateTimeOffset and cannot be Edm.DateTime; write it like datetimeoffset'2015-07-12T06:40:00Z'", why: "they are different types"},
		{name: "number for boolean", path: "ByBoolean(2)", want: "KeyTypeMismatch path[10:11]: K is Edm.Boolean and cannot be Edm.Int32; write it like true", why: "the form must be that of the type"},
		{name: "text for time", path: "ByTime('PT1H')", want: "KeyTypeMismatch path[7:13]: K is Edm.Time and cannot be Edm.String; write it like time'PT1H30M'", why: "the prefix is part of the literal"},
		{name: "text for binary", path: "ByBinary('0AFF')", want: "KeyTypeMismatch path[9:15]: K is Edm.Binary and cannot be Edm.String; write it like X'0AFF'", why: "the prefix is part of the literal"},
		{name: "number for int64", path: "Gauges(1M)", want: "KeyTypeMismatch path[7:9]: Id is Edm.Int64 and cannot be Edm.Decimal; write it like 1L", why: "a suffix fixes the type"},
		{name: "number for text", path: "Tags(1)", want: "KeyTypeMismatch path[5:6]: Code is Edm.String and cannot be Edm.Int32; write it like 'text'", why: "strings need quotes"},
		{name: "alias", path: "Customers(@a)", query: "@a=1", want: "KeyTypeMismatch path[10:12]: Id is Edm.Int32 and cannot be a parameter alias; write it like 1", why: "aliases stand for parameters of functions"},
		{name: "unknown name", path: "Customers(Nope=1)", want: "UnknownKeyProperty path[10:16]: the key is Id, without Nope", why: "400"},
		{name: "property that is no key", path: "Customers(Name='x')", want: "UnknownKeyProperty path[10:18]: the key is Id, without Name", why: "only the key selects"},
		{name: "one name too many", path: "Customers(Id=1,Nope=2)", want: "UnknownKeyProperty path[15:21]: the key is Id, without Nope", why: "400"},
		{name: "positional for compound", path: "OrderLines(1)", want: "KeyNotNamed path[0:13]: the key is OrderId,LineNo", why: "which part it is cannot be known"},
		{name: "part of a compound key", path: "OrderLines(LineNo=2)", want: "WrongKeyCount path[0:20]: the key is OrderId,LineNo, but 1 values are given", why: "all parts are needed"},
		{name: "wrong type in a compound key", path: "OrderLines(LineNo=2,OrderId='x')",
			want: "KeyTypeMismatch path[20:31]: OrderId is Edm.Guid and cannot be Edm.String; write it like guid'00000000-0000-0000-0000-000000000000'", why: "the place is the part"},
	})
}
