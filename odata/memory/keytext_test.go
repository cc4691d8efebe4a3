package memory

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// keyTypes are the key properties of a type for each text that tests parse.
func keyTypes(t testing.TB) (single, double []*metadata.Property) {
	t.Helper()
	key := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true}
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N", EntityTypes: []*metadata.EntityType{
		{Name: "One", Key: []string{"Id"}, Properties: []*metadata.Property{key("Id", "Edm.Int64")}},
		{Name: "Two", Key: []string{"Name", "No"}, Properties: []*metadata.Property{key("No", "Edm.Int16"), key("Name", "Edm.String")}},
	}}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model.EntityType("N.One").KeyProperties(), model.EntityType("N.Two").KeyProperties()
}

func TestParseKey(t *testing.T) {
	one, two := keyTypes(t)
	for _, tt := range []struct {
		name       string
		properties []*metadata.Property
		text, want string
		why        string
	}{
		{"positional", one, "7L", "(7L)", "one literal"},
		{"without suffix", one, "7", "(7L)", "a number that fits"},
		{"fraction", one, "7.5", "error: Id: cannot convert", "a number that does not"},
		{"named", one, "Id=7", "(7L)", "with its name"},
		{"blanks", one, " Id = 7 ", "(7L)", "white space is tolerated"},
		{"other kind", one, "'7'", "error: Id: '7' is Edm.String, not Edm.Int64", "a text is no number"},
		{"null", one, "null", "error: Id: a key is never null", "no key is null"},
		{"empty", one, "", "error: Id: ", "there is no literal"},
		{"too many", one, "1,2", "error: it has more than one value for Id", "one property"},
		{"both", two, "No=1,Name='a'", "('a',1)", "in the order of the type, by names in any order"},
		{"comma and quote", two, "Name='O''Neil, Al=x',No=2", "('O''Neil, Al=x',2)", "quotes protect"},
		{"unnamed", two, "'a',1", "error: it has 2 properties; write each as Name=value", "which is which"},
		{"half", two, "No=1", "error: it has 2 properties, and this gives 1 of them", "half a key"},
		{"twice", two, "No=1,No=2", "error: it has more than one value for No", "one of them would be lost"},
		{"unknown", two, "No=1,X=2", `error: "X" is no key property`, "it is misspelt"},
		{"out of range", two, "No=70000,Name='a'", "error: No: ", "an Int16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key, err := parseKey(tt.properties, tt.text)
			got := keyText(key)
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != tt.want && (err == nil || !strings.HasPrefix(got, tt.want)) {
				t.Errorf("%s: got %s, want %s", tt.why, got, tt.want)
			}
		})
	}
}

// FuzzParseKey prints what was parsed, and parses that again.
func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{"Name='a',No=1", "No=1,Name='O''Neil, x'", "7L", "guid'x'", "Name=',No=1", "=,=", "No=-7,Name=''"} {
		f.Add(seed)
	}
	one, two := keyTypes(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, properties := range [][]*metadata.Property{one, two} {
			key, err := parseKey(properties, text)
			if err != nil {
				continue
			}
			var parts []string
			for i, v := range key {
				if v.Kind() != properties[i].Kind() {
					t.Fatalf("%q: %s is %s", text, properties[i].Name, v.Kind())
				}
				parts = append(parts, properties[i].Name+"="+v.String())
			}
			printed := strings.Join(parts, ",")
			again, err := parseKey(properties, printed)
			if err != nil {
				t.Fatalf("%q becomes %q: %v", text, printed, err)
			}
			for i := range key {
				if edm.Order(key[i], again[i]) != 0 {
					t.Fatalf("%q becomes %q, and that %s", text, printed, keyText(again))
				}
			}
		}
	})
}
