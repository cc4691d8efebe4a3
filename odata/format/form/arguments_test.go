package form_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/form"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// parametersOf makes resolved parameters of "Name Type" texts; a ! at the end
// makes one not nullable.
func parametersOf(t testing.TB, declared ...string) []*metadata.Parameter {
	t.Helper()
	f := &metadata.FunctionImport{Name: "F"}
	for _, text := range declared {
		name, typ, _ := strings.Cut(text, " ")
		typ, notNull := strings.CutSuffix(typ, "!")
		f.Parameters = append(f.Parameters, &metadata.Parameter{Name: name, Type: typ, NotNull: notNull})
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "Demo",
		EntityTypes:  []*metadata.EntityType{{Name: "Thing", Key: []string{"ID"}, Properties: []*metadata.Property{{Name: "ID", Type: "Edm.Int32", NotNull: true}}}},
		ComplexTypes: []*metadata.ComplexType{{Name: "Address", Properties: []*metadata.Property{{Name: "City", Type: "Edm.String"}}}},
		Containers: []*metadata.EntityContainer{{Name: "Service", IsDefault: true, FunctionImports: []*metadata.FunctionImport{f},
			EntitySets: []*metadata.EntitySet{{Name: "Things", EntityType: "Thing"}}}}}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return f.Parameters
}

var sameValue = cmp.Comparer(func(a, b edm.Value) bool { return a.Kind() == b.Kind() && a.Equal(b) })

