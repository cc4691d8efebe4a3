package bind

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/odata"
)

// filterRow is one $filter on the entities of a set; want is the bound tree.
type filterRow struct{ name, set, in, want, why string }

func testFilters(t *testing.T, rows []filterRow) {
	t.Helper()
	b := demoBinder(t)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			got, err := filterFor(t, b, tt.set, tt.in)
			if err != nil {
				t.Fatalf("Filter(%q): %v (%s)", tt.in, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, odata.Dump(got)); diff != "" {
				t.Errorf("Filter(%q): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			if problem := checkTypes(got); problem != "" {
				t.Errorf("Filter(%q): %s", tt.in, problem)
			}
		})
	}
}

func TestFilterNumbers(t *testing.T) {
	testFilters(t, []filterRow{{
		name: "int64 and integer literal", set: "Customers", in: "Points gt 5",
		want: "(gt Points:Int64 5L:Int64)", why: "a literal without a suffix takes the type of the other side",
	}, {
		name: "literal on the left", set: "Customers", in: "5 lt Points",
		want: "(lt 5L:Int64 Points:Int64)", why: "either side may be the literal",
	}, {
		name: "decimal from the text", set: "Customers", in: "Credit gt 1.10",
		want: "(gt Credit:Decimal 1.10M:Decimal)", why: "the decimal is read from the text, not from the nearest double",
	}, {
		name: "decimal with exponent", set: "Gauges", in: "M eq 1e2",
		want: "(eq M:Decimal 100M:Decimal)", why: "an exponent does not make a literal a double for good",
	}, {
		name: "double and integer literal", set: "Customers", in: "Score gt 5",
		want: "(gt Score:Double 5.0:Double)", why: "an integer literal becomes a double",
	}, {
		name: "single and double literal", set: "Gauges", in: "F eq 1.1",
		want: "(eq F:Single 1.1f:Single)", why: "as a double 1.1 would equal no single",
	}, {
		name: "single and literal out of range", set: "Gauges", in: "F eq 1e300",
		want: "(eq (convert F:Single Double) 1E+300:Double)", why: "a literal that does not fit keeps its type, and the other side is widened",
	}, {
		name: "int32 and fraction", set: "Customers", in: "Id gt 1.5",
		want: "(gt (convert Id:Int32 Double) 1.5:Double)", why: "a fraction is no integer",
	}, {
		name: "int32 and large literal", set: "Customers", in: "Id gt 5000000000",
		want: "(gt (convert Id:Int32 Int64) 5000000000L:Int64)", why: "an integer out of Int32 range is an Int64",
	}, {
		name: "byte and literal", set: "Gauges", in: "B eq 5",
		want: "(eq B:Byte 5:Byte)", why: "a comparison needs no promotion when the literal fits the column",
	}, {
		name: "byte and literal out of range", set: "Gauges", in: "B eq 300",
		want: "(eq (convert B:Byte Int32) 300:Int32)", why: "300 is no byte, so both are Int32",
	}, {
		name: "byte and byte", set: "Gauges", in: "B lt B",
		want: "(lt B:Byte B:Byte)", why: "equal types compare as they are",
	}, {
		name: "byte and signed byte", set: "Gauges", in: "B eq S",
		want: "(eq (convert B:Byte Int32) (convert S:SByte Int32))", why: "neither holds the other",
	}, {
		name: "integers of two sizes", set: "Customers", in: "Points gt Id",
		want: "(gt Points:Int64 (convert Id:Int32 Int64))", why: "promotion is explicit in the tree",
	}, {
		name: "single and double", set: "Gauges", in: "F eq D",
		want: "(eq (convert F:Single Double) D:Double)", why: "Single widens to Double",
	}, {
		name: "decimal and int64 literal", set: "Customers", in: "Credit gt 5L",
		want: "(gt Credit:Decimal (convert 5L:Int64 Decimal))", why: "a literal with a suffix has its type and is converted",
	}, {
		name: "int64 and single", set: "Gauges", in: "F add I64 gt 1",
		want: "(gt (add F:Single (convert I64:Int64 Single)) 1f:Single)", why: "Int64 widens to Single, the first type that fits both",
	}, {
		name: "decimal and int64", set: "Gauges", in: "M add I64 gt 1",
		want: "(gt (add M:Decimal (convert I64:Int64 Decimal)) 1M:Decimal)", why: "any integer widens to Decimal",
	}, {
		name: "sum of literals", set: "Customers", in: "Points gt 5 add 3",
		want: "(gt Points:Int64 (convert (add 5:Int32 3:Int32) Int64))", why: "only a literal is re-typed, not an expression",
	}, {
		name: "two literals", set: "Customers", in: "1 add 1.5 eq 3",
		want: "(eq (add 1.0:Double 1.5:Double) 3.0:Double)", why: "two literals without suffixes are promoted as usual",
	}, {
		name: "decimal product", set: "Customers", in: "Credit mul 1.5 gt 10",
		want: "(gt (mul Credit:Decimal 1.5M:Decimal) 10M:Decimal)", why: "re-typing works in arithmetic and across it",
	}, {
		name: "arithmetic in Int32 at least", set: "Gauges", in: "B add 5 eq 6",
		want: "(eq (add (convert B:Byte Int32) 5:Int32) 6:Int32)", why: "bytes would overflow",
	}, {
		name: "small integers", set: "Gauges", in: "I16 add I16 gt I16",
		want: "(gt (add (convert I16:Int16 Int32) (convert I16:Int16 Int32)) (convert I16:Int16 Int32))", why: "arithmetic on Int16 is Int32",
	}, {
		name: "division and remainder", set: "Customers", in: "Id div 2 eq Id mod 2",
		want: "(eq (div Id:Int32 2:Int32) (mod Id:Int32 2:Int32))", why: "integer division stays integer",
	}, {
		name: "negation", set: "Customers", in: "-Id eq -5",
		want: "(eq (- Id:Int32) -5:Int32)", why: "a minus before a digit belongs to the literal",
	}, {
		name: "negation of a byte", set: "Gauges", in: "-B eq 1",
		want: "(eq (- (convert B:Byte Int32)) 1:Int32)", why: "no byte is negative",
	}, {
		name: "infinity", set: "Gauges", in: "D eq INF and F ne NaNf",
		want: "(and (eq D:Double INF:Double) (ne F:Single NaNf:Single))", why: "special values are typed by their suffix",
	}})
}

