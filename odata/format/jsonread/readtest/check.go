package readtest

import (
	"errors"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// CheckRefused requires that err is a mistake of the client's, and that reading
// byte by byte, which ended in slowErr, met the same one.
func CheckRefused(t testing.TB, err, slowErr error) {
	t.Helper()
	var refused *odata.Error
	if !errors.As(err, &refused) || refused.Kind != odata.KindInvalid && refused.Kind != odata.KindTooLarge {
		t.Fatalf("refused with %v", err)
	}
	if slowErr == nil || slowErr.Error() != err.Error() {
		t.Fatalf("at once %v, byte by byte %v", err, slowErr)
	}
}

// CheckEntry requires that e is of the expected type or derived from it and says
// each thing once, in values of the declared types.
func CheckEntry(t testing.TB, e *odata.EntryPayload, expected *metadata.EntityType) {
	t.Helper()
	if !e.Type.Is(expected) || e.Type.Abstract {
		t.Fatalf("a %s is no %s", e.Type.Name, expected.Name)
	}
	seen := map[string]bool{}
	once := func(name string) {
		if seen[name] {
			t.Fatalf("%s twice", name)
		}
		seen[name] = true
	}
	for _, p := range e.Properties {
		once(p.Property.Name)
		if e.Type.Property(p.Property.Name) != p.Property {
			t.Fatalf("a %s has no %s", e.Type.Name, p.Property.Name)
		}
		CheckValue(t, p.Value, p.Property.TypeRef())
	}
	for _, p := range e.Dynamic {
		once(p.Name)
		if !e.Type.IsOpen() || e.Type.Property(p.Name) != nil {
			t.Fatalf("%s is undeclared", p.Name)
		}
	}
	for _, l := range e.Links {
		once(l.Nav.Name)
		single := len(l.Bind) + len(l.Entries)
		if l.Null {
			single++
		}
		if e.Type.NavigationProperty(l.Nav.Name) != l.Nav || single == 0 || single > 1 && !l.Nav.IsCollection() {
			t.Fatalf("%d entities in %s", single, l.Nav.Name)
		}
		for _, inner := range l.Entries {
			CheckEntry(t, inner, l.Nav.Target())
		}
	}
}

// CheckValue requires that v is null or a value of type ref.
func CheckValue(t testing.TB, v edm.Value, ref metadata.TypeRef) {
	t.Helper()
	switch {
	case ref.Collection:
		if v.Kind() != edm.KindCollection {
			t.Fatalf("a %s for %s", v.Kind(), ref)
		}
		for _, item := range v.Elements() {
			CheckValue(t, item, ref.Item())
		}
	case v.IsNull():
	case ref.Complex != nil:
		if v.Kind() != edm.KindComplex || len(v.Elements()) != len(ref.Complex.AllProperties()) {
			t.Fatalf("a %s for %s", v.Kind(), ref)
		}
		for i, p := range ref.Complex.AllProperties() {
			CheckValue(t, v.Elements()[i], p.TypeRef())
		}
	case v.Kind() != ref.Kind:
		t.Fatalf("a %s for %s", v.Kind(), ref)
	}
}
