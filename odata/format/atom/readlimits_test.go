package atom_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// TestHostileEntries sends what is meant to exhaust the reader of entries; the
// tokenizer has tests of its own.
func TestHostileEntries(t *testing.T) {
	model := testmodel.Demo(t)
	const inline = `<link {nav BestFriend nav}><m:inline><entry>`
	late := `<category term="Demo.VipCustomer" {scheme}/>`
	var names strings.Builder
	for i := range 40_000 {
		names.WriteString("<d:p" + strconv.Itoa(i) + "/>")
	}
	const kib, mib = 1 << 10, 1 << 20
	for _, tt := range []struct {
		name, expected, in, want string
		allocated                uint64
		why                      string
	}{
		{"friends of friends", "Demo.Customer", `{entry}` + strings.Repeat(inline, 100_000), "! PayloadTooDeep entry", 512 * kib, "depth is bounded where the category is looked for"},
		{"friends of friends by order", "Demo.Order", `{entry}` + strings.Repeat(`<link {nav Customer nav}><m:inline><entry>`+late+`<link {nav Orders nav}><m:inline><feed><entry>`, 100_000),
			"! PayloadTooDeep entry/link[Customer]/inline/entry/link[Orders]/", 512 * kib, "depth is bounded in deep inserts"},
		{"late categories", "Demo.Customer", `{entry}` + strings.Repeat(inline, 20) + strings.Repeat("<id/>", 10_000) + strings.Repeat(`</entry></m:inline></link>`+late, 20) + `</entry>`,
			"", 16 * mib, "each level is read twice for each one around it, within bounds"},
		{"entities", "Demo.Customer", `{entry}` + late + `<link {nav Orders nav}><m:inline><feed>` + strings.Repeat(`<entry/>`, 1000) + `</feed></m:inline></link></entry>`,
			"! 413 TooManyEntities entry/link[Orders]/inline/feed/entry[199]", 512 * kib, "entities are counted"},
		{"entities behind a late category", "Demo.Customer", `{entry}<link {nav Orders nav}><m:inline><feed>` + strings.Repeat(`<entry/>`, 1000) + `</feed></m:inline></link>` + late + `</entry>`,
			"! 413 TooManyEntities entry/link[Orders]/inline/feed/entry[199]", 512 * kib, "entities are counted"},
		{"links", "Demo.Customer", `{entry}` + late + strings.Repeat(`<link {nav Orders nav} href="a"/>`, 1000) + `</entry>`, "! 413 TooManyEntities entry/link[Orders]", 512 * kib, "entities to look up are counted"},
		{"undeclared names", "Demo.Tag", `{entry}{props}` + names.String() + names.String() + `{/props}</entry>`, "! DuplicateMember entry/content/properties", 64 * mib, "many names are looked up in a table"},
		{"number of 1 MB", "Demo.Tag", `{entry}{props}<d:A m:type="Edm.Decimal">` + strings.Repeat("9", mib) + `</d:A>{/props}</entry>`, "! TypeMismatch body[", 8 * mib, "it is no Decimal"},
		{"decimal 1e400000000", "Demo.Tag", `{entry}{props}<d:A m:type="Edm.Decimal">1e400000000</d:A>{/props}</entry>`, "! TypeMismatch body[", 64 * kib, "zeros are not written out"},
		{"name of 60 kB", "Demo.Customer", `{entry}` + late + `{props}<d:` + strings.Repeat("n", 60_000) + `/>{/props}</entry>`, "! UnknownProperty entry/content/properties", 512 * kib, "the name is not repeated in full"},
		{"positions", "Demo.Tag", `{entry}{props}<d:A m:type="Edm.GeometryLineString"><gml:LineString><gml:posList>` + strings.Repeat("1 ", 200_000) + `</gml:posList></gml:LineString></d:A>{/props}</entry>`, "! TypeMismatch body[", 8 * mib, "positions are counted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := payload.Replace(tt.in)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := atom.NewReader().ReadEntry(strings.NewReader(in), model, model.EntityType(tt.expected), format.Limits{})
			runtime.ReadMemStats(&after)
			got := ""
			if err != nil {
				got = readtest.Error(err)
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("got %.300s, want %s (%s)", got, tt.want, tt.why)
			}
			if err != nil && len(err.Error()) > 1500 {
				t.Errorf("the error has %d bytes (%s)", len(err.Error()), tt.why)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > tt.allocated {
				t.Errorf("%d bytes were allocated, want at most %d (%s)", n, tt.allocated, tt.why)
			}
		})
	}
}

