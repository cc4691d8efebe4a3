package uri

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

const typicalFilter = "RequestStatus eq 'Active' and CreationTime gt datetime'2015-06-12T04:49:32.431Z'"

func BenchmarkParseFilter(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"minimal", "Active"},
		{"typical", typicalFilter},
		{"lambda", "Orders/any(o:o/Total gt 5M and startswith(o/Customer/Name,'A')) or not (Level ge 3)"},
		{"chain", "a" + strings.Repeat(" and a", 400)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseFilter(bb.text, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct{ name, path, query string }{
		{"set", "/pamrequests", ""},
		{"key", "/pamrequests(guid'f5e80be1-e9a3-42c4-81f8-4be5a4a429f4')", "v=1"},
		{"typical", "/pamrequests", "v=1&$filter=RequestStatus%20eq%20%27Active%27%20and%20CreationTime%20gt%20" +
			"datetime%272015-06-12T04:49:32.431Z%27&$orderby=CreationTime%20desc,RequestId&$top=20&$inlinecount=allpages" +
			"&$select=RequestId,RequestStatus,CreationTime"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(bb.path, bb.query, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRefuse measures attacks: their cost must not grow with the nesting
// that is asked for.
func BenchmarkRefuse(b *testing.B) {
	for _, bb := range []struct{ name, unit string }{
		{"parentheses", "("},
		{"not", "not "},
		{"calls", "f("},
	} {
		text := strings.Repeat(bb.unit, 100_000)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseFilter(text, Limits{}); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

func BenchmarkString(b *testing.B) {
	n, err := ParseFilter(typicalFilter, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = n.String()
	}
}

func BenchmarkAppendKey(b *testing.B) {
	names := []string{"OrderId", "LineNo"}
	values := []edm.Value{edm.String("O'Neil / 50%"), edm.Int32(7)}
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendKey(dst[:0], names, values)
	}
}

func BenchmarkEscapeQuery(b *testing.B) {
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = EscapeQuery(dst[:0], typicalFilter)
	}
}
