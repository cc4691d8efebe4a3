package jsonlight_test

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// A ticket is the row of the benchmarks as a program without a framework would
// hold it.
type ticket struct {
	ID       edm.GUID
	Title    string
	Created  edm.DateTime
	Priority int32
	TTL      int64
	Cost     edm.Decimal
	Weight   float64
	Open     bool
	Closed   *string
	Owner    string
}

func newTicket(t testing.TB) ticket {
	return ticket{
		ID: formattest.Parse(t, edm.KindGuid, formattest.Order1).GUID(), Title: "Restart the accounting database",
		Created:  formattest.Parse(t, edm.KindDateTime, "2015-06-23T11:34:38.58Z").DateTime(),
		Priority: 3, TTL: 3600, Cost: formattest.Parse(t, edm.KindDecimal, "1234.50").Decimal(), Weight: 0.75, Open: true,
		Owner: `PRIV\priv.anna`,
	}
}

func (k *ticket) row() odata.Row {
	return odata.Row{Values: []edm.Value{
		k.ID.Value(), edm.String(k.Title), k.Created.Value(), edm.Int32(k.Priority), edm.Int64(k.TTL),
		k.Cost.Value(), edm.Double(k.Weight), edm.Boolean(k.Open), edm.Null, edm.String(k.Owner),
	}}
}

// appendByHand is what the plan competes with: no names to look up, no kinds to
// tell apart.
func (k *ticket) appendByHand(dst []byte) []byte {
	dst = k.ID.AppendText(append(dst, `{"Id":"`...))
	dst = format.AppendJSONString(append(dst, `","Title":`...), k.Title)
	dst = k.Created.AppendText(append(dst, `,"Created":"`...))
	dst = strconv.AppendInt(append(dst, `","Priority":`...), int64(k.Priority), 10)
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), k.TTL, 10)
	dst = k.Cost.AppendText(append(dst, `","Cost":"`...))
	dst = append(dst, `","Weight":`...)
	if whole := math.Trunc(k.Weight); k.Weight == whole && math.Abs(whole) < 1e15 {
		dst = append(strconv.AppendInt(dst, int64(whole), 10), ".0"...)
	} else {
		dst = strconv.AppendFloat(dst, k.Weight, 'f', -1, 64)
	}
	dst = strconv.AppendBool(append(dst, `,"Open":`...), k.Open)
	dst = append(dst, `,"Closed":`...)
	if k.Closed == nil {
		dst = append(dst, "null"...)
	} else {
		dst = format.AppendJSONString(dst, *k.Closed)
	}
	dst = format.AppendJSONString(append(dst, `,"Owner":`...), k.Owner)
	return append(dst, '}')
}

// appendValuesByHand does the same with the values of a row, whose kinds it
// takes for granted.
func appendValuesByHand(dst []byte, v []edm.Value) []byte {
	dst = v[0].GUID().AppendText(append(dst, `{"Id":"`...))
	dst = format.AppendJSONString(append(dst, `","Title":`...), v[1].Str())
	dst = v[2].DateTime().AppendText(append(dst, `,"Created":"`...))
	dst = strconv.AppendInt(append(dst, `","Priority":`...), v[3].Int(), 10)
	dst = strconv.AppendInt(append(dst, `,"TTL":"`...), v[4].Int(), 10)
	dst = v[5].Decimal().AppendText(append(dst, `","Cost":"`...))
	dst = format.AppendJSONPrimitive(append(dst, `","Weight":`...), v[6], format.DialectLight)
	dst = strconv.AppendBool(append(dst, `,"Open":`...), v[7].Bool())
	dst = format.AppendJSONPrimitive(append(dst, `,"Closed":`...), v[8], format.DialectLight)
	dst = format.AppendJSONString(append(dst, `,"Owner":`...), v[9].Str())
	return append(dst, '}')
}

