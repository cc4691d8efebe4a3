package bind

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// The whole table: what can be called, with what, and what it yields.
func ExampleFunctions() {
	for _, f := range Functions() {
		fmt.Println(f.Overload, f.Result)
	}
	// Output:
	// substringof(String,String) Edm.Boolean
	// startswith(String,String) Edm.Boolean
	// endswith(String,String) Edm.Boolean
	// length(String) Edm.Int32
	// indexof(String,String) Edm.Int32
	// substring(String,Int32) Edm.String
	// substring(String,Int32,Int32) Edm.String
	// replace(String,String,String) Edm.String
	// tolower(String) Edm.String
	// toupper(String) Edm.String
	// trim(String) Edm.String
	// concat(String,String) Edm.String
	// year(DateTime) Edm.Int32
	// year(DateTimeOffset) Edm.Int32
	// month(DateTime) Edm.Int32
	// month(DateTimeOffset) Edm.Int32
	// day(DateTime) Edm.Int32
	// day(DateTimeOffset) Edm.Int32
	// hour(DateTime) Edm.Int32
	// hour(DateTimeOffset) Edm.Int32
	// hour(Time) Edm.Int32
	// minute(DateTime) Edm.Int32
	// minute(DateTimeOffset) Edm.Int32
	// minute(Time) Edm.Int32
	// second(DateTime) Edm.Int32
	// second(DateTimeOffset) Edm.Int32
	// second(Time) Edm.Int32
	// round(Double) Edm.Double
	// round(Decimal) Edm.Decimal
	// floor(Double) Edm.Double
	// floor(Decimal) Edm.Decimal
	// ceiling(Double) Edm.Double
	// ceiling(Decimal) Edm.Decimal
	// geo.distance(GeographyPoint,GeographyPoint) Edm.Double
	// geo.distance(GeometryPoint,GeometryPoint) Edm.Double
	// geo.length(GeographyLineString) Edm.Double
	// geo.length(GeometryLineString) Edm.Double
	// geo.intersects(GeographyPoint,GeographyPolygon) Edm.Boolean
	// geo.intersects(GeometryPoint,GeometryPolygon) Edm.Boolean
}

func ExampleFunctionDoc() {
	fmt.Println(FunctionDoc(Functions()[0]))
	// Output: Tells whether the second text contains the first.
}

// TestFunctionTable holds the table to the form its readers rely on.
func TestFunctionTable(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for _, f := range Functions() {
		if seen[f.Overload] {
			t.Errorf("%s stands in the table twice", f.Overload)
		}
		seen[f.Overload] = true
		if f.Name != last && seen[f.Name] {
			t.Errorf("the overloads of %s do not stand together", f.Name)
		}
		seen[f.Name], last = true, f.Name
		if doc := FunctionDoc(f); doc == "" || !strings.HasSuffix(doc, ".") {
			t.Errorf("%s is described by %q, want a sentence", f.Overload, doc)
		}
		for _, k := range append([]edm.Kind{f.Result}, f.Params...) {
			if !k.IsPrimitive() {
				t.Errorf("%s has the type %s", f.Overload, k)
			}
		}
	}
	other := *Functions()[0]
	if doc := FunctionDoc(&other); doc != "" {
		t.Errorf("a function that is not of the table is described by %q", doc)
	}
}

func TestNearest(t *testing.T) {
	for _, tt := range []struct{ name, candidates, want, why string }{
		{"name", "Id Name", "Name", "only the case differs"},
		{"Nmae", "Id Name", "Name", "neighbours swapped"},
		{"Custmers", "Orders Customers", "Customers", "a letter is missing"},
		{"CreationTyme", "CreationTime CreationType", "CreationTime", "a letter is another; the first of the nearest"},
		{"x", "y", "", "nothing of the name is left"},
		{"Id", "Ix", "", "half of a short name is too much"},
		{strings.Repeat("n", 100), strings.Repeat("n", 99), "", "long names are not looked at"},
		{"Total", "", "", "no candidates"},
	} {
		if got := nearest(tt.name, strings.Fields(tt.candidates)); got != tt.want {
			t.Errorf("nearest(%q) of %s = %q, want %q: %s", tt.name, tt.candidates, got, tt.want, tt.why)
		}
	}
}
