package sqldb_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

// village is some random data of the demo model: many nulls, ties, and values
// that are nearly equal.
func village() memory.Data {
	rng := rand.New(rand.NewPCG(7, 7))
	literal := func(texts ...string) edm.Value {
		text := texts[rng.IntN(len(texts))]
		v, err := edm.ParseLiteral(text)
		if err != nil {
			panic(text + ": " + err.Error())
		}
		return v
	}
	names := []string{"null", "'Ann'", "'ann'", "'Anna'", "'Bob'", "'O''Neil'", "''", "' Zoë '", "'Ænn 𝄞 x'", "'100%'", "'İz'"}
	dates := []string{"datetime'2015-07-12T06:40:00'", "datetime'2015-07-12T06:40:00.5'", "datetime'2016-02-29T23:59:59.9999999Z'",
		"datetime'0001-01-01T00:00:00'", "datetime'2016-02-29T18:00:00-06:00'"}
	address := func() edm.Value {
		return edm.Complex([]edm.Value{literal("null", "'High St 1'", "'Low St 2'", "''"), literal("null", "'Ulm'", "'Bonn'", "'ulm'")})
	}
	emails := func() edm.Value {
		var items []edm.Value
		for range rng.IntN(4) {
			items = append(items, literal("'a@x.example'", "'b@x.example'", "'Ann'", "''"))
		}
		return edm.Collection(items)
	}
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	add := func(set, typ string, values map[string]edm.Value) {
		data.Entities[set] = append(data.Entities[set], memory.Entity{Type: typ, Values: values})
	}
	const customers, orders = 24, 30
	orderID := func(i int) string { return fmt.Sprintf("guid'%08x-7a3e-4a86-9a67-0d1f3c1b2a10'", i*0x1d2c0b5) }
	links := [3]memory.Links{{Set: "Customers", Navigation: "Orders"}, {Set: "Customers", Navigation: "BestFriend"},
		{Set: "Customers", Navigation: "Demo.VipCustomer/Concierge"}}
	link := func(l *memory.Links, from, to string) { l.Pairs = append(l.Pairs, [2]string{from, to}) }
	for i := range customers {
		id := fmt.Sprint(i - 2)
		values := map[string]edm.Value{
			"Id": edm.Int32(int32(i - 2)), "Name": literal(names...), "Since": literal(dates...),
			"Points": literal("0L", "7L", "12L", "-5L", "1099511627776L", "9223372036854775807L"),
			"Credit": literal("null", "7.5M", "7.50M", "2.75M", "0.1M", "-2.5M", "0M", "1000000.00M"),
			"Score":  literal("null", "7.0", "0.5", "-2.5", "2.75", "1.5", "-7.75", "-0.0", "0.0", "1E+300", "NaN", "INF"),
			"Home":   address(), "Emails": emails(), "Version": edm.Int32(int32(rng.IntN(4))),
		}
		typ := ""
		if i%3 == 0 {
			typ = "VipCustomer"
			values["Level"] = literal("1", "2", "9", "2147483647", "-2147483648")
			if rng.IntN(3) > 0 {
				link(&links[2], id, fmt.Sprint(rng.IntN(customers)-2))
			}
		}
		if rng.IntN(3) > 0 {
			link(&links[1], id, fmt.Sprint(rng.IntN(customers)-2))
		}
		add("Customers", typ, values)
	}
	for i := range orders {
		add("Orders", "", map[string]edm.Value{
			"OrderId": literal(orderID(i)), "Total": literal("null", "5M", "5.00M", "1M", "0.75M", "-3M"),
			"Placed": literal("null", "datetimeoffset'2015-07-12T06:40:00Z'", "datetimeoffset'2015-07-12T08:40:00+02:00'", "datetimeoffset'2015-07-13T00:00:00.25-07:00'"),
			"Took":   literal("null", "time'PT1H'", "time'PT0.25S'", "time'-P1DT2H30M5S'", "time'PT60M'"),
		})
		if rng.IntN(4) > 0 {
			link(&links[0], fmt.Sprint(rng.IntN(customers/2)-2), orderID(i))
		}
		for line := range rng.IntN(3) {
			add("OrderLines", "", map[string]edm.Value{"OrderId": literal(orderID(i)), "LineNo": edm.Int32(int32(line)), "Text": literal(names...)})
		}
	}
	for i := range 12 {
		add("Photos", "", map[string]edm.Value{"Id": edm.Int32(int32(i)), "Caption": literal(names...)})
		tag := map[string]edm.Value{"Code": edm.String(fmt.Sprintf("c%d", i))}
		if rng.IntN(4) > 0 {
			tag["Colour"] = literal("'red'", "'Red'", "''", "7", "true")
		}
		if rng.IntN(2) > 0 {
			tag["Size"] = literal("7", "7L", "7.0", "7.0M", "7.5", "-1", "'7'", "NaN", dates[0])
		}
		add("Tags", "", tag)
	}
	data.Links = links[:]
	return data
}