// ticketModel has the set Tickets with the properties of ticket, and the set
// WideTickets with two more.
func ticketModel(t testing.TB) demo {
	t.Helper()
	properties := func(extra ...*metadata.Property) []*metadata.Property {
		return append([]*metadata.Property{
			{Name: "Id", Type: "Edm.Guid", NotNull: true}, {Name: "Title", Type: "Edm.String"},
			{Name: "Created", Type: "Edm.DateTime", NotNull: true}, {Name: "Priority", Type: "Edm.Int32", NotNull: true},
			{Name: "TTL", Type: "Edm.Int64", NotNull: true}, {Name: "Cost", Type: "Edm.Decimal"},
			{Name: "Weight", Type: "Edm.Double"}, {Name: "Open", Type: "Edm.Boolean"},
			{Name: "Closed", Type: "Edm.String"}, {Name: "Owner", Type: "Edm.String"},
		}, extra...)
	}
	model := formattest.Resolved(t, &metadata.Schema{
		Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Ticket", Key: []string{"Id"}, Properties: properties()},
			{Name: "WideTicket", Key: []string{"Id"}, Properties: properties(
				&metadata.Property{Name: "Room", Type: "Edm.String"}, &metadata.Property{Name: "Changed", Type: "Edm.DateTime"})},
		},
		Containers: []*metadata.EntityContainer{{Name: "Desk", EntitySets: []*metadata.EntitySet{
			{Name: "Tickets", EntityType: "Ticket"}, {Name: "WideTickets", EntityType: "WideTicket"}}}},
	})
	return demo{formattest.World{T: t, Models: []*metadata.Model{model}}}
}

// TestByHand keeps the benchmark honest: all sides write the same bytes.
func TestByHand(t *testing.T) {
	k := newTicket(t)
	row := k.row()
	e := jsonlight.New(jsonlight.Minimal).Compile(ticketModel(t).All("Tickets"))
	planned := string(e.AppendRow(nil, place, &row, true))
	if byHand := string(k.appendByHand(nil)); byHand != planned {
		t.Errorf("from a struct %s\nplanned %s", byHand, planned)
	}
	if byHand := string(appendValuesByHand(nil, row.Values)); byHand != planned {
		t.Errorf("from values %s\nplanned %s", byHand, planned)
	}
}

