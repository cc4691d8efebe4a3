package service_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// A useRow is a request and what it needs of the guards: uses of sets, and sets
// whose entities it must see. All else must not matter.
type useRow struct {
	uses  string // "Customers:Update Orders:Insert"
	reads string // "Customers Orders"
	deed  deed
}

var useNames = map[string]odata.Use{"Read": odata.Read, "Insert": odata.Insert, "Update": odata.Update, "Delete": odata.Delete, "Invoke": odata.Invoke}

// noEntity is a condition that holds for no entity of a set.
var noEntity = map[string]string{"Customers": "Id lt 0", "Orders": "Total lt 0M", "Photos": "Id lt 0", "Tags": "Code eq '-'"}

func useRows() []useRow {
	const newOrder = `{"OrderId":"00000000-0000-0000-0000-000000000001"}`
	const anyTag = "\nIf-Match: *"
	rows := []useRow{
		{"Customers:Delete", "Customers", deed{http.MethodDelete, "Customers(1)", "If-Match: *", ""}},
		{"Customers:Delete", "Customers", deed{http.MethodDelete, "Customers(3)/BestFriend", "If-Match: *", ""}},
		{"Orders:Delete", "Orders Customers", deed{http.MethodDelete, "Customers(1)/Orders(" + visibleOrder + ")", "", ""}},
		{"Customers:Update", "Customers", deed{http.MethodDelete, "Customers(1)/Name/$value", "If-Match: *", ""}},
		{"Photos:Delete", "Photos", deed{http.MethodDelete, "Photos(1)", "", ""}},
		{"Photos:Update", "Photos", deed{http.MethodPut, "Photos(1)/$value", "Content-Type: text/plain", "X"}},
		{"Photos:Update", "Photos", deed{http.MethodPut, "Photos(1)/Thumb", "Content-Type: text/plain", "X"}},
		{"Photos:Insert", "", deed{http.MethodPost, "Photos", "Content-Type: image/png", "X"}},
		{"Customers:Insert", "", deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1}`}},
		{"Customers:Insert", "", deed{http.MethodPost, "Customers/Demo.VipCustomer", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id>`)}},
		{"Tags:Insert", "", deed{http.MethodPost, "Tags", inVerbose, `{"Code":"new","Colour":"red"}`}},
		{"Orders:Insert", "Customers", deed{http.MethodPost, "Customers(3)/Orders", inLight, newOrder}},
		{"Customers:Insert Orders:Insert", "", deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Orders":[` + newOrder + `]}`}},
		{"Customers:Insert Orders:Insert", "", deed{http.MethodPost, "Orders", inVerbose, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"Id":9,"Version":1}}`}},
		{"Customers:Insert Orders:Insert", "Customers", deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"BestFriend":{"Id":10,"Version":1,"Orders":[` + newOrder + `],"BestFriend@odata.bind":"Customers(1)"}}`}},
		{"Orders:Insert", "Customers", deed{http.MethodPost, "Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer@odata.bind":"Customers(3)"}`}},
		{"Orders:Insert", "Customers", deed{http.MethodPost, "Orders", inAtom, atomEntry(`<d:OrderId m:type="Edm.Guid">00000000-0000-0000-0000-000000000001</d:OrderId>`, [2]string{"Customer", "Customers(3)"})}},
		{"Customers:Insert Orders:Update", "Orders", deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Orders@odata.bind":["Orders(` + visibleOrder + `)"]}`}},
		{"Customers:Invoke", "Customers", deed{http.MethodPost, "Customers(1)/Promote", inLight, `{"level":2}`}},
		{"Customers:Invoke", "Customers", deed{http.MethodPost, "Customers(3)/BestFriend/Promote", inVerbose, `{"level":2}`}},
		{"", "", deed{http.MethodPost, "Purge", inLight, `{"days":1}`}},
	}
	for _, method := range []string{http.MethodPut, http.MethodPatch, "MERGE"} {
		rows = append(rows, []useRow{
			{"Customers:Update", "Customers", deed{method, "Customers(1)", inLight + anyTag, `{"Name":"X"}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(3)/BestFriend", inVerbose + anyTag, `{"Name":"X"}`}},
			{"Orders:Update", "Orders Customers", deed{method, "Customers(1)/Orders(" + visibleOrder + ")", inLight, `{"Total":"8.00"}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)", inAtom + anyTag, atomEntry("", [2]string{"BestFriend", "Customers(3)"})}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)", inLight + anyTag, `{"BestFriend":null}`}},
			{"Customers:Update Orders:Update", "Customers Orders", deed{method, "Customers(3)", inLight + anyTag, `{"Orders@odata.bind":["Orders(` + visibleOrder + `)"]}`}},
			{"Orders:Update", "Orders Customers", deed{method, "Orders(" + visibleOrder + ")", inVerbose, `{"Customer":{"__metadata":{"uri":"Customers(3)"}}}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)/Name", inLight + anyTag, `{"value":"X"}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(3)/BestFriend/Home", inLight + anyTag, `{"City":"X"}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)/Home/City", inLight + anyTag, `{"value":"X"}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)/Emails", inLight + anyTag, `{"value":[]}`}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)/Home/City/$value", "Content-Type: text/plain" + anyTag, "X"}},
			{"Tags:Update", "Tags", deed{method, "Tags('x')", inLight, `{"Colour":"X"}`}},
			{"Tags:Update", "Tags", deed{method, "Tags('x')/Colour", inLight, `{"value":"X"}`}},
			{"Tags:Update", "Tags", deed{method, "Tags('x')/Colour/$value", "Content-Type: text/plain", "X"}},
			{"Customers:Update", "Customers", deed{method, "Customers(1)/$links/BestFriend", inLight, `{"url":"Customers(3)"}`}},
			{"Orders:Update", "Orders Customers", deed{method, "Orders(" + visibleOrder + ")/$links/Customer", inLight, `{"url":"Customers(3)"}`}},
		}...)
	}
	return append(rows,
		useRow{"Customers:Update Orders:Update", "Customers Orders", deed{http.MethodPost, "Customers(3)/$links/Orders", inLight, `{"url":"Orders(` + visibleOrder + `)"}`}},
		useRow{"Customers:Update Orders:Update", "Customers Orders", deed{http.MethodDelete, "Customers(1)/$links/Orders(" + visibleOrder + ")", "", ""}},
		useRow{"Customers:Update", "Customers", deed{http.MethodDelete, "Customers(1)/$links/BestFriend", "", ""}},
	)
}

// TestGuardUses: each request needs the uses of its row and no others. Where one
// is denied, be it for all entities of a set or by a guard that refuses, the
// answer is 403, or 404 for what cannot be seen, and the data stay; where it is
// not, they change.
func TestGuardUses(t *testing.T) {
	cells, stages := 0, map[string]*guardStage{}
	var before string
	for _, row := range useRows() {
		touched := map[string]bool{}
		for word := range strings.FieldsSeq(row.uses + " " + row.reads) {
			set, _, _ := strings.Cut(word, ":")
			touched[set] = true
		}
		if len(touched) == 0 {
			touched["Tags"] = true
		}
		for set := range touched {
			for name, use := range useNames {
				for _, rule := range []string{noEntity[set], "forbidden"} {
					guards := map[string]guardRules{set: {use: rule}}
					id := set + ":" + name + " " + rule
					s := stages[id]
					if s == nil {
						s = demoStage(t, testmodel.Data(), guards, nil)
						stages[id] = s
						before = s.dump()
					}
					needed := strings.Contains(row.uses, set+":"+name)
					want := http.StatusForbidden
					if use == odata.Read {
						needed = slices.Contains(strings.Fields(row.reads), set)
						if rule == "forbidden" {
							needed = row.uses != "" // whoever may not see a set at all may not change it
						} else {
							want = http.StatusNotFound
						}
					}
					if !needed && rule == "forbidden" {
						continue // what is not asked for cannot refuse; the condition shows that
					}
					cells++
					if !needed {
						if got := sendDeed(s.guarded, "x", row.deed); got.Status >= http.StatusMultipleChoices || s.dump() == before {
							t.Errorf("%s: %d without %s, which it does not need:\n%s", row.deed, got.Status, id, got.Body)
						}
						delete(stages, id) // its data have changed
						continue
					}
					for _, way := range []deed{row.deed, row.deed.with("Prefer: pamodata.validate-only"), deedSet(row.deed)} {
						if got := sendDeed(s.guarded, "x", way); got.inner() != want {
							t.Errorf("%s: %d and not %d without %s, which it needs:\n%s", way, got.inner(), want, id, got.Body)
						}
					}
					s.untouched(t, before, row.deed, "denied "+id)
				}
			}
		}
	}
	t.Logf("%d cells", cells)
}

// TestGuardUseOnCollection: an action bound to a collection works on the entities
// that the caller may both see and use, and is not refused for the others.
func TestGuardUseOnCollection(t *testing.T) {
	for _, tt := range []struct {
		name       string
		guardRules guardRules
		left       string // the customers whose points are not reset
	}{
		{"all", guardRules{}, ""},
		{"seen", guardRules{odata.Read: "Id ne 2"}, "2"},
		{"invokable", guardRules{odata.Invoke: "Id ne 1"}, "1"},
		{"both", guardRules{odata.Read: "Id ne 2", odata.Invoke: "Id eq 3"}, "1,2"},
		{"updates do not count", guardRules{odata.Update: "Id lt 0"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := demoStage(t, testmodel.Data(), map[string]guardRules{"Customers": tt.guardRules}, nil)
			if got := sendDeed(s.guarded, "x", deed{http.MethodPost, "Customers/ResetAll", "", ""}); got.Status != http.StatusNoContent {
				t.Fatalf("%d %s", got.Status, got.Body)
			}
			left := sendDeed(s.open, "x", deed{http.MethodGet, "Customers?$filter=Points%20ne%200&$select=Id", "Accept: application/json;odata=nometadata", ""})
			var ids []string
			for _, id := range []string{"1", "2", "3"} {
				if strings.Contains(left.Body, `"Id":`+id) {
					ids = append(ids, id)
				}
			}
			if got := strings.Join(ids, ","); got != tt.left {
				t.Errorf("left out %q, want %q", got, tt.left)
			}
		})
	}
}

// dataWithOwn are the data of the demo model with one customer of Jen's.
func dataWithOwn() memory.Data {
	data := testmodel.Data()
	customers := slices.Clone(data.Entities["Customers"])
	jens := map[string]edm.Value{}
	for name, v := range customers[0].Values {
		jens[name] = v
	}
	jens["Id"], jens["Name"] = edm.Int32(4), edm.String("Jen")
	data.Entities["Customers"] = append(customers, memory.Entity{Values: jens})
	return data
}

// TestGuardInsertConditions: a condition on inserting is one on the entity as it
// has been made, with what was generated and linked. Otherwise nothing remains.
func TestGuardInsertConditions(t *testing.T) {
	own := map[string]guardRules{"Customers": {odata.Insert: "Name eq '$caller'", odata.Update: "Name eq '$caller'"}}
	ownOrders := map[string]guardRules{"Orders": {odata.Insert: "Customer/Name eq '$caller'"}}
	const order = `"OrderId":"00000000-0000-0000-0000-000000000001"`
	for _, tt := range []struct {
		name   string
		guards map[string]guardRules
		deed   deed
		want   int
		why    string
	}{
		{name: "own", guards: own, want: 201, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Jen"}`}},
		{name: "of another", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Bob"}`}},
		{name: "of nobody", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1}`}},
		{name: "verbose", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inVerbose, `{"Id":9,"Version":1,"Name":"Bob"}`}},
		{name: "Atom", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id><d:Name>Bob</d:Name>`)}},
		{name: "derived", guards: own, want: 403, deed: deed{http.MethodPost, "Customers/Demo.VipCustomer", inLight, `{"Id":9,"Version":1,"Name":"Bob"}`}},
		{name: "own below an order", guards: own, want: 201, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer":{"Id":9,"Version":1,"Name":"Jen"}}`}},
		{name: "another's below an order", guards: own, want: 403, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer":{"Id":9,"Version":1,"Name":"Bob"}}`}},
		{name: "another's below own", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Jen","BestFriend":{"Id":10,"Version":1,"Name":"Bob"}}`}},
		{name: "another's with an order", guards: own, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Bob","Orders":[{` + order + `}]}`}},
		{name: "own, then another's", guards: own, want: 403, deed: deedSet(deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Jen"}`}, deed{http.MethodPost, "Customers", inLight, `{"Id":10,"Version":1,"Name":"Bob"}`})},
		{name: "another's, made own", guards: own, want: 403, deed: deedSet(deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Bob"}`}, deed{http.MethodPatch, "$1", inLight + "\nIf-Match: *", `{"Name":"Jen"}`})},
		{name: "generated key", guards: map[string]guardRules{"Customers": {odata.Insert: "Id eq 5"}}, want: 201, deed: deed{http.MethodPost, "Customers", inLight, `{"Version":1}`}},
		{name: "another generated key", guards: map[string]guardRules{"Customers": {odata.Insert: "Id ne 5"}}, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Version":1}`}},
		{name: "default", guards: map[string]guardRules{"Customers": {odata.Insert: "Points eq 0"}}, want: 201, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1}`}},
		{name: "media entity", guards: map[string]guardRules{"Photos": {odata.Insert: "Caption eq 'mine'"}}, want: 403, deed: deed{http.MethodPost, "Photos", "Content-Type: image/png", "X"}},

		{name: "linked by a bind", guards: ownOrders, want: 201, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer@odata.bind":"Customers(4)"}`}},
		{name: "linked to another's", guards: ownOrders, want: 403, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer@odata.bind":"Customers(3)"}`}},
		{name: "not linked", guards: ownOrders, want: 403, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `}`}},
		{name: "by way of navigation", guards: ownOrders, want: 201, deed: deed{http.MethodPost, "Customers(4)/Orders", inLight, `{` + order + `}`}},
		{name: "by way of another's", guards: ownOrders, want: 403, deed: deed{http.MethodPost, "Customers(3)/Orders", inLight, `{` + order + `}`}},
		{name: "below own", guards: ownOrders, want: 201, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Jen","Orders":[{` + order + `}]}`}},
		{name: "below another's", guards: ownOrders, want: 403, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Bob","Orders":[{` + order + `}]}`}},
		{name: "deep to own", guards: ownOrders, want: 201, deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer":{"Id":9,"Version":1,"Name":"Jen"}}`}},
		{name: "with entities that refer to it", guards: map[string]guardRules{"Customers": {odata.Insert: "Orders/any()"}}, want: 201, deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Orders":[{` + order + `}]}`}},
		{name: "created first, referred to later", guards: map[string]guardRules{"Customers": {odata.Insert: "Orders/any()"}}, want: 201,
			why:  "the condition is on what there is at the end, whatever order it was made in",
			deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer":{"Id":9,"Version":1}}`}},
		{name: "created first, must not be referred to", guards: map[string]guardRules{"Customers": {odata.Insert: "not Orders/any()"}}, want: 403,
			why:  "a link that comes later does not go past the condition",
			deed: deed{http.MethodPost, "Orders", inLight, `{` + order + `,"Customer":{"Id":9,"Version":1}}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := demoStage(t, dataWithOwn(), tt.guards, nil)
			before := s.dump()
			tried := tt.deed.with("Prefer: pamodata.validate-only")
			if tt.deed.target != "$batch" {
				if got := sendDeed(s.guarded, "Jen", tried); (got.Status == http.StatusForbidden) != (tt.want == http.StatusForbidden) {
					t.Errorf("validated only: %d: %s", got.Status, tt.why)
				}
				s.untouched(t, before, tried, "it was to be validated only")
			}
			got := sendDeed(s.guarded, "Jen", tt.deed)
			if got.inner() != tt.want {
				t.Errorf("%d and not %d: %s: %s", got.inner(), tt.want, got.Body, tt.why)
			}
			if changed := s.dump() != before; changed != (tt.want == http.StatusCreated) {
				t.Errorf("the data are not as they should be: %s (-before +after):\n%s", tt.why, changedLines(before, s.dump()))
			}
		})
	}
}

// TestGuardInsertWithoutTransactor: a store that cannot undo takes no entity that
// the guard may forbid afterwards.
func TestGuardInsertWithoutTransactor(t *testing.T) {
	s := demoStage(t, testmodel.Data(), map[string]guardRules{"Customers": {odata.Insert: "Name eq '$caller'"}}, func(c *service.Config, sets []odata.EntitySet) {
		c.Logger = slog.New(slog.DiscardHandler)
		for i := range sets {
			sets[i].Transactor = nil
		}
	})
	before := s.dump()
	got := sendDeed(s.guarded, "Jen", deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":1,"Name":"Bob"}`})
	if got.Status < http.StatusBadRequest {
		t.Errorf("%d %s: nobody could undo it", got.Status, got.Body)
	}
	s.untouched(t, before, deed{}, "the guard is asked before anything is created that cannot be undone")
}
