package bind

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

func TestServiceOperations(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "feed", path: "TopCustomers", query: "n=3&v=1", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(3)`,
		why: "parameters are query options; others mean something else; the result keeps its order",
	}, {
		name: "parentheses", path: "DemoService.TopCustomers()", query: "n=3", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(3)`,
		why: "() is no key; the container may be named",
	}, {
		name: "missing argument", path: "TopCustomers", query: "n=", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(null)`,
		why: "a parameter that may be null is null",
	}, {
		name: "null", path: "TopCustomers", query: "n=null", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(null)`,
		why: "null is a literal",
	}, {
		name: "options", path: "TopCustomers", query: "n=3&$filter=Id gt 1&$top=2", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(3)
where (gt Id:Int32 1:Int32)
order Id:Int32`,
		why: "a collection composes; a page needs a total order",
	}, {
		name: "order", path: "TopCustomers", query: "$orderby=Name", want: `
feed the result of TopCustomers in Customers:Customer
of service operation TopCustomers(null)
order Name:String`,
		why: "$orderby replaces the order of the result",
	}, {
		name: "count", path: "TopCustomers/$count", query: "n=3&$filter=Id gt 1", want: `
$count the result of TopCustomers in Customers:Customer
of service operation TopCustomers(3)
where (gt Id:Int32 1:Int32)`,
		why: "a collection can be counted",
	}, {
		name: "key", path: "TopCustomers(1)", query: "n=3", want: `
entry the result of TopCustomers in Customers:Customer
of service operation TopCustomers(3)
where (eq Id:Int32 1:Int32)`,
		why: "what is in parentheses is a key",
	}, {
		name: "navigation", path: "TopCustomers(Id=1)/Orders", query: "n=3", want: `
feed Orders:Order
through the result of TopCustomers in Customers:Customer where (eq Id:Int32 1:Int32)
of service operation TopCustomers(3)
where (eq Customer/Id:Int32 1:Int32)
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "the source is one of the result; its orders are those of their set",
	}, {
		name: "cast", path: "TopCustomers/Demo.VipCustomer(1)/Concierge/Name", want: `
property Customers:Customer, or nothing
through the result of TopCustomers in Customers:VipCustomer where (eq Id:Int32 1:Int32)
of service operation TopCustomers(null)
where (any ~Concierge x1: (eq x1/Id:Int32 1:Int32))
property Name []`,
		why: "paths go on as behind a set",
	}, {
		name: "links", path: "TopCustomers(1)/$links/Orders", want: `
$links Orders:Order
through the result of TopCustomers in Customers:Customer where (eq Id:Int32 1:Int32)
of service operation TopCustomers(null)
where (eq Customer/Id:Int32 1:Int32)
order Placed:DateTimeOffset desc, OrderId:Guid
link Customers/Orders`,
		why: "paths go on as behind a set",
	}, {
		name: "entity", path: "Lucky", query: "$filter=Id gt 1", want: `
entry the result of Lucky in Customers:Customer
of service operation Lucky()
where (gt Id:Int32 1:Int32)`,
		why: "one entity, which a condition may guard",
	}, {
		name: "property of an entity", path: "Lucky/Home/City", want: `
property the result of Lucky in Customers:Customer
of service operation Lucky()
property Home/City [1]`,
		why: "paths go on as behind an entity",
	}, {
		name: "navigation from an entity", path: "Lucky/Orders", want: `
feed Orders:Order
through the result of Lucky in Customers:Customer
of service operation Lucky()
where (in Customer/Id:Int32)[null]
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "its key is known when the operation has been called",
	}, {
		name: "primitive value", path: "Ping", want: `
operation
of service operation Ping()`,
		why: "a value has no query",
	}, {
		name: "raw value", path: "Ping/$value", want: `
$value
of service operation Ping()`,
		why: "as of a property",
	}, {
		name: "complex value", path: "Office()", want: `
operation
of service operation Office()`,
		why: "a value has no query",
	}, {
		name: "member of a complex value", path: "Office/Geo/Lat/$value", want: `
$value
of service operation Office()
property Geo/Lat [2 0]`,
		why: "all positions are within complex values",
	}, {
		name: "collection of values", path: "Words", want: `
operation
of service operation Words()`,
		why: "a value has no query",
	}, {
		name: "nothing", path: "Touch", want: `
operation
of service operation Touch()`,
		why: "it may return nothing",
	}, {
		name: "arguments", path: "Import", query: "source='O''Neil'&color='Red'&price=1.50&day=datetime'2015-01-01'", want: `
feed the result of Import in Orders:Order
of service operation Import('O''Neil','Red',1.50M,datetime'2015-01-01T00:00:00')`,
		why: "numbers may leave out the suffix; what takes a POST is not cut into pages",
	}, {
		name: "behind a POST", path: "Import(G)/Customer/Orders", query: "source='x'&$top=1", want: `
feed Orders:Order
through the result of Import in Orders:Order where (eq OrderId:Guid G)
through Customers:Customer where (any Orders x1: (eq x1/OrderId:Guid G))
of service operation Import('x',null,null,null)
where (any Customer/Orders x1: (eq x1/OrderId:Guid G))
order Placed:DateTimeOffset desc, OrderId:Guid`,
		why: "the order is total where the client cuts",
	}})
}

func TestFunctions(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "bound", path: "Customers(1)/Rated(min=1)", want: `
feed the result of Rated in Orders:Order
of function Rated(1) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "the set of the result has pages, which need a total order",
	}, {
		name: "overload by names", path: "Customers(1)/DemoService.Rated(max=2,min=1)", want: `
feed the result of Rated in Orders:Order
of function Rated(1,2M) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "arguments are in the order of the parameters",
	}, {
		name: "aliases", path: "Customers(1)/Rated(max=@b,min=@a)", query: "@a=1&@b=2.5", want: `
feed the result of Rated in Orders:Order
of function Rated(1,2.5M) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "query options define them",
	}, {
		name: "undefined alias", path: "Customers(1)/Rated(max=@b,min=1)", want: `
feed the result of Rated in Orders:Order
of function Rated(1,null) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "it stands for null",
	}, {
		name: "arguments as options", path: "Customers(1)/Rated", query: "min=1&max=2", want: `
feed the result of Rated in Orders:Order
of function Rated(1,2M) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "the overload with the most arguments",
	}, {
		name: "fewer arguments as options", path: "Customers(1)/Rated()", query: "min=1", want: `
feed the result of Rated in Orders:Order
of function Rated(1) on Customers:Customer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "the first of those that lack nothing",
	}, {
		name: "key of the result", path: "Customers(1)/Rated(G)", query: "min=1", want: `
entry the result of Rated in Orders:Order
of function Rated(1) on Customers:Customer where (eq Id:Int32 1:Int32)
where (eq OrderId:Guid G)`,
		why: "a value without a name is a key",
	}, {
		name: "overload of the derived type", path: "Customers(1)/Demo.VipCustomer/Rated(min=1)", want: `
feed the result of Rated in Orders:Order
of function Rated(1) on Customers:VipCustomer where (eq Id:Int32 1:Int32)
order OrderId:Guid`,
		why: "what is bound to the type itself goes first",
	}, {
		name: "bound behind navigation", path: "Customers(1)/BestFriend/Rated(min=1)/Demo.Order(G)/Customer", want: `
entry Customers:Customer, or nothing
through Customers:Customer where (eq Id:Int32 1:Int32)
through the result of Rated in Orders:Order where (eq OrderId:Guid G)
of function Rated(1) on Customers:Customer where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))
where (any Orders x1: (eq x1/OrderId:Guid G))`,
		why: "what leads to the bound entity, then what leads on; a cast can take the key",
	}, {
		name: "bound to a collection", path: "Customers/Demo.VipCustomer/Closest(lat=1)", want: `
