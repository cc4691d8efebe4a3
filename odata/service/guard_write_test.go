package service_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

const (
	visibleOrder = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'" // visible, of customer 1
	hiddenOrder  = "guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11'" // hidden, of customer 1
)

// hiddenEntities are the conditions of the guards in TestGuardWriteSweep. They hide
// customer 2, who is the best friend of 1 and has 3 as concierge, the second
// order of customer 1, a photo with its streams and a tag.
var hiddenEntities = map[string]string{
	"Customers": "Id ne 2", "Orders": "Total ne 1.00M", "Photos": "Id ne 1", "Tags": "Code ne 'a/b'",
}

// withoutHidden are the data that such guards leave over.
func withoutHidden() memory.Data {
	data := without(testmodel.Data())
	data.Entities["Tags"] = slices.DeleteFunc(slices.Clone(data.Entities["Tags"]), func(e memory.Entity) bool { return e.Values["Code"].Str() == "a/b" })
	return data
}

// TestGuardWriteSweep: no request that changes data tells what a guard hides from
// what is not there, in status, headers and body, or touches it. The answers are
// compared with those of a service whose data lack the entities.
func TestGuardWriteSweep(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule func(condition string) guardRules
		why  string
	}{
		{"hidden for every use", forAllUses, "as a guard does that looks at the caller only"},
		{"hidden for reading", func(c string) guardRules { return guardRules{odata.Read: c} }, "what cannot be seen cannot be changed either"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guards := map[string]guardRules{}
			for set, c := range hiddenEntities {
				guards[set] = tt.rule(c)
			}
			guarded := demoStage(t, testmodel.Data(), guards, nil)
			reduced := demoStage(t, withoutHidden(), nil, nil)
			before := guarded.dump()
			if diff := changedLines(reduced.show(reduced.guarded, "x"), guarded.show(guarded.guarded, "x")); diff != "" {
				t.Fatalf("the guards hide something else (-without +guarded):\n%s", diff)
			}
			n := 0
			for _, d := range hiddenDeeds() {
				all := waysOf(d)
				n += len(all)
				for _, way := range all {
					want, got := sendDeed(reduced.guarded, "x", way), sendDeed(guarded.guarded, "x", way)
					if want.Status >= http.StatusInternalServerError {
						t.Errorf("%s: %d: the request shows nothing", way, want.Status)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: differs from the answer without the entities (-without +guarded): %s\n%s", way, tt.why, diff)
					}
				}
				if after := guarded.dump(); after != before {
					t.Errorf("%s: changed what it should not touch: %s (-before +after):\n%s", d, tt.why, changedLines(before, after))
					guarded, reduced = demoStage(t, testmodel.Data(), guards, nil), demoStage(t, withoutHidden(), nil, nil)
				}
			}
			t.Logf("%d requests", n)
		})
	}
}

// TestGuardWriteSweepHasPower: most requests of the sweep do something where no
// guard is in their way.
func TestGuardWriteSweepHasPower(t *testing.T) {
	open := demoStage(t, testmodel.Data(), nil, nil)
	before := open.dump()
	all, done := hiddenDeeds(), 0
	for _, d := range all {
		if got := sendDeed(open.guarded, "x", d.with("Prefer: pamodata.validate-only")); got.Status < http.StatusMultipleChoices {
			done++
		}
	}
	if done*2 < len(all) {
		t.Errorf("only %d of %d requests would change data without guards", done, len(all))
	}
	open.untouched(t, before, deed{}, "validate-only makes no change")
}

// waysOf are the ways to send a deed: to have its result shown, to be validated only,
// and in a change set, there through a tunnel.
func waysOf(d deed) []deed {
	inner := d
	if d.method != http.MethodPost {
		inner = d.tunnelled()
	}
	return []deed{d.with("Prefer: return-content"), d.with("Prefer: pamodata.validate-only"), deedSet(inner)}
}

// pastHidden are paths that lead through a hidden entity to a visible one.
var pastHidden = []string{"Orders(" + hiddenOrder + ")/Customer", "Customers(2)/Demo.VipCustomer/Concierge"}

