package testmodel

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
)

// Town is a model with every kind of association a store has to keep:
//
//	Person  *  Manager    0..1  Person    one set at both ends
//	Person  *  Liked      *     Person    many to many, no way back has a name
//	Task    *  Owner      0..1  Person    Task.OwnerId holds the key, or null
//	Task    *  Team       1     Team      Task.TeamId holds the key, never null
//	Line    *  Task       1     Task      Line.TaskId is part of a key; cascade
//	Remark  *  Line       0..1  Line      two properties hold a key of two parts
//	Pass   0..1 Holder    0..1  Person    one to one, Pass.HolderId holds the key
//	Badge  0..1 Bearer    1     Person    required, nothing holds a key
//	Note    *  Author     0..1  Person    cascade, nothing holds a key
//	Chief  0..1 Seal      0..1  Seal      from a derived type
//	Cell   0..1 Next      0..1  Cell      cascade both ways
//	Doc     *  Tags       *     Tag       in two pairs of sets
//
// Persons are open, a Photo is a media entity with a named stream, and versions
// of several kinds are made by the store.
func Town(tb testing.TB) *metadata.Model {
	tb.Helper()
	s := &metadata.Schema{Namespace: "Town"}
	c := &metadata.EntityContainer{Name: "All", IsDefault: true}
	entity := func(name, key string, properties ...string) *metadata.EntityType {
		e := &metadata.EntityType{Name: name}
		if key != "" {
			e.Key = strings.Split(key, ",")
		}
		for _, text := range properties {
			name, kind, _ := strings.Cut(text, " ")
			p := &metadata.Property{Name: name}
			p.Type, kind, _ = strings.Cut(kind, " ")
			if !strings.Contains(p.Type, ".") {
				p.Type = "Edm." + p.Type
			}
			p.NotNull = strings.Contains(kind, "!")
			if strings.Contains(kind, "token") {
				p.ConcurrencyMode = metadata.ConcurrencyFixed
			}
			if strings.Contains(kind, "computed") {
				p.StoreGenerated = metadata.StoreGeneratedComputed
			}
			if strings.Contains(kind, "identity") {
				p.StoreGenerated = metadata.StoreGeneratedIdentity
			}
			e.Properties = append(e.Properties, p)
		}
		s.EntityTypes = append(s.EntityTypes, e)
		return e
	}
	place := &metadata.ComplexType{Name: "Place", Properties: []*metadata.Property{
		{Name: "City", Type: "Edm.String"}, {Name: "Spot", Type: "Town.Spot"}}}
	spot := &metadata.ComplexType{Name: "Spot", Properties: []*metadata.Property{
		{Name: "X", Type: "Edm.Int32"}, {Name: "Y", Type: "Edm.Int32"}}}
	s.ComplexTypes = []*metadata.ComplexType{place, spot}

	entity("Person", "Id", "Id Int32 !", "Name String", "Rank Int32 !", "Home Town.Place", "Nicks Collection(Edm.String) !",
		"Version Int32 !token,computed", "Serial Int64 !identity").OpenType = true
	entity("Chief", "", "Power Int32").BaseType = "Town.Person"
	entity("Team", "Id", "Id Guid !", "Name String !", "Edition String token")
	entity("Task", "Id", "Id Int64 !", "Title String", "OwnerId Int32", "TeamId Guid !", "Version Byte !token,computed")
	entity("Line", "TaskId,No", "TaskId Int64 !", "No Int16 !", "Text String")
	entity("Remark", "Code", "Code String !", "LineTask Int64", "LineNo Int16", "Stamp DateTime computed")
	entity("Pass", "Id", "Id Int32 !", "HolderId Int32")
	entity("Badge", "Id", "Id Byte !", "Colour String")
	entity("Note", "Id", "Id Int32 !", "Text String", "Version Binary token,computed")
	entity("Seal", "Id", "Id Int32 !", "Motto String")
	entity("Cell", "Id", "Id Int32 !")
	entity("Doc", "Id", "Id Int32 !", "Title String")
	entity("Tag", "Code", "Code String !")
	entity("Photo", "Id", "Id Int32 !", "Caption String", "Thumb Stream !").HasStream = true

	for _, text := range []string{"Persons Person", "Teams Team", "Tasks Task", "Lines Line", "Remarks Remark", "Passes Pass",
		"Badges Badge", "Notes Note", "Seals Seal", "Cells Cell", "Docs Doc", "OldDocs Doc", "Tags Tag", "OldTags Tag", "Photos Photo"} {
		set, typ, _ := strings.Cut(text, " ")
		c.EntitySets = append(c.EntitySets, &metadata.EntitySet{Name: set, EntityType: "Town." + typ})
	}

	multiplicity := map[string]metadata.Multiplicity{"?": metadata.ZeroOrOne, "1": metadata.One, "*": metadata.Many}
	typed := func(name string) *metadata.EntityType {
		for _, e := range s.EntityTypes {
			if e.Name == name {
				return e
			}
		}
		panic(name)
	}
	// An end is "Type multiplicity", with ! for cascade; the names are those of
	// the navigation properties that start at the ends, and a dot for none.
	// Where first holds a key, dependent and principal name the properties.
	associate := func(name, first, forth, second, back, dependent, principal string, sets ...string) {
		a := &metadata.Association{Name: name}
		for i, end := range []string{first, second} {
			typ, many, _ := strings.Cut(end, " ")
			e := metadata.AssociationEnd{Type: "Town." + typ, Role: []string{"First", "Second"}[i], Multiplicity: multiplicity[many[:1]]}
			if strings.HasSuffix(many, "!") {
				e.OnDelete = metadata.OnDeleteCascade
			}
			a.Ends[i] = e
			nav := &metadata.NavigationProperty{Name: []string{forth, back}[i], Relationship: "Town." + name, FromRole: "First", ToRole: "Second"}
			if i == 1 {
				nav.FromRole, nav.ToRole = nav.ToRole, nav.FromRole
			}
			if nav.Name != "." {
				t := typed(typ)
				t.NavigationProperties = append(t.NavigationProperties, nav)
			}
		}
		if dependent != "" {
			a.Constraint = &metadata.ReferentialConstraint{DependentRole: "First", DependentProperties: strings.Split(dependent, ","),
				PrincipalRole: "Second", PrincipalProperties: strings.Split(principal, ",")}
		}
		s.Associations = append(s.Associations, a)
		for _, pair := range sets {
			one, other, _ := strings.Cut(pair, " ")
			c.AssociationSets = append(c.AssociationSets, &metadata.AssociationSet{Name: name + one, Association: "Town." + name,
				Ends: [2]metadata.AssociationSetEnd{{Role: "First", EntitySet: one}, {Role: "Second", EntitySet: other}}})
		}
	}
	associate("Managers", "Person *", "Manager", "Person ?", "Reports", "", "", "Persons Persons")
	associate("Likes", "Person *", "Liked", "Person *", ".", "", "", "Persons Persons")
	associate("Owners", "Task *", "Owner", "Person ?", "Owned", "OwnerId", "Id", "Tasks Persons")
	associate("TaskTeams", "Task *", "Team", "Team 1", "Tasks", "TeamId", "Id", "Tasks Teams")
	associate("TaskLines", "Line *", "Task", "Task 1!", "Lines", "TaskId", "Id", "Lines Tasks")
	associate("Remarked", "Remark *", "Line", "Line ?", ".", "LineNo,LineTask", "No,TaskId", "Remarks Lines")
	associate("Holders", "Pass ?", "Holder", "Person ?", "Pass", "HolderId", "Id", "Passes Persons")
	associate("Bearers", "Badge ?", "Bearer", "Person 1", "Badge", "", "", "Badges Persons")
	associate("Authors", "Note *", "Author", "Person ?!", "Notes", "", "", "Notes Persons")
	associate("Seals", "Chief ?", "Seal", "Seal ?", ".", "", "", "Persons Seals")
	associate("Ring", "Cell ?!", "Next", "Cell ?!", "Prev", "", "", "Cells Cells")
	associate("DocTags", "Doc *", "Tags", "Tag *", "Docs", "", "", "Docs Tags", "OldDocs OldTags")

	s.Containers = []*metadata.EntityContainer{c}
	model := &metadata.Model{Schemas: []*metadata.Schema{s}}
	if err := model.Resolve(); err != nil {
		tb.Fatal(err)
	}
	return model
}