func TestFilterComparisons(t *testing.T) {
	testFilters(t, []filterRow{{
		name: "string", set: "Customers", in: "Name eq 'Ann'",
		want: "(eq Name:String 'Ann':String)", why: "the plain case",
	}, {
		name: "precedence", set: "Customers", in: "Name eq 'x' or Id eq 1 and Score gt 2",
		want: "(or (eq Name:String 'x':String) (and (eq Id:Int32 1:Int32) (gt Score:Double 2.0:Double)))", why: "and binds tighter than or",
	}, {
		name: "datetime", set: "Customers", in: "Since gt datetime'2015-06-12T04:49:32.431Z'",
		want: "(gt Since:DateTime datetime'2015-06-12T04:49:32.431Z':DateTime)", why: "a zone does not make it a DateTimeOffset",
	}, {
		name: "datetimeoffset and time", set: "Orders", in: "Placed le datetimeoffset'2015-06-12T04:49:32Z' and Took lt time'PT1H'",
		want: "(and (le Placed:DateTimeOffset datetimeoffset'2015-06-12T04:49:32Z':DateTimeOffset) (lt Took:Time time'PT1H':Time))", why: "both have an order",
	}, {
		name: "guid", set: "Orders", in: "OrderId gt guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'",
		want: "(gt OrderId:Guid guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10':Guid)", why: "guids compare in every way",
	}, {
		name: "binary", set: "Gauges", in: "Bin eq X'0aff'",
		want: "(eq Bin:Binary X'0AFF':Binary)", why: "bytes are equal or not",
	}, {
		name: "boolean alone", set: "Gauges", in: "On",
		want: "On:Boolean", why: "a Boolean property is a condition",
	}, {
		name: "boolean compared", set: "Gauges", in: "On gt false",
		want: "(gt On:Boolean false:Boolean)", why: "Booleans compare in every way",
	}, {
		name: "not", set: "Customers", in: "not (Name eq 'a')",
		want: "(not (eq Name:String 'a':String))", why: "not takes a condition",
	}, {
		name: "null beside a property", set: "Customers", in: "null ne Name",
		want: "(ne null:String Name:String)", why: "null takes the type of the other side",
	}, {
		name: "null beside null", set: "Customers", in: "null eq null",
		want: "(eq null null)", why: "null equals null, without a type",
	}, {
		name: "null as a condition", set: "Gauges", in: "null and not null or On",
		want: "(or (and null:Boolean (not null:Boolean)) On:Boolean)", why: "null is a condition that does not hold",
	}, {
		name: "null in arithmetic", set: "Gauges", in: "null add 1 eq D sub null",
		want: "(eq (convert (add null:Int32 1:Int32) Double) (sub D:Double null:Double))", why: "null takes the type of the other side there, too",
	}, {
		name: "nothing but null in arithmetic", set: "Gauges", in: "null add null eq -null",
		want: "(eq (add null:Int32 null:Int32) (- null:Int32))", why: "arithmetic always has a type",
	}, {
		name: "navigation and null", set: "Customers", in: "BestFriend eq null",
		want: "(eq BestFriend null:Demo.Customer)", why: "an entity can be absent",
	}, {
		name: "entities", set: "Customers", in: "BestFriend eq $it",
		want: "(eq BestFriend $it)", why: "entities of related types are the same or not",
	}, {
		name: "complex values", set: "Customers", in: "Home eq BestFriend/Home and Home ne null",
		want: "(and (eq Home:Demo.Address BestFriend/Home:Demo.Address) (ne Home:Demo.Address null:Demo.Address))", why: "complex values of one type are equal or not",
	}, {
		name: "spatial and null", set: "Gauges", in: "Where eq null",
		want: "(eq Where:GeographyPoint null:GeographyPoint)", why: "anything nullable can be compared with null",
	}, {
		name: "spatial function", set: "Gauges", in: "geo.distance(Where,geography'SRID=4326;POINT(1 2)') lt 5",
		want: "(lt (geo.distance Where:GeographyPoint geography'SRID=4326;POINT(1 2)':GeographyPoint) 5.0:Double)", why: "distances are Doubles",
	}, {
		name: "enum and name", set: "Gauges", in: "Color eq 'Red' and 'Green' ne Color",
		want: "(and (eq Color:Demo.Color 'Red':Demo.Color) (ne 'Green':Demo.Color Color:Demo.Color))", why: "enum values travel as the names of their members",
	}, {
		name: "flags and names", set: "Gauges", in: "Rights eq 'Read, Write'",
		want: "(eq Rights:Demo.Rights 'Read, Write':Demo.Rights)", why: "flags may hold several members",
	}, {
		name: "enum and text", set: "Gauges", in: "Color eq tolower('Red') and Color eq null and Color eq Color",
		want: "(and (and (eq Color:Demo.Color (tolower 'Red':String)) (eq Color:Demo.Color null:Demo.Color)) (eq Color:Demo.Color Color:Demo.Color))",
		why:  "text that is no literal is only known when it is computed",
	}, {
		name: "on select", set: "Customers", in: "Notes eq 'x'",
		want: "(eq Notes:String 'x':String)", why: "a property kept out of payloads can still be asked for",
	}})
}

