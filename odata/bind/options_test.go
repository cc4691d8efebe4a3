package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// testQueries compares the lines of a request's dump that come before the rows.
func testQueries(t *testing.T, rows []requestRow) {
	t.Helper()
	b := demoBinder(t)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			r, err := requestFor(t, b, tt.path, escape(tt.query))
			if err != nil {
				t.Fatalf("%s?%s: %v (%s)", tt.path, tt.query, err, tt.why)
			}
			got, _, _ := strings.Cut(dumpRequest(r), "rows ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s?%s: %s (-want +got):\n%s", tt.path, tt.query, tt.why, diff)
			}
		})
	}
}

func escape(query string) string { return strings.ReplaceAll(query, " ", "%20") }

func TestOptions(t *testing.T) {
	testQueries(t, []requestRow{{
		name: "all of them", path: "Customers",
		query: "$filter=Id gt 1&$orderby=Name desc,Home/City asc&$top=5&$skip=2&$inlinecount=allpages&$format=json&v=1",
		want: "feed Customers:Customer\nfilter (gt Id:Int32 1:Int32)\norder Name:String desc, Home:Demo.Address/City:String, Id:Int32\n" +
			"skip 2\ntop 5\ntotal\ncustom map[v:1]\n",
		why: "each option has its place in the query",
	}, {
		name: "nothing", path: "Customers", query: "$filter=&$top=%20&$orderby=",
		want: "feed Customers:Customer\n", why: "a system option without a value is absent",
	}, {
		name: "top nothing", path: "Customers", query: "$top=0",
		want: "feed Customers:Customer\norder Id:Int32\ntop 0\n", why: "an empty page is a page",
	}, {
		name: "skip nothing", path: "Customers", query: "$skip=0",
		want: "feed Customers:Customer\norder Id:Int32\n", why: "$skip implies a stable order",
	}, {
		name: "order without page", path: "Customers", query: "$orderby=Name",
		want: "feed Customers:Customer\norder Name:String\n", why: "where no page is cut, ties may fall as they like",
	}, {
		name: "order by the key", path: "Customers", query: "$orderby=Id desc&$top=1",
		want: "feed Customers:Customer\norder Id:Int32 desc\ntop 1\n", why: "the key is in the order already",
	}, {
		name: "order by another key", path: "Customers", query: "$orderby=BestFriend/Id&$top=1",
		want: "feed Customers:Customer\norder BestFriend/Id:Int32, Id:Int32\ntop 1\n", why: "the friend's key is not one's own",
	}, {
		name: "order by part of the key", path: "OrderLines", query: "$orderby=LineNo desc&$top=1",
		want: "feed OrderLines:OrderLine\norder LineNo:Int32 desc, OrderId:Guid\ntop 1\n", why: "the other part is appended",
	}, {
		name: "expressions", path: "Customers", query: "$orderby=length(Name) desc,Name eq 'x',Id mod 2",
		want: "feed Customers:Customer\norder (length Name:String) desc, (eq Name:String 'x':String), (mod Id:Int32 2:Int32)\n", why: "any single primitive value sorts",
	}, {
		name: "enum and bytes", path: "Gauges", query: "$orderby=Color,Bin",
		want: "feed Gauges:Gauge\norder Color:Demo.Color, Bin:Binary\n", why: "enum values sort as text, bytes as bytes",
	}, {
		name: "undeclared property", path: "Tags", query: "$orderby=Colour",
		want: "feed Tags:Tag\norder Colour:?\n", why: "values know their type",
	}, {
		name: "default order", path: "Photos",
		want: "feed Photos:Photo\norder Caption:String, Id:Int32 desc\n", why: "the set has one",
	}, {
		name: "order instead of the default", path: "Photos", query: "$orderby=Id",
		want: "feed Photos:Photo\norder Id:Int32\n", why: "$orderby replaces it",
	}, {
		name: "default order of pages", path: "Orders",
		want: "feed Orders:Order\norder Placed:DateTimeOffset desc, OrderId:Guid\n", why: "a set with pages needs a total order",
	}, {
		name: "order of pages", path: "Orders", query: "$orderby=Total",
		want: "feed Orders:Order\norder Total:Decimal, OrderId:Guid\n", why: "a set with pages needs a total order",
	}, {
		name: "cast", path: "Customers/Demo.VipCustomer", query: "$filter=Level gt 1&$orderby=Level",
		want: "feed Customers:VipCustomer\nfilter (gt Level:Int32 1:Int32)\norder Level:Int32\n", why: "behind a cast, derived properties belong to $it",
	}, {
		name: "no limit", path: "Photos", query: "$top=5000",
		want: "feed Photos:Photo\norder Caption:String, Id:Int32 desc\ntop 5000\n", why: "a set that never pages takes any $top",
	}, {
		name: "the limits", path: "Customers", query: "$top=1000&$skip=100000",
		want: "feed Customers:Customer\norder Id:Int32\nskip 100000\ntop 1000\n", why: "they are inclusive",
	}, {
		name: "inlinecount none", path: "Customers", query: "$inlinecount=none",
		want: "feed Customers:Customer\n", why: "it asks for nothing",
	}, {
		name: "filter of an entry", path: "Customers(1)", query: "$filter=Score gt 1",
		want: "entry Customers:Customer\nfilter (and (eq Id:Int32 1:Int32) (gt Score:Double 1.0:Double))\n", why: "it guards the entry",
	}, {
		name: "count", path: "Customers/$count", query: "$filter=Id gt 1&$orderby=Name&$top=3&$skip=1&$inlinecount=none",
		want: "$count Customers:Customer\nfilter (gt Id:Int32 1:Int32)\nskip 1\ntop 3\ntotal\n", why: "a count honours everything but the order",
	}, {
		name: "count ignores shape", path: "Customers/$count", query: "$expand=Nope&$select=Nope",
		want: "$count Customers:Customer\ntotal\n", why: "nothing of it is sent",
	}, {
		name: "complex property ignores filter", path: "Customers(1)/Home", query: "$filter=Nope",
		want: "property Customers:Customer\nfilter (eq Id:Int32 1:Int32)\n", why: "it means nothing there",
	}, {
		name: "format", path: "Customers(1)/Name/$value", query: "$format=text/plain",
		want: "$value Customers:Customer\nfilter (eq Id:Int32 1:Int32)\n", why: "every resource with a body has a format",
	}})
}

