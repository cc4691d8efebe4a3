package atom_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// FuzzReadEntry reads anything as an entity. What is accepted is XML for another
// reader, too, holds values of the declared types, each property once, and is the
// same when it arrives byte by byte and when it is written and read again. What
// is refused is the client's mistake.
func FuzzReadEntry(f *testing.F) {
	for _, seed := range []string{
		`{entry}{props}<d:Id m:type="Edm.Int32">1</d:Id><d:Boolean>true</d:Boolean><d:Int64 m:type="Edm.Byte">5</d:Int64><d:Double>NaN</d:Double><d:DateTime>2015-07-12T06:40:00Z</d:DateTime><d:Time>PT1H</d:Time>{/props}</entry>`,
		`{entry}{props}<d:Binary>AP8=</d:Binary><d:Guid>6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10</d:Guid><d:Decimal>1.50</d:Decimal><d:String xml:space="preserve"> &lt;&#xD;<![CDATA[<]]> </d:String>{/props}</entry>`,
		`{entry}{props}<d:Place m:type="Kinds.Place"><d:City>B</d:City><d:Inner><d:Size>1</d:Size></d:Inner></d:Place><d:Longs><d:element>1</d:element><m:element m:null="true"/></d:Longs><d:Places><d:element/></d:Places>{/props}</entry>`,
		`{entry}{props}<d:GeographyPoint><gml:Point><gml:pos>2 1</gml:pos></gml:Point></d:GeographyPoint><d:GeometryPoint m:null="true"/>{/props}</entry>`,
		`{entry}<category term="Demo.VipCustomer" {scheme}/><link {nav Orders nav} {one} href="Orders(1)"/><link {nav Orders nav}><m:inline><feed><entry/></feed></m:inline></link><link {nav BestFriend nav} href=""/></entry>`,
		`{entry}<link {nav Concierge nav} href="a"/>{props}<d:Level>1</d:Level>{/props}<category term="Demo.VipCustomer" {scheme}/></entry>`,
		`{entry}{props}<d:Code>c</d:Code><d:A m:type="Edm.Int64">1</d:A><d:B m:type="Demo.Address"><d:City>x</d:City></d:B><d:C m:type="Collection(Edm.Byte)"><d:element>1</d:element></d:C>{/props}</entry>`,
		`{entry}<title type="xhtml"><p>a</p></title><summary/><content src="x"/><m:properties/></entry>`,
	} {
		f.Add([]byte(payload.Replace(seed)))
	}
	kinds, demo, sample := testmodel.Kinds(f), testmodel.Demo(f), newSample(f).Models[0]
	targets := []*metadata.Model{kinds, demo, demo, sample}
	names := []string{"Kinds.Value", "Demo.Customer", "Demo.Tag", "ODataDemo.Product"}
	projections := make([]*odata.Projection, len(targets))
	for i, set := range []string{"Values", "Customers", "Tags", "Products"} {
		projections[i] = worldOf(f, targets[i]).All(set)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for i, model := range targets {
			expected := model.EntityType(names[i])
			read := func(r io.Reader) (*odata.EntryPayload, error) {
				return atom.NewReader().ReadEntry(r, model, expected, format.Limits{})
			}
			e, err := read(bytes.NewReader(data))
			slow, slowErr := read(iotest.OneByteReader(bytes.NewReader(data)))
			if err != nil {
				if odata.AsError(err).Kind != odata.KindUnsupportedMediaType {
					readtest.CheckRefused(t, err, slowErr)
				}
				continue
			}
			if slowErr != nil || readtest.Entry(slow) != readtest.Entry(e) {
				t.Fatalf("at once %s, byte by byte %v", readtest.Entry(e), slowErr)
			}
			checkXML(t, data)
			readtest.CheckEntry(t, e, expected)
			checkAgain(t, model, projections[i], e)
		}
	})
}

// checkXML requires that encoding/xml can read data, as far as it knows the
// letters of names.
func checkXML(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			if !bytes.ContainsFunc(data, func(r rune) bool { return r >= 0x80 }) {
				t.Fatalf("not XML: %v", err)
			}
			return
		}
	}
}