func TestFilterPaths(t *testing.T) {
	testFilters(t, []filterRow{{
		name: "complex", set: "Customers", in: "Home/Geo/Lat gt 4",
		want: "(gt Home:Demo.Address/Geo:Demo.Spot/Lat:Double 4.0:Double)", why: "paths go through complex values",
	}, {
		name: "navigation", set: "Customers", in: "BestFriend/BestFriend/Home/City eq 'x'",
		want: "(eq BestFriend/BestFriend/Home:Demo.Address/City:String 'x':String)", why: "and through single navigation",
	}, {
		name: "it", set: "Customers", in: "$it/Name eq 'x' and $it ne null",
		want: "(and (eq Name:String 'x':String) (ne $it null:Demo.Customer))", why: "$it is the entity itself",
	}, {
		name: "cast of it", set: "Customers", in: "Demo.VipCustomer/Level gt 1",
		want: "(gt Demo.VipCustomer/Level:Int32 1:Int32)", why: "a type name begins a path at $it",
	}, {
		name: "cast in a path", set: "Customers", in: "BestFriend/Demo.VipCustomer/Concierge/Name eq 'x'",
		want: "(eq BestFriend/Demo.VipCustomer/Concierge/Name:String 'x':String)", why: "a cast makes members of the derived type visible",
	}, {
		name: "cast to the same type", set: "Customers", in: "Demo.Customer/Name eq 'x'",
		want: "(eq Name:String 'x':String)", why: "it changes nothing",
	}, {
		name: "cast to the base type", set: "Customers", in: "Demo.VipCustomer/Demo.Customer/Name eq 'x'",
		want: "(eq Demo.VipCustomer/Demo.Customer/Name:String 'x':String)", why: "casts go both ways along the hierarchy",
	}, {
		name: "any", set: "Customers", in: "BestFriend/Orders/any(o:o/Total gt 5M)",
		want: "(any BestFriend/Orders o: (gt o/Total:Decimal 5M:Decimal))", why: "a collection takes any",
	}, {
		name: "any without condition", set: "Customers", in: "Orders/any()",
		want: "(any Orders)", why: "any() asks whether there is one at all",
	}, {
		name: "any over values", set: "Customers", in: "Emails/any(e:startswith(e,'x'))",
		want: "(any Emails:Collection(Edm.String) e: (startswith e 'x':String))", why: "the range variable can be a primitive value",
	}, {
		name: "any over complex values", set: "Gauges", in: "Places/any(p:p/City eq 'X' and p ne null)",
		want: "(any Places:Collection(Demo.Address) p: (and (eq p/City:String 'X':String) (ne p null:Demo.Address)))", why: "or a complex one",
	}, {
		name: "any over a cast collection", set: "Orders", in: "Customer/Orders/Demo.Order/any(o:o/Customer/Demo.VipCustomer/Level gt 1)",
		want: "(any Customer/Orders o: (gt o/Customer/Demo.VipCustomer/Level:Int32 1:Int32))", why: "a cast applies to each entity of a collection",
	}, {
		name: "all with it", set: "Customers", in: "Orders/all(o:o/Customer/Id eq $it/Id)",
		want: "(all Orders o: (eq o/Customer/Id:Int32 Id:Int32))", why: "$it stays the outer entity",
	}, {
		name: "names without prefix", set: "Customers", in: "Orders/any(o:o/Total gt 5M and Name eq 'x')",
		want: "(any Orders o: (and (gt o/Total:Decimal 5M:Decimal) (eq Name:String 'x':String)))", why: "they belong to $it inside a lambda, too",
	}, {
		name: "nested", set: "Customers", in: "Orders/any(o:o/Customer/Orders/any(p:p/OrderId eq o/OrderId))",
		want: "(any Orders o: (any o/Customer/Orders p: (eq p/OrderId:Guid o/OrderId:Guid)))", why: "outer variables are visible inside",
	}, {
		name: "siblings", set: "Customers", in: "Orders/any(o:o/Total gt 1) and Orders/any(o:o/Total lt 1)",
		want: "(and (any Orders o: (gt o/Total:Decimal 1M:Decimal)) (any Orders o: (lt o/Total:Decimal 1M:Decimal)))", why: "a variable's name is free again after its lambda",
	}, {
		name: "variable named like a property", set: "Customers", in: "Orders/any(Name:Name/Total gt 1)",
		want: "(any Orders Name: (gt Name/Total:Decimal 1M:Decimal))", why: "the variable is nearer",
	}})
}