// TestLimits holds the limit of entities to its exact meaning.
func TestLimits(t *testing.T) {
	model := testmodel.Demo(t)
	for _, in := range []string{
		`{entry}<link {nav Orders nav}><m:inline><feed><entry/><entry/></feed></m:inline></link></entry>`,
		`{entry}<link {nav Orders nav} href="a"/><link {nav Orders nav} href="b"/></entry>`,
	} {
		in = payload.Replace(in)
		for objects, ok := range map[int]bool{3: true, 2: false} {
			_, err := atom.NewReader().ReadEntry(strings.NewReader(in), model, model.EntityType("Demo.Customer"), format.Limits{Objects: objects})
			if ok != (err == nil) || err != nil && odata.AsError(err).Kind != odata.KindTooLarge {
				t.Errorf("%s within %d entities: %v: the outer one counts, and each has to be looked up", in, objects, err)
			}
		}
	}
}

// TestInputErrors passes on what the input fails with, which is not the client's
// mistake alone: a body limit, a time-out.
func TestInputErrors(t *testing.T) {
	model := testmodel.Demo(t)
	lost := errors.New("connection lost")
	in := payload.Replace("<?xml version='1.0'?><!-- a -->{entry}<link {nav BestFriend nav}><m:inline/></link>{props}<d:Id>12</d:Id><d:Name>a\u00e9&amp;\r<![CDATA[b]]></d:Name>" +
		"<d:Home><d:City m:null='true'/></d:Home><d:Emails><d:element>a</d:element></d:Emails>{/props}<?p q?></entry> ")
	for cut := range len(in) + 1 {
		r := io.MultiReader(strings.NewReader(in[:cut]), iotest.ErrReader(lost))
		if _, err := atom.NewReader().ReadEntry(r, model, model.EntityType("Demo.Customer"), format.Limits{}); !errors.Is(err, lost) {
			t.Errorf("after %s: %v, want the error of the input", in[:cut], err)
		}
	}
}

// BenchmarkReadEntry reads a customer as a client would create it.
func BenchmarkReadEntry(b *testing.B) {
	model := testmodel.Demo(b)
	expected := model.EntityType("Demo.Customer")
	in := []byte(payload.Replace(`<?xml version="1.0" encoding="utf-8"?>{entry}<category term="Demo.Customer" {scheme}/><title/><author><name/></author><updated>2015-07-12T06:40:00Z</updated><id/>` +
		`{props}<d:Id m:type="Edm.Int32">7</d:Id><d:Name>Eve Example</d:Name><d:Since m:type="Edm.DateTime">2015-07-12T06:40:00</d:Since><d:Points m:type="Edm.Int64">5</d:Points>` +
		`<d:Credit m:type="Edm.Decimal">0.00</d:Credit><d:Score m:type="Edm.Double">7.5</d:Score><d:Home m:type="Demo.Address"><d:Street>High St 1</d:Street><d:City>Ulm</d:City></d:Home>` +
		`<d:Emails m:type="Collection(Edm.String)"><d:element>a@x.example</d:element><d:element>b@x.example</d:element></d:Emails><d:Version m:type="Edm.Int32">1</d:Version>{/props}</entry>`))
	b.ReportAllocs()
	b.SetBytes(int64(len(in)))
	r := bytes.NewReader(nil)
	for b.Loop() {
		r.Reset(in)
		if _, err := atom.NewReader().ReadEntry(r, model, expected, format.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
