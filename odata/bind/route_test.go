package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// testRoutes compares how requests reach what they address. G stands for a
// guid in paths and in what is wanted.
func testRoutes(t *testing.T, rows []requestRow) {
	t.Helper()
	const guid = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	b := demoBinder(t)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			r, err := requestFor(t, b, strings.ReplaceAll(tt.path, "(G", "("+guid), escape(tt.query))
			if err != nil {
				t.Fatalf("%s?%s: %v (%s)", tt.path, tt.query, err, tt.why)
			}
			got := strings.ReplaceAll(strings.ReplaceAll(dumpRoute(r), guid+":Guid", "G"), guid, "G")
			if diff := cmp.Diff(strings.TrimLeft(tt.want, "\n")+"\n", got); diff != "" {
				t.Errorf("%s?%s: %s (-want +got):\n%s", tt.path, tt.query, tt.why, diff)
			}
		})
	}
}

func TestNavigation(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "collection", path: "Customers(1)/Orders", want: `
feed Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (eq Customer/Id:Int32 1:Int32)
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "the orders whose customer has the key, in the order of their set",
	}, {
		name: "options", path: "Customers(1)/Orders", query: "$filter=Total gt 1&$orderby=Total&$top=2&$skiptoken='x'", want: `
feed Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq Customer/Id:Int32 1:Int32) (gt Total:Decimal 1M:Decimal))
order Total:Decimal, OrderId:Guid
after 'x'`,
		why: "a related feed takes the options of a feed",
	}, {
		name: "key", path: "Customers(1)/Orders(G)", want: `
entry Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq OrderId:Guid G) (eq Customer/Id:Int32 1:Int32))`,
		why: "the entity must have the key and be related",
	}, {
		name: "inverse without a name", path: "Customers(1)/BestFriend", want: `
entry Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))`,
		why: "any of those whose best friend it is",
	}, {
		name: "inverse of one", path: "Albums(1)/Owner", want: `
entry Vips:VipCustomer, or nothing
through Albums:Album where (eq Id:Int32 1:Int32)
where (eq ~Owner/Id:Int32 1:Int32)`,
		why: "an inverse that leads to one needs no any; the set holds VIPs only",
	}, {
		name: "single navigation with empty parentheses", path: "Customers(1)/BestFriend()", want: `
entry Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))`,
		why: "() is no key",
	}, {
		name: "many to many", path: "Albums(1)/Lines(LineNo=2,OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')/Text", want: `
property OrderLines:OrderLine
through Albums:Album where (eq Id:Int32 1:Int32)
where (and (and (eq OrderId:Guid G) (eq LineNo:Int32 2:Int32)) (any ~Lines x1: (eq x1/Id:Int32 1:Int32)))
property Text []`,
		why: "a compound key and an inverse to many",
	}, {
		name: "filtered entry", path: "Customers(1)/BestFriend", query: "$filter=Id eq 2", want: `
entry Customers:Customer
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32)) (eq Id:Int32 2:Int32))`,
		why: "a condition that does not hold is 404, not 204",
	}, {
		name: "cast of a single navigation", path: "Customers(1)/BestFriend/Demo.VipCustomer", want: `
entry Customers:VipCustomer
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))`,
		why: "a cast to a type that the entity is not is 404",
	}, {
		name: "cast that changes nothing", path: "Customers(1)/BestFriend/Demo.Customer", want: `
entry Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))`,
		why: "without one the answer is still 204",
	}, {
		name: "several steps", path: "Customers(1)/Orders(G)/Customer/BestFriend/Orders", want: `
