package csdl_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// exported compares models by what their definitions say, not by their links.
var exported = cmp.FilterPath(func(p cmp.Path) bool {
	field, ok := p.Last().(cmp.StructField)
	return ok && field.Name() != "" && strings.ToLower(field.Name()[:1]) == field.Name()[:1]
}, cmp.Ignore())

func marshal(t testing.TB, m *metadata.Model) []byte {
	t.Helper()
	data, err := csdl.Marshal(m)
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	return data
}

func read(t testing.TB, data []byte) *metadata.Model {
	t.Helper()
	m, err := csdl.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("Read: %v\n%s", err, data)
	}
	return m
}

func TestRoundTrip(t *testing.T) {
	for _, tt := range []struct {
		name, why string
		model     *metadata.Model
	}{
		{"demo", "the model all examples use", demo()},
		{"kitchen sink", "every field survives", kitchenSink()},
		{"empty", "a service without anything is still a document", &metadata.Model{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := marshal(t, tt.model)
			if diff := cmp.Diff(tt.model, read(t, data), exported); diff != "" {
				t.Errorf("%s (-written +read):\n%s\n%s", tt.why, diff, data)
			}
		})
	}
}

// The demo model is kept twice, as a document and as Go values; both must mean
// the same.
func TestDemoDocument(t *testing.T) {
	want := demo()
	if err := want.Resolve(); err != nil {
		t.Fatal(err)
	}
	want.Schemas[0].Version = "3.0"
	if diff := cmp.Diff(want, testmodel.Demo(t), exported); diff != "" {
		t.Errorf("the document of testmodel differs from the literal (-literal +document):\n%s", diff)
	}
}

func TestGolden(t *testing.T) {
	golden := filepath.Join("testdata", "demo.golden.xml")
	got := marshal(t, demo())
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the written demo model changed; run with -update if it should (-want +got):\n%s", diff)
	}
	var written bytes.Buffer
	if err := csdl.Write(&written, demo()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written.Bytes(), got) {
		t.Error("Write and Marshal write different documents")
	}
}

// TestKitchenSinkIsComplete finds fields the kitchen sink leaves at zero, so that
// a new field cannot be forgotten by the writer or the reader.
func TestKitchenSinkIsComplete(t *testing.T) {
	beyondCSDL := map[string]bool{"Source": true, "OnSelect": true, "Writable": true, "Namespace": true}
	set := map[string]bool{} // "Type.Field"
	all := map[string]bool{}
	seen := map[uintptr]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Pointer()] {
				seen[v.Pointer()] = true
				walk(v.Elem())
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				field := v.Type().Field(i)
				if !field.IsExported() || beyondCSDL[field.Name] {
					continue
				}
				name := v.Type().Name() + "." + field.Name
				all[name] = true
				if !v.Field(i).IsZero() {
					set[name] = true
				}
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(kitchenSink()))
	for name := range all {
		if !set[name] {
			t.Errorf("no definition of the kitchen sink sets %s", name)
		}
	}
}

// Writing what was read from the public sample services gives the same document,
// but for the order of elements and for attributes that state a default.
func TestSamples(t *testing.T) {
	for _, name := range []string{"northwind-v3.metadata.xml", "odatademo-v3.metadata.xml"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			m := read(t, data)
			want, got := tree(t, data), tree(t, marshal(t, m))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the written document means something else (-sample +written):\n%s", diff)
			}
			if diff := cmp.Diff(m, read(t, marshal(t, m)), exported); diff != "" {
				t.Errorf("the model changed on the way (-first +second):\n%s", diff)
			}
		})
	}
}
