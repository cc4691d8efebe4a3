package service_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// TestReferencesWithoutTransactor: what a property refers to is looked at after the
// change, which only a transaction can undo. Without one such a change is refused
// before it is made, whatever it refers to, so that the answer does not tell what is
// there; changes that make no reference, or one to what everybody sees, are done.
func TestReferencesWithoutTransactor(t *testing.T) {
	const before = "the change is not made: nobody could undo it"
	for _, tt := range []struct {
		name    string
		guarded bool
		deed    deed
		want    int
		why     string
	}{
		{"new reference to a hidden entity", true, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":2}`}, 500, before},
		{"new reference to a visible entity", true, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":3}`}, 500, "the answer is that for a hidden one"},
		{"new reference to nothing", true, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":77}`}, 500, "the answer is that for a hidden one"},
		{"new reference in Atom", true, deed{http.MethodPost, "Items", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id><d:OwnerId m:type="Edm.Int32">2</d:OwnerId>`)}, 500, before},
		{"changed", true, deed{http.MethodPatch, "Items(1)", inLight, `{"OwnerId":2}`}, 500, before},
		{"merged", true, deed{"MERGE", "Items(1)", inVerbose, `{"OwnerId":2}`}, 500, before},
		{"replaced", true, deed{http.MethodPut, "Items(1)", inLight, `{"OwnerId":2}`}, 500, before},
		{"property", true, deed{http.MethodPut, "Items(1)/OwnerId", inLight, `{"value":2}`}, 500, before},
		{"raw value", true, deed{http.MethodPut, "Items(1)/OwnerId/$value", "Content-Type: text/plain", "2"}, 500, before},
		{"no reference", true, deed{http.MethodPost, "Items", inLight, `{"Id":9}`}, 201, "there is nothing to look at"},
		{"null", true, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":null}`}, 201, "there is nothing to look at"},
		{"set to null", true, deed{http.MethodPatch, "Items(1)", inLight, `{"OwnerId":null}`}, 204, "there is nothing to look at"},
		{"replaced without", true, deed{http.MethodPut, "Items(1)", inLight, `{}`}, 204, "there is nothing to look at"},
		{"deleted", true, deed{http.MethodDelete, "Items(1)", "", ""}, 204, "there is nothing to look at"},
		{"new reference, no guard", false, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":2}`}, 201, "everybody sees all owners"},
		{"changed, no guard", false, deed{http.MethodPatch, "Items(1)", inLight, `{"OwnerId":2}`}, 204, "everybody sees all owners"},
		{"reference to nothing, no guard", false, deed{http.MethodPatch, "Items(1)", inLight, `{"OwnerId":77}`}, 409, "the store finds out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guards := map[string]guardRules{}
			if tt.guarded {
				guards["Owners"] = forAllUses("Id ne 2")
			}
			var log strings.Builder
			s := withoutTransactor(t, guards, &log)
			was := s.dump()
			got := sendDeed(s.guarded, "x", tt.deed)
			if got.Status != tt.want {
				t.Errorf("%d and not %d: %s: %s", got.Status, tt.want, got.Body, tt.why)
			}
			if changed := s.dump() != was; changed != (tt.want < 300) {
				t.Errorf("the data are not as they should be: %s (-before +after):\n%s", tt.why, changedLines(was, s.dump()))
			}
			if tt.want != http.StatusInternalServerError {
				return
			}
			if strings.Contains(got.Body, "Owners") || strings.Contains(got.Body, "Transactor") {
				t.Errorf("clients are told how the service is made: %s", got.Body)
			}
			if !strings.Contains(log.String(), "need a Transactor") {
				t.Errorf("operators are not told what is wrong: %s", log.String())
			}
		})
	}
}

// withoutTransactor is a stage of the model of bonds whose items belong to no
// transaction.
func withoutTransactor(t *testing.T, guards map[string]guardRules, log *strings.Builder) *guardStage {
	t.Helper()
	model, err := csdl.Read(strings.NewReader(bondModel))
	if err != nil {
		t.Fatal(err)
	}
	entity := func(id int32) memory.Entity { return memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(id)}} }
	item := entity(1)
	item.Values["OwnerId"] = edm.Int32(1)
	data := memory.Data{Entities: map[string][]memory.Entity{"Owners": {entity(1), entity(2), entity(3)}, "Items": {item}}}
	return stageOf(t, model, data, guards, []string{"Owners", "Items"}, func(c *service.Config, sets []odata.EntitySet) {
		c.Logger = slog.New(slog.NewTextHandler(log, nil))
		for i := range sets {
			if sets[i].Name == "Items" {
				sets[i].Transactor = nil
			}
		}
	})
}
