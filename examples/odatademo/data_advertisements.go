package main

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

// The keys of the two advertisements.
const (
	lemonadeFilm = "f89dee73-af9f-4cd4-b330-db93c25ff3c7"
	coffeeFilm   = "db2d2186-1c29-4d1e-88ef-a127f521b9c6"
)

func advertisements() []memory.Entity {
	return []memory.Entity{
		advertisement(lemonadeFilm, "Old School Lemonade Store, Retro Style", date("2012-11-07")),
		advertisement(coffeeFilm, "Early morning start, need coffee", date("2000-02-29")),
	}
}

func advertisement(id, name string, aired edm.Value) memory.Entity {
	return memory.Entity{Values: values{
		"ID":      must(edm.ParseGUID(id)).Value(),
		"Name":    edm.String(name),
		"AirDate": aired,
	}}
}

// advertisementFilms are the media resources that advertisements describe.
func advertisementFilms() []memory.Stream {
	film := func(id, text string) memory.Stream {
		return memory.Stream{Set: "Advertisements", Key: "guid'" + id + "'", ContentType: "text/plain", Content: []byte(text)}
	}
	return []memory.Stream{
		film(lemonadeFilm, "Test stream data 0"),
		film(coffeeFilm, "Test stream data 1"),
	}
}
