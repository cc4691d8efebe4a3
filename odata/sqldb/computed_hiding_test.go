package sqldb_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

// What a guard hides by a computed property does not show in errors: request 2 has
// expired.
func TestComputedGuardHidesFailures(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := desk(t)
			source, err := memory.NewStore(model, sixRequests())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets(), computedOptions(deskComputed())...)
			held, stored := serveDesk(t, model, source.Sets(), active(model)), serveDesk(t, model, store.Sets(), active(model))
			for _, target := range []string{
				"Requests?$filter=Id eq 2 and 1 div (Id sub 2) eq 1&$select=Id",
				"Requests?$filter=RoleId eq 1 and Id eq 2 and 1 div (Id sub 2) eq 1&$select=Id",
				"Requests(2)?$filter=1 div (Id sub 2) eq 1",
				"Requests?$filter=Id eq 5 and 1 div (Id sub 5) eq 1&$select=Id",
				"Roles?$filter=Requests/any(r: r/Id eq 2 and 1 div (r/Id sub 2) eq 1)&$select=Id",
				"Requests?$filter=After/Id eq 2 and 1 div (After/Id sub 2) eq 1&$select=Id",
			} {
				want, got := held.ask("GET", target, ""), stored.ask("GET", target, "")
				if got[:3] != want[:3] || got[:3] == "200" && got != want { // the texts of errors differ
					t.Errorf("%s answers\n%sbut in memory\n%s", target, got, want)
				}
			}
		})
	}
}

// SQL that may fail is not computed for what other conditions exclude.
func TestComputedMayFail(t *testing.T) {
	quotient := typed.ComputedValue("Requests/Share", typed.Expression{
		SQLite:     `CASE WHEN {Cost} = 3 THEN json('[') ELSE 1 END`, // no valid JSON
		PostgreSQL: `100 / ({Cost} - 3)`,
		MayFail:    true,
	}, nil, nothing)
	all := append([]typed.Computation{quotient}, deskComputed()[0], deskComputed()[2], deskComputed()[3])
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := desk(t)
			source, err := memory.NewStore(model, sixRequests())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets(), computedOptions(all)...)
			svc := serveDesk(t, model, store.Sets(), nil)
			for _, tt := range []struct{ target, want, why string }{
				{"Requests?$filter=Id ne 1 and Share lt 1000&$select=Id", `{"Id":6}`, "request 1 costs 3"},
				{"Requests?$filter=Owner eq 'Ann' and Id gt 1 and Share lt 1000&$select=Id", `[{"Id":5},{"Id":6}]`, ""},
				{"Requests?$filter=Share lt 1000&$select=Id", `"odata.error"`, "the computation's own mistake"},
			} {
				if got := svc.ask("GET", tt.target, ""); !strings.Contains(got, tt.want) {
					t.Errorf("%s answers\n%swant %s (%s)", tt.target, got, tt.want, tt.why)
				}
			}
		})
	}
}

// An explanation shows the parameters that a request has.
func TestComputedExplain(t *testing.T) {
	model, _, store := deskStores(t, openSQLite(t), 6, 5)
	sets := store.Sets()
	q := queryOf(t, model, sets, "Requests", escaped("$filter=Status eq 'Active'&$select=Id"))
	x, err := sets[1].Explainer.Explain(odata.WithInstant(t.Context(), day), q, odata.ExplainOptions{Plan: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Statements) != 1 || len(x.Statements[0].Params) != 2 || x.Statements[0].Params[0].String() != "datetime'2016-02-29T12:00:00Z'" || len(x.Statements[0].Plan) == 0 {
		t.Errorf("the explanation is %+v", x)
	}
}
