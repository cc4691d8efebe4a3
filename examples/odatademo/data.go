package main

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

// demoData is everything the store begins with: entities, links and streams as
// the public service had them.
func demoData() memory.Data {
	return memory.Data{
		Entities: map[string][]memory.Entity{
			"Products":       products(),
			"ProductDetails": productDetails(),
			"Categories":     categories(),
			"Suppliers":      suppliers(),
			"Persons":        persons(),
			"PersonDetails":  personDetails(),
			"Advertisements": advertisements(),
		},
		Links:   slices.Concat(productLinks(), personLinks()),
		Streams: slices.Concat(advertisementFilms(), personPhotos()),
	}
}

// values are the properties of an entity by name.
type values = map[string]edm.Value

// date is midnight of a day, without a zone: "2006-10-01".
func date(day string) edm.Value { return must(edm.ParseDateTime(day)).Value() }

// address is a value of the complex type ODataDemo.Address. Everybody in the
// data lives in the same country.
func address(street, city, state, zipCode string) edm.Value {
	return edm.Complex([]edm.Value{
		edm.String(street), edm.String(city), edm.String(state), edm.String(zipCode), edm.String("USA"),
	})
}

// must unwraps a value that is written in this program: a mistake in one is a
// mistake in the program.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
