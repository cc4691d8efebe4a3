package csdl_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/pamodata/pamodata/metadata/csdl"
)

// northwind has 26 entity types with 182 properties.
func northwind(b *testing.B) []byte {
	data, err := os.ReadFile("testdata/northwind-v3.metadata.xml")
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func BenchmarkRead(b *testing.B) {
	data := northwind(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := csdl.Read(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	data := northwind(b)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		m, err := csdl.ReadDefinitions(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := m.Resolve(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	m := read(b, northwind(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := csdl.Marshal(m); err != nil {
			b.Fatal(err)
		}
	}
}

// The refusal of a document that is only depth, attributes or elements costs
// little; what it costs is watched here.
func BenchmarkReadHostile(b *testing.B) {
	for _, tt := range []struct {
		name string
		data []byte
	}{
		{"depth", bytes.Repeat([]byte("<a>"), 100_000)},
		{"attributes", append([]byte("<a "), bytes.Repeat([]byte("b='' "), 800_000)...)},
		{"elements", append([]byte("<a>"), bytes.Repeat([]byte("<b/>"), 1_000_000)...)},
		{"doctype", append([]byte("<!DOCTYPE a ["), bytes.Repeat([]byte("<!ENTITY a '&a;&a;'>"), 50_000)...)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := csdl.Read(bytes.NewReader(tt.data)); err == nil {
					b.Fatal("it was accepted")
				}
			}
		})
	}
}
