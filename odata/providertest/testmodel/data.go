package testmodel

import (
	"context"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// literal reads a value in URI syntax, which every kind has.
func literal(s string) edm.Value {
	v, err := edm.ParseLiteral(s)
	if err != nil {
		panic("testmodel: " + s + ": " + err.Error())
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

// The orders of [Data].
const (
	order1 = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"
	order2 = "guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11'"
)

// Data is a few entities for each set of the [Demo] model: customers 1, 2 (a VIP
// with nulls) and 3 (with signs in its name), two orders of customer 1, and
// friends, lines, tags and photos. Tests of several packages compare with it
// byte by byte, so entities are not added lightly.
func Data() memory.Data {
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
	orders := []memory.Entity{
		{Values: map[string]edm.Value{"OrderId": literal(order1), "Total": literal("5.00M"),
			"Placed": literal("datetimeoffset'2015-07-12T06:40:00Z'"), "Took": literal("time'PT1H'")}},
		{Values: map[string]edm.Value{"OrderId": literal(order2), "Total": literal("1.00M"),
			"Placed": literal("datetimeoffset'2015-07-13T08:00:00+02:00'"), "Took": literal("time'PT0.25S'")}},
	}
	lines := []memory.Entity{
		{Values: map[string]edm.Value{"OrderId": literal(order1), "LineNo": edm.Int32(2), "Text": edm.String("nails")}},
	}
	tags := []memory.Entity{
		{Values: map[string]edm.Value{"Code": edm.String("a/b"), "Colour": edm.String("red"), "Born": literal("datetime'2015-07-12T06:40:00'")}},
		{Values: map[string]edm.Value{"Code": edm.String("x")}},
	}
	photos := []memory.Entity{
		{Values: map[string]edm.Value{"Id": edm.Int32(1), "Caption": edm.String("cat")}},
		{Values: map[string]edm.Value{"Id": edm.Int32(2), "Caption": edm.Null}},
	}
	return memory.Data{
		Entities: map[string][]memory.Entity{"Customers": customers, "Orders": orders, "OrderLines": lines, "Tags": tags, "Photos": photos},
		Links: []memory.Links{
			{Set: "Customers", Navigation: "Orders", Pairs: [][2]string{{"1", order1}, {"1", order2}}},
			{Set: "Customers", Navigation: "BestFriend", Pairs: [][2]string{{"1", "2"}, {"3", "1"}}},
			{Set: "Customers", Navigation: "Demo.VipCustomer/Concierge", Pairs: [][2]string{{"2", "3"}}},
		},
		Streams: []memory.Stream{
			{Set: "Photos", Key: "1", ContentType: "image/png", Content: []byte("not really a picture")},
			{Set: "Photos", Key: "1", Property: "Thumb", ContentType: "image/gif", Content: []byte("tiny")},
		},
	}
}

// Sets are sets with [Data] for a service that is given the same model, which
// [Demo] returned.
func Sets(tb testing.TB, model *metadata.Model) []odata.EntitySet {
	tb.Helper()
	return setsOf(tb, model, Data())
}

func setsOf(tb testing.TB, model *metadata.Model, data memory.Data) []odata.EntitySet {
	tb.Helper()
	store, err := memory.NewStore(model, data)
	if err != nil {
		tb.Fatal(err)
	}
	return store.Sets()
}

// Operations are the service operations of the [Demo] model. TopCustomers(n)
// returns the customers whose Id is at most n; Ping returns "pong".
func Operations(model *metadata.Model) []odata.Operation {
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