feed Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
through Orders:Order where (and (eq OrderId:Guid G) (eq Customer/Id:Int32 1:Int32))
through Customers:Customer where (any Orders x1: (and (eq x1/OrderId:Guid G) (eq x1/Customer/Id:Int32 1:Int32)))
through Customers:Customer where (any ~BestFriend x1: (any x1/Orders x2: (and (eq x2/OrderId:Guid G) (eq x2/Customer/Id:Int32 1:Int32))))
where (any Customer/~BestFriend x1: (any x1/Orders x2: (and (eq x2/OrderId:Guid G) (eq x2/Customer/Id:Int32 1:Int32))))
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "each entity on the way is told by all that leads to it",
	}, {
		name: "derived navigation", path: "Customers(1)/Demo.VipCustomer/Concierge", want: `
entry Customers:Customer, or nothing
through Customers:VipCustomer where (eq Id:Int32 1:Int32)
where (any ~Concierge x1: (eq x1/Id:Int32 1:Int32))`,
		why: "the inverse leads to VIPs anyway",
	}, {
		name: "navigation of a narrower type", path: "Customers(1)/Demo.GoldCustomer/Concierge/Orders", want: `
feed Orders:Order
through Customers:GoldCustomer where (eq Id:Int32 1:Int32)
through Customers:Customer where (any ~Concierge/Demo.GoldCustomer x1: (eq x1/Id:Int32 1:Int32))
where (any Customer/~Concierge/Demo.GoldCustomer x1: (eq x1/Id:Int32 1:Int32))
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "the cast is part of what leads there",
	}, {
		name: "inherited navigation behind a cast", path: "Customers/Demo.VipCustomer(1)/Orders", want: `
feed Orders:Order
through Customers:VipCustomer where (eq Id:Int32 1:Int32)
where (eq Customer/Demo.VipCustomer/Id:Int32 1:Int32)
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "only the orders of a VIP",
	}, {
		name: "cast in the middle", path: "Customers(1)/BestFriend/Demo.VipCustomer/Concierge/Name/$value", want: `
$value Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
through Customers:VipCustomer where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))
where (any ~Concierge x1: (any x1/~BestFriend x2: (eq x2/Id:Int32 1:Int32)))
property Name []`,
		why: "the entity on the way must be of the type",
	}, {
		name: "members", path: "Customers(1)/BestFriend/Home/City", want: `
property Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))
property Home/City [1]`,
		why: "properties behind navigation are properties",
	}, {
		name: "count", path: "Customers(1)/Orders/$count", query: "$filter=Total gt 1&$top=3", want: `
$count Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq Customer/Id:Int32 1:Int32) (gt Total:Decimal 1M:Decimal))`,
		why: "a related feed can be counted",
	}, {
		name: "as many steps as there may be", path: "Customers(1)" + strings.Repeat("/BestFriend", 2) + "/Orders", want: `
feed Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
through Customers:Customer where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))
through Customers:Customer where (any ~BestFriend x1: (any x1/~BestFriend x2: (eq x2/Id:Int32 1:Int32)))
where (any Customer/~BestFriend x1: (any x1/~BestFriend x2: (eq x2/Id:Int32 1:Int32)))
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "range variables have names of their own",
	}})
}

func TestLinks(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "collection", path: "Customers(1)/$links/Orders", query: "$filter=Total gt 1&$skip=1&$inlinecount=allpages&$skiptoken=x", want: `
$links Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq Customer/Id:Int32 1:Int32) (gt Total:Decimal 1M:Decimal))
order Placed:DateTimeOffset desc, OrderId:Guid
link Customers/Orders
after x`,
		why: "links are a feed of keys",
	}, {
		name: "one of a collection", path: "Customers(1)/$links/Orders(G)", want: `
link Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq OrderId:Guid G) (eq Customer/Id:Int32 1:Int32))
link Customers/Orders, one`,
		why: "the context URL has @Element",
	}, {
		name: "single", path: "Customers(1)/$links/BestFriend", want: `
link Customers:Customer
through Customers:Customer where (eq Id:Int32 1:Int32)
where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))
link Customers/BestFriend`,
		why: "a link to nothing is 404",
	}, {
		name: "count", path: "Customers(1)/$links/Orders/$count", query: "$filter=Total gt 1", want: `
