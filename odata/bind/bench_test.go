package bind

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// requests is a model with the properties that clients of a request list ask
// for.
func requests(t testing.TB) *Binder {
	t.Helper()
	key := &metadata.Property{Name: "RequestId", Type: "Edm.Guid", NotNull: true}
	m := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Example",
		EntityTypes: []*metadata.EntityType{{Name: "Request", Key: []string{"RequestId"}, Properties: []*metadata.Property{
			key, {Name: "CreatorID", Type: "Edm.Guid"}, {Name: "Justification", Type: "Edm.String"},
			{Name: "CreationTime", Type: "Edm.DateTime", NotNull: true}, {Name: "RequestedTTL", Type: "Edm.Int64"},
			{Name: "RequestStatus", Type: "Edm.String"},
		}}},
		Containers: []*metadata.EntityContainer{{Name: "Container", EntitySets: []*metadata.EntitySet{{Name: "requests", EntityType: "Request"}}}},
	}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	b, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const typicalFilter = "RequestStatus eq 'Active' and CreationTime gt datetime'2015-06-12T04:49:32.431Z'"

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := uri.ParseFilter(typicalFilter, uri.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	binder := requests(b)
	t := binder.model.EntityType("Example.Request")
	node, err := uri.ParseFilter(typicalFilter, uri.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := binder.Filter(t, node); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndFilter(b *testing.B) {
	binder := requests(b)
	t := binder.model.EntityType("Example.Request")
	b.ReportAllocs()
	for b.Loop() {
		node, err := uri.ParseFilter(typicalFilter, uri.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := binder.Filter(t, node); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRequest binds what the parser has read.
func BenchmarkRequest(b *testing.B) {
	binder := requests(b)
	for _, bb := range []struct{ name, path, query string }{
		{"feed", "requests", ""},
		{"entry", "requests(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", ""},
		{"filter", "requests", "$filter=RequestStatus%20eq%20'Active'%20and%20CreationTime%20gt%20datetime'2015-06-12T04:49:32.431Z'"},
		{"page", "requests", "$orderby=CreationTime%20desc&$top=20&v=1"},
		{"select", "requests", "$select=RequestId,RequestStatus"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			syntax, err := uri.Parse(bb.path, bb.query, uri.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := binder.Request(syntax); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAdopt(b *testing.B) {
	t := requests(b).model.EntityType("Example.Request")
	creator := &metadata.Property{Name: "CreatorID", Type: "Edm.Guid"}
	guard := &odata.Binary{Op: odata.Eq, L: &odata.Member{Property: creator}, R: &odata.Literal{Value: edm.GUID{1}.Value()}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Adopt(t, guard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRoute binds paths that go on behind entities and operations.
func BenchmarkRoute(b *testing.B) {
	binder := demoBinder(b)
	for _, bb := range []struct{ name, path, query string }{
		{"navigation", "Customers(1)/Orders", ""},
		{"three steps", "Customers(1)/BestFriend/BestFriend/Orders", ""},
		{"links", "Customers(1)/$links/Orders", ""},
		{"function", "Customers(1)/Rated(min=1)", ""},
		{"expand", "Customers", "$expand=Orders/Customer,BestFriend"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			syntax, err := uri.Parse(bb.path, bb.query, uri.Limits{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := binder.Request(syntax); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGuarded(b *testing.B) {
	binder := demoBinder(b)
	orders := binder.model.DefaultContainer().EntitySet("Orders")
	name := &metadata.Property{Name: "Name", Type: "Edm.String"}
	guard := &odata.Binary{Op: odata.Eq, L: &odata.Member{Property: name}, R: &odata.Literal{Value: edm.String("x")}}
	condition := func(*metadata.EntitySet) (odata.Expr, error) { return guard, nil }
	for _, bb := range []struct{ name, filter string }{
		{"no navigation", "Total gt 1 and Took eq null"},
		{"navigation", "Total gt 1 and Customer/BestFriend/Id eq 1"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			e, err := filterFor(b, binder, "Orders", bb.filter)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Guarded(e, orders, condition); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