// checkAgain writes the values that were read and reads them again.
func checkAgain(t *testing.T, model *metadata.Model, p *odata.Projection, e *odata.EntryPayload) {
	t.Helper()
	row := odata.Row{Type: e.Type, Values: make([]edm.Value, len(p.Fields)), Dynamic: e.Dynamic}
	for _, field := range p.Fields {
		if field.Property.Kind() == edm.KindCollection {
			row.Values[field.Index] = edm.Collection(nil)
		}
	}
	for _, a := range e.Properties {
		for _, field := range p.Fields {
			if field.Property == a.Property {
				row.Values[field.Index] = a.Value
			}
		}
	}
	for _, key := range p.Key {
		if row.Values[key].IsNull() {
			return // the writer needs it for links
		}
	}
	text := plain.Compile(p).AppendEntry(nil, place, &row)
	again, err := atom.NewReader().ReadEntry(bytes.NewReader(text), model, p.Type, format.Limits{})
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, a := range again.Properties {
		for _, field := range p.Fields {
			if field.Property == a.Property && !a.Value.Equal(row.Values[field.Index]) {
				t.Fatalf("%s is %s, want %s: %s", a.Property.Name, readtest.Value(a.Value), readtest.Value(row.Values[field.Index]), text)
			}
		}
	}
	if len(again.Properties) < len(e.Properties) {
		t.Fatalf("%s was read, but again %s: %s", readtest.Entry(e), readtest.Entry(again), text)
	}
	for _, d := range again.Dynamic {
		for _, before := range e.Dynamic {
			if before.Name == d.Name && !before.Value.Equal(d.Value) {
				t.Fatalf("%s is %s, want %s: %s", d.Name, readtest.Value(d.Value), readtest.Value(before.Value), text)
			}
		}
	}
}

// FuzzReadOthers reads anything as the payloads that are no entities, of values
// of every type.
func FuzzReadOthers(f *testing.F) {
	for _, seed := range []string{
		`<x>1</x>`, `<x {d} m:null="true"/>`, `<x {d}><d:City>B</d:City><d:Code>1</d:Code></x>`, `<x {d}><d:element>1</d:element></x>`,
		`<x {d}><gml:Point><gml:pos>1 2</gml:pos></gml:Point></x>`, `<m:uri {d}>x</m:uri>`, `<x {d} m:type="Collection(Edm.Int32)"/>`, ``,
	} {
		f.Add([]byte(payload.Replace(seed)))
	}
	model := testmodel.Kinds(f)
	properties := model.EntityType("Kinds.Value").StructuralProperties()
	f.Fuzz(func(t *testing.T, data []byte) {
		refused := func(err error) bool {
			var e *odata.Error
			if err != nil && (!errors.As(err, &e) || e.Kind != odata.KindUnsupportedMediaType) {
				readtest.CheckRefused(t, err, err)
			}
			return err != nil
		}
		reader := atom.NewReader()
		for _, p := range properties {
			v, err := reader.ReadProperty(bytes.NewReader(data), model, p.Name, p.TypeRef(), format.Limits{})
			if refused(err) {
				continue
			}
			readtest.CheckValue(t, v, p.TypeRef())
			text := plain.AppendProperty(nil, place, format.Property{Name: p.Name, Type: p.TypeRef(), Value: v})
			again, err := reader.ReadProperty(bytes.NewReader(text), model, p.Name, p.TypeRef(), format.Limits{})
			if err != nil || !again.Equal(v) {
				t.Fatalf("%s reads back as %s, %v: %s", readtest.Value(v), readtest.Value(again), err, text)
			}
		}
		_, err := reader.ReadProperty(bytes.NewReader(data), model, "P", metadata.TypeRef{}, format.Limits{})
		refused(err)
		place := model.ComplexType("Kinds.Place")
		members, err := reader.ReadComplex(bytes.NewReader(data), model, "P", place, format.Limits{})
		if !refused(err) {
			for _, m := range members {
				readtest.CheckValue(t, m.Value, m.Property.TypeRef())
			}
			if _, err := reader.ReadProperty(bytes.NewReader(data), model, "P", metadata.TypeRef{Kind: edm.KindComplex, Complex: place}, format.Limits{}); err != nil {
				t.Fatalf("members can be read, but not the value: %v", err)
			}
		}
		_, err = reader.ReadLink(bytes.NewReader(data), format.Limits{})
		refused(err)
	})
}