$count Orders:Order
through Customers:Customer where (eq Id:Int32 1:Int32)
where (and (eq Customer/Id:Int32 1:Int32) (gt Total:Decimal 1M:Decimal))`,
		why: "as many as there are orders",
	}, {
		name: "derived", path: "Customers(1)/Demo.VipCustomer/$links/Concierge", want: `
link Customers:Customer
through Customers:VipCustomer where (eq Id:Int32 1:Int32)
where (any ~Concierge x1: (eq x1/Id:Int32 1:Int32))
link Customers/VipCustomer/Concierge`,
		why: "the context URL names the type that declares the property",
	}, {
		name: "inherited", path: "Customers(1)/Demo.VipCustomer/$links/BestFriend", want: `
link Customers:Customer
through Customers:VipCustomer where (eq Id:Int32 1:Int32)
where (any ~BestFriend/Demo.VipCustomer x1: (eq x1/Id:Int32 1:Int32))
link Customers/BestFriend`,
		why: "the set's own type needs no name",
	}, {
		name: "behind navigation", path: "Customers(1)/Orders(G)/$links/Customer", want: `
link Customers:Customer
through Customers:Customer where (eq Id:Int32 1:Int32)
through Orders:Order where (and (eq OrderId:Guid G) (eq Customer/Id:Int32 1:Int32))
where (any Orders x1: (and (eq x1/OrderId:Guid G) (eq x1/Customer/Id:Int32 1:Int32)))
link Orders/Customer`,
		why: "the last of the sources is where the link starts",
	}})
}

func TestStreamsAndUndeclaredProperties(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "media resource", path: "Photos(1)/$value", want: `
media resource Photos:Photo
where (eq Id:Int32 1:Int32)`,
		why: "of a media entity",
	}, {
		name: "media resource of a derived type", path: "Photos/Demo.Portrait(1)/$value", want: `
media resource Photos:Portrait
where (eq Id:Int32 1:Int32)`,
		why: "what extends a media entity is one",
	}, {
		name: "named stream", path: "Photos(1)/Thumb", want: `
named stream Photos:Photo
where (eq Id:Int32 1:Int32)
stream Thumb`,
		why: "a property of type stream",
	}, {
		name: "media resource behind navigation", path: "Albums(1)/Cover/$value", want: `
media resource Photos:Photo, or nothing
through Albums:Album where (eq Id:Int32 1:Int32)
where (any ~Cover x1: (eq x1/Id:Int32 1:Int32))`,
		why: "paths go on",
	}, {
		name: "derived stream behind navigation", path: "Albums(1)/Cover/Demo.Portrait/Frame", want: `
named stream Photos:Portrait
through Albums:Album where (eq Id:Int32 1:Int32)
where (any ~Cover x1: (eq x1/Id:Int32 1:Int32))
stream Frame`,
		why: "a cast makes it visible",
	}, {
		name: "undeclared property", path: "Tags('x')/Colour", query: "$filter=Nope", want: `
property Tags:Tag
where (eq Code:String 'x':String)
dynamic Colour`,
		why: "an open entity may have it; $filter is ignored",
	}, {
		name: "value of an undeclared property", path: "Tags('x')/Colour/$value", want: `
$value Tags:Tag
where (eq Code:String 'x':String)
dynamic Colour`,
		why: "its raw value",
	}, {
		name: "undeclared property of a derived type", path: "Tags('x')/Demo.Label/Label", want: `