entry the result of Closest in Customers:Customer
of function Closest(1.0) on Customers:VipCustomer`,
		why: "a collection of a derived type is one of the base type",
	}, {
		name: "bound to a result", path: "Customers/Closest(lat=1)/Rated(min=1)", query: "$filter=Total gt 1", want: `
feed the result of Rated in Orders:Order
of function Rated(1) on the result of Closest in Customers:Customer
of function Closest(1.0) on Customers:Customer
where (gt Total:Decimal 1M:Decimal)
order OrderId:Guid`,
		why: "functions compose",
	}, {
		name: "bound behind a result", path: "Customers/Closest(lat=1)/Orders/Mean()", want: `
operation
through the result of Closest in Customers:Customer
of function Mean() on Orders:Order where (in Customer/Id:Int32)[null]
of function Closest(1.0) on Customers:Customer`,
		why: "functions compose",
	}, {
		name: "unbound", path: "Nearby(lat=1.5,lon=-2)", want: `
entry the result of Nearby in Customers:Customer
of function Nearby(1.5,-2.0)`,
		why: "the first segment may be a function",
	}, {
		name: "unbound without arguments", path: "Nearby()", want: `
entry the result of Nearby in Customers:Customer
of function Nearby(null,null)`,
		why: "parameters that may be null may be left out",
	}, {
		name: "not composable", path: "Search(text='x')", query: "$format=json", want: `