func TestFilterOpenTypes(t *testing.T) {
	testFilters(t, []filterRow{{
		name: "compared", set: "Tags", in: "Colour eq 'red' and Size gt 5 and Colour ne null",
		want: "(and (and (eq Colour:? 'red':String) (gt Size:? 5:Int32)) (ne Colour:? null))", why: "a comparison is typed when the value is known",
	}, {
		name: "compared with each other", set: "Tags", in: "Size gt Weight",
		want: "(gt Size:? Weight:?)", why: "neither has a type before",
	}, {
		name: "declared beside undeclared", set: "Tags", in: "Code eq Colour",
		want: "(eq Code:String Colour:?)", why: "declared properties keep their type",
	}, {
		name: "condition", set: "Tags", in: "Flag and not Colour",
		want: "(and Flag:? (not Colour:?))", why: "a value that is no Boolean does not hold",
	}, {
		name: "not compared", set: "Tags", in: "not Flag eq true",
		want: "(eq (not Flag:?) true:Boolean)", why: "not binds tighter, and what it yields is known with the value",
	}, {
		name: "arithmetic", set: "Tags", in: "Size add 1 gt -Weight and 1 add Size gt 2.5",
		want: "(and (gt (add Size:? 1:Int32) (- Weight:?)) (gt (add 1:Int32 Size:?) 2.5:Double))", why: "promotion is left to the values, through the whole expression",
	}, {
		name: "arithmetic with null", set: "Tags", in: "null add Size eq Size mul Size",
		want: "(eq (add null Size:?) (mul Size:? Size:?))", why: "null needs no type there",
	}, {
		name: "cast of arithmetic", set: "Tags", in: "cast(1 add Size,'Edm.Int32') eq 1",
		want: "(eq (cast (add 1:Int32 Size:?) Int32) 1:Int32)", why: "the type of the sum is not that of its left side",
	}, {
		name: "argument", set: "Tags", in: "length(Colour) gt 2 and year(Made) eq 2015",
		want: "(and (gt (length Colour:?) 2:Int32) (eq (year Made:?) 2015:Int32))", why: "the first overload is taken",
	}, {
		name: "isof and cast", set: "Tags", in: "isof(Size,'Edm.Int32') and cast(Size,'Edm.Int32') eq 1",
		want: "(and (isof Size:? Int32) (eq (cast Size:? Int32) 1:Int32))", why: "both look at the value",
	}})
}