// hiddenDeeds are aimed at the hidden entities, and have no effect where those do
// not exist.
func hiddenDeeds() (all []deed) {
	add := func(method, target, header, body string) { all = append(all, deed{method, target, header, body}) }
	conditional := func(method, target, header, body string) {
		for _, match := range []string{"", "If-Match: *", `If-Match: W/"1"`, `If-Match: W/"9"`, `If-Match: W/"'no'"`, "If-Match: nonsense", `If-None-Match: W/"1"`} {
			add(method, target, strings.TrimSpace(header+"\n"+match), body)
		}
	}
	merging := []string{http.MethodPut, http.MethodPatch, "MERGE"}

	// Entities, on every path to them.
	for _, target := range []string{"Customers(2)", "Customers(2)/Demo.VipCustomer", "Customers(1)/BestFriend", "Customers(1)/BestFriend/Demo.VipCustomer", "Customers(3)/BestFriend/BestFriend"} {
		for _, method := range merging {
			conditional(method, target, inLight, `{"Name":"X","Version":5}`)
			add(method, target, inVerbose+"\nIf-Match: *", `{"Name":"X","Version":5}`)
			add(method, target, inAtom+"\nIf-Match: *", atomEntry("<d:Name>X</d:Name>"))
			add(method, target, inLight+"\nIf-Match: *", `{"odata.type":"Demo.VipCustomer","Level":1}`)
			add(method, target, inLight+"\nIf-Match: *", `{"BestFriend@odata.bind":"Customers(3)"}`)
			add(method, target, inLight+"\nIf-Match: *", `{"BestFriend":null}`)
			add(method, target, inLight+"\nIf-Match: *", `{"Orders@odata.bind":["Orders(`+visibleOrder+`)"]}`)
		}
		conditional(http.MethodDelete, target, "", "")
	}
	for _, target := range []string{"Orders(" + hiddenOrder + ")", "Customers(1)/Orders(" + hiddenOrder + ")", "Customers(3)/BestFriend/Orders(" + hiddenOrder + ")", "Tags('a%2Fb')", "Photos(1)"} {
		for _, method := range merging {
			conditional(method, target, inLight, `{}`)
			add(method, target, inVerbose, `{}`)
			add(method, target, inAtom, atomEntry(""))
		}
		conditional(http.MethodDelete, target, "", "")
	}
	for _, target := range []string{"Orders(" + hiddenOrder + ")/Customer", "Customers(2)/Orders(" + visibleOrder + ")", "Customers(2)/BestFriend", "Customers(2)/Demo.VipCustomer/Concierge"} {
		add(http.MethodPatch, target, inAtom+"\nIf-Match: *", atomEntry(""))
		add(http.MethodDelete, target, "If-Match: *", "")
	}

	// Properties.
	for _, owner := range []string{"Customers(2)", "Customers(1)/BestFriend", "Customers(2)/Demo.VipCustomer", "Orders(" + hiddenOrder + ")/Customer"} {
		for _, method := range merging {
			conditional(method, owner+"/Name", inLight, `{"value":"X"}`)
			add(method, owner+"/Home", inLight+"\nIf-Match: *", `{"City":"X"}`)
			add(method, owner+"/Home/City", inLight+"\nIf-Match: *", `{"value":"X"}`)
			add(method, owner+"/Emails", inLight+"\nIf-Match: *", `{"value":["X"]}`)
			add(method, owner+"/Points", inVerbose+"\nIf-Match: *", `{"Points":"7"}`)
			add(method, owner+"/Name", inXML+"\nIf-Match: *", `<Name xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">X</Name>`)
			add(method, owner+"/Id", inLight+"\nIf-Match: *", `{"value":7}`)
			conditional(method, owner+"/Name/$value", "Content-Type: text/plain", "X")
			add(method, owner+"/Home/City/$value", "Content-Type: text/plain\nIf-Match: *", "X")
		}
		add(http.MethodDelete, owner+"/Name", "If-Match: *", "")
		add(http.MethodDelete, owner+"/Name/$value", "If-Match: *", "")
		add(http.MethodDelete, owner+"/Points/$value", "If-Match: *", "")
	}
	for _, property := range []string{"Colour", "Fresh"} {
		for _, method := range merging {
			add(method, "Tags('a%2Fb')/"+property, inLight, `{"value":"X"}`)
			add(method, "Tags('a%2Fb')/"+property+"/$value", "Content-Type: text/plain", "X")
		}
		add(http.MethodDelete, "Tags('a%2Fb')/"+property, "", "")
	}

	// Streams.
	for _, target := range []string{"Photos(1)/$value", "Photos(1)/Thumb"} {
		conditional(http.MethodPut, target, "Content-Type: image/png", "X")
	}

	// Creating by way of what is hidden.
	add(http.MethodPost, "Customers(2)/Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001"}`)
	add(http.MethodPost, "Customers(1)/BestFriend/Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001"}`)
	add(http.MethodPost, "Customers(2)/Demo.VipCustomer/Orders", inAtom, atomEntry(`<d:OrderId m:type="Edm.Guid">00000000-0000-0000-0000-000000000001</d:OrderId>`))
	add(http.MethodPost, "Customers(2)/Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"Id":9,"Version":1}}`)
	add(http.MethodPost, "Customers(2)/Orders", inVerbose, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"__metadata":{"uri":"Customers(3)"}}}`)

	for _, past := range pastHidden {
		add(http.MethodPost, past+"/Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001"}`)
		add(http.MethodPost, past+"/$links/Orders", inLight, `{"url":"Orders(`+visibleOrder+`)"}`)
		add(http.MethodPut, past+"/$links/BestFriend", inLight, `{"url":"Customers(3)"}`)
	}

	all = append(all, hiddenLinks()...)
	for _, target := range []string{"Customers(2)/Promote", "Customers(2)/Demo.VipCustomer/Promote", "Customers(1)/BestFriend/Promote", "Customers(3)/BestFriend/BestFriend/Promote", "Orders(" + hiddenOrder + ")/Customer/Promote"} {
		add(http.MethodPost, target, inLight, `{"level":2}`)
		add(http.MethodPost, target, inVerbose, `{"level":2}`)
		add(http.MethodPost, target, inLight, `{}`)
	}
	return all
}

