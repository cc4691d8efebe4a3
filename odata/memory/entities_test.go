package memory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// staff is a hierarchy with everything a run-time model can have.
func staff() odata.Schema {
	return odata.Schema{
		Entity: &metadata.EntityType{Namespace: "Demo", Name: "Person", Abstract: true, Key: []string{"ID"}, Properties: []*metadata.Property{
			{Name: "ID", Type: "Edm.Int32", NotNull: true},
			{Name: "Name", Type: "Edm.String"},
			{Name: "Home", Type: "Demo.Address"},
			{Name: "Tags", Type: "Collection(Edm.String)", NotNull: true},
			{Name: "Face", Type: "Edm.Stream"},
		}},
		Derived: []*metadata.EntityType{
			{Namespace: "Demo", Name: "Boss", BaseType: "Employee", OpenType: true, Properties: []*metadata.Property{{Name: "Budget", Type: "Edm.Decimal"}}},
			{Namespace: "Demo", Name: "Employee", BaseType: "Demo.Person", Properties: []*metadata.Property{{Name: "Salary", Type: "Edm.Decimal", NotNull: true}}},
			{Namespace: "Demo", Name: "Guest", BaseType: "Demo.Person", Properties: []*metadata.Property{
				{Name: "Salary", Type: "Edm.Int32"},
				{Name: "Mood", Type: "Demo.Mood"},
			}},
		},
		Complex: []*metadata.ComplexType{
			{Namespace: "Demo", Name: "Address", BaseType: "Demo.Place", Properties: []*metadata.Property{{Name: "Street", Type: "Edm.String"}}},
			{Namespace: "Demo", Name: "Place", Properties: []*metadata.Property{{Name: "City", Type: "Edm.String", NotNull: true}}},
		},
		Enums: []*metadata.EnumType{{Namespace: "Demo", Name: "Mood", Members: []metadata.EnumMember{{Name: "Good"}}}},
	}
}

func people() []memory.Entity {
	return []memory.Entity{
		{Type: "Demo.Employee", Values: map[string]edm.Value{"ID": edm.Int32(2), "Name": edm.String("Bo"), "Salary": edm.NewDecimal(100, 0).Value()}},
		{Type: "Guest", Values: map[string]edm.Value{
			"ID": edm.Int32(1), "Home": edm.Complex([]edm.Value{edm.String("Bern"), edm.Null}), "Salary": edm.Int32(7), "Mood": edm.String("Good")}},
		{Type: "Boss", Values: map[string]edm.Value{
			"ID": edm.Int32(3), "Salary": edm.NewDecimal(300, 0).Value(), "Tags": edm.Collection([]edm.Value{edm.String("x")}),
			"Zeal": edm.Double(0.5), "Car": edm.String("red"), "Boat": edm.Null}},
	}
}

