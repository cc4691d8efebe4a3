package service_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/typed"
)

type badTags struct {
	ID    int32 `odata:",key"`
	Count int
}

// TestNewReportsEverything: one start shows all mistakes, each with its place.
func TestNewReportsEverything(t *testing.T) {
	noGuard := memory.Set("NoGuard", []item{})
	noGuard.Guard = nil
	noReader := memory.Set("NoReader", []item{})
	noReader.Reader = nil
	foreign := "nobody's"
	badGuard := memory.Set("BadGuard", []item{})
	badGuard.Guard = typed.Owner(
		typed.Field(func(*item) *string { return &foreign }),
		func(p odata.Principal) string { return p.Name })
	_, err := service.New(service.Config{},
		badGuard,
		memory.Set("Twice", []item{}),
		memory.Set("Twice", []item{}),
		noGuard,
		noReader,
		memory.Set("BadTags", []badTags{}),
		odata.EntitySet{Name: "Bare", Reader: noGuard.Reader, Guard: odata.Everyone()},
	)
	if err == nil {
		t.Fatal("New accepted seven mistakes")
	}
	for _, want := range []struct{ text, why string }{
		{"Config.Namespace is empty", "types need a namespace"},
		{"Twice (", "the set is named with its place"},
		{"registered twice, first at", "both places are named"},
		{"register_test.go:", "the place is file and line"},
		{"NoGuard", "a set without a guard would be open"},
		{"odata.Everyone()", "the error says what to do"},
		{"NoReader", "a set without a reader answers nothing"},
		{"BadGuard (", "a guard that could only fail at the first request"},
		{"badTags.Count", "the Go field is named"},
		{"Bare: has no entity type", "a set without a type"},
	} {
		if !strings.Contains(err.Error(), want.text) {
			t.Errorf("the error does not say %q (%s):\n%v", want.text, want.why, err)
		}
	}
}

// TestSetsCanBeSharedByServices: registering copies definitions, so one set may
// be served under two namespaces.
func TestSetsCanBeSharedByServices(t *testing.T) {
	set := memory.Set("Items", []item{{1, "a"}})
	for _, namespace := range []string{"One", "Two"} {
		svc, err := service.New(service.Config{Namespace: namespace}, set)
		if err != nil {
			t.Fatal(err)
		}
		if svc.Model().EntityType(namespace+".item") == nil {
			t.Errorf("the model of %s lacks its type", namespace)
		}
	}
}
