package csdl_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
)

// checkStable requires of a document that is accepted that it can be written, and
// that what was written reads as the same model and is written as the same bytes.
func checkStable(t *testing.T, data []byte) (accepted bool) {
	t.Helper()
	first, err := csdl.Read(bytes.NewReader(data))
	if err != nil {
		return false
	}
	written, err := csdl.Marshal(first)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v\n%s", err, data)
	}
	second, err := csdl.Read(bytes.NewReader(written))
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, written)
	}
	again := marshal(t, second)
	if !bytes.Equal(written, again) {
		t.Fatalf("the document changed on the way (-first +second):\n%s", cmp.Diff(string(written), string(again)))
	}
	if diff := cmp.Diff(first, second, exported); diff != "" {
		t.Fatalf("the model changed on the way (-read +written and read):\n%s\n%s", diff, written)
	}
	return true
}

// FuzzRead reads anything.
func FuzzRead(f *testing.F) {
	for _, tt := range forms {
		f.Add([]byte(wrap(tt.in)))
	}
	f.Add([]byte(wrap(`<Using Namespace="V" Alias="W"/><ValueTerm Name="T" Type="String" xml:lang="de"/><Annotations Target="S" x:y="z"/>`)))
	f.Add([]byte(wrap(`<EnumType Name="E" UnderlyingType="Byte"><Member Name="A" Value="1"/></EnumType>`)))
	f.Add([]byte(wrap(`<EntityType Name="E"><Key><PropertyRef Name="I"/></Key><Property Name="I" Type="Edm.Int32" Nullable="false"/>
		<NavigationProperty Name="N" Relationship="S.A" FromRole="E" ToRole="F"/></EntityType>
		<Association Name="A"><End Type="S.E" Multiplicity="1"/><End Type="S.E" Role="F" Multiplicity="*"/></Association>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) <= 1<<14 {
			checkStable(t, data)
		}
	})
}

// FuzzMutations reads well-formed documents that are almost right: the kitchen
// sink with a few elements and attributes moved, doubled, lost or exchanged.
func FuzzMutations(f *testing.F) {
	data := marshal(f, kitchenSink())
	for seed := range uint64(20) {
		f.Add(seed, uint8(seed%4))
	}
	f.Fuzz(func(t *testing.T, seed uint64, times uint8) {
		checkStable(t, mutated(t, data, seed, 1+int(times%6)))
	})
}

// TestMutations is a fixed part of what FuzzMutations tries, and makes sure that
// it tries something.
func TestMutations(t *testing.T) {
	data := marshal(t, kitchenSink())
	accepted := 0
	const runs = 100
	for seed := range uint64(runs) {
		if checkStable(t, mutated(t, data, seed, 1+int(seed%3))) {
			accepted++
		}
	}
	if accepted < runs/20 || accepted > runs-runs/20 {
		t.Errorf("%d of %d mutated documents are accepted: the mutations test one side only", accepted, runs)
	}
}

func mutated(t *testing.T, data []byte, seed uint64, times int) []byte {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(data); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for range times {
		mutate(doc, rng)
	}
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	out, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// values are worth trying in any attribute.
var values = []string{"", "true", "0", "1", "-1", "Max", "Variable", "None", "In", "*", "Edm.Stream", "Edm.Int32", "String", "Self.Item",
	"Collection(Self.Item)", "Collection(Edm.String)", "Ref(Self.Item)", "F(a)", "F(", "A#", "A#b", "a b", "\t", "ä", "2.0", "GET"}

func mutate(doc *etree.Document, rng *rand.Rand) {
	elements := doc.FindElements("//*")
	pick := func() *etree.Element { return elements[rng.IntN(len(elements))] }
	attribute := func() (*etree.Element, *etree.Attr) {
		for {
			if e := pick(); len(e.Attr) > 0 {
				return e, &e.Attr[rng.IntN(len(e.Attr))]
			}
		}
	}
	e := pick()
	switch rng.IntN(10) {
	case 0: // lose an element
		if e != doc.Root() {
			e.Parent().RemoveChild(e)
		}
	case 1: // double an element
		e.Parent().InsertChildAt(e.Index(), e.Copy())
	case 2: // copy an element somewhere else
		pick().AddChild(e.Copy())
	case 3: // give an element another name
		e.Tag = pick().Tag
	case 4: // lose an attribute
		e, a := attribute()
		i := slices.IndexFunc(e.Attr, func(b etree.Attr) bool { return b == *a })
		e.Attr = slices.Delete(e.Attr, i, i+1)
	case 5: // copy an attribute to another element
		_, a := attribute()
		e.CreateAttr(a.FullKey(), a.Value)
	case 6: // exchange a value
		_, a := attribute()
		_, b := attribute()
		a.Value = b.Value
	case 7: // a value worth trying
		_, a := attribute()
		a.Value = values[rng.IntN(len(values))]
	case 8: // give an attribute another name
		_, a := attribute()
		_, b := attribute()
		a.Key = b.Key
	case 9: // text and comments
		e.InsertChildAt(0, etree.NewText([]string{" ", "\r", "x", "\n"}[rng.IntN(4)]))
		e.CreateComment("c")
	}
}
