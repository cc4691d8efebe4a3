package service_test

import (
	"context"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// literal reads a value in URI syntax, which every kind has.
func literal(s string) edm.Value {
	v, err := edm.ParseLiteral(s)
	if err != nil {
		panic(err)
	}
	return v
}

func address(street, city string) edm.Value {
	return edm.Complex([]edm.Value{edm.String(street), edm.String(city)})
}

func texts(s ...string) edm.Value {
	items := make([]edm.Value, len(s))
	for i, t := range s {
		items[i] = edm.String(t)
	}
	return edm.Collection(items)
}

// demoSets are the sets of the demo model with a few entities each.
func demoSets(model *metadata.Model) []odata.EntitySet {
	customers := []memory.Entity{
		{Values: map[string]edm.Value{
			"Id": edm.Int32(1), "Name": edm.String("Ann"), "Since": literal("datetime'2015-07-12T06:40:00'"),
			"Points": edm.Int64(12), "Credit": literal("7.50M"), "Score": edm.Double(7),
			"Home": address("High St 1", "Ulm"), "Emails": texts("a@x.example", "b@x.example"), "Version": edm.Int32(3),
		}},
		{Type: "VipCustomer", Values: map[string]edm.Value{
			"Id": edm.Int32(2), "Name": edm.Null, "Since": literal("datetime'0001-01-01T00:00:00'"),
			"Points": edm.Int64(1 << 40), "Credit": edm.Null, "Score": edm.Null,
			"Home": address("Low St 2", "Bonn"), "Emails": texts(), "Version": edm.Int32(1), "Level": edm.Int32(9),
		}},
		{Values: map[string]edm.Value{
			"Id": edm.Int32(3), "Name": edm.String("O'Neil / é%"), "Since": literal("datetime'2016-02-29T23:59:59.9999999Z'"),
			"Points": edm.Int64(-5), "Credit": literal("0.10M"), "Score": edm.Double(-0.5),
			"Home": address("", "Ulm"), "Emails": texts("c@x.example"), "Version": edm.Int32(7),
		}},
	}
	const order1, order2 = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"
	orders := []memory.Entity{
		{Values: map[string]edm.Value{"OrderId": literal("guid'" + order1 + "'"), "Total": literal("5.00M"),
			"Placed": literal("datetimeoffset'2015-07-12T06:40:00Z'"), "Took": literal("time'PT1H'")}},
		{Values: map[string]edm.Value{"OrderId": literal("guid'" + order2 + "'"), "Total": literal("1.00M"),
			"Placed": literal("datetimeoffset'2015-07-13T08:00:00+02:00'"), "Took": literal("time'PT0.25S'")}},
	}
	lines := []memory.Entity{
		{Values: map[string]edm.Value{"OrderId": literal("guid'" + order1 + "'"), "LineNo": edm.Int32(2), "Text": edm.String("nails")}},
	}
	tags := []memory.Entity{
		{Values: map[string]edm.Value{"Code": edm.String("a/b"), "Colour": edm.String("red"), "Born": literal("datetime'2015-07-12T06:40:00'")}},
		{Values: map[string]edm.Value{"Code": edm.String("x")}},
	}
	photos := []memory.Entity{
		{Values: map[string]edm.Value{"Id": edm.Int32(1), "Caption": edm.String("cat")}},
		{Values: map[string]edm.Value{"Id": edm.Int32(2), "Caption": edm.Null}},
	}
	store, err := memory.NewStore(model, memory.Data{
		Entities: map[string][]memory.Entity{"Customers": customers, "Orders": orders, "OrderLines": lines, "Tags": tags, "Photos": photos},
		Links: []memory.Links{
			{Set: "Customers", Navigation: "Orders", Pairs: [][2]string{{"1", "guid'" + order1 + "'"}, {"1", "guid'" + order2 + "'"}}},
			{Set: "Customers", Navigation: "BestFriend", Pairs: [][2]string{{"1", "2"}, {"3", "1"}}},
			{Set: "Customers", Navigation: "Demo.VipCustomer/Concierge", Pairs: [][2]string{{"2", "3"}}},
		},
		Streams: []memory.Stream{
			{Set: "Photos", Key: "1", ContentType: "image/png", Content: []byte("not really a picture")},
			{Set: "Photos", Key: "1", Property: "Thumb", ContentType: "image/gif", Content: []byte("tiny")},
		},
	})
	if err != nil {
		panic(err)
	}
	return store.Sets()
}

// demoOperations are the service operations of the demo model.
func demoOperations(model *metadata.Model) []odata.Operation {
	customer := model.EntityType("Demo.Customer")
	return []odata.Operation{{
		Name: "TopCustomers", Kind: odata.ServiceOperation, Method: "GET",
		Invoke: func(_ context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
			return &odata.OperationResult{Where: &odata.Binary{Op: odata.Le,
				L: &odata.Member{Of: odata.ItOf(customer), Property: customer.Property("Id")},
				R: &odata.Literal{Value: in.Arguments[0], Of: metadata.PrimitiveType(edm.KindInt32)},
			}}, nil
		},
	}, {
		Name: "Ping", Kind: odata.ServiceOperation, Method: "GET",
		Invoke: func(context.Context, *odata.OperationInput) (*odata.OperationResult, error) {
			return &odata.OperationResult{Value: edm.String("pong")}, nil
		},
	}}
}

// demoService serves the demo model below /svc/.
func demoService(t testing.TB, change func(*service.Config)) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	config := service.Config{Model: model, Root: "/svc", Operations: demoOperations(model)}
	if change != nil {
		change(&config)
	}
	svc, err := service.New(config, demoSets(model)...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// asCaller is a context with a caller.
func asCaller(ctx context.Context) context.Context {
	return odata.WithPrincipal(ctx, odata.Principal{Name: `PRIV\Jen`, Method: "test"})
}
