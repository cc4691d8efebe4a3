package edm_test

import (
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// BenchmarkValueRow fills a row of ten columns, as a provider does per row.
func BenchmarkValueRow(b *testing.B) {
	row := make([]edm.Value, 10)
	buffer := []byte("text in a scan buffer")
	guid := edm.NewGUID()
	dateTime := edm.DateTimeFrom(time.Unix(1436683200, 0))
	b.ReportAllocs()
	for b.Loop() {
		row[0] = guid.Value()
		row[1] = edm.Int64(7)
		row[2] = edm.StringBytes(buffer)
		row[3] = edm.Boolean(true)
		row[4] = dateTime.Value()
		row[5] = edm.NewDecimal(250, 2).Value()
		row[6] = edm.Double(1.5)
		row[7] = edm.NewTime(1).Value()
		row[8] = edm.Null
		row[9] = edm.StringBytes(buffer[:4])
	}
}

// BenchmarkValueAppend writes each kind in both forms.
func BenchmarkValueAppend(b *testing.B) {
	dst := make([]byte, 0, 1024)
	for _, v := range onePerKind(b) {
		name := v.Kind().String()
		if v.Kind() == edm.KindDecimal && v.Decimal().Precision() > 38 {
			name = "long " + name
		}
		b.Run("text/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				edm.AppendText(dst, v)
			}
		})
		b.Run("literal/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				edm.AppendLiteral(dst, v)
			}
		})
	}
}

func BenchmarkParseLiteral(b *testing.B) {
	for _, literal := range []string{"7", "7L", "123456.78M", "7.5", "1.7976931348623157E+308", "'plain'", "'it''s'",
		"guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", "datetime'2015-06-12T04:49:32.431Z'", "time'PT1H30M'"} {
		b.Run(literal, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := edm.ParseLiteral(literal); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	decimal, tie := mustDecimal(b, "123456.78").Value(), mustDecimal(b, "0.1").Value()
	for _, bb := range []struct {
		name string
		x, y edm.Value
	}{
		{"int32", edm.Int32(7), edm.Int32(8)},
		{"int64 double", edm.Int64(7), edm.Double(7.5)},
		{"double", edm.Double(7), edm.Double(7.5)},
		{"decimal", decimal, edm.NewDecimal(1234567801, 4).Value()},
		{"decimal int32", decimal, edm.Int32(7)},
		{"decimal double", decimal, edm.Double(7.5)},
		{"decimal double tie", tie, edm.Double(0.1)},
		{"string", edm.String("Anna"), edm.String("Anne")},
		{"guid", edm.NewGUID().Value(), edm.NewGUID().Value()},
		{"datetime", mustLiteral(b, "datetime'2015-07-12'"), mustLiteral(b, "datetime'2015-07-12T06:40Z'")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				edm.Compare(bb.x, bb.y)
			}
		})
	}
}

func BenchmarkDecimal(b *testing.B) {
	x, y := mustDecimal(b, "123456.78"), mustDecimal(b, "1.19")
	long := mustDecimal(b, longDigits)
	for _, bb := range []struct {
		name string
		op   func() (edm.Decimal, error)
	}{
		{"add", func() (edm.Decimal, error) { return x.Add(y) }},
		{"mul", func() (edm.Decimal, error) { return x.Mul(y) }},
		{"div", func() (edm.Decimal, error) { return x.Div(y) }},
		{"mod", func() (edm.Decimal, error) { return x.Mod(y) }},
		{"round", func() (edm.Decimal, error) { return x.Round(), nil }},
		{"long add", func() (edm.Decimal, error) { return long.Add(x) }},
		{"long mul", func() (edm.Decimal, error) { return long.Mul(long) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bb.op(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