func TestOptionErrors(t *testing.T) {
	testErrors(t, []requestRow{
		{name: "filter of the service document", path: "", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on service document", why: "no option applies"},
		{name: "top of the service document", path: "", query: "$top=1", want: "OptionNotApplicable $top: $top on service document", why: "no option applies"},
		{name: "select of metadata", path: "$metadata", query: "$select=x", want: "OptionNotApplicable $select: $select on $metadata", why: "no option applies"},
		{name: "format of a batch", path: "$batch", query: "$format=json", want: "OptionNotApplicable $format: $format on $batch", why: "each part has its own"},
		{name: "callback of a batch", path: "$batch", query: "$callback=f", want: "OptionNotApplicable $callback: $callback on $batch", why: "it is no script"},
		{name: "orderby of an entry", path: "Customers(1)", query: "$orderby=Name", want: "OptionNotApplicable $orderby: $orderby on entry", why: "there is one"},
		{name: "top of an entry", path: "Customers(1)", query: "$top=1", want: "OptionNotApplicable $top: $top on entry", why: "there is one"},
		{name: "skip of an entry", path: "Customers(1)", query: "$skip=0", want: "OptionNotApplicable $skip: $skip on entry", why: "there is one"},
		{name: "inlinecount of an entry", path: "Customers(1)", query: "$inlinecount=none", want: "OptionNotApplicable $inlinecount: $inlinecount on entry", why: "there is one"},
		{name: "inlinecount of a count", path: "Customers/$count", query: "$inlinecount=allpages", want: "OptionNotApplicable $inlinecount: $inlinecount on $count", why: "a number has no place for another"},
		{name: "skiptoken of a count", path: "Customers/$count", query: "$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on $count", why: "counts are not paged"},
		{name: "skiptoken of an unpaged set", path: "Customers", query: "$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on feed", why: "there was no next link"},
		{name: "skiptoken of an entry", path: "Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", query: "$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on entry", why: "there is one"},
		{name: "skiptoken of a set without pages", path: "Photos", query: "$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on feed", why: "there was no next link"},
		{name: "skiptoken of unpaged links", path: "Albums(1)/$links/Lines", query: "$skiptoken=1", want: "OptionNotApplicable $skiptoken: $skiptoken on $links", why: "there was no next link"},
		{name: "select of links", path: "Customers(1)/$links/Orders", query: "$select=Total", want: "OptionNotApplicable $select: $select on $links", why: "links have no properties"},
		{name: "expand of links", path: "Customers(1)/$links/Orders", query: "$expand=Customer", want: "OptionNotApplicable $expand: $expand on $links", why: "links have no properties"},
		{name: "filter of a link", path: "Customers(1)/$links/BestFriend", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on link", why: "there is one"},
		{name: "top of one link", path: "Customers(1)/$links/Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", query: "$top=1", want: "OptionNotApplicable $top: $top on link", why: "there is one"},
		{name: "mistake in a filter of links", path: "Customers(1)/$links/Orders", query: "$filter=Name%20eq%20'x'", want: "UnknownProperty $filter[0:4]: Demo.Order has no property Name", why: "conditions are on what the links lead to"},
		{name: "top of links too large", path: "Customers(1)/$links/Orders", query: "$top=1001", want: "TopTooLarge $top: the limit is 1000", why: "the limit is the target set's"},
		{name: "format of a media resource", path: "Photos(1)/$value", query: "$format=json", want: "OptionNotApplicable $format: $format on media resource", why: "it has a format of its own"},
		{name: "filter of a media resource", path: "Photos(1)/$value", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on media resource", why: "no option applies"},
		{name: "callback of a named stream", path: "Photos(1)/Thumb", query: "$callback=f", want: "OptionNotApplicable $callback: $callback on named stream", why: "no option applies"},
		{name: "select of an undeclared property", path: "Tags('x')/Colour", query: "$select=Side", want: "OptionNotApplicable $select: $select on property", why: "only $filter is ignored"},
		{name: "filter of an undeclared value", path: "Tags('x')/Colour/$value", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on $value", why: "no option applies"},
		{name: "orderby of a related entry", path: "Customers(1)/BestFriend", query: "$orderby=Id", want: "OptionNotApplicable $orderby: $orderby on entry", why: "there is one"},
		{name: "filter of a primitive property", path: "Customers(1)/Name", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on property", why: "400"},
		{name: "filter of a collection property", path: "Customers(1)/Emails", query: "$filter=true", want: "OptionNotApplicable $filter: $filter on property", why: "400"},
		{name: "top of a collection property", path: "Customers(1)/Emails", query: "$top=1", want: "OptionNotApplicable $top: $top on property", why: "400"},
		{name: "orderby of a complex property", path: "Customers(1)/Home", query: "$orderby=City", want: "OptionNotApplicable $orderby: $orderby on property", why: "only $filter is ignored"},
		{name: "select of a complex property", path: "Customers(1)/Home", query: "$select=City", want: "OptionNotApplicable $select: $select on property", why: "members cannot be picked"},
		{name: "expand of a value", path: "Customers(1)/Name/$value", query: "$expand=Orders", want: "OptionNotApplicable $expand: $expand on $value", why: "400"},
		{name: "top too large", path: "Customers", query: "$top=1001", want: "TopTooLarge $top: the limit is 1000", why: "the default limit"},
		{name: "top of a count too large", path: "Customers/$count", query: "$top=1001", want: "TopTooLarge $top: the limit is 1000", why: "the limit is the set's"},
		{name: "skip too large", path: "Customers", query: "$skip=100001", want: "SkipTooLarge $skip: the limit is 100000", why: "the default limit"},
		{name: "skip too large without pages", path: "Photos", query: "$skip=100001", want: "SkipTooLarge $skip: the limit is 100000", why: "skipping costs whether pages are cut or not"},
		{name: "order by navigation", path: "Customers", query: "$orderby=Orders", want: "NotSortable $orderby[0:6]: found Collection(Demo.Order)", why: "no single value"},
		{name: "order by an entity", path: "Customers", query: "$orderby=Name,BestFriend", want: "NotSortable $orderby[5:15]: found Demo.Customer", why: "no primitive value"},
		{name: "order by a complex value", path: "Customers", query: "$orderby=Home", want: "NotSortable $orderby[0:4]: found Demo.Address", why: "no primitive value"},
		{name: "order by a collection", path: "Customers", query: "$orderby=Emails", want: "NotSortable $orderby[0:6]: found Collection(Edm.String)", why: "no single value"},
		{name: "order by a place", path: "Gauges", query: "$orderby=Where", want: "NotSortable $orderby[0:5]: found Edm.GeographyPoint", why: "places have no order"},
		{name: "order by null", path: "Customers", query: "$orderby=null", want: "NotSortable $orderby[0:4]: found Edm.Null", why: "null has no type"},
		{name: "order by something unknown", path: "Customers", query: "$orderby=Name,Nope", want: "UnknownProperty $orderby[5:9]: Demo.Customer has no property Nope", why: "the place is in $orderby"},
		{name: "order of a count", path: "Customers/$count", query: "$orderby=Nope", want: "UnknownProperty $orderby[0:4]: Demo.Customer has no property Nope", why: "it is checked though it makes no difference"},
		{name: "mistake in a filter", path: "Customers", query: "$filter=Nope%20eq%201", want: "UnknownProperty $filter[0:4]: Demo.Customer has no property Nope", why: "the place is in $filter"},
	})
}

// TestOptionsAsText holds what next links and providers get to see.
func TestOptionsAsText(t *testing.T) {
	r, err := requestFor(t, demoBinder(t), "Customers", "v=1&$filter=Id%20gt%201&$top=&$format=json&$callback=f&@a=%27x%27&empty=")
	if err != nil {
		t.Fatal(err)
	}
	wantOptions := []odata.QueryOption{{Name: "v", Value: "1"}, {Name: "$filter", Value: "Id gt 1"}, {Name: "$format", Value: "json"},
		{Name: "$callback", Value: "f"}, {Name: "@a", Value: "'x'"}, {Name: "empty"}}
	if diff := cmp.Diff(wantOptions, r.Options); diff != "" {
		t.Errorf("all options in effect, in their order (-want +got):\n%s", diff)
	}
	wantCustom := map[string]string{"v": "1", "@a": "'x'", "empty": ""}
	if diff := cmp.Diff(wantCustom, r.Query.Custom); diff != "" {
		t.Errorf("options without a dollar sign (-want +got):\n%s", diff)
	}
	if r.Format != "json" || r.Callback != "f" {
		t.Errorf("format %q and callback %q, want json and f", r.Format, r.Callback)
	}
}

// TestSharing holds the promise that the service caches encoders by: one
// projection for all requests of a set and type without $select and $expand.
func TestSharing(t *testing.T) {
	b := demoBinder(t)
	bind := func(path, query string) *odata.Request {
		r, err := requestFor(t, b, path, query)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	feed := bind("Customers", "")
	for _, tt := range []struct {
		path, query string
		same        bool
		why         string
	}{
		{"Customers", "$filter=Id%20eq%201&$top=1", true, "conditions do not change the shape"},
		{"Customers(1)", "", true, "an entry has the shape of the feed"},
		{"DemoService.Customers", "", true, "the same set"},
		{"Customers", "$select=Name", false, "a shape of its own"},
		{"Customers", "$expand=Orders", false, "a shape of its own"},
		{"Customers/Demo.VipCustomer", "", false, "another type"},
	} {
		r := bind(tt.path, tt.query)
		if same := r.Projection == feed.Projection; same != tt.same {
			t.Errorf("%s?%s: same projection: %t, want %t: %s", tt.path, tt.query, same, tt.same, tt.why)
		}
		if r.Query == feed.Query {
			t.Errorf("%s?%s: the query is shared, but callers change it", tt.path, tt.query)
		}
	}
	q := bind("Orders", "").Query
	q.AddField(b.model.EntityType("Demo.Tag").Property("Code"))
	q.OrderBy = append(q.OrderBy, odata.Order{})
	again := bind("Orders", "").Query
	if len(again.Fields) != 4 || cap(again.Fields) != 4 || cap(again.OrderBy) != 2 {
		t.Errorf("appending to a query reached the shared one: %d fields of %d, %d terms", len(again.Fields), cap(again.Fields), cap(again.OrderBy))
	}
}

func TestNewReportsOrders(t *testing.T) {
	model := demo(t)
	_, err := New(model, Options{Sets: map[string]odata.EntitySet{
		"Customers": {OrderBy: "Nope"},
		"Orders":    {OrderBy: "Total desc"},
		"Tags":      {OrderBy: "Code, "},
	}})
	if err == nil {
		t.Fatal("sets with orders that do not bind were accepted")
	}
	for _, want := range []string{`Customers: OrderBy "Nope": UnknownProperty`, `Tags: OrderBy "Code, ": SyntaxError`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "Orders") {
		t.Errorf("the error names a set that is right:\n%v", err)
	}
}

// TestContainers addresses a set outside the default container by the name of
// its own. What sets provide belongs to the default container only.
func TestContainers(t *testing.T) {
	set := func(name string) []*metadata.EntitySet {
		return []*metadata.EntitySet{{Name: name, EntityType: "Thing"}}
	}
	m := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:   "N",
		EntityTypes: []*metadata.EntityType{keyed(&metadata.Property{Name: "Id", Type: "Edm.Int32", NotNull: true}, "Thing")},
		Containers: []*metadata.EntityContainer{
			{Name: "Base", EntitySets: set("Inherited")},
			{Name: "Main", IsDefault: true, Extends: "Base", EntitySets: set("Things")},
			{Name: "Other", EntitySets: set("Others")},
		},
	}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	ordered := odata.EntitySet{OrderBy: "Id desc"}
	b, err := New(m, Options{Sets: map[string]odata.EntitySet{"Things": ordered, "Inherited": ordered, "Others": ordered}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want, why string }{
		{"Things", "feed Things:Thing by Id:Int32 desc", "a set of the default container"},
		{"Inherited", "feed Inherited:Thing by Id:Int32 desc", "a set of the container it extends"},
		{"Main.Inherited", "feed Inherited:Thing by Id:Int32 desc", "under the extending container's name, too"},
		{"Other.Others", "feed Others:Thing by ", "a set of another container"},
		{"Others", "NotFound path[0:6]: the service has no resource Others", "it needs its container's name"},
		{"Other.Things", "NotFound path[0:12]: the service has no resource Other.Things", "that container does not have it"},
	} {
		got := ""
		if r, err := requestFor(t, b, tt.path, ""); err != nil {
			got = mistakeOf(err)
		} else {
			got = addressed(r) + " by " + dumpOrder(r.Query.OrderBy)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.path, tt.why, diff)
		}
	}
}

// TestForeignType binds on a type that the binder's model does not have.
func TestForeignType(t *testing.T) {
	node, err := uri.ParseFilter("Name eq 'x'", uri.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	other := demo(t).EntityType("Demo.Customer")
	bound, err := demoBinder(t).Filter(other, node)
	if err != nil {
		t.Fatal(err)
	}
	if p := bound.(*odata.Binary).L.(*odata.Member).Property; p != other.Property("Name") {
		t.Error("the property is not that of the type asked for")
	}
}

func TestLimits(t *testing.T) {
	b, err := New(demo(t), Options{MaxTop: 5, MaxSkip: 7, PageSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ query, code, why string }{
		{"$top=5", "", "the limit is inclusive"},
		{"$top=6", CodeTopTooLarge, "the service's limit replaces the default"},
		{"$skip=7", "", "the limit is inclusive"},
		{"$skip=8", CodeSkipTooLarge, "the service's limit replaces the default"},
	} {
		_, err := requestFor(t, b, "Customers", tt.query)
		code := ""
		if err != nil {
			code = odata.AsError(err).Code
		}
		if code != tt.code {
			t.Errorf("%s: %v, want %q: %s", tt.query, err, tt.code, tt.why)
		}
	}
	r, err := requestFor(t, b, "Customers", "$orderby=Name")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Name:String, Id:Int32", dumpOrder(r.Query.OrderBy)); diff != "" {
		t.Errorf("the service's page size makes orders total (-want +got):\n%s", diff)
	}
}
