package format_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func TestDynamics(t *testing.T) {
	for _, tt := range []struct {
		name, why string
		p         odata.Projection
		a, b      bool
	}{
		{"closed", "nothing unless the projection says so", odata.Projection{DynamicNames: []string{"A"}}, false, false},
		{"all", "no list of names is all of them", odata.Projection{Dynamic: true}, true, true},
		{"some", "in any order", odata.Projection{Dynamic: true, DynamicNames: []string{"Z", "B"}}, false, true},
		{"none", "an empty list is none, unlike no list", odata.Projection{Dynamic: true, DynamicNames: []string{}}, false, false},
	} {
		d := format.DynamicsOf(&tt.p)
		if a, b := d.Sends("A"), d.Sends("B"); a != tt.a || b != tt.b {
			t.Errorf("%s: A %v, B %v, want %v, %v: %s", tt.name, a, b, tt.a, tt.b, tt.why)
		}
	}
	names := []string{"Z", "B"}
	format.DynamicsOf(&odata.Projection{Dynamic: true, DynamicNames: names})
	if names[0] != "Z" {
		t.Error("the projection was changed, which others read at the same time")
	}
}

func TestTypedItself(t *testing.T) {
	complex := edm.Complex([]edm.Value{edm.Null})
	for _, tt := range []struct {
		name string
		v    edm.Value
		want bool
	}{
		{"null", edm.Null, true},
		{"primitive", edm.Int64(1), true},
		{"complex", complex, false},
		{"collection", edm.Collection([]edm.Value{edm.Null, edm.Int64(1)}), true},
		{"empty collection", edm.Collection(nil), true},
		{"collection of complex values", edm.Collection([]edm.Value{edm.Null, complex}), false},
		{"collection of collections", edm.Collection([]edm.Value{edm.Collection(nil)}), false},
	} {
		if got := format.TypedItself(&tt.v); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