feed the result of Search in Customers:Customer
of function Search('x')`,
		why: "it is a feed all the same",
	}})
}

func TestActions(t *testing.T) {
	testRoutes(t, []requestRow{{
		name: "bound", path: "Customers(1)/Promote", query: "$format=json&level=2", want: `
entry the result of Promote in Customers:Customer
of action Promote() on Customers:Customer where (eq Id:Int32 1:Int32)`,
		why: "arguments are in the body",
	}, {
		name: "qualified", path: "Customers(1)/Demo.DemoService.Promote()", want: `
entry the result of Promote in Customers:Customer
of action Promote() on Customers:Customer where (eq Id:Int32 1:Int32)`,
		why: "empty parentheses hold no arguments",
	}, {
		name: "overload of the derived type", path: "Customers(1)/Demo.GoldCustomer/Promote", want: `
entry the result of Promote in Customers:VipCustomer
of action Promote() on Customers:GoldCustomer where (eq Id:Int32 1:Int32)`,
		why: "the nearest base type has it",
	}, {
		name: "behind navigation", path: "Customers(1)/BestFriend/Promote", want: `
entry the result of Promote in Customers:Customer
through Customers:Customer where (eq Id:Int32 1:Int32)
of action Promote() on Customers:Customer where (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))`,
		why: "paths go on",
	}, {
		name: "on a result", path: "TopCustomers(1)/Promote", query: "n=3", want: `
entry the result of Promote in Customers:Customer
of action Promote() on the result of TopCustomers in Customers:Customer where (eq Id:Int32 1:Int32)
of service operation TopCustomers(3)`,
		why: "an entity of a result is one",
	}, {
		name: "collection", path: "Customers/ResetAll", want: `
operation
of action ResetAll() on Customers:Customer`,
		why: "bound to the collection, it returns nothing",
	}, {
		name: "feed", path: "Customers/Merge", want: `
feed the result of Merge in Orders:Order
of action Merge() on Customers:Customer`,
		why: "what an action returns is not cut into pages and has its own order",
	}, {
		name: "unbound", path: "Purge", want: `
operation
of action Purge()`,
		why: "the first segment may be an action",
	}, {
		name: "of an open type", path: "Tags('x')/DemoService.Label", want: `
