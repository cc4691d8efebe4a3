package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

type (
	place struct{ City string }

	order struct {
		ID      int32 `odata:",key"`
		Owner   edm.GUID
		Proxy   *edm.GUID
		Placed  time.Time `odata:",type=DateTime"`
		Home    place
		Work    *place
		Details []byte `odata:",nullable"`
	}
)

var (
	orderOwner  = typed.Field(func(o *order) *edm.GUID { return &o.Owner })
	orderProxy  = typed.Field(func(o *order) **edm.GUID { return &o.Proxy })
	orderPlaced = typed.Field(func(o *order) *time.Time { return &o.Placed })
	orderHome   = typed.Field(func(o *order) *string { return &o.Home.City })
	orderWork   = typed.Field(func(o *order) *string { return &o.Work.City })
	orderBytes  = typed.Field(func(o *order) *[]byte { return &o.Details })
)

// TestConditionsOnRows takes conditions of package typed the way a guard's go:
// adopted by the model, then read.
func TestConditionsOnRows(t *testing.T) {
	jen, bob := edm.GUID{1}, edm.GUID{2}
	noon := time.Date(2015, 7, 12, 12, 0, 0, 0, time.UTC)
	s := serve(t, memory.Set("Orders", []order{
		{ID: 1, Owner: jen, Placed: noon, Home: place{"Bern"}, Details: []byte{1}},
		{ID: 2, Owner: bob, Proxy: &jen, Placed: noon.Add(time.Hour), Work: &place{"Rome"}},
		{ID: 3, Proxy: &bob, Placed: noon.Add(2 * time.Hour).In(time.FixedZone("", 3600)), Home: place{"Rome"}, Work: &place{"Bern"}},
	}))
	owner := func(who odata.Principal) odata.Expr {
		guard := typed.Owner(orderOwner, func(p odata.Principal) edm.GUID { return p.ID })
		return must(guard.Restrict(odata.WithPrincipal(context.Background(), who), odata.Access{}))
	}
	for _, tt := range []struct {
		name      string
		condition odata.Expr
		want      []string
		why       string
	}{
		{"owner", owner(odata.Principal{ID: jen}), []string{"1"}, "callers see their own"},
		{"nobody", owner(odata.Principal{Name: "PRIV\\Jen"}), []string{}, "a caller without an id does not own what has no owner"},
		{"pointer", orderProxy.Eq(&jen), []string{"2"}, "a nullable field equals its value"},
		{"null", orderProxy.Eq(nil), []string{"1"}, "and null if it has none"},
		{"not null", orderProxy.Ne(nil), []string{"2", "3"}, "null differs from everything else"},
		{"less", orderPlaced.Lt(noon.Add(90 * time.Minute)), []string{"1", "2"}, "dates compare as instants"},
		{"other zone", orderPlaced.Eq(noon.Add(2 * time.Hour)), []string{"3"}, "whatever their zone"},
		{"in", orderOwner.In(bob, edm.GUID{}), []string{"2", "3"}, "one of several"},
		{"in nothing", orderOwner.In(), []string{}, "one of none"},
		{"member", orderHome.Eq("Bern"), []string{"1"}, "a member of a complex value"},
		{"member of null", orderWork.Ne("Rome"), []string{"1", "3"}, "a member of nothing is null"},
		{"no bytes", orderBytes.Eq(nil), []string{"2", "3"}, "nil bytes are null here"},
		{"either", &odata.Binary{Op: odata.Or, L: orderOwner.Eq(jen), R: orderProxy.Eq(&jen)}, []string{"1", "2"}, "conditions combine"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := s.query()
			adopted, err := bind.Adopt(s.typ(), tt.condition)
			if err != nil {
				t.Fatal(err)
			}
			q.Filter = adopted
			rows, _ := s.rows(t, q)
			if diff := cmp.Diff(tt.want, column(rows, 0)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestBrokenConditionsAreNotAdopted(t *testing.T) {
	s := serve(t, memory.Set("Orders", []order{{ID: 1}}))
	broken := typed.Field(func(*order) *string { return nil })
	for name, condition := range map[string]odata.Expr{"eq": broken.Eq("x"), "in": broken.In("x")} {
		if adopted, err := bind.Adopt(s.typ(), condition); err == nil {
			t.Errorf("%s: a condition on no field becomes %s", name, odata.Dump(adopted))
		}
	}
}
