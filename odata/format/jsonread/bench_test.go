package jsonread_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// BenchmarkReadEntry reads a customer as a client would create it, and for
// comparison what encoding/json takes for the same text without a model.
func BenchmarkReadEntry(b *testing.B) {
	model := testmodel.Demo(b)
	expected := model.EntityType("Demo.Customer")
	payload := []byte(`{"Id":7,"Name":"Eve Example","Since":"2015-07-12T06:40:00","Points":"5","Credit":"0.00","Score":7.5,` +
		`"Home":{"Street":"High St 1","City":"Ulm"},"Emails":["a@x.example","b@x.example"],"Version":1}`)
	for _, r := range readers {
		b.Run(r.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(payload)))
			in := bytes.NewReader(nil)
			for b.Loop() {
				in.Reset(payload)
				if _, err := r.reader.ReadEntry(in, model, expected, format.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("encoding/json into a map", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(payload)))
		for b.Loop() {
			var m map[string]any
			if err := json.Unmarshal(payload, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReadItems is about the cost of each of many values.
func BenchmarkReadItems(b *testing.B) {
	model := testmodel.Kinds(b)
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range []edm.Kind{edm.KindInt64, edm.KindDouble, edm.KindString, edm.KindGuid, edm.KindDateTime} {
		items := make([]edm.Value, 1000)
		for i := range items {
			items[i] = randomValue(r, k)
		}
		ref, _ := model.TypeRef("Collection(" + k.String() + ")")
		payload := writings[0].format.AppendProperty(nil, place, format.Property{Name: "P", Type: ref, Value: edm.Collection(items)})
		b.Run(k.String(), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(payload)))
			in := bytes.NewReader(nil)
			for b.Loop() {
				in.Reset(payload)
				if _, err := readers[0].reader.ReadProperty(in, model, "P", ref, format.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestValuesAllocateNothing reads collections of two lengths and requires that
// the items between cost no allocations but the growth of the collection.
func TestValuesAllocateNothing(t *testing.T) {
	model := testmodel.Kinds(t)
	r := rand.New(rand.NewPCG(5, 6))
	for _, k := range []edm.Kind{edm.KindBoolean, edm.KindInt32, edm.KindInt64, edm.KindDouble, edm.KindDecimal, edm.KindGuid, edm.KindDateTime, edm.KindDateTimeOffset, edm.KindTime} {
		ref, _ := model.TypeRef("Collection(" + k.String() + ")")
		items := make([]edm.Value, 100)
		for i := range items {
			items[i] = randomValue(r, k)
		}
		payload := string(writings[0].format.AppendProperty(nil, place, format.Property{Name: "P", Type: ref, Value: edm.Collection(items)}))
		var v edm.Value
		n := testing.AllocsPerRun(20, func() {
			v, _ = readers[0].reader.ReadProperty(strings.NewReader(payload), model, "P", ref, format.Limits{})
		})
		if len(v.Elements()) != len(items) {
			t.Fatalf("%s: %d items", k, len(v.Elements()))
		}
		if n > 30 {
			t.Errorf("%s: %v allocations for %d items", k, n, len(items))
		}
	}
}

// TestManyEntities makes sure that memory grows with what is read only.
func TestManyEntities(t *testing.T) {
	model := testmodel.Demo(t)
	payload := `{"Orders":[` + strings.Repeat(`{"Total":"1.00"},`, 150) + `{}]}`
	for _, r := range readers {
		var e *odata.EntryPayload
		n := testing.AllocsPerRun(5, func() {
			e, _ = r.reader.ReadEntry(strings.NewReader(payload), model, model.EntityType("Demo.Customer"), format.Limits{})
		})
		if e == nil || len(e.Links) != 1 || len(e.Links[0].Entries) != 151 {
			t.Fatalf("%s: %v", r.name, e)
		}
		if n > 151*5+40 {
			t.Errorf("%s: %v allocations for 151 entities", r.name, n)
		}
	}
}
