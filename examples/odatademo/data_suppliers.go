package main

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

func suppliers() []memory.Entity {
	return []memory.Entity{
		supplier(0, "Exotic Liquids", address("NE 228th", "Sammamish", "WA", "98074"), point(47.6316604614258, -122.03547668457)),
		supplier(1, "Tokyo Traders", address("NE 40th", "Redmond", "WA", "98052"), point(47.6472206115723, -122.107711791992)),
	}
}

func supplier(id int32, name string, address, location edm.Value) memory.Entity {
	return memory.Entity{Values: values{
		"ID":          edm.Int32(id),
		"Name":        edm.String(name),
		"Address":     address,
		"Location":    location,
		"Concurrency": edm.Int32(0),
	}}
}

// point is a place on earth, in degrees of the World Geodetic System of 1984.
func point(latitude, longitude float64) edm.Value {
	const wgs84 = 4326
	return must(edm.NewGeographyPoint(wgs84, longitude, latitude)).Value()
}
