package main

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
)

func products() []memory.Entity {
	return []memory.Entity{
		product(0, "Bread", "Whole grain bread", date("1992-01-01"), edm.Null, 4, 2.5),
		product(1, "Milk", "Low fat milk", date("1995-10-01"), edm.Null, 3, 3.5),
		product(2, "Vint soda", "Americana Variety - Mix of 6 flavors", date("2000-10-01"), edm.Null, 3, 20.9),
		product(3, "Havina Cola", "The Original Key Lime Cola", date("2005-10-01"), date("2006-10-01"), 3, 19.9),
		product(4, "Fruit Punch", "Mango flavor, 8.3 Ounce Cans (Pack of 24)", date("2003-01-05"), edm.Null, 3, 22.99),
		product(5, "Cranberry Juice", "16-Ounce Plastic Bottles (Pack of 12)", date("2006-08-04"), edm.Null, 3, 22.8),
		product(6, "Pink Lemonade", "36 Ounce Cans (Pack of 3)", date("2006-11-05"), edm.Null, 3, 18.8),
		product(7, "DVD Player", "1080P Upconversion DVD Player", date("2006-11-15"), edm.Null, 5, 35.88),
		product(8, "LCD HDTV", "42 inch 1080p LCD with Built-in Blu-ray Disc Player", date("2008-05-08"), edm.Null, 3, 1088.8),
		featured(product(9, "Lemonade", "Classic, refreshing lemonade (Single bottle)", date("1970-01-01"), edm.Null, 7, 1.01)),
		featured(product(10, "Coffee", "Bulk size can of instant coffee", date("1982-12-31"), edm.Null, 1, 6.99)),
	}
}

func product(id int32, name, description string, released, discontinued edm.Value, rating int16, price float64) memory.Entity {
	return memory.Entity{Values: values{
		"ID":               edm.Int32(id),
		"Name":             edm.String(name),
		"Description":      edm.String(description),
		"ReleaseDate":      released,
		"DiscontinuedDate": discontinued,
		"Rating":           edm.Int16(rating),
		"Price":            edm.Double(price),
	}}
}

// featured makes a product one that is advertised.
func featured(p memory.Entity) memory.Entity {
	p.Type = "FeaturedProduct"
	return p
}

func productDetails() []memory.Entity {
	return []memory.Entity{
		productDetail(1, "Details of product 1"),
		productDetail(3, "Details of product 3"),
		productDetail(4, "Details of product 4"),
		productDetail(8, "Details of product 8"),
	}
}

func productDetail(productID int32, details string) memory.Entity {
	return memory.Entity{Values: values{
		"ProductID": edm.Int32(productID),
		"Details":   edm.String(details),
	}}
}

// Categories are open: clients may give them properties the model does not
// declare. None has any to begin with.
func categories() []memory.Entity {
	return []memory.Entity{
		category(0, "Food"),
		category(1, "Beverages"),
		category(2, "Electronics"),
	}
}

func category(id int32, name string) memory.Entity {
	return memory.Entity{Values: values{
		"ID":   edm.Int32(id),
		"Name": edm.String(name),
	}}
}

func productLinks() []memory.Links {
	return []memory.Links{
		{Set: "Products", Navigation: "Categories", Pairs: [][2]string{
			{"0", "0"},
			{"1", "0"}, {"1", "1"}, // milk is food and a beverage
			{"2", "1"}, {"3", "1"}, {"4", "1"}, {"5", "1"}, {"6", "1"}, {"9", "1"}, {"10", "1"},
			{"7", "2"}, {"8", "2"},
		}},
		{Set: "Suppliers", Navigation: "Products", Pairs: [][2]string{
			{"0", "1"}, {"0", "2"}, {"0", "3"}, {"0", "4"}, {"0", "5"}, {"0", "6"},
			{"1", "0"}, {"1", "7"}, {"1", "8"}, // nobody supplies 9 and 10
		}},
		{Set: "Products", Navigation: "ProductDetail", Pairs: [][2]string{
			{"1", "1"}, {"3", "3"}, {"4", "4"}, {"8", "8"},
		}},
		{Set: "Products", Navigation: "Advertisement", Pairs: [][2]string{
			{"9", "guid'" + lemonadeFilm + "'"},
			{"10", "guid'" + coffeeFilm + "'"},
		}},
	}
}
