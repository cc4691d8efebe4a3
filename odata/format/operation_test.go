package format_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func TestAdvertisements(t *testing.T) {
	model := hierarchies(t)
	low := model.EntityType("N.PlainLow")
	for _, tt := range []struct {
		name, set, typ, why string
		change              func(*odata.Projection)
		want                []string // kind, fragment, what the target begins with and goes on with
	}{{
		name: "base type", set: "Plains", typ: "Plain",
		why: "overloads tell their parameters and the type they are bound to, also where only one applies; a property's name is qualified",
		want: []string{
			"action #Main.Start edit/Start",
			"action #Main.State edit/Main.State",
			"function #Main.Age edit/Age",
			"action #Main.Stop(N.Plain) id/N.Plain/Stop",
		},
	}, {
		name: "derived type", set: "Plains", typ: "PlainLow",
		why: "the edit link does not name the type, so the target of what only that type has does",
		want: []string{
			"action #Main.Start edit/Start",
			"action #Main.State edit/Main.State",
			"function #Main.Age edit/Age",
			"action #Main.Split id/N.PlainLow/Split",
			"action #Main.Stop(N.Plain) id/N.Plain/Stop",
			"action #Main.Stop(N.PlainLow,Edm.Int32,Collection(Edm.Guid)) id/N.PlainLow/Stop",
		},
	}, {
		name: "derived type with links", set: "Linkeds", typ: "LinkedLow",
		why:  "where the edit link names the type, targets need not; a navigation property's name is qualified",
		want: []string{"action #Main.Join edit/Join", "action #Main.Others edit/Main.Others"},
	}, {
		name: "open type", set: "Opens", typ: "Open",
		why:  "on an open type any plain name is a property",
		want: []string{"action #Main.Visit edit/Main.Visit"},
	}, {
		name: "other container", set: "OldPlains", typ: "Plain",
		why:  "outside the default container the plain name is another's; text is ASCII",
		want: []string{"action #Old%C3%A4.Restore edit/Old%C3%A4.Restore"},
	}, {
		name: "restricted", set: "Plains", typ: "Plain",
		why: "what is selected of a derived type is nothing to others",
		change: func(p *odata.Projection) {
			for i := range p.Operations {
				p.Operations[i].Only = low
			}
		},
	}, {
		name: "without an address", set: "Plains", typ: "Plain",
		why:    "there is nothing to call",
		change: func(p *odata.Projection) { p.Key = nil },
	}} {
		t.Run(tt.name, func(t *testing.T) {
			p := offering(setOf(t, model, tt.set))
			if tt.change != nil {
				tt.change(p)
			}
			var got []string
			for _, a := range format.Advertisements(p, model.EntityType("N."+tt.typ)) {
				if p.Operations[a.Index].Import != a.Import {
					t.Errorf("%s has the position of %s", a.Import.Name, p.Operations[a.Index].Import.Name)
				}
				text := []byte(map[bool]string{true: "function ", false: "action "}[a.Function])
				text = append(a.AppendFragment(text), map[bool]string{true: " id", false: " edit"}[a.NamesType]...)
				got = append(got, string(a.AppendTargetPath(text)))
			}
			if diff := cmp.Diff(lines(tt.want), lines(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestOffers(t *testing.T) {
	for _, tt := range []struct {
		name, why  string
		advertised []bool
		want       bool
	}{
		{"unknown", "a row that says nothing offers everything", nil, true},
		{"none", "one that says nothing of it does not", []bool{}, false},
		{"short", "nor one that only speaks of others", []bool{true}, false},
		{"yes", "as it says", []bool{false, true}, true},
		{"no", "as it says", []bool{true, false}, false},
	} {
		if got := format.Offers(&odata.Row{Advertised: tt.advertised}, 1); got != tt.want {
			t.Errorf("%s: %v, want %v: %s", tt.name, got, tt.want, tt.why)
		}
	}
}
