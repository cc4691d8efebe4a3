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
	lines := []memory.Entity{
		{Values: map[string]edm.Value{
			"OrderId": literal("guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"), "LineNo": edm.Int32(2), "Text": edm.String("nails")}},
	}
	tags := []memory.Entity{
		{Values: map[string]edm.Value{"Code": edm.String("a/b"), "Colour": edm.String("red"), "Born": literal("datetime'2015-07-12T06:40:00'")}},
		{Values: map[string]edm.Value{"Code": edm.String("x")}},
	}
	rows := map[string][]memory.Entity{"Customers": customers, "OrderLines": lines, "Tags": tags}
	var sets []odata.EntitySet
	for _, declared := range model.DefaultContainer().AllEntitySets() {
		schema := odata.Schema{Entity: declared.Type(), Derived: declared.Type().DerivedTypes()}
		for _, s := range model.Schemas {
			schema.Complex = append(schema.Complex, s.ComplexTypes...)
		}
		sets = append(sets, memory.Rows(declared.Name, schema, rows[declared.Name]))
	}
	return sets
}

// demoService serves the demo model below /svc/.
func demoService(t testing.TB, change func(*service.Config)) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	config := service.Config{Model: model, Root: "/svc"}
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
