package memory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// linked is a set of parts whose type has a navigation property to itself.
func linked(t *testing.T) (served, *metadata.NavigationProperty) {
	t.Helper()
	set := memory.Set("Parts", []Part{{ID: 1, Sold: true}, {ID: 2}, {ID: 3, Sold: true}})
	part := set.Schema.Entity
	part.NavigationProperties = []*metadata.NavigationProperty{{Name: "Next", Relationship: "Link", FromRole: "From", ToRole: "To"}}
	declared := &metadata.EntitySet{Name: "Parts", EntityType: "Part"}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Served", EntityTypes: []*metadata.EntityType{part},
		Associations: []*metadata.Association{{Name: "Link", Ends: [2]metadata.AssociationEnd{
			{Type: "Part", Role: "From", Multiplicity: metadata.Many}, {Type: "Part", Role: "To", Multiplicity: metadata.ZeroOrOne}}}},
		Containers: []*metadata.EntityContainer{{Name: "Service", IsDefault: true, EntitySets: []*metadata.EntitySet{declared},
			AssociationSets: []*metadata.AssociationSet{{Name: "Links", Association: "Link", Ends: [2]metadata.AssociationSetEnd{
				{Role: "From", EntitySet: "Parts"}, {Role: "To", EntitySet: "Parts"}}}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return served{set, declared, model}, part.NavigationProperty("Next")
}

// TestRest checks what is done here and what is handed back.
func TestRest(t *testing.T) {
	s, next := linked(t)
	name := func(of odata.Expr) odata.Expr { return &odata.Member{Of: of, Property: s.typ().Property("Name")} }
	away := binary(odata.Eq, name(&odata.Navigate{Of: odata.ItOf(s.typ()), Nav: next}), literal(edm.String("x")))
	sold := s.member("Sold")
	above := binary(odata.Gt, s.member("ID"), literal(edm.Int32(1)))
	expand := []odata.Expansion{{Nav: next, Query: &odata.Query{Set: s.declared, Type: s.typ()}}}
	top := new(int64(1))

	type rest struct {
		Filter     string
		Total      bool
		Order      int
		After      int
		Skip       int64
		Top        bool
		Expand     int
		SameFields bool
	}
	for _, tt := range []struct {
		name  string
		query odata.Query
		ids   []string
		total bool
		rest  *rest
		why   string
	}{
		{"nothing left", odata.Query{Filter: sold, OrderBy: s.by("-ID"), Top: top, Total: true}, []string{"3"}, true, nil, "all clauses concern the set's own rows"},
		{"expansion", odata.Query{Filter: sold, Top: top, Total: true, Expand: expand}, []string{"1"}, true,
			&rest{Filter: "true", Expand: 1, SameFields: true}, "related entities live in other sets, and nothing depends on them"},
		{"filter", odata.Query{Filter: away, OrderBy: s.by("ID"), Top: top, Total: true, Skip: 1, After: []edm.Value{edm.Int32(0)}, Expand: expand}, []string{"1", "2", "3"}, false,
			&rest{Filter: "(eq Next/Name:String 'x':String)", Total: true, Order: 1, After: 1, Skip: 1, Top: true, Expand: 1, SameFields: true},
			"whatever follows a filter that is left over is left over, too"},
		{"leading conditions", odata.Query{Filter: odata.Conjunction(sold, above, away, sold), Top: top}, []string{"3"}, false,
			&rest{Filter: "(and (eq Next/Name:String 'x':String) Sold:Boolean)", Top: true, SameFields: true},
			"conditions on own rows that come first are performed"},
		{"trailing conditions", odata.Query{Filter: odata.Conjunction(away, sold)}, []string{"1", "2", "3"}, false,
			&rest{Filter: "(and (eq Next/Name:String 'x':String) Sold:Boolean)", SameFields: true},
			"a condition is not asked about rows that an earlier one may hide"},
		{"either", odata.Query{Filter: binary(odata.Or, sold, away)}, []string{"1", "2", "3"}, false,
			&rest{Filter: "(or Sold:Boolean (eq Next/Name:String 'x':String))", SameFields: true}, "an alternative cannot be divided"},
		{"order", odata.Query{Filter: sold, Total: true, Top: top, Skip: 1,
			OrderBy: []odata.Order{{By: name(&odata.Navigate{Of: odata.ItOf(s.typ()), Nav: next})}}}, []string{"1", "3"}, true,
			&rest{Filter: "true", Order: 1, Skip: 1, Top: true, SameFields: true}, "filter and total come before the order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.query
			q.Set, q.Type, q.Fields = s.declared, s.typ(), s.query().Fields
			before := q
			rows, result := s.rows(t, &q)
			if diff := cmp.Diff(tt.ids, column(rows, 0)); diff != "" {
				t.Errorf("%s: rows (-want +got):\n%s", tt.why, diff)
			}
			if (result.Total != nil) != tt.total {
				t.Errorf("%s: total %v", tt.why, result.Total)
			}
			var got *rest
			if r := result.Rest; r != nil {
				got = &rest{odata.Dump(r.Filter), r.Total, len(r.OrderBy), len(r.After), r.Skip, r.Top != nil, len(r.Expand),
					len(r.Fields) == len(q.Fields) && r.Set == q.Set && r.Type == q.Type}
			}
			if diff := cmp.Diff(tt.rest, got); diff != "" {
				t.Errorf("%s: left over (-want +got):\n%s", tt.why, diff)
			}
			if odata.Dump(before.Filter) != odata.Dump(q.Filter) || q.Top != before.Top || len(q.Fields) != len(before.Fields) {
				t.Errorf("%s: the query was changed", tt.why)
			}
		})
	}
}