func texts(items ...string) edm.Value {
	values := make([]edm.Value, len(items))
	for i, s := range items {
		values[i] = edm.String(s)
	}
	return edm.Collection(values)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestParameters(t *testing.T) {
	for _, tt := range []struct {
		name, declared, in string
		want               edm.Value
		why                string
	}{
		{"text", "a Edm.String", "a=x", edm.String("x"), "text is itself"},
		{"quoted text", "a Edm.String", "a='it''s'", edm.String("'it''s'"), "the text is the value: quotes belong to it"},
		{"text with blanks", "a Edm.String!", "a=+x+", edm.String(" x "), "blanks of text count"},
		{"blank text", "a Edm.String", "a=+", edm.String(" "), "and a blank is a text"},
		{"text of a number", "a Edm.String", "a=2026/03/11+23:40", edm.String("2026/03/11 23:40"), "a service with dates of its own declares a String"},
		{"boolean", "a Edm.Boolean", "a=true", edm.Boolean(true), "the canonical form"},
		{"digit boolean", "a Edm.Boolean", "a=0", edm.Boolean(false), "1 and 0 are XML Schema's"},
		{"int32", "a Edm.Int32", "a=-7", edm.Int32(-7), "numbers have no suffix"},
		{"blanks around", "a Edm.Int32", "a=+7+", edm.Int32(7), "blanks around a number do not count"},
		{"whole", "a Edm.Int64", "a=3.6e3", edm.Int64(3600), "scripts know only floats"},
		{"byte", "a Edm.Byte", "a=255", edm.Byte(255), "each integer has its range"},
		{"decimal", "a Edm.Decimal", "a=2.50", edm.NewDecimal(250, 2).Value(), "the scale is kept"},
		{"double", "a Edm.Double", "a=1e300", edm.Double(1e300), "exponents as usual"},
		{"infinity", "a Edm.Double", "a=INF", edm.Double(must(edm.ParseText(edm.KindDouble, "INF")).Float()), "XML's names"},
		{"guid", "a Edm.Guid", "a=6F0C0B5E-7a3e-4a86-9a67-0d1f3c1b2a10", must(edm.ParseGUID("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10")).Value(), "in either case"},
		{"datetime", "a Edm.DateTime", "a=2015-07-12T06:40", must(edm.ParseDateTime("2015-07-12T06:40:00")).Value(), "ISO 8601 without a zone"},
		{"zoned datetime", "a Edm.DateTime", "a=2015-07-12T06:40:00-07:00", must(edm.ParseDateTime("2015-07-12T06:40:00-07:00")).Value(), "or with one"},
		{"datetimeoffset", "a Edm.DateTimeOffset", "a=2015-07-12T06:40:00%2B02:00", must(edm.ParseDateTimeOffset("2015-07-12T06:40:00+02:00")).Value(), "a plus must be escaped"},
		{"time", "a Edm.Time", "a=PT1H30M", must(edm.ParseTime("PT1H30M")).Value(), "a duration"},
		{"binary", "a Edm.Binary", "a=AP8%3D", edm.Binary([]byte{0, 255}), "base64"},
		{"empty nullable", "a Edm.Int32", "a=", edm.Null, "forms send their empty fields"},
		{"blank nullable", "a Edm.Int32", "a=+", edm.Null, "where blanks do not count they are no value"},
		{"empty nullable text", "a Edm.String", "a=", edm.Null, "empty equals absent"},
		{"empty text", "a Edm.String!", "a=", edm.String(""), "a text that must be there can be empty"},
		{"absent", "a Edm.String", "", edm.Null, "a nullable one need not be there"},
		{"absent collection", "a Collection(Edm.String)", "", edm.Null, "nor a collection"},
		{"empty complex", "a Demo.Address", "a=", edm.Null, "no value is no mistake"},
		{"collection", "a Collection(Edm.String)", "a=1&a=2", texts("1", "2"), "repeated names are items"},
		{"collection with brackets", "a Collection(Edm.String)", "a%5B%5D=1&a[]=2", texts("1", "2"), "so they are with brackets"},
		{"mixed", "a Collection(Edm.String)", "a[]=1&a=&a[]=3", texts("1", "", "3"), "order counts; an empty item among others is one"},
		{"one item", "a Collection(Edm.Int32)!", "a=7", edm.Collection([]edm.Value{edm.Int32(7)}), "one is a collection as well"},
		{"empty collection", "a Collection(Edm.Int32)", "a=", edm.Null, "an empty field is no item"},
		{"collection of nothing", "a Collection(Edm.String)!", "a=", texts(""), "a text that must be there can be empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := form.Parameters(strings.NewReader(tt.in), parametersOf(t, tt.declared), format.Limits{})
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if diff := cmp.Diff([]edm.Value{tt.want}, got, sameValue); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestParametersRefuse(t *testing.T) {
	for _, tt := range []struct{ name, declared, in, code, target, why string }{
		{"unknown", "a Edm.String", "b=1", jsonread.CodeParameter, "", "a misspelt name must not be lost; it is input, so it is no Target"},
		{"letter case", "a Edm.String", "A=1", jsonread.CodeParameter, "", "names match to the letter"},
		{"brackets on one value", "a Edm.String", "a[]=1", jsonread.CodeParameter, "", "only collections have items"},
		{"twice", "a Edm.String", "a=1&a=1", jsonread.CodeDuplicate, "a", "two readers could choose differently"},
		{"twice empty", "a Edm.Int32", "a=&a=1", jsonread.CodeDuplicate, "a", "although the first is no value"},
		{"missing", "a Edm.String!", "", jsonread.CodeMissing, "a", "absent is not empty"},
		{"empty number", "a Edm.Int32!", "a=", jsonread.CodeMissing, "a", "nothing is no number"},
		{"missing collection", "a Collection(Edm.String)!", "", jsonread.CodeMissing, "a", "as for single values"},
		{"empty item of numbers", "a Collection(Edm.Int32)!", "a=", jsonread.CodeMissing, "a", "nothing is no number"},
		{"empty item among numbers", "a Collection(Edm.Int32)", "a=1&a=", jsonread.CodeMismatch, "a", "nothing is no number"},
		{"no number", "a Edm.Int32", "a=x", jsonread.CodeMismatch, "a", "by type"},
		{"fraction", "a Edm.Int32", "a=1.5", jsonread.CodeMismatch, "a", "an integer has none"},
		{"range", "a Edm.Byte", "a=256", jsonread.CodeMismatch, "a", "each integer has its range"},
		{"huge exponent", "a Edm.Int64", "a=1e999999999", jsonread.CodeMismatch, "a", "refused at no cost"},
		{"literal number", "a Edm.Int64", "a=7L", jsonread.CodeMismatch, "a", "no URI literals"},
		{"literal guid", "a Edm.Guid", "a=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", jsonread.CodeMismatch, "a", "no URI literals"},
		{"other date", "a Edm.DateTime", "a=2026/03/11+23:40", jsonread.CodeMismatch, "a", "only the forms of Edm"},
		{"yes", "a Edm.Boolean", "a=on", jsonread.CodeMismatch, "a", "a checkbox needs value=true"},
		{"complex", "a Demo.Address", "a=x", jsonread.CodeMismatch, "a", "a form has no shape for it"},
		{"collection of complex", "a Collection(Demo.Address)", "a[]=x", jsonread.CodeMismatch, "a", "nor for several"},
		{"malformed", "a Edm.String", "a=%", form.CodeMalformed, "body[0:3]", "reading comes first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := form.Parameters(strings.NewReader(tt.in), parametersOf(t, tt.declared), format.Limits{})
			var e *odata.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s: got %v, %v", tt.why, got, err)
			}
			if diff := cmp.Diff([]any{odata.KindInvalid, tt.code, tt.target}, []any{e.Kind, e.Code, e.Target}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	parameters := parametersOf(t, "RoleId Edm.Guid!", "Ttl Edm.Int64!", "Why Edm.String")
	ignore := func(name string) bool { return name == "v" || name == "_" || strings.HasPrefix(name, "$") }
	pairs := []form.Pair{{"$format", "json"}, {"Ttl", "60"}, {"v", "1"}, {"RoleId", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"}, {"v", "2"}}
	got, err := form.Arguments(pairs, parameters, ignore)
	if err != nil {
		t.Fatal(err)
	}
	want := []edm.Value{must(edm.ParseGUID("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10")).Value(), edm.Int64(60), edm.Null}
	if diff := cmp.Diff(want, got, sameValue); diff != "" {
		t.Errorf("arguments are in the order of the parameters (-want +got):\n%s", diff)
	}
	if _, err := form.Arguments(append(pairs, form.Pair{Name: "w"}), parameters, ignore); !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: jsonread.CodeParameter}) {
		t.Errorf("only what is to be ignored is, got %v", err)
	}
	named := parametersOf(t, "v Edm.String")
	if got, err := form.Arguments([]form.Pair{{"v", "1"}}, named, ignore); err != nil || !got[0].Equal(edm.String("1")) {
		t.Errorf("a parameter is never ignored, got %v, %v", got, err)
	}
}
