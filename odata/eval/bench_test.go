package eval_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// BenchmarkFilter measures conditions per row: the first is the one a portal
// polls with, RequestStatus eq 'Active' and CreationTime gt datetime'…'.
func BenchmarkFilter(b *testing.B) {
	w := newWorld(b)
	text := func(s string) odata.Expr { return lit(edm.String(s)) }
	row := w.family()
	for name, v := range map[string]edm.Value{"Text": edm.String("Active"), "Text2": edm.String("Quarterly Database Maintenance"),
		"Moment": dateTime(b, "2015-07-12T04:36:00Z"), "I32": edm.Int32(3), "I64": edm.Int64(7200), "Double": edm.Double(1.5), "Decimal": decimal(b, "12.50"),
		"Guid": edm.GUID{15: 1}.Value(), "Flag": edm.Boolean(true)} {
		for i, p := range w.fields() {
			if p.Name == name {
				row.Values[i] = v
			}
		}
	}
	guids := make([][]edm.Value, 200)
	for i := range guids {
		guids[i] = []edm.Value{edm.GUID{0: byte(i), 15: 2}.Value()}
	}
	for _, bb := range []struct {
		name string
		in   odata.Expr
	}{
		{"status and time", binary(odata.And,
			binary(odata.Eq, w.member("Text"), text("Active")),
			binary(odata.Gt, w.member("Moment"), lit(dateTime(b, "2015-07-12T04:35:14.433Z"))))},
		{"text eq", binary(odata.Eq, w.member("Text"), text("Active"))},
		{"datetime gt", binary(odata.Gt, w.member("Moment"), lit(dateTime(b, "2015-07-12T04:35:14.433Z")))},
		{"int64 gt", binary(odata.Gt, w.member("I64"), lit(edm.Int64(3600)))},
		{"double gt", binary(odata.Gt, w.member("Double"), lit(edm.Double(1)))},
		{"decimal gt", binary(odata.Gt, w.member("Decimal"), lit(decimal(b, "9.99")))},
		{"guid eq", binary(odata.Eq, w.member("Guid"), lit(edm.GUID{15: 1}.Value()))},
		{"boolean eq", binary(odata.Eq, w.member("Flag"), lit(edm.Boolean(true)))},
		{"boolean", w.member("Flag")},
		{"field eq field", binary(odata.Eq, w.member("I64"), w.member("I64"))},
		{"null", binary(odata.Ne, w.member("Text"), null())},
		{"arithmetic", binary(odata.Gt, binary(odata.Div, w.member("I64"), lit(edm.Int64(60))), lit(edm.Int64(60)))},
		{"substringof", call("substringof(String,String)", edm.KindBoolean, text("Maint"), w.member("Text2"))},
		{"startswith eq true", binary(odata.Eq, call("startswith(String,String)", edm.KindBoolean, w.member("Text2"), text("Q")), lit(edm.Boolean(true)))},
		{"substringof tolower", call("substringof(String,String)", edm.KindBoolean, text("maint"), call("tolower(String)", edm.KindString, w.member("Text2")))},
		{"year", binary(odata.Eq, call("year(DateTime)", edm.KindInt32, w.member("Moment")), lit(edm.Int32(2015)))},
		{"complex member", binary(odata.Gt, w.member("Home", "Spot", "X"), lit(edm.Double(1)))},
		{"navigation", binary(odata.Eq, w.member("Friend", "Text"), text("Bert"))},
		{"any", lambda(false, w.member("Parts"), 1, func(v odata.Expr) odata.Expr {
			return binary(odata.Eq, pathFrom(v, "Size"), lit(edm.Int64(7)))
		})},
		{"in 200 guids", &odata.In{X: []odata.Expr{w.member("Guid")}, Rows: guids}},
		{"in 200 tuples", &odata.In{X: []odata.Expr{w.member("I32"), w.member("I64")}, Rows: tuples(200)}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			holds, err := eval.CompileFilter(bb.in, eval.LayoutOf(w.query()))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := holds(row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func tuples(n int) [][]edm.Value {
	rows := make([][]edm.Value, n)
	for i := range rows {
		rows[i] = []edm.Value{edm.Int32(int32(i % 10)), edm.Int64(int64(i))}
	}
	return rows
}

// BenchmarkCompile is what a request pays once.
func BenchmarkCompile(b *testing.B) {
	w := newWorld(b)
	e := binary(odata.And, binary(odata.Eq, w.member("Text"), lit(edm.String("Active"))),
		binary(odata.Gt, w.member("Moment"), lit(dateTime(b, "2015-07-12T04:35:14.433Z"))))
	layout := eval.LayoutOf(w.query())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := eval.CompileFilter(e, layout); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFinish measures a result of 10,000 rows of ten columns.
func BenchmarkFinish(b *testing.B) {
	w := newWorld(b)
	fields := []*metadata.Property{}
	for _, name := range []string{"Id", "Text", "Text2", "Flag", "I32", "I64", "Moment", "Guid", "Double", "Zoned"} {
		fields = append(fields, w.thing.Property(name))
	}
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]odata.Row, 10_000)
	for i := range rows {
		rows[i] = *rowOf(fields, map[string]edm.Value{"Id": edm.Int32(int32(i)), "Text": edm.String("Active"), "I32": edm.Int32(random.Int32()),
			"Text2": edm.String(strings.Repeat("x", 1+random.IntN(60))), "I64": edm.Int64(int64(i % 3))})
	}
	sequence := func(yield func(odata.Row, error) bool) {
		for i := range rows {
			if !yield(rows[i], nil) {
				return
			}
		}
	}
	for _, bb := range []struct {
		name   string
		change func(q *odata.Query)
	}{
		{"filter", func(q *odata.Query) { q.Filter = binary(odata.Eq, w.member("I64"), lit(edm.Int64(1))) }},
		{"skip and top", func(q *odata.Query) { q.Skip, q.Top = 5_000, new(int64(1_000)) }},
		{"order", func(q *odata.Query) { q.OrderBy = []odata.Order{{By: w.member("I32")}, {By: w.member("Id")}} }},
		{"order top 20", func(q *odata.Query) {
			q.OrderBy, q.Top = []odata.Order{{By: w.member("I32")}, {By: w.member("Id")}}, new(int64(20))
		}},
		{"order by function top 20", func(q *odata.Query) {
			q.OrderBy, q.Top = []odata.Order{{By: call("length(String)", edm.KindInt32, w.member("Text2"))}, {By: w.member("Id")}}, new(int64(20))
		}},
		{"total top 20", func(q *odata.Query) { q.Total, q.Top = true, new(int64(20)) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			q := &odata.Query{Type: w.thing, Fields: fields}
			bb.change(q)
			b.ReportAllocs()
			for b.Loop() {
				r, err := eval.Finish(context.Background(), q, &odata.Result{Rows: sequence, Rest: q}, eval.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				for _, err := range r.Rows {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