// hiddenLinks are deeds about links to and from the hidden entities: by $links,
// and by URLs in payloads of the three formats.
func hiddenLinks() (all []deed) {
	add := func(method, target, header, body string) { all = append(all, deed{method, target, header, body}) }
	link := func(url string) string { return `{"url":"` + url + `"}` }
	customer2 := []string{"Customers(2)", "/svc/Customers(2)", "http://host/svc/Customers(2)", "Customers(2)/Demo.VipCustomer"}
	orders := []string{"Orders(" + hiddenOrder + ")", "http://host/svc/Orders(" + hiddenOrder + ")", "Customers(1)/Orders(" + hiddenOrder + ")", "Customers(2)/Orders(" + visibleOrder + ")"}

	for _, method := range []string{http.MethodPut, http.MethodPatch, "MERGE"} {
		for _, url := range customer2 {
			add(method, "Customers(3)/$links/BestFriend", inLight, link(url))
			add(method, "Orders("+visibleOrder+")/$links/Customer", inVerbose, `{"uri":"`+url+`"}`)
			add(method, "Orders("+visibleOrder+")/$links/Customer", inXML, `<uri xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices">`+url+`</uri>`)
		}
		add(method, "Customers(3)/$links/BestFriend", inLight, link("Customers(1)/BestFriend"))
		add(method, "Customers(2)/$links/BestFriend", inLight, link("Customers(3)"))
		add(method, "Customers(2)/Demo.VipCustomer/$links/Concierge", inLight, link("Customers(1)"))
		add(method, "Customers(1)/BestFriend/$links/BestFriend", inLight, link("Customers(3)"))
		add(method, "Orders("+hiddenOrder+")/$links/Customer", inLight, link("Customers(3)"))
	}
	for _, url := range orders {
		add(http.MethodPost, "Customers(3)/$links/Orders", inLight, link(url))
		add(http.MethodPost, "Customers(1)/$links/Orders", inLight, link(url))
	}
	add(http.MethodPost, "Customers(2)/$links/Orders", inLight, link("Orders("+visibleOrder+")"))
	add(http.MethodPost, "Customers(1)/BestFriend/$links/Orders", inLight, link("Orders("+visibleOrder+")"))
	for _, target := range []string{
		"Customers(1)/$links/BestFriend", "Customers(1)/$links/Orders(" + hiddenOrder + ")", "Customers(3)/$links/Orders(" + hiddenOrder + ")",
		"Customers(2)/$links/BestFriend", "Customers(2)/$links/Orders(" + visibleOrder + ")", "Customers(2)/Demo.VipCustomer/$links/Concierge",
		"Orders(" + hiddenOrder + ")/$links/Customer", "Customers(1)/BestFriend/$links/BestFriend", "Customers(1)/Orders(" + hiddenOrder + ")/$links/Customer",
	} {
		add(http.MethodDelete, target, "", "")
	}

	for _, url := range append(customer2, pastHidden...) {
		bindings := []deed{
			{"", "", inLight, fmt.Sprintf(`{"BestFriend@odata.bind":%q}`, url)},
			{"", "", inVerbose, fmt.Sprintf(`{"BestFriend":{"__metadata":{"uri":%q}}}`, url)},
			{"", "", inAtom, atomEntry("", [2]string{"BestFriend", url})},
		}
		for _, b := range bindings {
			add(http.MethodPatch, "Customers(3)", b.header+"\nIf-Match: *", b.body)
			add("MERGE", "Customers(3)", b.header+"\nIf-Match: *", b.body)
			add(http.MethodPut, "Customers(3)", b.header+"\nIf-Match: *", b.body)
			add(http.MethodPost, "Customers", b.header, b.body)
		}
		add(http.MethodPost, "Orders", inLight, fmt.Sprintf(`{"OrderId":"00000000-0000-0000-0000-000000000001","Customer@odata.bind":%q}`, url))
		add(http.MethodPost, "Customers", inLight, fmt.Sprintf(`{"Id":9,"Version":1,"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000001","Customer@odata.bind":%q}]}`, url))
		add(http.MethodPost, "Orders", inVerbose, fmt.Sprintf(`{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"Id":9,"Version":1,"BestFriend":{"__metadata":{"uri":%q}}}}`, url))
	}
	for _, url := range orders {
		add(http.MethodPatch, "Customers(3)", inLight+"\nIf-Match: *", fmt.Sprintf(`{"Orders@odata.bind":[%q]}`, url))
		add(http.MethodPatch, "Customers(1)", inVerbose+"\nIf-Match: *", fmt.Sprintf(`{"Orders":[{"__metadata":{"uri":%q}}]}`, url))
		add(http.MethodPost, "Customers", inLight, fmt.Sprintf(`{"Id":9,"Version":1,"Orders@odata.bind":["Orders(%s)",%q]}`, visibleOrder, url))
		add(http.MethodPost, "Customers", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id>`, [2]string{"Orders", url}))
	}
	return all
}

// TestGuardWriteReferences: what a change set creates and links to a hidden entity
// is undone, by whatever request and reference that comes.
func TestGuardWriteReferences(t *testing.T) {
	create := deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1}`}
	for _, tt := range []struct {
		name  string
		want  int
		deeds []deed
	}{
		{"link of the new one", 404, []deed{create, {http.MethodPut, "$1/$links/BestFriend", inLight, `{"url":"Customers(2)"}`}}},
		{"bind of the new one", 404, []deed{create, {http.MethodPatch, "$1", inLight + "\nIf-Match: *", `{"BestFriend@odata.bind":"Customers(2)"}`}}},
		{"hidden to the new one", 404, []deed{create, {http.MethodPut, "Customers(2)/$links/BestFriend", inLight, `{"url":"$1"}`}}},
		{"bound from a hidden one", 404, []deed{create, {http.MethodPatch, "Customers(2)", inLight + "\nIf-Match: *", `{"BestFriend@odata.bind":"$1"}`}}},
		{"order moved from the hidden", 404, []deed{create, {http.MethodPost, "$1/$links/Orders", inVerbose, `{"uri":"http://host/svc/Orders(` + hiddenOrder + `)"}`}}},
		{"past the new one", 412, []deed{create, {http.MethodPut, "$1/$links/BestFriend", inLight, `{"url":"Customers(3)"}`},
			{http.MethodPatch, "$1/BestFriend/BestFriend/BestFriend", inLight + "\nIf-Match: *", `{"Name":"X"}`}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guards := map[string]guardRules{}
			for set, c := range hiddenEntities {
				guards[set] = forAllUses(c)
			}
			guarded, reduced := demoStage(t, testmodel.Data(), guards, nil), demoStage(t, withoutHidden(), nil, nil)
			before := guarded.dump()
			d := deedSet(tt.deeds...)
			want, got := sendDeed(reduced.guarded, "x", d), sendDeed(guarded.guarded, "x", d)
			if diff := cmp.Diff(want, got); diff != "" || got.inner() != tt.want {
				t.Errorf("%d (-without +guarded):\n%s", got.inner(), diff)
			}
			guarded.untouched(t, before, d, "the change set failed")
		})
	}
}
