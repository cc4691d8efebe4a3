package main

import (
	"fmt"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

func persons() []memory.Entity {
	return []memory.Entity{
		person(0, "Paula Wilson"),
		person(1, "Jose Pavarotti"),
		person(2, "Art Braunschweiger"),
		customer(person(3, "Liz Nixon"), edm.NewDecimal(9999, 2)),
		customer(person(4, "Liu Wong"), edm.NewDecimal(19999, 2)),
		employee(person(5, "Jaime Yorres"), 10001, date("2000-05-30"), 15000),
		employee(person(6, "Fran Wilson"), 10002, date("2001-01-02"), 12000),
	}
}

func person(id int32, name string) memory.Entity {
	return memory.Entity{Values: values{
		"ID":   edm.Int32(id),
		"Name": edm.String(name),
	}}
}

// customer makes a person one who has spent money.
func customer(p memory.Entity, totalExpense edm.Decimal) memory.Entity {
	p.Type = "Customer"
	p.Values["TotalExpense"] = totalExpense.Value()
	return p
}

// employee makes a person one who earns money.
func employee(p memory.Entity, employeeID int64, hired edm.Value, salary float32) memory.Entity {
	p.Type = "Employee"
	p.Values["EmployeeID"] = edm.Int64(employeeID)
	p.Values["HireDate"] = hired
	p.Values["Salary"] = edm.Single(salary)
	return p
}

func personDetails() []memory.Entity {
	return []memory.Entity{
		personDetail(0, 21, false, "(505) 555-5939", address("2817 Milton Dr.", "Albuquerque", "NM", "87110")),
		personDetail(1, 24, true, "(208) 555-8097", address("187 Suffolk Ln.", "Boise", "ID", "83720")),
		personDetail(2, 23, true, "(307) 555-4680", address("P.O. Box 555", "Lander", "WY", "82520")),
		personDetail(3, 30, true, "(503) 555-3612", address("89 Jefferson Way Suite 2", "Portland", "OR", "97201")),
		personDetail(4, 40, true, "(406) 555-5834", address("55 Grizzly Peak Rd.", "Butte", "MT", "59801")),
		personDetail(5, 30, true, "(415) 555-5938", address("87 Polk St. Suite 5", "San Francisco", "CA", "94117")),
		personDetail(6, 28, false, "(503) 555-9573", address("89 Chiaroscuro Rd.", "Portland", "OR", "97219")),
	}
}

func personDetail(personID int32, age uint8, gender bool, phone string, address edm.Value) memory.Entity {
	return memory.Entity{Values: values{
		"PersonID": edm.Int32(personID),
		"Age":      edm.Byte(age),
		"Gender":   edm.Boolean(gender),
		"Phone":    edm.String(phone),
		"Address":  address,
	}}
}

// personLinks link each person to the detail of the same number.
func personLinks() []memory.Links {
	links := memory.Links{Set: "Persons", Navigation: "PersonDetail"}
	for id := range len(personDetails()) {
		links.Pairs = append(links.Pairs, [2]string{strconv.Itoa(id), strconv.Itoa(id)})
	}
	return []memory.Links{links}
}

// personPhotos are the named streams of the details. Their texts count on from
// those of the advertisements.
func personPhotos() []memory.Stream {
	var photos []memory.Stream
	for id := range len(personDetails()) {
		photos = append(photos, memory.Stream{
			Set: "PersonDetails", Key: strconv.Itoa(id), Property: "Photo",
			ContentType: "application/octet-stream",
			Content:     fmt.Appendf(nil, "Test named stream data %d", id+len(advertisementFilms())),
		})
	}
	return photos
}
