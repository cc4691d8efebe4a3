package jsonread_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// FuzzReadEntry reads anything as an entity. What is accepted is JSON for other
// readers, too, holds values of the declared types, each property once, and is
// the same when it arrives byte by byte and when it is written and read again.
// What is refused is the client's mistake.
func FuzzReadEntry(f *testing.F) {
	for _, seed := range []string{
		`{"Id":1,"Boolean":true,"Byte":"7","Int64":"5","Double":"NaN","Decimal":1.50,"DateTime":"/Date(0)/","Time":"PT1H"}`,
		`{"Binary":"AP8=","Guid":"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10","DateTimeOffset":"2015-07-12T06:40:00+02:00"}`,
		`{"Place":{"City":"B","Inner":{"Size":1}},"Longs":[1,"2"],"Places":[{"City":null}],"String":"\ud83d\ude00"}`,
		`{"GeographyPoint":{"type":"Point","coordinates":[1,2]},"GeometryPoint":null}`,
		`{"odata.metadata":"m","odata.type":"Kinds.Value","x.y":[{}],"#op":{},"Id@odata.type":"Edm.Int32","Id":1}`,
		`{"__metadata":{"type":"Kinds.Value","uri":"u"},"Longs":{"results":["1"]},"__x":1}`,
		`{"odata.type":"Demo.VipCustomer","Orders@odata.bind":["a"],"Orders":[{"Total":"1"}],"BestFriend":null}`,
		`{"Orders":[{"__metadata":{"uri":"a"}},{"Total":1}],"BestFriend":{"__deferred":{}},"Home":{}}`,
		`{"Code":"c","A":[1,2.5,null],"B@odata.type":"Edm.Int64","B":"1","C":{"odata.type":"Demo.Address"}}`,
		`{"C":{"__metadata":{"type":"Collection(Edm.Byte)"},"results":[1]},"D":{"results":[]}}`, "\ufeff{}", `{"Id":1,"\u0049d":2}`,
	} {
		f.Add([]byte(seed))
	}
	kinds, demo := testmodel.Kinds(f), testmodel.Demo(f)
	values := everything(kinds, "Values")
	targets := []struct {
		model    *metadata.Model
		expected string
	}{{kinds, "Kinds.Value"}, {demo, "Demo.Customer"}, {demo, "Demo.Tag"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range readers {
			for _, target := range targets {
				expected := target.model.EntityType(target.expected)
				e, err := r.reader.ReadEntry(bytes.NewReader(data), target.model, expected, format.Limits{})
				slow, slowErr := r.reader.ReadEntry(iotest.OneByteReader(bytes.NewReader(data)), target.model, expected, format.Limits{})
				if err != nil {
					readtest.CheckRefused(t, err, slowErr)
					continue
				}
				if slowErr != nil || readtest.Entry(slow) != readtest.Entry(e) {
					t.Fatalf("%s: at once %s, byte by byte %v", r.name, readtest.Entry(e), slowErr)
				}
				if !json.Valid(bytes.TrimPrefix(data, []byte("\ufeff"))) {
					t.Fatalf("%s: not JSON", r.name)
				}
				readtest.CheckEntry(t, e, expected)
				if target.expected == "Kinds.Value" {
					checkAgain(t, kinds, values, e)
				}
			}
		}
	})
}

// checkAgain writes the values that were read in all formats and reads them
// again.
func checkAgain(t *testing.T, model *metadata.Model, p *odata.Projection, e *odata.EntryPayload) {
	t.Helper()
	row := odata.Row{Values: make([]edm.Value, len(p.Fields))}
	row.Values[0] = edm.Int32(1)
	for _, a := range e.Properties {
		for _, field := range p.Fields {
			if field.Property == a.Property {
				row.Values[field.Index] = a.Value
			}
		}
	}
	if row.Values[0].IsNull() {
		row.Values[0] = edm.Int32(1) // a key has a value
	}
	for i, f := range p.Fields {
		if f.Property.Kind() == edm.KindCollection && row.Values[i].IsNull() {
			row.Values[i] = edm.Collection(nil)
		}
	}
	for _, w := range writings {
		if !w.partial {
			w.check(t, model, p, &row, w.format.Compile(p).AppendEntry(nil, place, &row))
		}
	}
}

// FuzzReadOthers reads anything as the payloads that are no entities, of values
// of every type.
func FuzzReadOthers(f *testing.F) {
	for _, seed := range []string{
		`{"value":1}`, `{"P":"x"}`, `{"odata.null":true}`, `{"City":"B","Code":1}`, `{"value":[1,"2"]}`, `{"P":{"results":[{}]}}`,
		`{"url":"x"}`, `{"uri":"x"}`, `{"Id":1,"String":"x","Place":{}}`, `null`, ``,
	} {
		f.Add([]byte(seed))
	}
	model := testmodel.Kinds(f)
	properties := model.EntityType("Kinds.Value").StructuralProperties()
	echoes := model.DefaultContainer().ImportsNamed("EchoInt64")
	if len(echoes) == 0 {
		f.Fatal("the model has no operation EchoInt64")
	}
	parameters := echoes[0].Parameters
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range readers {
			for _, p := range properties {
				v, err := r.reader.ReadProperty(bytes.NewReader(data), model, p.Name, p.TypeRef(), format.Limits{})
				if err != nil {
					readtest.CheckRefused(t, err, err)
					continue
				}
				readtest.CheckValue(t, v, p.TypeRef())
			}
			if _, err := r.reader.ReadProperty(bytes.NewReader(data), model, "P", metadata.TypeRef{}, format.Limits{}); err != nil {
				readtest.CheckRefused(t, err, err)
			}
			if _, err := r.reader.ReadLink(bytes.NewReader(data), format.Limits{}); err != nil {
				readtest.CheckRefused(t, err, err)
			}
			values, err := r.reader.ReadParameters(bytes.NewReader(data), model, parameters, format.Limits{})
			if err != nil {
				readtest.CheckRefused(t, err, err)
				continue
			}
			for i, p := range parameters {
				if values[i].IsNull() {
					if p.NotNull {
						t.Fatalf("%s must have a value", p.Name)
					}
					continue
				}
				readtest.CheckValue(t, values[i], p.TypeRef())
			}
		}
	})
}
