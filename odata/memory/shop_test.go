package memory_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/uri"
)

// A shop is a store with its sets, and what it takes to ask it something.
type shop struct {
	model  *metadata.Model
	sets   map[string]odata.EntitySet
	binder *bind.Binder
}

func open(t testing.TB, model *metadata.Model, data memory.Data) *shop {
	t.Helper()
	store, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{model: model, sets: map[string]odata.EntitySet{}}
	for _, set := range store.Sets(memory.Guard(odata.Public())) {
		if set.Schema.Err != nil {
			t.Fatal(set.Schema.Err)
		}
		s.sets[set.Name] = set
	}
	if s.binder, err = bind.New(model, bind.Options{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shop) set(name string) *metadata.EntitySet {
	return s.model.DefaultContainer().EntitySet(name)
}

func (s *shop) typ(set string) *metadata.EntityType { return s.set(set).Type() }

// nav finds a navigation property of a set's type or of a derived one; a tilde
// in front means its inverse.
func (s *shop) nav(set, name string) *metadata.NavigationProperty {
	inverse := strings.HasPrefix(name, "~")
	name = strings.TrimPrefix(name, "~")
	for _, t := range append([]*metadata.EntityType{s.typ(set)}, s.typ(set).DerivedTypes()...) {
		if nav := t.NavigationProperty(name); nav != nil {
			if inverse {
				return nav.Inverse()
			}
			return nav
		}
	}
	panic(set + " has no navigation property " + name)
}

// query asks for all entities of a set with all fields they can have.
func (s *shop) query(set string) *odata.Query {
	q := &odata.Query{Set: s.set(set), Type: s.typ(set), Fields: slices.Clone(s.typ(set).StructuralProperties())}
	for _, d := range q.Type.DerivedTypes() {
		for _, p := range d.StructuralProperties() {
			q.AddField(p)
		}
	}
	return q
}

// filter binds $filter text for entities of type t.
func (s *shop) filter(t testing.TB, typ *metadata.EntityType, text string) odata.Expr {
	t.Helper()
	if text == "" {
		return nil
	}
	e, err := s.binder.Filter(typ, must(uri.ParseFilter(text, uri.Limits{})))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

func (s *shop) order(t testing.TB, typ *metadata.EntityType, text string) []odata.Order {
	t.Helper()
	if text == "" {
		return nil
	}
	order, err := s.binder.OrderBy(typ, must(uri.ParseOrderBy(text, uri.Limits{})))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return order
}

// read answers q and keeps copies of the rows. Nothing but expansions may be
// left over.
func (s *shop) read(ctx context.Context, q *odata.Query) (rows []odata.Row, total *int64, err error) {
	r, err := s.sets[q.Set.Name].Reader.Read(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	if r.Rest != nil && (len(q.Expand) == 0 || r.Rest.Filter != nil || r.Rest.OrderBy != nil || r.Rest.Top != nil) {
		return nil, nil, fmt.Errorf("left over: %+v", r.Rest)
	}
	for row, err := range r.Rows {
		if err != nil {
			return rows, r.Total, err
		}
		rows = append(rows, copied(row))
	}
	return rows, r.Total, nil
}

func copied(row odata.Row) odata.Row {
	row.Values = slices.Clone(row.Values)
	for i, v := range row.Values {
		row.Values[i] = v.Clone()
	}
	return row
}

// keys reads the entities that q asks for, and returns their keys.
func (s *shop) keys(t testing.TB, q *odata.Query) []string {
	t.Helper()
	rows, _, err := s.read(context.Background(), q)
	if err != nil {
		t.Fatalf("%s: %v", odata.Dump(q.Filter), err)
	}
	return keysOf(q, rows)
}

// keysOf prints keys briefly: of a GUID only the end.
func keysOf(q *odata.Query, rows []odata.Row) []string {
	keys := []string{}
	for _, row := range rows {
		var parts []string
		for _, p := range q.Type.KeyProperties() {
			text := row.Values[q.Field(p)].String()
			parts = append(parts, strings.TrimPrefix(text, "guid'00000000-0000-0000-0000-00000000000"))
		}
		keys = append(keys, strings.TrimSuffix(strings.Join(parts, ","), "'"))
	}
	return keys
}

// entities reads a table of entities: a line of property names, then one line
// for each entity. Members of complex values stand between semicolons, items of
// collections likewise, and nothing at all is null.
func entities(t testing.TB, model *metadata.Model, set, table string) (list []memory.Entity) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	names := strings.Split(lines[0], "|")
	root := model.DefaultContainer().EntitySet(set).Type()
	for _, line := range lines[1:] {
		e := memory.Entity{Values: map[string]edm.Value{}}
		typ := root
		for i, text := range strings.Split(strings.TrimSpace(line), "|") {
			name := strings.TrimSpace(names[i])
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			if name == "Type" {
				e.Type = text
				for _, d := range root.DerivedTypes() {
					if d.Name == text {
						typ = d
					}
				}
				continue
			}
			if p := typ.Property(name); p != nil {
				e.Values[name] = value(t, p.TypeRef(), text)
			} else {
				e.Values[name] = edm.String(text)
			}
		}
		list = append(list, e)
	}
	return list
}

func value(t testing.TB, typ metadata.TypeRef, text string) edm.Value {
	t.Helper()
	var elements []edm.Value
	switch {
	case typ.Collection:
		for _, item := range strings.Split(text, ";") {
			elements = append(elements, value(t, typ.Item(), item))
		}
		return edm.Collection(elements)
	case typ.Complex != nil:
		members := strings.Split(text, ";")
		for i, p := range typ.Complex.AllProperties() {
			elements = append(elements, value(t, p.TypeRef(), members[i]))
		}
		return edm.Complex(elements)
	}
	v, err := edm.ParseText(typ.Kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// demoData are customers of the Demo model: Ann and Bob are friends of each
// other, Dee is a friend of Ann, Cid has none. Ann and Dee are VIPs, whose
// concierge is Cid.
func demoData(t testing.TB, model *metadata.Model) memory.Data {
	guid := func(last string) string { return "guid'00000000-0000-0000-0000-00000000000" + last + "'" }
	return memory.Data{
		Entities: map[string][]memory.Entity{
			"Customers": entities(t, model, "Customers", `
				Id | Type        | Name | Since               | Points | Credit | Score | Home      | Emails  | Version | Level
				1  | VipCustomer | Ann  | 2015-01-01T00:00:00 | 10     | 5.00   | 1.5   | Hill;Ulm  | a@x;b@x | 1       | 3
				2  |             | Bob  | 2016-01-01T00:00:00 | 20     |        |       | Lake;Bern |         | 1       |
				4  | VipCustomer | Dee  | 2014-01-01T00:00:00 | 40     | 7.50   | 2.5   | Moor;Ulm  | d@x     | 1       | 1
				3  |             |      | 2017-01-01T00:00:00 | 30     | 1.00   |       | Fen;Rom   | c@x     | 1       |`),
			"Orders": entities(t, model, "Orders", `
				OrderId                              | Total
				00000000-0000-0000-0000-000000000006 | 1.00
				00000000-0000-0000-0000-000000000001 | 9.00
				00000000-0000-0000-0000-000000000002 |
				00000000-0000-0000-0000-000000000003 | 3.00
				00000000-0000-0000-0000-000000000004 | 9.00`),
			"OrderLines": entities(t, model, "OrderLines", `
				OrderId                              | LineNo | Text
				00000000-0000-0000-0000-000000000001 | 2      | two
				00000000-0000-0000-0000-000000000001 | 1      | one`),
			"Photos": entities(t, model, "Photos", `
				Id | Caption
				1  | cat
				2  | dog
				3  | cow`),
			"Tags": entities(t, model, "Tags", `
				Code | Colour
				x    | red
				y    |`),
		},
		Links: []memory.Links{
			{Set: "Customers", Navigation: "Orders", Pairs: [][2]string{{"1", guid("3")}, {"1", guid("1")}, {"1", guid("2")}}},
			{Set: "Orders", Navigation: "Customer", Pairs: [][2]string{{guid("4"), "2"}}},
			{Set: "Customers", Navigation: "BestFriend", Pairs: [][2]string{{"1", "2"}, {"2", "1"}, {"4", "1"}}},
			{Set: "Customers", Navigation: "Concierge", Pairs: [][2]string{{"1", "3"}, {"4", "3"}}},
		},
		Streams: []memory.Stream{
			{Set: "Photos", Key: "1", ContentType: "image/png", Content: []byte("cat picture")},
			{Set: "Photos", Key: "1", Property: "Thumb", ContentType: "image/gif", Content: []byte("small cat")},
			{Set: "Photos", Key: "3", Property: "Thumb", Content: []byte("small cow")},
		},
	}
}

func demoShop(t testing.TB) *shop {
	model := testmodel.Demo(t)
	return open(t, model, demoData(t, model))
}

// oDataDemo is the public sample service.
func oDataDemo(t testing.TB) *shop {
	t.Helper()
	file, err := os.Open("../../metadata/csdl/testdata/odatademo-v3.metadata.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	model, err := csdl.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	const old, coffee = "guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7'", "guid'db2d2186-1c29-4d1e-88ef-a127f521b9c6'"
	return open(t, model, memory.Data{
		Entities: map[string][]memory.Entity{
			"Products": entities(t, model, "Products", `
				ID | Type            | Name            | ReleaseDate         | DiscontinuedDate    | Rating | Price
				0  |                 | Bread           | 1992-01-01T00:00:00 |                     | 4      | 2.5
				1  |                 | Milk            | 1995-10-01T00:00:00 |                     | 3      | 3.5
				2  |                 | Vint soda       | 2000-10-01T00:00:00 |                     | 3      | 20.9
				3  |                 | Havina Cola     | 2005-10-01T00:00:00 | 2006-10-01T00:00:00 | 3      | 19.9
				4  |                 | Fruit Punch     | 2003-01-05T00:00:00 |                     | 3      | 22.99
				5  |                 | Cranberry Juice | 2006-08-04T00:00:00 |                     | 3      | 22.8
				6  |                 | Pink Lemonade   | 2006-11-05T00:00:00 |                     | 3      | 18.8
				7  |                 | DVD Player      | 2006-11-15T00:00:00 |                     | 5      | 35.88
				8  |                 | LCD HDTV        | 2008-05-08T00:00:00 |                     | 3      | 1088.8
				9  | FeaturedProduct | Lemonade        | 1970-01-01T00:00:00 |                     | 7      | 1.01
				10 | FeaturedProduct | Coffee          | 1982-12-31T00:00:00 |                     | 1      | 6.99`),
			"ProductDetails": entities(t, model, "ProductDetails", `
				ProductID | Details
				1         | Details of product 1
				3         | Details of product 3
				4         | Details of product 4
				8         | Details of product 8`),
			"Categories": entities(t, model, "Categories", `
				ID | Name
				0  | Food
				1  | Beverages
				2  | Electronics`),
			"Suppliers": entities(t, model, "Suppliers", `
				ID | Name           | Address                               | Concurrency
				0  | Exotic Liquids | NE 228th;Sammamish;WA;98074;USA       | 0
				1  | Tokyo Traders  | NE 40th;Redmond;WA;98052;USA          | 0`),
			"Persons": entities(t, model, "Persons", `
				ID | Type     | Name               | TotalExpense | EmployeeID | HireDate            | Salary
				0  |          | Paula Wilson       |              |            |                     |
				3  | Customer | Liz Nixon          | 99.99        |            |                     |
				5  | Employee | Jaime Yorres       |              | 10001      | 2000-05-30T00:00:00 | 15000`),
			"PersonDetails": entities(t, model, "PersonDetails", `
				PersonID | Age | Gender | Phone
				0        | 21  | false  | (505) 555-5939
				3        | 30  | true   | (503) 555-3612`),
			"Advertisements": entities(t, model, "Advertisements", `
				ID                                   | Name                                   | AirDate
				f89dee73-af9f-4cd4-b330-db93c25ff3c7 | Old School Lemonade Store, Retro Style | 2012-11-07T00:00:00
				db2d2186-1c29-4d1e-88ef-a127f521b9c6 | Early morning start, need coffee       | 2000-02-29T00:00:00`),
		},
		Links: []memory.Links{
			{Set: "Categories", Navigation: "Products", Pairs: [][2]string{{"0", "0"}, {"0", "1"}, {"1", "1"}, {"1", "2"}, {"1", "3"},
				{"1", "4"}, {"1", "5"}, {"1", "6"}, {"1", "9"}, {"1", "10"}, {"2", "7"}, {"2", "8"}}},
			{Set: "Suppliers", Navigation: "Products", Pairs: [][2]string{{"0", "1"}, {"0", "2"}, {"0", "3"}, {"0", "4"}, {"0", "5"}, {"0", "6"},
				{"1", "0"}, {"1", "7"}, {"1", "8"}}},
			{Set: "Products", Navigation: "ProductDetail", Pairs: [][2]string{{"1", "1"}, {"3", "3"}, {"4", "4"}, {"8", "8"}}},
			{Set: "Persons", Navigation: "PersonDetail", Pairs: [][2]string{{"0", "0"}, {"3", "3"}}},
			{Set: "Products", Navigation: "Advertisement", Pairs: [][2]string{{"9", old}, {"10", coffee}}},
		},
		Streams: []memory.Stream{
			{Set: "Advertisements", Key: old, ContentType: "text/plain", Content: []byte("Test stream data 0")},
			{Set: "PersonDetails", Key: "0", Property: "Photo", Content: []byte("Test named stream data 2")},
		},
	})
}