// TestRowAllocatesNothing holds for every level and for expanded, derived,
// open and media entities.
func TestRowAllocatesNothing(t *testing.T) {
	d := newDemo(t)
	ann, vera := d.Ann(), d.Vera()
	expanded := d.Ann()
	expanded.Related = []odata.Related{{Rows: []odata.Row{d.Order(formattest.Order1, "5.00")}}}
	tag := odata.Row{Values: []edm.Value{edm.String("x")}, Dynamic: []odata.DynamicProperty{
		{Name: "Born", Value: formattest.Parse(t, edm.KindDateTime, "2015-07-12T06:40:00")}}}
	expanded.Related[0].More, expanded.Related[0].Next = true, "$skiptoken=1"
	info := odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`}
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}, Media: &info, Streams: []odata.StreamInfo{info}}
	asset := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}, Advertised: []bool{true, false, true}}
	entry, spot := d.log(), d.spot()
	for _, tt := range []struct {
		name string
		p    *odata.Projection
		row  *odata.Row
	}{
		{"base", d.All("Customers"), &ann},
		{"derived", d.All("Customers"), &vera},
		{"expanded", formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), &expanded},
		{"open", d.All("Tags"), &tag},
		{"open, selected", formattest.Naming(d.All("Tags"), "Size", "Born"), &tag},
		{"operations", operating(d.All("Assets")), &asset},
		{"spatial", d.All("Spots"), &spot},
		{"media", d.All("Photos"), &photo},
		{"encoded key and tokens", d.All("Logs"), &entry},
	} {
		for _, l := range levels {
			t.Run(tt.name+"/"+l.name, func(t *testing.T) {
				e := jsonlight.New(l.level).Compile(tt.p)
				dst := make([]byte, 0, 4096)
				if n := testing.AllocsPerRun(10, func() { dst = e.AppendRow(dst[:0], place, tt.row, false) }); n != 0 {
					t.Errorf("%v allocations for a row", n)
				}
			})
		}
	}
}

func BenchmarkRow(b *testing.B) {
	k := newTicket(b)
	row := k.row()
	dst := make([]byte, 0, 4096)
	b.Run("by hand from a struct", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dst = k.appendByHand(dst[:0])
		}
	})
	b.Run("by hand from values", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dst = appendValuesByHand(dst[:0], row.Values)
		}
	})
	p := ticketModel(b).All("Tickets")
	for _, l := range levels {
		e := jsonlight.New(l.level).Compile(p)
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendRow(dst[:0], place, &row, true)
			}
		})
	}
}

// BenchmarkAgainstHand measures both ways of writing rows in turns, so that
// whatever else the machine does befalls both, and reports medians. The rows
// differ in what varies in practice; the code that writes them by hand knows the
// kinds and keeps its values in a struct.
func BenchmarkAgainstHand(b *testing.B) {
	tickets := make([]ticket, 16)
	rows := make([]odata.Row, len(tickets))
	for i := range tickets {
		k := newTicket(b)
		k.ID[i] ^= 0xff
		k.Title = "Ticket number " + strconv.Itoa(i) + " of the list"[:i%12]
		k.Priority, k.TTL, k.Weight = int32(i%7), int64(i*i*37), float64(i)/4
		tickets[i], rows[i] = k, k.row()
	}
	e := jsonlight.New(jsonlight.Minimal).Compile(ticketModel(b).All("Tickets"))
	dst := make([]byte, 0, 1<<14)
	const rounds = 30
	timed := func(write func(i int)) float64 {
		start := time.Now()
		for range rounds {
			dst = dst[:0]
			for i := range tickets {
				write(i)
			}
		}
		return float64(time.Since(start)) / float64(rounds*len(tickets))
	}
	var byHand, planned []float64
	for b.Loop() {
		byHand = append(byHand, timed(func(i int) { dst = tickets[i].appendByHand(dst) }))
		planned = append(planned, timed(func(i int) { dst = e.AppendRow(dst, place, &rows[i], true) }))
	}
	slices.Sort(byHand)
	slices.Sort(planned)
	middle := len(byHand) / 2
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(byHand[middle], "hand-ns/row")
	b.ReportMetric(planned[middle], "plan-ns/row")
	b.ReportMetric(planned[middle]/byHand[middle], "plan/hand")
}

func BenchmarkFeed(b *testing.B) {
	p := ticketModel(b).All("WideTickets")
	rows := make([]odata.Row, 500)
	for i := range rows {
		k := newTicket(b)
		k.Priority, k.TTL, k.Title = int32(i), int64(i*i), "Ticket number "+strconv.Itoa(i)
		rows[i] = k.row()
		rows[i].Values = append(rows[i].Values, edm.String("Building 7, room "+strconv.Itoa(i)), k.Created.Value())
	}
	for _, l := range levels {
		e := jsonlight.New(l.level).Compile(p)
		b.Run(l.name, func(b *testing.B) {
			dst := make([]byte, 0, 1<<20)
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendFeedStart(dst[:0], place, nil)
				for i := range rows {
					dst = e.AppendRow(dst, place, &rows[i], i == 0)
				}
				dst = e.AppendFeedEnd(dst, place, nil, "")
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkCompile is the price of a request with a projection of its own.
func BenchmarkCompile(b *testing.B) {
	d := newDemo(b)
	for _, bb := range []struct {
		name string
		p    *odata.Projection
	}{
		{"two selected", formattest.Selecting(d.All("Orders"), "OrderId,Total", "OrderId", "Total")},
		{"all", d.All("Customers")},
	} {
		for _, l := range levels {
			f := jsonlight.New(l.level)
			b.Run(bb.name+"/"+l.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f.Compile(bb.p)
				}
			})
		}
	}
}