func TestRowsOfAHierarchy(t *testing.T) {
	s := serve(t, memory.Rows("Staff", staff(), people()))
	employee, boss, guest := s.model.EntityType("Demo.Employee"), s.model.EntityType("Demo.Boss"), s.model.EntityType("Demo.Guest")
	salary, guestSalary := employee.Property("Salary"), guest.Property("Salary")
	none := edm.Collection(nil)
	cast := func(to *metadata.EntityType, p *metadata.Property) odata.Expr {
		return &odata.Member{Of: &odata.TypeCast{Of: odata.ItOf(s.typ()), Entity: to}, Property: p}
	}
	fields := []*metadata.Property{s.typ().Property("ID"), s.typ().Property("Tags"), salary, guestSalary, boss.Property("Budget")}
	type row struct {
		Type    string
		Values  []edm.Value
		Dynamic []odata.DynamicProperty
	}
	rowBo := row{"Demo.Employee", []edm.Value{edm.Int32(2), none, edm.NewDecimal(100, 0).Value(), edm.Null, edm.Null}, nil}
	rowGuest := row{"Demo.Guest", []edm.Value{edm.Int32(1), none, edm.Null, edm.Int32(7), edm.Null}, nil}
	rowBoss := row{"Demo.Boss", []edm.Value{edm.Int32(3), edm.Collection([]edm.Value{edm.String("x")}), edm.NewDecimal(300, 0).Value(), edm.Null, edm.Null},
		[]odata.DynamicProperty{{Name: "Boat", Value: edm.Null}, {Name: "Car", Value: edm.String("red")}, {Name: "Zeal", Value: edm.Double(0.5)}}}
	for _, tt := range []struct {
		name   string
		typ    *metadata.EntityType
		filter odata.Expr
		order  []odata.Order
		want   []row
		why    string
	}{
		{"all", s.typ(), nil, nil, []row{rowBo, rowGuest, rowBoss}, "each row has its own type, and null where it has no such property"},
		{"derived type", employee, nil, nil, []row{rowBo, rowBoss}, "an instance of a derived type is one of its base"},
		{"leaf type", boss, nil, nil, []row{rowBoss}, "instances of other types are not asked for"},
		{"cast", s.typ(), binary(odata.Gt, cast(employee, salary), literal(edm.NewDecimal(50, 0).Value())), nil,
			[]row{rowBo, rowBoss}, "a property of a derived type is null for others"},
		{"isof", s.typ(), &odata.IsOf{X: odata.ItOf(s.typ()), Of: metadata.EntityRef(guest)}, nil, []row{rowGuest}, "conditions see the type of each row"},
		{"dynamic", s.typ(), binary(odata.Eq, &odata.Dynamic{Of: odata.ItOf(s.typ()), Name: "Car"}, literal(edm.String("red"))), nil,
			[]row{rowBoss}, "undeclared properties can be asked for"},
		{"order by key", s.typ(), nil, s.by("ID"), []row{rowGuest, rowBo, rowBoss}, "the order of the key"},
		{"order by a derived property", s.typ(), nil, []odata.Order{{By: cast(employee, salary), Descending: true}},
			[]row{rowBoss, rowBo, rowGuest}, "null comes last in descending order"},
		{"key of the wrong type", employee, binary(odata.Eq, s.member("ID"), literal(edm.Int32(1))), nil, nil, "the key is there, but not with this type"},
		{"key", s.typ(), binary(odata.Eq, literal(edm.Int32(1)), s.member("ID")), nil, []row{rowGuest}, "one entity by key"},
		{"no such key", s.typ(), binary(odata.Eq, s.member("ID"), literal(edm.Int32(9))), nil, nil, "none by another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows, _ := s.rows(t, &odata.Query{Set: s.declared, Type: tt.typ, Fields: fields, Filter: tt.filter, OrderBy: tt.order})
			var got []row
			for _, r := range rows {
				got = append(got, row{r.Type.QualifiedName(), r.Values, r.Dynamic})
			}
			if diff := cmp.Diff(tt.want, got, sameValue); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestRowsOfADerivedType(t *testing.T) {
	schema := staff()
	person := schema.Entity
	schema.Entity, schema.Derived = schema.Derived[1], []*metadata.EntityType{person, schema.Derived[0]}
	s := serve(t, memory.Rows("Employees", schema, []memory.Entity{people()[2], {Values: people()[0].Values}}))
	rows, _ := s.rows(t, s.query())
	if diff := cmp.Diff([]string{"3", "2"}, column(rows, 0)); diff != "" {
		t.Errorf("a set's own type may extend another (-want +got):\n%s", diff)
	}
	if rows[1].Type != s.typ() || rows[0].Type.Name != "Boss" {
		t.Errorf("a row without a type has the set's, got %v and %v", rows[0].Type, rows[1].Type)
	}
}

func TestRowsAreCopied(t *testing.T) {
	name := []byte("Bo")
	given := []memory.Entity{{Type: "Employee", Values: map[string]edm.Value{
		"ID": edm.Int32(1), "Salary": edm.NewDecimal(1, 0).Value(), "Name": edm.StringBytes(name)}}}
	s := serve(t, memory.Rows("Staff", staff(), given))
	given[0].Values["ID"] = edm.Int32(9)
	name[0] = 'X'
	rows, _ := s.rows(t, s.query())
	if got := rows[0].Values[0].String() + rows[0].Values[1].String(); got != "1'Bo'" {
		t.Errorf("rows share memory with the caller: %s", got)
	}
}

func TestRowsMistakes(t *testing.T) {
	row := func(typ string, more map[string]edm.Value) []memory.Entity {
		values := map[string]edm.Value{"ID": edm.Int32(1)}
		for name, v := range more {
			values[name] = v
		}
		return []memory.Entity{{Type: typ, Values: values}}
	}
	schema := func(change func(*odata.Schema)) odata.Schema {
		s := staff()
		change(&s)
		return s
	}
	for _, tt := range []struct {
		name   string
		schema odata.Schema
		rows   []memory.Entity
		want   string
		why    string
	}{
		{"unknown type", staff(), row("Robot", nil), "row 0: the set has no type Robot; name Demo.Person or a type of Schema.Derived that extends it", "a misspelt type is no type"},
		{"other namespace", staff(), row("Else.Guest", nil), "row 0: the set has no type Else.Guest", "qualified names are meant as they are"},
		{"abstract type", staff(), row("", nil), "row 0: Demo.Person is abstract; name a type that extends it", "there are no instances of an abstract type"},
		{"unknown property", staff(), row("Guest", map[string]edm.Value{"Nope": edm.Int32(1)}), "row 0: Demo.Guest has no property Nope; declare it, or make the type open", "a closed type has no other properties"},
		{"stream", staff(), row("Guest", map[string]edm.Value{"Face": edm.Binary(nil)}), "row 0: Demo.Guest has no property Face", "streams have no value"},
		{"dynamic complex", staff(), row("Boss", map[string]edm.Value{"Salary": edm.NewDecimal(1, 0).Value(), "X": edm.Complex(nil)}), `row 0: dynamic property "X": a complex type is not a primitive value`, "nothing declares the type of its members"},
		{"dynamic name", staff(), row("Boss", map[string]edm.Value{"Salary": edm.NewDecimal(1, 0).Value(), "a b": edm.Null}), `row 0: dynamic property "a b": the name is no identifier`, "it could not be written as XML"},
		{"missing value", staff(), row("Employee", nil), "row 0: the property Salary is never null; give it a value", "what is missing is null"},
		{"missing key", staff(), []memory.Entity{{Type: "Guest"}}, "row 0: the property ID is never null; give it a value", "an entity without a key has no address"},
		{"wrong kind", staff(), row("Guest", map[string]edm.Value{"Salary": edm.Int64(1)}), "row 0: the property Salary: the value is Edm.Int64; give an Edm.Int32", "readers trust the kinds of values"},
		{"no collection", staff(), row("Guest", map[string]edm.Value{"Tags": edm.String("x")}), "row 0: the property Tags: the value is Edm.String; give an edm.Collection of Edm.String", "one item is no collection"},
		{"wrong item", staff(), row("Guest", map[string]edm.Value{"Tags": edm.Collection([]edm.Value{edm.Null})}), "row 0: the property Tags: an item: the value is Edm.Null; give an Edm.String", "items are never null"},
		{"no complex value", staff(), row("Guest", map[string]edm.Value{"Home": edm.String("x")}), "row 0: the property Home: the value is Edm.String; give an edm.Complex for Demo.Address", "text is no address"},
		{"members", staff(), row("Guest", map[string]edm.Value{"Home": edm.Complex([]edm.Value{edm.String("x")})}), "row 0: the property Home: the value does not have one member for each property of Demo.Address", "inherited members count"},
		{"wrong member", staff(), row("Guest", map[string]edm.Value{"Home": edm.Complex([]edm.Value{edm.String("x"), edm.Int32(1)})}), "row 0: the property Home: Street: the value is Edm.Int32; give an Edm.String", "members have kinds, too"},
		{"null member", staff(), row("Guest", map[string]edm.Value{"Home": edm.Complex([]edm.Value{edm.Null, edm.Null})}), "row 0: the property Home: City is never null; give it a value", "and may not be null"},
		{"enum", staff(), row("Guest", map[string]edm.Value{"Mood": edm.Int32(1)}), "row 0: the property Mood: the value is Edm.Int32; give the name of a member of Demo.Mood as an Edm.String", "enum values travel as names"},
		{"same key", staff(), append(row("Guest", nil), row("Guest", nil)...), "rows 0 and 1 have the same key (1)", "keys are unique in the set, across types"},
		{"missing base", schema(func(s *odata.Schema) { s.Derived = s.Derived[:1] }), nil, "Demo.Boss: its base type Employee is not in the schema; add it to Schema.Derived", "without it the properties are not known"},
		{"circular base", schema(func(s *odata.Schema) { s.Derived[1].BaseType = "Demo.Boss" }), nil, "the type extends itself; correct BaseType", "a hierarchy has a root"},
		{"no key", schema(func(s *odata.Schema) { s.Entity.Key = nil }), nil, "Demo.Person has no key; name its key properties in Key", "entities need addresses"},
		{"unknown key", schema(func(s *odata.Schema) { s.Entity.Key = []string{"Nope"} }), row("Guest", nil), "Demo.Person: the key property Nope does not exist; correct Key or Properties", "the key is made of properties"},
		{"no entity", odata.Schema{}, row("Guest", nil), "Schema.Entity is nil; give the entity type of the rows", "rows need a type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := memory.Rows("Staff", tt.schema, tt.rows)
			if set.Schema.Err == nil || !strings.Contains(set.Schema.Err.Error(), tt.want) {
				t.Errorf("%s: got %v\nwant %s", tt.why, set.Schema.Err, tt.want)
			}
		})
	}
}

func TestRowsKeepsEarlierMistakes(t *testing.T) {
	schema := staff()
	schema.Err = textError("unreadable")
	set := memory.Rows("Staff", schema, people(), memory.TypeName("X"))
	for _, want := range []string{"unreadable", "TypeName does not go with Rows"} {
		if !strings.Contains(set.Schema.Err.Error(), want) {
			t.Errorf("%q is lost: %v", want, set.Schema.Err)
		}
	}
}

type textError string

func (e textError) Error() string { return string(e) }

func TestRowsReportsSomeOfMany(t *testing.T) {
	set := memory.Rows("Staff", staff(), make([]memory.Entity, 100_000))
	if lines := strings.Count(set.Schema.Err.Error(), "\n"); lines < 10 || lines > 30 {
		t.Errorf("a table that is wrong in each row is told about in %d lines", lines)
	}
}

func TestViewsRefuseForeignModels(t *testing.T) {
	s := serve(t, memory.Rows("Staff", staff(), people()))
	wider := staff()
	wider.Entity.Properties = append(wider.Entity.Properties, &metadata.Property{Name: "Age", Type: "Edm.Int32"})
	other := serve(t, memory.Rows("Staff", wider, nil))
	fewer := staff()
	fewer.Derived = fewer.Derived[2:]
	small := serve(t, memory.Rows("Staff", fewer, nil))
	for _, tt := range []struct {
		name  string
		query *odata.Query
	}{
		{"a property the rows lack", other.query()},
		{"a type the model lacks", small.query()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := s.Reader.Read(t.Context(), tt.query); odata.AsError(err) == nil || odata.AsError(err).Kind != odata.KindInternal {
				t.Errorf("rows and model do not fit, but Read returns %v", err)
			}
		})
	}
}