property Tags:Label
where (eq Code:String 'x':String)
dynamic Label`,
		why: "on open types only the qualified name is an operation",
	}})
}

// TestKeyShapes holds what links, streams, sources and undeclared properties ask
// for: not more than the key, but for ETags.
func TestKeyShapes(t *testing.T) {
	testShapes(t, []requestRow{{
		name: "links", path: "Customers(1)/$links/Orders", want: "OrderId\nsend ; key [0] tokens []", why: "URLs are made of keys",
	}, {
		name: "link", path: "Customers(1)/$links/BestFriend", want: "Id\nsend ; key [0] tokens []", why: "links have no ETag",
	}, {
		name: "media resource", path: "Photos(1)/$value", want: "Id\nsend ; key [0] tokens []", why: "its ETag is its own",
	}, {
		name: "undeclared property", path: "Tags('x')/Colour", want: "Code\nsend ; key [0] tokens [] dynamic [Colour]", why: "rows have it anyway",
	}})
	b := demoBinder(t)
	r, err := requestFor(t, b, "Albums(1)/Lines(OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10',LineNo=2)/Text", "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Id"}, fieldNames(r.Sources[0])); diff != "" {
		t.Errorf("a source asks for the key (-want +got):\n%s", diff)
	}
}

func fieldNames(q *odata.Query) []string {
	var names []string
	for _, p := range q.Fields {
		names = append(names, p.Name)
	}
	return names
}

// TestCustomEverywhere holds that each provider that takes part in a request
// gets to know its custom options.
func TestCustomEverywhere(t *testing.T) {
	b := demoBinder(t)
	for _, tt := range []struct {
		path    string
		queries func(r *odata.Request) []*odata.Query
		why     string
	}{
		{"Customers(1)/Orders", func(r *odata.Request) []*odata.Query {
			return []*odata.Query{r.Query, r.Sources[0], r.Query.Expand[0].Query, r.Query.Expand[0].Query.Expand[0].Query}
		}, "sources and expansions"},
		{"Customers(1)/Rated(min=1)", func(r *odata.Request) []*odata.Query {
			return []*odata.Query{r.Query, r.Operation.Bound, r.Query.Expand[0].Query}
		}, "what an operation is bound to"},
	} {
		r, err := requestFor(t, b, tt.path, "v=1&$expand=Customer/BestFriend")
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range tt.queries(r) {
			if q.Custom["v"] != "1" {
				t.Errorf("%s: the custom option is missing in query %d: %s", tt.path, i, tt.why)
			}
		}
	}
}

func TestMaxSteps(t *testing.T) {
	b, err := New(demo(t), Options{MaxSteps: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := requestFor(t, b, "Customers(1)/BestFriend/$links/BestFriend", ""); err != nil {
		t.Errorf("the limit is inclusive: %v", err)
	}
	_, err = requestFor(t, b, "Customers(1)/BestFriend/BestFriend/Orders", "")
	if diff := cmp.Diff("TooManySteps path[35:41]: the limit is 2", mistakeOf(err)); diff != "" {
		t.Errorf("the service's limit replaces the default (-want +got):\n%s", diff)
	}
}

// TestKeyOfResult fills in the key of an entity that an operation returned: all
// conditions that compare with it change.
func TestKeyOfResult(t *testing.T) {
	r, err := requestFor(t, demoBinder(t), "Lucky/BestFriend/Orders", "")
	if err != nil {
		t.Fatal(err)
	}
	const before = "(any Customer/~BestFriend x1: (in x1/Id:Int32)[null])"
	if diff := cmp.Diff(before, odata.Dump(r.Query.Filter)); diff != "" {
		t.Errorf("until the key is known nothing matches (-want +got):\n%s", diff)
	}
	r.Operation.Key[0] = edm.Int32(7)
	for q, want := range map[*odata.Query]string{
		r.Sources[1]: "(any ~BestFriend x1: (in x1/Id:Int32)[7])",
		r.Query:      "(any Customer/~BestFriend x1: (in x1/Id:Int32)[7])",
	} {
		if diff := cmp.Diff(want, odata.Dump(q.Filter)); diff != "" {
			t.Errorf("the key is not where it is compared with (-want +got):\n%s", diff)
		}
	}
	if r.Operation.Result != r.Sources[0] || r.Sources[0].Filter != nil {
		t.Error("the first source is the result itself")
	}
}
