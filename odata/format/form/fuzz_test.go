package form_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/form"
)

// printed writes pairs as a browser does.
func printed(pairs []form.Pair) string {
	var text strings.Builder
	for i, p := range pairs {
		if i > 0 {
			text.WriteByte('&')
		}
		text.WriteString(url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value))
	}
	return text.String()
}

// FuzzForm reads anything as a form. What is accepted is the same when it is
// printed and read again, and means what it means to net/url; values read from
// it are the same from their canonical text. What is refused is the client's
// mistake.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", "a=1&b=2", "Int=7&Text=x+y&Ints=1&Ints[]=2", "Guid=6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10&Text=", "a=%41%2B&=&&c", "a=%", "a=%ff", "%00",
		"Time=PT1H&Date=2015-07-12T06:40:00Z&Decimal=1e3&Double=-INF&Flag=1", "Int=1e3", "Ints=&Ints=", "Texts%5B%5D=a;b&Texts[]='c'",
	} {
		f.Add(seed)
	}
	parameters := parametersOf(f, "Int Edm.Int32", "Text Edm.String", "Guid Edm.Guid", "Time Edm.Time", "Date Edm.DateTime", "Decimal Edm.Decimal",
		"Double Edm.Double", "Flag Edm.Boolean", "Binary Edm.Binary", "Ints Collection(Edm.Int64)", "Texts Collection(Edm.String)")
	limits := format.Limits{Members: 1000}
	f.Fuzz(func(t *testing.T, text string) {
		pairs, err := form.Read(strings.NewReader(text), limits)
		if err != nil {
			var e *odata.Error
			if !errors.As(err, &e) || e.Kind != odata.KindInvalid && e.Kind != odata.KindTooLarge {
				t.Fatalf("%q: %v is not the client's mistake", text, err)
			}
			return
		}
		again, err := form.Read(strings.NewReader(printed(pairs)), limits)
		if diff := cmp.Diff(append([]form.Pair{}, pairs...), append([]form.Pair{}, again...)); err != nil || diff != "" {
			t.Fatalf("%q printed and read again: %v\n%s", text, err, diff)
		}
		if !strings.Contains(text, ";") { // which net/url refuses
			other, err := url.ParseQuery(text)
			if err != nil {
				t.Fatalf("%q: accepted here, but elsewhere %v", text, err)
			}
			mine := url.Values{}
			for _, p := range pairs {
				mine.Add(p.Name, p.Value)
			}
			if diff := cmp.Diff(other, mine); diff != "" {
				t.Fatalf("%q means something else to others:\n%s", text, diff)
			}
		}
		values, err := form.Arguments(pairs, parameters, nil)
		if err != nil {
			if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid}) {
				t.Fatalf("%q: %v is not the client's mistake", text, err)
			}
			return
		}
		var canonical []form.Pair
		for i, v := range values {
			switch {
			case v.IsNull():
			case v.Kind() == edm.KindCollection:
				for _, item := range v.Elements() {
					canonical = append(canonical, form.Pair{Name: parameters[i].Name + "[]", Value: string(edm.AppendText(nil, item))})
				}
			default:
				canonical = append(canonical, form.Pair{Name: parameters[i].Name, Value: string(edm.AppendText(nil, v))})
			}
		}
		same, err := form.Arguments(canonical, parameters, nil)
		if err != nil {
			t.Fatalf("%q: canonical %q: %v", text, canonical, err)
		}
		for i, v := range values {
			empty := v.Kind() == edm.KindBinary && len(v.Bytes()) == 0 // an empty text is null
			if !empty && !same[i].Equal(v) {
				t.Fatalf("%q: %s is %v, but %v from its canonical text", text, parameters[i].Name, v, same[i])
			}
		}
	})
}

func BenchmarkParameters(b *testing.B) {
	parameters := parametersOf(b, "Justification Edm.String", "RoleId Edm.Guid!", "RequestedTTL Edm.String!", "RequestedTime Edm.String")
	const body = "Justification=Quarterly+restore+test&RoleId=7a1e4c90-3b2d-4d7f-8c55-9f0e1d2c3b4a&RequestedTTL=3600&RequestedTime=2026%2F03%2F11+21%3A00"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := form.Parameters(strings.NewReader(body), parameters, format.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
