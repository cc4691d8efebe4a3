package sqldb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

func computedOptions(all []typed.Computation) (options []sqldb.StoreOption) {
	for _, c := range all {
		options = append(options, sqldb.Computed(c))
	}
	return options
}

// deskStores are the same content in memory and in a database.
func deskStores(t testing.TB, db sqldb.DB, seed uint64, requests int, options ...sqldb.StoreOption) (*metadata.Model, *memory.Store, *sqldb.Store) {
	t.Helper()
	model := desk(t)
	source, err := memory.NewStore(model, deskData(seed, requests))
	if err != nil {
		t.Fatal(err)
	}
	return model, source, storeOf(t, db, model, source.Sets(), append(computedOptions(deskComputed()), options...)...)
}

// TestComputedRandomly compares random queries at random instants, by random
// callers, with the store in memory.
func TestComputedRandomly(t *testing.T) {
	perType := sqldb.TablePerType("Requests", "Desk.Urgent", "urgent")
	for _, d := range databases {
		for i, options := range [][]sqldb.StoreOption{nil, {perType}} {
			t.Run(d.name+[]string{"", " table per type"}[i], func(t *testing.T) {
				model, source, store := deskStores(t, d.open(t), 1, 60, options...)
				rng := rand.New(rand.NewPCG(2, 3))
				found := 0
				for range queries(1_000) {
					ctx := odata.WithInstant(context.Background(), moment(rng))
					if rng.IntN(4) > 0 {
						ctx = odata.WithPrincipal(ctx, odata.Principal{Name: []string{"Ann", "Bob", "it's", ""}[rng.IntN(4)]})
					}
					set, options := computedQuery(rng)
					want := answersOf(t, ctx, source.Sets(), model, set, options)
					got := answersOf(t, ctx, store.Sets(), model, set, options)
					if got != want {
						instant, _ := odata.Instant(ctx)
						t.Fatalf("%s?%s at %v:\ngot  %s\nwant %s", set, options, instant, got, want)
					}
					found += strings.Count(want, ";")
				}
				if found < queries(600) {
					t.Errorf("only %d entities were found", found)
				}
			})
		}
		t.Run(d.name+" differential", func(t *testing.T) {
			model, _, store := deskStores(t, d.open(t), 4, 40)
			providertest.Differential(t, model, store.Sets(), queries(1_000), 300_000)
		})
	}
}

// answersOf reads a set and prints what is found, the total first.
func answersOf(t testing.TB, ctx context.Context, sets []odata.EntitySet, model *metadata.Model, set, options string) string {
	t.Helper()
	q := queryOf(t, model, sets, set, escaped(options))
	at := slices.IndexFunc(sets, func(s odata.EntitySet) bool { return s.Name == set })
	result, err := sets[at].Reader.Read(ctx, q)
	if err != nil {
		t.Fatalf("%s?%s: %v", set, options, err)
	}
	if result.Rest != nil {
		t.Fatalf("%s?%s: something is left to do", set, options)
	}
	var b strings.Builder
	if result.Total != nil {
		fmt.Fprintf(&b, "%d: ", *result.Total)
	}
	for row, err := range result.Rows {
		if err != nil {
			t.Fatalf("%s?%s: %v", set, options, err)
		}
		for _, v := range row.Values {
			fmt.Fprintf(&b, "%v ", v)
		}
		b.WriteString("; ")
	}
	return b.String()
}

// computedQuery is a random query that asks for computed properties.
func computedQuery(rng *rand.Rand) (set, options string) {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	set = pick("Requests", "Requests", "Requests", "Roles")
	options = "$filter=" + computedCondition(rng, set, "", 2)
	key := "Id"
	if rng.IntN(3) > 0 {
		by := pick("Status", "Share", "Status desc", "Share desc", "Desk.Urgent/Late", "After/Status", "Role/Label desc", "After/Desk.Urgent/Late")
		if set == "Roles" {
			by = pick("Label", "Label desc", "Name")
		}
		key = by + ",Id"
	}
	options += "&$orderby=" + key
	if rng.IntN(2) == 0 {
		options += fmt.Sprintf("&$top=%d&$skip=%d", rng.IntN(8), rng.IntN(4))
	}
	if rng.IntN(3) == 0 {
		options += "&$inlinecount=allpages"
	}
	if set == "Requests" {
		options += "&$select=Id," + pick("Status", "Share", "Status,Share", "Desk.Urgent/Late", "Cost")
	}
	return set, options
}

// computedCondition is a random condition on the entity that prefix leads to.
func computedCondition(rng *rand.Rand, set, prefix string, depth int) string {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	if depth > 0 && rng.IntN(2) == 0 {
		one := computedCondition(rng, set, prefix, depth-1)
		switch rng.IntN(4) {
		case 0:
			return "(" + one + " and " + computedCondition(rng, set, prefix, depth-1) + ")"
		case 1:
			return "(" + one + " or " + computedCondition(rng, set, prefix, depth-1) + ")"
		case 2:
			return "not (" + one + ")"
		}
		v := fmt.Sprintf("x%d", depth)
		nav := "Before"
		if set == "Roles" {
			nav = "Requests"
		}
		return prefix + nav + "/" + pick("any", "all") + "(" + v + ":" + computedCondition(rng, "Requests", v+"/", depth-1) + ")"
	}
	if set == "Roles" {
		return prefix + "Label " + pick("eq", "ne", "gt") + " " + pick("'role b'", "'{none}'", "null")
	}
	status := func() string { return pick("'Active'", "'Expired'", "'Pending'", "'Closed'", "'active'") }
	switch rng.IntN(9) {
	case 0:
		return prefix + "Status " + pick("eq", "ne", "lt", "ge") + " " + status()
	case 1:
		return "(" + prefix + "Status eq " + status() + " or " + prefix + "Status eq " + status() + ")"
	case 2:
		return prefix + "After/Status " + pick("eq", "ne") + " " + pick(status(), "null", prefix+"Status")
	case 3:
		return prefix + "Role/Label " + pick("eq", "ne") + " " + pick("'{none}'", "'role c'", "null")
	case 4:
		return prefix + "Share " + pick("eq", "ne", "lt", "gt") + " " + pick("null", "4", "0", prefix+"Cost")
	case 5:
		return prefix + "Desk.Urgent/Late" + pick("", " eq true", " eq false", " eq null", " ne null")
	case 6:
		return "startswith(" + prefix + "Status,'" + pick("A", "E", "Cl", "") + "')"
	case 7:
		return prefix + "Share add 1 " + pick("eq", "gt") + " 3"
	}
	return prefix + "After/Desk.Urgent/Late" + pick("", " eq null", " ne true")
}