func TestFilterFunctions(t *testing.T) {
	testFilters(t, []filterRow{{
		name: "needle first", set: "Customers", in: "substringof('a',Name)",
		want: "(substringof 'a':String Name:String)", why: "arguments stay in the order they are written",
	}, {
		name: "compared with true", set: "Customers", in: "startswith(Name,'A') eq true and endswith(Name,'z')",
		want: "(and (eq (startswith Name:String 'A':String) true:Boolean) (endswith Name:String 'z':String))", why: "spreadsheets write it so",
	}, {
		name: "overload by count", set: "Customers", in: "substring(Name,1) eq substring(Name,1,2)",
		want: "(eq (substring Name:String 1:Int32) (substring Name:String 1:Int32 2:Int32))", why: "substring has two forms",
	}, {
		name: "text functions", set: "Customers", in: "concat(concat(tolower(Name),toupper('b')),trim(replace(Name,'a','b'))) eq 'x'",
		want: "(eq (concat (concat (tolower Name:String) (toupper 'b':String)) (trim (replace Name:String 'a':String 'b':String))) 'x':String)", why: "calls nest",
	}, {
		name: "counting functions", set: "Customers", in: "length(Name) gt indexof(Name,'a')",
		want: "(gt (length Name:String) (indexof Name:String 'a':String))", why: "both yield Int32",
	}, {
		name: "overload by type", set: "Orders", in: "hour(Took) eq 1 and hour(Placed) eq 2 and year(Placed) eq 2015",
		want: "(and (and (eq (hour Took:Time) 1:Int32) (eq (hour Placed:DateTimeOffset) 2:Int32)) (eq (year Placed:DateTimeOffset) 2015:Int32))", why: "date functions take several types",
	}, {
		name: "date parts", set: "Customers", in: "month(Since) eq day(Since) and minute(Since) eq second(Since)",
		want: "(and (eq (month Since:DateTime) (day Since:DateTime)) (eq (minute Since:DateTime) (second Since:DateTime)))", why: "each part is an Int32",
	}, {
		name: "round of a decimal", set: "Customers", in: "round(Credit) eq 1 and floor(Score) eq ceiling(Score)",
		want: "(and (eq (round Credit:Decimal) 1M:Decimal) (eq (floor Score:Double) (ceiling Score:Double)))", why: "the exact overload wins, and the result has its type",
	}, {
		name: "round of an integer", set: "Customers", in: "round(Id) eq round(5)",
		want: "(eq (round (convert Id:Int32 Double)) (round 5.0:Double))", why: "integers promote to the first overload that fits",
	}, {
		name: "round of a single", set: "Gauges", in: "round(F) gt 1",
		want: "(gt (round (convert F:Single Double)) 1.0:Double)", why: "Single widens to Double and not to Decimal",
	}, {
		name: "small integer argument", set: "Gauges", in: "substring('abc',I16) eq 'x'",
		want: "(eq (substring 'abc':String (convert I16:Int16 Int32)) 'x':String)", why: "arguments are promoted, too",
	}, {
		name: "null argument", set: "Customers", in: "length(null) gt 3 or round(null) gt 1",
		want: "(or (gt (length null:String) 3:Int32) (gt (round null:Double) 1.0:Double))", why: "null fits any parameter",
	}, {
		name: "enum argument", set: "Gauges", in: "tolower(Color) eq 'red'",
		want: "(eq (tolower Color:Demo.Color) 'red':String)", why: "enum values travel as text",
	}, {
		name: "isof", set: "Customers", in: "isof('Demo.VipCustomer') and isof(BestFriend,'Demo.VipCustomer')",
		want: "(and (isof $it Demo.VipCustomer) (isof BestFriend Demo.VipCustomer))", why: "without a value it asks about $it",
	}, {
		name: "isof of values", set: "Customers", in: "isof(Score,'Edm.Double') and isof(Home,'Demo.Address')",
		want: "(and (isof Score:Double Double) (isof Home:Demo.Address Demo.Address))", why: "any single value has a type",
	}, {
		name: "isof of an unrelated type", set: "Customers", in: "isof('Demo.Order')",
		want: "(isof $it Demo.Order)", why: "the answer is known, and it is no mistake to ask",
	}, {
		name: "cast of a number", set: "Customers", in: "cast(Score,'Edm.Int32') eq 1 and cast(Id,'Edm.Int32') eq 1",
		want: "(and (eq (cast Score:Double Int32) 1:Int32) (eq Id:Int32 1:Int32))", why: "a cast to the type that is there already is none",
	}, {
		name: "cast of null", set: "Customers", in: "cast(null,'Edm.Int32') eq 1",
		want: "(eq null:Int32 1:Int32)", why: "null has every type",
	}, {
		name: "cast of an entity", set: "Customers", in: "cast('Demo.VipCustomer')/Level eq 1 and cast(BestFriend,'Demo.VipCustomer')/Level eq 1",
		want: "(and (eq Demo.VipCustomer/Level:Int32 1:Int32) (eq BestFriend/Demo.VipCustomer/Level:Int32 1:Int32))", why: "it is the same as a type in a path",
	}})
}