operation
of action Label() on Tags:Tag where (eq Code:String 'x':String)`,
		why: "with its container it is an operation",
	}})
}

func TestOperationErrors(t *testing.T) {
	testErrors(t, []requestRow{
		{name: "argument of another type", path: "TopCustomers", query: "n='x'", want: "ArgumentType n[0:3]: n is Edm.Int32 and cannot be Edm.String; write it like 1", why: "400"},
		{name: "argument out of range", path: "TopCustomers", query: "n=3000000000", want: "ArgumentType n[0:10]: n is Edm.Int32 and cannot be Edm.Int64; write it like 1", why: "400"},
		{name: "argument with another suffix", path: "TopCustomers", query: "n=3L", want: "ArgumentType n[0:2]: n is Edm.Int32 and cannot be Edm.Int64; write it like 1", why: "a suffix fixes the type"},
		{name: "no literal", path: "TopCustomers", query: "n=three", want: `InvalidLiteral n[0:5]: unexpected "three" at the beginning`, why: "400"},
		{name: "two literals", path: "TopCustomers", query: "n=1,2", want: `InvalidLiteral n[1:2]: unexpected "," after "1"`, why: "400"},
		{name: "missing argument", path: "Import", want: "MissingArgument source: source of type Edm.String must have a value", why: "it must not be null"},
		{name: "null argument", path: "Import", query: "source=null", want: "ArgumentType source[0:4]: source is Edm.String and cannot be null; write it like 'text'", why: "it must not be null"},
		{name: "text without quotes", path: "Import", query: "source=x", want: `InvalidLiteral source[0:1]: unexpected "x" at the beginning`, why: "text needs quotes"},
		{name: "unknown enum member", path: "Import", query: "source='x'&color='Rde'", want: "UnknownEnumMember color[0:5]: Demo.Color has no member Rde; did you mean Red", why: "400"},
		{name: "key of an entity", path: "Lucky(1)", want: "KeyNotAllowed path[0:8]: Lucky takes no key", why: "there is one"},
		{name: "key of a value", path: "Ping('x')", want: "KeyNotAllowed path[0:9]: Ping takes no key", why: "a value has no key"},
		{name: "key of nothing", path: "Touch(1)", want: "KeyNotAllowed path[0:8]: Touch takes no key", why: "nothing has no key"},
		{name: "wrong key of a result", path: "TopCustomers('x')", want: "KeyTypeMismatch path[13:16]: Id is Edm.Int32 and cannot be Edm.String; write it like 1", why: "the key is that of the entities"},
		{name: "argument in parentheses", path: "TopCustomers(n=3)", want: "UnknownKeyProperty path[13:16]: the key is Id, without n", why: "they hold a key"},
		{name: "member of a result", path: "TopCustomers/Name", want: "CollectionNotExpected path[13:17]: Name needs a single entity before it", why: "400"},
		{name: "after a value", path: "Ping/x", want: "NotFound path[5:6]: nothing can follow the value of an operation: x", why: "404"},
		{name: "after a collection of values", path: "Words/$count", want: "NotFound path[6:12]: nothing can follow a collection of values: $count", why: "404"},
		{name: "unknown member of a complex value", path: "Office/Citi", want: "NotFound path[7:11]: Demo.Address has no property Citi; did you mean City", why: "404"},
		{name: "value of a complex value", path: "Office/$value", want: "SegmentNotAllowed path[7:13]: $value after a complex value", why: "400"},

		{name: "unknown parameter", path: "Customers(1)/Rated(mini=1)", want: "NotFound path[13:26]: Rated has no form with these parameters; it takes (min) or (min,max)", why: "names choose the overload"},
		{name: "missing parameter", path: "Customers(1)/Demo.VipCustomer/Rated(max=1)", want: "NotFound path[30:42]: Rated has no form with these parameters; it takes (min) or (min,max)", why: "names choose the overload"},
		{name: "missing argument of a function", path: "Customers(1)/Rated", query: "max=1", want: "MissingArgument min: min of type Edm.Int32 must have a value", why: "no overload does without"},
		{name: "inline argument of another type", path: "Customers(1)/Rated(min=1.5)", want: "ArgumentType path[19:26]: min is Edm.Int32 and cannot be Edm.Double; write it like 1", why: "the place is in the path"},
		{name: "alias of another type", path: "Customers(1)/Rated(min=@a)", query: "@a='x'", want: "ArgumentType path[19:25]: min is Edm.Int32 and cannot be Edm.String; write it like 1", why: "the place is where the alias is used"},
		{name: "undefined alias", path: "Customers(1)/Rated(min=@a)", want: "MissingArgument path[19:25]: min of type Edm.Int32 must have a value", why: "it stands for null"},
		{name: "complex argument", path: "Inside", query: `area={"City":"x"}`, want: "NotImplemented area[0:12]: area is Demo.Address", why: "V3 writes it as JSON"},
		{name: "complex argument inline", path: "Inside(area='x')", want: "NotImplemented path[7:15]: area is Demo.Address", why: "V3 has no literal for it"},
		{name: "key of a function that returns one", path: "Nearby(1)", want: "KeyNotAllowed path[0:9]: Nearby takes no key", why: "arguments need names"},
		{name: "key behind a function that does not compose", path: "Search(1)", query: "text='x'", want: "SegmentNotAllowed path[0:9]: a key after a function that is not composable", why: "400"},
		{name: "after a function that does not compose", path: "Search(text='x')/$count", want: "SegmentNotAllowed path[17:23]: $count after a function that is not composable", why: "400"},
		{name: "options of a function that does not compose", path: "Search(text='x')", query: "$top=1", want: "OptionNotApplicable $top: $top on a function that is not composable", why: "400"},
		{name: "result without a set", path: "Vips(1)/Stray", want: "NotFound path[8:13]: Stray leads to entities that belong to no entity set", why: "no association set binds the orders of these customers"},
		{name: "navigation behind a result without a set", path: "Albums(1)/Owner/Orders", want: "NotFound path[16:22]: Demo.Customer/Orders leads to entities that belong to no entity set", why: "the owners are in another set of customers"},

		{name: "argument of an action", path: "Customers(1)/Promote(level=2)", want: "ArgumentInURL path[13:29]: Promote", why: "they are in the body"},
		{name: "options of an action", path: "Customers(1)/Promote", query: "$select=Id", want: "OptionNotApplicable $select: $select on an action", why: "400"},
		{name: "options of an action without result", path: "Purge", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on an action", why: "400"},
		{name: "options of a value", path: "Ping", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on operation", why: "plain values reject all options"},
		{name: "order of an entity", path: "Lucky", query: "$orderby=Id", want: "OptionNotApplicable $orderby: $orderby on entry", why: "there is one"},
		{name: "inlinecount of an entity", path: "Nearby()", query: "$inlinecount=allpages", want: "OptionNotApplicable $inlinecount: $inlinecount on entry", why: "there is one"},
		{name: "next page of a POST", path: "Import", query: "source='x'&$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on feed", why: "links are followed with GET"},
		{name: "option with a mistake", path: "TopCustomers", query: "$filter=Nope eq 1", want: "UnknownProperty $filter[0:4]: Demo.Customer has no property Nope", why: "the entities are those of the result"},
	})
}

// TestAdvertised compares the bound operations that projections advertise.
func TestAdvertised(t *testing.T) {
	const rated = "Rated(min) Rated(min,max)"
	b := demoBinder(t)
	for _, tt := range []requestRow{
		{name: "all", path: "Customers", want: "Promote(level) " + rated + " VipCustomer:Promote() VipCustomer:Rated(min) VipCustomer:Stray()", why: "actions and functions of the type and of derived ones"},
		{name: "cast", path: "Customers/Demo.GoldCustomer", want: "Promote(level) Promote() " + rated + " Rated(min) Stray()", why: "all entities are of the type"},
		{name: "entry", path: "Vips(1)", want: "Promote(level) Promote() " + rated + " Rated(min) Stray()", why: "as in a feed"},
		{name: "type without operations", path: "OrderLines", want: "", why: "what is bound to collections has no place in an entity"},
		{name: "selection without operations", path: "Customers", query: "$select=*,Orders", want: "", why: "what is not selected is not advertised"},
		{name: "container", path: "Customers", query: "$select=DemoService.*", want: "Promote(level) " + rated + " VipCustomer:Promote() VipCustomer:Rated(min) VipCustomer:Stray()", why: "all of the container's"},
		{name: "name", path: "Customers", query: "$select=Promote,Id", want: "Promote(level) VipCustomer:Promote()", why: "all overloads"},
		{name: "qualified name", path: "Customers", query: "$select=Demo.DemoService.Promote", want: "Promote(level) VipCustomer:Promote()", why: "the container may be named"},
		{name: "derived", path: "Customers", query: "$select=Demo.GoldCustomer/Promote", want: "GoldCustomer:Promote(level) GoldCustomer:Promote()", why: "only on instances of the type"},
		{name: "derived and all", path: "Customers", query: "$select=Demo.GoldCustomer/Promote,Promote", want: "Promote(level) VipCustomer:Promote()", why: "the wider selection counts"},
		{name: "derived beside", path: "Customers", query: "$select=Demo.TestCustomer/DemoService.Promote", want: "TestCustomer:Promote(level)", why: "what is bound to another branch has no instances there"},
		{name: "collection operation", path: "Customers", query: "$select=ResetAll", want: "", why: "it is legal and not advertised on entities"},
		{name: "open type", path: "Tags", query: "$select=DemoService.Label", want: "Label()", why: "with its container it is an operation"},
		{name: "unselected in an open type", path: "Tags", query: "$select=Label", want: "", why: "without it, an undeclared property"},
		{name: "nested", path: "Orders", query: "$expand=Customer&$select=Customer/DemoService.Promote", want: "; Promote(level) VipCustomer:Promote()", why: "on each level"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := requestFor(t, b, tt.path, escape(tt.query))
			if err != nil {
				t.Fatalf("%s?%s: %v (%s)", tt.path, tt.query, err, tt.why)
			}
			got := advertised(r.Projection)
			for _, nav := range r.Projection.Navigation {
				if nav.Expanded != nil {
					got += "; " + advertised(nav.Expanded)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s?%s: %s (-want +got):\n%s", tt.path, tt.query, tt.why, diff)
			}
		})
	}
}

func advertised(p *odata.Projection) string {
	var all []string
	for _, o := range p.Operations {
		text := ""
		if o.Only != nil {
			text = o.Only.Name + ":"
		}
		all = append(all, text+o.Import.Name+"("+strings.Join(parameterNames(o.Import), ",")+")")
	}
	return strings.Join(all, " ")
}

func parameterNames(f *metadata.FunctionImport) []string {
	var names []string
	for _, p := range parametersOf(f) {
		names = append(names, p.Name)
	}
	return names
}

// TestOperationsOfContainers advertises what an extended container declares,
// and finds it under both names.
func TestOperationsOfContainers(t *testing.T) {
	number := &metadata.Property{Name: "Id", Type: "Edm.Int32", NotNull: true}
	bound := func(name string) []*metadata.FunctionImport {
		return []*metadata.FunctionImport{{Name: name, IsBindable: true, Parameters: []*metadata.Parameter{{Name: "thing", Type: "N.Thing"}}}}
	}
	m := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:   "N",
		EntityTypes: []*metadata.EntityType{keyed(number, "Thing")},
		Containers: []*metadata.EntityContainer{
			{Name: "Base", FunctionImports: bound("Wash")},
			{Name: "Main", IsDefault: true, Extends: "Base", EntitySets: []*metadata.EntitySet{{Name: "Things", EntityType: "Thing"}}},
			{Name: "Other", FunctionImports: bound("Burn")},
		},
	}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	b, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want, why string }{
		{"Things(1)/Wash", "operation", "the default container has it by extension"},
		{"Things(1)/Base.Wash", "operation", "the extended container has it, too"},
		{"Things(1)/Other.Burn", "operation", "any container may be named"},
		{"Things(1)/Burn", "NotFound path[10:14]: N.Thing has no property Burn", "it needs the name"},
		{"Things", "feed advertising Wash()", "operations of other containers are not advertised"},
	} {
		got := ""
		if r, err := requestFor(t, b, tt.path, ""); err != nil {
			got = mistakeOf(err)
		} else if got = r.Kind.String(); r.Projection != nil {
			got += fmt.Sprint(" advertising ", advertised(r.Projection))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.path, tt.why, diff)
		}
	}
}
